"""A hoax desk for the tests of verdicts: documents in stories, and a decision in one line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from casework_fixtures import NOW
from sqlalchemy.orm import Session

from analysis.duplicates import JOIN
from casework.roles import Actor
from casework.stories import find_story
from casework.story_keeping import write_links
from casework.story_projection import count_stories, place_items
from casework.verdict_records import Review
from casework.verdict_reviews import decide, open_review
from casework.verdicts import read_review
from kentongan.schema import document_id, revision_hash

REASONS = "Dinas Sosial menyatakan tautan pendaftaran bantuan ini bukan miliknya."
REFERENCES = ("https://dinsos.tirtamaya.example/klarifikasi/12",)
FALSE = {"status": "false", "kind": "scam"}
TRUE = {"status": "true", "kind": None}


def document(name: str) -> str:
    """The id of an invented post."""
    return document_id("sosial.example", name)


def words_of(name: str) -> str:
    """The hash of its words."""
    return revision_hash(None, f"Pesan {name}")


def put_story(session: Session, items: Sequence[tuple[str, str]]) -> str:
    """Take up (name, stance) pairs, each in words of its own and linked to the first as near copies are; the story."""
    first, *others = [document(name)[:16] for name, _ in items]
    write_links(session, {(min(first, other), max(first, other)): JOIN for other in others})
    count_stories(session, place_items(session, [item(*pair, minute=at) for at, pair in enumerate(items)]))
    story = find_story(session, document(items[0][0]))
    assert story == document(items[0][0])
    return story


def item(name: str, stance: str, *, minute: int = 0) -> dict[str, Any]:
    """An invented post as the table of stories has it."""
    when = NOW + timedelta(minutes=minute)
    return {
        "document": document(name), "message": document(name)[:16], "revision": words_of(name), "stance": stance,
        "source": "uji", "platform": "x", "published_at": when, "collected_at": when,
    }  # fmt: skip


def open_on(session: Session, name: str, actor: Actor) -> Review:
    return open_review(session, document(name), words=words_of(name), actor=actor, now=NOW)


def decide_as(session: Session, actor: Actor, review: int, **choice: Any) -> Review:
    """One decision on whatever round is next, false and a scam unless the choice says otherwise."""
    seen = read_review(session, review, actor=actor)
    entered = {"round": seen.next_round, "words": seen.words, "reasons": REASONS, "references": REFERENCES}
    return decide(session, review, **{**entered, **FALSE, **choice}, actor=actor, now=NOW)
