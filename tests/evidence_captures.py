"""Captures of the evidence site, with everything they wrote, as the tests of captures read them."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from evidence_site import EvidenceSite
from warcio.archiveiterator import ArchiveIterator

from evidence.capture.acquisition import Acquisition
from evidence.capture.exchanges import Limits
from evidence.capture.page import capture_page
from evidence.objects import Objects
from evidence.records import Capture

NOW = datetime.now(UTC).replace(microsecond=0)
SMALL = Limits(resource_bytes=1_000_000, height=5_000)
COOKIES = "\n".join(
    [
        "# Netscape HTTP Cookie File",
        "#HttpOnly_127.0.0.1\tFALSE\t/\tTRUE\t0\tmasuk\tkunci-akun-123",
        ".lain.example\tTRUE\t/\tTRUE\t0\tlain\tkunci-lain-456",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """A capture with everything it wrote."""

    capture: Capture
    folder: Path

    def read(self, name: str) -> bytes:
        [file] = [file for file in self.capture.files if file.name == name]
        return Objects(self.folder / "objects").read(file.object.sha256)

    @property
    def told(self) -> dict[str, Any]:
        return dict(json.loads(self.read("perolehan.json")))

    @property
    def records(self) -> list[tuple[str, str, Any, bytes]]:
        """Type, address, HTTP headers and body of each record of the archive."""
        read = []
        for record in ArchiveIterator(io.BytesIO(self.read("halaman.warc.gz")), check_digests="raise"):
            address = record.rec_headers.get_header("WARC-Target-URI") or ""
            read.append((record.rec_type, address, record.http_headers, record.raw_stream.read()))
        return read

    def bodies(self, kind: str = "response") -> dict[str, bytes]:
        """Bodies of answers or requests by path."""
        return {urlsplit(address).path: body for type, address, _, body in self.records if type == kind}

    def says(self, words: str) -> bool:
        return any(words in sentence for sentence in self.capture.missing)


def take(site: EvidenceSite, path: str, folder: Path, *, limits: Limits = SMALL, **how: Any) -> Captured:
    capture = capture_page(
        site.url + path, objects=Objects(folder / "objects"), scratch=folder / "scratch", allow_private=True,
        now=datetime.now(UTC),
        how=Acquisition(by="siti", role="hukum", limits=limits, **how),
    )  # fmt: skip
    assert list((folder / "scratch").iterdir()) == []
    return Captured(capture=capture, folder=folder)
