"""What people should see: announcements, and alerts whose rule tells the screen."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import select

from casework.agency_tables import AgencyRow
from casework.alerts.listing import list_alerts
from casework.alerts.records import KIND_WORDS, Alert, AlertRule, as_rule
from casework.alerts.tables import AlertRuleRow
from casework.alerts.wording import format_value
from casework.wall.announcements import current_announcements
from dashboard.wall.sources import WallSources
from kentongan.masking import mask_words
from kentongan.times import format_hour, to_zone
from kentongan.topic_words import TOPIC_WORDS

MOST: Final = 6


class AnnouncementLine(msgspec.Struct, frozen=True, kw_only=True):
    """One announcement of a person at the command centre."""

    words: str
    since: str


class AnnouncementsPanel(msgspec.Struct, frozen=True, kw_only=True):
    """What stands now, the newest first."""

    lines: tuple[AnnouncementLine, ...]


class AlertLine(msgspec.Struct, frozen=True, kw_only=True):
    """One alert, without the words of posts that its title may quote."""

    what: str
    where: str | None
    value: str | None
    usual: str | None
    since: str
    taken: bool
    """Whether somebody has acknowledged it."""


class AlertsPanel(msgspec.Struct, frozen=True, kw_only=True):
    """Open and acknowledged alerts, the one that fired last first."""

    lines: tuple[AlertLine, ...]
    open: int


def read_announcements(sources: WallSources, now: datetime) -> AnnouncementsPanel:
    """Raises Retry."""
    with sources.casework().read() as session:
        found = current_announcements(session, now=now, limit=MOST)
    return AnnouncementsPanel(
        lines=tuple(
            AnnouncementLine(words=mask_words(one.text), since=when(one.starts_at, now=now, zone=sources.zone))
            for one in found
        )
    )


def read_alerts(sources: WallSources, now: datetime) -> AlertsPanel:
    """Raises Retry."""
    with sources.casework().read() as session:
        rules = {row.id: as_rule(row) for row in session.scalars(select(AlertRuleRow))}
        agencies = {row.code: row.name for row in session.execute(select(AgencyRow.code, AgencyRow.name))}
        found = [one for one in list_alerts(session, states=("open", "acknowledged")) if on_screen(rules, one)]
        return AlertsPanel(
            lines=tuple(
                AlertLine(
                    what=KIND_WORDS[rules[one.rule].kind],
                    where=where_of(one, rules[one.rule], agencies, sources),
                    value=None if one.value is None else format_value(one.value),
                    usual=None if one.expected is None else format_value(one.expected),
                    since=when(one.opened_at, now=now, zone=sources.zone),
                    taken=one.state == "acknowledged",
                )
                for one in found[:MOST]
            ),
            open=sum(one.state == "open" for one in found),
        )


def on_screen(rules: dict[int, AlertRule], alert: Alert) -> bool:
    """Whether the alert's rule tells the screen."""
    rule = rules.get(alert.rule)
    return rule is not None and any(channel.kind == "screen" for channel in rule.channels)


def where_of(alert: Alert, rule: AlertRule, agencies: dict[str, str], sources: WallSources) -> str | None:
    """The district, topic or agency it is about. Terms and stories are words of posts and are not said."""
    if rule.split == "region":
        return sources.place_name(alert.group_key)
    if rule.split == "topic":
        return TOPIC_WORDS.get(alert.group_key)
    if rule.kind == "deadline":
        return agencies.get(alert.group_key)
    return None


def when(moment: datetime, *, now: datetime, zone: str) -> str:
    """The hour of a moment of today, else its day."""
    local = to_zone(moment, zone)
    same = local.date() == to_zone(now, zone).date()
    return format_hour(moment, zone=zone) if same else f"{local.day}/{local.month}"
