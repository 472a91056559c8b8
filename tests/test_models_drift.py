"""Drift: samples with known chances, intervals that cover a planted truth, and shifts that are found when planted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from models.drift import (
    LEAST_LABELS,
    LEAST_STRATUM,
    Estimate,
    count_new_words,
    draw_sample,
    estimate_accuracy,
    estimate_shares,
    judge_accuracy,
    judge_rise,
    judge_shift,
    make_strata,
    student_quantile,
    weekly_shares,
)

LABELS = 3


def make_world(
    count: int, seed: int, *, lean: float = 0.0, skill: float = 3.0
) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Ids, a model's chances and the truth; ``lean`` makes the model favour the first label wrongly."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(LABELS, size=count, p=(0.5, 0.3, 0.2))
    logits = rng.normal(size=(count, LABELS)) + skill * np.eye(LABELS)[truth] * rng.random((count, 1))
    logits[:, 0] += lean
    odds = np.exp(1.5 * logits)
    return [f"d{seed}-{number}" for number in range(count)], odds / odds.sum(axis=1, keepdims=True), truth


def label_sample(ids: list[str], chances: np.ndarray, truth: np.ndarray, size: int, seed: str):
    sample = draw_sample(ids, chances, size=size, seed=seed)
    return sample.rows, truth[sample.rows], sample.probability


def test_a_sample_follows_from_its_seed_whatever_the_order_of_the_texts() -> None:
    ids, chances, _ = make_world(2000, 1)
    sample = draw_sample(ids, chances, size=200, seed="2026-10")
    back = draw_sample(ids[::-1], chances[::-1], size=200, seed="2026-10")
    assert [ids[row] for row in sample.rows] == [ids[::-1][row] for row in back.rows]
    assert set(sample.rows.tolist()) != set(draw_sample(ids, chances, size=200, seed="2026-11").rows.tolist())
    assert abs(len(sample.rows) - 200) <= 30


def test_the_chance_of_being_drawn_is_the_share_drawn_of_the_stratum() -> None:
    ids, chances, _ = make_world(3000, 2)
    sample = draw_sample(ids, chances, size=250, seed="x")
    strata = make_strata(chances)
    for stratum in np.unique(strata):
        own = strata[sample.rows] == stratum
        members = int((strata == stratum).sum())
        assert own.sum() >= min(LEAST_STRATUM, members)
        assert sample.probability[own] == pytest.approx(own.sum() / members)
    # Every text can be answered for: the weights add up to the population.
    assert (1 / sample.probability).sum() == pytest.approx(len(ids))


def test_few_texts_are_all_drawn_and_none_give_an_empty_sample() -> None:
    ids, chances, _ = make_world(4, 3)
    sample = draw_sample(ids, chances, size=200, seed="x")
    assert sorted(sample.rows.tolist()) == [0, 1, 2, 3] and sample.probability.tolist() == [1.0] * 4
    assert len(draw_sample([], np.empty((0, LABELS)), size=200, seed="x").rows) == 0


def test_intervals_cover_the_planted_shares_as_often_as_they_say(trials: Callable[[int, int], int]) -> None:
    rounds = trials(60, 2000)
    held = np.zeros(LABELS)
    naive = 0
    for number in range(rounds):
        # A model that leans to one label: its own shares are wrong.
        ids, chances, truth = make_world(2500, number, lean=2.0)
        found = estimate_shares(chances, *label_sample(ids, chances, truth, 150, f"s{number}"))
        shares = np.bincount(truth, minlength=LABELS) / len(truth)
        held += [one.low <= share <= one.high for one, share in zip(found, shares, strict=True)]
        naive += found[0].low <= chances[:, 0].mean() <= found[0].high
        assert all(one.method == "difference" for one in found)
    assert (held / rounds >= 0.90).all() and (held / rounds <= 0.995).all(), held / rounds
    assert naive / rounds < 0.5, "the plain shares of a model that leans would do as well"


def test_the_correction_is_narrower_than_labels_alone_where_the_model_is_good() -> None:
    ids, chances, truth = make_world(5000, 7, skill=8.0)
    rows, seen, probability = label_sample(ids, chances, truth, 300, "n")
    found = estimate_shares(chances, rows, seen, probability)[0]
    alone = 1.96 * np.sqrt(0.25 / len(rows))
    assert found.high - found.low < 2 * alone * 0.7


def test_few_labels_widen_the_interval_and_fewer_give_none(trials: Callable[[int, int], int]) -> None:
    rounds, held = trials(60, 2000), 0
    for number in range(rounds):
        ids, chances, truth = make_world(500, number)
        rng = np.random.default_rng(number)
        rows = rng.choice(len(ids), 20, replace=False)
        found = estimate_shares(chances, rows, truth[rows], np.full(20, 0.04))[0]
        assert found.method == "labels" and found.high - found.low > 0.3
        held += found.low <= (truth == 0).mean() <= found.high
    assert held / rounds >= 0.93
    rows = np.arange(LEAST_LABELS - 1)
    none = estimate_shares(chances, rows, truth[rows], np.full(len(rows), 0.02))[0]
    assert none == Estimate(value=None, low=None, high=None, error=None, labels=len(rows), method="too few")


def test_texts_drawn_but_not_labelled_do_not_bend_the_share() -> None:
    ids, chances, truth = make_world(6000, 11)
    rows, seen, probability = label_sample(ids, chances, truth, 600, "half")
    answered = np.random.default_rng(1).random(len(rows)) < 0.5
    found = estimate_shares(chances, rows[answered], seen[answered], probability[answered])
    for label, one in enumerate(found):
        assert one.low - 0.02 <= (truth == label).mean() <= one.high + 0.02


def test_each_week_is_estimated_from_its_own_texts() -> None:
    ids, chances, truth = make_world(6000, 5)
    # In the second week half of the neutral posts are gone.
    weeks = ["2026-W41" if number % 2 else "2026-W42" for number in range(len(ids))]
    gone = (truth == 1) & (np.array(weeks) == "2026-W42") & (np.arange(len(ids)) % 4 == 0)
    kept = ~gone
    ids = [one for one, keep in zip(ids, kept, strict=True) if keep]
    weeks = [one for one, keep in zip(weeks, kept, strict=True) if keep]
    chances, truth = chances[kept], truth[kept]
    found = weekly_shares(weeks, chances, *label_sample(ids, chances, truth, 500, "w"))
    assert list(found) == ["2026-W41", "2026-W42"]
    for week, shares in found.items():
        own = truth[np.array(weeks) == week]
        for label, one in enumerate(shares):
            reach = 1.5 * (one.high - one.low) / 2
            assert abs(one.value - (own == label).mean()) <= reach
    assert found["2026-W41"][1].low > found["2026-W42"][1].value


def test_a_drop_in_accuracy_is_found_and_no_drop_is_mostly_not(trials: Callable[[int, int], int]) -> None:
    rounds = trials(60, 500)
    false = found = 0
    for number in range(rounds):
        ids, chances, truth = make_world(3000, number)
        accuracy = float((chances.argmax(axis=1) == truth).mean())
        rows, seen, probability = label_sample(ids, chances, truth, 200, f"a{number}")
        same = judge_accuracy(
            estimate_accuracy(chances, rows, seen, probability), expected=accuracy, expected_error=0.01
        )
        # A quarter of the truths is now another label than the model learned.
        turned = np.where(np.random.default_rng(number).random(len(seen)) < 0.25, (seen + 1) % LABELS, seen)
        worse = judge_accuracy(
            estimate_accuracy(chances, rows, turned, probability), expected=accuracy, expected_error=0.01
        )
        assert same is not None and worse is not None
        false += same[1]
        found += worse[1]
    assert false / rounds <= 0.15 and found / rounds >= 0.9, (false, found)
    none = Estimate(value=None, low=None, high=None, error=None, labels=3, method="too few")
    assert judge_accuracy(none, expected=0.8, expected_error=0.01) is None


def make_days(rng: np.random.Generator, shares: tuple[float, ...], days: int = 28) -> np.ndarray:
    """Counts of labels by day, with days that differ among themselves more than chance alone."""
    return np.array(
        [rng.multinomial(rng.integers(20, 200), rng.dirichlet(80 * np.array(shares))) for _ in range(days)],
        dtype=np.float64,
    )


def test_a_shift_of_the_labels_is_found_and_restless_days_are_not_taken_for_one(
    trials: Callable[[int, int], int],
) -> None:
    rounds = trials(40, 400)
    false = small = found = 0
    for number in range(rounds):
        rng = np.random.default_rng(number)
        before, same = (make_days(rng, (0.5, 0.3, 0.2)) for _ in range(2))
        moved = make_days(rng, (0.3, 0.35, 0.35))
        calm, shifted = judge_shift(before, same, shuffles=199), judge_shift(before, moved, shuffles=199)
        assert calm is not None and shifted is not None
        false += calm.moved
        small += calm.p < 0.05
        found += shifted.moved
    assert false == 0 and small / rounds <= 0.15 and found / rounds >= 0.95, (false, small, found)


def test_a_shift_is_not_judged_from_three_days() -> None:
    days = make_days(np.random.default_rng(1), (0.5, 0.5), days=3)
    assert judge_shift(days, days) is None and judge_rise(days, days) is None


def test_new_words_are_found_and_the_same_talk_is_not(trials: Callable[[int, int], int]) -> None:
    rounds = trials(12, 300)
    false = found = 0
    for number in range(rounds):
        rng = np.random.default_rng(number)
        odds = 1 / np.arange(1, 3001)

        def talk(extra: float, rng: np.random.Generator = rng, odds: np.ndarray = odds) -> list[list[str]]:
            days = []
            for _ in range(14):
                words = rng.choice(3000, 300, p=odds / odds.sum()).tolist()
                new = rng.random(300) < extra
                days.append([f"baru{n % 50}" if new[n] else f"kata{word}" for n, word in enumerate(words)])
            return days

        before = talk(0.0)
        calm, risen = (judge_rise(*count_new_words(before, talk(extra)), shuffles=199) for extra in (0.0, 0.06))
        assert calm is not None and risen is not None
        false += calm.moved
        found += risen.moved
    assert false / rounds <= 0.2 and found / rounds >= 0.95, (false, found)


def test_every_day_is_read_with_a_vocabulary_of_as_many_days() -> None:
    before, after = count_new_words([["a", "b"], ["b", "c"]], [["a", "d"], ["b"]])
    assert before.tolist() == [[1, 2], [1, 2]], "a word said on that day only is new on it"
    assert after.tolist() == [[2, 2], [0, 1]]


def test_students_quantile_is_the_tables() -> None:
    for degrees, quantile in ((3, 3.182), (5, 2.571), (10, 2.228), (30, 2.042), (1000, 1.962)):
        assert student_quantile(degrees) == pytest.approx(quantile, rel=0.01)
