"""What the reporters of a complaint are told: written with every act in the same transaction, delivered afterwards.

Every message can be read at `/adu/status` with number and code. Those with a contact also go to the messaging gateway,
at least once: each carries an id by which the gateway knows a repeat. Nothing is given up: a message that cannot be
delivered waits longer each time. Of a secret complaint nothing ever leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from types import MappingProxyType

import msgspec
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.complaints.tables import ComplaintEventRow, ComplaintMessageRow, ComplaintReporterRow, ComplaintRow
from casework.db import Casework
from casework.roles import Actor
from casework.signed_posts import pause_after, post_bytes
from casework.webhook_signature import SIGNATURE_HEADER, sign
from kentongan.errors import NotConfigured, Retry
from kentongan.settings import Settings

TOLD: Mapping[str, str] = MappingProxyType(
    {
        "received": "Aduan Anda kami terima dengan nomor {number}. Kode untuk melihat jawabannya: {code}.",
        "forwarded": "Aduan {number} diteruskan ke {agency}.",
        "returned": "Aduan {number} dikembalikan {agency} karena bukan wewenangnya; kami carikan instansi yang tepat.",
        "followed_up": "Aduan {number} ditindaklanjuti: {note}",
        "waiting": "Untuk aduan {number} kami memerlukan keterangan Anda: {note}",
        "resumed": "Aduan {number} dilanjutkan.",
        "finished": "Aduan {number} selesai. Jawaban: {note}",
        "archived": "Aduan {number} diarsipkan tanpa jawaban. Alasannya: {note}",
        "merged": "Aduan {number} digabungkan dengan aduan lain tentang hal yang sama; kabarnya tetap kami kirimkan.",
        "unmerged": "Aduan {number} dikerjakan kembali sebagai aduan tersendiri.",
        "reopened": "Aduan {number} dibuka kembali.",
    }
)
"""Act: what a reporter reads, under the number they were given."""

BATCH = 100
"""Messages looked up at a time."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
"""Each failed try doubles the pause between these two."""
MAX_ANSWER = 500
"""Characters kept of what went wrong."""

Post = Callable[[bytes, Mapping[str, str]], int]
"""Sends a body with its headers; returns the HTTP status. Raises OSError where nobody answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing a reporter was told."""

    at: datetime
    act: str
    text: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What one run of ``deliver_messages`` did."""

    sent: int
    failed: int
    """Messages that wait for another try."""
    waiting: int
    """Messages still to be sent, failed ones included."""


def tell_reporters(session: Session, row: ComplaintRow, event: ComplaintEventRow, *, now: datetime) -> int:
    """Write a message to everyone who filed this complaint or one that was merged into it; returns how many.

    Reporters of other systems are told by these. The caller's transaction carries the act itself.
    """
    from casework.agency_tables import AgencyRow

    template = TOLD.get(event.act)
    if template is None:
        return 0
    chosen = (
        select(ComplaintReporterRow, ComplaintRow.number, ComplaintRow.secret)
        .join(ComplaintRow, ComplaintRow.id == ComplaintReporterRow.complaint)
        .where(
            or_(ComplaintRow.id == row.id, ComplaintRow.merged_into == row.id), ComplaintReporterRow.code.is_not(None)
        )
        .order_by(ComplaintReporterRow.id)
    )
    agency = session.get(AgencyRow, event.agency) if event.agency else None
    told = 0
    for reporter, number, secret in session.execute(chosen):
        text = template.format(
            number=number,
            code=reporter.code,
            agency=agency.name if agency else "instansi",
            note=event.note or event.reason or "",
        )
        goes_out = not (secret or row.secret or reporter.anonymous) and (reporter.address or reporter.contact)
        session.add(
            ComplaintMessageRow(
                complaint=reporter.complaint,
                reporter=reporter.id,
                key=token_hex(16),
                at=event.at,
                act=event.act,
                text=text,
                state="waiting" if goes_out else "kept",
                tries=0,
                next_at=now,
                sent_at=None,
                fault=None,
            )
        )
        told += 1
    return told


def read_messages(session: Session, complaint: int) -> list[Message]:
    """What the reporter of this complaint was told, oldest first."""
    chosen = (
        select(ComplaintMessageRow)
        .where(ComplaintMessageRow.complaint == complaint)
        .order_by(ComplaintMessageRow.at, ComplaintMessageRow.id)
    )
    return [Message(at=row.at, act=row.act, text=row.text, sent_at=row.sent_at) for row in session.scalars(chosen)]


def deliver_messages(
    casework: Casework, *, settings: Settings, actor: Actor, now: datetime, post: Post | None = None
) -> Delivered:
    """Send every message whose turn it is to the gateway; one that fails is tried again later, the rest go on.

    Each is marked as sent in a transaction of its own right after the gateway took it. Raises NotConfigured where no
    gateway is set, NotAllowed, and Retry after the first message where the gateway does not answer at all.
    """
    if not settings.complaint_messages_url or not settings.complaint_messages_secret:
        raise NotConfigured(
            "KENTONGAN_COMPLAINT_MESSAGES_URL",
            "Gerbang pesan untuk pengadu belum disetel; kabarnya hanya dapat dibaca di /adu/status.",
            hint="Setel KENTONGAN_COMPLAINT_MESSAGES_URL dan KENTONGAN_COMPLAINT_MESSAGES_SECRET.",
        )
    send = post or open_gateway(settings.complaint_messages_url)
    sent = failed = 0
    away: OSError | None = None
    while away is None:
        with casework.begin() as session:
            authorise(session, actor, action="complaints.send", now=now)
            turn = read_turn(session, now=now)
        if not turn:
            break
        for key, body in turn:
            headers = {
                "Content-Type": "application/json",
                SIGNATURE_HEADER: sign(body, secret=settings.complaint_messages_secret, at=int(now.timestamp())),
            }
            fault = None
            try:
                status = send(body, headers)
                fault = None if 200 <= status < 300 else f"gerbang menjawab {status}"
            except OSError as error:
                away, fault = error, f"gerbang tidak menjawab: {error}"
            with casework.begin() as session:
                note_delivery(session, key, fault=fault, now=now)
            sent, failed = sent + (fault is None), failed + (fault is not None)
            if away is not None:
                break
    with casework.begin() as session:
        waiting = count_waiting(session)
        if sent:
            detail = {"terkirim": sent, "gagal": failed}
            audit.record(session, actor, action="complaints.send", object="complaints", detail=detail, now=now)
    if away is not None:
        raise Retry(
            f"Gerbang pesan tidak menjawab ({away}); {sent} terkirim, {waiting} menunggu.",
            hint="Tidak ada yang hilang: jalankan lagi `kentongan complaints send` nanti.",
        )
    return Delivered(sent=sent, failed=failed, waiting=waiting)


def read_turn(session: Session, *, now: datetime) -> list[tuple[str, bytes]]:
    """The next messages whose turn it is: key and body. A reporter who was forgotten is told nothing any more."""
    chosen = (
        select(ComplaintMessageRow, ComplaintReporterRow, ComplaintRow.number)
        .join(ComplaintReporterRow, ComplaintReporterRow.id == ComplaintMessageRow.reporter)
        .join(ComplaintRow, ComplaintRow.id == ComplaintMessageRow.complaint)
        .where(
            ComplaintMessageRow.state == "waiting", ComplaintMessageRow.next_at <= now, ComplaintRow.secret.is_(False)
        )
        .order_by(ComplaintMessageRow.next_at, ComplaintMessageRow.id)
        .limit(BATCH)
    )
    turn = []
    for message, reporter, number in session.execute(chosen):
        if not (reporter.address or reporter.contact):
            message.state = "kept"
            continue
        said = {
            "id": message.key,
            "nomor": number,
            "saluran": reporter.channel,
            "kepada": reporter.address or reporter.contact,
            "teks": message.text,
            "waktu": message.at,
        }
        turn.append((message.key, msgspec.json.encode(said)))
    return turn


def note_delivery(session: Session, key: str, *, fault: str | None, now: datetime) -> None:
    """Note how the delivery of a message went."""
    row = session.scalar(select(ComplaintMessageRow).where(ComplaintMessageRow.key == key).with_for_update())
    if row is None or row.state != "waiting":
        return
    row.tries += 1
    if fault is None:
        row.state, row.sent_at, row.fault = "sent", now, None
    else:
        row.fault = fault[:MAX_ANSWER]
        row.next_at = now + pause_after(row.tries, first=FIRST_PAUSE, longest=LONGEST_PAUSE)


def count_waiting(session: Session) -> int:
    """How many messages still wait for the gateway."""
    chosen = select(func.count()).select_from(ComplaintMessageRow).where(ComplaintMessageRow.state == "waiting")
    return session.scalar(chosen) or 0


def open_gateway(url: str) -> Post:
    """What sends to the gateway; redirects are not followed, a body is never sent elsewhere than asked."""
    return lambda body, headers: post_bytes(url, body, headers).status
