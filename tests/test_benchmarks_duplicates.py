"""The duplicates benchmark measures what it says: both sides group alike, and its shares are counted over pairs."""

from __future__ import annotations

import pytest

from benchmarks.duplicates import (
    joined_alike,
    precision_counts,
    quality_figures,
    recall_counts,
    share_interval,
    speed_figure,
)
from benchmarks.duplicates_worker import Answer, Posts, make_posts, run_ours, run_theirs, sign_ours, sign_theirs
from samples.simulate import Truth


def test_both_sides_sign_the_same_texts_and_find_the_same_stories() -> None:
    posts = make_posts(800)
    assert posts.truths == make_posts(800).truths
    ours, theirs = run_ours(posts), run_theirs(posts)
    assert ours.texts == theirs.texts == len(ours.story) == len(theirs.story) == 800
    assert joined_alike(ours.story, theirs.story) > 0.95
    assert all(figure.holds for figure in quality_figures(posts, ours.story, theirs.story))
    few = posts.messages()[:50]
    assert sign_ours(few).texts == sign_theirs(few).texts == 50
    assert min(sign_ours(few).seconds, sign_theirs(few).seconds) > 0


def test_sides_that_group_otherwise_stop_the_benchmark() -> None:
    posts = make_posts(300)
    with pytest.raises(RuntimeError, match="join"):
        list(quality_figures(posts, list(range(300)), [0] * 300))


def test_pairs_are_counted_within_stories_and_a_rebuttal_is_of_its_story_but_no_copy() -> None:
    plain = {"topic": "health", "sentiment": "neutral"}
    truths = [
        Truth(**plain, story="s1", stance="spreads"),
        Truth(**plain, story="s1", stance="spreads"),
        Truth(**plain, story="s1", stance="rebuts"),
        Truth(**plain, story="s2", stance="spreads"),
        Truth(**plain),
        Truth(**plain),
        Truth(**plain),
    ]
    posts = Posts(keys=[b"a", b"b", b"c", b"d", b"e", b"e", b"f"], truths=truths, ready_seconds=0.0)
    found = [0, 0, 0, 0, 5, 5, 5]
    assert recall_counts(posts, found) == [(1, 1), (0, 0)]
    assert precision_counts(posts, found) == [(3, 6), (0, 2)]
    assert recall_counts(posts, list(range(7))) == [(0, 1), (0, 0)]
    value, low, high = share_interval([(3, 6), (0, 0), (0, 2)])
    assert (value, low, high) == (3 / 8, 0.0, 0.5)


def test_the_ratio_is_theirs_over_ours_and_the_detail_says_what_normalising_leaves_of_it() -> None:
    ours = [Answer(seconds=1e-3, texts=100)] * 3
    theirs = [Answer(seconds=2e-2, texts=100, detail={"cutting_us": 5.0})] * 3
    figure = speed_figure("pipeline", ours, theirs, ready=Answer(seconds=1e-2, texts=100), must=5, aim=10)
    assert (figure.value, figure.low, figure.high, figure.holds) == (20.0, 20.0, 20.0, True)
    assert figure.detail["ratio_with_normalising_on_both_sides"] == pytest.approx(300 / 110, abs=0.01)
    assert figure.detail["theirs_cutting_us"] == 5.0
