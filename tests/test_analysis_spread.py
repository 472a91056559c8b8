"""The spread of a story: what counts as a copy, first sights and the gaps before them, accounts, links, fact-checks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.series import STEPS
from analysis.spread import Spread, trace_spread
from analysis.spread_items import PlacedFactCheck, SharedLink, SpreadItem
from analysis.spread_timeline import MAX_BINS, find_lost
from kentongan.schema import BY_HAND, Gap
from samples.simulate import Plan, plan_truth, simulate

START = datetime(2026, 11, 17, 1, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
VOLUMES = {"x": {"sumber-x": 3.0, "sumber-x2": 1.0}, "telegram": {"sumber-t": 2.0}}


def item(number: int, at: timedelta = timedelta(0), **more: Any) -> SpreadItem:
    fields: dict[str, Any] = {"stance": "spreads", "source": "sumber-x", "platform": "x", "author": f"akun{number}"}
    return SpreadItem(
        document=f"d{number:05d}", published_at=START + at, collected_at=START + at + HOUR, **{**fields, **more}
    )


def trace(items: list[SpreadItem], **more: Any) -> Spread:
    return trace_spread(items, **{"until": START + timedelta(days=9), "volumes": VOLUMES, **more})


def gap(source: str, since: timedelta, until: timedelta) -> Gap:
    return Gap(source=source, since=START + since, until=START + until, reason="server mati")


def test_only_what_spreads_counts_and_the_rest_stands_beside_it() -> None:
    items = [item(0), item(1, HOUR), item(2, HOUR, stance="rebuts"), item(3, 2 * HOUR, stance="asks")]
    spread = trace(items)
    assert (spread.copies, dict(spread.others), spread.accounts) == (2, {"rebuts": 1, "asks": 1}, 2)
    assert [one.total for one in spread.timeline] == [1, 1, 0]
    assert [dict(one.others) for one in spread.timeline] == [{}, {"rebuts": 1}, {"asks": 1}]
    assert {account.account for account in spread.amplifiers} == {"akun0", "akun1"}


def test_what_a_person_entered_is_shown_and_counted_in_nothing() -> None:
    entered = item(0, -5 * HOUR, source=BY_HAND, platform="whatsapp", author=None)
    spread = trace([entered, item(1), item(2, HOUR)])
    assert (spread.copies, spread.by_hand, spread.platforms, spread.unnamed) == (2, 1, ("x",), 0)
    assert spread.timeline[0].by_hand == 1 and spread.timeline[0].total == 0
    assert spread.first is not None and spread.first.document == "d00001" and not spread.first.by_hand
    assert spread.first_by_hand is not None and spread.first_by_hand.by_hand
    assert [(one.platform, one.by_hand) for one in spread.first_by_platform] == [("whatsapp", True), ("x", False)]
    later = trace([item(1), item(0, HOUR, source=BY_HAND)])
    assert later.first_by_hand is None


def test_hours_and_days_begin_in_the_zone_asked_for() -> None:
    hourly = trace([item(0), item(1, 3 * HOUR)], zone="WIT")
    assert hourly.step == "hour"
    assert [one.start.isoformat() for one in hourly.timeline[:2]] == [
        "2026-11-17T10:00:00+09:00",
        "2026-11-17T11:00:00+09:00",
    ]
    daily = trace([item(0), item(1, timedelta(days=6))])
    assert daily.step == "day" and len(daily.timeline) == 7
    assert daily.timeline[0].start.isoformat() == "2026-11-17T00:00:00+07:00"
    assert len(trace([item(0), item(1, timedelta(days=6))], step="hour").timeline) == 6 * 24 + 1


def test_coverage_is_by_platform_and_weighs_each_source_by_what_it_brings() -> None:
    gaps = [gap("sumber-x", -HOUR / 2, HOUR / 2), gap("lain", -HOUR, 9 * HOUR)]
    spread = trace([item(0), item(1, HOUR, platform="telegram", source="sumber-t")], gaps=gaps)
    assert [one.coverage for one in spread.timeline] == [{"telegram": 1.0, "x": 0.25}, {"telegram": 1.0, "x": 1.0}]
    assert [found.source for found in spread.gaps] == ["sumber-x"]
    assert [one.share for one in spread.lost_by_platform["x"]] == [0.75]
    assert [one.share for one in spread.lost] == [0.5] and spread.lost_by_platform["telegram"] == ()


def test_a_gap_just_before_the_first_sight_is_named_and_an_old_one_is_not() -> None:
    before = gap("sumber-x", -9 * HOUR, -2 * HOUR)
    first = trace([item(0)], gaps=[before, gap("sumber-t", -50 * HOUR, -40 * HOUR)]).first
    assert first is not None and first.gap_before == before
    other = trace([item(0, platform="telegram", source="sumber-t")], gaps=[before])
    assert other.first is not None and other.first.gap_before == before, "it may have begun on the other platform"
    assert other.first_by_platform[0].gap_before is None
    old = trace([item(0)], gaps=[gap("sumber-x", -90 * HOUR, -80 * HOUR)]).first
    assert old is not None and old.gap_before is None


def test_accounts_are_ranked_by_what_is_said_of_their_reach_and_the_unsaid_stays_unsaid() -> None:
    items = [
        item(0, author="awal"),
        item(1, HOUR, author="besar", shares=40, likes=7),
        item(2, 2 * HOUR, author="besar", shares=None),
        item(3, 3 * HOUR, author="awal", platform="telegram"),
        *[item(10 + number, 4 * HOUR, author=f"lain{number}", passes_on="d00000") for number in range(5)],
        item(30, 5 * HOUR, author="awal", passes_on="d00000"),
    ]
    ranked = trace(items, top=3).amplifiers
    assert [(one.platform, one.account) for one in ranked] == [("x", "besar"), ("x", "awal"), ("telegram", "awal")]
    assert (ranked[0].copies, ranked[0].shares, ranked[0].likes, ranked[0].early) == (2, 40, 7, 0)
    assert (ranked[1].shares, ranked[1].passed_on, ranked[1].early) == (None, 5, 1), "sharing oneself is no reach"
    assert len(ranked) == 3


def test_sites_count_copies_and_accounts_once() -> None:
    one, two = (
        SharedLink(address="https://a.example/1", site="a.example"),
        SharedLink(address="https://a.example/2", site="a.example"),
    )
    items = [
        item(0, links=(one, two)),
        item(1, links=(one,)),
        item(2, author="akun1", links=(one, one)),
        item(3, stance="rebuts", links=(two,)),
    ]
    (site,) = trace(items).sites
    assert (site.site, site.copies, site.accounts) == ("a.example", 3, 2)
    assert site.addresses == (("https://a.example/1", 3), ("https://a.example/2", 1))


def test_copies_on_either_side_of_a_fact_check_are_compared_per_hour_collected() -> None:
    check = PlacedFactCheck(id="f", title="Cek", published_at=START + 24 * HOUR)
    items = [item(number, HOUR * number) for number in range(24)] + [
        item(100 + number, 24 * HOUR + number * 2 * HOUR) for number in range(6)
    ]
    gaps = [gap(source, 36 * HOUR, 48 * HOUR) for own in VOLUMES.values() for source in own]
    effect = trace(items, gaps=gaps, factchecks=[check]).factchecks[0]
    assert (effect.before, effect.after) == (24, 6)
    assert effect.rate_before == pytest.approx(1.0) and effect.rate_after == pytest.approx(0.5)
    assert (effect.coverage_before, effect.coverage_after) == (1.0, 0.5)
    assert effect.half_after == 5 * HOUR
    early = trace(items, factchecks=[check], until=START + 24 * HOUR + HOUR / 2).factchecks[0]
    assert early.rate_after is None, "half an hour is no rate"


def test_a_fact_check_before_the_first_copy_or_long_after_does_not_break_the_timeline() -> None:
    near, far = (
        PlacedFactCheck(id=name, title=name, published_at=START + at)
        for name, at in (("a", -30 * HOUR), ("b", timedelta(days=400)))
    )
    spread = trace([item(0), item(1, HOUR)], factchecks=[far, near])
    assert [one.factcheck.id for one in spread.factchecks] == ["a", "b"]
    assert len(spread.timeline) == 32 and spread.timeline[0].start <= near.published_at
    assert spread.factchecks[0].rate_before is None and spread.factchecks[0].after == 2


def test_a_story_longer_than_can_be_drawn_keeps_its_end_and_counts_what_came_before() -> None:
    spread = trace([item(0, -timedelta(days=20_000)), item(1), item(2, HOUR)])
    assert len(spread.timeline) == MAX_BINS and spread.earlier == 1 and spread.copies == 3
    assert spread.timeline[-1].total == 2


def test_no_items_and_no_copies_are_an_empty_spread() -> None:
    assert trace([]).timeline == () and trace([]).first is None
    only = trace([item(0, stance="rebuts")])
    assert (only.copies, only.platforms, only.first, only.amplifiers, only.factchecks) == (0, (), None, (), ())


def test_naive_times_are_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        trace([item(0)], until=datetime(2026, 11, 20))  # noqa: DTZ001
    with pytest.raises(ValueError, match="zone"):
        item(0).__class__(
            document="a",
            stance="spreads",
            source="s",
            platform="x",
            published_at=datetime(2026, 1, 1),  # noqa: DTZ001
            collected_at=START,
        )


STRETCHES = st.lists(
    st.tuples(st.sampled_from(["sumber-x", "sumber-x2"]), st.integers(-50, 50), st.integers(0, 40)), max_size=8
)


@given(st.lists(st.integers(0, 90), min_size=1, max_size=30), STRETCHES, st.sampled_from(["hour", "day"]))
def test_bins_follow_each_other_hold_every_copy_and_agree_with_the_lost_stretches(
    hours: list[int], stretches: list[tuple[str, int, int]], step: Any
) -> None:
    gaps = [gap(source, HOUR * since, HOUR * (since + length)) for source, since, length in stretches]
    spread = trace([item(number, HOUR * at) for number, at in enumerate(hours)], gaps=gaps, step=step)
    bins = spread.timeline
    assert sum(one.total for one in bins) + spread.earlier == len(hours)
    assert all(after.start - one.start == STEPS[spread.step] for one, after in pairwise(bins))
    lost = find_lost(gaps, VOLUMES["x"], since=bins[0].start, until=bins[-1].start + STEPS[spread.step])
    covered = sum((1 - one.coverage["x"]) * STEPS[spread.step].total_seconds() for one in bins)
    assert covered == pytest.approx(sum(one.share * (one.until - one.since).total_seconds() for one in lost), abs=1e-3)
    assert all(one.until <= after.since for one, after in pairwise(lost))


def test_a_planted_story_is_traced_as_it_was_planted() -> None:
    plan = Plan(seed=29, posts=6_000, days=8, story_share=0.3, story_sizes=(40, 400))
    truth = plan_truth(plan)
    story = max(truth.stories, key=lambda one: one.stances["spreads"])
    items = [
        SpreadItem(
            document=one.document.id,
            stance=one.truth.stance,  # type: ignore[arg-type]
            source=one.document.source,
            platform=one.document.platform,
            published_at=one.document.published_at,
            collected_at=one.document.collected_at,
            author=one.document.author,
        )
        for one in simulate(plan)
        if one.truth.story == story.id
    ]
    spread = trace(items, gaps=truth.gaps)
    assert spread.copies == story.stances["spreads"] > 50
    assert dict(spread.others) == {stance: count for stance, count in story.stances.items() if stance != "spreads"}
    assert spread.first is not None and abs(spread.first.published_at - story.first) < timedelta(seconds=1)
    assert trace(items[::-1], gaps=truth.gaps) == spread
