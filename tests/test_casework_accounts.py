"""Signing in: passwords, second factor, lock-out, sessions that end."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it
from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from casework_fixtures import NOW, actor, add, casework, casework_url, settings  # noqa: F401

from casework.accounts import passwords
from casework.accounts.passwords import check_password_words, make_one_time_password
from casework.accounts.second_factor import STEP_SECONDS, begin_enrolment, confirm_enrolment, remove_second_factor
from casework.accounts.sessions import IDLE, LONGEST, end_all, end_session, find_session, list_sessions, mark_seen
from casework.accounts.signing_in import (
    FREE_TRIES,
    LONGEST_LOCK,
    ONE_TIME_HOLDS,
    SignInAnswer,
    change_password,
    give_password,
    sign_in,
)
from casework.accounts.tables import AccountRow, RecoveryCodeRow, SignInRow
from casework.audit import read_audit
from casework.db import Casework
from casework.people import Person, deactivate
from casework.roles import SYSTEM
from kentongan.errors import KentonganError, NotAllowed


@pytest.fixture(autouse=True)
def cheap_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id at its smallest: what it costs is not what is tested."""
    monkeypatch.setattr(passwords, "make_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


GOOD = "kuda lumping menari sore"


def with_password(casework: Casework, username: str = "ani") -> Person:
    """A person who already changed the password they were given."""
    person = add(casework, username, "analis")
    with casework.begin() as session:
        given = give_password(session, person.id, actor=SYSTEM, now=NOW)
        change_password(session, person.id, old=given, new=GOOD, now=NOW)
    return person


def enter(
    casework: Casework, password: str = GOOD, *, username: str = "ani", code: str = "", at: timedelta = timedelta(0)
) -> SignInAnswer:
    with casework.begin() as session:
        return sign_in(session, username, password, code=code, browser="Firefox", now=NOW + at)


def test_a_given_password_serves_once_and_must_be_changed(casework: Casework) -> None:
    person = add(casework, "ani", "analis")
    with casework.begin() as session:
        given = give_password(session, person.id, actor=SYSTEM, now=NOW)
    answer = enter(casework, given)
    assert answer.opened and answer.must_change
    with casework.begin() as session:
        found = find_session(session, answer.opened.token, now=NOW)
        assert found and found.must_change and found.person.id == person.id
        change_password(session, person.id, old=given, new=GOOD, keep=found.session, now=NOW)
        still = find_session(session, answer.opened.token, now=NOW)
        assert still and not still.must_change
    assert enter(casework, given).refused == "wrong" and enter(casework).opened


def test_a_given_password_that_nobody_used_wears_out(casework: Casework) -> None:
    person = add(casework, "ani", "analis")
    with casework.begin() as session:
        given = give_password(session, person.id, actor=SYSTEM, now=NOW)
    assert enter(casework, given, at=ONE_TIME_HOLDS).refused == "wrong"


def test_wrong_tries_lock_the_account_for_a_while_and_the_right_password_does_not_open_it(casework: Casework) -> None:
    with_password(casework)
    for _ in range(FREE_TRIES):
        assert enter(casework, "salah sekali ini").refused == "wrong"
    assert enter(casework).refused == "wrong"
    assert enter(casework, at=timedelta(minutes=1)).opened is not None
    for _ in range(FREE_TRIES - 1):
        enter(casework, "salah lagi dan lagi", at=timedelta(minutes=2))
    assert enter(casework, at=timedelta(minutes=2)).opened is not None, "a success must begin the count anew"


def test_the_lock_grows_and_stays_bounded(casework: Casework) -> None:
    person = with_password(casework)
    at = timedelta(0)
    locks = []
    for _ in range(FREE_TRIES + 9):
        enter(casework, "salah terus menerus", at=at)
        with casework.read() as session:
            row = session.get_one(AccountRow, person.id)
            if row.locked_until is not None:
                locks.append(row.locked_until - (NOW + at))
                at = row.locked_until - NOW
    assert locks == sorted(locks) and locks[0] < locks[-1] == LONGEST_LOCK


def test_nobody_learns_who_has_an_account(casework: Casework) -> None:
    with_password(casework)
    add(casework, "budi", "hukum")
    answers = [enter(casework, "salah sekali ini", username=name) for name in ("ani", "budi", "tidak-ada", "")]
    assert all(answer == answers[0] for answer in answers)


def test_a_closed_account_lets_nobody_in_and_its_sessions_end(casework: Casework) -> None:
    person = with_password(casework)
    opened = enter(casework).opened
    assert opened
    with casework.begin() as session:
        deactivate(session, person.id, actor=SYSTEM, version=person.version, now=NOW)
        assert find_session(session, opened.token, now=NOW) is None
    assert enter(casework).refused == "wrong"


def test_a_session_ends_unused_at_its_longest_and_on_signing_out(casework: Casework) -> None:
    person = with_password(casework)
    opened = enter(casework).opened
    assert opened
    with casework.begin() as session:
        assert find_session(session, opened.token, now=NOW + IDLE - timedelta(seconds=1))
        assert find_session(session, opened.token, now=NOW + IDLE) is None
        at = NOW
        while at < NOW + LONGEST:
            found = find_session(session, opened.token, now=at)
            assert found
            mark_seen(session, found.session, now=at)
            at += timedelta(hours=1)
        assert find_session(session, opened.token, now=NOW + LONGEST) is None
        assert find_session(session, opened.token + "x", now=NOW) is None
    other = enter(casework, at=timedelta(minutes=5)).opened
    assert other
    with casework.begin() as session:
        end_session(session, other.token, now=NOW + timedelta(minutes=6))
        assert find_session(session, other.token, now=NOW + timedelta(minutes=6)) is None
        mark_seen(session, session.scalars(sa.select(SignInRow.digest)).first() or "", now=NOW)
        third = sign_in(session, "ani", GOOD, now=NOW + LONGEST).opened
        assert third and [one.session for one in list_sessions(session, person.id, now=NOW + LONGEST)]
        assert end_all(session, person.id, now=NOW + LONGEST) >= 1
        assert list_sessions(session, person.id, now=NOW + LONGEST) == []


def test_the_database_holds_no_password_and_no_token(casework: Casework) -> None:
    with_password(casework)
    opened = enter(casework).opened
    assert opened
    with casework.read() as session:
        kept = repr(session.execute(sa.select(AccountRow.__table__)).all())
        kept += repr(session.execute(sa.select(SignInRow.__table__.c.digest, SignInRow.__table__.c.browser)).all())
    assert GOOD not in kept and opened.token not in kept and "$argon2id$" in kept


def test_a_second_factor_is_asked_for_and_each_code_serves_once(casework: Casework) -> None:
    person = with_password(casework)
    with casework.begin() as session:
        row = session.get_one(AccountRow, person.id)
        secret = begin_enrolment(row)
        with pytest.raises(KentonganError, match="tidak cocok"):
            confirm_enrolment(session, row, "000000", actor=actor(person), now=NOW)
        codes = confirm_enrolment(session, row, pyotp.TOTP(secret).at(NOW), actor=actor(person), now=NOW)
        assert not {code for code in codes if code in repr(session.scalars(sa.select(RecoveryCodeRow.digest)).all())}
    assert enter(casework).refused == "code"
    assert enter(casework, code=pyotp.TOTP(secret).at(NOW)).refused == "wrong", "the code of the enrolment was used"
    later = timedelta(seconds=2 * STEP_SECONDS)
    fresh = pyotp.TOTP(secret).at(NOW + later)
    assert enter(casework, code=f"{fresh[:3]} {fresh[3:]}", at=later).opened
    assert enter(casework, code=fresh, at=later).refused == "wrong"
    old = pyotp.TOTP(secret).at(NOW + timedelta(minutes=5))
    assert enter(casework, code=old, at=timedelta(minutes=10)).refused == "wrong"
    assert enter(casework, "salah sekali ini", code=old, at=timedelta(minutes=10)).refused == "wrong"
    assert enter(casework, code=codes[0].upper(), at=timedelta(minutes=11)).opened
    assert enter(casework, code=codes[0], at=timedelta(minutes=12)).refused == "wrong", "a recovery code serves once"
    with casework.begin() as session:
        remove_second_factor(session, session.get_one(AccountRow, person.id), actor=actor(person), now=NOW)
    assert enter(casework, at=timedelta(hours=1)).opened


@pytest.mark.parametrize(
    "password", ["pendek", "aaaaaaaaaaaaaaaa", "indonesia123", "ani-ani-ani-1", "x" * 129, "Sri Wahyuni 1"]
)
def test_a_password_that_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(KentonganError):
        check_password_words(password, username="ani", name="Sri Wahyuni")


def test_given_passwords_differ_and_are_acceptable() -> None:
    made = {make_one_time_password() for _ in range(50)}
    assert len(made) == 50
    for one in made:
        check_password_words(one, username="ani", name="Ani")


def test_only_an_admin_gives_passwords_and_it_is_written_down(casework: Casework) -> None:
    person = with_password(casework)
    other = add(casework, "budi", "hukum")
    opened = enter(casework).opened
    assert opened
    with casework.begin() as session, pytest.raises(NotAllowed):
        give_password(session, person.id, actor=actor(other), now=NOW)
    with casework.begin() as session:
        give_password(session, person.id, actor=SYSTEM, now=NOW)
        assert find_session(session, opened.token, now=NOW) is None
        acts = [one.action for one in read_audit(session, actor=SYSTEM, now=NOW, object=f"person:{person.id}")]
    assert {"account.give_password", "account.change_password", "account.sign_in"} <= set(acts)
