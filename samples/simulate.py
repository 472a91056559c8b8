"""Simulates any number of posts with planted truth: stories, bursts, coordinated accounts, districts, daily rhythm.

    for one in simulate(Plan(seed=7, posts=100_000, days=30)):
        store.add([one.document]); one.truth.story

The same plan gives the same bytes. Memory does not grow with ``posts`` but for the schedule of what is planted: 24
bytes a planted post, some 200 while it is drawn (147 MB in all at the start of 5,000,000). ``plan_truth(plan)``
lists what was planted. Everything is invented and marked as a sample.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import UTC
from itertools import accumulate

import numpy as np

from kentongan.errors import BadSettings
from samples.simulate_documents import HOUR_MS, PARENTS, Parent, Stage, write_background, write_planted
from samples.simulate_plan import SOURCES, BurstPlan, District, GapPlan, GroupPlan, Plan, load_districts
from samples.simulate_planting import CHANNELS, WEB, X
from samples.simulate_schedule import make_schedule
from samples.simulate_text import make_stream
from samples.simulate_truth import (
    PlantedBurst,
    PlantedGroup,
    PlantedStory,
    PlantedTruth,
    Simulated,
    Truth,
    find_shared_names,
    list_gaps,
    plan_truth,
)

__all__ = [
    "BurstPlan", "District", "GapPlan", "GroupPlan", "Plan", "PlantedBurst", "PlantedGroup", "PlantedStory",
    "PlantedTruth", "Simulated", "Truth", "load_districts", "plan_truth", "simulate",
]  # fmt: skip


def simulate(plan: Plan, *, part: tuple[int, int] = (0, 1)) -> Iterator[Simulated]:
    """The documents of a plan in order of time, or one part of them: ``part=(2, 8)`` is the third of eight.

    Parts are equal stretches of whole hours. Each is made without the others, and together, in order, they are the
    whole. Raises BadSettings where more is planted than there are posts.
    """
    which, of = part
    if not 0 <= which < of:
        raise BadSettings(f"Bagian {which} dari {of} tidak ada.", hint="Bagian dihitung dari 0.")
    stage = set_stage(plan)
    hours = range(plan.hours * which // of, plan.hours * (which + 1) // of)
    return (one for hour in hours for one in simulate_hour(stage, hour))


def set_stage(plan: Plan) -> Stage:
    """Draw the schedule and what every hour needs."""
    schedule = make_schedule(plan)
    return Stage(
        plan=plan,
        schedule=schedule,
        start=plan.start.astimezone(UTC),
        topics=tuple(plan.topics),
        topic_bounds=make_bounds(tuple(plan.topics.values())),
        sentiments=tuple(plan.sentiments),
        sentiment_bounds=make_bounds(tuple(plan.sentiments.values())),
        district_bounds=make_bounds(tuple(schedule.district_weights.tolist())),
        shared_names=find_shared_names(schedule.districts),
        gap_starts=frozenset(
            (SOURCES.index(gap.source), round((gap.since - plan.start).total_seconds()) // 3600)
            for gap in list_gaps(plan, schedule)
        ),
    )


def make_bounds(weights: tuple[float, ...]) -> tuple[float, ...]:
    """Cumulative shares without the last: ``bisect(bounds, random())`` is the place drawn."""
    total = sum(weights)
    return tuple(bound / total for bound in accumulate(weights))[:-1]


def simulate_hour(stage: Stage, hour: int) -> Iterator[Simulated]:
    """The documents of one hour, counted from the plan's start."""
    schedule = stage.schedule
    first, last = np.searchsorted(schedule.moment, [hour * HOUR_MS, (hour + 1) * HOUR_MS])
    rng = make_stream(stage.plan.seed, "hour", hour)
    draw = rng.random
    moments = [
        (int(draw() * HOUR_MS), channel, -1)
        for channel, count in enumerate(schedule.background[hour].tolist())
        for _ in range(count)
    ]
    moments += [
        (moment - hour * HOUR_MS, len(CHANNELS), row)
        for row, moment in enumerate(schedule.moment[first:last].tolist(), start=int(first))
    ]
    moments.sort()
    parents: dict[int, deque[Parent]] = {X: deque(maxlen=PARENTS), WEB: deque(maxlen=PARENTS)}
    videos: dict[int, Parent] = {}
    for place, (offset, channel, row) in enumerate(moments):
        if row >= 0:
            yield write_planted(stage, rng, hour, offset, row)
            continue
        kind, source, _ = CHANNELS[channel]
        yield write_background(stage, rng, hour, offset, place, kind, source, parents, videos)
