"""What the pages ask of the store, as small aggregates. The only file with caches.

Caches hold for ``FRESH_SECONDS``: every session sees the same snapshot, and no page reads more posts than it shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import streamlit as st

from analysis.series import Step, Stretch, make_series, stretch_starts
from casework.complaint_regions import RegionComplaints, count_by_region
from casework.db import Casework, open_casework
from casework.deadlines import Deadlines, load_deadlines
from casework.entries import Saved, save_entry, take_back
from casework.followups.past import Scope, daily_complaints, scope_documents
from casework.incidents.dangers import Danger, dangers_beside
from casework.incidents.reading import current_takeover
from casework.incidents.records import Incident
from casework.tip_answers import answers_to_correct
from casework.tip_intake import Taken, TipIntake, take_tip
from casework.tip_matching import match_tip
from casework.tips import Tip, TipState, count_tips, list_tips
from casework.trend_reading import TrendReport, describe_trends
from crawlers.by_hand import Entry
from dashboard.complaint_public import ComplaintDesk
from dashboard.sign_in import SignInDesk
from dashboard.tip_desk import TipDesk
from kentongan.errors import KentonganError
from kentongan.places import Gazetteer, load_gazetteer
from kentongan.schema import Document, Gap, Kind, Query, Record
from kentongan.settings import Settings, load_settings
from kentongan.times import to_zone
from search.open import open_store
from search.series import SeriesCounts, count_series, volume_of
from search.store import Store

if TYPE_CHECKING:
    from analysis.claims import ClaimMatcher
    from models.suggest import Suggester

TAKEOVER_FRESH_SECONDS = 5
"""How old the banner of an emergency may be, in seconds."""

FRESH_SECONDS = 20
"""How old a shown figure may be, in seconds."""

CLAIMS_FRESH_SECONDS = 600
"""How old the index of fact-checks may be, in seconds: making it reads all of them."""

POSTS: tuple[Kind, ...] = ("post", "comment")
"""The kinds whose sentiment is shown."""

SENTIMENT_ORDER = ("negative", "neutral", "positive", "abstained", "none")
"""From the bottom of a bar to its top."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Posts of one topic or district by sentiment, and the complaints beside them."""

    key: str
    name: str
    sentiment: Mapping[str, int]
    complaints: int

    @property
    def posts(self) -> int:
        return sum(self.sentiment.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything the page of trends draws."""

    posts: list[Stretch]
    """Posts and comments by sentiment, by hour or day."""
    complaints: list[Stretch]
    """Complaints, by hour or day: one label, "complaint"."""
    sentiment: Mapping[str, int]
    kinds: Mapping[str, int]
    topics: list[Tally]
    regions: list[Tally]
    unplaced: int
    """Posts in which no district is named."""
    gaps: list[Gap]
    coverage: float
    """Share of the usual collection that ran in the whole range."""
    sample: bool
    """Whether any document of the range is invented."""
    model: str | None
    """Current sentiment model ("linear 1.0.0")."""


@st.cache_resource(show_spinner=False)
def read_settings() -> Settings:
    """The settings, read once a process."""
    return load_settings()


@st.cache_resource(show_spinner=False)
def shared_store() -> Store:
    """The store, opened once a process and shared by all sessions."""
    return open_store(read_settings())


@st.cache_resource(show_spinner=False)
def shared_casework() -> Casework:
    """The casework database, opened once a process and shared by all sessions."""
    return open_casework(read_settings())


@st.cache_resource(show_spinner=False, ttl=CLAIMS_FRESH_SECONDS)
def shared_claims() -> ClaimMatcher:
    """The index of fact-checks, as it was at most CLAIMS_FRESH_SECONDS ago."""
    from casework.claim_matching import open_claims

    return open_claims(shared_store())


@st.cache_resource(show_spinner=False)
def shared_desk() -> TipDesk:
    """What the public routes of tips work with; nothing is opened before it is needed."""
    return TipDesk(settings=read_settings(), casework=shared_casework, store=shared_store, claims=shared_claims)


@st.cache_resource(show_spinner=False)
def shared_gazetteer() -> Gazetteer:
    """The gazetteer, read once a process."""
    settings = read_settings()
    return load_gazetteer(settings.regions_file, boundaries=settings.boundaries_file)


@st.cache_resource(show_spinner=False)
def shared_deadlines() -> Deadlines:
    """Deadline rules, days off and zone, read once a process."""
    return load_deadlines(read_settings())


@st.cache_resource(show_spinner=False)
def shared_suggester() -> Suggester | None:
    """The model that suggests category and agency; None where its weights are not there."""
    from models.linear import BadModel
    from models.suggest import load_suggester

    try:
        return load_suggester()
    except BadModel:
        return None


@st.cache_resource(show_spinner=False)
def shared_complaints() -> ComplaintDesk:
    """What the public routes of complaints work with; nothing is opened before it is needed."""
    return ComplaintDesk(
        settings=read_settings(), casework=shared_casework, gazetteer=shared_gazetteer, deadlines=shared_deadlines,
        suggester=shared_suggester,
    )  # fmt: skip


@st.cache_resource(show_spinner=False)
def shared_sign_in() -> SignInDesk:
    """What sessions are looked up with; the database is opened when it is needed."""
    return SignInDesk(settings=read_settings(), casework=shared_casework)


def with_kinds(query: Query, *kinds: Kind) -> Query:
    """The same question about these kinds only."""
    return replace(query, kinds=kinds)


def whole_series(
    counts: SeriesCounts, labels: Sequence[str], *, since: datetime, until: datetime, step: Step
) -> list[Stretch]:
    """Counts as a series without holes."""
    return make_series(
        counts.counted,
        labels,
        starts=stretch_starts(since, until, step),
        step=step,
        gaps=counts.gaps,
        volumes=counts.volumes,
        collected=counts.collected,
    )


def tallies(store: Store, query: Query, dimension: str, names: Mapping[str, str] | None = None) -> list[Tally]:
    """Posts by sentiment and complaints, for each value of a dimension, most posts first."""
    by_sentiment: dict[str, dict[str, int]] = {}
    for bucket in store.count(with_kinds(query, *POSTS), by=(dimension, "sentiment")):  # type: ignore[arg-type]
        by_sentiment.setdefault(bucket.key[0], {})[bucket.key[1]] = bucket.count
    complaints = {
        bucket.key[0]: bucket.count
        for bucket in store.count(with_kinds(query, "complaint"), by=(dimension,))  # type: ignore[arg-type]
    }
    keys = by_sentiment.keys() | complaints.keys()
    made = [
        Tally(
            key=key,
            name=(names or {}).get(key, key),
            sentiment=by_sentiment.get(key, {}),
            complaints=complaints.get(key, 0),
        )
        for key in keys
    ]
    return sorted(made, key=lambda tally: (-tally.posts - tally.complaints, tally.key))


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_overview(query: Query, *, step: Step, zone: str) -> Overview:
    """The aggregates of one question. ``query`` has both ends of its time range. Raises BadQuery and Retry.

    Every figure is a volume: what was entered by hand is in none of them.
    """
    store = shared_store()
    query = volume_of(query)
    assert query.since is not None and query.until is not None
    since, until = to_zone(query.since, zone), to_zone(query.until, zone)
    posts = count_series(store, with_kinds(query, *POSTS), step=step, by="sentiment", zone=zone)
    complaints = count_series(store, with_kinds(query, "complaint"), step=step, by="kind", zone=zone)
    made = whole_series(posts, SENTIMENT_ORDER, since=since, until=until, step=step)
    sentiment = {b.key[0]: b.count for b in store.count(with_kinds(query, *POSTS), by=("sentiment",))}
    gazetteer = shared_gazetteer()
    all_regions = tallies(store, query, "region")
    regions = [
        Tally(key=t.key, name=region.name, sentiment=t.sentiment, complaints=t.complaints)
        for t in all_regions
        if (region := gazetteer.get(t.key)) is not None and region.level == "kecamatan"
    ]
    unplaced = sum(t.posts for t in all_regions) - sum(t.posts for t in regions)
    current = store.current_models().get("sentiment")
    return Overview(
        posts=made,
        complaints=whole_series(complaints, ("complaint",), since=since, until=until, step=step),
        sentiment=sentiment,
        kinds={b.key[0]: b.count for b in store.count(query, by=("kind",))},
        topics=[t for t in tallies(store, query, "topic") if t.key not in ("abstained", "none")],
        regions=regions,
        unplaced=unplaced,
        gaps=[gap for gap in posts.gaps if gap.source in posts.volumes],
        coverage=sum(s.coverage for s in made) / len(made) if made else 1.0,
        sample=any(b.key[0] == "true" for b in store.count(query, by=("sample",))),
        model=current.replace("|", " ") if current else None,
    )


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_voice(query: Query, *, step: Step, zone: str) -> TrendReport:
    """Share of voice, voices and the model's error of one question, without terms and names. ``query`` has both ends of
    its time range. Raises BadQuery and Retry."""
    assert query.since is not None and query.until is not None
    with shared_casework().read() as session:
        return describe_trends(
            shared_store(), session, query, since=query.since, until=query.until, step=step, zone=zone,
            models_dir=read_settings().models_dir, words=False,
        )  # fmt: skip


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_region_days(
    region: str, *, since: datetime, until: datetime, zone: str
) -> tuple[list[Stretch], list[Stretch]]:
    """Posts by sentiment and complaints of one region, day by day in [since, until). Raises Retry."""
    query = volume_of(Query(regions=(region,), since=since, until=until))
    local = (to_zone(since, zone), to_zone(until, zone))
    made = []
    for kinds, by, labels in ((POSTS, "sentiment", SENTIMENT_ORDER), (("complaint",), "kind", ("complaint",))):
        counts = count_series(shared_store(), with_kinds(query, *kinds), step="day", by=by, zone=zone)  # type: ignore[arg-type]
        made.append(whole_series(counts, labels, since=local[0], until=local[1], step="day"))
    return made[0], made[1]


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_region_tallies(*, since: datetime, until: datetime) -> list[Tally]:
    """Posts by sentiment and complaints of [since, until) by the region they name. Raises Retry."""
    found = tallies(shared_store(), volume_of(Query(since=since, until=until)), "region")
    return [tally for tally in found if tally.key not in ("abstained", "none")]


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def holds_samples(*, since: datetime, until: datetime) -> bool:
    """Whether any document of [since, until) is invented. Raises Retry."""
    return any(b.key[0] == "true" for b in shared_store().count(Query(since=since, until=until), by=("sample",)))


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_region_complaints(moment: datetime) -> Mapping[str, RegionComplaints]:
    """Open and overdue complaints by region, as of a moment (cut it, or every session asks anew)."""
    with shared_casework().read() as session:
        return count_by_region(session, now=moment)


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_posts(query: Query, *, limit: int) -> tuple[list[Record], int]:
    """The newest ``limit`` documents and how many match in all."""
    page = shared_store().search(query, limit=limit)
    return list(page.records), page.total


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def newest_moment() -> datetime | None:
    """When the newest document was published; None while the store is empty."""
    page = shared_store().search(Query(), limit=1)
    return page.records[0].document.published_at if page.records else None


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_scope(scope: Scope, *, zone: str) -> tuple[list[str] | None, dict[date, int]]:
    """Ids of a decision's complaints (None: all of its district), and how many there were each day."""
    return scope_documents(shared_store(), scope), daily_complaints(shared_store(), scope, zone=zone)


def load_records(ids: Sequence[str]) -> list[Record]:
    """The records of these ids that there are, as they are now."""
    return [record for record in shared_store().get(ids) if record is not None]


def enter_post(entry: Entry, *, now: datetime) -> Saved:
    """Keep what a person entered by hand; every page sees it at once. Raises NotAllowed, Quarantine and Retry."""
    from dashboard.visitor import entering_actor  # it asks who one is by what is here

    saved = save_entry(
        entry, settings=read_settings(), store=shared_store(), casework=shared_casework(),
        actor=entering_actor(now=now), now=now,
    )  # fmt: skip
    forget_answers()
    return saved


def take_post_back(document: Document, *, now: datetime) -> None:
    """Drop what was entered by hand a moment ago. Raises NotAllowed and Retry."""
    from dashboard.visitor import entering_actor

    take_back(
        document, settings=read_settings(), store=shared_store(), casework=shared_casework(),
        actor=entering_actor(now=now), now=now,
    )  # fmt: skip
    forget_answers()


def enter_tip(intake: TipIntake, *, now: datetime) -> Taken:
    """Take in a tip that staff entered, then match it; it is kept whatever becomes of the search. Raises NotAllowed,
    Quarantine and Retry."""
    from dashboard.visitor import entering_actor

    actor = entering_actor(now=now)
    with shared_casework().begin() as session:
        taken = take_tip(session, intake, settings=read_settings(), actor=actor, now=now)
    try:
        matched = match_tip(shared_casework(), shared_store(), taken.tip.id, claims=shared_claims, now=now)
    except KentonganError:
        return taken  # it waits for `kentongan tips match`
    return replace(taken, tip=matched)


def load_tips(*, limit: int) -> tuple[list[Tip], Mapping[TipState, int], int]:
    """Open tips, the soonest due first; how many are in each state; how many answers stand on a
    clarification that was withdrawn."""
    with shared_casework().read() as session:
        corrections = len(answers_to_correct(session, None))
        return list_tips(session, limit=limit), count_tips(session), corrections


@st.cache_data(ttl=TAKEOVER_FRESH_SECONDS, show_spinner=False)
def load_takeover() -> Incident | None:
    """The open incident that takes over the wall, for the banner of every page. Raises Retry."""
    with shared_casework().read() as session:
        return current_takeover(session)


def load_dangers(ids: Sequence[str], *, now: datetime) -> Mapping[str, Danger]:
    """What agencies were asked about these documents or stories, for those that were asked about."""
    with shared_casework().read() as session:
        return dangers_beside(session, ids, now=now)


def forget_answers() -> None:
    """Ask the store anew: something was written here."""
    for cached in (load_overview, load_voice, load_posts, newest_moment):
        cached.clear()
