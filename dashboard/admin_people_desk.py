"""What the page Kelola reads about people and does with their accounts, in the admin's name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from casework import people
from casework.access import authorise
from casework.accounts.administering import (
    NO_ACCOUNT,
    Standing,
    end_sessions_of,
    read_standings,
    take_second_factor_off,
)
from casework.accounts.sessions import OwnSession, list_sessions
from casework.accounts.signing_in import give_password
from casework.agencies import list_agencies
from casework.people import Person
from casework.roles import Role
from dashboard.data import read_settings, shared_casework
from dashboard.visitor import page_actor
from kentongan.times import ZONES


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """One person in the list."""

    person: Person
    standing: Standing

    def may_enter(self, now: datetime) -> bool:
        """Whether the account is open and has not ended."""
        return self.person.active and (self.person.expires_at is None or now < self.person.expires_at)


def load_people(*, now: datetime) -> list[PersonLine]:
    """Everybody by name. Raises NotAllowed for whoever is no admin."""
    with shared_casework().read() as session:
        standings = read_standings(session, actor=page_actor(session, now=now), now=now)
        found = sorted(people.list_people(session), key=lambda one: one.name.casefold())
    return [PersonLine(person=one, standing=standings.get(one.id, NO_ACCOUNT)) for one in found]


def load_sessions(person: str, *, now: datetime) -> list[OwnSession]:
    """The open sessions of a person. Raises NotAllowed."""
    with shared_casework().read() as session:
        authorise(session, page_actor(session, now=now), action="people.manage", now=now)
        return list_sessions(session, person, now=now)


def load_agencies() -> list[str]:
    """Names of the agencies that are active."""
    with shared_casework().read() as session:
        return [agency.name for agency in list_agencies(session, active=True)]


def add_person(
    username: str, *, name: str, role: Role, agency: str | None, last_day: date | None, password: bool, now: datetime
) -> tuple[Person, str | None]:
    """Add a person, with a one-time password where asked for. Raises KentonganError; then nothing was written."""
    with shared_casework().begin() as session:
        actor = page_actor(session, now=now)
        person = people.add_person(
            session, username, name=name, role=role, agency=agency, expires_at=end_of(last_day), actor=actor, now=now
        )
        given = give_password(session, person.id, actor=actor, now=now) if password else None
    return person, given


def change_role(person: Person, *, role: Role, agency: str | None, now: datetime) -> Person:
    with shared_casework().begin() as session:
        return people.change_role(
            session, person.id, role=role, agency=agency, actor=page_actor(session, now=now), version=person.version,
            now=now,
        )  # fmt: skip


def change_end(person: Person, *, expires_at: datetime | None, now: datetime) -> Person:
    with shared_casework().begin() as session:
        actor = page_actor(session, now=now)
        return people.change_end(
            session, person.id, expires_at=expires_at, actor=actor, version=person.version, now=now
        )  # fmt: skip


def close_account(person: Person, *, now: datetime) -> Person:
    """Shut the account and end its sessions."""
    with shared_casework().begin() as session:
        actor = page_actor(session, now=now)
        closed = people.deactivate(session, person.id, actor=actor, version=person.version, now=now)
        end_sessions_of(session, person.id, actor=actor, now=now)
        return closed


def reopen_account(person: Person, *, now: datetime) -> Person:
    """Open a shut or ended account again; an end that has passed is taken away, one to come stays."""
    ends = person.expires_at if person.expires_at is not None and now < person.expires_at else None
    with shared_casework().begin() as session:
        actor = page_actor(session, now=now)
        return people.reactivate(session, person.id, expires_at=ends, actor=actor, version=person.version, now=now)


def new_password(person: Person, *, now: datetime) -> str:
    """A new one-time password; the sessions end and a lock is lifted."""
    with shared_casework().begin() as session:
        return give_password(session, person.id, actor=page_actor(session, now=now), now=now)


def factor_off(person: Person, *, now: datetime) -> None:
    with shared_casework().begin() as session:
        take_second_factor_off(session, person.id, actor=page_actor(session, now=now), now=now)


def end_sessions(person: Person, *, only: Collection[str] | None = None, now: datetime) -> int:
    with shared_casework().begin() as session:
        return end_sessions_of(session, person.id, actor=page_actor(session, now=now), now=now, only=only)


def end_of(last_day: date | None) -> datetime | None:
    """The midnight after an account's last day, on the clock of the installation."""
    if last_day is None:
        return None
    return datetime(last_day.year, last_day.month, last_day.day, tzinfo=ZONES[read_settings().zone]) + timedelta(days=1)
