"""Writes open data as CSV files with their metadata (Frictionless Data Package 1.0), all at once or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from casework.followups.open_counts import SMALL_COUNT
from casework.followups.open_data import LEVELS, OpenData
from kentongan.errors import Conflict, KentonganError, NotFound
from kentongan.times import format_time, to_zone

PACKAGE: Final = "datapackage.json"
COUNTS: Final = "aduan.csv"
INDICATORS: Final = "indikator.csv"
README: Final = "BACA-SAYA.md"
DEFUSED: Final = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that a spreadsheet reads as a formula."""
LICENCES: Final = {
    "CC-BY-4.0": ("Creative Commons Attribution 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC0-1.0": ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "ODC-BY-1.0": ("Open Data Commons Attribution 1.0", "https://opendatacommons.org/licenses/by/1-0/"),
}
HIDDEN_WORDS: Final = (
    f"Angka 1 sampai {SMALL_COUNT - 1} disamarkan: barisnya tidak ada, sama seperti baris yang jumlahnya nol. Baris "
    "lain ikut disamarkan bila tanpanya angka kecil itu dapat dihitung dari jumlah di atasnya."
)
COUNT_FIELDS: Final = (
    ("tingkat", "string", f"Yang dijumlahkan baris ini: {', '.join(LEVELS)}. Baris hari adalah yang paling rinci."),
    ("bulan", "yearmonth", "Bulan diterimanya aduan."),
    ("kode_wilayah", "string", "Kode wilayah kejadian; tanpa-wilayah bila tidak disebut."),
    ("wilayah", "string", "Nama wilayah."),
    ("kode_kategori", "string", "Kategori yang ditetapkan petugas; tanpa-kategori bila belum."),
    ("kategori", "string", "Nama kategori."),
    ("status", "string", "Tahap aduan pada saat data ini dibuat."),
    ("hari", "date", "Hari diterimanya aduan."),
    ("jumlah", "integer", "Banyak aduan. Laporan rahasia, yang ditahan, dan yang digabung tidak dihitung."),
)
INDICATOR_FIELDS: Final = (
    ("kode_indikator", "string", "Kode indikator."),
    ("indikator", "string", "Nama indikator."),
    ("satuan", "string", "Satuan nilainya."),
    ("kode_wilayah", "string", "Kode wilayah."),
    ("wilayah", "string", "Nama wilayah."),
    ("tanggal", "date", "Hari, atau hari pertama masa, yang dinyatakan nilainya."),
    ("nilai", "number", f"Nilainya. Indikator yang menghitung orang tidak terbit untuk waktu yang nilainya di salah "
                        f"satu wilayah 1 sampai {SMALL_COUNT - 1}."),
    ("instansi", "string", "Instansi yang mengampu indikator."),
)  # fmt: skip


def write_open_data(
    data: OpenData, folder: Path, *, organisation: str, licence: str, contact: str, zone: str
) -> Path:  # fmt: skip
    """Write the files into a new folder in ``folder``, named by the day they were made; returns it.

    Raises Conflict where it is there already, NotFound where the folder cannot be written.
    """
    name = f"data-terbuka-{format_day_code(data, zone=zone)}"
    target = folder / name
    if target.exists():
        raise Conflict(f"Folder {target} sudah ada.", hint="Pilih folder lain, atau hapus yang lama.")
    files = make_files(data, organisation=organisation, licence=licence, contact=contact, zone=zone)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=folder, prefix=".data-terbuka-"))
        try:
            for file, content in files.items():
                (made / file).write_bytes(content)
            made.chmod(0o755)
            made.rename(target)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    except OSError as error:
        raise NotFound(f"Folder {folder} tidak dapat ditulis: {error.strerror}.", hint="Periksa haknya.") from error
    return target


def make_files(
    data: OpenData, *, organisation: str, licence: str, contact: str, zone: str
) -> dict[str, bytes]:  # fmt: skip
    """The files by name."""
    if licence and licence not in LICENCES:
        raise KentonganError(
            f"Lisensi {licence!r} tidak dikenal.", hint=f"Isi open_data_licence dengan: {', '.join(LICENCES)}."
        )
    tables = {
        COUNTS: make_csv(
            [name for name, _, _ in COUNT_FIELDS],
            (
                (one.level, one.month, one.region, one.region_name, one.category, one.category_name, one.stage,
                 one.day, one.count)
                for one in data.counts
            ),
        ),
        INDICATORS: make_csv(
            [name for name, _, _ in INDICATOR_FIELDS],
            (
                (one.series, one.name, one.unit, one.region, one.region_name, one.day, one.value, one.agency)
                for one in data.indicators
            ),
        ),
    }  # fmt: skip
    package = make_package(data, tables, organisation=organisation, licence=licence, contact=contact)
    readme = make_readme(data, organisation=organisation, licence=licence, contact=contact, zone=zone)
    return {**tables, PACKAGE: package, README: readme}


def make_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with BOM, as Excel in Indonesia reads it; cells that look like formulas are defused."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([cell_of(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def cell_of(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() else repr(value)
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(DEFUSED) else text


def make_package(
    data: OpenData, tables: dict[str, bytes], *, organisation: str, licence: str, contact: str
) -> bytes:  # fmt: skip
    """The metadata: title, description, period, licence, contact, and each column with its definition."""
    title = f"Aduan warga dan indikator, {data.first_month} sampai {data.last_month}"
    sample = "DATA CONTOH: semua isinya rekaan. " if data.sample else ""
    fields = {COUNTS: COUNT_FIELDS, INDICATORS: INDICATOR_FIELDS}
    titles = {COUNTS: "Banyak aduan per hari, wilayah, kategori, dan status", INDICATORS: "Indikator per wilayah"}
    licences = []
    if licence:
        words, path = LICENCES[licence]
        licences = [{"name": licence, "title": words, "path": path}]
    package = {
        "profile": "tabular-data-package",
        "name": f"aduan-{data.first_month}-{data.last_month}",
        "title": title,
        "description": f"{sample}Jumlah aduan dan nilai indikator, tanpa teks aduan dan tanpa data pribadi. "
        f"{HIDDEN_WORDS}",
        "version": data.made_at.date().isoformat(),
        "created": data.made_at.isoformat(),
        "temporal": {"start": data.since.isoformat(), "end": data.until.isoformat()},
        "language": "id",
        "licenses": licences,
        "contributors": [{"title": organisation, "role": "publisher"}],
        "contactPoint": contact,
        "small_count": SMALL_COUNT,
        "hidden": {"aduan": data.hidden, "nilai_indikator": data.hidden_values},
        "resources": [
            {
                "name": file.removesuffix(".csv"),
                "title": titles[file],
                "path": file,
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(content),
                "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
                "schema": {
                    "fields": [
                        {"name": name, "type": kind, "description": words} for name, kind, words in fields[file]
                    ],
                    "missingValues": [""],
                },
            }
            for file, content in tables.items()
        ],
    }
    return json.dumps(package, ensure_ascii=False, indent=2).encode() + b"\n"


def make_readme(data: OpenData, *, organisation: str, licence: str, contact: str, zone: str) -> bytes:
    """What a person reads first."""
    lines = [
        f"# Data terbuka {organisation}",
        "",
        *(["**DATA CONTOH: semua isinya rekaan.**", ""] if data.sample else []),
        f"- Masa: {data.since.isoformat()} sampai {data.until.isoformat()}",
        f"- Dibuat: {format_time(data.made_at, zone=zone)}",
        f"- Lisensi: {licence or 'belum ditetapkan'}",
        f"- Pertanyaan: {contact}",
        f"- Aduan yang hanya ikut dalam jumlah, bukan per hari: {data.hidden}",
        "",
        HIDDEN_WORDS,
        "",
        f"Arti setiap kolom ada di {PACKAGE}.",
        "",
    ]
    return "\n".join(lines).encode()


def format_day_code(data: OpenData, *, zone: str) -> str:
    """Period and day of making, for a folder's name."""
    return f"{data.first_month}-{data.last_month}-{to_zone(data.made_at, zone).date().isoformat()}"
