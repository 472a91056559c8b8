"""How good predictions are: macro-F1, accuracy, slices, and intervals from resampled rows."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int64]


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The figures of one slice."""

    slice: str
    rows: int
    macro_f1: float
    """Mean F1 over the labels that occur in the slice."""
    low: float
    """Lower end of macro-F1's 95 % interval, from resampled near-duplicate groups."""
    high: float
    """Upper end."""
    accuracy: float
    calibration_error: float
    coverage: float
    """Share of the rows on which the model commits itself."""
    error_when_sure: float | None
    """Share of wrong labels among those; absent where it commits itself on none."""


def macro_f1(truth: Labels, guess: Labels) -> float:
    """Mean F1 over the labels that occur in ``truth``; a label guessed there but never true only costs precision.

    Raises ValueError without a row.
    """
    if not len(truth):
        raise ValueError("macro-F1 needs at least one row")
    found = []
    for label in np.unique(truth):
        hits = int(((truth == label) & (guess == label)).sum())
        found.append(2 * hits / int((truth == label).sum() + (guess == label).sum()))
    return float(np.mean(found))


def bootstrap_interval(
    truth: Labels, guess: Labels, groups: NDArray[np.int64], *, seed: int, resamples: int
) -> tuple[float, float]:
    """The 95 % interval of macro-F1 when near-duplicate groups are drawn again with replacement."""
    rng = np.random.default_rng(seed)
    _, numbers = np.unique(groups, return_inverse=True)
    order = np.argsort(numbers, kind="stable")
    starts = np.concatenate(([0], np.cumsum(np.bincount(numbers))))
    draws = []
    for _ in range(resamples):
        drawn = np.bincount(rng.integers(0, len(starts) - 1, len(starts) - 1), minlength=len(starts) - 1)
        rows = np.repeat(order, drawn[numbers[order]])
        draws.append(macro_f1(truth[rows], guess[rows]))
    low, high = np.percentile(draws, [2.5, 97.5])
    return float(low), float(high)
