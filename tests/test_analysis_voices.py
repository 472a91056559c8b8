"""Voices: an account is heard once for each story it tells in an hour, whatever the order of its posts."""

from __future__ import annotations

import random
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.voices import HourCount, Voice, count_terms, count_voices, terms_in

SENTIMENTS = st.sampled_from((None, "negative", "neutral", "positive"))
POSTS = st.lists(
    st.builds(
        lambda number, hour, account, story, keys, sentiment: Voice(
            document=f"{number:03}", hour=hour, account=account, story=story, keys=tuple(sorted(keys)),
            sentiment=sentiment,
        ),
        st.integers(0, 999), st.integers(0, 2), st.sampled_from((None, "ani", "budi")), st.sampled_from((None, "s1")),
        st.sets(st.sampled_from(("semua", "topik:health", "tagar:a"))), SENTIMENTS,
    ),
    unique_by=lambda post: post.document, max_size=30,
)  # fmt: skip


def post(document: str, *, account: str | None = "ani", story: str | None = None, **more: object) -> Voice:
    given: dict[str, object] = {"hour": 7, "keys": ("semua",), "sentiment": None} | more
    return Voice(document=document, account=account, story=story, **given)  # type: ignore[arg-type]


def counted(posts: Sequence[Voice]) -> HourCount:
    return count_voices(posts)["semua", 7]


def test_what_one_account_repeats_of_a_story_is_one_voice_and_what_it_says_besides_another() -> None:
    told = [post(str(number), story="s1") for number in range(5)]
    assert (counted(told).posts, counted(told).voices) == (5, 1)
    assert counted([*told, post("9")]).voices == 2
    assert counted([*told, post("9", account="budi", story="s1")]).voices == 2
    assert counted([post("1", account=None, story="s1"), post("2", account=None, story="s1")]).voices == 2
    assert count_voices([post("1", story="s1"), post("2", story="s1", hour=8)])["semua", 8].voices == 1


def test_a_voice_counts_in_every_series_of_its_posts_and_has_one_sentiment() -> None:
    posts = [
        post("2", story="s1", keys=("semua", "tagar:b"), sentiment="negative"),
        post("1", story="s1", keys=("semua", "tagar:a")),
        post("3", story="s1", sentiment="positive"),
    ]
    found = count_voices(posts)
    assert found["tagar:a", 7] == HourCount(posts=1, voices=1, negative=1, decided=1)
    assert found["semua", 7] == HourCount(posts=3, voices=1, negative=1, decided=1)


@settings(max_examples=60)
@given(POSTS, st.randoms(use_true_random=False))
def test_more_posts_than_voices_than_decided_than_negative_in_any_order(posts: list[Voice], rng: random.Random) -> None:
    found = count_voices(posts)
    for (key, hour), count in found.items():
        inside = [one for one in posts if one.hour == hour and key in one.keys]
        assert count.posts == len(inside) >= count.voices >= count.decided >= count.negative >= 0
        heard = {(one.account or one.document, one.story or one.document) for one in inside}
        assert count.voices == len(heard)
    shuffled = list(posts)
    rng.shuffle(shuffled)
    assert count_voices(shuffled) == found
    assert count_voices([]) == {}


def test_terms_are_words_and_pairs_that_say_something_each_counted_once_a_voice() -> None:
    assert terms_in(["harga", "beras", "di", "pasar", "naik", "15.000", "#mahal", "@budi"]) == {
        "harga", "beras", "pasar", "naik", "harga beras", "pasar naik"
    }  # fmt: skip
    assert not terms_in([]) | terms_in(["di", "yg", "12"])
    words = frozenset({"beras"})
    said = [(post("1", story="s1"), words), (post("2", story="s1"), words), (post("3", account="budi"), words)]
    assert count_terms(said) == {"beras": 2}
