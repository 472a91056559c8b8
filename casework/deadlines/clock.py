"""The clock that runs for a complaint: which one, how much of it is used, and when it is due.

Days are counted by their ends: a working day is used up where the clock runs at the midnight that ends it, in the
installation's zone. The day a clock starts on is free, so what came on Friday, Saturday or a holiday has the next
working day as its first. A pause that does not reach a midnight changes nothing. A deadline is the end of a working
day; from that midnight on the complaint is late (kode merah).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Final

from casework.deadlines.rules import ClockName, Rules
from kentongan.schema import require_aware
from kentongan.times import zone_of
from kentongan.working_days import Calendar

if TYPE_CHECKING:
    from casework.complaints.records import ComplaintKind, Stage

ONE_DAY: Final = timedelta(days=1)

CLOCKS_OF: Final[dict[Stage, tuple[ClockName, ...]]] = {
    "menunggu_verifikasi": ("verifikasi",),
    "dikembalikan": ("verifikasi",),
    "diteruskan": ("tindak_lanjut", "penyelesaian"),
    "diproses": ("penyelesaian",),
    "menunggu_pelapor": (),
    "digabung": (),
    "selesai": (),
    "ditutup": (),
    "diarsipkan": (),
}
"""Which clocks run in a stage."""
PAUSES: Final[frozenset[Stage]] = frozenset({"menunggu_pelapor", "digabung"})
"""Stages in which clocks stand still and go on afterwards; the others without a clock end what is owed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A complaint entered a stage."""

    at: datetime
    """Aware."""
    stage: Stage
    agency: str | None = None
    """Whose it became, where that changed: another agency has the time for its first answer and the end anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What is owed next."""

    name: ClockName
    started_at: datetime
    due_at: datetime | None
    """The midnight that ends the last day, in UTC. None while the clock is paused and had time left."""
    allowed_days: int
    """Working days, by the rule in force when the complaint was received."""
    used_days: int
    """Of them, those used up before the last step; since then they run to ``due_at``."""
    paused: bool


@dataclass(slots=True, kw_only=True)
class _Run:
    """A stretch of time in which a clock ran; ``end`` is None while it does. Days in the zone."""

    start: datetime
    first: date
    end: date | None = None


def running_clock(
    steps: Sequence[Step], *, kind: ComplaintKind | None, rules: Rules, calendar: Calendar, zone: str
) -> Clock | None:
    """The clock that is due first, or stands still, after these steps (oldest first); None where nothing is owed.

    A step that is dated before the one it follows counts as at the same moment. A complaint that was ended and goes on
    (reopened) has its clocks anew. One that an agency sends back goes on with the rest of the time to verify it.
    Raises ValueError for a time without a zone.
    """
    if not steps:
        return None
    place = zone_of(zone)
    runs, owed, paused = _follow(steps, place)
    received = steps[0].at.astimezone(place).date()
    clocks = []
    for name in owed:
        allowed = rules.find(name, kind, received=received).days
        used, due = _count(runs[name], allowed, calendar=calendar)
        due_at = None if due is None else end_of_day(due, place)
        made = Clock(
            name=name,
            started_at=runs[name][0].start,
            due_at=due_at,
            allowed_days=allowed,
            used_days=used,
            paused=paused,
        )
        clocks.append(made)
    # Both clocks of an agency are paused together: the one with less left will be due first.
    return min(clocks, key=lambda one: (one.due_at is None, one.due_at, one.allowed_days - one.used_days), default=None)


def end_of_day(day: date, place: tzinfo) -> datetime:
    """The midnight that ends a day in a zone, in UTC."""
    return datetime.combine(day + ONE_DAY, time(), place).astimezone(UTC)


def due_day(due_at: datetime, zone: str) -> date:
    """The last day of a deadline, as people name it: the day that ends at this midnight."""
    return (due_at.astimezone(zone_of(zone)) - timedelta(microseconds=1)).date()


def days_late(due_at: datetime, *, now: datetime, calendar: Calendar, zone: str) -> int:
    """Working days since the day of a deadline, today included; 0 where none has begun since, or it is not late."""
    today = now.astimezone(zone_of(zone)).date()
    return max(0, calendar.count_working_days(due_day(due_at, zone), today))


def _follow(steps: Sequence[Step], place: tzinfo) -> tuple[dict[ClockName, list[_Run]], tuple[ClockName, ...], bool]:
    """When each clock ran, which are owed in the end, and whether they stand still."""
    runs: dict[ClockName, list[_Run]] = {}
    owed: tuple[ClockName, ...] = ()
    before: Step | None = None
    paused, last = False, steps[0].at
    for step in steps:
        require_aware("at", step.at)
        last = max(last, step.at)
        today = last.astimezone(place).date()
        for run in (runs[name][-1] for name in owed if not paused):
            run.end = today
        paused = step.stage in PAUSES
        if paused:
            continue
        names = CLOCKS_OF[step.stage]
        if not names:
            runs, owed, before = {}, (), None
            continue
        if step.stage == "diteruskan" and (before is None or _is_handed_on(before, step)):
            runs.pop("tindak_lanjut", None)
            runs.pop("penyelesaian", None)
        for name in names:
            runs.setdefault(name, []).append(_Run(start=last.astimezone(UTC), first=today))
        owed = names
        agency = step.agency or (before.agency if before else None)
        before = Step(at=last, stage=step.stage, agency=agency)
    return runs, owed, paused


def _is_handed_on(before: Step, step: Step) -> bool:
    """Whether an agency gets a complaint, rather than goes on with what it has."""
    another = step.agency is not None and before.agency is not None and step.agency != before.agency
    return before.stage != "diteruskan" or another


def _count(runs: Sequence[_Run], allowed: int, *, calendar: Calendar) -> tuple[int, date | None]:
    """Days used up in the runs that ended, and the last day of the deadline; None where the clock stands still."""
    used, due = 0, None
    free = runs[0].first
    for run in runs:
        # The day before the first that counts: the day of the start is free, a day that goes on is not.
        begin = max(run.first - ONE_DAY, free)
        days = None if run.end is None else max(0, calendar.count_working_days(begin, run.end - ONE_DAY))
        if due is None and (days is None or used + days >= allowed):
            due = calendar.add_working_days(begin, allowed - used)
        used += days or 0
    return used, due
