"""Labelled sentences for the names pipeline: reading CoNLL files, spelling them out as text, groups, splits, vectors.

A token and its tag stand in a line, parted by a tab; an empty line ends a sentence. The two sets do not mean the same
by an organisation: NERGrit tags organisations; NERP has a tag "IND" for products, brands, clubs and companies alike,
and leaves ministries and parties mostly untagged. So NERP teaches and measures people and places only, and a span
tagged IND in it is left open.
"""

from __future__ import annotations

import gzip
import lzma
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from kentongan.text import normalised_tokens
from models.data import BadData, Groups, check_leak, group_rows, without_leak

PER, ORG, LOC = "PER", "ORG", "LOC"
KINDS = (PER, ORG, LOC)
OPEN = "OPEN"
"""A span that may be an organisation or not: it is neither learned from nor measured."""

TAGS: dict[str, dict[str, str]] = {
    "nergrit": {"PERSON": PER, "ORGANISATION": ORG, "PLACE": LOC},
    "nerp": {"PPL": PER, "PLC": LOC, "IND": OPEN, "EVT": "", "FNB": ""},
}
"""What each set's tags are here; "" where it is no name of the three kinds (events, food)."""

MEASURED: dict[str, tuple[str, ...]] = {"nergrit": KINDS, "nerp": (PER, LOC)}
"""Kinds that a set says something about."""

NGRAM = 6
"""Words in a row that a pretraining document must not share with a judged sentence."""


@dataclass(frozen=True, slots=True)
class Span:
    """One name: characters from ``start`` up to ``end``, and its kind."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One labelled sentence as running text."""

    text: str
    spans: tuple[Span, ...]
    source: str
    """The set it comes from; a key of ``TAGS``."""


def read_conll(path: Path, source: str) -> list[Sentence]:
    """The sentences of a CoNLL file. Raises BadData, naming the line, for an unknown tag or an unreadable file.

    A name that begins with an inside tag begins there all the same.
    """
    sentences: list[Sentence] = []
    words: list[str] = []
    tags: list[str] = []
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    word, _, tag = line.rstrip("\n").partition("\t")
                    words.append(word)
                    tags.append(map_tag(tag, source, f"{path.name} baris {number}"))
                elif words:
                    sentences.append(spell_out(words, tags, source))
                    words, tags = [], []
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise BadData(f"{path.name} tidak terbaca setelah {len(sentences)} kalimat: {error}.") from error
    if words:
        sentences.append(spell_out(words, tags, source))
    return sentences


def map_tag(tag: str, source: str, where: str) -> str:
    """A set's tag as "", "B-KIND" or "I-KIND". Raises BadData for a tag the set is not known to have."""
    place, _, name = tag.partition("-")
    if tag != "O" and (place not in ("B", "I") or name not in TAGS[source]):
        raise BadData(
            f"{where}: label {tag!r} tidak dikenal.", hint=f"Yang dikenal: O, {', '.join(sorted(TAGS[source]))}."
        )
    kind = "" if tag == "O" else TAGS[source][name]
    return f"{place}-{kind}" if kind else ""


def spell_out(words: Sequence[str], tags: Sequence[str], source: str) -> Sentence:
    """Tokens as the text they came from, as far as that can be told: punctuation joined, doubled words hyphenated."""
    text = ""
    spans: list[Span] = []
    quoted = False
    glue = True
    for at, (word, tag) in enumerate(zip(words, tags, strict=True)):
        closing = word == '"' and quoted
        joined = glue or closing or word in {",", ".", ":", ";", "!", "?", ")", "]", "%", "..."} or hyphen(words, at)
        text += "" if joined else " "
        start = len(text)
        text += word
        quoted ^= word == '"'
        glue = word in {"(", "["} or (word == '"' and quoted) or hyphen(words, at)
        if tag.startswith("I-") and spans and at and tags[at - 1][2:] == tag[2:]:
            spans[-1] = replace(spans[-1], end=len(text))
        elif tag:
            spans.append(Span(start, len(text), tag[2:]))
    return Sentence(text, tuple(spans), source)


def hyphen(words: Sequence[str], at: int) -> bool:
    """Whether this token is a hyphen inside a doubled word ("tahu - menahu") or behind an article ("al - islam")."""
    if words[at] != "-" or not 0 < at < len(words) - 1:
        return False
    before, after = words[at - 1].lower(), words[at + 1].lower()
    return before in {"al", "el"} or (len(before) > 2 and (before[-3:] in after or after[:3] in before))


def in_lower_case(sentence: Sentence) -> Sentence:
    """The sentence in small letters; the same one where a letter's small form is longer, which would move the spans."""
    lowered = sentence.text.lower()
    return replace(sentence, text=lowered) if len(lowered) == len(sentence.text) else sentence


@dataclass(frozen=True, slots=True)
class Splits:
    """Sentences to learn from, to stop by, and to judge by."""

    train: list[Sentence]
    stop: list[Sentence]
    """Held out of training: says when to stop and which variant is better."""
    judge: dict[str, list[Sentence]]
    """The validation file of each set: seen by nothing before the last figure."""
    dropped: dict[str, int]
    """Sentences left out of train and stop, by set, because a judged sentence is near to them."""


def load_splits(folder: Path, *, share: float, seed: int) -> Splits:
    """The sets in a folder of ``SET_train.txt.gz`` and ``SET_valid.txt.gz``.

    ``share`` of the near-duplicate groups of the training files goes to ``stop``. Raises LeakFound should a
    near-duplicate group stand on both sides all the same.
    """
    learn = [one for source in TAGS for one in read_conll(folder / f"{source}_train.txt.gz", source)]
    judge = {source: read_conll(folder / f"{source}_valid.txt.gz", source) for source in TAGS}
    every = learn + [one for source in TAGS for one in judge[source]]
    groups = group_rows([normalised_tokens(one.text) for one in every])
    judged = np.arange(len(every)) >= len(learn)
    kept = without_leak(groups, ~judged, judged)
    check_leak(groups, kept, judged)
    dropped = {s: sum(one.source == s and not kept[n] for n, one in enumerate(learn)) for s in TAGS}
    stop = pick_groups(groups, kept, share=share, seed=seed)
    check_leak(groups, kept & ~stop, stop)
    return Splits(
        train=[every[n] for n in np.flatnonzero(kept & ~stop)],
        stop=[every[n] for n in np.flatnonzero(stop)],
        judge=judge,
        dropped=dropped,
    )


def pick_groups(groups: Groups, rows: NDArray[np.bool_], *, share: float, seed: int) -> NDArray[np.bool_]:
    """About a share of these rows, by whole near-duplicate groups."""
    names = np.unique(groups[rows])
    chosen = np.random.default_rng(seed).permutation(names)[: round(share * len(names))]
    return np.asarray(rows & np.isin(groups, chosen))


def ngrams(words: Sequence[str]) -> set[tuple[str, ...]]:
    """All runs of ``NGRAM`` words."""
    return {tuple(words[at : at + NGRAM]) for at in range(len(words) - NGRAM + 1)}


WORD = re.compile(r"\w+(?:-\w+)*|[^\w\s]")


def write_corpus(
    corpus: Path, out: Path, *, chars: Mapping[str, int], judged: Iterable[Sentence], seed: int
) -> tuple[int, int]:
    """Write documents for the word vectors, tokens parted by blanks, small letters; returns tokens and documents left
    out because they share a run of words with a judged sentence.

    ``chars`` says how many characters of which file of the corpus are drawn.
    """
    forbidden = {run for one in judged for run in ngrams(WORD.findall(one.text.lower()))}
    written = dropped = 0
    with out.open("w", encoding="utf-8") as file:
        for name, most in chars.items():
            left = most
            for document in draw_documents(corpus / f"{name}.txt.xz", seed=seed):
                words = WORD.findall(document.lower())
                if not forbidden.isdisjoint(ngrams(words)):
                    dropped += 1
                    continue
                file.write(" ".join(words) + "\n")
                written += len(words)
                left -= len(document)
                if left <= 0:
                    break
    return written, dropped


def draw_documents(path: Path, *, seed: int) -> Iterator[str]:
    """The lines of an ``.xz`` file in random order. Raises BadData where it cannot be read."""
    try:
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            documents = lines.readlines()
    except (OSError, EOFError, lzma.LZMAError, UnicodeDecodeError) as error:
        raise BadData(f"{path.name} tidak terbaca: {error}.", hint="Periksa --data.") from error
    random.Random(seed).shuffle(documents)
    yield from documents


class VectorShape(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How word vectors are learned and hashed (floret: a word is the sum of rows that its pieces hash to)."""

    rows: int = 24_000
    width: int = 64
    hashes: int = 2
    """Rows that each piece of a word takes part in."""
    shortest: int = 3
    longest: int = 5
    """Letters of a piece, its ends included."""
    epochs: int = 3
    seed: int = 1
    """Draws the documents."""
    chars: dict[str, int] = msgspec.field(
        default_factory=lambda: {
            "news": 36_000_000,
            "social": 8_000_000,
            "lang_ind": 2_000_000,
            "mt_general_news_id": 2_000_000,
        }
    )
    """Characters of each corpus file that are read."""


def learn_vectors(tokens: Path, shape: VectorShape, *, out: Path) -> NDArray[np.float16]:
    """The table of floret vectors (Bojanowski et al. 2017 skip-gram; rows by width) learned from a file of tokens.

    One thread, so that the same file gives the same table. Writes floret's own file to ``out`` on the way.
    """
    import floret

    model = floret.train_unsupervised(
        str(tokens), model="skipgram", mode="floret", hashCount=shape.hashes, bucket=shape.rows, dim=shape.width,
        minn=shape.shortest, maxn=shape.longest, minCount=8, ws=4, neg=4, epoch=shape.epochs, lr=0.05, thread=1,
        verbose=0,
    )  # fmt: skip
    model.save_floret_vectors(str(out))
    with out.open(encoding="utf-8") as lines:
        next(lines)
        table = np.array([[float(value) for value in line.split(" ")[1 : shape.width + 1]] for line in lines])
    scaled: NDArray[np.float16] = (table / np.abs(table).mean()).astype(np.float16)
    return scaled
