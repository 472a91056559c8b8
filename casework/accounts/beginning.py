"""The first accounts of an installation: the admin of a real one, the invented people of the sample one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import audit
from casework.accounts.passwords import check_password_words, hash_password
from casework.accounts.signing_in import give_password
from casework.accounts.tables import AccountRow
from casework.people import Person, add_person, lock_people
from casework.roles import SYSTEM
from casework.tables import PersonRow
from kentongan.errors import Conflict, NotAllowed
from kentongan.schema import require_aware
from kentongan.settings import Settings

FIRST_ADMIN: Final = "admin"
FIRST_ADMIN_NAME: Final = "Administrator pertama"


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstAdmin:
    """The admin that was just made."""

    person: Person
    password: str
    """For one signing in; shown once and kept nowhere."""


def ensure_admin(session: Session, *, now: datetime) -> FirstAdmin | None:
    """Make the first admin where nobody is one yet; None where there is one. Of two at once, one makes it.

    Raises Conflict where the user name is somebody's who is no admin.
    """
    require_aware("now", now)
    lock_people(session)
    if session.scalar(select(func.count()).select_from(PersonRow).where(PersonRow.role == "admin")):
        return None
    if session.scalar(select(PersonRow.id).where(PersonRow.username == FIRST_ADMIN)):
        raise Conflict(
            f"Belum ada admin, dan nama pengguna {FIRST_ADMIN} dipakai orang lain.",
            hint=f"Angkat seseorang: `kentongan users role {FIRST_ADMIN} --role admin`.",
        )
    person = add_person(session, FIRST_ADMIN, name=FIRST_ADMIN_NAME, role="admin", actor=SYSTEM, now=now)
    return FirstAdmin(person=person, password=give_password(session, person.id, actor=SYSTEM, now=now))


def give_sample_password(session: Session, person: Person, password: str, *, settings: Settings, now: datetime) -> None:
    """Give an invented person a password that may stay; one that has one keeps it.

    Raises NotAllowed in any installation but the sample one, KentonganError where the password is not acceptable.
    """
    if settings.installation != "sample":
        raise NotAllowed(
            "Kata sandi tetap hanya untuk instalasi contoh.", hint="Pakai `kentongan users password NAMA`."
        )
    if session.get(AccountRow, person.id) is not None:
        return
    check_password_words(password, username=person.username, name=person.name)
    session.add(
        AccountRow(
            person=person.id, password=hash_password(password), must_change=False, password_at=now, failures=0
        )
    )  # fmt: skip
    session.flush()
    detail = {"sample": True}
    audit.record(
        session, SYSTEM, action="account.give_password", object=f"person:{person.id}", detail=detail, now=now
    )  # fmt: skip
