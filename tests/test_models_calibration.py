"""Probabilities that mean what they say, and the threshold that follows from a cost."""

from __future__ import annotations

import numpy as np
import pytest

from models.calibrate import (
    choose_threshold,
    expected_calibration_error,
    fit_calibration,
    risk_coverage,
    soften_scores,
)
from models.evaluate import bootstrap_interval, macro_f1


def draw(rows: int, *, sharpness: float) -> tuple[np.ndarray, np.ndarray]:
    """Scores, and truths drawn with the probabilities softmax(sharpness x scores)."""
    rng = np.random.default_rng(7)
    scores = rng.normal(size=(rows, 3))
    chances = soften_scores(scores, sharpness, [0, 0, 0])
    return scores, (rng.random((rows, 1)) > chances.cumsum(axis=1)).sum(axis=1).clip(max=2)


def test_calibration_finds_the_sharpness_that_the_truth_was_drawn_with() -> None:
    scores, truth = draw(6000, sharpness=2.5)
    weights = np.ones(len(truth))
    scale, offsets = fit_calibration(scores, truth, np.ones(scores.shape, dtype=bool), weights)
    assert scale == pytest.approx(2.5, rel=0.1)
    assert np.abs(offsets - offsets.mean()).max() < 0.15
    chances = soften_scores(scores, scale, offsets)
    right = chances.argmax(axis=1) == truth
    before = soften_scores(scores, 1, np.zeros(3)).max(axis=1)
    assert expected_calibration_error(chances.max(axis=1), right, weights) < 0.03
    assert expected_calibration_error(before, right, weights) > 0.1


def test_a_label_that_a_source_never_gives_does_not_pull_its_probability_down() -> None:
    scores, truth = draw(4000, sharpness=2)
    offered = np.ones(scores.shape, dtype=bool)
    two_classes = truth != 2
    offered[:, 2] = False
    _, offsets = fit_calibration(
        scores[two_classes], truth[two_classes], offered[two_classes], np.ones(two_classes.sum())
    )
    assert abs(offsets[2]) < 0.05


def test_probabilities_sum_to_one_even_for_huge_scores() -> None:
    chances = soften_scores(np.array([[1e6, -1e6, 0], [0, 0, 0]]), 3.0, [0, 0, 0])
    assert np.allclose(chances.sum(axis=1), 1)


def test_the_threshold_is_where_silence_gets_cheaper_than_error() -> None:
    scores, truth = draw(8000, sharpness=2)
    chances = soften_scores(scores, 2, [0, 0, 0])
    sure, right = chances.max(axis=1), chances.argmax(axis=1) == truth
    # With true probabilities an answer pays off while 1 - p is under the cost of silence.
    assert choose_threshold(sure, right, np.ones(len(sure)), cost=0.4) == pytest.approx(0.6, abs=0.05)
    assert choose_threshold(sure, right, np.ones(len(sure)), cost=1.0) == 0


def test_the_surest_answers_are_wrong_least() -> None:
    scores, truth = draw(4000, sharpness=2)
    chances = soften_scores(scores, 2, [0, 0, 0])
    right = chances.argmax(axis=1) == truth
    curve = risk_coverage(chances.max(axis=1), right, np.ones(len(right)), coverages=(0.25, 0.5, 1.0))
    risks = [risk for _, risk in curve]
    assert risks == sorted(risks)
    assert risks[-1] == pytest.approx(1 - right.mean())


def test_macro_f1_counts_each_label_the_same() -> None:
    truth = np.array([0, 0, 0, 0, 1, 1])
    guess = np.array([0, 0, 0, 1, 1, 2])
    assert macro_f1(truth, guess) == pytest.approx((2 * 3 / 7 + 2 * 1 / 4) / 2)


def test_an_interval_holds_the_figure_and_widens_where_copies_move_together() -> None:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 3, 400)
    guess = np.where(rng.random(400) < 0.7, truth, (truth + 1) % 3)
    low, high = bootstrap_interval(truth, guess, np.arange(400), seed=1, resamples=200)
    assert low < macro_f1(truth, guess) < high
    copies = np.repeat(np.arange(40), 10)
    wide_low, wide_high = bootstrap_interval(truth[copies], guess[copies], copies, seed=1, resamples=200)
    assert wide_high - wide_low > 1.5 * (high - low)
