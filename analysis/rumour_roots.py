"""Finds for a rumour the complaints that may feed it: about the same thing, in the same place, waiting before it began.

Pure: rumours and complaints are arguments; ``casework.rumour_finding`` reads them. What is found is a suspicion.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from analysis.claim_index import TermIndex
from analysis.rumour_chance import NEUTRAL, chance_by_days, chance_by_place, surprise_of
from analysis.rumour_scores import SHOWN, score_parts
from analysis.rumour_words import concept_names, is_echo, read_terms

Finding = Literal["waiting", "answered"]
"""Whether the complaints were unresolved when the rumour began, or answered before it."""

LOOK_BACK: Final = timedelta(days=90)
"""How long before a rumour its complaints may have come in."""
WINDOW: Final = timedelta(days=30)
"""The days whose count is held against earlier stretches of as many days."""
HISTORY: Final = timedelta(days=210)
"""How far back complaints are read: the look back, and as many windows before it as tell what is usual."""
LEAST_COMPLAINTS: Final = 2
"""Fewest complaints that make a cluster: one alone is one person's."""
MOST_COMPLAINTS: Final = 30
"""Most complaints of one cluster, the most alike."""
LEAST_SHARED: Final = 2
"""Fewest terms a complaint shares with the rumour; one is enough where it names what both are about (a concept of
``rumour_words.tsv``) and the complaint's category belongs to the rumour's topic."""
LEAST_ALIKE: Final = 0.06
"""Least share of the rumour's words, by their weight, that a complaint of its cluster has. Chosen on the frames that
the weights are fitted on."""
LEAST_ELSEWISE: Final = 0.2
"""The same for a complaint whose category is of another topic."""
LEAST_PLACES: Final = 3
"""Fewest places whose complaints can say that those like the rumour gather in one of them."""
HALF_DAYS: Final = 14.0
"""Days after which a complaint counts half as near."""
TOP: Final = 3
"""Complaints whose likeness is the cluster's."""
MOST_WORDS: Final = 8
"""Most words that are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grievance:
    """What is compared of one complaint."""

    id: int
    text: str
    received_at: datetime
    finished_at: datetime | None
    """When it was answered; None while it is not."""
    topics: frozenset[str]
    """The topics its category belongs to; empty where unknown."""
    region: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rumour:
    """What is compared of one story."""

    story: str
    text: str
    began_at: datetime
    topic: str | None
    region: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """Complaints that may feed a rumour."""

    story: str
    finding: Finding
    cluster: tuple[int, ...]
    """Ids of the complaints, most alike first."""
    region: str | None
    """The rumour's, else the one that all complaints are of."""
    score: float
    parts: Mapping[str, float]
    words: tuple[tuple[str, tuple[int, ...]], ...]
    """Words of the rumour that complaints share, most telling first, each with the ids of those that do."""


class GrievanceIndex:
    """Complaints by their words. Built once, asked for many rumours; from one thread at a time."""

    def __init__(self, grievances: Sequence[Grievance], *, places: frozenset[str] = frozenset()) -> None:
        """``places``: single words of names of regions, which are no likeness. Raises ValueError for an id twice."""
        if len({one.id for one in grievances}) != len(grievances):
            raise ValueError("an id came twice")
        self.all = sorted(grievances, key=lambda one: (one.received_at, one.id))
        self.places = places
        terms = [[term for _, term in read_terms(one.text, places=places)] for one in self.all]
        self.said = [frozenset(ones) for ones in terms]
        self.index = TermIndex(terms, lambda term: (term,))
        self.received = np.array([one.received_at.timestamp() for one in self.all])
        ends = (one.finished_at for one in self.all)
        self.finished = np.array([np.inf if end is None else end.timestamp() for end in ends])
        self.echo = np.array([is_echo(one.text) for one in self.all], bool)
        self.told = np.array([bool(one.topics) for one in self.all], bool)
        every = frozenset[str]().union(*(one.topics for one in self.all))
        self.of_topic = {topic: np.array([topic in one.topics for one in self.all], bool) for topic in every}
        self.regions = np.array([one.region or "" for one in self.all], np.str_)
        self.inside: dict[str, NDArray[np.bool_]] = {}

    def find(self, rumour: Rumour, *, least: float = SHOWN) -> list[Root]:
        """What may feed a rumour, at most one of each finding, those of at least this score."""
        words = read_terms(rumour.text, places=self.places)
        terms = list(dict.fromkeys(term for _, term in words))
        if len(terms) < LEAST_SHARED or not self.all:
            return []
        found, mass = self.index.score(terms)
        alike = found / np.float32(max(mass, 1e-9))
        began = rumour.began_at.timestamp()
        before = (self.received < began) & ~self.echo
        recent = before & (self.received >= began - LOOK_BACK.total_seconds())
        near = self.near_by(rumour.region)
        like = self.like_it(before, alike, rumour, terms)
        roots = []
        for finding, mask in (("waiting", self.finished >= began), ("answered", self.finished < began)):
            places = np.flatnonzero(recent & like & near & mask)
            places = places[np.lexsort((places, -alike[places]))][:MOST_COMPLAINTS]
            if len(places) < LEAST_COMPLAINTS:
                continue
            # What was answered is weighed as of its newest complaint: how long ago that is says nothing against it.
            newest = self.all[places.max()].received_at
            began_at = rumour.began_at if finding == "waiting" else newest + timedelta(seconds=1)
            parts = self.weigh(
                places, alike, replace(rumour, began_at=began_at), terms, like=like, recent=recent, near=near
            )
            score = score_parts(parts)
            if score >= least:
                roots.append(self.make_root(places, rumour, finding, words, parts, score))  # type: ignore[arg-type]
        return roots

    def near_by(self, region: str | None) -> NDArray[np.bool_]:
        """The complaints of this region, around it, inside it, or of none that is known."""
        if region is None:
            return np.ones(len(self.all), bool)
        around = np.isin(self.regions, ["", *(region[:at] for at, sign in enumerate(region) if sign == ".")])
        return np.asarray(self.in_region(region) | around, bool)

    def in_region(self, region: str) -> NDArray[np.bool_]:
        """The complaints of this region and of those inside it."""
        if region not in self.inside:
            inside = (self.regions == region) | np.char.startswith(self.regions, f"{region}.")
            self.inside[region] = np.asarray(inside, bool)
        return self.inside[region]

    def like_it(
        self, before: NDArray[np.bool_], alike: NDArray[np.float32], rumour: Rumour, terms: Sequence[str]
    ) -> NDArray[np.bool_]:
        """Of these complaints those that speak of the same thing: alike enough, and more so where the topic is another
        one."""
        concepts = concept_names()
        shared = self.count_shared(terms)
        same = np.zeros(len(self.all), bool)
        if rumour.topic is not None and rumour.topic in self.of_topic:
            same = self.of_topic[rumour.topic]
        named = self.count_shared([term for term in terms if term in concepts]) > 0
        least = LEAST_ALIKE if rumour.topic is None else np.where(same | ~self.told, LEAST_ALIKE, LEAST_ELSEWISE)
        return np.asarray(before & (alike >= least) & ((shared >= LEAST_SHARED) | (same & named)), bool)

    def count_shared(self, terms: Sequence[str]) -> NDArray[np.int64]:
        """How many of these terms each complaint has."""
        index = self.index
        known = [index.terms[term] for term in terms if term in index.terms]
        slices = [index.holders[index.ends[term] : index.ends[term + 1]] for term in known]
        return np.bincount(np.concatenate(slices) if slices else np.zeros(0, np.int64), minlength=len(self.all))

    def weigh(
        self,
        places: NDArray[np.int64],
        alike: NDArray[np.float32],
        rumour: Rumour,
        terms: Sequence[str],
        *,
        like: NDArray[np.bool_],
        recent: NDArray[np.bool_],
        near: NDArray[np.bool_],
    ) -> dict[str, float]:
        """The parts of a cluster's score (``analysis.rumour_scores.PARTS``)."""
        ones = [self.all[place] for place in places.tolist()]
        said = frozenset[str]().union(*(self.said[place] for place in places.tolist()))
        weights = {term: self.index.weight_of(term) for term in terms}
        newest = max(one.received_at for one in ones)
        return {
            "words": min(1.0, float(np.mean(alike[places[:TOP]]))),
            "covered": sum(weights[term] for term in terms if term in said) / max(sum(weights.values()), 1e-9),
            "place": sum(agree_places(rumour.region, one.region) for one in ones) / len(ones),
            "days": 0.5 ** ((rumour.began_at - newest) / timedelta(days=1) / HALF_DAYS),
            "unresolved": min(1.0, float(np.log2(1 + len(ones))) / 4),
            "unusual_days": self.surprise_by_days(rumour, like & near),
            "unusual_place": self.surprise_by_place(rumour, like, recent),
        }

    def surprise_by_days(self, rumour: Rumour, like: NDArray[np.bool_]) -> float:
        """How many more of them came in the last WINDOW than in those before, as far back as there are complaints."""
        began, width = rumour.began_at.timestamp(), WINDOW.total_seconds()
        first = float(self.received[0])
        windows = int(min((began - first) / width, HISTORY / WINDOW))
        counts = [
            int((like & (self.received >= began - (n + 1) * width) & (self.received < began - n * width)).sum())
            for n in range(windows)
        ]
        p = chance_by_days(counts[0], counts[1:]) if counts else None
        return NEUTRAL if p is None else surprise_of(p)

    def surprise_by_place(self, rumour: Rumour, like: NDArray[np.bool_], recent: NDArray[np.bool_]) -> float:
        """How many more of the place's complaints are such than of those of other places; of a rumour that names no
        place, or one that holds all complaints, how much they gather in one place."""
        known = recent & (self.regions != "")
        if rumour.region is not None:
            here = known & self.in_region(rumour.region)
            p = chance_by_place(int((here & like).sum()), int((known & like).sum()), int(here.sum()), int(known.sum()))
            if p is not None:
                return surprise_of(p)
        every, alike = Counter(self.regions[known].tolist()), Counter(self.regions[known & like].tolist())
        if len(every) < LEAST_PLACES:
            return NEUTRAL
        many, total = sum(alike.values()), sum(every.values())
        found = [chance_by_place(alike[one], many, every[one], total) for one in alike]
        # As many places are looked at: the smallest of their probabilities is that much less surprising (Bonferroni).
        return surprise_of(min(1.0, min((p for p in found if p is not None), default=1.0) * len(every)))

    def make_root(
        self,
        places: NDArray[np.int64],
        rumour: Rumour,
        finding: Finding,
        words: Sequence[tuple[str, str]],
        parts: Mapping[str, float],
        score: float,
    ) -> Root:
        cluster = [self.all[place] for place in places.tolist()]
        spoken: dict[str, str] = {}
        for word, term in words:
            spoken.setdefault(term, word)
        shared = Counter({term: sum(term in self.said[place] for place in places.tolist()) for term in spoken})
        telling = sorted(
            (term for term, count in shared.items() if count),
            key=lambda term: (-self.index.weight_of(term) * min(shared[term], TOP), term),
        )[:MOST_WORDS]
        named = tuple(
            (spoken[term], tuple(sorted(self.all[p].id for p in places.tolist() if term in self.said[p])))
            for term in telling
        )
        regions = {one.region for one in cluster}
        return Root(
            story=rumour.story,
            finding=finding,
            cluster=tuple(one.id for one in cluster),
            region=rumour.region or (next(iter(regions)) if len(regions) == 1 else None),
            score=score,
            parts=parts,
            words=named,
        )


def agree_places(ours: str | None, theirs: str | None) -> float:
    """1 where two regions are one; 0.5 where one lies around the other; 0 where either is unknown; -1 where they are
    apart."""
    if ours is None or theirs is None:
        return 0.0
    if ours == theirs:
        return 1.0
    return 0.5 if theirs.startswith(f"{ours}.") or ours.startswith(f"{theirs}.") else -1.0
