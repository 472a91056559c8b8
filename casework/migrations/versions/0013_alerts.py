"""Saved searches, alert rules and alerts."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from casework.append_only import guard_tables

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

GROWING = ("alert_firing", "alert_event")
"""Tables whose rows stay as they are."""
KEPT = ("saved_search", "alert_rule", "alert")
"""Tables whose rows change, and are never deleted."""


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    json, time = sa.JSON().with_variant(JSONB(), "postgresql"), sa.DateTime(timezone=True)
    word, words, whole = sa.String, sa.Text(), sa.Integer()
    full, free = partial(sa.Column, nullable=False), partial(sa.Column, nullable=True)
    op.create_table(
        "saved_search",
        full("id", number), full("name", word(100)), full("query", json), full("words_checked", sa.Boolean()),
        full("aliases", json), full("owner", word(16)), full("owner_name", word(32)), full("created_at", time),
        free("archived_at", time), full("version", whole),
        sa.PrimaryKeyConstraint("id", name="pk_saved_search"),
        sa.ForeignKeyConstraint(["owner"], ["person.id"], name="fk_saved_search_owner"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    still_open = sa.text("archived_at IS NULL")
    op.create_index(
        "uq_saved_search_name", "saved_search", ["name"], unique=True, sqlite_where=still_open,
        postgresql_where=still_open,
    )  # fmt: skip
    op.create_table(
        "alert_rule",
        full("id", number), full("name", word(100)), full("kind", word(16)), free("search", number),
        full("parameters", json), free("split", word(16)), full("repeat_minutes", whole), full("owner", word(16)),
        full("channels", json), full("state", word(8)), free("held_reason", word(500)), full("last_run_at", time),
        full("cursor", json), full("created_at", time), full("version", whole),
        sa.PrimaryKeyConstraint("id", name="pk_alert_rule"),
        sa.UniqueConstraint("name", name="uq_alert_rule_name"),
        sa.ForeignKeyConstraint(["search"], ["saved_search.id"], name="fk_alert_rule_search"),
        sa.ForeignKeyConstraint(["owner"], ["person.id"], name="fk_alert_rule_owner"),
        sa.CheckConstraint(
            "kind IN ('spike', 'drop', 'silence', 'new_term', 'sentiment_shift', 'hoax_story', 'deadline', "
            "'bridge_stale')",
            name="ck_alert_rule_kind",
        ),
        sa.CheckConstraint("split IN ('region', 'topic', 'source')", name="ck_alert_rule_split"),
        sa.CheckConstraint("state IN ('on', 'off', 'held')", name="ck_alert_rule_state"),
        sa.CheckConstraint("(state = 'held') = (held_reason IS NOT NULL)", name="ck_alert_rule_held_reason"),
        sa.CheckConstraint("repeat_minutes > 0", name="ck_alert_rule_repeat_minutes"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_table(
        "alert",
        full("id", number), full("rule", number), full("group_key", word(128)), full("state", word(16)),
        full("opened_at", time), full("last_at", time), full("firings", whole), free("value", sa.Float(53)),
        free("expected", sa.Float(53)), full("title", word(200)), full("text", words), full("detail", json),
        free("owner", word(16)), free("acknowledged_at", time), free("acknowledged_by", word(16)),
        free("snoozed_until", time), free("snooze_reason", words), free("notified_at", time), full("version", whole),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
        sa.ForeignKeyConstraint(["rule"], ["alert_rule.id"], name="fk_alert_rule"),
        sa.ForeignKeyConstraint(["owner"], ["person.id"], name="fk_alert_owner"),
        sa.CheckConstraint("state IN ('open', 'acknowledged', 'snoozed', 'closed')", name="ck_alert_state"),
        sa.CheckConstraint("state <> 'snoozed' OR snoozed_until IS NOT NULL", name="ck_alert_snoozed_until"),
        sa.CheckConstraint("state <> 'acknowledged' OR acknowledged_at IS NOT NULL", name="ck_alert_acknowledged_at"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    not_closed = sa.text("state <> 'closed'")
    op.create_index(
        "uq_alert_rule", "alert", ["rule", "group_key"], unique=True, sqlite_where=not_closed,
        postgresql_where=not_closed,
    )  # fmt: skip
    op.create_index("ix_alert_state_last_at", "alert", ["state", "last_at"])
    op.create_index("ix_alert_owner_state", "alert", ["owner", "state"])
    op.create_table(
        "alert_firing",
        full("id", number), full("rule", number), full("group_key", word(128)), full("at", time),
        free("value", sa.Float(53)), free("expected", sa.Float(53)), full("alert", number),
        sa.PrimaryKeyConstraint("id", name="pk_alert_firing"),
        sa.UniqueConstraint("rule", "group_key", "at", name="uq_alert_firing_rule_group_key_at"),
        sa.ForeignKeyConstraint(["rule"], ["alert_rule.id"], name="fk_alert_firing_rule"),
        sa.ForeignKeyConstraint(["alert"], ["alert.id"], name="fk_alert_firing_alert"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_alert_firing_alert_id", "alert_firing", ["alert", "id"])
    op.create_table(
        "alert_event",
        full("id", number), full("alert", number), full("at", time), full("act", word(16)), free("note", words),
        full("actor", word(16)), full("actor_name", word(32)),
        sa.PrimaryKeyConstraint("id", name="pk_alert_event"),
        sa.ForeignKeyConstraint(["alert"], ["alert.id"], name="fk_alert_event_alert"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_alert_event_alert_id", "alert_event", ["alert", "id"])
    guard_tables(growing=GROWING, kept=KEPT, function="alert_refuse")


def downgrade() -> None:
    for table in ("alert_event", "alert_firing", "alert", "alert_rule", "saved_search"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION alert_refuse()")
