"""Writes the sample indicators as the files that agencies drop, and the declaration of the bridges that read them.

``content/indicators.csv`` says when each value is about relative to the anchor: "d3" three days before, "m2" two months
before its month, "s1" one half-year before its half-year. All figures are invented.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from string import Template

from kentongan.times import to_zone
from samples.world import FOLDER

COLUMNS = ("kode_wilayah", "indikator", "waktu", "nilai")

AGENCIES: Mapping[str, tuple[str, str, int, int]] = {
    "dinkes": ("Dinas Kesehatan", "e-Puskesmas", 1_440, 72_000),
    "perdagangan": ("Dinas Perdagangan", "Pantauan harga pasar", 60, 2_880),
    "keuangan": ("Badan Keuangan Daerah", "Serapan anggaran", 1_440, 72_000),
    "pu": ("Dinas Pekerjaan Umum", "Kemajuan proyek", 1_440, 72_000),
    "dukcapil": ("Dinas Kependudukan", "Penduduk semesteran", 1_440, 300_000),
}
"""Bridge: agency, name of its system, how often it is read and after what it is late, in minutes."""

DECLARATION = Template(
    """- name: $name
  title: $agency, $system
  agency: $agency
  kind: csv
  into: indicators
  path: $name
  every: $every
  late_after: $late_after
  decimal: "."
  columns: {series: indikator, region: kode_wilayah, time: waktu, value: nilai}
  sample: true
"""
)


def write_indicators(folder: Path, anchor: datetime, *, now: datetime | None = None) -> int:
    """Write each agency's drop folder and ``bridges.yml`` into a folder; returns how many values.

    With ``now`` only what its day has come for is written. The anchor is the local midnight that ends the fortnight.
    """
    rows: dict[str, list[tuple[str, str, str, str]]] = {name: [] for name in AGENCIES}
    last = (to_zone(anchor, "WIB") - timedelta(days=1)).date()
    today = None if now is None else to_zone(now, "WIB").date()
    for bridge, series, region, ago, value in read_content():
        day = place_day(ago, last)
        if today is None or day <= today:
            rows[bridge].append((region, series, day.isoformat(), value))
    for name, values in rows.items():
        file = folder / name / f"{name}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("w", encoding="utf-8-sig", newline="") as opened:
            writer = csv.writer(opened, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(values)
    declared = [
        DECLARATION.substitute(name=name, agency=agency, system=system, every=every, late_after=late_after)
        for name, (agency, system, every, late_after) in AGENCIES.items()
    ]
    (folder / "bridges.yml").write_text("".join(declared), encoding="utf-8")
    return sum(map(len, rows.values()))


def read_content() -> Iterator[tuple[str, str, str, str, str]]:
    """The rows of the content file: bridge, series, region, how long ago, value."""
    with (FOLDER / "content" / "indicators.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["bridge"], row["series"], row["region"], row["ago"], row["value"]


def place_day(ago: str, last: date) -> date:
    """The day that "d3", "m2" or "s1" means, seen from the fortnight's last day. Raises ValueError."""
    unit, count = ago[0], int(ago[1:])
    if unit == "d":
        return last - timedelta(days=count)
    if unit not in ("m", "s"):
        raise ValueError(f"unknown unit of time: {ago!r}")
    months = 1 if unit == "m" else 6
    first = last.month - 1 if unit == "m" else (last.month - 1) // 6 * 6
    number = last.year * 12 + first - count * months
    return date(number // 12, number % 12 + 1, 1)
