"""Bursts: planted ones are found in time, ordinary hours are let be, and no hour knows what comes after it."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.bursts import HIGHEST_P, WARM_DAYS, find_bursts, judge_hours, score_of
from analysis.count_tails import upper_tail
from analysis.online_scores import FIRST_ROWS, OnlineScorer
from analysis.rhythm import TOGETHER_FROM

START = datetime(2026, 8, 3)  # noqa: DTZ001 - a local clock; a Monday
DAILY = 1 + 0.7 * np.sin(2 * np.pi * (np.arange(24) - 9) / 24)


def ordinary(rates: list[float], days: int, *, seed: int = 5) -> np.ndarray:
    """Counts with a rhythm of the day and nothing else."""
    rng = np.random.default_rng(seed)
    return rng.poisson(np.asarray(rates)[:, None] * np.tile(DAILY, days)[None, :]).astype(float)


# The tail of a distribution.


@pytest.mark.parametrize(
    ("count", "mean", "variance", "expected"),
    [
        (10, 3.0, 3.0, 0.0011024881301856),  # Poisson: 1 - sum of exp(-3) 3^k / k! for k below 10
        (1, 0.01, 0.01, 0.0099501662508319),
        (3, 1.0, 2.0, 0.125),  # geometric with p = 1/2: (1/2)^3
        (20, 5.0, 30.0, (5 / 6) ** 20),  # geometric with mean 5
    ],
)
def test_tails_are_those_of_poisson_and_the_negative_binomial(
    count: float, mean: float, variance: float, expected: float
) -> None:
    [tail] = upper_tail(np.array([float(count)]), np.array([mean]), np.array([variance]))
    assert tail == pytest.approx(expected, rel=1e-3)


@given(st.floats(0.1, 500), st.floats(0.0, 0.5), st.integers(1, 2000))
def test_a_larger_count_is_never_less_surprising(mean: float, spread: float, count: int) -> None:
    m, v = np.full(2, mean), np.full(2, mean + spread * mean * mean)
    smaller, larger = upper_tail(np.array([count, count + 1.0]), m, v)
    assert 0 <= larger <= smaller <= 1


# Hours.


def test_three_times_the_usual_is_raised_within_two_hours_and_only_there() -> None:
    counts = ordinary([12.0, 25.0, 40.0], 30)
    onset = 24 * 25 + 12
    counts[1, onset : onset + 6] *= 3
    found = find_bursts(judge_hours(counts, start=START), counts)
    [burst] = found
    assert burst.series == 1
    assert onset <= burst.start <= onset + 1
    assert onset + 6 <= burst.end <= onset + 12, "one burst is one alarm, and it ends"
    assert burst.count > 2 * burst.expected


def test_a_slow_rise_is_found_though_no_hour_stands_out() -> None:
    counts = ordinary([8.0] * 6, 40)
    rng = np.random.default_rng(1)
    for day in range(14):
        hours = slice(24 * (26 + day), 24 * (27 + day))
        counts[2, hours] = rng.poisson(8 * DAILY * 1.09 ** (day + 1))
    found = find_bursts(judge_hours(counts, start=START), counts)
    assert {(burst.series, burst.span) for burst in found} == {(2, 24)}


def test_what_rises_everywhere_at_once_is_nobodys_burst() -> None:
    rates = list(np.linspace(8, 40, TOGETHER_FROM + 10))
    counts = ordinary(rates, 21)
    everywhere = slice(24 * 18 + 10, 24 * 18 + 16)
    rng = np.random.default_rng(6)
    counts[:, everywhere] = rng.poisson(2.5 * np.outer(rates, DAILY[10:16]))
    counts[4, everywhere] *= 3
    assert {burst.series for burst in find_bursts(judge_hours(counts, start=START), counts)} == {4}


def test_the_first_nights_of_ramadan_raise_nothing_where_it_is_known() -> None:
    first, days = date(2026, 8, 24), 28
    counts = ordinary([20.0] * 4, days)
    rng = np.random.default_rng(2)
    awake = DAILY.copy()
    awake[[2, 3, 4, 5]] = 1.2
    for day in range(21, days):
        counts[:, 24 * day : 24 * (day + 1)] = rng.poisson(20 * awake, (4, 24))
    known = judge_hours(counts, start=START, ramadan=[(first, first + timedelta(days=29))])
    assert find_bursts(known, counts) == []
    assert find_bursts(judge_hours(counts, start=START), counts), "without the calendar the nights stand out"


def test_hours_that_were_not_collected_are_neither_judged_nor_taken_for_silence() -> None:
    counts = ordinary([15.0], 20)
    hole = slice(24 * 12 + 5, 24 * 13 + 9)
    counts[0, hole] = math.nan
    judged = judge_hours(counts, start=START)
    assert np.isnan(judged.p[0, hole]).all()
    assert find_bursts(judged, counts) == [], "what comes after the hole is as usual"
    assert np.nanmean(judged.expected[0, 24 * 14 :]) == pytest.approx(15.0, rel=0.15)


@given(st.integers(0, 400), st.integers(0, 2**31))
def test_no_hour_is_judged_with_a_later_one(kept: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.poisson(6.0, (2, 432)).astype(float)
    counts[:, 200] = 60
    cut = judge_hours(counts[:, : kept + 1], start=START)
    whole = judge_hours(counts, start=START)
    np.testing.assert_array_equal(cut.p, whole.p[:, : kept + 1])


@pytest.mark.parametrize("shape", [(1, 0), (0, 50), (1, 1), (3, 24 * WARM_DAYS)])
def test_too_little_is_judged_as_unknown(shape: tuple[int, int]) -> None:
    judged = judge_hours(np.zeros(shape), start=START)
    assert judged.p.shape == shape
    assert np.isnan(judged.p).all()
    assert find_bursts(judged, np.zeros(shape)) == []


def test_all_zeros_raise_nothing_and_one_post_after_them_neither() -> None:
    counts = np.zeros((1, 24 * 30))
    counts[0, 700] = 1
    assert find_bursts(judge_hours(counts, start=START), counts) == []


@pytest.mark.parametrize("wrong", [-1.0, math.inf])
def test_impossible_counts_are_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="not negative"):
        judge_hours(np.array([[1.0, wrong]]), start=START)


def test_a_score_is_one_half_where_an_alarm_begins() -> None:
    assert score_of(HIGHEST_P) == pytest.approx(0.5)
    assert score_of(math.nan) == 0
    assert score_of(0.5) < 0.01 < 0.99 < score_of(1e-12) <= score_of(0.0) <= 1


# Any series.


def score_all(values: list[float], *, step: float = 300.0) -> list[float]:
    scorer = OnlineScorer()
    return [scorer.score(number * step, value) for number, value in enumerate(values)]


def test_an_outlier_and_a_change_of_level_are_found_and_what_follows_is_damped() -> None:
    rng = np.random.default_rng(3)
    values = 50 + rng.normal(0, 2, 3000)
    values[1500:1503] = 90
    values[2500:] += 16
    scores = np.array(score_all(values.tolist()))
    assert scores[1500] > 0.85
    assert scores[2500:2530].max() > 0.5
    quiet = np.ones(3000, dtype=bool)
    quiet[1500:1560] = quiet[2500:2600] = False
    assert (scores[quiet] > 0.5).sum() <= 1
    assert (scores[1500:1560] > 0.5).sum() <= 3, "one event is one alarm"


def test_a_peak_that_comes_every_day_is_no_event_and_its_absence_is_one() -> None:
    rng = np.random.default_rng(4)
    day = np.where((np.arange(288) > 108) & (np.arange(288) < 216), 80.0, 20.0)
    values = np.tile(day, 14) + rng.normal(0, 3, 288 * 14)
    values[288 * 12 : 288 * 13] = 20 + rng.normal(0, 3, 288)
    scores = np.array(score_all(values.tolist()))
    assert scores[288 * 12 + 100 : 288 * 12 + 140].max() > scores[288 * 6 : 288 * 12].max()


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True, width=32), max_size=120), st.integers(0, 119))
def test_whatever_comes_is_scored_between_0_and_1_by_what_came_before(values: list[float], kept: int) -> None:
    scores = score_all(values)
    assert all(0 <= score <= 1 for score in scores)
    assert all(score == 0 for score in scores[:FIRST_ROWS])
    assert score_all(values[:kept]) == scores[:kept]


def test_series_that_come_and_go_are_judged_by_the_lasting_ones_and_teach_them_nothing() -> None:
    rng = np.random.default_rng(7)
    lasting = rng.poisson(4.0, (24, 24 * 15)).astype(np.float64)
    passing = np.zeros((3, 24 * 15))
    passing[:, 24 * 12 :] = rng.poisson(9.0, (3, 24 * 3))
    late = np.zeros((1, 24 * 15))
    late[0, 24 * 13 :] = 2.0
    start = START
    alone = judge_hours(lasting, start=start, teaches=np.ones(24))
    whole = judge_hours(np.concatenate((lasting, late, passing)), start=start, teaches=np.array([1.0] * 25 + [0.0] * 3))
    before = slice(0, 24 * 13)
    np.testing.assert_allclose(whole.p[:24, before], alone.p[:, before], rtol=1e-9)
    np.testing.assert_allclose(judge_hours(lasting, start=start).p, alone.p, rtol=1e-9)
    assert whole.p[25:, 24 * 12].max() < 1e-6, "what nobody said before stands out in its first hour"
