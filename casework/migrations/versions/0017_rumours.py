"""Rumours and the complaints that feed them."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from casework.append_only import guard_tables

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

GROWING = ("rumour_judgement",)
"""The table whose rows stay as they are."""
KEPT = ("rumour_link",)
"""The table whose rows change, and are never deleted."""


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    json, time = sa.JSON().with_variant(JSONB(), "postgresql"), sa.DateTime(timezone=True)
    word, words, float_ = sa.String, sa.Text(), sa.Float(53)
    full, free = partial(sa.Column, nullable=False), partial(sa.Column, nullable=True)
    states = "state IN ('suspected', 'confirmed', 'refused')"
    op.create_table(
        "rumour_link",
        full("id", number), full("story", word(32)), full("finding", word(16)), full("began_at", time),
        full("title", word(200)), full("cluster", json), free("topic", word(32)), free("region", word(16)),
        full("score", float_), full("parts", json), full("evidence", json), full("state", word(16)),
        full("at", time), free("lost_at", time), full("sample", sa.Boolean()), full("version", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_rumour_link"),
        sa.CheckConstraint("finding IN ('waiting', 'answered')", name="ck_rumour_link_finding"),
        sa.CheckConstraint(states, name="ck_rumour_link_state"),
        sa.CheckConstraint("score BETWEEN 0 AND 1", name="ck_rumour_link_score"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    for columns in (["story"], ["state", "at"]):
        op.create_index(f"ix_rumour_link_{'_'.join(columns)}", "rumour_link", columns)
    op.create_table(
        "rumour_member",
        full("link", number), full("complaint", number),
        sa.PrimaryKeyConstraint("link", "complaint", name="pk_rumour_member"),
        sa.ForeignKeyConstraint(["link"], ["rumour_link.id"], name="fk_rumour_member_link"),
        sa.ForeignKeyConstraint(["complaint"], ["complaint.id"], name="fk_rumour_member_complaint"),
    )  # fmt: skip
    op.create_index("ix_rumour_member_complaint", "rumour_member", ["complaint"])
    op.create_table(
        "rumour_judgement",
        full("id", number), full("link", number), full("at", time), full("state", word(16)), full("reason", words),
        full("cluster", json), full("score", float_), full("actor", word(16)), full("actor_name", word(32)),
        sa.PrimaryKeyConstraint("id", name="pk_rumour_judgement"),
        sa.ForeignKeyConstraint(["link"], ["rumour_link.id"], name="fk_rumour_judgement_link"),
        sa.CheckConstraint(states, name="ck_rumour_judgement_state"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_rumour_judgement_link_id", "rumour_judgement", ["link", "id"])
    op.create_table(
        "rumour_look",
        full("story", word(32)), full("fingerprint", word(32)), full("at", time),
        sa.PrimaryKeyConstraint("story", name="pk_rumour_look"),
    )  # fmt: skip
    guard_tables(growing=GROWING, kept=KEPT, function="rumour_refuse")


def downgrade() -> None:
    for table in ("rumour_look", "rumour_judgement", "rumour_member", "rumour_link"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION rumour_refuse()")
