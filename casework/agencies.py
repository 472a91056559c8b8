"""Agencies: who is responsible for what, found by any of their names, and who may act for them.

Names in imports are free text. One that no agency answers to becomes an unconfirmed agency, so that its complaints are
not lost; a person confirms it, or gives the name to the right agency as an alias (``merge_agency``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, cast, get_args

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from casework.agency_tables import AgencyRow
from casework.roles import Actor
from casework.tables import PersonRow
from kentongan.errors import NotAllowed, NotFound
from kentongan.schema import require_aware

AgencyKind = Literal["opd", "kecamatan", "bumd", "vertikal", "polisi", "pusat"]
AGENCY_KINDS: Final[tuple[AgencyKind, ...]] = get_args(AgencyKind)
KIND_WORDS: Final[dict[AgencyKind, str]] = {
    "opd": "perangkat daerah",
    "kecamatan": "kecamatan",
    "bumd": "BUMD",
    "vertikal": "instansi vertikal",
    "polisi": "kepolisian",
    "pusat": "pusat komando",
}
MAX_CODE: Final = 32
MAX_NAME: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """An agency as it was when read."""

    code: str
    """Short and lasting ("dinas-pu"): what other rows name it by."""
    name: str
    aliases: tuple[str, ...]
    """Other names it is called by in imports and by people."""
    kind: AgencyKind
    fields: tuple[str, ...]
    """What it is responsible for (``kentongan.agency_fields.FIELDS``)."""
    dangers: tuple[str, ...]
    """Which rumours of danger it can confirm or deny (``analysis.danger.DANGERS``)."""
    region: str | None
    """Code of the region it works in; None for the whole of the installation's."""
    contact: str | None
    """Of the office, never a private one."""
    confirmed: bool
    """False where it was made from the free text of an import and nobody looked at it yet."""
    active: bool
    version: int


def find_agency(session: Session, name_or_code: str) -> Agency | None:
    """The agency of this code, name or alias, whatever its case and blanks; None where there is none."""
    row = name_index(session).get(fold_name(name_or_code))
    return None if row is None else as_agency(row)


def get_agency(session: Session, name_or_code: str) -> Agency:
    """The same, but raises NotFound where there is none."""
    found = find_agency(session, name_or_code)
    if found is None:
        raise NotFound(
            f"Instansi {name_or_code!r} tidak ada dalam daftar.",
            hint="Daftarnya: `kentongan agencies list`; menambah: `kentongan agencies add KODE --name NAMA`.",
        )
    return found


def list_agencies(session: Session, *, active: bool | None = None) -> list[Agency]:
    """All agencies by name, or only the active or inactive."""
    chosen = select(AgencyRow).order_by(AgencyRow.name)
    if active is not None:
        chosen = chosen.where(AgencyRow.active == active)
    return [as_agency(row) for row in session.scalars(chosen)]


def agencies_for_field(session: Session, field: str, *, region: str | None) -> list[Agency]:
    """The active agencies responsible for a field in a region, the one nearest to the region first.

    An agency of the region itself stands before one of a region around it, and that before one of the whole area.
    Kecamatan offices answer for what is asked of them by name only, so they come last.
    """
    return _near(region, [one for one in list_agencies(session, active=True) if field in one.fields])


def agencies_for_danger(session: Session, danger: str, *, region: str | None) -> list[Agency]:
    """The active agencies that can confirm or deny a danger in a region, in the same order."""
    return _near(region, [one for one in list_agencies(session, active=True) if danger in one.dangers])


def take_agency(session: Session, name: str, *, now: datetime) -> Agency:
    """The agency of this name, added unconfirmed where nobody knows it. Raises ValueError for a blank name."""
    return take_agencies(session, [name], now=now)[name]


def take_agencies(session: Session, names: Iterable[str], *, now: datetime) -> dict[str, Agency]:
    """The agency of each name, as ``take_agency`` finds or adds it; keys are the names as they were given."""
    require_aware("now", now)
    wanted = dict.fromkeys(names)
    known = name_index(session)
    if any(fold_name(name) not in known for name in wanted):
        lock_agencies(session)
        known = name_index(session)
    taken: dict[str, Agency] = {}
    for name in wanted:
        folded = fold_name(name)
        if not folded:
            raise ValueError("an agency has a name")
        row = known.get(folded)
        if row is None:
            row = _insert_unconfirmed(session, name, known)
        taken[name] = as_agency(row)
    return taken


def require_agency(session: Session, actor: Actor, agency_code: str | None) -> None:
    """Raise NotAllowed where a ``petugas`` acts for an agency that is not theirs.

    The command centre's (kind "pusat") act for all. What belongs to no agency yet (None) is the command centre's; where
    the table has none, every ``petugas`` may. Other roles are bound by ``casework.roles`` alone.
    """
    if actor.role != "petugas":
        return
    person = session.get(PersonRow, actor.id)
    own = find_agency(session, person.agency) if person is not None and person.agency else None
    if own is not None and own.active and (own.kind == "pusat" or own.code == agency_code):
        return
    if agency_code is None and not _has_centre(session):
        return
    other = session.get(AgencyRow, agency_code) if agency_code else None
    whose = other.name if other is not None else "pusat komando"
    raise NotAllowed(
        f"Ini urusan {whose}, sedangkan {actor.username} petugas "
        f"{person.agency if person is not None and person.agency else 'tanpa instansi'}.",
        hint="Minta petugas instansi itu, atau admin bila instansi Anda di daftar pengguna keliru.",
    )


def tidy_name(name: str) -> str:
    """A name with its blanks folded, cut to what the table takes."""
    return " ".join(name.split())[:MAX_NAME].strip()


def fold_name(name: str) -> str:
    """A name as it is compared: tidied, in lower case."""
    return tidy_name(name).casefold()


def name_index(session: Session) -> dict[str, AgencyRow]:
    """Every code, name and alias, folded, with its agency.

    Where two claim one, the active agency wins, then a code before a name before an alias.
    """
    rows = list(session.scalars(select(AgencyRow).order_by(AgencyRow.active, AgencyRow.code)))
    index: dict[str, AgencyRow] = {}
    for active in (False, True):
        chosen = [row for row in rows if row.active == active]
        index |= {fold_name(alias): row for row in chosen for alias in row.aliases}
        index |= {fold_name(row.name): row for row in chosen}
        index |= {fold_name(row.code): row for row in chosen}
    return index


def lock_agencies(session: Session) -> None:
    """Wait for one's turn to change agencies; SQLite's write transactions take turns already."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE agency IN SHARE ROW EXCLUSIVE MODE"))


def make_code(name: str, taken: Mapping[str, object]) -> str:
    """A code for a name ("Dinas Kesehatan": "dinas-kesehatan"), numbered where another agency has it."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[: MAX_CODE - 4].strip("-") or "instansi"
    code, number = plain, 1
    while fold_name(code) in taken:
        number += 1
        code = f"{plain}-{number}"
    return code


def as_agency(row: AgencyRow) -> Agency:
    """The row as a record."""
    return Agency(
        code=row.code,
        name=row.name,
        aliases=tuple(row.aliases),
        kind=cast(AgencyKind, row.kind),
        fields=tuple(row.fields),
        dangers=tuple(row.dangers),
        region=row.region,
        contact=row.contact,
        confirmed=row.confirmed,
        active=row.active,
        version=row.version,
    )


def _insert_unconfirmed(session: Session, name: str, known: dict[str, AgencyRow]) -> AgencyRow:
    tidy = tidy_name(name)
    row = AgencyRow(
        code=make_code(tidy, known),
        name=tidy,
        aliases=[],
        kind="opd",
        fields=[],
        dangers=[],
        region=None,
        contact=None,
        confirmed=False,
        active=True,
    )
    session.add(row)
    session.flush()
    known[fold_name(row.code)] = known[fold_name(row.name)] = row
    return row


def _has_centre(session: Session) -> bool:
    centre = select(func.count()).select_from(AgencyRow).where(AgencyRow.kind == "pusat", AgencyRow.active)
    return bool(session.scalar(centre))


def _near(region: str | None, agencies: Sequence[Agency]) -> list[Agency]:
    """Those that work in a region: codes of regions around it begin its own ("33.74" around "33.74.01")."""
    if region is None:
        return sorted(agencies, key=lambda one: (one.kind == "kecamatan", one.region is not None, one.name))
    around = [one for one in agencies if one.region is None or f"{region}.".startswith(f"{one.region}.")]
    return sorted(around, key=lambda one: (one.kind == "kecamatan", -len(one.region or ""), one.name))
