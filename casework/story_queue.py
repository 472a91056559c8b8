"""What the queue of the hoax desk asks of the database about many stories at once, each question in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.stories import StorySummary
from casework.story_tables import StoryItemRow, StoryMessageRow, StoryRow
from casework.tip_tables import TipRow
from casework.tips import OPEN_STATES
from casework.verdict_records import Verdict, read_verdicts
from casework.verdict_states import State
from casework.verdict_stories import TURNED
from casework.verdict_tables import DecisionRow, ReviewRow
from kentongan.batches import batched
from kentongan.schema import BY_HAND

AT_ONCE: Final = 500
"""Ids in one question to the database."""
MOST_REVIEWS: Final = 400
"""Reviews that are looked at, the newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewInStory:
    """Where the review of a story stands, without what anybody chose."""

    review: int
    story: str
    """Id of the story; of the anchor where that is in none."""
    anchor: str
    state: State
    given: int
    """Decisions of its newest round."""
    opened_at: datetime
    verdict: Verdict | None
    """For a decided one."""
    turned: bool
    """Whether the anchor is by now read as a rebuttal or a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryReach:
    """How far a story reaches, without what people entered by hand."""

    recent: int
    """Copies published since the moment asked about."""
    platforms: tuple[str, ...]
    """Platforms of its copies, most first."""


def stories_holding(session: Session, documents: Iterable[str]) -> dict[str, str]:
    """Document: id of its story, for those that are in one."""
    found: dict[str, str] = {}
    for part in batched(sorted(set(documents)), AT_ONCE):
        chosen = (
            select(StoryItemRow.document, StoryMessageRow.story)
            .join(StoryMessageRow, StoryMessageRow.message == StoryItemRow.message)
            .where(StoryItemRow.document.in_(part))
        )
        found |= {row.document: row.story for row in session.execute(chosen)}
    return found


def read_summaries(session: Session, stories: Iterable[str]) -> dict[str, StorySummary]:
    """The figures of these stories, for those that there are."""
    found: dict[str, StorySummary] = {}
    for part in batched(sorted(set(stories)), AT_ONCE):
        chosen = select(*StoryRow.__table__.columns).where(StoryRow.id.in_(part))
        found |= {row.id: StorySummary(**row._mapping) for row in session.execute(chosen)}
    return found


def newest_copies(session: Session, stories: Iterable[str], *, most: int) -> dict[str, list[str]]:
    """The newest ``most`` documents that spread each story, one in other words before a second one in the same."""
    item, message = StoryItemRow, StoryMessageRow
    found: dict[str, list[str]] = {}
    for part in batched(sorted(set(stories)), AT_ONCE):
        in_message = func.row_number().over(
            partition_by=item.message, order_by=(item.published_at.desc(), item.document)
        )
        ranked = (
            select(message.story, item.document, item.published_at, in_message.label("again"))
            .join(message, message.message == item.message)
            .where(message.story.in_(part), item.stance == "spreads")
            .subquery()
        )
        place = func.row_number().over(
            partition_by=ranked.c.story, order_by=(ranked.c.again, ranked.c.published_at.desc(), ranked.c.document)
        )
        placed = select(ranked.c.story, ranked.c.document, place.label("place")).subquery()
        chosen = select(placed).where(placed.c.place <= most).order_by(placed.c.story, placed.c.place)
        for row in session.execute(chosen):
            found.setdefault(row.story, []).append(row.document)
    return found


def read_reach(session: Session, stories: Iterable[str], *, since: datetime) -> dict[str, StoryReach]:
    """Copies since a moment and platforms of each story; stories without copies are left out."""
    item, message = StoryItemRow, StoryMessageRow
    counted: dict[str, list[tuple[str, int, int]]] = {}
    for part in batched(sorted(set(stories)), AT_ONCE):
        chosen = (
            select(
                message.story, item.platform, func.count().label("copies"),
                func.count().filter(item.published_at >= since).label("recent"),
            )
            .join(message, message.message == item.message)
            .where(message.story.in_(part), item.stance == "spreads", item.source != BY_HAND)
            .group_by(message.story, item.platform)
        )  # fmt: skip
        for row in session.execute(chosen):
            counted.setdefault(row.story, []).append((row.platform, row.copies, row.recent))
    return {
        story: StoryReach(
            recent=sum(recent for _, _, recent in rows),
            platforms=tuple(name for name, _, _ in sorted(rows, key=lambda row: (-row[1], row[0]))),
        )
        for story, rows in counted.items()
    }


def waiting_tips(session: Session) -> dict[str, int]:
    """Stories that citizens asked about and wait for an answer on: how many of them."""
    chosen = (
        select(TipRow.story, func.count())
        .where(TipRow.state.in_(OPEN_STATES), TipRow.story.is_not(None), TipRow.story_joined != "suggested")
        .group_by(TipRow.story)
    )
    return {story: count for story, count in session.execute(chosen) if story is not None}


def read_reviews(session: Session) -> list[ReviewInStory]:
    """Every review that waits for persons, and of the others the newest; newest first."""
    newest = select(ReviewRow).order_by(ReviewRow.id.desc())
    rows = {row.id: row for row in session.scalars(newest.limit(MOST_REVIEWS))}
    waiting = newest.where(ReviewRow.state.in_(("open", "disagreement"))).limit(MOST_REVIEWS)
    rows |= {row.id: row for row in session.scalars(waiting)}
    given = count_given(session, rows)
    verdicts = {one.review: one for one in read_verdicts(session, [r for r in rows.values() if r.state == "decided"])}
    anchors = [row.anchor for row in rows.values()]
    placed, stances = stories_holding(session, anchors), read_stances(session, anchors)
    return [
        ReviewInStory(
            review=row.id,
            story=placed.get(row.anchor, row.anchor),
            anchor=row.anchor,
            state=cast(State, row.state),
            given=given.get((row.id, row.round), 0),
            opened_at=row.opened_at,
            verdict=verdicts.get(row.id),
            turned=stances.get(row.anchor) in TURNED,
        )
        for row in sorted(rows.values(), key=lambda row: -row.id)
    ]


def count_given(session: Session, reviews: Iterable[int]) -> Mapping[tuple[int, int], int]:
    """Review and round: decisions that were given in it."""
    found: dict[tuple[int, int], int] = {}
    for part in batched(sorted(reviews), AT_ONCE):
        chosen = (
            select(DecisionRow.review, DecisionRow.round, func.count())
            .where(DecisionRow.review.in_(part))
            .group_by(DecisionRow.review, DecisionRow.round)
        )
        found |= {(review, round): count for review, round, count in session.execute(chosen)}
    return found


def read_stances(session: Session, documents: Sequence[str]) -> dict[str, str]:
    """Document: its stance to its story's claim."""
    found: dict[str, str] = {}
    for part in batched(sorted(set(documents)), AT_ONCE):
        chosen = select(StoryItemRow.document, StoryItemRow.stance).where(StoryItemRow.document.in_(part))
        found |= {row.document: row.stance for row in session.execute(chosen)}
    return found
