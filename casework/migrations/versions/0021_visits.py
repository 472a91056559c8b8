"""When a person last looked, and accounts that are public."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from alembic import op

from casework.append_only import guard_tables

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def add_public_accounts() -> None:
    """Accounts that are shown by name, and the note of a saved search."""
    word, full = sa.String, partial(sa.Column, nullable=False)
    op.create_table(
        "public_account",
        full("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")), full("platform", word(32)),
        full("account", word(200)), full("shown", word(200)), full("kind", word(16)), full("reason", word(500)),
        full("actor", word(16)), full("actor_name", word(32)), full("at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_public_account"),
        sa.CheckConstraint("kind IN ('figure', 'institution', 'none')", name="ck_public_account_kind"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_public_account_platform_account_id", "public_account", ["platform", "account", "id"])
    guard_tables(growing=("public_account",), kept=(), function="public_account_refuse")
    op.add_column("saved_search", sa.Column("note", word(500), nullable=True))


def drop_public_accounts() -> None:
    op.drop_column("saved_search", "note")
    op.drop_table("public_account")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION public_account_refuse()")


def add_visits() -> None:
    """When each person last looked."""
    time, full = sa.DateTime(timezone=True), partial(sa.Column, nullable=False)
    op.create_table(
        "visit",
        full("person", sa.String(16)), full("began_at", time), full("seen_at", time),
        sa.Column("before_at", time, nullable=True), sa.Column("welcomed_at", time, nullable=True),
        sa.PrimaryKeyConstraint("person", name="pk_visit"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_visit_person"),
        sa.CheckConstraint("began_at <= seen_at", name="ck_visit_seen_at"),
    )  # fmt: skip


def upgrade() -> None:
    add_public_accounts()
    add_visits()


def downgrade() -> None:
    op.drop_table("visit")
    drop_public_accounts()
