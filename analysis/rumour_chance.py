"""How surprising it is that so many complaints are like a rumour: beside earlier months, and beside other districts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from analysis.count_tails import upper_tail

MOST: Final = 4.0
"""-log10 p is cut here: 1 in 10,000 is as surprising as this question can tell."""
LEAST_WINDOWS: Final = 2
"""Fewest earlier windows that say what is usual."""
RESTLESS: Final = 0.1
"""Relative variance of a month's complaints beyond chance (rain, holidays, one eager reporter). Assumed."""
PRIOR: Final = 0.5
"""Complaints taken to have been seen in the earlier windows together (Jeffreys' prior of a Poisson rate)."""
NEUTRAL: Final = 0.25
"""What stands for a surprise that cannot be known: p of about 0.1, a mild one."""


def surprise_of(p: float) -> float:
    """-log10 p as a share of MOST, 0 to 1."""
    return min(MOST, -math.log10(max(p, 1e-12))) / MOST


def chance_by_days(now: int, earlier: Sequence[int]) -> float | None:
    """Probability of at least ``now`` in a window where earlier windows of the same length had these counts; None where
    there are too few of them to say. The rate's own uncertainty is in the variance."""
    if len(earlier) < LEAST_WINDOWS:
        return None
    mean = (sum(earlier) + PRIOR) / len(earlier)
    variance = mean + mean / len(earlier) + RESTLESS * mean * mean
    return float(upper_tail(np.array([float(now)]), np.array([mean]), np.array([variance]))[0])


def chance_by_place(here: int, alike: int, there: int, every: int) -> float | None:
    """Probability of at least ``here`` of ``alike`` such complaints among the ``there`` of a place, were they spread
    over all ``every`` complaints by chance (hypergeometric); None where the place is all there is."""
    if there >= every or every == 0:
        return None
    most = min(alike, there)
    whole = _log_choose(every, there)
    return min(
        1.0,
        sum(
            math.exp(_log_choose(alike, k) + _log_choose(every - alike, there - k) - whole)
            for k in range(here, most + 1)
            if there - k <= every - alike
        ),
    )


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
