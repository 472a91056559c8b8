"""What the tests of alerts share: staff, a rule, alerts of it, and the settings that reach the servers of a test."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alert_servers import SECRET, TOKEN
from casework_fixtures import NOW, migrated_file

from casework.alerts.notice_tables import AlertNoticeRow
from casework.alerts.notices import queue_notices
from casework.alerts.records import Alert, NoticeWhy, as_alert
from casework.alerts.tables import AlertRow, AlertRuleRow
from casework.db import Casework
from casework.people import add_person
from casework.roles import SYSTEM, Actor
from kentongan.settings import Settings

STAFF = (("ani", "analis"), ("pim", "pimpinan"), ("peni", "peneliti"), ("budi", "hukum"))


def settings_for(folder: Path, **more: Any) -> Settings:
    """Settings over an SQLite casework with empty tables."""
    if not (folder / "casework.sqlite").exists():
        shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    told = {
        "organisation": "Command Center Tirtamaya", "smtp_host": "127.0.0.1", "smtp_security": "none",
        "smtp_from": "kentongan@tirtamaya.example", "alert_webhook_secret": SECRET, "telegram_bot_token": TOKEN,
    }  # fmt: skip
    return Settings(data_dir=folder, **{**told, **more})


class AlertDesk:
    """A casework with staff and one rule, and short words for what tests do with it."""

    def __init__(self, casework: Casework, settings: Settings, channels: Sequence[tuple[str, str]]) -> None:
        self.casework, self.settings = casework, settings
        self.staff: dict[str, Actor] = {}
        with casework.begin() as session:
            for username, role in STAFF:
                person = add_person(session, username, name=username.title(), role=role, actor=SYSTEM, now=NOW)  # type: ignore[arg-type]
                self.staff[username] = Actor(id=person.id, username=username, role=person.role)
            rule = AlertRuleRow(
                name="Lonjakan banjir", kind="spike", search=None, parameters={}, split="region", repeat_minutes=60,
                owner=self.staff["ani"].id, channels=[{"kind": kind, "to": to} for kind, to in channels], state="on",
                held_reason=None, last_run_at=NOW, cursor={}, created_at=NOW, version=1,
            )  # fmt: skip
            session.add(rule)
            session.flush()
            self.rule = rule.id

    def raise_alert(
        self, group: str = "99.01", *, now: datetime = NOW, title: str = "Lonjakan unggahan tentang banjir di Purwamaya"
    ) -> Alert:
        """An alert as a rule opens it, with its notices."""
        with self.casework.begin() as session:
            row = AlertRow(
                rule=self.rule, group_key=group, state="open", opened_at=now, last_at=now, firings=1, value=120.0,
                expected=14.5, title=title, text="Yang membicarakan banjir naik tajam.\nPeriksa contohnya.", detail={},
                owner=None, acknowledged_at=None, acknowledged_by=None, snoozed_until=None, snooze_reason=None,
                notified_at=None, version=1,
            )  # fmt: skip
            session.add(row)
            session.flush()
            self.queue(session, row, why="opened", now=now)
            return as_alert(row)

    def fire(self, alert: int, *, now: datetime, why: NoticeWhy = "repeat") -> int:
        """One more firing of an alert; how many notices it wrote."""
        with self.casework.begin() as session:
            row = session.get_one(AlertRow, alert)
            row.firings, row.last_at = row.firings + 1, now
            return self.queue(session, row, why=why, now=now)

    def queue(self, session: sa.orm.Session, row: AlertRow, *, why: NoticeWhy, now: datetime) -> int:
        return queue_notices(session, row, session.get_one(AlertRuleRow, self.rule), why=why, now=now)

    def notices(self, *states: str) -> list[AlertNoticeRow]:
        with self.casework.read() as session:
            chosen = sa.select(AlertNoticeRow).order_by(AlertNoticeRow.id)
            found = [row for row in session.scalars(chosen) if not states or row.state in states]
            session.expunge_all()
            return found


def later(hours: float = 0, minutes: float = 0) -> datetime:
    return NOW + timedelta(hours=hours, minutes=minutes)
