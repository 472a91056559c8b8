"""Writes clarifications, approves them by another person, and takes them back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework.access import authorise
from casework.followups.assigning import check_title
from casework.followups.clarifications import Draft, lock_draft, record_draft_act, words_hash
from casework.followups.objects import check_topic, find_object
from casework.followups.records import OBJECT_WORDS, ObjectKind
from casework.followups.tables import DraftRow
from casework.roles import Actor
from casework.verdict_clarifications import get_clarification, retract_clarification
from casework.verdict_records import get_review
from casework.verdict_rules import check_text
from casework.verdict_states import STATE_WORDS as REVIEW_WORDS
from casework.verdict_tables import ReviewRow
from kentongan.errors import Conflict, KentonganError, NotAllowed


def draft_clarification(
    session: Session,
    *,
    kind: ObjectKind,
    object: str,
    title: str,
    text: str,
    actor: Actor,
    now: datetime,
    review: int | None = None,
    topic: str | None = None,
    region: str | None = None,
    sample: bool = False,
    via: str | None = None,
) -> Draft:
    """Write a clarification about a story, complaint, incident or topic; ``review`` is the verdict review it rests on.

    Raises NotAllowed, NotFound, KentonganError for what is not complete.
    """
    actor = authorise(session, actor, action="clarifications.draft", now=now)
    if kind == "case":
        others = ", ".join(word for name, word in OBJECT_WORDS.items() if name != "case")
        raise KentonganError("Klarifikasi tidak dibuat tentang kasus bukti.", hint=f"Pilih dari: {others}.")
    found = find_object(session, kind, object)
    row = DraftRow(
        object_kind=kind,
        object=found.name,
        review=None if review is None else get_review(session, review).id,
        topic=check_topic(topic) if topic else found.name if kind == "topic" else None,
        region=region or found.region,
        title=check_title(title),
        text=check_text("Klarifikasi", text),
        state="draft",
        drafted_at=now,
        drafted_by=actor.id,
        drafted_name=actor.username,
        edited_by=actor.id,
        sample=sample or found.sample,
    )
    session.add(row)
    session.flush()
    return record_draft_act(
        session, row, act="drafted", detail={"tentang": f"{kind}:{found.name}"}, kept=words_of(row), actor=actor,
        now=now, via=via,
    )  # fmt: skip


def edit_clarification(
    session: Session, draft: int, *, title: str | None = None, text: str | None = None, actor: Actor, version: int,
    now: datetime, via: str | None = None,
) -> Draft:  # fmt: skip
    """Change title or text; what was approved is a draft again. Raises NotAllowed, NotFound, Conflict,
    KentonganError where nothing changes."""
    actor = authorise(session, actor, action="clarifications.draft", now=now)
    row = lock_draft(session, draft, states=("draft", "approved"), doing="diubah", version=version)
    new_title = row.title if title is None else check_title(title)
    new_text = row.text if text is None else check_text("Klarifikasi", text)
    if (new_title, new_text) == (row.title, row.text):
        raise KentonganError("Tidak ada yang diubah.", hint="Sebut judul atau teks yang baru.")
    approved = row.state == "approved"
    row.state, row.approved_at, row.approved_by = "draft", None, None
    row.approved_name = row.approved_words = row.review_round = None
    row.title, row.text, row.edited_by = new_title, new_text, actor.id
    detail = {"persetujuan_gugur": approved}
    return record_draft_act(
        session, row, act="edited", detail=detail, kept=words_of(row), actor=actor, now=now, via=via
    )  # fmt: skip


def approve_clarification(
    session: Session, draft: int, *, actor: Actor, version: int, now: datetime, via: str | None = None
) -> Draft:
    """Let exactly these words go out. ``version`` is the one the person read.

    Raises NotAllowed (also for whoever wrote any of it), NotFound, Conflict (changed since, or resting on a review
    that has no verdict now).
    """
    actor = authorise(session, actor, action="clarifications.approve", now=now)
    row = lock_draft(session, draft, states=("draft",), doing="disetujui", version=version)
    if actor.id in (row.drafted_by, row.edited_by):
        raise NotAllowed(
            "Klarifikasi disetujui oleh orang lain daripada penulisnya.", hint="Minta pimpinan lain menyetujuinya."
        )
    if row.review is not None:
        row.review_round = standing_round(session, row)
    row.state, row.approved_at, row.approved_by, row.approved_name = "approved", now, actor.id, actor.username
    row.approved_words = words_hash(row.title, row.text)
    detail = {"sidik": row.approved_words}
    return record_draft_act(session, row, act="approved", detail=detail, actor=actor, now=now, via=via)


def retract_draft(
    session: Session, draft: int, *, reason: str, actor: Actor, version: int, now: datetime, via: str | None = None
) -> Draft:
    """Take a clarification back: before it went out, or record that it is gone from every channel.

    What was recorded on a verdict is retracted with it. Raises NotAllowed, NotFound, Conflict, KentonganError without
    a reason.
    """
    actor = authorise(session, actor, action="clarifications.publish", now=now)
    said = check_text("Alasan", reason)
    row = lock_draft(session, draft, states=("draft", "approved", "published"), doing="ditarik", version=version)
    row.state, row.retracted_at = "retracted", now
    if row.verdict_clarification is not None:
        stored = get_clarification(session, row.verdict_clarification)
        if stored.state != "retracted":
            retract_clarification(session, stored.id, reason=said, actor=actor, now=now, via=via)
    return record_draft_act(session, row, act="retracted", note=said, detail={}, actor=actor, now=now, via=via)


def standing_round(session: Session, row: DraftRow) -> int:
    """The round whose verdict stands now. Raises Conflict where none does."""
    assert row.review is not None
    review: ReviewRow = get_review(session, row.review)
    if review.state != "decided":
        raise Conflict(
            f"Pemeriksaan {review.id} {REVIEW_WORDS[review.state]}, jadi klarifikasinya belum dapat disetujui.",  # type: ignore[index]
            hint=f"Lihat: `kentongan verdicts show {review.id}`.",
        )
    return review.round


def words_of(row: DraftRow) -> dict[str, str]:
    """The words as they stand, for the history."""
    return {"judul": row.title, "teks": row.text}
