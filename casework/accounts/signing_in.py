"""Signing in with password and second factor, with a lock after wrong tries; giving and changing passwords.

A stranger learns nothing here: a wrong user name, a wrong password, a closed account and a lock read the same, and take
as long.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise, may_enter
from casework.accounts.passwords import (
    check_password_words,
    hash_password,
    is_outdated,
    make_one_time_password,
    matches,
)
from casework.accounts.second_factor import takes_code
from casework.accounts.sessions import Opened, end_all, open_session
from casework.accounts.tables import AccountRow
from casework.people import Person, actor_of, as_person
from casework.roles import SYSTEM, Actor
from casework.tables import PersonRow
from kentongan.errors import Conflict, KentonganError, NotFound

FREE_TRIES: Final = 5
"""Wrong tries in a row before the account is locked for a while (OWASP ASVS 5.0, 6.3.1 asks for such a bound)."""
FIRST_LOCK: Final = timedelta(minutes=1)
LONGEST_LOCK: Final = timedelta(minutes=30)
"""Each wrong try beyond the free ones doubles the lock between these two: guessing becomes hopeless, and a colleague
who mistypes on purpose locks nobody out for a day."""
ONE_TIME_HOLDS: Final = timedelta(days=7)
"""How long a password that somebody else set serves."""

Refusal = Literal["wrong", "code"]
"""Why nobody was let in: name, password or code is wrong (or the account is closed or locked); or the password is right
and a code of the second factor is still wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInAnswer:
    """What became of a try. It is an answer and no exception: the try itself must be written down either way."""

    opened: Opened | None
    person: Person | None
    must_change: bool
    refused: Refusal | None


def sign_in(
    session: Session,
    username: str,
    password: str,
    *,
    code: str = "",
    browser: str = "",
    before: str | None = None,
    now: datetime,
) -> SignInAnswer:
    """Try to sign in. Commit the transaction whatever the answer is: it counts the tries. ``before`` is the token that
    this browser still held (``sessions.open_session``).

    With a second factor and an empty ``code`` a right password answers "code", which costs no try.
    """
    chosen = select(PersonRow).where(PersonRow.username == username.strip().lower())
    person = session.scalars(chosen).one_or_none()
    account = None if person is None else session.get(AccountRow, person.id, with_for_update=True)
    right = matches(None if account is None else account.password, password)
    if person is None or account is None:
        return refused("wrong")
    locked = account.locked_until is not None and now < account.locked_until
    if locked or not may_enter(person, now=now):
        return refused("wrong")
    worn_out = account.must_change and account.password_at is not None and now >= account.password_at + ONE_TIME_HOLDS
    if not right or worn_out:
        count_failure(session, person, account, now=now)
        return refused("wrong")
    if account.totp is not None:
        if not code.strip():
            return refused("code")
        if not takes_code(session, account, code, now=now):
            count_failure(session, person, account, now=now)
            return refused("wrong")
    account.failures, account.locked_until = 0, None
    if account.password is not None and is_outdated(account.password):
        account.password = hash_password(password)
    opened = open_session(session, person.id, browser=browser, before=before, now=now)
    record_own(session, person, "account.sign_in", now=now)
    return SignInAnswer(opened=opened, person=as_person(person), must_change=account.must_change, refused=None)


def refused(why: Refusal) -> SignInAnswer:
    return SignInAnswer(opened=None, person=None, must_change=False, refused=why)


def count_failure(session: Session, person: PersonRow, account: AccountRow, *, now: datetime) -> None:
    """Write down a wrong try, and lock the account once there were too many in a row."""
    account.failures += 1
    beyond = account.failures - FREE_TRIES
    if beyond >= 0:
        account.locked_until = now + min(FIRST_LOCK * 2 ** min(beyond, 10), LONGEST_LOCK)
        detail = {"tries": account.failures, "until": account.locked_until.isoformat()}
        audit.record(session, SYSTEM, action="account.locked", object=f"person:{person.id}", detail=detail, now=now)
    session.flush()


def give_password(session: Session, person: str, *, actor: Actor, now: datetime) -> str:
    """Give a person a new one-time password and end their sessions; returns it, to be handed over in person.

    It also lifts a lock. A second factor stays. Raises NotAllowed, NotFound.
    """
    actor = authorise(session, actor, action="people.manage", now=now)
    row = session.get(PersonRow, person)
    if row is None:
        raise NotFound(f"Pengguna dengan id {person} tidak ada.", hint="Daftarnya: `kentongan users list`.")
    account = session.get(AccountRow, person, with_for_update=True)
    if account is None:
        account = AccountRow(person=person, password=None, must_change=False, password_at=None, failures=0)
        session.add(account)
    password = make_one_time_password()
    account.password, account.must_change, account.password_at = hash_password(password), True, now
    account.failures, account.locked_until = 0, None
    end_all(session, person, now=now)
    session.flush()
    audit.record(session, actor, action="account.give_password", object=f"person:{person}", detail={}, now=now)
    return password


def change_password(
    session: Session, person: str, *, old: str, new: str, keep: str | None = None, now: datetime
) -> None:
    """Change one's own password; other sessions end, but for the one with the digest ``keep``.

    Raises KentonganError where the old one is wrong or the new one is not acceptable.
    """
    row = session.get(PersonRow, person)
    account = session.get(AccountRow, person, with_for_update=True)
    if row is None or account is None or not may_enter(row, now=now):
        raise NotFound("Akun ini tidak memiliki kata sandi.", hint="Minta admin memberinya.")
    if not matches(account.password, old):
        raise KentonganError("Kata sandi yang lama tidak cocok.")
    if old == new:
        raise Conflict("Kata sandi yang baru sama dengan yang lama.")
    check_password_words(new, username=row.username, name=row.name)
    account.password, account.must_change, account.password_at = hash_password(new), False, now
    end_all(session, person, now=now, but=keep)
    session.flush()
    record_own(session, row, "account.change_password", now=now)


def record_own(session: Session, person: PersonRow, action: str, *, now: datetime) -> None:
    """Write down what a person did with their own account."""
    own = actor_of(session, person.id, now=now)
    audit.record(session, own, action=action, object=f"person:{person.id}", detail={}, now=now)
