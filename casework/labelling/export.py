"""Writes settled labels, and corrections made on other pages, as rows that a training reads (``models.training_rows``).

A row has no name in it: labellers are pseudonyms, accounts and numbers in the words are masked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.labelling.held_back import drift_documents
from casework.labelling.records import KINDS, LABELS, LabelTask, check_task, mask_text, pseudonym, words_of
from casework.labelling.tables import LabelBatchRow, LabelGivenRow, LabelSettledRow, LabelTextRow
from casework.roles import Actor
from kentongan.batches import batched
from kentongan.schema import Query, Record, Task
from kentongan.settings import Settings
from search.store import Store

AT_ONCE: Final = 256


class LabelLine(msgspec.Struct, frozen=True, kw_only=True):
    """One row of training data; ``text`` and ``label`` are what a training reads, the rest is for splits and doubts."""

    id: str
    """Of the document."""
    text: str
    label: str
    labellers: tuple[str, ...]
    """Pseudonyms of those who labelled or settled it."""
    how: str
    """"same", "single", "both", "third" (``tables.LabelSettledRow``), or "correction": made while working."""
    labelled_at: datetime
    source: str
    kind: str
    date: str
    """ISO date of publication, for splits by time."""
    story: str | None
    """Copies of one message have the same: they belong on the same side of a split."""
    batch: int | None
    rule: str | None
    """How it was drawn; "doubt" rows are harder than the rest."""


def export_labels(
    session: Session, store: Store, *, task: str, settings: Settings, actor: Actor, now: datetime,
    via: str | None = None,
) -> list[LabelLine]:  # fmt: skip
    """Every row of training data there is for a task. Raises NotAllowed, KentonganError, Retry.

    Texts drawn to measure drift are left out, whoever labelled them, and so are complaints.
    """
    actor = authorise(session, actor, action="labels.export", now=now)
    wanted = check_task(task)
    held = drift_documents(settings)
    settled = [line for line in settled_lines(session, store, wanted) if line.id not in held]
    known = held | {line.id for line in settled} | unusable_documents(session, wanted)
    lines = [*settled, *(line for line in corrected_lines(store, wanted) if line.id not in known)]
    detail: audit.Detail = {"task": wanted, "rows": len(lines), "corrections": len(lines) - len(settled)}
    audit.record(
        session, actor, action="labels.export", object=f"labels:{wanted}", detail=audit.with_way(detail, via), now=now
    )
    return lines


def write_labels(path: Path, lines: list[LabelLine]) -> None:
    """The rows as JSON lines; the file is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    draft.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
    draft.replace(path)


def settled_lines(session: Session, store: Store, task: LabelTask) -> Iterator[LabelLine]:
    """Settled labels whose documents are still there, oldest first."""
    chosen = (
        select(LabelSettledRow, LabelTextRow, LabelBatchRow.rule)
        .join(LabelTextRow, LabelTextRow.id == LabelSettledRow.text)
        .join(LabelBatchRow, LabelBatchRow.id == LabelTextRow.batch)
        .where(LabelBatchRow.task == task, LabelSettledRow.value.is_not(None))
        .order_by(LabelSettledRow.id)
    )
    for part in batched(iter(session.execute(chosen).all()), AT_ONCE):
        givers = read_givers(session, [text.id for _, text, _ in part])
        for (settled, text, rule), record in zip(part, store.get([text.document for _, text, _ in part]), strict=True):
            words = None if record is None else words_of(record, text.revision)
            if record is None or words is None:
                continue
            people = givers.get(text.id, []) + ([settled.person] if settled.how in ("both", "third") else [])
            yield as_line(
                record, words, label=str(settled.value), people=people, how=settled.how, at=settled.at,
                batch=text.batch, rule=rule,
            )  # fmt: skip


def corrected_lines(store: Store, task: LabelTask) -> Iterator[LabelLine]:
    """Labels people gave elsewhere, each person's newest word: reads every document of the task's kinds."""
    name: Task = task
    for record in store.stream(Query(kinds=KINDS[task])):
        said = record.labels.get(name)
        if said is not None and said.by_person and not said.abstained and said.value in LABELS[task]:
            words = mask_text(record.newest.words)
            yield as_line(
                record, words, label=str(said.value), people=[said.by], how="correction", at=said.at, batch=None,
                rule=None,
            )  # fmt: skip


def as_line(
    record: Record, words: str, *, label: str, people: list[str], how: str, at: datetime, batch: int | None,
    rule: str | None,
) -> LabelLine:  # fmt: skip
    story = record.labels.get("story")
    return LabelLine(
        id=record.document.id, text=words, label=label, labellers=tuple(dict.fromkeys(map(pseudonym, people))),
        how=how, labelled_at=at, source=record.document.source, kind=record.document.kind,
        date=record.document.published_at.date().isoformat(), story=None if story is None else story.value,
        batch=batch, rule=rule,
    )  # fmt: skip


def read_givers(session: Session, texts: list[int]) -> dict[int, list[str]]:
    """Ids of those whose labels stand, by text."""
    found: dict[int, list[str]] = {}
    standing = select(LabelGivenRow).where(LabelGivenRow.text.in_(texts), LabelGivenRow.undone_at.is_(None))
    for one in session.scalars(standing.order_by(LabelGivenRow.id)):
        found.setdefault(one.text, []).append(one.person)
    return found


def unusable_documents(session: Session, task: LabelTask) -> set[str]:
    """Documents that were settled as having none of the labels."""
    return set(
        session.scalars(
            select(LabelTextRow.document)
            .join(LabelSettledRow, LabelSettledRow.text == LabelTextRow.id)
            .join(LabelBatchRow, LabelBatchRow.id == LabelTextRow.batch)
            .where(LabelBatchRow.task == task, LabelSettledRow.value.is_(None))
        )
    )
