"""Looks up that an actor still is who they were when they signed in, before anything is changed in their name."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy.orm import Session

from casework.roles import SYSTEM, Action, Actor, Role, require
from casework.tables import PersonRow
from kentongan.errors import NotAllowed
from kentongan.schema import require_aware


def may_enter(row: PersonRow, *, now: datetime) -> bool:
    """Whether the account is active and has not ended."""
    return row.active and (row.expires_at is None or now < row.expires_at)


def authorise(session: Session, actor: Actor, *, action: Action, now: datetime) -> Actor:
    """The actor as they are now. Raises NotAllowed where they may not do this, or may no longer enter at all.

    A page that was opened before the person lost their role, or their account, is refused here.
    """
    require_aware("now", now)
    if actor == SYSTEM:
        require(actor, action)
        return actor
    row = session.get(PersonRow, actor.id, populate_existing=True)
    if row is None or not may_enter(row, now=now):
        raise NotAllowed(
            f"Akun {actor.username} tidak aktif atau sudah berakhir, jadi tidak dapat melakukan ini.",
            hint="Minta admin mengaktifkannya kembali.",
        )
    current = Actor(id=row.id, username=row.username, role=cast(Role, row.role))
    require(current, action)
    return current
