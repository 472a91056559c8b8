"""Reads a file of indicator values that a person brings: CSV or XLSX, one value a row, columns in Indonesian."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

from crawlers.bridges.declaration import Bridge
from crawlers.bridges.reading import Gathering
from crawlers.bridges.rows import Reader
from crawlers.bridges.tables import read_table_rows
from crawlers.bridges.values import RegionFinder
from crawlers.file_rows import RefusedRow, look_at_form
from kentongan.errors import Quarantine
from kentongan.places import Gazetteer
from kentongan.schema import Measurement
from kentongan.settings import Settings

COLUMNS: Mapping[str, str] = {
    "series": "indikator|series|kode_indikator",
    "region": "kode_wilayah|wilayah|region|kecamatan",
    "time": "waktu|tanggal|periode|bulan|time",
    "value": "nilai|value|jumlah",
    "unit": "satuan|unit",
    "source": "sumber|source",
}
"""What a column may be called, the likeliest first."""


def read_indicator_file(
    path: Path,
    *,
    units: Mapping[str, str],
    source: str,
    decimal: Literal["", ",", "."],
    sheet: str | None,
    gazetteer: Gazetteer,
    settings: Settings,
    now: datetime,
) -> tuple[list[Measurement], tuple[RefusedRow, ...]]:
    """The values of a file in its order, and the rows that are none. Raises Quarantine for a file that cannot be read
    at all. ``source`` stands for rows that name none; without either a row carries the file's name."""
    form = look_at_form(path)
    bridge = Bridge(
        name=path.stem, agency="", kind="xlsx" if form == "xlsx" else "csv", into="indicators", every=1, late_after=1,
        path=str(path), sheet=sheet, columns=COLUMNS, source=source or path.name, decimal=decimal, zone=settings.zone,
    )  # fmt: skip
    reader = Reader(bridge=bridge, regions=RegionFinder(gazetteer, within=settings.region), units=units, now=now)
    gathered = Gathering(reader)
    gathered.take(read_table_rows(bridge, path, place=f"Berkas {path.name}"))
    for row in gathered.refused:
        if row.line == 0:
            # The rest of the sheet could not be read: better nothing than half of it unseen.
            raise Quarantine(row.reason, row.message)
    values = [row for row in gathered.rows if isinstance(row, Measurement)]
    return [_without_bridge(value) for value in values], tuple(gathered.refused)


def _without_bridge(value: Measurement) -> Measurement:
    from dataclasses import replace

    return replace(value, bridge=None)
