"""The board: what each agency has open, what falls due next, what is late (kode merah), and how it answered lately.

Only complaints that are not secret count. While the clock of verification runs it is the command centre that owes
something, whatever agency an import names; such complaints stand in the line without an agency.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Executable,
    Integer,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy.orm import Session

from casework.agency_tables import AgencyRow
from casework.complaints.records import OPEN_STAGES, STAGES, ComplaintKind, Stage
from casework.complaints.tables import ComplaintRow
from casework.deadlines import Deadlines
from casework.deadlines.clock import days_late, due_day, end_of_day
from casework.deadlines.days_between import days_between
from casework.deadlines.rules import ClockName
from casework.tables import UtcTime
from kentongan.schema import require_aware
from kentongan.times import zone_of

ANSWERED_DAYS: Final = 90
"""How far back answers count on the board, in days: a quarter, the period of the ministry's reports on SP4N."""
SOON_DAYS: Final = 1
"""Due within so many working days is "segera"."""
UNASSIGNED: Final = "belum di instansi"
"""How the line without an agency is called."""
MOST_LATE: Final = 1000
"""Most late complaints one call lists."""

COUNTED_STAGES: Final = tuple(stage for stage in STAGES if stage != "digabung")
"""What came in counts once: a merged complaint in the one it went into. A list of stages, so that indexes serve it."""
FINISHED_STAGES: Final[tuple[Stage, ...]] = ("selesai", "ditutup")
OWNER: Final = case((ComplaintRow.clock == literal_column("'verifikasi'"), null()), else_=ComplaintRow.agency)
"""Who owes what is next: no agency while it is to be verified. Without a parameter, so that one can group by it."""
COUNTED: Final = and_(
    ComplaintRow.secret.is_(False), or_(ComplaintRow.held.is_(None), ComplaintRow.held != literal("draft"))
)
"""Whistle-blowing reports never come to a board; a draft nobody submitted owes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyLine:
    """One line of the board."""

    agency: str | None
    """Code; None for what no agency has yet."""
    name: str
    open: int
    due_soon: int
    """Of them, due today or on the next working day."""
    red: int
    """Of them, past the deadline."""
    oldest_due: datetime | None
    """Of the open ones: the midnight that ended, or will end, the last day."""
    answered: int
    """Finished since the board's period began."""
    median_days: float | None
    """From receipt to the end of those, in whole calendar days; None where there were none."""
    rating: float | None
    """Mean of what reporters gave those, 1 to 5; None where nobody rated."""
    received: int
    """Came in since the board's period began."""
    responded: int
    """Of them, answered at least once."""

    @property
    def response_rate(self) -> float | None:
        """The share of what came in that was answered at least once; None where nothing came in."""
        return self.responded / self.received if self.received else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LateComplaint:
    """A complaint past its deadline, without its words: what a letter and a digest may say."""

    id: int
    number: str
    agency: str | None
    received_at: datetime
    kind: ComplaintKind
    stage: Stage
    clock: ClockName
    due_at: datetime
    days_late: int
    """Working days since the day of the deadline, today included."""
    sample: bool


def board(
    session: Session, *, now: datetime, deadlines: Deadlines, since: datetime | None = None, region: str | None = None
) -> list[AgencyLine]:
    """A line for every agency that has complaints or had some in the period, the one with most late first.

    ``since`` is where the period of answers begins, ``ANSWERED_DAYS`` ago without it. ``region`` narrows to a region
    and what lies in it.
    """
    require_aware("now", now)
    wanted = [COUNTED] if region is None else [COUNTED, in_region(region)]
    began = since or now - timedelta(days=ANSWERED_DAYS)
    came = {agency: (received, met) for agency, received, met in session.execute(_came_in(wanted, began))}
    ended: dict[str | None, _Ended] = {}
    for agency, days, count, rating, rated in session.execute(_finished(wanted, began)):
        ended.setdefault(agency, _Ended()).add(days, count, rating=rating, rated=rated)
    owed = {agency: found for agency, *found in session.execute(_owed(wanted, now, soon_until(now, deadlines)))}
    names = {row.code: row.name for row in session.execute(select(AgencyRow.code, AgencyRow.name))}
    lines = []
    for agency in {*owed, *came, *ended}:
        open_, soon, red, oldest = owed.get(agency, (0, 0, 0, None))
        received, met = came.get(agency, (0, 0))
        end = ended.get(agency, _Ended())
        lines.append(
            AgencyLine(
                agency=agency,
                name=UNASSIGNED if agency is None else names[agency],
                open=open_,
                due_soon=soon,
                red=red,
                oldest_due=oldest,
                answered=sum(end.days.values()),
                median_days=find_median(end.days),
                rating=end.rating / end.rated if end.rated else None,
                received=received,
                responded=met,
            )
        )
    return sorted(lines, key=lambda line: (-line.red, -line.due_soon, -line.open, line.name))


def red_complaints(
    session: Session, agency: str | None, *, now: datetime, deadlines: Deadlines, limit: int = MOST_LATE
) -> list[LateComplaint]:
    """What an agency is late with, the longest first; for None what waits to be verified."""
    owner = OWNER.is_(None) if agency is None else OWNER.is_not_distinct_from(agency)
    return list_late(session, owner, now=now, deadlines=deadlines, limit=limit)


def list_late(
    session: Session, *conditions: ColumnElement[bool], now: datetime, deadlines: Deadlines, limit: int | None = None
) -> list[LateComplaint]:
    """Late complaints that meet some conditions on ``ComplaintRow``, the longest late first."""
    require_aware("now", now)
    row = ComplaintRow
    chosen = (
        select(row.id, row.number, OWNER, row.received_at, row.kind, row.stage, row.clock, row.due_at, row.sample)
        .where(row.stage.in_(OPEN_STAGES), row.due_at <= now, COUNTED, *conditions)
        .order_by(row.due_at, row.id)
        .limit(limit)
    )
    late: dict[datetime, int] = {}
    found = []
    for id_, number, owner, received_at, kind, stage, clock, due_at, sample in session.execute(chosen):
        if due_at not in late:
            late[due_at] = days_late(due_at, now=now, calendar=deadlines.calendar, zone=deadlines.zone)
        found.append(
            LateComplaint(
                id=id_,
                number=number,
                agency=owner,
                received_at=received_at,
                kind=kind,
                stage=stage,
                clock=clock,
                due_at=due_at,
                days_late=late[due_at],
                sample=sample,
            )
        )
    return found


def warn_of(lines: list[AgencyLine] | list[LateComplaint], *, now: datetime, deadlines: Deadlines) -> tuple[str, ...]:
    """What stands below a board or a letter: years without days off, rules nobody compared with their regulation."""
    dues = [line.oldest_due if isinstance(line, AgencyLine) else line.due_at for line in lines]
    days = [due_day(due, deadlines.zone) for due in dues if due is not None]
    today = now.astimezone(zone_of(deadlines.zone)).date()
    warnings = deadlines.calendar.warn([*days, today])
    if deadlines.rules.unreviewed():
        warnings += ("Lama tenggat belum ditinjau ahli hukum.",)
    return warnings


def soon_until(now: datetime, deadlines: Deadlines) -> datetime:
    """The midnight until which what falls due is "segera"."""
    place = zone_of(deadlines.zone)
    return end_of_day(deadlines.calendar.add_working_days(now.astimezone(place).date(), SOON_DAYS), place)


def in_region(region: str) -> ColumnElement[bool]:
    """A region and what lies in it: codes of parts begin with its own."""
    return or_(ComplaintRow.region == region, ComplaintRow.region.startswith(f"{region}.", autoescape=True))


def find_median(counts: Mapping[int, int]) -> float | None:
    """The median of values given as value: how often; None where there are none."""
    total, passed, lower = sum(counts.values()), 0, None
    for value in sorted(counts):
        passed += counts[value]
        if lower is None and passed * 2 >= total:
            lower = value
        if lower is not None and passed * 2 > total:
            return (lower + value) / 2
    return None


@dataclass(slots=True, kw_only=True)
class _Ended:
    """What an agency finished: how many in how many whole days, and what reporters gave them."""

    days: dict[int, int] = field(default_factory=dict)
    rating: int = 0
    rated: int = 0

    def add(self, days: int, count: int, *, rating: int | None, rated: int) -> None:
        self.days[days] = self.days.get(days, 0) + count
        self.rating += rating or 0
        self.rated += rated


def _owed(wanted: list[ColumnElement[bool]], now: datetime, soon: datetime) -> Select[Any]:
    """For each owner: open, due soon, late, the earliest deadline."""
    due = ComplaintRow.due_at
    return (
        select(
            OWNER,
            func.count(),
            func.sum(case((and_(due > now, due <= soon), 1), else_=0)),
            func.sum(case((due <= now, 1), else_=0)),
            func.min(due, type_=UtcTime()),
        )
        .where(ComplaintRow.stage.in_(OPEN_STAGES), *wanted)
        .group_by(OWNER)
    )


def _finished(wanted: list[ColumnElement[bool]], began: datetime) -> Executable:
    """For each agency and number of whole days: how many it finished in so many, and their ratings."""
    row = ComplaintRow
    days = cast(func.floor(days_between(row.received_at, row.finished_at)), Integer)
    return (
        select(row.agency, days, func.count(), func.sum(row.rating), func.count(row.rating))
        .where(row.stage.in_(FINISHED_STAGES), row.finished_at >= began, *wanted)
        .group_by(row.agency, days)
    )


def _came_in(wanted: list[ColumnElement[bool]], began: datetime) -> Select[Any]:
    """For each owner: how many came in, and how many of them were answered at least once."""
    row = ComplaintRow
    met = func.sum(case((row.stage.in_(("diproses", *FINISHED_STAGES)), 1), else_=0))
    return (
        select(OWNER, func.count(), met)
        .where(row.received_at >= began, row.stage.in_(COUNTED_STAGES), *wanted)
        .group_by(OWNER)
    )
