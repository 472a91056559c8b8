"""Judges the hours of all series, so that an hour is judged alike whenever that happens.

Each week is judged with the four weeks before its Monday, and only its own hours are taken from that: what is said of
an hour depends on hours before it, not on when or how often it is asked. Hashtags and terms come and go: they are held
against the rhythm of the lasting series and teach them nothing (``analysis.rhythm``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from analysis.bursts import LEAST_COUNT, Burst, Judged, find_bursts, judge_hours
from casework.trends.hours import SOURCE, hour_of, read_hours, start_of
from casework.trends.posts import HASHTAG, REGION, TERM, TOPIC, TOPIC_REGION
from casework.trends.records import ALL
from casework.trends.tables import TrendHourRow, TrendSpanRow, TrendTermRow
from kentongan.ramadan import RAMADAN
from kentongan.working_days import Calendar

HISTORY_DAYS: Final = 28
"""Days before the week that it is judged with: twice what a ramp needs, a rhythm's six weeks told mostly."""
PASSING: Final = (HASHTAG, TERM)
"""Series that come and go."""
DAY: Final = 24

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class JudgedHours:
    """A stretch of hours with every burst that was seen in it."""

    first: int
    """Hour of the first column."""
    names: tuple[str, ...]
    counts: Floats
    """(series, hours) voices, NaN where nothing was collected."""
    posts: Floats
    judged: Judged
    bursts: tuple[Burst, ...]
    """In the order they were raised; rows and columns as above."""

    @property
    def until(self) -> int:
        return self.first + len(self.counts.T)

    @cached_property
    def place(self) -> Mapping[str, int]:
        """The row of each series that has anything here."""
        return {name: at for at, name in enumerate(self.names)}


def judge_stretch(session: Session, *, first: int, until: int, zone: tzinfo, calendar: Calendar) -> JudgedHours:
    """Judge the hours from ``first`` to before ``until``, in the local time of ``zone``."""
    known = session.scalar(select(func.min(TrendSpanRow.hour)))
    begun = first if known is None else min(known, first)
    parts: list[tuple[tuple[str, ...], list[Floats], NDArray[np.int16]]] = []
    at = first
    while at < until:
        monday = start_of_week(at, zone)
        end = min(until, monday + 7 * DAY)
        window = max(monday - HISTORY_DAYS * DAY, start_of_day(begun, zone))
        parts.append(judge_week(session, window=window, first=at, until=end, zone=zone, calendar=calendar))
        at = end
    names = tuple(sorted({name for part in parts for name in part[0]}))
    place = {name: at for at, name in enumerate(names)}
    whole = [np.full((len(names), until - first), np.nan) for _ in range(4)]
    span = np.ones((len(names), until - first), dtype=np.int16)
    column = 0
    for part_names, arrays, spans in parts:
        rows = [place[name] for name in part_names]
        columns = slice(column, column + spans.shape[1])
        # What has no row in a week was not said in it: it counted nothing, wherever something was collected.
        collected = ~np.isnan(arrays[0]).all(axis=0) if len(rows) else np.zeros(spans.shape[1], dtype=bool)
        for target in whole[:2]:
            target[:, columns] = np.where(collected, 0.0, np.nan)
        whole[2][:, columns] = np.where(collected, 1.0, np.nan)
        for target, array in zip(whole, arrays, strict=True):
            target[rows, columns] = array
        span[rows, columns] = spans
        column += spans.shape[1]
    counts, posts, p, expected = whole
    since = {row.term: row.since for row in session.execute(select(TrendTermRow.term, TrendTermRow.since))}
    leave_unfollowed(names, p, since, first=first)
    judged = Judged(p=p, expected=expected, span=span)
    return JudgedHours(
        first=first, names=names, counts=counts, posts=posts, judged=judged, bursts=tuple(find_bursts(judged, counts))
    )


def judge_week(
    session: Session, *, window: int, first: int, until: int, zone: tzinfo, calendar: Calendar
) -> tuple[tuple[str, ...], list[Floats], NDArray[np.int16]]:
    """(names, [counts, posts, p, expected], spans) of the hours from ``first`` to before ``until``."""
    lasting, passing = list_names(session, window=window, first=first, until=until)
    read = read_hours(session, [*lasting, *passing], since=start_of(window), until=start_of(until))
    teaches = np.concatenate((np.ones(len(lasting)), np.zeros(len(passing))))
    start = start_of(window).astimezone(zone)
    judged = judge_hours(
        read.counts,
        start=start,
        ramadan=RAMADAN,
        quiet_days=quiet_days(calendar, start.date(), days=(until - window) // DAY + 2),
        teaches=teaches,
    )
    inside = slice(first - window, until - window)
    arrays = [array[:, inside] for array in (read.counts, read.posts, judged.p, judged.expected)]
    return read.names, arrays, judged.span[:, inside]


def list_names(session: Session, *, window: int, first: int, until: int) -> tuple[list[str], list[str]]:
    """The series that last, and those of the others that were said often enough to be a burst."""
    row = TrendHourRow
    kinds = [row.series.startswith(kind, autoescape=True) for kind in (TOPIC, REGION, TOPIC_REGION, SOURCE)]
    inside = (row.hour >= window, row.hour < until)
    lasting = session.scalars(select(row.series).where(or_(row.series == ALL, *kinds), *inside).distinct())
    brief = [row.series.startswith(kind, autoescape=True) for kind in PASSING]
    passing = session.scalars(
        select(row.series)
        .where(or_(*brief), row.hour >= first - DAY, row.hour < until)
        .group_by(row.series)
        .having(func.sum(row.voices) >= LEAST_COUNT)
    )
    return sorted(lasting), sorted(passing)


def leave_unfollowed(names: tuple[str, ...], p: Floats, since: Mapping[str, int | None], *, first: int) -> None:
    """Let no burst be seen in hours of a term that hold posts instead of voices."""
    for at, name in enumerate(names):
        if name.startswith(TERM):
            begun = since.get(name.removeprefix(TERM))
            hours = p.shape[1] if begun is None else max(0, begun - first)
            p[at, :hours] = np.where(np.isnan(p[at, :hours]), np.nan, 1.0)


def start_of_day(hour: int, zone: tzinfo) -> int:
    """The hour in which the local day of an hour begins."""
    local = start_of(hour).astimezone(zone)
    return hour_of(local.replace(hour=0))


def start_of_week(hour: int, zone: tzinfo) -> int:
    """The hour in which the local week of an hour begins: Monday at midnight."""
    local = start_of(hour).astimezone(zone)
    return hour_of(local.replace(hour=0)) - DAY * local.weekday()


def quiet_days(calendar: Calendar, first: date, *, days: int) -> frozenset[date]:
    """The days off among these: held against a Sunday's hours."""
    each = (first + timedelta(days=number) for number in range(days))
    return frozenset(day for day in each if day in calendar.days_off)
