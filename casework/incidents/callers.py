"""Who called for help, and their words as they came: read by officers, each reading on record, blanked in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.incidents.tables import IncidentCallerRow, IncidentCallRow, IncidentRow
from casework.roles import Actor
from kentongan.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who called. ``repr`` shows none of it, so that no log does."""

    call: int
    name: str | None
    contact: str | None
    text: str | None
    """The words as they came, not masked."""
    raw: str | None
    """What arrived and could not be read."""
    forgotten_at: datetime | None

    def __repr__(self) -> str:
        return f"Caller(call={self.call})"


def read_caller(session: Session, call: int, *, actor: Actor, now: datetime, via: str | None = None) -> Caller:
    """Who made a call. The audit notes who looked, never what they saw. Raises NotAllowed and NotFound."""
    actor = authorise(session, actor, action="incidents.read_caller", now=now)
    row = session.get(IncidentCallerRow, call, populate_existing=True)
    if row is None:
        raise NotFound(f"Panggilan {call} tidak ada.")
    seen = audit.with_way({}, via)
    audit.record_view(session, actor, action="incidents.read_caller", object=f"call:{call}", detail=seen, now=now)
    return Caller(
        call=call,
        name=row.name,
        contact=row.contact,
        text=row.text,
        raw=row.raw,
        forgotten_at=row.forgotten_at,
    )


def forget_callers(session: Session, *, days: int, actor: Actor, now: datetime) -> list[int]:
    """Blank the caller of every call whose incident was closed, or that was dismissed, more than ``days`` days ago.

    Returns the calls' ids; calls, logs and reports stay. Raises NotAllowed.
    """
    actor = authorise(session, actor, action="incidents.forget", now=now)
    before = now - timedelta(days=days)
    chosen = (
        select(IncidentCallerRow)
        .join(IncidentCallRow, IncidentCallRow.id == IncidentCallerRow.call)
        .outerjoin(IncidentRow, IncidentRow.id == IncidentCallRow.incident)
        .where(
            IncidentCallerRow.forgotten_at.is_(None),
            or_(
                IncidentRow.closed_at <= before,
                (IncidentCallRow.state == "dismissed") & (IncidentCallRow.received_at <= before),
            ),
        )
        .order_by(IncidentCallerRow.call)
    )
    forgotten = []
    for row in session.scalars(chosen.with_for_update(of=IncidentCallerRow)):
        row.name = row.contact = row.text = row.raw = None
        row.forgotten_at = now
        forgotten.append(row.call)
    if forgotten:
        detail = {"jumlah": len(forgotten), "hari": days}
        audit.record(session, actor, action="incidents.forget", object="incidents", detail=detail, now=now)
    return forgotten
