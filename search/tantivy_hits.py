"""Takes hits and counts out of a frozen moment of tantivy's index, in the order and completeness a store promises."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from search.store import BUCKETS
from search.tantivy_index import ID_HALVES, IndexDamaged, index_faults
from search.tantivy_query import all_of, number_range

if TYPE_CHECKING:
    from tantivy import DocAddress, Schema, Searcher
    from tantivy import Query as EngineQuery

CHUNK = 10_000
"""Most hits taken from the index at once when all are wanted."""

TIES = 8
"""Hits fetched beyond a page, for documents that share its last key or the one before it."""


def count_hits(searcher: Searcher, query: EngineQuery) -> int:
    """How many documents match. Exact: every document has one ``seq``."""
    with index_faults():
        answer = searcher.aggregate(query, {"documents": {"value_count": {"field": "seq"}}})
    return int(answer["documents"]["value"])


def aggregate_hits(searcher: Searcher, query: EngineQuery, request: dict[str, Any]) -> dict[str, Any]:
    """The engine's answer to aggregations. Raises BadQuery for more cells than it gives."""
    with index_faults():
        return searcher.aggregate(query, request)


def ids_of(searcher: Searcher, addresses: list[DocAddress]) -> list[str]:
    """The ids of documents, in their order. Raises IndexDamaged where the index has lost one."""
    highs, lows = (searcher.fast_field_values(name, addresses) for name in ID_HALVES)
    if None in highs or None in lows:
        raise IndexDamaged("a column of ids is not there")
    return [f"{high:016x}{low:016x}" for high, low in zip(highs, lows, strict=True)]


def best_hits(searcher: Searcher, query: EngineQuery, limit: int) -> tuple[list[str], int]:
    """(ids, best first; how many match in all)."""
    with index_faults():
        found = searcher.search(query, limit=max(limit, 1))
        total: int = found.count or 0  # type: ignore[attr-defined]
        return ids_of(searcher, [address for _, address in found.hits[:limit]]), total


def newest_hits(
    searcher: Searcher, schema: Schema, query: EngineQuery, *, limit: int, after: tuple[int, str] | None
) -> tuple[list[tuple[int, str]], int]:
    """The next (newest key, id) in descending order, past ``after``; and how many match from ``after`` on, itself
    included.

    The index orders by the key alone. Documents that share one are put in order here, so all of a shared key are
    fetched before a page is cut.
    """
    asked = query if after is None else all_of([query, number_range(schema, "newest", None, after[0] + 1)], [])
    fetched = limit + TIES
    while True:
        with index_faults():
            answer = searcher.search(asked, limit=fetched, order_by_field="newest")
            ids = ids_of(searcher, [address for _, address in answer.hits])
            found = sorted(zip((int(key) for key, _ in answer.hits), ids, strict=True), reverse=True)
            total: int = answer.count  # type: ignore[attr-defined]
        rest = [hit for hit in found if after is None or hit < after]
        if len(found) < fetched:
            return rest[:limit], total
        # The last key may go on past what was fetched, so the order of its documents is not settled.
        settled = [hit for hit in rest if hit[0] > found[-1][0]]
        if len(settled) >= limit:
            return settled[:limit], total
        fetched *= 2


def all_hits(searcher: Searcher, schema: Schema, query: EngineQuery) -> Iterator[Sequence[str]]:
    """The ids of all matching documents, in chunks, each once."""
    after: tuple[int, str] | None = None
    while True:
        hits, _ = newest_hits(searcher, schema, query, limit=CHUNK, after=after)
        if not hits:
            return
        yield [id for _, id in hits]
        after = hits[-1]


def indexed_numbers(searcher: Searcher, schema: Schema) -> list[tuple[str, int]]:
    """(id, sequence number) of every document in the index, as often as it is there."""
    found: list[tuple[str, int]] = []
    step = 16
    for first in range(0, BUCKETS, step):
        asked = number_range(schema, "bucket", first, first + step)
        with index_faults():
            hits = searcher.search(asked, limit=max(1, count_hits(searcher, asked)), order_by_field="seq").hits
            ids = ids_of(searcher, [address for _, address in hits])
            found.extend(zip(ids, (int(seq) for seq, _ in hits), strict=True))
    return found
