"""Stories: where each item stands, its links, and what people changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    time = sa.DateTime(timezone=True)
    document, message = sa.String(32), sa.String(16)
    op.create_table(
        "story_item",
        sa.Column("document", document, nullable=False),
        sa.Column("message", message, nullable=False),
        sa.Column("revision", sa.String(32), nullable=False),
        sa.Column("stance", sa.String(16), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("published_at", time, nullable=False),
        sa.Column("collected_at", time, nullable=False),
        sa.PrimaryKeyConstraint("document", name="pk_story_item"),
        sa.CheckConstraint("stance IN ('spreads', 'rebuts', 'asks', 'unclear')", name="ck_story_item_stance"),
    )
    op.create_index("ix_story_item_message", "story_item", ["message"])
    op.create_table(
        "story_message",
        sa.Column("message", message, nullable=False),
        sa.Column("story", document, nullable=False),
        sa.Column("joined", sa.String(8), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("first_at", time, nullable=False),
        sa.Column("first_document", document, nullable=False),
        sa.Column("named", document, nullable=False),
        sa.PrimaryKeyConstraint("message", name="pk_story_message"),
        sa.CheckConstraint("joined IN ('auto', 'person')", name="ck_story_message_joined"),
    )
    op.create_index("ix_story_message_story", "story_message", ["story"])
    counts = ("messages", "items", "by_hand", "spreads", "rebuts", "asks", "unclear", "platforms")
    op.create_table(
        "story",
        sa.Column("id", document, nullable=False),
        sa.Column("centre", document, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.Column("first_published_at", time, nullable=False),
        sa.Column("first_collected_at", time, nullable=False),
        sa.Column("last_collected_at", time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_story"),
    )
    op.create_index("ix_story_last_collected_at_id", "story", ["last_collected_at", "id"])
    op.create_table(
        "story_link",
        sa.Column("one", message, nullable=False),
        sa.Column("other", message, nullable=False),
        sa.Column("score", sa.Float(53), nullable=False),
        sa.PrimaryKeyConstraint("one", "other", name="pk_story_link"),
        sa.CheckConstraint("one < other", name="ck_story_link_order"),
    )
    op.create_index("ix_story_link_other", "story_link", ["other"])
    op.create_index("ix_story_link_score", "story_link", ["score"])
    op.create_table(
        "story_change",
        sa.Column("number", number, nullable=False),
        sa.Column("at", time, nullable=False),
        sa.Column("actor", sa.String(16), nullable=False),
        sa.Column("actor_name", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("undoes", number, nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_story_change"),
        sa.UniqueConstraint("undoes", name="uq_story_change_undoes"),
        sa.ForeignKeyConstraint(["undoes"], ["story_change.number"], name="fk_story_change_undoes"),
        sa.CheckConstraint("kind IN ('merge', 'split', 'undo')", name="ck_story_change_kind"),
        sa.CheckConstraint("(kind = 'undo') = (undoes IS NOT NULL)", name="ck_story_change_undoes"),
        sa.CheckConstraint("number > 0", name="ck_story_change_number"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "story_change_message",
        sa.Column("number", number, nullable=False),
        sa.Column("side", sa.String(8), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("message", message, nullable=False),
        sa.PrimaryKeyConstraint("number", "side", "place", name="pk_story_change_message"),
        sa.ForeignKeyConstraint(["number"], ["story_change.number"], name="fk_story_change_message_number"),
        sa.CheckConstraint("side IN ('one', 'other')", name="ck_story_change_message_side"),
    )
    op.create_index("ix_story_change_message_message", "story_change_message", ["message"])
    op.create_table(
        "story_state",
        sa.Column("id", number, nullable=False, autoincrement=False),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("before", sa.String(32), nullable=True),
        sa.Column("building", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_story_state"),
        sa.CheckConstraint("id = 1", name="ck_story_state_id"),
    )
    for statement in story_guards(on_sqlite=op.get_bind().dialect.name == "sqlite"):
        op.execute(statement)


def story_guards(*, on_sqlite: bool) -> list[str]:
    """Statements after which the database itself refuses to change or delete what people decided about stories."""
    refusal = "a change of stories is append-only: a row is never changed or deleted"
    tables = ("story_change", "story_change_message")
    if on_sqlite:
        refuse = f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
        keys = {
            "story_change": "number = NEW.number",
            "story_change_message": "number = NEW.number AND side = NEW.side AND place = NEW.place",
        }
        return [
            statement
            for table in tables
            for statement in (
                f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
                f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
                # INSERT OR REPLACE deletes the old row without waking the trigger above.
                f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
                f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {keys[table]}) {refuse}",
            )
        ]
    return [
        "CREATE FUNCTION story_change_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{refusal}' USING ERRCODE = 'restrict_violation'; END $$",
        *(
            statement
            for table in tables
            for statement in (
                f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION story_change_refuse()",
                f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change",
            )
        ),
    ]


def downgrade() -> None:
    for table in (
        "story_state", "story_change_message", "story_change", "story_link", "story", "story_message", "story_item",
    ):  # fmt: skip
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION story_change_refuse()")
