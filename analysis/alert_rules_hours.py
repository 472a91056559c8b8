"""Rules over counts by the hour: a spike, a drop, and silence.

Spikes and drops are held against the rhythm that ``analysis.bursts.HourJudge`` learned from the weeks before. What it
learns from begins at a fixed day (``window_start``), never at the moment of asking, so that asking hour by hour and
asking for 90 days at once give the same probabilities. NaN is an hour in which too little was collected: no rule fires
on it, and none takes it for silence.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Annotated, Final, Literal

import msgspec
import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from analysis.alert_firings import HOUR, Firing, floor_hour, hour_ends
from analysis.bursts import HIGHEST_P, LEAST_COUNT, HourJudge
from analysis.rhythm import DAY, Floats

Sensitivity = Literal["low", "medium", "high"]
HIGHEST_PS: Final[dict[Sensitivity, float]] = {"low": HIGHEST_P / 10, "medium": HIGHEST_P, "high": HIGHEST_P * 10}
"""Highest probability by chance at which an hour fires. A year has 8,760 hours, so that chance alone fires 0.02, 0.2
or 1.8 times a year and group; medium is the threshold of bursts (``analysis.bursts.HIGHEST_P``)."""
WINDOW_DAYS: Final = 14
"""Days judged with one set of groups; the groups are those seen SEEN_LEAST times in the HISTORY_DAYS before."""
HISTORY_DAYS: Final = 42
"""Days that the rhythm is learned from before the first that is judged with it: six weeks, its half-life."""
SEEN_BEFORE: Final = 28
"""Days before an hour whose sources say what collection it should have had, and weeks of silence's usual, in days."""
LEAST_WEEKS: Final = 2
"""Fewest of the four weeks before that must be known before silence is called unusual."""
SEEN_LEAST: Final = 20
"""Fewest counts of a group in its history: a group that says something every other day has no rhythm."""
EPOCH_MONDAY: Final = date(1970, 1, 5)
DROP_AT_ONCE: Final = 1.5
"""Hours next to each other err alike: their variance beyond Poisson's adds up as if they were one (as in bursts)."""


class SpikeParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Clearly more in an hour, or in the two or six up to it, than its rhythm explains."""

    sensitivity: Sensitivity = "medium"
    measure: Literal["posts", "accounts", "voices"] = "posts"
    """What is counted: posts; different accounts in each hour; or voices, one for an account and story in an hour,
    which are known for everything, for topics and for regions."""
    least: Annotated[int, Meta(ge=1)] = LEAST_COUNT
    """Fewest counts in the hour that fires."""


class DropParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Clearly less in the last hours than their rhythm explains."""

    sensitivity: Sensitivity = "medium"
    hours: Annotated[int, Meta(ge=1, le=24)] = 6
    """Hours that are judged together."""
    least: Annotated[float, Meta(ge=1)] = 10.0
    """Fewest that must have been expected in them."""


class SilenceParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Nothing at all for hours that usually bring something."""

    hours: Annotated[int, Meta(ge=1, le=168)] = 12
    usual: Annotated[float, Meta(gt=0)] = 3.0
    """Fewest that the same hours brought on average in the four weeks before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HourFacts:
    """Counts of groups by the hour."""

    start: datetime
    """Start of the first hour: local midnight, aware."""
    groups: tuple[str, ...]
    """Rows; ("",) for the whole."""
    counts: Floats
    """(groups, hours); NaN where too little was collected."""
    split: bool
    """Whether the rows are groups of a split, which come and go, or the whole."""
    zone: tzinfo
    ramadan: tuple[tuple[date, date], ...] = ()
    quiet_days: frozenset[date] = frozenset()
    unit: str = "unggahan"
    """What is counted, as a person reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Judged hours of one window, as (groups, hours) arrays."""

    groups: Sequence[int]
    """Rows of the facts."""
    first: int
    """Column of the facts at which they begin."""
    own: int
    """Column of the facts at which the window's own days begin."""
    p: Floats
    expected: Floats
    variance: Floats


def window_start(moment: datetime, zone: tzinfo) -> date:
    """First local day of the window that a moment's judging belongs to: every second Monday since 1970."""
    days = (moment.astimezone(zone).date() - EPOCH_MONDAY).days
    return EPOCH_MONDAY + timedelta(days=days - days % WINDOW_DAYS)


def facts_start(since: datetime, zone: tzinfo) -> datetime:
    """Local midnight from which spikes and drops after ``since`` need counts."""
    first = window_start(since, zone) - timedelta(days=HISTORY_DAYS)
    return datetime(first.year, first.month, first.day, tzinfo=zone)


def judge_spike(parameters: SpikeParameters, facts: HourFacts, *, since: datetime, until: datetime) -> list[Firing]:
    """Hours at or below the sensitivity's probability with at least ``least`` counts."""
    highest = HIGHEST_PS[parameters.sensitivity]
    found = []
    for hours in judged_windows(facts, since=since, until=until):
        x = facts.counts[np.asarray(hours.groups, dtype=np.intp), hours.first : hours.first + hours.p.shape[1]]
        with np.errstate(invalid="ignore"):
            fires = (hours.p <= highest) & (x >= parameters.least) & (x > hours.expected)
        for row, column in np.argwhere(fires):
            value, expected = float(x[row, column]), float(hours.expected[row, column])
            found.append(
                Firing(
                    at=floor_hour(facts.start) + (hours.first + int(column) + 1) * HOUR,
                    group=facts.groups[int(hours.groups[int(row)])], value=value, expected=expected,
                    why=f"{say(value)} {facts.unit} dalam sejam, biasanya sekitar {say(expected)}",
                )
            )  # fmt: skip
    return within(found, since=since, until=until)


def judge_drop(parameters: DropParameters, facts: HourFacts, *, since: datetime, until: datetime) -> list[Firing]:
    """Hours up to which so little came in ``hours`` hours that the sensitivity's probability is not above it."""
    lowest, width = HIGHEST_PS[parameters.sensitivity], parameters.hours
    found = []
    # The hours that are judged together may reach back to the day before.
    for hours in judged_windows(facts, since=since, until=until, lead=timedelta(hours=width)):
        x = facts.counts[np.asarray(hours.groups, dtype=np.intp), hours.first : hours.first + hours.p.shape[1]]
        for end in range(max(width, hours.own - hours.first + 1), x.shape[1] + 1):
            part = slice(end - width, end)
            value, mean = x[:, part].sum(axis=1), hours.expected[:, part].sum(axis=1)
            poisson, extra = mean, (hours.variance[:, part] - hours.expected[:, part]).sum(axis=1)
            spread = poisson + np.maximum(extra, 0.0) * (DROP_AT_ONCE if width > 1 else 1.0)
            with np.errstate(invalid="ignore"):
                asked = np.flatnonzero((mean >= parameters.least) & (value < mean - 2.0 * np.sqrt(spread)))
            found += [
                Firing(
                    at=floor_hour(facts.start) + (hours.first + end) * HOUR,
                    group=facts.groups[int(hours.groups[int(row)])],
                    value=float(value[row]), expected=float(mean[row]),
                    why=f"{say(float(value[row]))} {facts.unit} dalam {width} jam, "
                    f"biasanya sekitar {say(float(mean[row]))}",
                )
                for row in asked
                if lower_tail(float(value[row]), mean=float(mean[row]), variance=float(spread[row])) <= lowest
            ]  # fmt: skip
    return within(found, since=since, until=until)


def judge_silence(
    parameters: SilenceParameters, facts: HourFacts, *, since: datetime, until: datetime
) -> list[Firing]:  # fmt: skip
    """Hours up to which nothing came for ``hours`` hours that brought ``usual`` in the four weeks before."""
    width, x = parameters.hours, facts.counts
    known = ~np.isnan(x)
    sums = running_sums(np.where(known, x, 0.0), width)
    whole = running_sums(known.astype(np.float64), width) == width
    found = []
    for at in hour_ends(since, until):
        end = (at - floor_hour(facts.start)) // HOUR
        if not width <= end <= x.shape[1]:
            continue
        before = [end - week * 7 * DAY for week in range(1, SEEN_BEFORE // 7 + 1)]
        columns = np.asarray([column for column in before if column >= width], dtype=np.intp)
        if not len(columns):
            continue
        there = whole[:, columns]
        weeks = there.sum(axis=1)
        usual = np.where(there, sums[:, columns], 0.0).sum(axis=1) / np.maximum(weeks, 1)
        fires = whole[:, end] & (sums[:, end] == 0) & (weeks >= LEAST_WEEKS) & (usual >= parameters.usual)
        found += [
            Firing(
                at=at, group=facts.groups[row], value=0.0, expected=float(usual[row]),
                why=f"tidak ada {facts.unit} selama {width} jam, biasanya sekitar {say(float(usual[row]))}",
            )
            for row in np.flatnonzero(fires)
        ]  # fmt: skip
    return found


def judged_windows(
    facts: HourFacts, *, since: datetime, until: datetime, lead: timedelta = timedelta(0)
) -> Iterator[Hours]:
    """The judged hours of each window that (since, until] touches, from the local day of ``since`` (``lead`` earlier)
    on. Beside a window's own days there is at most the day before them, and only for a ``lead``."""
    ends = hour_ends(since, until)
    if not ends:
        return
    window = window_start(ends[0] - HOUR, facts.zone)
    last = ends[-1]
    while local_midnight(window, facts.zone) < last:
        begin = (local_midnight(window - timedelta(days=HISTORY_DAYS), facts.zone) - facts.start) // HOUR
        own = begin + HISTORY_DAYS * DAY
        stop = min(own + WINDOW_DAYS * DAY, (last - facts.start) // HOUR, facts.counts.shape[1])
        if begin < 0:
            raise ValueError("the facts do not reach back to the history of their first window")
        first_day = (ends[0] - HOUR - lead).astimezone(facts.zone).date()
        skipped = max(-1 if lead else 0, (first_day - window).days) * DAY
        hours = judge_window(facts, begin=begin, own=own, first=own + skipped, stop=stop)
        if hours is not None:
            yield hours
        window += timedelta(days=WINDOW_DAYS)


def judge_window(facts: HourFacts, *, begin: int, own: int, first: int, stop: int) -> Hours | None:
    """Judge columns [first, stop) of a window whose history begins at ``begin`` and whose own days at ``own``."""
    rows: list[int] = list(range(len(facts.groups)))
    if facts.split:
        rows = [int(row) for row in np.flatnonzero(np.nansum(facts.counts[:, begin:own], axis=1) >= SEEN_LEAST)]
        # In one order whatever else the facts hold: sums of other orders differ in their last digits.
        rows.sort(key=lambda row: facts.groups[row])
    if not rows or first >= stop:
        return None
    counts = np.ascontiguousarray(facts.counts[rows])
    # Days on which nothing was collected yet are no days that the judge has seen.
    there = np.flatnonzero(~np.isnan(counts[:, begin:stop]).all(axis=0))
    begin += int(there[0]) // DAY * DAY if len(there) else 0
    first = max(first, begin)
    day = (facts.start + begin * HOUR).astimezone(facts.zone).replace(tzinfo=None)
    judge = deepcopy(
        learn_hours(
            counts[:, begin:first].tobytes(), len(rows), day, ramadan=facts.ramadan, quiet_days=facts.quiet_days
        )
    )
    p, expected, variance = [], [], []
    for column in range(first, stop, DAY):
        start = day + timedelta(hours=column - begin)
        x = counts[:, column : min(column + DAY, stop)]
        relative = relative_variances(judge, start=start, hours=x.shape[1])
        judged = judge.judge_day(x, start=start)
        p.append(judged.p)
        expected.append(judged.expected)
        variance.append(judged.expected + relative * judged.expected**2)
    return Hours(
        groups=rows, first=first, own=own, p=np.concatenate(p, axis=1), expected=np.concatenate(expected, axis=1),
        variance=np.concatenate(variance, axis=1),
    )  # fmt: skip


@lru_cache(maxsize=16)
def learn_hours(
    counts: bytes, series: int, start: datetime, *, ramadan: tuple[tuple[date, date], ...], quiet_days: frozenset[date]
) -> HourJudge:
    """A judge that has seen these whole days ((series, hours) doubles). Kept, because the hours of a day share it."""
    x = np.frombuffer(counts, dtype=np.float64).reshape(series, -1)
    judge = HourJudge(series, ramadan=ramadan, quiet_days=quiet_days)
    for column in range(0, x.shape[1], DAY):
        judge.judge_day(x[:, column : column + DAY].copy(), start=start + timedelta(hours=column))
    return judge


def relative_variances(judge: HourJudge, *, start: datetime, hours: int) -> Floats:
    """(series, hours) variance beyond Poisson's relative to the squared mean, as the judge takes it for this day."""
    fasting = any(begin <= start.date() <= end for begin, end in judge.ramadan)
    weekday = 6 if start.date() in judge.quiet_days else start.weekday()
    of_week: NDArray[np.int64] = weekday * DAY + np.arange(start.hour, start.hour + hours)
    return judge.known.relative_variance(fasting=fasting)[:, None] + judge.known.uncertainty(of_week)


def lower_tail(count: float, *, mean: float, variance: float) -> float:
    """P(at most ``count``): negative binomial where the variance exceeds the mean, else Poisson."""
    over = max(variance - mean, 0.0) / (mean * mean)
    total = 0.0
    if over < 1e-9:
        for k in range(int(count) + 1):
            total += math.exp(k * math.log(mean) - mean - math.lgamma(k + 1))
        return min(total, 1.0)
    size = 1.0 / over
    share = mean / (mean + size)
    for k in range(int(count) + 1):
        log_p = math.lgamma(k + size) - math.lgamma(size) - math.lgamma(k + 1)
        total += math.exp(log_p + size * math.log1p(-share) + k * math.log(share))
    return min(total, 1.0)


def running_sums(x: Floats, width: int) -> Floats:
    """(groups, hours + 1) sums of the ``width`` columns before each edge; those that reach before the first are NaN."""
    total = np.concatenate((np.zeros((len(x), 1)), np.cumsum(x, axis=1)), axis=1)
    sums = np.full(total.shape, np.nan)
    sums[:, width:] = total[:, width:] - total[:, :-width]
    return sums


def local_midnight(day: date, zone: tzinfo) -> datetime:
    """The moment a local day begins, aware in its zone."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def within(found: list[Firing], *, since: datetime, until: datetime) -> list[Firing]:
    """The firings in (since, until]."""
    return [firing for firing in found if since < firing.at <= until]


def say(value: float) -> str:
    """A count as people read it: whole from ten on, else with one decimal comma where it has one."""
    rounded = round(value) if value >= 10 or float(value).is_integer() else round(value, 1)
    return str(rounded).replace(".", ",")
