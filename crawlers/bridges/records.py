"""What bridges hand out: complaints, values and events, the rows that were refused, and what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from crawlers.file_rows import RefusedRow
from kentongan.schema import Measurement

Cell = str | int | float | Decimal
"""One value of a row: numbers where the system itself speaks of numbers, else text."""

BridgeRow = Mapping[str, Cell]
"""A row by ``column_key`` of its columns. Absent: nothing there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeComplaint:
    """A complaint in an agency's own system. ``repr`` names nobody."""

    publisher: str
    ticket: str
    text: str = field(repr=False)
    received_at: datetime
    """Aware, in UTC."""
    title: str | None = None
    category: str | None = None
    agency: str | None = None
    place: str | None = None
    region: str | None = None
    lat: float | None = None
    lon: float | None = None
    status: str | None = None
    status_at: datetime | None = None
    finished_at: datetime | None = None
    name: str = field(default="", repr=False)
    contact: str = field(default="", repr=False)
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeEvent:
    """Something that happened, as an agency's own system says."""

    key: str
    at: datetime
    """Aware, in UTC."""
    title: str
    text: str | None = None
    region: str | None = None


BridgeRecord = BridgeComplaint | Measurement | BridgeEvent

FaultState = Literal["clogged", "refused"]
"""The system does not answer or repeats itself; its answer is not what was agreed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a reading ended before its end."""

    state: FaultState
    reason: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeAnswer:
    """One reading of a bridge. What came before a fault is right and is kept."""

    rows: tuple[BridgeRecord, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    """Rows that could not be used; ``line`` is the row's place in the answer, from 1 (of files the line)."""
    fault: Fault | None = None
    digest: str = ""
    """Names what came, whatever its order: equal digests brought nothing new."""
    pages: int = 1
