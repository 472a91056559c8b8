"""Writes what a capture's recorder kept as one WARC 1.1 file: requests and answers, redirects too.

As in ``crawlers.archive``: one gzip member a record, bodies de-chunked and decompressed with headers that say so, no
header that says who asks. A body that ends early says why (WARC-Truncated). What a logged-in visit received as cookies
opens somebody's account, so their values are left out, and the names stay.
"""

from __future__ import annotations

import hashlib
import io
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit, urlunsplit

from crawlers.archive import CREDENTIALS, REWRITTEN
from evidence.capture.exchanges import Exchange, Headers

MAX_DECODED_BYTES = 256 * 1024 * 1024
"""Largest body after decompression, ten times the largest that is taken over the wire; a longer one (a bomb) is kept
as it came, compressed."""
PIECE_BYTES = 256 * 1024

COMPRESSED = frozenset({"gzip", "x-gzip", "deflate"})
"""Content-Encoding values that are undone; only gzip is asked for."""
LEFT_OUT = "[tidak disimpan]"
"""Stands for the value of a logged-in visitor's cookie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBody:
    """A body as it lies in the WARC file."""

    size: int
    sha256: str


def write_archive(
    out: IO[bytes],
    exchanges: Sequence[Exchange],
    *,
    info: Mapping[str, str],
    begun: datetime,
    scratch: Path,
    logged_in: bool,
) -> tuple[KeptBody, ...]:
    """Write the records to ``out``; returns the body of each exchange as kept, in the same order.

    ``info`` is the warcinfo record's; ``scratch`` a folder for decompressed bodies; with ``logged_in`` neither cookies'
    values nor the bodies of requests are kept.
    """
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    writer: Any = WARCWriter(out, gzip=True, warc_version="1.1")
    record = writer.create_warcinfo_record("halaman.warc.gz", dict(info))
    record.rec_headers.replace_header("WARC-Date", _warc_date(begun))
    writer.write_record(record)
    kept = []
    for exchange in exchanges:
        plain = scratch / "decoded.body"
        path, decoded = (plain, True) if decode_body(exchange, plain) else (exchange.body, False)
        with path.open("rb") as body:
            size = path.stat().st_size
            about = {"WARC-Date": _warc_date(exchange.at)}
            if exchange.ip is not None:
                about["WARC-IP-Address"] = exchange.ip
            if exchange.cut is not None:
                about["WARC-Truncated"] = exchange.cut
            headers = _answer_headers(exchange, size=size, decoded=decoded, logged_in=logged_in)
            answer = writer.create_warc_record(
                exchange.url,
                "response",
                payload=body,
                length=size,
                http_headers=StatusAndHeaders(
                    f"{exchange.status} {_one_line(exchange.reason)}", headers, protocol="HTTP/1.1"
                ),
                warc_headers_dict=about,
            )
            writer.write_record(answer)
        _write_request(writer, exchange, answer=answer, logged_in=logged_in)
        with path.open("rb") as body:
            kept.append(KeptBody(size=size, sha256=hashlib.file_digest(body, "sha256").hexdigest()))
        plain.unlink(missing_ok=True)
    return tuple(kept)


def decode_body(exchange: Exchange, to: Path) -> bool:
    """Decompress a body into a file; False where it is not compressed, not in a way we undo, damaged, or a bomb."""
    coding = (exchange.header("content-encoding") or "").strip().lower()
    if coding not in COMPRESSED or exchange.size == 0:
        return False
    inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # gzip or zlib, whichever it is
    size = 0
    with exchange.body.open("rb") as body, to.open("wb") as out:
        try:
            while piece := inflate.unconsumed_tail or body.read(PIECE_BYTES):
                plain = inflate.decompress(piece, PIECE_BYTES)
                size += len(plain)
                if size > MAX_DECODED_BYTES:
                    return False
                out.write(plain)
            out.write(inflate.flush())
        except zlib.error:
            return False
    return (inflate.eof and not inflate.unused_data) or exchange.cut is not None


def _answer_headers(exchange: Exchange, *, size: int, decoded: bool, logged_in: bool) -> list[tuple[str, str]]:
    """An answer's headers, with those that speak of the bytes on the wire put aside."""
    rewritten = REWRITTEN if decoded else REWRITTEN - {"content-encoding"}
    headers = []
    for name, value in exchange.headers:
        if logged_in and name.lower() == "set-cookie":
            value = f"{value.partition('=')[0]}={LEFT_OUT}"
        headers.append((f"X-Archive-Orig-{name}" if name.lower() in rewritten else name, _one_line(value)))
    return [*headers, ("Content-Length", str(size))]


def _write_request(writer: Any, exchange: Exchange, *, answer: Any, logged_in: bool) -> None:
    from warcio.statusandheaders import StatusAndHeaders

    parts = urlsplit(exchange.url)
    target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    body = b"" if logged_in else exchange.sent_body
    headers = [(name, _one_line(value)) for name, value in _without_credentials(exchange.sent_headers)]
    if len(body) != len(exchange.sent_body):
        headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
        headers.append(("Content-Length", "0"))
    record = writer.create_warc_record(
        exchange.url,
        "request",
        payload=io.BytesIO(body),
        length=len(body),
        http_headers=StatusAndHeaders(f"{exchange.method} {target} HTTP/1.1", headers, is_http_request=True),
        warc_headers_dict={
            "WARC-Date": _warc_date(exchange.at),
            "WARC-Concurrent-To": answer.rec_headers.get_header("WARC-Record-ID"),
        },
    )
    writer.write_record(record)


def _without_credentials(headers: Headers) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() not in CREDENTIALS]


def _one_line(value: str) -> str:
    return re.sub(r"[\r\n]+", " ", value)


def _warc_date(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
