"""Scores into probabilities that mean what they say, and the threshold under which a model keeps silent."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
Flags = NDArray[np.bool_]

BINS = 15
"""Equally wide bins of the expected calibration error (Guo et al. 2017)."""
HOLD = 0.01
"""Strength of the pull of a calibration's offsets towards none, per unit of row weight."""


class Calibration(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """probabilities = softmax(scale x scores + offsets)."""

    scale: float
    """One over the temperature."""
    offsets: tuple[float, ...]
    """One for each label."""
    threshold: float
    """Least best probability with which the model commits itself."""


def soften_scores(scores: Scores, scale: float, offsets: Sequence[float] | Scores) -> Scores:
    """Probabilities over the last axis, which sum to 1."""
    logits = scale * np.asarray(scores, dtype=np.float64) + np.asarray(offsets)
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def fit_calibration(scores: Scores, truth: NDArray[np.int64], offered: Flags, weights: Scores) -> tuple[float, Scores]:
    """Scale and offsets with the least weighted log loss on held-out rows.

    ``truth`` is the label number; ``offered`` (rows by labels) is False where a row's source never gives the label:
    that label then takes no part in the row's loss.
    """
    from scipy.optimize import minimize

    rows = np.arange(len(truth))
    share = weights / weights.sum()

    def loss(free: Scores) -> tuple[float, Scores]:
        scale = np.exp(free[0])
        logits = np.where(offered, scale * scores + free[1:], -1e9)
        logits = logits - logits.max(axis=1, keepdims=True)
        odds = np.exp(logits)
        chances = odds / odds.sum(axis=1, keepdims=True)
        value = -float(share @ np.log(np.maximum(chances[rows, truth], 1e-12))) + HOLD / 2 * float(free[1:] @ free[1:])
        chances[rows, truth] -= 1
        slope = chances * share[:, None]
        return value, np.concatenate(([scale * float((slope * scores).sum())], slope.sum(axis=0) + HOLD * free[1:]))

    found = minimize(loss, np.zeros(scores.shape[1] + 1), jac=True, method="L-BFGS-B").x
    return float(np.exp(found[0])), np.asarray(found[1:])


def expected_calibration_error(confidence: Scores, correct: Flags, weights: Scores) -> float:
    """Mean distance between how sure a model was and how often it was right, over ``BINS`` bins; 0 to 1."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gap = np.bincount(bins, weights=weights * (confidence - correct), minlength=BINS)
    return float(np.abs(gap).sum() / weights.sum())


def choose_threshold(confidence: Scores, correct: Flags, weights: Scores, *, cost: float) -> float:
    """The threshold of least cost on held-out rows, where a wrong label costs 1 and keeping silent ``cost``.

    One of 0.00, 0.01 ... 0.99; of equal ones the lowest.
    """
    steps = np.arange(100) / 100
    paid = [float((weights * np.where(confidence >= step, ~correct, cost)).sum()) for step in steps]
    return float(steps[int(np.argmin(paid))])


def risk_coverage(
    confidence: Scores, correct: Flags, weights: Scores, *, coverages: Sequence[float]
) -> list[tuple[float, float]]:
    """For each coverage, the error rate among that share of the rows of which the model is surest."""
    order = np.argsort(-confidence, kind="stable")
    covered = np.cumsum(weights[order]) / weights.sum()
    wrong = np.cumsum(weights[order] * ~correct[order]) / np.cumsum(weights[order])
    return [(share, float(wrong[min(int(np.searchsorted(covered, share)), len(wrong) - 1)])) for share in coverages]
