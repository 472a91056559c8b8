"""Keeps requests and raw answers as WARC files, and gives back the exact bytes that a document was read from.

Each run writes files of its own, so any number of crawls may write at once; one gzip member a record, so any record can
be read from its offset alone. A file ends when it is large or the day (UTC) is over. Bodies are kept de-chunked and
decompressed, and the headers say so. Reading needs neither scrapy nor twisted.
"""

from __future__ import annotations

import http
import io
import os
import re
import secrets
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit, urlunsplit

from crawlers.archive_index import Capture, write_index
from kentongan import __version__
from kentongan.errors import Quarantine
from kentongan.schema import RawPointer

if TYPE_CHECKING:
    from crawlers.kinds import Answer

MAX_RECORD_BYTES = 256 * 1024 * 1024
"""Largest record that is read back, in bytes after decompression; the crawler's own limit on bodies lies far below."""

REWRITTEN = frozenset({"transfer-encoding", "content-encoding", "content-length"})
"""Headers that speak of the bytes on the wire, not of the bytes kept. Their values move to X-Archive-Orig-*."""

MAX_FILE_BYTES = 1_000_000_000
"""Size at which a file is closed and the next begun; one gigabyte is what the WARC specification recommends."""

CREDENTIALS = frozenset({"authorization", "proxy-authorization", "cookie", "x-goog-api-key", "x-api-key"})
"""Request headers that say who asks; they are never archived, whoever sent them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request as it went out."""

    url: str
    headers: tuple[tuple[str, str], ...] = ()
    method: str = "GET"


class Archive:
    """The WARC files of one run. Created with the first answer: a run without answers leaves none."""

    def __init__(self, folder: Path, *, run: str, now: datetime, max_bytes: int = MAX_FILE_BYTES) -> None:
        """``folder`` is the archive's root, ``run`` a name for people (a source's), ``now`` the run's start;
        ``max_bytes`` the size at which a file is followed by the next."""
        self._name = re.sub(r"[^a-z0-9.-]+", "-", run.lower()).strip("-.")[:60] or "run"
        self._folder = folder
        self._max_bytes = max_bytes
        self._begun = now.astimezone(UTC)
        self._file = ""
        self._captures: list[Capture] = []
        self._out: IO[bytes] | None = None
        self._writer: Any = None

    def write_response(self, answer: Answer, *, sent: Sent | None = None) -> RawPointer:
        """Add one answer, and the request it answers; returns where the answer lies. Durable after ``sync``."""
        from warcio.statusandheaders import StatusAndHeaders

        out = self._open(answer.at.astimezone(UTC))
        offset = out.tell()
        headers = []
        for name, value in answer.headers:
            kept = f"X-Archive-Orig-{name}" if name.lower() in REWRITTEN else name
            headers.append((kept, _one_line(value)))
        headers.append(("Content-Length", str(len(answer.body))))
        reason = http.HTTPStatus(answer.status).phrase if answer.status in set(http.HTTPStatus) else "Unknown"
        record = self._writer.create_warc_record(
            answer.url,
            "response",
            payload=io.BytesIO(answer.body),
            length=len(answer.body),
            http_headers=StatusAndHeaders(f"{answer.status} {reason}", headers, protocol="HTTP/1.1"),
            warc_headers_dict={"WARC-Date": _warc_date(answer.at)},
        )
        self._writer.write_record(record)
        raw = RawPointer(file=self._file, offset=offset)
        self._captures.append(
            Capture(
                url=answer.url,
                at=answer.at.astimezone(UTC),
                status=answer.status,
                mime=(answer.header("content-type") or "").partition(";")[0].strip().lower()[:100] or "unk",
                digest=record.rec_headers.get_header("WARC-Payload-Digest"),
                raw=raw,
                length=out.tell() - offset,
            )
        )
        if sent is not None:
            self._write_request(sent, answer, concurrent=record.rec_headers.get_header("WARC-Record-ID"))
        return raw

    def _write_request(self, sent: Sent, answer: Answer, *, concurrent: str) -> None:
        """Add the request of an answer, without what says who asked."""
        from warcio.statusandheaders import StatusAndHeaders

        parts = urlsplit(sent.url)
        target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        headers = [("Host", parts.netloc.rpartition("@")[2]), *_without_credentials(sent.headers)]
        record = self._writer.create_warc_record(
            sent.url,
            "request",
            http_headers=StatusAndHeaders(f"{sent.method} {target} HTTP/1.1", headers, is_http_request=True),
            warc_headers_dict={"WARC-Date": _warc_date(answer.at), "WARC-Concurrent-To": concurrent},
        )
        self._writer.write_record(record)

    def sync(self) -> None:
        """Make everything written so far durable."""
        if self._out is not None:
            self._out.flush()
            os.fsync(self._out.fileno())

    def _open(self, at: datetime) -> IO[bytes]:
        """The file to write to, created with its warcinfo record where the last one is full or of another day."""
        if self._out is not None and (self._out.tell() >= self._max_bytes or at.date() > self._begun.date()):
            self.close()
            self._begun = at
        if self._out is None:
            from warcio.warcwriter import WARCWriter

            stamp = f"{self._begun:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
            self._file = f"{self._begun:%Y}/{self._begun:%m}/{self._name}-{stamp}.warc.gz"
            path = self._folder / self._file
            path.parent.mkdir(parents=True, exist_ok=True)
            self._out = path.open("xb")
            self._writer = WARCWriter(self._out, gzip=True, warc_version="1.1")
            info = {"software": f"Kentongan/{__version__}", "format": "WARC File Format 1.1"}
            record = self._writer.create_warcinfo_record(path.name, info)
            record.rec_headers.replace_header("WARC-Date", _warc_date(self._begun))
            self._writer.write_record(record)
            # The name must survive a power cut as well as the bytes.
            directory = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(directory)
            finally:
                os.close(directory)
        return self._out

    def close(self) -> None:
        """End the file, if there is one, and write its index."""
        if self._out is not None:
            self.sync()
            size = self._out.tell()
            self._out.close()
            self._out = None
            write_index(self._folder, self._file, captures=self._captures, size=size)
            self._captures = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _one_line(value: str) -> str:
    return value.replace("\r", " ").replace("\n", " ")


def _without_credentials(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, _one_line(value)) for name, value in headers if name.lower() not in CREDENTIALS | {"host"}]


def _warc_date(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_raw(folder: Path, pointer: RawPointer) -> Answer:
    """The archived answer a pointer leads to; its ``raw`` is the pointer.

    ``folder`` is the archive's root. Raises Quarantine: "truncated-warc" for a record that ends too early (a machine
    that lost power while writing), "bad-warc" for bytes that are no record or not the ones that were written,
    "no-warc" for a missing file.
    """
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    from crawlers.kinds import Answer

    where = f"{pointer.file} pada posisi {pointer.offset}"
    member = io.BytesIO(_read_member(folder, pointer, where=where))
    try:
        record = next(iter(ArchiveIterator(member, check_digests="raise")))
        body = record.raw_stream.read()
    except (ArchiveLoadFailed, StopIteration, ValueError, EOFError) as error:
        raise Quarantine("bad-warc", f"Rekaman arsip {where} tidak dapat dibaca: {error}.") from error
    if record.rec_type != "response" or record.http_headers is None:
        raise Quarantine("bad-warc", f"Rekaman arsip {where} bukan jawaban server.")
    headers = tuple((name, value) for name, value in record.http_headers.headers)
    told = record.http_headers.get_header("Content-Length")
    if told is not None and told != str(len(body)):
        raise Quarantine("truncated-warc", f"Rekaman arsip {where} terpotong: {len(body)} dari {told} bita.")
    return Answer(
        url=record.rec_headers.get_header("WARC-Target-URI"),
        status=int(record.http_headers.get_statuscode()),
        headers=headers,
        body=body,
        at=datetime.fromisoformat(record.rec_headers.get_header("WARC-Date")).astimezone(UTC),
        raw=pointer,
    )


def _read_member(folder: Path, pointer: RawPointer, *, where: str) -> bytes:
    """The decompressed gzip member at a pointer, whole. Never leaves the archive's folder."""
    path = (folder / pointer.file).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise Quarantine("no-warc", f"Berkas {pointer.file} tidak ada di dalam arsip.")
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    inflated = bytearray()
    try:
        with path.open("rb") as file:
            file.seek(pointer.offset)
            while not inflate.eof:
                block = inflate.unconsumed_tail or file.read(65536)
                if not block:
                    raise Quarantine(
                        "truncated-warc",
                        f"Rekaman arsip {where} terpotong: penulisannya tidak selesai.",
                        hint="Ambil ulang halamannya dengan menjalankan crawl lagi.",
                    )
                inflated += inflate.decompress(block, MAX_RECORD_BYTES)
                if len(inflated) > MAX_RECORD_BYTES:
                    raise Quarantine("bad-warc", f"Rekaman arsip {where} lebih besar dari batas.")
    except FileNotFoundError as error:
        raise Quarantine("no-warc", f"Berkas arsip {pointer.file} tidak ada.") from error
    except zlib.error as error:
        raise Quarantine("bad-warc", f"Rekaman arsip {where} rusak: {error}.") from error
    return bytes(inflated)
