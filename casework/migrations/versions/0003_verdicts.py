"""Verdicts: reviews, decisions of persons, clarifications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    json = sa.JSON().with_variant(JSONB(), "postgresql")
    time = sa.DateTime(timezone=True)
    op.create_table(
        "verdict_review",
        sa.Column("id", number, nullable=False),
        sa.Column("anchor", sa.String(32), nullable=False),
        sa.Column("words", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.String(16), nullable=False),
        sa.Column("opened_at", time, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_verdict_review"),
        sa.UniqueConstraint("anchor", name="uq_verdict_review_anchor"),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name="fk_verdict_review_opened_by"),
        sa.CheckConstraint(
            "state IN ('open', 'disagreement', 'decided', 'withdrawn', 'closed')", name="ck_verdict_review_state"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_verdict_review_state", "verdict_review", ["state"])
    op.create_table(
        "verdict_decision",
        sa.Column("id", number, nullable=False),
        sa.Column("review", number, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(16), nullable=False),
        sa.Column("username", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("words", sa.String(32), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(24), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("cited", json, nullable=False),
        sa.Column("decided_at", time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_verdict_decision"),
        sa.UniqueConstraint("review", "round", "person", name="uq_verdict_decision_review_round_person"),
        sa.UniqueConstraint("review", "round", "seat", name="uq_verdict_decision_review_round_seat"),
        sa.ForeignKeyConstraint(["review"], ["verdict_review.id"], name="fk_verdict_decision_review"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_verdict_decision_person"),
        sa.CheckConstraint("seat IN (1, 2)", name="ck_verdict_decision_seat"),
        sa.CheckConstraint(
            "status IN ('false', 'misleading', 'true', 'satire_or_opinion', 'not_enough_evidence')",
            name="ck_verdict_decision_status",
        ),
        sa.CheckConstraint(
            "kind IN ('scam', 'impostor', 'fabricated', 'manipulated', 'false_context', 'false_connection', "
            "'misleading', 'satire')",
            name="ck_verdict_decision_kind",
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "verdict_clarification",
        sa.Column("id", number, nullable=False),
        sa.Column("review", number, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("url", sa.String(2000), nullable=False),
        sa.Column("channels", json, nullable=False),
        sa.Column("published_at", time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_verdict_clarification"),
        sa.ForeignKeyConstraint(["review"], ["verdict_review.id"], name="fk_verdict_clarification_review"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_verdict_clarification_review", "verdict_clarification", ["review"])
    op.create_table(
        "verdict_event",
        sa.Column("id", number, nullable=False),
        sa.Column("review", number, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("at", time, nullable=False),
        sa.Column("person", sa.String(16), nullable=False),
        sa.Column("username", sa.String(32), nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("clarification", number, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_verdict_event"),
        sa.UniqueConstraint("act", "clarification", name="uq_verdict_event_act_clarification"),
        sa.ForeignKeyConstraint(["review"], ["verdict_review.id"], name="fk_verdict_event_review"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_verdict_event_person"),
        sa.ForeignKeyConstraint(["clarification"], ["verdict_clarification.id"], name="fk_verdict_event_clarification"),
        sa.CheckConstraint(
            "act IN ('opened', 'decided', 'taken_back', 'agreed', 'disagreed', 'withdrawn', 'closed', 'reopened', "
            "'published', 'retracted')",
            name="ck_verdict_event_act",
        ),
        sa.CheckConstraint(
            "(act IN ('published', 'retracted')) = (clarification IS NOT NULL)", name="ck_verdict_event_clarification"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_verdict_event_review_id", "verdict_event", ["review", "id"])
    guard_verdict_tables(sqlite=op.get_bind().dialect.name == "sqlite")


def guard_verdict_tables(*, sqlite: bool) -> None:
    """Let the database refuse to change a decision, a clarification or an event, and to delete a review."""
    if not sqlite:
        op.execute(
            """CREATE FUNCTION verdict_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
               BEGIN RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
               USING ERRCODE = 'restrict_violation'; END $$"""
        )
    for table, same_row in VERDICT_KEYS.items():
        acts = ["DELETE"] if table == "verdict_review" else ["UPDATE", "DELETE"]
        if sqlite:
            for act in acts:
                op.execute(
                    f"""CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}
                        BEGIN SELECT RAISE(ABORT, '{table} is append-only: a row stays as it is'); END"""
                )
            # INSERT OR REPLACE deletes the old row without waking the trigger above.
            op.execute(
                f"""CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
                    WHEN EXISTS (SELECT 1 FROM {table} WHERE {same_row})
                    BEGIN SELECT RAISE(ABORT, '{table} is append-only: a row is never replaced'); END"""
            )
        else:
            op.execute(
                f"""CREATE TRIGGER {table}_no_change BEFORE {" OR ".join([*acts, "TRUNCATE"])} ON {table}
                    FOR EACH STATEMENT EXECUTE FUNCTION verdict_refuse()"""
            )
            # ALWAYS: also while session_replication_role is 'replica', which silences ordinary triggers.
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change")


VERDICT_KEYS = {
    "verdict_review": "id = NEW.id OR anchor = NEW.anchor",
    "verdict_decision": (
        "id = NEW.id OR (review = NEW.review AND round = NEW.round AND (person = NEW.person OR seat = NEW.seat))"
    ),
    "verdict_clarification": "id = NEW.id",
    "verdict_event": "id = NEW.id OR (act = NEW.act AND clarification = NEW.clarification)",
}
"""Each guarded table, and when a row that is put in would take the place of another."""


def downgrade() -> None:
    for table in ("verdict_event", "verdict_clarification", "verdict_decision", "verdict_review"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION verdict_refuse()")
