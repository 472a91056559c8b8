"""How a story spread: copies over time and platforms, who carried it far, where it points, and what checked it.

Only items that spread the claim count as copies; those that rebut, ask or are unclear stand beside them, and what a
person entered by hand is shown and counted in nothing. Everything is about our collection: what was not collected is
told with every number. Before and after a fact-check are compared and nothing is said of causes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from analysis.series import Step, coverage_of
from analysis.spread_items import PlacedFactCheck, SharedLink, SpreadItem
from analysis.spread_timeline import (
    FirstSight,
    LostStretch,
    SpreadBin,
    Volumes,
    choose_step,
    find_first,
    find_lost,
    make_timeline,
    timeline_span,
)
from analysis.stance import StanceValue
from kentongan.schema import Gap, require_aware

__all__ = [
    "Amplifier",
    "FactCheckEffect",
    "LinkedSite",
    "PlacedFactCheck",
    "SharedLink",
    "Spread",
    "SpreadBin",
    "SpreadItem",
    "trace_spread",
]  # fmt: skip

EARLY_SHARE: Final = 0.1
"""The first tenth of the copies counts as early: who posted those carried the message before it was everywhere."""

COMPARED: Final = timedelta(hours=24)
"""Longest stretch on either side of a fact-check whose rates are compared: one day, so that the hours of the day are
the same on both sides."""

LEAST_OBSERVED: Final = 1.0
"""Fewest hours of collection on a side for a rate to be given."""

LEAST_AFTER: Final = 5
"""Fewest copies after a fact-check for the time in which half of them came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amplifier:
    """An account that carried the message, with what its platform says of it."""

    platform: str
    account: str
    copies: int
    first_at: datetime
    early: int
    """How many of its copies are among the first EARLY_SHARE of all."""
    shares: int | None
    """Shares of its copies, as platforms say. None where none says."""
    likes: int | None
    passed_on: int
    """Copies in the story that share one of its copies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedSite:
    """A site that copies point to."""

    site: str
    copies: int
    accounts: int
    addresses: tuple[tuple[str, int], ...]
    """Addresses there with how many copies point to each, most first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactCheckEffect:
    """Copies on either side of a fact-check's publication. Says when, not why."""

    factcheck: PlacedFactCheck
    before: int
    after: int
    rate_before: float | None
    """Copies per hour of collection in the COMPARED before; None where less than LEAST_OBSERVED was collected."""
    rate_after: float | None
    coverage_before: float | None
    """Share of the usual collection that ran on that side; None where the side is empty."""
    coverage_after: float | None
    half_after: timedelta | None
    """Time from publication in which half of the copies after it came; None below LEAST_AFTER."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A story's spread."""

    step: Step
    zone: str
    platforms: tuple[str, ...]
    """Platforms with copies, most first."""
    timeline: tuple[SpreadBin, ...]
    earlier: int
    """Copies before the timeline's first bin; more than 0 only for stories longer than it can show."""
    copies: int
    others: Mapping[StanceValue, int]
    """Items that do not spread, by stance."""
    by_hand: int
    accounts: int
    """Distinct accounts behind the copies, by platform and handle."""
    unnamed: int
    """Copies without an account."""
    gaps: tuple[Gap, ...]
    """Stretches within the timeline that sources of these platforms were not collected, oldest first."""
    lost: tuple[LostStretch, ...]
    """The same as stretches of all these sources together."""
    lost_by_platform: Mapping[str, tuple[LostStretch, ...]]
    first: FirstSight | None
    """Over all platforms; by a machine's collection where it has any."""
    first_by_hand: FirstSight | None
    """Earlier still, but entered by a person; None where there is no such."""
    first_by_platform: tuple[FirstSight, ...]
    """One for each platform with a spreading item, earliest first."""
    amplifiers: tuple[Amplifier, ...]
    sites: tuple[LinkedSite, ...]
    factchecks: tuple[FactCheckEffect, ...]
    """Oldest first; withdrawn ones too, marked so."""


def trace_spread(
    items: Sequence[SpreadItem],
    *,
    gaps: Sequence[Gap] = (),
    volumes: Volumes | None = None,
    factchecks: Sequence[PlacedFactCheck] = (),
    until: datetime,
    zone: str = "WIB",
    step: Step | None = None,
    top: int = 10,
) -> Spread:
    """Read the spread of a story from its items.

    ``gaps``: what was not collected; those of other sources are passed over. ``volumes``: platform to source to usual
    volume, without which coverage is 1. ``until``: up to when copies could have been collected, aware. ``top``: how
    many amplifiers, sites and addresses of a site are kept. Raises ValueError for a naive time or another zone.
    """
    require_aware("until", until)
    volumes = volumes or {}
    items = sorted(items, key=lambda item: (item.published_at, item.document))
    copies = [item for item in items if item.is_copy]
    by_platform = Counter(item.platform for item in copies)
    platforms = tuple(sorted(by_platform, key=lambda platform: (-by_platform[platform], platform)))
    own = {platform: volumes.get(platform, {}) for platform in platforms}
    step = step or choose_step(items)
    timeline = make_timeline(
        items, platforms=platforms, step=step, zone=zone, gaps=gaps, volumes=own, factchecks=factchecks
    )
    begins, ends = timeline_span(timeline, step)
    together = {source: weight for sources in own.values() for source, weight in sources.items()}
    first = find_first((item for item in items if not item.by_hand), gaps=gaps, volumes=volumes)
    entered = find_first((item for item in items if item.by_hand), gaps=gaps, volumes=volumes)
    earlier = entered is not None and (first is None or entered.published_at < first.published_at)
    accounts = {(item.platform, item.author) for item in copies if item.author is not None}
    return Spread(
        step=step,
        zone=zone,
        platforms=platforms,
        timeline=timeline,
        earlier=len(copies) - sum(one.total for one in timeline),
        copies=len(copies),
        others=dict(Counter(item.stance for item in items if item.stance != "spreads" and not item.by_hand)),
        by_hand=sum(item.by_hand for item in items),
        accounts=len(accounts),
        unnamed=sum(item.author is None for item in copies),
        gaps=tuple(
            sorted(
                (gap for gap in gaps if gap.source in together and gap.until > begins and gap.since < ends),
                key=lambda gap: (gap.since, gap.source),
            )
        ),
        lost=find_lost(gaps, together, since=begins, until=ends),
        lost_by_platform={one: find_lost(gaps, own[one], since=begins, until=ends) for one in platforms},
        first=first,
        first_by_hand=entered if earlier else None,
        first_by_platform=list_firsts(items, gaps=gaps, volumes=volumes),
        amplifiers=rank_amplifiers(copies, top=top),
        sites=count_sites(copies, top=top),
        factchecks=tuple(
            compare_sides(copies, one, gaps=gaps, volumes=own, until=until)
            for one in sorted(factchecks, key=lambda one: (one.published_at, one.id))
        ),
    )


def list_firsts(items: Sequence[SpreadItem], *, gaps: Sequence[Gap], volumes: Volumes) -> tuple[FirstSight, ...]:
    """The first sight on each platform, earliest first."""
    found = [
        find_first(
            (item for item in items if item.platform == platform),
            gaps=gaps,
            volumes={platform: volumes.get(platform, {})},
        )
        for platform in sorted({item.platform for item in items})
    ]
    return tuple(sorted((one for one in found if one), key=lambda one: (one.published_at, one.platform)))


def rank_amplifiers(copies: Sequence[SpreadItem], *, top: int) -> tuple[Amplifier, ...]:
    """The accounts whose copies were shared or repeated most: by shares said, or counted among our copies where more,
    plus copies posted; ties by who came first. ``copies`` in the order of time; those without an account are passed
    over."""
    early = {item.document for item in copies[: max(1, round(EARLY_SHARE * len(copies)))]}
    owner = {item.document: (item.platform, item.author) for item in copies if item.author is not None}
    passed: Counter[tuple[str, str | None]] = Counter()
    own: dict[tuple[str, str], list[SpreadItem]] = {}
    for item in copies:
        if item.author is not None:
            own.setdefault((item.platform, item.author), []).append(item)
        if item.passes_on in owner and owner[item.passes_on] != (item.platform, item.author):
            passed[owner[item.passes_on]] += 1
    ranked = [
        Amplifier(
            platform=platform,
            account=account,
            copies=len(posted),
            first_at=posted[0].published_at,
            early=sum(item.document in early for item in posted),
            shares=add_said(item.shares for item in posted),
            likes=add_said(item.likes for item in posted),
            passed_on=passed[platform, account],
        )
        for (platform, account), posted in own.items()
    ]
    ranked.sort(key=lambda one: (-(one.copies + max(one.shares or 0, one.passed_on)), one.first_at, one.account))
    return tuple(ranked[:top])


def add_said(counts: Iterable[int | None]) -> int | None:
    """The sum of what is said; None where nothing is."""
    said = [count for count in counts if count is not None]
    return sum(said) if said else None


def count_sites(copies: Sequence[SpreadItem], *, top: int) -> tuple[LinkedSite, ...]:
    """The sites copies point to, by how many do; a copy counts once a site and once an address."""
    sites: Counter[str] = Counter()
    addresses: dict[str, Counter[str]] = {}
    accounts: dict[str, set[tuple[str, str | None]]] = {}
    for item in copies:
        for site in sorted({link.site for link in item.links}):
            sites[site] += 1
            accounts.setdefault(site, set()).add((item.platform, item.author))
        for link in set(item.links):
            addresses.setdefault(link.site, Counter())[link.address] += 1
    return tuple(
        LinkedSite(
            site=site,
            copies=count,
            accounts=sum(author is not None for _, author in accounts[site]),
            addresses=tuple(sorted(addresses[site].items(), key=lambda pair: (-pair[1], pair[0]))[:top]),
        )
        for site, count in sorted(sites.items(), key=lambda pair: (-pair[1], pair[0]))[:top]
    )


def compare_sides(
    copies: Sequence[SpreadItem], factcheck: PlacedFactCheck, *, gaps: Sequence[Gap], volumes: Volumes, until: datetime
) -> FactCheckEffect:
    """Copies before and after a fact-check; rates over at most COMPARED on each side, per hour that was collected."""
    moment = factcheck.published_at
    after = [item.published_at - moment for item in copies if item.published_at >= moment]
    weights = {source: weight for own in volumes.values() for source, weight in own.items()}
    begins = max(copies[0].published_at, moment - COMPARED) if copies else moment
    ends = min(until, moment + COMPARED)
    rates: list[tuple[float | None, float | None]] = []
    for start, end in ((begins, moment), (moment, ends)):
        hours = (end - start) / timedelta(hours=1)
        if hours <= 0:
            rates.append((None, None))
            continue
        coverage = coverage_of(start, end, gaps, weights)
        count = sum(start <= item.published_at < end for item in copies)
        rates.append((count / (hours * coverage) if hours * coverage >= LEAST_OBSERVED else None, coverage))
    return FactCheckEffect(
        factcheck=factcheck,
        before=len(copies) - len(after),
        after=len(after),
        rate_before=rates[0][0],
        rate_after=rates[1][0],
        coverage_before=rates[0][1],
        coverage_after=rates[1][1],
        half_after=timedelta(seconds=median(one.total_seconds() for one in after))
        if len(after) >= LEAST_AFTER
        else None,
    )
