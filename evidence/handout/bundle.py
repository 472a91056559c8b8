"""Writes what is handed out beside a package, such as a working copy, as a zip that is there whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Final

from evidence.package.bag import ENTRY_DATE
from kentongan.errors import Conflict, KentonganError

SAMPLE_MARK: Final = "DATA CONTOH"
"""Stands in every file made of invented data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handout:
    """A zip that was written."""

    path: Path
    sha256: str
    """Of the zip."""


def name_handout(case_id: str, what: str, *, now: datetime, sample: bool) -> str:
    """A name that says what it is and when it was made (UTC): "KASUS-2026-0001-aduankonten-20261122T030000Z.zip"."""
    mark = "-DATA-CONTOH" if sample else ""
    return f"{case_id}-{what}-{now:%Y%m%dT%H%M%SZ}{mark}.zip"


def write_handout(place: Path, files: Iterable[tuple[str, bytes | IO[bytes]]]) -> Handout:
    """Write files, each a path and its content, as a zip; content that is a stream is read in pieces and closed.

    Raises Conflict where the place is taken, KentonganError where the disk is full or the folder cannot be written;
    nothing half-written stays.
    """
    if place.exists():
        raise Conflict(f"{place} sudah ada.", hint="Sebut folder lain, atau pindahkan berkas itu.")
    temporary: Path | None = None
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".tmp-", dir=place.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as out:
            write_members(out, files)
            out.flush()
            os.fsync(out.fileno())
        with temporary.open("rb") as written:
            digest = hashlib.file_digest(written, "sha256").hexdigest()
        temporary.replace(place)
    except OSError as error:
        raise KentonganError(
            f"Berkas tidak dapat ditulis ke {place}: {error.strerror or error}.",
            hint="Periksa ruang disk dan izin folder itu, lalu ulangi; tidak ada yang setengah jadi.",
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
    return Handout(path=place, sha256=digest)


def write_members(out: IO[bytes], files: Iterable[tuple[str, bytes | IO[bytes]]]) -> None:
    """The zip itself: fixed dates, so that the same content gives the same bytes."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files:
            entry = zipfile.ZipInfo(path, date_time=ENTRY_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            if isinstance(content, bytes):
                archive.writestr(entry, content)
                continue
            with content, archive.open(entry, "w") as member:
                shutil.copyfileobj(content, member)
