"""Accounts that move together are found, with the posts behind each edge; chance, crowds and bursts make none."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.coordination import WINDOWS, control_false, find_coordination
from analysis.coordination_acts import Account, Act, Trace
from analysis.coordination_pairs import MIN_MOMENTS, REST_MS

START = 1_793_462_400_000
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def make_act(
    id: str,
    handle: str | None,
    time: float,
    *,
    platform: str = "x",
    message: str | None = None,
    link: str | None = None,
    hashtag: str | None = None,
) -> Act:
    return Act(
        id=id,
        account=Account(platform=platform, handle=handle) if handle else None,
        time=START + int(time),
        message=message,
        links=(link,) if link else (),
        hashtags=(hashtag,) if hashtag else (),
    )


def make_crowd(rng: random.Random, *, accounts: int = 300, posts: int = 12, days: int = 20) -> list[Act]:
    """Accounts that post by themselves, and now and then the same link, hashtag or message as somebody else."""
    return [
        make_act(
            f"o{account}-{number}",
            f"orang{account}",
            rng.random() * days * DAY,
            message=f"m{rng.randrange(400)}" if rng.random() < 0.3 else None,
            link=f"https://a.example/{rng.randrange(150)}" if rng.random() < 0.2 else None,
            hashtag=f"tagar{rng.randrange(40)}" if rng.random() < 0.3 else None,
        )
        for account in range(accounts)
        for number in range(posts)
    ]


def make_group(
    rng: random.Random, trace: Trace, *, accounts: int = 6, occasions: int = 9, within: float = 4 * MINUTE
) -> list[Act]:
    """Accounts that share a trace on separate occasions, two days and some hours apart."""
    acts = []
    for occasion in range(occasions):
        moment = occasion * 2.1 * DAY + rng.random() * 6 * HOUR
        acts += [
            make_act(
                f"g{account}-{occasion}",
                f"anggota{account}",
                moment + rng.random() * within,
                message=f"pesan{occasion % 3}" if trace == "copy" else None,
                link=f"https://b.example/{occasion}" if trace == "link" else None,
                hashtag="bersama" if trace == "hashtag" else None,
            )
            for account in range(accounts)
        ]
    return acts


MEMBERS = {Account(platform="x", handle=f"anggota{number}") for number in range(6)}


@pytest.mark.parametrize("trace", ["copy", "link", "hashtag"])
def test_accounts_that_share_a_trace_again_and_again_are_one_group_and_nobody_else(trace: Trace) -> None:
    rng = random.Random(5)
    found = find_coordination([*make_crowd(rng), *make_group(rng, trace)])
    assert [set(group.accounts) for group in found.groups] == [MEMBERS]
    (group,) = found.groups
    assert group.density > 0.8
    assert trace in {edge.trace for edge in group.edges} <= {trace, "moment"}
    for edge in group.edges:
        assert edge.q <= found.max_false and edge.window in WINDOWS and edge.expected < 1 < MIN_MOMENTS <= edge.moments
        assert len(edge.joint) >= edge.moments
        for joint in edge.joint:
            assert 0 <= joint.apart <= 1000 * edge.window
            assert {joint.first.account, joint.second.account} == {edge.one, edge.other}
            for act in (joint.first, joint.second):
                assert joint.content in ("x", act.message, *act.links, *act.hashtags)
    assert group.posts == tuple(sorted(group.posts, key=lambda act: act.time))


def test_only_the_moment_makes_an_edge_where_it_is_shared_to_the_second_surprisingly_often() -> None:
    rng = random.Random(6)
    crowd = make_crowd(rng)
    often = make_group(rng, "moment", accounts=2, occasions=10, within=3_000)
    assert [edge.trace for edge in find_coordination([*crowd, *often]).edges] == ["moment"]
    seldom = make_group(rng, "moment", accounts=2, occasions=3, within=50_000)
    assert not find_coordination([*crowd, *seldom]).groups


def test_the_same_posts_in_any_order_give_the_same_groups() -> None:
    rng = random.Random(7)
    acts = [*make_crowd(rng, accounts=80), *make_group(rng, "link")]
    straight = find_coordination(acts)
    assert straight.groups
    rng.shuffle(acts)
    assert find_coordination(acts) == straight


def shuffle_within(acts: Sequence[Act], rng: random.Random, *, moments: bool) -> list[Act]:
    """Accounts or moments exchanged among the posts of an hour of the day."""
    hours: dict[int, list[int]] = {}
    for place, act in enumerate(acts):
        hours.setdefault(act.time // HOUR % 24, []).append(place)
    shuffled = list(acts)
    for places in hours.values():
        drawn = rng.sample(places, len(places))
        for place, other in zip(places, drawn, strict=True):
            here, there = acts[place], acts[other]
            shuffled[place] = Act(
                id=here.id,
                account=here.account if moments else there.account,
                time=there.time if moments else here.time,
                message=here.message,
                links=here.links,
                hashtags=here.hashtags,
            )
    return shuffled


@pytest.mark.parametrize("moments", [False, True])
def test_shuffled_posts_that_keep_activity_and_time_of_day_give_no_edge(moments: bool) -> None:
    rng = random.Random(8)
    acts = [*make_crowd(rng), *make_group(rng, "copy"), *make_burst(rng)]
    assert find_coordination(acts).groups
    with_any = [bool(find_coordination(shuffle_within(acts, rng, moments=moments)).groups) for _ in range(6)]
    assert sum(with_any) <= 1


def make_burst(rng: random.Random, *, accounts: int = 300, posts: int = 5) -> list[Act]:
    """Everybody writes about the earthquake within 20 minutes, several times."""
    return [
        make_act(f"b{account}-{number}", f"orang{account}", 5.5 * DAY + rng.random() * 20 * MINUTE, hashtag="gempa")
        for account in range(accounts)
        for number in range(posts)
    ]


def test_a_burst_of_many_and_a_story_that_goes_viral_connect_nobody() -> None:
    rng = random.Random(9)
    story = [
        make_act(f"v{number}", f"orang{number % 300}", rng.expovariate(1 / 40) * MINUTE + 3 * DAY, message="viral")
        for number in range(600)
    ]
    found = find_coordination([*make_crowd(rng), *make_burst(rng), *story])
    assert found.tested > 10_000
    assert not found.groups


def test_readers_of_one_outlet_who_share_its_news_soon_after_it_appears_are_not_connected() -> None:
    rng = random.Random(10)
    shared = [
        make_act(f"n{reader}-{article}", f"pembaca{reader}", at + rng.expovariate(0.1) * MINUTE, link=f"w.id/{article}")
        for article, at in enumerate(rng.random() * 20 * DAY for _ in range(60))
        for reader in range(80)
        if rng.random() < 0.3
    ]
    assert not find_coordination([*make_crowd(rng), *shared]).groups


@pytest.mark.parametrize("fans", [6, 30])
def test_followers_of_an_event_who_write_during_its_hours_are_not_connected(fans: int) -> None:
    rng = random.Random(11)
    shared = [
        make_act(f"s{fan}-{match}-{number}", f"suporter{fan}", (match + rng.random() / 6) * DAY, hashtag="tim")
        for match in range(19)
        for fan in range(fans)
        for number in range(3)
        if rng.random() < 0.8
    ]
    assert not find_coordination([*make_crowd(rng), *shared]).groups


def test_friends_who_pass_on_the_same_pages_within_the_same_hours_are_not_connected() -> None:
    rng = random.Random(12)
    pages = [
        make_act(f"h{friend}-{page}", f"teman{friend}", at + rng.random() * 4 * HOUR, link=f"h.id/{page}")
        for page, at in enumerate(rng.random() * 20 * DAY for _ in range(40))
        for friend in range(3)
    ]
    assert not find_coordination([*make_crowd(rng), *pages]).groups


def test_a_long_exchange_is_one_occasion() -> None:
    rng = random.Random(12)
    exchange = [
        make_act(
            f"t{turn}-{number}", f"anggota{number}", 4 * DAY + turn * 5 * MINUTE + number * 20_000, hashtag="tanya"
        )
        for turn in range(36)
        for number in range(2)
    ]
    assert REST_MS > 5 * MINUTE
    assert not find_coordination([*make_crowd(rng), *exchange]).groups


@pytest.mark.parametrize("accounts", [50_000, 5_000])
def test_fifty_thousand_equal_posts_in_a_minute_are_set_aside_and_counted(accounts: int) -> None:
    acts = [
        make_act(f"p{number}", f"akun{number % accounts}", number, message="sama", link="l.id/1", hashtag="sama")
        for number in range(50_000)
    ]
    found = find_coordination(acts)
    assert (found.groups, found.crowded, found.accounts) == ((), 50_000, accounts)


def test_posts_without_a_name_are_left_out_and_counted() -> None:
    rng = random.Random(13)
    acts = [*make_crowd(rng, accounts=80), *make_group(rng, "link")]
    nameless = [make_act(f"t{number}", None, number * HOUR, link="https://b.example/1") for number in range(50)]
    found = find_coordination([*acts, *nameless])
    assert (found.unnamed, found.acts) == (50, len(acts))
    assert found.groups == find_coordination(acts).groups


@pytest.mark.parametrize(
    "acts",
    [
        [],
        [make_act("a", "satu", 0)],
        [make_act("a", None, 0)],
        [make_act(f"a{number}", "satu", number * HOUR, link="l.id/1") for number in range(50)],
        [make_act(f"a{number}", f"akun{number % 9}", 0, message="m", hashtag="h") for number in range(200)],
        [make_act(f"a{number}", f"akun{number % 2}", (number - 5) * 4e11, hashtag="h") for number in range(10)],
    ],
    ids=["none", "one", "nameless", "one account", "one moment", "centuries apart"],
)
def test_what_cannot_show_anything_gives_nothing(acts: list[Act]) -> None:
    found = find_coordination(acts)
    assert found.groups == ()
    assert found.acts + found.unnamed == len(acts)


def test_ids_that_come_twice_and_windows_of_no_length_are_refused() -> None:
    act = make_act("a", "satu", 0)
    with pytest.raises(ValueError, match="twice"):
        find_coordination([act, act])
    for windows in ((), (0,), (60, -1)):
        with pytest.raises(ValueError, match="windows"):
            find_coordination([act], windows=windows)


@settings(max_examples=60, deadline=None)
@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=30), more=st.integers(0, 100), rate=st.floats(0.01, 0.5))
def test_q_values_reject_what_benjamini_and_hochberg_do(p: list[float], more: int, rate: float) -> None:
    tested = len(p) + more
    weighed = np.array(p) * tested
    by_rank = sorted(weighed)
    ranks = [rank for rank, value in enumerate(by_rank, start=1) if value / rank <= rate]
    kept = np.count_nonzero(control_false(weighed, families=1) <= rate)
    assert kept == (max(ranks) if ranks else 0)
