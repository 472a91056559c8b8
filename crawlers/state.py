"""What the crawlers remember between runs: validators, pages still to fetch, what was refused, runs, last successes.

The rule that makes a kill harmless: a listing's validators are saved in the transaction that puts its new entries
among the pending pages, and a page stops being pending only after the store has acknowledged its document. Killed at
any moment, the next run finds the listing unread or its pages pending; the ids of documents are deterministic and the
store takes each once, so nothing is lost and nothing doubled. The same holds for timelines: their cursor is saved only
after the store has the posts.

One SQLite file (WAL, ``synchronous=FULL``), shared by any number of crawls at once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from crawlers.addresses import url_key
from crawlers.kinds import Entry
from kentongan.schema import RawPointer

VERSION = 1
"""Of the tables below."""

BUSY_TIMEOUT = 30.0
"""Seconds a write waits for another process's."""

MAX_ATTEMPTS = 5
"""Runs in which a page must have failed to answer before it is given up as unreachable."""

GIVE_UP_AFTER = timedelta(days=3)
"""And how long ago it must have been listed: a server may be away for a weekend."""

SCHEMA = """
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
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server gave with an answer so that it can later say "not modified"."""

    etag: str | None = None
    modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page still to fetch."""

    key: str
    """``addresses.url_key`` of its address."""
    entry: Entry
    """What the listing said of it."""
    attempts: int
    """Runs that failed to fetch it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One row of quarantine."""

    source: str
    url: str
    reason: str
    message: str
    at: datetime
    raw: RawPointer | None = None
    """Where the refused bytes lie, if there were any."""


class CollectionState:
    """The crawlers' memory. One object a process; calls come from one thread at a time."""

    def __init__(self, file: Path) -> None:
        """Open the file, and create it where it is missing."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(file, timeout=BUSY_TIMEOUT, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        with self._change():
            if self._db.execute("PRAGMA user_version").fetchone()[0] == 0:
                for statement in SCHEMA.split(";"):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def _change(self) -> Iterator[None]:
        """One transaction: all of it or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def validators(self, url: str) -> Validators:
        """What the server gave at the last complete reading of this address; empty where it was never read."""
        row = self._db.execute("SELECT etag, modified FROM validators WHERE url = ?", (url,)).fetchone()
        return Validators(etag=row[0], modified=row[1]) if row else Validators()

    def save_listing(
        self, url: str, *, validators: Validators, entries: Iterable[Entry], source: str, at: datetime
    ) -> int:
        """Remember a listing as read: its validators and its new pages, together. Returns how many pages are new."""
        listed = at.astimezone(UTC).isoformat()
        rows = [(url_key(entry.url), entry.url, source, msgspec.json.encode(entry), listed) for entry in entries]
        with self._change():
            before = self._db.total_changes
            self._db.executemany(
                "INSERT OR IGNORE INTO pages (key, url, source, hint, state, listed) VALUES (?, ?, ?, ?, 'pending', ?)",
                rows,
            )
            new = self._db.total_changes - before
            self._db.execute(
                "INSERT OR REPLACE INTO validators (url, etag, modified, at) VALUES (?, ?, ?, ?)",
                (url, validators.etag, validators.modified, listed),
            )
        return new

    def pending(self, source: str) -> list[Page]:
        """The pages of a source that are still to fetch, those listed first coming first."""
        rows = self._db.execute(
            "SELECT key, hint, attempts FROM pages WHERE state = 'pending' AND source = ? ORDER BY listed, key",
            (source,),
        )
        return [
            Page(key=key, entry=msgspec.json.decode(hint, type=Entry), attempts=attempts)
            for key, hint, attempts in rows
        ]

    def finish_pages(self, done: Iterable[tuple[str, str]]) -> None:
        """Pages whose documents the store has acknowledged, as (key, document id), are no longer pending."""
        with self._change():
            self._db.executemany(
                "UPDATE pages SET state = 'done', document = ? WHERE key = ?",
                [(document, key) for key, document in done],
            )

    def refuse_page(self, key: str, refused: Refused) -> None:
        """A page that can never become a document goes to quarantine and is no longer pending."""
        with self._change():
            self._db.execute("UPDATE pages SET state = 'refused' WHERE key = ?", (key,))
            self._quarantine(refused)

    def refuse(self, refused: Iterable[Refused]) -> int:
        """Keep inputs that can never be processed, each once; returns how many were new."""
        with self._change():
            before = self._db.total_changes
            for one in refused:
                self._quarantine(one)
            return self._db.total_changes - before

    def _quarantine(self, one: Refused) -> None:
        raw = (one.raw.file, one.raw.offset) if one.raw else (None, None)
        self._db.execute(
            "INSERT OR IGNORE INTO quarantine VALUES (?, ?, ?, ?, ?, ?, ?)",
            (one.source, one.url, one.reason, one.message, one.at.astimezone(UTC).isoformat(), *raw),
        )

    def fail_page(self, key: str, refused: Refused) -> bool:
        """Count a run in which a page did not answer. It stays pending until MAX_ATTEMPTS runs have failed and it was
        listed GIVE_UP_AFTER ago, then goes to quarantine; returns whether it did."""
        old = (refused.at.astimezone(UTC) - GIVE_UP_AFTER).isoformat()
        with self._change():
            self._db.execute("UPDATE pages SET attempts = attempts + 1 WHERE key = ?", (key,))
            given_up = self._db.execute(
                "UPDATE pages SET state = 'refused' WHERE key = ? AND attempts >= ? AND listed <= ?",
                (key, MAX_ATTEMPTS, old),
            ).rowcount
            if given_up:
                self._quarantine(refused)
        return bool(given_up)

    def quarantined(self, source: str | None = None) -> list[Refused]:
        """What was refused, oldest first; of one source, or of all."""
        rows = self._db.execute(
            "SELECT source, url, reason, message, at, file, offset FROM quarantine"
            " WHERE ?1 IS NULL OR source = ?1 ORDER BY at, source, url",
            (source,),
        )
        return [
            Refused(
                source=name, url=url, reason=reason, message=message, at=datetime.fromisoformat(at),
                raw=RawPointer(file=file, offset=offset) if file is not None else None,
            )
            for name, url, reason, message, at, file, offset in rows
        ]  # fmt: skip

    def cursor(self, source: str) -> str | None:
        """Where the last complete reading of a timeline ended, in the server's own terms."""
        row = self._db.execute("SELECT cursor FROM sources WHERE name = ?", (source,)).fetchone()
        return row[0] if row else None

    def save_cursor(self, source: str, cursor: str) -> None:
        """Remember how far a timeline was read. Call it only when the store has everything up to there."""
        with self._change():
            self._db.execute(
                "INSERT INTO sources (name, cursor) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET cursor = ?2",
                (source, cursor),
            )

    def save_success(self, source: str, at: datetime) -> None:
        """The source answered, and was read to its end, at this time."""
        stamp = at.astimezone(UTC).isoformat()
        with self._change():
            self._db.execute(
                "INSERT INTO sources (name, succeeded, accounted) VALUES (?1, ?2, ?2)"
                " ON CONFLICT (name) DO UPDATE SET succeeded = ?2, accounted = ?2",
                (source, stamp),
            )

    def last_success(self, source: str) -> datetime | None:
        """When the source was last read to its end; None for never."""
        row = self._db.execute("SELECT succeeded FROM sources WHERE name = ?", (source,)).fetchone()
        return datetime.fromisoformat(row[0]) if row and row[0] else None

    def accounted_until(self, source: str) -> datetime | None:
        """Up to when the source is either read or covered by a gap on record; None for never."""
        row = self._db.execute("SELECT accounted FROM sources WHERE name = ?", (source,)).fetchone()
        return datetime.fromisoformat(row[0]) if row and row[0] else None

    def save_gap_end(self, source: str, until: datetime) -> None:
        """A gap that ends here is on record in the store; the next one begins where it ended."""
        stamp = until.astimezone(UTC).isoformat()
        with self._change():
            self._db.execute(
                "INSERT INTO sources (name, accounted) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET accounted = ?2",
                (source, stamp),
            )

    def start_run(self, at: datetime) -> int:
        """Note that a run has begun; returns its number."""
        with self._change():
            row = self._db.execute("INSERT INTO runs (started) VALUES (?)", (at.astimezone(UTC).isoformat(),))
            return int(row.lastrowid or 0)

    def finish_run(self, run: int, *, at: datetime, report: bytes) -> None:
        """Note a run's end with its report (JSON). A run without an end was killed."""
        with self._change():
            self._db.execute(
                "UPDATE runs SET finished = ?, report = ? WHERE id = ?", (at.astimezone(UTC).isoformat(), report, run)
            )

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
