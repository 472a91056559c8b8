"""Turns a row of an agency's system into a complaint, values of indicators or an event, as its bridge declares.

Nothing of a row is looked at but the declared columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from crawlers.bridges.declaration import Bridge
from crawlers.bridges.records import BridgeComplaint, BridgeEvent, BridgeRecord, BridgeRow, Cell
from crawlers.bridges.values import RegionFinder, read_number, read_period
from crawlers.file_mappings import column_key, places_of
from crawlers.files import read_moment
from crawlers.plausibility import MAX_AHEAD
from kentongan import text as words
from kentongan.errors import Quarantine
from kentongan.schema import Measurement

MAX_KEY = 100
"""Longest ticket or key, in characters."""

MAX_TITLE = 300
MAX_TEXT = 20_000
"""Longest text of a complaint or an event, in characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What reading a bridge's rows needs beside them."""

    bridge: Bridge
    regions: RegionFinder
    units: Mapping[str, str]
    """Series -> its unit, for values that carry none."""
    now: datetime


def read_records(row: BridgeRow, reader: Reader) -> list[BridgeRecord]:
    """What one row holds; of a row with several values each. Raises Quarantine with a reason for people."""
    into = reader.bridge.into
    if into == "complaints":
        return [read_complaint(row, reader)]
    if into == "events":
        return [read_event(row, reader)]
    return list(read_measurements(row, reader))


def cell_of(row: BridgeRow, columns: str | None) -> Cell | None:
    """What a row holds in a column, text cleaned; of several places the first that holds something."""
    for place in places_of(columns or ""):
        value = row.get(column_key(place))
        if isinstance(value, str):
            value = words.clean(value).strip() or None
        if value is not None:
            return value
    return None


def text_of(row: BridgeRow, bridge: Bridge, name: str) -> str | None:
    """A declared column as text; None where it holds nothing."""
    value = cell_of(row, bridge.columns.get(name))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return None if value is None else str(value)


def require_text(row: BridgeRow, bridge: Bridge, name: str, *, reason: str, most: int) -> str:
    value = text_of(row, bridge, name)
    if value is None:
        raise Quarantine(reason, f"kolom {bridge.columns[name]} kosong.")
    if len(value) > most:
        raise Quarantine("too-long", f"kolom {bridge.columns[name]} lebih panjang dari {most} huruf.")
    return value


def require_time(
    row: BridgeRow, bridge: Bridge, name: str, *, now: datetime, kind: Literal["moment", "period"]
) -> datetime:
    """A time that is not in the future. Raises Quarantine ("no-time", "future-time")."""
    raw = require_text(row, bridge, name, reason="no-time", most=200)
    moment = _read_moment(raw, bridge, name) if kind == "moment" else read_period(raw, zone=bridge.zone)
    if moment > now + MAX_AHEAD:
        raise Quarantine("future-time", f"kolom {bridge.columns[name]} bertanggal di masa depan: {raw[:60]}.")
    return moment


def _read_moment(raw: str, bridge: Bridge, name: str) -> datetime:
    try:
        return read_moment(raw, bridge.zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Quarantine("no-time", f"kolom {bridge.columns[name]} bukan waktu: {raw[:60]}.") from error


def optional_time(row: BridgeRow, bridge: Bridge, name: str) -> datetime | None:
    raw = text_of(row, bridge, name)
    return None if raw is None else _read_moment(raw, bridge, name)


def region_of(row: BridgeRow, reader: Reader) -> str | None:
    """The region a row names, or the bridge's own. Raises Quarantine as ``RegionFinder.find``."""
    columns = reader.bridge.columns.get("region")
    value = cell_of(row, columns) if columns else None
    return reader.bridge.region or None if value is None else reader.regions.find(value)


def known_region(row: BridgeRow, reader: Reader) -> str | None:
    """The same where a wrong region does not spoil the row: the place stays as text, the region is left open."""
    try:
        return region_of(row, reader)
    except Quarantine:
        return None


def read_complaint(row: BridgeRow, reader: Reader) -> BridgeComplaint:
    bridge = reader.bridge
    lat, lon = read_coordinates(row, bridge)
    return BridgeComplaint(
        publisher=bridge.publisher or bridge.name,
        ticket=require_text(row, bridge, "ticket", reason="no-key", most=MAX_KEY),
        text=require_text(row, bridge, "text", reason="no-text", most=MAX_TEXT),
        received_at=require_time(row, bridge, "time", now=reader.now, kind="moment"),
        title=(text_of(row, bridge, "title") or "")[:MAX_TITLE] or None,
        category=text_of(row, bridge, "category"),
        agency=text_of(row, bridge, "agency") or bridge.agency,
        place=text_of(row, bridge, "place") or text_of(row, bridge, "region"),
        region=known_region(row, reader),
        lat=lat,
        lon=lon,
        status=text_of(row, bridge, "status"),
        status_at=optional_time(row, bridge, "status_time"),
        finished_at=optional_time(row, bridge, "finished"),
        name=text_of(row, bridge, "name") or "",
        contact=text_of(row, bridge, "contact") or "",
        sample=bridge.sample,
    )


def read_coordinates(row: BridgeRow, bridge: Bridge) -> tuple[float, float] | tuple[None, None]:
    """Latitude and longitude in degrees; both or none. Raises Quarantine ("not-a-number", "bad-coordinates")."""
    lat, lon = (cell_of(row, bridge.columns.get(name)) for name in ("lat", "lon"))
    if lat is None or lon is None:
        return None, None
    north, east = (read_number(value, decimal=bridge.decimal or ".") for value in (lat, lon))
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        raise Quarantine("bad-coordinates", f"koordinat {north:g}, {east:g} tidak ada di bumi.")
    return north, east


def read_measurements(row: BridgeRow, reader: Reader) -> list[Measurement]:
    """The values of a row; an empty cell among several is passed over, a row without any is refused."""
    bridge = reader.bridge
    region = region_of(row, reader)
    if region is None:
        raise Quarantine("no-region", "wilayahnya kosong (sel gabungan?).")
    time = require_time(row, bridge, "time", now=reader.now, kind="period")
    source = text_of(row, bridge, "source") or bridge.source or bridge.shown_title
    places = dict(bridge.values)
    if not places:
        series = bridge.series or require_text(row, bridge, "series", reason="no-series", most=64)
        places = {series: bridge.columns["value"]}
    made = []
    for series, columns in places.items():
        value = cell_of(row, columns)
        if value is None:
            continue
        number = read_number(value, decimal=bridge.decimal)
        unit = text_of(row, bridge, "unit") or reader.units.get(series, "")
        made.append(
            Measurement(
                series=series, region=region, time=time, value=number, unit=unit, source=source[:200],
                bridge=bridge.name,
            )
        )  # fmt: skip
    if not made:
        raise Quarantine("no-value", f"kolom {', '.join(places.values())} kosong.")
    return made


def read_event(row: BridgeRow, reader: Reader) -> BridgeEvent:
    bridge = reader.bridge
    text = text_of(row, bridge, "text")
    return BridgeEvent(
        key=require_text(row, bridge, "key", reason="no-key", most=MAX_KEY),
        at=require_time(row, bridge, "time", now=reader.now, kind="moment"),
        title=require_text(row, bridge, "title", reason="no-text", most=MAX_TITLE),
        text=None if text is None else text[:MAX_TEXT],
        region=known_region(row, reader),
    )
