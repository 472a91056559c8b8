"""What building, handing over and checking a package leaves in the case's chain of custody and in the audit."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.case_tables import CustodyRow
from casework.roles import Actor
from evidence.cases.custody import Detail, read_chain
from evidence.cases.rows import check_words, lock_row, record_act
from kentongan.errors import KentonganError

MOST_RECIPIENT = 200
"""Longest name of who receives a package, in characters."""
MOST_REASON = 500
"""Most characters of an error that are kept in the chain."""


def package_name(case_id: str, number: int) -> str:
    """How the chain names a package: "paket:KASUS-2026-0001/2"."""
    return f"paket:{case_id}/{number}"


def note_built(
    session: Session, case_id: str, *, route: str, documents: int, captures: int, actor: Actor, now: datetime,
    via: str | None,
) -> int:  # fmt: skip
    """Write that a package is being built, the last entry it holds itself; returns its number in the case, from 1.

    Raises NotAllowed, NotFound, and Conflict where the case was closed meanwhile.
    """
    actor = authorise(session, actor, action="evidence.build", now=now)
    lock_row(session, case_id, state="open", doing="dijadikan paket")
    before = select(func.count()).where(CustodyRow.case_id == case_id, CustodyRow.act == "built")
    number = (session.scalar(before) or 0) + 1
    detail: Detail = {"paket": number, "jalur": route, "dokumen": documents, "tangkapan": captures}
    about = package_name(case_id, number)
    record_act(session, case_id, act="built", object=about, detail=detail, actor=actor, now=now, via=via)
    return number


def note_failed(
    session: Session, case_id: str, number: int, error: BaseException, *, actor: Actor, now: datetime, via: str | None
) -> None:
    """Write that the package did not come about, and why."""
    said = str(error) if isinstance(error, KentonganError) else type(error).__name__
    detail: Detail = {"paket": number, "tidak_jadi": said[:MOST_REASON]}
    about = package_name(case_id, number)
    record_act(session, case_id, act="noted", object=about, detail=detail, actor=actor, now=now, via=via)


def note_exported(
    session: Session, case_id: str, number: int, *, tagmanifest_sha512: str, sha256: str, route: str, actor: Actor,
    now: datetime, via: str | None,
) -> None:  # fmt: skip
    """Write that the package is there, with the digests it is known by."""
    actor = authorise(session, actor, action="evidence.build", now=now)
    detail: Detail = {"paket": number, "jalur": route, "tagmanifest_sha512": tagmanifest_sha512, "zip_sha256": sha256}
    about = package_name(case_id, number)
    record_act(session, case_id, act="exported", object=about, detail=detail, actor=actor, now=now, via=via)


def note_transferred(
    session: Session, case_id: str, *, package: Path, sha256: str, to: str, actor: Actor, now: datetime,
    via: str | None = None,
) -> None:  # fmt: skip
    """Write that a package, which is this case's and is known by its digest, was handed to somebody.

    Raises NotAllowed, NotFound, and KentonganError where nobody is named, or no package of this digest was ever
    exported from the case.
    """
    actor = authorise(session, actor, action="evidence.transfer", now=now)
    lock_row(session, case_id, state=None, doing="diserahkan")
    recipient = check_words(to, what="Penerima", least=3, most=MOST_RECIPIENT)
    number = exported_number(session, case_id, sha256)
    if number is None:
        raise KentonganError(
            f"{package.name} bukan paket yang diekspor dari {case_id}, atau isinya berubah sejak itu.",
            hint=f"Periksa berkasnya dengan `kentongan evidence verify {package.name}`.",
        )
    detail: Detail = {"paket": number, "kepada": recipient, "zip_sha256": sha256}
    about = package_name(case_id, number)
    record_act(session, case_id, act="transferred", object=about, detail=detail, actor=actor, now=now, via=via)


def exported_number(session: Session, case_id: str, sha256: str) -> int | None:
    """Number of the case's package whose zip has this digest; None where there is none."""
    for entry in reversed(read_chain(session, case_id)):
        if entry.act == "exported" and entry.detail.get("zip_sha256") == sha256:
            number = entry.detail["paket"]
            return number if isinstance(number, int) else None
    return None


def note_verified(
    session: Session, case_id: str, *, sha256: str, outcome: str, actor: Actor, now: datetime, via: str | None = None
) -> None:
    """Write that a package was checked, and how that came out ("utuh", "ditolak", ...). Raises NotAllowed, NotFound."""
    actor = authorise(session, actor, action="cases.read", now=now)
    lock_row(session, case_id, state=None, doing="diperiksa")
    number = exported_number(session, case_id, sha256)
    detail: Detail = {"paket": number, "hasil": outcome, "sha256": sha256}
    about = "case" if number is None else package_name(case_id, number)
    record_act(session, case_id, act="verified", object=about, detail=detail, actor=actor, now=now, via=via)


def hash_package(package: Path) -> str:
    """SHA-256 of a package's zip, as 64 hex digits. Raises KentonganError where it is no file that can be read."""
    try:
        with package.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise KentonganError(
            f"{package} tidak terbaca: {error.strerror}.", hint="Sebutkan berkas zip paketnya."
        ) from error
