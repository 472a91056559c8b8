"""Writes the sample complaints as the CSV file that a complaint system exports."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from samples.world import has_happened, load_world, place_in_time

COLUMNS = (
    "nomor", "tanggal", "kanal", "kategori", "judul", "isi", "kecamatan", "kode_wilayah", "instansi", "status",
    "tanggal_status", "tanggal_selesai",
)  # fmt: skip
FIRST_NUMBER = 4_120
"""Ticket number of the oldest sample complaint."""
UNSEEN = "menunggu verifikasi"
DELAYS = {
    UNSEEN: timedelta(0),
    "belum ditindaklanjuti": timedelta(hours=20),
    "bukan kewenangan": timedelta(hours=30),
    "diproses": timedelta(hours=44),
}
"""How long after it came in a complaint has the status it is told with."""


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
        came = place_in_time(item.at, anchor)
        closed = item.finished is not None and has_happened(item.finished, anchor, now)
        status: str = "diproses" if item.finished is not None and not closed else item.status
        since = place_in_time(item.finished, anchor) if item.finished is not None and closed else came + DELAYS[status]
        if now is not None and since > now:
            status, since = UNSEEN, came
        yield {
            "nomor": f"TM-{number:06d}",
            "tanggal": _spell(came),
            "kanal": item.channel,
            "kategori": item.category,
            "judul": item.title,
            "isi": item.text,
            "kecamatan": item.district,
            "kode_wilayah": world.districts[item.district],
            "instansi": item.agency,
            "status": status,
            "tanggal_status": _spell(since),
            "tanggal_selesai": _spell(since) if status == item.status and item.finished is not None else "",
        }


def _spell(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
