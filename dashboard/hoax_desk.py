"""What the hoax desk knows of one story: how it spread, its versions, its posts, and where persons stand with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import streamlit as st
from sqlalchemy.orm import Session

from analysis.spread import PlacedFactCheck
from casework.incidents.dangers import Danger, dangers_beside
from casework.roles import ACTIONS, Action, Actor
from casework.rumours import RumourLink, links_of_story
from casework.spread import StorySpread, read_spread
from casework.stories import (
    Story,
    StoryChange,
    StoryItem,
    Suggestion,
    read_story,
    story_history,
    suggest_merges,
)
from casework.story_queue import waiting_tips
from casework.verdict_records import Event, Review
from casework.verdict_stories import reviews_beside
from casework.verdicts import Standing, compare_words, read_review, read_standing, verdict_history
from dashboard.data import FRESH_SECONDS, load_records, read_settings, shared_casework, shared_claims, shared_store
from dashboard.hoax_queue import SCORED, find_lines, load_queue, read_error
from dashboard.hoax_score import Score, weigh_copies
from dashboard.visitor import page_actor
from evidence.cases import cases_holding
from kentongan.errors import KentonganError, NotFound
from kentongan.schema import BY_HAND, Record

VERSIONS: Final = 8
"""Versions of a story that are compared, the most copied first."""
POSTS_STEP: Final = 8
"""Posts that are shown, and by how many they grow."""
SUGGESTED: Final = 4
HELD_LOOKED: Final = 500
"""Documents of a story, the newest, that are looked for in cases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who looks, as the page may act for them."""

    actor: Actor | None
    why: KentonganError | None
    """Why the page acts for nobody."""

    def may(self, act: Action) -> bool:
        return self.actor is not None and self.actor.role in ACTIONS[act]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One wording of a story's message, with how far it went."""

    message: str
    copies: int
    platforms: tuple[str, ...]
    """Most copies first."""
    document: str
    """A document that says it, the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView:
    """One story as its page shows it."""

    story: Story
    centre: Record | None
    """The post that stands for it; None where the store has it no more."""
    anchor: Record | None
    """The post a review is, or would be, opened on: one that spreads the message."""
    score: Score | None
    standing: Standing
    review: Review | None
    """The newest review, as the reader may see it: what another chose in a round that still waits is left out."""
    words: str | None
    """``revision_hash`` of the newest words of the review's anchor; None where the store has it no more."""
    events: tuple[Event, ...]
    versions: tuple[Version, ...]
    danger: Danger | None
    tips: int
    links: tuple[RumourLink, ...]
    cases: tuple[str, ...]
    """Cases that hold posts of it."""
    changes: tuple[StoryChange, ...]
    suggestions: tuple[Suggestion, ...]
    reader: Reader

    @property
    def id(self) -> str:
        return self.story.id

    @property
    def sample(self) -> bool:
        return any(one is not None and one.document.sample for one in (self.centre, self.anchor))


def find_reader(session: Session, *, now: datetime) -> Reader:
    """Who acts on this page; nobody where nobody is signed in or named."""
    try:
        return Reader(actor=page_actor(session, now=now), why=None)
    except KentonganError as error:
        return Reader(actor=None, why=error)


def look_at_story(story_or_document: str, *, now: datetime) -> StoryView:
    """One story with everything its page shows but its spread. Raises NotFound and Retry."""
    with shared_casework().read() as session:
        reader = find_reader(session, now=now)
        story = read_story(session, story_or_document)
        rows = reviews_beside(session, story.centre)
        live = [row for row in rows if row.state in ("open", "disagreement", "decided")]
        newest = (live or rows)[-1] if rows else None
        review = None if newest is None else read_review(session, newest.id, actor=reader.actor)
        standing = read_standing(session, story.id)
        events = tuple(verdict_history(session, story.centre, actor=reader.actor))
        danger = dangers_beside(session, [story.id], now=now).get(story.id)
        held = cases_holding(session, [one.document for one in newest_items(story)[:HELD_LOOKED]])
        tips = waiting_tips(session).get(story.id, 0)
        links = tuple(links_of_story(session, story.id))
        changes, suggestions = story_history(session, story.id), suggest_merges(session, story=story.id)
    spreading = [one for one in newest_items(story) if one.stance == "spreads"]
    shown = {story.centre, *(one.document for one in spreading[:SCORED]), *([review.anchor] if review else [])}
    records = {record.document.id: record for record in load_records(sorted(shown))}
    candidates = [story.centre, *(one.document for one in spreading)]
    stances = {one.document: one.stance for one in story.items}
    anchor = next((id for id in candidates if id in records and stances[id] == "spreads"), None)
    judged = records.get(review.anchor) if review else None
    return StoryView(
        story=story,
        centre=records.get(story.centre),
        anchor=records.get(anchor) if anchor else None,
        score=weigh_copies([records[id] for id in records if stances.get(id) == "spreads"], error=read_error()),
        standing=check_standing(standing, records),
        review=review,
        words=judged.newest.hash if judged else None,
        events=events,
        versions=tuple(count_versions(story.items)),
        danger=danger,
        tips=tips,
        links=links,
        cases=tuple(sorted(set(held.values()), reverse=True)),
        changes=tuple(changes),
        suggestions=tuple(suggestions[:SUGGESTED]),
        reader=reader,
    )


def check_standing(standing: Standing, records: Mapping[str, Record]) -> Standing:
    """Where it stands, with a verdict whose message was changed since marked so."""
    verdict = standing.verdict
    if verdict is None or verdict.outdated:
        return standing
    anchor = records.get(verdict.anchor)
    checked = compare_words(verdict, anchor.newest.hash if anchor else None)
    return Standing(
        story=standing.story, status=standing.status, verdict=checked, waiting=standing.waiting,
        conflict=standing.conflict,
    )  # fmt: skip


def newest_items(story: Story) -> list[StoryItem]:
    """The items of a story, newest first."""
    return sorted(story.items, key=lambda one: (one.published_at, one.document), reverse=True)


def count_versions(items: Sequence[StoryItem]) -> list[Version]:
    """The wordings in which a message goes round, most copied first. What only people entered by hand is one too."""
    by_message: dict[str, list[StoryItem]] = {}
    for one in items:
        if one.stance == "spreads":
            by_message.setdefault(one.message, []).append(one)
    made = [
        Version(
            message=message,
            copies=sum(one.source != BY_HAND for one in found),
            platforms=tuple(name for name, _ in Counter(one.platform for one in found).most_common()),
            document=max(found, key=lambda one: (one.published_at, one.document)).document,
        )
        for message, found in by_message.items()
    ]
    return sorted(made, key=lambda one: (-one.copies, one.message))


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_story_spread(story: str, text: str, moment: datetime) -> StorySpread:
    """The spread of a story, with the fact-checks of the same claim, as of a moment (cut it). Raises NotFound and
    Retry."""
    checks = [
        PlacedFactCheck(
            id=one.id, title=one.title, published_at=one.published_at, url=one.url, verdict=one.verdict,
            score=one.score, withdrawn=one.withdrawn,
        )
        for one in shared_claims().match([text])[0]
        if one.band == "same" and one.published_at is not None
    ]  # fmt: skip
    with shared_casework().read() as session:
        return read_spread(
            shared_store(), session, story, now=moment, zone=read_settings().zone, factchecks=checks
        )  # fmt: skip


def find_story_of(document: str) -> str:
    """Id of the story that holds a document or has this id. Raises NotFound and Retry."""
    from casework.stories import find_story

    with shared_casework().read() as session:
        story = find_story(session, document)
    if story is None:
        raise NotFound("Cerita itu tidak ada di koleksi.", hint="Pilih dari antrean, atau cari kata-katanya.")
    return story


def forget_stories() -> None:
    """Ask anew: something was decided or changed here."""
    for cached in (load_queue, find_lines, load_story_spread):
        cached.clear()
