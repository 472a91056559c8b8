"""Sends one trial notice to a channel, so that people know it arrives before a rule depends on it."""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex

from casework import audit
from casework.access import authorise
from casework.alerts.channels import check_channel, target_of
from casework.alerts.outbox import sending
from casework.alerts.parcels import Outcome, Parcel
from casework.alerts.records import Channel
from casework.alerts.wording import Notice, subject_of
from casework.db import Casework
from casework.roles import Actor
from kentongan.settings import Settings
from kentongan.times import format_time


def try_channel(casework: Casework, channel: Channel, *, settings: Settings, actor: Actor, now: datetime) -> Outcome:
    """Send a trial notice; how it went. For the screen nothing is sent. Raises NotAllowed, KentonganError."""
    with casework.read() as session:
        authorise(session, actor, action="alerts.send", now=now)
    channel = check_channel(channel, settings=settings)
    outcome = Outcome()
    if channel.kind != "screen":
        key = token_hex(16)
        notice = Notice(
            key=key, why="trial", alert=None, subject=subject_of("pemberitahuan ini sampai", why="trial"),
            body=f"Ini uji saluran, dikirim {format_time(now, zone=settings.zone)}. Tidak ada yang perlu dilakukan.",
            facts={"alasan": "trial"}, at=now,
        )  # fmt: skip
        parcel = Parcel(key=key, kind=channel.kind, address=channel.to, target=target_of(channel), notices=(notice,))
        with sending(settings, now=now) as send:
            outcome = send(parcel)
    with casework.begin() as session:
        detail = {"saluran": channel.kind, "kepada": channel.to, "gagal": outcome.fault}
        audit.record(session, actor, action="alerts.try", object="alerts", detail=detail, now=now)
    return outcome
