"""Takes calls for help from a gateway: a panic button, a 112 centre. Signed as ``casework.webhook_signature`` says.

A replay of the same signed bytes is refused; the same id signed anew is answered with what it already is. A body that
cannot be read is kept, held with its reason, and its sender is told so.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy.orm import Session

from casework.db import take_turn
from casework.incidents.intake import Emergency, Places, TakenCall, hold_call, take_emergency
from casework.incidents.reading import get_incident
from casework.incidents.records import as_call
from casework.incidents.tables import IncidentCallRow, IncidentDeliveryRow
from casework.roles import SYSTEM
from casework.tip_intake import key_of
from casework.webhook_signature import Signature
from kentongan.errors import Conflict

VIA: Final = "webhook"
"""What log and audit say of a call that came this way."""
HELD: Final = {
    "bad-json": "Kiriman tidak terbaca sebagai JSON; aslinya disimpan. Hubungi pengirimnya sekarang.",
    "bad-shape": "Kiriman tidak sesuai bentuk yang disepakati; aslinya disimpan. Hubungi pengirimnya sekarang.",
    "no-id": "Kiriman tidak membawa id; aslinya disimpan. Hubungi pengirimnya sekarang.",
    "empty": "Kiriman tidak memuat jenis, tempat, koordinat, atau teks; aslinya disimpan.",
}
"""Why a call is held, and what to do about it."""


class EmergencyDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a delivery. Fields we do not know are passed over: a gateway may send more than we asked for."""

    id: str
    """The sender's own id for this call, the same each time it is sent."""
    kind: str = ""
    """One of ``casework.incidents.records.KINDS``."""
    text: str = ""
    place: str = ""
    lat: float | None = None
    lon: float | None = None
    name: str = ""
    contact: str = ""


def receive_emergency(
    session: Session, body: bytes, *, signature: Signature, places: Places, within: str | None, now: datetime
) -> TakenCall:
    """Take in a delivery whose signature is right.

    Raises Conflict for a replay, and for another call under an id that was used: nothing is added.
    """
    take_turn(session, f"emergency-signature|{signature.digest}")
    if session.get(IncidentDeliveryRow, ("signature", signature.digest)) is not None:
        raise Conflict(
            "Kiriman ini sudah diterima.", hint="Kiriman ulang harus ditandatangani lagi dengan id yang sama."
        )
    digest = hashlib.sha256(body).hexdigest()
    sent, held = read_emergency(body)
    named = sent.id.strip() if sent is not None and sent.id.strip() else digest
    take_turn(session, f"emergency|{named}")
    known = session.get(IncidentDeliveryRow, ("webhook", key_of(named)))
    if known is not None:
        if known.digest != digest:
            raise Conflict("Id kiriman ini sudah dipakai untuk panggilan lain.", hint="Beri setiap panggilan id-nya.")
        taken = find_taken(session, known.call)
    else:
        if sent is None or held is not None:
            raw = body.decode("utf-8", "replace")
            call = hold_call(session, raw, reason=HELD[held or "bad-shape"], actor=SYSTEM, now=now, via=VIA)
            taken = TakenCall(call=call, incident=None, opened=False, new=True)
        else:
            emergency = Emergency(
                kind=sent.kind.strip().lower(), text=sent.text, place=sent.place, lat=sent.lat, lon=sent.lon,
                name=sent.name, contact=sent.contact,
            )  # fmt: skip
            taken = take_emergency(session, emergency, places=places, within=within, actor=SYSTEM, now=now, via=VIA)
        session.add(IncidentDeliveryRow(way="webhook", key=key_of(named), digest=digest, call=taken.call.id, at=now))
    session.add(IncidentDeliveryRow(way="signature", key=signature.digest, digest=digest, call=taken.call.id, at=now))
    session.flush()
    return taken


def find_taken(session: Session, call: int) -> TakenCall:
    """What a call that was taken in before is by now."""
    found = as_call(session.get_one(IncidentCallRow, call))
    incident = None if found.incident is None else get_incident(session, found.incident)
    return TakenCall(call=found, incident=incident, opened=False, new=False)


def read_emergency(body: bytes) -> tuple[EmergencyDelivery | None, str | None]:
    """The delivery in a body, and why it is held (a key of HELD) where nobody can act on it as it came."""
    try:
        sent = msgspec.json.decode(body, type=EmergencyDelivery)
    except msgspec.ValidationError:
        return None, "bad-shape"
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None, "bad-json"
    if not sent.id.strip():
        return sent, "no-id"
    pointed = sent.lat is not None and sent.lon is not None
    if not (sent.kind.strip() or sent.text.strip() or sent.place.strip() or pointed):
        return sent, "empty"
    return sent, None
