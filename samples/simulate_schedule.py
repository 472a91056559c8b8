"""Draws what a plan leaves open and sets the moments of everything planted, before a word is written.

Background counts are one multinomial over hours and channels, which is a Poisson process given its total; so any hour
can be written without the hours before it. Planted posts are kept as columns of 24 bytes a post; the background takes
one small count an hour.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kentongan.errors import BadSettings
from samples.simulate_accounts import pool_size
from samples.simulate_plan import SOURCES, District, GapPlan, Plan, load_districts
from samples.simulate_planting import (
    CHANNELS,
    Columns,
    PlacedBurst,
    PlacedGroup,
    burst_excess,
    place_bursts,
    place_groups,
    schedule_bursts,
    schedule_groups,
    schedule_stories,
)
from samples.simulate_rhythm import hour_weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Everything of a plan but its words. Moments are milliseconds after the plan's start."""

    districts: tuple[District, ...]
    district_weights: NDArray[np.float64]
    """Summing to 1, falling as the root of the place in the list."""
    gaps: tuple[GapPlan, ...]
    bursts: tuple[PlacedBurst, ...]
    groups: tuple[PlacedGroup, ...]
    stories: int
    """Stories outside groups; a group's messages are numbered after them."""
    pools: tuple[int, ...]
    """How many accounts each source has."""
    background: NDArray[np.int64]
    """How many background documents each hour and channel has."""
    moment: NDArray[np.int64]
    """Of each planted post, in order of time; so are the columns below."""
    planted: NDArray[np.uint8]
    """STORY, BURST or GROUP."""
    number: NDArray[np.int32]
    """Number of the story, burst or group."""
    ordinal: NDArray[np.int32]
    """Place in its story or burst; number of the act for a group."""
    source: NDArray[np.uint8]
    stance: NDArray[np.uint8]
    """Place in STANCES."""
    account: NDArray[np.int32]
    """Number of the account; -1 where any may write it."""
    origins: NDArray[np.uint8]
    """Source of each story's first post."""


def make_schedule(plan: Plan) -> Schedule:
    """Draw the schedule of a plan. Raises BadSettings where more is planted than there are posts."""
    weights = hour_weights(plan.first_hour, plan.hours, ramadan=plan.ramadan)
    districts = plan.districts or load_districts()
    district_weights = 1.0 / np.sqrt(np.arange(1.0, len(districts) + 1.0))
    district_weights /= district_weights.sum()
    kinds = {kind: share / sum(plan.kinds.values()) for kind, share in plan.kinds.items()}

    gaps = draw_gaps(plan) if plan.gaps is None else plan.gaps
    collected = np.ones((plan.hours, len(SOURCES)), dtype=bool)
    for gap in gaps:
        hit = slice(None) if gap.source is None else SOURCES.index(gap.source)
        collected[gap.start : gap.start + gap.hours, hit] = False
    source_share = np.zeros(len(SOURCES))
    for channel in CHANNELS:
        source_share[channel.source] += kinds.get(channel.kind, 0.0) * channel.share
    # every posting source has accounts enough for what is planted there, whatever the mix of the background
    pools = tuple(pool_size(round(plan.posts * max(share, 0.05))) for share in source_share)

    stories, story_columns, origins = schedule_stories(plan, weights)
    groups = place_groups(plan, weights, pools)
    fixed = [keep_collected(story_columns, collected), keep_collected(schedule_groups(plan, groups), collected)]
    fixed_count = sum(len(columns.moment) for columns in fixed)

    bursts = place_bursts(plan, districts)
    open_share = channel_shares(plan, kinds, fixed_count)[None, :] * collected[:, [c.source for c in CHANNELS]]
    rate = weights[:, None] * open_share
    if rate.sum() <= 0:
        raise BadSettings("Seluruh rentang tertutup jeda pengumpulan: tidak ada jam yang bisa diisi.")
    rate /= rate.sum()
    hourly = rate.sum(axis=1)
    excess = [burst_excess(plan, burst.plan, districts, district_weights) for burst in bursts]
    lifted = sum(
        over * hourly[burst.plan.start : burst.plan.start + burst.plan.hours].sum()
        for over, burst in zip(excess, bursts, strict=True)
    )
    usual = max(0.0, (plan.posts - fixed_count) / (1.0 + lifted))
    columns = [*fixed, keep_collected(schedule_bursts(plan, bursts, excess, usual * hourly), collected)]

    planted_count = sum(len(one.moment) for one in columns)
    if planted_count > plan.posts:
        raise BadSettings(
            f"Rencana menanam {planted_count} posting, lebih dari {plan.posts} yang diminta.",
            hint="Kurangi stories, groups atau bursts, atau naikkan posts.",
        )
    rng = np.random.default_rng([plan.seed, 4])
    background = rng.multinomial(plan.posts - planted_count, rate.ravel()).reshape(rate.shape)
    planted = np.concatenate([np.full(len(one.moment), one.planted) for one in columns])
    joined = [np.concatenate([one[place] for one in columns]) for place in range(1, 7)]
    order = np.lexsort((joined[2], joined[1], planted, joined[0]))
    moment, number, ordinal, source, stance, account = (column[order] for column in joined)
    return Schedule(
        districts=districts,
        district_weights=district_weights,
        gaps=gaps,
        bursts=bursts,
        groups=groups,
        stories=stories,
        pools=pools,
        background=background,
        moment=moment,
        planted=planted[order].astype(np.uint8),
        number=number.astype(np.int32),
        ordinal=ordinal.astype(np.int32),
        source=source.astype(np.uint8),
        stance=stance.astype(np.uint8),
        account=account.astype(np.int32),
        origins=origins.astype(np.uint8),
    )


def keep_collected(columns: Columns, collected: NDArray[np.bool_]) -> Columns:
    """Without what was posted while its source was not collected."""
    kept = collected[columns.moment // 3_600_000, columns.source]
    return Columns(columns.planted, *(column[kept] for column in columns[1:]))


def channel_shares(plan: Plan, kinds: dict[str, float], planted: int) -> NDArray[np.float64]:
    """Share of each channel in the background, so that with the planted posts the mix of kinds is the plan's."""
    left = {kind: share * plan.posts for kind, share in kinds.items()}
    if "post" in left and sum(left.values()) - left["post"] > 0:
        left["post"] = max(0.0, left["post"] - planted)
    return np.array([left.get(channel.kind, 0.0) * channel.share for channel in CHANNELS], dtype=np.float64)


def draw_gaps(plan: Plan) -> tuple[GapPlan, ...]:
    """One gap a week, of one source, 3 to 10 hours."""
    rng = np.random.default_rng([plan.seed, 1])
    drawn = []
    for _ in range(plan.days // 7):
        hours = int(rng.integers(3, 11))
        start = int(rng.integers(0, plan.hours - hours))
        drawn.append(GapPlan(source=SOURCES[int(rng.integers(len(SOURCES)))], start=start, hours=hours))
    return tuple(sorted(drawn, key=lambda gap: gap.start))
