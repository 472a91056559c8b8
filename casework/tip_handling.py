"""What a member of staff does with a tip besides answering it: completes one that is held, or closes it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework.access import authorise
from casework.roles import Actor
from casework.tip_intake import is_too_short, message_of, storable
from casework.tip_tables import TipReporterRow
from casework.tips import OPEN_STATES, Tip, lock_row, read_tip, record_act
from crawlers.by_hand import MAX_TEXT
from kentongan.errors import KentonganError

LEAST_REASON = 10
"""Shortest reason for closing a tip, in characters: "duplikat" alone says of what to nobody."""
MAX_REASON = 500
"""Longest, in characters."""


def complete_tip(session: Session, tip: int, *, text: str, actor: Actor, now: datetime, via: str | None = None) -> Tip:
    """Give a held tip, or one without words, the text that was asked for or read off its picture; it is then new.

    What came first is kept beside the reporter. Raises NotAllowed, NotFound, Conflict, and KentonganError for a text
    that still says too little or is too long.
    """
    actor = authorise(session, actor, action="tips.enter", now=now)
    row = lock_row(session, tip, states=OPEN_STATES, doing="dilengkapi")
    text = storable(text).strip()
    if is_too_short(text) or len(text) > MAX_TEXT:
        raise KentonganError(
            f"Teks pelengkapnya belum dapat dipakai ({len(text)} huruf).",
            hint=f"Isi paling sedikit dua kata dan paling banyak {MAX_TEXT} huruf.",
        )
    reporter = session.get_one(TipReporterRow, tip, populate_existing=True)
    if row.text and reporter.raw is None:
        reporter.raw = row.text
    row.text, row.message = text, message_of(text, link=row.link or "", picture=row.picture)
    row.state, row.reason, row.match_fault, row.claims = "new", None, None, None
    if row.story_joined != "person":
        row.story = row.story_document = row.story_score = row.story_joined = None
    record_act(session, tip, act="completed", actor=actor, now=now, detail={}, via=via)
    session.flush()
    return read_tip(session, tip)


def close_tip(session: Session, tip: int, *, reason: str, actor: Actor, now: datetime, via: str | None = None) -> Tip:
    """End a tip without an answer. Raises NotAllowed, NotFound, Conflict, and KentonganError without a reason."""
    actor = authorise(session, actor, action="tips.answer", now=now)
    row = lock_row(session, tip, states=OPEN_STATES, doing="ditutup")
    reason = " ".join(storable(reason).split())
    if not LEAST_REASON <= len(reason) <= MAX_REASON:
        raise KentonganError(
            "Laporan hanya dapat ditutup dengan alasan.",
            hint=f"Tulis alasannya, {LEAST_REASON} sampai {MAX_REASON} huruf, tanpa data pribadi.",
        )
    row.state, row.reason, row.ended_at = "closed", reason, now
    record_act(session, tip, act="closed", actor=actor, now=now, detail={"alasan": reason}, via=via)
    session.flush()
    return read_tip(session, tip)
