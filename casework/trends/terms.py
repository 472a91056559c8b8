"""Which terms become series: words and pairs that several voices say in one hour, more often than in the days before.

A term's hours from the one in which it was first followed hold voices. Those before it are counted by the store and
hold posts, which are never fewer than voices: what was usual can only seem too much, so that the mismatch hides a rise
at worst and never raises one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from casework.trends.hours import hour_of
from casework.trends.posts import TERM, posts_query
from casework.trends.tables import HOUR_TABLE, TrendHourRow, TrendTermRow
from kentongan.batches import batched
from search.store import Store

LEAST: Final = 5
"""Fewest voices of one hour that make a term worth a look: what ``analysis.bursts`` needs for an alarm."""
LEAST_SHARE: Final = 0.002
"""The same as a share of all voices of the hour: where thousands speak, five who say the same are no rise."""
RISE: Final = 3.0
"""Times its usual posts an hour that a term must be said by voices to be followed. Below, the words that everybody uses
all day would fill the table; what so common a word is about rises in its topic as well."""
RATE_HOURS: Final = 24 * 14
"""Hours that the usual rate is taken of."""
LEAST_HOURS: Final = 48
"""Hours that must be known before anything can be called unusual."""
TERM_DAYS: Final = 14
"""Days in which terms are looked for when hours are made, and after which a term nobody says together any more is
dropped."""
MOST_TERMS: Final = 2_000
"""Most terms followed; beyond, those that rose longest ago are dropped."""
AT_A_TIME: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term that was looked at."""

    since: int | None
    last: int
    rate: float


@dataclass(slots=True)
class Terms:
    """The terms that are known, as the hours are made one after the other."""

    known: dict[str, Term]
    first: int
    """The first hour of the series."""
    changed: set[str] = field(default_factory=set)
    filled: dict[str, dict[int, int]] = field(default_factory=dict)
    """Posts by hour of terms that are followed from now on."""

    @property
    def followed(self) -> frozenset[str]:
        return frozenset(term for term, one in self.known.items() if one.since is not None)

    def take_up(self, counted: Counter[str], *, voices: int, hour: int, store: Store) -> None:
        """Look at what an hour's voices said, and follow what is new."""
        least = max(LEAST, LEAST_SHARE * voices)
        if hour - self.first < LEAST_HOURS:
            return
        for term, said in sorted(one for one in counted.items() if one[1] >= least):
            known = self.known.get(term)
            if known is not None and known.since is not None:
                if hour > known.last:
                    self.note(term, replace(known, last=hour))
            elif known is None or said >= RISE * known.rate:
                self.look_at(term, said, hour=hour, store=store)

    def look_at(self, term: str, voices: int, *, hour: int, store: Store) -> None:
        """Follow a term where it is said clearly more than before; else remember how usual it is."""
        posts = count_posts(store, term, first=self.first, hour=hour)
        begun = max(self.first, hour - RATE_HOURS)
        rate = sum(count for at, count in posts.items() if at >= begun) / (hour - begun)
        since = hour if voices >= RISE * rate else None
        self.note(term, Term(since=since, last=hour, rate=rate))
        if since is not None:
            self.filled[term] = posts

    def note(self, term: str, what: Term) -> None:
        self.known[term] = what
        self.changed.add(term)

    def save(self, session: Session) -> None:
        """Write what changed since the last saving, with the hours before of what is new."""
        changed, filled = sorted(self.changed), self.filled
        self.changed, self.filled = set(), {}
        known = set(load_rows(session, changed))
        rows = [
            {"term": term, "since": one.since, "last": one.last, "rate": one.rate}
            for term, one in ((term, self.known[term]) for term in changed)
        ]
        for act, chosen in (
            (update(TrendTermRow), [row for row in rows if row["term"] in known]),
            (insert(TrendTermRow), [row for row in rows if row["term"] not in known]),
        ):
            if chosen:
                session.execute(act, chosen)
        for term, posts in filled.items():
            until = self.known[term].since
            session.execute(delete(TrendHourRow).where(TrendHourRow.series == TERM + term, TrendHourRow.hour < until))
            if posts:
                session.execute(insert(HOUR_TABLE), [as_row(term, hour, count) for hour, count in posts.items()])


def as_row(term: str, hour: int, posts: int) -> dict[str, object]:
    """An hour of which only the posts are known."""
    return {"series": TERM + term, "hour": hour, "posts": posts, "voices": posts, "negative": 0, "decided": 0}


def count_posts(store: Store, term: str, *, first: int, hour: int) -> dict[int, int]:
    """Posts that have the term, by hour, up to before ``hour``."""
    asked = replace(posts_query(first, hour), text=f'"{term}"')
    return {hour_of(datetime.fromisoformat(cell.key[0])): cell.count for cell in store.count(asked, by=["hour"])}


def load_rows(session: Session, terms: Iterable[str]) -> list[str]:
    """Those of the terms that the table has."""
    column = TrendTermRow.term
    return [
        term for part in batched(terms, AT_A_TIME) for term in session.scalars(select(column).where(column.in_(part)))
    ]


def load_terms(session: Session, *, first: int) -> Terms:
    """Everything that is known of terms."""
    row = TrendTermRow
    found = session.execute(select(row.term, row.since, row.last, row.rate))
    return Terms({one.term: Term(since=one.since, last=one.last, rate=one.rate) for one in found}, first)


def drop_terms(session: Session, *, newest: int) -> int:
    """Forget terms that nobody says together any more, with their series; returns how many are followed now."""
    row = TrendTermRow
    old = [*session.scalars(select(row.term).where(row.last < newest - 24 * TERM_DAYS))]
    followed = select(row.term).where(row.since.is_not(None)).order_by(row.last.desc(), row.term)
    kept = [*session.scalars(followed)]
    gone = set(old) | set(kept[MOST_TERMS:])
    for part in batched(sorted(gone), AT_A_TIME):
        session.execute(delete(TrendHourRow).where(TrendHourRow.series.in_([TERM + term for term in part])))
        session.execute(delete(row).where(row.term.in_(part)))
    return len(set(kept) - gone)
