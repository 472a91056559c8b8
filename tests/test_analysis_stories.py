"""Arranging messages into stories: links, merges, splits and what is undone, and the laws that hold whatever comes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.stories import Arranged, Change, Link, Merge, Message, Split, arrange_messages

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
NAMES = "abcdefgh"


def message(name: str, *, copies: int = 1, minute: int | None = None) -> Message:
    """The message of this name; by its place in the alphabet later than those before it."""
    minutes = NAMES.index(name) if minute is None else minute
    return Message(id=name, copies=copies, first=(BEGIN + timedelta(minutes=minutes), f"{name}1"), named=f"{name}1")


def links(*pairs: str, score: float = 0.7) -> list[Link]:
    """``ab`` is a link of a and b, ``ab9`` one of score 0.9."""
    return [Link(one=pair[0], other=pair[1], score=int(pair[2]) / 10 if pair[2:] else score) for pair in pairs]


def merge(one: str, other: str) -> Merge:
    return Merge(one=tuple(one), other=tuple(other))


def split(items: str, rest: str) -> Split:
    return Split(items=frozenset(items), rest=frozenset(rest))


def arrange(names: str, linked: Iterable[Link] = (), *changes: Change) -> list[Arranged]:
    return arrange_messages({name: message(name) for name in names}, linked, changes)


def parts(stories: Sequence[Arranged]) -> set[str]:
    """The stories as words: their messages in order."""
    return {"".join(sorted(story.messages)) for story in stories}


def test_links_make_stories_and_what_nothing_links_is_one_by_itself() -> None:
    assert parts(arrange("abcd", links("ab", "bc"))) == {"abc", "d"}


def test_the_id_is_of_the_item_collected_first_and_the_centre_of_the_most_copied_words() -> None:
    messages = {"a": message("a"), "b": message("b", copies=3, minute=9), "c": message("c", copies=3, minute=-5)}
    [story] = arrange_messages(messages, links("ab", "bc"))
    assert (story.id, story.centre, story.message) == ("c1", "b1", "b")


def test_a_merge_joins_two_whole_stories_and_says_which_part_is_there_by_it() -> None:
    [story] = arrange("abcd", links("ab", "cd"), merge("a", "d"))
    assert story.messages == frozenset("abcd")
    assert (story.linked, story.merged) == (frozenset("ab"), frozenset("cd"))


def test_a_split_takes_out_exactly_what_was_named() -> None:
    near = links("ab9", "bc9", "cd9", "bd")
    assert parts(arrange("abcd", near, split("b", "acd"))) == {"b", "acd"}
    assert parts(arrange("abcd", near, split("ad", "bc"))) == {"ad", "bc"}


def test_the_later_of_a_merge_and_a_split_wins() -> None:
    near = links("ab")
    assert parts(arrange("ab", near, split("a", "b"), merge("a", "b"))) == {"ab"}
    assert parts(arrange("ab", [], merge("a", "b"), split("a", "b"))) == {"a", "b"}
    assert parts(arrange("ab", near, split("a", "b"), merge("a", "b"), split("b", "a"))) == {"a", "b"}


def test_after_a_split_of_the_message_that_a_merge_named_the_rest_stays_merged() -> None:
    near = links("ab", "cd")
    assert parts(arrange("abcd", near, merge("a", "c"), split("a", "bcd"))) == {"a", "bcd"}


def test_what_comes_after_a_split_follows_its_best_link_and_never_brings_the_sides_together() -> None:
    near = [*links("ab"), *links("ca8", "cb9")]
    assert parts(arrange("abc", near, split("a", "b"))) == {"a", "bc"}
    further = [*near, *links("dc9", "da7", "ed9", "ea6")]
    assert parts(arrange("abcde", further, split("a", "b"))) == {"a", "bcde"}


def test_a_change_about_messages_that_are_gone_does_nothing() -> None:
    near = links("ab", "ax", "xb")
    assert parts(arrange("abc", near, merge("x", "c"), split("x", "ab"))) == {"ab", "c"}
    assert parts(arrange("abc", near, merge("xa", "c"))) == {"abc"}, "another message of the story stands for it"


def test_thousands_of_messages_in_a_chain_are_split_in_two() -> None:
    names = [f"m{number:04d}" for number in range(3_000)]
    messages = {name: replace(message("a"), id=name, named=name) for name in names}
    chain = [Link(one=one, other=other, score=0.8) for one, other in pairwise(names)]
    half = Split(items=frozenset(names[::2]), rest=frozenset(names[1::2]))
    assert sorted(len(story.messages) for story in arrange_messages(messages, chain, [half])) == [1_500, 1_500]


SCORES = st.sampled_from([0.6, 0.7, 0.7, 0.9])
LINKS = st.dictionaries(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda pair: pair[0] < pair[1]), SCORES, max_size=9
).map(lambda found: [Link(one=one, other=other, score=score) for (one, other), score in found.items()])


@st.composite
def acts(draw: st.DrawFn, near: Sequence[Link], names: str) -> list[Change]:
    """Changes as people make them: each about the stories of the messages that there were then."""
    made: list[Change] = []
    for _ in range(draw(st.integers(0, 5))):
        there = draw(st.sets(st.sampled_from(names), min_size=1))
        stories = arrange("".join(sorted(there)), near, *made)
        if len(stories) > 1 and draw(st.booleans()):
            one, other = draw(st.permutations(stories))[:2]
            made.append(Merge(one=tuple(sorted(one.messages)), other=tuple(sorted(other.messages))))
            continue
        large = [story for story in stories if len(story.messages) > 1]
        if large:
            story = draw(st.sampled_from(large))
            taken = draw(st.sets(st.sampled_from(sorted(story.messages)), min_size=1, max_size=len(story.messages) - 1))
            made.append(Split(items=frozenset(taken), rest=story.messages - taken))
    return made


@settings(max_examples=150, deadline=None)
@given(near=LINKS, data=st.data())
def test_every_message_is_in_one_story_whose_centre_is_in_it_and_the_order_makes_no_difference(
    near: list[Link], data: st.DataObject
) -> None:
    made = data.draw(acts(near, NAMES))
    stories = arrange(NAMES, near, *made)
    assert sorted(name for story in stories for name in story.messages) == sorted(NAMES)
    for story in stories:
        assert story.message in story.linked
        assert story.centre == f"{story.message}1"
        assert story.id == f"{min(story.messages)}1"
        assert not story.linked & story.merged
    turned = [Link(one=link.other, other=link.one, score=link.score) for link in data.draw(st.permutations(near))]
    shuffled = {name: message(name) for name in data.draw(st.permutations(NAMES))}
    assert arrange_messages(shuffled, turned, made) == stories


@settings(max_examples=150, deadline=None)
@given(near=LINKS, data=st.data())
def test_a_merge_joins_and_a_split_separates_whatever_was_changed_before(near: list[Link], data: st.DataObject) -> None:
    made = data.draw(acts(near, NAMES))
    for number, change in enumerate(made):
        before, after = arrange(NAMES, near, *made[:number]), arrange(NAMES, near, *made[: number + 1])
        if isinstance(change, Merge):
            assert any({change.one[0], change.other[0]} <= story.messages for story in after)
            assert len(after) >= len(before) - 1
        else:
            for story in after:
                assert not (story.messages & change.items and story.messages & change.rest)


@settings(max_examples=100, deadline=None)
@given(near=LINKS, data=st.data())
def test_what_hangs_together_can_be_arranged_without_the_rest(near: list[Link], data: st.DataObject) -> None:
    made = data.draw(acts(near, NAMES))
    ties = [{link.one, link.other} for link in near]
    ties += [{*c.one, *c.other} if isinstance(c, Merge) else {*c.items, *c.rest} for c in made]
    clusters: list[set[str]] = [{name} for name in NAMES]
    for tie in ties:
        joined = [cluster for cluster in clusters if cluster & tie]
        clusters = [cluster for cluster in clusters if not cluster & tie] + [set().union(*joined)]
    alone = [story for cluster in clusters for story in arrange("".join(sorted(cluster)), near, *made)]
    assert sorted(alone, key=lambda story: story.id) == arrange(NAMES, near, *made)
