"""Both null models mean what they say: what they draw seldom surprises them, and tails are sums of their terms."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_analysis_coordination import DAY, HOUR, MINUTE, START, make_act, make_crowd, shuffle_within

from analysis.coordination_acts import Account, Act, collect_evidence, make_columns
from analysis.coordination_null import (
    binomial_tail,
    count_beside,
    expect_who,
    judge_when,
    measure_margins,
    poisson_tail,
    stretch_of,
)
from analysis.coordination_pairs import count_crowds, find_joint_rows


def surprise_when(rng: random.Random, *, spread: int, window: int, pairs: int = 150, shared: int = 8) -> np.ndarray:
    """p-values of pairs that share links, each at most ``spread`` ms apart, when their meetings within are counted."""
    acts: list[Act] = []
    for pair in range(pairs):
        for number in range(shared):
            at = (number + 0.5) * 2 * DAY + rng.random() * 12 * HOUR
            link = f"l.id/{pair}-{number}"
            acts.append(make_act(f"a{pair}-{number}", f"a{pair:03}", at, link=link))
            acts.append(make_act(f"b{pair}-{number}", f"b{pair:03}", at + spread * (2 * rng.random() - 1), link=link))
    columns = make_columns(acts)
    evidence = collect_evidence(columns, "link")
    crowds = count_crowds(evidence, window)
    near = evidence.time[1::2] - evidence.time[::2] <= window
    first = np.minimum(evidence.account[1::2], evidence.account[::2])
    moments = np.bincount(first[near], minlength=pairs)
    assert count_beside(evidence, crowds, window, accounts=2 * pairs, most=-1) == pairs
    one = np.arange(pairs)
    return judge_when(columns, evidence, crowds, one, one + pairs, moments=moments, window=window)


def test_posts_that_lie_anywhere_within_the_stretch_seldom_surprise_when() -> None:
    rng = random.Random(3)
    for window in (MINUTE, 5 * MINUTE, 15 * MINUTE):
        p = surprise_when(rng, spread=stretch_of(window), window=window)
        assert np.mean(p <= 0.05) <= 0.09
        assert np.mean(p <= 0.5) <= 0.56


def test_posts_that_lie_within_the_window_surprise_when() -> None:
    rng = random.Random(4)
    for window in (MINUTE, 5 * MINUTE, 15 * MINUTE):
        assert surprise_when(rng, spread=window, window=window).max() < 1e-8


def test_shuffled_accounts_meet_no_more_often_than_who_expects() -> None:
    rng = random.Random(5)
    rush = [
        make_act(f"r{number}", f"orang{number % 25}", 3 * DAY + number // 5 * HOUR + rng.random() * 10 * MINUTE,
                 message=f"m{number // 40}")
        for number in range(400)
    ]  # fmt: skip
    acts = [*make_crowd(rng, accounts=60), *rush]
    window = 15 * MINUTE
    met, expected = 0.0, 0.0
    for _ in range(6):
        columns = make_columns(shuffle_within(acts, rng, moments=False))
        accounts = len(columns.accounts)
        evidence = collect_evidence(columns, "copy")
        crowds = count_crowds(evidence, window)
        one, other = np.triu_indices(accounts, k=1)
        joint = find_joint_rows(evidence, crowds.quiet, window, accounts=accounts)
        met += len(joint.pair)
        margins = measure_margins(columns, evidence, crowds)
        expected += float(expect_who(columns, margins, one, other, moments=np.zeros(len(one), dtype=np.int64)).sum())
    assert 100 < met <= expected


@settings(max_examples=60, deadline=None)
@given(count=st.integers(1, 40), expected=st.floats(1e-6, 30))
def test_the_poisson_tail_is_the_sum_of_its_terms(count: int, expected: float) -> None:
    found = poisson_tail(np.array([count]), np.array([expected]))[0]
    exact = 1.0 - math.fsum(math.exp(-expected + k * math.log(expected) - math.lgamma(k + 1)) for k in range(count))
    assert found == 1.0 if count < expected + 1 else found == pytest.approx(exact, rel=1e-6, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(trials=st.integers(1, 60), chance=st.floats(1e-4, 0.9), data=st.data())
def test_the_binomial_tail_is_the_sum_of_its_terms(trials: int, chance: float, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, trials))
    found = binomial_tail(np.array([count]), np.array([trials]), np.array([trials * chance]))[0]
    exact = math.fsum(math.comb(trials, k) * chance**k * (1 - chance) ** (trials - k) for k in range(count, trials + 1))
    assert found == 1.0 if count < trials * chance + 1 else found == pytest.approx(exact, rel=1e-6)


def test_an_accounts_own_hours_are_kept_in_its_profile() -> None:
    rng = random.Random(14)
    night = [make_act(f"m{number}", "malam", number * DAY + 18 * HOUR + rng.random() * HOUR) for number in range(200)]
    columns = make_columns([*make_crowd(rng), *night])
    at = columns.accounts.index(Account(platform="x", handle="malam"))
    hour = (START // HOUR + 18) % 24
    assert columns.hours[at, hour] > 4 > 1 > columns.hours[at, (hour + 12) % 24]
