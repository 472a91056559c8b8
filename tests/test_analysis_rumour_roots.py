"""Which complaints may feed a rumour: same thing, same place, waiting before it; and what is only usual or too late."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.rumour_chance import chance_by_days, chance_by_place, surprise_of
from analysis.rumour_roots import LEAST_COMPLAINTS, Grievance, GrievanceIndex, Root, Rumour
from analysis.rumour_scores import PARTS, SHOWN, load_weights, score_parts
from analysis.rumour_words import is_echo, place_tokens, read_terms
from benchmarks.rumours_planted import CASES, FED, load_frames, plant_world, plant_worlds
from kentongan.complaint_categories import CATEGORIES
from kentongan.complaint_topics import TOPICS_OF
from kentongan.schema import TOPICS

BEGAN = datetime(2026, 11, 12, tzinfo=UTC)
HERE, THERE = "33.99.01", "33.99.02"
RUMOUR = Rumour(
    story="s", text="Air ledeng Sukamaya beracun, PDAM tutup mulut! Airnya keruh bau", began_at=BEGAN,
    topic="infrastructure_transport", region=HERE,
)  # fmt: skip
WATER = (
    "Air PDAM keruh dan berbau, tidak bisa untuk masak.",
    "air ledeng di Sukamaya kuning, anak gatal-gatal",
    "Banyune PDAM butek banget.",
    "Mohon dicek, air keran berbau lumpur.",
)
OTHER = (
    "Balap liar tiap malam.", "Loket tutup sebelum waktunya.", "Honor guru terlambat.", "Pohon tumbang menutup gang.",
    "Harga cabai naik.", "Tikus menyerang sawah.",
)  # fmt: skip


def ask(
    id: int, text: str, *, days: float, region: str | None = HERE, after: float | None = None, water: bool = True
) -> Grievance:
    """A complaint so many days before the rumour, answered ``after`` so many days."""
    received = BEGAN - timedelta(days=days)
    return Grievance(
        id=id, text=text, received_at=received, region=region,
        finished_at=None if after is None else received + timedelta(days=after),
        topics=TOPICS_OF["air-bersih" if water else "ketertiban"],
    )  # fmt: skip


def ordinary() -> list[Grievance]:
    return [
        ask(100 + n, OTHER[n % len(OTHER)], days=1 + 2 * n, region=HERE if n % 2 else THERE, water=False)
        for n in range(60)
    ]


def find(*grievances: Grievance, rumour: Rumour = RUMOUR) -> list[Root]:
    return GrievanceIndex([*ordinary(), *grievances], places=place_tokens(("Sukamaya",))).find(rumour)


def test_complaints_about_the_same_thing_in_the_same_place_are_found_with_words_and_ids() -> None:
    (root,) = find(*(ask(n, text, days=4 + 3 * n) for n, text in enumerate(WATER, 1)))
    assert root.finding == "waiting" and set(root.cluster) == {1, 2, 3, 4} and root.region == HERE
    assert root.score >= SHOWN and set(root.parts) == set(PARTS)
    words = dict(root.words)
    assert words["air"] == (1, 2, 3, 4) and "sukamaya" not in words  # a regional word is found as its Indonesian one
    assert 3 in words["keruh"]


@pytest.mark.parametrize(
    "why",
    ["another district", "another thing", "only after the rumour", "they ask about the rumour", "one alone"],
)
def test_a_near_miss_is_not_tied_to_the_rumour(why: str) -> None:
    made = [ask(n, text, days=4 + 3 * n) for n, text in enumerate(WATER, 1)]
    near = {
        "another district": [replace(one, region=THERE) for one in made],
        "another thing": [replace(one, text=OTHER[n], topics=frozenset()) for n, one in enumerate(made)],
        "only after the rumour": [ask(one.id, one.text, days=-1 - n) for n, one in enumerate(made)],
        "they ask about the rumour": [replace(one, text=f"Beredar pesan {one.text}") for one in made],
        "one alone": made[:1],
    }[why]
    assert find(*near) == []


def test_what_was_answered_before_the_rumour_is_another_finding() -> None:
    made = [ask(n, text, days=30 + n, after=10) for n, text in enumerate(WATER, 1)]
    (root,) = find(*made)
    assert root.finding == "answered" and set(root.cluster) == {1, 2, 3, 4}
    late = [ask(n, text, days=4 + n, after=30) for n, text in enumerate(WATER, 1)]
    assert [one.finding for one in find(*late)] == ["waiting"]  # answered, but only after the rumour


def test_complaints_that_are_always_there_say_less_than_as_many_that_came_at_once() -> None:
    def usual(region: str, first: int) -> list[Grievance]:
        days = itertools.count(1, 8)
        return [ask(first + n, WATER[n % len(WATER)], days=next(days), region=region) for n in range(18)]

    always = find(*usual(HERE, 1_000), *usual(THERE, 2_000))
    once = find(*(ask(n, WATER[n % len(WATER)], days=2 + n) for n in range(1, 12)))
    assert once and once[0].score > SHOWN
    assert all(root.score < once[0].score for root in always)
    assert all(root.parts["unusual_days"] < once[0].parts["unusual_days"] for root in always)


def test_a_rumour_without_a_place_is_held_against_where_complaints_gather() -> None:
    spread = [f"33.99.{n:02d}" for n in range(1, 9)]
    others = [ask(500 + n, OTHER[n % 6], days=3 + n % 50, region=spread[n % 8], water=False) for n in range(120)]
    nowhere = replace(RUMOUR, region=None)
    index = [
        GrievanceIndex([*others, *(ask(n, WATER[n % 4], days=2 + n, region=where(n)) for n in range(1, 9))])
        for where in (lambda n: HERE, lambda n: spread[n - 1])
    ]
    gathered, scattered = (one.find(nowhere, least=0.0)[0] for one in index)
    assert gathered.parts["unusual_place"] > scattered.parts["unusual_place"]
    assert gathered.score > scattered.score and gathered.region == HERE and scattered.region is None


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(4)), later=st.lists(st.floats(0, 20), max_size=4))
def test_neither_order_nor_what_comes_after_changes_what_fed_a_rumour(order: list[int], later: list[float]) -> None:
    made = [ask(n, text, days=4 + 3 * n) for n, text in enumerate(WATER, 1)]
    after = [ask(50 + n, OTHER[n], days=-days, water=False) for n, days in enumerate(later)]
    before = find(*made)
    found = find(*(made[n] for n in order), *after)
    assert [root.cluster for root in found] == [root.cluster for root in before]
    assert [root.parts["days"] for root in found] == [root.parts["days"] for root in before]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 5), st.integers(0, 6))
def test_the_chance_by_place_is_what_counting_all_draws_gives(here: int, alike: int, there: int, rest: int) -> None:
    every = alike + rest
    if there >= every:
        assert chance_by_place(here, alike, there, every) is None
        return
    draws = list(itertools.combinations(range(every), there))
    share = sum(sum(one < alike for one in draw) >= here for draw in draws) / len(draws)
    found = chance_by_place(here, alike, there, every)
    assert found is not None and math.isclose(found, share, abs_tol=1e-9)


def test_the_chance_by_days_falls_with_the_count_and_needs_a_past() -> None:
    assert chance_by_days(9, [3]) is None
    steady, many = chance_by_days(3, [3, 2, 4]), chance_by_days(14, [3, 2, 4])
    assert steady is not None and many is not None and many < 0.001 < steady
    assert 0 <= surprise_of(1.0) < surprise_of(0.01) < surprise_of(1e-30) == 1


def test_every_part_speaks_for_the_link_and_not_against_it() -> None:
    # A weight below zero would mean that what an analyst is shown as evidence lowers the score.
    assert min(load_weights().coefficients) >= 0
    none, all_of_it = dict.fromkeys(PARTS, 0.0), dict.fromkeys(PARTS, 1.0)
    assert score_parts(none) < 0.05 < 0.95 < score_parts(all_of_it)


def test_every_category_belongs_to_topics_that_exist() -> None:
    assert TOPICS_OF.keys() == CATEGORIES.keys()
    assert frozenset[str]().union(*TOPICS_OF.values()) <= set(TOPICS)


def test_regional_words_and_words_of_one_meaning_are_compared_as_one() -> None:
    def terms(text: str) -> set[str]:
        return {term for _, term in read_terms(text)}

    assert terms("Listrike mati, dalane peteng") & terms("listrik padam, jalan gelap") == {"listrik", "padam", "jalan"}
    assert terms("obate entek") == terms("Obat habis!") == {"obat", "kosong"}
    assert terms("mohon segera, warga menunggu terus") == terms("") or "warga" not in terms("mohon warga")
    assert is_echo("Beredar kabar tanggul jebol") and not is_echo("Tanggul retak")


def test_the_frames_that_are_judged_share_no_text_with_those_that_were_fitted() -> None:
    fit, judged = load_frames("fit"), load_frames("judged")
    texts = [
        {text for frame in (*one.things, *one.usual) for text in (*frame.rumours, *frame.complaints)}
        for one in (fit, judged)
    ]
    assert texts[0].isdisjoint(texts[1])
    assert {one.name for one in fit.things}.isdisjoint(one.name for one in judged.things)


def test_planted_worlds_come_out_the_same_again_and_hold_what_they_say() -> None:
    worlds = list(itertools.islice(plant_worlds("judged", seed=1, rounds=1), len(CASES)))
    assert [world.case for world in worlds] == list(CASES)
    again = next(plant_worlds("judged", seed=1, rounds=1))
    assert again == worlds[0] and plant_world is not None
    for world in worlds:
        assert (len(world.planted) >= LEAST_COMPLAINTS) is (world.case in FED)
        told = {one.id: one for one in world.grievances}
        assert all(told[id].received_at < world.rumour.began_at for id in world.planted)
