"""Reads the hours of series: voices and posts as arrays, with what was not collected left open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.trends.records import HourSeries
from casework.trends.tables import TrendHourRow, TrendSpanRow
from kentongan.batches import batched
from kentongan.schema import EPOCH, require_aware

HALF: Final = 0.5
"""An hour of which less than this share was collected is no measurement: its counts are left open (NaN)."""
NAMES_AT_A_TIME: Final = 500
SOURCE: Final = "sumber:"


def hour_of(moment: datetime) -> int:
    """Hours since 1970 (UTC) of the hour an aware moment lies in."""
    return (moment - EPOCH) // timedelta(hours=1)


def start_of(hour: int) -> datetime:
    """The aware start of an hour."""
    return EPOCH + timedelta(hours=hour)


def read_hours(
    session: Session, series: Sequence[str] | None, *, since: datetime, until: datetime, prefix: str | None = None
) -> HourSeries:
    """The hours that cover [since, until) of these series, in their order; where ``series`` is None, of all there are
    that begin with ``prefix`` ("topik:"), by name.

    A series that nobody spoke in has zeros; what was not collected, or was not made yet, is NaN in every series. Of a
    series "sumber:NAME" that is also where this source alone was not collected. Raises ValueError for naive moments.
    """
    require_aware("since", since)
    require_aware("until", until)
    first, last = hour_of(since), hour_of(until + timedelta(hours=1) - timedelta(microseconds=1))
    length = max(0, last - first)
    row = TrendHourRow
    chosen = select(row.series, row.hour, row.voices, row.posts).where(row.hour >= first, row.hour < last)
    if prefix is not None:
        # The character after the last one sorts after everything that begins with the prefix.
        chosen = chosen.where(row.series >= prefix, row.series < prefix[:-1] + chr(ord(prefix[-1]) + 1))
    questions = [chosen]
    if series is not None:
        questions = [chosen.where(row.series.in_(part)) for part in batched(series, NAMES_AT_A_TIME)]
    cells = [cell for question in questions for cell in session.execute(question)]
    names = tuple(dict.fromkeys(series)) if series is not None else tuple(sorted({cell.series for cell in cells}))
    place = {name: at for at, name in enumerate(names)}
    voices, posts = np.zeros((len(names), length)), np.zeros((len(names), length))
    for name, hour, heard, written in cells:
        voices[place[name], hour - first] = heard
        posts[place[name], hour - first] = written
    coverage = leave_open(session, names, (voices, posts), first=first, last=last)
    return HourSeries(names=names, counts=voices, posts=posts, start=start_of(first), coverage=coverage)


def leave_open(
    session: Session, names: Sequence[str], arrays: Sequence[NDArray[np.float64]], *, first: int, last: int
) -> NDArray[np.float64]:
    """Write NaN where nothing was collected; returns the coverage of each hour."""
    coverage = np.full(max(0, last - first), np.nan)
    place = {name: at for at, name in enumerate(names) if name.startswith(SOURCE)}
    span = TrendSpanRow
    for made in session.execute(
        select(span.hour, span.coverage, span.missing).where(span.hour >= first, span.hour < last)
    ):
        coverage[made.hour - first] = made.coverage
        for source in made.missing:
            at = place.get(SOURCE + source)
            if at is not None:
                for array in arrays:
                    array[at, made.hour - first] = np.nan
    lost = np.isnan(coverage) | (coverage < HALF)
    for array in arrays:
        array[:, lost] = np.nan
    return coverage
