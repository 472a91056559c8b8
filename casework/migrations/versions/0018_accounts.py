"""Accounts: passwords, second factor, sessions."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    time, word = sa.DateTime(timezone=True), sa.String
    full, free = partial(sa.Column, nullable=False), partial(sa.Column, nullable=True)
    op.create_table(
        "account",
        full("person", word(16)), free("password", word(200)), full("must_change", sa.Boolean()),
        free("password_at", time), full("failures", sa.Integer()), free("locked_until", time),
        free("totp", word(64)), free("totp_pending", word(64)), free("totp_step", sa.Integer()),
        sa.PrimaryKeyConstraint("person", name="pk_account"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_account_person"),
        sa.CheckConstraint("failures >= 0", name="ck_account_failures"),
        sa.CheckConstraint("password IS NOT NULL OR NOT must_change", name="ck_account_must_change"),
    )  # fmt: skip
    op.create_table(
        "account_recovery_code",
        full("digest", word(64)), full("person", word(16)), free("used_at", time),
        sa.PrimaryKeyConstraint("digest", name="pk_account_recovery_code"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_account_recovery_code_person"),
    )  # fmt: skip
    op.create_index("ix_account_recovery_code_person", "account_recovery_code", ["person"])
    op.create_table(
        "account_session",
        full("digest", word(64)), full("person", word(16)), full("form_key", word(43)), full("browser", word(200)),
        full("created_at", time), full("seen_at", time), full("ends_at", time), free("ended_at", time),
        sa.PrimaryKeyConstraint("digest", name="pk_account_session"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_account_session_person"),
    )  # fmt: skip
    for column in ("person", "ends_at"):
        op.create_index(f"ix_account_session_{column}", "account_session", [column])


def downgrade() -> None:
    for table in ("account_session", "account_recovery_code", "account"):
        op.drop_table(table)
