"""Whether each source brings what it usually does: silent and flooding ones are flagged, against their own past.

The band is robust: the median of the same hours of earlier days, those of the same weekday weighing more, and the
median absolute deviation around it; one strange day in the past does not widen it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Literal

from kentongan.batches import batched
from kentongan.schema import EPOCH, Query
from search.store import Store

PAST = timedelta(days=28)
"""How far back the usual is learned: four of each hour of the week."""

WINDOWS = (timedelta(hours=24), timedelta(hours=6))
"""Stretches up to now that are judged: a day, and a part of one, so that a stop in the morning shows by noon. Each is
held against the same hours of earlier days, so the night does not look like silence."""

WEEKDAY_WEIGHT = 3
"""How often the same weekday counts beside each other day: four of them then weigh as much as two weeks of others."""

LEAST_PAST = timedelta(days=7)
"""Past needed before a source is judged at all."""

NORMAL_MAD = 1.4826
"""Median absolute deviation times this estimates the standard deviation of a normal distribution (Rousseeuw and
Croux 1993)."""

WIDTH = 4.0
"""Half width of the band in such standard deviations. Posts come in bunches, so the three that a Poisson process
would need are too narrow."""

LEAST_EXPECTED = 5.0
"""Documents usually found in a stretch below which silence says nothing: a source of two articles a day may rest."""

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

SOURCES_A_COUNT = 300
"""Sources counted at once: with the hours of a week fewer cells than a store gives at most (65,000)."""

State = Literal["ok", "silent", "flooding", "new"]
"""``new``: too little is known of the source to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """What a source brought lately, beside what it usually does."""

    source: str
    state: State
    hours: int
    """Length of the stretch that was judged, in hours: the one that is out of the usual, else a day."""
    found: int
    """Documents published in it."""
    expected: float
    low: float
    high: float
    """Band of the usual; outside it the source is silent or flooding."""


def judge_volume(source: str, counts: Mapping[datetime, int], *, now: datetime) -> Volume:
    """Judge the last WINDOWS of a source against the PAST before them.

    ``counts``: documents by the full hour (UTC) they were published in, empty hours left out; the running hour is not
    looked at.
    """
    end = floor_hour(now)
    judged = [judge_window(source, counts, begin=end - window, end=end) for window in WINDOWS]
    return next((one for one in judged if one.state in ("silent", "flooding")), judged[0])


def judge_window(source: str, counts: Mapping[datetime, int], *, begin: datetime, end: datetime) -> Volume:
    """Judge one stretch of full hours against the same hours of the days before it."""
    hours = (end - begin) // HOUR
    found = volume_of(counts, begin, hours)
    first = max(min(counts, default=end), begin - PAST)
    days = (begin - first) // DAY
    if days < LEAST_PAST // DAY:
        return Volume(source=source, state="new", hours=hours, found=found, expected=0.0, low=0.0, high=0.0)
    past = [
        total
        for day in range(1, days + 1)
        for total in [volume_of(counts, begin - day * DAY, hours)] * (1 if day % 7 else WEEKDAY_WEIGHT)
    ]
    expected = float(median(past))
    # Counts vary at least as Poisson's do, also where four weeks happened to be alike.
    spread = max(NORMAL_MAD * median(abs(total - expected) for total in past), expected**0.5, 1.0)
    low, high = max(0.0, expected - WIDTH * spread), expected + WIDTH * spread
    # Where the band reaches down to nothing, only nothing at all is silence.
    silent = expected >= LEAST_EXPECTED and (found < low or found == 0)
    state: State = "silent" if silent else "flooding" if found > high else "ok"
    return Volume(source=source, state=state, hours=hours, found=found, expected=expected, low=low, high=high)


def volume_of(counts: Mapping[datetime, int], begin: datetime, hours: int) -> int:
    """Documents in so many full hours from ``begin``."""
    return sum(counts.get(begin + hour * HOUR, 0) for hour in range(hours))


def floor_hour(time: datetime) -> datetime:
    """The full hour a time lies in."""
    return EPOCH + (time - EPOCH) // HOUR * HOUR


def measure_volumes(store: Store, sources: Sequence[str], *, now: datetime) -> list[Volume]:
    """The volume of each source, in the order given, from what the store holds."""
    end = floor_hour(now)
    counts: dict[str, dict[datetime, int]] = {name: {} for name in sources}
    begin = end - max(WINDOWS) - PAST
    while begin < end:
        until = min(begin + 7 * DAY, end)
        for some in batched(sources, SOURCES_A_COUNT):
            for cell in store.count(Query(since=begin, until=until, sources=tuple(some)), by=("source", "hour")):
                name, hour = cell.key
                counts.setdefault(name, {})[datetime.fromisoformat(hour).astimezone(UTC)] = cell.count
        begin = until
    return [judge_volume(name, counts[name], now=now) for name in sources]
