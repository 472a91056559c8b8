"""What happens to a follow-up after it was assigned: answer, return, close, cancel, reopen, extend, remind."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.agencies import require_agency
from casework.followups.assigning import Due, due_moment
from casework.followups.history import MOST_LISTED, lock_followup, record_act
from casework.followups.records import OPEN_STATES, FollowUp, FollowUpState, as_followup
from casework.followups.tables import FollowUpRow
from casework.roles import Action, Actor
from casework.verdict_rules import check_text
from kentongan.errors import Conflict
from kentongan.times import to_zone
from kentongan.working_days import Calendar

REMIND_BEFORE: Final = timedelta(hours=48)
"""How long before it is due an agency is reminded the first time; chosen by us, two days leave time to answer. The
second reminder comes once it is overdue."""


def answer_followup(
    session: Session, followup: int, *, answer: str, actor: Actor, now: datetime, version: int | None = None,
    via: str | None = None,
) -> FollowUp:  # fmt: skip
    """Keep an agency's answer. An officer answers for their own agency only; others note what it told them.

    Raises NotAllowed, NotFound, Conflict, KentonganError for an empty answer.
    """
    actor = authorise(session, actor, action="followups.answer", now=now)
    row = lock_followup(session, followup, states=("assigned",), doing="dijawab", version=version)
    if actor.role == "petugas":
        require_agency(session, actor, row.agency)
    row.answer, row.answered_at, row.state = check_text("Jawaban", answer), now, "answered"
    return finish(session, row, act="answered", note=row.answer, actor=actor, now=now, via=via)


def return_followup(
    session: Session, followup: int, *, reason: str, actor: Actor, now: datetime, version: int | None = None,
    via: str | None = None,
) -> FollowUp:  # fmt: skip
    """Ask again: the answer does not do. Its words stay in the history. Raises as ``answer_followup`` does."""
    row, actor, said = begin(
        session, followup, words=("Alasan", reason), states=("answered",), doing="dikembalikan", actor=actor, now=now,
        version=version,
    )  # fmt: skip
    row.state, row.answer, row.answered_at, row.reminded = "assigned", None, None, None
    return finish(session, row, act="returned", note=said, actor=actor, now=now, via=via)


def close_followup(
    session: Session, followup: int, *, result: str, actor: Actor, now: datetime, version: int | None = None,
    via: str | None = None,
) -> FollowUp:  # fmt: skip
    """End an answered follow-up with what came of it. Raises as ``answer_followup`` does."""
    row, actor, said = begin(
        session, followup, words=("Hasil", result), states=("answered",), doing="ditutup", actor=actor, now=now,
        version=version,
    )  # fmt: skip
    row.state, row.result, row.ended_at = "closed", said, now
    return finish(session, row, act="closed", note=said, actor=actor, now=now, via=via)


def cancel_followup(
    session: Session, followup: int, *, reason: str, actor: Actor, now: datetime, version: int | None = None,
    via: str | None = None,
) -> FollowUp:  # fmt: skip
    """Take a task back. Raises as ``answer_followup`` does."""
    row, actor, said = begin(
        session, followup, words=("Alasan", reason), states=OPEN_STATES, doing="dibatalkan", actor=actor, now=now,
        version=version,
    )  # fmt: skip
    row.state, row.result, row.ended_at = "cancelled", said, now
    return finish(session, row, act="cancelled", note=said, actor=actor, now=now, via=via)


def reopen_followup(
    session: Session, followup: int, *, reason: str, due: Due, calendar: Calendar, zone: str, actor: Actor,
    now: datetime, version: int | None = None, via: str | None = None,
) -> FollowUp:  # fmt: skip
    """Take up again what was ended, until a new day. Raises as ``answer_followup`` does.

    A task for the police is not taken up again: its grounds are of the day it was given.
    """
    row, actor, said = begin(
        session, followup, words=("Alasan", reason), states=("closed", "cancelled"), doing="dibuka kembali",
        actor=actor, now=now, version=version,
    )  # fmt: skip
    refuse_police(row)
    row.state, row.answer, row.answered_at, row.result, row.ended_at, row.reminded = "assigned", *(None,) * 5
    row.due_at = due_moment(due, today=to_zone(now, zone).date(), calendar=calendar, zone=zone)
    return finish(session, row, act="reopened", note=said, actor=actor, now=now, via=via)


def extend_followup(
    session: Session, followup: int, *, reason: str, due: Due, calendar: Calendar, zone: str, actor: Actor,
    now: datetime, version: int | None = None, via: str | None = None,
) -> FollowUp:  # fmt: skip
    """Give an agency until another day. Raises as ``answer_followup`` does."""
    row, actor, said = begin(
        session, followup, words=("Alasan", reason), states=("assigned",), doing="diundur", actor=actor, now=now,
        version=version,
    )  # fmt: skip
    row.due_at = due_moment(due, today=to_zone(now, zone).date(), calendar=calendar, zone=zone)
    row.reminded = None
    return finish(session, row, act="extended", note=said, actor=actor, now=now, via=via)


def remind_agencies(session: Session, *, actor: Actor, now: datetime, via: str | None = None) -> list[FollowUp]:
    """Note a reminder for each task that is nearly due or overdue, once for each; returns them, soonest due first.

    How they reach the agency is the caller's: the command prints them, the page lists them. Raises NotAllowed.
    """
    actor = authorise(session, actor, action="followups.remind", now=now)
    late = (FollowUpRow.due_at <= now) & or_(FollowUpRow.reminded.is_(None), FollowUpRow.reminded == "soon")
    soon = (FollowUpRow.due_at > now) & (FollowUpRow.due_at <= now + REMIND_BEFORE) & FollowUpRow.reminded.is_(None)
    chosen = select(FollowUpRow).where(FollowUpRow.state == "assigned", late | soon)
    rows = session.scalars(chosen.order_by(FollowUpRow.due_at, FollowUpRow.id).limit(MOST_LISTED).with_for_update())
    reminded = []
    for row in list(rows):
        row.reminded = "late" if row.due_at <= now else "soon"
        detail = {"pengingat": row.reminded, "tenggat": row.due_at.isoformat()}
        reminded.append(finish(session, row, act="reminded", note=None, actor=actor, now=now, via=via, detail=detail))
    return reminded


def begin(
    session: Session, followup: int, *, words: tuple[str, str], states: tuple[FollowUpState, ...], doing: str,
    actor: Actor, now: datetime, version: int | None, action: Action = "followups.assign",
) -> tuple[FollowUpRow, Actor, str]:  # fmt: skip
    """What every act of those who assign begins with: the right, the words, the row."""
    actor = authorise(session, actor, action=action, now=now)
    said = check_text(*words)
    return lock_followup(session, followup, states=states, doing=doing, version=version), actor, said


def finish(
    session: Session, row: FollowUpRow, *, act: str, note: str | None, actor: Actor, now: datetime, via: str | None,
    detail: dict[str, str] | None = None,
) -> FollowUp:  # fmt: skip
    session.flush()
    record_act(session, row, act=act, note=note, detail=detail or {}, actor=actor, now=now, via=via)
    return as_followup(row)


def refuse_police(row: FollowUpRow) -> None:
    if row.grounds is not None:
        raise Conflict(
            "Tugas kepada polisi tidak dibuka kembali: dasar hukumnya diperiksa pada hari ia diberikan.",
            hint="Tugaskan lagi dari kasusnya.",
        )
