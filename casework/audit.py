"""The record of who did what and when. It only grows: there is no function, and no SQL, that changes or deletes a row.

Triggers made by the first migration refuse UPDATE, DELETE, REPLACE and TRUNCATE. Whoever owns the database server can
still take the triggers away; the audit guards against the program and its users, not against its owner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.roles import Actor
from casework.tables import AuditRow

MAX_ENTRIES = 1000
"""Most entries one call reads."""
MAX_OBJECT: Final = 200
"""Longest name of a thing, in characters (the column's width)."""
SAME_VIEW: Final = timedelta(minutes=10)
"""Looking again within this is still the same look: a page draws itself anew with each click."""

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


def record_view(
    session: Session,
    actor: Actor,
    *,
    object: str,
    action: str = "view",
    detail: Detail | None = None,
    now: datetime,
) -> bool:
    """Write that a person looked at something; returns whether it was written.

    The same look (same person, object, action and detail) within ``SAME_VIEW`` is written once. ``object`` says what
    was looked at ("case:BKT-2026-0001"), never what stood in it. Needs a transaction that may write; who may look is
    for the caller to ask (``casework.access.authorise``).
    """
    object, said = object[:MAX_OBJECT], dict(detail or {})
    chosen = (
        select(AuditRow.detail)
        .where(
            AuditRow.object == object,
            AuditRow.actor == actor.id,
            AuditRow.action == action,
            AuditRow.at > now - SAME_VIEW,
        )
        .order_by(AuditRow.id.desc())
    )
    if any(known == said for known in session.scalars(chosen)):
        return False
    record(session, actor, action=action, object=object, detail=said, now=now)
    return True


def read_audit(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    limit: int = 100,
    before: int | None = None,
    by: str | None = None,
    object: str | None = None,
    action: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[AuditEntry]:
    """Entries, newest first, at most ``limit`` (up to 1000). Raises NotAllowed.

    ``actor`` is who reads. ``before`` is the id of the last entry already seen; ``by`` narrows to one actor's id,
    ``object`` to one thing ("job:12") or a kind of thing ("job"), ``action`` to one act ("people.add") or a family of
    acts ("people"), ``since`` and ``until`` (both aware, the end left out) to a stretch of time.
    """
    authorise(session, actor, action="audit.read", now=now)
    chosen = select(AuditRow).order_by(AuditRow.id.desc()).limit(max(1, min(limit, MAX_ENTRIES)))
    if before is not None:
        chosen = chosen.where(AuditRow.id < before)
    if by is not None:
        chosen = chosen.where(AuditRow.actor == by)
    for column, wanted, mark in ((AuditRow.object, object, ":"), (AuditRow.action, action, ".")):
        if wanted is not None:
            chosen = chosen.where(or_(column == wanted, column.startswith(f"{wanted}{mark}", autoescape=True)))
    if since is not None:
        chosen = chosen.where(AuditRow.at >= since)
    if until is not None:
        chosen = chosen.where(AuditRow.at < until)
    return [as_entry(row) for row in session.scalars(chosen)]


def as_entry(row: AuditRow) -> AuditEntry:
    """The row as a record."""
    return AuditEntry(
        id=row.id,
        at=row.at,
        actor=row.actor,
        actor_name=row.actor_name,
        action=row.action,
        object=row.object,
        detail=row.detail,
    )


def list_acts(session: Session, *, actor: Actor, now: datetime) -> list[str]:
    """Every act that the audit knows, in order of its name: what one can narrow to. Raises NotAllowed."""
    authorise(session, actor, action="audit.read", now=now)
    return list(session.scalars(select(AuditRow.action).distinct().order_by(AuditRow.action)))
