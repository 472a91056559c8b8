"""How good suggestions are on complaints the model came before: accuracy, by label, with its confidence, and baselines.

Intervals are at 95 %, from near-duplicate groups drawn again with replacement (Efron 1979).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kentongan.complaint_categories import FIELD_OF
from models.calibrate import Calibration, Flags, Scores, expected_calibration_error, soften_scores
from models.data import Groups, Row
from models.suggest_data import Question, count_labels
from models.suggest_words import KEYWORDS

RESAMPLES: Final = 1000
STEPS: Final = (0.3, 0.5, 0.7, 0.9)
"""Probabilities at which share answered and share right are told, beside the model's own threshold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """Complaints of a later time and a model's plain scores for them."""

    labels: tuple[str, ...]
    truth: NDArray[np.int64]
    scores: Scores
    keywords: NDArray[np.float32]
    """How many words of each category stand in each (``models.suggest_words.count_keywords``)."""
    groups: Groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share of rows, 0 to 1, with its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFigures:
    """One label on the later period."""

    label: str
    rows: int
    learned: int
    """Reports with this label before the period."""
    right: Share
    """Share of its rows whose best guess is this label."""
    answered: float
    """Share of its rows on which the model does not keep silent."""
    trusted: float | None
    """Of the rows on which the model commits itself to this label, the share that has it; None for no such row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadFigures:
    """One question on the later period."""

    rows: int
    accuracy: Share
    """Share whose best guess is right, silence not counted."""
    among_three: Share
    """Share whose truth is among the three best guesses."""
    threshold: float
    coverage: float
    """Share on which the model does not keep silent."""
    right_when_sure: Share
    calibration_error: float
    """Expected calibration error of the best guess's probability."""
    steps: tuple[tuple[float, float, float | None], ...]
    """Probability; share of rows at or above it; share right among them."""
    majority: Share
    """Accuracy of always naming the label that was most frequent before."""
    keywords: Share
    labels: tuple[LabelFigures, ...]
    """Those that occur, most frequent first."""


def measure_head(
    question: Question, tested: Tested, calibration: Calibration, *, before: Sequence[Row], seed: int
) -> HeadFigures:
    """Every figure of one question. ``before`` are the judged rows of the time before."""
    chances = soften_scores(tested.scores, calibration.scale, calibration.offsets)
    guess, sure = chances.argmax(axis=1), chances.max(axis=1)
    right = guess == tested.truth
    three = (np.argsort(-chances, axis=1)[:, :3] == tested.truth[:, None]).any(axis=1)
    said = sure >= calibration.threshold
    learned = count_labels(before)
    often = tested.labels.index(next(iter(learned)))
    words = guess_by_keywords(question, tested, otherwise=often)
    every = np.ones(len(right), dtype=bool)

    def share(hits: Flags, among: Flags = every) -> Share:
        return draw_share(hits, among, tested.groups, seed=seed)

    return HeadFigures(
        rows=len(right),
        accuracy=share(right),
        among_three=share(three),
        threshold=calibration.threshold,
        coverage=float(said.mean()),
        right_when_sure=share(right, said),
        calibration_error=expected_calibration_error(sure, right, np.ones(len(right))),
        steps=tuple(
            (step, float((sure >= step).mean()), float(right[sure >= step].mean()) if (sure >= step).any() else None)
            for step in STEPS
        ),
        majority=share(tested.truth == often),
        keywords=share(words == tested.truth),
        labels=tuple(measure_labels(tested, guess, said, learned, share)),
    )


def measure_labels(
    tested: Tested,
    guess: NDArray[np.int64],
    said: Flags,
    learned: Mapping[str, int],
    share: Callable[[Flags, Flags], Share],
) -> list[LabelFigures]:
    """Each label that occurs, most frequent first."""
    found = []
    for place, label in enumerate(tested.labels):
        own, committed = tested.truth == place, said & (guess == place)
        if own.any():
            found.append(
                LabelFigures(
                    label=label,
                    rows=int(own.sum()),
                    learned=learned.get(label, 0),
                    right=share(guess == place, own),
                    answered=float(said[own].mean()),
                    trusted=float(own[committed].mean()) if committed.any() else None,
                )
            )
    return sorted(found, key=lambda one: -one.rows)


def guess_by_keywords(question: Question, tested: Tested, *, otherwise: int) -> NDArray[np.int64]:
    """The label of which most keywords stand in each text; ``otherwise`` where none does."""
    named = [code if question == "category" else FIELD_OF[code] for code in KEYWORDS]
    columns = np.array([tested.labels.index(label) for label in named], dtype=np.int64)
    return np.where(tested.keywords.any(axis=1), columns[tested.keywords.argmax(axis=1)], otherwise)


def draw_share(hits: Flags, among: Flags, groups: Groups, *, seed: int) -> Share:
    """Share of ``hits`` in the rows ``among``, its interval from resampled groups. Zero rows give 0 (0 to 1)."""
    picked = np.flatnonzero(among)
    if not len(picked):
        return Share(value=0.0, low=0.0, high=1.0)
    _, numbers = np.unique(groups[picked], return_inverse=True)
    sizes = np.bincount(numbers).astype(np.float64)
    good = np.bincount(numbers, weights=hits[picked].astype(np.float64))
    drawn = np.random.default_rng(seed).integers(0, len(sizes), (RESAMPLES, len(sizes)))
    shares = good[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.percentile(shares, [2.5, 97.5])
    return Share(value=float(hits[picked].mean()), low=float(low), high=float(high))
