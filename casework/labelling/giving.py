"""What a labeller does: takes the next text, says its label, takes the last one back. Nobody sees another's label here.

Every label is kept when it is given: a page that is closed or loaded anew loses nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.labelling.records import (
    LabelTask,
    Progress,
    TextToLabel,
    as_text,
    check_note,
    check_task,
    check_value,
    find_batch,
)
from casework.labelling.tables import LabelBatchRow, LabelGivenRow, LabelSettledRow, LabelTextRow
from casework.roles import Actor
from kentongan.errors import Conflict, NotFound
from search.store import Store


@dataclass(frozen=True, slots=True)
class TextState:
    """A text of a batch with what stands about it."""

    row: LabelTextRow
    given: tuple[LabelGivenRow, ...]
    """Standing labels, oldest first."""
    settled: LabelSettledRow | None

    @property
    def complete(self) -> bool:
        return len(self.given) >= self.row.wanted

    @property
    def agreed(self) -> bool:
        """Whether all who were asked said the same label."""
        values = {one.value for one in self.given}
        return self.complete and len(values) == 1 and None not in values


def read_states(session: Session, batch: int) -> list[TextState]:
    """The texts of a batch in their order."""
    texts = list(session.scalars(select(LabelTextRow).where(LabelTextRow.batch == batch).order_by(LabelTextRow.place)))
    mine = select(LabelTextRow.id).where(LabelTextRow.batch == batch)
    given: dict[int, list[LabelGivenRow]] = {}
    standing = select(LabelGivenRow).where(LabelGivenRow.text.in_(mine), LabelGivenRow.undone_at.is_(None))
    for one in session.scalars(standing.order_by(LabelGivenRow.id)):
        given.setdefault(one.text, []).append(one)
    settled = {one.text: one for one in session.scalars(select(LabelSettledRow).where(LabelSettledRow.text.in_(mine)))}
    return [TextState(row, tuple(given.get(row.id, ())), settled.get(row.id)) for row in texts]


def can_label(state: TextState, person: str) -> bool:
    """Whether a person may still label a text: it wants labels, and the person gave none."""
    return state.settled is None and not state.complete and all(one.person != person for one in state.given)


def next_text(
    session: Session, store: Store, batch: int, *, person: str, skipped: Collection[int] = ()
) -> TextToLabel | None:
    """The next text for a person; None where nothing is left. Texts another began come first, ``skipped`` ones last.

    A text whose document was dropped since is passed over. Raises NotFound for the batch.
    """
    if find_batch(session, batch).closed_at is not None:
        return None
    waiting = [state for state in read_states(session, batch) if can_label(state, person)]
    waiting.sort(key=lambda state: (state.row.id in skipped, -len(state.given), state.row.place))
    for start in range(0, len(waiting), 20):
        part = waiting[start : start + 20]
        for state, record in zip(part, store.get([one.row.document for one in part]), strict=True):
            shown = as_text(state.row, record)
            if shown is not None:
                return shown
    return None


def give_label(
    session: Session, text: int, *, value: str | None, actor: Actor, now: datetime, note: str | None = None
) -> None:
    """Keep a person's label of a text; None says that the person cannot tell.

    Raises NotAllowed, NotFound, Conflict where the person said it already, others were faster, or the batch is closed.
    """
    actor = authorise(session, actor, action="labels.give", now=now)
    row = session.get(LabelTextRow, text)
    if row is None:
        raise NotFound(f"Teks {text} tidak ada dalam antrean mana pun.")
    batch = find_batch(session, row.batch, lock=True)
    if batch.closed_at is not None:
        raise Conflict(f"Antrean {batch.name} sudah ditutup.", hint="Pilih antrean lain.")
    standing = list(
        session.scalars(select(LabelGivenRow).where(LabelGivenRow.text == text, LabelGivenRow.undone_at.is_(None)))
    )
    if any(one.person == actor.id for one in standing):
        raise Conflict("Teks ini sudah Anda labeli.", hint="Batalkan label itu bila keliru, atau lanjut ke berikutnya.")
    if len(standing) >= row.wanted or is_settled(session, text):
        raise Conflict("Teks ini sudah cukup dilabeli orang lain.", hint="Lanjut ke teks berikutnya.")
    session.add(
        LabelGivenRow(
            text=text, person=actor.id, value=check_value(task_of(batch), value), note=check_note(note), at=now,
            undone_at=None,
        )
    )  # fmt: skip
    session.flush()


def undo_label(session: Session, batch: int, *, actor: Actor, now: datetime) -> int:
    """Take the person's last standing label of a batch back; returns its text, which comes up again.

    Raises NotAllowed, NotFound where there is none, Conflict where the text is settled by now or the batch closed.
    """
    actor = authorise(session, actor, action="labels.give", now=now)
    if find_batch(session, batch, lock=True).closed_at is not None:
        raise Conflict("Antrean ini sudah ditutup.")
    last = session.scalar(
        select(LabelGivenRow)
        .join(LabelTextRow, LabelTextRow.id == LabelGivenRow.text)
        .where(LabelTextRow.batch == batch, LabelGivenRow.person == actor.id, LabelGivenRow.undone_at.is_(None))
        .order_by(LabelGivenRow.id.desc())
        .limit(1)
    )
    if last is None:
        raise NotFound("Belum ada label Anda yang dapat dibatalkan.")
    if is_settled(session, last.text):
        raise Conflict("Label itu sudah ditetapkan, jadi tidak dapat dibatalkan lagi.")
    last.undone_at = now
    session.flush()
    return last.text


def read_progress(session: Session, batch: int, *, person: str | None) -> Progress:
    """How far a batch is, and what a person has left in it. Raises NotFound."""
    find_batch(session, batch)
    states = read_states(session, batch)
    pending = [one for one in states if one.complete and one.settled is None]
    return Progress(
        texts=len(states),
        labels=sum(len(one.given) for one in states),
        wanted=sum(one.row.wanted for one in states),
        mine=sum(given.person == person for one in states for given in one.given),
        left=0 if person is None else sum(can_label(one, person) for one in states),
        complete=sum(one.complete for one in states),
        settled=sum(one.settled is not None for one in states),
        ready=sum(one.agreed for one in pending),
        apart=sum(not one.agreed for one in pending),
    )


def is_settled(session: Session, text: int) -> bool:
    return session.scalar(select(LabelSettledRow.id).where(LabelSettledRow.text == text)) is not None


def task_of(batch: LabelBatchRow) -> LabelTask:
    """The task of a batch; the database knows no other."""
    return check_task(batch.task)
