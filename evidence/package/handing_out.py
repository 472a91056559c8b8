"""Gives out a package that was built, as a file.

To whom may build one, only where it still is what was exported, and on record in the case's chain and in the audit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from casework.access import authorise
from casework.db import Casework
from casework.roles import Actor
from evidence.cases import read_case
from evidence.cases.rows import lock_row, record_act
from evidence.package.custody import exported_number, hash_package, package_name
from evidence.package.folder import LETTER_SUFFIX, letter_place, package_place
from kentongan.errors import Conflict, NotFound
from kentongan.settings import Settings

NAME: Final = re.compile(rf"(KASUS-[0-9]{{4}}-[0-9]{{4,9}})(\.zip|{re.escape(LETTER_SUFFIX)})")
"""What a file that is given out may be called: nothing with a folder in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOut:
    """A file that may be given to its person now."""

    path: Path
    name: str
    media_type: str


def packages_folder(settings: Settings) -> Path:
    """Where packages lie that were built without another folder named."""
    return settings.evidence_dir / "packages"


def list_handouts(settings: Settings, case_id: str) -> Sequence[str]:
    """Names of the files of a case that are there: its package, its cover letter."""
    folder = packages_folder(settings)
    return [place.name for place in (package_place(folder, case_id), letter_place(folder, case_id)) if place.is_file()]


def hand_out(
    casework: Casework, name: str, *, settings: Settings, actor: Actor, now: datetime, via: str | None = None
) -> HandedOut:
    """The package or cover letter of this name, for whoever may build packages; the chain says that they took it.

    Raises NotAllowed; NotFound for a name that is none of ours or not there; Conflict where the package is not the one
    that was exported.
    """
    with casework.read() as session:
        may_take(session, actor, now=now)
        found = NAME.fullmatch(name)
        if found is None:
            raise NotFound("Berkas bukti dengan nama itu tidak ada.", hint="Buka kasusnya dan pilih dari sana.")
        case = read_case(session, found[1])
    folder = packages_folder(settings)
    package, wanted = package_place(folder, case.id), folder / name
    if not wanted.is_file() or not package.is_file():
        raise NotFound(
            f"Paket {case.id} belum dibuat, atau dibuat di folder lain.",
            hint=f"Buat dengan `kentongan evidence build {case.id} --as NAMA`.",
        )
    sha256 = hash_package(package)
    with casework.begin() as session:
        may_take(session, actor, now=now)
        lock_row(session, case.id, state=None, doing="diunduh")
        number = exported_number(session, case.id, sha256)
        if number is None:
            raise Conflict(
                f"{package.name} bukan paket yang diekspor dari {case.id}, atau isinya berubah sejak itu.",
                hint=f"Periksa dengan `kentongan evidence verify {package}`.",
            )
        record_act(
            session, case.id, act="noted", object=package_name(case.id, number),
            detail={"paket": number, "diunduh": name, "zip_sha256": sha256}, actor=actor, now=now, via=via,
        )  # fmt: skip
    media_type = "application/zip" if found[2] == ".zip" else "application/pdf"
    return HandedOut(path=wanted, name=name, media_type=media_type)


def may_take(session: Session, actor: Actor, *, now: datetime) -> None:
    """Raise NotAllowed unless the actor may read cases and build packages."""
    authorise(session, actor, action="cases.read", now=now)
    authorise(session, actor, action="evidence.build", now=now)
