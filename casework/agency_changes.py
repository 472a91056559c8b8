"""Changes to the list of agencies: added, loaded from a file, changed, two that are one merged. Each is audited."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import Table, update
from sqlalchemy.orm import Session

from analysis.danger import DANGERS
from casework.access import authorise
from casework.agencies import MAX_CODE, Agency, AgencyKind, as_agency, find_agency, fold_name, lock_agencies, name_index
from casework.agency_tables import AgencyLetterRow, AgencyRow
from casework.audit import record, with_way
from casework.db import expect_version
from casework.people import check_words
from casework.roles import Actor
from casework.tables import Base
from kentongan.agency_fields import FIELDS
from kentongan.errors import BadSettings, Conflict, KentonganError, NotFound

CODE: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CHANGEABLE: Final = ("name", "aliases", "kind", "fields", "dangers", "region", "contact", "confirmed", "active")


class AgencyGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An agency as a person or a file states it."""

    code: str
    name: str
    kind: AgencyKind = "opd"
    aliases: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    dangers: tuple[str, ...] = ()
    region: str | None = None
    contact: str | None = None
    active: bool = True


class AgencyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The file as it is written."""

    agency: tuple[AgencyGiven, ...]


def load_agency_file(path: Path) -> tuple[AgencyGiven, ...]:
    """The agencies of a TOML file, checked. Raises BadSettings, which says what to mend."""
    try:
        given = msgspec.toml.decode(path.read_bytes(), type=AgencyFile).agency
    except OSError as error:
        raise BadSettings(f"Berkas instansi {path} tidak terbaca: {error.strerror}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadSettings(
            f"Berkas instansi {path} tidak cocok: {error}.", hint="Contohnya: samples/agencies.toml."
        ) from error
    owners: dict[str, str] = {}
    for one in given:
        try:
            check_given(one)
        except KentonganError as error:
            raise BadSettings(f"{path}: {one.code}: {error.message}", hint=error.hint) from error
        for name in (one.code, one.name, *one.aliases):
            other = owners.setdefault(fold_name(name), one.code)
            if other != one.code:
                raise BadSettings(f"{path}: nama {name!r} dipakai {other} dan {one.code}.")
    return given


def add_agency(session: Session, given: AgencyGiven, *, actor: Actor, now: datetime, via: str | None = None) -> Agency:
    """Add an agency. Raises NotAllowed, KentonganError for what cannot be used, Conflict where a name is taken."""
    lock_agencies(session)
    actor = authorise(session, actor, action="agencies.manage", now=now)
    check_given(given)
    known = name_index(session)
    for name in (given.code, given.name, *given.aliases):
        if fold_name(name) in known:
            raise Conflict(f"Nama {name!r} sudah dipakai {known[fold_name(name)].name}.")
    return _insert(session, given, actor=actor, now=now, via=via)


def load_agencies(
    session: Session, given: Iterable[AgencyGiven], *, actor: Actor, now: datetime, via: str | None = None
) -> list[Agency]:
    """Add the agencies of a file and change those that are there; agencies that the file leaves out stay.

    An agency that an import made under one of the names becomes the file's, with its complaints. Returns those that
    were added or changed. Raises NotAllowed, and Conflict where a confirmed agency of another code has a name.
    """
    lock_agencies(session)
    actor = authorise(session, actor, action="agencies.manage", now=now)
    done = []
    for one in given:
        check_given(one)
        doubles = _find_doubles(session, one)
        for double in doubles:
            _set_aside(session, double)
        row = session.get(AgencyRow, one.code)
        if row is None:
            done.append(_insert(session, one, actor=actor, now=now, via=via))
        else:
            changed = _change(row, {**msgspec.structs.asdict(one), "confirmed": True})
            if changed:
                session.flush()
                _audit(session, actor, "agencies.change", row, {"berubah": sorted(changed)}, now=now, via=via)
                done.append(as_agency(row))
        for double in doubles:
            _move(session, double.code, one.code, actor=actor, now=now, via=via)
    return done


def change_agency(
    session: Session,
    code: str,
    changes: dict[str, Any],
    *,
    actor: Actor,
    version: int,
    now: datetime,
    via: str | None = None,
) -> Agency:
    """Change some of ``CHANGEABLE``; who changes an agency has looked at it, so it counts as confirmed.

    Raises NotAllowed, NotFound, Conflict (changed meanwhile, a name that is taken), KentonganError.
    """
    lock_agencies(session)
    actor = authorise(session, actor, action="agencies.manage", now=now)
    row = _get_row(session, code)
    expect_version(f"Data instansi {row.name}", read=version, stored=row.version)
    if strange := set(changes) - set(CHANGEABLE):
        raise ValueError(f"agencies have no {strange}")
    full = {field: getattr(row, field) for field in CHANGEABLE} | changes
    check_given(_given_of(row.code, full))
    known = name_index(session)
    for name in (full["name"], *full["aliases"]):
        owner = known.get(fold_name(name))
        if owner is not None and owner.code != row.code and owner.active:
            raise Conflict(
                f"Nama {name!r} sudah dipakai {owner.name}.",
                hint="Bila keduanya sama: `kentongan agencies merge KODE --into KODE`.",
            )
    changed = _change(row, {"confirmed": True, **changes})
    if changed:
        session.flush()
        _audit(session, actor, "agencies.change", row, {"berubah": sorted(changed)}, now=now, via=via)
    return as_agency(row)


def merge_agency(
    session: Session, code: str, *, into: str, actor: Actor, now: datetime, via: str | None = None
) -> Agency:
    """Make one agency another name of a second: its complaints and tasks go there, its names become aliases.

    Letters and history keep the code they were written with, so the agency stays, inactive. Returns the second.
    Raises NotAllowed, NotFound, Conflict where both are the same.
    """
    lock_agencies(session)
    actor = authorise(session, actor, action="agencies.manage", now=now)
    row, target = _get_row(session, code), _get_row(session, into)
    if row.code == target.code:
        raise Conflict(f"{row.name} sudah instansi itu sendiri.")
    names = [row.name, *row.aliases]
    _set_aside(session, row)
    known = {fold_name(name) for name in (target.code, target.name, *target.aliases)}
    target.aliases = [*target.aliases, *(name for name in names if fold_name(name) not in known)]
    session.flush()
    _move(session, row.code, target.code, actor=actor, now=now, via=via)
    return as_agency(target)


def check_given(given: AgencyGiven) -> None:
    """Raise KentonganError where an agency cannot be kept as it is stated."""
    if not CODE.fullmatch(given.code) or len(given.code) > MAX_CODE:
        raise KentonganError(
            f"Kode {given.code!r} tidak dapat dipakai.",
            hint=f"Pakai 1 sampai {MAX_CODE} huruf kecil, angka, dan tanda hubung, misalnya dinas-pu.",
        )
    for name in (given.name, *given.aliases):
        check_words("Nama instansi", name)
    _check_known("Bidang", given.fields, FIELDS)
    _check_known("Bahaya", given.dangers, DANGERS)


def _check_known(what: str, given: Iterable[str], known: Collection[str]) -> None:
    for word in given:
        if word not in known:
            raise KentonganError(f"{what} {word!r} tidak dikenal.", hint=f"Yang dikenal: {', '.join(known)}.")


def _given_of(code: str, full: dict[str, Any]) -> AgencyGiven:
    kept = {field: value for field, value in full.items() if field != "confirmed"}
    return msgspec.convert({"code": code, **kept}, AgencyGiven)


def _insert(session: Session, given: AgencyGiven, *, actor: Actor, now: datetime, via: str | None) -> Agency:
    row = AgencyRow(
        code=given.code,
        name=check_words("Nama instansi", given.name),
        aliases=list(given.aliases),
        kind=given.kind,
        fields=list(given.fields),
        dangers=list(given.dangers),
        region=given.region,
        contact=given.contact,
        confirmed=True,
        active=given.active,
    )
    session.add(row)
    session.flush()
    _audit(session, actor, "agencies.add", row, {"nama": row.name}, now=now, via=via)
    session.refresh(row)
    return as_agency(row)


def _change(row: AgencyRow, values: dict[str, Any]) -> set[str]:
    """Put these values into the row; the names of those that differ."""
    changed: set[str] = set()
    for field in CHANGEABLE:
        if field in values:
            value = list(values[field]) if isinstance(values[field], tuple | list) else values[field]
            if getattr(row, field) != value:
                setattr(row, field, value)
                changed.add(field)
    return changed


def _find_doubles(session: Session, given: AgencyGiven) -> list[AgencyRow]:
    """Unconfirmed agencies that have a name of this one. Raises Conflict for a confirmed one."""
    known = name_index(session)
    doubles: dict[str, AgencyRow] = {}
    for name in (given.name, *given.aliases):
        row = known.get(fold_name(name))
        if row is None or row.code == given.code or not row.active:
            continue
        if row.confirmed:
            raise Conflict(f"Nama {name!r} sudah dipakai {row.name} ({row.code}).", hint="Ganti nama itu di berkas.")
        doubles[row.code] = row
    return list(doubles.values())


def _set_aside(session: Session, row: AgencyRow) -> None:
    """Take an agency's names away, so that another may have them."""
    row.name, row.aliases, row.active = f"{row.name[:150]} [{row.code}]", [], False
    session.flush()


def _move(session: Session, code: str, into: str, *, actor: Actor, now: datetime, via: str | None) -> None:
    """Point every row that names an agency, but letters, to another."""
    moved = 0
    for table in Base.metadata.sorted_tables:
        if table is AgencyLetterRow.__table__:
            continue
        for column in table.columns:
            if any(key.column is AgencyRow.__table__.c.code for key in column.foreign_keys):
                moved += _point(session, table, column.name, code, into)
    session.expire_all()
    row = _get_row(session, into)
    _audit(session, actor, "agencies.merge", row, {"dari": code, "baris": moved}, now=now, via=via)


def _point(session: Session, table: Table, column: str, code: str, into: str) -> int:
    values: dict[str, Any] = {column: into}
    if "version" in table.c:
        values["version"] = table.c.version + 1
    done = session.execute(update(table).where(table.c[column] == code).values(values))
    return done.rowcount  # type: ignore[attr-defined, no-any-return]


def _get_row(session: Session, code: str) -> AgencyRow:
    found = find_agency(session, code)
    row = session.get(AgencyRow, found.code, populate_existing=True) if found is not None else None
    if row is None:
        raise NotFound(f"Instansi {code!r} tidak ada dalam daftar.", hint="Daftarnya: `kentongan agencies list`.")
    return row


def _audit(
    session: Session,
    actor: Actor,
    action: str,
    row: AgencyRow,
    detail: dict[str, str | int | list[str]],
    *,
    now: datetime,
    via: str | None,
) -> None:
    record(session, actor, action=action, object=f"agency:{row.code}", detail=with_way(detail, via), now=now)
