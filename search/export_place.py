"""A file that appears whole or not at all: written under another name beside its place, then moved there."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from kentongan.errors import Conflict, KentonganError, Retry

UNFINISHED = ".kentongan-part"
"""Ending of a file that is being written. Its writer holds a lock on it, which the system drops with the writer."""

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

LOCK_ATTEMPTS = 20
LOCK_PAUSE_S = 0.05
"""Whoever sweeps up holds the lock for a moment too."""


@contextmanager
def unfinished(target: Path) -> Iterator[BinaryIO]:
    """A new file for ``target``, open for bytes, under its unfinished name; gone afterwards unless ``put_in_place`` has
    moved it. Raises Conflict where another process is writing the same target."""
    place = target.with_name(f".{target.name}{UNFINISHED}")
    file: BinaryIO | None = None
    try:
        file = open_locked(place)
        file.truncate()
        yield file
    finally:
        if file is None or file.closed:
            # Interrupted while it was being opened, or while it was handed to a writer that closed it: it is there, and
            # nobody's.
            sweep_file(place)
        else:
            with suppress(OSError):
                if os.path.samestat(place.stat(), os.fstat(file.fileno())):
                    place.unlink()
            with suppress(OSError):
                # What is still buffered may not fit the disk either; that was said before.
                file.close()


def open_locked(place: Path) -> BinaryIO:
    for _ in range(LOCK_ATTEMPTS):
        file = os.fdopen(os.open(place, os.O_RDWR | os.O_CREAT, 0o644), "r+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Between opening and locking it may have been moved into place or swept up.
            if place.exists() and os.path.samestat(place.stat(), os.fstat(file.fileno())):
                return file
        except BlockingIOError:
            pass
        except BaseException:
            file.close()
            raise
        file.close()
        time.sleep(LOCK_PAUSE_S)
    raise Conflict(
        f"Proses lain sedang menulis {place.name.removeprefix('.').removesuffix(UNFINISHED)}.",
        hint="Tunggu sampai selesai, atau pilih nama lain.",
    )


def put_in_place(*files: tuple[BinaryIO, Path]) -> None:
    """Make the files durable, then move each to its target, in this order."""
    for file, _ in files:
        file.flush()
        os.fsync(file.fileno())
    for _, target in files:
        target.with_name(f".{target.name}{UNFINISHED}").replace(target)
    folder = os.open(files[0][1].parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def sweep(folder: Path) -> None:
    """Remove what writers that were killed left in a folder."""
    for left in folder.glob(f".*{UNFINISHED}"):
        sweep_file(left)


def sweep_file(left: Path) -> None:
    """Remove an unfinished file unless it is another's, or one that is being written."""
    with suppress(OSError), left.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(left.stat(), os.fstat(file.fileno())):
            left.unlink()


@contextmanager
def explained(target: Path) -> Iterator[None]:
    """Turn the system's complaints about a file into exceptions that say what to do."""
    try:
        yield
    except FileNotFoundError as error:
        raise KentonganError(f"Map {target.parent} tidak ada.", hint="Buat map itu, atau pilih yang lain.") from error
    except OSError as error:
        if error.errno in FULL:
            raise Retry(
                f"Diska penuh: {target} tidak jadi ditulis, dan tidak ada sisanya.",
                hint="Kosongkan ruang atau pilih diska lain, lalu ulangi.",
            ) from error
        raise KentonganError(
            f"{target} tidak dapat ditulis: {error.strerror or error}.", hint="Periksa hak akses map itu."
        ) from error
