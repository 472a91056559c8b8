"""Where a package comes about: a hidden working folder beside its place, and the step that puts it under its name.

A working folder is locked while somebody works in it; one that a killed build left behind is not, and goes with the
next build.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from evidence.package.bag import explain_fault
from kentongan.errors import Conflict

LETTER_SUFFIX: Final = "-surat-pengantar.pdf"
"""What the cover letter's name has after the case's id."""


def package_place(out: Path, case_id: str) -> Path:
    """Where the package of a case stands in a folder."""
    return out / f"{case_id}.zip"


def letter_place(out: Path, case_id: str) -> Path:
    """Where its cover letter stands."""
    return out / f"{case_id}{LETTER_SUFFIX}"


def refuse_name_taken(out: Path, case_id: str) -> None:
    """Raise Conflict where a package or a letter of this case is there: neither is ever overwritten."""
    for place in (package_place(out, case_id), letter_place(out, case_id)):
        if place.exists():
            raise Conflict(f"{place} sudah ada dan tidak ditimpa.", hint="Pilih folder lain dengan --out.")


@contextmanager
def working_folder(out: Path, case_id: str) -> Iterator[Path]:
    """A folder to work in, hidden in ``out``, which is made where it is missing. It is gone at the end, whatever
    happened. Raises KentonganError where ``out`` cannot be written."""
    beginning = f".{case_id}.sementara-"
    try:
        out.mkdir(parents=True, exist_ok=True)
        for left in out.glob(f"{beginning}*"):
            remove_unless_locked(left)
        folder = Path(tempfile.mkdtemp(prefix=beginning, dir=out))
    except OSError as error:
        raise explain_fault(error, out) from error
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def remove_unless_locked(folder: Path) -> None:
    """Remove a working folder that nobody works in."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return  # gone meanwhile, or no folder
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        pass
    finally:
        os.close(descriptor)


@contextmanager
def published(folder: Path, out: Path, case_id: str) -> Iterator[None]:
    """The letter, then the zip, moved from a working folder to their places; both taken back where the block fails.

    Raises Conflict where something of that name is there by now.
    """
    moved: list[Path] = []
    refuse_name_taken(out, case_id)
    try:
        for place in (letter_place(out, case_id), package_place(out, case_id)):
            (folder / place.name).rename(place)
            moved.append(place)
        sync_folder(out)
        yield
    except BaseException:
        for place in moved:
            place.unlink(missing_ok=True)
        raise


def sync_file(place: Path) -> None:
    """Make a file's bytes survive a power cut."""
    with place.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
