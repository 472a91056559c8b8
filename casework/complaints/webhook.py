"""Takes complaints from a messaging gateway (WhatsApp, SMS, a call centre): replays, and what cannot be read.

The signature is ``casework.webhook_signature``'s. The same signed bytes again are a replay and are refused; a message
signed anew with the same ``id`` is answered with the number it already has. What cannot be read is kept, held.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy.orm import Session

from casework.complaints.intake import code_of, take_complaint
from casework.complaints.listing import as_complaint
from casework.complaints.preparing import MAX_TEXT, find_intake_faults
from casework.complaints.records import ComplaintChannel, HeldReason, Intake, Taken
from casework.complaints.tables import ComplaintDeliveryRow, ComplaintRow
from casework.db import take_turn
from casework.roles import SYSTEM
from casework.tip_intake import key_of
from casework.webhook_signature import Signature
from crawlers.by_hand import MAX_NAME
from kentongan.errors import Conflict
from kentongan.settings import Settings
from kentongan.times import parse_time

if TYPE_CHECKING:
    from casework.deadlines import Deadlines
    from kentongan.places import Gazetteer
    from models.suggest import Suggester

VIA = "webhook"
"""What history and audit say of a complaint that came this way."""
FROM_OUTSIDE: tuple[ComplaintChannel, ...] = ("web", "whatsapp", "sms", "telepon", "tatap-muka", "lain")
"""Channels a gateway may speak for."""


class ComplaintDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a delivery. Fields we do not know are passed over: a gateway may send more than we asked for."""

    id: str
    """The sender's own id for this message, the same each time it is sent."""
    channel: str
    """One of ``FROM_OUTSIDE``."""
    text: str = ""
    title: str = ""
    name: str = ""
    contact: str = ""
    address: str = ""
    """Where the gateway itself would answer."""
    place: str = ""
    lat: float | None = None
    lon: float | None = None
    anonymous: bool = False
    secret: bool = False
    """Whistle-blowing, as the reporter asked."""
    at: str = ""
    """When it was said, ISO; empty: now."""


def receive_complaint(
    session: Session,
    body: bytes,
    *,
    signature: Signature,
    deadlines: Deadlines,
    gazetteer: Gazetteer | None,
    suggester: Suggester | None,
    settings: Settings,
    now: datetime,
) -> Taken:
    """Take in a delivery whose signature is right. What cannot be read becomes a held one with the body beside it.

    Raises Conflict for a replay, and for another message under an id that was used: nothing is added.
    """
    take_turn(session, f"complaint-signature|{signature.digest}")
    if session.get(ComplaintDeliveryRow, ("signature", signature.digest)) is not None:
        raise Conflict(
            "Kiriman ini sudah diterima.", hint="Kiriman ulang harus ditandatangani lagi dengan id yang sama."
        )
    digest = hashlib.sha256(body).hexdigest()
    intake, sender_id = read_delivery(body, zone=settings.zone, now=now)
    named = sender_id or digest
    take_turn(session, f"complaint-webhook|{named}")
    known = session.get(ComplaintDeliveryRow, ("webhook", key_of(named)))
    if known is not None:
        if known.digest != digest:
            raise Conflict("Id kiriman ini sudah dipakai untuk pesan lain.", hint="Beri setiap pesan id-nya sendiri.")
        row = session.get_one(ComplaintRow, known.complaint)
        taken = Taken(complaint=as_complaint(row), code=code_of(session, row.id), new=False)
    else:
        taken = take_complaint(
            session, intake, deadlines=deadlines, gazetteer=gazetteer, suggester=suggester, settings=settings,
            actor=SYSTEM, now=now, via=VIA,
        )  # fmt: skip
        add_delivery(session, "webhook", key_of(named), digest=digest, taken=taken, now=now)
    add_delivery(session, "signature", signature.digest, digest=digest, taken=taken, now=now)
    session.flush()
    return taken


def add_delivery(session: Session, way: str, key: str, *, digest: str, taken: Taken, now: datetime) -> None:
    session.add(ComplaintDeliveryRow(way=way, key=key, digest=digest, complaint=taken.complaint.id, at=now))


def read_delivery(body: bytes, *, zone: str, now: datetime) -> tuple[Intake, str | None]:
    """The intake in a body, and the sender's id for it; held where the body is not what was agreed."""
    raw = body.decode("utf-8", "replace")
    try:
        sent = msgspec.json.decode(body, type=ComplaintDelivery)
    except msgspec.ValidationError:
        return held_intake("lain", raw, reason="bad-shape"), None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return held_intake("lain", raw, reason="bad-json"), None
    channel = next((one for one in FROM_OUTSIDE if one == sent.channel), None)
    if channel is None or not sent.id.strip():
        return held_intake("lain", raw, reason="bad-shape", sent=sent), sent.id.strip() or None
    try:
        said_at = parse_time(sent.at, zone=zone) if sent.at.strip() else None
        if said_at is not None and said_at > now:
            raise ValueError("said in the future")
    except (ValueError, OverflowError):
        return held_intake(channel, raw, reason="bad-shape", sent=sent), sent.id
    intake = Intake(
        channel=channel,
        text=sent.text,
        title=sent.title or None,
        received_at=said_at,
        name=sent.name,
        contact=sent.contact,
        address=sent.address,
        anonymous=sent.anonymous,
        secret=sent.secret,
        place=sent.place or None,
        lat=sent.lat,
        lon=sent.lon,
    )
    faults = find_intake_faults(intake)
    if not faults:
        return intake, sent.id
    reason: HeldReason = "bad-shape"
    if "text" in faults:
        reason = "too-long" if len(sent.text) > MAX_TEXT else "no-text"
    return held_intake(channel, raw, reason=reason, sent=sent), sent.id


def held_intake(
    channel: ComplaintChannel, raw: str, *, reason: HeldReason, sent: ComplaintDelivery | None = None
) -> Intake:
    """An intake that a person has to look at. Names too long for their fields stay in ``raw`` alone."""

    def short(value: str) -> str:
        return value if len(value) <= MAX_NAME else ""

    return Intake(
        channel=channel,
        text="",
        raw=raw,
        held=reason,
        anonymous=sent is not None and sent.anonymous,
        secret=sent is not None and sent.secret,
        name=short(sent.name) if sent is not None else "",
        contact=short(sent.contact) if sent is not None else "",
        address=short(sent.address) if sent is not None else "",
    )
