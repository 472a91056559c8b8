"""What the store and the stories hold of each hour now, in a few counts: by it one sees which hours to make again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, cast, func, select
from sqlalchemy.orm import Session

from analysis.series import coverage_of, share_lost
from casework.story_tables import StoryChangeMessageRow, StoryChangeRow, StoryItemRow, StoryMessageRow
from casework.trends.hours import HALF, hour_of, start_of
from casework.trends.posts import posts_query
from casework.trends.tables import TrendSpanRow
from kentongan.errors import BadQuery
from kentongan.schema import Gap, Query
from search.store import Dimension, Store

MARKED: Final[tuple[Dimension, ...]] = ("topic", "region", "sentiment", "source", "hashtag")
"""What an hour's counts are compared by: whatever its series are named after. Terms change with the documents."""
HOURS_AT_A_TIME: Final = 168
"""Hours of one count: a week, so that its cells stay under what a store counts at once."""
STORY_DAYS: Final = 3
"""Days in which stories still move by themselves: a post is placed when it is collected, minutes or hours later."""


@dataclass(slots=True)
class HourMark:
    """One hour as it is now."""

    documents: int = 0
    cells: list[str] = field(default_factory=list)
    coverage: float = 1.0
    missing: tuple[str, ...] = ()

    @property
    def marks(self) -> str:
        """32 hex digits that change whenever a count, a label or a gap of the hour does."""
        said = "\n".join([*sorted(self.cells), f"{self.coverage:.6f}", *self.missing])
        return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def mark_hours(store: Store, first: int, last: int) -> dict[int, HourMark]:
    """Every hour from ``first`` to before ``last``, empty ones too. Two counts a week and dimension."""
    found = {hour: HourMark() for hour in range(first, last)}
    for begin in range(first, last, HOURS_AT_A_TIME):
        end = min(last, begin + HOURS_AT_A_TIME)
        for hour, _, count in count_hours(store, begin, end, None):
            found[hour].documents = count
        for by in MARKED:
            for hour, value, count in count_hours(store, begin, end, by):
                found[hour].cells.append(f"{by}\t{value}\t{count}")
    mark_gaps(store, found, first, last)
    return found


def count_hours(store: Store, begin: int, end: int, by: Dimension | None) -> Iterator[tuple[int, str, int]]:
    """(hour, value, documents); stretches with too many cells are counted in halves."""
    try:
        cells = store.count(posts_query(begin, end), by=["hour"] if by is None else ["hour", by])
    except BadQuery:
        if end - begin < 2:
            raise
        middle = (begin + end) // 2
        yield from count_hours(store, begin, middle, by)
        yield from count_hours(store, middle, end, by)
        return
    for cell in cells:
        yield hour_of(datetime.fromisoformat(cell.key[0])), cell.key[1] if by else "", cell.count


def mark_gaps(store: Store, found: dict[int, HourMark], first: int, last: int) -> None:
    """Say of each hour how much of the usual collection ran in it, and which sources did not."""
    gaps = store.gaps(since=start_of(first), until=start_of(last))
    if not gaps:
        return
    always = posts_query(first)
    volumes = {
        cell.key[0]: float(cell.count)
        for cell in store.count(Query(kinds=always.kinds, without_sources=always.without_sources), by=["source"])
    }
    by_hour: dict[int, list[Gap]] = {}
    for gap in gaps:
        for hour in range(max(first, hour_of(gap.since)), min(last, hour_of(gap.until) + 1)):
            by_hour.setdefault(hour, []).append(gap)
    for hour, lost in by_hour.items():
        start, end = start_of(hour), start_of(hour + 1)
        found[hour].coverage = coverage_of(start, end, lost, volumes)
        found[hour].missing = tuple(
            source
            for source in sorted({gap.source for gap in lost} & volumes.keys())
            if share_lost([gap for gap in lost if gap.source == source], start, end) >= HALF
        )


def sql_hour(session: Session, column: Any) -> ColumnElement[int]:
    """SQL: hours since 1970 of a time."""
    if session.get_bind().dialect.name == "sqlite":
        return cast(func.strftime("%s", column), Integer) // 3600
    return cast(func.floor(func.extract("epoch", column) / 3600), Integer)


def count_items(session: Session, first: int, last: int) -> dict[int, tuple[int, int]]:
    """(documents in the stories' tables, stories they are in) of each hour that has any."""
    item, message = StoryItemRow, StoryMessageRow
    hour = sql_hour(session, item.published_at).label("hour")
    chosen = (
        select(hour, func.count().label("items"), func.count(message.story.distinct()).label("stories"))
        .join(message, message.message == item.message)
        .where(item.published_at >= start_of(first), item.published_at < start_of(last))
        .group_by(hour)
    )
    return {row.hour: (row.items, row.stories) for row in session.execute(chosen)}


def hours_of_changes(session: Session, first: int, last: int) -> dict[int, datetime]:
    """Hours with items of messages that people merged, split or set free again: when that was done last."""
    changed, side, item = StoryChangeRow, StoryChangeMessageRow, StoryItemRow
    hour = sql_hour(session, item.published_at).label("hour")
    chosen = (
        select(hour, func.max(changed.at).label("at"))
        # An undo speaks about the messages of what it undoes.
        .join(side, (side.number == changed.number) | (side.number == changed.undoes))
        .join(item, item.message == side.message)
        .where(item.published_at >= start_of(first), item.published_at < start_of(last))
        .group_by(hour)
    )
    return {row.hour: row.at for row in session.execute(chosen.select_from(changed))}


def find_dirty(
    session: Session, marks: dict[int, HourMark], *, newest: int
) -> tuple[list[int], dict[int, tuple[int, int]]]:
    """The hours to make, oldest first, and (items, stories) of each hour that has any among the last STORY_DAYS."""
    first, last = min(marks), max(marks) + 1
    span = TrendSpanRow
    made = {row.hour: row for row in session.scalars(select(span).where(span.hour >= first, span.hour < last))}
    recent = max(first, newest - 24 * STORY_DAYS)
    items = count_items(session, recent, last)
    changes = hours_of_changes(session, first, last)
    dirty = []
    for hour, mark in marks.items():
        known = made.get(hour)
        if (
            known is None
            or (known.documents, known.marks) != (mark.documents, mark.marks)
            or (hour >= recent and (known.items, known.stories) != items.get(hour, (0, 0)))
            or (hour in changes and changes[hour] >= known.made_at)
        ):
            dirty.append(hour)
    return dirty, items


def first_hour(store: Store, *, now: datetime, days: int) -> int | None:
    """The hour of the first post of the last ``days``; None without any."""
    since = hour_of(now - timedelta(days=days))
    cells = store.count(posts_query(since, hour_of(now) + 1), by=["hour"])
    return hour_of(datetime.fromisoformat(cells[0].key[0])) if cells else None
