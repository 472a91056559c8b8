"""Follow-ups, clarifications and decisions."""

from __future__ import annotations

from functools import partial
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from casework.append_only import guard_tables

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

GROWING = ("followup_event", "clarification_publication", "clarification_event", "decision")
"""Tables whose rows stay as they are."""
KEPT = ("followup", "clarification_draft")
"""Tables whose rows change, and are never deleted."""


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    json, time = sa.JSON().with_variant(JSONB(), "postgresql"), sa.DateTime(timezone=True)
    word, words = sa.String, sa.Text()
    full, free = partial(sa.Column, nullable=False), partial(sa.Column, nullable=True)
    op.create_table(
        "followup",
        full("id", number), full("object_kind", word(16)), full("object", word(64)), free("topic", word(32)),
        free("region", word(16)), full("agency", word(32)), full("title", word(200)), full("task", words),
        full("basis", json), free("grounds", json), full("due_at", time), full("state", word(16)),
        free("answer", words), free("answered_at", time), free("result", words), free("ended_at", time),
        free("reminded", word(8)), full("assigned_at", time), full("assigned_by", word(16)),
        full("assigned_name", word(32)), full("sample", sa.Boolean()), full("version", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_followup"),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name="fk_followup_agency"),
        sa.CheckConstraint("state IN ('assigned', 'answered', 'closed', 'cancelled')", name="ck_followup_state"),
        sa.CheckConstraint(
            "object_kind IN ('complaint', 'story', 'case', 'incident', 'topic')", name="ck_followup_object_kind"
        ),
        sa.CheckConstraint("reminded IN ('soon', 'late')", name="ck_followup_reminded"),
        sa.CheckConstraint(
            "(state IN ('closed', 'cancelled')) = (ended_at IS NOT NULL)", name="ck_followup_ended_at"
        ),
        sqlite_autoincrement=True,
    )  # fmt: skip
    for columns in (["state", "due_at"], ["agency", "state"], ["object_kind", "object"], ["topic"], ["region"]):
        op.create_index(f"ix_followup_{'_'.join(columns)}", "followup", columns)
    make_events("followup_event", of="followup", number=number, json=json, time=time)
    op.create_table(
        "clarification_draft",
        full("id", number), full("object_kind", word(16)), full("object", word(64)), free("review", number),
        free("review_round", sa.Integer()), free("topic", word(32)), free("region", word(16)),
        full("title", word(200)), full("text", words), full("state", word(16)), full("drafted_at", time),
        full("drafted_by", word(16)), full("drafted_name", word(32)), full("edited_by", word(16)),
        free("approved_at", time), free("approved_by", word(16)), free("approved_name", word(32)),
        free("approved_words", word(64)), free("published_at", time), free("retracted_at", time),
        free("verdict_clarification", number), full("sample", sa.Boolean()), full("version", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_clarification_draft"),
        sa.ForeignKeyConstraint(["review"], ["verdict_review.id"], name="fk_clarification_draft_review"),
        sa.ForeignKeyConstraint(
            ["verdict_clarification"], ["verdict_clarification.id"], name="fk_clarification_draft_verdict_clarification"
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'approved', 'published', 'retracted')", name="ck_clarification_draft_state"
        ),
        sa.CheckConstraint(
            "object_kind IN ('story', 'complaint', 'incident', 'topic')", name="ck_clarification_draft_object_kind"
        ),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'published') OR (approved_by IS NOT NULL AND approved_words IS NOT NULL)",
            name="ck_clarification_draft_approved",
        ),
        sa.CheckConstraint(
            "approved_by <> drafted_by AND approved_by <> edited_by", name="ck_clarification_draft_two_persons"
        ),
        sqlite_autoincrement=True,
    )  # fmt: skip
    for columns in (["state", "id"], ["object_kind", "object"], ["topic"], ["region"]):
        op.create_index(f"ix_clarification_draft_{'_'.join(columns)}", "clarification_draft", columns)
    op.create_table(
        "clarification_publication",
        full("id", number), full("draft", number), full("channel", word(16)), free("address", word(2000)),
        full("at", time), full("recorded_at", time), full("actor", word(16)), full("actor_name", word(32)),
        sa.PrimaryKeyConstraint("id", name="pk_clarification_publication"),
        sa.ForeignKeyConstraint(
            ["draft"], ["clarification_draft.id"], name="fk_clarification_publication_draft"
        ),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_clarification_publication_draft_id", "clarification_publication", ["draft", "id"])
    make_events("clarification_event", of="clarification_draft", key="draft", number=number, json=json, time=time)
    op.create_table(
        "decision",
        full("id", number), full("question", word(300)), free("topic", word(32)), free("region", word(16)),
        free("words", word(2000)), full("since", time), full("until", time), full("options", json),
        full("chosen", sa.Integer()), full("reason", words), full("figures", json), free("replaces", number),
        full("at", time), full("actor", word(16)), full("actor_name", word(32)), full("name", word(200)),
        full("sample", sa.Boolean()),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sa.ForeignKeyConstraint(["replaces"], ["decision.id"], name="fk_decision_replaces"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    for column in ("topic", "region"):
        op.create_index(f"ix_decision_{column}", "decision", [column])
    guard_tables(growing=GROWING, kept=KEPT, function="followup_refuse")


def make_events(
    table: str, *, of: str, key: str | None = None, number: sa.types.TypeEngine[int], json: sa.types.TypeEngine[Any],
    time: sa.types.TypeEngine[Any],
) -> None:  # fmt: skip
    """A table of what happened to the rows of another."""
    key = key or of
    full, free = partial(sa.Column, nullable=False), partial(sa.Column, nullable=True)
    op.create_table(
        table,
        full("id", number), full(key, number), full("at", time), full("act", sa.String(16)),
        full("state", sa.String(16)), free("note", sa.Text()), full("actor", sa.String(16)),
        full("actor_name", sa.String(32)), full("detail", json),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint([key], [f"{of}.id"], name=f"fk_{table}_{key}"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index(f"ix_{table}_{key}_id", table, [key, "id"])


def downgrade() -> None:
    for table in ("decision", "clarification_event", "clarification_publication", "clarification_draft"):
        op.drop_table(table)
    for table in ("followup_event", "followup"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION followup_refuse()")
