"""How unusual each value of any series is, 0 to 1, judged with earlier values only: prices, visits, water levels.

Nothing is assumed of the values' unit or distribution. Three forecasts compete, and each value is held against the one
that has erred least so far: the level of the last values, the same time of day, and the same time of the week. How
surprising an error is follows from how large this series' errors have been; errors in one direction add up, so that a
change of level is found as well as a single outlier; and what is surprising all the time counts for less. One event is
one alarm: after a high score lesser ones are damped for a while.

The constants were chosen on simulated series (jumps, spikes, missing peaks, drifts, heavy tails), none of them real.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from typing import Final

DAY: Final = 86_400.0
WEEK: Final = 7 * DAY
FIRST_ROWS: Final = 20
"""Rows before any is scored above 0: there is nothing to be unlike yet."""
STEP_ROWS: Final = 32
"""Differences of time whose median is the series' step."""
LONGEST_STEP: Final = 6 * 3600.0
"""Longest step, in seconds, at which a time of day means something."""
LEAST_SLOT: Final = 300.0
"""Finest slot of a profile, in seconds: a week has 2,016 of them."""
FAST: Final = 0.1
"""Weight of the newest value in the level of the last values."""
SLOW_ROWS: Final = 800
"""Rows over which the usual size of an error is taken."""
CLIP: Final = 6.0
"""Times the usual size at which an error is cut off before it is learned from."""
PROFILE_WEIGHT: Final = 0.25
"""Least weight of a new day, or week, in the profile."""
PROFILE_SEEN: Final = 2
"""Times a slot must have been seen before it forecasts."""
PROFILE_ERRORS: Final = 50
"""Forecasts of a profile that must be known before it may compete."""
CLEARLY: Final = 0.95
"""A profile must err by this factor less than the level."""
SHORT_ROWS: Final = 20
"""Rows whose errors are added up to find a change of level."""
ONE_WEIGHT: Final = 0.8
"""What a single error counts, in units of the usual size; below 1 because real errors have heavier tails."""
SUM_WEIGHT: Final = 0.5
"""What the sum of SHORT_ROWS errors counts: neighbouring errors are alike, so it varies more than one of strangers."""
HABIT_ROWS: Final = 1_000
"""Rows over which the usual surprise is taken."""
HABIT_WEIGHT: Final = 0.25
"""How much it adds that a surprise stands out from the usual surprises of the series."""
MIDDLE: Final = 3.7
"""Surprise, in -log10 of a probability, that scores one half: where simulated series told events from noise best."""
STEEPNESS: Final = 0.8
ALARM: Final = 5.0
"""Surprise from which later scores are damped."""
DAMPED: Final = 0.3
"""What a damped score is multiplied by."""
ABOVE: Final = 1.3
"""A surprise that is this many times the alarm's is not damped."""
REST_SHARE: Final = 0.12
"""Share of the rows so far that the damping lasts, between the two bounds."""
REST_LEAST: Final = 30
REST_MOST: Final = 2_000
SMALLEST: Final = 1e-12
"""Smallest usual error, relative to the level: a series that never moved must not divide by zero."""


def surprise(errors: float) -> float:
    """-log10 of the two-sided probability of so many usual errors under Student's t with 3 degrees of freedom."""
    x = abs(errors) / math.sqrt(3.0)
    if x > 1e5:
        # Far out the closed form below loses its digits; the tail falls with the third power.
        return 3 * math.log10(x) - math.log10(4 / (3 * math.pi))
    return -math.log10(max(1.0 - 2.0 / math.pi * (math.atan(x) + x / (1.0 + x * x)), 1e-16))


@dataclass(slots=True)
class Forecast:
    """One way of saying what comes next, and how far it has been off."""

    error: float = 0.0
    """Mean absolute error, clipped."""
    seen: int = 0

    def learn(self, off: float) -> None:
        if self.seen > FIRST_ROWS:
            off = min(off, CLIP * self.error)
        self.seen += 1
        self.error += (off - self.error) / min(self.seen, SLOW_ROWS)


@dataclass(slots=True)
class OnlineScorer:
    """What is known of one series up to now. Feed it (seconds, value) in order with ``score``."""

    level: float | None = None
    rows: int = 0
    last: float = 0.0
    step: float | None = None
    steps: list[float] = field(default_factory=list)
    days: dict[int, list[float]] = field(default_factory=dict)
    """Slot of the day: [value, times seen]."""
    weeks: dict[int, list[float]] = field(default_factory=dict)
    forecasts: tuple[Forecast, Forecast, Forecast] = field(default_factory=lambda: (Forecast(), Forecast(), Forecast()))
    """Of the level, the day and the week."""
    short: deque[float] = field(default_factory=lambda: deque(maxlen=SHORT_ROWS))
    habit: float = 0.0
    habit_spread: float = 1.0
    resting_until: int = -1
    alarm: float = 0.0

    def score(self, seconds: float, value: float) -> float:
        """How unusual this value is after those before it, 0 to 1; 0 for NaN and infinities, which teach nothing.

        ``seconds`` is any clock that counts seconds; where it jumps back or ahead only the step is not learned.
        """
        if not math.isfinite(value):
            return 0.0
        self.rows += 1
        self._learn_step(seconds)
        if self.level is None:
            self.level = value
            return 0.0
        day, week = self._slots(seconds)
        said = (self.level, self._profiled(self.days, day), self._profiled(self.weeks, week))
        best = self._best(said)
        forecast = said[best]
        assert forecast is not None
        found = self._surprise(value - forecast, self.forecasts[best].error)
        for each, told in zip(self.forecasts, said, strict=True):
            if told is not None:
                each.learn(abs(value - told))
        self.level += FAST * (value - self.level)
        for profile, slot in ((self.days, day), (self.weeks, week)):
            if slot is not None:
                known = profile.setdefault(slot, [value, 0.0])
                known[1] += 1
                known[0] += max(1 / known[1], PROFILE_WEIGHT) * (value - known[0])
        return self._damp(found) if self.rows > FIRST_ROWS else 0.0

    def _learn_step(self, seconds: float) -> None:
        if self.step is None and self.rows > 1 and seconds > self.last:
            self.steps.append(seconds - self.last)
            if len(self.steps) == STEP_ROWS:
                self.step = sorted(self.steps)[STEP_ROWS // 2]
        self.last = seconds

    def _slots(self, seconds: float) -> tuple[int | None, int | None]:
        if self.step is None or self.step > LONGEST_STEP or not math.isfinite(seconds):
            return None, None
        width = max(self.step, LEAST_SLOT)
        return int(seconds % DAY // width), int(seconds % WEEK // width)

    @staticmethod
    def _profiled(profile: dict[int, list[float]], slot: int | None) -> float | None:
        known = None if slot is None else profile.get(slot)
        return known[0] if known and known[1] >= PROFILE_SEEN else None

    def _best(self, said: tuple[float | None, ...]) -> int:
        best = 0
        for at in (1, 2):
            one = self.forecasts[at]
            if said[at] is not None and one.seen > PROFILE_ERRORS and one.error < CLEARLY * self.forecasts[best].error:
                best = at
        return best

    def _surprise(self, off: float, usual: float) -> float:
        """The surprise of this error, alone or with the last ones, and beyond what is usual for the series."""
        least = SMALLEST * max(1.0, abs(self.level or 0.0))
        errors = off / max(usual, least) if self.rows > 2 else 0.0
        self.short.append(errors)
        together = sum(self.short) / math.sqrt(SHORT_ROWS) if len(self.short) == SHORT_ROWS else 0.0
        found = max(surprise(ONE_WEIGHT * errors), surprise(SUM_WEIGHT * together))
        spread = math.sqrt(self.habit_spread)
        out = (found - self.habit) / (spread + 0.05)
        rows = min(self.rows, HABIT_ROWS)
        self.habit += (found - self.habit) / rows
        clipped = min(found, self.habit + CLIP * spread) - self.habit
        self.habit_spread += (clipped * clipped - self.habit_spread) / rows
        return found + HABIT_WEIGHT * out

    def _damp(self, found: float) -> float:
        exponent = min(max(-STEEPNESS * (found - MIDDLE), -700.0), 700.0)
        score = 1.0 / (1.0 + math.exp(exponent))
        if self.rows <= self.resting_until:
            return score if found > ABOVE * self.alarm else score * DAMPED
        if found > ALARM:
            self.resting_until = self.rows + int(min(max(REST_LEAST, REST_SHARE * self.rows), REST_MOST))
            self.alarm = found
        return score
