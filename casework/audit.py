"""The record of who did what and when. It only grows: there is no function, and no SQL, that changes or deletes a row.

Triggers made by the first migration refuse UPDATE, DELETE, REPLACE and TRUNCATE. Whoever owns the database server can
still take the triggers away; the audit guards against the program and its users, not against its owner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.roles import Actor
from casework.tables import AuditRow

MAX_ENTRIES = 1000
"""Most entries one call reads."""

Detail = Mapping[str, str | int | float | bool | list[str] | None]
"""What else the record says: plain values by name. Times as ISO text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One act that was done."""

    id: int
    """Grows with time; the key of paging."""
    at: datetime
    """When. Aware, in UTC."""
    actor: str
    """Id of the person, or "sistem"."""
    actor_name: str
    """Their username then."""
    action: str
    """What was done: "people.add", "jobs.cancel", ..."""
    object: str
    """What it was done to: "person:5f0c...", "job:12"."""
    detail: Detail


def with_way(detail: Detail, via: str | None) -> Detail:
    """The detail with how the act came, where it did not come from a page ("baris perintah")."""
    return {**detail, "lewat": via} if via else detail


def record(session: Session, actor: Actor, *, action: str, object: str, detail: Detail, now: datetime) -> None:
    """Write one act, in the caller's transaction: where the act is rolled back, so is its record."""
    session.add(
        AuditRow(at=now, actor=actor.id, actor_name=actor.username, action=action, object=object, detail=dict(detail))
    )
    session.flush()


def read_audit(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    limit: int = 100,
    before: int | None = None,
    by: str | None = None,
    object: str | None = None,
) -> list[AuditEntry]:
    """Entries, newest first, at most ``limit`` (up to 1000). Raises NotAllowed.

    ``actor`` is who reads. ``before`` is the id of the last entry already seen; ``by`` narrows to one actor's id,
    ``object`` to one thing ("job:12").
    """
    authorise(session, actor, action="audit.read", now=now)
    chosen = select(AuditRow).order_by(AuditRow.id.desc()).limit(max(1, min(limit, MAX_ENTRIES)))
    if before is not None:
        chosen = chosen.where(AuditRow.id < before)
    if by is not None:
        chosen = chosen.where(AuditRow.actor == by)
    if object is not None:
        chosen = chosen.where(AuditRow.object == object)
    return [
        AuditEntry(
            id=row.id,
            at=row.at,
            actor=row.actor,
            actor_name=row.actor_name,
            action=row.action,
            object=row.object,
            detail=row.detail,
        )
        for row in session.scalars(chosen)
    ]
