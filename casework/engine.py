"""Makes the SQLAlchemy engine of a casework database: which addresses are taken, and how SQLite is kept safe.

Three kinds of transaction, chosen by execution options: writing (the default; on SQLite it takes the write lock at
once, so that it never fails half-way because somebody else wrote), reading (``reading=True``; cannot write), migrating
(``migrating=True``; SQLite's foreign keys are off while tables are made anew).
"""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from kentongan.errors import BadSettings, NotConfigured

BUSY_TIMEOUT_S = 15.0
"""How long a SQLite writer waits for another; casework transactions take milliseconds, a migration a second."""
CONNECT_TIMEOUT_S = 10
"""How long a connection to PostgreSQL may take to be made."""
POSTGRES_NAMES = frozenset({"postgres", "postgresql", "postgresql+psycopg"})


def read_url(text: str) -> URL:
    """The address as SQLAlchemy knows it; plain ``postgresql://`` means psycopg 3. Raises BadSettings otherwise.

    The address is not repeated in the message: it may hold a password.
    """
    hint = "Contoh: postgresql://pengguna:sandi@server/kentongan. Kosongkan DATABASE_URL untuk memakai SQLite."
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise BadSettings("DATABASE_URL bukan alamat basis data yang benar.", hint=hint) from error
    if url.drivername in POSTGRES_NAMES:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise BadSettings(f"DATABASE_URL memakai {url.drivername}, yang tidak didukung.", hint=hint)
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise BadSettings("DATABASE_URL dengan sqlite:// harus menyebut sebuah berkas.", hint=hint)
    return url


def make_engine(text: str) -> Engine:
    """An engine for the address; nothing is connected yet, but a SQLite file is made where there is none."""
    url = read_url(text)
    return make_sqlite_engine(url) if url.get_backend_name() == "sqlite" else make_postgres_engine(url)


def make_postgres_engine(url: URL) -> Engine:
    """Raises NotConfigured where psycopg is not installed."""
    arguments: dict[str, Any] = {"connect_timeout": CONNECT_TIMEOUT_S, "application_name": "kentongan"}
    arguments = {name: value for name, value in arguments.items() if name not in url.query}
    try:
        return create_engine(url, connect_args=arguments, pool_pre_ping=True)
    except (ImportError, NoSuchModuleError) as error:
        raise NotConfigured(
            "postgres",
            "DATABASE_URL menunjuk PostgreSQL, tetapi penghubungnya (psycopg) belum terpasang.",
            hint='Pasang dengan: pip install "kentongan[postgres]"',
        ) from error


def make_sqlite_engine(url: URL) -> Engine:
    """Raises NotConfigured where the file cannot be made or written."""
    file = Path(url.database or "")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Casework names people: the file is its owner's alone. SQLite gives its companions the same mode.
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise NotConfigured(
            "KENTONGAN_DATA_DIR",
            f"Basis data casework {file} tidak dapat dibuka untuk ditulis: {error.strerror}.",
            hint="Periksa hak atas folder itu, atau pilih folder lain dengan KENTONGAN_DATA_DIR.",
        ) from error
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S})
    event.listen(engine, "connect", prepare_sqlite)
    event.listen(engine, "begin", begin_sqlite)
    return engine


def prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Set up a new connection. Durable before fast: WAL with synchronous=FULL."""
    connection.isolation_level = None  # transactions are begun by begin_sqlite, never by the driver
    connection.execute(f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT_S * 1000)}")
    connection.execute("PRAGMA synchronous = FULL")
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            break
        except sqlite3.OperationalError as error:
            # Two processes that make the file at once: SQLite does not wait here, whatever busy_timeout says.
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
    if mode != "wal":
        raise NotConfigured(
            "KENTONGAN_DATA_DIR",
            "Sistem berkas tempat casework disimpan tidak mendukung WAL milik SQLite.",
            hint="Pilih folder di cakram lokal dengan KENTONGAN_DATA_DIR, atau pakai PostgreSQL (DATABASE_URL).",
        )


def begin_sqlite(connection: Connection) -> None:
    """Begin the kind of transaction that the execution options ask for."""
    options = connection.get_execution_options()
    reading = bool(options.get("reading"))
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reading else 'OFF'}")
    connection.exec_driver_sql(f"PRAGMA foreign_keys = {'OFF' if options.get('migrating') else 'ON'}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
