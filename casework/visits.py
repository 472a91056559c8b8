"""When a person last looked, so that a page can say what changed since.

A visit begins when a person comes back after SILENCE. What changed is counted from the end of the visit before, so the
answer stays the same while they work, and in every browser they have open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from casework.db import take_turn
from casework.visit_tables import VisitRow
from kentongan.schema import require_aware
from kentongan.times import start_of_day
from kentongan.working_days import Calendar

SILENCE: Final = timedelta(minutes=30)
"""After this long without a page a new visit begins (the usual bound of web analytics; a coffee, not a meeting)."""
SEEN_EVERY: Final = timedelta(minutes=1)
"""How often a visit's use is written down: not with each page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """The visit that a person is on. Times are aware, in UTC."""

    person: str
    began_at: datetime
    seen_at: datetime
    before_at: datetime | None
    """End of the visit before; None on the first one."""
    welcomed: bool
    """Whether they have put the first steps away."""


def note_visit(session: Session, person: str, *, now: datetime) -> Visit:
    """Note that a person looks at a page now, and return the visit that this belongs to.

    ``person`` is an id. Two browsers at once are one visit; a clock that was set back changes nothing.
    """
    require_aware("now", now)
    take_turn(session, f"visit:{person}")
    row = session.get(VisitRow, person, populate_existing=True)
    if row is None:
        row = VisitRow(person=person, began_at=now, seen_at=now, before_at=None, welcomed_at=None)
        session.add(row)
    elif now - row.seen_at >= SILENCE:
        row.before_at, row.began_at, row.seen_at = row.seen_at, now, now
    elif now - row.seen_at >= SEEN_EVERY:
        row.seen_at = now
    session.flush()
    return as_visit(row)


def read_visit(session: Session, person: str) -> Visit | None:
    """The visit a person is on, or was last on; None for somebody who was never here."""
    row = session.get(VisitRow, person, populate_existing=True)
    return None if row is None else as_visit(row)


def put_away_welcome(session: Session, person: str, *, away: bool, now: datetime) -> None:
    """Put the first steps away, or bring them back; nothing for somebody who was never here."""
    require_aware("now", now)
    row = session.get(VisitRow, person, populate_existing=True)
    if row is not None:
        row.welcomed_at = now if away else None


def first_since(now: datetime, *, calendar: Calendar, zone: str) -> datetime:
    """From when somebody who was never here is told what changed: the start of the last working day before today, so
    that a Monday tells of the weekend too. Aware, in the zone."""
    today = start_of_day(now, zone)
    day = today - timedelta(days=1)
    while not calendar.is_working_day(day.date()) and today - day < timedelta(days=7):
        day -= timedelta(days=1)
    return day


def as_visit(row: VisitRow) -> Visit:
    """The row as a record."""
    return Visit(
        person=row.person, began_at=row.began_at, seen_at=row.seen_at, before_at=row.before_at,
        welcomed=row.welcomed_at is not None,
    )  # fmt: skip
