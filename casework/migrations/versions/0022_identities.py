"""Accounts of an outside sign-in service, and which session goes on where another one ran out."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    time, word = sa.DateTime(timezone=True), sa.String
    full, free = partial(sa.Column, nullable=False), partial(sa.Column, nullable=True)
    op.add_column("account_session", free("continued_by", word(64)))
    op.create_table(
        "account_identity",
        full("issuer", word(300)), full("subject", word(255)), full("person", word(16)), full("bound_at", time),
        full("bound_by", word(16)), full("email", word(254)),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_account_identity"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_account_identity_person"),
        sa.UniqueConstraint("issuer", "person", name="uq_account_identity_issuer_person"),
    )  # fmt: skip
    op.create_table(
        "account_email",
        full("person", word(16)), full("email", word(254)),
        sa.PrimaryKeyConstraint("person", name="pk_account_email"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_account_email_person"),
        sa.UniqueConstraint("email", name="uq_account_email_email"),
    )  # fmt: skip
    op.create_table(
        "account_outside_try",
        full("state", word(64)), full("browser", word(64)), full("nonce", word(43)), full("verifier", word(86)),
        full("goal", word(2000)), full("ends_at", time),
        sa.PrimaryKeyConstraint("state", name="pk_account_outside_try"),
    )  # fmt: skip
    op.create_index("ix_account_outside_try_ends_at", "account_outside_try", ["ends_at"])


def downgrade() -> None:
    for table in ("account_outside_try", "account_email", "account_identity"):
        op.drop_table(table)
    op.drop_column("account_session", "continued_by")
