"""The provisions an assignment can rest on: dated data that lawyers maintain, never in code.

Nothing here was reviewed by a lawyer unless the entry says by whom and when; where it was not, the assignment says so.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import msgspec

from kentongan.errors import BadSettings, Conflict, KentonganError, NotFound

SHIPPED: Final = Path(__file__).parent / "legal_bases.toml"

MAX_REVIEW_DAYS: Final = 180
"""How long a lawyer's review of an entry counts, in days: the same half year as for the rulebook of evidence
(``evidence.law.rulebook``), chosen by us."""

AGENCY_KINDS: Final = ("opd", "kecamatan", "bumd", "vertikal", "polisi", "pusat")


class Basis(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One provision."""

    key: str
    article: str
    """As a letter cites it."""
    law: str
    says: str
    """What it says on the matter, short."""
    in_force_from: date
    in_force_until: date | None = None
    """Last day in force."""
    agencies: tuple[str, ...] = ()
    """Kinds of agencies that can be assigned with it; empty: all."""
    source: str
    check: str | None = None
    """What a lawyer still has to settle."""
    reviewed_by: str | None = None
    reviewed_on: date | None = None


class BasisFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The file."""

    format: int
    title: str
    edition: date
    basis: tuple[Basis, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedBasis:
    """A provision as it stood when somebody was assigned with it; kept with the assignment."""

    key: str
    article: str
    law: str
    says: str
    source: str
    warning: str | None = None
    """Why a person should look again ("belum ditinjau ahli hukum"); None for one with a fresh review."""


def load_bases(path: Path | None = None) -> BasisFile:
    """The provisions, from the installation's own file or the shipped one. Raises BadSettings."""
    file = path or SHIPPED
    try:
        found = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), BasisFile)
    except OSError as error:
        raise BadSettings(f"Berkas dasar penugasan {file} tidak terbaca: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise BadSettings(f"Berkas dasar penugasan {file} tidak dapat dipakai: {error}.") from error
    keys = [basis.key for basis in found.basis]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    strange = sorted({kind for basis in found.basis for kind in basis.agencies} - set(AGENCY_KINDS))
    halves = [basis.key for basis in found.basis if (basis.reviewed_by is None) != (basis.reviewed_on is None)]
    for what, names in (("disebut dua kali", twice), ("bukan jenis instansi", strange), ("setengah ditinjau", halves)):
        if names:
            raise BadSettings(f"Berkas dasar penugasan {file}: {', '.join(names)} {what}.")
    return found


def bases_for(bases: BasisFile, *, kind: str, on: date) -> tuple[Basis, ...]:
    """The provisions in force on a day that an agency of this kind can be assigned with."""
    return tuple(
        basis
        for basis in bases.basis
        if is_in_force(basis, on=on) and (not basis.agencies or kind in basis.agencies)
    )  # fmt: skip


def use_bases(bases: BasisFile, keys: Sequence[str], *, kind: str, on: date) -> tuple[UsedBasis, ...]:
    """The chosen provisions, each once, with what to warn of.

    Raises NotFound for a key that is not there, Conflict for one that is not in force on that day or not for this kind
    of agency, KentonganError where none was chosen.
    """
    known = {basis.key: basis for basis in bases.basis}
    chosen = tuple(dict.fromkeys(key.strip() for key in keys if key.strip()))
    fitting = [basis.key for basis in bases_for(bases, kind=kind, on=on)]
    hint = f"Yang dapat dipakai: {', '.join(fitting)}."
    if not chosen:
        raise KentonganError("Dasar hukum penugasan belum disebut.", hint=hint)
    for key in chosen:
        if key not in known:
            raise NotFound(f"Dasar hukum {key!r} tidak ada.", hint=hint)
        if not is_in_force(known[key], on=on):
            raise Conflict(f"{known[key].article} tidak berlaku pada {on.isoformat()}.", hint=hint)
        if key not in fitting:
            raise Conflict(f"{known[key].article} bukan dasar untuk menugaskan instansi jenis {kind}.", hint=hint)
    return tuple(use_basis(known[key], on=on) for key in chosen)


def use_basis(basis: Basis, *, on: date) -> UsedBasis:
    return UsedBasis(
        key=basis.key, article=basis.article, law=basis.law, says=basis.says, source=basis.source,
        warning=review_warning(basis, on=on),
    )  # fmt: skip


def review_warning(basis: Basis, *, on: date) -> str | None:
    """What is to be said of an entry's review; None for one that a lawyer looked at lately."""
    if basis.reviewed_on is None:
        words = "belum ditinjau ahli hukum"
    elif (on - basis.reviewed_on).days > MAX_REVIEW_DAYS:
        words = f"tinjauan ahli hukumnya sudah lama ({basis.reviewed_on.isoformat()})"
    else:
        return None
    return f"{words}. {basis.check}" if basis.check else words


def is_in_force(basis: Basis, *, on: date) -> bool:
    return basis.in_force_from <= on and (basis.in_force_until is None or on <= basis.in_force_until)
