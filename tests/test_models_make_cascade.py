"""Putting two models together from their stored predictions alone."""

from __future__ import annotations

import numpy as np
import pytest

from models.make_cascade import AGREED, Pair, answer, find_sure, fit_tier, mix, offered_labels, pair_blocks
from models.predictions import Predictions

LABELS = ("negative", "neutral", "positive")
ROWS = 600


def make_block(
    right: float, seed: int, *, rows: int = ROWS, slices: tuple[str, ...] = ("vaccine_2021", "mbg_2025")
) -> Predictions:
    """Invented predictions that name the right label in a share of the rows, surer where they are right."""
    rng = np.random.default_rng(seed)
    truth = np.arange(rows) % 3
    hit = rng.random(rows) < right
    guess = np.where(hit, truth, (truth + 1 + rng.integers(0, 2, rows)) % 3)
    best = np.where(hit, rng.uniform(0.5, 0.98, rows), rng.uniform(0.36, 0.7, rows))
    chances = np.repeat(((1 - best) / 2)[:, None], 3, axis=1)
    chances[np.arange(rows), guess] = best
    return Predictions(
        task="sentiment", protocol="left-out", labels=LABELS, rows=np.arange(rows, dtype=np.uint64),
        groups=np.arange(rows), slices=np.array(slices)[np.arange(rows) * len(slices) // rows],
        truth=truth.astype(np.int8), tested=np.zeros(rows, dtype=np.int8), kept_out=np.ones((1, rows), dtype=bool),
        chances=chances[None].astype(np.float16),
    )  # fmt: skip


@pytest.fixture
def pair() -> Pair:
    return Pair(make_block(0.6, 1), make_block(0.65, 2))


def test_two_opinions_that_err_apart_are_better_together(pair: Pair) -> None:
    tier, trust = fit_tier(pair, 0.5)
    said = answer(pair, tier, 0)
    right = [float((one.argmax(axis=1) == pair.linear.truth).mean()) for one in (pair.linear.chances[0], said)]
    assert right[1] > right[0] + 0.05
    assert trust.error_after < 0.08
    assert np.allclose(said.astype(np.float32).sum(axis=1), 1, atol=0.01)


def test_where_the_first_tier_is_sure_its_opinion_stands(pair: Pair) -> None:
    tier, _ = fit_tier(pair, 0.5)
    assert tier.sure < 1
    first, said = pair.linear.chances[0], answer(pair, tier, 0)
    sure = first.astype(np.float64).max(axis=1) >= tier.sure
    assert sure.any() and not sure.all()
    assert np.array_equal(said[sure], first[sure])
    assert not np.array_equal(said[~sure], first[~sure])


def test_sure_is_the_least_threshold_that_keeps_the_labels() -> None:
    first = np.array([[0.9, 0.1]] * 100 + [[0.6, 0.4]] * 100)
    together = np.array([[0.9, 0.1]] * 100 + [[0.4, 0.6]] * 100)
    assert find_sure(first, together, np.ones(200)) == pytest.approx(0.61)
    assert find_sure(first[100:], together[100:], np.ones(100)) > 1, "asked always where it never keeps them"
    assert AGREED < 1


def test_rows_not_tested_get_no_opinion(pair: Pair) -> None:
    tier, _ = fit_tier(pair, 0.5)
    pair.encoder.chances[0, 5] = np.nan
    assert np.isnan(answer(pair, tier, 0)[5]).all()
    assert np.isnan(mix(pair)[5]).all()


def test_a_label_that_a_set_lacks_has_no_part_in_its_calibration(pair: Pair) -> None:
    offered = offered_labels(pair.encoder)
    assert offered[pair.encoder.slices == "vaccine_2021"].all()
    assert not offered[pair.encoder.slices == "mbg_2025"][:, LABELS.index("neutral")].any()


def test_models_measured_on_other_rows_are_not_put_together() -> None:
    with pytest.raises(ValueError, match="same rows"):
        pair_blocks([make_block(0.6, 1)], [make_block(0.6, 2, rows=300)], "sentiment")
