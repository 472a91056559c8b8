"""Finds the story and the fact-checks a tip is about, once it is safely taken in; a failure leaves it for later."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.db import Casework
from casework.roles import SYSTEM, Actor
from casework.tip_tables import TipRow
from casework.tips import (
    OPEN_STATES,
    Tip,
    TipClaim,
    TipState,
    add_event,
    as_tip,
    find_row,
    lock_row,
    read_tip,
    record_act,
)
from kentongan.errors import KentonganError
from search.store import Store

if TYPE_CHECKING:
    from analysis.claims import ClaimMatcher
    from casework.story_matching import StoryMatch

log = logging.getLogger(__name__)

CLAIMS_KEPT = 3
"""Nearest fact-checks that are kept with a tip: as many as a person compares at a glance."""
NO_WORDS = "Tidak ada teks untuk dicocokkan: buka tautan atau gambarnya, lalu lengkapi teksnya."
WAITING: tuple[TipState, ...] = ("new",)
"""The states in which the search for story and fact-checks is still to come."""


def match_tip(casework: Casework, store: Store, tip: int, *, claims: Callable[[], ClaimMatcher], now: datetime) -> Tip:
    """Look for the tip's story and nearest fact-checks and keep what was found; returns the tip as it is then.

    Searching holds no lock on casework. Where a part of it fails, the tip stays "new" with the fault, and the story if
    there is one, beside it; the fault is logged: a tip is never lost to a search. A held, answered or closed tip is
    left as it is, and so is one that was given other words meanwhile. Raises NotFound, and Retry where casework cannot
    be written.
    """
    with casework.read() as session:
        row = find_row(session, tip)
        if row.state not in WAITING:
            return as_tip(row)
        text = row.text or ""
        fault: str | None = None if row.message is not None and row.message.startswith("teks:") else NO_WORDS
        story: StoryMatch | None = None
        found: Sequence[TipClaim] = ()
        if fault is None:
            from casework.story_matching import match_story

            try:
                story = match_story(store, session, text)
            except Exception as error:  # noqa: BLE001 - whatever fails, the tip waits and the desk is told
                fault = explain_failure(tip, error)
    if fault is None or story is not None:
        try:
            found = nearest_claims(claims(), text)
        except Exception as error:  # noqa: BLE001 - as above
            fault = explain_failure(tip, error)
    with casework.begin() as session:
        row = lock_row(session, tip, states=("new", "matched", "answered", "closed", "held"), doing="dicocokkan")
        if row.state not in WAITING or (row.text or "") != text:
            return as_tip(row)
        row.match_fault = fault
        if story is not None and row.story_joined != "person":
            row.story, row.story_document = story.story, story.document
            row.story_score, row.story_joined = story.score, "auto" if story.joins else "suggested"
        if fault is None:
            row.state, row.matched_at = "matched", now
            row.claims = [msgspec.to_builtins(claim) for claim in found]
            detail = {"cerita": row.story, "cara": row.story_joined, "cek_fakta": [claim.id for claim in found]}
            add_event(session, tip, act="matched", actor=SYSTEM, now=now, detail=detail)
        session.flush()
        return as_tip(row)


def match_waiting(casework: Casework, store: Store, *, claims: Callable[[], ClaimMatcher], now: datetime) -> list[Tip]:
    """Match every tip that still waits for it; returns them as they are then."""
    with casework.read() as session:
        waiting = list(session.scalars(select(TipRow.id).where(TipRow.state.in_(WAITING)).order_by(TipRow.id)))
    return [match_tip(casework, store, tip, claims=claims, now=now) for tip in waiting]


def nearest_claims(matcher: ClaimMatcher, text: str) -> list[TipClaim]:
    """The fact-checks nearest to a text that are at least related, best first."""
    (matches,) = matcher.match([text], top=CLAIMS_KEPT)
    return [
        TipClaim(
            id=match.id,
            score=float(match.score),
            band=match.band,
            title=match.title,
            verdict=match.verdict,
            url=match.url,
            shared=tuple(match.shared),
            withdrawn=match.withdrawn,
        )
        for match in matches
        if match.band != "none"
    ]


def explain_failure(tip: int, error: Exception) -> str:
    """The fault as the desk reads it; logged by its kind, for its text may hold the tip's words."""
    log.warning("tip %d could not be matched: %s", tip, type(error).__name__)
    if isinstance(error, KentonganError):
        return f"Belum dicocokkan: {error}"[:500]
    return f"Belum dicocokkan: pencarian gagal ({type(error).__name__}). Ulangi dengan `kentongan tips match`."


def attach_story(
    session: Session, tip: int, *, document: str, actor: Actor, now: datetime, via: str | None = None
) -> Tip:
    """A person says which story the tip is about: the one that holds this document.

    Raises NotAllowed, NotFound, and Conflict where the tip no longer waits.
    """
    from casework.stories import read_story

    actor = authorise(session, actor, action="tips.answer", now=now)
    row = lock_row(session, tip, states=OPEN_STATES, doing="dikaitkan")
    story = read_story(session, document)
    row.story, row.story_document, row.story_score, row.story_joined = story.id, document, None, "person"
    detail = {"cerita": story.id, "dokumen": document}
    record_act(session, tip, act="attached", actor=actor, now=now, detail=detail, via=via)
    session.flush()
    return read_tip(session, tip)
