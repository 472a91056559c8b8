"""When people write: hours of the day, days of the week, and the shift of both in Ramadan."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

WIB_HOURS: Final = 7
"""WIB is UTC+7 all year."""

ORDINARY_HOURS: Final = (
    0.42, 0.24, 0.15, 0.12, 0.22, 0.48, 0.80, 1.00, 1.08, 1.12, 1.10, 1.14,
    1.26, 1.18, 1.05, 1.02, 1.10, 1.18, 1.34, 1.72, 1.86, 1.66, 1.20, 0.76,
)  # fmt: skip
"""Weight of each hour (WIB) of an ordinary day: quiet before dawn, a rise at noon, the peak between 19 and 22."""

RAMADAN_HOURS: Final = (
    0.70, 0.52, 0.74, 1.52, 1.66, 1.06, 0.62, 0.58, 0.72, 0.86, 0.92, 0.96,
    0.94, 0.92, 0.90, 0.98, 1.28, 1.46, 0.86, 0.78, 1.30, 1.94, 1.82, 1.22,
)  # fmt: skip
"""The same in Ramadan: sahur at 3 to 5, a lull in the morning, the wait for dusk, and the hours after tarawih."""

WEEKDAYS: Final = (1.02, 1.00, 1.00, 1.04, 1.08, 0.96, 0.90)
"""Weight of each weekday, Monday first."""


def hour_weights(first_hour: int, hours: int, *, ramadan: tuple[date, date] | None = None) -> NDArray[np.float64]:
    """The relative rate of each hour, averaging 1. ``first_hour`` counts whole hours since 1970 (UTC)."""
    local = np.arange(first_hour, first_hour + hours) + WIB_HOURS
    hour, day = local % 24, local // 24
    weights = np.asarray(ORDINARY_HOURS)[hour]
    if ramadan is not None:
        # date.toordinal counts from year 1; day 0 here is 1970-01-01
        first, last = (moment.toordinal() - date(1970, 1, 1).toordinal() for moment in ramadan)
        weights = np.where((day >= first) & (day <= last), np.asarray(RAMADAN_HOURS)[hour], weights)
    weights = weights * np.asarray(WEEKDAYS)[(day + 3) % 7]  # 1970-01-01 was a Thursday
    normalised: NDArray[np.float64] = weights / weights.mean()
    return normalised


def draw_hours(rng: np.random.Generator, weights: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """``count`` hours, drawn by their weights."""
    total = np.cumsum(weights)
    drawn = np.searchsorted(total, rng.random(count) * total[-1], side="right")
    hours: NDArray[np.int64] = np.minimum(drawn, len(weights) - 1).astype(np.int64)
    return hours


def follow_rhythm(
    rng: np.random.Generator, weights: NDArray[np.float64], starts: NDArray[np.float64], scales: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Moments after ``starts`` (in hours), exponentially thinning out on ``scales`` (hours) and bent to the rhythm.

    All lie before the end. A moment in a quiet hour is drawn again with the probability that the hour is quiet, up to
    eight times.
    """
    end = float(len(weights))
    remaining = 1.0 - np.exp(-(end - starts) / scales)
    moments = starts.copy()
    open_ones = np.arange(len(starts))
    peak = float(weights.max())
    for _ in range(8):
        if not len(open_ones):
            break
        chance = rng.random(len(open_ones)) * remaining[open_ones]
        moments[open_ones] = starts[open_ones] - np.log1p(-chance) * scales[open_ones]
        at = np.minimum(moments[open_ones], end - 1e-6).astype(np.int64)
        open_ones = open_ones[rng.random(len(open_ones)) * peak > weights[at]]
    nearest: NDArray[np.float64] = np.minimum(moments, end - 1e-6)
    return nearest
