"""Tips of citizens, apart from who sent them."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


TIP_KEYS = {"tip_event": "id = NEW.id", "tip_answer": "id = NEW.id OR (tip = NEW.tip AND number = NEW.number)"}
TIP_GUARDS_SQLITE = tuple(
    f"CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table} {when} "
    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    for table, same in TIP_KEYS.items()
    for act, when in (("update", ""), ("delete", ""), ("insert", f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"))
)
TIP_GUARDS_POSTGRES = (
    """CREATE FUNCTION tip_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP; END $$""",
    *(
        f"""CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION tip_refuse();
            ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change"""
        for table in TIP_KEYS
    ),
)


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    json, time = sa.JSON().with_variant(JSONB(), "postgresql"), sa.DateTime(timezone=True)
    word, words = sa.String, sa.Text()
    full, free = partial(sa.Column, nullable=False), partial(sa.Column, nullable=True)
    op.create_table(
        "tip",
        full("id", number), full("code", word(16)), full("channel", word(16)), full("state", word(16)),
        free("reason", word(500)), free("text", words), free("link", word(2000)), free("picture", word(80)),
        free("message", word(64)), full("received_at", time), full("due_at", time), free("story", word(64)),
        free("story_document", word(64)), free("story_score", sa.Double()), free("story_joined", word(16)),
        free("claims", json), free("match_fault", word(500)), free("matched_at", time), free("ended_at", time),
        full("version", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_tip"),
        sa.CheckConstraint("state IN ('new', 'matched', 'answered', 'closed', 'held')", name="ck_tip_state"),
        sa.CheckConstraint("story_joined IN ('auto', 'suggested', 'person')", name="ck_tip_story_joined"),
        sa.CheckConstraint("state NOT IN ('closed', 'held') OR reason IS NOT NULL", name="ck_tip_reason"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    for columns in (["state", "due_at"], ["message"], ["story"]):
        op.create_index(f"ix_tip_{'_'.join(columns)}", "tip", columns)
    op.create_table(
        "tip_reporter",
        full("tip", number), free("name", word(200)), free("contact", word(200)), free("address", word(200)),
        free("raw", words), free("forgotten_at", time),
        sa.PrimaryKeyConstraint("tip", name="pk_tip_reporter"),
        sa.ForeignKeyConstraint(["tip"], ["tip.id"], name="fk_tip_reporter_tip"),
    )  # fmt: skip
    op.create_index("ix_tip_reporter_contact", "tip_reporter", ["contact"])
    op.create_table(
        "tip_event",
        full("id", number), full("tip", number), full("at", time), full("actor", word(16)),
        full("actor_name", word(32)), full("act", word(32)), full("detail", json),
        sa.PrimaryKeyConstraint("id", name="pk_tip_event"),
        sa.ForeignKeyConstraint(["tip"], ["tip.id"], name="fk_tip_event_tip"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_tip_event_tip_id", "tip_event", ["tip", "id"])
    op.create_table(
        "tip_answer",
        full("id", number), full("tip", number), full("number", sa.Integer()), full("text", words),
        free("note", words), full("source", word(16)), free("source_document", word(64)),
        free("source_version", word(100)), free("url", word(2000)), full("at", time), full("actor", word(16)),
        full("actor_name", word(32)),
        sa.PrimaryKeyConstraint("id", name="pk_tip_answer"),
        sa.ForeignKeyConstraint(["tip"], ["tip.id"], name="fk_tip_answer_tip"),
        sa.UniqueConstraint("tip", "number", name="uq_tip_answer_tip_number"),
        sa.CheckConstraint("source IN ('clarification', 'factcheck', 'withdrawn')", name="ck_tip_answer_source"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_table(
        "tip_delivery",
        full("way", word(16)), full("key", word(64)), free("digest", word(64)), full("tip", number), full("at", time),
        sa.PrimaryKeyConstraint("way", "key", name="pk_tip_delivery"),
        sa.ForeignKeyConstraint(["tip"], ["tip.id"], name="fk_tip_delivery_tip"),
    )  # fmt: skip
    guards = TIP_GUARDS_SQLITE if op.get_bind().dialect.name == "sqlite" else TIP_GUARDS_POSTGRES
    for statement in guards:
        op.execute(statement)


def downgrade() -> None:
    for table in ("tip_delivery", "tip_answer", "tip_event", "tip_reporter", "tip"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION tip_refuse()")
