"""Escalation: who above the agency is told of a late complaint, once a level for each deadline that passed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.agencies import require_agency
from casework.agency_tables import EscalationRow
from casework.audit import record, with_way
from casework.complaints.history import add_event
from casework.complaints.tables import ComplaintRow
from casework.deadlines import Deadlines
from casework.deadlines.board import LateComplaint, list_late
from casework.deadlines.rules import CLOCK_WORDS, ClockName, Level
from casework.roles import Actor

ACT = "escalated"
"""What the complaint's history calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """One complaint was told of."""

    complaint: int
    number: str
    agency: str | None
    """Code of the agency that is late; None where it waits to be verified."""
    clock: ClockName
    due_at: datetime
    level: int
    told: str
    """Who is to hear of it ("sekretaris daerah")."""
    days_late: int


def escalate_overdue(
    session: Session, *, deadlines: Deadlines, actor: Actor, now: datetime, via: str | None = None
) -> list[Escalation]:
    """Note for every late complaint the highest level it has reached and was not told at; returns what is new.

    Each is written to the complaint's history, all of them once to the audit. A level once told for a deadline is not
    told again, nor is a lower one; a new deadline (reopened, forwarded again) begins anew. Telling is the
    work of a person: the list, or the digest by agency, is what they send. Raises NotAllowed.
    """
    actor = authorise(session, actor, action="deadlines.escalate", now=now)
    require_agency(session, actor, None)
    if session.get_bind().dialect.name == "postgresql":
        # Two at once take turns, as on SQLite: the second finds the work done.
        session.execute(select(func.pg_advisory_xact_lock(0x65736B616C)))
    told = _told(session)
    made = []
    for late in list_late(session, now=now, deadlines=deadlines):
        level = reach_level(late.days_late, deadlines.rules.levels)
        before = told.get((late.id, late.clock, late.due_at), 0)
        if level is not None and level.level > before:
            made.append(_note(session, late, level, actor=actor, now=now, via=via))
    if made:
        detail = {
            "aduan": len(made),
            **{f"tingkat {n}": sum(e.level == n for e in made) for n in {e.level for e in made}},
        }
        record(session, actor, action="deadlines.escalate", object="deadlines", detail=with_way(detail, via), now=now)
    return made


def list_escalations(session: Session, *, complaint: int | None = None, limit: int = 1000) -> list[Escalation]:
    """What was escalated, newest first; of one complaint."""
    chosen = (
        select(EscalationRow, ComplaintRow.number)
        .join(ComplaintRow, ComplaintRow.id == EscalationRow.complaint)
        .where(ComplaintRow.secret.is_(False))
        .order_by(EscalationRow.id.desc())
        .limit(limit)
    )
    if complaint is not None:
        chosen = chosen.where(EscalationRow.complaint == complaint)
    return [as_escalation(row, number=number) for row, number in session.execute(chosen)]


def reach_level(days_late: int, levels: Sequence[Level]) -> Level | None:
    """The highest level that so many working days reach; None where it is below the first."""
    return max((level for level in levels if days_late >= level.days_late), key=lambda one: one.level, default=None)


def as_escalation(row: EscalationRow, *, number: str) -> Escalation:
    """The row as a record."""
    return Escalation(
        complaint=row.complaint,
        number=number,
        agency=row.agency,
        clock=row.clock,  # type: ignore[arg-type]
        due_at=row.due_at,
        level=row.level,
        told=row.told,
        days_late=row.days_late,
    )


def _told(session: Session) -> dict[tuple[int, str, datetime], int]:
    """The highest level told for each deadline of a complaint."""
    row = EscalationRow
    keys = (row.complaint, row.clock, row.due_at)
    found = session.execute(select(*keys, func.max(row.level)).group_by(*keys))
    return {(complaint, clock, due_at): level for complaint, clock, due_at, level in found}


def _note(
    session: Session, late: LateComplaint, level: Level, *, actor: Actor, now: datetime, via: str | None
) -> Escalation:
    row = EscalationRow(
        complaint=late.id,
        clock=late.clock,
        due_at=late.due_at,
        level=level.level,
        told=level.to,
        agency=late.agency,
        days_late=late.days_late,
        at=now,
        actor=actor.id,
        actor_name=actor.username,
    )
    session.add(row)
    detail = with_way(
        {"tingkat": level.level, "kepada": level.to, "jam": CLOCK_WORDS[late.clock], "hari": late.days_late}, via
    )
    complaint = session.get_one(ComplaintRow, late.id)
    add_event(session, complaint, act=ACT, actor=actor, at=now, now=now, agency=late.agency, detail=detail)
    return as_escalation(row, number=late.number)
