"""What verdicts hand out: frozen records made of the rows, with what a reader may not see yet left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.roles import Actor
from casework.verdict_rules import FalsehoodKind, Outcome
from casework.verdict_states import SEATS, State
from casework.verdict_tables import ClarificationRow, DecisionRow, EventRow, ReviewRow
from kentongan.errors import NotFound

ClarificationState = Literal["published", "to_retract", "retracted"]
"""Out and right, out though its verdict no longer stands ("perlu ditarik"), or taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one person decided in one round. While it is not ``shown``, only its author reads what it says."""

    person: str
    """Id of the person."""
    username: str
    name: str
    """Their name then."""
    round: int
    decided_at: datetime
    shown: bool
    """Whether both decisions of the round are in: from then on everybody sees them. A round that ended with one,
    because it was taken back or the review was closed, is never shown."""
    status: Outcome | None
    """None where the reader may not see it; so with the three below."""
    kind: FalsehoodKind | None
    """None also for an outcome that has no kind."""
    reasons: str | None
    references: tuple[str, ...]
    """http(s) addresses and ids of documents."""
    words: str
    """``revision_hash`` of the words that were judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The review of one story by two persons, as one reader may see it."""

    id: int
    anchor: str
    """Id of the document that was looked at: the review belongs to whatever story holds it."""
    words: str
    """``revision_hash`` of the anchor's words when the review was opened, or opened again."""
    state: State
    round: int
    """Round of the newest decisions, from 1."""
    opened_by: str
    """Id of the person."""
    opened_at: datetime
    decisions: tuple[Decision, ...]
    """Of all rounds, oldest first."""
    version: int
    """Grows with each change; pass it back to change the review."""

    @property
    def next_round(self) -> int:
        """The round that a decision made now belongs to: after a disagreement the next one, blind again."""
        return self.round + 1 if self.state == "disagreement" else self.round

    @property
    def decided(self) -> int:
        """How many decisions the round has that is waiting for them: 0 or 1; SEATS once it is over."""
        return sum(decision.round == self.round for decision in self.decisions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What two persons decided alike, each without having seen the other's choice."""

    review: int
    anchor: str
    """Id of the document that was judged."""
    words: str
    """``revision_hash`` of the words that were judged."""
    round: int
    status: Outcome
    kind: FalsehoodKind | None
    decided_at: datetime
    """When the second decision came. Aware, in UTC."""
    decisions: tuple[Decision, ...]
    """The two, in the order they came."""
    outdated: bool = False
    """True where the anchor is no longer what was judged; ``outdated_reason`` says why, in Indonesian."""
    outdated_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clarification:
    """A clarification that was published on a verdict."""

    id: int
    text: str
    url: str
    """Public https address."""
    channels: tuple[str, ...]
    """Where it went out: keys of ``verdict_rules.CHANNELS``."""
    published_at: datetime
    state: ClarificationState
    verdict: Verdict
    """The verdict it was published on, whether or not that still stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One step in the history of a review."""

    review: int
    round: int
    at: datetime
    person: str
    username: str
    act: str
    """"opened", "decided", "taken_back", "agreed", "disagreed", "withdrawn", "closed", "reopened", "published",
    "retracted"."""
    reason: str | None
    """Why, for what undoes something; the reasons of a decision stand in the decision."""
    clarification: int | None
    decision: Decision | None = None
    """For "decided": the decision, as the reader may see it."""


def get_review(session: Session, review: int) -> ReviewRow:
    """The row of this number. Raises NotFound."""
    row = session.get(ReviewRow, review, populate_existing=True)
    if row is None:
        raise NotFound(f"Pemeriksaan {review} tidak ada.", hint="Daftarnya: `kentongan verdicts list`.")
    return row


def read_decisions(session: Session, reviews: Iterable[int], *, reader: Actor | None) -> dict[int, list[Decision]]:
    """The decisions of each review, oldest first, as ``reader`` may see them; None for nobody in particular."""
    wanted = list(reviews)
    chosen = select(DecisionRow).where(DecisionRow.review.in_(wanted)).order_by(DecisionRow.id)
    rows = session.scalars(chosen).all()
    second = {(row.review, row.round) for row in rows if row.seat == SEATS}
    found: dict[int, list[Decision]] = {review: [] for review in wanted}
    for row in rows:
        decision = as_decision(row, shown=(row.review, row.round) in second)
        mine = reader is not None and reader.id == row.person
        found[row.review].append(decision if decision.shown or mine else mask_decision(decision))
    return found


def mask_decision(decision: Decision) -> Decision:
    """That it was made, by whom and when, without what it says."""
    return replace(decision, status=None, kind=None, reasons=None, references=())


def read_verdicts(session: Session, rows: Sequence[ReviewRow | ClarificationRow]) -> list[Verdict]:
    """The verdict of each review's newest round, or of the round a clarification was published on.

    The rounds must have ended in agreement.
    """
    numbers = {row.review if isinstance(row, ClarificationRow) else row.id for row in rows}
    anchors = {row.id: row.anchor for row in session.scalars(select(ReviewRow).where(ReviewRow.id.in_(numbers)))}
    decisions = read_decisions(session, numbers, reader=None)
    verdicts = []
    for row in rows:
        review = row.review if isinstance(row, ClarificationRow) else row.id
        both = tuple(decision for decision in decisions[review] if decision.round == row.round)
        last = both[-1]
        if len(both) != SEATS or last.status is None:
            raise RuntimeError(f"round {row.round} of review {review} is called decided and has {len(both)} decisions")
        verdicts.append(
            Verdict(
                review=review,
                anchor=anchors[review],
                words=last.words,
                round=row.round,
                status=last.status,
                kind=last.kind,
                decided_at=last.decided_at,
                decisions=both,
            )
        )
    return verdicts


def as_decision(row: DecisionRow, *, shown: bool) -> Decision:
    """The row as a record, unmasked."""
    return Decision(
        person=row.person,
        username=row.username,
        name=row.name,
        round=row.round,
        decided_at=row.decided_at,
        shown=shown,
        status=cast(Outcome, row.status),
        kind=cast("FalsehoodKind | None", row.kind),
        reasons=row.reasons,
        references=tuple(row.cited),
        words=row.words,
    )


def as_review(row: ReviewRow, decisions: Iterable[Decision]) -> Review:
    """The row as a record, with the decisions as its reader may see them."""
    return Review(
        id=row.id,
        anchor=row.anchor,
        words=row.words,
        state=cast(State, row.state),
        round=row.round,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        decisions=tuple(decisions),
        version=row.version,
    )


def as_event(row: EventRow, decision: Decision | None) -> Event:
    """The row as a record."""
    return Event(
        review=row.review,
        round=row.round,
        at=row.at,
        person=row.person,
        username=row.username,
        act=row.act,
        reason=row.reason,
        clarification=row.clarification,
        decision=decision,
    )
