"""Reads from the tables of stories what hangs together with some messages: over stories, links and changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.orm import Session

from analysis.duplicates import JOIN
from analysis.stories import Change, Link, Merge, Split
from casework.story_tables import StoryChangeMessageRow, StoryChangeRow, StoryLinkRow, StoryMessageRow
from kentongan.batches import batched

AT_ONCE: Final = 500
"""Values that one question names."""

Question = Select[*tuple[Any, ...]]
Found = Row[*tuple[Any, ...]]


def ask_some(session: Session, values: Iterable[str], question: Callable[[Sequence[str]], Question]) -> Iterator[Found]:
    """The rows of a question that names many values, asked in parts."""
    for part in batched(sorted(set(values)), AT_ONCE):
        yield from session.execute(question(part))


def read_messages(session: Session, messages: Iterable[str]) -> Iterator[Found]:
    columns = StoryMessageRow.__table__.columns
    return ask_some(session, messages, lambda part: select(*columns).where(StoryMessageRow.message.in_(part)))


def load_cluster(
    session: Session, messages: set[str], stories: set[str]
) -> tuple[dict[str, Found], list[Link], list[Change]]:
    """The rows of all messages that hang together with these, with the links and the changes in force among them."""
    rows: dict[str, Found] = {}
    links: dict[tuple[str, str], float] = {}
    changes: set[int] = set()
    seen_stories: set[str] = set()
    frontier, story_frontier = set(messages), set(stories)
    reached = set(messages)
    while frontier or story_frontier:
        found = {row.message: row for row in read_messages(session, frontier)}
        story_frontier |= {row.story for row in found.values()}
        mates = ask_some(
            session,
            story_frontier - seen_stories,
            lambda part: select(*StoryMessageRow.__table__.columns).where(StoryMessageRow.story.in_(part)),
        )
        found |= {row.message: row for row in mates}
        seen_stories |= story_frontier
        rows |= found
        around = frontier | found.keys()
        new_links = {(row.one, row.other): row.score for row in read_links(session, around)}
        links |= new_links
        new_changes = changes_with(session, around) - changes
        changes |= new_changes
        named = {row.message for row in read_sides(session, new_changes)}
        ends = {message for pair in new_links for message in pair}
        frontier, story_frontier = (named | ends) - around - reached - rows.keys(), set()
        reached |= frontier
    joined = [Link(one=one, other=other, score=score) for (one, other), score in links.items()]
    return rows, joined, list(read_changes(session, changes).values())


def read_links(session: Session, messages: Iterable[str]) -> Iterator[Found]:
    """The links of these messages that join."""
    link = StoryLinkRow
    return ask_some(
        session,
        messages,
        lambda part: (
            select(link.one, link.other, link.score)
            .where(link.score >= JOIN)
            .where(or_(link.one.in_(part), link.other.in_(part)))
        ),
    )


def changes_with(session: Session, messages: Iterable[str]) -> set[int]:
    """Numbers of the changes in force that speak about any of these messages."""
    side = StoryChangeMessageRow
    undone = select(StoryChangeRow.undoes).where(StoryChangeRow.undoes.is_not(None))
    rows = ask_some(
        session,
        messages,
        lambda part: select(side.number).distinct().where(side.message.in_(part)).where(side.number.not_in(undone)),
    )
    return {row.number for row in rows}


def read_sides(session: Session, numbers: Iterable[int]) -> Iterator[Found]:
    """What changes speak about, in order."""
    side = StoryChangeMessageRow
    for part in batched(sorted(numbers), AT_ONCE):
        yield from session.execute(
            select(side.number, side.side, side.place, side.message)
            .where(side.number.in_(part))
            .order_by(side.number, side.side, side.place)
        )


def read_changes(session: Session, numbers: Iterable[int]) -> dict[int, Change]:
    """Changes by their numbers, in their order."""
    numbers = sorted(numbers)
    sides: dict[int, dict[str, list[str]]] = {number: {"one": [], "other": []} for number in numbers}
    for row in read_sides(session, numbers):
        sides[row.number][row.side].append(row.message)
    kinds: dict[int, str] = {}
    for part in batched(numbers, AT_ONCE):
        asked = select(StoryChangeRow.number, StoryChangeRow.kind).where(StoryChangeRow.number.in_(part))
        kinds |= {row.number: row.kind for row in session.execute(asked)}
    return {
        number: Merge(one=tuple(side["one"]), other=tuple(side["other"]))
        if kinds[number] == "merge"
        else Split(items=frozenset(side["one"]), rest=frozenset(side["other"]))
        for number, side in sides.items()
    }
