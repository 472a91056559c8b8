"""The step that keeps the hours of series true to the store: it makes anew each hour that changed, whole.

An hour is made again where the store counts it otherwise than when it was made (documents, topics, regions, sentiment,
hashtags, sources, gaps), or where stories changed in it. Killed anywhere, the next run goes on; run twice, the second
one writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any, Final, Protocol

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from analysis.voices import Voice, count_terms, count_voices, name_voice
from casework.db import Casework, take_turn
from casework.trends.hours import hour_of
from casework.trends.marks import HourMark, find_dirty, first_hour, mark_hours
from casework.trends.posts import TERM, HourPost, read_posts
from casework.trends.records import TrendsUpdated
from casework.trends.tables import HOUR_TABLE, TrendHourRow, TrendSpanRow
from casework.trends.terms import TERM_DAYS, Terms, drop_terms, load_terms
from kentongan.batches import batched
from kentongan.schema import require_aware
from search.store import Store

TREND_DAYS: Final = 90
"""Days that are kept true to the store: what alert rules are tried on."""
KEEP_DAYS: Final = 180
"""Days after which hours are forgotten. The store still counts them."""
QUIET_DAYS: Final = 90
"""Days after which a series that nobody spoke in is forgotten."""
HOURS_AT_ONCE: Final = 24
"""Hours written in one transaction ..."""
DOCUMENTS_AT_ONCE: Final = 20_000
"""... and documents they have together at most, if there are several: memory stays small."""
READ_AT_ONCE: Final = 5_000
"""Most documents that are read with one question, if they are of several hours: the hours of a small place have few."""
TURN: Final = "trends"
"""What is waited for with ``take_turn`` before hours are written."""
AT_A_TIME: Final = 500


class Report(Protocol):
    """Called with what is done, of how many, and what is being done."""

    def __call__(self, done: int, total: int | None, note: str) -> None: ...


def update_trends(
    store: Store, casework: Casework, *, now: datetime, report: Report | None = None, days: int = TREND_DAYS
) -> TrendsUpdated:
    """Make every hour of the last ``days`` that is not what the store says now, oldest first.

    Posts whose time lies ahead of ``now`` wait until it comes. Raises ValueError for a naive ``now``.
    """
    require_aware("now", now)
    store.refresh()
    newest = hour_of(now)
    with casework.read() as session:
        first = begin_of(session, first_hour(store, now=now, days=days), earliest=newest - 24 * days)
    if first is None:
        return TrendsUpdated(hours=0, documents=0, terms=0)
    marks = mark_hours(store, first, newest + 1)
    with casework.read() as session:
        dirty, items = find_dirty(session, marks, newest=newest)
        terms = load_terms(session, first=first)
    done = documents = 0
    for part in in_parts(dirty, marks):
        documents += make_hours(store, casework, part, marks=marks, items=items, terms=terms, newest=newest, now=now)
        done += len(part)
        if report:
            report(done, len(dirty), "menghitung suara tiap jam")
    with casework.begin() as session:
        followed = drop_terms(session, newest=newest) if dirty else len(terms.followed)
        if dirty:
            forget_old(session, newest=newest)
    return TrendsUpdated(hours=len(dirty), documents=documents, terms=followed)


def begin_of(session: Session, found: int | None, *, earliest: int) -> int | None:
    """The first hour to look at: of the first post, or the first made before, whichever came earlier."""
    made = session.scalar(select(func.min(TrendSpanRow.hour)).where(TrendSpanRow.hour >= earliest))
    return min((hour for hour in (found, made) if hour is not None), default=None)


def in_parts(hours: Sequence[int], marks: Mapping[int, HourMark]) -> Iterator[list[int]]:
    """The hours in stretches that are written together."""
    part: list[int] = []
    documents = 0
    for hour in hours:
        if part and (len(part) == HOURS_AT_ONCE or documents + marks[hour].documents > DOCUMENTS_AT_ONCE):
            yield part
            part, documents = [], 0
        part.append(hour)
        documents += marks[hour].documents
    if part:
        yield part


def in_stretches(hours: Sequence[int], marks: Mapping[int, HourMark]) -> Iterator[tuple[int, int]]:
    """(first, first past it) of runs of hours next to each other that are read at once."""
    first, documents = hours[0], 0
    for before, hour in pairwise((*hours, hours[-1] + 2)):
        documents += marks[before].documents
        if hour != before + 1 or documents + marks[hour].documents > READ_AT_ONCE:
            yield first, before + 1
            first, documents = hour, 0


def make_hours(
    store: Store,
    casework: Casework,
    hours: Sequence[int],
    *,
    marks: Mapping[int, HourMark],
    items: Mapping[int, tuple[int, int]],
    terms: Terms,
    newest: int,
    now: datetime,
) -> int:
    """Read these hours and write them; returns how many documents they have."""
    cells: list[dict[str, Any]] = []
    documents = 0
    with casework.read() as session:
        for first, until in in_stretches(hours, marks):
            found = read_posts(store, session, first, until)
            for hour in range(first, until):
                posts = found.get(hour, [])
                documents += len(posts)
                cells += count_hour(posts, terms, hour=hour, search=hour > newest - 24 * TERM_DAYS, store=store)
    spans = [as_span(hour, marks[hour], items.get(hour, (0, 0)), now) for hour in hours]
    with casework.begin() as session:
        take_turn(session, TURN)
        for table in (TrendHourRow, TrendSpanRow):
            session.execute(delete(table).where(table.hour.in_(hours)))
        terms.save(session)
        if cells:
            session.execute(insert(HOUR_TABLE), cells)
        session.execute(insert(TrendSpanRow), spans)
    return documents


def count_hour(
    posts: Sequence[HourPost], terms: Terms, *, hour: int, search: bool, store: Store
) -> list[dict[str, Any]]:
    """The rows of one hour; ``search``: also look for terms that are new in it."""
    said = [post.terms for post in posts] if search or terms.followed else [frozenset()] * len(posts)
    if search:
        heard = count_terms(zip((post.voice for post in posts), said, strict=True))
        terms.take_up(heard, voices=len({name_voice(post.voice) for post in posts}), hour=hour, store=store)
    followed = terms.followed
    voices = [with_terms(post.voice, words & followed) for post, words in zip(posts, said, strict=True)]
    return [
        {
            "series": series,
            "hour": hour,
            "posts": count.posts,
            "voices": count.voices,
            "negative": count.negative,
            "decided": count.decided,
        }
        for (series, _), count in sorted(count_voices(voices).items())
    ]


def with_terms(voice: Voice, terms: frozenset[str]) -> Voice:
    """A post that counts in the series of these terms too."""
    return replace(voice, keys=(*voice.keys, *(TERM + term for term in terms))) if terms else voice


def as_span(hour: int, mark: HourMark, items: tuple[int, int], now: datetime) -> dict[str, Any]:
    """What an hour was made from."""
    return {
        "hour": hour,
        "documents": mark.documents,
        "marks": mark.marks,
        "items": items[0],
        "stories": items[1],
        "coverage": mark.coverage,
        "missing": list(mark.missing),
        "made_at": now,
    }


def forget_old(session: Session, *, newest: int) -> None:
    """Delete hours past KEEP_DAYS, and series in which nobody spoke for QUIET_DAYS."""
    for table in (TrendHourRow, TrendSpanRow):
        session.execute(delete(table).where(table.hour < newest - 24 * KEEP_DAYS))
    row = TrendHourRow
    oldest = session.scalar(select(func.min(row.hour)))
    if oldest is None or oldest >= newest - 24 * QUIET_DAYS:
        return
    last = select(row.series).group_by(row.series).having(func.max(row.hour) < newest - 24 * QUIET_DAYS)
    for part in batched(session.scalars(last).all(), AT_A_TIME):
        session.execute(delete(row).where(row.series.in_(part)))
