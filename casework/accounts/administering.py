"""What an admin does with the accounts of others: take a lost second factor off, end sessions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.accounts.second_factor import remove_second_factor
from casework.accounts.sessions import end_all, is_open
from casework.accounts.tables import AccountRow, SignInRow
from casework.roles import Actor
from kentongan.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one person can sign in, without anything that they sign in with."""

    password: bool
    must_change: bool
    """Whether the password was given and is still to be changed."""
    factor: bool
    locked_until: datetime | None
    sessions: int
    """How many sessions are open."""


NO_ACCOUNT = Standing(password=False, must_change=False, factor=False, locked_until=None, sessions=0)
"""Somebody who was never given a password."""


def read_standings(session: Session, *, actor: Actor, now: datetime) -> dict[str, Standing]:
    """Person to how they can sign in, for those with an account. Raises NotAllowed."""
    authorise(session, actor, action="people.manage", now=now)
    open_now: dict[str, int] = {}
    for row in session.scalars(select(SignInRow).where(SignInRow.ended_at.is_(None), SignInRow.ends_at > now)):
        open_now[row.person] = open_now.get(row.person, 0) + is_open(row, now=now)
    return {
        row.person: Standing(
            password=row.password is not None,
            must_change=row.must_change,
            factor=row.totp is not None,
            locked_until=row.locked_until if row.locked_until is not None and now < row.locked_until else None,
            sessions=open_now.get(row.person, 0),
        )
        for row in session.scalars(select(AccountRow))
    }


def take_second_factor_off(session: Session, person: str, *, actor: Actor, now: datetime) -> None:
    """Take a lost second factor and its recovery codes away; the password alone serves until another is set up.

    Raises NotAllowed, NotFound where there is none.
    """
    actor = authorise(session, actor, action="people.manage", now=now)
    row = session.get(AccountRow, person, with_for_update=True)
    if row is None or row.totp is None:
        raise NotFound("Orang itu tidak memasang faktor kedua.")
    remove_second_factor(session, row, actor=actor, now=now)


def end_sessions_of(
    session: Session, person: str, *, actor: Actor, now: datetime, only: Collection[str] | None = None
) -> int:
    """End the open sessions of a person, all of them or those with these digests; returns how many ended.

    Raises NotAllowed.
    """
    actor = authorise(session, actor, action="people.manage", now=now)
    if only is None:
        ended = end_all(session, person, now=now)
    else:
        chosen = select(SignInRow).where(SignInRow.person == person, SignInRow.digest.in_(only))
        rows = [row for row in session.scalars(chosen) if row.ended_at is None]
        for row in rows:
            row.ended_at = now
        ended = len(rows)
        session.flush()
    if ended:
        detail = {"jumlah": ended}
        audit.record(session, actor, action="account.end_sessions", object=f"person:{person}", detail=detail, now=now)
    return ended
