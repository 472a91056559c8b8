"""Writes the sample complaints as the CSV file that a complaint system exports."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from samples.world import has_happened, load_world, place_in_time

COLUMNS = (
    "nomor", "tanggal", "kanal", "kategori", "judul", "isi", "kecamatan", "kode_wilayah", "instansi", "status",
    "tanggal_selesai",
)  # fmt: skip
FIRST_NUMBER = 4_120
"""Ticket number of the oldest sample complaint."""


def write_complaints(path: Path, anchor: datetime, *, now: datetime | None = None) -> int:
    """Write the complaints of the fortnight that ends at the anchor; returns how many rows.

    UTF-8 with a byte order mark, times as "2026-11-12 08:15" in WIB. With ``now`` only what has come in by then is
    written, and what is closed later still stands as "diproses".
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = list(list_complaints(anchor, now=now))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


def list_complaints(anchor: datetime, *, now: datetime | None = None) -> Iterator[dict[str, str]]:
    """The rows of that file, oldest first. A ticket keeps its number whatever the anchor."""
    world = load_world()
    for number, item in enumerate(world.complaints, FIRST_NUMBER):
        if not has_happened(item.at, anchor, now):
            continue
        closed = item.finished is not None and has_happened(item.finished, anchor, now)
        yield {
            "nomor": f"TM-{number:06d}",
            "tanggal": _spell(item.at, anchor),
            "kanal": item.channel,
            "kategori": item.category,
            "judul": item.title,
            "isi": item.text,
            "kecamatan": item.district,
            "kode_wilayah": world.districts[item.district],
            "instansi": item.agency,
            "status": "diproses" if item.finished is not None and not closed else item.status,
            "tanggal_selesai": _spell(item.finished, anchor) if item.finished is not None and closed else "",
        }


def _spell(at: str, anchor: datetime) -> str:
    return f"{place_in_time(at, anchor):%Y-%m-%d %H:%M}"
