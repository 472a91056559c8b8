"""Takes what a query finds out of the store: one file as the screen shows it, and beside it how it came about."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from kentongan.batches import batched
from kentongan.errors import BadSettings, Conflict, KentonganError
from kentongan.schema import Gap, Query, Record, Task
from search.export_formats import DECIMAL, DELIMITER, FORMATS
from search.export_place import explained, put_in_place, sweep, unfinished
from search.export_rows import table_columns
from search.store import View

BATCH = 1_000
"""Records in memory at a time, and rows of one Parquet row group at least."""

EXCEL_ROWS = 1_048_576
EXCEL_LETTERS = 32_767
"""Rows of a sheet and characters of a cell that Excel takes; what is beyond it leaves out."""

SAMPLE_MARK = "DATA CONTOH"

Report = Callable[[int, int | None, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What an export's sidecar tells that the view does not know."""

    understood: str
    """The query as it was understood, for a person."""
    zone: str
    """Zone of the local times: "WIB", "WITA" or "WIT"."""
    frozen_at: datetime
    """When the view was frozen. Aware."""
    software: str
    """Name and version of the program."""
    models: Mapping[Task, Mapping[str, object]]
    """By task: the current model with the data it learned from."""
    masked: bool = False
    """Whether the view masks accounts that nobody marked as public."""


@dataclass(slots=True)
class Seen:
    """What went by while the file was written."""

    rows: int = 0
    samples: int = 0
    longest: int = 0
    """Characters of the longest text or title."""


def export_file(
    view: View, query: Query, target: Path, *, about: About, overwrite: bool = False, report: Report | None = None
) -> Mapping[str, object]:
    """Write everything a query finds to ``target``, in the order of ``Store.search``; returns the sidecar's content.

    The file's ending chooses its form (``FORMATS``). File and sidecar appear whole or not at all, the sidecar first: a
    file that is there has one. Raises BadSettings for another ending, Conflict where there is such a file already and
    it may not be replaced, Retry where the disk is full.
    """
    write = FORMATS.get(target.suffix.lower())
    if write is None:
        raise BadSettings(
            f"Bentuk berkas {target.name!r} tidak dikenal.", hint=f"Akhiri namanya dengan {', '.join(FORMATS)}."
        )
    with explained(target):
        # A file that appears from here on is replaced: nothing but a second export writes under such a name.
        if target.exists() and not overwrite:
            raise Conflict(f"{target} sudah ada.", hint="Beri nama lain, atau tambahkan --overwrite.")
        sweep(target.parent)
        beside = sidecar_of(target)
        with unfinished(target) as file, unfinished(beside) as note:
            total = view.count(query)[0].count
            seen = Seen()
            write(file, watched(view.newest(query), seen, total, target.name, report), about.zone)
            if seen.rows != total:
                raise KentonganError(
                    f"Ekspor memuat {seen.rows} dokumen, sedangkan hitungannya {total}; tidak jadi ditulis.",
                    hint="Jalankan `kentongan store check`, lalu ulangi.",
                )
            digest = digest_of(file)
            told = describe_export(view, query, target, about=about, seen=seen, digest=digest)
            note.write(msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n")
            put_in_place((note, beside), (file, target))
    return told


def digest_of(file: BinaryIO) -> str:
    """SHA-256 of all that was written, in hex."""
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()


def sidecar_of(target: Path) -> Path:
    return target.with_name(f"{target.name}.meta.json")


def watched(
    records: Iterable[Record], seen: Seen, total: int, name: str, report: Report | None
) -> Iterator[Sequence[Record]]:
    """The records in batches, noting what goes by."""
    for batch in batched(records, BATCH):
        yield batch
        seen.rows += len(batch)
        seen.samples += sum(record.document.sample for record in batch)
        seen.longest = max(seen.longest, *(len(record.newest.text) for record in batch))
        if report:
            report(seen.rows, total, name)


def describe_export(
    view: View, query: Query, target: Path, *, about: About, seen: Seen, digest: str
) -> dict[str, object]:
    """The content of the sidecar."""
    asked = {name: value for name, value in msgspec.to_builtins(query).items() if value}
    gaps: list[Gap] = view.gaps(since=query.since, until=query.until, sources=query.sources)
    return {
        "file": target.name,
        "sha256": digest,
        "rows": seen.rows,
        "sample_documents": seen.samples,
        "mark": SAMPLE_MARK if seen.samples else None,
        "query": query.text,
        "understood": about.understood,
        "filters": {name: value for name, value in asked.items() if name not in ("text", "since", "until")},
        "since": query.since,
        "until": query.until,
        "accounts": "masked" if about.masked else "as collected",
        "zone": about.zone,
        "frozen_at": about.frozen_at.astimezone(UTC),
        "order": "terbaru di atas",
        # Each line of JSON names its own.
        "columns": None if target.suffix.lower() == ".jsonl" else list(table_columns(about.zone)),
        "csv": {"delimiter": DELIMITER, "decimal": DECIMAL, "encoding": "utf-8-sig"} if is_csv(target) else None,
        "models": about.models,
        "gaps": gaps,
        "software": about.software,
        "notes": notes(target, seen, masked=about.masked),
    }


def is_csv(target: Path) -> bool:
    return target.suffix.lower() == ".csv"


def notes(target: Path, seen: Seen, *, masked: bool) -> list[str]:
    """What a person who opens the file must know."""
    said = ["Berisi data pribadi (nama penulis dan alamat kiriman): simpan dan bagikan seperlunya saja."]
    if masked:
        said = [
            "Akun disamarkan, kecuali tokoh publik dan lembaga; alamat yang memuat akun yang disamarkan dikosongkan. "
            "Teksnya apa adanya dan dapat menyebut nama: bagikan seperlunya saja."
        ]
    if seen.samples:
        said.append(f"{SAMPLE_MARK}: {seen.samples} dari {seen.rows} dokumen adalah rekaan.")
    if is_csv(target):
        said.append(
            "Sel yang akan dihitung atau diubah Excel (berawal = + - @ tab, atau mirip angka, tanggal, dan jam) diberi "
            "satu apostrof di depannya; buang satu apostrof itu untuk isi aslinya."
        )
        if seen.rows >= EXCEL_ROWS:
            said.append(f"Excel hanya membaca {EXCEL_ROWS} baris; sisanya ada di berkas ini, pakai Parquet.")
        if seen.longest > EXCEL_LETTERS:
            said.append(f"Ada isi yang melebihi {EXCEL_LETTERS} huruf, batas satu sel Excel; pakai Parquet atau JSONL.")
    return said
