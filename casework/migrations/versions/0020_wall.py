"""Devices of the wall and its announcements."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    time, word = sa.DateTime(timezone=True), sa.String
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    full, free = partial(sa.Column, nullable=False), partial(sa.Column, nullable=True)
    op.create_table(
        "wall_device",
        full("id", number, autoincrement=True), full("name", word(80)), free("code", word(64)),
        full("code_until", time), free("token", word(64)), full("added_at", time), free("paired_at", time),
        free("seen_at", time), free("revoked_at", time),
        sa.PrimaryKeyConstraint("id", name="pk_wall_device"),
        sa.UniqueConstraint("code", name="uq_wall_device_code"),
        sa.UniqueConstraint("token", name="uq_wall_device_token"),
        sa.CheckConstraint("(token IS NULL) = (paired_at IS NULL)", name="ck_wall_device_token"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_table(
        "wall_announcement",
        full("id", number, autoincrement=True), full("text", word(400)), full("starts_at", time),
        full("ends_at", time), full("written_at", time), full("written_by", word(16)), free("withdrawn_at", time),
        sa.PrimaryKeyConstraint("id", name="pk_wall_announcement"),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name="fk_wall_announcement_written_by"),
        sa.CheckConstraint("ends_at > starts_at", name="ck_wall_announcement_ends_at"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_wall_announcement_ends_at", "wall_announcement", ["ends_at"])


def downgrade() -> None:
    for table in ("wall_announcement", "wall_device"):
        op.drop_table(table)
