"""Keeps raw answers as WARC files, and gives back the exact bytes that a document was read from.

One new file a run, so any number of crawls may write at once; one gzip member a record, so any record can be read from
its offset alone. Bodies are kept de-chunked and decompressed, and the headers say so. Reading needs neither scrapy nor
twisted.
"""

from __future__ import annotations

import http
import io
import os
import re
import secrets
import zlib
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

from kentongan import __version__
from kentongan.errors import Quarantine
from kentongan.schema import RawPointer

if TYPE_CHECKING:
    from crawlers.kinds import Answer

MAX_RECORD_BYTES = 256 * 1024 * 1024
"""Largest record that is read back, in bytes after decompression; the crawler's own limit on bodies lies far below."""

REWRITTEN = frozenset({"transfer-encoding", "content-encoding", "content-length"})
"""Headers that speak of the bytes on the wire, not of the bytes kept. Their values move to X-Archive-Orig-*."""


class Archive:
    """The WARC file of one run. Created with the first answer: a run without answers leaves none."""

    def __init__(self, folder: Path, *, run: str, now: datetime) -> None:
        """``folder`` is the archive's root, ``run`` a name for people (a source's), ``now`` the run's start."""
        utc = now.astimezone(UTC)
        name = re.sub(r"[^a-z0-9.-]+", "-", run.lower()).strip("-.")[:60] or "run"
        self.file = f"{utc:%Y}/{utc:%m}/{name}-{utc:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}.warc.gz"
        self._folder = folder
        self._started = utc
        self._out: IO[bytes] | None = None
        self._writer: Any = None

    def write_response(self, answer: Answer) -> RawPointer:
        """Add one answer; returns where it lies. It is durable after ``sync``."""
        from warcio.statusandheaders import StatusAndHeaders

        out = self._open()
        offset = out.tell()
        headers = []
        for name, value in answer.headers:
            kept = f"X-Archive-Orig-{name}" if name.lower() in REWRITTEN else name
            headers.append((kept, value.replace("\r", " ").replace("\n", " ")))
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
        return RawPointer(file=self.file, offset=offset)

    def sync(self) -> None:
        """Make everything written so far durable."""
        if self._out is not None:
            self._out.flush()
            os.fsync(self._out.fileno())

    def _open(self) -> IO[bytes]:
        """The file, created with its warcinfo record where it is not there yet."""
        if self._out is None:
            from warcio.warcwriter import WARCWriter

            path = self._folder / self.file
            path.parent.mkdir(parents=True, exist_ok=True)
            self._out = path.open("xb")
            self._writer = WARCWriter(self._out, gzip=True, warc_version="1.1")
            info = {"software": f"Kentongan/{__version__}", "format": "WARC File Format 1.1"}
            record = self._writer.create_warcinfo_record(path.name, info)
            record.rec_headers.replace_header("WARC-Date", _warc_date(self._started))
            self._writer.write_record(record)
            # The name must survive a power cut as well as the bytes.
            directory = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(directory)
            finally:
                os.close(directory)
        return self._out

    def close(self) -> None:
        if self._out is not None:
            self.sync()
            self._out.close()
            self._out = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


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
