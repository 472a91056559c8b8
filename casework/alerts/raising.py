"""Opens alerts and adds firings to them, holds rules that are too loud, and queues what people are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from analysis.alert_rules import Firing
from casework import audit
from casework.alerts.examples import Example
from casework.alerts.grouping import Standing, decide_notice
from casework.alerts.notices import queue_notices
from casework.alerts.records import HELD_GROUP, AlertRule, AlertState, NoticeWhy, as_rule
from casework.alerts.tables import AlertEventRow, AlertFiringRow, AlertRow, AlertRuleRow
from casework.alerts.telling import held_text, held_title, text_of, title_of
from casework.roles import SYSTEM
from kentongan.batches import batched

AT_ONCE: Final = 500
"""Groups in one question to the database."""
MAX_REASON: Final = 500
"""Longest reason for holding a rule, in characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The alert a group's firings belong to so far."""

    alert: int
    standing: Standing


def read_standings(session: Session, rule: AlertRule, groups: Iterable[str]) -> dict[str, Found]:
    """The newest alert of each group; groups without one are left out."""
    found: dict[str, Found] = {}
    for part in batched(sorted(groups), AT_ONCE):
        chosen = select(AlertRow).where(AlertRow.rule == rule.id, AlertRow.group_key.in_(part)).order_by(AlertRow.id)
        for row in session.scalars(chosen):
            standing = Standing(
                state=cast(AlertState, row.state), last_at=row.last_at, told_at=row.notified_at,
                snoozed_until=row.snoozed_until,
            )  # fmt: skip
            found[row.group_key] = Found(alert=row.id, standing=standing)
    return found


def plan_notices(
    fresh: Sequence[Firing], standings: Mapping[str, Found], *, rule: AlertRule, now: datetime
) -> dict[str, NoticeWhy | None]:
    """For each group that fired, whether people are told and why: once, however many hours were caught up with."""
    first: dict[str, datetime] = {}
    for firing in fresh:
        first[firing.group] = min(firing.at, first.get(firing.group, firing.at))
    repeat = timedelta(minutes=rule.repeat_minutes)
    planned: dict[str, NoticeWhy | None] = {}
    for group, at in first.items():
        known = standings.get(group)
        standing = None if known is None else known.standing
        planned[group] = decide_notice(standing, fired_at=at, now=now, repeat=repeat)
    return planned


def count_told(session: Session, rule: AlertRule, *, since: datetime) -> int:
    """How often people were told of the rule's alerts after a moment, not counting that it was held."""
    event = AlertEventRow
    chosen = (
        select(func.count())
        .select_from(event)
        .join(AlertRow, AlertRow.id == event.alert)
        .where(AlertRow.rule == rule.id, AlertRow.group_key != HELD_GROUP, event.at > since)
        .where(event.act.in_(("opened", "repeat", "reopened")), event.actor == SYSTEM.id)
    )
    return session.scalar(chosen) or 0


def write_alerts(
    session: Session,
    row: AlertRuleRow,
    fresh: Sequence[Firing],
    planned: Mapping[str, NoticeWhy | None],
    standings: Mapping[str, Found],
    *,
    examples: Mapping[str, Example],
    zone: str,
    now: datetime,
) -> int:
    """Write what fired into each group's alert, a new one where there is none to add to, and queue the notices.

    Returns how many alerts were opened.
    """
    rule, opened = as_rule(row), 0
    groups: dict[str, list[Firing]] = {}
    for firing in fresh:
        groups.setdefault(firing.group, []).append(firing)
    for group, firings in groups.items():
        why, known = planned[group], standings.get(group)
        alert = None if why == "opened" or known is None else session.get(AlertRow, known.alert)
        if alert is None:
            alert = open_alert(session, rule, firings[0], now=now)
            opened += 1
        add_firings(alert, firings, rule=rule, zone=zone, example=examples.get(group))
        if why == "reopened":
            alert.state, alert.snoozed_until, alert.snooze_reason = "open", None, None
            alert.acknowledged_at = alert.acknowledged_by = None
        session.flush()
        session.execute(
            insert(AlertFiringRow),
            [
                {"rule": rule.id, "group_key": group, "at": one.at, "value": one.value, "expected": one.expected,
                 "alert": alert.id}
                for one in firings
            ],
        )  # fmt: skip
        if why is not None:
            tell(session, row, alert, why=why, note=firings[-1].why, now=now)
    return opened


def open_alert(session: Session, rule: AlertRule, firing: Firing, *, now: datetime) -> AlertRow:
    """A new alert of a group, still without its text."""
    alert = AlertRow(
        rule=rule.id, group_key=firing.group, state="open", opened_at=firing.at, last_at=firing.at,
        firings=0, title=title_of(session, rule, firing.group), text="", detail={}, owner=None,
    )  # fmt: skip
    session.add(alert)
    return alert


def add_firings(
    alert: AlertRow, firings: Sequence[Firing], *, rule: AlertRule, zone: str, example: Example | None
) -> None:
    """Let the alert tell of its newest firing."""
    newest = max(firings, key=lambda firing: firing.at)
    alert.firings += len(firings)
    alert.opened_at = min(alert.opened_at, firings[0].at)
    if newest.at < alert.last_at:
        return
    alert.last_at, alert.value, alert.expected = newest.at, newest.value, newest.expected
    alert.text = text_of(newest, rule, opened_at=alert.opened_at, firings=alert.firings, zone=zone)
    if example is not None:
        alert.detail = {"query": example.query, "hour": example.hour.isoformat(), "documents": list(example.documents)}


def tell(
    session: Session, row: AlertRuleRow, alert: AlertRow, *, why: NoticeWhy, note: str, now: datetime
) -> None:  # fmt: skip
    """Note that people are told, and queue what is sent."""
    session.add(
        AlertEventRow(alert=alert.id, at=now, act=why, note=note, actor=SYSTEM.id, actor_name=SYSTEM.username)
    )  # fmt: skip
    queue_notices(session, alert, row, why=why, now=now)
    # Told is when it was decided, whether or not a channel was free to take another notice.
    alert.notified_at = now
    session.flush()


def hold_rule(session: Session, row: AlertRuleRow, *, reason: str, now: datetime) -> None:
    """Stop a rule, say why in one alert, and send nothing else of it."""
    reason = reason if len(reason) <= MAX_REASON else f"{reason[: MAX_REASON - 1]}…"
    row.state, row.held_reason = "held", reason
    session.flush()
    rule = as_rule(row)
    known = session.scalar(
        select(AlertRow).where(
            AlertRow.rule == row.id, AlertRow.group_key == HELD_GROUP, AlertRow.state != "closed"
        )
    )  # fmt: skip
    why: NoticeWhy = "opened" if known is None else "reopened"
    alert = known or AlertRow(rule=row.id, group_key=HELD_GROUP, opened_at=now, firings=0, detail={}, owner=row.owner)
    alert.state, alert.last_at, alert.firings = "open", now, alert.firings + 1
    alert.acknowledged_at = alert.acknowledged_by = alert.snoozed_until = alert.snooze_reason = None
    alert.title, alert.text = held_title(rule), held_text(rule, reason)
    session.add(alert)
    session.flush()
    tell(session, row, alert, why=why, note=reason, now=now)
    audit.record(
        session, SYSTEM, action="alerts.run", object=f"alert-rule:{row.id}", detail={"act": "held", "reason": reason},
        now=now,
    )  # fmt: skip
