"""Labelled rows for training: loaders that refuse unknown labels, near-duplicate groups, splits, leak check."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kentongan.errors import KentonganError
from kentongan.schema import SENTIMENTS, Task
from models.features import mix_hash
from models.sets import SENTIMENT_SETS, SentimentSet
from models.taxonomy import (
    ANY,
    COMPLAINT_CATEGORIES,
    NEWS_SECTIONS,
    OTHER,
    POSTS_ABOUT,
    doubt_roads,
    hint_topics,
    sp4n_topic,
)

Groups = NDArray[np.int64]

MINHASHES = 24
"""Numbers in a text's MinHash signature: the share of equal ones estimates the Jaccard similarity of its shingles."""
BAND = 3
"""Numbers in one band: texts that share a whole band are compared."""
SIGNED_WORDS = 100
"""Words of a text that its signature covers: copies of an article share their beginning."""
NEAR = 0.6
"""Estimated Jaccard similarity of word pairs from which two texts count as near-duplicates (copies with an edit)."""


class BadData(KentonganError):
    """A training file that cannot be used as it stands."""


class LeakFound(KentonganError):
    """The same text, or a near copy, stands on both sides of a split."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One labelled text."""

    task: Task
    text: str
    labels: frozenset[str]
    """The label; more than one where the source only narrows it down. Never a negative example of any of these."""
    source: str
    """The set, or for topics the outlet or complaint system, that it comes from."""
    held_with: str
    """Rows with the same word are left out together when an unseen topic or outlet is measured."""
    lacks: frozenset[str] = frozenset()
    """Labels the source never gives: the row says nothing about them."""
    weight: float = 1.0
    """Trust, relative to the others."""
    form: str = "post"
    """What kind of text: "post", "article", "short" (a title or sentence of an article), "complaint"."""
    same_as: str = ""
    """Rows with the same non-empty word say the same (a sentence in two languages, cuts of one article)."""
    judged: bool = True
    """Whether the label is good enough to measure with; hinted and narrowed-down ones are not."""
    date: str = ""
    """ISO date of the text; empty where its source does not say."""

    @property
    def slice(self) -> str:
        """What its figure stands under: its source, titles and sentences of articles apart."""
        return self.source if self.form != "short" else f"{self.source} (short)"

    @property
    def file(self) -> str:
        """The data file it came from, as the manifest names it."""
        if self.task == "language":
            return self.held_with
        kind, _, name = self.source.rpartition("/")
        return FILES.get(self.source) or FILES.get(kind) or f"sentiment/{name}.jsonl.gz"


FILES = {
    "news": "topic/news_2018_2026.jsonl.gz",
    "claims": "hoax/factchecks_2015_2024.jsonl.gz",
    "headlines": "hoax/headlines_2015_2021.jsonl.gz",
    "complaints/sp4n": "complaints/sp4n_bandung_2021_2023.jsonl.gz",
    "complaints/laporgub": "complaints/laporgub_jateng_tokens.jsonl.gz",
}
"""Files by what a row's source begins with; every other is a set of ``sentiment/``."""


def read_lines(path: Path, needed: Sequence[str]) -> list[dict[str, Any]]:
    """The objects of a ``.jsonl`` or ``.jsonl.gz`` file. Raises BadData, naming the line, where one is not usable."""
    if not path.exists():
        raise BadData(f"Berkas data {path} tidak ada.", hint="Periksa --data.")
    found: list[dict[str, Any]] = []
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                row = json.loads(line)
                lacking = [key for key in needed if not isinstance(row.get(key), str)]
                if lacking:
                    raise BadData(f"{path.name} baris {number}: kolom {', '.join(lacking)} tidak ada atau bukan teks.")
                found.append(row)
    except (OSError, EOFError, json.JSONDecodeError, UnicodeDecodeError, AttributeError) as error:
        raise BadData(f"{path.name} tidak terbaca setelah {len(found)} baris: {error}.") from error
    return found


def check_label(label: str, known: Iterable[str], *, file: str) -> str:
    """The label itself. Raises BadData where it is not one of the known."""
    if label not in known:
        raise BadData(f"Label {label!r} di {file} tidak dikenal.", hint=f"Yang dikenal: {', '.join(sorted(known))}.")
    return label


def read_sentiment(path: Path, *, name: str, how: SentimentSet) -> list[Row]:
    """The rows of one sentiment file (``text`` and ``label`` a line)."""
    lines = [line for line in read_lines(path, ("text", "label")) if line["text"].strip()]
    rows = []
    for number, line in enumerate(lines):
        # The translations are the same sentences in the same order, give or take a few missing: tenths of the file
        # stay together, so that a sentence and its translation do not part, but at nine seams.
        place = {"nusax": number, "nusatranslation": number * 10 // len(lines)}.get(how.aligned)
        rows.append(
            Row(
                task="sentiment",
                text=line["text"],
                labels=frozenset({check_label(line["label"], SENTIMENTS, file=path.name)}),
                source=name,
                held_with=how.policy or how.aligned or name,
                lacks=how.lacks,
                weight=how.weight,
                same_as="" if place is None else f"{how.aligned} {place}",
                date=str(line.get("date") or "")[:10],
            )
        )
    return rows


def load_sentiment(data: Path) -> list[Row]:
    """Every declared sentiment set under ``data/sentiment``. A file that is not declared is an error."""
    files = {path.name.removesuffix(".jsonl.gz"): path for path in sorted((data / "sentiment").glob("*.jsonl.gz"))}
    for name, path in files.items():
        if name not in SENTIMENT_SETS:
            raise BadData(f"{path.name} belum dinyatakan.", hint="Tambahkan ke models/sets.py.")
    return [row for name in files for row in read_sentiment(files[name], name=name, how=SENTIMENT_SETS[name])]


def narrow_topics(allowed: frozenset[str], text: str) -> tuple[frozenset[str], bool]:
    """What a row of a mixed section is about, as far as its words say, and whether the section alone says it."""
    if len(allowed) == 1:
        return allowed, True
    hinted = hint_topics(text.lower().split()) & allowed
    return (hinted if len(hinted) == 1 else allowed), False


def first_sentence(text: str) -> str:
    """The first stretch of a text, of 40 to 280 characters where it has that many, up to a full stop."""
    stop = text.find(". ", 40, 280)
    return text[: stop + 1] if stop > 0 else text[:280].rsplit(" ", 1)[0]


def load_news(data: Path, *, most: int, chars: int, seed: int) -> list[Row]:
    """News articles as two rows each: the start of the article (``chars`` long) and, alternately, title or sentence.

    At most ``most`` articles of one outlet and section, drawn by ``seed``: what an outlet writes most of is no prior.
    """
    lines = read_lines(data / "topic" / "news_2018_2026.jsonl.gz", ("text", "label", "title", "outlet"))
    order = np.random.default_rng(seed).permutation(len(lines))
    taken: dict[tuple[str, str], int] = {}
    rows = []
    for number in order:
        line = lines[number]
        cell = (line["outlet"], check_label(line["label"], NEWS_SECTIONS, file="topic/news_2018_2026"))
        labels, judged = narrow_topics(NEWS_SECTIONS[cell[1]], line["title"])
        if len(labels) > 5 or taken.get(cell, 0) >= most:
            continue
        taken[cell] = taken.get(cell, 0) + 1
        short = line["title"] if taken[cell] % 2 else first_sentence(line["text"])
        # One house under two names.
        outlet = "tribun" if line["outlet"].startswith("tribun") else line["outlet"]
        for form, text in (("article", f"{line['title']}\n{line['text'][:chars]}"), ("short", short)):
            rows.append(
                Row(
                    task="topic",
                    text=text,
                    labels=labels,
                    source=f"news/{outlet}",
                    held_with=outlet,
                    weight=1.0 if judged else 0.5,
                    form=form,
                    same_as=f"article {number}",
                    judged=judged,
                )
            )
    return rows


def load_complaints(data: Path) -> list[Row]:
    """SP4N-LAPOR! and LaporGub reports whose category says something of the topic."""
    rows = []
    for line in read_lines(data / "complaints" / "sp4n_bandung_2021_2023.jsonl.gz", ("text", "label")):
        topic = sp4n_topic(line["label"])
        title = line.get("judul") or ""
        # The title runs into the text without a blank.
        glued = bool(title) and line["text"].lower().startswith(title.lower())
        text = f"{title}\n{line['text'][len(title) :]}" if glued else line["text"]
        if topic is not None:
            labels = doubt_roads(frozenset({topic}), text.lower().split())
            rows.append(
                Row(
                    task="topic",
                    text=text,
                    labels=labels,
                    source="complaints/sp4n",
                    held_with="sp4n",
                    form="complaint",
                    judged=len(labels) == 1,
                )
            )
    for line in read_lines(data / "complaints" / "laporgub_jateng_tokens.jsonl.gz", ("text", "label")):
        category = check_label(line["label"], COMPLAINT_CATEGORIES, file="complaints/laporgub_jateng_tokens")
        labels, judged = narrow_topics(doubt_roads(COMPLAINT_CATEGORIES[category], line["text"].split()), line["text"])
        if labels != ANY:
            rows.append(
                Row(
                    task="topic",
                    text=line["text"],
                    labels=labels,
                    source="complaints/laporgub",
                    held_with="laporgub",
                    weight=1.0 if judged else 0.5,
                    form="complaint",
                    judged=judged,
                )
            )
    return rows


def posts_by_topic(posts: Sequence[Row], *, most: int, weight: float, seed: int) -> list[Row]:
    """Posts of sentiment sets as topic rows, labelled by what their set is about; at most ``most`` of one set.

    The label is the set's, not the post's, so a post must have a word that points there and none that points
    elsewhere, and has little weight.
    """
    taken: dict[str, int] = {}
    rows = []
    for number in np.random.default_rng(seed).permutation(len(posts)):
        post = posts[number]
        allowed = POSTS_ABOUT.get(post.source)
        if allowed is None or taken.get(post.source, 0) >= most:
            continue
        hinted = hint_topics(post.text.lower().split())
        if hinted - allowed or not (hinted or allowed == {OTHER}):
            continue
        taken[post.source] = taken.get(post.source, 0) + 1
        rows.append(
            Row(
                task="topic",
                text=post.text,
                labels=allowed,
                source=f"posts/{post.source}",
                held_with=post.source,
                weight=weight,
                judged=len(allowed) == 1,
            )
        )
    return rows


def sign_texts(batch: Sequence[Sequence[str]]) -> NDArray[np.uint64]:
    """MinHash signatures, one row a text, over word pairs (single words, where a text has fewer than three).

    Texts without a word get a signature that means nothing.
    """
    hashes: list[int] = []
    starts = []
    for words in batch:
        starts.append(len(hashes))
        codes = [zlib.crc32(word.encode("utf-8", "surrogatepass")) for word in words[:SIGNED_WORDS]] or [0]
        hashes += [a << 32 | b for a, b in pairwise(codes)] if len(codes) > 2 else codes
    shingles = np.array(hashes, dtype=np.uint64)
    salted = (np.minimum.reduceat(mix_hash(shingles, salt), starts) for salt in range(1, MINHASHES + 1))
    return np.stack(list(salted), axis=1)


def group_rows(batch: Sequence[Sequence[str]]) -> Groups:
    """One number a text, given as words, equal for near-duplicates; transitive. A text without a word stands alone."""
    parent = list(range(len(batch)))

    def root(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    signatures = sign_texts(batch)
    first_in_band: dict[tuple[int, bytes], int] = {}
    for item, signature in enumerate(signatures):
        if not batch[item]:
            continue
        for band in range(MINHASHES // BAND):
            key = (band, signature[band * BAND : (band + 1) * BAND].tobytes())
            other = first_in_band.setdefault(key, item)
            if other != item and float(np.mean(signature == signatures[other])) >= NEAR:
                parent[root(item)] = root(other)
    return np.array([root(item) for item in range(len(batch))], dtype=np.int64)


def join_same(groups: Groups, hashes: Sequence[int]) -> Groups:
    """Near-duplicate groups, those of texts that read the same joined: also texts without a word, such as emoji."""
    parent = {int(group): int(group) for group in groups}

    def root(group: int) -> int:
        while parent[group] != group:
            group = parent[group]
        return group

    first: dict[int, int] = {}
    for group, code in zip(groups.tolist(), hashes, strict=True):
        parent[root(group)] = root(first.setdefault(code, group))
    return np.array([root(group) for group in groups.tolist()], dtype=np.int64)


def split_rows(groups: Groups, same_as: Sequence[str], folds: int, *, seed: int) -> NDArray[np.int64]:
    """The fold, from 0, of each row: rows with one ``same_as`` word share a fold, others share it with their group.

    A near-duplicate of a row with a ``same_as`` word may fall elsewhere: ``without_leak`` then drops it from training.
    """
    units = [word or str(group) for word, group in zip(same_as, groups, strict=True)]
    names, numbers = np.unique(np.array(units), return_inverse=True)
    return np.asarray((np.random.default_rng(seed).permutation(len(names)) % folds)[numbers], dtype=np.int64)


def check_leak(groups: Groups, train: NDArray[np.bool_], test: NDArray[np.bool_]) -> None:
    """Raise LeakFound where a near-duplicate group stands on both sides of a split."""
    shared = np.intersect1d(groups[train], groups[test])
    if len(shared):
        raise LeakFound(
            f"{len(shared)} kelompok teks yang sama atau hampir sama ada di data latih dan data uji.",
            hint="Bagi data menurut kelompok (split_rows), atau buang kembarannya dari data latih.",
        )


def without_leak(groups: Groups, train: NDArray[np.bool_], test: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The training rows less those that are near-duplicates of a test row."""
    return train & ~np.isin(groups, np.unique(groups[test]))
