"""Reads stories of copied messages: which story a document is in, what is in a story, the list, what to look at.

What people change is in ``casework.story_changes`` and can be had here as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, cast

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from analysis.duplicates import JOIN
from analysis.stance import StanceValue
from analysis.stories import Split
from casework.story_changes import (
    HINT,
    StoryChange,
    merge_stories,
    split_story,
    story_history,
    undo_change,
)
from casework.story_cluster import Found, changes_with, read_changes
from casework.story_tables import StoryItemRow, StoryLinkRow, StoryMessageRow, StoryRow
from kentongan.batches import batched
from kentongan.errors import NotFound
from kentongan.schema import require_aware

__all__ = [
    "Story", "StoryChange", "StoryItem", "StorySummary", "Suggestion", "find_story", "list_stories", "merge_stories",
    "read_story", "split_story", "story_history", "suggest_merges", "undo_change",
]  # fmt: skip

LOOKED_AT: Final = 200
"""Suggested links that are checked at a time against what people have split."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryItem:
    """One post or comment in a story."""

    document: str
    story: str
    message: str
    """Id of the item collected first in the same words: equal for word-for-word copies."""
    stance: StanceValue
    source: str
    """``kentongan.schema.BY_HAND`` where a person entered it: shown, never counted."""
    platform: str
    published_at: datetime
    collected_at: datetime
    joined: Literal["auto", "person"]
    """"auto": equal or near words lead to it from the centre; "person": only somebody's merge does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story with everything in it."""

    id: str
    """Id of the item collected first."""
    centre: str
    """Id of the item that stands for it."""
    items: tuple[StoryItem, ...]
    """In the order they were published, ties by id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StorySummary:
    """A story in figures. What a person entered by hand is in ``items`` and in ``by_hand`` alone."""

    id: str
    centre: str
    messages: int
    """Versions: different words."""
    items: int
    by_hand: int
    spreads: int
    """Copies: only what spreads the claim is one."""
    rebuts: int
    asks: int
    unclear: int
    platforms: int
    first_published_at: datetime
    first_collected_at: datetime
    last_collected_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Two stories that are much alike, but not enough to be one without a person."""

    one: str
    other: str
    one_document: str
    """Of the pair that is most alike, the item in ``one``."""
    other_document: str
    score: float
    """``analysis.duplicates.SUGGEST`` to JOIN."""


def find_story(session: Session, document_id: str) -> str | None:
    """Id of the story that holds a document; None where it is in none (yet)."""
    return session.scalar(
        select(StoryMessageRow.story)
        .join(StoryItemRow, StoryItemRow.message == StoryMessageRow.message)
        .where(StoryItemRow.document == document_id)
    )


def read_story(session: Session, story_or_document_id: str) -> Story:
    """The story of this id, or the one that holds this document. Raises NotFound."""
    id = find_story(session, story_or_document_id)
    centre = None if id is None else session.scalar(select(StoryRow.centre).where(StoryRow.id == id))
    if id is None or centre is None:
        raise NotFound(f"Tidak ada cerita atau dokumen {story_or_document_id!r} di antara cerita.", hint=HINT)
    item, message = StoryItemRow, StoryMessageRow
    rows = session.execute(
        select(
            item.document,
            item.stance,
            item.source,
            item.platform,
            item.published_at,
            item.collected_at,
            message.story,
            message.joined,
            message.first_document,
        )
        .join(message, message.message == item.message)
        .where(message.story == id)
        .order_by(item.published_at, item.document)
    )
    return Story(id=id, centre=centre, items=tuple(as_item(row) for row in rows))


def as_item(row: Found) -> StoryItem:
    return StoryItem(
        document=row.document,
        story=row.story,
        message=row.first_document,
        stance=cast(StanceValue, row.stance),
        source=row.source,
        platform=row.platform,
        published_at=row.published_at,
        collected_at=row.collected_at,
        joined=cast(Literal["auto", "person"], row.joined),
    )


def list_stories(
    session: Session, *, since: datetime | None = None, limit: int = 50, least_items: int = 2
) -> list[StorySummary]:
    """Stories with at least ``least_items`` items, the one that grew last first; only those with an item collected at
    or after ``since``, which is aware."""
    require_aware("since", since)
    columns = StoryRow.__table__.columns
    chosen = select(*columns).where(columns["items"] >= least_items)
    if since is not None:
        chosen = chosen.where(columns.last_collected_at >= since)
    ordered = chosen.order_by(columns.last_collected_at.desc(), columns.id.desc()).limit(max(0, limit))
    return [StorySummary(**row._mapping) for row in session.execute(ordered)]


def read_summary(session: Session, story: str) -> StorySummary:
    """The figures of the story of this id. Raises NotFound."""
    row = session.execute(select(*StoryRow.__table__.columns).where(StoryRow.id == story)).one_or_none()
    if row is None:
        raise NotFound(f"Cerita {story!r} tidak ada.", hint=HINT)
    return StorySummary(**row._mapping)


def suggest_merges(session: Session, *, story: str | None = None, limit: int = 20) -> list[Suggestion]:
    """Pairs of stories a person should compare, most alike first; only those with ``story`` where it is named.

    A pair that somebody has split is not suggested again.
    """
    one, other, link = aliased(StoryMessageRow), aliased(StoryMessageRow), StoryLinkRow
    asked = (
        select(
            link.one,
            link.other,
            link.score,
            one.story.label("one_story"),
            other.story.label("other_story"),
            one.first_document.label("one_document"),
            other.first_document.label("other_document"),
        )
        .join(one, one.message == link.one)
        .join(other, other.message == link.other)
        .where(link.score < JOIN)
        .where(one.story != other.story)
        .order_by(link.score.desc(), link.one, link.other)
    )
    if story is not None:
        asked = asked.where((one.story == story) | (other.story == story))
    best: dict[frozenset[str], Suggestion] = {}
    for part in batched(session.execute(asked), LOOKED_AT):
        for row in leave_split(session, list(part)):
            pair = frozenset((row.one_story, row.other_story))
            if pair in best:
                continue
            if len(best) >= limit:
                return list(best.values())
            best[pair] = Suggestion(
                one=row.one_story,
                other=row.other_story,
                one_document=row.one_document,
                other_document=row.other_document,
                score=row.score,
            )
    return list(best.values())


def leave_split(session: Session, rows: list[Found]) -> Iterator[Found]:
    """The pairs of messages that no split in force holds apart."""
    numbers = changes_with(session, {message for row in rows for message in (row.one, row.other)})
    splits = [change for change in read_changes(session, numbers).values() if isinstance(change, Split)]
    for row in rows:
        sides = ((row.one, row.other), (row.other, row.one))
        if not any(a in split.items and b in split.rest for split in splits for a, b in sides):
            yield row
