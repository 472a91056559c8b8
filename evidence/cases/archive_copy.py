"""Copies the archived answers of one document into a WARC file of their own, record by record, byte for byte.

A case must not depend on the archive, whose files are large and go with retention. The copy holds, for each file the
answers lie in, its warcinfo record, then each answer and the request it answers, just as they were written; only a
picture that a person handed in gets a new record (of type resource), since no server sent it.
"""

from __future__ import annotations

import io
import mimetypes
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from crawlers.archive import MAX_RECORD_BYTES, read_raw
from kentongan.errors import Quarantine
from kentongan.schema import RawPointer, Record

BLOCK = 65_536
"""Bytes read at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What could be copied."""

    records: int
    """Answers and pictures; warcinfo and requests are not counted."""
    missing: tuple[str, ...]
    """What could not, each a sentence in Indonesian."""


def raw_pointers(record: Record) -> list[RawPointer]:
    """Where the answers lie that a document was read from: the first, then those of its changed words, each once."""
    revisions = (seen.revision.raw for seen in record.observations if seen.revision is not None)
    return list(dict.fromkeys(raw for raw in (record.document.raw, *revisions) if raw is not None))


def copy_records(folder: Path, pointers: Iterable[RawPointer], *, to: IO[bytes]) -> Copied:
    """Copy these answers to ``to``. ``folder`` is the archive's root.

    What is missing or damaged is left out and said: the rest is worth keeping all the same.
    """
    copied, missing, begun = 0, list[str](), set[str]()
    for pointer in pointers:
        try:
            read_raw(folder, pointer)
            with (folder / pointer.file).open("rb") as file:
                if pointer.file not in begun:
                    info, head = read_member(file, 0)
                    if pointer.offset and b"WARC-Type: warcinfo" in head:
                        to.write(info)
                    begun.add(pointer.file)
                answer, head = read_member(file, pointer.offset)
                to.write(answer)
                copied += 1
                try:
                    request, asked = read_member(file, pointer.offset + len(answer))
                except EOFError:
                    continue  # the last record of the file: nobody kept what was asked
                if header(asked, b"WARC-Concurrent-To") == header(head, b"WARC-Record-ID") is not None:
                    to.write(request)
        except Quarantine as fault:
            missing.append(fault.message)
        except (OSError, EOFError, zlib.error) as error:
            missing.append(f"Rekaman arsip {pointer.file} pada posisi {pointer.offset} tidak terbaca: {error}.")
    return Copied(records=copied, missing=tuple(missing))


def read_member(file: IO[bytes], offset: int) -> tuple[bytes, bytes]:
    """The gzip member at an offset as it lies in the file, and the first BLOCK bytes of what is in it.

    Raises EOFError where none begins or it ends too early, zlib.error where it is damaged.
    """
    file.seek(offset)
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    member, head, inflated = bytearray(), bytearray(), 0
    while not inflate.eof:
        block = inflate.unconsumed_tail or file.read(BLOCK)
        if not block:
            raise EOFError("rekamannya tidak selesai ditulis")
        if not inflate.unconsumed_tail:
            member += block
        piece = inflate.decompress(block, BLOCK)
        head += piece[: BLOCK - len(head)]
        inflated += len(piece)
        if inflated > MAX_RECORD_BYTES:
            raise EOFError("rekamannya lebih besar dari batas")
    return bytes(member[: len(member) - len(inflate.unused_data)]), bytes(head)


def header(head: bytes, name: bytes) -> bytes | None:
    """The value of a header of a WARC record; None where it has none."""
    block = head.partition(b"\r\n\r\n")[0]
    for line in block.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name.lower():
            return value.strip()
    return None


def add_picture(picture: Path, *, url: str, at: datetime, to: IO[bytes]) -> None:
    """Add a picture that a person handed in as a record of type resource. Raises OSError where it cannot be read."""
    from warcio.warcwriter import WARCWriter

    content = picture.read_bytes()
    writer = WARCWriter(to, gzip=True, warc_version="1.1")
    writer.write_record(
        writer.create_warc_record(
            url,
            "resource",
            payload=io.BytesIO(content),
            length=len(content),
            warc_content_type=mimetypes.guess_type(picture.name)[0] or "application/octet-stream",
            warc_headers_dict={"WARC-Date": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")},
        )
    )
