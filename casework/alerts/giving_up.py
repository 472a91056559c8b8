"""Gives up notices that cannot be delivered, and tells the administrators on their screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.alerts.channels import CHANNEL_WORDS
from casework.alerts.notice_tables import AlertNoticeRow
from casework.alerts.wording import MAX_SUBJECT, number_of, subject_of

GIVE_UP_AFTER: Final = timedelta(days=2)
"""How long a notice is tried; chosen by us: older news of a rise wakes nobody, and the page still shows the alert."""
TOLD_AGAIN: Final = timedelta(days=1)
"""How long after the screen said that an address gets nothing it says so again."""


def give_up(session: Session, rows: Sequence[AlertNoticeRow], *, fault: str, now: datetime) -> None:
    """Try these no more; the screen of every admin says so, once a day for each address."""
    for row in rows:
        row.state, row.fault = "given_up", fault
    session.flush()
    for row in {row.address: row for row in rows}.values():
        place = f"{CHANNEL_WORDS[row.kind]} ke {row.address}"  # type: ignore[index]
        subject = subject_of(place, why="given_up")[:MAX_SUBJECT]
        again = select(AlertNoticeRow.id).where(
            AlertNoticeRow.state == "screen", AlertNoticeRow.why == "given_up", AlertNoticeRow.subject == subject,
            AlertNoticeRow.at > now - TOLD_AGAIN,
        )  # fmt: skip
        if session.scalar(again.limit(1)) is not None:
            continue
        session.add(
            AlertNoticeRow(
                key=token_hex(16), alert=row.alert, kind="screen", address="admin", target="screen", why="given_up",
                subject=subject,
                body=f"Pemberitahuan {number_of(row.alert)} lewat {place} tidak dikirim lagi: {fault}.",
                facts={}, at=now, state="screen", digest=None, tries=0, next_at=now, sent_at=None, fault=None,
            )
        )  # fmt: skip
    session.flush()
