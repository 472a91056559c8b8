"""Agencies, letters of reprimand, escalations."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SAME_ESCALATION = (
    "id = NEW.id OR (complaint = NEW.complaint AND clock = NEW.clock AND due_at = NEW.due_at AND level = NEW.level)"
)
GUARDS_SQLITE = (
    *(
        f"CREATE TRIGGER deadline_escalation_no_{act} BEFORE {act} ON deadline_escalation {when} "
        "BEGIN SELECT RAISE(ABORT, 'deadline_escalation is append-only'); END"
        for act, when in (
            ("update", ""),
            ("delete", ""),
            ("insert", f"WHEN EXISTS (SELECT 1 FROM deadline_escalation WHERE {SAME_ESCALATION})"),
        )
    ),
    """CREATE TRIGGER agency_letter_no_delete BEFORE DELETE ON agency_letter
       BEGIN SELECT RAISE(ABORT, 'agency_letter: a letter is never deleted'); END""",
    """CREATE TRIGGER agency_letter_no_change BEFORE UPDATE ON agency_letter WHEN OLD.state <> 'draf'
       BEGIN SELECT RAISE(ABORT, 'agency_letter: a letter that was approved or dropped stays as it is'); END""",
    # INSERT OR REPLACE deletes the old row without waking the triggers above.
    """CREATE TRIGGER agency_letter_no_insert BEFORE INSERT ON agency_letter
       WHEN EXISTS (SELECT 1 FROM agency_letter WHERE id = NEW.id OR number = NEW.number)
       BEGIN SELECT RAISE(ABORT, 'agency_letter: a letter is never replaced'); END""",
)
GUARDS_POSTGRES = (
    """CREATE FUNCTION agency_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION '%: % refused', TG_TABLE_NAME, TG_OP; END $$""",
    """CREATE TRIGGER deadline_escalation_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON deadline_escalation
       FOR EACH STATEMENT EXECUTE FUNCTION agency_refuse();
       ALTER TABLE deadline_escalation ENABLE ALWAYS TRIGGER deadline_escalation_no_change""",
    """CREATE TRIGGER agency_letter_no_delete BEFORE DELETE OR TRUNCATE ON agency_letter
       FOR EACH STATEMENT EXECUTE FUNCTION agency_refuse();
       ALTER TABLE agency_letter ENABLE ALWAYS TRIGGER agency_letter_no_delete""",
    """CREATE TRIGGER agency_letter_no_change BEFORE UPDATE ON agency_letter
       FOR EACH ROW WHEN (OLD.state <> 'draf') EXECUTE FUNCTION agency_refuse();
       ALTER TABLE agency_letter ENABLE ALWAYS TRIGGER agency_letter_no_change""",
)


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    json, time = sa.JSON().with_variant(JSONB(), "postgresql"), sa.DateTime(timezone=True)
    word = sa.String
    full, free = partial(sa.Column, nullable=False), partial(sa.Column, nullable=True)
    op.create_table(
        "agency",
        full("code", word(32)), full("name", word(200)), full("aliases", json), full("kind", word(16)),
        full("fields", json), full("dangers", json), free("region", word(16)), free("contact", word(200)),
        full("confirmed", sa.Boolean()), full("active", sa.Boolean()), full("version", sa.Integer()),
        sa.PrimaryKeyConstraint("code", name="pk_agency"),
        sa.UniqueConstraint("name", name="uq_agency_name"),
        sa.CheckConstraint(
            "kind IN ('opd', 'kecamatan', 'bumd', 'vertikal', 'polisi', 'pusat')", name="ck_agency_kind"
        ),
    )  # fmt: skip
    op.create_table(
        "agency_letter",
        full("id", number), full("number", word(100)), full("agency", word(32)), full("state", word(16)),
        full("matter", json), full("made_at", time), full("made_by", word(16)), full("made_name", word(200)),
        free("signed_at", time), free("signed_by", word(16)), free("signed_name", word(200)),
        full("version", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_agency_letter"),
        sa.UniqueConstraint("number", name="uq_agency_letter_number"),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name="fk_agency_letter_agency"),
        sa.CheckConstraint("state IN ('draf', 'disetujui', 'dibatalkan')", name="ck_agency_letter_state"),
        sa.CheckConstraint("(state = 'disetujui') = (signed_at IS NOT NULL)", name="ck_agency_letter_signed"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_agency_letter_agency_id", "agency_letter", ["agency", "id"])
    op.create_table(
        "deadline_escalation",
        full("id", number), full("complaint", number), full("clock", word(16)), full("due_at", time),
        full("level", sa.Integer()), full("told", word(100)), free("agency", word(32)),
        full("days_late", sa.Integer()), full("at", time), full("actor", word(16)), full("actor_name", word(32)),
        sa.PrimaryKeyConstraint("id", name="pk_deadline_escalation"),
        sa.UniqueConstraint(
            "complaint", "clock", "due_at", "level", name="uq_deadline_escalation_complaint_clock_due_at_level"
        ),
        sqlite_autoincrement=True,
    )  # fmt: skip
    guards = GUARDS_SQLITE if op.get_bind().dialect.name == "sqlite" else GUARDS_POSTGRES
    for statement in guards:
        op.execute(statement)


def downgrade() -> None:
    for table in ("deadline_escalation", "agency_letter", "agency"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION agency_refuse()")
