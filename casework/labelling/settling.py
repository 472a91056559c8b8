"""Settles labels: what all said in one act; what they disagree on one by one, by the two or by a third person.

A settled label is a person's annotation in the store, which counts before any model's (but for hoaxes: see
``records.SAID_IN_STORE``), and a row of training data.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.agreement import Agreement, measure_agreement
from casework import audit
from casework.access import authorise
from casework.labelling.giving import TextState, read_states, task_of
from casework.labelling.records import (
    LABELS,
    SAID_IN_STORE,
    Disagreement,
    How,
    LabelTask,
    as_text,
    check_note,
    check_task,
    check_value,
    find_batch,
)
from casework.labelling.tables import LabelBatchRow, LabelSettledRow, LabelTextRow
from casework.roles import Actor
from kentongan.errors import Conflict, NotFound
from kentongan.schema import Annotation
from search.store import Store


def settle_agreed(
    session: Session, store: Store, batch: int, *, actor: Actor, now: datetime, via: str | None = None
) -> int:
    """Settle every complete text of a batch on which all who were asked agree; returns how many.

    Raises NotAllowed, NotFound, and Conflict where there is none.
    """
    actor = authorise(session, actor, action="labels.settle", now=now)
    row = find_batch(session, batch, lock=True)
    ready = [one for one in read_states(session, batch) if one.settled is None and one.agreed]
    if not ready:
        raise Conflict(
            "Tidak ada label yang siap ditetapkan.", hint="Tunggu sampai kedua orang melabeli teks yang sama."
        )
    for state in ready:
        how: How = "same" if state.row.wanted > 1 else "single"
        add_settled(session, state.row.id, value=state.given[0].value, how=how, note=None, actor=actor, now=now)
    annotate(store, row, {one.row.document: str(one.given[0].value) for one in ready}, actor=actor, now=now)
    detail: audit.Detail = {"act": "agreed", "texts": len(ready)}
    write_act(session, row, detail, actor=actor, now=now, via=via)
    return len(ready)


def settle_text(
    session: Session, store: Store, text: int, *, value: str | None, actor: Actor, now: datetime,
    note: str | None = None, via: str | None = None,
) -> How:  # fmt: skip
    """Settle one complete text; None says that it has none of the labels. Returns whether a third person did it or one
    of those who labelled it.

    Raises NotAllowed, NotFound, Conflict where it is not complete or already settled.
    """
    actor = authorise(session, actor, action="labels.settle", now=now)
    row = session.get(LabelTextRow, text)
    if row is None:
        raise NotFound(f"Teks {text} tidak ada dalam antrean mana pun.")
    batch = find_batch(session, row.batch, lock=True)
    state = next(one for one in read_states(session, row.batch) if one.row.id == text)
    if state.settled is not None:
        raise Conflict(f"Label teks ini sudah ditetapkan oleh {state.settled.person_name}.", hint="Muat ulang halaman.")
    if not state.complete:
        raise Conflict("Teks ini belum selesai dilabeli.", hint="Tetapkan setelah semua orang memberi labelnya.")
    how: How = "both" if any(one.person == actor.id for one in state.given) else "third"
    kept = check_value(task_of(batch), value)
    add_settled(session, text, value=kept, how=how, note=check_note(note), actor=actor, now=now)
    if kept is not None:
        annotate(store, batch, {row.document: kept}, actor=actor, now=now)
    detail: audit.Detail = {"act": how, "text": text, "value": kept}
    write_act(session, batch, detail, actor=actor, now=now, via=via)
    return how


def list_disagreements(session: Session, store: Store, batch: int, *, limit: int = 50) -> list[Disagreement]:
    """Complete texts that are not settled and on which people disagree or could not tell, in their order."""
    apart = [one for one in read_states(session, batch) if one.settled is None and one.complete and not one.agreed]
    found = []
    chosen = apart[:limit]
    for state, record in zip(chosen, store.get([one.row.document for one in chosen]), strict=True):
        shown = as_text(state.row, record)
        if shown is not None:
            said = tuple((one.person, one.value, one.note) for one in state.given)
            found.append(Disagreement(text=shown, said=said))
    return found


def agreement_of(session: Session, *, task: str, batch: int | None = None, resamples: int = 500) -> Agreement:
    """How far people agree in one batch, or in all of a task. Raises NotFound, KentonganError."""
    wanted = check_task(task)
    chosen = select(LabelBatchRow.id).where(LabelBatchRow.task == wanted).order_by(LabelBatchRow.id)
    numbers = list(session.scalars(chosen if batch is None else chosen.where(LabelBatchRow.id == batch)))
    if batch is not None and not numbers:
        raise NotFound(f"Antrean {batch} untuk tugas itu tidak ada.")
    units = [unit_of(state) for number in numbers for state in read_states(session, number) if state.given]
    return measure_agreement(units, LABELS[wanted], resamples=resamples)


def unit_of(state: TextState) -> dict[str, str | None]:
    """Who said what of one text."""
    return {one.person: one.value for one in state.given}


def add_settled(
    session: Session, text: int, *, value: str | None, how: How, note: str | None, actor: Actor, now: datetime
) -> None:
    session.add(
        LabelSettledRow(text=text, value=value, how=how, note=note, at=now, person=actor.id, person_name=actor.username)
    )
    session.flush()


def annotate(store: Store, batch: LabelBatchRow, labels: Mapping[str, str], *, actor: Actor, now: datetime) -> None:
    """Say in the store what was settled of the documents that are still there."""
    task: LabelTask = task_of(batch)
    if task not in SAID_IN_STORE:
        return
    there = [one.document.id for one in store.get(list(labels)) if one is not None]
    store.annotate(Annotation(document=one, task=task, value=labels[one], by=actor.id, at=now) for one in there)


def write_act(
    session: Session, batch: LabelBatchRow, detail: audit.Detail, *, actor: Actor, now: datetime, via: str | None
) -> None:
    audit.record(
        session, actor, action="labels.settle", object=f"label_batch:{batch.id}", detail=audit.with_way(detail, via),
        now=now,
    )  # fmt: skip
