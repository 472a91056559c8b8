"""Clarifications: that the text on a verdict went out to the public, where, and that it was taken back.

What is published rests on a verdict that stands. Once the verdict is withdrawn its clarification is "perlu ditarik"
until a person says that it is gone; nothing is deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.db import expect_version
from casework.roles import Actor
from casework.verdict_records import Clarification, ClarificationState, get_review, read_verdicts
from casework.verdict_reviews import finish, lock_review
from casework.verdict_rules import check_address, check_channels, check_text
from casework.verdict_states import expect_state
from casework.verdict_tables import ClarificationRow, EventRow, ReviewRow
from kentongan.errors import Conflict, NotFound


def publish_clarification(
    session: Session,
    review: int,
    *,
    text: str,
    url: str,
    channels: Sequence[str],
    version: int,
    actor: Actor,
    now: datetime,
    via: str | None = None,
) -> Clarification:
    """Record that the clarification of a decided verdict was published, at its public https address.

    A later one on the same verdict takes the place of the earlier, which stays in the history. Raises NotAllowed,
    NotFound, Conflict (nothing is decided, or changed since ``version``), KentonganError for what is not complete.
    """
    row, actor = lock_review(session, review, actor=actor, action="clarifications.publish", now=now)
    said, address = check_text("Klarifikasi", text), check_address("Alamat klarifikasi", url, schemes=("https",))
    chosen = check_channels(channels)
    expect_state(row.id, row.state, act="publish")
    expect_version(f"Pemeriksaan {row.id}", read=version, stored=row.version)
    clarification = ClarificationRow(
        review=row.id, round=row.round, text=said, url=address, channels=list(chosen), published_at=now
    )
    session.add(clarification)
    session.flush()
    detail = {"klarifikasi": str(clarification.id), "alamat": address}
    finish(
        session,
        row,
        actor,
        act="published",
        audited="clarifications.publish",
        via=via,
        now=now,
        clarification=clarification.id,
        detail=detail,
    )
    return get_clarification(session, clarification.id)


def retract_clarification(
    session: Session, clarification: int, *, reason: str, actor: Actor, now: datetime, via: str | None = None
) -> Clarification:
    """Record that a clarification is no longer out. Raises NotAllowed, NotFound, Conflict where it was retracted."""
    stored = find_row(session, clarification)
    row, actor = lock_review(session, stored.review, actor=actor, action="clarifications.publish", now=now)
    why = check_text("Alasan", reason)
    if get_clarification(session, clarification).state == "retracted":
        raise Conflict(f"Klarifikasi {clarification} memang sudah ditarik.")
    finish(
        session,
        row,
        actor,
        act="retracted",
        audited="clarifications.retract",
        via=via,
        now=now,
        reason=why,
        clarification=clarification,
        detail={"klarifikasi": str(clarification)},
    )
    return get_clarification(session, clarification)


def get_clarification(session: Session, clarification: int) -> Clarification:
    """The clarification of this number, whatever became of it. Raises NotFound."""
    return as_clarifications(session, [find_row(session, clarification)])[0]


def list_clarifications(session: Session, *, review: int | None = None) -> list[Clarification]:
    """All clarifications, newest first, or those of one review. Raises NotFound for a review that is not there."""
    chosen = select(ClarificationRow).order_by(ClarificationRow.id.desc())
    if review is not None:
        chosen = chosen.where(ClarificationRow.review == get_review(session, review).id)
    return as_clarifications(session, list(session.scalars(chosen)))


def clarifications_to_retract(session: Session) -> list[Clarification]:
    """What is still out though its verdict no longer stands, oldest first."""
    standing = (ReviewRow.state == "decided") & (ReviewRow.round == ClarificationRow.round)
    retracted = select(EventRow.clarification).where(EventRow.act == "retracted")
    chosen = (
        select(ClarificationRow)
        .join(ReviewRow, ReviewRow.id == ClarificationRow.review)
        .where(~standing, ClarificationRow.id.not_in(retracted))
        .order_by(ClarificationRow.id)
    )
    return as_clarifications(session, list(session.scalars(chosen)))


def find_row(session: Session, clarification: int) -> ClarificationRow:
    """The row of this number. Raises NotFound."""
    row = session.get(ClarificationRow, clarification)
    if row is None:
        raise NotFound(f"Klarifikasi {clarification} tidak ada.", hint="Daftarnya: `kentongan verdicts list`.")
    return row


def as_clarifications(session: Session, rows: Sequence[ClarificationRow]) -> list[Clarification]:
    """The rows as records, each with its verdict and with what became of it."""
    numbers = [row.id for row in rows]
    gone = select(EventRow.clarification).where(EventRow.act == "retracted", EventRow.clarification.in_(numbers))
    retracted = set(session.scalars(gone))
    reviews = select(ReviewRow).where(ReviewRow.id.in_({row.review for row in rows}))
    standing = {(row.id, row.round) for row in session.scalars(reviews) if row.state == "decided"}
    return [
        Clarification(
            id=row.id,
            text=row.text,
            url=row.url,
            channels=tuple(row.channels),
            published_at=row.published_at,
            state=state_of(retracted=row.id in retracted, standing=(row.review, row.round) in standing),
            verdict=verdict,
        )
        for row, verdict in zip(rows, read_verdicts(session, rows), strict=True)
    ]


def state_of(*, retracted: bool, standing: bool) -> ClarificationState:
    """What became of a clarification."""
    if retracted:
        return "retracted"
    return "published" if standing else "to_retract"
