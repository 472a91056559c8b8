"""A made package with what its cover letter says, and what the project's own verifier says of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from evidence_made import Files, Office, make_files, make_office


@dataclass(frozen=True)
class Made:
    """A whole package with everything needed to check it, and another institution to attack it with."""

    office: Office
    other: Office
    files: Mapping[str, bytes]

    def copy(self) -> Files:
        return dict(self.files)

    @property
    def options(self) -> list[str]:
        """The verifier's options with every fingerprint of the cover letter."""
        people = [person.sha256 for person in self.office.people]
        seal, time = self.office.seal.sha256, self.office.authority_ca.sha256
        return ["--segel", seal, "--waktu", time, "--penanda-tangan", *people]

    @property
    def variables(self) -> dict[str, str]:
        """What the cover letter tells a person to type first."""
        return {
            "SEGEL": self.office.seal.sha256,
            "WAKTU": self.office.authority_ca.sha256,
            "PENANDA": " ".join(person.sha256 for person in self.office.people),
            "DIGEST": hashlib.sha512(self.files["tagmanifest-sha512.txt"]).hexdigest(),
        }


def make_package(folder: Path) -> Made:
    office, other = make_office(folder / "kantor"), make_office(folder / "lain", name=" Lain")
    return Made(office, other, make_files(office))


@dataclass(frozen=True)
class Found:
    """What the verifier said."""

    code: int
    reasons: tuple[tuple[str, str], ...]
    """File and sentence of each."""

    def names(self, file: str, words: str) -> bool:
        return any(file in found and words in reason for found, reason in self.reasons)


def verify(place: Path, made: Made | None = None) -> Found:
    """Run the project's own copy of the verifier; with ``made``, under the fingerprints of its cover letter."""
    from evidence.verifier import verifikasi

    trust = verifikasi.Trust()
    if made is not None:
        people = tuple(person.sha256 for person in made.office.people)
        trust = verifikasi.Trust(made.office.seal.sha256, (made.office.authority_ca.sha256,), people)
    report = verifikasi.verify_package(str(place), trust)
    return Found(report.code, tuple((check.file, check.text) for check in report.reasons))


def verify_bytes(data: bytes, folder: Path, made: Made | None = None) -> Found:
    place = folder / "paket.zip"
    place.write_bytes(data)
    return verify(place, made)
