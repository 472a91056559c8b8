"""Keeps the tables of stories true to the items, the links and the changes: only what a write touches is done anew.

The arrangement itself is ``analysis.stories``; here is what it needs from the tables, and what becomes of it. A write
takes the messages it touched, loads everything that hangs together with them over stories, links and changes, arranges
that, and writes the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import case, delete, func, insert, select, update
from sqlalchemy.orm import Session

from analysis.stance import STANCES
from analysis.stories import Message, arrange_messages
from casework.story_cluster import AT_ONCE, Found, Question, ask_some, load_cluster, read_messages
from casework.story_tables import StoryItemRow, StoryMessageRow, StoryRow
from kentongan.batches import batched
from kentongan.schema import BY_HAND

TURN: Final = "stories"
"""What is waited for with ``take_turn`` before stories change."""


def place_items(session: Session, items: Sequence[Mapping[str, Any]], *, touched: Iterable[str] = ()) -> set[str]:
    """Write items (the columns of ``story_item``) and arrange what that touches, and the messages ``touched`` besides.

    Returns the stories whose figures are to be counted again (``count_stories``). Links are written beforehand.
    """
    before = {
        row.document: row
        for row in ask_some(
            session,
            [item["document"] for item in items],
            lambda part: select(*StoryItemRow.__table__.columns).where(StoryItemRow.document.in_(part)),
        )
    }
    new = [item for item in items if item["document"] not in before]
    changed = [item for item in items if item["document"] in before and before[item["document"]]._mapping != dict(item)]
    if new:
        session.execute(insert(StoryItemRow), [dict(item) for item in new])
    if changed:
        session.execute(update(StoryItemRow), [dict(item) for item in changed])
    moved = {before[item["document"]].message for item in changed}
    return arrange_again(session, {item["message"] for item in (*new, *changed)} | moved | set(touched))


def remove_items(session: Session, documents: Sequence[str]) -> set[str]:
    """Take out documents that the store has no more; returns the stories to be counted again."""
    touched = {
        row.message
        for row in ask_some(
            session, documents, lambda part: select(StoryItemRow.message).where(StoryItemRow.document.in_(part))
        )
    }
    for part in batched(documents, AT_ONCE):
        session.execute(delete(StoryItemRow).where(StoryItemRow.document.in_(part)))
    return arrange_again(session, touched)


def arrange_again(session: Session, touched: Iterable[str]) -> set[str]:
    """Count these messages' items and arrange everything that hangs together with them.

    Returns the stories to be counted again, those that are no more among them.
    """
    touched = set(touched)
    known = {row.message: row for row in read_messages(session, touched)}
    counted = count_messages(session, touched)
    gone = [message for message in known if message not in counted]
    for part in batched(gone, AT_ONCE):
        session.execute(delete(StoryMessageRow).where(StoryMessageRow.message.in_(part)))
    stories = {row.story for row in known.values()}
    messages, links, changes = load_cluster(session, set(counted), stories)
    old = {message: (row.story, row.joined) for message, row in messages.items()}
    found = {message: describe_message(row) for message, row in messages.items()} | counted
    fresh: list[dict[str, Any]] = []
    rewritten: list[dict[str, Any]] = []
    for story in arrange_messages(found, links, changes):
        for message in story.messages:
            place = (story.id, "auto" if message in story.linked else "person")
            if message in counted:
                (rewritten if message in known else fresh).append(as_row(found[message], place))
                stories.add(story.id)
            elif old[message] != place:
                rewritten.append(as_row(found[message], place))
                stories |= {story.id, old[message][0]}
    if fresh:
        session.execute(insert(StoryMessageRow), fresh)
    if rewritten:
        session.execute(update(StoryMessageRow), rewritten)
    return stories


def as_row(message: Message, place: tuple[str, str]) -> dict[str, Any]:
    """A message and its place as the table has them."""
    return {
        "message": message.id,
        "story": place[0],
        "joined": place[1],
        "copies": message.copies,
        "first_at": message.first[0],
        "first_document": message.first[1],
        "named": message.named,
    }


def describe_message(row: Found) -> Message:
    return Message(id=row.message, copies=row.copies, first=(row.first_at, row.first_document), named=row.named)


def count_messages(session: Session, messages: Iterable[str]) -> dict[str, Message]:
    """The messages that have items, counted from them."""
    item = StoryItemRow

    def count(part: Sequence[str]) -> Question:
        return (
            select(
                item.message,
                func.count().label("copies"),
                func.min(item.document).label("named"),
                func.min(item.collected_at).label("first_at"),
            )
            .where(item.message.in_(part))
            .group_by(item.message)
        )

    def find_first(part: Sequence[str]) -> Question:
        counts = count(part).subquery()
        first = (item.message == counts.c.message) & (item.collected_at == counts.c.first_at)
        return (
            select(item.message, func.min(item.document).label("document")).join(counts, first).group_by(item.message)
        )

    counted = {row.message: row for row in ask_some(session, messages, count)}
    firsts = {message: row.named for message, row in counted.items() if row.copies == 1}
    firsts |= {row.message: row.document for row in ask_some(session, counted.keys() - firsts.keys(), find_first)}
    return {
        message: Message(id=message, copies=row.copies, first=(row.first_at, firsts[message]), named=row.named)
        for message, row in counted.items()
    }


def count_stories(session: Session, stories: Iterable[str]) -> None:
    """Write the figures of these stories anew; one that holds nothing any more goes."""
    for part in batched(sorted(set(stories)), AT_ONCE):
        session.execute(delete(StoryRow).where(StoryRow.id.in_(part)))
        figures = list(describe_stories(session, part))
        if figures:
            session.execute(insert(StoryRow), figures)


def find_centres(session: Session, stories: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Message and document that each of these stories has as its centre."""
    ranks: dict[str, tuple[int, str, str]] = {}
    row_of = StoryMessageRow
    columns = (row_of.story, row_of.copies, row_of.named, row_of.message)
    for row in ask_some(session, stories, lambda part: select(*columns).where(row_of.story.in_(part))):
        rank = (-row.copies, row.named, row.message)
        ranks[row.story] = min(ranks.get(row.story, rank), rank)
    return {story: (message, named) for story, (_, named, message) in ranks.items()}


def describe_stories(session: Session, stories: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The rows of ``story`` for those of these stories that hold anything."""
    message, item = StoryMessageRow, StoryItemRow
    centres = find_centres(session, stories)
    counted = select(message.story, func.count().label("messages")).where(message.story.in_(stories))
    messages = {one.story: one.messages for one in session.execute(counted.group_by(message.story))}
    by_hand = case((item.source == BY_HAND, "by_hand"), else_=item.stance).label("counted")
    asked = (
        select(
            message.story,
            by_hand,
            func.count().label("items"),
            func.min(item.published_at).label("first_published_at"),
            func.min(item.collected_at).label("first_collected_at"),
            func.max(item.collected_at).label("last_collected_at"),
        )
        .join(message, message.message == item.message)
        .where(message.story.in_(stories))
        .group_by(message.story, by_hand)
    )
    found: dict[str, dict[str, Any]] = {}
    for row in session.execute(asked):
        figures = found.setdefault(
            row.story,
            {
                "id": row.story,
                "centre": centres[row.story][1],
                "messages": messages[row.story],
                "items": 0,
                **dict.fromkeys(("by_hand", *STANCES), 0),
            },
        )
        figures["items"] += row.items
        figures[row.counted] = row.items
        for name, choose in (("first_published_at", min), ("first_collected_at", min), ("last_collected_at", max)):
            value: datetime = getattr(row, name)
            figures[name] = choose(figures.get(name, value), value)
    platforms = (
        select(message.story, func.count(item.platform.distinct()).label("platforms"))
        .join(message, message.message == item.message)
        .where(message.story.in_(stories))
        .group_by(message.story)
    )
    for two in session.execute(platforms):
        yield {**found[two.story], "platforms": two.platforms}
