"""One frozen moment of the embedded store: a read of SQLite that stays where it is, and the index as it was then."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from kentongan.batches import batched
from kentongan.schema import Gap, Query, Record, Task
from search.aggregate import count_request, read_count
from search.aliases import AliasFile
from search.fields import slice_bounds
from search.index_keeper import PATIENCE_S, IndexKeeper
from search.store import Bucket, Dimension
from search.tantivy_hits import aggregate_hits, all_hits, count_hits
from search.tantivy_query import translate_query
from search.truth import Truth, find_gaps, load_records, read_models

if TYPE_CHECKING:
    from sqlite3 import Connection

    from tantivy import Schema, Searcher

READ = 500
"""Records read from the truth at once: what a slow consumer keeps in memory."""


@dataclass(frozen=True, slots=True)
class EmbeddedView:
    """A ``search.store.View``; made by ``freeze``."""

    connection: Connection
    schema: Schema
    searcher: Searcher
    aliases: AliasFile

    def count(self, query: Query, *, by: Sequence[Dimension] = (), zone: str = "WIB") -> list[Bucket]:
        """See ``Store.count``."""
        return count_in(self.searcher, self.schema, query, self.aliases, by=by, zone=zone)

    def newest(self, query: Query) -> Iterator[Record]:
        """All matching records, newest first."""
        return self.stream(query)

    def stream(self, query: Query, *, slice_of: tuple[int, int] = (0, 1)) -> Iterator[Record]:
        """All matching records of a slice, newest first."""
        for ids in hits_in(self.searcher, self.schema, query, self.aliases, slice_of=slice_of):
            for batch in batched(ids, READ):
                records = load_records(self.connection, batch)
                yield from (records[id] for id in batch)

    def gaps(
        self, *, since: datetime | None = None, until: datetime | None = None, sources: Sequence[str] = ()
    ) -> list[Gap]:
        """See ``Store.gaps``."""
        return find_gaps(self.connection, since=since, until=until, sources=sources)

    def current_models(self) -> dict[Task, str]:
        """See ``Store.current_models``."""
        return read_models(self.connection)


@contextmanager
def freeze(truth: Truth, keeper: IndexKeeper, aliases: AliasFile) -> Iterator[EmbeddedView]:
    """A view of this moment. Raises Retry where the index cannot be brought level."""
    view = hold_moment(truth, keeper, aliases)
    try:
        yield view
    finally:
        view.connection.close()


def hold_moment(truth: Truth, keeper: IndexKeeper, aliases: AliasFile) -> EmbeddedView:
    """Truth and index of one moment: nobody may write while the last changes go into the index and both are taken."""
    give_up = time.monotonic() + PATIENCE_S
    while True:
        # The bulk of the work while others still write; what is left are the changes of a moment.
        keeper.refresh()
        with truth.writing():
            if keeper.catch_up():
                index = keeper.prepare_search()
                return EmbeddedView(truth.pin(), index.schema, index.searcher(), aliases)
        # Another process has the index and waits for us to let go of the truth.
        keeper.pause(give_up)


def count_in(
    searcher: Searcher, schema: Schema, query: Query, aliases: AliasFile, *, by: Sequence[Dimension], zone: str
) -> list[Bucket]:
    """``Store.count`` over a frozen moment of the index."""
    request = count_request(by, zone=zone)
    asked = translate_query(schema, query, aliases)
    if not request:
        return [Bucket(key=(), count=count_hits(searcher, asked))]
    return read_count(aggregate_hits(searcher, asked, request), by, zone=zone)


def hits_in(
    searcher: Searcher, schema: Schema, query: Query, aliases: AliasFile, *, slice_of: tuple[int, int]
) -> Iterator[Sequence[str]]:
    """Ids of all matching documents of a slice, newest first, in chunks."""
    buckets = slice_bounds(slice_of)
    asked = translate_query(schema, query, aliases, buckets=buckets if slice_of[1] > 1 else None)
    return all_hits(searcher, schema, asked)
