"""Who sent a tip, and its words as they came: read by those who answer, each reading on record, blanked in time."""

from __future__ import annotations

import hmac
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.roles import Actor
from casework.tip_tables import TipReporterRow, TipRow
from casework.tips import Tip, add_event, as_tip, find_row, parse_number
from kentongan.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """Who sent a tip. ``repr`` shows none of it, so that no log does."""

    tip: int
    name: str | None
    contact: str | None
    address: str | None
    """Where the channel itself would answer."""
    text: str | None
    """The tip's words as they came, not masked."""
    raw: str | None
    """What arrived and could not be read."""
    code: str
    """The code of the public lookup page."""
    forgotten_at: datetime | None
    """When name, contact, address and raw were blanked."""

    def __repr__(self) -> str:
        return f"Reporter(tip={self.tip})"


def read_reporter(session: Session, tip: int, *, actor: Actor, now: datetime, via: str | None = None) -> Reporter:
    """Who sent the tip, with its words as they came. The audit notes who looked, never what they saw.

    Needs a transaction that may write. Raises NotAllowed and NotFound.
    """
    actor = authorise(session, actor, action="tips.read_reporter", now=now)
    row = find_row(session, tip)
    known = session.get_one(TipReporterRow, tip, populate_existing=True)
    seen = audit.with_way({}, via)
    audit.record_view(session, actor, action="tips.read_reporter", object=f"tip:{tip}", detail=seen, now=now)
    return Reporter(
        tip=tip,
        name=known.name,
        contact=known.contact,
        address=known.address,
        text=row.text,
        raw=known.raw,
        code=row.code,
        forgotten_at=known.forgotten_at,
    )


def forget_reporters(session: Session, *, days: int, actor: Actor, now: datetime) -> list[int]:
    """Blank the reporter of every tip that ended more than ``days`` days ago; returns the tips' ids.

    The tip, its history and its answers stay. Raises NotAllowed.
    """
    actor = authorise(session, actor, action="tips.forget", now=now)
    chosen = (
        select(TipReporterRow)
        .join(TipRow, TipRow.id == TipReporterRow.tip)
        .where(TipReporterRow.forgotten_at.is_(None), TipRow.ended_at <= now - timedelta(days=days))
        .order_by(TipReporterRow.tip)
    )
    forgotten = []
    for row in session.scalars(chosen.with_for_update(of=TipReporterRow)):
        row.name = row.contact = row.address = row.raw = None
        row.forgotten_at = now
        add_event(session, row.tip, act="forgotten", actor=actor, now=now, detail={"hari": days})
        forgotten.append(row.tip)
    if forgotten:
        detail = {"jumlah": len(forgotten), "hari": days}
        audit.record(session, actor, action="tips.forget", object="tips", detail=detail, now=now)
    return forgotten


def find_with_code(session: Session, number: str, *, code: str) -> Tip:
    """The tip of this number whose reporter knows its code. Raises NotFound, the same for a wrong number and code."""
    row = None
    with suppress(NotFound):
        row = session.get(TipRow, parse_number(number))
    given = "".join(code.upper().split()).replace("-", "").encode("utf-8", "replace")
    # Compared also where there is no such tip, so that the time taken says nothing.
    right = hmac.compare_digest((row.code if row else "").encode(), given)
    if row is None or not right:
        raise NotFound("Nomor dan kode itu tidak cocok.", hint="Periksa keduanya seperti tertulis saat Anda melapor.")
    return as_tip(row)
