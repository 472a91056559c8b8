"""What a store knows for a series over time: the counts, all that was collected beside them, and what was missed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from kentongan.schema import BY_HAND, Gap, Query
from search.store import Dimension, Store, View


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesCounts:
    """The counts of one question by hour or day, and what they are to be held against."""

    counted: Mapping[tuple[str, str], int]
    """Documents by (ISO start of the stretch in the zone asked for, label); the label is "" where nobody asked for one.
    Largest labels of a stretch first. Empty cells are left out."""
    collected: Mapping[str, int]
    """Documents of the same origin by ISO start, whatever their words and labels. Empty stretches are left out."""
    volumes: Mapping[str, float]
    """Documents that each source of that origin has brought in all: what its gaps weigh."""
    gaps: list[Gap]
    """What was not collected in the range, oldest first."""


def origin_of(query: Query) -> Query:
    """The same origin at the same time, without words and labels: what was collected at all. Where a document comes
    from can also stand in the words (``sumber:``); that is left out too."""
    return Query(
        since=query.since,
        until=query.until,
        kinds=query.kinds,
        sources=query.sources,
        without_sources=query.without_sources,
        publishers=query.publishers,
        platforms=query.platforms,
    )


def volume_of(query: Query) -> Query:
    """The same question for counting: without what people entered by hand, which says what they chose and not how much
    there is. A question whose ``sources`` name ``BY_HAND`` asks for just that and stays as it is."""
    if BY_HAND in (*query.sources, *query.without_sources):
        return query
    return replace(query, without_sources=(*query.without_sources, BY_HAND))


def count_series(
    store: Store | View, query: Query, *, step: Literal["hour", "day"], by: Dimension | None = None, zone: str = "WIB"
) -> SeriesCounts:
    """Count a question by hour or day and, if asked, by one dimension more. Raises as ``Store.count`` does.

    What was entered by hand is no volume and is left out (``volume_of``).
    """
    query = volume_of(query)
    origin = origin_of(query)
    cells = store.count(query, by=[step] if by is None else [step, by], zone=zone)
    always = replace(origin, since=None, until=None)
    return SeriesCounts(
        counted={(cell.key[0], cell.key[1] if by else ""): cell.count for cell in cells},
        collected={cell.key[0]: cell.count for cell in store.count(origin, by=[step], zone=zone)},
        volumes={cell.key[0]: float(cell.count) for cell in store.count(always, by=["source"])},
        gaps=store.gaps(since=query.since, until=query.until, sources=query.sources),
    )
