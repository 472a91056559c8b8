"""The simulator: the same plan gives the same posts, and what it says it planted is really in them."""

from __future__ import annotations

import itertools
import random
import re
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, timedelta

import msgspec
import pytest

from kentongan.errors import BadSettings
from kentongan.places import load_gazetteer
from kentongan.schema import SENTIMENTS, TOPICS
from kentongan.text import hashtags, links, normalised_tokens
from samples.simulate import (
    BurstPlan,
    District,
    GapPlan,
    GroupPlan,
    Plan,
    PlantedTruth,
    Simulated,
    load_districts,
    plan_truth,
    simulate,
)
from samples.simulate_accounts import name_account
from samples.simulate_edits import EDITS, edit_copy
from samples.simulate_rhythm import hour_weights
from samples.simulate_stories import INVISIBLE
from samples.simulate_words import STREETS, VILLAGES

WIB = timedelta(hours=7)
PLAN = Plan(
    seed=4,
    posts=9_000,
    days=10,
    bursts=(
        BurstPlan(topic="health", start=100, hours=10, factor=4.0),
        BurstPlan(topic="infrastructure_transport", district="99.01.01", start=30, hours=24, factor=6.0),
    ),
    groups=(
        GroupPlan(behaviour="copies", start=20, hours=48),
        GroupPlan(behaviour="links", start=60, hours=30, accounts=6, within=60),
        GroupPlan(behaviour="timing", start=90, hours=100),
    ),
    gaps=(GapPlan(source="simulasi-x", start=50, hours=6), GapPlan(start=150, hours=3, reason="listrik padam")),
)


@pytest.fixture(scope="module")
def made() -> list[Simulated]:
    return list(simulate(PLAN))


@pytest.fixture(scope="module")
def truth() -> PlantedTruth:
    return plan_truth(PLAN)


def likeness(one: str, other: str) -> float:
    """Jaccard index of the sets of normalised tokens."""
    first, second = set(normalised_tokens(one)), set(normalised_tokens(other))
    return len(first & second) / len(first | second)


def count_near(texts: list[str]) -> int:
    """How many pairs have more than 0.7 of their tokens in common."""
    sets = [frozenset(normalised_tokens(text)) for text in texts]
    return sum(len(one & other) > 0.7 * len(one | other) for one, other in itertools.combinations(sets, 2))


def visible(text: str) -> str:
    return " ".join(INVISIBLE.sub("", text).lower().split())


def test_the_same_plan_gives_the_same_bytes_and_another_seed_other_documents() -> None:
    first, again, other = (
        [msgspec.json.encode(one) for one in simulate(Plan(seed=seed, posts=600))] for seed in (5, 5, 6)
    )
    assert first == again
    assert not set(first) & set(other)
    ids = [{one.document.id for one in simulate(Plan(seed=seed, posts=600))} for seed in (5, 6)]
    assert not ids[0] & ids[1]


def test_parts_are_made_without_each_other_and_are_together_the_whole(made: list[Simulated]) -> None:
    parts = [list(simulate(PLAN, part=(number, 3))) for number in (2, 0, 1)]
    assert [*parts[1], *parts[2], *parts[0]] == made
    assert all(parts)


@pytest.mark.parametrize("posts", [1, 10, 137, 3_000])
def test_as_many_documents_come_out_as_were_asked_for(posts: int) -> None:
    ids = {one.document.id for one in simulate(Plan(posts=posts, days=7))}
    assert len(ids) == posts


def test_documents_come_in_order_of_time_within_the_days_of_the_plan(made: list[Simulated]) -> None:
    times = [one.document.published_at for one in made]
    assert len(made) == PLAN.posts
    assert times == sorted(times)
    assert PLAN.start <= times[0] and times[-1] < PLAN.start + timedelta(days=PLAN.days)
    assert all(
        timedelta(0) <= one.document.collected_at - one.document.published_at < timedelta(minutes=1) for one in made
    )


def test_every_document_is_a_marked_sample_from_invented_addresses_with_known_labels(made: list[Simulated]) -> None:
    for one in made:
        assert one.document.sample
        assert one.document.publisher.endswith("simulasi.example")
        assert all(re.match(r"https://[\w.-]+\.example/", address) for address in one.document.links)
        assert one.truth.topic in TOPICS
        assert one.truth.sentiment in SENTIMENTS


def test_links_and_hashtags_of_a_document_are_those_of_its_text(made: list[Simulated]) -> None:
    for one in made:
        if "#" in one.document.text or "http" in one.document.text:
            assert one.document.hashtags == hashtags(one.document.text)
            assert one.document.links == links(one.document.text)


def test_kinds_labels_and_platforms_follow_the_plan(made: list[Simulated]) -> None:
    kinds = Counter(one.document.kind for one in made)
    assert {kind: round(count / len(made), 1) for kind, count in kinds.items()} == PLAN.kinds
    assert len({one.document.platform for one in made}) == 5
    only = list(simulate(Plan(posts=400, topics={"health": 1}, sentiments={"positive": 1}, story_share=0, bursts=())))
    assert {(one.truth.topic, one.truth.sentiment) for one in only} == {("health", "positive")}
    assert all(
        one.document.title and one.document.text.count("\n") >= 4 for one in made if one.document.kind == "article"
    )


def test_the_evening_is_busier_than_the_night(made: list[Simulated]) -> None:
    hours = Counter((one.document.published_at + WIB).hour for one in made)
    assert hours[19] + hours[20] > 6 * (hours[2] + hours[3])


def test_ramadan_moves_people_to_sahur_and_after_tarawih() -> None:
    plan = Plan(posts=6_000, days=10, story_share=0)
    fasting = msgspec.structs.replace(plan, ramadan=(date(2026, 11, 1), date(2026, 11, 10)))
    ordinary, shifted = (
        Counter((one.document.published_at + WIB).hour for one in simulate(chosen)) for chosen in (plan, fasting)
    )
    assert shifted[4] > 3 * ordinary[4]
    assert shifted[21] > shifted[19]
    assert ordinary[19] > 1.5 * shifted[19]


def test_hour_weights_average_one_and_change_only_on_the_days_of_ramadan() -> None:
    first = int(PLAN.start.timestamp()) // 3600
    plain = hour_weights(first, 72)
    mixed = hour_weights(first, 72, ramadan=(date(2026, 11, 2), date(2026, 11, 2)))
    assert plain.mean() == pytest.approx(1.0)
    ratio = plain / mixed
    assert ratio[:24] == pytest.approx(ratio[48:])
    assert ratio[28] < 0.5 * ratio[0]


def test_a_planted_burst_runs_at_about_its_factor(made: list[Simulated], truth: PlantedTruth) -> None:
    for burst in truth.bursts:
        series = [one for one in made if burst.covers(one.truth)]
        usual = [one for one in series if one.truth.burst is None]
        weights = hour_weights(PLAN.first_hour, PLAN.hours)
        first = round((burst.start - PLAN.start) / timedelta(hours=1))
        last = round((burst.until - PLAN.start) / timedelta(hours=1))
        inside = sum(burst.start <= one.document.published_at < burst.until for one in series)
        expected = len(usual) * weights[first:last].sum() / weights.sum()
        assert inside / expected == pytest.approx(burst.factor, rel=0.35)
        assert sum(one.truth.burst == burst.id for one in made) == burst.added
        assert all(
            one.truth.burst != burst.id or burst.start <= one.document.published_at < burst.until for one in made
        )


def test_the_posts_of_a_burst_share_its_subject_and_are_no_copies(made: list[Simulated], truth: PlantedTruth) -> None:
    burst = truth.bursts[0]
    texts = [one.document.text for one in made if one.truth.burst == burst.id]
    # a thumb slips in a few of them
    assert sum(burst.subject in text.lower() for text in texts) > 0.85 * len(texts)
    assert sum(burst.hashtag in text for text in texts) > len(texts) / 3
    assert count_near(texts[:60]) <= 5


def test_copies_share_the_core_of_their_story_and_name_what_was_changed(
    made: list[Simulated], truth: PlantedTruth
) -> None:
    centres = {story.id: story.text for story in truth.stories}
    seen: Counter[str] = Counter()
    for one in made:
        if one.truth.story is None or one.truth.stance != "spreads":
            continue
        centre = centres[one.truth.story]
        assert likeness(one.document.text, centre) > 0.4
        assert (one.document.text == centre) == (one.truth.edits == ())
        seen.update(one.truth.edits)
    assert set(seen) == set(EDITS)


def test_the_list_of_stories_counts_what_comes_out(made: list[Simulated], truth: PlantedTruth) -> None:
    counted: dict[str, Counter[str]] = {}
    for one in made:
        if one.truth.story is not None and one.truth.stance is not None:
            counted.setdefault(one.truth.story, Counter())[one.truth.stance] += 1
    assert {story.id: dict(story.stances) for story in truth.stories} == {
        story: dict(stances) for story, stances in counted.items()
    }
    times = {story.id: (story.first, story.last) for story in truth.stories}
    for one in made:
        if one.truth.story is not None:
            first, last = times[one.truth.story]
            assert first <= one.document.published_at <= last
    sizes = sorted((sum(stances.values()) for stances in counted.values()), reverse=True)
    assert sizes[0] > 10 * sizes[len(sizes) // 2]
    assert sum(story.stances.get("spreads", 0) > 0 for story in truth.stories) > 0.95 * len(truth.stories)


def test_only_rumours_are_rebutted_and_asked_about(truth: PlantedTruth) -> None:
    stances = Counter(
        (story.rumour, stance)
        for story in truth.stories
        for stance, count in story.stances.items()
        for _ in range(count)
    )
    assert set(stances) == {
        (True, "spreads"), (True, "rebuts"), (True, "asks"), (True, "unclear"), (False, "spreads")
    }  # fmt: skip
    spread = stances[True, "spreads"]
    assert spread > 3 * (sum(stances.values()) - spread - stances[False, "spreads"])


def test_two_stories_are_never_near_copies_of_each_other(truth: PlantedTruth) -> None:
    assert count_near([story.text for story in truth.stories][:150]) == 0


def test_unplanted_documents_are_rarely_near_copies_of_each_other(made: list[Simulated]) -> None:
    texts = [one.document.text for one in made if one.truth.story is None and one.document.kind != "article"]
    assert count_near(texts[:700]) <= 2  # of 244,650 pairs


def test_a_group_acts_within_its_window_from_its_own_accounts(made: list[Simulated], truth: PlantedTruth) -> None:
    for group in truth.groups:
        posts = [one.document for one in made if one.truth.group == group.id]
        assert len(posts) == group.posts > 0
        assert all(group.start <= post.published_at < group.until for post in posts)
        assert {post.author for post in posts} <= set(group.accounts)
        assert all(any(act <= post.published_at < act + group.within for act in group.acts) for post in posts)
        alone = [
            one
            for one in made
            if one.document.author in group.accounts and one.document.source == group.source and not one.truth.group
        ]
        assert alone, "its accounts post alone too"


def test_groups_share_copies_links_or_only_their_moments(made: list[Simulated], truth: PlantedTruth) -> None:
    posts = {group.behaviour: [one for one in made if one.truth.group == group.id] for group in truth.groups}
    assert {one.truth.stance for one in posts["copies"]} == {"spreads"}
    assert len({one.truth.story for one in posts["copies"]}) == 3
    assert len({address for one in posts["links"] for address in one.document.links if "/200" in address}) <= 9
    assert not any(one.truth.story for one in (*posts["links"], *posts["timing"]))
    assert count_near([one.document.text for one in posts["timing"]]) <= 1


def test_nothing_is_published_or_collected_in_a_gap(made: list[Simulated], truth: PlantedTruth) -> None:
    assert len(truth.gaps) == 6
    assert {gap.reason for gap in truth.gaps} == {"server sumber tidak menjawab", "listrik padam"}
    for gap in truth.gaps:
        inside = [
            one
            for one in made
            if one.document.source == gap.source
            and (
                gap.since <= one.document.published_at < gap.until or gap.since <= one.document.collected_at < gap.until
            )
        ]
        assert inside == []


def test_a_text_names_the_district_of_its_truth_and_one_without_names_none(made: list[Simulated]) -> None:
    names = {district.code: district.name.lower() for district in load_districts()}
    for one in made[:5_000]:
        text = visible(f"{one.document.title or ''} {one.document.text}")
        said = {code for code, name in names.items() if name in text}
        if one.truth.district is not None:
            assert one.truth.district in said
        elif one.truth.lure is not None:
            assert one.truth.lure in said
        else:
            assert not any(re.search(rf"\b{names[code]}\b", text) for code in said)
    assert sum(one.truth.lure is not None for one in made) > len(made) / 40


def test_invented_villages_and_streets_are_no_district_of_the_country() -> None:
    gazetteer = load_gazetteer()
    assert [name for name in (*VILLAGES, *STREETS) if gazetteer.find(f"banjir di {name}")] == []


def test_districts_of_one_name_are_told_apart_by_their_parents() -> None:
    twins = (
        District("99.01.01", "Banjar", "Kabupaten Tirtamaya"),
        District("99.02.04", "Banjar", "Kota Lembayung"),
        District("99.02.05", "Kenari", "Kota Lembayung"),
    )
    parents = {district.code: district.parent.lower() for district in twins}
    made = [one for one in simulate(Plan(posts=500, districts=twins, story_share=0)) if one.truth.district]
    for one in made:
        assert one.truth.district is not None
        text = one.document.text.lower()
        assert (parents[one.truth.district] in text) or "banjar" not in text
    assert {one.truth.district for one in made} == set(parents)


def test_a_few_accounts_write_much_and_most_write_seldom(made: list[Simulated]) -> None:
    activity = Counter(one.document.author for one in made if one.document.platform == "x")
    counts = sorted(activity.values(), reverse=True)
    assert sum(counts[: len(counts) // 10]) > 0.3 * sum(counts)
    assert counts[0] < 0.1 * sum(counts)
    handles = [name_account(number, 0) for number in range(5_000)]
    assert len(set(handles)) == len(handles)


def test_answers_and_reposts_point_to_earlier_documents(made: list[Simulated]) -> None:
    held = {one.document.id: one.document for one in made}
    answers = [one.document for one in made if one.document.reply_to in held]
    reposts = [one.document for one in made if one.document.shared_from in held]
    assert answers and reposts
    for answer in answers:
        assert answer.reply_to is not None
        assert held[answer.reply_to].published_at <= answer.published_at
    for repost in reposts:
        assert repost.shared_from is not None
        assert held[repost.shared_from].text == repost.text


def test_documents_are_made_one_by_one_whatever_their_number() -> None:
    stream = simulate(Plan(posts=300_000, days=30))
    assert isinstance(stream, Iterator)
    next(stream)
    tracemalloc.start()
    try:
        for _ in itertools.islice(stream, 800):
            pass
        early = tracemalloc.get_traced_memory()[0]
        for _ in itertools.islice(stream, 1_600):
            pass
        late = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    # 1,600 kept documents would be 2 MB
    assert late - early < 600_000


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_a_function_of_text_and_seed_and_bears_any_text(name: str) -> None:
    edit = EDITS[name]
    odd = ["", " ", "ya", "https://satu.example/1", "12", "🙏🙏", "A. B! C?", "\u200b", "kata " * 300, "x" * 5_000]
    for text in odd:
        assert edit(text, random.Random(3)) == edit(text, random.Random(3))
    usual = "Selamat pagi, ada 25 orang yg belum dapat bantuan tunai dan beras. Cek https://a.example/1 sebelum malam!"
    assert edit(usual, random.Random(1)) != usual


def test_edits_change_what_their_names_say() -> None:
    text = (
        "Selamat pagi, ada 25 orang yang belum dapat bantuan. Daftar di https://daftar-1.example/9 sebelum hari Senin!"
    )
    rng = random.Random(7)
    assert links(EDITS["change_link"](text, rng)) != links(text)
    assert re.sub(r"\d+", "", EDITS["change_number"](text, rng)) == re.sub(r"\d+", "", text)
    assert links(EDITS["change_number"](text, rng)) == links(text)
    assert not EDITS["translate_greeting"](text, rng).startswith("Selamat pagi")
    assert EDITS["insert_zero_width"](text, rng) != text == INVISIBLE.sub("", EDITS["insert_zero_width"](text, rng))
    assert sorted(EDITS["reorder_sentences"](text, rng).split()) == sorted(text.split())
    assert EDITS["disturb_whitespace"](text, rng).split() == text.split()
    assert text.startswith(re.split(r"\.\.\.$|…$| \(sel", EDITS["truncate"](text, rng))[0])
    slang = EDITS["add_slang"](text, rng)
    assert slang != text
    assert normalised_tokens(EDITS["remove_slang"]("ada 25 org yg blm dpt", rng)) == normalised_tokens(
        "ada 25 orang yang belum dapat"
    )
    _, done = edit_copy(text, random.Random(2))
    assert set(done) <= set(EDITS)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"posts": 0}, "posts"),
        ({"kinds": {"posts": 1.0}}, "posts tidak dikenal"),
        ({"topics": {"health": 0.0}}, "topics"),
        ({"start": PLAN.start.replace(minute=30)}, "jam bulat"),
        ({"start": PLAN.start.replace(tzinfo=None)}, "zona waktu"),
        ({"gaps": (GapPlan(start=0, hours=1, source="radio"),)}, "radio"),
        ({"gaps": (GapPlan(start=330, hours=10),)}, "rentang"),
        ({"districts": ()}, "districts"),
    ],
)
def test_a_plan_that_cannot_be_made_is_refused_with_its_reason(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(BadSettings, match=re.escape(said)):
        Plan(**wrong)  # type: ignore[arg-type]


def test_more_planted_than_asked_for_is_refused_before_anything_is_written() -> None:
    with pytest.raises(BadSettings, match="lebih dari 100"):
        simulate(Plan(posts=100, stories=500))
    with pytest.raises(BadSettings, match="jeda"):
        simulate(Plan(posts=100, days=1, gaps=(GapPlan(start=0, hours=24),)))
    with pytest.raises(BadSettings, match="kecamatan"):
        simulate(Plan(bursts=(BurstPlan(topic="health", start=0, district="11.01"),)))
    with pytest.raises(BadSettings, match="Bagian"):
        simulate(Plan(), part=(3, 3))


def test_times_are_in_utc(made: list[Simulated]) -> None:
    assert all(one.document.published_at.tzinfo is UTC for one in made[:100])
