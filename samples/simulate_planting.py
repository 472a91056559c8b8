"""Sets the moments of what is planted: the posts of stories, the joint acts of groups, the rise of bursts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kentongan.errors import BadSettings
from kentongan.schema import Kind
from samples.simulate_news import SUBJECTS
from samples.simulate_plan import BEHAVIOURS, SOURCES, BurstPlan, District, GroupPlan, Plan
from samples.simulate_rhythm import draw_hours, follow_rhythm

X, TELEGRAM, MASTODON, YOUTUBE, WEB = range(len(SOURCES))


class Channel(NamedTuple):
    """One kind of document from one source."""

    kind: Kind
    source: int
    share: float
    """Of the documents of its kind."""


CHANNELS: Final = (
    Channel("post", X, 0.56),
    Channel("post", TELEGRAM, 0.28),
    Channel("post", MASTODON, 0.16),
    Channel("comment", YOUTUBE, 0.55),
    Channel("comment", WEB, 0.45),
    Channel("article", WEB, 1.0),
)
POSTING: Final = tuple(channel for channel in CHANNELS if channel.kind == "post")

STORY, BURST, GROUP = range(3)
STANCES: Final = ("spreads", "rebuts", "asks", "unclear")
MESSAGES: Final = 3
"""Messages a group of the behaviour "copies" takes turns with."""
PARETO: Final = 1.3
"""Exponent of the sizes of stories."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedBurst:
    """A burst with everything drawn."""

    plan: BurstPlan
    subject: str
    """What its posts are about, one of the topic's subjects: the term that a "why" should name."""
    hashtag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedGroup:
    """A group with everything drawn."""

    plan: GroupPlan
    source: int
    topic: str
    accounts: tuple[int, ...]
    """Numbers of its accounts on its source."""
    acts: tuple[int, ...]
    """When each act begins, in milliseconds after the plan's start."""


class Columns(NamedTuple):
    """Planted posts of one sort, as in Schedule."""

    planted: int
    moment: NDArray[np.int64]
    number: NDArray[np.int64]
    ordinal: NDArray[np.int64]
    source: NDArray[np.int64]
    stance: NDArray[np.int64]
    account: NDArray[np.int64]


def draw_sources(rng: np.random.Generator, count: int) -> NDArray[np.int64]:
    """Where planted posts appear: the posting sources by their shares."""
    shares = np.cumsum([channel.share for channel in POSTING])
    drawn = np.searchsorted(shares, rng.random(count) * shares[-1], side="right")
    sources: NDArray[np.int64] = np.array([channel.source for channel in POSTING])[np.minimum(drawn, len(POSTING) - 1)]
    return sources


def draw_sizes(plan: Plan, rng: np.random.Generator) -> NDArray[np.int64]:
    """How many posts each story has."""
    smallest, largest = plan.story_sizes
    wanted = round(plan.posts * plan.story_share)
    if plan.stories is None:
        largest = max(smallest, min(largest, wanted // 3))
    count = plan.stories if plan.stories is not None else wanted // smallest
    falling: NDArray[np.float64] = 1.0 - rng.random(count) * (1.0 - (smallest / (largest + 1.0)) ** PARETO)
    sizes: NDArray[np.int64] = np.minimum((smallest * falling ** (-1.0 / PARETO)).astype(np.int64), largest)
    if plan.stories is None:
        sizes = sizes[: int(np.searchsorted(np.cumsum(sizes), wanted, side="right"))]
    return sizes


def schedule_stories(plan: Plan, weights: NDArray[np.float64]) -> tuple[int, Columns, NDArray[np.int64]]:
    """How many stories there are, their posts, and the source of each one's first."""
    rng = np.random.default_rng([plan.seed, 2])
    sizes = draw_sizes(plan, rng)
    starts = draw_hours(rng, weights, len(sizes)) + rng.random(len(sizes))
    scales = 8.0 * np.exp(0.8 * rng.standard_normal(len(sizes)))  # hours: median 8, a tenth beyond a day
    number = np.repeat(np.arange(len(sizes)), sizes)
    moment = (follow_rhythm(rng, weights, starts[number], scales[number]) * 3_600_000).astype(np.int64)
    order = np.lexsort((moment, number))
    number, moment = number[order], moment[order]
    heads = np.cumsum(sizes) - sizes
    ordinal = np.arange(len(number)) - heads[number]
    mix = np.cumsum([plan.stances.get(stance, 0.0) for stance in STANCES])
    stance = np.minimum(np.searchsorted(mix, rng.random(len(number)) * mix[-1], side="right"), len(STANCES) - 1)
    stance[ordinal == 0] = 0
    source = draw_sources(rng, len(number))
    nobody = np.full(len(number), -1)
    return len(sizes), Columns(STORY, moment, number, ordinal, source, stance, nobody), source[heads]


def place_groups(plan: Plan, weights: NDArray[np.float64], pools: tuple[int, ...]) -> tuple[PlacedGroup, ...]:
    """Choose each group's source, topic, accounts and moments."""
    rng = np.random.default_rng([plan.seed, 3])
    wanted = plan.groups
    if wanted is None:
        wanted = tuple(draw_group(plan, rng, number) for number in range(count_groups(plan)))
    # accounts of middling activity, each in one group; past them come accounts that never post alone
    waiting = {
        source: [*rng.permutation(np.arange(pools[source] // 20, pools[source] * 3 // 5)).tolist()]
        for source in (X, TELEGRAM)
    }
    extra = {source: pools[source] for source in waiting}
    placed = []
    for group in wanted:
        source = X if rng.random() < 0.7 else TELEGRAM
        accounts = []
        for _ in range(group.accounts):
            if waiting[source]:
                accounts.append(int(waiting[source].pop()))
            else:
                accounts.append(extra[source])
                extra[source] += 1
        window = weights[group.start : group.start + group.hours]
        acts = (draw_hours(rng, window, group.acts) + rng.random(group.acts)) * 3_600_000
        latest = (group.hours * 3600 - group.within) * 1000
        moments = np.sort(np.minimum(acts.astype(np.int64), latest)) + group.start * 3_600_000
        topic = draw_topic(plan, rng)
        placed.append(
            PlacedGroup(
                plan=group, source=source, topic=topic, accounts=tuple(sorted(accounts)), acts=tuple(moments.tolist())
            )
        )
    return tuple(placed)


def count_groups(plan: Plan) -> int:
    """One group for 10,000 posts, at least one from 1,500 on, at most 30."""
    return 0 if plan.posts < 1_500 else min(30, max(1, plan.posts // 10_000))


def draw_group(plan: Plan, rng: np.random.Generator, number: int) -> GroupPlan:
    """A group of 5 to 12 accounts that act together 6 to 14 times within one to five days."""
    hours = min(plan.hours, int(rng.integers(24, 121)))
    return GroupPlan(
        behaviour=BEHAVIOURS[number % len(BEHAVIOURS)],
        accounts=int(rng.integers(5, 13)),
        start=int(rng.integers(0, plan.hours - hours + 1)),
        hours=hours,
        acts=int(rng.integers(6, 15)),
        within=(60, 300, 600)[int(rng.integers(3))],
    )


def draw_topic(plan: Plan, rng: np.random.Generator) -> str:
    """A topic by the plan's weights."""
    names = [name for name, weight in plan.topics.items() if weight > 0]
    shares = np.array([plan.topics[name] for name in names])
    return names[int(rng.choice(len(names), p=shares / shares.sum()))]


def schedule_groups(plan: Plan, groups: tuple[PlacedGroup, ...]) -> Columns:
    """The joint posts of every group: in each act every account present posts once, within the group's delay."""
    rng = np.random.default_rng([plan.seed, 5])
    rows: list[tuple[int, int, int, int, int]] = []
    for number, group in enumerate(groups):
        for act, moment in enumerate(group.acts):
            for account in group.accounts:
                if rng.random() < group.plan.presence:
                    delay = int(rng.random() * group.plan.within * 1000)
                    rows.append((moment + delay, number, act, group.source, account))
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    stance = np.zeros(len(table), dtype=np.int64)
    return Columns(GROUP, table[:, 0], table[:, 1], table[:, 2], table[:, 3], stance, table[:, 4])


def place_bursts(plan: Plan, districts: tuple[District, ...]) -> tuple[PlacedBurst, ...]:
    """Choose what is open of each burst: at random one in four days, where the busiest topic sees one post in 2 h."""
    rng = np.random.default_rng([plan.seed, 6])
    wanted = plan.bursts
    if wanted is None:
        many = plan.posts / plan.hours * max(plan.topics.values()) / sum(plan.topics.values()) >= 0.5
        drawn = []
        for _ in range(max(1, plan.days // 4) if many else 0):
            hours = min(plan.hours, int(rng.integers(4, 13)))
            start = int(rng.integers(0, plan.hours - hours + 1))
            drawn.append(BurstPlan(topic=draw_topic(plan, rng), start=start, hours=hours))
        wanted = tuple(sorted(drawn, key=lambda burst: burst.start))
    placed = []
    for burst in wanted:
        if burst.district is not None and burst.district not in {district.code for district in districts}:
            raise BadSettings(f"Lonjakan di kecamatan {burst.district}: kode itu tidak ada dalam districts.")
        subject = SUBJECTS[burst.topic][int(rng.integers(len(SUBJECTS[burst.topic])))]
        tag = subject.title().replace(" ", "") + str(int(rng.integers(10, 100)))
        placed.append(PlacedBurst(plan=burst, subject=subject, hashtag=tag.lower()))
    return tuple(placed)


def burst_excess(plan: Plan, burst: BurstPlan, districts: tuple[District, ...], weights: NDArray[np.float64]) -> float:
    """Rate a burst adds, over the usual rate of the whole background."""
    share = plan.topics.get(burst.topic, 0.0) / sum(plan.topics.values())
    if burst.district is not None:
        place = [district.code for district in districts].index(burst.district)
        share *= plan.district_share * float(weights[place])
    return (burst.factor - 1.0) * share


def schedule_bursts(
    plan: Plan, bursts: tuple[PlacedBurst, ...], excess: list[float], usual: NDArray[np.float64]
) -> Columns:
    """The additional posts of every burst: Poisson about ``excess`` times the usual count of each hour."""
    rng = np.random.default_rng([plan.seed, 7])
    moments, numbers, ordinals = ([np.empty(0, dtype=np.int64)] for _ in range(3))
    for number, (burst, over) in enumerate(zip(bursts, excess, strict=True)):
        first = burst.plan.start
        counts = rng.poisson(over * usual[first : first + burst.plan.hours])
        hours = np.repeat(np.arange(first, first + burst.plan.hours), counts)
        moment = np.sort(hours * 3_600_000 + (rng.random(len(hours)) * 3_600_000).astype(np.int64))
        moments.append(moment)
        numbers.append(np.full(len(moment), number))
        ordinals.append(np.arange(len(moment)))
    moment, number_column, ordinal = map(np.concatenate, (moments, numbers, ordinals))
    source = draw_sources(rng, len(moment))
    zeros = np.zeros(len(moment), dtype=np.int64)
    return Columns(BURST, moment, number_column, ordinal, source, zeros, zeros - 1)
