"""The queue of the hoax desk: which stories it holds, where each stands, and which needs a person first.

Stories come in that a model suspects, that citizens ask about, that are copied while the model is unsure, and those
that persons looked at. What an agency is asked about as a danger, or confirmed, is no suspicion and is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

import streamlit as st

from casework.incidents.dangers import dangers_held, dangers_off_lists
from casework.stories import StorySummary, list_stories
from casework.story_queue import (
    ReviewInStory,
    StoryReach,
    newest_copies,
    read_reach,
    read_reviews,
    read_summaries,
    stories_holding,
    waiting_tips,
)
from casework.verdict_rules import FalsehoodKind, Outcome
from dashboard.data import FRESH_SECONDS, POSTS, read_settings, shared_casework, shared_store
from dashboard.hoax_score import HOAX, Score, weigh_copies
from kentongan.errors import KentonganError
from kentongan.schema import Query, Record

LineState = Literal["suspected", "unsure", "none", "review", "decided", "ended"]
"""A model suspects; is unsure; says nothing; persons look; they decided; what they did was withdrawn or closed."""
Need = Literal["second", "disagreement", "conflict", "outdated", "tips", "spreading", "open", "single", "unsure",
               "ended", "decided", "none"]  # fmt: skip
"""Why a story stands where it stands in the queue."""
NEEDS: Final[tuple[Need, ...]] = (
    "second", "disagreement", "conflict", "outdated", "tips", "spreading", "open", "unsure", "single", "none",
    "ended", "decided",
)  # fmt: skip
"""From what a person should do first: finish what others began and mend what no longer holds, then answer citizens,
then what spreads; a message that one account posted once comes late."""

LOOK_BACK: Final = timedelta(days=30)
"""How old a suspicion in the queue may be; an open review and a tip stay as long as they wait."""
RECENT: Final = timedelta(hours=24)
MOST_SUSPECTS: Final = 300
"""Suspected posts that are looked at, the newest first."""
MOST_GROWING: Final = 200
"""Stories with copies that are looked at, those that grew last first."""
MOST_FOUND: Final = 200
"""Posts that a search of words or of a link looks at, the newest first."""
SCORED: Final = 6
"""Copies whose scores are read for one story: one of each version first."""
TITLE_READ: Final = 600
"""Characters of a message that are kept for the queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """One story in the queue."""

    story: str
    title: str
    """The words that stand for it, cut."""
    state: LineState
    need: Need
    score: Score | None
    copies: int
    recent: int
    """Copies of the last RECENT."""
    rebuts: int
    platforms: tuple[str, ...]
    topic: str | None
    regions: tuple[str, ...]
    tips: int
    """Citizens who wait for an answer on it."""
    given: int
    """Decisions of the round that waits for its second one: 0 or 1."""
    outcome: tuple[Outcome, FalsehoodKind | None] | None
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The whole queue, as every session sees it."""

    lines: tuple[QueueLine, ...]
    held: int
    """Stories that wait for an agency's word on a danger, and are in none of the lines."""

    def counts(self) -> Mapping[LineState, int]:
        return Counter(line.state for line in self.lines)


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_queue(moment: datetime) -> Queue:
    """The queue as of a moment (cut it, or every session asks anew). Raises Retry."""
    asked = Query(kinds=POSTS, hoax=(HOAX,), since=moment - LOOK_BACK)
    suspects = [record.document.id for record in shared_store().search(asked, limit=MOST_SUSPECTS).records]
    with shared_casework().read() as session:
        hidden, held = dangers_off_lists(session), dangers_held(session)
        growing = list_stories(session, since=moment - LOOK_BACK, limit=MOST_GROWING)
        reviews = read_reviews(session)
        tips = waiting_tips(session)
        wanted = {*stories_holding(session, suspects).values(), *(one.id for one in growing), *tips}
        asked_of_agencies = len({one.id for one in growing if one.id in held} | (wanted & held))
        wanted = {story for story in wanted if story not in hidden} | {one.story for one in reviews}
    lines = make_lines(wanted, reviews, tips, moment=moment)
    kept = [line for line in lines if line.state != "none" or line.tips]
    return Queue(lines=tuple(sort_lines(kept)), held=asked_of_agencies)


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def find_lines(words: str, moment: datetime) -> tuple[QueueLine, ...]:
    """The stories whose posts say these words or carry this link, in the queue or not. Raises BadQuery and Retry."""
    store = shared_store()
    page = store.search(Query(text=as_query(words), kinds=POSTS), limit=MOST_FOUND)
    with shared_casework().read() as session:
        hidden = dangers_off_lists(session)
        found = set(stories_holding(session, [record.document.id for record in page.records]).values()) - hidden
        reviews, tips = read_reviews(session), waiting_tips(session)
    return tuple(sort_lines(make_lines(found, reviews, tips, moment=moment)))


def as_query(words: str) -> str:
    """What was typed as a question: an address is looked for as a whole, with its scheme; words as they are."""
    typed = words.strip()
    if " " in typed or "/" not in typed or '"' in typed:
        return typed
    return f'"{typed if "://" in typed else f"https://{typed}"}"'


def make_lines(
    stories: Iterable[str], reviews: Sequence[ReviewInStory], tips: Mapping[str, int], *, moment: datetime
) -> list[QueueLine]:
    """A line for each of these stories that there is."""
    with shared_casework().read() as session:
        summaries = read_summaries(session, stories)
        copies = newest_copies(session, summaries, most=SCORED)
        reach = read_reach(session, summaries, since=moment - RECENT)
    wanted = {one for ids in copies.values() for one in ids} | {one.centre for one in summaries.values()}
    # The words of a decided message are compared with those that were judged.
    wanted |= {one.anchor for one in reviews if one.verdict is not None and one.story in summaries}
    ids = sorted(wanted)
    records = {id: record for id, record in zip(ids, shared_store().get(ids), strict=True) if record is not None}
    by_story: dict[str, list[ReviewInStory]] = {}
    for one in reviews:
        by_story.setdefault(one.story, []).append(one)
    error = read_error()
    return [
        make_line(
            summary, [records[id] for id in copies.get(story, ()) if id in records], records,
            by_story.get(story, []), tips=tips.get(story, 0), reach=reach.get(story), error=error,
        )
        for story, summary in summaries.items()
    ]  # fmt: skip


def make_line(
    summary: StorySummary,
    copies: Sequence[Record],
    records: Mapping[str, Record],
    reviews: Sequence[ReviewInStory],
    *,
    tips: int,
    reach: StoryReach | None,
    error: float,
) -> QueueLine:
    """One story's line."""
    centre = records.get(summary.centre) or next(iter(copies), None)
    score = weigh_copies(copies, error=error)
    line = QueueLine(
        story=summary.id,
        title=centre.newest.text[:TITLE_READ] if centre else "",
        state="none",
        need="none",
        score=score,
        copies=summary.spreads,
        recent=reach.recent if reach else 0,
        rebuts=summary.rebuts,
        platforms=reach.platforms if reach else (),
        topic=said_label(centre, "topic"),
        regions=tuple(sorted({code for one in copies if (code := said_label(one, "region"))})),
        tips=tips,
        given=0,
        outcome=None,
        sample=any(record.document.sample for record in (*copies, *([centre] if centre else []))),
    )
    if reviews:
        return judge_reviews(line, reviews, records)
    if score is not None and score.suspects:
        alone = summary.spreads < 2
        return replace(line, state="suspected", need="tips" if tips else "single" if alone else "spreading")
    if score is not None and score.value >= 0.5 and summary.spreads >= 2:
        return replace(line, state="unsure", need="tips" if tips else "unsure")
    return replace(line, need="tips" if tips else "none")


def judge_reviews(
    line: QueueLine, reviews: Sequence[ReviewInStory], records: Mapping[str, Record]
) -> QueueLine:  # fmt: skip
    """The line with what persons did; ``reviews`` newest first."""
    waiting = next((one for one in reviews if one.state in ("open", "disagreement")), None)
    decided = [(one, one.verdict) for one in reviews if one.verdict is not None]
    if waiting is not None:
        need: Need = "disagreement" if waiting.state == "disagreement" else "second" if waiting.given else "open"
        given = waiting.given if waiting.state == "open" else 0
        return replace(line, state="review", need=need, given=given)
    if not decided:
        return replace(line, state="ended", need="tips" if line.tips else "ended")
    if len({(verdict.status, verdict.kind) for _, verdict in decided}) > 1:
        return replace(line, state="review", need="conflict")
    review, verdict = decided[0]
    anchor = records.get(review.anchor)
    outdated = review.turned or anchor is None or anchor.newest.hash != verdict.words
    return replace(
        line,
        state="decided",
        need="outdated" if outdated else "tips" if line.tips else "decided",
        outcome=(verdict.status, verdict.kind),
    )


def said_label(record: Record | None, task: Literal["topic", "region"]) -> str | None:
    """A label of a record that somebody commits to."""
    said = record.labels.get(task) if record is not None else None
    return said.value if said is not None and not said.abstained else None


def sort_lines(lines: Iterable[QueueLine]) -> list[QueueLine]:
    """What a person should do first on top."""
    return sorted(
        lines,
        key=lambda line: (
            NEEDS.index(line.need), -line.tips, -line.recent, -line.copies, -(line.score.value if line.score else 0.0),
            line.story,
        ),
    )  # fmt: skip


@st.cache_resource(show_spinner=False)
def read_error() -> float:
    """Largest calibration error that the card of the hoax model names, 0 to 1; 0 where there is no card."""
    from models.registry import read_card

    current = shared_store().current_models().get("hoax")
    if current is None:
        return 0.0
    try:
        card = read_card(current.partition("|")[0], local=read_settings().models_dir)
    except KentonganError:
        return 0.0
    figures = (figure for protocol in card.protocols if protocol.task == "hoax" for figure in protocol.figures)
    return max((figure.calibration_error for figure in figures), default=0.0)
