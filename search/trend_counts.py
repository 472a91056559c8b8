"""What a store knows for the trends of a question: a stretch of time, the one before it, and the usual ones.

Every figure is a volume: what people entered by hand is in none of them. Nothing here is judged; ``analysis.trends``
turns the counts into shares, intervals and changes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from kentongan.errors import BadQuery
from kentongan.schema import Gap, Kind, Query, Record
from search.series import SeriesCounts, count_series, origin_of, volume_of
from search.store import Dimension, Store

Field = Literal["topic", "region", "hashtag", "source"]
"""What a question's documents are broken down by."""
FIELDS: Final[tuple[Field, ...]] = ("topic", "region", "hashtag", "source")
TOP: Final = 50
"""Values of a field that are looked at, largest first; a screen shows fewer."""
POSTS: Final[tuple[Kind, ...]] = ("post", "comment")
"""The kinds that are meant where a question names none: people's own words."""
USUAL_WEEKS: Final = 4
"""Earlier stretches, whole weeks back, that the usual is taken from: the same hours of the same weekdays."""
WEEK: Final = timedelta(days=7)
SAMPLE: Final = 2_000
"""Most records that are read of one stretch for its words and names: a share is then known within 2.2 points (95 %)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The counts of one stretch of time."""

    since: datetime
    until: datetime
    collected: int
    """Documents of the same origin, whatever their words and labels: what a share of voice is taken of."""
    posts: int
    """Documents of the question."""
    by: Mapping[Field, Mapping[str, int]]
    """Documents by value; label fields have "abstained" and "none" too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trends:
    """The counts behind the trends of one question."""

    query: Query
    """As it was counted: with its range and kinds, without what was entered by hand."""
    step: Literal["hour", "day"]
    zone: str
    series: SeriesCounts
    """Documents by hour or day and sentiment."""
    sentiment: Mapping[str, int]
    """Posts and comments by sentiment, with "abstained" and "none"."""
    now: Part
    before: Part
    """The stretch of the same length that ends where this one begins."""
    usual: tuple[Part, ...]
    """The same stretch whole weeks earlier, newest first; only those in which anything was collected."""
    authors: int | None
    """Distinct accounts; None where there are too many to list. Documents without an account are in none."""
    gaps: list[Gap]
    """What was not collected, from the earliest of these stretches on."""
    model: str | None
    """Current sentiment model as "name|version"."""
    sample: bool
    """Whether any of the documents is invented."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Records drawn from a question's documents."""

    records: tuple[Record, ...]
    total: int
    """How many documents match in all."""

    @property
    def whole(self) -> bool:
        """Whether these are all of them."""
        return len(self.records) >= self.total


def read_trends(
    store: Store,
    query: Query,
    *,
    since: datetime,
    until: datetime,
    step: Literal["hour", "day"] = "day",
    zone: str = "WIB",
) -> Trends:
    """The counts of ``query`` in [since, until) and in the stretches it is held against.

    A question that names no kinds is about posts and comments. Raises as ``Store.count`` does, and BadQuery for an
    empty range.
    """
    if until <= since:
        raise BadQuery("Rentang waktunya kosong atau terbalik.", hint="Akhirnya harus sesudah awalnya.")
    asked = volume_of(replace(query, since=since, until=until, kinds=query.kinds or POSTS))
    length = until - since
    now = read_part(store, asked)
    before = read_part(store, replace(asked, since=since - length, until=since), known=now)
    usual = []
    for back in usual_shifts(length):
        part = read_part(store, replace(asked, since=since - back, until=until - back), known=now)
        if part.collected:
            usual.append(part)
    first = min((part.since for part in (before, *usual)), default=since)
    series = count_series(store, asked, step=step, by="sentiment", zone=zone)
    people = replace(asked, kinds=tuple(kind for kind in asked.kinds if kind in POSTS))
    return Trends(
        query=asked,
        step=step,
        zone=zone,
        series=series,
        sentiment={b.key[0]: b.count for b in store.count(people, by=("sentiment",))} if people.kinds else {},
        now=now,
        before=before,
        usual=tuple(usual),
        authors=count_authors(store, asked),
        gaps=store.gaps(since=first, until=until, sources=asked.sources),
        model=store.current_models().get("sentiment"),
        sample=any(b.key[0] == "true" for b in store.count(asked, by=("sample",))),
    )


def usual_shifts(length: timedelta) -> list[timedelta]:
    """How far back the usual stretches lie: whole weeks, so that none overlaps the stretch itself."""
    weeks = max(1, math.ceil(length / WEEK))
    return [WEEK * weeks * number for number in range(1, USUAL_WEEKS + 1)]


def read_part(store: Store, query: Query, *, known: Part | None = None) -> Part:
    """The counts of one stretch; of ``known``'s hashtags only, where those of another stretch are to be compared."""
    assert query.since is not None and query.until is not None
    by: dict[Field, Mapping[str, int]] = {}
    for field, buckets in store.facets(query, fields=("topic", "region", "source"), top=1_000).items():
        by[field] = {bucket.key[0]: bucket.count for bucket in buckets}  # type: ignore[index]
    by["hashtag"] = count_hashtags(store, query, None if known is None else list(known.by["hashtag"]))
    return Part(
        since=query.since,
        until=query.until,
        collected=count_all(store, volume_of(origin_of(query))),
        posts=count_all(store, query),
        by=by,
    )


def count_hashtags(store: Store, query: Query, known: list[str] | None) -> dict[str, int]:
    """The largest hashtags of a stretch, or the counts of these."""
    if known is None:
        found = store.facets(query, fields=("hashtag",), top=TOP)["hashtag"]
        return {bucket.key[0]: bucket.count for bucket in found}
    if not known:
        return {}
    if query.hashtags:
        # A question about hashtags already: a document must have one of those and may have any of these.
        found = store.facets(query, fields=("hashtag",), top=1_000)["hashtag"]
    else:
        found = store.facets(replace(query, hashtags=tuple(known)), fields=("hashtag",), top=1_000)["hashtag"]
    counts = {bucket.key[0]: bucket.count for bucket in found}
    return {tag: counts.get(tag, 0) for tag in known}


def count_all(store: Store, query: Query) -> int:
    """How many documents match."""
    return sum(bucket.count for bucket in store.count(query))


def count_authors(store: Store, query: Query) -> int | None:
    """Distinct accounts of a question; None where there are more than a count lists."""
    dimension: Dimension = "author"
    try:
        return len(store.count(query, by=(dimension,)))
    except BadQuery:
        return None


def draw_records(store: Store, query: Query, *, most: int = SAMPLE) -> Drawn:
    """About ``most`` records at the most, drawn by bucket: a hash of the id, so by chance and always the same ones.

    Raises as ``Store.stream`` does.
    """
    query = volume_of(query)
    total = count_all(store, query)
    slices = max(1, math.ceil(total / most))
    # 1,024 buckets are the finest cut a store knows; of the last slice only the first records are read.
    found = []
    for record in store.stream(query, slice_of=(0, min(slices, 1024))):
        found.append(record)
        if len(found) >= most:
            break
    return Drawn(records=tuple(found), total=total)
