"""Answers figures' questions about stories: which grow, which are suspected, how many copies each has.

What waits for an agency's word, or was confirmed by one, is no suspected hoax and is in none of these counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, cast

from sqlalchemy import func, select

from casework.figure_sources import Arguments, Sources, read_moment
from casework.incidents.dangers import dangers_off_lists
from casework.story_tables import StoryItemRow, StoryMessageRow
from casework.verdict_states import LIVE
from casework.verdict_tables import ReviewRow
from kentongan.batches import batched
from kentongan.schema import BY_HAND, Query
from search.series import volume_of

SUSPECTED: Final = "hoax"
"""The label with which a model marks a likely hoax (``models.hoax_data.HOAX``)."""
IDS_AT_A_TIME: Final = 500

Looked = Literal["unchecked", "under_review", "decided"]
"""Whether two persons have looked at a story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A post that a model marks as a likely hoax."""

    document: str
    topic: str
    """"none" where nobody has said."""
    story: str
    """The document itself where it is in no story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowingStory:
    """A story that was copied within a time."""

    story: str
    copies: int
    """Posts that spread it, published in the time; without what people entered by hand."""
    looked: Looked


def list_suspects(sources: Sources, *, since: datetime, until: datetime) -> list[Suspect]:
    """Posts and comments of the time that a model marks, without rumours of danger. Read once."""
    known = ("suspects", since, until)
    if known in sources.memo:
        return cast(list[Suspect], sources.memo[known])
    query = volume_of(Query(since=since, until=until, kinds=("post", "comment"), hoax=(SUSPECTED,)))
    topics = {}
    for record in sources.store.stream(query):
        label = record.labels.get("topic")
        topics[record.document.id] = (
            label.value if label is not None and label.value and not label.abstained else "none"
        )
    stories: dict[str, str] = {}
    for part in batched(sorted(topics), IDS_AT_A_TIME):
        chosen = (
            select(StoryItemRow.document, StoryMessageRow.story)
            .join(StoryMessageRow, StoryMessageRow.message == StoryItemRow.message)
            .where(StoryItemRow.document.in_(part))
        )
        stories |= {row.document: row.story for row in sources.session.execute(chosen)}
    held = read_held(sources)
    found = [
        Suspect(document=document, topic=topic, story=stories.get(document, document))
        for document, topic in sorted(topics.items())
        if document not in held and stories.get(document) not in held
    ]
    sources.memo[known] = found
    return found


def list_growing(sources: Sources, *, since: datetime, until: datetime, least: int) -> list[GrowingStory]:
    """Stories with at least ``least`` copies published in the time, the most copied first, without rumours of danger.
    Read once."""
    known = ("growing", since, until, least)
    if known in sources.memo:
        return cast(list[GrowingStory], sources.memo[known])
    item, copies = StoryItemRow, func.count()
    chosen = (
        select(StoryMessageRow.story, copies)
        .select_from(item)
        .join(StoryMessageRow, StoryMessageRow.message == item.message)
        .where(item.published_at >= since, item.published_at < until)
        .where(item.stance == "spreads", item.source != BY_HAND)
        .group_by(StoryMessageRow.story)
        .having(copies >= least)
    )
    held = read_held(sources)
    counted = {story: count for story, count in sources.session.execute(chosen) if story not in held}
    states: dict[str, set[str]] = {}
    for part in batched(sorted(counted), IDS_AT_A_TIME):
        reviewed = (
            select(StoryMessageRow.story, ReviewRow.state)
            .select_from(ReviewRow)
            .join(StoryItemRow, StoryItemRow.document == ReviewRow.anchor)
            .join(StoryMessageRow, StoryMessageRow.message == StoryItemRow.message)
            .where(StoryMessageRow.story.in_(part), ReviewRow.state.in_(LIVE))
        )
        for story, state in sources.session.execute(reviewed):
            states.setdefault(story, set()).add(state)
    found = [
        GrowingStory(story=story, copies=copies_, looked=judge_looked(states.get(story, set())))
        for story, copies_ in counted.items()
    ]
    found.sort(key=lambda one: (-one.copies, one.story))
    sources.memo[known] = found
    return found


def judge_looked(states: set[str]) -> Looked:
    """Whether persons looked, from the states of a story's reviews that are alive."""
    return "unchecked" if not states else "decided" if states == {"decided"} else "under_review"


def read_held(sources: Sources) -> set[str]:
    """Stories and documents that are no suspected hoaxes, read once."""
    if "held" not in sources.memo:
        sources.memo["held"] = dangers_off_lists(sources.session)
    return cast(set[str], sources.memo["held"])


def count_suspected_posts(arguments: Arguments, sources: Sources) -> float:
    """Posts of the time that a model marks, of one topic where ``topic`` names it."""
    return float(len(chosen_suspects(arguments, sources)))


def count_suspected_stories(arguments: Arguments, sources: Sources) -> float:
    """Stories of those posts; a post in no story is one by itself."""
    return float(len({one.story for one in chosen_suspects(arguments, sources)}))


def chosen_suspects(arguments: Arguments, sources: Sources) -> list[Suspect]:
    found = list_suspects(sources, since=read_moment(arguments, "since"), until=read_moment(arguments, "until"))
    return [one for one in found if "topic" not in arguments or one.topic == arguments["topic"]]


def count_growing(arguments: Arguments, sources: Sources) -> float:
    """Stories with at least ``least`` copies published in the time; ``looked`` narrows to one state of looking."""
    found = list_growing(
        sources, since=read_moment(arguments, "since"), until=read_moment(arguments, "until"), least=arguments["least"]
    )
    return float(sum("looked" not in arguments or one.looked == arguments["looked"] for one in found))


def count_story_copies(arguments: Arguments, sources: Sources) -> float | None:
    """Copies of one story published in the time; None where that story is gone (merged into another since)."""
    item = StoryItemRow
    since, until = read_moment(arguments, "since"), read_moment(arguments, "until")
    there = select(StoryMessageRow.story).where(StoryMessageRow.story == arguments["story"]).limit(1)
    if sources.session.scalar(there) is None:
        return None
    chosen = (
        select(func.count())
        .select_from(item)
        .join(StoryMessageRow, StoryMessageRow.message == item.message)
        .where(StoryMessageRow.story == arguments["story"], item.stance == "spreads", item.source != BY_HAND)
        .where(item.published_at >= since, item.published_at < until)
    )
    return float(sources.session.scalar(chosen) or 0)
