"""Collects what is published as open data: counts of complaints and values of indicators; no text, no person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.audit import Detail, record
from casework.complaints.listing import is_public
from casework.complaints.records import STAGE_WORDS, Stage
from casework.complaints.tables import ComplaintRow
from casework.followups.open_counts import Path, count_hidden, hide_series, hide_small
from casework.indicator_tables import IndicatorSeriesRow, MeasurementRow
from casework.roles import Actor
from kentongan.complaint_categories import CATEGORIES
from kentongan.errors import KentonganError
from kentongan.places import Gazetteer
from kentongan.times import to_zone, zone_of

NO_REGION: Final = "tanpa-wilayah"
NO_CATEGORY: Final = "tanpa-kategori"
LEVELS: Final = ("bulan", "wilayah", "kategori", "status", "hari")
"""What a row counts: all of a month, of a district in it, of a category in that, of a status in that, of a day."""
MONEY_AND_SHARES: Final = ("%", "persen", "rp", "rupiah", "indeks", "km", "m3", "ton", "kg", "liter", "hari", "jam")
"""Beginnings of units that count nobody. A unit that begins otherwise may count people, and its small values go."""
MOST_MONTHS: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLine:
    """One row of the table of complaints."""

    level: str
    """Of LEVELS."""
    month: str
    region: str | None
    region_name: str | None
    category: str | None
    category_name: str | None
    stage: str | None
    day: str | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorLine:
    """One row of the table of indicators."""

    series: str
    name: str
    unit: str
    region: str
    region_name: str | None
    day: str
    value: float
    agency: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenData:
    """What goes out."""

    first_month: str
    """"2026-09"."""
    last_month: str
    since: date
    until: date
    """The last day."""
    made_at: datetime
    counts: tuple[CountLine, ...]
    indicators: tuple[IndicatorLine, ...]
    hidden: int
    """Complaints that are in a published total but in no published row by day."""
    hidden_values: int
    """Values of indicators that are not published."""
    sample: bool


def collect_open_data(
    session: Session,
    *,
    months: Sequence[str],
    gazetteer: Gazetteer,
    zone: str,
    actor: Actor,
    now: datetime,
    via: str | None = None,
) -> OpenData:
    """What may be published of these whole, past months ("2026-10"). Raises NotAllowed, KentonganError."""
    actor = authorise(session, actor, action="opendata.export", now=now)
    chosen = check_months(months, today=to_zone(now, zone).date())
    since, until = month_start(chosen[0], zone), month_start(next_month(chosen[-1]), zone)
    leaves, sample = count_leaves(session, since=since, until=until, zone=zone)
    shown = hide_small(leaves)
    lines, dropped = read_indicators(session, since=since, until=until, gazetteer=gazetteer, zone=zone)
    made = OpenData(
        first_month=chosen[0],
        last_month=chosen[-1],
        since=date.fromisoformat(f"{chosen[0]}-01"),
        until=date.fromordinal(date.fromisoformat(f"{next_month(chosen[-1])}-01").toordinal() - 1),
        made_at=now,
        counts=tuple(as_line(path, count, gazetteer) for path, count in shown.items()),
        indicators=tuple(lines),
        hidden=count_hidden(shown, depth=len(LEVELS)),
        hidden_values=dropped,
        sample=sample,
    )
    detail: Detail = {"bulan": f"{chosen[0]} sampai {chosen[-1]}", "baris": len(made.counts), "lewat": via}
    record(session, actor, action="opendata.export", object="opendata", detail=detail, now=now)
    return made


def count_leaves(
    session: Session, *, since: datetime, until: datetime, zone: str
) -> tuple[dict[Path, int], bool]:  # fmt: skip
    """Complaints by month, district, category, status and day of receipt; and whether any is invented.

    Whistle-blowing complaints, held ones and merged duplicates are in none.
    """
    columns = (ComplaintRow.received_at, ComplaintRow.region, ComplaintRow.category, ComplaintRow.stage)
    chosen = select(*columns, ComplaintRow.sample).where(
        is_public(), ComplaintRow.received_at >= since, ComplaintRow.received_at < until
    )
    leaves: dict[Path, int] = {}
    sample = False
    for received, region, category, stage, invented in session.execute(chosen):
        day = to_zone(received, zone).date().isoformat()
        # Only what the tables of codes know goes out: anything else might be somebody's words.
        known = category if category in CATEGORIES else NO_CATEGORY
        path = (day[:7], region or NO_REGION, known, stage, day)
        leaves[path] = leaves.get(path, 0) + 1
        sample = sample or invented
    return leaves, sample


def read_indicators(
    session: Session, *, since: datetime, until: datetime, gazetteer: Gazetteer, zone: str
) -> tuple[list[IndicatorLine], int]:
    """The values of indicators in [since, until), the newest recorded of each moment, and how many are held back."""
    chosen = (
        select(MeasurementRow, IndicatorSeriesRow)
        .join(IndicatorSeriesRow, IndicatorSeriesRow.code == MeasurementRow.series)
        .where(MeasurementRow.time >= since, MeasurementRow.time < until)
        .order_by(MeasurementRow.recorded_at, MeasurementRow.id)
    )
    newest: dict[tuple[str, datetime, str], float] = {}
    series: dict[str, IndicatorSeriesRow] = {}
    for row, of in session.execute(chosen):
        newest[row.series, row.time, row.region] = row.value
        series[of.code] = of
    gone: dict[str, set[str]] = {}
    for code, of in series.items():
        if may_count_people(of.unit):
            values = [(at.isoformat(), place, value) for (one, at, place), value in newest.items() if one == code]
            gone[code] = hide_series(values)
    lines = []
    for (code, at, region), value in sorted(newest.items()):
        if at.isoformat() in gone.get(code, ()):
            continue
        found = gazetteer.get(region)
        lines.append(
            IndicatorLine(
                series=code, name=series[code].name, unit=series[code].unit, region=region,
                region_name=None if found is None else found.name, day=to_zone(at, zone).date().isoformat(),
                value=value, agency=series[code].agency,
            )
        )  # fmt: skip
    return lines, len(newest) - len(lines)


def may_count_people(unit: str) -> bool:
    """Whether a unit can be of people or of what happens to them."""
    return not unit.casefold().startswith(MONEY_AND_SHARES)


def as_line(path: Path, count: int, gazetteer: Gazetteer) -> CountLine:
    """A count as a row."""
    parts: list[str | None] = [*path, *[None] * (len(LEVELS) - len(path))]
    region, category, stage, day = parts[1:]
    place = gazetteer.get(region) if region else None
    return CountLine(
        level=LEVELS[len(path) - 1],
        month=path[0],
        region=region,
        region_name="tidak disebut" if region == NO_REGION else None if place is None else place.name,
        category=category,
        category_name=None if category is None else CATEGORIES.get(category, "belum ditetapkan"),
        stage=None if stage is None else STAGE_WORDS[cast(Stage, stage)],
        day=day,
        count=count,
    )


def check_months(months: Sequence[str], *, today: date) -> list[str]:
    """The months, in order, each once. Raises KentonganError for one that is none, or not over.

    Whole months only: two exports that differ by a day would tell what happened on that day.
    """
    for month in months:
        try:
            start = date.fromisoformat(f"{month}-01")
        except ValueError as error:
            raise KentonganError(f"{month!r} bukan bulan.", hint="Tulis seperti 2026-10.") from error
        if date.fromisoformat(f"{next_month(month)}-01") > today:
            raise KentonganError(
                f"Bulan {start.isoformat()[:7]} belum berakhir.", hint="Yang terbit hanya bulan yang utuh."
            )
    chosen = sorted(set(months))
    if not chosen or len(chosen) > MOST_MONTHS:
        raise KentonganError("Bulannya kosong atau terlalu banyak.", hint=f"Sebut 1 sampai {MOST_MONTHS} bulan.")
    return chosen


def months_between(first: str, last: str) -> list[str]:
    """Every month from the first to the last. Raises KentonganError where the first is after the last."""
    found = [first]
    while found[-1] < last and len(found) <= MOST_MONTHS:
        found.append(next_month(found[-1]))
    if found[-1] != last:
        raise KentonganError(f"Bulan {first} sesudah {last}, atau terlalu jauh.", hint="Sebut yang awal dahulu.")
    return found


def next_month(month: str) -> str:
    """The month after ("2026-12": "2027-01")."""
    year, number = int(month[:4]), int(month[5:7])
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def last_whole_month(today: date) -> str:
    """The month before this one."""
    return date.fromordinal(today.replace(day=1).toordinal() - 1).isoformat()[:7]


def month_start(month: str, zone: str) -> datetime:
    return datetime.combine(date.fromisoformat(f"{month}-01"), time(), zone_of(zone))
