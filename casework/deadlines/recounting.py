"""Counts the deadlines of open complaints anew, after days off or rules were changed."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.audit import record, with_way
from casework.complaints.history import as_event, stage_steps, wind_clock
from casework.complaints.records import OPEN_STAGES, ComplaintEvent
from casework.complaints.tables import ComplaintEventRow, ComplaintRow
from casework.deadlines import Deadlines
from casework.roles import Actor

AT_ONCE: Final = 500
"""Complaints read together: few enough for one IN list on both engines."""


def recount_deadlines(
    session: Session, *, deadlines: Deadlines, actor: Actor, now: datetime, via: str | None = None
) -> list[str]:
    """Wind the clock of every open complaint again from its history; the numbers of those whose deadline moved.

    Needed when a decree comes during the year: deadlines are written when a complaint moves, and would else stay as the
    old days off had them. Raises NotAllowed.
    """
    actor = authorise(session, actor, action="deadlines.escalate", now=now)
    moved: list[str] = []
    ids = list(session.scalars(select(ComplaintRow.id).where(ComplaintRow.stage.in_(OPEN_STAGES))))
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        rows = session.scalars(
            select(ComplaintRow).where(ComplaintRow.id.in_(part)).order_by(ComplaintRow.id).with_for_update()
        ).all()
        events = _events_of(session, part)
        for row in rows:
            before = (row.clock, row.due_at)
            wind_clock(row, stage_steps(events[row.id]), deadlines=deadlines)
            if (row.clock, row.due_at) != before:
                moved.append(row.number)
        session.flush()
        session.expunge_all()
    if moved:
        detail = with_way({"aduan": len(moved)}, via)
        record(session, actor, action="deadlines.recount", object="deadlines", detail=detail, now=now)
    return moved


def _events_of(session: Session, complaints: list[int]) -> dict[int, list[ComplaintEvent]]:
    """The history of each, oldest first."""
    row = ComplaintEventRow
    events: dict[int, list[ComplaintEvent]] = defaultdict(list)
    for event in session.scalars(select(row).where(row.complaint.in_(complaints)).order_by(row.at, row.id)):
        events[event.complaint].append(as_event(event))
    return events
