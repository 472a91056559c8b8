#!/usr/bin/env python3
"""Check a Kentongan evidence package with nothing but this file: no library, no network, Python 3.8 or later.

It is one long file on purpose: an expert must be able to read all of it, and to run it alone in an empty folder.
It writes nothing, unpacks nothing, and believes no name, size or offset that it has not compared with another.

    python3 verifikasi.py PAKET.zip|FOLDER [--segel SHA256] [--waktu SHA256 ...] [--penanda-tangan SHA256 ...]
                          [--digest SHA512] [--json]

Exit codes: 0 whole, and every signer checked against the fingerprints given; 3 whole, but at least one signer was not
checked, for want of a fingerprint; 1 rejected, each reason named with its file; 2 wrong use.

Take this file from a source you trust, not from the package: whoever changes a package can change the verifier in it.
The fingerprints stand on the cover letter (surat pengantar), which is handed over apart from the package.

Parts, in this order: limits; words for findings; names; the zip file; the folder; JSON; the bag; DER; keys and
signatures (RFC 8017, FIPS 186-5); certificates (RFC 5280); CMS (RFC 5652, RFC 5035); time stamps (RFC 3161); what the
package holds (segel.json, custody, daily heads, captures, the report's PDF); the verdict; the command line.
"""

# ruff: noqa: UP017, B905 -- datetime.UTC and zip(strict=...) came after Python 3.8.
from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import re
import stat
import struct
import sys
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

# ------------------------------------------------------------------------------------------------------------ limits

BLOCK = 1 << 20
"""Bytes read at once; a package of any size is checked in this much memory and a little."""

MOST_FILES = 100_000
"""Files in a package. A case of 200 documents has about 1,500."""

MOST_FILE_BYTES = 8 << 30
"""Bytes of one file, unpacked."""

MOST_TOTAL_BYTES = 64 << 30
"""Bytes of all files, unpacked."""

MOST_RATIO = 200
"""Unpacked bytes for one packed byte, in files over RATIO_FROM. HTML seldom passes 20; deflate's own end is 1,032."""

RATIO_FROM = 16 << 20
"""Bytes under which a file may be packed as tightly as it likes: blank pages are."""

MOST_DIRECTORY_BYTES = 64 << 20
"""Bytes of a zip file's central directory, which is held in memory."""

MOST_TEXT_BYTES = 32 << 20
"""Bytes of a manifest, or of one line of a log: held in memory."""

MOST_SEAL_BYTES = 1 << 20
"""Bytes of a seal or a token. A real one has 2,000 to 10,000."""

MOST_REPORT_BYTES = 256 << 20
"""Bytes of the report's PDF, which is held in memory because a signature covers it in two pieces."""

MOST_DEPTH = 12
"""Folders below the top."""

MOST_DER_DEPTH = 32
"""Levels of nesting in a certificate, seal or token. A time stamp has about 15."""

MOST_CHAIN = 8
"""Certificates from a signer up to its anchor."""

MOST_CERTIFICATES = 32
"""Certificates that one seal or token may carry."""

LEAST_RSA_BITS = 2048
"""NIST SP 800-131A."""

MOST_RSA_BITS = 16384
"""Beyond this the check itself would be the attack."""

LEAST_RSA_EXPONENT = 65537
"""FIPS 186-5, A.1.1; smaller ones made forged signatures possible where padding was read loosely."""

CLOCKS_APART = timedelta(minutes=15)
"""A token this much older than the last entry of the custody log means that one of the two clocks was wrong."""

TRIAL_UNIT = "KUNCI UJI KENTONGAN"
"""Organisational unit in the certificates of test keys, which are worth nothing in court."""

FORMAT = 1
"""Version of the package's format that this file reads."""

# --------------------------------------------------------------------------------------------------- words for findings

OK, REJECTED, UNCHECKED, NOTE = "ok", "ditolak", "belum diperiksa", "catatan"


class Rejected(Exception):
    """The package is not what it says it is: ``file`` names where, ``reason`` says why, in Indonesian."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason


@dataclass(frozen=True)
class Check:
    """One thing that was looked at, and what was found."""

    name: str
    status: str
    file: str
    text: str


@dataclass(frozen=True)
class Trust:
    """What the checker brings from outside the package: fingerprints, as 64 hex digits each, and the digest."""

    seal: str | None = None
    times: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    tagmanifest: str | None = None
    """SHA-512 of ``tagmanifest-sha512.txt``, as 128 hex digits."""


@dataclass
class Report:
    """Everything that was found about one package."""

    checks: list[Check] = field(default_factory=list)
    case: str | None = None
    sample: bool | None = None
    tagmanifest: str | None = None
    sealed_by: str | None = None
    times: list[tuple[str, datetime]] = field(default_factory=list)
    signed_by: list[str] = field(default_factory=list)
    files: int = 0
    total: int = 0

    def ok(self, name: str, text: str, file: str = "") -> None:
        self.checks.append(Check(name, OK, file, text))

    def reject(self, name: str, file: str, text: str) -> None:
        self.checks.append(Check(name, REJECTED, file, text))

    def unchecked(self, name: str, text: str, file: str = "") -> None:
        self.checks.append(Check(name, UNCHECKED, file, text))

    def note(self, name: str, text: str, file: str = "") -> None:
        self.checks.append(Check(name, NOTE, file, text))

    @property
    def reasons(self) -> list[Check]:
        return [check for check in self.checks if check.status == REJECTED]

    @property
    def code(self) -> int:
        if self.reasons:
            return 1
        return 3 if any(check.status == UNCHECKED for check in self.checks) else 0


def shown(text: str) -> str:
    """Text from the package, with everything escaped that could move the cursor or pass for something else."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


# --------------------------------------------------------------------------------------------------------------- names

ID = r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}"
AUTHORITY = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
CASE = re.compile(r"KASUS-[0-9]{4}-[0-9]{4,}")
HEX_64 = re.compile(r"[0-9a-f]{64}")
HEX_128 = re.compile(r"[0-9a-f]{128}")

MANIFESTS = (("sha256", "manifest-sha256.txt"), ("sha512", "manifest-sha512.txt"))
TAGMANIFEST = "tagmanifest-sha512.txt"
CUSTODY = "data/custody.jsonl"
REPORT_PDF = "data/berita-acara.pdf"

REQUIRED = (
    "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "manifest-sha512.txt", TAGMANIFEST, "segel.json",
    "verifikasi.py", "verifikasi.html", "CARA-VERIFIKASI.md", "batasan.md",
    "data/kasus.json", "data/dokumen.jsonl", "data/klaim.json", "data/analisis.json", "data/keputusan.json",
    "data/pertanyaan.json", CUSTODY, REPORT_PDF,
)  # fmt: skip

CAPTURE_FILES = ("halaman.warc.gz", "layar.png", "dom.html", "teks.txt", "sertifikat.pem", "perolehan.json")

OPTIONAL = re.compile(
    rf"segel/{re.escape(TAGMANIFEST)}\.(p7s|{AUTHORITY}\.tsr)"
    rf"|data/arsip/{ID}\.warc\.gz"
    rf"|data/tangkapan/{ID}/({'|'.join(re.escape(name) for name in CAPTURE_FILES)})"
    rf"|data/kepala/[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}\.txt(\.{AUTHORITY}\.tsr)?"
)

RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))}
"""Names that Windows takes for devices."""


def name_fault(name: str) -> str | None:
    """Why a file's name is not safe on every system, or None where it is."""
    if not name:
        return "nama kosong"
    if "\\" in name:
        return "nama memakai garis miring terbalik"
    if name.startswith("/"):
        return "nama berupa alamat mutlak"
    if re.match(r"[A-Za-z]:", name):
        return "nama memakai huruf kandar"
    if name.startswith("~"):
        return "nama menunjuk ke folder pribadi"
    for sign in name:
        if unicodedata.category(sign) in ("Cc", "Cf", "Cs"):
            return "nama memuat karakter yang tidak terlihat atau tidak sah"
        if sign in '<>:"|?*':
            return "nama memuat karakter yang tidak sah di Windows"
    for part in name.split("/"):
        if part in ("", "."):
            return "nama memuat bagian kosong"
        if part == "..":
            return "nama keluar dari paket (..)"
        if part[-1] in ". ":
            return "nama berakhir dengan titik atau spasi"
        if part.split(".")[0].upper() in RESERVED:
            return "nama perangkat Windows"
    if unicodedata.normalize("NFC", name) != name:
        return "nama tidak dalam bentuk Unicode NFC"
    if len(name.encode("utf-8", "surrogatepass")) > 1024 or name.count("/") > MOST_DEPTH:
        return "nama terlalu panjang atau terlalu dalam"
    return None


def name_key(name: str) -> str:
    """The same for two names that some file system would take for one: case and Unicode forms folded."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())


def require_names(names: Iterable[str]) -> None:
    """Raise Rejected where a name is unsafe, comes twice, or has a twin in other case or Unicode form."""
    seen: dict[str, str] = {}
    for name in names:
        key = name_key(name)
        if seen.get(key) == name:
            raise Rejected(name, "nama ini ada dua kali di dalam paket")
        if key in seen:
            raise Rejected(name, f"nama kembar dengan {shown(seen[key])}: hanya beda huruf besar atau bentuk Unicode")
        fault = name_fault(name)
        if fault is not None:
            raise Rejected(name, fault)
        seen[key] = name


# -------------------------------------------------------------------------------------------------------- the zip file


@dataclass(frozen=True)
class Member:
    """A file in the zip file, where both its headers agree."""

    name: str
    deflated: bool
    crc: int
    packed: int
    size: int
    start: int
    """Offset of its first packed byte."""


@dataclass(frozen=True)
class DirectoryEntry:
    """A line of the central directory, as it stands."""

    made: int
    needed: int
    flags: int
    method: int
    moment: tuple[int, int]
    crc: int
    packed: int
    size: int
    attributes: tuple[int, int]
    offset: int
    raw_name: bytes
    name: str


FLAG_DESCRIPTOR, FLAG_LEVEL, FLAG_UTF8 = 0x0008, 0x0006, 0x0800
MOST_32, MOST_16 = 0xFFFFFFFF, 0xFFFF


def read_exactly(file: BinaryIO, offset: int, size: int) -> bytes:
    file.seek(offset)
    data = file.read(size)
    if len(data) != size:
        raise Rejected("(zip)", "berkas zip terpotong")
    return data


def read_zip(file: BinaryIO, size: int) -> list[Member]:
    """Every member, where the file holds them end to end and nothing else.

    Both headers of each member are read and must agree; members touch one another, the directory touches the last,
    and the end record is the last byte: nothing can hide before, between or after. Raises Rejected.
    """
    count, offset, length = read_zip_end(file, size)
    if length > MOST_DIRECTORY_BYTES or count > MOST_FILES:
        raise Rejected("(zip)", f"lebih dari {MOST_FILES} berkas")
    entries = read_directory(read_exactly(file, offset, length), count)
    require_uniform(entries)
    require_names(entry.name for entry in entries)
    members: list[Member] = []
    at = 0
    total = 0
    for entry in entries:
        if entry.offset != at:
            raise Rejected(entry.name, "ada celah, tumpang tindih atau data asing sebelum anggota zip ini")
        start = read_local_header(file, entry)
        at = start + entry.packed
        if at > offset:
            raise Rejected(entry.name, "anggota zip melewati batasnya")
        at += descriptor_size(file, entry, at, limit=offset)
        total += entry.size
        require_size(entry, total)
        members.append(Member(entry.name, entry.method == 8, entry.crc, entry.packed, entry.size, start))
    if at != offset:
        raise Rejected("(zip)", "ada data di antara anggota terakhir dan daftar isi zip")
    return members


def read_zip_end(file: BinaryIO, size: int) -> tuple[int, int, int]:
    """Count of members, offset and length of the directory, from the end record and its 64-bit form."""
    if size < 22:
        raise Rejected("(zip)", "bukan berkas zip, atau terpotong")
    fields = struct.unpack("<4s4H2LH", read_exactly(file, size - 22, 22))
    signature, disk, start_disk, here, count, length, offset, comment = fields
    if signature != b"PK\x05\x06" or comment != 0:
        raise Rejected(
            "(zip)", "zip tidak berakhir tepat pada catatan penutupnya: terpotong, berkomentar, atau ditambahi data"
        )
    if disk or start_disk or here != count:
        raise Rejected("(zip)", "zip yang dipecah ke beberapa berkas")
    end = size - 22
    if end >= 20:
        mark, disk, wide_at, disks = struct.unpack("<4sLQL", read_exactly(file, end - 20, 20))
        if mark == b"PK\x06\x07":
            wide = read_wide_end(file, wide_at, end - 20)
            if disk or disks != 1:
                raise Rejected("(zip)", "zip yang dipecah ke beberapa berkas")
            for narrow, value, most in zip((count, length, offset), wide, (MOST_16, MOST_32, MOST_32)):
                if narrow not in (most, value):
                    raise Rejected("(zip)", "dua catatan penutup zip tidak sama")
            count, length, offset = wide
            end = wide_at
    if offset + length != end:
        raise Rejected("(zip)", "daftar isi zip tidak berakhir pada catatan penutup: ada data asing, atau terpotong")
    return count, offset, length


def read_wide_end(file: BinaryIO, at: int, end: int) -> tuple[int, int, int]:
    if at + 56 != end:
        raise Rejected("(zip)", "catatan penutup zip64 tidak pada tempatnya")
    fields = struct.unpack("<4sQ2H2L4Q", read_exactly(file, at, 56))
    signature, rest, made, needed, disk, start_disk, here, count, length, offset = fields
    if signature != b"PK\x06\x06" or rest != 44 or disk or start_disk or here != count or (made, needed) != (45, 45):
        raise Rejected("(zip)", "catatan penutup zip64 rusak")
    return count, length, offset


def read_directory(data: bytes, count: int) -> list[DirectoryEntry]:
    entries: list[DirectoryEntry] = []
    at = 0
    while at < len(data):
        if len(data) - at < 46 or data[at : at + 4] != b"PK\x01\x02":
            raise Rejected("(zip)", "daftar isi zip rusak")
        fields = struct.unpack("<6H3L5H2L", data[at + 4 : at + 46])
        made, needed, flags, method, clock, day, crc, packed, size = fields[:9]
        name_size, extra_size, comment_size, disk, internal, external, offset = fields[9:]
        at += 46
        raw_name = data[at : at + name_size]
        extra = data[at + name_size : at + name_size + extra_size]
        at += name_size + extra_size
        if at > len(data):
            raise Rejected("(zip)", "daftar isi zip rusak")
        name = read_name(raw_name, flags)
        if comment_size or disk:
            raise Rejected(name, "anggota zip berkomentar atau terpecah")
        size, packed, offset = read_wide_sizes(name, extra, [size, packed, offset])
        attributes = (internal, external)
        entries.append(
            DirectoryEntry(
                made, needed, flags, method, (clock, day), crc, packed, size, attributes, offset, raw_name, name
            )
        )
    if len(entries) != count:
        raise Rejected("(zip)", "jumlah anggota zip tidak sama dengan catatan penutupnya")
    if not entries:
        raise Rejected("(zip)", "zip kosong")
    return entries


def read_name(raw: bytes, flags: int) -> str:
    try:
        return raw.decode("utf-8" if flags & FLAG_UTF8 else "ascii")
    except UnicodeDecodeError:
        raise Rejected(repr(raw)[2:-1], "nama bukan UTF-8 yang sah") from None


def read_wide_sizes(name: str, extra: bytes, values: list[int]) -> list[int]:
    """The values with those that are all ones taken from the zip64 field, the only extra field that is allowed."""
    wide = [index for index, value in enumerate(values) if value == MOST_32]
    if not extra:
        if wide:
            raise Rejected(name, "ukuran zip64 tidak ada")
        return values
    if len(extra) != 4 + 8 * len(wide) or extra[:4] != struct.pack("<2H", 1, 8 * len(wide)) or not wide:
        raise Rejected(name, "anggota zip membawa kolom tambahan")
    for index, value in zip(wide, struct.unpack(f"<{len(wide)}Q", extra[4:])):
        values[index] = value
    return values


def require_uniform(entries: Sequence[DirectoryEntry]) -> None:
    """Raise Rejected unless every member is a plain file, with the same fixed attributes as all others."""
    first = entries[0]
    for entry in entries:
        if entry.flags & 0x2041:
            raise Rejected(entry.name, "anggota zip terenkripsi")
        if entry.flags & ~(FLAG_DESCRIPTOR | FLAG_LEVEL | FLAG_UTF8) or entry.method not in (0, 8):
            raise Rejected(entry.name, "cara pemampatan zip yang tidak dikenal")
        if entry.method == 0 and (entry.packed != entry.size or entry.flags & FLAG_LEVEL):
            raise Rejected(entry.name, "ukuran anggota zip tidak cocok")
        kind = stat.S_IFMT(entry.attributes[1] >> 16)
        if kind == stat.S_IFLNK:
            raise Rejected(entry.name, "anggota zip berupa tautan simbolik")
        if kind not in (0, stat.S_IFREG) or entry.attributes[1] & 0x10 or entry.name.endswith("/"):
            raise Rejected(entry.name, "anggota zip bukan berkas biasa")
        uniform = (entry.made >> 8, entry.moment, entry.attributes) == (first.made >> 8, first.moment, first.attributes)
        if not uniform or entry.made >> 8 not in (0, 3) or entry.made & 0xFF != entry.needed:
            raise Rejected(
                entry.name,
                "atribut zip tidak seragam: zip ini bukan hasil Kentongan (zip yang dibungkus ulang dapat dibuka "
                "dahulu, lalu foldernya yang diperiksa)",
            )
        if entry.needed not in (10, 20, 45):
            raise Rejected(entry.name, "versi zip yang tidak dikenal")


def require_size(entry: DirectoryEntry, total: int) -> None:
    if entry.size > MOST_FILE_BYTES or total > MOST_TOTAL_BYTES:
        raise Rejected(entry.name, "isi paket melebihi batas ukuran (bom zip)")
    if entry.size > RATIO_FROM and entry.size > MOST_RATIO * entry.packed:
        raise Rejected(entry.name, f"termampatkan lebih dari {MOST_RATIO} kali (bom zip)")


def read_local_header(file: BinaryIO, entry: DirectoryEntry) -> int:
    """Offset of the member's first byte; raises Rejected where its own header says other than the directory."""
    fields = struct.unpack("<4s5H3L2H", read_exactly(file, entry.offset, 30))
    signature, needed, flags, method, clock, day, crc, packed, size, name_size, extra_size = fields
    if signature != b"PK\x03\x04":
        raise Rejected(entry.name, "kepala anggota zip rusak")
    rest = read_exactly(file, entry.offset + 30, name_size + extra_size)
    if rest[:name_size] != entry.raw_name:
        raise Rejected(entry.name, "nama di kepala anggota zip berbeda dari daftar isi")
    if (needed, flags, method, (clock, day)) != (entry.needed, entry.flags, entry.method, entry.moment):
        raise Rejected(entry.name, "kepala anggota zip berbeda dari daftar isi")
    size, packed = read_wide_sizes(entry.name, rest[name_size:], [size, packed])
    later = bool(flags & FLAG_DESCRIPTOR) and (crc, packed, size) == (0, 0, 0)
    if not later and (crc, packed, size) != (entry.crc, entry.packed, entry.size):
        raise Rejected(entry.name, "ukuran atau CRC di kepala anggota zip berbeda dari daftar isi")
    return entry.offset + 30 + len(rest)


def descriptor_size(file: BinaryIO, entry: DirectoryEntry, at: int, *, limit: int) -> int:
    """Bytes of the data descriptor that follows the member, which must repeat its sizes; 0 where it has none."""
    if not entry.flags & FLAG_DESCRIPTOR:
        return 0
    found = read_exactly(file, at, min(24, limit - at))
    for form in ("<4s3L", "<4sL2Q") if max(entry.packed, entry.size) <= MOST_32 else ("<4sL2Q",):
        wanted = struct.pack(form, b"PK\x07\x08", entry.crc, entry.packed, entry.size)
        if found.startswith(wanted):
            return len(wanted)
    raise Rejected(entry.name, "catatan sesudah anggota zip tidak cocok dengan daftar isi")


# ---------------------------------------------------------------------------------------------- packages: zip or folder


class Package:
    """The files of a package by their paths below its top folder, each readable in blocks."""

    top: str
    sizes: dict[str, int]

    def blocks(self, path: str) -> Iterator[bytes]:
        """The file's bytes; raises Rejected where they cannot be had whole."""
        raise NotImplementedError

    def require(self, path: str) -> None:
        if path not in self.sizes:
            raise Rejected(path, "berkas tidak ada")

    def read(self, path: str, most: int = MOST_TEXT_BYTES) -> bytes:
        self.require(path)
        if self.sizes[path] > most:
            raise Rejected(path, f"berkas lebih besar dari batas {most} byte")
        return b"".join(self.blocks(path))

    def lines(self, path: str) -> Iterator[bytes]:
        """Lines without their newline; raises Rejected where the last has none or one is too long."""
        self.require(path)
        rest = b""
        for block in self.blocks(path):
            pieces = (rest + block).split(b"\n")
            rest = pieces.pop()
            if len(rest) > MOST_TEXT_BYTES:
                raise Rejected(path, "baris terlalu panjang")
            yield from pieces
        if rest:
            raise Rejected(path, "baris terakhir terpotong (tanpa ganti baris)")

    def digest(self, path: str, algorithm: str) -> bytes:
        made = hashlib.new(algorithm)
        for block in self.blocks(path):
            made.update(block)
        return made.digest()


class ZipPackage(Package):
    """A package as one zip file."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        members = read_zip(file, file.seek(0, os.SEEK_END))
        tops = {member.name.split("/", 1)[0] for member in members}
        if len(tops) != 1 or any("/" not in member.name for member in members):
            raise Rejected("(zip)", "paket harus berisi tepat satu folder teratas, yang bernama nomor kasus")
        self.top = tops.pop()
        self.members = {member.name.split("/", 1)[1]: member for member in members}
        self.sizes = {path: member.size for path, member in self.members.items()}

    def blocks(self, path: str) -> Iterator[bytes]:
        member = self.members[path]
        crc = 0
        size = 0
        for block in self.inflated(path, member) if member.deflated else self.stored(member):
            crc = zlib.crc32(block, crc)
            size += len(block)
            yield block
        if size != member.size:
            raise Rejected(path, "ukuran isi tidak sama dengan yang tertulis di zip")
        if crc != member.crc:
            raise Rejected(path, "CRC zip tidak cocok: isi berkas berubah")

    def stored(self, member: Member) -> Iterator[bytes]:
        at, end = member.start, member.start + member.packed
        while at < end:
            block = read_exactly(self.file, at, min(BLOCK, end - at))
            at += len(block)
            yield block

    def inflated(self, path: str, member: Member) -> Iterator[bytes]:
        machine = zlib.decompressobj(-15)
        made = 0
        try:
            for packed in self.stored(member):
                while True:
                    block = machine.decompress(packed, BLOCK)
                    made += len(block)
                    if made > member.size:
                        raise Rejected(path, "isi lebih besar dari yang tertulis di zip (bom zip)")
                    if block:
                        yield block
                    packed = machine.unconsumed_tail
                    if not packed and len(block) < BLOCK:
                        break
        except zlib.error:
            raise Rejected(path, "isi anggota zip rusak") from None
        if not machine.eof or machine.unused_data:
            raise Rejected(path, "isi anggota zip terpotong atau ditambahi data")


class FolderPackage(Package):
    """A package that was unpacked: the folder that holds ``bagit.txt``."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)
        self.top = self.folder.resolve().name
        self.sizes = {}
        self.add_folder("")
        self.require_names()

    def require_names(self) -> None:
        require_names(self.sizes)

    def add_folder(self, below: str) -> None:
        for entry in sorted(os.scandir(self.folder / below), key=lambda entry: entry.name):
            path = below + entry.name
            found = entry.stat(follow_symlinks=False)
            if stat.S_ISLNK(found.st_mode) or getattr(found, "st_reparse_tag", 0) == 0xA0000003:
                raise Rejected(path, "tautan simbolik di dalam paket")
            if stat.S_ISDIR(found.st_mode):
                if path.count("/") >= MOST_DEPTH:
                    raise Rejected(path, "folder terlalu dalam")
                self.add_folder(path + "/")
            elif stat.S_ISREG(found.st_mode):
                self.sizes[path] = found.st_size
            else:
                raise Rejected(path, "bukan berkas biasa")
            if len(self.sizes) > MOST_FILES:
                raise Rejected("(folder)", f"lebih dari {MOST_FILES} berkas")

    def blocks(self, path: str) -> Iterator[bytes]:
        with (self.folder / path).open("rb") as file:
            while True:
                block = file.read(BLOCK)
                if not block:
                    return
                yield block


# ---------------------------------------------------------------------------------------------------------------- JSON


def read_json(path: str, data: bytes) -> Any:
    """The value; raises Rejected where it is not plain JSON in UTF-8 or a key comes twice."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(items)
        if len(made) != len(items):
            raise Rejected(path, "kunci JSON yang sama muncul dua kali")
        return made

    def constant(_: str) -> Any:
        raise Rejected(path, "angka yang bukan JSON")

    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=pairs, parse_constant=constant)
    except (ValueError, RecursionError):
        raise Rejected(path, "bukan JSON yang sah") from None


def read_object(path: str, data: bytes) -> dict[str, Any]:
    value = read_json(path, data)
    if not isinstance(value, dict):
        raise Rejected(path, "bukan objek JSON")
    return value


def require_fields(path: str, value: Any, fields: dict[str, type]) -> dict[str, Any]:
    """The object, where it has exactly these fields of these types."""
    if not isinstance(value, dict) or set(value) != set(fields):
        raise Rejected(path, "isi tidak sesuai susunan format 1")
    for name, kind in fields.items():
        if type(value[name]) is not kind:
            raise Rejected(path, f"isi {name} tidak sesuai susunan format 1")
    return value


# ------------------------------------------------------------------------------------------------------------- the bag


@dataclass(frozen=True)
class Digests:
    """What one pass over a file's bytes gave."""

    size: int
    sha256: str
    sha512: str


def digest_files(package: Package, report: Report) -> dict[str, Digests]:
    """Both digests of every file, in one pass; a file that cannot be read whole is rejected and left out."""
    made: dict[str, Digests] = {}
    for path in package.sizes:
        first, second, size = hashlib.sha256(), hashlib.sha512(), 0
        try:
            for block in package.blocks(path):
                first.update(block)
                second.update(block)
                size += len(block)
        except Rejected as fault:
            report.reject("isi berkas", path, fault.reason)
            continue
        made[path] = Digests(size, first.hexdigest(), second.hexdigest())
        report.files += 1
        report.total += size
    return made


def read_manifest(path: str, data: bytes, digits: int) -> dict[str, str]:
    """Digest by path; raises Rejected where a line is not "<hex>  <path>" or a path comes twice."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Rejected(path, "bukan teks UTF-8") from None
    if text and not text.endswith("\n"):
        raise Rejected(path, "baris terakhir terpotong (tanpa ganti baris)")
    made: dict[str, str] = {}
    for number, line in enumerate(text.split("\n")[:-1], 1):
        found = re.fullmatch(rf"([0-9a-f]{{{digits}}})  (\S.*)", line)
        name = decode_path(found.group(2)) if found else None
        if found is None or name is None:
            raise Rejected(path, f"baris {number} bukan baris manifes yang sah")
        if name in made:
            raise Rejected(path, f"{shown(name)} tertulis dua kali")
        fault = name_fault(name)
        if fault is not None:
            raise Rejected(path, f"baris {number}: {fault}")
        made[name] = found.group(1)
    return made


def decode_path(written: str) -> str | None:
    """BagIt's escaping undone: %0A, %0D and %25 stand for newline, return and percent (RFC 8493, 2.1.3)."""
    if re.search(r"%(?!0A|0D|25)", written, re.IGNORECASE):
        return None
    signs = {"%0a": "\n", "%0d": "\r", "%25": "%"}
    return re.sub(r"%(0A|0D|25)", lambda found: signs[found.group().lower()], written, flags=re.IGNORECASE)


def check_layout(package: Package, report: Report) -> None:
    """Files that format 1 does not know, and files that it wants."""
    before = len(report.reasons)
    if not CASE.fullmatch(package.top) and isinstance(package, ZipPackage):
        report.reject("susunan", package.top, "folder teratas tidak bernama nomor kasus")
    for path in sorted(package.sizes):
        if path not in REQUIRED and not OPTIONAL.fullmatch(path):
            report.reject("susunan", path, "berkas ini tidak ada dalam susunan format 1")
    for path in REQUIRED:
        if path not in package.sizes:
            report.reject("susunan", path, "berkas wajib tidak ada")
    if len(report.reasons) == before:
        report.ok("susunan", f"{len(package.sizes)} berkas, semuanya pada tempatnya")


def check_declaration(package: Package, report: Report) -> None:
    if package.read("bagit.txt", 1024) != b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n":
        raise Rejected("bagit.txt", "bukan deklarasi BagIt 1.0 dengan UTF-8")
    report.ok("bagit.txt", "BagIt 1.0")


def check_manifests(package: Package, digests: dict[str, Digests], report: Report) -> None:
    """Both manifests list every file below data/, and no other, each with its digest."""
    payload = {path for path in package.sizes if path.startswith("data/")}
    for algorithm, path in MANIFESTS:
        before = len(report.reasons)
        listed = read_manifest(path, package.read(path), 64 if algorithm == "sha256" else 128)
        compare_manifest(
            path, listed, payload, {name: getattr(found, algorithm) for name, found in digests.items()}, report
        )
        if len(report.reasons) == before:
            report.ok(path, f"{len(listed)} berkas isi cocok")


def check_tagmanifest(package: Package, digests: dict[str, Digests], report: Report, trust: Trust) -> None:
    """The tag manifest lists every file outside data/ and segel/, itself aside, each with its digest."""
    if TAGMANIFEST in digests:
        report.tagmanifest = digests[TAGMANIFEST].sha512
    listed = read_manifest(TAGMANIFEST, package.read(TAGMANIFEST), 128)
    tags = {path for path in package.sizes if not path.startswith(("data/", "segel/")) and path != TAGMANIFEST}
    before = len(report.reasons)
    compare_manifest(TAGMANIFEST, listed, tags, {name: found.sha512 for name, found in digests.items()}, report)
    if trust.tagmanifest is not None and trust.tagmanifest != report.tagmanifest:
        report.reject(TAGMANIFEST, TAGMANIFEST, "SHA-512-nya tidak sama dengan yang diberikan (--digest)")
    elif len(report.reasons) == before:
        same = "; SHA-512-nya sama dengan yang diberikan" if trust.tagmanifest is not None else ""
        report.ok(TAGMANIFEST, f"{len(listed)} berkas keterangan cocok{same}")


def compare_manifest(
    manifest: str, listed: dict[str, str], present: set[str], digests: dict[str, str], report: Report
) -> None:
    for path in sorted(present - set(listed)):
        report.reject(manifest, path, f"berkas ini tidak tercatat di {manifest}")
    for path in sorted(set(listed) - present):
        report.reject(manifest, path, f"tercatat di {manifest}, tetapi berkasnya tidak ada")
    for path in sorted(present & set(listed) & set(digests)):
        if digests[path] != listed[path]:
            report.reject(manifest, path, f"isi berkas berubah: digest tidak sama dengan {manifest}")


def check_bag_info(package: Package, digests: dict[str, Digests], report: Report) -> None:
    path = "bag-info.txt"
    info = read_bag_info(path, package.read(path))
    payload = [found for name, found in digests.items() if name.startswith("data/")]
    oxum = f"{sum(found.size for found in payload)}.{len(payload)}"
    wanted = {
        "Payload-Oxum": oxum,
        "External-Identifier": str(report.case),
        "Kentongan-Package-Format": str(FORMAT),
        "Kentongan-Data-Contoh": "ya" if report.sample else "tidak",
    }
    for label, value in wanted.items():
        if label not in info:
            raise Rejected(path, f"{label} tidak ada")
        if info[label] != value:
            raise Rejected(path, f"{label} tertulis {shown(info[label])}, seharusnya {value}")
    report.ok(path, f"{oxum.split('.')[1]} berkas isi, {oxum.split('.')[0]} byte")


def read_bag_info(path: str, data: bytes) -> dict[str, str]:
    """Value by label, lines that begin with a blank continue the one before; raises Rejected where one comes twice."""
    made: dict[str, str] = {}
    label = None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Rejected(path, "bukan teks UTF-8") from None
    if not text.endswith("\n"):
        raise Rejected(path, "baris terakhir terpotong (tanpa ganti baris)")
    for line in text.split("\n")[:-1]:
        if label is not None and line[:1] in (" ", "\t"):
            made[label] += " " + line.strip()
            continue
        label, colon, value = line.partition(": ")
        if not colon or not label or label in made:
            raise Rejected(path, f"baris tidak sah atau berulang: {shown(line[:60])}")
        made[label] = value
    return made


# ----------------------------------------------------------------------------------------------------------------- DER

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID, ENUMERATED = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0A
UTC_TIME, GENERALIZED_TIME, SEQUENCE, SET = 0x17, 0x18, 0x30, 0x31


class Der:
    """One element of strict DER: definite lengths in their shortest form, nothing after the end."""

    __slots__ = ("body", "data", "depth", "end", "file", "start", "tag")

    def __init__(self, file: str, data: bytes, start: int, limit: int, depth: int) -> None:
        if depth > MOST_DER_DEPTH:
            raise Rejected(file, "struktur DER bersarang terlalu dalam")
        if limit - start < 2:
            raise Rejected(file, "struktur DER terpotong")
        self.file, self.data, self.start, self.depth = file, data, start, depth
        self.tag = data[start]
        if self.tag & 0x1F == 0x1F:
            raise Rejected(file, "jenis elemen DER yang tidak dikenal")
        length = data[start + 1]
        self.body = start + 2
        if length == 0x80:
            raise Rejected(file, "panjang tak tentu: bukan DER")
        if length > 0x80:
            octets = length - 0x80
            length = int.from_bytes(data[self.body : self.body + octets], "big")
            if octets > 4 or length < 0x80 or length >> (8 * (octets - 1)) == 0:
                raise Rejected(file, "panjang elemen tidak dalam bentuk DER")
            self.body += octets
        self.end = self.body + length
        if self.end > limit:
            raise Rejected(file, "struktur DER terpotong")

    @property
    def content(self) -> bytes:
        return self.data[self.body : self.end]

    @property
    def raw(self) -> bytes:
        return self.data[self.start : self.end]

    def children(self) -> list[Der]:
        if not self.tag & 0x20:
            raise Rejected(self.file, "struktur DER tidak seperti seharusnya")
        made = []
        at = self.body
        while at < self.end:
            child = Der(self.file, self.data, at, self.end, self.depth + 1)
            made.append(child)
            at = child.end
        return made

    def fields(self, tag: int = SEQUENCE) -> Fields:
        if self.tag != tag:
            raise Rejected(self.file, "struktur DER tidak seperti seharusnya")
        return Fields(self)

    def explicit(self) -> Der:
        """The only element inside an explicit tag."""
        children = self.children()
        if len(children) != 1:
            raise Rejected(self.file, "struktur DER tidak seperti seharusnya")
        return children[0]


class Fields:
    """The elements of a sequence, taken in order."""

    def __init__(self, of: Der) -> None:
        self.file = of.file
        self.rest = of.children()

    def take(self, *tags: int) -> Der:
        found = self.maybe(*tags)
        if found is None:
            raise Rejected(self.file, "struktur DER tidak seperti seharusnya")
        return found

    def maybe(self, *tags: int) -> Der | None:
        if self.rest and (not tags or self.rest[0].tag in tags):
            return self.rest.pop(0)
        return None

    def end(self) -> None:
        if self.rest:
            raise Rejected(self.file, "ada unsur berlebih dalam struktur DER")


def read_der(file: str, data: bytes) -> Der:
    """The element that is all of ``data``."""
    made = Der(file, data, 0, len(data), 0)
    if made.end != len(data):
        raise Rejected(file, "ada data sesudah akhir struktur DER")
    return made


def read_integer(node: Der) -> int:
    content = node.content
    if node.tag != INTEGER or not content:
        raise Rejected(node.file, "bilangan DER tidak sah")
    if len(content) > 1 and ((content[0] == 0 and content[1] < 0x80) or (content[0] == 0xFF and content[1] >= 0x80)):
        raise Rejected(node.file, "bilangan tidak dalam bentuk DER")
    return int.from_bytes(content, "big", signed=True)


def read_boolean(node: Der) -> bool:
    if node.content not in (b"\x00", b"\xff"):
        raise Rejected(node.file, "nilai benar-salah tidak dalam bentuk DER")
    return node.content == b"\xff"


def read_oid(node: Der) -> str:
    content = node.content
    if node.tag != OID or not content or content[-1] & 0x80 or len(content) > 64:
        raise Rejected(node.file, "pengenal objek DER tidak sah")
    values: list[int] = []
    value = 0
    fresh = True
    for octet in content:
        if fresh and octet == 0x80:
            raise Rejected(node.file, "pengenal objek tidak dalam bentuk DER")
        value = value << 7 | octet & 0x7F
        fresh = not octet & 0x80
        if fresh:
            values.append(value)
            value = 0
    first = min(values[0] // 40, 2)
    return ".".join(str(part) for part in (first, values[0] - 40 * first, *values[1:]))


def read_bits(node: Der) -> bytes:
    """A bit string of whole octets."""
    if node.tag != BIT_STRING or not node.content or node.content[0] != 0:
        raise Rejected(node.file, "deret bit DER tidak sah")
    return node.content[1:]


def read_octets(node: Der) -> bytes:
    if node.tag != OCTET_STRING:
        raise Rejected(node.file, "struktur DER tidak seperti seharusnya")
    return node.content


def read_time(node: Der) -> datetime:
    """UTCTime or GeneralizedTime, in UTC as DER wants it."""
    text = node.content.decode("ascii", "replace")
    found = re.fullmatch(r"([0-9]{2})([0-9]{10})()Z", text) if node.tag == UTC_TIME else None
    if found is not None:
        text = ("19" if int(found.group(1)) >= 50 else "20") + text
    found = re.fullmatch(r"([0-9]{14})(?:\.([0-9]{0,8}[1-9]))?Z", text)
    if node.tag not in (UTC_TIME, GENERALIZED_TIME) or found is None:
        raise Rejected(node.file, "waktu tidak dalam bentuk DER")
    try:
        made = datetime.strptime(found.group(1), "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)
    except ValueError:
        raise Rejected(node.file, "waktu yang tidak ada di kalender") from None
    return made.replace(microsecond=int(((found.group(2) or "") + "000000")[:6]))


# ------------------------------------------------------------------------------------------------- keys and signatures

DIGEST_NAMES = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
WEAK_DIGESTS = {"1.3.14.3.2.26": "SHA-1", "1.2.840.113549.2.5": "MD5", "2.16.840.1.101.3.4.2.4": "SHA-224"}
RSA, RSA_PSS, MGF1, EC_KEY = (
    "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.8", "1.2.840.10045.2.1",
)  # fmt: skip
RSA_WITH = {
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
}
ECDSA_WITH = {"1.2.840.10045.4.3.2": "sha256", "1.2.840.10045.4.3.3": "sha384", "1.2.840.10045.4.3.4": "sha512"}
WEAK_SIGNATURES = {
    "1.2.840.113549.1.1.4": "MD5",
    "1.2.840.113549.1.1.5": "SHA-1",
    "1.2.840.113549.1.1.14": "SHA-224",
    "1.2.840.10045.4.1": "SHA-1",
    "1.2.840.10045.4.3.1": "SHA-224",
}
DIGEST_PREFIX = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}
"""DER of DigestInfo before the digest (RFC 8017, 9.2, note 1)."""


@dataclass(frozen=True)
class Curve:
    """A curve y^2 = x^3 - 3x + b over a prime field (FIPS 186-5 and SP 800-186)."""

    name: str
    p: int
    b: int
    order: int
    gx: int
    gy: int


CURVES = {
    "1.2.840.10045.3.1.7": Curve(
        "P-256",
        0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
        0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
    "1.3.132.0.34": Curve(
        "P-384",
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFF,
        0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
        0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
    ),
}


@dataclass(frozen=True)
class RsaKey:
    n: int
    e: int


@dataclass(frozen=True)
class EcKey:
    curve: Curve
    x: int
    y: int


@dataclass(frozen=True)
class Algorithm:
    """An AlgorithmIdentifier."""

    oid: str
    parameters: Der | None
    raw: bytes


def read_algorithm(node: Der) -> Algorithm:
    fields = node.fields()
    oid = read_oid(fields.take(OID))
    parameters = fields.maybe()
    fields.end()
    return Algorithm(oid, parameters, node.raw)


def require_no_parameters(file: str, algorithm: Algorithm) -> None:
    if algorithm.parameters is not None and (algorithm.parameters.tag, algorithm.parameters.content) != (NULL, b""):
        raise Rejected(file, "parameter algoritma yang tidak dikenal")


def read_digest_name(node: Der) -> str:
    """ "sha256", "sha384" or "sha512"; raises Rejected for weaker ones."""
    algorithm = read_algorithm(node)
    if algorithm.oid in WEAK_DIGESTS:
        raise Rejected(node.file, f"algoritma digest lemah: {WEAK_DIGESTS[algorithm.oid]}")
    if algorithm.oid not in DIGEST_NAMES:
        raise Rejected(node.file, f"algoritma digest tidak dikenal: {algorithm.oid}")
    require_no_parameters(node.file, algorithm)
    return DIGEST_NAMES[algorithm.oid]


def read_key(node: Der) -> Any:
    """RsaKey or EcKey from a SubjectPublicKeyInfo."""
    file = node.file
    fields = node.fields()
    algorithm = read_algorithm(fields.take(SEQUENCE))
    bits = read_bits(fields.take(BIT_STRING))
    fields.end()
    if algorithm.oid == RSA:
        require_no_parameters(file, algorithm)
        numbers = read_der(file, bits).fields()
        key = RsaKey(read_integer(numbers.take(INTEGER)), read_integer(numbers.take(INTEGER)))
        numbers.end()
        if key.n <= 0 or key.n % 2 == 0 or not LEAST_RSA_BITS <= key.n.bit_length() <= MOST_RSA_BITS:
            raise Rejected(file, f"kunci RSA {max(key.n, 0).bit_length()} bit tidak diterima")
        if not LEAST_RSA_EXPONENT <= key.e < 1 << 64 or key.e % 2 == 0:
            raise Rejected(file, f"eksponen RSA {key.e} tidak diterima")
        return key
    if algorithm.oid == EC_KEY and algorithm.parameters is not None and algorithm.parameters.tag == OID:
        curve = CURVES.get(read_oid(algorithm.parameters))
        if curve is None:
            raise Rejected(file, "kurva kunci tidak diterima")
        length = (curve.p.bit_length() + 7) // 8
        if len(bits) != 1 + 2 * length or bits[0] != 4:
            raise Rejected(file, "titik kunci ECDSA tidak sah")
        x, y = int.from_bytes(bits[1 : 1 + length], "big"), int.from_bytes(bits[1 + length :], "big")
        if x >= curve.p or y >= curve.p or (y * y - (x * x * x - 3 * x + curve.b)) % curve.p:
            raise Rejected(file, "titik kunci tidak terletak pada kurvanya")
        return EcKey(curve, x, y)
    raise Rejected(file, f"jenis kunci tidak diterima: {algorithm.oid}")


def signature_holds(
    file: str, key: Any, algorithm: Algorithm, message: bytes, signature: bytes, digest: str | None = None
) -> bool:
    """Whether the signature is of the message by the key; ``digest`` is the one that plain rsaEncryption goes with.

    Raises Rejected for an algorithm that is weak, unknown, or not the key's.
    """
    if algorithm.oid in WEAK_SIGNATURES:
        raise Rejected(file, f"tanda tangan dengan digest lemah: {WEAK_SIGNATURES[algorithm.oid]}")
    if isinstance(key, RsaKey) and (algorithm.oid in RSA_WITH or (algorithm.oid == RSA and digest is not None)):
        require_no_parameters(file, algorithm)
        return rsa_pkcs1_holds(key, RSA_WITH.get(algorithm.oid) or str(digest), message, signature)
    if isinstance(key, RsaKey) and algorithm.oid == RSA_PSS:
        name, salt = read_pss(file, algorithm)
        return rsa_pss_holds(key, name, salt, message, signature)
    if isinstance(key, EcKey) and algorithm.oid in ECDSA_WITH:
        if algorithm.parameters is not None:
            raise Rejected(file, "parameter algoritma yang tidak dikenal")
        return ecdsa_holds(file, key, ECDSA_WITH[algorithm.oid], message, signature)
    raise Rejected(file, f"algoritma tanda tangan tidak diterima: {algorithm.oid}")


def rsa_pkcs1_holds(key: RsaKey, digest: str, message: bytes, signature: bytes) -> bool:
    """RSASSA-PKCS1-v1_5 (RFC 8017, 8.2.2): the whole padded block is made anew and compared, so none can be forged."""
    length = (key.n.bit_length() + 7) // 8
    number = int.from_bytes(signature, "big")
    info = DIGEST_PREFIX[digest] + hashlib.new(digest, message).digest()
    if len(signature) != length or number >= key.n or length < len(info) + 11:
        return False
    wanted = b"\x00\x01" + b"\xff" * (length - len(info) - 3) + b"\x00" + info
    return hmac.compare_digest(pow(number, key.e, key.n).to_bytes(length, "big"), wanted)


def read_pss(file: str, algorithm: Algorithm) -> tuple[str, int]:
    """Digest and salt length; both digests must be the same, and named (the defaults are SHA-1)."""
    if algorithm.parameters is None:
        raise Rejected(file, "RSA-PSS dengan SHA-1")
    fields = algorithm.parameters.fields()
    digest, mask, salt, trailer = (fields.maybe(0xA0 + n) for n in range(4))
    fields.end()
    if digest is None or mask is None:
        raise Rejected(file, "RSA-PSS dengan SHA-1")
    name = read_digest_name(digest.explicit())
    masked = read_algorithm(mask.explicit())
    if masked.oid != MGF1 or masked.parameters is None or read_digest_name(masked.parameters) != name:
        raise Rejected(file, "RSA-PSS dengan dua digest yang berbeda")
    if trailer is not None and read_integer(trailer.explicit()) != 1:
        raise Rejected(file, "parameter RSA-PSS tidak sah")
    return name, 20 if salt is None else read_integer(salt.explicit())


def rsa_pss_holds(key: RsaKey, digest: str, salt_length: int, message: bytes, signature: bytes) -> bool:
    """RSASSA-PSS (RFC 8017, 8.1.2 and 9.1.2)."""
    bits = key.n.bit_length() - 1
    length = (bits + 7) // 8
    number = int.from_bytes(signature, "big")
    size = hashlib.new(digest).digest_size
    if len(signature) != (key.n.bit_length() + 7) // 8 or number >= key.n or not 0 <= salt_length <= length - size - 2:
        return False
    value = pow(number, key.e, key.n)
    if value.bit_length() > bits:
        return False
    block = value.to_bytes(length, "big")
    masked, found = block[: length - size - 1], block[length - size - 1 : -1]
    mask = b"".join(hashlib.new(digest, found + n.to_bytes(4, "big")).digest() for n in range(len(masked) // size + 1))[
        : len(masked)
    ]
    data = int.from_bytes(masked, "big") ^ int.from_bytes(mask, "big")
    plain = (data & ((1 << (bits - 8 * (length - len(masked)))) - 1)).to_bytes(len(masked), "big")
    if block[-1] != 0xBC or masked[0] >> (8 - (8 * length - bits)):
        return False
    padding, salt = plain[: len(plain) - salt_length], plain[len(plain) - salt_length :]
    if padding != b"\x00" * (len(padding) - 1) + b"\x01":
        return False
    wanted = hashlib.new(digest, b"\x00" * 8 + hashlib.new(digest, message).digest() + salt).digest()
    return hmac.compare_digest(found, wanted)


@lru_cache(maxsize=1024)
def ecdsa_holds(file: str, key: EcKey, digest: str, message: bytes, signature: bytes) -> bool:
    """ECDSA (FIPS 186-5, 6.4.2). Kept in mind, since a chain is followed towards several anchors."""
    fields = read_der(file, signature).fields()
    r, s = read_integer(fields.take(INTEGER)), read_integer(fields.take(INTEGER))
    fields.end()
    order = key.curve.order
    if not (0 < r < order and 0 < s < order):
        return False
    hashed = hashlib.new(digest, message).digest()
    e = int.from_bytes(hashed, "big") >> max(0, 8 * len(hashed) - order.bit_length())
    inverse = pow(s, order - 2, order)
    found = add_multiples(key, e * inverse % order, r * inverse % order)
    return found is not None and found % order == r


def add_multiples(key: EcKey, u: int, v: int) -> int | None:
    """x of u*G + v*Q by Shamir's trick in Jacobian coordinates; None for the point at infinity."""
    p = key.curve.p
    g, q = (key.curve.gx, key.curve.gy, 1), (key.x, key.y, 1)
    both = add_points(g, q, p)
    total = (0, 1, 0)
    for bit in range(max(u.bit_length(), v.bit_length()) - 1, -1, -1):
        total = double_point(total, p)
        chosen = (u >> bit & 1) + 2 * (v >> bit & 1)
        if chosen:
            total = add_points(total, (g, q, both)[chosen - 1], p)
    if total[2] == 0:
        return None
    inverse = pow(total[2], p - 2, p)
    return total[0] * inverse * inverse % p


def double_point(point: tuple[int, int, int], p: int) -> tuple[int, int, int]:
    x, y, z = point
    if z == 0 or y == 0:
        return (0, 1, 0)
    square = y * y % p
    s = 4 * x * square % p
    m = 3 * (x - z * z) * (x + z * z) % p
    x_new = (m * m - 2 * s) % p
    return x_new, (m * (s - x_new) - 8 * square * square) % p, 2 * y * z % p


def add_points(one: tuple[int, int, int], two: tuple[int, int, int], p: int) -> tuple[int, int, int]:
    if one[2] == 0:
        return two
    if two[2] == 0:
        return one
    z1, z2 = one[2] * one[2] % p, two[2] * two[2] % p
    u1, u2 = one[0] * z2 % p, two[0] * z1 % p
    s1, s2 = one[1] * two[2] * z2 % p, two[1] * one[2] * z1 % p
    if u1 == u2:
        return double_point(one, p) if s1 == s2 else (0, 1, 0)
    h, r = (u2 - u1) % p, (s2 - s1) % p
    h2 = h * h % p
    h3, v = h * h2 % p, u1 * h2 % p
    x = (r * r - h3 - 2 * v) % p
    return x, (r * (v - x) - s1 * h3) % p, h * one[2] * two[2] % p


# -------------------------------------------------------------------------------------------------------- certificates

BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_USAGE, KEY_ID = "2.5.29.19", "2.5.29.15", "2.5.29.37", "2.5.29.14"
KNOWN_CRITICAL = {BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_USAGE, "2.5.29.32", "2.5.29.17"}
"""Critical extensions that may be there: those read here, policies and alternative names, which change nothing here."""

TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
USAGE_SIGNATURE, USAGE_COMMITMENT, USAGE_CERTIFICATES = 0, 1, 5
COMMON_NAME, UNIT = "2.5.4.3", "2.5.4.11"


@dataclass(frozen=True)
class Certificate:
    raw: bytes
    sha256: str
    serial: int
    issuer: bytes
    subject: bytes
    name: str
    """Common name as people read it."""
    trial: bool
    """The subject has the unit of test keys."""
    starts: datetime
    ends: datetime
    key: Any
    signed: bytes
    algorithm: Algorithm
    signature: bytes
    authority: bool
    path_length: int | None
    usage: set[int] | None
    extended: set[str] | None
    extended_critical: bool
    key_id: bytes | None


def read_certificate(file: str, data: bytes) -> Certificate:
    outer = read_der(file, data).fields()
    body = outer.take(SEQUENCE)
    algorithm = read_algorithm(outer.take(SEQUENCE))
    signature = read_bits(outer.take(BIT_STRING))
    outer.end()
    fields = body.fields()
    version = fields.take(0xA0)
    if read_integer(version.explicit()) != 2:
        raise Rejected(file, "sertifikat bukan X.509 versi 3")
    serial = read_integer(fields.take(INTEGER))
    if read_algorithm(fields.take(SEQUENCE)).raw != algorithm.raw:
        raise Rejected(file, "sertifikat menyebut dua algoritma tanda tangan")
    issuer = fields.take(SEQUENCE)
    validity = fields.take(SEQUENCE).fields()
    starts, ends = read_time(validity.take(UTC_TIME, GENERALIZED_TIME)), read_time(validity.take())
    validity.end()
    subject = fields.take(SEQUENCE)
    key = read_key(fields.take(SEQUENCE))
    fields.maybe(0x81)
    fields.maybe(0x82)
    extensions = fields.maybe(0xA3)
    fields.end()
    found = read_extensions(extensions.explicit()) if extensions is not None else {}
    authority, path_length = read_constraints(found)
    names = read_names(subject)
    return Certificate(
        raw=data,
        sha256=hashlib.sha256(data).hexdigest(),
        serial=serial,
        issuer=issuer.raw,
        subject=subject.raw,
        name=next((value for oid, value in names if oid == COMMON_NAME), "tanpa nama"),
        trial=(UNIT, TRIAL_UNIT) in names,
        starts=starts,
        ends=ends,
        key=key,
        signed=body.raw,
        algorithm=algorithm,
        signature=signature,
        authority=authority,
        path_length=path_length,
        usage=read_usage(found),
        extended={read_oid(node) for node in found[EXTENDED_USAGE][1].children()} if EXTENDED_USAGE in found else None,
        extended_critical=EXTENDED_USAGE in found and found[EXTENDED_USAGE][0],
        key_id=read_octets(found[KEY_ID][1]) if KEY_ID in found else None,
    )


def read_extensions(node: Der) -> dict[str, tuple[bool, Der]]:
    """Whether critical, and the value, by identifier; only those read here are parsed further."""
    made: dict[str, tuple[bool, Der]] = {}
    for extension in node.children():
        fields = extension.fields()
        oid = read_oid(fields.take(OID))
        flag = fields.maybe(BOOLEAN)
        critical = flag is not None and read_boolean(flag)
        value = read_octets(fields.take(OCTET_STRING))
        fields.end()
        if oid in made:
            raise Rejected(node.file, "sertifikat memuat ekstensi yang sama dua kali")
        if critical and oid not in KNOWN_CRITICAL:
            raise Rejected(node.file, f"sertifikat memuat syarat yang tidak dikenal: {oid}")
        made[oid] = (critical, read_der(node.file, value))
    return made


def read_constraints(found: dict[str, tuple[bool, Der]]) -> tuple[bool, int | None]:
    if BASIC_CONSTRAINTS not in found:
        return False, None
    fields = found[BASIC_CONSTRAINTS][1].fields()
    flag = fields.maybe(BOOLEAN)
    length = fields.maybe(INTEGER)
    fields.end()
    return flag is not None and read_boolean(flag), None if length is None else read_integer(length)


def read_usage(found: dict[str, tuple[bool, Der]]) -> set[int] | None:
    if KEY_USAGE not in found:
        return None
    node = found[KEY_USAGE][1]
    if node.tag != BIT_STRING or len(node.content) < 2:
        raise Rejected(node.file, "penggunaan kunci tidak sah")
    bits = node.content[1:]
    return {n for n in range(8 * len(bits)) if bits[n // 8] >> (7 - n % 8) & 1}


def read_names(node: Der) -> list[tuple[str, str]]:
    encodings = {0x0C: "utf-8", 0x13: "ascii", 0x16: "ascii", 0x14: "latin-1", 0x1E: "utf-16-be"}
    made = []
    for relative in node.children():
        for pair in relative.children():
            fields = pair.fields()
            oid, value = read_oid(fields.take(OID)), fields.take()
            fields.end()
            made.append((oid, value.content.decode(encodings.get(value.tag, "latin-1"), "replace")))
    return made


def issued(above: Certificate, below: Certificate, file: str) -> bool:
    """Whether ``above`` is an authority whose key signed ``below``."""
    if above.subject != below.issuer or not above.authority:
        return False
    if above.usage is not None and USAGE_CERTIFICATES not in above.usage:
        return False
    return signature_holds(file, above.key, below.algorithm, below.signed, below.signature)


def build_chain(
    file: str, signer: Certificate, pool: Sequence[Certificate], anchor: str, at: datetime | None
) -> list[Certificate]:
    """Certificates from the signer to the one whose fingerprint is ``anchor``; each signed by the next, valid ``at``.

    Raises Rejected where no such chain can be made from the certificates at hand.
    """
    chain = find_chain(file, [signer], pool, anchor)
    if chain is None:
        raise Rejected(file, f"ditandatangani {shown(signer.name)}, yang tidak berantai ke sertifikat {anchor[:16]}...")
    for depth, certificate in enumerate(chain):
        if depth and certificate.path_length is not None and depth - 1 > certificate.path_length:
            raise Rejected(file, f"rantai sertifikat lebih panjang dari yang diizinkan {shown(certificate.name)}")
        if at is not None and not certificate.starts <= at <= certificate.ends:
            raise Rejected(
                file,
                f"sertifikat {shown(certificate.name)} tidak berlaku pada {written(at)} "
                f"(berlaku {written(certificate.starts)} sampai {written(certificate.ends)})",
            )
    return chain


def find_chain(
    file: str, chain: list[Certificate], pool: Sequence[Certificate], anchor: str
) -> list[Certificate] | None:
    if chain[-1].sha256 == anchor:
        return chain
    if len(chain) >= MOST_CHAIN:
        return None
    for above in pool:
        if all(above.sha256 != one.sha256 for one in chain) and issued(above, chain[-1], file):
            found = find_chain(file, [*chain, above], pool, anchor)
            if found is not None:
                return found
    return None


def require_all_used(file: str, signer: Certificate, carried: Sequence[Certificate], anchor: str) -> None:
    """Raise Rejected where something could be changed in a carried certificate and nobody would see it.

    Each must be the signer or the issuer of one that is used, and must be the anchor itself or be signed by one that
    is carried too: the topmost by its own key. An authority whose tokens carry a cross-signed certificate on top is
    known by the fingerprint of that one.
    """
    used = [signer]
    rest = [certificate for certificate in carried if certificate.sha256 != signer.sha256]
    while rest:
        found = next((one for one in rest if any(issued(one, below, file) for below in used)), None)
        if found is None:
            raise Rejected(file, f"membawa sertifikat yang tidak dipakai: {shown(rest[0].name)}")
        used.append(found)
        rest.remove(found)
    for certificate in used:
        if certificate.sha256 != anchor and not any(issued(above, certificate, file) for above in carried):
            raise Rejected(file, f"sertifikat {shown(certificate.name)} tidak dijamin oleh yang lain di dalamnya")


def written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")


# ----------------------------------------------------------------------------------------------------------------- CMS

SIGNED_DATA, PLAIN_DATA, TOKEN_DATA = "1.2.840.113549.1.7.2", "1.2.840.113549.1.7.1", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.5"
SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"


@dataclass(frozen=True)
class Cms:
    """A CMS SignedData with one signer."""

    file: str
    content_type: str
    content: bytes | None
    certificates: tuple[Certificate, ...]
    signer: Certificate
    digest: str
    attributes: dict[str, Der]
    signed: bytes
    algorithm: Algorithm
    signature: bytes

    @property
    def signing_time(self) -> datetime | None:
        """What the signer's own clock said: proves nothing."""
        return read_time(self.attributes[SIGNING_TIME]) if SIGNING_TIME in self.attributes else None


def read_cms(file: str, data: bytes, *, exact: bool, inside: Der | None = None) -> Cms:
    """A signature with its certificates; ``exact`` refuses everything that no signature covers and no check reads."""
    outer = (inside or read_der(file, data)).fields()
    if read_oid(outer.take(OID)) != SIGNED_DATA:
        raise Rejected(file, "bukan tanda tangan CMS")
    fields = outer.take(0xA0).explicit().fields()
    outer.end()
    version = read_integer(fields.take(INTEGER))
    digests = fields.take(SET).children()
    wrapped = fields.take(SEQUENCE).fields()
    content_type = read_oid(wrapped.take(OID))
    content_node = wrapped.maybe(0xA0)
    wrapped.end()
    content = None if content_node is None else read_octets(content_node.explicit())
    certificate_set = fields.maybe(0xA0)
    carried = [] if certificate_set is None else certificate_set.children()
    if len(carried) > MOST_CERTIFICATES:
        raise Rejected(file, "membawa terlalu banyak sertifikat")
    certificates = tuple(read_certificate(file, node.raw) for node in carried if exact or node.tag == SEQUENCE)
    revocations = fields.maybe(0xA1)
    signers = fields.take(SET).children()
    fields.end()
    if len(signers) != 1:
        raise Rejected(file, "harus ada tepat satu penanda tangan")
    one = signers[0].fields()
    signer_version = read_integer(one.take(INTEGER))
    who = one.take(SEQUENCE, 0x80)
    digest_node = one.take(SEQUENCE)
    signed_node = one.take(0xA0)
    algorithm = read_algorithm(one.take(SEQUENCE))
    signature = read_octets(one.take(OCTET_STRING))
    unsigned = one.maybe(0xA1)
    one.end()
    if exact:
        plain = content_type == PLAIN_DATA and who.tag == SEQUENCE
        if version != (1 if plain else 3) or [node.raw for node in digests] != [digest_node.raw]:
            raise Rejected(file, "struktur CMS tidak dalam bentuk bakunya")
        if unsigned is not None or revocations is not None:
            raise Rejected(file, "membawa keterangan yang tidak ikut ditandatangani")
    if signer_version != (1 if who.tag == SEQUENCE else 3):
        raise Rejected(file, "struktur CMS tidak dalam bentuk bakunya")
    return Cms(
        file=file,
        content_type=content_type,
        content=content,
        certificates=certificates,
        signer=find_signer(file, who, certificates),
        digest=read_digest_name(digest_node),
        attributes=read_attributes(signed_node),
        signed=b"\x31" + signed_node.raw[1:],
        algorithm=algorithm,
        signature=signature,
    )


def find_signer(file: str, who: Der, certificates: Sequence[Certificate]) -> Certificate:
    if who.tag == SEQUENCE:
        fields = who.fields()
        issuer, serial = fields.take(SEQUENCE).raw, read_integer(fields.take(INTEGER))
        fields.end()
        found = [one for one in certificates if (one.issuer, one.serial) == (issuer, serial)]
    else:
        found = [one for one in certificates if one.key_id == who.content]
    if len(found) != 1:
        raise Rejected(file, "sertifikat penanda tangan tidak ada di dalamnya")
    return found[0]


def read_attributes(node: Der) -> dict[str, Der]:
    made: dict[str, Der] = {}
    for attribute in node.children():
        fields = attribute.fields()
        oid = read_oid(fields.take(OID))
        values = fields.take(SET).children()
        fields.end()
        if oid in made or len(values) != 1:
            raise Rejected(node.file, "atribut tanda tangan berulang")
        made[oid] = values[0]
    return made


def check_signature(cms: Cms, content_type: str, content_digest: Callable[[str], bytes]) -> None:
    """Raise Rejected unless the signer's key signed this content; ``content_digest`` gives its digest by algorithm."""
    file = cms.file
    if CONTENT_TYPE not in cms.attributes or MESSAGE_DIGEST not in cms.attributes:
        raise Rejected(file, "atribut tanda tangan tidak lengkap")
    if cms.content_type != content_type or read_oid(cms.attributes[CONTENT_TYPE]) != content_type:
        raise Rejected(file, "jenis isi yang ditandatangani bukan yang seharusnya")
    if not hmac.compare_digest(read_octets(cms.attributes[MESSAGE_DIGEST]), content_digest(cms.digest)):
        raise Rejected(file, "tanda tangan ini atas isi yang lain")
    check_named_certificate(cms)
    usage = cms.signer.usage
    if usage is not None and not usage & {USAGE_SIGNATURE, USAGE_COMMITMENT}:
        raise Rejected(file, f"kunci {shown(cms.signer.name)} bukan untuk tanda tangan")
    if not signature_holds(file, cms.signer.key, cms.algorithm, cms.signed, cms.signature, cms.digest):
        raise Rejected(file, f"tanda tangan {shown(cms.signer.name)} tidak sah")


def check_named_certificate(cms: Cms) -> None:
    """Where the signed attributes name the signer's certificate (RFC 5035), it must be the one at hand."""
    for oid in (SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_2):
        if oid not in cms.attributes:
            continue
        named = cms.attributes[oid].fields().take(SEQUENCE).children()
        if not named:
            raise Rejected(cms.file, "atribut sertifikat penanda tangan kosong")
        fields = named[0].fields()
        algorithm = fields.maybe(SEQUENCE) if oid == SIGNING_CERTIFICATE_2 else None
        name = "sha1" if oid == SIGNING_CERTIFICATE else "sha256" if algorithm is None else read_digest_name(algorithm)
        if read_octets(fields.take(OCTET_STRING)) != hashlib.new(name, cms.signer.raw).digest():
            raise Rejected(cms.file, "tanda tangan menyebut sertifikat yang lain")


# --------------------------------------------------------------------------------------------------------- time stamps


@dataclass(frozen=True)
class Token:
    """A time stamp whose signature holds; its authority is not judged yet."""

    cms: Cms
    time: datetime


def read_token(file: str, data: bytes, stamped_digest: Callable[[str], bytes], *, exact: bool) -> Token:
    """The token of an RFC 3161 answer, where it is a good one over the stamped file; raises Rejected."""
    answer = read_der(file, data).fields()
    status = answer.take(SEQUENCE).fields()
    if read_integer(status.take(INTEGER)) != 0:
        raise Rejected(file, "otoritas waktu tidak memberi cap waktu")
    if exact:
        status.end()
    inside = answer.maybe(SEQUENCE)
    answer.end()
    if inside is None:
        raise Rejected(file, "jawaban otoritas waktu tanpa cap waktu")
    cms = read_cms(file, data, exact=exact, inside=inside)
    if cms.content is None:
        raise Rejected(file, "cap waktu tanpa isi")
    content = cms.content
    check_signature(cms, TOKEN_DATA, lambda name: hashlib.new(name, content).digest())
    if SIGNING_CERTIFICATE not in cms.attributes and SIGNING_CERTIFICATE_2 not in cms.attributes:
        raise Rejected(file, "cap waktu tidak menyebut sertifikat penandatangannya")
    fields = read_der(file, content).fields()
    if read_integer(fields.take(INTEGER)) != 1:
        raise Rejected(file, "versi cap waktu tidak dikenal")
    fields.take(OID)
    imprint = fields.take(SEQUENCE).fields()
    algorithm = read_digest_name(imprint.take(SEQUENCE))
    stamped = read_octets(imprint.take(OCTET_STRING))
    imprint.end()
    fields.take(INTEGER)
    moment = fields.take(GENERALIZED_TIME)
    if not hmac.compare_digest(stamped, stamped_digest(algorithm)):
        raise Rejected(file, "cap waktu ini atas berkas yang lain")
    signer = cms.signer
    if signer.extended != {TIME_STAMPING} or not signer.extended_critical:
        raise Rejected(file, f"sertifikat {shown(signer.name)} bukan untuk cap waktu")
    return Token(cms, read_time(moment))


# ----------------------------------------------------------------------------------------------- what the package holds


@dataclass(frozen=True)
class Anchor:
    """A certificate that segel.json names, and what was signed towards it."""

    file: str
    name: str
    sha256: str


@dataclass(frozen=True)
class Sealing:
    """What segel.json says there must be."""

    sample: bool
    seal: Anchor | None
    timestamps: tuple[Anchor, ...]
    signers: tuple[Anchor, ...]


def read_sealing(package: Package, report: Report) -> Sealing:
    """segel.json; raises Rejected where it is not as format 1 wants it or other files lie in segel/."""
    path = "segel.json"
    value = read_object(path, package.read(path, MOST_SEAL_BYTES))
    if set(value) != {"format", "sample", "seal", "timestamps", "report_signers"} or value["format"] != FORMAT:
        raise Rejected(path, "isi tidak sesuai susunan format 1")
    if type(value["sample"]) is not bool or not all(
        type(value[key]) is list for key in ("timestamps", "report_signers")
    ):
        raise Rejected(path, "isi tidak sesuai susunan format 1")
    seal = None if value["seal"] is None else read_anchor(path, value["seal"], "file", None)
    timestamps = tuple(read_anchor(path, one, "file", "authority") for one in value["timestamps"])
    signers = tuple(read_anchor(path, one, None, "name") for one in value["report_signers"])
    declared = [anchor.file for anchor in ((seal,) if seal else ()) + timestamps]
    present = {name for name in package.sizes if name.startswith("segel/")}
    if len(set(declared)) != len(declared):
        raise Rejected(path, "berkas segel yang sama disebut dua kali")
    for name in sorted(present - set(declared)):
        report.reject("segel.json", name, "berkas ini tidak disebut di segel.json")
    for name in sorted(set(declared) - present):
        report.reject("segel.json", name, "disebut di segel.json, tetapi berkasnya tidak ada")
    return Sealing(value["sample"], seal, timestamps, signers)


def read_anchor(path: str, value: Any, file: str | None, name: str | None) -> Anchor:
    fields: dict[str, type] = {key: str for key in (file, name, "certificate_sha256") if key}
    value = require_fields(path, value, fields)
    fingerprint = value["certificate_sha256"]
    if not HEX_64.fullmatch(fingerprint):
        raise Rejected(path, "sidik sertifikat harus 64 angka heksadesimal")
    return Anchor(value[file] if file else "", value[name] if name else "", fingerprint)


def check_case(package: Package, sealing: Sealing, report: Report) -> bytes:
    """Compare the case's number and mark in all places; returns the salt of its custody chain."""
    path = "data/kasus.json"
    value = read_object(path, package.read(path, MOST_SEAL_BYTES))
    number, salt = value.get("id"), value.get("chain_salt")
    if value.get("format") != FORMAT or not isinstance(number, str) or not CASE.fullmatch(number):
        raise Rejected(path, "isi tidak sesuai susunan format 1")
    if not isinstance(salt, str) or not re.fullmatch(r"(?:[0-9a-f]{2}){8,64}", salt):
        raise Rejected(path, "chain_salt tidak sah")
    report.case = number
    if isinstance(package, ZipPackage) and package.top != number:
        raise Rejected(path, f"nomor kasus {number} tidak sama dengan folder teratas {shown(package.top)}")
    if value.get("sample") is not sealing.sample:
        raise Rejected(path, "tanda data contoh tidak sama dengan segel.json")
    report.ok("kasus.json", f"kasus {number}" + (", DATA CONTOH" if sealing.sample else ""))
    return bytes.fromhex(salt)


def check_mark(file: str, certificate: Certificate, sample: bool, *, both: bool) -> None:
    """Real data never goes with a test key; with ``both``, invented data only with one."""
    if certificate.trial and not sample:
        raise Rejected(file, f"{shown(certificate.name)} adalah kunci uji, padahal paket ini bukan data contoh")
    if both and sample and not certificate.trial:
        raise Rejected(file, f"paket ini data contoh, padahal {shown(certificate.name)} bukan kunci uji")


def check_timestamps(package: Package, sealing: Sealing, report: Report, trust: Trust) -> None:
    """Every token over the tag manifest, each up to the anchor that segel.json names and to one given from outside."""
    content = package.read(TAGMANIFEST)
    for anchor in sealing.timestamps:
        name = f"cap waktu {shown(anchor.name)}"
        if anchor.file not in package.sizes:
            continue
        try:
            if anchor.file != f"segel/{TAGMANIFEST}.{anchor.name}.tsr":
                raise Rejected(anchor.file, "nama berkas tidak sesuai otoritasnya")
            data = package.read(anchor.file, MOST_SEAL_BYTES)
            token = read_token(anchor.file, data, lambda kind: hashlib.new(kind, content).digest(), exact=True)
            require_all_used(anchor.file, token.cms.signer, token.cms.certificates, anchor.sha256)
            pool = token.cms.certificates
            build_chain(anchor.file, token.cms.signer, pool, anchor.sha256, token.time)
            check_mark(anchor.file, token.cms.signer, sealing.sample, both=False)
            pinned = check_given(anchor.file, token.cms.signer, pool, trust.times, token.time)
        except Rejected as fault:
            report.reject(name, fault.file, fault.reason)
            continue
        report.times.append((anchor.name, token.time))
        text = f"paket ini sudah ada pada {written(token.time)} menurut {shown(token.cms.signer.name)}"
        (report.ok if pinned else report.unchecked)(
            name, text + ("" if pinned else "; sidik otoritasnya belum diberikan (--waktu)"), anchor.file
        )
    if not sealing.timestamps:
        if trust.times:
            report.reject("cap waktu", "segel.json", "paket ini tidak bercap waktu, padahal --waktu diberikan")
        else:
            report.unchecked("cap waktu", "paket ini tidak bercap waktu: tidak ada waktu yang terbukti")


def check_given(
    file: str, signer: Certificate, pool: Sequence[Certificate], given: Sequence[str], at: datetime | None
) -> bool:
    """Whether a fingerprint was given at all; raises Rejected where the signer leads to none of those given."""
    if not given:
        return False
    for fingerprint in given:
        if find_chain(file, [signer], pool, fingerprint) is not None:
            build_chain(file, signer, pool, fingerprint, at)
            return True
    raise Rejected(file, f"ditandatangani {shown(signer.name)}, yang tidak sesuai sidik yang diberikan")


def check_seal(package: Package, sealing: Sealing, report: Report, trust: Trust) -> None:
    """The institution's signature over the tag manifest, judged at the earliest time that a token proves."""
    anchor = sealing.seal
    if anchor is None:
        if trust.seal is not None:
            report.reject("segel lembaga", "segel.json", "paket ini tidak bersegel, padahal --segel diberikan")
        else:
            report.unchecked("segel lembaga", "paket ini tidak bersegel: siapa pun dapat membuatnya")
        return
    if anchor.file not in package.sizes:
        return
    if anchor.file != f"segel/{TAGMANIFEST}.p7s":
        raise Rejected("segel.json", "nama berkas segel tidak sesuai susunan format 1")
    content = package.read(TAGMANIFEST)
    cms = read_cms(anchor.file, package.read(anchor.file, MOST_SEAL_BYTES), exact=True)
    if cms.content is not None:
        raise Rejected(anchor.file, "segel harus terpisah dari isinya")
    check_signature(cms, PLAIN_DATA, lambda name: hashlib.new(name, content).digest())
    require_all_used(anchor.file, cms.signer, cms.certificates, anchor.sha256)
    at = proven_time(report) or cms.signing_time
    pool = cms.certificates
    build_chain(anchor.file, cms.signer, pool, anchor.sha256, at)
    check_mark(anchor.file, cms.signer, sealing.sample, both=True)
    pinned = check_given(anchor.file, cms.signer, pool, (trust.seal,) if trust.seal else (), at)
    report.sealed_by = cms.signer.name
    text = f"sah, oleh {shown(cms.signer.name)}"
    (report.ok if pinned else report.unchecked)(
        "segel lembaga", text + ("" if pinned else "; sidiknya belum diberikan (--segel)"), anchor.file
    )


def proven_time(report: Report) -> datetime | None:
    return min((time for _, time in report.times), default=None)


# ------------------------------------------------------------------------------------------------------ custody, heads

ACTS = {
    "opened", "collected", "secured", "captured", "viewed", "scored", "decided", "answered", "built", "exported",
    "redacted", "transferred", "verified", "held", "released", "closed", "reopened", "noted",
}  # fmt: skip
MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"
EARLIEST = datetime(1, 1, 1, tzinfo=timezone.utc)
ENTRY_FIELDS = {
    "act": str, "actor": str, "at": str, "detail": dict, "n": int, "object": str, "previous": str, "role": str,
}  # fmt: skip


@dataclass(frozen=True)
class Head:
    """Where the chain stood when a day's heads were stamped."""

    path: str
    n: int
    hash: str


def check_heads(package: Package, salt: bytes, sealing: Sealing, report: Report, trust: Trust) -> list[Head]:
    """This case's line in every daily file, whose tokens must hold; the chain itself is compared by check_custody."""
    heads: list[Head] = []
    chain_id = hashlib.sha256(salt + str(report.case).encode()).hexdigest()
    days = sorted(path for path in package.sizes if re.fullmatch(r"data/kepala/[0-9-]{10}\.txt", path))
    stamps = [path for path in package.sizes if path.startswith("data/kepala/") and path.endswith(".tsr")]
    for path in sorted(stamps):
        if path[: len("data/kepala/2026-01-01.txt")] not in days:
            report.reject("kepala harian", path, "cap waktu tanpa berkas kepalanya")
    for path in days:
        try:
            heads.append(read_head(package, path, chain_id))
            tokens = sorted(stamp for stamp in stamps if stamp.startswith(path + "."))
            if not tokens:
                raise Rejected(path, "kepala harian tanpa cap waktu")
            for stamp in tokens:
                check_head_token(package, path, stamp, sealing, report, trust)
        except Rejected as fault:
            report.reject("kepala harian", fault.file, fault.reason)
    if not days:
        report.note("kepala harian", "belum ada: kasus ini lebih muda dari satu hari, atau kepalanya belum dicap")
    return heads


def read_head(package: Package, path: str, chain_id: str) -> Head:
    found: Head | None = None
    before = ""
    try:
        datetime.strptime(path[12:22], "%Y-%m-%d").replace(tzinfo=timezone.utc)
    except ValueError:
        raise Rejected(path, "nama berkas bukan tanggal") from None
    for raw in package.lines(path):
        line = raw.decode("utf-8", "replace")
        parts = re.fullmatch(r"([0-9a-f]{64}) ([1-9][0-9]{0,17}) ([0-9a-f]{64})", line)
        if parts is None or line <= before:
            raise Rejected(path, "baris kepala tidak sah atau tidak urut")
        before = line
        if parts.group(1) == chain_id:
            if found is not None:
                raise Rejected(path, "kasus ini tertulis dua kali")
            found = Head(path, int(parts.group(2)), parts.group(3))
    if found is None:
        raise Rejected(path, "kasus ini tidak tertulis di kepala hari itu")
    return found


def check_head_token(package: Package, path: str, stamp: str, sealing: Sealing, report: Report, trust: Trust) -> None:
    authority = stamp[len(path) + 1 : -len(".tsr")]
    anchor = next((one for one in sealing.timestamps if one.name == authority), None)
    data = package.read(stamp, MOST_SEAL_BYTES)
    token = read_token(stamp, data, lambda name: package.digest(path, name), exact=False)
    pool = token.cms.certificates
    if not trust.times and anchor is not None:
        build_chain(stamp, token.cms.signer, pool, anchor.sha256, token.time)
    check_mark(stamp, token.cms.signer, sealing.sample, both=False)
    # An authority that stamped an earlier day may have left since: one that nobody vouches for proves nothing, no more.
    known = [one for one in trust.times if find_chain(stamp, [token.cms.signer], token.cms.certificates, one)]
    if known:
        build_chain(stamp, token.cms.signer, token.cms.certificates, known[0], token.time)
    pinned = bool(known)
    text = f"dicap {written(token.time)} oleh {shown(token.cms.signer.name)}"
    (report.ok if pinned else report.unchecked)("kepala harian", text, stamp)


def check_custody(package: Package, digests: dict[str, Digests], heads: Sequence[Head], report: Report) -> None:
    """Every entry in canonical form, counted, chained, in order of time; the stamped heads are entries of it."""
    wanted: dict[int, list[Head]] = {}
    logged: dict[str, str] = {}
    for head in heads:
        wanted.setdefault(head.n, []).append(head)
    previous, number, last = "0" * 64, 0, EARLIEST
    for line in package.lines(CUSTODY):
        number += 1
        previous, last, entry = check_entry(line, number, previous, last)
        logged.update(logged_files(entry))
        for head in wanted.pop(number, ()):
            if head.hash != previous:
                raise Rejected(head.path, f"catatan ke-{number} di custody.jsonl bukan yang dicap: ditulis ulang")
    if number == 0:
        raise Rejected(CUSTODY, "catatan penguasaan kosong")
    for missing in wanted.values():
        raise Rejected(missing[0].path, f"custody.jsonl lebih pendek dari yang dicap ({missing[0].n} catatan)")
    compare_logged(logged, digests)
    proven = proven_time(report)
    if proven is not None and last - proven > CLOCKS_APART:
        report.note("custody", "catatan terakhir lebih baru dari cap waktu: jam mesin waktu itu tidak tepat", CUSTODY)
    report.ok("custody", f"{number} catatan, rantainya tidak terputus; kepala {previous}", CUSTODY)


def check_entry(line: bytes, number: int, previous: str, last: datetime) -> tuple[str, datetime, dict[str, Any]]:
    """The entry's hash, its time and what it holds."""
    where = f"catatan ke-{number}"
    entry = read_object(CUSTODY, line)
    require_fields(CUSTODY, entry, ENTRY_FIELDS)
    canonical = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if canonical.encode("utf-8", "replace") != line:
        raise Rejected(CUSTODY, f"{where} tidak dalam bentuk bakunya")
    if entry["n"] != number:
        raise Rejected(CUSTODY, f"{where} bernomor {entry['n']}: ada yang hilang, berulang atau tertukar")
    if entry["previous"] != previous:
        raise Rejected(CUSTODY, f"{where} tidak bersambung dengan catatan sebelumnya")
    if entry["act"] not in ACTS:
        raise Rejected(CUSTODY, f"{where}: perbuatan tidak dikenal, {shown(entry['act'][:40])}")
    try:
        moment = datetime.strptime(entry["at"], MOMENT).replace(tzinfo=timezone.utc)
    except ValueError:
        raise Rejected(CUSTODY, f"{where}: waktu tidak sah") from None
    if moment.strftime(MOMENT) != entry["at"]:
        raise Rejected(CUSTODY, f"{where}: waktu tidak sah")
    if moment < last:
        raise Rejected(CUSTODY, f"{where} lebih tua dari catatan sebelumnya")
    return hashlib.sha256(line).hexdigest(), moment, entry


def logged_files(entry: dict[str, Any]) -> dict[str, str]:
    """SHA-256 by path of the files that this entry says were secured or captured."""
    kind, _, name = entry["object"].partition(":")
    detail = entry["detail"]
    if entry["act"] == "captured" and kind == "capture" and isinstance(detail.get("berkas"), list):
        pairs = [one.partition(" ") for one in detail["berkas"] if isinstance(one, str)]
        return {f"data/tangkapan/{name}/{file}": digest for file, _, digest in pairs}
    if entry["act"] == "secured" and kind == "document" and isinstance(detail.get("arsip"), str):
        return {f"data/arsip/{name}.warc.gz": detail["arsip"]}
    return {}


def compare_logged(logged: dict[str, str], digests: dict[str, Digests]) -> None:
    """Raise Rejected where an archive or a capture is not, byte for byte, the one that the log says was taken."""
    for path, found in digests.items():
        if path.startswith(("data/arsip/", "data/tangkapan/")):
            if path not in logged:
                raise Rejected(path, "perolehan berkas ini tidak tercatat di custody.jsonl")
            if logged[path] != found.sha256:
                raise Rejected(path, "isinya bukan yang tercatat di custody.jsonl")


# ------------------------------------------------------------------------------------------------ documents, captures


def check_documents(package: Package, report: Report) -> None:
    """What the documents refer to is there."""
    path = "data/dokumen.jsonl"
    count = 0
    for line in package.lines(path):
        value = read_object(path, line)
        count += 1
        archive, captures = value.get("arsip"), value.get("tangkapan", [])
        if archive is not None and (
            not isinstance(archive, str) or (archive not in package.sizes and f"data/{archive}" not in package.sizes)
        ):
            raise Rejected(path, f"baris {count} menyebut arsip yang tidak ada di dalam paket")
        for capture in captures if isinstance(captures, list) else [None]:
            if not isinstance(capture, str) or f"data/tangkapan/{capture}/perolehan.json" not in package.sizes:
                raise Rejected(path, f"baris {count} menyebut tangkapan yang tidak ada di dalam paket")
    report.ok("dokumen", f"{count} dokumen; arsip dan tangkapannya ada", path)


def check_captures(package: Package, digests: dict[str, Digests], report: Report) -> None:
    """Each captured file has the digest that was written down when it was captured (perolehan.json)."""
    folders = sorted({path.rsplit("/", 1)[0] for path in package.sizes if path.startswith("data/tangkapan/")})
    compared = 0
    for folder in folders:
        path = f"{folder}/perolehan.json"
        if path not in package.sizes:
            raise Rejected(path, "tangkapan tanpa catatan perolehannya")
        listed = captured_digests(path, read_object(path, package.read(path)))
        present = {name[len(folder) + 1 :] for name in package.sizes if name.startswith(folder + "/")}
        for name in sorted(present - {"perolehan.json"}):
            found = digests.get(f"{folder}/{name}")
            if listed is None or found is None:
                continue
            if name not in listed:
                raise Rejected(f"{folder}/{name}", "berkas ini tidak tercatat di perolehan.json")
            if listed[name] != found.sha256:
                raise Rejected(f"{folder}/{name}", "isinya bukan yang tercatat di perolehan.json")
            compared += 1
        for name in sorted(set(listed or ()) - present):
            raise Rejected(f"{folder}/{name}", "tercatat di perolehan.json, tetapi berkasnya tidak ada")
    if folders:
        report.ok("tangkapan", f"{len(folders)} tangkapan, {compared} berkas sama dengan catatan perolehannya")


def captured_digests(path: str, value: dict[str, Any]) -> dict[str, str] | None:
    """SHA-256 by file name, where the record lists its files."""
    files = value.get("files")
    if files is None:
        return None
    made = {}
    for name, entry in files.items() if isinstance(files, dict) else ((one.get("name"), one) for one in files):
        digest = entry.get("sha256") if isinstance(entry, dict) else entry
        if name not in CAPTURE_FILES or not isinstance(digest, str) or not HEX_64.fullmatch(digest):
            raise Rejected(path, "daftar berkas tidak sah")
        made[name] = digest
    return made


# ---------------------------------------------------------------------------------------------------- the report's PDF

BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")


def check_report(package: Package, sealing: Sealing, report: Report, trust: Trust) -> None:
    """Every person's signature in the report holds over its bytes, and the last one covers the whole file."""
    data = package.read(REPORT_PDF, MOST_REPORT_BYTES)
    if not data.startswith(b"%PDF-"):
        raise Rejected(REPORT_PDF, "bukan PDF")
    ranges = [tuple(int(part) for part in found) for found in BYTE_RANGE.findall(data)]
    if len(ranges) != len(sealing.signers):
        raise Rejected(
            REPORT_PDF, f"ada {len(ranges)} tanda tangan, padahal segel.json menyebut {len(sealing.signers)}"
        )
    if not ranges:
        if trust.people:
            raise Rejected(REPORT_PDF, "berita acara tidak ditandatangani, padahal --penanda-tangan diberikan")
        report.note("berita acara", "tidak ditandatangani secara elektronik", REPORT_PDF)
        return
    if max(third + fourth for _, _, third, fourth in ranges) != len(data):
        raise Rejected(REPORT_PDF, "ditambahi sesudah ditandatangani: tanda tangan terakhir tidak mencakup seluruhnya")
    waiting = list(sealing.signers)
    wanted = set(trust.people)
    for found in ranges:
        check_pdf_signature(data, found, waiting, wanted, sealing, report, trust)
    if wanted:
        raise Rejected(REPORT_PDF, f"tanda tangan dengan sidik {min(wanted)[:16]}... tidak ada")


def check_pdf_signature(
    data: bytes, found: tuple[int, ...], waiting: list[Anchor], wanted: set[str], sealing: Sealing, report: Report,
    trust: Trust,
) -> None:  # fmt: skip
    """One signature; takes its anchor out of ``waiting`` and its fingerprint out of ``wanted``."""
    first, size, second, rest = found
    hole = data[size:second]
    if first != 0 or second + rest > len(data) or not re.fullmatch(rb"<[0-9A-Fa-f]+>", hole) or len(hole) % 2:
        raise Rejected(REPORT_PDF, "rentang tanda tangan PDF tidak sah")
    if not data[: second + rest].rstrip().endswith(b"%%EOF"):
        raise Rejected(REPORT_PDF, "rentang tanda tangan PDF tidak berakhir pada akhir berkas")
    padded = bytes.fromhex(hole[1:-1].decode())
    signature = padded[: Der(REPORT_PDF, padded, 0, len(padded), 0).end]
    if padded[len(signature) :].strip(b"\x00"):
        raise Rejected(REPORT_PDF, "ada data sesudah tanda tangan PDF")
    cms = read_cms(REPORT_PDF, signature, exact=False)
    if cms.content is not None:
        raise Rejected(REPORT_PDF, "tanda tangan PDF membawa isinya sendiri")
    view = memoryview(data)

    def digest(name: str) -> bytes:
        made = hashlib.new(name, view[:size])
        made.update(view[second : second + rest])
        return made.digest()

    check_signature(cms, PLAIN_DATA, digest)
    at = proven_time(report) or cms.signing_time
    for anchor in waiting:
        if find_chain(REPORT_PDF, [cms.signer], cms.certificates, anchor.sha256) is not None:
            break
    else:
        raise Rejected(REPORT_PDF, f"tanda tangan {shown(cms.signer.name)} tidak disebut di segel.json")
    waiting.remove(anchor)
    pool = cms.certificates
    build_chain(REPORT_PDF, cms.signer, pool, anchor.sha256, at)
    check_mark(REPORT_PDF, cms.signer, sealing.sample, both=True)
    pinned = check_given(REPORT_PDF, cms.signer, pool, trust.people, at)
    for fingerprint in [one for one in wanted if find_chain(REPORT_PDF, [cms.signer], pool, one) is not None]:
        wanted.discard(fingerprint)
    report.signed_by.append(cms.signer.name)
    text = f"tanda tangan {shown(cms.signer.name)} sah"
    (report.ok if pinned else report.unchecked)(
        "berita acara", text + ("" if pinned else "; sidiknya belum diberikan (--penanda-tangan)"), REPORT_PDF
    )


# --------------------------------------------------------------------------------------------------------- the verdict


def verify_package(path: str, trust: Trust | None = None) -> Report:
    """Everything that can be found out about the package at ``path``, a zip file or a folder.

    Raises OSError where there is no such file or it cannot be read; what is wrong with the package is in the report.
    """
    trust = trust or Trust()
    report = Report()
    if Path(path).is_dir():
        try:
            package: Package = FolderPackage(path)
        except Rejected as fault:
            report.reject("wadah", fault.file, fault.reason)
            return report
        report.ok("wadah", "folder")
        check_contents(package, report, trust)
        return report
    with Path(path).open("rb") as file:
        try:
            package = ZipPackage(file)
        except Rejected as fault:
            report.reject("wadah", fault.file, fault.reason)
            return report
        report.ok("wadah", "zip: tanpa celah, tanpa data tersembunyi")
        check_contents(package, report, trust)
    return report


def check_contents(package: Package, report: Report, trust: Trust) -> None:
    """Every check in turn; one that fails does not keep the others from saying what they find."""
    check_layout(package, report)
    digests = digest_files(package, report)

    def attempt(name: str, check: Callable[[], Any]) -> Any:
        try:
            return check()
        except Rejected as fault:
            report.reject(name, fault.file, fault.reason)
            return None

    attempt("bagit.txt", lambda: check_declaration(package, report))
    attempt("manifes", lambda: check_manifests(package, digests, report))
    attempt("tagmanifes", lambda: check_tagmanifest(package, digests, report, trust))
    sealing = attempt("segel.json", lambda: read_sealing(package, report))
    if sealing is None:
        return
    report.sample = sealing.sample
    salt = attempt("kasus.json", lambda: check_case(package, sealing, report))
    attempt("bag-info.txt", lambda: check_bag_info(package, digests, report))
    attempt("cap waktu", lambda: check_timestamps(package, sealing, report, trust))
    attempt("segel lembaga", lambda: check_seal(package, sealing, report, trust))
    heads: list[Head] = []
    if salt is not None:
        heads = attempt("kepala harian", lambda: check_heads(package, salt, sealing, report, trust)) or []
    attempt("custody", lambda: check_custody(package, digests, heads, report))
    attempt("dokumen", lambda: check_documents(package, report))
    attempt("tangkapan", lambda: check_captures(package, digests, report))
    attempt("berita acara", lambda: check_report(package, sealing, report, trust))


def verdict_of(report: Report) -> str:
    return {0: "utuh", 1: "ditolak", 3: "utuh, penanda tangan belum diperiksa"}[report.code]


def conclusion_of(report: Report) -> str:
    """One sentence that says what was proven, and one that says what was not."""
    if report.code == 1:
        return (
            f"DITOLAK: {len(report.reasons)} alasan di atas. Jangan memakai paket ini sebagai bukti; mintalah salinan "
            "baru dari lembaga pengirim dan laporkan bahwa salinan ini ditolak."
        )
    not_proven = (
        "Yang tidak dibuktikan: bahwa isi unggahan itu benar, siapa yang sesungguhnya menulisnya, dan apakah ia "
        "melanggar hukum (lihat batasan.md)."
    )
    sample = "INI DATA CONTOH dengan kunci uji, tidak bernilai di pengadilan. " if report.sample else ""
    if report.code == 3:
        return (
            f"{sample}UTUH, PENANDA TANGAN BELUM DIPERIKSA: isi paket cocok dengan manifes, segel dan cap waktu "
            "di dalamnya, tetapi siapa penyegelnya belum tentu benar. Ulangi dengan sidik dari surat pengantar "
            f"(--segel, --waktu, --penanda-tangan). {not_proven}"
        )
    time = proven_time(report)
    return (
        f"{sample}UTUH: tidak ada yang berubah sejak paket ini disegel oleh {shown(report.sealed_by or '')}, "
        f"dan paket ini sudah ada pada {written(time) if time else '(waktu tidak terbukti)'}. {not_proven}"
    )


def plain_report(report: Report) -> str:
    marks = {OK: "ok", REJECTED: "DITOLAK", UNCHECKED: "belum diperiksa", NOTE: "catatan"}
    lines = [
        f"{marks[check.status]:<16} {check.name}: {check.text}"
        + (f" [{shown(check.file)}]" if check.status == REJECTED else "")
        for check in report.checks
    ]
    if report.tagmanifest is not None:
        lines.append("")
        lines.append(f"SHA-512 {TAGMANIFEST} (bandingkan dengan surat pengantar):")
        lines.append(report.tagmanifest)
    return "\n".join([*lines, "", conclusion_of(report), ""])


def json_report(report: Report) -> str:
    """One object with every check."""
    return json.dumps(
        {
            "hasil": verdict_of(report),
            "kode": report.code,
            "kasus": report.case,
            "data_contoh": report.sample,
            "tagmanifest_sha512": report.tagmanifest,
            "disegel_oleh": report.sealed_by,
            "waktu": [{"otoritas": name, "pada": time.isoformat()} for name, time in report.times],
            "ditandatangani_oleh": report.signed_by,
            "berkas": report.files,
            "byte": report.total,
            "pemeriksaan": [
                {"nama": one.name, "status": one.status, "berkas": shown(one.file), "keterangan": one.text}
                for one in report.checks
            ],
            "kesimpulan": conclusion_of(report),
        },
        ensure_ascii=False,
    )


# ---------------------------------------------------------------------------------------------------- the command line


def read_fingerprint(text: str) -> str:
    return read_hex(text, HEX_64, "sidik SHA-256 harus 64 angka heksadesimal")


def read_long_digest(text: str) -> str:
    return read_hex(text, HEX_128, "digest SHA-512 harus 128 angka heksadesimal")


def read_hex(text: str, form: Any, fault: str) -> str:
    """Hex digits without the colons and blanks that people and openssl put between them."""
    plain = re.sub(r"[\s:]", "", text).lower()
    if not form.fullmatch(plain):
        raise argparse.ArgumentTypeError(fault)
    return plain


def read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="verifikasi.py",
        description="Memeriksa paket bukti Kentongan tanpa jaringan dan tanpa pustaka lain.",
        epilog="Kode keluar: 0 utuh dan penanda tangan cocok; 3 utuh, penanda tangan belum diperiksa; 1 ditolak; "
        "2 salah pakai. Sidik jari ada di surat pengantar, yang diserahkan terpisah.",
    )
    parser.add_argument("paket", help="berkas zip paket, atau folder hasil membukanya")
    parser.add_argument("--segel", type=read_fingerprint, metavar="SHA256", help="sidik sertifikat lembaga")
    parser.add_argument(
        "--waktu", type=read_fingerprint, nargs="+", default=[], action="extend", metavar="SHA256",
        help="sidik sertifikat otoritas waktu",
    )  # fmt: skip
    parser.add_argument(
        "--penanda-tangan", type=read_fingerprint, nargs="+", default=[], action="extend", metavar="SHA256",
        help="sidik sertifikat penanda tangan berita acara",
    )  # fmt: skip
    parser.add_argument("--digest", type=read_long_digest, metavar="SHA512", help=f"SHA-512 dari {TAGMANIFEST}")
    parser.add_argument("--json", action="store_true", help="tulis satu objek JSON")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    options = read_arguments(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    trust = Trust(options.segel, tuple(options.waktu), tuple(options.penanda_tangan), options.digest)
    try:
        report = verify_package(options.paket, trust)
    except OSError as error:
        sys.stderr.write(f"Tidak dapat membaca {shown(options.paket)}: {error.strerror}\n")
        return 2
    sys.stdout.write(json_report(report) + "\n" if options.json else plain_report(report))
    return report.code


if __name__ == "__main__":
    sys.exit(main())
