"""Counts over time made whole: empty stretches filled in, and how much of each stretch was collected at all."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from kentongan.schema import Gap

Step = Literal["hour", "day"]

STEPS: dict[Step, timedelta] = {"hour": timedelta(hours=1), "day": timedelta(days=1)}

Z_95 = 1.959964
"""97.5 % quantile of the normal distribution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One hour or day of a series."""

    start: datetime
    """Aware, in the zone the series is counted in."""
    counts: Mapping[str, int]
    """Documents by label; every label of the series is present."""
    coverage: float
    """Share of the usual collection that was running, 0 to 1. Below 1 the counts are too small, not quiet."""
    collected: int | None = None
    """Documents collected in it at all, whatever their words and labels: what a share of voice is taken of. None where
    nobody counted them."""

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def missing(self) -> float:
        """Estimate of what was not collected, in documents, from what was: total x (1 - coverage) / coverage.

        NaN where nothing was collected at all: then there is nothing to estimate from.
        """
        if self.coverage <= 0:
            return math.nan
        return self.total * (1 - self.coverage) / self.coverage


def stretch_starts(since: datetime, until: datetime, step: Step) -> list[datetime]:
    """Starts of the hours or days that cover [since, until), in the zone of ``since``: none has summer time."""
    first = since.replace(minute=0, second=0, microsecond=0)
    if step == "day":
        first = first.replace(hour=0)
    # How many, rounded up: negative where the range is empty.
    return [first + number * STEPS[step] for number in range(-((first - until) // STEPS[step]))]


def share_lost(gaps: Iterable[Gap], start: datetime, end: datetime) -> float:
    """Share of [start, end) that lies in any of the gaps; what several of them take is taken once."""
    lost, reached = timedelta(0), start
    for gap in sorted(gaps, key=lambda gap: gap.since):
        until = min(gap.until, end)
        lost += max(timedelta(0), until - max(gap.since, reached))
        reached = max(reached, until)
    return lost / (end - start)


def coverage_of(start: datetime, end: datetime, gaps: Iterable[Gap], volumes: Mapping[str, float]) -> float:
    """Share of the usual collection that ran in [start, end): each source weighs what it usually brings.

    ``volumes`` maps each source to its usual volume (any unit, all above zero count). Without volumes there is nothing
    to weigh, and coverage is 1.
    """
    whole = sum(volumes.values())
    if whole <= 0:
        return 1.0
    missed: dict[str, list[Gap]] = {}
    for gap in gaps:
        if gap.source in volumes and gap.since < end and gap.until > start:
            missed.setdefault(gap.source, []).append(gap)
    return 1.0 - sum(share_lost(own, start, end) * volumes[source] for source, own in missed.items()) / whole


def make_series(
    counted: Mapping[tuple[str, str], int],
    labels: Sequence[str],
    *,
    starts: Sequence[datetime],
    step: Step,
    gaps: Sequence[Gap] = (),
    volumes: Mapping[str, float] | None = None,
    collected: Mapping[str, int] | None = None,
) -> list[Stretch]:
    """The stretches that begin at ``starts`` (``stretch_starts`` for a series without holes), in that order.

    ``counted`` maps (ISO start of the stretch in the zone of ``starts``, label) to a count, as ``Store.count`` by step
    and label gives it; ``collected`` maps the start alone to what was collected then at all. Labels outside ``labels``
    are left out.
    """
    return [
        Stretch(
            start=start,
            counts={label: counted.get((start.isoformat(), label), 0) for label in labels},
            coverage=coverage_of(start, start + STEPS[step], gaps, volumes or {}),
            collected=None if collected is None else collected.get(start.isoformat(), 0),
        )
        for start in starts
    ]


def share_interval(count: int, total: int) -> tuple[float, float, float]:
    """A share with its 95 % interval after Wilson (1927). (NaN, NaN, NaN) where ``total`` is 0."""
    if total == 0:
        return math.nan, math.nan, math.nan
    share = count / total
    spread = Z_95 * math.sqrt(share * (1 - share) / total + Z_95**2 / (4 * total**2))
    centre, scale = share + Z_95**2 / (2 * total), 1 + Z_95**2 / total
    return share, max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)
