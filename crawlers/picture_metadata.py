"""Takes out of a picture what a phone wrote into it: where and when it was taken, with which device, and comments.

The picture itself is not touched: whole segments or chunks are left out (JPEG: ITU T.81 annex B and Exif 2.32; PNG:
ISO 15948; WebP: RFC 9649). Of Exif only the orientation stays, without which photographs lie on their side.
"""

from __future__ import annotations

import struct
from typing import Final

PRIVATE_SEGMENTS: Final = frozenset({0xE1, 0xED, 0xFE})
"""JPEG segments that go: Exif and XMP (APP1), IPTC (APP13), comments."""
PRIVATE_CHUNKS: Final = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME", b"EXIF", b"XMP "})
"""Chunks of PNG and WebP that go."""
START_OF_SCAN: Final = 0xDA
ORIENTATION: Final = 0x0112
EXIF: Final = b"Exif\x00\x00"
PNG_HEAD: Final = 8
WEBP_HEAD: Final = 12
EXIF_FLAG, XMP_FLAG = 0x08, 0x04
"""Bits of WebP's VP8X chunk that announce what is taken out."""


def strip_metadata(content: bytes) -> bytes:
    """The picture without what it says about its maker. From where a file is broken on, it stays as it is; so does
    anything that is no JPEG, PNG or WebP."""
    if content.startswith(b"\xff\xd8\xff"):
        return strip_jpeg(content)
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return strip_chunks(content, head=PNG_HEAD, png=True)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        body = strip_chunks(content, head=WEBP_HEAD, png=False)
        return b"RIFF" + struct.pack("<I", len(body) - 8) + body[8:]
    return content


def strip_jpeg(content: bytes) -> bytes:
    kept, at = [content[:2]], 2
    while content[at : at + 1] == b"\xff" and at + 4 <= len(content):
        marker, size = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if marker == START_OF_SCAN or size < 2:
            break
        segment = content[at : at + 2 + size]
        if marker not in PRIVATE_SEGMENTS:
            kept.append(segment)
        elif segment[4:10] == EXIF and (turned := read_orientation(segment[10:])) > 1:
            kept.append(orientation_segment(turned))
        at += len(segment)
    return b"".join(kept) + content[at:]


def read_orientation(tiff: bytes) -> int:
    """How the picture is turned (1 to 8), from the first directory of its Exif; 1 where that says nothing."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    try:
        if order is None:
            return 1
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, start)
        for number in range(entries):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * number)
            if tag == ORIENTATION and kind == 3 and value in range(1, 9):
                return int(value)
    except struct.error:
        return 1
    return 1


def orientation_segment(turned: int) -> bytes:
    """An APP1 segment that says only how the picture is turned."""
    tiff = b"II*\x00" + struct.pack("<IHHHIHHI", 8, 1, ORIENTATION, 3, 1, turned, 0, 0)
    return b"\xff\xe1" + (len(EXIF) + len(tiff) + 2).to_bytes(2, "big") + EXIF + tiff


def strip_chunks(content: bytes, *, head: int, png: bool) -> bytes:
    """A file of chunks without the private ones."""
    kept, at = [content[:head]], head
    while at + 8 <= len(content):
        if png:
            size, name = int.from_bytes(content[at : at + 4], "big") + 12, content[at + 4 : at + 8]
        else:
            size = int.from_bytes(content[at + 4 : at + 8], "little")
            name, size = content[at : at + 4], 8 + size + size % 2
        chunk = content[at : at + size]
        if name == b"VP8X" and len(chunk) > 8:
            chunk = chunk[:8] + bytes([chunk[8] & ~(EXIF_FLAG | XMP_FLAG)]) + chunk[9:]
        if name not in PRIVATE_CHUNKS:
            kept.append(chunk)
        at += size
    return b"".join(kept) + content[at:]
