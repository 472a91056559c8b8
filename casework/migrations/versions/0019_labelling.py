"""Texts to be labelled by two people each, and what they said."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from casework.append_only import guard_tables

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

GROWING = ("label_text", "label_settled")
"""Tables whose rows stay as they are."""
KEPT = ("label_batch", "label_given")
"""Tables whose rows change, and are never deleted."""


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    json, time = sa.JSON().with_variant(JSONB(), "postgresql"), sa.DateTime(timezone=True)
    word, words, whole = sa.String, sa.Text(), sa.Integer()
    full, free = partial(sa.Column, nullable=False), partial(sa.Column, nullable=True)
    op.create_table(
        "label_batch",
        full("id", number), full("task", word(16)), full("name", word(100)), full("rule", word(8)), full("query", json),
        full("overlap", sa.Double()), full("candidates", whole), full("made_at", time), full("made_by", word(16)),
        full("made_name", word(32)), free("closed_at", time), full("sample", sa.Boolean()),
        sa.PrimaryKeyConstraint("id", name="pk_label_batch"),
        sa.CheckConstraint("task IN ('sentiment', 'topic', 'hoax', 'language')", name="ck_label_batch_task"),
        sa.CheckConstraint("rule IN ('random', 'doubt')", name="ck_label_batch_rule"),
        sa.CheckConstraint("overlap >= 0 AND overlap <= 1", name="ck_label_batch_overlap"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_table(
        "label_text",
        full("id", number), full("batch", number), full("place", whole), full("document", word(32)),
        full("revision", word(32)), full("source", word(200)), full("wanted", whole),
        sa.PrimaryKeyConstraint("id", name="pk_label_text"),
        sa.ForeignKeyConstraint(["batch"], ["label_batch.id"], name="fk_label_text_batch"),
        sa.UniqueConstraint("batch", "place", name="uq_label_text_batch_place"),
        sa.UniqueConstraint("batch", "document", name="uq_label_text_batch_document"),
        sa.CheckConstraint("wanted IN (1, 2)", name="ck_label_text_wanted"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_label_text_document", "label_text", ["document"])
    op.create_table(
        "label_given",
        full("id", number), full("text", number), full("person", word(16)), free("value", word(32)),
        free("note", words), full("at", time), free("undone_at", time),
        sa.PrimaryKeyConstraint("id", name="pk_label_given"),
        sa.ForeignKeyConstraint(["text"], ["label_text.id"], name="fk_label_given_text"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_label_given_person"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    standing = sa.text("undone_at IS NULL")
    op.create_index(
        "uq_label_given_text_person", "label_given", ["text", "person"], unique=True, sqlite_where=standing,
        postgresql_where=standing,
    )  # fmt: skip
    op.create_table(
        "label_settled",
        full("id", number), full("text", number), free("value", word(32)), full("how", word(8)), free("note", words),
        full("at", time), full("person", word(16)), full("person_name", word(32)),
        sa.PrimaryKeyConstraint("id", name="pk_label_settled"),
        sa.ForeignKeyConstraint(["text"], ["label_text.id"], name="fk_label_settled_text"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_label_settled_person"),
        sa.UniqueConstraint("text", name="uq_label_settled_text"),
        sa.CheckConstraint("how IN ('same', 'single', 'both', 'third')", name="ck_label_settled_how"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    guard_tables(growing=GROWING, kept=KEPT, function="label_refuse")


def downgrade() -> None:
    for table in ("label_settled", "label_given", "label_text", "label_batch"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION label_refuse()")
