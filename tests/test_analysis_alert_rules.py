"""Alert rules judge each hour by what is known up to it, and know silence of a source from a hole of ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.alert_rules import (
    HOUR,
    BridgeFacts,
    BridgeStaleParameters,
    DayFacts,
    DeadlineFacts,
    DeadlineParameters,
    DropParameters,
    Facts,
    Firing,
    HoaxStoryParameters,
    HourFacts,
    NewTermParameters,
    Parameters,
    SentimentShiftParameters,
    SilenceParameters,
    SpikeParameters,
    StoryFacts,
    TermFacts,
    judge,
    read_parameters,
)
from analysis.alert_rules_hours import HISTORY_DAYS, local_midnight, lower_tail, window_start
from analysis.alert_rules_posts import StoryPost, StorySpread, TermPost
from analysis.alert_rules_states import BridgeHistory, DeadlinePassed, Reading
from kentongan.errors import KentonganError
from kentongan.times import ZONES

WIB = ZONES["WIB"]
NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
START = local_midnight(window_start(datetime(2026, 10, 5, tzinfo=WIB), WIB), WIB)
"""A window's first day, so that HISTORY_DAYS, three windows, later another one begins."""
HOURS = 50 * 24


def hours(*, groups: tuple[str, ...] = ("",), rate: float = 6.0, seed: int = 1, split: bool = False) -> HourFacts:
    """Ordinary hours of groups that sleep at night."""
    day = np.array([0.3] * 6 + [1.0] * 12 + [1.5] * 6)
    counts = np.random.default_rng(seed).poisson(rate * np.tile(day, HOURS // 24), (len(groups), HOURS)).astype(float)
    return HourFacts(start=START, groups=groups, counts=counts, split=split, zone=WIB)


def at(column: int) -> datetime:
    """End of the hour in a column."""
    return START.astimezone(UTC) + (column + 1) * HOUR


def with_counts(facts: HourFacts, columns: slice, value: float, row: int = 0) -> HourFacts:
    counts = facts.counts.copy()
    counts[row, columns] = value
    return replace(facts, counts=counts)


def fired(parameters: Parameters, facts: Facts, since: datetime, until: datetime) -> list[tuple[datetime, str]]:
    return [(one.at, one.group) for one in judge(parameters, facts, since=since, until=until)]


def test_the_anchor_of_these_tests_is_a_windows_history() -> None:
    assert window_start(START + timedelta(days=HISTORY_DAYS), WIB) == START.date() + timedelta(days=HISTORY_DAYS)


def test_a_spike_fires_in_its_hours_and_a_quiet_series_does_not() -> None:
    since, until = at(44 * 24), at(46 * 24)
    assert fired(SpikeParameters(), hours(), since, until) == []
    planted = with_counts(hours(), slice(45 * 24 + 12, 45 * 24 + 14), 40.0)
    found = judge(SpikeParameters(), planted, since=since, until=until)
    assert [one.at for one in found][:2] == [at(45 * 24 + 12), at(45 * 24 + 13)]
    assert found[0].value == 40 and 2 < (found[0].expected or 0) < 12
    assert "40 unggahan dalam sejam" in found[0].why


def test_a_higher_sensitivity_fires_whatever_a_lower_one_does() -> None:
    facts = with_counts(hours(), slice(45 * 24 + 12, 45 * 24 + 15), 22.0)
    low, medium, high = (
        set(fired(SpikeParameters(sensitivity=word), facts, at(44 * 24), at(46 * 24)))
        for word in ("low", "medium", "high")
    )
    assert low <= medium <= high and high


def test_a_drop_fires_where_collection_ran_and_not_where_it_did_not() -> None:
    since, until, quiet = at(44 * 24), at(46 * 24), slice(45 * 24 + 12, 45 * 24 + 20)
    rule = DropParameters(hours=6)
    assert fired(rule, hours(rate=10), since, until) == []
    assert at(45 * 24 + 17) in [when for when, _ in fired(rule, with_counts(hours(rate=10), quiet, 0.0), since, until)]
    assert fired(rule, with_counts(hours(rate=10), quiet, np.nan), since, until) == []


def test_a_source_is_silent_only_where_it_usually_speaks_and_was_read() -> None:
    facts = hours(groups=("ramai", "sepi"), split=True)
    facts = with_counts(facts, slice(0, HOURS), 0.0, row=1)
    facts = with_counts(facts, slice(45 * 24, 46 * 24), 0.0)
    rule = SilenceParameters(hours=12, usual=3.0)
    found = fired(rule, facts, at(44 * 24), at(46 * 24))
    assert found[0] == (at(45 * 24 + 11), "ramai") and {group for _, group in found} == {"ramai"}
    assert fired(rule, with_counts(facts, slice(45 * 24, 46 * 24), np.nan), at(44 * 24), at(46 * 24)) == []


@pytest.mark.parametrize("value", [0.0, np.nan])
@pytest.mark.parametrize("rule", [SpikeParameters(), DropParameters(), SilenceParameters()])
def test_a_series_without_anything_fires_nothing(rule: Parameters, value: float) -> None:
    assert fired(rule, with_counts(hours(), slice(0, HOURS), value), at(42 * 24), at(50 * 24)) == []


@given(
    seed=st.integers(0, 10**6),
    planted=st.lists(st.tuples(st.integers(43 * 24, 49 * 24), st.sampled_from([0.0, 30.0, np.nan])), max_size=6),
    cut=st.integers(43 * 24, 49 * 24),
    rule=st.sampled_from([SpikeParameters(sensitivity="high"), DropParameters(hours=3, sensitivity="high"),
                          SilenceParameters(hours=3, usual=2.0)]),
)  # fmt: skip
@settings(max_examples=12, deadline=None)
def test_what_comes_after_an_hour_changes_nothing_about_it(
    seed: int, planted: list[tuple[int, float]], cut: int, rule: Parameters
) -> None:
    facts = hours(groups=("a", "b", "c"), seed=seed, split=True)
    for column, value in planted:
        facts = with_counts(facts, slice(column, column + 4), value)
    begin = at(43 * 24)
    whole = judge(rule, facts, since=begin, until=at(49 * 24))
    known = replace(facts, counts=facts.counts[:, : cut + 1])
    assert [one for one in whole if one.at <= at(cut)] == judge(rule, known, since=begin, until=at(cut))
    last = judge(rule, known, since=at(cut - 1), until=at(cut))
    assert last == [one for one in whole if one.at == at(cut)]


def test_the_lower_tail_adds_up_like_the_distributions_it_names() -> None:
    assert lower_tail(2, mean=3.0, variance=3.0) == pytest.approx(8.5 * np.exp(-3.0))
    # Negative binomial of size 1 is the geometric distribution: P(X <= k) = 1 - (m / (1 + m)) ** (k + 1).
    assert lower_tail(2, mean=3.0, variance=12.0) == pytest.approx(1 - 0.75**3)


def term_facts(voices: int, *, before: int, days_known: int = 30) -> TermFacts:
    posts = tuple(
        TermPost(at=NOW + timedelta(minutes=20 * n), voice=(f"akun{n}", f"d{n}"), terms=frozenset({"gempita"}))
        for n in range(voices)
    )
    day = NOW.astimezone(WIB).date()
    days = frozenset(day - timedelta(days=n) for n in range(days_known + 1))
    return TermFacts(posts=posts, before={(day, "gempita"): before}, days=days, zone=WIB)


def test_a_term_is_new_once_enough_voices_said_it_today_and_hardly_any_before() -> None:
    rule = NewTermParameters(voices=5, before=2)
    until = NOW + timedelta(hours=6)
    found = judge(rule, term_facts(8, before=2), since=NOW, until=until)
    assert [(one.at, one.group, one.value) for one in found] == [(NOW + 2 * HOUR, "gempita", 5.0)]
    assert fired(rule, term_facts(8, before=3), NOW, until) == []
    assert fired(rule, term_facts(4, before=0), NOW, until) == []
    # Where collecting began two days ago every term would be new.
    assert fired(rule, term_facts(8, before=0, days_known=2), NOW, until) == []


def test_copies_of_one_account_are_one_voice() -> None:
    facts = term_facts(8, before=0)
    same = tuple(replace(post, voice=("akun", "cerita")) for post in facts.posts)
    assert fired(NewTermParameters(voices=2), replace(facts, posts=same), NOW, NOW + 6 * HOUR) == []


def day_facts(negative: int, total: int = 200, *, usual: int = 80) -> DayFacts:
    last = NOW.astimezone(WIB).date()
    days: dict[date, tuple[int, int]] = {last - timedelta(days=n): (usual, 200) for n in range(2, 30)}
    days[last - timedelta(days=1)] = (negative, total)
    return DayFacts(days={"": days}, zone=WIB)


@pytest.mark.parametrize(
    ("negative", "direction", "fires"), [(140, "up", True), (85, "up", False), (20, "up", False), (20, "both", True)]
)
def test_a_days_sentiment_fires_at_its_midnight_when_it_left_the_weeks_before(
    negative: int, direction: str, fires: bool
) -> None:
    rule = read_parameters("sentiment_shift", {"direction": direction})
    midnight = datetime.combine(NOW.astimezone(WIB).date(), datetime.min.time(), WIB)
    found = fired(rule, day_facts(negative), NOW - timedelta(days=2), NOW + timedelta(days=1))
    assert found == ([(midnight, "")] if fires else [])


def test_a_day_with_few_posts_says_nothing_of_sentiment() -> None:
    until = NOW + timedelta(days=1)
    assert fired(SentimentShiftParameters(), day_facts(30, 40), NOW - timedelta(days=2), until) == []


Held = tuple[tuple[datetime, datetime | None], ...]


def story(accounts: int, *, suspected: bool | None = True, held: Held = ()) -> StoryFacts:
    posts = tuple(
        StoryPost(at=NOW + timedelta(minutes=10 * n), account=f"a{n}", platform="x", suspected=suspected)
        for n in range(accounts)
    )
    return StoryFacts(stories=(StorySpread(story="s1", posts=posts, held=held),))


def test_a_suspected_story_fires_when_it_reaches_its_voices_and_at_every_doubling() -> None:
    rule = HoaxStoryParameters(voices=6, platforms=3)
    found = judge(rule, story(24), since=NOW, until=NOW + 6 * HOUR)
    assert [(one.at, one.value) for one in found] == [(NOW + HOUR, 6), (NOW + 2 * HOUR, 12), (NOW + 4 * HOUR, 24)]
    assert all("terindikasi" in one.why for one in found)
    for unlabelled in (None, False):
        assert fired(rule, story(24, suspected=unlabelled), NOW, NOW + 6 * HOUR) == []


def test_a_rumour_of_danger_fires_only_after_an_agency_let_it_go() -> None:
    rule, end = HoaxStoryParameters(voices=6), NOW + 2 * HOUR
    assert fired(rule, story(6, held=((NOW, None),)), NOW, NOW + 6 * HOUR) == []
    assert fired(rule, story(6, held=((NOW, end),)), NOW, NOW + 6 * HOUR) == [(end, "s1")]


def test_complaints_that_turn_red_in_one_hour_are_one_firing_of_their_agency() -> None:
    midnight = NOW
    passed = tuple(DeadlinePassed(at=midnight, agency=code) for code in ("dinas-a", "dinas-a", "dinas-b"))
    facts = DeadlineFacts(passed=passed, what="red")
    found = judge(DeadlineParameters(), facts, since=NOW - HOUR, until=NOW + HOUR)
    assert [(one.at, one.group, one.value) for one in found] == [(NOW, "dinas-a", 2.0), (NOW, "dinas-b", 1.0)]
    assert fired(DeadlineParameters(agency="dinas-b"), facts, NOW - HOUR, NOW) == [(NOW, "dinas-b")]


def bridge(*readings: tuple[float, str, bool]) -> BridgeFacts:
    made = tuple(
        Reading(at=NOW + timedelta(hours=hour), state=state, endless=False, new=new)  # type: ignore[arg-type]
        for hour, state, new in readings
    )
    hour = timedelta(hours=1)
    return BridgeFacts(
        bridges=(BridgeHistory(bridge="puskesmas", every=hour, late_after=4 * hour, readings=made),)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("readings", "hours_stale"),
    [
        ([(n + 0.5, "ok", True) for n in range(-2, 6)], []),
        ([(-0.5, "ok", True)], [3, 4, 5, 6]),
        ([(-0.5, "ok", True), *((n + 0.5, "refused", False) for n in range(6))], [3, 4, 5, 6]),
        ([(-0.5, "ok", True), *((n + 0.25, "ok" if n < 4 else "late", False) for n in range(6))], [4, 5, 6]),
    ],
    ids=["read and new", "nobody reads it", "three failures", "nothing new"],
)
def test_a_bridge_is_stale_by_its_readings(readings: list[tuple[float, str, bool]], hours_stale: list[int]) -> None:
    found = fired(BridgeStaleParameters(), bridge(*readings), NOW, NOW + 6 * HOUR)
    assert [(when - NOW) // HOUR for when, _ in found] == hours_stale


def test_what_is_not_known_of_a_kind_is_refused() -> None:
    with pytest.raises(KentonganError, match="cocok"):
        read_parameters("spike", {"sensitivitas": "high"})
    with pytest.raises(KentonganError, match="cocok"):
        read_parameters("silence", {"hours": 0})
    with pytest.raises(ValueError, match="no facts"):
        judge(SpikeParameters(), DeadlineFacts(passed=(), what="red"), since=NOW, until=NOW)


def test_a_firing_of_the_same_hour_and_group_comes_once() -> None:
    facts = with_counts(hours(groups=("a", "b"), split=True), slice(45 * 24, 46 * 24), 50.0)
    found: list[Firing] = judge(SpikeParameters(), facts, since=at(43 * 24), until=at(49 * 24))
    assert len({(one.at, one.group) for one in found}) == len(found) > 0
