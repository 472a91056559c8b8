"""Cases: what was secured, the chain of custody, daily heads."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = {
    "evidence_case": "id = NEW.id OR (year = NEW.year AND number = NEW.number)",
    "evidence_document": "id = NEW.id OR (case_id = NEW.case_id AND document = NEW.document)",
    "evidence_capture": "id = NEW.id OR capture = NEW.capture",
    "evidence_custody": "id = NEW.id OR (case_id = NEW.case_id AND n = NEW.n)",
    "evidence_heads": "id = NEW.id OR (day = NEW.day AND sample = NEW.sample AND number = NEW.number)",
    "evidence_head": "heads = NEW.heads AND case_id = NEW.case_id",
}
"""Each table, and when a row that is put in would take the place of another."""
FIXED = "id, year, number, sample, opened_at, opened_by, chain_salt"
"""What of a case never changes; its title, purpose, state, hold and version may."""


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    json, time = sa.JSON().with_variant(JSONB(), "postgresql"), sa.DateTime(timezone=True)
    case, digest, username, word, words = sa.String(20), sa.String(64), sa.String(32), sa.String, sa.Text()
    full, free = partial(sa.Column, nullable=False), partial(sa.Column, nullable=True)

    def of_case(table: str) -> sa.ForeignKeyConstraint:
        return sa.ForeignKeyConstraint(["case_id"], ["evidence_case.id"], name=f"fk_{table}_case_id")

    op.create_table(
        "evidence_case",
        full("id", case), full("year", sa.Integer()), full("number", sa.Integer()), full("title", word(200)),
        full("purpose", word(2000)), full("state", word(8)), full("held", sa.Boolean()), full("sample", sa.Boolean()),
        full("opened_at", time), full("opened_by", username), full("chain_salt", word(32)),
        full("version", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_evidence_case"),
        sa.UniqueConstraint("year", "number", name="uq_evidence_case_year_number"),
        sa.CheckConstraint("state IN ('open', 'closed')", name="ck_evidence_case_state"),
        sa.CheckConstraint("NOT held OR state = 'open'", name="ck_evidence_case_held"),
    )  # fmt: skip
    op.create_index("ix_evidence_case_state_opened_at", "evidence_case", ["state", "opened_at"])
    op.create_table(
        "evidence_document",
        full("id", number), full("case_id", case), full("document", word(32)), full("secured_at", time),
        full("secured_by", username), full("snapshot", digest), full("snapshot_size", number), free("raw", digest),
        free("raw_size", number), full("sample", sa.Boolean()),
        sa.PrimaryKeyConstraint("id", name="pk_evidence_document"),
        of_case("evidence_document"),
        sa.UniqueConstraint("case_id", "document", name="uq_evidence_document_case_id_document"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_evidence_document_document", "evidence_document", ["document"])
    op.create_table(
        "evidence_capture",
        full("id", number), full("case_id", case), full("capture", word(20)), free("document", word(32)),
        full("url", words), full("final_url", words), full("at", time), full("status", sa.Integer()),
        free("title", words), full("files", json), full("missing", json), full("added_at", time),
        full("added_by", username),
        sa.PrimaryKeyConstraint("id", name="pk_evidence_capture"),
        of_case("evidence_capture"),
        sa.UniqueConstraint("capture", name="uq_evidence_capture_capture"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_evidence_capture_case_id_id", "evidence_capture", ["case_id", "id"])
    op.create_table(
        "evidence_custody",
        full("id", number), full("case_id", case), full("n", sa.Integer()), full("at", time), full("act", word(16)),
        full("actor", username), full("line", words), full("hash", digest),
        sa.PrimaryKeyConstraint("id", name="pk_evidence_custody"),
        of_case("evidence_custody"),
        sa.UniqueConstraint("case_id", "n", name="uq_evidence_custody_case_id_n"),
        sa.CheckConstraint("n > 0", name="ck_evidence_custody_n"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_table(
        "evidence_heads",
        full("id", number), full("day", word(10)), full("sample", sa.Boolean()), full("number", sa.Integer()),
        full("file", digest), full("file_size", number), full("tokens", json), full("stamped_at", time),
        full("stamped_by", username),
        sa.PrimaryKeyConstraint("id", name="pk_evidence_heads"),
        sa.UniqueConstraint("day", "sample", "number", name="uq_evidence_heads_day_sample_number"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_table(
        "evidence_head",
        full("heads", number), full("case_id", case), full("n", sa.Integer()), full("hash", digest),
        sa.PrimaryKeyConstraint("heads", "case_id", name="pk_evidence_head"),
        sa.ForeignKeyConstraint(["heads"], ["evidence_heads.id"], name="fk_evidence_head_heads"),
        of_case("evidence_head"),
    )  # fmt: skip
    op.create_index("ix_evidence_head_case_id_heads", "evidence_head", ["case_id", "heads"])
    guard_evidence(sqlite=op.get_bind().dialect.name == "sqlite")


def guard_evidence(*, sqlite: bool) -> None:
    """Let the database refuse to delete or replace any row, and to change what is not a case's to change."""
    if not sqlite:
        op.execute(
            """CREATE FUNCTION evidence_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
               BEGIN RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
               USING ERRCODE = 'restrict_violation'; END $$"""
        )
    for table, same_row in TABLES.items():
        update = f"UPDATE OF {FIXED}" if table == "evidence_case" else "UPDATE"
        if not sqlite:
            op.execute(
                f"""CREATE TRIGGER {table}_no_change BEFORE {update} OR DELETE OR TRUNCATE ON {table}
                    FOR EACH STATEMENT EXECUTE FUNCTION evidence_refuse()"""
            )
            # ALWAYS: also while session_replication_role is 'replica', which silences ordinary triggers.
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change")
            continue
        # INSERT OR REPLACE deletes the old row without waking the trigger of DELETE.
        insert = f"INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same_row})"
        for name, event in (("update", f"{update} ON {table}"), ("delete", f"DELETE ON {table}"), ("replace", insert)):
            op.execute(
                f"""CREATE TRIGGER {table}_no_{name} BEFORE {event}
                    BEGIN SELECT RAISE(ABORT, '{table} is append-only: a row stays as it is'); END"""
            )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION evidence_refuse()")
