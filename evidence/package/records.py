"""What a package is built from, who signs it, and what comes out: the records of ``evidence.package.build``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from casework.db import Casework
from evidence.law.rulebook import Rulebook
from evidence.objects import Objects
from evidence.signing.report_signatures import ReportSignature, ReportSigner
from evidence.signing.seal import SealKey
from evidence.signing.timestamps import Authority, Token
from kentongan.errors import KentonganError
from search.store import Store

Progress = Callable[[int, int | None, str], None]
"""Told what is done, of how many, and what is being done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where a package's contents come from."""

    casework: Casework
    objects: Objects
    rulebook: Rulebook
    store: Store | None
    """Gives the story's spread and the matching fact-checks. Without it the package says that they are left out."""
    models_dir: Path | None = None
    """Folder of the installation's own models, beside the shipped ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """In whose name a package is made, and with what."""

    organisation: str
    zone: str
    """In which its papers show times and count days."""
    seal: SealKey | None
    """None is refused, with the other things that are missing."""
    authorities: Sequence[Authority]
    signers: Sequence[ReportSigner] = ()
    """Persons who sign the report, in order; none where no signature is configured."""
    faults: Sequence[KentonganError] = ()
    """Why a key or an authority that is configured could not be had; told with the other things that are missing."""
    proxy: str = ""
    """HTTP proxy on the way to the time authorities."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltPackage:
    """A package that is there, whole."""

    case: str
    number: int
    """How many packages of the case were begun, this one included."""
    path: Path
    cover_letter: Path
    tagmanifest_sha512: str
    sha256: str
    """Of the zip."""
    size: int
    """Of the zip, in bytes."""
    documents: int
    captures: int
    sample: bool
    seal_sha256: str
    """Fingerprint of the seal's certificate."""
    tokens: tuple[Token, ...]
    signatures: tuple[ReportSignature, ...]
    warnings: tuple[str, ...]
    """In Indonesian: authorities that did not answer, signatures not made, how much the law's questions leave open."""
