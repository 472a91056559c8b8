"""Labelling as frozen records, and what can be labelled: tasks, their labels and the kinds of documents they read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, cast, get_args

from sqlalchemy.orm import Session

from casework.labelling.tables import LabelBatchRow, LabelTextRow
from kentongan.errors import KentonganError, NotFound
from kentongan.masking import mask_words
from kentongan.schema import Kind, Record, revision_hash
from models.training_rows import LABELS as TRAINING_LABELS

LabelTask = Literal["sentiment", "topic", "hoax", "language"]
"""What texts can be labelled for here: the tasks that a training reads rows of."""
TASKS: Final[tuple[LabelTask, ...]] = get_args(LabelTask)
TASK_WORDS: Final[Mapping[LabelTask, str]] = {
    "sentiment": "Sentimen", "topic": "Topik", "hoax": "Dugaan hoaks", "language": "Bahasa",
}  # fmt: skip
Rule = Literal["random", "doubt"]
"""How a batch is drawn: by chance, or where the model that serves is unsure."""
RULES: Final[tuple[Rule, ...]] = get_args(Rule)
How = Literal["same", "single", "both", "third"]
"""How a label was settled (``tables.LabelSettledRow``)."""

LABELS: Final[Mapping[LabelTask, tuple[str, ...]]] = {task: TRAINING_LABELS[task] for task in TASKS}
"""The labels of each task, those that trainings know."""
KINDS: Final[Mapping[LabelTask, tuple[Kind, ...]]] = {
    "sentiment": ("post", "comment"),
    "topic": ("post", "comment", "article"),
    "hoax": ("post", "comment"),
    "language": ("post", "comment"),
}
"""What is drawn for each task. Complaints never are: their words are for those who answer them."""
SAID_IN_STORE: Final[frozenset[LabelTask]] = frozenset({"sentiment", "topic", "language"})
"""Tasks whose settled label becomes a person's annotation. A training label "hoax" is no verdict: that has a review, a
reason and two signatures (``casework.verdicts``)."""

ACCOUNT: Final = re.compile(r"(?<![\w@])@\w[\w.]*")
ACCOUNT_MASK: Final = "@akun"
MAX_NOTE: Final = 500
MOST_WORDS: Final = 4_000
"""Characters of a text that are shown and exported: models read no more than half of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One batch."""

    id: int
    task: LabelTask
    name: str
    rule: Rule
    query: Mapping[str, Any]
    overlap: float
    candidates: int
    made_at: datetime
    made_name: str
    closed_at: datetime | None
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a batch is."""

    texts: int
    labels: int
    """Labels given and standing."""
    wanted: int
    """Labels that were asked for."""
    mine: int
    """Labels of the person who asks."""
    left: int
    """Texts the person can still label."""
    complete: int
    """Texts with as many labels as were asked for."""
    settled: int
    ready: int
    """Complete, not settled, and nothing to argue about."""
    apart: int
    """Complete, not settled, and their people disagree or could not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextToLabel:
    """A text as a labeller sees it: without account, without what a model or anybody else said of it."""

    id: int
    place: int
    kind: Kind
    words: str
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A text whose people disagree."""

    text: TextToLabel
    said: tuple[tuple[str, str | None, str | None], ...]
    """Person's id, label (None: could not tell), note; in the order they were given."""


def as_batch(row: LabelBatchRow) -> Batch:
    return Batch(
        id=row.id, task=cast(LabelTask, row.task), name=row.name, rule=cast(Rule, row.rule), query=row.query,
        overlap=row.overlap, candidates=row.candidates, made_at=row.made_at, made_name=row.made_name,
        closed_at=row.closed_at, sample=row.sample,
    )  # fmt: skip


def find_batch(session: Session, batch: int, *, lock: bool = False) -> LabelBatchRow:
    """The row of a batch. Raises NotFound."""
    row = session.get(LabelBatchRow, batch, with_for_update=True if lock else None, populate_existing=True)
    if row is None:
        raise NotFound(f"Antrean {batch} tidak ada.", hint="Daftarnya: `kentongan labels list`.")
    return row


def mask_text(words: str) -> str:
    """Words as labellers and training files get them: numbers, mail and accounts masked, of bounded length."""
    return ACCOUNT.sub(ACCOUNT_MASK, mask_words(words[:MOST_WORDS]))


def words_of(record: Record, revision: str) -> str | None:
    """The words of one revision, masked; None where the record has it no more."""
    if record.newest.hash == revision:
        return mask_text(record.newest.words)
    document = record.document
    if revision_hash(document.title, document.text) == revision:
        return mask_text(f"{document.title}\n{document.text}" if document.title else document.text)
    for seen in record.observations:
        if seen.revision is not None and seen.revision.hash == revision:
            return mask_text(seen.revision.words)
    return None


def as_text(row: LabelTextRow, record: Record | None) -> TextToLabel | None:
    """The text, or None where its document was dropped since."""
    words = None if record is None else words_of(record, row.revision)
    if record is None or words is None:
        return None
    return TextToLabel(
        id=row.id, place=row.place, kind=record.document.kind, words=words, sample=record.document.sample
    )


def pseudonym(person: str) -> str:
    """A labeller's name in files and comparisons: the same everywhere, and nobody's."""
    return f"pelabel-{hashlib.blake2b(person.encode(), digest_size=4, person=b'labelling').hexdigest()}"


def check_task(task: str) -> LabelTask:
    """The task. Raises KentonganError for one that nobody labels here."""
    if task not in TASKS:
        raise KentonganError(f"Tugas {task!r} tidak dilabeli di sini.", hint=f"Pilih: {', '.join(TASKS)}.")
    return task


def check_value(task: LabelTask, value: str | None) -> str | None:
    """The label. Raises KentonganError for one the task has not."""
    if value is not None and value not in LABELS[task]:
        raise KentonganError(f"Label {value!r} tidak dikenal.", hint=f"Pilih: {', '.join(LABELS[task])}.")
    return value


def check_note(note: str | None) -> str | None:
    """The note without blanks around it. Raises KentonganError for one too long."""
    kept = (note or "").strip() or None
    if kept is not None and len(kept) > MAX_NOTE:
        raise KentonganError(f"Catatan terlalu panjang: {len(kept)} karakter, paling banyak {MAX_NOTE}.")
    return kept
