"""WhatsApp as Meta's Cloud API sends it: what its payload looks like, and the intake each message becomes.

Shapes after Meta's webhook reference (``entry[].changes[].value.messages[]``). The signature ``X-Hub-Signature-256`` is
HMAC-SHA256 over the body with the app's secret. It carries no time, and Meta sends the same bytes again for days until
they are acknowledged, so a message that came before is acknowledged and adds nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from casework.roles import SYSTEM
from casework.tip_intake import HeldReason, Taken, TipIntake, find_tip_faults, take_tip
from casework.tip_webhook import held_intake
from crawlers.by_hand import MAX_NAME, MAX_TEXT
from kentongan.errors import NotAllowed
from kentongan.settings import Settings

SIGNATURE_HEADER = "X-Hub-Signature-256"
NO_MESSAGES = frozenset({"reaction", "system"})
"""Types that ask nothing: an emoji on a message of ours, a changed number."""


class Words(msgspec.Struct, frozen=True):
    """``text`` of a message."""

    body: str


class Media(msgspec.Struct, frozen=True):
    """``image``, ``video`` or ``document`` of a message. The file itself stays with Meta."""

    id: str
    caption: str = ""


class Message(msgspec.Struct, frozen=True, rename={"sender": "from"}):
    """One message somebody sent us."""

    id: str
    sender: str
    type: str
    text: Words | None = None
    image: Media | None = None
    video: Media | None = None
    document: Media | None = None


class Profile(msgspec.Struct, frozen=True):
    name: str = ""


class Contact(msgspec.Struct, frozen=True):
    wa_id: str
    profile: Profile = Profile()


class Value(msgspec.Struct, frozen=True):
    """What changed: messages to us; reports on messages of ours (``statuses``) are passed over."""

    messages: tuple[Message, ...] = ()
    contacts: tuple[Contact, ...] = ()


class Change(msgspec.Struct, frozen=True):
    field: str
    value: Value


class Entry(msgspec.Struct, frozen=True):
    changes: tuple[Change, ...]


class Payload(msgspec.Struct, frozen=True):
    object: str
    entry: tuple[Entry, ...]


def verify_whatsapp(header: str | None, body: bytes, *, secret: str) -> None:
    """Raise NotAllowed where the body is not signed with the app's secret."""
    wanted = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted.encode(), (header or "").encode("utf-8", "replace")):
        raise NotAllowed("Tanda tangannya salah.", hint="Periksa KENTONGAN_WHATSAPP_APP_SECRET.")


def receive_whatsapp(session: Session, body: bytes, *, settings: Settings, now: datetime) -> list[Taken]:
    """Take in every message of a payload whose signature is right; a payload that cannot be read is one held tip."""
    taken = []
    for intake, sender_id in read_payload(body):
        delivery = ("whatsapp", sender_id)
        taken.append(take_tip(session, intake, settings=settings, actor=SYSTEM, now=now, delivery=delivery))
    return taken


def read_payload(body: bytes) -> Iterator[tuple[TipIntake, str]]:
    """The intakes of a payload, each with WhatsApp's id for it."""
    raw = body.decode("utf-8", "replace")
    digest = hashlib.sha256(body).hexdigest()
    try:
        payload = msgspec.json.decode(body, type=Payload)
    except msgspec.ValidationError:
        yield held_intake("whatsapp", raw, reason="bad-shape"), digest
        return
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        yield held_intake("whatsapp", raw, reason="bad-json"), digest
        return
    for entry in payload.entry:
        for change in entry.changes:
            names = {contact.wa_id: contact.profile.name for contact in change.value.contacts}
            for message in change.value.messages:
                if message.type in NO_MESSAGES:
                    continue
                yield read_message(message, name=names.get(message.sender, "")), message.id


def read_message(message: Message, *, name: str) -> TipIntake:
    """The intake of one message; held where what matters is not in it."""
    raw = msgspec.json.encode(message).decode()
    name = name[:MAX_NAME]
    media = message.image or message.video or message.document
    if message.text is not None:
        text = message.text.body
    elif media is not None:
        text = media.caption
    else:
        return held_intake("whatsapp", raw, reason="kind", name=name, address=message.sender)
    if len(text) > MAX_TEXT:
        return held_intake("whatsapp", raw, reason="too-long", name=name, address=message.sender)
    intake = TipIntake(
        channel="whatsapp",
        text=text,
        name=name,
        contact=message.sender,
        address=message.sender,
        raw=raw if media is not None else None,
    )
    if find_tip_faults(intake):
        reason: HeldReason = "media" if media is not None else "no-content"
        return held_intake("whatsapp", raw, reason=reason, name=name, address=message.sender)
    return intake
