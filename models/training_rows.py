"""Which rows an encoder learns its tasks from: the declared sets, and files of one's own in the same form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from kentongan.schema import SENTIMENTS, TOPICS, Task
from models.data import (
    BadData,
    Row,
    check_label,
    load_complaints,
    load_news,
    load_sentiment,
    posts_by_topic,
    read_lines,
)
from models.hoax_data import HOAX_LABELS, load_hoax
from models.language_data import LANGUAGES, load_languages

LABELS: Mapping[Task, tuple[str, ...]] = {
    "sentiment": SENTIMENTS,
    "topic": TOPICS,
    "hoax": HOAX_LABELS,
    "language": LANGUAGES,
}


class RowChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which rows, and how many. An unknown key in a file is an error."""

    tasks: tuple[Task, ...] = ("sentiment", "topic", "hoax", "language")
    seed: int = 20261122
    most: int = 0
    """Most rows of one source; 0 for all. A small number makes a quick trial."""
    articles: int = 120
    """Most articles of one outlet and section."""
    article_chars: int = 600
    posts: int = 500
    """Most posts of one sentiment set that serve as topic rows."""
    post_weight: float = 0.3
    complaints: int = 5000
    """Most complaints of one system."""
    translations: int = 1500
    """Most rows of one NusaTranslation set: four translations of the same posts, without a neutral class."""
    languages: int = 700
    """Most texts of one language and collection."""
    declared: bool = True
    """Whether the declared sets under the data folder are read; else only ``files``."""
    files: dict[Task, tuple[str, ...]] = {}
    """Further JSONL files of {"text", "label"} rows by task, analysts' corrections for instance. Each is a matter of
    its own: it is left out whole in one round."""

    def labels_of(self, task: Task) -> tuple[str, ...]:
        """The labels of a task."""
        return LABELS[task]

    def decided_rounds(self, rows: Mapping[Task, Sequence[Row]], rounds: int) -> dict[Task, NDArray[np.int8]]:
        """Rounds that are not spread by size: languages are never left out whole."""
        return {task: np.full(len(own), -1, dtype=np.int8) for task, own in rows.items() if task == "language"}


def load_rows(data: Path, choice: RowChoice) -> dict[Task, list[Row]]:
    """The rows of each chosen task. Raises BadData for an unknown label, a broken line, a task without rows."""
    found: dict[Task, list[Row]] = {task: [] for task in choice.tasks}
    unknown = [task for task in (*choice.tasks, *choice.files) if task not in LABELS]
    if unknown:
        raise BadData(f"Tugas {unknown[0]!r} tidak dikenal.", hint=f"Yang dikenal: {', '.join(LABELS)}.")
    if choice.declared:
        sentiment = load_sentiment(data) if {"sentiment", "topic"} & set(choice.tasks) else []
        if "sentiment" in found:
            found["sentiment"] = thin_rows(sentiment, choice.translations, choice.seed, only="nusatranslation")
        if "topic" in found:
            complaints = thin_rows(load_complaints(data), choice.complaints, choice.seed)
            posts = posts_by_topic(sentiment, most=choice.posts, weight=choice.post_weight, seed=choice.seed)
            news = load_news(data, most=choice.articles, chars=choice.article_chars, seed=choice.seed)
            found["topic"] = [*news, *complaints, *posts]
        if "hoax" in found:
            found["hoax"] = load_hoax(data)
        if "language" in found:
            found["language"] = load_languages(data, most=choice.languages, seed=choice.seed).rows
    for task, files in choice.files.items():
        for file in files:
            found.setdefault(task, []).extend(read_own(Path(file), task))
    if choice.most:
        found = {task: thin_rows(rows, choice.most, choice.seed) for task, rows in found.items()}
    empty = [task for task, rows in found.items() if not rows]
    if empty:
        raise BadData(f"Tidak ada baris untuk {', '.join(empty)}.", hint="Periksa --data, tasks, dan files.")
    return found


def read_own(path: Path, task: Task) -> list[Row]:
    """The rows of a file of one's own. Raises BadData, naming line and label, where one cannot be used."""
    rows = []
    for line in read_lines(path, ("text", "label")):
        label = check_label(line["label"], LABELS[task], file=path.name)
        rows.append(Row(task=task, text=line["text"], labels=frozenset({label}), source=path.stem, held_with=path.stem))
    return rows


def thin_rows(rows: Sequence[Row], most: int, seed: int, *, only: str = "") -> list[Row]:
    """At most ``most`` rows of each source (whose name begins with ``only``), drawn so that rows with one ``same_as``
    word stay or go together."""
    sizes: dict[str, int] = {}
    for row in rows:
        sizes[row.source] = sizes.get(row.source, 0) + 1
    rng = np.random.default_rng(seed)
    kept_words: dict[str, float] = {}
    draws = rng.random(len(rows))
    kept = []
    for row, draw in zip(rows, draws, strict=True):
        own = kept_words.setdefault(row.same_as, float(draw)) if row.same_as else float(draw)
        # A word may name a tenth of a file: then rows are drawn one by one, and stay in their tenth.
        if row.same_as.startswith("nusatranslation"):
            own = float(draw)
        share = most / sizes[row.source] if row.source.startswith(only) else 1.0
        if own < share:
            kept.append(replace(row))
    return kept
