"""Reads the rows of a file of complaints for the intake: beside the words what was decided, where, and by whom filed.

Who filed a complaint is read here alone, for ``casework.complaints``, and stands in no document. Rows of totals are
told from complaints by their words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from crawlers.file_mappings import ComplaintColumns, FileMapping
from crawlers.file_rows import RefusedRow
from crawlers.files import REGION_CODE, open_rows, read_cell, read_essentials, read_moment
from kentongan.errors import Quarantine
from search.export_formats import harmless

TOTALS = re.compile(
    r"(?:grand\s*|sub[\s-]*)?(?:total|jumlah)(?:\s+(?:aduan|laporan|keseluruhan|semua|seluruhnya))?\s*:?", re.I
)
"""What stands where a ticket or a text would in a row that adds up the rows above it."""
YES = frozenset({"ya", "y", "yes", "true", "1", "anonim", "rahasia"})
SAMPLE_MARK = "DATA CONTOH"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileComplaint:
    """One complaint of a file. ``repr`` names nobody."""

    line: int
    """Where it stands: line of the file, row of the sheet."""
    publisher: str
    ticket: str
    mapping: str
    text: str = field(repr=False)
    title: str | None = field(repr=False)
    received_at: datetime
    received_raw: str | None
    """The source's own spelling of that time."""
    place: str | None
    region: str | None
    channel: str
    """The mapping's own."""
    channel_given: str | None
    classification: str | None
    category: str | None
    agency: str | None
    status: str | None
    status_at: datetime | None
    finished_at: datetime | None
    lat: float | None
    lon: float | None
    rating: int | None
    name: str = field(repr=False)
    contact: str = field(repr=False)
    anonymous: bool
    facts: Mapping[str, str]
    sample: bool


def read_complaints(path: Path, *, mapping: FileMapping, now: datetime) -> Iterator[FileComplaint | RefusedRow]:
    """Each row of a file as a complaint or with the reason why it is refused. Raises Quarantine as ``import_file``."""
    rows = open_rows(path, mapping)
    return _read_rows(rows, mapping, now=now)


def _read_rows(
    rows: Iterator[tuple[int, dict[str, str] | RefusedRow]], mapping: FileMapping, *, now: datetime
) -> Iterator[FileComplaint | RefusedRow]:
    for line, row in rows:
        if isinstance(row, RefusedRow):
            yield row
            continue
        try:
            yield read_complaint(as_shown(row), mapping, line=line, now=now)
        except Quarantine as error:
            yield RefusedRow(line=line, reason=error.reason, message=f"Baris {line}: {error.message}")


def as_shown(row: dict[str, str]) -> dict[str, str]:
    """A row without the apostrophes that keep spreadsheets from computing (``search.export_formats.harmless``)."""
    if not any(value.startswith("'") for value in row.values()):
        return row
    return {name: plain(value) for name, value in row.items()}


def plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) == cell else cell


def read_complaint(row: Mapping[str, str], mapping: FileMapping, *, line: int, now: datetime) -> FileComplaint:
    """One row. Raises Quarantine ("totals-row", "bad-coordinates", and those of ``files.read_essentials``)."""
    more = mapping.complaint or ComplaintColumns()

    def cell(columns: str | None) -> str | None:
        return read_cell(row, columns)

    key, text = cell(mapping.key) or "", cell(mapping.text)
    # A total may also stand in a column that is not read: then nothing else of a complaint does.
    if TOTALS.fullmatch(key) or (text is None and any(TOTALS.fullmatch(value.strip()) for value in row.values())):
        raise Quarantine("totals-row", "baris jumlah, bukan aduan.")
    found = read_essentials(row, mapping, now=now)
    region = cell(mapping.region)
    return FileComplaint(
        line=line,
        publisher=cell(mapping.published_by) or mapping.publisher,
        ticket=found.key,
        mapping=mapping.name,
        text=found.text,
        title=cell(mapping.title),
        received_at=found.published,
        received_raw=found.raw,
        place=cell(mapping.place),
        region=region if region and REGION_CODE.fullmatch(region) else None,
        channel=more.channel,
        channel_given=cell(more.channel_from),
        classification=cell(more.classification),
        category=cell(more.category),
        agency=cell(more.agency),
        status=cell(more.status),
        status_at=read_time(cell(more.status_at), mapping.zone, column=more.status_at),
        finished_at=read_time(cell(more.finished_at), mapping.zone, column=more.finished_at),
        lat=read_degrees(cell(more.lat), most=90.0, column=more.lat),
        lon=read_degrees(cell(more.lon), most=180.0, column=more.lon),
        rating=read_rating(cell(more.rating)),
        name=cell(more.name) or "",
        contact=cell(more.contact) or "",
        anonymous=(cell(more.anonymous) or "").lower() in YES,
        facts={name: value for name, column in mapping.facts.items() if (value := cell(column))},
        sample=mapping.sample or cell(more.sample_from) == SAMPLE_MARK,
    )


def read_time(raw: str | None, zone: str, *, column: str | None) -> datetime | None:
    """A time of a row; None where there is none. Raises Quarantine ("no-time") for what is no time."""
    if raw is None or raw in ("-", "0000-00-00", "0000-00-00 00:00:00"):
        return None
    try:
        return read_moment(raw, zone)
    except (ValueError, OverflowError) as error:
        raise Quarantine("no-time", f"kolom {column} bukan waktu: {raw[:60]}.") from error


def read_degrees(raw: str | None, *, most: float, column: str | None) -> float | None:
    """Degrees of a coordinate, with point or comma; None where there are none.

    Raises Quarantine ("bad-coordinates") for what is no such number.
    """
    if raw is None or raw == "-":
        return None
    try:
        degrees = float(raw.replace(",", "."))
    except ValueError as error:
        raise Quarantine("bad-coordinates", f"kolom {column} bukan koordinat: {raw[:60]}.") from error
    if not -most <= degrees <= most:
        raise Quarantine("bad-coordinates", f"kolom {column} bukan koordinat: {raw[:60]}.")
    return degrees


def read_rating(raw: str | None) -> int | None:
    """A rating of 1 to 5; None for anything else."""
    found = re.fullmatch(r"([1-5])(?:[.,]0+)?", raw or "")
    return int(found[1]) if found else None
