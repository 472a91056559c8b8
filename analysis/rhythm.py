"""What a count of each hour should be: an hour-of-week rhythm and a level for each series, learned from days before.

The rate of series s in hour t is ``level[s] * week[s, hour of the week] * fasting[hour] * together[t]``. The rhythm of
a young series leans on that of all others, and its own takes over as it grows (gamma-Poisson shrinkage). ``fasting`` is
the daily rhythm's shift in Ramadan, learned from all series. ``together`` is by how much everything moved in this hour
at once: not a burst of one thing. Counts are clipped before anything is learned from them, so that a burst does not
become the rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WEEK: Final = 168
DAY: Final = 24

LEVEL_HALF_LIFE: Final = 4.0
"""Days after which a day weighs half in a series' level."""
RHYTHM_HALF_LIFE: Final = 42.0
"""Days after which a day weighs half in the rhythm of the week: six weeks."""
LEAN: Final = 40.0
"""How many expected counts of an hour of the week weigh as much as the rhythm that all series share."""
FASTING_LEAN: Final = 50.0
"""Expected counts, of all series together, against which the first hours of a Ramadan are held to what is thought of it
before anything was seen: the usual rhythm, but for SAHUR."""
SAHUR: Final = (2, 3, 4, 5)
"""Hours of the day in which Ramadan is awake and an ordinary night is not: until seen, they are thought as busy as the
day's average."""
CLIP: Final = 3.0
"""Standard deviations above what was expected at which a count is cut off before it is learned from."""
TOGETHER_FROM: Final = 20
"""Fewest series that can say that everything moved at once."""
TOGETHER_MOST: Final = 4.0
"""Most that an hour's common movement is believed, up or down."""
FIRST_SPREAD: Final = 0.10
"""Relative variance beyond Poisson's before anything is known of a series; what ordinary hours of public posts show
beyond their rhythm. Shared with all others afterwards."""
SPREAD_LEAN: Final = 200.0
"""Hours of a series that weigh as much as the spread that all share."""
FASTING_SPREAD: Final = 0.3
"""Relative variance added while the rhythm of a Ramadan is new, shrinking with what was seen of it."""


@dataclass(slots=True, kw_only=True)
class Rhythm:
    """What was learned of a set of series up to now. Arrays by series, or by series and hour of the week."""

    level: Floats
    """Sum of clipped counts and of rhythm over the days, both decayed: their ratio is the rate at rhythm 1."""
    exposure: Floats
    counts: Floats
    """(series, 168) clipped counts, decayed."""
    expected: Floats
    """(series, 168) level of the hours that were collected, decayed."""
    fasting_counts: Floats
    fasting_expected: Floats
    spread: Floats
    """Sum of squared surprises beyond Poisson's, and of squared means."""
    spread_of: Floats
    unsure: Floats
    """Sum of squared means, each times how uncertain it was."""
    hours: Floats
    """Hours seen of each series."""
    teaches: Floats | None = None
    """(series,) 1 where others learn from the series, 0 where it only learns from them; None: all learn from all. One
    that has counted nothing so far teaches nothing either, so that it makes no difference when it joined."""
    days: int = 0

    @classmethod
    def unlearned(cls, series: int, *, teaches: Floats | None = None) -> Rhythm:
        return cls(
            teaches=teaches,
            level=np.zeros(series),
            exposure=np.zeros(series),
            counts=np.zeros((series, WEEK)),
            expected=np.zeros((series, WEEK)),
            fasting_counts=np.zeros(DAY),
            fasting_expected=np.zeros(DAY),
            spread=np.zeros(series),
            spread_of=np.zeros(series),
            unsure=np.zeros(series),
            hours=np.zeros(series),
        )

    def pool(self, values: Floats) -> Floats:
        """The sum over the series that teach, of an array whose first axis is theirs."""
        total: Floats = values.sum(axis=0) if self.teaches is None else (self.teaches * (self.level > 0)) @ values
        return total

    def week(self) -> Floats:
        """(series, 168) the rhythm, averaging about 1."""
        pooled_counts, pooled_expected = self.pool(self.counts), self.pool(self.expected)
        whole = pooled_counts.sum() / max(pooled_expected.sum(), 1e-9) if pooled_expected.sum() > 0 else 1.0
        daily = _by_hour(pooled_counts, pooled_expected, lean=LEAN, towards=whole)
        pooled = (pooled_counts + LEAN * np.tile(daily, 7)) / (pooled_expected + LEAN)
        shape = (self.counts + LEAN * pooled) / (self.expected + LEAN)
        weekly: Floats = shape / np.maximum(shape.mean(axis=1, keepdims=True), 1e-9)
        return weekly

    def rate(self) -> Floats:
        """(series,) the level; NaN where nothing is known yet."""
        with np.errstate(divide="ignore", invalid="ignore"):
            level: Floats = np.where(self.exposure > 0, (self.level + 0.5) / self.exposure, np.nan)
        return level

    def fasting(self, week: Floats) -> Floats:
        """(24,) by how much each hour of a day differs in Ramadan; ``week`` is the rhythm as ``week()`` gives it."""
        daily = np.maximum(week.reshape(-1, 7, DAY).mean(axis=(0, 1)), 1e-3)
        thought = np.ones(DAY)
        thought[list(SAHUR)] = np.maximum(1.0, 1.0 / daily[list(SAHUR)])
        factor: Floats = (self.fasting_counts + FASTING_LEAN * thought) / (self.fasting_expected + FASTING_LEAN)
        return factor

    def relative_variance(self, *, fasting: bool) -> Floats:
        """(series,) the variance beyond Poisson's, relative to the squared mean, as it was on days not learned from."""
        spread, spread_of, hours = (float(self.pool(each)) for each in (self.spread, self.spread_of, self.hours))
        pooled = (spread + FIRST_SPREAD * 50.0) / (spread_of + 50.0)
        lean = SPREAD_LEAN * spread_of / max(hours, 1.0)
        own = (self.spread + lean * max(pooled, 0.0)) / np.maximum(self.spread_of + lean, 1e-9)
        unknown = FASTING_SPREAD / (1.0 + self.fasting_expected.sum() / (DAY * FASTING_LEAN)) if fasting else 0.0
        known: Floats = np.maximum(own, 0.0) + unknown
        return known

    def uncertainty(self, hours_of_week: NDArray[np.int64]) -> Floats:
        """(series, hours) relative variance of the expected count itself, as far as it is more than usual for the
        series: what is usual is in its spread already, which was measured on days not learned from before."""
        usual = self.unsure / np.maximum(self.spread_of, 1e-9)
        more: Floats = np.maximum(self._unsure(hours_of_week) - usual[:, None], 0.0)
        return more

    def _unsure(self, hours_of_week: NDArray[np.int64]) -> Floats:
        """(series, hours) relative variance of the expected count, from how little was seen of its hour and level."""
        total = self.pool(self.counts)
        own = self.counts[:, hours_of_week] + LEAN * np.minimum(total[hours_of_week] / 100.0, 1.0)
        unsure: Floats = 1.0 / np.maximum(own, 1.0) + 1.0 / np.maximum(self.level[:, None], 1.0)
        return unsure

    def learn(
        self, counts: Floats, expected: Floats, hours_of_week: NDArray[np.int64], *, shape: Floats, fasting: bool
    ) -> None:
        """Take up one day: counts (series, hours) already clipped, NaN where nothing was collected, and what had been
        expected (NaN where nothing could be). ``shape`` is the rhythm before it, as ``week()`` gives it."""
        there = ~np.isnan(counts)
        seen = np.where(there, counts, 0.0)
        unsure = self._unsure(hours_of_week)
        week = shape[:, hours_of_week] * (self.fasting(shape)[hours_of_week % DAY] if fasting else 1.0)
        self.level *= 0.5 ** (1 / LEVEL_HALF_LIFE)
        self.exposure *= 0.5 ** (1 / LEVEL_HALF_LIFE)
        self.level += seen.sum(axis=1)
        self.exposure += np.where(there, week, 0.0).sum(axis=1)
        rate = self.rate()[:, None]
        usual = np.where(there & ~np.isnan(rate), rate, 0.0)
        if fasting:
            at = hours_of_week % DAY
            plain = usual * shape[:, hours_of_week]
            np.add.at(self.fasting_counts, at, self.pool(seen))
            np.add.at(self.fasting_expected, at, self.pool(plain))
        else:
            fading = 0.5 ** (1 / RHYTHM_HALF_LIFE)
            self.counts *= fading
            self.expected *= fading
            self.fasting_counts *= 0.98
            self.fasting_expected *= 0.98
            np.add.at(self.counts.T, hours_of_week, seen.T)
            np.add.at(self.expected.T, hours_of_week, usual.T)
        judged = there & ~np.isnan(expected)
        m = np.where(judged, expected, 0.0)
        self.spread = self.spread * 0.99 + np.where(judged, (seen - m) ** 2 - m, 0.0).sum(axis=1)
        self.unsure = self.unsure * 0.99 + (unsure * m * m).sum(axis=1)
        self.spread_of = self.spread_of * 0.99 + (m * m).sum(axis=1)
        self.hours = self.hours * 0.99 + judged.sum(axis=1)
        self.days += 1


def _by_hour(counts: Floats, expected: Floats, *, lean: float, towards: float) -> Floats:
    """(24,) the rhythm of the day, all weekdays together."""
    by_hour = counts.reshape(-1, DAY).sum(axis=0)
    daily: Floats = (by_hour + lean * towards) / (expected.reshape(-1, DAY).sum(axis=0) + lean)
    return daily


def move_together(counts: Floats, expected: Floats, *, teaches: Floats | None = None) -> Floats:
    """(hours,) by how much all series moved at once: the median of each series' own ratio, 1 where they are too few or
    too small to say. ``counts`` and ``expected`` are (series, hours); ``teaches`` as a ``Rhythm`` has it."""
    hours = counts.shape[1]
    factor = np.ones(hours)
    heard = np.ones(len(counts), dtype=bool) if teaches is None else teaches > 0
    for at in range(hours):
        usable = heard & ~np.isnan(counts[:, at]) & (expected[:, at] >= 1.0)
        if usable.sum() < TOGETHER_FROM:
            continue
        x, m = counts[usable, at], expected[usable, at]
        guess = 1.0
        for _ in range(3):
            kept = x <= guess * m + CLIP * np.sqrt(guess * m + 0.1 * (guess * m) ** 2) + 1.0
            guess = float(np.clip(x[kept].sum() / max(m[kept].sum(), 1e-9), 1 / TOGETHER_MOST, TOGETHER_MOST))
        # Few counts cannot say much: shrink towards 1.
        weight = m.sum() / (m.sum() + 50.0)
        factor[at] = guess**weight
    return factor
