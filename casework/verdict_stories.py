"""What verdicts ask of stories: which reviews lie in the story of a document, and how the document stands to it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.stories import find_story
from casework.story_tables import StoryItemRow, StoryMessageRow
from casework.verdict_states import LIVE, STATE_WORDS
from casework.verdict_tables import ReviewRow
from kentongan.errors import Conflict, KentonganError

TURNED = ("rebuts", "asks")
"""Stances that turn a verdict's meaning round: it is neither opened on such a document nor carried to it."""


def reviews_beside(session: Session, document: str) -> list[ReviewRow]:
    """The reviews whose anchor is in the document's story, oldest first.

    A document that is in no story (an article, a post that was not taken up yet) is one by itself.
    """
    story = find_story(session, document)
    chosen = select(ReviewRow).order_by(ReviewRow.id)
    if story is None:
        chosen = chosen.where(ReviewRow.anchor == document)
    else:
        chosen = (
            chosen.join(StoryItemRow, StoryItemRow.document == ReviewRow.anchor)
            .join(StoryMessageRow, StoryMessageRow.message == StoryItemRow.message)
            .where(StoryMessageRow.story == story)
        )
    return list(session.scalars(chosen))


def stance_of(session: Session, document: str) -> str | None:
    """The document's stance to its story's claim; None for one that is in no story."""
    return session.scalar(select(StoryItemRow.stance).where(StoryItemRow.document == document))


def stances_in(session: Session, story: str) -> dict[str, str]:
    """Each document of a story, with its stance to the claim; empty for a story that is not there.

    All of them are joined to it, by words at or above ``analysis.duplicates.JOIN`` or by a person's merge: what is only
    suggested is not in the story.
    """
    chosen = (
        select(StoryItemRow.document, StoryItemRow.stance)
        .join(StoryMessageRow, StoryMessageRow.message == StoryItemRow.message)
        .where(StoryMessageRow.story == story)
    )
    return {row.document: row.stance for row in session.execute(chosen)}


def refuse_bystander(session: Session, document: str) -> None:
    """Raise KentonganError where the document rebuts or asks: a verdict on it would turn the story's meaning round."""
    stance = stance_of(session, document)
    if stance in TURNED:
        what = "bantahan" if stance == "rebuts" else "pertanyaan"
        raise KentonganError(
            f"Dokumen {document} terbaca sebagai {what}, bukan sebagai penyebar pesannya.",
            hint="Buka pemeriksaan pada salah satu dokumen yang menyebarkan pesan itu.",
        )


def refuse_second_review(session: Session, document: str) -> None:
    """Raise Conflict where the document's story has a review that is alive."""
    for other in reviews_beside(session, document):
        if other.state in LIVE:
            raise Conflict(
                f"Cerita ini {STATE_WORDS[other.state]} dalam pemeriksaan {other.id}.",
                hint=f"Lihat: kentongan verdicts show {other.id}.",
            )
