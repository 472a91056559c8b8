"""What alert rules know of posts themselves: terms by day, sentiment by day, and how suspected stories spread."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from analysis.alert_rules import DayFacts, HoaxStoryParameters, NewTermParameters, StoryFacts, TermFacts
from analysis.alert_rules_posts import (
    NEW_DAYS,
    SHIFT_DAYS,
    StoryPost,
    StorySpread,
    TermPost,
    count_voices,
    is_term,
)
from casework.alerts.facts_hours import NO_GROUP, narrow
from casework.alerts.records import Split
from casework.incidents.dangers import OFF_LISTS
from casework.incidents.tables import DangerDocumentRow, DangerRow
from casework.story_tables import StoryItemRow, StoryMessageRow, StoryRow
from casework.verdict_tables import DecisionRow, EventRow, ReviewRow
from kentongan.batches import batched
from kentongan.schema import BY_HAND, SENTIMENTS, Query, Record
from kentongan.text import is_hashtag, joined_tokens
from kentongan.times import start_of_day, zone_of
from search.store import Store

SUSPECTED: Final = "hoax"
"""The label by which a model or a person says that words look like a hoax (``models.hoax_data``)."""
CLEARED: Final = ("true", "satire_or_opinion")
"""Verdicts of two persons after which a story is no suspected hoax."""
COUNTS_FOR_READS: Final = 5
"""Posts that are read in the time that one term is counted in: where there are more, terms are counted one by one."""
MAX_TERM: Final = 100
"""Longest hashtag that is looked at, in characters, as long as the longest word of a text."""
AT_ONCE: Final = 500
"""Ids in one question to a database."""


def read_term_facts(
    store: Store,
    session: Session,
    parameters: NewTermParameters,
    query: Query,
    *,
    since: datetime,
    until: datetime,
    zone: str,
) -> TermFacts:
    """The posts from the local day of ``since`` on, and what was said of their frequent terms in the days before."""
    place = zone_of(zone)
    first = start_of_day(since, zone)
    asked = replace(query, since=first, until=until)
    posts = read_term_posts(store, session, asked)
    found = list(count_voices(posts, zone=place, least=parameters.voices))
    terms = {term for _, term in found}
    earlier = replace(query, since=first - timedelta(days=NEW_DAYS), until=first)
    said = count_terms(store, earlier, posts, terms, zone=zone)
    before = {(day, term): sum_before(said, day, term, most=parameters.before) for day, term in found}
    spoken = store.count(replace(asked, since=first - timedelta(days=NEW_DAYS)), by=["day"], zone=zone)
    days = frozenset(datetime.fromisoformat(cell.key[0]).date() for cell in spoken)
    return TermFacts(posts=posts, before=before, days=days, zone=place)


def read_term_posts(store: Store, session: Session, query: Query) -> tuple[TermPost, ...]:
    """The posts of a question in order of time, with their terms."""
    assert query.since is not None and query.until is not None
    story_of: dict[str, str] = {
        row.document: row.story
        for row in session.execute(
            select(StoryItemRow.document, StoryMessageRow.story)
            .join(StoryMessageRow, StoryMessageRow.message == StoryItemRow.message)
            .where(StoryItemRow.published_at >= query.since, StoryItemRow.published_at < query.until)
        )
    }
    posts = []
    read = TermReader()
    for record in store.stream(query):
        document = record.document
        account = f"{document.platform}|{document.author}" if document.author else document.id
        voice = (account, story_of.get(document.id, document.id))
        posts.append((document.published_at, document.id, TermPost(
            at=document.published_at, voice=voice, terms=read.terms_of(record),
        )))  # fmt: skip
    return tuple(post for _, _, post in sorted(posts, key=lambda one: one[:2]))


def count_terms(
    store: Store, earlier: Query, posts: Iterable[TermPost], terms: set[str], *, zone: str
) -> Counter[tuple[date, str]]:
    """Posts by local day and term: in ``posts``, and in what the store has of ``earlier``."""
    place = zone_of(zone)
    said: Counter[tuple[date, str]] = Counter()
    for post in posts:
        day = post.at.astimezone(place).date()
        for term in terms & post.terms:
            said[day, term] += 1
    older = sum(cell.count for cell in store.count(earlier))
    if older > COUNTS_FOR_READS * len(terms):
        for term in sorted(terms):
            for cell in store.count(with_term(earlier, term), by=["day"], zone=zone):
                said[datetime.fromisoformat(cell.key[0]).date(), term] += cell.count
        return said
    read = TermReader()
    for record in store.stream(earlier):
        day = record.document.published_at.astimezone(place).date()
        for term in terms & read.terms_of(record):
            said[day, term] += 1
    return said


def sum_before(said: Counter[tuple[date, str]], day: date, term: str, *, most: int) -> int:
    """Posts with a term in the NEW_DAYS before a day; it stops counting once there are more than ``most``."""
    total = 0
    for n in range(1, NEW_DAYS + 1):
        total += said.get((day - timedelta(days=n), term), 0)
        if total > most:
            break
    return total


class TermReader:
    """Reads the terms of posts; each chunk between blanks is read once, and no token reaches across one."""

    def __init__(self) -> None:
        self.chunks: dict[str, frozenset[str]] = {}

    def terms_of(self, record: Record) -> frozenset[str]:
        """Words and hashtags of a post, as the index has them."""
        known = self.chunks
        found = [known[chunk] if chunk in known else self.read_chunk(chunk) for chunk in record.newest.words.split()]
        tags = (f"#{tag.lower()}" for tag in record.document.hashtags if len(tag) < MAX_TERM)
        return frozenset(tags).union(*found)

    def read_chunk(self, chunk: str) -> frozenset[str]:
        tokens = joined_tokens(chunk)[0].split()
        self.chunks[chunk] = found = frozenset(token for token in tokens if is_term(token) or is_hashtag(token))
        return found


def with_term(query: Query, term: str) -> Query:
    """The question narrowed to posts with one term."""
    asked = f"{term}" if term.startswith("#") else f'"{term}"'
    return replace(query, text=f"({query.text}) {asked}" if query.text else asked)


def read_day_facts(
    store: Store, query: Query, *, split: Split | None, since: datetime, until: datetime, zone: str
) -> DayFacts:
    """Negative and all decided posts by local day and group, from SHIFT_DAYS before the first day that ends after
    ``since``."""
    first = start_of_day(since, zone) - timedelta(days=SHIFT_DAYS)
    asked = replace(query, since=first, until=start_of_day(until, zone), kinds=query.kinds or ("post", "comment"))
    groups = [""]
    if split is not None:
        groups = sorted(cell.key[0] for cell in store.count(asked, by=[split]) if cell.key[0] not in NO_GROUP)
    days: dict[str, dict[date, tuple[int, int]]] = {}
    for group in groups:
        narrowed = asked if split is None else narrow(asked, split, group)
        counted: dict[date, Counter[str]] = defaultdict(Counter)
        for cell in store.count(narrowed, by=["day", "sentiment"], zone=zone):
            counted[datetime.fromisoformat(cell.key[0]).date()][cell.key[1]] += cell.count
        days[group] = {
            day: (said["negative"], sum(said[label] for label in SENTIMENTS)) for day, said in sorted(counted.items())
        }
    return DayFacts(days=days, zone=zone_of(zone))


def read_story_facts(
    store: Store,
    session: Session,
    parameters: HoaxStoryParameters,
    query: Query | None,
    *,
    since: datetime,
    until: datetime,
) -> StoryFacts:
    """Stories that grew, or were let go by an agency, after ``since``, each from its beginning.

    ``query`` narrows to the posts it matches; None takes all. Stories too small for what is asked are left out.
    """
    least = min(parameters.voices, parameters.platforms)
    chosen = (
        select(StoryRow.id)
        .join(StoryMessageRow, StoryMessageRow.story == StoryRow.id)
        .join(StoryItemRow, StoryItemRow.message == StoryMessageRow.message)
        .join(DangerDocumentRow, DangerDocumentRow.document == StoryItemRow.document, isouter=True)
        .join(DangerRow, DangerRow.id == DangerDocumentRow.danger, isouter=True)
        .where(StoryRow.spreads >= least)
        .where(
            or_(
                (StoryItemRow.published_at >= since - timedelta(hours=1)) & (StoryItemRow.published_at < until),
                (DangerRow.answered_at >= since - timedelta(hours=1)) & (DangerRow.answered_at < until),
            )
        )
        .distinct()
    )
    stories = sorted(session.scalars(chosen))
    matching = None
    if query is not None:
        matching = {record.document.id for record in store.stream(replace(query, until=until))}
    return StoryFacts(
        stories=tuple(
            read_spread(store, session, story, until=until, matching=matching) for story in stories
        )
    )  # fmt: skip


def read_spread(
    store: Store, session: Session, story: str, *, until: datetime, matching: set[str] | None
) -> StorySpread:  # fmt: skip
    """Who passed on one story before ``until``, and when it was held."""
    item = StoryItemRow
    rows = session.execute(
        select(item.document, item.stance, item.source, item.platform, item.published_at)
        .join(StoryMessageRow, StoryMessageRow.message == item.message)
        .where(StoryMessageRow.story == story, item.published_at < until)
        .order_by(item.published_at, item.document)
    ).all()
    spread = [
        row for row in rows
        if row.stance == "spreads" and row.source != BY_HAND and (matching is None or row.document in matching)
    ]  # fmt: skip
    posts = []
    for row, record in zip(spread, store.get([row.document for row in spread]), strict=True):
        author = record.document.author if record is not None else None
        posts.append(
            StoryPost(
                at=row.published_at, account=f"{row.platform}|{author}" if author else row.document,
                platform=row.platform, suspected=None if record is None else is_suspected(record),
            )
        )  # fmt: skip
    return StorySpread(story=story, posts=tuple(posts), held=read_holds(session, [row.document for row in rows]))


def is_suspected(record: Record) -> bool | None:
    """Whether the label that counts says suspected hoax; None where there is none, or it abstains."""
    label = record.labels.get("hoax")
    return None if label is None or label.abstained or label.value is None else label.value == SUSPECTED


def read_holds(session: Session, documents: Iterable[str]) -> tuple[tuple[datetime, datetime | None], ...]:
    """From when to when a story with these documents was off the lists of suspected hoaxes, up to now: as a rumour of
    danger, or because two persons found it to be none."""
    held: set[tuple[datetime, datetime | None]] = set()
    for part in batched(list(documents), AT_ONCE):
        dangers = select(DangerRow.raised_at, DangerRow.state, DangerRow.answered_at).join(
            DangerDocumentRow, DangerDocumentRow.danger == DangerRow.id
        )
        for raised, state, answered in session.execute(dangers.where(DangerDocumentRow.document.in_(part))):
            held.add((raised, None if state in OFF_LISTS else answered))
        verdicts = (
            select(func.max(EventRow.at))
            .join(ReviewRow, (ReviewRow.id == EventRow.review) & (ReviewRow.round == EventRow.round))
            .join(DecisionRow, (DecisionRow.review == ReviewRow.id) & (DecisionRow.round == ReviewRow.round))
            .where(EventRow.act == "agreed", ReviewRow.state == "decided", DecisionRow.status.in_(CLEARED))
            .where(ReviewRow.anchor.in_(part))
            .group_by(ReviewRow.id)
        )
        held.update((at, None) for at in session.scalars(verdicts))
    return tuple(sorted(held, key=lambda one: (one[0], one[1] is None, one[1] or one[0])))
