"""People: who may enter, with which role, until when. Each change takes its actor and is written to the audit with it.

Changes to people are rare and their rules span rows (one admin must remain), so on PostgreSQL they take turns on a
table lock, as on SQLite they do anyway.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from casework.access import authorise, may_enter
from casework.audit import record
from casework.db import expect_version
from casework.roles import ROLES, SYSTEM, Actor, Role
from casework.tables import PersonRow
from kentongan.errors import Conflict, KentonganError, NotAllowed, NotFound
from kentongan.schema import require_aware

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
MAX_NAME = 200
"""Longest name of a person or an agency, in characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A named member of staff, as they were when read."""

    id: str
    """16 hex digits, chosen at random; never reused, the same in every record the person leaves."""
    username: str
    """2 to 32 of a-z, 0-9, dot, underscore, hyphen. Unique."""
    name: str
    role: Role
    agency: str | None
    """The agency a ``petugas`` works for; None for every other role."""
    active: bool
    expires_at: datetime | None
    """When the account ends by itself; None for one without an end. Aware, in UTC."""
    created_at: datetime
    version: int
    """Grows with each change; pass it back to change the row."""


def add_person(
    session: Session,
    username: str,
    *,
    name: str,
    role: Role,
    agency: str | None = None,
    expires_at: datetime | None = None,
    actor: Actor,
    now: datetime,
) -> Person:
    """Add a person. The username is made lower case.

    Raises NotAllowed, Conflict where the username is taken, KentonganError where a field is not acceptable.
    """
    lock_people(session)
    actor = authorise(session, actor, action="people.manage", now=now)
    return insert_person(
        session, username, name=name, role=role, agency=agency, expires_at=expires_at, actor=actor, now=now
    )


def first_admin(session: Session, username: str, *, name: str, now: datetime) -> Person:
    """Add the first person, an admin; the audit names "sistem". Raises Conflict once there are people."""
    require_aware("now", now)
    lock_people(session)
    if session.scalar(select(func.count()).select_from(PersonRow)):
        raise Conflict(
            "Admin pertama hanya dapat dibuat selagi belum ada pengguna.", hint="Minta admin menambahkan Anda."
        )
    return insert_person(
        session, username, name=name, role="admin", agency=None, expires_at=None, actor=SYSTEM, now=now
    )


def change_role(
    session: Session,
    person: str,
    *,
    role: Role,
    agency: str | None = None,
    actor: Actor,
    version: int,
    now: datetime,
) -> Person:
    """Give the person of this id another role, or a ``petugas`` another agency.

    Raises NotAllowed (also where no lasting admin would remain), NotFound, Conflict, KentonganError.
    """
    row, actor = open_for_change(session, person, actor=actor, version=version, now=now)
    agency = check_agency(role, agency)
    if (row.role, row.agency) == (role, agency):
        raise Conflict(f"Peran {row.username} memang sudah {role}.")
    if role != "admin":
        keep_an_admin(session, row)
    detail = {"from": row.role, "to": role, "agency_from": row.agency, "agency_to": agency}
    row.role, row.agency = role, agency
    session.flush()
    record(session, actor, action="people.change_role", object=f"person:{row.id}", detail=detail, now=now)
    return as_person(row)


def deactivate(session: Session, person: str, *, actor: Actor, version: int, now: datetime) -> Person:
    """Shut the account. What the person did stays under their name. Raises as ``change_role`` does."""
    row, actor = open_for_change(session, person, actor=actor, version=version, now=now)
    if not row.active:
        raise Conflict(f"Akun {row.username} memang sudah nonaktif.")
    keep_an_admin(session, row)
    row.active = False
    session.flush()
    record(session, actor, action="people.deactivate", object=f"person:{row.id}", detail={}, now=now)
    return as_person(row)


def reactivate(
    session: Session,
    person: str,
    *,
    expires_at: datetime | None = None,
    actor: Actor,
    version: int,
    now: datetime,
) -> Person:
    """Open a shut or ended account again, until ``expires_at`` or without an end. Raises as ``change_role`` does."""
    row, actor = open_for_change(session, person, actor=actor, version=version, now=now)
    if may_enter(row, now=now):
        raise Conflict(f"Akun {row.username} memang masih aktif.")
    row.active, row.expires_at = True, check_end(expires_at, now=now)
    session.flush()
    detail = {"expires_at": expires_at.isoformat() if expires_at else None}
    record(session, actor, action="people.reactivate", object=f"person:{row.id}", detail=detail, now=now)
    return as_person(row)


def change_end(
    session: Session, person: str, *, expires_at: datetime | None, actor: Actor, version: int, now: datetime
) -> Person:
    """Let an open account end at another time, or not at all: guest operators come for a while.

    Raises as ``change_role`` does; a shut or ended account is opened with ``reactivate``.
    """
    row, actor = open_for_change(session, person, actor=actor, version=version, now=now)
    if not may_enter(row, now=now):
        raise Conflict(f"Akun {row.username} sudah tutup atau berakhir.", hint="Buka kembali akunnya.")
    if row.expires_at == expires_at:
        raise Conflict(f"Akun {row.username} memang berakhir pada waktu itu.")
    before, after = row.expires_at, check_end(expires_at, now=now)
    if after is not None:
        keep_an_admin(session, row)
    row.expires_at = after
    session.flush()
    detail = {"from": before.isoformat() if before else None, "to": after.isoformat() if after else None}
    record(session, actor, action="people.change_end", object=f"person:{row.id}", detail=detail, now=now)
    return as_person(row)


def get_person(session: Session, person: str) -> Person:
    """The person of this id. Raises NotFound."""
    row = session.get(PersonRow, person, populate_existing=True)
    if row is None:
        raise NotFound(f"Pengguna dengan id {person} tidak ada.", hint="Daftarnya: `kentongan users list`.")
    return as_person(row)


def find_person(session: Session, username: str) -> Person:
    """The person of this username, in any case. Raises NotFound."""
    row = session.scalar(select(PersonRow).where(PersonRow.username == username.strip().lower()))
    if row is None:
        raise NotFound(f"Pengguna {username!r} tidak ada.", hint="Daftarnya: `kentongan users list`.")
    return as_person(row)


def list_people(session: Session, *, active: bool | None = None, role: Role | None = None) -> list[Person]:
    """All people by username, or only the active or inactive, or of one role.

    An account whose end has passed still counts as active here: see ``expires_at``.
    """
    chosen = select(PersonRow).order_by(PersonRow.username)
    if active is not None:
        chosen = chosen.where(PersonRow.active == active)
    if role is not None:
        chosen = chosen.where(PersonRow.role == role)
    return [as_person(row) for row in session.scalars(chosen)]


def actor_of(session: Session, person: str, *, now: datetime) -> Actor:
    """The person of this id as an actor. Raises NotFound, or NotAllowed where the account is shut or has ended."""
    found = session.get(PersonRow, person, populate_existing=True)
    if found is not None and not may_enter(found, now=now):
        raise NotAllowed(f"Akun {found.username} tidak aktif atau sudah berakhir.", hint="Minta admin mengaktifkannya.")
    current = get_person(session, person)
    return Actor(id=current.id, username=current.username, role=current.role)


def lock_people(session: Session) -> None:
    """Wait for one's turn to change people; SQLite's write transactions take turns already."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE person IN SHARE ROW EXCLUSIVE MODE"))


def open_for_change(
    session: Session, person: str, *, actor: Actor, version: int, now: datetime
) -> tuple[PersonRow, Actor]:
    """The row, locked and of the version that the actor read, and the actor as they are now."""
    lock_people(session)
    actor = authorise(session, actor, action="people.manage", now=now)
    row = session.get(PersonRow, person, populate_existing=True)
    if row is None:
        raise NotFound(f"Pengguna dengan id {person} tidak ada.", hint="Daftarnya: `kentongan users list`.")
    expect_version(f"Data pengguna {row.username}", read=version, stored=row.version)
    return row, actor


def keep_an_admin(session: Session, row: PersonRow) -> None:
    """Raise NotAllowed where this is the last admin whose account is active and has no end.

    An admin whose account ends does not count: the day it ends nobody could manage people.
    """
    lasting = (PersonRow.role == "admin", PersonRow.active, PersonRow.expires_at.is_(None))
    others = session.scalar(select(func.count()).select_from(PersonRow).where(*lasting, PersonRow.id != row.id))
    if row.role == "admin" and row.active and row.expires_at is None and not others:
        raise NotAllowed(
            f"{row.username} adalah admin aktif terakhir dan tidak dapat dicabut.",
            hint="Angkat admin lain tanpa batas waktu lebih dahulu.",
        )


def insert_person(
    session: Session,
    username: str,
    *,
    name: str,
    role: Role,
    agency: str | None,
    expires_at: datetime | None,
    actor: Actor,
    now: datetime,
) -> Person:
    """Check the fields and write the row and its audit; the caller has locked and authorised."""
    username = username.strip().lower()
    if not USERNAME.fullmatch(username) or username == SYSTEM.username:
        raise KentonganError(
            f"Nama pengguna {username!r} tidak dapat dipakai.",
            hint='Pakai 2 sampai 32 huruf kecil, angka, titik, garis bawah, atau tanda hubung; "sistem" dicadangkan.',
        )
    if session.scalar(select(PersonRow.id).where(PersonRow.username == username)):
        raise Conflict(f"Nama pengguna {username} sudah dipakai.", hint="Pilih nama pengguna lain.")
    row = PersonRow(
        id=secrets.token_hex(8),
        username=username,
        name=check_words("Nama", name),
        role=role,
        agency=check_agency(role, agency),
        active=True,
        expires_at=check_end(expires_at, now=now),
        created_at=now,
    )
    session.add(row)
    session.flush()
    detail = {
        "username": username,
        "role": role,
        "agency": row.agency,
        "expires_at": expires_at.isoformat() if expires_at else None,
    }
    record(session, actor, action="people.add", object=f"person:{row.id}", detail=detail, now=now)
    session.refresh(row)
    return as_person(row)


def check_words(what: str, words: str) -> str:
    """A name with its blanks folded. Raises KentonganError where it is empty, too long or has invisible characters."""
    folded = " ".join(words.split())
    if not folded or len(folded) > MAX_NAME or not folded.isprintable():
        raise KentonganError(
            f"{what} {folded[:40]!r} tidak dapat dipakai.",
            hint=f"Isi 1 sampai {MAX_NAME} huruf, tanpa karakter yang tidak terlihat.",
        )
    return folded


def check_agency(role: Role, agency: str | None) -> str | None:
    """The agency that goes with the role. Raises KentonganError where one is missing or does not belong."""
    if role not in ROLES:
        raise KentonganError(f"Peran {role!r} tidak dikenal.", hint=f"Pilih salah satu: {', '.join(ROLES)}.")
    if role == "petugas":
        if agency is None:
            raise KentonganError("Petugas harus punya instansi.", hint="Sebutkan instansi tempatnya bekerja.")
        return check_words("Instansi", agency)
    if agency is not None:
        raise KentonganError(f"Hanya petugas yang punya instansi, bukan {role}.", hint="Kosongkan instansinya.")
    return None


def check_end(expires_at: datetime | None, *, now: datetime) -> datetime | None:
    """The end of an account. Raises KentonganError where it has passed, ValueError where it has no zone."""
    require_aware("expires_at", expires_at)
    if expires_at is not None and expires_at <= now:
        raise KentonganError("Batas waktu akun sudah lewat.", hint="Pilih waktu yang akan datang.")
    return expires_at


def as_person(row: PersonRow) -> Person:
    """The row as a record."""
    return Person(
        id=row.id,
        username=row.username,
        name=row.name,
        role=cast(Role, row.role),
        agency=row.agency,
        active=row.active,
        expires_at=row.expires_at,
        created_at=row.created_at,
        version=row.version,
    )
