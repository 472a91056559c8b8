"""Sends notices to webhooks: signed JSON, one a message, with a key by which the receiver knows a repeat."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import msgspec

from casework.alerts.channels import check_webhook
from casework.alerts.parcels import TAKEN, Outcome, Parcel, Send, refused
from casework.alerts.wording import link_to_alert
from casework.signed_posts import post_bytes
from casework.webhook_signature import SIGNATURE_HEADER, sign
from kentongan.errors import KentonganError, NotConfigured
from kentongan.settings import Settings

GONE = 410
"""The status of an address that is no more: nothing is tried there again."""
TOO_MANY = 429
"""The status of a receiver that wants a pause."""


@contextmanager
def open_webhooks(settings: Settings, *, now: datetime) -> Iterator[Send]:
    """What posts to webhooks. Raises NotConfigured without the secret that signs."""
    if not settings.alert_webhook_secret:
        raise NotConfigured(
            "alert_webhook_secret", "Webhook peringatan belum disetel.",
            hint="Setel alert_webhook_secret, sama dengan rahasia penerimanya.",
        )  # fmt: skip

    def send(parcel: Parcel) -> Outcome:
        try:
            check_webhook(parcel.address, allowed=settings.alert_webhook_hosts)
        except KentonganError as error:
            return refused(error.message, away=True)
        body = make_body(parcel, settings)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": settings.user_agent,
            "Idempotency-Key": parcel.key,
            SIGNATURE_HEADER: sign(body, secret=settings.alert_webhook_secret, at=int(now.timestamp())),
        }
        try:
            answer = post_bytes(parcel.address, body, headers)
        except OSError as error:
            return refused(f"webhook tidak menjawab: {error}", away=True)
        if 200 <= answer.status < 300:
            return TAKEN
        away = answer.status >= 500 or answer.status == TOO_MANY
        final = answer.status == GONE
        return refused(f"webhook menjawab {answer.status}", final=final, away=away, after=answer.retry_after)

    yield send


def make_body(parcel: Parcel, settings: Settings) -> bytes:
    """The notice as JSON: its key, the alert's figures, the words, where to look."""
    (notice,) = parcel.notices
    said = {
        "id": parcel.key,
        **notice.facts,
        "subjek": notice.subject,
        "teks": notice.body,
        "waktu": notice.at.isoformat(),
        "tautan": link_to_alert(notice.alert, public_url=settings.public_url),
    }
    return msgspec.json.encode(said)
