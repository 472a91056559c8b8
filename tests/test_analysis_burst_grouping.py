"""Bursts that are one thing are put together, and what only happens at the same time is not."""

from __future__ import annotations

import pytest

from analysis.burst_grouping import Rise, choose_leader, place_rise


def rise(series: str, rank: int, documents: range, *, usual: float = 1.0) -> Rise:
    """A burst with a voice for each document, so many of which were expected."""
    voices = float(len(documents))
    return Rise(
        series=series, rank=rank, documents=frozenset(map(str, documents)), voices=voices, excess=voices - usual
    )


DISTRICT = rise("topik-wilayah:health@33.74.01", 0, range(20))
HASHTAG = rise("tagar:dbd", 2, range(12))
TERM = rise("istilah:fogging", 1, range(5, 15))
ELSEWHERE = rise("istilah:lomba", 1, range(100, 120))


def test_the_words_and_the_district_of_one_flood_are_one_and_another_flood_is_not() -> None:
    assert place_rise(HASHTAG, [[ELSEWHERE], [DISTRICT]], posts=200) == 1
    assert place_rise(TERM, [[DISTRICT, HASHTAG], [ELSEWHERE]], posts=200) == 0
    assert place_rise(ELSEWHERE, [[DISTRICT, HASHTAG]], posts=200) is None
    assert place_rise(DISTRICT, [], posts=200) is None


def test_a_series_that_holds_nearly_everything_shares_everything_with_everyone_and_that_is_no_reason() -> None:
    usual = rise("topik-wilayah:other@33.74.01", 0, range(150), usual=100.0)
    assert place_rise(rise("istilah:lomba", 1, range(10, 18)), [[usual]], posts=200) is None
    assert place_rise(rise("istilah:lomba", 1, range(10, 18)), [[usual]], posts=2_000) == 0


def test_a_broad_burst_belongs_to_the_narrow_ones_that_make_it_and_else_stands_for_itself() -> None:
    everything = rise("semua", 6, range(200), usual=175.0)
    assert place_rise(everything, [[DISTRICT], [ELSEWHERE]], posts=200) == 0, "the one that rose most"
    larger = rise("semua", 6, range(400), usual=175.0)
    assert place_rise(larger, [[DISTRICT], [ELSEWHERE]], posts=400) is None
    topic = rise("topik:health", 4, range(60), usual=38.0)
    assert place_rise(topic, [[ELSEWHERE], [DISTRICT]], posts=200) == 1


def test_a_narrow_burst_explains_the_broad_one_that_was_there_first_where_it_makes_up_enough_of_it() -> None:
    topic = rise("topik:health", 4, range(60), usual=20.0)
    assert place_rise(DISTRICT, [[topic]], posts=200) == 0
    assert place_rise(rise("tagar:senam", 2, range(6)), [[topic]], posts=200) is None


def test_the_leader_is_the_most_specific_that_rose_far_enough() -> None:
    everything, topic = rise("semua", 6, range(200)), rise("topik:health", 4, range(60))
    assert choose_leader([everything, topic, HASHTAG, TERM, DISTRICT]) == DISTRICT
    assert choose_leader([everything, HASHTAG, rise("topik-wilayah:health@33.74.01", 0, range(3))]) == HASHTAG
    assert choose_leader([everything, topic]) == topic
    with pytest.raises(ValueError, match="member"):
        choose_leader([])
