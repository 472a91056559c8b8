"""Notices of alerts and their delivery."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    json, time = sa.JSON().with_variant(JSONB(), "postgresql"), sa.DateTime(timezone=True)
    word, words = sa.String, sa.Text()
    full, free = partial(sa.Column, nullable=False), partial(sa.Column, nullable=True)
    op.create_table(
        "alert_notice",
        full("id", number), full("key", word(32)), full("alert", number), full("kind", word(16)),
        full("address", word(500)), full("target", word(300)), full("why", word(16)), full("subject", word(200)),
        full("body", words), full("facts", json), full("at", time), full("state", word(16)), free("digest", word(32)),
        full("tries", sa.Integer()), full("next_at", time), free("sent_at", time), free("fault", word(500)),
        sa.PrimaryKeyConstraint("id", name="pk_alert_notice"),
        sa.UniqueConstraint("key", name="uq_alert_notice_key"),
        sa.ForeignKeyConstraint(["alert"], ["alert.id"], name="fk_alert_notice_alert"),
        sa.CheckConstraint("kind IN ('email', 'webhook', 'telegram', 'screen')", name="ck_alert_notice_kind"),
        sa.CheckConstraint("why IN ('opened', 'repeat', 'reopened', 'given_up')", name="ck_alert_notice_why"),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'screen', 'given_up', 'dropped')", name="ck_alert_notice_state"
        ),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="ck_alert_notice_sent_at"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    for columns in (["state", "next_at"], ["alert", "id"], ["digest"]):
        op.create_index(f"ix_alert_notice_{'_'.join(columns)}", "alert_notice", columns)


def downgrade() -> None:
    op.drop_table("alert_notice")
