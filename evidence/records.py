"""What a case is made of, as frozen records: documents that were secured, captures of pages, the chain of custody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from kentongan.schema import require_aware

CaptureName = Literal["halaman.warc.gz", "layar.png", "dom.html", "teks.txt", "sertifikat.pem", "perolehan.json"]
"""The files a capture can have: the page and its resources, the picture of the whole page, its document tree, its
words, the server's certificates, and how all of it was obtained."""

CAPTURE_NAMES: tuple[CaptureName, ...] = get_args(CaptureName)

Act = Literal[
    "opened", "collected", "secured", "captured", "viewed", "scored", "decided", "answered", "built", "exported",
    "redacted", "transferred", "verified", "held", "released", "closed", "reopened", "noted",
]  # fmt: skip
"""What can happen to a case and be on record."""

ACTS: tuple[Act, ...] = get_args(Act)

ACT_WORDS: Mapping[Act, str] = {
    "opened": "dibuka",
    "collected": "dikumpulkan",
    "secured": "diamankan",
    "captured": "ditangkap",
    "viewed": "dilihat",
    "scored": "dinilai model",
    "decided": "diputuskan",
    "answered": "dijawab",
    "built": "paket dibuat",
    "exported": "diekspor",
    "redacted": "disunting",
    "transferred": "diserahkan",
    "verified": "diperiksa",
    "held": "ditahan",
    "released": "dilepas",
    "closed": "ditutup",
    "reopened": "dibuka kembali",
    "noted": "dicatat",
}
"""Each act as a person reads it."""

CaseState = Literal["open", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectRef:
    """A file kept under the digest of its bytes (``evidence.objects``)."""

    sha256: str
    """64 hex digits."""
    size: int
    """In bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureFile:
    """One file of a capture."""

    name: CaptureName
    object: ObjectRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """A page as it was at one moment."""

    id: str
    """20 hex digits, made with the capture."""
    url: str
    """The address that was asked for."""
    final_url: str
    """The address that answered, after redirects."""
    at: datetime
    """When the page's own answer came, by our clock. Aware, in UTC."""
    status: int
    """Of the page's own answer."""
    title: str | None
    files: tuple[CaptureFile, ...]
    missing: tuple[str, ...] = ()
    """What could not be captured, each a sentence in Indonesian."""
    document: str | None = None
    """Id of the document the page belongs to, where it does."""

    def __post_init__(self) -> None:
        require_aware("at", self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDocument:
    """A document as it was when it was secured: nothing that happens to the store later changes it."""

    document: str
    """Id of the document."""
    secured_at: datetime
    secured_by: str
    """User name."""
    snapshot: ObjectRef
    """JSON of the ``kentongan.schema.Record`` as it was then."""
    raw: ObjectRef | None
    """A WARC file with the very answers it was read from; None for what was entered by hand or imported."""
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What legal staff work on: documents and captures, with their custody."""

    id: str
    """"KASUS-2026-0001": year of opening and a number that counts up in it."""
    title: str
    purpose: str
    """Why the personal data in it is needed, in the words of who opened it."""
    state: CaseState
    held: bool
    """Under legal hold: nothing in it may be deleted."""
    sample: bool
    """Invented data: sealed with a test key only, and marked everywhere. A case never mixes both."""
    opened_at: datetime
    opened_by: str
    """User name."""
    chain_salt: str
    """32 hex digits; hides the case's name in the daily heads."""
    documents: tuple[CaseDocument, ...] = ()
    """In the order they were secured."""
    captures: tuple[Capture, ...] = ()
    """In the order they were taken."""
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyEntry:
    """One link of a case's chain of custody."""

    n: int
    """From 1, without a hole."""
    at: datetime
    act: Act
    actor: str
    """User name, or "sistem"."""
    role: str
    object: str
    """What it was done to: "document:5f0c...", "capture:12ab...", "case"."""
    detail: Mapping[str, str | int | float | bool | list[str] | None]
    line: str
    """The entry as it stands in ``custody.jsonl``, without the newline."""
    hash: str
    """SHA-256 of ``line`` in UTF-8, as 64 hex digits; the next line names it."""
