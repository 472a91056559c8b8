"""Bursts: hours in which a series counts clearly more than its own rhythm, level and noise explain.

Each hour is judged with what was known before it began: alone, with the hour before, with the five before, and each day
against a slow level (a ramp). The smallest of these probabilities, corrected for having looked four times, is that of
the hour. Over many series the alarms are held to a false discovery rate (Benjamini and Hochberg 1995), and none is
raised above ``HIGHEST_P``. An alarm goes on until its series has been ordinary for ``CALM_HOURS``: one burst is one
alarm.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.count_tails import upper_tail
from analysis.rhythm import CLIP, DAY, Floats, Rhythm, move_together

SPANS: Final = (1, 2, 6)
"""Hours that are judged together, ending with the newest."""
LOOKS: Final = {1: 2.5, 2: 2.5, 6: 10.0, 24: 10.0 / 24}
"""By what the probability of each look at an hour is multiplied, because there are several (weighted Bonferroni: the
inverses add up to 1; the ramp is looked at once a day instead of every hour). The short looks, which the first two
hours of a burst depend on, have most of the weight."""
RAMP_HALF_LIFE: Final = 21.0
"""Days after which a day weighs half in the slow level that a ramp is held against."""
RAMP_FROM_DAYS: Final = 14
"""Days that must be known before a ramp is looked for."""
RAMP_SPREAD: Final = 4.0
"""By how much more a day's sum varies than 24 hours that know nothing of each other would."""
RAMP_DRIFT: Final = 0.02
"""Relative variance by which an ordinary day differs from the weeks before: a seventh up or down is no ramp."""
WARM_DAYS: Final = 7
"""Days that must be known before an hour is judged: a week has one hour of each kind."""
HIGHEST_P: Final = 2e-5
"""No alarm above this probability: 1,000 series-days have 24,000 hours, so that at most half an alarm comes of chance;
what noise adds is measured by ``benchmarks.bursts``."""
FALSE_SHARE: Final = 0.05
"""Share of false alarms among an hour's alarms that is accepted over all series."""
LEAST_COUNT: Final = 5
"""Fewest counts in a span that may raise an alarm: three posts where none was expected are no event."""
STEEPNESS: Final = 1.5
"""Of the score: a tenth of the probability is 1.5 in the logistic function."""
CALM_P: Final = 0.01
"""An hour above this probability is ordinary."""
CALM_HOURS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Every hour of a set of series against what it should have been. Arrays are (series, hours)."""

    p: Floats
    """Probability of so much, or more, by chance; NaN before WARM_DAYS and where nothing was collected."""
    expected: Floats
    """What was expected; NaN likewise."""
    span: NDArray[np.int16]
    """The hours together that were most surprising: 1, 2, 6, or 24 for a ramp."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """One alarm."""

    series: int
    """Row of the series."""
    start: int
    """Column of the hour in which it was raised."""
    end: int
    """Column after the last hour that belongs to it."""
    peak: int
    """Column of its most surprising hour."""
    p: float
    """Probability of that hour by chance."""
    count: float
    """Counts from ``start`` to ``end``."""
    expected: float
    """What was expected in these hours."""
    span: int
    """Hours that were looked at together when it was raised; 24: a slow rise."""


class HourJudge:
    """Judges a set of series a day at a time, and learns from each day once it was judged."""

    def __init__(
        self,
        series: int,
        *,
        ramadan: Sequence[tuple[date, date]] = (),
        quiet_days: frozenset[date] = frozenset(),
        teaches: Floats | None = None,
    ) -> None:
        self.known = Rhythm.unlearned(series, teaches=teaches)
        self.ramadan = ramadan
        self.quiet_days = quiet_days
        self.slow = np.zeros((2, series))
        """Clipped counts and rhythm, decayed: what a ramp is held against."""
        self.recent: list[tuple[Floats, Floats]] = []
        """The last two days' clipped counts and rhythm: the slow level runs that far behind, so that a ramp does not
        raise at once what it is held against."""
        self.before: list[Floats] = [np.zeros((series, 0))] * 3
        """Counts, means and variances of the hours that the spans reach back to."""

    def judge_day(self, x: Floats, *, start: datetime) -> Judged:
        """Judge the (series, hours) counts of hours of one day, the first beginning at the local ``start``; NaN marks
        what was not collected. An hour is judged by hours before it alone."""
        today, known = start.date(), self.known
        fasting = any(begin <= today <= end for begin, end in self.ramadan)
        weekday = 6 if today in self.quiet_days else today.weekday()
        of_week = weekday * DAY + np.arange(start.hour, start.hour + x.shape[1])
        week = known.week()
        m = known.rate()[:, None] * week[:, of_week]
        if fasting:
            m = m * known.fasting(week)[of_week % DAY]
        relative = known.relative_variance(fasting=fasting)[:, None] + known.uncertainty(of_week)
        warm = known.days >= WARM_DAYS
        together = move_together(x, m, teaches=known.teaches) if warm else np.ones(x.shape[1])
        m = m * together
        v = m + relative * m * m
        judged = Judged(
            p=np.full(x.shape, np.nan), expected=np.full(x.shape, np.nan), span=np.ones(x.shape, dtype=np.int16)
        )
        if warm:
            best, span = _judge_spans(x, m, v, self.before)
            ramp = self._judge_ramp(x.shape)
            p = np.where(np.isnan(x), np.nan, np.minimum(np.minimum(best, ramp), 1.0))
            judged = Judged(p=p, expected=m, span=np.where(ramp < best, np.int16(DAY), span))
        clipped = np.where(np.isnan(m), x, np.minimum(x, m + CLIP * np.sqrt(v) + 1.0)) / together
        known.learn(clipped, np.where(np.isnan(m), np.nan, m / together), of_week, shape=week, fasting=fasting)
        there = ~np.isnan(x)
        shape = known.week()[:, of_week]
        self.recent.append((np.where(there, clipped, 0.0).sum(axis=1), np.where(there, shape, 0.0).sum(axis=1)))
        if len(self.recent) > 2:
            self.slow = self.slow * 0.5 ** (1 / RAMP_HALF_LIFE) + np.stack(self.recent.pop(0))
        carried = max(SPANS) - 1
        self.before = [
            np.concatenate((old, new), axis=1)[:, -carried:] for old, new in zip(self.before, (x, m, v), strict=True)
        ]
        return judged

    def _judge_ramp(self, shape: tuple[int, ...]) -> Floats:
        """The tail of the day before against the slow level, said at the first hour alone; else ones."""
        ramp = np.ones(shape)
        if self.known.days < RAMP_FROM_DAYS:
            return ramp
        counted, rhythm = self.recent[-1]
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = np.where(self.slow[1] > 0, self.slow[0] / self.slow[1], np.nan) * rhythm
        relative = RAMP_SPREAD * self.known.relative_variance(fasting=False) / DAY + RAMP_DRIFT
        tail = upper_tail(counted, mean, mean + relative * mean * mean)
        ramp[:, 0] = np.where(np.isnan(tail), 1.0, tail * LOOKS[DAY])
        return ramp


def judge_hours(
    counts: Floats,
    *,
    start: datetime,
    ramadan: Sequence[tuple[date, date]] = (),
    quiet_days: frozenset[date] = frozenset(),
    teaches: Floats | None = None,
) -> Judged:
    """Judge every hour of (series, hours) counts; NaN marks what was not collected.

    ``start`` is the local start of the first hour; ``ramadan`` first and last days, ``quiet_days`` holidays, whose
    hours are held against a Sunday's; ``teaches`` is 1 for the series that the others' rhythm is learned from, 0 for
    those that come and go (all, where it is None). Raises ValueError for negative counts, infinities and other shapes.
    """
    counts = check_counts(counts)
    judge = HourJudge(len(counts), ramadan=ramadan, quiet_days=quiet_days, teaches=teaches)
    days: list[Judged] = []
    first = 0
    while first < counts.shape[1]:
        moment = start + timedelta(hours=first)
        last = first + DAY - moment.hour
        days.append(judge.judge_day(counts[:, first:last], start=moment))
        first = last
    if not days:
        return Judged(p=counts, expected=counts, span=np.ones(counts.shape, dtype=np.int16))
    return Judged(
        p=np.concatenate([day.p for day in days], axis=1),
        expected=np.concatenate([day.expected for day in days], axis=1),
        span=np.concatenate([day.span for day in days], axis=1),
    )


def check_counts(counts: Floats) -> Floats:
    """The counts as an array of (series, hours). Raises ValueError."""
    array = np.asarray(counts, dtype=np.float64)
    if array.ndim != 2:
        raise ValueError(f"counts are (series, hours), got {array.ndim} dimensions")
    if np.isinf(array).any() or (array < 0).any():
        raise ValueError("counts are finite and not negative; NaN says that nothing was collected")
    return array


def _judge_spans(x: Floats, m: Floats, v: Floats, before: list[Floats]) -> tuple[Floats, NDArray[np.int16]]:
    """The smallest tail of the spans that end in each hour, and which span."""
    there = ~np.isnan(x)
    parts = []
    for old, new in zip(before, (x, m, v), strict=True):
        whole = np.concatenate((old, new), axis=1)
        parts.append(whole)
    lost = np.isnan(parts[0]) | np.isnan(parts[1])
    sums = [np.cumsum(np.where(lost, 0.0, part), axis=1) for part in parts]
    lead = parts[0].shape[1] - x.shape[1]
    best, which = np.ones(x.shape), np.ones(x.shape, dtype=np.int16)
    columns = np.arange(lead, parts[0].shape[1])
    for hours in SPANS:
        starts = columns - hours
        # A span that begins before anything is known is as long as what there is.
        totals = [s[:, columns] - np.where(starts >= 0, s[:, np.maximum(starts, 0)], 0.0) for s in sums]
        # Hours next to each other err alike: the variance beyond Poisson's adds up as if they were one.
        beyond = np.maximum(totals[2] - totals[1], 0.0) * (1.0 + 0.5 * (hours > 1))
        tail = upper_tail(totals[0], totals[1], totals[1] + beyond)
        tail = np.where(totals[0] >= LEAST_COUNT, tail, np.maximum(tail, CALM_P)) * LOOKS[hours]
        better = tail < best
        best, which = np.where(better, tail, best), np.where(better, np.int16(hours), which)
    return np.where(there, best, np.nan), which


def find_bursts(judged: Judged, counts: Floats, *, highest_p: float = HIGHEST_P) -> list[Burst]:
    """The alarms, in the order they would be raised. Uses each hour and what came before it only."""
    p = judged.p
    raised = np.nan_to_num(p, nan=1.0) <= _thresholds(p, highest_p)[None, :]
    bursts: list[Burst] = []
    for series in np.flatnonzero(raised.any(axis=1)):
        bursts += _group(int(series), raised[series], p[series], counts[series], judged)
    return sorted(bursts, key=lambda burst: (burst.start, burst.series))


def score_of(p: float) -> float:
    """An hour's probability as a score: 0.5 at HIGHEST_P, towards 1 below it, 0 for NaN."""
    if math.isnan(p):
        return 0.0
    surprise = -math.log10(max(p, 1e-300))
    return 1.0 / (1.0 + math.exp(min(STEEPNESS * (-math.log10(HIGHEST_P) - surprise), 700.0)))


def _thresholds(p: Floats, highest: float) -> Floats:
    """(hours,) the largest probability that is an alarm: Benjamini and Hochberg's, at most ``highest``."""
    ordered = np.sort(np.where(np.isnan(p), 1.0, p), axis=0)
    judged = np.maximum((~np.isnan(p)).sum(axis=0), 1)
    ranks = np.arange(1, p.shape[0] + 1)[:, None]
    passing = ordered <= FALSE_SHARE * ranks / judged[None, :]
    limit: Floats = np.where(passing, ordered, 0.0).max(axis=0, initial=0.0)
    return np.minimum(limit, highest)


def _group(series: int, raised: NDArray[np.bool_], p: Floats, counts: Floats, judged: Judged) -> list[Burst]:
    """Alarms of one series: raised hours with nothing ordinary for CALM_HOURS between them are one."""
    bursts: list[Burst] = []
    ordinary = np.nan_to_num(p, nan=0.0) > CALM_P
    at, hours = 0, len(p)
    starts = np.flatnonzero(raised)
    while len(starts):
        at = int(starts[0])
        end, calm = at + 1, 0
        while end < hours and calm < CALM_HOURS:
            calm = calm + 1 if ordinary[end] else 0
            end += 1
        end -= calm
        inside = slice(at, end)
        peak = at + int(np.nanargmin(p[inside]))
        bursts.append(
            Burst(
                series=series,
                start=at,
                end=end,
                peak=peak,
                p=float(p[peak]),
                count=float(np.nansum(counts[inside])),
                expected=float(np.nansum(judged.expected[series, inside])),
                span=int(judged.span[series, at]),
            )
        )
        starts = starts[starts >= max(end + calm, at + 1)]
    return bursts
