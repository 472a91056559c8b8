"""A digest: what a person could send an agency about what it is late with."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy.orm import Session

from casework.agencies import get_agency
from casework.deadlines import Deadlines
from casework.deadlines.board import red_complaints, warn_of
from casework.deadlines.clock import due_day
from casework.deadlines.rules import CLOCK_WORDS
from kentongan.times import format_day, zone_of


def write_digest(
    session: Session, agency: str, *, deadlines: Deadlines, organisation: str, now: datetime, most: int = 20
) -> str:
    """What a person could send an agency on any channel: how much is late, the longest late first. No words of it.

    Raises NotFound.
    """
    found = get_agency(session, agency)
    late = red_complaints(session, found.code, now=now, deadlines=deadlines)
    day = format_day(now, zone=deadlines.zone)
    if not late:
        return f"{organisation}, {day}. {found.name}: tidak ada aduan yang lewat tenggat."
    lines = [f"{organisation}, {day}. {found.name}: {len(late)} aduan lewat tenggat (kode merah)."]
    for one in late[:most]:
        due = name_day(due_day(one.due_at, deadlines.zone))
        lines.append(f"- {one.number}: {CLOCK_WORDS[one.clock]}, tenggat {due}, lewat {one.days_late} hari kerja")
    if len(late) > most:
        lines.append(f"dan {len(late) - most} lainnya.")
    return "\n".join([*lines, *warn_of(late, now=now, deadlines=deadlines)])


def name_day(day: date) -> str:
    """A day for a person: "21 November 2026"."""
    return format_day(datetime.combine(day, time(12), zone_of("WIB")))
