"""Takes in values of indicators and reads them: a series over time, and the newest of each with its age.

Of several sources for one moment the value recorded last counts. A value that is replaced goes into the history with
who replaced it; the same value again changes nothing, so bringing a file twice adds nothing.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.agencies import find_agency, require_agency
from casework.bridge_freshness import read_bridge_states
from casework.indicator_series import Direction, Series, read_series_list
from casework.indicator_tables import IndicatorSeriesRow, MeasurementHistoryRow, MeasurementRow
from casework.roles import Actor
from kentongan.batches import batched
from kentongan.numbers import format_number
from kentongan.schema import Measurement

OLD_AFTER_PERIODS = 1
"""Periods (``every_days``) after its own end at which a value is old: by then its successor is whole (our choice)."""

AHEAD = timedelta(days=1)
"""How far a value's moment may lie in the future: the other side of a zone, never a forecast."""

BATCH = 300
"""Values looked up at a time; four bound values each, far below SQLite's limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedValue:
    """A value that was not taken in."""

    row: int
    """Its place among those given, from 0."""
    reason: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """What became of the values given."""

    added: int
    changed: int
    """Replaced another value, which is in the history."""
    known: int
    refused: tuple[RefusedValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorState:
    """The newest value of a series in a region."""

    series: str
    name: str
    value: float
    unit: str
    decimals: int
    target: float | None
    direction: Direction
    family: str | None
    agency: str | None
    time: datetime
    """The moment, or the start of the period, it is about."""
    every_days: int
    """How long it holds, in days; its period ends ``every_days`` after ``time``."""
    age: timedelta
    """Since its period ended; zero while it lasts."""
    old: bool
    """Whether it is past its time, or came over a bridge that brings nothing any more."""
    old_reason: str | None
    """"umur" or "jembatan"; None where it is not old."""
    source: str
    bridge: str | None
    previous: float | None
    """The value before it in time; None where there is none."""

    @property
    def on_target(self) -> bool | None:
        """Whether the target is met; None without a target or where neither way is better."""
        if self.target is None or self.direction == "neither":
            return None
        return self.value >= self.target if self.direction == "higher" else self.value <= self.target


def put_measurements(
    session: Session, rows: Iterable[Measurement], *, actor: Actor, now: datetime, via: str | None = None
) -> Put:
    """Take in values by hand: what is right is kept, what is not is refused with its reason. Raises NotAllowed."""
    acting = authorise(session, actor, action="indicators.enter", now=now)
    given = list(rows)
    _require_own(session, acting, given)
    outcome = write_measurements(session, given, actor=acting, now=now)
    audit.record(
        session,
        acting,
        action="indicators.enter",
        object="measurement",
        detail=audit.with_way(
            {
                "series": sorted({row.series for row in given})[:20],
                "added": outcome.added,
                "changed": outcome.changed,
                "refused": len(outcome.refused),
            },
            via,
        ),
        now=now,
    )
    return outcome


def _require_own(session: Session, actor: Actor, rows: Sequence[Measurement]) -> None:
    """Raise NotAllowed where a ``petugas`` enters values that another agency answers for."""
    known = read_series_list(session)
    names = {series.agency for row in rows if (series := known.get(row.series)) is not None and series.agency}
    for name in sorted(names):
        if (agency := find_agency(session, name)) is not None:
            require_agency(session, actor, agency.code)


def write_measurements(session: Session, rows: Sequence[Measurement], *, actor: Actor, now: datetime) -> Put:
    """Keep values, in their order; the caller has authorised the act and records it."""
    known_series = read_series_list(session)
    added = changed = known = 0
    refused: list[RefusedValue] = []
    numbered: list[tuple[int, Measurement]] = []
    for number, row in enumerate(rows):
        if (fault := find_fault(row, known_series, now=now)) is None:
            numbered.append((number, row))
        else:
            refused.append(RefusedValue(row=number, reason=fault[0], message=fault[1]))
    for batch in batched(numbered, BATCH):
        there = _rows_of(session, [row for _, row in batch])
        for _, row in batch:
            key = (row.series, row.region, row.time, row.source)
            stored = there.get(key)
            if stored is None:
                there[key] = stored = MeasurementRow(
                    series=row.series, region=row.region, time=row.time, source=row.source, value=row.value,
                    unit=row.unit, bridge=row.bridge, recorded_at=now,
                )  # fmt: skip
                session.add(stored)
                added += 1
            elif stored.value == row.value and stored.unit == row.unit:
                known += 1
            else:
                session.flush()
                session.add(
                    MeasurementHistoryRow(
                        measurement=stored.id, value=stored.value, unit=stored.unit, bridge=stored.bridge,
                        recorded_at=stored.recorded_at, replaced_at=now, actor=actor.id, actor_name=actor.username,
                    )
                )  # fmt: skip
                stored.value, stored.unit, stored.bridge, stored.recorded_at = row.value, row.unit, row.bridge, now
                changed += 1
        session.flush()
    return Put(added=added, changed=changed, known=known, refused=tuple(refused))


def _rows_of(session: Session, rows: Sequence[Measurement]) -> dict[tuple[str, str, datetime, str], MeasurementRow]:
    keys = {(row.series, row.region, row.time, row.source) for row in rows}
    columns = tuple_(MeasurementRow.series, MeasurementRow.region, MeasurementRow.time, MeasurementRow.source)
    found = session.scalars(select(MeasurementRow).where(columns.in_(keys)))
    return {(row.series, row.region, row.time, row.source): row for row in found}


def find_fault(row: Measurement, series: dict[str, Series], *, now: datetime) -> tuple[str, str] | None:
    """Why a value cannot be kept, as a reason and a sentence; None where it can."""
    known = series.get(row.series)
    if known is None:
        near = difflib.get_close_matches(row.series, list(series), n=1)
        hint = f" Mungkin maksudnya {near[0]}?" if near else " Tambahkan di indicators_file."
        return "unknown-series", f"Indikator {row.series} tidak dikenal.{hint}"
    if not math.isfinite(row.value):
        return "not-a-number", f"Nilai {known.name} bukan angka."
    if row.unit != known.unit:
        return "other-unit", f"Satuan {known.name} adalah {known.unit}, bukan {row.unit}."
    shown = format_number(row.value, decimals=known.decimals)
    if known.lowest is not None and row.value < known.lowest:
        return "too-low", f"{known.name} {shown} {known.unit}: paling sedikit {format_number(known.lowest)}."
    if known.highest is not None and row.value > known.highest:
        return "too-high", f"{known.name} {shown} {known.unit}: paling banyak {format_number(known.highest)}."
    if row.time > now + AHEAD:
        return "future-time", f"{known.name} bertanggal di masa depan: {row.time.date().isoformat()}."
    return None


def read_series(
    session: Session,
    series: str,
    *,
    region: str,
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[Measurement, ...]:
    """The values of a series in one region, oldest first, one for each moment, in [since, until)."""
    rows = select(MeasurementRow).where(MeasurementRow.series == series, MeasurementRow.region == region)
    if since is not None:
        rows = rows.where(MeasurementRow.time >= since)
    if until is not None:
        rows = rows.where(MeasurementRow.time < until)
    ordered = rows.order_by(MeasurementRow.time, MeasurementRow.recorded_at, MeasurementRow.id)
    newest = {row.time: row for row in session.scalars(ordered)}
    return tuple(as_measurement(row) for row in newest.values())


def read_family(session: Session, family: str, *, region: str, now: datetime) -> list[IndicatorState]:
    """The newest values of a ranked list ("Penyakit terbanyak"), the greatest first."""
    found = [state for state in latest_indicators(session, region=region, now=now) if state.family == family]
    return sorted(found, key=lambda state: (-state.value, state.name))


def latest_indicators(session: Session, *, region: str, now: datetime) -> list[IndicatorState]:
    """The newest value of every series that has one in this very region, by name; with the one before it in time."""
    table = MeasurementRow
    per_moment = (
        select(
            table.id,
            func.row_number()
            .over(partition_by=(table.series, table.time), order_by=(table.recorded_at.desc(), table.id.desc()))
            .label("place"),
        )
        .where(table.region == region)
        .subquery()
    )
    ranked = (
        select(
            table.id,
            func.row_number().over(partition_by=table.series, order_by=table.time.desc()).label("place"),
        )
        .join(per_moment, per_moment.c.id == table.id)
        .where(per_moment.c.place == 1)
        .subquery()
    )
    chosen = (
        select(table, IndicatorSeriesRow)
        .join(ranked, ranked.c.id == table.id)
        .join(IndicatorSeriesRow, IndicatorSeriesRow.code == table.series)
        .where(ranked.c.place <= 2)
        .order_by(IndicatorSeriesRow.name, table.series, ranked.c.place)
    )
    stale = {name for name, state in read_bridge_states(session, now=now).items() if not state.fresh}
    found: list[tuple[MeasurementRow, IndicatorSeriesRow, float | None]] = []
    for row, series in session.execute(chosen):
        if found and found[-1][0].series == row.series:
            found[-1] = (*found[-1][:2], row.value)
        else:
            found.append((row, series, None))
    return [_state_of(row, series, previous, stale=stale, now=now) for row, series, previous in found]


def _state_of(
    row: MeasurementRow, series: IndicatorSeriesRow, previous: float | None, *, stale: set[str], now: datetime
) -> IndicatorState:
    period = timedelta(days=series.every_days)
    age = max(timedelta(0), now - row.time - period)
    past = age >= OLD_AFTER_PERIODS * period
    reason = "umur" if past else "jembatan" if row.bridge in stale else None
    return IndicatorState(
        series=series.code,
        name=series.name,
        value=row.value,
        unit=row.unit,
        decimals=series.decimals,
        target=series.target,
        direction=series.direction,  # type: ignore[arg-type]  # a constraint of the table holds it to these
        family=series.family,
        agency=series.agency,
        time=row.time,
        every_days=series.every_days,
        age=age,
        old=reason is not None,
        old_reason=reason,
        source=row.source,
        bridge=row.bridge,
        previous=previous,
    )


def as_measurement(row: MeasurementRow) -> Measurement:
    return Measurement(
        series=row.series, region=row.region, time=row.time, value=row.value, unit=row.unit, source=row.source,
        bridge=row.bridge, recorded_at=row.recorded_at,
    )  # fmt: skip
