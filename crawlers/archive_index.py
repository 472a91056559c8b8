"""Lists what each WARC file of the archive holds (CDXJ beside it), and finds every capture of an address.

An index is written when its file is closed. One that is missing or covers only part of its file (the crawl was killed,
or is still writing) is made anew from the file; records that were not written to their end are left out, and said.
"""

from __future__ import annotations

import io
import logging
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import msgspec

from crawlers.addresses import url_key
from kentongan.schema import RawPointer

logger = logging.getLogger(__name__)

SUFFIX = ".cdxj"
"""Of an index; it takes the place of ".warc.gz"."""

HEAD_BYTES = 1 << 18
"""How much of a record is inflated to read its headers; the crawler takes no longer ones (crawlers/downloads.py)."""

BLOCK = 1 << 16
"""Bytes read from a file at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One answer in the archive."""

    url: str
    at: datetime
    """When it was received. Aware, in UTC."""
    status: int
    mime: str
    """Media type as the server named it, without parameters; "unk" where it named none, as is customary."""
    digest: str
    """WARC-Payload-Digest: "sha1:" and 32 letters in base 32."""
    raw: RawPointer
    length: int
    """Bytes of the record in the file, compressed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What is in one WARC file."""

    captures: tuple[Capture, ...]
    size: int
    """Bytes of the file when its reading began."""
    torn_at: int | None
    """Where a record begins that was not written to its end; None for a whole file."""


def sort_key(url: str) -> str:
    """The address in sort-friendly form ("id,go,jatengprov)/berita?x=1"), as CDXJ lines begin: all captures of one
    address, with or without "www.", over http or https, share it."""
    parts = urlsplit(url_key(url))
    host = ",".join(reversed((parts.hostname or "").split(".")))
    port = f":{parts.port}" if parts.port else ""
    return f"{host}{port}){parts.path}{f'?{parts.query}' if parts.query else ''}".lower().replace(" ", "%20")


def index_path(file: Path) -> Path:
    """Where the index of a WARC file lies."""
    return file.with_name(file.name.removesuffix(".warc.gz") + SUFFIX)


def write_index(folder: Path, file: str, *, captures: Iterable[Capture], size: int) -> None:
    """Write the index of a WARC file, whole or not at all. ``file`` is relative to the archive's ``folder``; ``size``
    the bytes that it covers."""
    lines = sorted(f"{sort_key(one.url)} {one.at:%Y%m%d%H%M%S} {_encode(one)}" for one in captures)
    target = index_path(folder / file)
    half = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    half.write_text("\n".join([f'!meta {{"size": {size}}}', *lines, ""]), encoding="utf-8")
    half.replace(target)


def scan_file(folder: Path, file: str) -> Scan:
    """Everything in a WARC file, read from the file itself. A torn or damaged rest is skipped and logged."""
    captures: list[Capture] = []
    torn_at: int | None = None
    with (folder / file).open("rb") as stream:
        size = os.fstat(
            stream.fileno()
        ).st_size  # first: what is written meanwhile makes the index too short, not wrong
        offset = 0
        for head, end in _read_members(stream):
            if head is None:
                torn_at = offset
                logger.warning("%s: the record at byte %d was not written to its end; it is left out", file, offset)
                break
            found = _read_capture(head, RawPointer(file=file, offset=offset), length=end - offset)
            if found is not None:
                captures.append(found)
            offset = end
    return Scan(captures=tuple(captures), size=size, torn_at=torn_at)


def find_captures(folder: Path, url: str) -> list[Capture]:
    """Every answer of an address in the archive, oldest first. Missing indexes are made on the way.

    Raises ValueError for what is no http or https address.
    """
    key = sort_key(url)
    found: list[Capture] = []
    for path in sorted(folder.rglob("*.warc.gz")):
        found += _find_in_file(folder, path.relative_to(folder).as_posix(), key=key)
    wanted = url_key(url)
    return sorted((one for one in found if url_key(one.url) == wanted), key=lambda one: (one.at, one.raw.offset))


def _find_in_file(folder: Path, file: str, *, key: str) -> list[Capture]:
    path = folder / file
    try:
        with index_path(path).open(encoding="utf-8") as lines:
            covered = msgspec.json.decode(next(lines, "").removeprefix("!meta ") or b"{}", type=dict[str, int])
            if covered.get("size") == path.stat().st_size:
                return [_decode(line, file) for line in lines if line.startswith(f"{key} ")]
    except FileNotFoundError:
        pass  # never written: the file was not closed, or is being written
    except (msgspec.DecodeError, ValueError) as error:
        logger.warning("%s: its index cannot be read (%s) and is made anew", file, error)
    scan = scan_file(folder, file)
    write_index(folder, file, captures=scan.captures, size=scan.size)
    return [one for one in scan.captures if sort_key(one.url) == key]


def _encode(capture: Capture) -> str:
    """The JSON part of a CDXJ line, with the customary names; numbers are strings there."""
    fields = {
        "url": capture.url,
        "mime": capture.mime,
        "status": str(capture.status),
        "digest": capture.digest,
        "length": str(capture.length),
        "offset": str(capture.raw.offset),
        "filename": capture.raw.file.rpartition("/")[2],
        "at": capture.at.isoformat(),
    }
    return msgspec.json.encode(fields).decode()


def _decode(line: str, file: str) -> Capture:
    fields = msgspec.json.decode(line.split(" ", 2)[2], type=dict[str, str])
    try:
        return Capture(
            url=fields["url"], at=datetime.fromisoformat(fields["at"]), status=int(fields["status"]),
            mime=fields["mime"], digest=fields["digest"], length=int(fields["length"]),
            raw=RawPointer(file=file, offset=int(fields["offset"])),
        )  # fmt: skip
    except KeyError as error:
        raise ValueError(f"a line without {error}") from error


def _read_members(stream: IO[bytes]) -> Iterator[tuple[bytes | None, int]]:
    """The gzip members of a file, as (the first HEAD_BYTES of what is in it, where it ends); None for the first that
    is torn or damaged, which is the last. Memory does not grow with the size of a record."""
    waiting = b""
    while waiting or (waiting := stream.read(BLOCK)):
        inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
        head = bytearray()
        try:
            while not inflate.eof:
                if not waiting and not (waiting := stream.read(BLOCK)):
                    yield None, stream.tell()
                    return
                piece = inflate.decompress(waiting, BLOCK)
                head += piece[: HEAD_BYTES - len(head)]
                waiting = inflate.unconsumed_tail if not inflate.eof else inflate.unused_data
        except zlib.error:
            yield None, stream.tell()
            return
        yield bytes(head), stream.tell() - len(waiting)


def _read_capture(head: bytes, raw: RawPointer, *, length: int) -> Capture | None:
    """The capture whose record begins with these bytes; None for records that are no answers."""
    from warcio.statusandheaders import StatusAndHeadersParser

    stream = io.BytesIO(head)
    record = StatusAndHeadersParser(["WARC/1.1", "WARC/1.0"]).parse(stream)
    if record.get_header("WARC-Type") != "response":
        return None
    answer = StatusAndHeadersParser(["HTTP/1.1", "HTTP/1.0"]).parse(stream)
    return Capture(
        url=record.get_header("WARC-Target-URI"),
        at=datetime.fromisoformat(record.get_header("WARC-Date")).astimezone(UTC),
        status=int(answer.get_statuscode()),
        mime=(answer.get_header("Content-Type") or "").partition(";")[0].strip().lower()[:100] or "unk",
        digest=record.get_header("WARC-Payload-Digest"),
        raw=raw,
        length=length,
    )
