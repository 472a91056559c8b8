"""Clippings of the day's news."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from casework.append_only import guard_tables

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

GROWING = ("clipping_event", "clipping_revision")
"""Tables whose rows stay as they are."""
KEPT = ("clipping", "clipping_item")
"""Tables whose rows change, and are never deleted."""


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    json, time = sa.JSON().with_variant(JSONB(), "postgresql"), sa.DateTime(timezone=True)
    word, words, whole, yes = sa.String, sa.Text(), sa.Integer(), sa.Boolean()
    full, free = partial(sa.Column, nullable=False), partial(sa.Column, nullable=True)
    op.create_table(
        "clipping",
        full("id", number), full("day", sa.Date()), full("edition", word(8)), full("zone", word(8)),
        full("since", time), full("until", time), full("state", word(8)), full("revision", whole),
        full("scope", word(300)), full("gaps", json), full("read", whole), full("made_at", time),
        full("made_by", word(16)), full("made_name", word(32)), free("issued_at", time),
        free("issued_name", word(200)), full("sample", yes), full("version", whole),
        sa.PrimaryKeyConstraint("id", name="pk_clipping"),
        sa.UniqueConstraint("day", "edition", name="uq_clipping_day_edition"),
        sa.CheckConstraint("edition IN ('pagi', 'siang', 'sore')", name="ck_clipping_edition"),
        sa.CheckConstraint("state IN ('draft', 'issued')", name="ck_clipping_state"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_table(
        "clipping_item",
        full("id", number), full("clipping", number), full("place", whole), full("outlets", json),
        full("title", word(500)), full("quote", words), full("quoted", word(200)), full("why", json),
        free("topic", word(32)), free("topic_p", sa.Double()), full("topic_abstained", yes), free("tone", word(16)),
        free("tone_p", sa.Double()), full("tone_abstained", yes), full("issue", word(200)),
        free("issue_number", number), free("agency", word(32)), free("agency_from", word(8)), free("clarify", yes),
        full("story_reasons", json),
        free("ours", word(200)), free("note", words), full("left_out", yes), free("left_reason", word(300)),
        full("late", yes), full("decided", json), free("added_by", word(32)), full("sample", yes),
        full("version", whole),
        sa.PrimaryKeyConstraint("id", name="pk_clipping_item"),
        sa.ForeignKeyConstraint(["clipping"], ["clipping.id"], name="fk_clipping_item_clipping"),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name="fk_clipping_item_agency"),
        sa.CheckConstraint("tone IN ('negative', 'neutral', 'positive')", name="ck_clipping_item_tone"),
        sa.CheckConstraint("agency_from IN ('name', 'field')", name="ck_clipping_item_agency_from"),
        sa.CheckConstraint("left_out OR left_reason IS NULL", name="ck_clipping_item_left_reason"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_clipping_item_clipping_place", "clipping_item", ["clipping", "place"])
    op.create_table(
        "clipping_event",
        full("id", number), full("clipping", number), full("revision", whole), free("item", number), full("at", time),
        full("act", word(16)), full("before", json), full("after", json), free("undoes", number),
        full("actor", word(16)), full("actor_name", word(32)),
        sa.PrimaryKeyConstraint("id", name="pk_clipping_event"),
        sa.ForeignKeyConstraint(["clipping"], ["clipping.id"], name="fk_clipping_event_clipping"),
        sa.ForeignKeyConstraint(["item"], ["clipping_item.id"], name="fk_clipping_event_item"),
        sa.ForeignKeyConstraint(["undoes"], ["clipping_event.id"], name="fk_clipping_event_undoes"),
        sa.UniqueConstraint("undoes", name="uq_clipping_event_undoes"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_clipping_event_clipping_id", "clipping_event", ["clipping", "id"])
    op.create_table(
        "clipping_revision",
        full("id", number), full("clipping", number), full("revision", whole), full("content", json), full("at", time),
        full("actor", word(16)), full("actor_name", word(32)),
        sa.PrimaryKeyConstraint("id", name="pk_clipping_revision"),
        sa.ForeignKeyConstraint(["clipping"], ["clipping.id"], name="fk_clipping_revision_clipping"),
        sa.UniqueConstraint("clipping", "revision", name="uq_clipping_revision_clipping_revision"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    guard_tables(growing=GROWING, kept=KEPT, function="clipping_refuse")


def downgrade() -> None:
    for table in ("clipping_revision", "clipping_event", "clipping_item", "clipping"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION clipping_refuse()")
