"""The tables of alert rules, of alerts, of every firing of a rule and of what happened to an alert.

Firings and events only grow; rules and alerts are never deleted (triggers of revision 0013).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from casework import search_tables  # noqa: F401 - rules refer to its table
from casework.tables import Base, Json, Number

PERSON = String(16)
USERNAME = String(32)
GROUP = String(128)


class AlertRuleRow(Base):
    """One rule: what it watches, when it fires, whom it tells."""

    __tablename__ = "alert_rule"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('spike', 'drop', 'silence', 'new_term', 'sentiment_shift', 'hoax_story', 'deadline', "
            "'bridge_stale')",
            name="kind",
        ),
        CheckConstraint("split IN ('region', 'topic', 'source')", name="split"),
        CheckConstraint("state IN ('on', 'off', 'held')", name="state"),
        CheckConstraint("(state = 'held') = (held_reason IS NOT NULL)", name="held_reason"),
        CheckConstraint("repeat_minutes > 0", name="repeat_minutes"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    search: Mapped[int | None] = mapped_column(Number, ForeignKey("saved_search.id"))
    parameters: Mapped[dict[str, Any]] = mapped_column(Json)
    split: Mapped[str | None] = mapped_column(String(16))
    repeat_minutes: Mapped[int]
    owner: Mapped[str] = mapped_column(PERSON, ForeignKey("person.id"))
    channels: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(8))
    held_reason: Mapped[str | None] = mapped_column(String(500))
    last_run_at: Mapped[datetime]
    """End of the last hour that was judged; at first the last whole hour before the rule was made."""
    cursor: Mapped[dict[str, Any]] = mapped_column(Json)
    """The estimate that was shown when the rule was saved."""
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict here


class AlertRow(Base):
    """One alert: all firings of a rule's group until somebody closes it."""

    __tablename__ = "alert"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'acknowledged', 'snoozed', 'closed')", name="state"),
        CheckConstraint("state <> 'snoozed' OR snoozed_until IS NOT NULL", name="snoozed_until"),
        CheckConstraint("state <> 'acknowledged' OR acknowledged_at IS NOT NULL", name="acknowledged_at"),
        Index(
            "uq_alert_rule", "rule", "group_key", unique=True,
            sqlite_where=text("state <> 'closed'"), postgresql_where=text("state <> 'closed'"),
        ),
        Index(None, "state", "last_at"),
        Index(None, "owner", "state"),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    rule: Mapped[int] = mapped_column(Number, ForeignKey("alert_rule.id"))
    group_key: Mapped[str] = mapped_column(GROUP)
    state: Mapped[str] = mapped_column(String(16))
    opened_at: Mapped[datetime]
    """Moment of the first firing."""
    last_at: Mapped[datetime]
    """Moment of the newest firing."""
    firings: Mapped[int]
    value: Mapped[float | None] = mapped_column(Float(53))
    expected: Mapped[float | None] = mapped_column(Float(53))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(Json)
    owner: Mapped[str | None] = mapped_column(PERSON, ForeignKey("person.id"))
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(PERSON)
    snoozed_until: Mapped[datetime | None]
    snooze_reason: Mapped[str | None] = mapped_column(Text)
    notified_at: Mapped[datetime | None]
    """When notices were last queued."""
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict here


class AlertFiringRow(Base):
    """That a rule fired for a group at a moment. Append-only; once for each moment."""

    __tablename__ = "alert_firing"
    __table_args__ = (
        UniqueConstraint("rule", "group_key", "at"),
        Index(None, "alert", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    rule: Mapped[int] = mapped_column(Number, ForeignKey("alert_rule.id"))
    group_key: Mapped[str] = mapped_column(GROUP)
    at: Mapped[datetime]
    """The moment judged: the end of its hour."""
    value: Mapped[float | None] = mapped_column(Float(53))
    expected: Mapped[float | None] = mapped_column(Float(53))
    alert: Mapped[int] = mapped_column(Number, ForeignKey("alert.id"))


class AlertEventRow(Base):
    """One thing that happened to an alert. Append-only."""

    __tablename__ = "alert_event"
    __table_args__ = (Index(None, "alert", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    alert: Mapped[int] = mapped_column(Number, ForeignKey("alert.id"))
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(16))
    """By the rules: opened, repeat, reopened, held. By people: see ``casework.alerts.handling``."""
    note: Mapped[str | None] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(PERSON)
    actor_name: Mapped[str] = mapped_column(USERNAME)
