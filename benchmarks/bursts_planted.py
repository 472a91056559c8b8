"""Hourly counts with bursts planted in them: a daily and weekly rhythm, a Ramadan, drifting levels, restless hours.

The rhythm is the simulator's (``samples.simulate_rhythm``), which the detector does not know.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from samples.simulate_rhythm import WIB_HOURS, hour_weights

FIRST_DAY: Final = datetime(2026, 1, 5)  # noqa: DTZ001 - the clock in WIB
RAMADAN: Final = (date(2026, 2, 19), date(2026, 3, 20))
DAYS: Final = 70
"""Six weeks of ordinary days, the turn of the rhythm, and the rest in Ramadan."""
FACTOR: Final = 3.0
"""How many times the usual rate a burst has."""
RATES: Final = (5.0, 50.0)
"""Usual posts an hour at which bursts are planted."""
DRIFT: Final = 0.03
"""Standard deviation of a level's change from day to day, in its logarithm."""
RESTLESS: Final = 0.02
"""Relative variance of an hour's rate beyond its rhythm. Distinct stories and authors have little, raw posts more."""
FROM_DAY: Final = 14
LENGTHS: Final = (3, 13)
"""Hours that a burst lasts: from the first to below the second."""
APART: Final = 48
"""Hours between two bursts of one series."""
A_SERIES: Final = 3
"""Most bursts planted in one of the series that get any: every second one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """Series with what was planted in them."""

    counts: NDArray[np.float64]
    """(series, hours)."""
    rates: NDArray[np.float64]
    """What is usual in each hour, without the bursts."""
    bursts: tuple[tuple[int, int, int], ...]
    """(series, first hour, hours)."""


def plant_bursts(*, series: int, seed: int, restless: float = RESTLESS) -> Planted:
    """So many series of DAYS days, with bursts in every second of them."""
    rng = np.random.default_rng(seed)
    hours = DAYS * 24
    first = calendar.timegm(FIRST_DAY.timetuple()) // 3600 - WIB_HOURS
    rhythm = hour_weights(first, hours, ramadan=RAMADAN)
    levels = rng.uniform(2.0, RATES[1], series)
    drift = np.exp(np.cumsum(rng.normal(0, DRIFT, (series, DAYS)), axis=1))
    rates = levels[:, None] * rhythm[None, :] * np.repeat(drift, 24, axis=1)
    counts = draw(rng, rates, restless).astype(float)
    bursts: list[tuple[int, int, int]] = []
    for row in range(0, series, 2):
        within = (rates[row] >= RATES[0]) & (rates[row] <= RATES[1])
        # The first hours count: a burst that begins as the night falls has them below the range.
        within[:-2] &= within[1:-1] & within[2:]
        within[: FROM_DAY * 24] = within[-24:] = False
        chosen: list[int] = []
        for start in rng.permutation(np.flatnonzero(within)):
            if len(chosen) < A_SERIES and all(abs(start - other) >= APART for other in chosen):
                chosen.append(int(start))
        for start in chosen:
            length = int(rng.integers(*LENGTHS))
            more = (FACTOR - 1) * rates[row, start : start + length]
            counts[row, start : start + length] += draw(rng, more, restless)
            bursts.append((row, start, length))
    return Planted(counts=counts, rates=rates, bursts=tuple(bursts))


def draw(rng: np.random.Generator, rates: NDArray[np.float64], restless: float) -> NDArray[np.int64]:
    """Counts of hours whose rates waver."""
    if restless == 0:
        return rng.poisson(rates)
    return rng.poisson(rates * rng.gamma(1 / restless, restless, rates.shape))
