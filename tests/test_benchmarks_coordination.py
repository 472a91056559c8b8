"""The coordination benchmark judges rightly, and its shuffles keep what they promise."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from test_analysis_coordination_explanations import ONE, OTHER, found_of, make_edge

from analysis.coordination_acts import Account, Act
from benchmarks.coordination import quality_figures, share_interval
from benchmarks.coordination_worker import (
    SHUFFLES,
    Answer,
    day_strata,
    hour_strata,
    judge,
    measure_set,
    permute_within,
    platform_of,
)
from samples.simulate import PlantedGroup

HOUR = 3_600_000
ACTS = [
    Act(
        id=f"p{number}",
        account=Account(platform="x" if number % 3 else "telegram", handle=f"akun{number % 11}"),
        time=number * 17 * 60_000,
        message=f"m{number % 5}",
    )
    for number in range(600)
]


def plant(*handles: str) -> PlantedGroup:
    start = datetime(2026, 11, 1, tzinfo=UTC)
    return PlantedGroup(
        id="-".join(handles), behaviour="copies", source="simulasi-x", accounts=handles, start=start, until=start,
        acts=(start,), within=timedelta(seconds=60), posts=2,
    )  # fmt: skip


def test_a_group_counts_as_found_where_half_of_it_is_half_of_what_was_reported() -> None:
    third = Account(platform="x", handle="tiga")
    found = found_of([make_edge(), make_edge(one=OTHER, other=third)])
    sources = {"simulasi-x": "x"}
    assert judge(found, [plant("satu_a", "dua_b", "tiga")], sources) == ([], 0)
    assert judge(found, [plant("satu_a", "dua_b", "x1", "x2")], sources) == ([], 1)
    assert len(judge(found, [plant("satu_a", "dua_b", "x1", "x2", "x3")], sources)[0]) == 1
    assert len(judge(found, [plant("satu_a", "x1")], sources)[0]) == 1
    assert judge(found, [plant("satu_a", "dua_b"), plant("tiga", "x1")], sources)[1] == 1
    assert judge(found, [], sources) == ([], 2)
    assert judge(found, [plant("satu_a", "dua_b")], {"simulasi-x": "telegram"}) == (
        ["copies: 2 accounts, 1 acts within 60 s"], 2,
    )  # fmt: skip
    assert ONE in found.groups[0].accounts


@pytest.mark.parametrize("name", SHUFFLES)
def test_a_shuffle_keeps_every_accounts_activity_at_its_time_and_changes_the_rest(name: str) -> None:
    shuffle, strata = SHUFFLES[name]
    shuffled = shuffle(ACTS, strata(ACTS), np.random.default_rng(3))
    assert Counter(zip(strata(ACTS).tolist(), (act.account for act in ACTS), strict=True)) == Counter(
        zip(strata(shuffled).tolist(), (act.account for act in shuffled), strict=True)
    )
    assert sorted(act.time for act in shuffled) == sorted(act.time for act in ACTS)
    assert [act.message for act in shuffled] == [act.message for act in ACTS]
    assert sum(one != other for one, other in zip(ACTS, shuffled, strict=True)) > 300


def test_strata_are_platform_and_time() -> None:
    assert len(set(hour_strata(ACTS).tolist())) == len({(platform_of(act), act.time // HOUR % 24) for act in ACTS})
    assert len(set(day_strata(ACTS).tolist())) == len({(platform_of(act), act.time // (6 * HOUR)) for act in ACTS})
    permuted = permute_within(np.array([0, 1, 0, 1, 1]), np.random.default_rng(1))
    assert {permuted[0], permuted[2]} == {0, 2} and {permuted[1], permuted[3], permuted[4]} == {1, 3, 4}


def test_a_small_set_is_measured_with_its_shuffles() -> None:
    answer = measure_set(102, posts=4_000, days=6, shuffles=4)
    assert answer.planted == 1 and answer.found + len(answer.missed) == 1
    assert answer.false_edges <= answer.edges
    assert {name: len(counts) for name, counts in answer.shuffled.items()} == dict.fromkeys(SHUFFLES, 1)
    assert 0 < answer.before_mib <= answer.peak_mib
    assert measure_set(102, posts=1_600, days=2, shuffles=0, plain=True).planted == 0


def make_answer(**changed: object) -> Answer:
    whole = Answer(
        seed=1, planted=10, found=9, edges=100, false_edges=5, seconds=1.0, grouping_seconds=1.0, acts=1_000,
        peak_mib=10, before_mib=9, shuffled={"a": [0] * 19 + [3]},
    )  # fmt: skip
    return Answer(**{name: changed.get(name, getattr(whole, name)) for name in whole.__struct_fields__})


def test_figures_hold_at_their_bounds_and_not_beyond_and_never_on_nothing() -> None:
    def holds(**changed: object) -> list[bool]:
        return [figure.holds for figure in quality_figures([make_answer(**changed)], posts=1_000, quick=True)]

    assert holds() == [True, True, True]
    assert holds(found=8) == [False, True, True]
    assert holds(false_edges=6) == [True, False, True]
    assert holds(shuffled={"a": [0] * 18 + [1, 3]}) == [True, True, False]
    assert holds(planted=0, found=0, edges=0, false_edges=0, shuffled={}) == [False, False, False]
    assert share_interval(0, 0) == (0.0, 1.0)
    low, high = share_interval(5, 100)
    assert (round(low, 4), round(high, 4)) == (0.0215, 0.1118)
