"""People's accounts at the organisation's own sign-in service: bound once, then known by what the service calls them.

Only people who exist here get in, and their role stays ours. A person is bound by the verified address that an admin
entered for them, at their first signing in, or by an admin who names the subject; never by a name that looks alike.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise, may_enter
from casework.accounts.sessions import Opened, end_all, open_session
from casework.accounts.tables import EmailRow, IdentityRow, OutsideTryRow
from casework.people import actor_of
from casework.roles import SYSTEM, Actor
from casework.tables import PersonRow
from kentongan.errors import Conflict, KentonganError, NotFound

TRY_HOLDS: Final = timedelta(minutes=10)
"""How long a visit to the service may take, its own second factor included."""
ADDRESS: Final = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideTry:
    """A visit to the service that begins: what goes along, and what stays here."""

    state: str
    browser: str
    """For the cookie of the browser that begins."""
    nonce: str
    verifier: str
    """The secret of PKCE; its SHA-256 goes along."""
    goal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the service said of whoever signed in there, after its word was checked."""

    issuer: str
    subject: str
    email: str
    """Empty where it says none, or not that it is verified."""


def begin_try(session: Session, *, goal: str, now: datetime) -> OutsideTry:
    """Begin a visit to the service, and forget those that took too long."""
    session.execute(delete(OutsideTryRow).where(OutsideTryRow.ends_at <= now))
    begun = OutsideTry(
        state=secrets.token_urlsafe(32), browser=secrets.token_urlsafe(32), nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(64), goal=goal,
    )  # fmt: skip
    session.add(
        OutsideTryRow(
            state=digest_of(begun.state), browser=digest_of(begun.browser), nonce=begun.nonce, verifier=begun.verifier,
            goal=goal, ends_at=now + TRY_HOLDS,
        )
    )  # fmt: skip
    session.flush()
    return begun


def take_try(session: Session, *, state: str, browser: str, now: datetime) -> OutsideTry | None:
    """The visit that this answer ends; it serves once. None where it is unknown, was used, took too long, or was begun
    by another browser. Commit whatever comes next."""
    taken = session.execute(
        delete(OutsideTryRow).where(OutsideTryRow.state == digest_of(state)).returning(OutsideTryRow)
    ).scalar_one_or_none()
    if taken is None or now >= taken.ends_at or not hmac.compare_digest(taken.browser, digest_of(browser)):
        return None
    return OutsideTry(state=state, browser=browser, nonce=taken.nonce, verifier=taken.verifier, goal=taken.goal)


def sign_in_outside(
    session: Session, account: Account, *, browser: str, before: str | None = None, now: datetime
) -> Opened | None:
    """Open a session for the person this account is bound to, or binds itself to by its verified address. None where
    it is nobody's here, or the person may no longer enter. ``before`` as in ``sessions.open_session``."""
    row = session.get(IdentityRow, (account.issuer, account.subject))
    person = row.person if row is not None else bind_by_address(session, account, now=now)
    found = None if person is None else session.get(PersonRow, person, populate_existing=True)
    if found is None or not may_enter(found, now=now):
        return None
    opened = open_session(session, found.id, browser=browser, before=before, now=now)
    own = actor_of(session, found.id, now=now)
    detail = {"issuer": account.issuer}
    audit.record(session, own, action="account.sign_in", object=f"person:{found.id}", detail=detail, now=now)
    return opened


def bind_by_address(session: Session, account: Account, *, now: datetime) -> str | None:
    """Bind an account that nobody has to the person whose address it verified; their id, or None. A person who is
    bound to an account of this service already is never bound to another one."""
    chosen = select(EmailRow.person).where(EmailRow.email == account.email)
    person = session.scalar(chosen) if account.email else None
    if person is None or bound_account(session, person, issuer=account.issuer) is not None:
        return None
    keep_binding(session, account, person, actor=SYSTEM, now=now)
    return person


def bind_subject(session: Session, person: str, *, issuer: str, subject: str, actor: Actor, now: datetime) -> None:
    """Bind a person to the account of this subject. Raises NotAllowed, NotFound, Conflict, KentonganError."""
    actor = authorise(session, actor, action="people.manage", now=now)
    known(session, person)
    if not subject.strip() or len(subject) > 255 or not subject.isprintable():
        raise KentonganError("Subjek akun tidak dapat dipakai.", hint="Salin nilai sub dari layanan masuk.")
    if bound_account(session, person, issuer=issuer) is not None:
        raise Conflict("Orang itu sudah terikat pada sebuah akun.", hint="Lepas dulu: `kentongan users unbind NAMA`.")
    keep_binding(session, Account(issuer=issuer, subject=subject, email=""), person, actor=actor, now=now)


def keep_binding(session: Session, account: Account, person: str, *, actor: Actor, now: datetime) -> None:
    if session.get(IdentityRow, (account.issuer, account.subject)) is not None:
        raise Conflict("Akun itu sudah terikat pada orang lain.")
    session.add(
        IdentityRow(
            issuer=account.issuer, subject=account.subject, person=person, bound_at=now, bound_by=actor.id,
            email=account.email,
        )
    )  # fmt: skip
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("Akun itu baru saja terikat.", hint="Mulai lagi dari formulir masuk.") from error
    detail: audit.Detail = {"issuer": account.issuer, "by_address": bool(account.email)}
    audit.record(session, actor, action="account.bind", object=f"person:{person}", detail=detail, now=now)


def unbind(session: Session, person: str, *, issuer: str, actor: Actor, now: datetime) -> None:
    """Take the binding away, and end the person's sessions. Raises NotAllowed, NotFound."""
    actor = authorise(session, actor, action="people.manage", now=now)
    row = bound_account(session, person, issuer=issuer)
    if row is None:
        raise NotFound("Orang itu tidak terikat pada akun layanan masuk.")
    session.delete(row)
    end_all(session, person, now=now)
    session.flush()
    detail = {"issuer": issuer}
    audit.record(session, actor, action="account.unbind", object=f"person:{person}", detail=detail, now=now)


def set_address(session: Session, person: str, email: str, *, actor: Actor, now: datetime) -> None:
    """Say by which address the service knows a person; empty takes it away. Raises NotAllowed, NotFound, Conflict,
    KentonganError."""
    actor = authorise(session, actor, action="people.manage", now=now)
    known(session, person)
    email = email.strip().lower()
    if email and not ADDRESS.fullmatch(email):
        raise KentonganError(f"{email[:80]!r} bukan alamat surel.", hint="Tulis seperti ani@kota.example.")
    session.execute(delete(EmailRow).where(EmailRow.person == person))
    if email:
        session.add(EmailRow(person=person, email=email))
        try:
            session.flush()
        except IntegrityError as error:
            raise Conflict(f"Alamat {email} sudah dicatat untuk orang lain.") from error
    detail = {"email": bool(email)}
    audit.record(session, actor, action="account.set_address", object=f"person:{person}", detail=detail, now=now)


def bound_account(session: Session, person: str, *, issuer: str) -> IdentityRow | None:
    """The account of this service that a person is bound to."""
    chosen = select(IdentityRow).where(IdentityRow.issuer == issuer, IdentityRow.person == person)
    return session.scalars(chosen).one_or_none()


def known(session: Session, person: str) -> None:
    """Raise NotFound where there is no such person."""
    if session.get(PersonRow, person) is None:
        raise NotFound(f"Pengguna dengan id {person} tidak ada.", hint="Daftarnya: `kentongan users list`.")


def digest_of(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
