"""Hourly voices of series and issues."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    json, time = sa.JSON().with_variant(JSONB(), "postgresql"), sa.DateTime(timezone=True)
    word, whole, real = sa.String, sa.Integer(), sa.Float(53)
    full, free = partial(sa.Column, nullable=False), partial(sa.Column, nullable=True)
    op.create_index("ix_story_item_published_at", "story_item", ["published_at"])
    op.create_table(
        "trend_hour",
        full("series", word(96)), full("hour", whole, autoincrement=False), full("posts", whole),
        full("voices", whole), full("negative", whole), full("decided", whole),
        sa.PrimaryKeyConstraint("series", "hour", name="pk_trend_hour"),
        sa.CheckConstraint(
            "posts >= voices AND voices >= decided AND decided >= negative AND negative >= 0",
            name="ck_trend_hour_counts",
        ),
    )  # fmt: skip
    op.create_index("ix_trend_hour_hour", "trend_hour", ["hour"])
    op.create_table(
        "trend_span",
        full("hour", whole, autoincrement=False), full("documents", whole), full("marks", word(32)),
        full("items", whole), full("stories", whole), full("coverage", real), full("missing", json),
        full("made_at", time),
        sa.PrimaryKeyConstraint("hour", name="pk_trend_span"),
    )  # fmt: skip
    op.create_table(
        "trend_term",
        full("term", word(80)), free("since", whole), full("last", whole), full("rate", real),
        sa.PrimaryKeyConstraint("term", name="pk_trend_term"),
    )  # fmt: skip
    op.create_table(
        "trend_state",
        full("id", number, autoincrement=False), full("judged_until", whole),
        sa.PrimaryKeyConstraint("id", name="pk_trend_state"),
        sa.CheckConstraint("id = 1", name="ck_trend_state_id"),
    )  # fmt: skip
    op.create_table(
        "issue",
        full("id", number), full("opened_at", time), full("last_at", time), free("ended_at", time),
        full("state", word(16)), full("key", word(96)), full("series", json), full("members", json),
        full("reach", whole), free("topic", word(32)), free("region", word(16)), free("story", word(32)),
        full("title", word(200)),
        full("voices", whole), full("posts", whole), full("expected", real), full("p", real), full("peak_at", time),
        full("reasons", json), full("documents", json), full("sample", sa.Boolean()), full("version", whole),
        sa.PrimaryKeyConstraint("id", name="pk_issue"),
        sa.UniqueConstraint("key", "opened_at", name="uq_issue_key_opened_at"),
        sa.CheckConstraint("state IN ('rising', 'ended')", name="ck_issue_state"),
        sa.CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ck_issue_ended_at"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    for column in ("state", "last_at", "reach"):
        op.create_index(f"ix_issue_{column}", "issue", [column])


def downgrade() -> None:
    for table in ("issue", "trend_state", "trend_term", "trend_span", "trend_hour"):
        op.drop_table(table)
    op.drop_index("ix_story_item_published_at", "story_item")
