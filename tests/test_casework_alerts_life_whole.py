"""An alert's life from the rule to the end: mail at a real SMTP server and a webhook, repeat, snooze, acknowledgement,
closing, and nothing sent twice."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from alert_desk import AlertDesk, settings_for
from alert_servers import MailServer, Webhook
from casework_fixtures import NOW

from casework.alerts import handling
from casework.alerts.evaluating import run_rules
from casework.alerts.listing import alert_history, get_alert, list_alerts
from casework.alerts.outbox import send_notices
from casework.alerts.records import Alert
from casework.alerts.tables import AlertRuleRow
from casework.db import open_casework
from kentongan.schema import Document, document_id
from search.open import open_store
from search.store import Store

HISTORY = timedelta(days=56)
USUAL, FLOOD = 2, 40
"""Posts an hour, usually and while it floods."""
FLOODED = range(8)
"""Hours after NOW in which many write."""


class World:
    """A store with eight weeks of posts and eight hours of flood, an alert desk beside it, and its servers."""

    def __init__(self, desk: AlertDesk, store: Store, mail: MailServer, webhook: Webhook) -> None:
        self.desk, self.store, self.mail, self.webhook = desk, store, mail, webhook

    def pass_hour(self, hour: int, *, times: int = 1) -> tuple[int, int]:
        """What a watch does soon after an hour's end; how many mails and deliveries came in all."""
        now = self.at(hour)
        for _ in range(times):
            run_rules(self.store, self.desk.casework, settings=self.desk.settings, now=now)
            send_notices(self.desk.casework, settings=self.desk.settings, now=now)
        return len(self.mail.mails), len(self.webhook.got)

    def at(self, hour: int) -> datetime:
        return NOW + timedelta(hours=hour + 1, minutes=15)

    def act(self, name: str, alert: int, *, hour: int, **more: object) -> Alert:
        with self.desk.casework.begin() as session:
            done: Alert = getattr(handling, name)(
                session, alert, actor=self.desk.staff["ani"], now=self.at(hour), **more
            )
            return done


def write_posts() -> Iterator[Document]:
    """Eight weeks of a few posts an hour, then the flood."""
    rng, number = random.Random(7), 0
    for hour in range(-int(HISTORY / timedelta(hours=1)), len(FLOODED)):
        for _ in range(rng.randint(USUAL - 1, USUAL + 1) if hour < 0 else FLOOD):
            number += 1
            at = NOW + timedelta(hours=hour, seconds=rng.randint(0, 3500))
            yield Document(
                id=document_id("sosial.example", str(number)), kind="post", publisher="sosial.example", platform="x",
                native_key=str(number), source="uji", text=f"Air naik lagi di kampung nomor {number}.",
                published_at=at, collected_at=at + timedelta(seconds=20),
            )  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    mail, webhook = MailServer(), Webhook()
    mail.start()
    chosen = settings_for(tmp_path, smtp_port=mail.port, alert_webhook_hosts=webhook.origin)
    channels = [("email", "ani@contoh.go.id"), ("webhook", f"{webhook.origin}/masuk")]
    with open_casework(chosen) as opened, open_store(chosen) as store:
        store.add(write_posts())
        store.refresh()
        desk = AlertDesk(opened, chosen, channels)
        with opened.begin() as session:
            rule = session.get_one(AlertRuleRow, desk.rule)
            rule.split, rule.created_at, rule.last_run_at = None, NOW - timedelta(days=2), NOW
            rule.parameters = {"sensitivity": "medium", "least": 20}
        yield World(desk, store, mail, webhook)
    mail.stop()
    webhook.close()


def test_an_alert_from_its_first_mail_to_its_end(world: World) -> None:
    desk = world.desk
    assert world.pass_hour(0, times=2) == (1, 1), "one mail and one delivery, however often the watch looks"
    with desk.casework.read() as session:
        (alert,) = list_alerts(session, states=["open"])
    assert alert.value == FLOOD and alert.expected is not None and alert.expected < 10
    assert "Lonjakan banjir" in world.mail.mails[0]["Subject"] and len(alert.detail["documents"]) == 10
    assert world.pass_hour(1, times=2) == (2, 2), "the repeat, after an hour"
    assert world.mail.mails[1]["Subject"].startswith("Masih berlangsung: ")
    assert world.mail.mails[1]["References"] == world.mail.mails[0]["References"]

    until = world.at(4) - timedelta(minutes=5)
    world.act("snooze", alert.id, hour=1, until=until, reason="Petugas sudah di tempat.", zone="WIB")
    assert world.pass_hour(2) == world.pass_hour(3) == (2, 2), "it fires on, and nobody is told"
    assert world.pass_hour(4, times=2) == (3, 3), "the snooze is over"

    with desk.casework.read() as session:
        version = get_alert(session, alert.id).version
    world.act("acknowledge", alert.id, hour=4, version=version)
    assert world.pass_hour(6) == (3, 3), "two hours later"
    ended = world.act("close", alert.id, hour=6, note="Air surut, posko tetap buka.")
    assert (ended.state, ended.owner) == ("closed", desk.staff["ani"].id)
    assert world.pass_hour(7, times=2) == (3, 3), "more of the same opens nothing new"

    with desk.casework.read() as session:
        (alert,) = list_alerts(session)
        acts = [one.act for one in alert_history(session, alert.id)]
    assert alert.firings >= 6
    assert [act for act in acts if act not in ("reopened", "repeat", "woken")] == [
        "opened", "snoozed", "acknowledged", "closed",
    ]  # fmt: skip
    assert len({mail["Message-ID"] for mail in world.mail.mails}) == 3 == len(world.webhook.kept)
    assert {row.state for row in desk.notices()} == {"sent"} and len(desk.notices()) == 6
