"""Online backup and restore of the embedded store's truth, and what it takes on the disk."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kentongan.errors import Conflict, KentonganError, NotFound
from search.truth import SCHEMA_VERSION, Truth
from search.truth_file import explained

PAGES = 2_000
"""Pages of the file copied between two reports: 8 MB."""

Report = Callable[[int, int | None, str], None]

TABLES = {
    "dokumen": ("documents", "sqlite_autoindex_documents_1", "sqlite_autoindex_documents_2", "documents_live"),
    "kunjungan ulang": ("observations",),
    "label": ("annotations",),
}
"""What is told apart in a report of sizes: tables of SQLite, with their indexes."""


def back_up(truth: Truth, target: Path, *, report: Report | None = None) -> int:
    """Copy one moment of the truth into a new file while others go on writing; returns how many documents it holds.

    The file appears under its name only when it is whole and checked. The index is no part of it: it is built anew
    from the truth. Raises Conflict where the file is there already, Retry where there is no room.
    """
    if target.exists():
        raise Conflict(f"Berkas {target} sudah ada.", hint="Pilih nama lain, atau hapus berkas itu dulu.")
    passing = target.with_name(f".{target.name}.part")
    with explained(target), closing(truth.pin()) as source:
        target.parent.mkdir(parents=True, exist_ok=True)
        passing.unlink(missing_ok=True)
        try:
            with closing(sqlite3.connect(passing)) as copy:
                copy_pages(source, copy, note="menyalin", report=report)
                # A file by itself, without a log beside it.
                copy.execute("PRAGMA journal_mode = DELETE")
            documents = check_backup(passing)
            with passing.open("rb+") as file:
                os.fsync(file.fileno())
            passing.rename(target)
        finally:
            passing.unlink(missing_ok=True)
    return documents


def restore(truth: Truth, file: Path, *, safety: Path, report: Report | None = None) -> int:
    """Put the content of a backup in place of the truth, in one transaction; returns how many documents it holds.

    What is there now is first backed up to ``safety``. Other processes go on and see the restored documents; the index
    is built anew by whoever needs it next. Killed on the way, everything is as it was. Raises NotFound and
    KentonganError where the file is no backup of this program, or damaged.
    """
    if not file.is_file():
        raise NotFound(f"Berkas cadangan {file} tidak ada.")
    check_backup(file)
    back_up(truth, safety, report=report)
    passing = truth.file.with_name(".restoring.sqlite")
    with explained(truth.file):
        try:
            shutil.copyfile(file, passing)
            with closing(sqlite3.connect(passing, isolation_level=None)) as source:
                # No index there is fits; a generation nobody has makes every process see that.
                generation = truth.head()[1].generation + 1
                source.execute("UPDATE text_index SET generation = ?, version = 0, seq = 0", (generation,))
                with truth.alone() as target:
                    copy_pages(source, target, note="memulihkan", report=report)
        finally:
            passing.unlink(missing_ok=True)
    return truth.count()[0]


def copy_pages(source: sqlite3.Connection, target: sqlite3.Connection, *, note: str, report: Report | None) -> None:
    """SQLite's own online backup."""

    def progress(status: int, remaining: int, total: int) -> None:
        if report:
            report(total - remaining, total, note)

    source.backup(target, pages=PAGES, progress=progress)


def check_backup(file: Path) -> int:
    """How many documents a backup holds. Raises KentonganError where it is none, damaged, or of a newer program."""
    wrong = KentonganError(
        f"Berkas {file} bukan cadangan Kentongan yang utuh.", hint="Pakai cadangan lain; penyimpanan tidak diubah."
    )
    try:
        with read_only(file) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            damage = [row for (row,) in connection.execute("PRAGMA quick_check(1)") if row != "ok"]
            live = connection.execute("SELECT count(*) FROM documents WHERE json IS NOT NULL").fetchone()[0]
            connection.execute("SELECT generation FROM text_index").fetchone()
    except sqlite3.DatabaseError as error:
        raise wrong from error
    if damage or version < 1:
        raise wrong
    if version > SCHEMA_VERSION:
        raise KentonganError(f"Cadangan {file} dibuat oleh Kentongan yang lebih baru.", hint="Perbarui Kentongan.")
    return int(live)


@contextmanager
def read_only(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        yield connection


def measure_parts(truth: Truth, folder: Path) -> dict[str, int]:
    """Bytes on the disk by what they hold: tables of the truth, room in it that is free again, its log, the index."""
    with truth.reading() as connection:
        pages: dict[str, int] = dict(connection.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"))
        (page,) = connection.execute("PRAGMA page_size").fetchone()
        (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    parts = {part: sum(pages.pop(name, 0) for name in names) for part, names in TABLES.items()}
    parts["lain-lain"] = sum(pages.values())
    parts["ruang bebas di dalam berkas"] = free * page
    log = truth.file.with_name(f"{truth.file.name}-wal")
    parts["log tulis"] = log.stat().st_size if log.exists() else 0
    parts["indeks kata"] = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return parts
