"""One SQLite file opened for many threads and processes: durable transactions, and faults said in words."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from kentongan.errors import KentonganError, Retry
from search.fields import word

WAIT_S = 60.0
"""How long a transaction waits for another process's, in seconds. The longest one marks every record anew."""

IN_WORDS = "SELECT value FROM json_each(?)"
"""A list of ids as one bound value, however long."""


def ids_value(ids: Sequence[str]) -> str:
    """A list of ids for ``IN_WORDS``."""
    return msgspec.json.encode([word(id) for id in ids]).decode()


class TruthFile:
    """Two connections to one file: reads go on while this process writes. Calls may come from any thread."""

    def __init__(self, file: Path, *, tables: str, version: int) -> None:
        """Open the file, creating it with its tables. Raises Retry where it cannot be opened now and KentonganError
        where a newer Kentongan wrote it."""
        self.file = file
        self.write_lock = threading.RLock()
        self.read_lock = threading.RLock()
        self.writing_thread: int | None = None
        """The thread that has a transaction under way."""
        with explained(file):
            file.parent.mkdir(parents=True, exist_ok=True)
            self.writer = connect(file)
            self.reader = connect(file)
        try:
            self.prepare_tables(tables, version)
        except BaseException:
            self.close()
            raise

    def prepare_tables(self, tables: str, version: int) -> None:
        if self.file_version() == 0:
            with self.writing() as connection:
                if self.file_version(connection) == 0:
                    for statement in tables.split(";"):
                        connection.execute(statement)
                    connection.execute(f"PRAGMA user_version = {version}")
        found = self.file_version()
        if found > version:
            raise KentonganError(
                f"Penyimpanan {self.file} dibuat oleh Kentongan yang lebih baru.",
                hint=f"Perbarui Kentongan: berkas itu berbentuk {found}, program ini mengenal {version}.",
            )

    def file_version(self, connection: sqlite3.Connection | None = None) -> int:
        with explained(self.file):
            row = (connection or self.writer).execute("PRAGMA user_version").fetchone()
        return int(row[0])

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One durable transaction: all of it on leaving, nothing of it after an exception. Within another one of the
        same thread it is a part of that."""
        with self.write_lock, explained(self.file):
            if self.writer.in_transaction:
                yield self.writer
                return
            self.writer.execute("BEGIN IMMEDIATE")
            self.writing_thread = threading.get_ident()
            try:
                yield self.writer
                self.writer.execute("COMMIT")
            except BaseException:
                # SQLite may have rolled back by itself (disk full).
                if self.writer.in_transaction:
                    self.writer.execute("ROLLBACK")
                raise
            finally:
                self.writing_thread = None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One frozen moment of the file; within a transaction of the same thread, what that sees."""
        if self.writing_thread == threading.get_ident():
            yield self.writer
            return
        with self.read_lock, explained(self.file):
            self.reader.execute("BEGIN")
            try:
                yield self.reader
            finally:
                if self.reader.in_transaction:
                    self.reader.execute("ROLLBACK")

    def pin(self) -> sqlite3.Connection:
        """A connection of its own that sees this moment until it is closed. While it is open the write-ahead log
        cannot shrink."""
        with explained(self.file):
            connection = connect(self.file)
            connection.execute("BEGIN")
            connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()
            return connection

    @contextmanager
    def alone(self) -> Iterator[sqlite3.Connection]:
        """The writing connection, without a transaction, while no other thread of this process uses the file."""
        with self.write_lock, self.read_lock, explained(self.file):
            yield self.writer

    def compact(self) -> None:
        """Give the room of what was dropped back to the disk. Needs as much free room as the file has, and minutes
        for gigabytes, in which nobody writes."""
        with self.alone() as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close both connections. Waits for a transaction that another thread has under way."""
        with self.write_lock, self.read_lock:
            self.reader.close()
            self.writer.close()


def connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=WAIT_S, isolation_level=None, check_same_thread=False)
    give_up = time.monotonic() + WAIT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as error:
            # Turning a new file to WAL does not wait for the other processes that are doing the same.
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                connection.close()
                raise
            time.sleep(0.01)
    # With NORMAL a power cut takes back commits that the index has already seen.
    connection.execute("PRAGMA synchronous = FULL")
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA cache_size = -32768")
    return connection


@contextmanager
def explained(file: Path) -> Iterator[None]:
    """Turn SQLite's and the system's complaints into exceptions that say what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise Retry(f"Penyimpanan {file} tidak dapat dipakai: {error}.", hint=hint_for(error)) from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.ProgrammingError | sqlite3.IntegrityError | sqlite3.InterfaceError):
            raise
        raise KentonganError(
            f"Penyimpanan {file} rusak: {error}.", hint="Hentikan Kentongan dan pulihkan berkas itu dari cadangan."
        ) from error
    except OSError as error:
        raise Retry(
            f"Penyimpanan {file} tidak dapat dipakai: {error.strerror}.",
            hint="Periksa ruang kosong dan hak akses map itu.",
        ) from error


def hint_for(error: sqlite3.OperationalError) -> str:
    code = (error.sqlite_errorcode or 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return "Diska penuh: kosongkan ruang, lalu ulangi. Yang sudah tersimpan tidak hilang."
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return "Proses lain sedang menulis: ulangi sebentar lagi."
    return "Periksa diska dan hak akses map itu, lalu ulangi."
