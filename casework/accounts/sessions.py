"""Sessions: a browser holds a token, the table its digest. They end on time, unused, or when somebody ends them."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from casework.access import may_enter
from casework.accounts.tables import AccountRow, SignInRow
from casework.people import Person, as_person
from casework.tables import PersonRow

LONGEST: Final = timedelta(hours=12)
"""How long a session lasts at most: a long shift (OWASP ASVS 5.0, 7.3.2 asks for a named bound)."""
IDLE: Final = timedelta(hours=2)
"""How long it lasts unused."""
SEEN_EVERY: Final = timedelta(minutes=1)
"""How often its use is written down: not with each request."""
KEPT: Final = timedelta(days=30)
"""How long an ended session stays in the table."""
HELD: Final = timedelta(hours=12)
"""How long after a session ran out its open page keeps what was typed: from one shift to the next."""
MOST_CONTINUED: Final = 60
"""Sessions in a row that one open page goes on with: a month of two a day."""
MAX_BROWSER: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A session that was just opened."""

    token: str
    """For the browser's cookie alone: 256 random bits. It is kept nowhere else."""
    form_key: str
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who a token stands for."""

    person: Person
    session: str
    """Digest of the token."""
    form_key: str
    must_change: bool
    """Whether the password must be changed before anything else."""
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOpen:
    """Whose page stayed open longer than its session."""

    person: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSession:
    """One open session, as its person sees it."""

    session: str
    browser: str
    created_at: datetime
    seen_at: datetime
    ends_at: datetime


def open_session(session: Session, person: str, *, browser: str, before: str | None = None, now: datetime) -> Opened:
    """Open a session for this person, and forget those that ended long ago. ``before`` is the token this browser still
    held: where it was the same person's and ran out, pages left open with it go on with the new session."""
    token, form_key, ends_at = secrets.token_urlsafe(32), secrets.token_urlsafe(32), now + LONGEST
    session.execute(delete(SignInRow).where(SignInRow.ends_at < now - KEPT))
    session.add(
        SignInRow(
            digest=digest_of(token), person=person, form_key=form_key, browser=browser[:MAX_BROWSER], created_at=now,
            seen_at=now, ends_at=ends_at, ended_at=None,
        )
    )  # fmt: skip
    session.flush()
    if before is not None:
        continue_session(session, before, by=digest_of(token), now=now)
    return Opened(token=token, form_key=form_key, ends_at=ends_at)


def find_session(session: Session, token: str, *, now: datetime) -> SignedIn | None:
    """Who this token stands for now; None where it is unknown, ended or too old, or the person may no longer enter."""
    row = session.get(SignInRow, digest_of(token), populate_existing=True)
    return None if row is None or not is_open(row, now=now) else as_signed_in(session, row, now=now)


def as_signed_in(session: Session, row: SignInRow, *, now: datetime) -> SignedIn | None:
    """An open session as a record; None where its person may no longer enter."""
    person = session.get(PersonRow, row.person, populate_existing=True)
    account = session.get(AccountRow, row.person, populate_existing=True)
    if person is None or not may_enter(person, now=now):
        return None
    return SignedIn(
        person=as_person(person), session=row.digest, form_key=row.form_key,
        must_change=account is not None and account.must_change, ends_at=min(row.ends_at, row.seen_at + IDLE),
    )  # fmt: skip


def continue_session(session: Session, token: str, *, by: str, now: datetime) -> None:
    """Write down that the session ``by`` goes on where the one of this token ran out. Nothing where that one was
    another person's, was ended by somebody, or goes on elsewhere already."""
    old, new = session.get(SignInRow, digest_of(token)), session.get_one(SignInRow, by)
    if old is not None and old.person == new.person and ran_out(old, now=now) and old.continued_by is None:
        old.continued_by = by
        session.flush()


def ran_out(row: SignInRow, *, now: datetime) -> bool:
    """Whether a session ended by time alone, not by somebody: signed out, password changed, ended by an admin."""
    return row.ended_at is None and not is_open(row, now=now)


def find_left_open(session: Session, token: str, *, now: datetime) -> SignedIn | LeftOpen | None:
    """What a page that was opened with this token is now, after ``find_session`` knew it no more.

    The session that goes on for it; LeftOpen while it waits for one; None where it must show nothing: the session was
    ended by somebody, ran out longer ago than HELD, or its person may no longer enter. Only for pages that are open:
    a request with such a token opens nothing (``find_session``).
    """
    row = session.get(SignInRow, digest_of(token), populate_existing=True)
    first = row
    for _ in range(MOST_CONTINUED):
        if row is None or first is None or row.person != first.person:
            return None
        if is_open(row, now=now):
            return as_signed_in(session, row, now=now)
        if not ran_out(row, now=now):
            return None
        if row.continued_by is None:
            break
        row = session.get(SignInRow, row.continued_by, populate_existing=True)
    if row is None or now >= min(row.ends_at, row.seen_at + IDLE) + HELD:
        return None
    person = session.get(PersonRow, row.person, populate_existing=True)
    if person is None or not may_enter(person, now=now):
        return None
    return LeftOpen(person=as_person(person))


def is_open(row: SignInRow, *, now: datetime) -> bool:
    return row.ended_at is None and now < row.ends_at and now < row.seen_at + IDLE


def is_stale(found: SignedIn, *, now: datetime) -> bool:
    """Whether the session's use should be written down again (``mark_seen``)."""
    return found.ends_at - now < IDLE - SEEN_EVERY


def mark_seen(session: Session, digest: str, *, now: datetime) -> None:
    """Write down that an open session is in use; an ended one stays ended."""
    session.execute(
        update(SignInRow)
        .where(SignInRow.digest == digest, SignInRow.ended_at.is_(None), SignInRow.seen_at < now)
        .values(seen_at=now)
    )


def end_session(session: Session, token: str, *, now: datetime) -> None:
    """Sign out: end the session of this token, if it is open."""
    session.execute(
        update(SignInRow).where(SignInRow.digest == digest_of(token), SignInRow.ended_at.is_(None)).values(ended_at=now)
    )


def end_all(session: Session, person: str, *, now: datetime, but: str | None = None) -> int:
    """End every open session of a person, but for the one with the digest ``but``; returns how many ended."""
    chosen = update(SignInRow).where(SignInRow.person == person, SignInRow.ended_at.is_(None))
    if but is not None:
        chosen = chosen.where(SignInRow.digest != but)
    ended = session.execute(chosen.values(ended_at=now).returning(SignInRow.digest))
    return len(ended.all())


def list_sessions(session: Session, person: str, *, now: datetime) -> list[OwnSession]:
    """The open sessions of a person, the one used last first."""
    chosen = select(SignInRow).where(SignInRow.person == person).order_by(SignInRow.seen_at.desc(), SignInRow.digest)
    return [
        OwnSession(
            session=row.digest, browser=row.browser, created_at=row.created_at, seen_at=row.seen_at,
            ends_at=min(row.ends_at, row.seen_at + IDLE),
        )
        for row in session.scalars(chosen)
        if is_open(row, now=now)
    ]  # fmt: skip


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def count_open(session: Session, *, now: datetime) -> int:
    """How many sessions are open."""
    chosen = select(func.count()).where(
        SignInRow.ended_at.is_(None), SignInRow.ends_at > now, SignInRow.seen_at > now - IDLE
    )
    return session.scalar(chosen) or 0
