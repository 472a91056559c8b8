"""Finds the story that a text belongs to, without taking the text in anywhere: for tips, and for a single message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.duplicates import JOIN, SUGGEST, score_message
from analysis.shingles import MIN_BYTES, content_key
from casework.story_cluster import ask_some
from casework.story_keeping import KINDS, name_message
from casework.story_tables import StoryItemRow, StoryMessageRow
from kentongan.schema import Query
from search.store import Store

CANDIDATES: Final = 50
"""Documents that are compared with a text."""

WORDS: Final = 40
"""Words of a text by which candidates are looked for, the longest: those are the rarest. The order of the search weighs
them by how rare they are."""

LONGEST_WORD: Final = 30
"""Letters of such a word: what is longer is no word, and a query has its bounds."""

AMBIGUOUS: Final = 3
"""Stories at or above JOIN from which on none of them is joined: they are not one story, so what they have in common
with the text is what very many texts have (a footer, a form)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryMatch:
    """The story that a text is most like."""

    story: str
    document: str
    """The item in it that the text is most like; of equals the first by id."""
    score: float
    """SUGGEST to 1; 1 for the same words."""
    joins: bool
    """Whether the text is of this story without anybody being asked; otherwise it is only suggested."""


def match_story(store: Store, session: Session, text: str) -> StoryMatch | None:
    """The story of a text; None where nothing is near. A short text is only matched by its own words.

    Raises Retry where the store is away.
    """
    key = content_key(text)
    if not key:
        return None
    same = session.execute(
        select(StoryMessageRow.story, StoryMessageRow.named).where(StoryMessageRow.message == name_message("", key))
    ).one_or_none()
    if same is not None:
        return StoryMatch(story=same.story, document=same.named, score=1.0, joins=True)
    words = choose_words(key) if len(key) >= MIN_BYTES else []
    if not words:
        return None
    page = store.search(Query(text=" OR ".join(words), kinds=KINDS), limit=CANDIDATES, order="best")
    keys = {record.document.id: content_key(record.newest.words) for record in page.records}
    scores = dict(zip(keys, score_message(key, list(keys.values())), strict=True))
    near = {document: score for document, score in scores.items() if score >= SUGGEST}
    stories = {
        row.document: row.story
        for row in ask_some(
            session,
            near,
            lambda part: (
                select(StoryItemRow.document, StoryMessageRow.story)
                .join(StoryMessageRow, StoryMessageRow.message == StoryItemRow.message)
                .where(StoryItemRow.document.in_(part))
            ),
        )
    }
    if not stories:
        return None
    best = min(stories, key=lambda document: (-near[document], document))
    joined = {story for document, story in stories.items() if near[document] >= JOIN}
    joins = near[best] >= JOIN and len(joined) < AMBIGUOUS
    return StoryMatch(story=stories[best], document=best, score=near[best], joins=joins)


def choose_words(key: bytes) -> list[str]:
    """The words of a ready text that a query can ask for, the longest first, at most WORDS."""
    words = {
        word
        for word in key.decode("utf-8", "ignore").split()
        if word.replace("-", "").isalpha() and not word.startswith("-") and len(word) <= LONGEST_WORD
    }
    return sorted(words, key=lambda word: (-len(word), word))[:WORDS]
