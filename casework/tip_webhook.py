"""Takes tips from a messaging gateway: replays, and what is done with each kind of payload.

The signature is ``casework.webhook_signature``'s. The same signed bytes again are a replay and are refused. A sender
who is not sure that a delivery arrived signs it anew with the same ``id``: that is answered with the number it already
has, and adds nothing.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from casework.db import take_turn
from casework.roles import SYSTEM
from casework.tip_intake import HeldReason, Taken, TipIntake, find_tip_faults, key_of, take_tip
from casework.tip_tables import TipDeliveryRow
from casework.tips import CHANNELS, Channel, as_tip, find_row
from casework.webhook_signature import Signature as Signature
from crawlers.by_hand import MAX_NAME, MAX_TEXT
from kentongan.errors import Conflict
from kentongan.settings import Settings


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a delivery. Fields we do not know are passed over: a gateway may send more than we asked for."""

    id: str
    """The sender's own id for this message, the same each time it is sent."""
    channel: str
    """One of ``casework.tips.CHANNELS``."""
    text: str = ""
    link: str = ""
    name: str = ""
    contact: str = ""
    address: str = ""


def receive_delivery(
    session: Session, body: bytes, *, signature: Signature, settings: Settings, now: datetime
) -> Taken:
    """Take in a delivery whose signature is right. What cannot be read becomes a held tip with the body beside it.

    Raises Conflict for a replay, and for another message under an id that was used: nothing is added.
    """
    take_turn(session, f"webhook-signature|{signature.digest}")
    if session.get(TipDeliveryRow, ("signature", signature.digest)) is not None:
        raise Conflict(
            "Kiriman ini sudah diterima.", hint="Kiriman ulang harus ditandatangani lagi dengan id yang sama."
        )
    digest = hashlib.sha256(body).hexdigest()
    intake, sender_id = read_delivery(body)
    named = sender_id or digest
    take_turn(session, f"webhook|{named}")
    known = session.get(TipDeliveryRow, ("webhook", key_of(named)))
    if known is not None:
        if known.digest != digest:
            raise Conflict("Id kiriman ini sudah dipakai untuk pesan lain.", hint="Beri setiap pesan id-nya sendiri.")
        row = find_row(session, known.tip)
        taken = Taken(tip=as_tip(row), code=row.code, new=False)
    else:
        taken = take_tip(session, intake, settings=settings, actor=SYSTEM, now=now)
        session.add(TipDeliveryRow(way="webhook", key=key_of(named), digest=digest, tip=taken.tip.id, at=now))
    session.add(TipDeliveryRow(way="signature", key=signature.digest, digest=digest, tip=taken.tip.id, at=now))
    session.flush()
    return taken


def read_delivery(body: bytes) -> tuple[TipIntake, str | None]:
    """The intake in a body, and the sender's id for it; the intake is held where the body is not what was agreed."""
    raw = body.decode("utf-8", "replace")
    try:
        sent = msgspec.json.decode(body, type=Delivery)
    except msgspec.ValidationError:
        return held_intake("other", raw, reason="bad-shape"), None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return held_intake("other", raw, reason="bad-json"), None
    if sent.channel not in CHANNELS or not sent.id.strip():
        return held_intake("other", raw, reason="bad-shape"), sent.id.strip() or None
    channel = sent.channel
    intake = TipIntake(
        channel=channel,
        text=sent.text,
        link=sent.link,
        name=sent.name,
        contact=sent.contact,
        address=sent.address,
    )
    faults = find_tip_faults(intake)
    if not faults:
        return intake, sent.id
    if len(sent.text) > MAX_TEXT:
        reason: HeldReason = "too-long"
    else:
        reason = "no-content" if set(faults) == {"text"} else "bad-shape"
    kept = held_intake(channel, raw, reason=reason, name=sent.name, contact=sent.contact, address=sent.address)
    return kept, sent.id


def held_intake(
    channel: Channel, raw: str, *, reason: HeldReason, name: str = "", contact: str = "", address: str = ""
) -> TipIntake:
    """An intake that a person has to look at. Names too long for their fields stay in ``raw`` alone."""
    return TipIntake(
        channel=channel,
        name=name if len(name) <= MAX_NAME else "",
        contact=contact if len(contact) <= MAX_NAME else "",
        address=address,
        raw=raw,
        held=reason,
    )
