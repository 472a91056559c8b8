"""Reviews of stories: two persons decide without seeing each other's choice, and what may follow.

``casework.verdict_states`` has the table of what leads where. Who may see what is ``casework.verdict_records``'s.

Every act locks the review's row, so that two acts at once come one after the other; the database's own rules (see
``casework.verdict_tables``) hold where this code would not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.db import expect_version, take_turn
from casework.incidents.dangers import refuse_held
from casework.roles import Actor
from casework.tables import PersonRow
from casework.verdict_records import Review, as_review, get_review, read_decisions
from casework.verdict_rules import check_ids, check_outcome, check_reasons, check_references, check_text
from casework.verdict_states import SEATS, expect_state
from casework.verdict_stories import refuse_bystander, refuse_second_review
from casework.verdict_tables import DecisionRow, EventRow, ReviewRow
from kentongan.errors import Conflict, NotAllowed

TURN = "reviews"
"""What whoever opens a review waits for with ``take_turn``: opening must see all other reviews. A lock on the table
would wait for ever for a decision that holds a row and waits to change it."""


def open_review(
    session: Session, document: str, *, words: str, actor: Actor, now: datetime, via: str | None = None
) -> Review:
    """Open a review of the story that holds a document; the document becomes its anchor.

    ``words`` is the ``revision_hash`` of the document's newest words, which the actor has read. ``via`` is for the
    audit ("baris perintah"). Raises NotAllowed, Conflict where the story is under review, decided, was reviewed on this
    document before, or waits for an agency's word on a danger, KentonganError where the document rebuts or asks.
    """
    take_turn(session, TURN)
    actor = authorise(session, actor, action="verdicts.review", now=now)
    check_ids(document=document, words=words)
    refuse_bystander(session, document)
    refuse_held(session, document, now=now)
    refuse_second_review(session, document)
    ended = session.scalar(select(ReviewRow).where(ReviewRow.anchor == document))
    if ended is not None:
        raise Conflict(
            f"Dokumen ini pernah diperiksa dalam pemeriksaan {ended.id}.",
            hint=f"Buka kembali: kentongan verdicts reopen {ended.id}.",
        )
    row = ReviewRow(anchor=document, words=words, state="open", round=1, opened_by=actor.id, opened_at=now, version=0)
    session.add(row)
    session.flush()
    return finish(session, row, actor, act="opened", audited="verdicts.review", via=via, now=now)


def decide(
    session: Session,
    review: int,
    *,
    round: int,
    words: str,
    status: str,
    kind: str | None,
    reasons: str,
    references: Sequence[str],
    actor: Actor,
    now: datetime,
    via: str | None = None,
) -> Review:
    """Enter what one person decides. The second one of a round ends it: decided, or disagreement.

    ``round`` is ``Review.next_round`` and ``words`` the ``revision_hash`` of the anchor's newest words, both as the
    person saw them. The audit says that a decision was made, not which.

    Raises NotAllowed, NotFound, Conflict (decided already, another state or round, changed words), KentonganError for
    a decision that is not complete.
    """
    row, actor = lock_review(session, review, actor=actor, action="verdicts.decide", now=now)
    outcome, chosen = check_outcome(status, kind)
    said, cited = check_reasons(reasons), check_references(references, anchor=row.anchor)
    expect_state(row.id, row.state, act="decide")
    here = row.round + 1 if row.state == "disagreement" else row.round
    before = list(
        session.scalars(select(DecisionRow).where(DecisionRow.review == row.id, DecisionRow.round == row.round))
    )
    if row.state == "open" and any(decision.person == actor.id for decision in before):
        raise Conflict(
            f"{actor.username} sudah memutuskan di putaran {row.round}; putusan memerlukan orang kedua.",
            hint="Minta rekan yang berhak untuk memutuskan, atau tarik keputusan Anda lebih dahulu.",
        )
    if round != here:
        raise Conflict(
            f"Pemeriksaan {row.id} sudah di putaran {here}, bukan {round}.",
            hint="Muat ulang, lihat perubahannya, lalu putuskan lagi.",
        )
    if words != row.words:
        raise Conflict(
            f"Kata-kata pesan ini sudah berubah sejak pemeriksaan {row.id} dibuka.",
            hint="Tutup pemeriksaan ini, buka kembali, lalu putuskan dengan kata-kata yang baru.",
        )
    first = before[0] if row.state == "open" and before else None
    person = session.get_one(PersonRow, actor.id)
    session.add(
        DecisionRow(
            review=row.id,
            round=here,
            seat=1 if first is None else SEATS,
            person=actor.id,
            username=actor.username,
            name=person.name,
            words=words,
            status=outcome,
            kind=chosen,
            reasons=said,
            cited=list(cited),
            decided_at=now,
        )
    )
    row.state, row.round = "open", here
    done = finish(session, row, actor, act="decided", audited="verdicts.decide", via=via, now=now)
    if first is None:
        return done
    agreed = (first.status, first.kind) == (outcome, chosen)
    row.state = "decided" if agreed else "disagreement"
    # Both are shown from here on, so this line may say what was agreed on.
    detail = {"putusan": outcome, "jenis": chosen} if agreed else {}
    act, audited = ("agreed", "verdicts.agree") if agreed else ("disagreed", "verdicts.disagree")
    return finish(session, row, actor, act=act, audited=audited, via=via, now=now, detail=detail)


def take_back(session: Session, review: int, *, actor: Actor, now: datetime, via: str | None = None) -> Review:
    """Take one's own decision back before the second one came; the round ends, and the next begins blind.

    Raises NotAllowed where the actor has no decision here, NotFound, Conflict where the round is over.
    """
    row, actor = lock_review(session, review, actor=actor, action="verdicts.decide", now=now)
    expect_state(row.id, row.state, act="take_back")
    mine = select(DecisionRow).where(
        DecisionRow.review == row.id, DecisionRow.round == row.round, DecisionRow.person == actor.id
    )
    if session.scalar(mine) is None:
        raise NotAllowed(
            f"{actor.username} tidak punya keputusan di putaran {row.round} pemeriksaan {row.id}.",
            hint="Yang dapat menarik sebuah keputusan hanya orang yang memberikannya.",
        )
    record_event(session, row, actor, act="taken_back", now=now)
    row.round += 1
    return finish(session, row, actor, act=None, audited="verdicts.take_back", via=via, now=now)


def withdraw_verdict(
    session: Session,
    review: int,
    *,
    reason: str,
    version: int,
    actor: Actor,
    now: datetime,
    via: str | None = None,
) -> Review:
    """Withdraw a verdict: it is carried nowhere any more, and its clarification is to be retracted. History stays.

    Raises NotAllowed, NotFound, Conflict (nothing decided, or changed since ``version``), KentonganError without a
    reason.
    """
    row, actor = lock_review(session, review, actor=actor, action="verdicts.withdraw", now=now)
    return end_review(session, row, actor, act="withdraw", reason=reason, version=version, now=now, via=via)


def close_review(
    session: Session,
    review: int,
    *,
    reason: str,
    version: int,
    actor: Actor,
    now: datetime,
    via: str | None = None,
) -> Review:
    """Close a review that was opened by mistake or leads nowhere, without a verdict. Raises as ``withdraw_verdict``."""
    row, actor = lock_review(session, review, actor=actor, action="verdicts.withdraw", now=now)
    return end_review(session, row, actor, act="close", reason=reason, version=version, now=now, via=via)


def reopen_review(
    session: Session,
    review: int,
    *,
    words: str,
    reason: str,
    version: int,
    actor: Actor,
    now: datetime,
    via: str | None = None,
) -> Review:
    """Begin a new round of a review that was withdrawn or closed, on the anchor's words of today.

    Raises as ``open_review`` and ``withdraw_verdict`` do.
    """
    take_turn(session, TURN)
    row, actor = lock_review(session, review, actor=actor, action="verdicts.review", now=now)
    why = check_text("Alasan", reason)
    expect_state(row.id, row.state, act="reopen")
    expect_version(f"Pemeriksaan {row.id}", read=version, stored=row.version)
    check_ids(document=row.anchor, words=words)
    refuse_bystander(session, row.anchor)
    refuse_held(session, row.anchor, now=now)
    refuse_second_review(session, row.anchor)
    row.state, row.words = "open", words
    row.round += 1
    return finish(session, row, actor, act="reopened", audited="verdicts.reopen", via=via, now=now, reason=why)


def end_review(
    session: Session,
    row: ReviewRow,
    actor: Actor,
    *,
    act: Literal["withdraw", "close"],
    reason: str,
    version: int,
    now: datetime,
    via: str | None,
) -> Review:
    """Withdraw or close; the caller has locked and authorised."""
    why = check_text("Alasan", reason)
    expect_state(row.id, row.state, act=act)
    expect_version(f"Pemeriksaan {row.id}", read=version, stored=row.version)
    row.state = "withdrawn" if act == "withdraw" else "closed"
    return finish(session, row, actor, act=row.state, audited=f"verdicts.{act}", via=via, now=now, reason=why)


def lock_review(
    session: Session,
    review: int,
    *,
    actor: Actor,
    action: Literal["verdicts.review", "verdicts.decide", "verdicts.withdraw", "clarifications.publish"],
    now: datetime,
) -> tuple[ReviewRow, Actor]:
    """The row, held until the transaction ends, and the actor as they are once it is held."""
    held = session.get(ReviewRow, review, with_for_update=True, populate_existing=True)
    actor = authorise(session, actor, action=action, now=now)
    return held or get_review(session, review), actor


def record_event(
    session: Session,
    row: ReviewRow,
    actor: Actor,
    *,
    act: str,
    now: datetime,
    reason: str | None = None,
    clarification: int | None = None,
) -> None:
    """Write one step of the review's history."""
    session.add(
        EventRow(
            review=row.id,
            round=row.round,
            at=now,
            person=actor.id,
            username=actor.username,
            act=act,
            reason=reason,
            clarification=clarification,
        )
    )


def finish(
    session: Session,
    row: ReviewRow,
    actor: Actor,
    *,
    act: str | None,
    audited: str,
    via: str | None,
    now: datetime,
    reason: str | None = None,
    clarification: int | None = None,
    detail: Mapping[str, str | None] | None = None,
) -> Review:
    """Write what an act leaves besides its change: the event (unless ``act`` is None), the audit and the version."""
    if act is not None:
        record_event(session, row, actor, act=act, now=now, reason=reason, clarification=clarification)
    row.version += 1
    session.flush()
    full = audit.with_way({"putaran": row.round, **(detail or {})}, via)
    audit.record(session, actor, action=audited, object=f"review:{row.id}", detail=full, now=now)
    return as_review(row, read_decisions(session, [row.id], reader=actor)[row.id])
