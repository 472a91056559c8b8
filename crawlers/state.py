"""What the crawlers remember between runs: validators, pages to fetch and to visit again, refusals, runs, successes.

The rule that makes a kill harmless: a listing's validators are saved in the transaction that puts its new entries
among the pending pages, and a page stops being pending only after the store has acknowledged its document. Killed at
any moment, the next run finds the listing unread or its pages pending; the ids of documents are deterministic and the
store takes each once, so nothing is lost and nothing doubled. The same holds for timelines: their cursor is saved only
after the store has the posts.

One SQLite file (WAL, ``synchronous=FULL``), shared by any number of crawls at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from crawlers.addresses import url_key
from crawlers.kinds import Entry
from crawlers.state_tables import Memory, one_change
from kentongan.schema import RawPointer

MAX_ATTEMPTS = 5
"""Runs in which a page must have failed to answer before it is given up as unreachable."""

GIVE_UP_AFTER = timedelta(days=3)
"""And how long ago it must have been listed: a server may be away for a weekend."""

LEAST_REVISIT = timedelta(hours=1)
"""A page is not asked for again sooner than this."""

MOST_REVISIT = timedelta(days=30)
"""The oldest pages are asked for again after this."""

REVISIT_SHARE = 0.25
"""Between the two, a page is asked for again when this share of its age has passed since it last was: corrections come
within hours, deletions within weeks. A page four hours old is visited hourly, one of four days daily."""


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


class Done(NamedTuple):
    """A page that was read, and whose document the store has."""

    key: str
    document: str | None
    """Id of its document; None for a copy of another page's."""
    at: datetime
    """When it was read. Aware."""
    validators: Validators = Validators()
    content: str | None = None
    """Names the words of the document, where they are long enough to be nobody else's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A page to be asked for again."""

    key: str
    source: str
    entry: Entry
    document: str
    """Id of the document it became."""
    validators: Validators


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


class CollectionState(Memory):
    """Validators, pages, refusals, cursors and runs."""

    @contextmanager
    def _change(self) -> Iterator[None]:
        """One transaction: all of it or nothing."""
        with one_change(self._db):
            yield

    def validators(self, url: str) -> Validators:
        """What the server gave at the last complete reading of this address; empty where it was never read."""
        row = self._db.execute("SELECT etag, modified FROM validators WHERE url = ?", (url,)).fetchone()
        return Validators(etag=row[0], modified=row[1]) if row else Validators()

    def save_listing(
        self, url: str, *, validators: Validators, entries: Iterable[Entry], source: str, at: datetime
    ) -> int:
        """Remember a listing as read: its validators and its new pages, together. Returns how many pages are new.

        A page that was read before, and of which its listing now says something else (a newer time, another headline),
        is due to be visited again.
        """
        listed = _stamp(at)
        rows = [(url_key(entry.url), entry.url, source, msgspec.json.encode(entry), listed) for entry in entries]
        with self._change():
            before = self._db.total_changes
            self._db.executemany(
                "INSERT OR IGNORE INTO pages (key, url, source, hint, state, listed) VALUES (?, ?, ?, ?, 'pending', ?)",
                rows,
            )
            new = self._db.total_changes - before
            self._db.executemany(
                "UPDATE pages SET hint = ?1, due = 1 WHERE key = ?2 AND source = ?3 AND state = 'done' AND hint != ?1",
                [(hint, key, source) for key, _, source, hint, _ in rows],
            )
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

    def finish_pages(self, done: Iterable[Done]) -> None:
        """Pages whose documents the store has acknowledged are no longer pending."""
        done = list(done)
        with self._change():
            self._db.executemany(
                "INSERT OR IGNORE INTO contents VALUES (?, ?)",
                [(one.content, one.document) for one in done if one.content and one.document],
            )
            self._db.executemany(
                "UPDATE pages SET state = 'done', document = ?, asked = ?, etag = ?, modified = ? WHERE key = ?",
                [(one.document, _stamp(one.at), one.validators.etag, one.validators.modified, one.key) for one in done],
            )

    def document_of(self, content: str) -> str | None:
        """Id of the document that first had these words (``Done.content``); None where none had."""
        row = self._db.execute("SELECT document FROM contents WHERE content = ?", (content,)).fetchone()
        return row[0] if row else None

    def robots(self, *, since: datetime) -> dict[str, str | None]:
        """The robots.txt files read at ``since`` or later, by address; None where a host had none."""
        return dict(self._db.execute("SELECT url, text FROM robots WHERE at >= ?", (_stamp(since),)))

    def save_robots(self, learned: Mapping[str, str | None], at: datetime) -> None:
        """Remember robots.txt files."""
        with self._change():
            self._db.executemany(
                "INSERT OR REPLACE INTO robots VALUES (?, ?, ?)",
                [(url, text, _stamp(at)) for url, text in learned.items()],
            )

    def due_visits(
        self, sources: Sequence[str], *, now: datetime, since: datetime | None = None, limit: int | None = None
    ) -> list[Visit]:
        """Pages of these sources that are due to be asked for again, the one whose last asking is oldest first, each
        document once; only those first listed at ``since`` or later, and ``limit`` at most."""
        rows = self._db.execute(
            "SELECT key, source, hint, document, etag, modified FROM pages"
            " WHERE state = 'done' AND document IS NOT NULL AND source IN (SELECT value FROM json_each(:sources))"
            " AND listed >= :since AND julianday(:now) - julianday(coalesce(asked, listed)) >="
            " CASE WHEN due THEN :least ELSE"
            " min(:most, max(:least, :share * (julianday(:now) - julianday(listed)))) END"
            " ORDER BY coalesce(asked, listed), key",
            {
                "sources": msgspec.json.encode(list(sources)).decode(),
                "since": _stamp(since) if since is not None else "",
                "now": _stamp(now),
                "least": LEAST_REVISIT / timedelta(days=1),
                "most": MOST_REVISIT / timedelta(days=1),
                "share": REVISIT_SHARE,
            },
        )
        found: dict[str, Visit] = {}
        for key, source, hint, document, etag, modified in rows:
            if limit is not None and len(found) >= limit:
                break
            if document not in found:
                found[document] = Visit(
                    key=key, source=source, entry=msgspec.json.decode(hint, type=Entry), document=document,
                    validators=Validators(etag=etag, modified=modified),
                )  # fmt: skip
        return list(found.values())

    def finish_visits(self, done: Iterable[Done]) -> None:
        """Pages were asked for again, and the store has what was found."""
        with self._change():
            for one in done:
                self._db.execute(
                    "UPDATE pages SET asked = ?, due = 0 WHERE document = ?", (_stamp(one.at), one.document)
                )
                self._db.execute(
                    "UPDATE pages SET etag = ?, modified = ? WHERE key = ?",
                    (one.validators.etag, one.validators.modified, one.key),
                )

    def postpone_visit(self, document: str, at: datetime) -> None:
        """A page was asked for again and nothing is to be said of it: its turn comes after the others'."""
        with self._change():
            self._db.execute("UPDATE pages SET asked = ? WHERE document = ?", (_stamp(at), document))

    def forget_document(self, document: str) -> None:
        """The store no longer has this document, so its pages are not visited again. They stay read."""
        with self._change():
            self._db.execute("UPDATE pages SET document = NULL WHERE document = ?", (document,))

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
            (one.source, one.url, one.reason, one.message, _stamp(one.at), *raw),
        )

    def fail_page(self, key: str, refused: Refused) -> bool:
        """Count a run in which a page did not answer. It stays pending until MAX_ATTEMPTS runs have failed and it was
        listed GIVE_UP_AFTER ago, then goes to quarantine; returns whether it did."""
        old = _stamp(refused.at - GIVE_UP_AFTER)
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

    def count_refused(self, *, since: datetime) -> dict[str, dict[str, int]]:
        """How many were refused then or later, by source and reason. ``since`` is aware."""
        rows = self._db.execute(
            "SELECT source, reason, count(*) FROM quarantine WHERE at >= ? GROUP BY source, reason",
            (_stamp(since),),
        )
        counted: dict[str, dict[str, int]] = {}
        for source, reason, count in rows:
            counted.setdefault(source, {})[reason] = count
        return counted

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
        stamp = _stamp(at)
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
        stamp = _stamp(until)
        with self._change():
            self._db.execute(
                "INSERT INTO sources (name, accounted) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET accounted = ?2",
                (source, stamp),
            )

    def start_run(self, at: datetime) -> int:
        """Note that a run has begun; returns its number."""
        with self._change():
            row = self._db.execute("INSERT INTO runs (started) VALUES (?)", (_stamp(at),))
            return int(row.lastrowid or 0)

    def finish_run(self, run: int, *, at: datetime, report: bytes) -> None:
        """Note a run's end with its report (JSON). A run without an end was killed."""
        with self._change():
            self._db.execute("UPDATE runs SET finished = ?, report = ? WHERE id = ?", (_stamp(at), report, run))


def _stamp(at: datetime) -> str:
    """A time as the tables keep it: ISO 8601 in UTC. They compare as text."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
