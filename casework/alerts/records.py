"""What the desk knows of alert rules and alerts: the frozen records that everybody but the tables' keepers reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast, get_args

from casework.alerts.tables import AlertEventRow, AlertRow, AlertRuleRow

RuleKind = Literal[
    "spike", "drop", "silence", "new_term", "sentiment_shift", "hoax_story", "deadline", "bridge_stale"
]  # fmt: skip
Split = Literal["region", "topic", "source"]
RuleState = Literal["on", "off", "held"]
AlertState = Literal["open", "acknowledged", "snoozed", "closed"]
ChannelKind = Literal["email", "webhook", "telegram", "screen"]
NoticeWhy = Literal["opened", "repeat", "reopened"]

RULE_KINDS: tuple[RuleKind, ...] = get_args(RuleKind)
SPLITS: tuple[Split, ...] = get_args(Split)
ALERT_STATES: tuple[AlertState, ...] = get_args(AlertState)
CHANNEL_KINDS: tuple[ChannelKind, ...] = get_args(ChannelKind)

KIND_WORDS: dict[RuleKind, str] = {
    "spike": "lonjakan",
    "drop": "penurunan",
    "silence": "senyap",
    "new_term": "kata baru",
    "sentiment_shift": "pergeseran sentimen",
    "hoax_story": "cerita terindikasi hoaks",
    "deadline": "tenggat aduan",
    "bridge_stale": "jembatan data terlambat",
}
"""Each kind as a person reads it."""

HELD_GROUP = "aturan-ditahan"
"""Group of the one alert that says its rule is held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way by which a rule tells somebody."""

    kind: ChannelKind
    to: str
    """An address, a URL, a chat's id; for the screen a role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """One rule."""

    id: int
    name: str
    kind: RuleKind
    search: int | None
    """Id of the saved search it watches; None watches everything, or no posts at all."""
    parameters: Mapping[str, Any]
    """As ``analysis.alert_rules`` reads them; complete, defaults included."""
    split: Split | None
    """By what it watches each value apart; None: the whole as one group, ""."""
    repeat_minutes: int
    owner: str
    """Id of the person who answers for it."""
    channels: tuple[Channel, ...]
    state: RuleState
    held_reason: str | None
    last_run_at: datetime
    """End of the last hour that was judged. Aware, in UTC."""
    cursor: Mapping[str, Any]
    """The estimate that was shown when the rule was saved."""
    created_at: datetime
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert."""

    id: int
    rule: int
    group_key: str
    """Which group of the rule: a region, topic, source, term, story, agency or bridge; "" for the whole."""
    state: AlertState
    opened_at: datetime
    last_at: datetime
    firings: int
    value: float | None
    expected: float | None
    title: str
    text: str
    """What, since when, against what, and what to do."""
    detail: Mapping[str, Any]
    """``query`` (as ``casework.searches.encode_query`` writes it; absent where it is about no posts), ``hour`` (ISO
    start of the newest hour), ``documents`` (up to 10 ids)."""
    owner: str | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    snoozed_until: datetime | None
    snooze_reason: str | None
    notified_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEvent:
    """One thing that happened to an alert."""

    id: int
    alert: int
    at: datetime
    act: str
    note: str | None
    actor: str
    actor_name: str


def as_rule(row: AlertRuleRow) -> AlertRule:
    """The row as a record."""
    return AlertRule(
        id=row.id,
        name=row.name,
        kind=cast(RuleKind, row.kind),
        search=row.search,
        parameters=row.parameters,
        split=cast("Split | None", row.split),
        repeat_minutes=row.repeat_minutes,
        owner=row.owner,
        channels=as_channels(row.channels),
        state=cast(RuleState, row.state),
        held_reason=row.held_reason,
        last_run_at=row.last_run_at,
        cursor=row.cursor,
        created_at=row.created_at,
        version=row.version,
    )


def as_channels(kept: Sequence[Mapping[str, Any]]) -> tuple[Channel, ...]:
    """Channels as the table keeps them."""
    return tuple(Channel(kind=cast(ChannelKind, one["kind"]), to=one["to"]) for one in kept)


def as_alert(row: AlertRow) -> Alert:
    """The row as a record."""
    return Alert(
        id=row.id,
        rule=row.rule,
        group_key=row.group_key,
        state=cast(AlertState, row.state),
        opened_at=row.opened_at,
        last_at=row.last_at,
        firings=row.firings,
        value=row.value,
        expected=row.expected,
        title=row.title,
        text=row.text,
        detail=row.detail,
        owner=row.owner,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
        snoozed_until=row.snoozed_until,
        snooze_reason=row.snooze_reason,
        notified_at=row.notified_at,
        version=row.version,
    )


def as_alert_event(row: AlertEventRow) -> AlertEvent:
    """The row as a record."""
    return AlertEvent(
        id=row.id, alert=row.alert, at=row.at, act=row.act, note=row.note, actor=row.actor, actor_name=row.actor_name
    )
