"""Briefings and their figures."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    json, time = sa.JSON().with_variant(JSONB(), "postgresql"), sa.DateTime(timezone=True)
    word = sa.String
    full, free = partial(sa.Column, nullable=False), partial(sa.Column, nullable=True)
    op.create_table(
        "briefing",
        full("id", number), full("day", word(10)), full("revision", sa.Integer()), full("state", word(16)),
        full("head", json), full("content", json), full("edited", sa.Boolean()), full("made_at", time),
        full("made_by", word(16)), full("made_name", word(32)), free("signed_at", time), free("signed_by", word(16)),
        free("signed_name", word(200)), free("digest", word(64)), full("sample", sa.Boolean()),
        full("version", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_briefing"),
        sa.UniqueConstraint("day", "revision", name="uq_briefing_day_revision"),
        sa.ForeignKeyConstraint(["signed_by"], ["person.id"], name="fk_briefing_signed_by"),
        sa.CheckConstraint("state IN ('draft', 'signed')", name="ck_briefing_state"),
        sa.CheckConstraint(
            "(state = 'signed') = (signed_at IS NOT NULL AND signed_by IS NOT NULL AND digest IS NOT NULL)",
            name="ck_briefing_signed",
        ),
        sa.CheckConstraint("revision > 0", name="ck_briefing_revision"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_table(
        "briefing_event",
        full("id", number), full("briefing", number), full("at", time), full("act", word(16)), free("note", sa.Text()),
        full("actor", word(16)), full("actor_name", word(32)), full("detail", json),
        sa.PrimaryKeyConstraint("id", name="pk_briefing_event"),
        sa.ForeignKeyConstraint(["briefing"], ["briefing.id"], name="fk_briefing_event_briefing"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_briefing_event_briefing_id", "briefing_event", ["briefing", "id"])
    (guard_on_sqlite if op.get_bind().dialect.name == "sqlite" else guard_on_postgresql)()


def guard_on_sqlite() -> None:
    """Let the database refuse to change what was signed, to change events, and to delete either."""
    for table, act, when in (
        ("briefing", "UPDATE", "WHEN OLD.state = 'signed'"),
        ("briefing", "DELETE", ""),
        ("briefing_event", "UPDATE", ""),
        ("briefing_event", "DELETE", ""),
    ):
        op.execute(
            f"""CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} {when}
                BEGIN SELECT RAISE(ABORT, '{table} keeps its rows'); END"""
        )
    for table in ("briefing", "briefing_event"):
        # INSERT OR REPLACE deletes the old row without waking the trigger above.
        op.execute(
            f"""CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
                WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)
                BEGIN SELECT RAISE(ABORT, '{table} keeps its rows'); END"""
        )


def guard_on_postgresql() -> None:
    """The same on PostgreSQL."""
    op.execute(
        """CREATE FUNCTION briefing_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN RAISE EXCEPTION '% keeps its rows: % refused', TG_TABLE_NAME, TG_OP
           USING ERRCODE = 'restrict_violation'; END $$"""
    )
    for name, act, table, each in (
        ("briefing_no_delete", "DELETE OR TRUNCATE", "briefing", "STATEMENT"),
        ("briefing_no_update", "UPDATE", "briefing", "ROW WHEN (OLD.state = 'signed')"),
        ("briefing_event_no_change", "UPDATE OR DELETE OR TRUNCATE", "briefing_event", "STATEMENT"),
    ):
        op.execute(f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH {each} EXECUTE FUNCTION briefing_refuse()")
        # ALWAYS: also while session_replication_role is 'replica', which silences ordinary triggers.
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def downgrade() -> None:
    op.drop_table("briefing_event")
    op.drop_table("briefing")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION briefing_refuse()")
