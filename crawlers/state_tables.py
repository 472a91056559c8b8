"""The tables of the crawlers' memory: what they are, how they came to be so, and how they are opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

BUSY_TIMEOUT = 30.0
"""Seconds a write waits for another process's."""

SCHEMAS = (
    """
CREATE TABLE validators (url TEXT PRIMARY KEY, etag TEXT, modified TEXT, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE pages (
    key TEXT PRIMARY KEY, url TEXT NOT NULL, source TEXT NOT NULL, hint BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'refused')),
    attempts INTEGER NOT NULL DEFAULT 0, listed TEXT NOT NULL, document TEXT) WITHOUT ROWID;
CREATE INDEX pages_pending ON pages (source, listed) WHERE state = 'pending';
CREATE TABLE quarantine (
    source TEXT NOT NULL, url TEXT NOT NULL, reason TEXT NOT NULL, message TEXT NOT NULL, at TEXT NOT NULL,
    file TEXT, offset INTEGER, PRIMARY KEY (source, url, reason)) WITHOUT ROWID;
CREATE TABLE sources (name TEXT PRIMARY KEY, cursor TEXT, succeeded TEXT, accounted TEXT) WITHOUT ROWID;
CREATE TABLE runs (id INTEGER PRIMARY KEY, started TEXT NOT NULL, finished TEXT, report BLOB);
""",
    """
ALTER TABLE pages ADD COLUMN asked TEXT;
ALTER TABLE pages ADD COLUMN due INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pages ADD COLUMN etag TEXT;
ALTER TABLE pages ADD COLUMN modified TEXT;
CREATE INDEX pages_document ON pages (document) WHERE document IS NOT NULL;
""",
    """
CREATE TABLE turns (
    source TEXT PRIMARY KEY, due TEXT NOT NULL, interval_s REAL NOT NULL, failures INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE checks (source TEXT PRIMARY KEY, at TEXT NOT NULL, state TEXT NOT NULL, answered TEXT) WITHOUT ROWID;
CREATE TABLE robots (url TEXT PRIMARY KEY, text TEXT, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE contents (content TEXT PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID;
""",
    """
CREATE TABLE set_aside (
    source TEXT NOT NULL, url TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL,
    PRIMARY KEY (source, url, reason)) WITHOUT ROWID;
""",
)
"""What leads from one version of the tables to the next, beginning with none. ``asked`` is when a page was last asked
for, ``due`` whether its listing has said something else of it since; ``contents`` names the document that first had
some words of a publisher's, ``set_aside`` the refused inputs that a person has looked at."""


def open_tables(file: Path) -> sqlite3.Connection:
    """The memory in a file, created where it is missing and brought up to date where it is older. WAL, and durable
    when a change is over."""
    file.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(file, timeout=BUSY_TIMEOUT, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    with one_change(db):
        have = db.execute("PRAGMA user_version").fetchone()[0]
        for schema in SCHEMAS[have:]:
            for statement in schema.split(";"):
                db.execute(statement)
        if have < len(SCHEMAS):
            db.execute(f"PRAGMA user_version = {len(SCHEMAS)}")
    return db


@contextmanager
def one_change(db: sqlite3.Connection) -> Iterator[None]:
    """One transaction: all of it or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


class Memory:
    """The crawlers' memory, opened; what is asked of it is its kinds' own. Calls come from one thread at a time."""

    def __init__(self, file: Path) -> None:
        """Open the file, and create it where it is missing."""
        self._db = open_tables(file)

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
