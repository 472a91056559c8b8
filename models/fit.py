"""One linear separator a label over hashed features, with rows that say nothing about a label kept out of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.data import Row

Floats = NDArray[np.float32]
Scores = NDArray[np.float64]

TOLERANCE = 0.01
"""liblinear's stopping tolerance. Its own default, 0.1, gave the same macro-F1; scikit-learn's, 0.0001, costs time."""


def target_rows(rows: Sequence[Row], labels: Sequence[str]) -> NDArray[np.int8]:
    """Rows by labels: 1 where a row has the label, -1 where it surely has not, 0 where it says nothing."""
    targets = np.full((len(rows), len(labels)), -1, dtype=np.int8)
    for number, row in enumerate(rows):
        for column, label in enumerate(labels):
            if label in row.labels:
                targets[number, column] = 1 if len(row.labels) == 1 else 0
            elif label in row.lacks:
                targets[number, column] = 0
    return targets


def weigh_rows(rows: Sequence[Row], *, power: float, by_source: bool) -> Scores:
    """Training weights with mean 1: a row's own trust times (rows / rows with its label) to the ``power``.

    Labels are counted within each source, whose priors differ, or over all rows.
    """
    places = [(row.source if by_source else "", tuple(sorted(row.labels))) for row in rows]
    counts: dict[tuple[str, tuple[str, ...]], int] = {}
    totals: dict[str, int] = {}
    for place in places:
        counts[place] = counts.get(place, 0) + 1
        totals[place[0]] = totals.get(place[0], 0) + 1
    kinds = {source: sum(place[0] == source for place in counts) for source in totals}
    raw = [(totals[place[0]] / (kinds[place[0]] * counts[place])) ** power for place in places]
    weights = np.array([one * row.weight for one, row in zip(raw, rows, strict=True)])
    return np.asarray(weights / weights.mean())


def fit_heads(
    matrix: Any, targets: NDArray[np.int8], weights: Scores, *, cost: float, seed: int
) -> tuple[Floats, Floats]:
    """Weights (features by labels) and intercepts of linear support vector machines, one against the rest.

    ``matrix`` is ``Features.matrix``; ``cost`` is liblinear's C. A label without a positive row never wins.
    """
    from sklearn.svm import LinearSVC

    coefficients = np.zeros((matrix.shape[1], targets.shape[1]), dtype=np.float32)
    intercepts = np.full(targets.shape[1], -1.0, dtype=np.float32)
    for column in range(targets.shape[1]):
        known = np.flatnonzero(targets[:, column])
        truth = targets[known, column] > 0
        if truth.any() and not truth.all():
            model = LinearSVC(C=cost, random_state=seed, tol=TOLERANCE, max_iter=2000)
            own = matrix if len(known) == len(targets) else matrix[known]
            model.fit(own, truth, sample_weight=weights[known])
            coefficients[:, column] = model.coef_[0]
            intercepts[column] = model.intercept_[0]
    return coefficients, intercepts
