"""Which bursts are one: a flood raises its words, its hashtags, its district and its topic, and is still one thing.

Bursts are placed in the order they are raised, each by what is known in that hour, so that hour by hour and all at once
come to the same. Narrow ones (a topic in a district, a term, a hashtag) are one where they share most of their posts,
and these are not posts that would have been there anyway; a broad one (a topic, a region, a source, everything) belongs
to narrow ones that make up most of its rise, else it is a rise of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

SHARED: Final = 0.5
"""Share of the smaller one's posts that two bursts have in common when they are one."""
NEW: Final = 0.5
"""Share of a burst's voices beyond what was expected from which its posts are the flood's and not the usual ones."""
LIFT: Final = 2.0
"""Where most posts of a series are its usual ones: times more often than any post of these hours that posts must be
shared, since a series that holds nearly everything shares everything."""
EXPLAINS: Final = 0.5
"""Share of a broad burst's rise that narrow ones must make up for it to be theirs."""
PART: Final = 0.3
"""Share of a broad burst's rise that a narrow one must make up to be what the broad one was about."""
NARROW: Final = 2
"""Largest rank of a kind that counts as narrow."""
LEADS: Final = 0.25
"""Share of the largest rise that a member must have to give a group its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """One series' burst as far as it has come."""

    series: str
    rank: int
    """How specific its kind is, 0 the most: up to NARROW narrow, beyond broad."""
    documents: frozenset[str]
    voices: float
    excess: float
    """Voices beyond what was expected."""

    @property
    def narrow(self) -> bool:
        return self.rank <= NARROW


def place_rise(new: Rise, groups: Sequence[Sequence[Rise]], *, posts: int) -> int | None:
    """The place of the group that a burst belongs to; None where it is something new.

    ``groups`` are those going on, as far as they have come; ``posts`` is how many posts these hours have at all.
    """
    place = _place_narrow if new.narrow else _place_broad
    return place(new, groups, posts)


def choose_leader(members: Sequence[Rise]) -> Rise:
    """The member that names a group: the most specific of those that rose far enough, then the one that rose most.
    Raises ValueError for an empty group."""
    if not members:
        raise ValueError("a group has a member")
    most = max(member.excess for member in members if member.narrow) if any(m.narrow for m in members) else 0.0
    # Everything together rises more than any part of it; what is narrow is held against the narrow.
    strong = [member for member in members if member.narrow and member.excess >= LEADS * most] or list(members)
    return min(strong, key=lambda member: (member.rank, -member.excess, member.series))


def _core(group: Sequence[Rise]) -> frozenset[str]:
    """The posts that a group is about: those of its narrow bursts."""
    return frozenset().union(*(member.documents for member in group if member.narrow))


def _flood(group: Sequence[Rise]) -> frozenset[str]:
    """Of these, the posts of the bursts that are mostly new."""
    return _core([member for member in group if member.excess >= NEW * member.voices])


def _place_narrow(new: Rise, groups: Sequence[Sequence[Rise]], posts: int) -> int | None:
    best: tuple[float, int] | None = None
    for place, group in enumerate(groups):
        core, flood = _core(group), _flood(group)
        if flood and _share(new.documents, flood) >= SHARED:
            shared, fits = _share(new.documents, flood), True
        elif core:
            shared = _share(new.documents, core)
            larger = max(len(core), len(new.documents))
            fits = shared >= SHARED and shared * posts >= LIFT * larger
        else:
            broad = max(group, key=lambda member: member.excess)
            shared = len(new.documents & broad.documents) / max(len(new.documents), 1)
            fits = shared >= SHARED and new.excess >= PART * broad.excess
        if fits and (best is None or shared > best[0]):
            best = shared, place
    return None if best is None else best[1]


def _place_broad(new: Rise, groups: Sequence[Sequence[Rise]], posts: int) -> int | None:
    inside = []
    for place, group in enumerate(groups):
        core = _core(group)
        if core and len(core & new.documents) >= SHARED * len(core):
            inside.append((max(member.excess for member in group if member.narrow), place))
        elif not core:
            one = max(group, key=lambda member: member.excess)
            if _share(one.documents, new.documents) >= SHARED:
                inside.append((min(one.excess, new.excess), place))
    if not inside or sum(excess for excess, _ in inside) < EXPLAINS * new.excess:
        return None
    return max(inside, key=lambda found: (found[0], -found[1]))[1]


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    """Of the smaller one's posts, the share that the other has too."""
    return len(one & other) / max(min(len(one), len(other)), 1)
