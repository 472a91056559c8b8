"""The one builder of aggregations for both engines: the request body, and the reading of its answer.

Only what both share: ``terms``, ``histogram`` on epoch milliseconds with an ``offset`` for the zone, one inside the
other, and ``stats``. Both answer in the same form; order and ties are settled here, not by an engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from functools import lru_cache
from operator import itemgetter
from typing import Any

from kentongan.errors import BadQuery
from kentongan.schema import EPOCH
from kentongan.times import ZONES
from search.fields import DIMENSION_FIELDS, HOUR_MS
from search.store import DIMENSIONS, MAX_TERMS, Bucket, Dimension

TIMES: tuple[Dimension, ...] = ("hour", "day")
DAY_MS = 86_400_000

LEVEL = "by"
"""Name of the aggregation on each level of a count."""

MAX_CELLS = 65_000
"""Most cells a count returns: tantivy's own bound (Elasticsearch's is 65,536). Beyond it a count is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """Smallest, largest and number of the values of a field; None for both where there is none."""

    count: int
    smallest: float | None
    largest: float | None


def zone_of(zone: str) -> tzinfo:
    """The zone a count is asked in. Raises BadQuery for one that Indonesia does not have."""
    if zone not in ZONES:
        raise BadQuery(f"Zona waktu {zone!r} tidak dikenal.", hint=f"Pilih salah satu: {', '.join(ZONES)}.")
    return ZONES[zone]


def check_dimensions(by: Sequence[Dimension]) -> None:
    """Raise BadQuery for a dimension that does not exist, or more than two."""
    if len(by) > 2:
        raise BadQuery("Hitungan paling banyak menurut dua dimensi.")
    for dimension in by:
        if dimension not in DIMENSIONS:
            raise BadQuery(f"Dimensi {dimension!r} tidak dikenal.", hint=f"Pilih dari: {', '.join(DIMENSIONS)}.")


def one_dimension(dimension: Dimension, zone: tzinfo, *, size: int | None = None) -> dict[str, Any]:
    """The aggregation over one dimension, without what lies inside it. ``size``: most words it returns;
    as many as a count may by default."""
    field = DIMENSION_FIELDS[dimension]
    if dimension == "day":
        shift = zone.utcoffset(None)
        assert shift is not None, "the zones of Indonesia are fixed offsets"
        # Local midnight lies before midnight UTC; both engines want 0 <= offset < interval.
        offset = -(shift // timedelta(milliseconds=1)) % DAY_MS
        return {"histogram": {"field": field, "interval": DAY_MS, "offset": offset, "min_doc_count": 1}}
    if dimension == "hour":
        # A year has 8,760 of them, more than any other words that are counted.
        return {"terms": {"field": field, "size": MAX_CELLS, "shard_size": MAX_CELLS}}
    return {"terms": {"field": field, "size": size or MAX_TERMS, "shard_size": MAX_TERMS}}


def count_request(by: Sequence[Dimension], *, zone: str) -> dict[str, Any]:
    """The aggregations of a count by one or two dimensions. Raises BadQuery for an unknown dimension or zone."""
    check_dimensions(by)
    request: dict[str, Any] = {}
    for dimension in reversed(by):
        level = one_dimension(dimension, zone_of(zone))
        request = {LEVEL: {**level, "aggs": request}} if request else {LEVEL: level}
    return request


def read_count(answer: Mapping[str, Any], by: Sequence[Dimension], *, zone: str) -> list[Bucket]:
    """The cells of an engine's answer, ordered as ``Store.count`` promises. Raises BadQuery for too many."""
    cells: list[Bucket] = []
    for key, bucket in read_level(answer[LEVEL], by[0], zone):
        if len(by) == 1:
            cells.append(Bucket(key=(key,), count=bucket["doc_count"]))
        else:
            inner = read_level(bucket[LEVEL], by[1], zone)
            cells.extend(Bucket(key=(key, second), count=cell["doc_count"]) for second, cell in inner)
    if len(cells) > MAX_CELLS:
        raise too_many_cells()
    return cells


def read_level(
    level: Mapping[str, Any], dimension: Dimension, zone: str, *, whole: bool = True
) -> list[tuple[str, Mapping[str, Any]]]:
    """(key, engine's bucket) of one level: time in its order, words by count, then key. ``whole``: refuse a level
    that the engine cut off."""
    buckets = [bucket for bucket in level["buckets"] if bucket["doc_count"] > 0]
    if dimension in TIMES:
        if level.get("sum_other_doc_count"):
            raise too_many_cells()
        width, zone_info = HOUR_MS if dimension == "hour" else 1, zone_of(zone)
        starts = sorted(((width * int(bucket["key"]), bucket) for bucket in buckets), key=itemgetter(0))
        return [(time_key(start, zone_info), bucket) for start, bucket in starts]
    if whole and level.get("sum_other_doc_count"):
        raise BadQuery(
            f"Hitungan menurut {dimension} menghasilkan lebih dari {MAX_TERMS} nilai.",
            hint="Persempit dengan rentang waktu atau saringan.",
        )
    buckets.sort(key=lambda bucket: (-bucket["doc_count"], str(bucket["key"])))
    return [(str(bucket["key"]), bucket) for bucket in buckets]


def too_many_cells() -> BadQuery:
    """What a store raises where a count has more cells than an engine gives."""
    return BadQuery(
        f"Hitungan ini menghasilkan lebih dari {MAX_CELLS} sel.",
        hint="Persempit rentang waktunya, atau hitung menurut satu dimensi saja.",
    )


@lru_cache(maxsize=65_536)
def time_key(milliseconds: float, zone: tzinfo) -> str:
    """ISO start of a time bucket in the zone ("2026-11-12T00:00:00+07:00")."""
    return (EPOCH + timedelta(milliseconds=int(milliseconds))).astimezone(zone).isoformat()


def facet_request(fields: Sequence[Dimension], *, size: int | None = None) -> dict[str, Any]:
    """The aggregations of ``Store.facets``: one a field, all in one pass. Days and hours are those of WIB.

    It asks for more than the few largest: an engine breaks ties by its own rule, we by key (see ``facets_settled``).
    """
    for field in fields:
        check_dimensions((field,))
    return {field: one_dimension(field, zone_of("WIB"), size=size) for field in fields}


def facets_settled(answer: Mapping[str, Any], fields: Sequence[Dimension], *, top: int) -> bool:
    """Whether no bucket that the engine left out could tie with the ``top`` largest of its field."""
    for field in fields:
        if answer[field].get("sum_other_doc_count"):
            counts = sorted((bucket["doc_count"] for bucket in answer[field]["buckets"]), reverse=True)
            if len(counts) <= top or counts[-1] == counts[top - 1]:
                return False
    return True


def read_facets(answer: Mapping[str, Any], fields: Sequence[Dimension], *, top: int) -> dict[Dimension, list[Bucket]]:
    """The ``top`` largest buckets of each field, largest first, ties by key."""
    facets: dict[Dimension, list[Bucket]] = {}
    for field in fields:
        read = read_level(answer[field], field, "WIB", whole=False)
        buckets = [Bucket(key=(key,), count=bucket["doc_count"]) for key, bucket in read]
        buckets.sort(key=lambda bucket: (-bucket.count, bucket.key))
        facets[field] = buckets[:top]
    return facets


def stats_request(field: str) -> dict[str, Any]:
    """The aggregation of smallest, largest and number of values of a numeric field."""
    return {LEVEL: {"stats": {"field": field}}}


def read_stats(answer: Mapping[str, Any]) -> Stats:
    stats = answer[LEVEL]
    count = int(stats["count"])
    return Stats(count=count, smallest=stats["min"] if count else None, largest=stats["max"] if count else None)
