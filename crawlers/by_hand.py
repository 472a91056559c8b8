"""What a person enters by hand because no machine may collect it: a post on Facebook, a forwarded WhatsApp message.

Somebody chose each of these, so they carry the source ``BY_HAND``, are shown and never counted in a volume. Who sent a
WhatsApp message is a private person and never enters.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from uuid import uuid4

from crawlers.addresses import host_of, names_private_place, normalise_url, publisher_of, url_key
from crawlers.plausibility import EARLIEST
from kentongan import text as words
from kentongan.errors import Quarantine, Retry
from kentongan.schema import BY_HAND, Document, Query, document_id
from kentongan.times import parse_time
from search.store import Store

PLATFORMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "facebook": ("Facebook", "facebook.com"),
        "tiktok": ("TikTok", "tiktok.com"),
        "instagram": ("Instagram", "instagram.com"),
        "whatsapp": ("WhatsApp (pesan berantai)", "whatsapp"),
        "x": ("X (Twitter)", "x.com"),
        "threads": ("Threads", "threads.net"),
        "telegram": ("Telegram", "t.me"),
        "youtube": ("YouTube", "youtube.com"),
        "lain": ("Lainnya", "lain"),
    }
)
"""Platform: its name for people, and the publisher of what stands there."""

PRIVATE = frozenset({"whatsapp"})
"""Platforms on which whoever sends something is a private person."""

MAX_AHEAD = timedelta(minutes=5)
"""How far ahead of the clock a time may lie: two clocks, no more."""

MAX_TEXT = 100_000
"""Longest text, in characters: the longest post any of the platforms takes, with room."""

MAX_NAME = 100
"""Longest name of whoever enters, and of an account, in characters."""

MAX_ADDRESS = 2_000
"""Longest address, in characters."""

MAX_PICTURE = 20_000_000
"""Largest picture, in bytes."""

WITHOUT_WORDS = "(Teks belum disalin.)"
"""Stands for the text of what was entered with an address or a picture alone: a document has words."""

PICTURES = "tangkapan"
"""Folder of the pictures under ``data_dir``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a person typed, as they typed it."""

    platform: str
    """One of PLATFORMS."""
    time: str
    """When it was published, in any spelling that ``parse_time`` reads."""
    actor: str
    """Who enters it."""
    text: str = ""
    url: str = ""
    author: str = ""
    picture: bytes | None = None


def find_faults(entry: Entry, *, now: datetime, zone: str) -> dict[str, str]:
    """What is wrong with an entry: field -> sentence for the person. Empty where it can be saved."""
    faults = {
        "platform": "" if entry.platform in PLATFORMS else f"Pilih salah satu: {', '.join(PLATFORMS)}.",
        "text": fault_of_text(entry),
        "url": fault_of_address(entry.url.strip()),
        "time": fault_of_time(entry.time, now=now, zone=zone),
        "author": fault_of_author(entry),
        "actor": fault_of_name(entry.actor),
        "picture": "" if entry.picture is None else fault_of_picture(entry.picture),
    }
    return {field: said for field, said in faults.items() if said}


def fault_of_text(entry: Entry) -> str:
    if len(entry.text) > MAX_TEXT:
        return f"Teksnya lebih dari {MAX_TEXT} huruf."
    if words.clean(entry.text).strip() or entry.url.strip() or entry.picture is not None:
        return ""
    return "Isi paling sedikit satu: teks, alamat, atau tangkapan layar."


def fault_of_address(url: str) -> str:
    if not url:
        return ""
    try:
        host = host_of(normalise_url(with_scheme(url)))
    except ValueError:
        host = ""
    if len(url) > MAX_ADDRESS or "." not in host or names_private_place(host):
        return "Alamatnya tidak terbaca; salin seluruhnya, misalnya https://www.tiktok.com/@akun/video/123."
    return ""


def fault_of_time(raw: str, *, now: datetime, zone: str) -> str:
    if not raw.strip():
        return "Isi kapan diunggah, misalnya 12/11/2026 10:15 WIB."
    try:
        moment = parse_time(raw, zone=zone)
    except ValueError:
        return "Waktunya tidak terbaca; tulis seperti 12/11/2026 10:15 WIB atau 12 November 2026 10.15."
    if moment > now + MAX_AHEAD:
        return "Waktunya di masa depan; periksa tanggal dan zonanya."
    return "Waktunya sebelum 1995; periksa tahunnya." if moment < EARLIEST else ""


def fault_of_author(entry: Entry) -> str:
    if not entry.author.strip():
        return ""
    if entry.platform in PRIVATE:
        return "Pengirim pesan WhatsApp adalah orang pribadi dan tidak dicatat; kosongkan."
    return f"Nama akun lebih dari {MAX_NAME} huruf." if len(entry.author) > MAX_NAME else ""


def fault_of_name(actor: str) -> str:
    if not words.clean(actor).strip():
        return "Isi nama Anda: siapa yang memasukkan ikut dicatat."
    return f"Nama lebih dari {MAX_NAME} huruf." if len(actor) > MAX_NAME else ""


def fault_of_picture(content: bytes) -> str:
    if len(content) > MAX_PICTURE:
        return f"Gambarnya lebih dari {MAX_PICTURE // 1_000_000} MB."
    return "" if picture_type(content) else "Gambarnya bukan PNG, JPEG, atau WebP."


def picture_type(content: bytes) -> str | None:
    """The ending of a picture's file name by its first bytes: "png", "jpg" or "webp"; None for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    return "webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else None


def with_scheme(url: str) -> str:
    """An address as people copy it, made whole ("tiktok.com/@akun")."""
    return url if "://" in url or not url else f"https://{url}"


def make_entry(entry: Entry, *, now: datetime, zone: str) -> Document:
    """The document of an entry; nothing is stored. Entered again, it has the same id.

    Raises Quarantine ("bad-entry") with every fault that ``find_faults`` names.
    """
    faults = find_faults(entry, now=now, zone=zone)
    if faults:
        raise Quarantine("bad-entry", " ".join(faults.values()))
    text = words.clean(entry.text).strip()
    url = normalise_url(with_scheme(entry.url.strip())) if entry.url.strip() else None
    publisher = PLATFORMS[entry.platform][1]
    if entry.platform == "lain" and url:
        publisher = publisher_of(url)
    if url:
        key = url_key(url)
    elif text:
        # A forwarded message comes back with another emoji or blank: that is no second message.
        key = f"teks:{words.fingerprint(text)}"
    else:
        key = f"gambar:{picture_name(entry.picture or b'')}"
    facts = {"dimasukkan_oleh": words.clean(entry.actor).strip()}
    if entry.picture is not None:
        facts["bukti"] = picture_name(entry.picture)
    return Document(
        id=document_id(publisher, key),
        kind="post",
        publisher=publisher,
        platform=entry.platform,
        native_key=key,
        source=BY_HAND,
        text=text or WITHOUT_WORDS,
        published_at=parse_time(entry.time, zone=zone),
        published_raw=" ".join(entry.time.split()),
        collected_at=now.astimezone(UTC),
        url=url,
        author=words.clean(entry.author).strip() or None,
        links=words.links(text),
        hashtags=tuple(dict.fromkeys(tag.lower() for tag in words.hashtags(text))),
        facts=facts,
    )


def picture_name(content: bytes) -> str:
    """File name of a picture: its SHA-256 and what it is."""
    return f"{hashlib.sha256(content).hexdigest()}.{picture_type(content)}"


def keep_picture(folder: Path, content: bytes) -> Path:
    """Write a picture under its content's name, whole or not at all; one that is there stays. Raises Retry."""
    file = folder / picture_name(content)
    part = folder / f".{uuid4().hex}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if file.exists():
            return file
        with part.open("xb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Retry(f"Gambar tidak dapat disimpan di {folder}: {error.strerror}.") from error
    return file


def drop_entry(store: Store, document: Document, folder: Path) -> bool:
    """Take an entry back, with its picture where no other entry shows the same; returns whether it was there.

    Raises ValueError for a document that was not entered by hand.
    """
    if document.source != BY_HAND:
        raise ValueError(f"not entered by hand: {document.id}")
    dropped = bool(store.drop([document.id]))
    store.refresh()
    picture = document.facts.get("bukti")
    if picture:
        others = (record.document.facts.get("bukti") for record in store.stream(Query(sources=(BY_HAND,))))
        if picture not in others:
            (folder / Path(picture).name).unlink(missing_ok=True)
    return dropped
