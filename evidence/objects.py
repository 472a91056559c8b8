"""Keeps files under the SHA-256 of their bytes, so that what was secured is never overwritten and its damage is seen.

A file is written beside its place, made durable, then renamed: it is there whole or not at all. The same content twice
is one file. Nothing here deletes; a case's files stay as long as the case.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tempfile
from pathlib import Path
from typing import IO

from evidence.records import ObjectRef
from kentongan.errors import KentonganError, NotFound, Quarantine

CHUNK_BYTES = 1024 * 1024
"""How much of a file is in memory at once."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Objects:
    """A folder of files named by their digest: ``ab/cd/abcd...``."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is made with the first file."""
        self._folder = folder

    def put(self, data: bytes | IO[bytes]) -> ObjectRef:
        """Keep these bytes, durably, and return their digest and size.

        A file that is there already is checked against its digest and written anew where it was damaged. Raises
        KentonganError where the disk is full or the folder cannot be written; nothing half-written stays.
        """
        try:
            return self._put(io.BytesIO(data) if isinstance(data, bytes) else data)
        except OSError as error:
            raise KentonganError(
                f"Berkas bukti tidak dapat disimpan di {self._folder}: {error.strerror or error}.",
                hint="Periksa ruang disk dan izin folder itu, lalu ulangi; tidak ada yang tersimpan setengah jadi.",
            ) from error

    def _put(self, data: IO[bytes]) -> ObjectRef:
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".tmp-", dir=self._folder)
        temporary = Path(name)
        try:
            digest, size = hashlib.sha256(), 0
            with os.fdopen(handle, "wb") as out:
                while chunk := data.read(CHUNK_BYTES):
                    digest.update(chunk)
                    size += len(chunk)
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            reference = ObjectRef(sha256=digest.hexdigest(), size=size)
            path = self._path(reference.sha256)
            if not path.exists() or _digest_of(path) != reference.sha256:
                path.parent.mkdir(parents=True, exist_ok=True)
                temporary.chmod(0o440)
                temporary.replace(path)
            # Also where the file was there: whoever wrote it may not have come so far before the power went.
            for folder in (path.parent, path.parent.parent, self._folder):
                _sync_folder(folder)
        finally:
            temporary.unlink(missing_ok=True)
        return reference

    def open(self, sha256: str) -> IO[bytes]:
        """The file of this digest, to stream from; its bytes are not checked. Raises NotFound."""
        try:
            return self._path(sha256).open("rb")
        except FileNotFoundError as error:
            raise NotFound(
                f"Berkas bukti {sha256} tidak ada di {self._folder}.",
                hint="Pulihkan folder itu dari cadangan; paket tidak dapat dibuat tanpa berkas itu.",
            ) from error

    def read(self, sha256: str) -> bytes:
        """The whole file of this digest. Raises NotFound, or Quarantine "object-damaged" where its bytes differ."""
        with self.open(sha256) as file:
            data = file.read()
        found = hashlib.sha256(data).hexdigest()
        if found != sha256:
            raise Quarantine(
                "object-damaged",
                f"Berkas bukti {sha256} rusak: isinya kini bersidik {found}.",
                hint="Pulihkan berkas itu dari cadangan.",
            )
        return data

    def has(self, sha256: str) -> bool:
        """Whether there is a file of this digest; its bytes are not checked."""
        return self._path(sha256).is_file()

    def _path(self, sha256: str) -> Path:
        if _DIGEST.fullmatch(sha256) is None:
            raise ValueError(f"not a SHA-256 in hex: {sha256!r}")
        return self._folder / sha256[:2] / sha256[2:4] / sha256


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
