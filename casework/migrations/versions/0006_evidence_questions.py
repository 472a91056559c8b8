"""Answers to the law's questions."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

GUARDS_SQLITE = tuple(
    f"CREATE TRIGGER evidence_answer_no_{act} BEFORE {event} ON evidence_answer {when} "
    "BEGIN SELECT RAISE(ABORT, 'evidence_answer is append-only'); END"
    for act, event, when in (
        ("update", "UPDATE", ""),
        ("delete", "DELETE", ""),
        # INSERT OR REPLACE deletes the old row without waking the trigger above.
        ("replace", "INSERT", "WHEN EXISTS (SELECT 1 FROM evidence_answer WHERE id = NEW.id)"),
    )
)
GUARDS_POSTGRES = (
    """CREATE FUNCTION evidence_answer_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
       USING ERRCODE = 'restrict_violation'; END $$""",
    """CREATE TRIGGER evidence_answer_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence_answer
       FOR EACH STATEMENT EXECUTE FUNCTION evidence_answer_refuse()""",
    # ALWAYS: also while session_replication_role is 'replica', which silences ordinary triggers.
    "ALTER TABLE evidence_answer ENABLE ALWAYS TRIGGER evidence_answer_no_change",
)


def upgrade() -> None:
    number, word, words = sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.String, sa.Text()
    full = partial(sa.Column, nullable=False)
    op.create_table(
        "evidence_answer",
        full("id", number), full("case_id", word(20)), full("question", word(64)), full("value", word(64)),
        full("reason", words), full("person", word(16)), full("username", word(32)), full("name", word(200)),
        full("at", sa.DateTime(timezone=True)), full("rulebook", word(64)), full("meaning", word(64)),
        sa.PrimaryKeyConstraint("id", name="pk_evidence_answer"),
        sa.ForeignKeyConstraint(["case_id"], ["evidence_case.id"], name="fk_evidence_answer_case_id"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_evidence_answer_person"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_evidence_answer_case_id_id", "evidence_answer", ["case_id", "id"])
    for statement in GUARDS_SQLITE if op.get_bind().dialect.name == "sqlite" else GUARDS_POSTGRES:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("evidence_answer")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION evidence_answer_refuse()")
