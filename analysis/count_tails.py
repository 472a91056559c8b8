"""How surprising a count is: upper tails of the Poisson and the negative binomial distribution, for whole arrays.

NumPy has no special functions. The tail is the probability of the count itself times one plus the sum of the ratios of
what follows, which converges quickly above the mean, where tails are asked for.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WORTH_ASKING: Final = 1.0
"""Standard deviations above the mean from which a tail is computed; below, ``UNSURPRISING`` is said."""
UNSURPRISING: Final = 0.5
"""What is said of a count that is not clearly above its mean. Nothing that is called unusual comes near it."""
TERMS: Final = 400
"""Most terms of the sum. Past ``WORTH_ASKING`` the ratios fall below 1, so that fewer are needed for four digits."""
SMALLEST: Final = 1e-300
"""Smallest tail that is told apart."""
STIRLING_FROM: Final = 8.0
"""Above this Stirling's series with three terms gives ln Gamma to nine digits (Abramowitz and Stegun 6.1.41)."""
ALMOST_POISSON: Final = 1e-9
"""Relative variance (variance - mean) / mean**2 below which the Poisson distribution is taken."""


def log_gamma(x: Floats) -> Floats:
    """ln Gamma for x > 0: lifted above STIRLING_FROM by the recurrence, then Stirling's series."""
    x = np.asarray(x, dtype=np.float64)
    lift = np.zeros_like(x)
    low = x < STIRLING_FROM
    if low.any():
        small, product = x[low].copy(), np.ones(int(low.sum()))
        for _ in range(int(STIRLING_FROM)):
            below = small < STIRLING_FROM
            product = np.where(below, product * small, product)
            small = np.where(below, small + 1.0, small)
        lift[low] = np.log(product)
        x = x.copy()
        x[low] = small
    inverse = 1.0 / x
    square = inverse * inverse
    series = inverse * (1 / 12 - square * (1 / 360 - square / 1260))
    stirling: Floats = (x - 0.5) * np.log(x) - x + 0.9189385332046727 + series - lift
    return stirling


def upper_tail(counts: Floats, mean: Floats, variance: Floats) -> Floats:
    """P(at least ``counts``) where counts have this mean and variance, elementwise; arrays of one shape.

    Negative binomial where the variance exceeds the mean, else Poisson. NaN where any of the three is NaN; UNSURPRISING
    where the count is within WORTH_ASKING standard deviations of the mean. Means of zero or less count as tiny.
    """
    counts, mean, variance = np.broadcast_arrays(
        *(np.asarray(each, dtype=np.float64) for each in (counts, mean, variance))
    )
    tail = np.full(counts.shape, UNSURPRISING)
    with np.errstate(invalid="ignore"):
        known = ~(np.isnan(counts) | np.isnan(mean) | np.isnan(variance))
        asked = known & (counts > mean + WORTH_ASKING * np.sqrt(np.maximum(variance, mean))) & (counts >= 1)
    tail[~known] = np.nan
    if asked.any():
        tail[asked] = _tail_above(np.ceil(counts[asked]), np.maximum(mean[asked], 1e-12), variance[asked])
    return tail


def _tail_above(x: Floats, mean: Floats, variance: Floats) -> Floats:
    """The tail for counts above their means, flat arrays."""
    over = np.maximum(variance - mean, 0.0) / (mean * mean)
    over = np.where(over < ALMOST_POISSON, 0.0, over)
    size = np.where(over > 0, 1.0 / np.where(over > 0, over, 1.0), np.inf)
    finite = np.isfinite(size)
    r = np.where(finite, size, 1.0)
    share = np.where(finite, mean / (mean + r), 0.0)
    with np.errstate(over="ignore", invalid="ignore"):
        poisson = x * np.log(mean) - mean - log_gamma(x + 1)
        negative = (
            log_gamma(x + r)
            - log_gamma(r)
            - log_gamma(x + 1)
            + r * np.log1p(-share)
            + x * np.log(np.maximum(share, 1e-300))
        )
    first = np.where(finite, negative, poisson)
    total, term, at = np.ones_like(x), np.ones_like(x), x.copy()
    open_ones = np.arange(len(x))
    for _ in range(TERMS):
        at[open_ones] += 1.0
        step = np.where(
            finite[open_ones],
            share[open_ones] * (at[open_ones] - 1.0 + r[open_ones]) / at[open_ones],
            mean[open_ones] / at[open_ones],
        )
        term[open_ones] *= step
        total[open_ones] += term[open_ones]
        open_ones = open_ones[term[open_ones] > 1e-5 * total[open_ones]]
        if not len(open_ones):
            break
    log_tail = first + np.log(total)
    tail: Floats = np.exp(np.clip(log_tail, np.log(SMALLEST), 0.0))
    return tail
