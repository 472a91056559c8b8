"""Takes a tip in, whatever the channel: checks it, numbers it, starts its clock and keeps the reporter apart.

What nobody can judge as it came (one word, a payload that does not parse) is kept all the same, held with its reason.
The same submission twice is one tip: by the id of its delivery, or by equal words from an equal contact within
``REPEAT_WITHIN``. Matching comes after, in ``casework.tip_matching``: a tip is safe before anything is searched.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.db import take_turn
from casework.roles import Actor
from casework.tip_tables import TipDeliveryRow, TipReporterRow, TipRow
from casework.tips import Channel, Tip, as_tip, find_row, record_act
from crawlers.by_hand import MAX_NAME, MAX_TEXT, fault_of_address, fault_of_picture, keep_picture, picture_name
from crawlers.picture_metadata import strip_metadata
from kentongan import text as words
from kentongan.errors import Quarantine
from kentongan.settings import Settings

MAX_CONTACT = 200
"""Longest contact or address, in characters."""
MAX_RAW = 262_144
"""Most that is kept of a payload that could not be read, in characters: as much as a webhook may send in bytes."""
LEAST_WORDS = 2
"""Fewest words of a text without link or picture: one word claims nothing that could be checked."""
REPEAT_WITHIN = timedelta(minutes=10)
"""Equal words from an equal contact within this are one tip: a second click, or a page that was reloaded."""
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Letters of the lookup code: none that could be taken for another when it is read out."""
CODE_LENGTH = 10
"""30 to the power of 10 codes: guessing one at the bounded rate of the lookup page takes longer than anybody lives."""
PICTURES = "laporan"
"""Folder of the tips' pictures under ``data_dir``, apart from those of public posts."""

HeldReason = Literal["too-short", "too-long", "bad-json", "bad-shape", "no-content", "media", "kind"]
HELD: Mapping[HeldReason, str] = MappingProxyType(
    {
        "too-short": "Hanya satu kata; tanyakan pesan lengkapnya kepada pelapor.",
        "too-long": f"Teksnya lebih dari {MAX_TEXT} huruf; pilih bagian yang perlu diperiksa.",
        "bad-json": "Kiriman saluran pesan tidak terbaca sebagai JSON; aslinya disimpan.",
        "bad-shape": "Kiriman saluran pesan tidak sesuai bentuk yang disepakati; aslinya disimpan.",
        "no-content": "Kiriman tidak memuat teks, tautan, atau gambar.",
        "media": "Isinya gambar atau berkas yang masih ada di saluran pesan; buka di sana, lalu lengkapi teksnya.",
        "kind": "Jenis pesan ini (misalnya suara atau stiker) belum dapat dibaca; buka di saluran pesannya.",
    }
)
"""Why a tip is held, and what to do about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TipIntake:
    """A tip as it arrived."""

    channel: Channel
    text: str = ""
    link: str = ""
    name: str = ""
    contact: str = ""
    """How the reporter wants to be answered, as they wrote it."""
    address: str = ""
    """Where the channel itself would answer (a WhatsApp number)."""
    picture: bytes | None = None
    raw: str | None = None
    """What arrived unread, for a tip that is held."""
    held: HeldReason | None = None
    entered_by: str = ""
    """Name typed by the member of staff who entered it, where nobody is signed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of an intake."""

    tip: Tip
    code: str
    """What the reporter needs beside the number to look up the answer."""
    new: bool
    """False where it was taken in before: nothing was added."""


def find_tip_faults(intake: TipIntake) -> dict[str, str]:
    """What keeps an intake from being taken: field -> sentence for the person. Empty where it can be."""
    nothing = not (words.clean(intake.text) or intake.link.strip() or intake.picture is not None or intake.held)
    long = f"Teksnya lebih dari {MAX_TEXT} huruf; kirim bagian yang Anda ragukan saja."
    faults = {
        "text": long if len(intake.text) > MAX_TEXT else "Isi paling sedikit satu: teks, tautan, atau gambar.",
        "link": fault_of_address(intake.link.strip()),
        "name": f"Nama lebih dari {MAX_NAME} huruf." if len(intake.name) > MAX_NAME else "",
        "contact": f"Kontak lebih dari {MAX_CONTACT} huruf." if len(intake.contact) > MAX_CONTACT else "",
        "picture": "" if intake.picture is None else fault_of_picture(intake.picture),
    }
    if not nothing and len(intake.text) <= MAX_TEXT:
        faults["text"] = ""
    return {field: said for field, said in faults.items() if said}


def take_tip(
    session: Session,
    intake: TipIntake,
    *,
    settings: Settings,
    actor: Actor,
    now: datetime,
    delivery: tuple[str, str] | None = None,
    via: str | None = None,
) -> Taken:
    """Take a tip in and give it its number. ``delivery`` is the way it came and its sender's id for it.

    Raises Quarantine ("bad-tip") with every fault of ``find_tip_faults``, NotAllowed, and Retry where the picture
    cannot be kept.
    """
    actor = authorise(session, actor, action="tips.enter", now=now)
    faults = find_tip_faults(intake)
    if faults:
        raise Quarantine("bad-tip", " ".join(faults.values()))
    text, contact = storable(intake.text).strip(), storable(intake.contact).strip()
    link = storable(intake.link).strip() or next(iter(words.links(text)), "")
    shown = None if intake.picture is None else strip_metadata(intake.picture)
    picture = None if shown is None else picture_name(shown)
    message = message_of(text, link=link, picture=picture)
    known = find_delivered(session, delivery) if delivery else None
    if known is None:
        known = find_repeat(session, message=message, contact=contact, now=now)
        if known is not None and delivery is not None:
            session.add(TipDeliveryRow(way=delivery[0], key=key_of(delivery[1]), tip=known.id, at=now))
    if known is not None:
        session.flush()
        return Taken(tip=as_tip(known), code=known.code, new=False)
    if shown is not None:
        keep_private_picture(settings, shown)
    held = intake.held or ("too-short" if is_too_short(text) and not link and picture is None else None)
    row = TipRow(
        code="".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH)),
        channel=intake.channel,
        state="held" if held else "new",
        reason=HELD[held] if held else None,
        text=text or None,
        link=link or None,
        picture=picture,
        message=message,
        received_at=now,
        due_at=now + timedelta(hours=settings.tip_hours),
    )
    session.add(row)
    session.flush()
    reporter = TipReporterRow(
        tip=row.id,
        name=storable(intake.name).strip() or None,
        contact=contact or None,
        address=storable(intake.address).strip()[:MAX_CONTACT] or None,
        raw=None if intake.raw is None else storable(intake.raw)[:MAX_RAW],
    )
    session.add(reporter)
    if delivery is not None:
        session.add(TipDeliveryRow(way=delivery[0], key=key_of(delivery[1]), tip=row.id, at=now))
    detail: dict[str, str | int | float | bool | list[str] | None] = {"kanal": intake.channel, "ditahan": held}
    if intake.entered_by:
        detail["dimasukkan_oleh"] = words.clean(intake.entered_by)[:MAX_NAME]
    record_act(session, row.id, act="received", actor=actor, now=now, detail=detail, via=via)
    return Taken(tip=as_tip(row), code=row.code, new=True)


def find_delivered(session: Session, delivery: tuple[str, str]) -> TipRow | None:
    """The tip that this delivery already is; None for a first one. Two at once take turns here."""
    take_turn(session, "|".join(delivery))
    seen = session.get(TipDeliveryRow, (delivery[0], key_of(delivery[1])))
    return None if seen is None else find_row(session, seen.tip)


def find_repeat(session: Session, *, message: str | None, contact: str, now: datetime) -> TipRow | None:
    """The tip that the same contact sent with equal words a moment ago; None for a first one."""
    if message is None or not contact:
        # Without a contact nobody knows whether two people asked or one clicked twice; two tips lose nothing.
        return None
    take_turn(session, f"{message}|{contact}")
    same = (
        select(TipRow)
        .join(TipReporterRow, TipReporterRow.tip == TipRow.id)
        .where(TipReporterRow.contact == contact, TipRow.message == message, TipRow.received_at > now - REPEAT_WITHIN)
    )
    return session.scalar(same.order_by(TipRow.id).limit(1))


def key_of(given: str) -> str:
    """A sender's id as it is kept: of one length, whatever they send."""
    return hashlib.sha256(given.encode("utf-8", "surrogatepass")).hexdigest()


def message_of(text: str, *, link: str, picture: str | None) -> str | None:
    """Equal for tips that ask about the same words, or where there are none, the same link or picture."""
    said = words.fingerprint(text)
    if said and not is_too_short(text):
        return f"teks:{said}"
    if link:
        return f"tautan:{key_of(link)[:32]}"
    return f"gambar:{picture[:32]}" if picture else None


def is_too_short(text: str) -> bool:
    """Whether a text claims nothing that could be checked: fewer than LEAST_WORDS words, links not counted."""
    return sum(1 for token in words.tokens(text) if words.is_word(token) or words.is_hashtag(token)) < LEAST_WORDS


def storable(text: str) -> str:
    """The text as both databases can keep it: NUL and lone surrogates become U+FFFD, nothing else changes."""
    if text.isascii() and "\x00" not in text:
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\x00", "\ufffd")


def keep_private_picture(settings: Settings, content: bytes) -> Path:
    """Keep a tip's picture in a folder that is its owner's alone. Raises Retry."""
    folder = settings.data_dir / PICTURES
    file = keep_picture(folder, content)
    folder.chmod(0o700)
    return file
