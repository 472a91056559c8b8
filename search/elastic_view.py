"""One frozen moment of the store in Elasticsearch: a point in time, with the models and gaps of that moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kentongan.schema import Gap, Query, Record, Task
from search.aliases import AliasFile
from search.elastic_connection import Server
from search.elastic_pages import frozen_view, read_pages
from search.elastic_query import count_with, translate_query
from search.elastic_records import PARTS, decode_source
from search.elastic_state import read_gaps, read_models
from search.fields import slice_bounds, word
from search.store import Bucket, Dimension

HITS_A_REQUEST = 1_000
"""Records read in one request: with long articles still a few megabytes."""

NEWEST_FIRST: list[dict[str, str]] = [{"newest": "desc"}, {"id": "desc"}]


@dataclass(frozen=True, slots=True)
class ElasticView:
    """A ``search.store.View``; made by ``freeze``."""

    server: Server
    pit: Mapping[str, Any]
    models: Mapping[Task, str]
    all_gaps: Sequence[Gap]
    aliases: AliasFile

    def count(self, query: Query, *, by: Sequence[Dimension] = (), zone: str = "WIB") -> list[Bucket]:
        """See ``Store.count``."""

        def ask(body: dict[str, Any]) -> dict[str, Any]:
            return self.server.ask("POST", "/_search", {**body, "pit": self.pit})

        return count_with(ask, query, self.aliases, by=by, zone=zone)

    def newest(self, query: Query) -> Iterator[Record]:
        """All matching records, newest first."""
        return self._read({"query": translate_query(query, self.aliases), "sort": NEWEST_FIRST})

    def stream(self, query: Query, *, slice_of: tuple[int, int] = (0, 1)) -> Iterator[Record]:
        """All matching records of a slice, in no promised order."""
        first, last = slice_bounds(slice_of)
        in_slice = {"range": {"bucket": {"gte": first, "lt": last}}}
        return self._read({"query": translate_query(query, self.aliases, more=(in_slice,)), "sort": ["_shard_doc"]})

    def _read(self, body: dict[str, Any]) -> Iterator[Record]:
        asked = {**body, "pit": self.pit, "_source": PARTS, "size": HITS_A_REQUEST, "track_total_hits": False}
        for hit in read_pages(self.server, "/_search", asked):
            yield decode_source(hit["_source"], self.models)

    def gaps(
        self, *, since: datetime | None = None, until: datetime | None = None, sources: Sequence[str] = ()
    ) -> list[Gap]:
        """See ``Store.gaps``."""
        names = {word(source) for source in sources}
        return [gap for gap in self.all_gaps if lies_in(gap, since, until) and (not names or word(gap.source) in names)]

    def current_models(self) -> dict[Task, str]:
        """See ``Store.current_models``."""
        return dict(self.models)


def lies_in(gap: Gap, since: datetime | None, until: datetime | None) -> bool:
    """Whether a gap overlaps [since, until). One of no length lies in the range that holds its moment."""
    begins_before_end = until is None or gap.since < until
    ends_after_begin = since is None or gap.until > since or gap.since == gap.until == since
    return begins_before_end and ends_after_begin


@contextmanager
def freeze(server: Server, alias: str, state: str, aliases: AliasFile) -> Iterator[ElasticView]:
    """A view of this moment. The server forgets it when nobody has read from it for ten minutes."""
    server.ask("POST", f"/{alias},{state}/_refresh")
    while True:
        models = read_models(server, state)
        with frozen_view(server, alias) as pit:
            if read_models(server, state).epoch != models.epoch:
                continue
            gaps = read_gaps(server, state, since=None, until=None, sources=())
            yield ElasticView(server, pit, models.current, gaps, aliases)
            return
