"""Writes a BagIt 1.0 bag (RFC 8493) straight into a zip file, with the memory of one block whatever its size.

A file of the payload is either an object, which is read where it lies, or a small file laid down in the bag's working
folder. Each is read twice: once for its digests, which the manifests need before the zip is written, and once into the
zip, where it must still have them.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from evidence.objects import Objects
from evidence.records import ObjectRef
from kentongan.errors import KentonganError, Quarantine

BLOCK_BYTES: Final = 1024 * 1024
"""How much of a file is in memory at once."""
BAGIT: Final = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
PAYLOAD: Final = "data/"
SEAL_FOLDER: Final = "segel/"
TAG_MANIFEST: Final = "tagmanifest-sha512.txt"
ENTRY_DATE: Final = (1980, 1, 1, 0, 0, 0)
"""Date of every entry, the earliest a zip knows: the times that count stand in the files and in the tokens."""
ENTRY_MODE: Final = 0o100644
"""A plain file that its owner may write and all may read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file of the bag."""

    path: str
    """In the bag, with forward slashes."""
    size: int
    """In bytes."""
    sha256: str
    sha512: str
    stored: bool
    """True where it is an object, false where it lies in the working folder."""


class Bag:
    """A bag being filled: its working folder, where the objects are, and what is in it so far."""

    def __init__(self, folder: Path, *, objects: Objects) -> None:
        """``folder`` is empty and belongs to this bag alone."""
        self.folder = folder
        self._objects = objects
        self.members: dict[str, Member] = {}

    def add(self, path: str, data: bytes | str) -> Member:
        """Put a small file into the bag."""
        with self.create(path) as file:
            file.write(data if isinstance(data, bytes) else data.encode())
        return self.members[path]

    @contextmanager
    def create(self, path: str) -> Iterator[IO[bytes]]:
        """A file of the bag to write into; it is measured when it is closed."""
        self.require_new(path)
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as file:
            yield file
        with place.open("rb") as file:
            self.members[path] = measure(path, file, stored=False)

    def add_object(self, path: str, reference: ObjectRef) -> Member:
        """Put an object into the bag, read once for its digests.

        Raises NotFound where it is missing, Quarantine "object-damaged" where its bytes are not those of its digest.
        """
        self.require_new(path)
        with self._objects.open(reference.sha256) as file:
            member = measure(path, file, stored=True)
        if (member.sha256, member.size) != (reference.sha256, reference.size):
            raise object_damaged(reference.sha256, path)
        self.members[path] = member
        return member

    def replace(self, path: str, data: bytes | str) -> Member:
        """Put a small file where there is one of this path already."""
        del self.members[path]
        (self.folder / path).unlink()
        return self.add(path, data)

    def require_new(self, path: str) -> None:
        """Raise ValueError for a path that is there, or that is no plain name below the bag."""
        parts = path.split("/")
        if path in self.members or not path.isascii() or any(part in ("", ".", "..") for part in parts):
            raise ValueError(f"no path for a new file of a bag: {path!r}")

    def payload(self) -> list[Member]:
        """The files below ``data/``, sorted by path."""
        return sorted((one for path, one in self.members.items() if path.startswith(PAYLOAD)), key=lambda one: one.path)

    def oxum(self) -> str:
        """Payload-Oxum: bytes and files of the payload (RFC 8493, section 2.2.2)."""
        files = self.payload()
        return f"{sum(one.size for one in files)}.{len(files)}"

    def write_manifests(self) -> None:
        """Write both payload manifests."""
        files = self.payload()
        self.add("manifest-sha256.txt", manifest((one.sha256, one.path) for one in files))
        self.add("manifest-sha512.txt", manifest((one.sha512, one.path) for one in files))

    def make_tag_manifest(self) -> bytes:
        """The tag manifest: every file outside ``data/`` but itself and what stands in ``segel/``."""
        tags = sorted(
            (one for one in self.members.values() if not one.path.startswith((PAYLOAD, SEAL_FOLDER, TAG_MANIFEST))),
            key=lambda one: one.path,
        )
        return manifest((one.sha512, one.path) for one in tags).encode()

    def write_zip(self, place: Path, *, top: str, progress: Callable[[int, int], None]) -> str:
        """Write the bag as a zip file with the one top folder ``top``; returns the SHA-256 of the zip.

        Entries are sorted by path and not compressed: what is large in them is compressed already. The file is
        durable when this returns. ``progress`` is told the bytes written and those there are. Raises Quarantine where
        an object changed since it was measured.
        """
        done, total = 0, sum(one.size for one in self.members.values())
        with place.open("xb") as out:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
                for member in sorted(self.members.values(), key=lambda one: one.path):
                    with self.open(member) as file, archive.open(make_entry(top, member), "w") as entry:
                        digest = hashlib.sha512()
                        for block in blocks(file):
                            digest.update(block)
                            entry.write(block)
                            done += len(block)
                            progress(done, total)
                    if digest.hexdigest() != member.sha512:
                        raise object_damaged(member.sha256, member.path)
            out.flush()
            os.fsync(out.fileno())
        with place.open("rb") as written:
            return hashlib.file_digest(written, "sha256").hexdigest()

    def open(self, member: Member) -> IO[bytes]:
        """A file of the bag, to stream from."""
        return self._objects.open(member.sha256) if member.stored else (self.folder / member.path).open("rb")


def measure(path: str, file: IO[bytes], *, stored: bool) -> Member:
    """The member that this file makes, in one reading."""
    sha256, sha512, size = hashlib.sha256(), hashlib.sha512(), 0
    for block in blocks(file):
        sha256.update(block)
        sha512.update(block)
        size += len(block)
    return Member(path=path, size=size, sha256=sha256.hexdigest(), sha512=sha512.hexdigest(), stored=stored)


def blocks(file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(BLOCK_BYTES):
        yield block


def manifest(lines: Iterable[tuple[str, str]]) -> str:
    """The text of a manifest: digest, two spaces, path."""
    return "".join(f"{digest}  {encode_path(path)}\n" for digest, path in lines)


def encode_path(path: str) -> str:
    """A path as manifests write it: LF, CR and % percent-encoded, nothing else (RFC 8493, section 2.1.3)."""
    return path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")


def make_entry(top: str, member: Member) -> zipfile.ZipInfo:
    """The zip entry of a member: plain file, fixed date and rights, not compressed."""
    entry = zipfile.ZipInfo(f"{top}/{member.path}", ENTRY_DATE)
    entry.create_system = 3
    entry.external_attr = ENTRY_MODE << 16
    entry.compress_type = zipfile.ZIP_STORED
    entry.file_size = member.size
    return entry


def object_damaged(sha256: str, path: str) -> Quarantine:
    return Quarantine(
        "object-damaged",
        f"Berkas bukti {path} rusak: isinya tidak lagi bersidik SHA-256 {sha256}.",
        hint="Pulihkan berkas itu dari cadangan, lalu buat paketnya lagi.",
    )


def explain_fault(error: OSError, place: Path) -> KentonganError:
    """What a disk's fault means for a person who builds a package."""
    what = f"Paket tidak dapat ditulis ke {place}: {error.strerror or error}"
    return KentonganError(
        f"{what} ({error.filename})." if error.filename else f"{what}.",
        hint="Periksa ruang disk dan izin folder itu, lalu ulangi; tidak ada paket setengah jadi yang tertinggal.",
    )
