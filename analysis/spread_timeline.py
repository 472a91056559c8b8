"""Where and when copies of a story appeared: bins by platform with what was collected of them, and the first sights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from analysis.series import STEPS, Step, coverage_of, stretch_starts
from analysis.spread_items import PlacedFactCheck, SpreadItem
from analysis.stance import StanceValue
from kentongan.schema import EPOCH, Gap
from kentongan.times import to_zone

HOURLY_UP_TO: Final = timedelta(hours=96)
"""A story no longer than this is shown by the hour, a longer one by the day: some hundred bars fit a screen."""

MAX_BINS: Final = 1_500
"""Bins at most: two months of hours or four years of days. Of a longer story the latest are shown, the rest counted."""

AROUND: Final = timedelta(days=3)
"""How far a fact-check may lie outside the copies for the timeline to be drawn out to it."""

JUST_BEFORE: Final = timedelta(hours=24)
"""A gap that ended at most this long before the first sight may hide an earlier one."""

SAME_SHARE: Final = 1e-9
"""Difference of two shares that is only rounding."""

Volumes = Mapping[str, Mapping[str, float]]
"""Platform to its sources with what each usually brings (any unit): what their gaps weigh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadBin:
    """One hour or day."""

    start: datetime
    """Aware, in the zone asked for."""
    copies: Mapping[str, int]
    """Spreading copies by platform; every platform of the story is present."""
    others: Mapping[StanceValue, int]
    """Items that do not spread, by stance; stances without any are left out."""
    by_hand: int
    """Items of any stance that a person entered; part of no other number."""
    coverage: Mapping[str, float]
    """Share of each platform's usual collection that ran, 0 to 1."""

    @property
    def total(self) -> int:
        return sum(self.copies.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSight:
    """The earliest spreading item in our collection. What was not collected may be earlier."""

    platform: str
    document: str
    published_at: datetime
    collected_at: datetime
    by_hand: bool
    """Whether a person entered it: then it says where somebody looked, not where the message began."""
    gap_before: Gap | None
    """A stretch just before, or around, that was not collected; an earlier copy may lie in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LostStretch:
    """A stretch of time in which sources were not collected."""

    since: datetime
    until: datetime
    share: float
    """Share of the usual collection that these sources make, above 0 to 1."""


def find_lost(
    gaps: Iterable[Gap], volumes: Mapping[str, float], *, since: datetime, until: datetime
) -> tuple[LostStretch, ...]:
    """What of [since, until) was not collected of these sources, in order; where more or fewer of them failed at once,
    a new stretch begins."""
    whole = sum(volumes.values())
    turns: list[tuple[datetime, int, str]] = []
    for gap in gaps:
        begin, end = max(gap.since, since), min(gap.until, until)
        if volumes.get(gap.source, 0) > 0 and begin < end:
            turns += [(begin, 1, gap.source), (end, -1, gap.source)]
    found: list[LostStretch] = []
    failing: Counter[str] = Counter()
    turns.sort()
    for (time, change, source), (following, _, _) in pairwise(turns):
        failing[source] += change
        share = sum(volumes[one] for one, count in failing.items() if count) / whole
        if share <= 0 or time == following:
            continue
        if found and found[-1].until == time and abs(found[-1].share - share) < SAME_SHARE:
            found[-1] = LostStretch(since=found[-1].since, until=following, share=share)
        else:
            found.append(LostStretch(since=time, until=following, share=share))
    return tuple(found)


def choose_step(items: Sequence[SpreadItem]) -> Step:
    """Hours for a short story, days for a long one."""
    times = [item.published_at for item in items]
    return "hour" if not times or max(times) - min(times) <= HOURLY_UP_TO else "day"


def make_timeline(
    items: Sequence[SpreadItem],
    *,
    platforms: Sequence[str],
    step: Step,
    zone: str,
    gaps: Sequence[Gap],
    volumes: Volumes,
    factchecks: Sequence[PlacedFactCheck] = (),
) -> tuple[SpreadBin, ...]:
    """The bins from the first item to the last, empty ones included, drawn out to a near fact-check; at most the last
    MAX_BINS. Empty without items."""
    if not items:
        return ()
    times = [item.published_at for item in items]
    first, last = min(times), max(times)
    near = [one.published_at for one in factchecks if first - AROUND <= one.published_at <= last + AROUND]
    first, last = min([first, *near]), max([last, *near])
    # A microsecond more, since the range of ``stretch_starts`` leaves its end out.
    starts = stretch_starts(to_zone(first, zone), to_zone(last + timedelta(microseconds=1), zone), step)
    starts = starts[-MAX_BINS:]
    return fill_bins(items, starts, platforms=platforms, step=step, gaps=gaps, volumes=volumes)


def timeline_span(timeline: Sequence[SpreadBin], step: Step) -> tuple[datetime, datetime]:
    """First moment of a timeline and the first after it; equal without bins."""
    if not timeline:
        return EPOCH, EPOCH
    return timeline[0].start, timeline[-1].start + STEPS[step]


def fill_bins(
    items: Sequence[SpreadItem],
    starts: Sequence[datetime],
    *,
    platforms: Sequence[str],
    step: Step,
    gaps: Sequence[Gap],
    volumes: Volumes,
) -> tuple[SpreadBin, ...]:
    """The bins that begin at ``starts``, which follow each other."""
    copies: list[Counter[str]] = [Counter() for _ in starts]
    others: list[Counter[StanceValue]] = [Counter() for _ in starts]
    by_hand: Counter[int] = Counter()
    for item in items:
        at = (item.published_at - starts[0]) // STEPS[step]
        if at < 0:
            continue
        if item.by_hand:
            by_hand[at] += 1
        elif item.stance == "spreads":
            copies[at][item.platform] += 1
        else:
            others[at][item.stance] += 1
    coverage = {one: cover_bins(starts, step=step, gaps=gaps, volumes=volumes.get(one, {})) for one in platforms}
    return tuple(
        SpreadBin(
            start=start,
            copies={platform: copies[at][platform] for platform in platforms},
            others=dict(others[at]),
            by_hand=by_hand[at],
            coverage={platform: coverage[platform][at] for platform in platforms},
        )
        for at, start in enumerate(starts)
    )


def cover_bins(
    starts: Sequence[datetime], *, step: Step, gaps: Sequence[Gap], volumes: Mapping[str, float]
) -> list[float]:
    """Coverage of each bin by these sources. Gaps are laid on the bins they touch: many of both cost no more."""
    length, end = STEPS[step], len(starts)
    touching: dict[int, list[Gap]] = {}
    for gap in gaps:
        if gap.source in volumes:
            # Rounded up: a gap that ends with a bin does not touch the next.
            for at in range(max(0, (gap.since - starts[0]) // length), min(end, -((starts[0] - gap.until) // length))):
                touching.setdefault(at, []).append(gap)
    return [
        coverage_of(start, start + length, touching[at], volumes) if at in touching else 1.0
        for at, start in enumerate(starts)
    ]


def find_first(items: Iterable[SpreadItem], *, gaps: Sequence[Gap], volumes: Volumes) -> FirstSight | None:
    """The earliest spreading item, whoever collected it; None where none spreads. ``volumes`` names the platforms and
    sources whose gaps could hide an earlier one."""
    spreading = [item for item in items if item.stance == "spreads"]
    if not spreading:
        return None
    item = min(spreading, key=lambda item: (item.published_at, item.document))
    sources = {source for own in volumes.values() for source in own}
    hiding = [
        gap
        for gap in gaps
        if gap.source in sources and gap.since < item.published_at and gap.until >= item.published_at - JUST_BEFORE
    ]
    return FirstSight(
        platform=item.platform,
        document=item.document,
        published_at=item.published_at,
        collected_at=item.collected_at,
        by_hand=item.by_hand,
        gap_before=max(hiding, key=lambda gap: (gap.until, gap.since), default=None),
    )
