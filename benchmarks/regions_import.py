"""How long an import of complaints takes, casework rows, history and store included: ``python -m benchmarks.regions``.

The complaints are invented: written from a few sentence frames over the districts of Central Java.
"""

from __future__ import annotations

import csv
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.figure import Figure, machine
from kentongan.settings import Settings

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
MOST_S = 60.0
"""What 100,000 complaints may take, in seconds: the issue's figure."""
FULL = 100_000
QUICK = 10_000
"""Complaints of a quick run; its bound is the same share of a minute, and what a run costs once besides."""
START_S = 5.0
"""What an import may take whatever its size: opening store, gazetteer and models."""

WHAT = (
    "Jalan berlubang", "Lampu jalan padam", "Sampah menumpuk", "Saluran air tersumbat", "Air keran tidak mengalir",
    "Antrean panjang di puskesmas", "Bantuan pangan belum diterima", "Pungutan di sekolah", "Pohon hampir tumbang",
    "Angkutan kota ugal-ugalan", "KTP belum selesai dicetak", "Harga beras naik terus",
)  # fmt: skip
WHERE = ("depan pasar", "dekat jembatan", "di belakang balai desa", "sepanjang jalan utama", "dekat sekolah dasar")
SINCE = ("sejak kemarin", "sudah tiga hari", "lebih dari sepekan", "sudah dua bulan", "sejak hujan deras")
ASKED = ("Mohon segera ditangani.", "Warga berharap ada perbaikan.", "Tolong dicek petugas.", "Terima kasih.")
AGENCIES = (
    "Dinas Pekerjaan Umum", "Dinas Perhubungan", "Dinas Lingkungan Hidup", "Dinas Kesehatan", "Dinas Sosial",
    "Dinas Pendidikan", "Dinas Kependudukan", "Dinas Perdagangan",
)  # fmt: skip
STATUSES = ("Belum Terverifikasi", "Belum Ditindaklanjuti", "Sedang Diproses", "Selesai", "Ditutup Oleh Sistem")
CALLABLE = 0.1
"""Share of the complaints that give a telephone number."""
COLUMNS = (
    "Tracking ID", "Tanggal Masuk", "Judul", "Isi Laporan", "Klasifikasi", "Kategori", "Kecamatan", "Sumber Laporan",
    "Dinas Tujuan", "Status", "Tanggal Selesai",
)  # fmt: skip


def invent_rows(count: int, *, seed: int = 9) -> Iterator[list[str]]:
    """Rows of an SP4N-style export; the same seed gives the same rows."""
    from kentongan.regions import shipped_regions

    draw = random.Random(seed)
    inside = (region for region in shipped_regions() if region.code.startswith("33."))
    districts = [region.name for region in inside if region.level == "kecamatan"]
    for number in range(count):
        came = NOW - timedelta(minutes=draw.randrange(60 * 24 * 365))
        what, district, status = draw.choice(WHAT), draw.choice(districts), draw.choice(STATUSES)
        ended = came + timedelta(hours=draw.randrange(1, 200))
        done = f"{min(ended, NOW):%Y-%m-%d %H:%M}" if status in STATUSES[3:] else ""
        text = (
            f"{what} {draw.choice(WHERE)} {draw.choice(SINCE)}, RT {draw.randrange(1, 12)}, Kecamatan {district}. "
            f"{draw.choice(ASKED)}"
        )
        if draw.random() < CALLABLE:
            text += f" Hubungi 0812{draw.randrange(10**7, 10**8)}."
        yield [
            f"{7_000_000 + number}", f"{came:%Y-%m-%d %H:%M}", what, text, "Pengaduan Tidak Berkadar Pengawasan",
            "Lainnya", district, "Website", draw.choice(AGENCIES), status, done,
        ]  # fmt: skip


def write_export(file: Path, count: int) -> None:
    """The rows as a CSV file."""
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        writer.writerows(invent_rows(count))


def measure(*, quick: bool) -> Iterator[Figure]:
    """Import one file from its first byte to the searchable store; one run, as an office would do it."""
    from kentongan.commands.complaint_import import import_complaints

    count = QUICK if quick else FULL
    bound = START_S + MOST_S * count / FULL if quick else MOST_S
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "aduan.csv"
        write_export(file, count)
        settings = Settings(data_dir=Path(folder) / "var", region="33")
        begun = time.perf_counter()
        done = import_complaints(file, settings=settings, mapping="sp4n", now=NOW)
        seconds = time.perf_counter() - begun
    value = float(f"{seconds:.3g}")
    yield Figure(
        benchmark="regions",
        figure=f"import of {count} complaints",
        value=value,
        low=value,
        high=value,
        unit="s",
        must=f"<= {bound:g}",
        holds=seconds <= bound and done.new == count,
        detail={"complaints": done.new, "refused": done.refused, **machine("sqlalchemy", "tantivy")},
    )


if __name__ == "__main__":
    from benchmarks.figure import run_alone

    run_alone(measure, __doc__)
