"""The truth of the embedded store: documents and what was learned about them, in one SQLite file.

Every change of a record gives its row the next sequence number; a dropped document leaves its row without words, a
tombstone. Whoever keeps an index reads ``changes`` past the number it has. Any number of processes read and write.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from kentongan.errors import NotFound
from kentongan.schema import EPOCH, Annotation, Document, Gap, Observation, Record, Task
from search.fields import (
    IndexFields,
    assemble_record,
    bare_decoder,
    encode_stored,
    index_fields,
    index_first,
    observation_key,
    stored_decoder,
)
from search.truth_file import IN_WORDS, TruthFile, ids_value

BATCH = 5_000
"""Most documents, observations or labels one transaction takes: half a second of work, a few megabytes."""

SCHEMA_VERSION = 1
"""Of the tables below."""

TABLES = """
CREATE TABLE documents (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL UNIQUE, json BLOB);
CREATE INDEX documents_live ON documents (seq) WHERE json IS NOT NULL;
CREATE TABLE observations (document TEXT, key TEXT, json BLOB NOT NULL, PRIMARY KEY (document, key)) WITHOUT ROWID;
CREATE TABLE annotations (document TEXT, key TEXT, json BLOB NOT NULL, PRIMARY KEY (document, key)) WITHOUT ROWID;
CREATE TABLE gaps (source TEXT, since INTEGER, until INTEGER, reason TEXT, json BLOB NOT NULL,
                   PRIMARY KEY (source, since, until, reason)) WITHOUT ROWID;
CREATE TABLE models (task TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE text_index (one INTEGER PRIMARY KEY CHECK (one = 1), generation INTEGER NOT NULL, version INTEGER NOT NULL,
                         seq INTEGER NOT NULL, opstamp INTEGER NOT NULL, at REAL NOT NULL);
INSERT INTO text_index VALUES (1, 0, 0, 0, 0, 0)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexState:
    """What the truth knows of its index."""

    generation: int
    """Which index is the valid one: each rebuild is the next. 0 before the first."""
    version: int
    """Shape of the index it was built with."""
    seq: int
    """Last change the index has."""
    opstamp: int
    """tantivy's own number of the commit that took it there: another one means the index is not as it was left."""
    at: float
    """When that change was read, in seconds of the epoch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One changed record; without fields where it was dropped."""

    number: int
    """Names the row for good; a document that comes back after it was dropped has the same."""
    seq: int
    fields: IndexFields | None

    @property
    def first(self) -> bool:
        """Whether this is the document's coming in: it was never changed, nothing is known of it but itself."""
        return self.seq == self.number


def microseconds(time: datetime) -> int:
    return (time - EPOCH) // timedelta(microseconds=1)


class Truth(TruthFile):
    """The tables, and every question the embedded store asks of them."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, tables=TABLES, version=SCHEMA_VERSION)

    def add(self, batch: Sequence[Document]) -> int:
        """Take in documents; returns how many were new. One transaction."""
        rows = {document.id: encode_stored(document) for document in reversed(batch)}
        ids = list(dict.fromkeys(document.id for document in batch))
        with self.writing() as connection:
            known = live_ids(connection, ids)
            seq = last_seq(connection)
            new = [id for id in ids if id not in known]
            connection.executemany(
                "INSERT INTO documents (number, id, seq, json) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, json = excluded.json",
                [(seq + n, id, seq + n, rows[id]) for n, id in enumerate(new, start=1)],
            )
        return len(new)

    def learn(
        self, table: Literal["observations", "annotations"], batch: Sequence[Observation] | Sequence[Annotation]
    ) -> int:
        """Record what was learned; returns how many were new. One transaction. Raises NotFound, and records nothing
        of the batch, where a document is missing."""
        rows = [
            (said.document, observation_key(said) if isinstance(said, Observation) else said.key, encode_stored(said))
            for said in batch
        ]
        ids = list(dict.fromkeys(row[0] for row in rows))
        with self.writing() as connection:
            known = live_ids(connection, ids)
            missing = [id for id in ids if id not in known]
            if missing:
                raise NotFound(
                    f"{len(missing)} dokumen tidak ada di penyimpanan, misalnya {missing[0]}.",
                    hint="Tambahkan dokumennya dulu.",
                )
            touched, new = set(), 0
            for row in rows:
                if connection.execute(f"INSERT OR IGNORE INTO {table} VALUES (?, ?, ?)", row).rowcount:
                    touched.add(row[0])
                    new += 1
            renumber(connection, sorted(touched))
        return new

    def drop(self, batch: Sequence[str]) -> int:
        """Remove documents with all that was learned about them; returns how many were there. One transaction."""
        with self.writing() as connection:
            there = sorted(live_ids(connection, batch))
            value = ids_value(there)
            for table in ("observations", "annotations"):
                connection.execute(f"DELETE FROM {table} WHERE document IN ({IN_WORDS})", (value,))
            connection.execute(f"UPDATE documents SET json = NULL WHERE id IN ({IN_WORDS})", (value,))
            renumber(connection, there)
        return len(there)

    def use_model(self, task: Task, name: str) -> None:
        """Name the current model of a task ("model|version") and mark every record it may change."""
        with self.writing() as connection:
            row = connection.execute("SELECT name FROM models WHERE task = ?", (task,)).fetchone()
            if row == (name,):
                return
            connection.execute("INSERT OR REPLACE INTO models VALUES (?, ?)", (task, name))
            spoken = connection.execute(
                "SELECT DISTINCT document FROM annotations WHERE key >= ? AND key < ?", (f"{task}|", f"{task}}}")
            ).fetchall()
            renumber(connection, [id for (id,) in spoken])

    def models(self) -> dict[Task, str]:
        with self.reading() as connection:
            return read_models(connection)

    def add_gaps(self, batch: Sequence[Gap]) -> int:
        """Record gaps; returns how many were new. One transaction."""
        with self.writing() as connection:
            return sum(
                connection.execute(
                    "INSERT OR IGNORE INTO gaps VALUES (?, ?, ?, ?, ?)",
                    (gap.source, microseconds(gap.since), microseconds(gap.until), gap.reason, encode_stored(gap)),
                ).rowcount
                for gap in batch
            )

    def gaps(self, *, since: datetime | None, until: datetime | None, sources: Sequence[str]) -> list[Gap]:
        """Gaps that overlap [since, until), oldest first."""
        with self.reading() as connection:
            return find_gaps(connection, since=since, until=until, sources=sources)

    def load(self, ids: Sequence[str]) -> dict[str, Record]:
        """The records of those ids that are there, from one moment."""
        with self.reading() as connection:
            return load_records(connection, ids)

    def changes(self, *, after: int, limit: int) -> list[Change]:
        """The next changes past a number, in their order, from one moment."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT number, id, seq, json FROM documents WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit)
            ).fetchall()
            changed = [(id, json, True) for number, id, seq, json in rows if json is not None and seq != number]
            records = read_records(connection, changed)
        read_bare = bare_decoder(Document).decode
        changes = []
        for number, id, seq, json in rows:
            if json is None:
                fields = None
            elif id in records:
                fields = index_fields(records[id])
            else:
                fields = index_first(read_bare(json))
            changes.append(Change(number=number, seq=seq, fields=fields))
        return changes

    def numbers(self) -> dict[str, int]:
        """Id and sequence number of every document there is."""
        with self.reading() as connection:
            return dict(connection.execute("SELECT id, seq FROM documents WHERE json IS NOT NULL"))

    def head(self) -> tuple[int, IndexState]:
        """The last sequence number, and what is known of the index, from one moment."""
        with self.reading() as connection:
            return last_seq(connection), read_state(connection)

    def count(self, *, after: int = 0) -> tuple[int, int, int]:
        """(documents there are, last sequence number, changes past a number), from one moment."""
        with self.reading() as connection:
            live = connection.execute("SELECT count(*) FROM documents WHERE json IS NOT NULL").fetchone()[0]
            behind = connection.execute("SELECT count(*) FROM documents WHERE seq > ?", (after,)).fetchone()[0]
            return live, last_seq(connection), behind

    def place_index(self, state: IndexState, *, place: Callable[[], None]) -> bool:
        """Make a new index the valid one, as the generation after the one there is; False where another has come in
        between. ``place`` moves its files while no other process can do the same."""
        with self.writing() as connection:
            if read_state(connection).generation != state.generation - 1:
                return False
            place()
            connection.execute(
                "UPDATE text_index SET generation = ?, version = ?, seq = ?, opstamp = ?, at = ?",
                (state.generation, state.version, state.seq, state.opstamp, state.at),
            )
            return True

    def mark_index(self, state: IndexState) -> None:
        """Note how far an index is; nothing where another generation has taken its place."""
        with self.writing() as connection:
            connection.execute(
                "UPDATE text_index SET seq = ?, opstamp = ?, at = ? WHERE generation = ?",
                (state.seq, state.opstamp, state.at, state.generation),
            )

    def find_damage(self) -> list[str]:
        """What SQLite's own check of the file finds; reads all of it."""
        with self.reading() as connection:
            return [row for (row,) in connection.execute("PRAGMA quick_check(20)") if row != "ok"]


def load_records(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, Record]:
    """The records of those ids that are there."""
    statement = f"SELECT id, json, seq != number FROM documents WHERE id IN ({IN_WORDS}) AND json IS NOT NULL"
    return read_records(connection, connection.execute(statement, (ids_value(ids),)).fetchall())


def find_gaps(
    connection: sqlite3.Connection, *, since: datetime | None, until: datetime | None, sources: Sequence[str]
) -> list[Gap]:
    """Gaps that overlap [since, until), oldest first. A gap of no length lies in the range that holds its moment."""
    asked, values = ["1"], list[Any]()
    if since is not None:
        asked.append("(until > ? OR (until = ? AND since = until))")
        values += [microseconds(since)] * 2
    if until is not None:
        asked.append("since < ?")
        values.append(microseconds(until))
    if sources:
        asked.append(f"source IN ({IN_WORDS})")
        values.append(ids_value(sources))
    statement = f"SELECT json FROM gaps WHERE {' AND '.join(asked)} ORDER BY since, until, source, reason"
    return [stored_decoder(Gap).decode(json) for (json,) in connection.execute(statement, values)]


def live_ids(connection: sqlite3.Connection, ids: Sequence[str]) -> set[str]:
    statement = f"SELECT id FROM documents WHERE id IN ({IN_WORDS}) AND json IS NOT NULL"
    return {id for (id,) in connection.execute(statement, (ids_value(ids),))}


def last_seq(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(seq), 0) FROM documents").fetchone()[0])


def renumber(connection: sqlite3.Connection, ids: Sequence[str]) -> None:
    """Give each row the next sequence number."""
    seq = last_seq(connection)
    connection.executemany(
        "UPDATE documents SET seq = ? WHERE id = ?", [(seq + n, id) for n, id in enumerate(ids, start=1)]
    )


def read_models(connection: sqlite3.Connection) -> dict[Task, str]:
    return dict(connection.execute("SELECT task, name FROM models ORDER BY task"))


def read_state(connection: sqlite3.Connection) -> IndexState:
    row = connection.execute("SELECT generation, version, seq, opstamp, at FROM text_index").fetchone()
    generation, version, seq, opstamp, at = row
    return IndexState(generation=generation, version=version, seq=seq, opstamp=opstamp, at=at)


def read_records(connection: sqlite3.Connection, rows: Sequence[tuple[str, bytes, bool]]) -> dict[str, Record]:
    """The records of documents, by id, with all that was learned about them. A row says whether anything was since the
    document came in."""
    models = read_models(connection)
    asked = ids_value([id for id, _, changed in rows if changed])
    seen: dict[str, list[Observation]] = {}
    for id, json in connection.execute(
        f"SELECT document, json FROM observations WHERE document IN ({IN_WORDS})", (asked,)
    ):
        seen.setdefault(id, []).append(stored_decoder(Observation).decode(json))
    said: dict[str, list[Annotation]] = {}
    for id, json in connection.execute(
        f"SELECT document, json FROM annotations WHERE document IN ({IN_WORDS})", (asked,)
    ):
        said.setdefault(id, []).append(stored_decoder(Annotation).decode(json))
    return {
        id: assemble_record(stored_decoder(Document).decode(json), seen.get(id, ()), said.get(id, ()), models)
        for id, json, _ in rows
    }
