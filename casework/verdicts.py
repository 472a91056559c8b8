"""Verdicts: what two persons decided on a story, which documents that reaches, and how it came about.

A verdict speaks about the claim of a story. ``current_verdict`` gives it for whatever document of the story one asks
with; beside a single document only ``carried_verdicts`` may be shown, since a rebuttal is in the story as well.
Reviews are changed in ``casework.verdict_reviews``, clarifications in ``casework.verdict_clarifications``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.roles import Actor
from casework.stories import find_story
from casework.verdict_clarifications import list_clarifications
from casework.verdict_records import (
    Clarification,
    Event,
    Review,
    Verdict,
    as_event,
    as_review,
    get_review,
    read_decisions,
    read_verdicts,
)
from casework.verdict_rules import Status, describe_outcome
from casework.verdict_states import State
from casework.verdict_stories import TURNED, reviews_beside, stance_of, stances_in
from casework.verdict_tables import EventRow, ReviewRow

OPEN_STATES: tuple[State, ...] = ("open", "disagreement")
"""States of a review that waits for persons."""
MAX_REVIEWS = 1000
"""Most reviews one call reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a story stands."""

    story: str | None
    """Id of the story; None for a document that is in none."""
    status: Status
    """What stands; "under_review" also where what was decided contradicts itself."""
    verdict: Verdict | None
    """None where nothing is decided, and where what is decided contradicts itself: see ``conflict``."""
    waiting: tuple[int, ...]
    """Reviews that wait for persons."""
    conflict: tuple[Verdict, ...]
    """Verdicts that differ, in a story that was merged of two: none of them counts until a person withdraws the others
    or splits the story. Empty where there is no conflict."""

    @property
    def conflict_reason(self) -> str | None:
        """The conflict in Indonesian, with what to do; None where there is none."""
        if not self.conflict:
            return None
        named = "; ".join(f"pemeriksaan {v.review}: {describe_outcome(v.status, v.kind)}" for v in self.conflict)
        return f"Cerita ini memuat putusan yang berbeda ({named}). Cabut salah satu, atau pisahkan ceritanya."


def read_standing(session: Session, document: str) -> Standing:
    """Where the story that holds a document stands."""
    rows = reviews_beside(session, document)
    story = find_story(session, document)
    decided = read_verdicts(session, [row for row in rows if row.state == "decided"])
    waiting = tuple(row.id for row in rows if row.state in OPEN_STATES)
    agree = len({(verdict.status, verdict.kind) for verdict in decided}) == 1
    verdict = mark_turned(decided[0], stance_of(session, decided[0].anchor)) if agree else None
    status: Status = verdict.status if verdict else "under_review" if waiting or decided else "unchecked"
    return Standing(
        story=story, status=status, verdict=verdict, waiting=waiting, conflict=() if agree else tuple(decided)
    )


def mark_turned(verdict: Verdict, stance: str | None) -> Verdict:
    """The verdict, outdated where its anchor, whose stance this is, is by now read as a rebuttal or a question."""
    if stance not in TURNED:
        return verdict
    return replace(
        verdict,
        outdated=True,
        outdated_reason="Pesan yang diputuskan kini terbaca sebagai bantahan atau pertanyaan; periksa kembali.",
    )


def current_verdict(session: Session, document: str) -> Verdict | None:
    """The verdict on the claim of the story that holds the document; None where none stands, or several contradict."""
    return read_standing(session, document).verdict


def carried_verdicts(session: Session, story: str) -> dict[str, Verdict]:
    """The documents of a story that its verdict reaches: its anchor, and every copy that spreads the message.

    Never a rebuttal, a question or an unclear document, and nothing outside the story, to which all items are joined by
    their words or by a person. Empty where no verdict stands. ``story`` is the id of a story or of a document in it.
    """
    standing = read_standing(session, story)
    verdict = standing.verdict
    if verdict is None:
        return {}
    if standing.story is None:
        return {verdict.anchor: verdict}
    stances = stances_in(session, standing.story)
    if stances[verdict.anchor] in TURNED:
        return {}
    return {
        document: verdict for document, stance in stances.items() if stance == "spreads" or document == verdict.anchor
    }


def compare_words(verdict: Verdict, newest: str | None) -> Verdict:
    """The verdict, outdated where its anchor's words are not those that were judged.

    ``newest`` is the ``revision_hash`` of the anchor's newest words, None where the document is no longer in the store.
    """
    if newest == verdict.words:
        return verdict
    reason = (
        "Pesan yang diputuskan sudah tidak ada di koleksi."
        if newest is None
        else "Kata-kata pesan ini berubah sesudah diputuskan; periksa kembali."
    )
    return replace(verdict, outdated=True, outdated_reason=reason)


def published_clarification(session: Session, document: str) -> Clarification | None:
    """The newest clarification that is out, on the verdict that stands for the document's story; None without one."""
    standing = read_standing(session, document)
    if standing.verdict is None:
        return None
    same = [row.id for row in reviews_beside(session, document) if row.state == "decided"]
    found = [c for review in same for c in list_clarifications(session, review=review) if c.state == "published"]
    return max(found, key=lambda clarification: clarification.id, default=None)


def read_review(session: Session, review: int, *, actor: Actor | None) -> Review:
    """The review as the actor may see it; None reads as anybody. Raises NotFound.

    What somebody else decided in a round that still waits for its second decision is left out, whatever the actor's
    role.
    """
    row = get_review(session, review)
    return as_review(row, read_decisions(session, [row.id], reader=actor)[row.id])


def list_reviews(
    session: Session, *, states: Sequence[State] = OPEN_STATES, actor: Actor | None = None, limit: int = 100
) -> list[Review]:
    """Reviews in these states, oldest first, at most ``limit`` (up to 1000), as the actor may see them."""
    chosen = select(ReviewRow).where(ReviewRow.state.in_(states)).order_by(ReviewRow.id)
    rows = session.scalars(chosen.limit(max(1, min(limit, MAX_REVIEWS)))).all()
    decisions = read_decisions(session, [row.id for row in rows], reader=actor)
    return [as_review(row, decisions[row.id]) for row in rows]


def verdict_history(session: Session, document: str, *, actor: Actor | None = None) -> list[Event]:
    """Everything that happened to the reviews of the document's story, oldest first, as the actor may see it."""
    reviews = [row.id for row in reviews_beside(session, document)]
    decisions = {
        (review, decision.round, decision.person): decision
        for review, made in read_decisions(session, reviews, reader=actor).items()
        for decision in made
    }
    events = session.scalars(select(EventRow).where(EventRow.review.in_(reviews)).order_by(EventRow.id))
    return [
        as_event(row, decisions[row.review, row.round, row.person] if row.act == "decided" else None) for row in events
    ]
