"""Judges any BagIt bag, ours or another's: versions 0.97 and 1.0 (RFC 8493), as a folder.

Our own packages are held to more (``verifikasi.py``). This shows that what that file takes for a bag is one, by the
conformance suite of the Library of Congress; names that are unsafe on one system are refused on every one.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from evidence.verifier.verifikasi import FolderPackage, Rejected, decode_path, name_fault, name_key

DECLARATION = re.compile(r"BagIt-Version: ([0-9]+\.[0-9]+)[ \t]*\r?\nTag-File-Character-Encoding: (\S+)[ \t]*\s*")
"""The two lines of ``bagit.txt``; good bags of the suite end lines with blanks, or the last without a newline."""

ALGORITHMS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")
"""Digests that a manifest may be of. For an old bag MD5 is what there is; our own packages never use it."""

SYSTEM_FILES = (".ds_store", "thumbs.db", "desktop.ini")
"""Files that systems leave in folders: one that is listed but gone says nothing about the bag."""

Verdict = Literal["valid", "warning", "invalid"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BagJudgement:
    """What was found about a bag."""

    verdict: Verdict
    faults: tuple[str, ...]
    """Each a sentence in Indonesian, its file first."""
    warnings: tuple[str, ...]


class Findings:
    """Faults and warnings, gathered."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.warnings: list[str] = []

    def judgement(self) -> BagJudgement:
        verdict: Verdict = "invalid" if self.faults else "warning" if self.warnings else "valid"
        return BagJudgement(verdict=verdict, faults=tuple(self.faults), warnings=tuple(self.warnings))


def judge_bag(folder: Path) -> BagJudgement:
    """Whether the folder is a bag: valid, valid with a warning, or not."""
    found = Findings()
    try:
        package = BagFolder(str(folder))
        version, encoding = read_declaration(package)
        check_files(package, version, encoding, found)
    except Rejected as fault:
        found.faults.append(f"{fault.file}: {fault.reason}")
    return found.judgement()


class BagFolder(FolderPackage):
    """A folder whose names are judged where a manifest or fetch.txt names them; old bags have all sorts beside."""

    def require_names(self) -> None:
        """Nothing: see the class."""


def read_declaration(package: FolderPackage) -> tuple[str, str]:
    """Version and encoding from ``bagit.txt``; raises Rejected where it is not as both versions want it."""
    data = package.read("bagit.txt", 4096)
    if data.startswith(codecs.BOM_UTF8):
        raise Rejected("bagit.txt", "diawali tanda urutan byte (BOM)")
    declared = DECLARATION.fullmatch(data.decode("utf-8", "replace"))
    if declared is None:
        raise Rejected("bagit.txt", "bukan deklarasi BagIt")
    try:
        codecs.lookup(declared.group(2))
    except LookupError:
        raise Rejected("bagit.txt", f"penyandian {declared.group(2)} tidak dikenal") from None
    return declared.group(1), declared.group(2)


def check_files(package: FolderPackage, version: str, encoding: str, found: Findings) -> None:
    """Compare every manifest with the files, and every payload file with every manifest."""
    payload = {path for path in package.sizes if path.startswith("data/")}
    manifests = [path for path in package.sizes if re.fullmatch(r"(tag)?manifest-[a-z0-9]+\.txt", path)]
    if not any(path.startswith("manifest-") for path in manifests):
        raise Rejected("(bag)", "tidak ada manifes isi")
    if "fetch.txt" in package.sizes:
        check_fetch(decode_lines(package, "fetch.txt", encoding), found)
    listed_anywhere: set[str] = set()
    for manifest in sorted(manifests):
        listed = read_listing(package, manifest, version, encoding, found)
        check_listing(package, manifest, listed, found)
        if manifest.startswith("manifest-"):
            listed_anywhere.update(listed)
            if version == "1.0":
                missing = payload - set(listed)
                found.faults += [f"{path}: tidak tercatat di {manifest}" for path in sorted(missing)]
    found.faults += unlisted(payload, listed_anywhere) if version != "1.0" else []


def unlisted(payload: Iterable[str], listed: set[str]) -> list[str]:
    keys = {name_key(path) for path in listed}
    return [f"{path}: tidak tercatat di manifes mana pun" for path in sorted(payload) if name_key(path) not in keys]


def decode_lines(package: FolderPackage, path: str, encoding: str) -> list[str]:
    try:
        text = package.read(path).decode(encoding)
    except UnicodeDecodeError:
        raise Rejected(path, f"bukan teks {encoding}") from None
    return [line for line in re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff")) if line.strip()]


def read_listing(
    package: FolderPackage, manifest: str, version: str, encoding: str, found: Findings
) -> Mapping[str, str]:
    """Digest by path."""
    listed: dict[str, str] = {}
    keys: dict[str, str] = {}
    for line in decode_lines(package, manifest, encoding):
        parts = re.fullmatch(r"([0-9A-Fa-f]+)[ \t]+(.+)", line)
        if parts is None:
            found.faults.append(f"{manifest}: baris tidak sah: {line[:60]}")
            continue
        digest, path = parts.group(1).lower(), plain_path(parts.group(2), manifest, version, found)
        fault = name_fault(path) if not is_harmless(path) else None
        if fault is not None or path.startswith("%"):
            found.faults.append(f"{manifest}: {path}: {fault or 'nama menunjuk ke luar paket'}")
        elif path in listed:
            same = listed[path] == digest and version != "1.0"
            (found.warnings if same else found.faults).append(f"{manifest}: {path} tertulis dua kali")
        else:
            if name_key(path) in keys:
                found.warnings.append(f"{manifest}: {path} dan {keys[name_key(path)]} kembar di sebagian sistem")
            keys[name_key(path)] = path
            listed[path] = digest
    return listed


def is_harmless(path: str) -> bool:
    """Names that are odd but stay in the bag: in old bags those are their owner's business."""
    fault = name_fault(path)
    return fault is not None and any(word in fault for word in ("NFC", "Windows", "titik atau spasi"))


def plain_path(written: str, manifest: str, version: str, found: Findings) -> str:
    """The path as the file system has it; md5sum's asterisk and a leading "./" are taken off, with a warning."""
    path = written
    if path.startswith("*"):
        path = path[1:]
        found.warnings.append(f"{manifest}: {written}: ditulis dengan tanda bintang (md5sum)")
    if path.startswith("./"):
        path = path[2:]
        found.warnings.append(f"{manifest}: {written}: diawali ./")
    return (decode_path(path) or path) if version == "1.0" else path


def check_listing(package: FolderPackage, manifest: str, listed: Mapping[str, str], found: Findings) -> None:
    algorithm = manifest.partition("-")[2].removesuffix(".txt")
    if algorithm not in ALGORITHMS:
        found.faults.append(f"{manifest}: algoritma {algorithm} tidak dikenal")
        return
    twins = {name_key(path): path for path in package.sizes}
    for path, digest in listed.items():
        actual = path if path in package.sizes else twins.get(name_key(path))
        if actual is None:
            system = path.rsplit("/", 1)[-1].lower() in SYSTEM_FILES
            (found.warnings if system else found.faults).append(f"{path}: tercatat di {manifest}, tetapi tidak ada")
        elif package.digest(actual, algorithm).hex() != digest:
            found.faults.append(f"{path}: isinya tidak sama dengan {manifest}")
        elif actual != path:
            found.warnings.append(f"{path}: di disk bernama {actual}")


def check_fetch(lines: Iterable[str], found: Findings) -> None:
    """Names in fetch.txt must stay in the bag; nothing is ever fetched."""
    for line in lines:
        parts = re.fullmatch(r"(\S+)[ \t]+(\d+|-)[ \t]+(.+)", line)
        path = parts.group(3) if parts else line
        fault = name_fault(path) if parts else "baris tidak sah"
        if fault is not None or path.startswith("%") or not path.startswith("data/"):
            found.faults.append(f"fetch.txt: {path}: {fault or 'nama menunjuk ke luar data/'}")
