"""What the page Jelajah asks of the store and of casework: sizes, facets, stories, comparisons, saved searches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import streamlit as st

from analysis.series import Step, Stretch
from casework.incidents.dangers import dangers_off_lists
from casework.public_accounts import PublicAccounts, read_public
from casework.searches import (
    SavedSearch,
    archive_search,
    change_search,
    list_searches,
    restore_search,
    save_search,
)
from casework.stories import StorySummary
from casework.story_queue import read_summaries, stories_holding
from dashboard.data import (
    FRESH_SECONDS,
    POSTS,
    SENTIMENT_ORDER,
    read_settings,
    shared_casework,
    shared_store,
    whole_series,
    with_kinds,
)
from dashboard.explore_view import FACETS, only_kinds
from dashboard.visitor import VIA, page_actor
from kentongan.schema import ABSTAINED, UNLABELLED, Query, Record
from kentongan.times import to_zone
from search.aliases import AliasFile
from search.series import count_series, volume_of

TOP: Final = 6
"""Values of a facet that are listed; the others are found by narrowing."""
MOST_SOURCES: Final = 200
"""Sources that the builder offers, the largest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One of the questions beside each other."""

    query: Query
    posts: list[Stretch]
    """Posts and comments by sentiment."""
    sentiment: Mapping[str, int]
    kinds: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.sentiment.values())


@dataclass(frozen=True, slots=True)
class Told:
    """One post of the list, with what of its story stands behind it."""

    record: Record
    story: StorySummary | None
    """None where it is in no story of copies."""
    folded: int
    """Copies of it further down that are not drawn."""


@st.cache_resource(show_spinner=False)
def shared_aliases() -> AliasFile:
    """The alias lists of the installation, read anew whenever their file changes."""
    return AliasFile(read_settings().aliases_path)


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def estimate(text: str, within: Query) -> tuple[int, str, str]:
    """How many documents the words find within a question's range and filters; that range's first and last day.

    Raises BadQuery and Retry.
    """
    zone = read_settings().zone
    found = shared_store().count(replace(within, text=text))[0].count
    first = f"{to_zone(within.since, zone):%d/%m}" if within.since else "…"
    last = f"{to_zone(within.until - timedelta(seconds=1), zone):%d/%m}" if within.until else "…"
    return found, first, last


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_facets(query: Query) -> Mapping[str, list[tuple[str, int]]]:
    """For each facet its largest values with their counts; "unsure" and "not known" last. Raises BadQuery."""
    query = volume_of(query)
    found = shared_store().facets(query, fields=[one.dimension for one in FACETS.values()], top=TOP + 2)
    facets = {}
    for name, one in FACETS.items():
        rows = [(bucket.key[0], bucket.count) for bucket in found.get(one.dimension, [])]
        rows.sort(key=lambda row: (row[0] in (ABSTAINED, UNLABELLED), -row[1], row[0]))
        # A label that nobody has ever given says nothing.
        facets[name] = [] if all(value == UNLABELLED for value, _ in rows) else rows[: TOP + 2]
    return facets


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def known_sources() -> list[str]:
    """Names of the sources that have brought anything in, the largest first. Raises Retry."""
    return [bucket.key[0] for bucket in shared_store().count(Query(), by=("source",))[:MOST_SOURCES]]


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def known_hoax_labels() -> list[str]:
    """Labels of suspected hoaxes that any document carries. Raises Retry."""
    return [bucket.key[0] for bucket in shared_store().count(Query(), by=("hoax",)) if bucket.key[0] != UNLABELLED]


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_compared(query: Query, *, step: Step, zone: str) -> Compared:
    """The series and counts of one question with both ends of its range. Raises BadQuery and Retry."""
    assert query.since is not None and query.until is not None
    store, query = shared_store(), volume_of(query)
    posts = only_kinds(query, POSTS)
    if posts is None:
        posts = with_kinds(query, *POSTS)
    since, until = to_zone(query.since, zone), to_zone(query.until, zone)  # type: ignore[arg-type]
    counts = count_series(store, posts, step=step, by="sentiment", zone=zone)
    return Compared(
        query=query,
        posts=whole_series(counts, SENTIMENT_ORDER, since=since, until=until, step=step),
        sentiment={bucket.key[0]: bucket.count for bucket in store.count(posts, by=("sentiment",))},
        kinds={bucket.key[0]: bucket.count for bucket in store.count(query, by=("kind",))},
    )


def fold_copies(records: Sequence[Record]) -> list[Told]:
    """The records in their order, each story of copies once: where its newest copy stands. Raises Retry."""
    documents = [record.document.id for record in records]
    with shared_casework().read() as session:
        stories = stories_holding(session, documents)
        summaries = read_summaries(session, stories.values())
    copies: dict[str, int] = {}
    for document in documents:
        if document in stories:
            copies[stories[document]] = copies.get(stories[document], 0) + 1
    told, seen = [], set()
    for record in records:
        story = stories.get(record.document.id)
        if story in seen:
            continue
        if story is not None:
            seen.add(story)
        told.append(Told(record, summaries.get(story) if story else None, copies.get(story, 1) - 1 if story else 0))
    return told


def asks_for_hoaxes(query: Query) -> bool:
    """Whether a list of this answer would read as one of suspected hoaxes."""
    return bool(query.hoax) or "hoaks:" in query.text.lower()


def off_hoax_lists(records: Sequence[Record]) -> set[str]:
    """Which of these documents wait for an agency's word on a danger, or had it confirmed. Raises Retry."""
    documents = [record.document.id for record in records]
    with shared_casework().read() as session:
        off = dangers_off_lists(session)
        stories = stories_holding(session, documents)
    return {id for id in documents if id in off or stories.get(id) in off}


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_public() -> PublicAccounts:
    """The accounts that are shown by name. Raises Retry."""
    with shared_casework().read() as session:
        return read_public(session)


def load_searches(*, archived: bool = False) -> list[SavedSearch]:
    """The saved searches by name. Raises Retry."""
    with shared_casework().read() as session:
        return list_searches(session, archived=archived)


def keep_search(name: str, query: Query, *, note: str, now: datetime) -> SavedSearch:
    """Keep a question under a name. Raises KentonganError."""
    with shared_casework().begin() as session:
        return save_search(
            session, name=name, query=query, note=note, actor=page_actor(session, now=now), now=now,
            aliases=shared_aliases(), via=VIA,
        )  # fmt: skip


def alter_search(
    search: SavedSearch, *, name: str | None, note: str | None, query: Query | None, now: datetime
) -> SavedSearch:
    """Change what is not None, on what the person saw. Raises KentonganError."""
    with shared_casework().begin() as session:
        return change_search(
            session, search.id, name=name, note=note, query=query, actor=page_actor(session, now=now),
            version=search.version, now=now, aliases=shared_aliases(), via=VIA,
        )  # fmt: skip


def put_away(search: SavedSearch, *, now: datetime) -> SavedSearch:
    """Archive a search. Raises KentonganError."""
    with shared_casework().begin() as session:
        actor = page_actor(session, now=now)
        return archive_search(session, search.id, actor=actor, version=search.version, now=now, via=VIA)


def take_back(search: SavedSearch, *, now: datetime) -> SavedSearch:
    """Undo the archiving of a search. Raises KentonganError."""
    with shared_casework().begin() as session:
        actor = page_actor(session, now=now)
        return restore_search(session, search.id, actor=actor, version=search.version, now=now, via=VIA)
