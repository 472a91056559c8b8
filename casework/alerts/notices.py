"""Writes the notices of an alert, in the transaction that raised it; ``casework.alerts.outbox`` delivers them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.alerts.channels import EVERYBODY, target_of
from casework.alerts.handling import wake_snoozed
from casework.alerts.notice_tables import AlertNoticeRow
from casework.alerts.records import Channel, NoticeWhy, as_channels
from casework.alerts.tables import AlertRow, AlertRuleRow
from casework.alerts.wording import number_of, single_line, subject_of
from casework.roles import Actor

GIVEN_UP_SHOWN = timedelta(days=3)
"""How long the screen says that a notice was given up; chosen by us: a weekend and a day."""


def queue_notices(
    session: Session, alert: AlertRow, rule: AlertRuleRow, *, why: NoticeWhy, now: datetime
) -> int:  # fmt: skip
    """Write one notice for each channel of the rule; returns how many.

    None while the alert is acknowledged, snoozed or closed, and for ``repeat`` none before the rule's
    ``repeat_minutes`` have passed since the last: callers may call at every firing. Where an earlier notice still
    waits for the same address, that one goes out and no second is written.
    """
    session.flush()
    if alert.state == "snoozed":
        wake_snoozed(session, now=now, alerts=[alert.id])
    if alert.state != "open":
        return 0
    if why == "repeat" and not is_repeat_due(alert, rule, now=now):
        return 0
    waiting = {
        (kind, address)
        for kind, address in session.execute(
            select(AlertNoticeRow.kind, AlertNoticeRow.address).where(
                AlertNoticeRow.alert == alert.id, AlertNoticeRow.state.in_(("waiting", "screen")),
                AlertNoticeRow.why != "given_up",
            )
        )
    }  # fmt: skip
    written = 0
    for channel in as_channels(rule.channels):
        if (channel.kind, channel.to) in waiting:
            continue
        session.add(make_notice(alert, rule, channel=channel, why=why, now=now))
        written += 1
    alert.notified_at = now
    session.flush()
    return written


def is_repeat_due(alert: AlertRow, rule: AlertRuleRow, *, now: datetime) -> bool:
    """Whether the repeat interval has passed since people were last told."""
    return alert.notified_at is None or now - alert.notified_at >= timedelta(minutes=rule.repeat_minutes)


def make_notice(
    alert: AlertRow, rule: AlertRuleRow, *, channel: Channel, why: NoticeWhy, now: datetime
) -> AlertNoticeRow:  # fmt: skip
    return AlertNoticeRow(
        key=token_hex(16),
        alert=alert.id,
        kind=channel.kind,
        address=channel.to,
        target=target_of(channel),
        why=why,
        subject=subject_of(single_line(alert.title), why=why),
        body=alert.text,
        facts=dict(facts_of(alert, rule, why=why)),
        at=now,
        state="screen" if channel.kind == "screen" else "waiting",
        digest=None,
        tries=0,
        next_at=now,
        sent_at=None,
        fault=None,
    )


def facts_of(alert: AlertRow, rule: AlertRuleRow, *, why: NoticeWhy) -> Mapping[str, Any]:
    """The alert as it is now, for programs: the body of a webhook. Times as ISO 8601 in UTC."""
    return {
        "peringatan": number_of(alert.id),
        "alasan": why,
        "aturan": single_line(rule.name),
        "jenis": rule.kind,
        "kelompok": alert.group_key,
        "judul": single_line(alert.title),
        "sejak": alert.opened_at.isoformat(),
        "terakhir": alert.last_at.isoformat(),
        "kali": alert.firings,
        "nilai": alert.value,
        "biasanya": alert.expected,
    }


def screen_notices(session: Session, *, actor: Actor, now: datetime, limit: int = 50) -> list[AlertNoticeRow]:
    """What the screen tells this person: newest first. Open alerts, and for GIVEN_UP_SHOWN what could not be sent."""
    addresses = (EVERYBODY, actor.role, actor.username)
    chosen = (
        select(AlertNoticeRow)
        .join(AlertRow, AlertRow.id == AlertNoticeRow.alert)
        .where(
            AlertNoticeRow.state == "screen",
            AlertNoticeRow.address.in_(addresses),
            ((AlertNoticeRow.why != "given_up") & (AlertRow.state == "open"))
            | ((AlertNoticeRow.why == "given_up") & (AlertNoticeRow.at > now - GIVEN_UP_SHOWN)),
        )
        .order_by(AlertNoticeRow.at.desc(), AlertNoticeRow.id.desc())
        .limit(limit)
    )
    return list(session.scalars(chosen))
