"""The questions the embedded store is timed on, each also as a scan of plain rows that must give the same answer."""

from __future__ import annotations

import heapq
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from pathlib import Path
from typing import Any

from kentongan.schema import Query
from search.fields import epoch_ms, index_fields
from search.store import Dimension, Store

FACETS: tuple[Dimension, ...] = ("source", "topic", "sentiment", "kind")
ROW = ("id", "kind", "platform", "source", "topic", "sentiment", "published_ms", "newest", "norm")
"""Columns of a plain row: what the questions need, already normalised, so that a scan need not tokenise."""

HOUR_MS = 3_600_000
ZONE_MS = 7 * HOUR_MS
"""WIB, in which hours are counted."""

Answer = Any

EVERYTHING = "hour series of everything"
"""The one question without a condition: here a scan has no more to do than to count, so no ratio is asked of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing an analyst or a page asks."""

    name: str
    query: Query
    how: Callable[[Store, Query], Answer]
    scan: Callable[[sqlite3.Connection], Answer]
    """The same from plain rows without an index, in as few passes as it takes."""

    def ask(self, store: Store) -> Answer:
        return self.how(store, self.query)

    def size(self, store: Store) -> int:
        """How many documents it is about."""
        return store.count(self.query)[0].count


def pose_questions(until: datetime) -> list[Question]:
    """The questions over what was published before ``until`` or came from one source: what a writer adds meanwhile,
    later and from another, changes no answer."""
    since = until - timedelta(days=7)
    week = Query(kinds=("post",), sentiments=("negative",), topics=("health",), since=since, until=until)
    in_week = (
        "kind = 'post' AND sentiment = 'negative' AND topic = 'health' "
        f"AND published_ms >= {epoch_ms(since)} AND published_ms < {epoch_ms(until)}"
    )
    before = f"published_ms < {epoch_ms(until)}"
    words = Query(text="jalan rusak", until=until)
    either = Query(text="banjir ATAU macet", until=until)
    source = Query(sources=("simulasi-youtube",))
    return [
        Question(
            name="newest 20 with three filters and a count",
            query=week,
            how=newest,
            scan=lambda rows: scan_newest(rows, in_week),
        ),
        Question(
            name="ranked search",
            query=words,
            how=ranked,
            scan=lambda rows: count_rows(rows, f"{before} AND {has('jalan')} AND {has('rusak')}"),
        ),
        Question(
            name="facets of a free-text query",
            query=either,
            how=facets,
            scan=lambda rows: scan_facets(rows, f"{before} AND ({has('banjir')} OR {has('macet')})"),
        ),
        Question(
            name="hour series of a filter",
            query=source,
            how=series,
            scan=lambda rows: scan_series(rows, "source = 'simulasi-youtube'"),
        ),
        Question(
            name="hour series of a free-text query",
            query=either,
            how=series,
            scan=lambda rows: scan_series(rows, f"{before} AND ({has('banjir')} OR {has('macet')})"),
        ),
        Question(
            name=EVERYTHING,
            query=Query(until=until),
            how=series,
            scan=lambda rows: scan_series(rows, before),
        ),
    ]


def newest(store: Store, query: Query) -> Answer:
    page = store.search(query, limit=20)
    return page.total, [record.document.id for record in page.records]


def ranked(store: Store, query: Query) -> Answer:
    return store.search(query, limit=20, order="best").total


def facets(store: Store, query: Query) -> Answer:
    found = store.facets(query, fields=FACETS, top=10)
    return {name: [(bucket.key[0], bucket.count) for bucket in found[name]] for name in FACETS}


def series(store: Store, query: Query) -> Answer:
    return sorted(bucket.count for bucket in store.count(query, by=("hour",)))


def has(token: str) -> str:
    """A condition: the normalised words hold this one."""
    return f"instr(norm, ' {token} ') > 0"


def count_rows(rows: sqlite3.Connection, where: str) -> int:
    return int(rows.execute(f"SELECT count(*) FROM rows WHERE {where}").fetchone()[0])


def scan_newest(rows: sqlite3.Connection, where: str) -> Answer:
    found = rows.execute(f"SELECT newest, id FROM rows WHERE {where}").fetchall()
    return len(found), [id for _, id in heapq.nlargest(20, found)]


def scan_facets(rows: sqlite3.Connection, where: str) -> Answer:
    counted: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for found in rows.execute(f"SELECT {', '.join(FACETS)} FROM rows WHERE {where}"):
        for name, value in zip(FACETS, found, strict=True):
            counted[name][value] += 1
    return {name: sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:10] for name, counts in counted.items()}


def scan_series(rows: sqlite3.Connection, where: str) -> Answer:
    hour = f"(published_ms + {ZONE_MS}) / {HOUR_MS}"
    return sorted(map(itemgetter(0), rows.execute(f"SELECT count(*) FROM rows WHERE {where} GROUP BY {hour}")))


def write_plain_rows(store: Store, file: Path) -> int:
    """Write a plain row for every document of the store; returns how many."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute(f"CREATE TABLE rows ({', '.join(ROW)})")
        connection.executemany(f"INSERT INTO rows VALUES ({', '.join('?' * len(ROW))})", plain_rows(store))
        connection.commit()
        return count_rows(connection, "1")


def plain_rows(store: Store) -> Iterable[tuple[object, ...]]:
    for record in store.stream(Query()):
        fields = index_fields(record)
        values: Mapping[str, object] = {name: getattr(fields, name) for name in ROW}
        yield *(values[name] for name in ROW[:-1]), f" {fields.norm} "
