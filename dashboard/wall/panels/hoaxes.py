"""Hoax watch: how many stories are suspected, looked at, and decided by two people; each called by topic and place.

What a story says never stands here: a claim that nobody has checked is not repeated on a wall. Rumours of danger that
wait for an agency's word, or were confirmed by one, are no suspected hoaxes and are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, cast

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.figure_stories import SUSPECTED
from casework.incidents.dangers import dangers_off_lists
from casework.story_queue import stories_holding
from casework.story_tables import StoryItemRow, StoryMessageRow
from casework.verdict_rules import STATUS_WORDS, Outcome
from casework.verdict_tables import DecisionRow, ReviewRow
from dashboard.wall.sources import POSTS, WallSources
from kentongan.batches import batched
from kentongan.schema import BY_HAND, Query, Record
from kentongan.topic_words import TOPIC_WORDS
from search.series import volume_of

DAYS: Final = 7
MOST_MARKED: Final = 500
"""Posts a model marks that are looked at, the newest; of more the count is said to be at least so high."""
MOST: Final = 8
IDS_AT_A_TIME: Final = 500
NO_TOPIC: Final = "Topik belum terbaca"

Stage = Literal["suspected", "checking", "decided"]


class HoaxLine(msgspec.Struct, frozen=True, kw_only=True):
    """One story that is watched."""

    stage: Stage
    topic: str
    place: str | None
    copies: int
    """Posts of the week that spread it."""
    verdict: str | None
    """What two people decided, in words; None before that."""


class HoaxPanel(msgspec.Struct, frozen=True, kw_only=True):
    """Stories of the week."""

    suspected: int
    least: bool
    """Whether there are at least so many suspected ones: more posts were marked than are looked at."""
    checking: int
    decided: int
    verdicts: tuple[tuple[str, int], ...]
    """The decided ones by verdict, most first."""
    single: int
    """Suspected stories of which there is one post only; they are counted and not listed."""
    lines: tuple[HoaxLine, ...]


def read_hoaxes(sources: WallSources, now: datetime) -> HoaxPanel:
    """Raises Retry."""
    since = now - timedelta(days=DAYS)
    store = sources.store()
    asked = volume_of(Query(kinds=POSTS, hoax=(SUSPECTED,), since=since, until=now))
    page = store.search(asked, limit=MOST_MARKED)
    marked = {record.document.id: record for record in page.records}
    with sources.casework().read() as session:
        reviews = read_reviews(session, since=since)
        story_of = stories_holding(session, [*marked, *(anchor for anchor, _ in reviews)])
        held = dangers_off_lists(session)
        stages: dict[str, tuple[Stage, str | None, str]] = {}
        """Story: where it stands, its verdict, the post it is described by."""
        for document in marked:
            stages.setdefault(story_of.get(document, document), ("suspected", None, document))
        for anchor, status in reviews:
            story = story_of.get(anchor, anchor)
            described = stages[story][2] if story in stages else anchor
            stages[story] = ("decided" if status else "checking", STATUS_WORDS[status] if status else None, described)
        stages = {story: one for story, one in stages.items() if story not in held and one[2] not in held}
        copies = count_copies(session, list(stages), since=since)
    ordered = sorted(stages, key=lambda story: (-copies.get(story, 1), story))
    listed = [story for story in ordered if stages[story][0] != "suspected" or copies.get(story, 1) > 1]
    shown = listed[:MOST]
    anchors = [stages[story][2] for story in shown if stages[story][2] not in marked]
    records = {**marked, **{id: record for id, record in zip(anchors, store.get(anchors), strict=True) if record}}
    counted = Counter(stage for stage, _, _ in stages.values())
    return HoaxPanel(
        suspected=counted["suspected"],
        least=page.total > len(page.records),
        checking=counted["checking"],
        decided=counted["decided"],
        verdicts=tuple(Counter(verdict for _, verdict, _ in stages.values() if verdict).most_common()),
        single=len(ordered) - len(listed),
        lines=tuple(
            HoaxLine(
                stage=stages[story][0],
                topic=topic_of(records.get(stages[story][2])),
                place=sources.place_name(region_of(records.get(stages[story][2]))),
                copies=copies.get(story, 1),
                verdict=stages[story][1],
            )
            for story in shown
        ),
    )


def read_reviews(session: Session, *, since: datetime) -> list[tuple[str, Outcome | None]]:
    """The post of each story that people look at, and of those decided since a moment with what was decided."""
    row, said = ReviewRow, DecisionRow
    waiting = select(row.anchor).where(row.state.in_(("open", "disagreement")))
    decided = (
        select(row.anchor, func.max(said.status))
        .join(said, (said.review == row.id) & (said.round == row.round))
        .where(row.state == "decided")
        .group_by(row.anchor)
        .having(func.max(said.decided_at) >= since)
    )
    found: list[tuple[str, Outcome | None]] = [(anchor, None) for anchor in session.scalars(waiting)]
    return found + [(anchor, cast(Outcome, status)) for anchor, status in session.execute(decided)]


def count_copies(session: Session, stories: Sequence[str], *, since: datetime) -> dict[str, int]:
    """Posts since a moment that spread each of these stories, without what people entered by hand."""
    found: dict[str, int] = {}
    item = StoryItemRow
    for part in batched(stories, IDS_AT_A_TIME):
        chosen = (
            select(StoryMessageRow.story, func.count())
            .join(item, item.message == StoryMessageRow.message)
            .where(StoryMessageRow.story.in_(part), item.stance == "spreads", item.source != BY_HAND)
            .where(item.published_at >= since)
            .group_by(StoryMessageRow.story)
        )
        found |= {row[0]: row[1] for row in session.execute(chosen)}
    return found


def topic_of(record: Record | None) -> str:
    label = None if record is None else record.labels.get("topic")
    value = label.value if label is not None and not label.abstained else None
    return TOPIC_WORDS.get(value or "", NO_TOPIC)


def region_of(record: Record | None) -> str | None:
    """Code of the region that the post names."""
    label = None if record is None else record.labels.get("region")
    return label.value if label is not None and not label.abstained else None
