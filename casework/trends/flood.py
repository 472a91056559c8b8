"""Puts bursts together into floods, hour by hour, by the posts they share (``analysis.burst_grouping``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from sqlalchemy.orm import Session

from analysis.burst_grouping import NARROW, Rise, choose_leader, place_rise
from analysis.bursts import CALM_HOURS
from casework.trends.hours import SOURCE
from casework.trends.judging import JudgedHours
from casework.trends.posts import HASHTAG, REGION, TERM, TOPIC, TOPIC_REGION, HourPost, read_posts
from search.store import Store

RANKS: Final[dict[str, int]] = {TOPIC_REGION: 0, TERM: 1, HASHTAG: 2, REGION: 3, TOPIC: 4, SOURCE: 5}
"""How specific each kind of series is, the most specific first; what is left is everything."""


@dataclass(slots=True, kw_only=True)
class Member:
    """One series' burst in a flood."""

    start: int
    """Hour in which it was raised."""
    end: int
    """Hour after its last one so far."""
    span: int
    """Hours that were looked at together when it was raised."""

    @property
    def begun(self) -> int:
        """The first hour whose posts are its own."""
        return self.start - self.span + 1


@dataclass(slots=True, kw_only=True)
class Flood:
    """An issue as bursts make it."""

    id: int | None
    members: dict[str, Member]
    ended: bool
    examples: tuple[str, ...] = ()
    """Documents it was shown with so far."""
    changed: bool = False

    @property
    def opened(self) -> int:
        return min(member.start for member in self.members.values())

    @property
    def begun(self) -> int:
        return min(member.begun for member in self.members.values())

    @property
    def bearing(self) -> list[Member]:
        """The members that say whether it goes on: what is narrow, where anything is. What is broad may be carried on
        by another flood."""
        narrow = [member for name, member in self.members.items() if rank_of(name) <= NARROW]
        return narrow or list(self.members.values())

    @property
    def end(self) -> int:
        """The hour after its last one so far."""
        return max(member.end for member in self.bearing)

    @property
    def reach(self) -> int:
        """The hour after the last one of any member."""
        return max(member.end for member in self.members.values())

    def goes_on(self, hour: int) -> bool:
        """Whether it was not over yet when this hour was judged."""
        return any(member.start <= hour < member.end + CALM_HOURS - 1 for member in self.bearing)


@dataclass(slots=True)
class Floods:
    """All floods of a stretch of hours, and the posts they are told apart by."""

    store: Store
    session: Session
    judged: JudgedHours
    all: list[Flood]
    read: dict[int, list[HourPost]] = field(default_factory=dict)
    index: dict[int, Mapping[str, list[HourPost]]] = field(default_factory=dict)

    def place_all(self) -> None:
        """Put each burst where it belongs, in the order they were raised: the narrow ones of an hour first, and of
        those the ones that rose most."""
        judged = self.judged
        raised: dict[int, list[tuple[str, Member]]] = {}
        for burst in judged.bursts:
            start = judged.first + burst.start
            member = Member(start=start, end=judged.first + burst.end, span=burst.span)
            raised.setdefault(start, []).append((judged.names[burst.series], member))
        for hour, members in sorted(raised.items()):
            new = {name: member for name, member in members if not self.carry_on(name, member)}
            rises = [self.rise_of(name, member, hour + 1) for name, member in new.items()]
            for rise in sorted(rises, key=placing_order):
                self.place(rise, new[rise.series], hour)

    def carry_on(self, name: str, burst: Member) -> bool:
        """Whether a burst is part of a flood already; if so that goes on as long as it does."""
        for flood in self.all:
            member = flood.members.get(name)
            if member is not None and burst.start <= member.end + CALM_HOURS and burst.end >= member.start:
                if burst.end > member.end:
                    member.end = burst.end
                    flood.changed = True
                return True
        return False

    def place(self, rise: Rise, member: Member, hour: int) -> None:
        """Put a new burst with a flood that goes on, or begin one."""
        open_ones = [flood for flood in self.all if flood.goes_on(hour)]
        # What is broad is held against what the others did while it rose, and not against all they ever did.
        since = 0 if rise.narrow else member.begun
        groups = [
            [
                self.rise_of(name, each, hour + 1, since=since)
                for name, each in flood.members.items()
                if each.start <= hour
            ]
            for flood in open_ones
        ]
        begun = min([member.begun, *(each.begun for flood in open_ones for each in flood.members.values())])
        posts = sum(len(self.posts(at)) for at in range(begun, hour + 1))
        place = place_rise(rise, groups, posts=posts)
        if place is None:
            self.all.append(Flood(id=None, members={rise.series: member}, ended=False, changed=True))
        else:
            open_ones[place].members[rise.series] = member
            open_ones[place].changed = True

    def rise_of(self, name: str, member: Member, until: int, *, since: int = 0) -> Rise:
        """A member as far as it had come before an hour, at least from the hour ``since``."""
        hours = range(max(member.begun, since), until)
        documents = frozenset(post.voice.document for post in self.posts_in(name, hours))
        voices, excess = self.count(name, hours)
        return Rise(series=name, rank=rank_of(name), documents=documents, voices=voices, excess=excess)

    def count(self, name: str, hours: range) -> tuple[float, float]:
        """Voices of a series in these hours, and how many more that is than expected."""
        row = self.judged.place.get(name)
        if row is None:
            return 0.0, 0.0
        inside = slice(max(0, hours.start - self.judged.first), max(0, hours.stop - self.judged.first))
        heard, expected = self.judged.counts[row, inside], self.judged.judged.expected[row, inside]
        return float(np.nansum(heard)), float(np.nansum(heard - np.nan_to_num(expected)))

    def leader_of(self, flood: Flood) -> str:
        """The series that a flood is named after."""
        rises = [self.rise_of(name, each, each.end) for name, each in flood.members.items()]
        return choose_leader(rises).series

    def posts_of(self, name: str, flood: Flood) -> list[HourPost]:
        """The posts of a flood in one of its series."""
        return self.posts_in(name, range(flood.members[name].begun, flood.end))

    def is_gone(self, flood: Flood) -> bool:
        """Whether most of what it was shown with is in the store no more: then nothing new can be said about it."""
        there = {post.voice.document for hour in range(flood.begun, flood.end) for post in self.posts(hour)}
        return 2 * len(there.intersection(flood.examples)) < len(flood.examples)

    def posts_in(self, name: str, hours: Iterable[int]) -> list[HourPost]:
        """The posts of a series in these hours."""
        return [post for hour in hours for post in self.index_of(hour).get(name, ())]

    def index_of(self, hour: int) -> Mapping[str, list[HourPost]]:
        """The posts of an hour by series, terms among them."""
        if hour not in self.index:
            index: dict[str, list[HourPost]] = {}
            for post in self.posts(hour):
                for name in (*post.voice.keys, *(TERM + term for term in post.terms)):
                    index.setdefault(name, []).append(post)
            self.index[hour] = index
        return self.index[hour]

    def posts(self, hour: int) -> list[HourPost]:
        """All posts of an hour, read once."""
        if hour not in self.read:
            self.read[hour] = read_posts(self.store, self.session, hour, hour + 1).get(hour, [])
        return self.read[hour]


def rank_of(series: str) -> int:
    """How specific a series is, 0 the most."""
    return RANKS.get(series.partition(":")[0] + ":", len(RANKS))


def placing_order(rise: Rise) -> tuple[int, float, str]:
    """The narrow ones first, those that rose most leading; then the broad ones, the more specific first."""
    return max(rise.rank, NARROW), -rise.excess, rise.series
