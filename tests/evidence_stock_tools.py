"""Tools that we did not write, asked whether they accept the folder of a package."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import bagit
from evidence_made import DOCUMENT, SEAL_FILE, TOKEN_FILE, Office

ARCHIVE = f"data/arsip/{DOCUMENT}.warc.gz"


def runs(*command: object, folder: Path) -> bool:
    return subprocess.run([str(part) for part in command], cwd=folder, capture_output=True, check=False).returncode == 0


def bag_accepts(folder: Path, office: Office) -> bool:
    try:
        bagit.Bag(str(folder)).validate()
    except bagit.BagError:
        return False
    return True


def cms_accepts(folder: Path, office: Office) -> bool:
    return runs(
        "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", SEAL_FILE, "-content",
        "tagmanifest-sha512.txt", "-CAfile", office.ca.certificate_file, "-purpose", "any", "-out", "/dev/null",
        folder=folder,
    )  # fmt: skip


def ts_accepts(folder: Path, office: Office) -> bool:
    return runs(
        "openssl", "ts", "-verify", "-data", "tagmanifest-sha512.txt", "-in", TOKEN_FILE,
        "-CAfile", office.authority_ca.certificate_file, folder=folder,
    )  # fmt: skip


STOCK: dict[str, Callable[[Path, Office], bool]] = {
    "sha256sum": lambda folder, office: runs("sha256sum", "-c", "--quiet", "manifest-sha256.txt", folder=folder),
    "sha512sum": lambda folder, office: runs("sha512sum", "-c", "--quiet", "tagmanifest-sha512.txt", folder=folder),
    "bagit": bag_accepts,
    "cms": cms_accepts,
    "ts": ts_accepts,
    "warcio": lambda folder, office: runs(Path(sys.executable).with_name("warcio"), "check", ARCHIVE, folder=folder),
}
