"""Complaints, their reporters, history and messages."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLE = "complaint_event"
GUARDS_SQLITE = tuple(
    f"CREATE TRIGGER {TABLE}_no_{act} BEFORE {act} ON {TABLE} {when} "
    f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
    for act, when in (
        ("update", ""),
        ("delete", ""),
        ("insert", f"WHEN NEW.id IS NOT NULL AND EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id)"),
    )
)
GUARDS_POSTGRES = (
    """CREATE FUNCTION complaint_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP; END $$""",
    f"""CREATE TRIGGER {TABLE}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE}
        FOR EACH STATEMENT EXECUTE FUNCTION complaint_refuse();
        ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {TABLE}_no_change""",
)
STAGES = (
    "'menunggu_verifikasi', 'diteruskan', 'diproses', 'menunggu_pelapor', 'dikembalikan', 'selesai', 'ditutup', "
    "'diarsipkan', 'digabung'"
)
KINDS = "'pengaduan-berkadar', 'pengaduan', 'permintaan-informasi', 'aspirasi'"
CHANNELS = "'lapor', 'web', 'whatsapp', 'sms', 'telepon', 'unggahan', 'tatap-muka', 'jembatan', 'lain'"


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    json, time = sa.JSON().with_variant(JSONB(), "postgresql"), sa.DateTime(timezone=True)
    word, words = sa.String, sa.Text()
    full, free = partial(sa.Column, nullable=False), partial(sa.Column, nullable=True)
    op.create_table(
        "complaint",
        full("id", number), full("number", word(24)), full("publisher", word(100)), full("ticket", word(100)),
        full("channel", word(16)), full("document", word(64)), free("title", words), full("text", words),
        full("received_at", time), full("kind", word(24)), free("category", word(64)),
        free("category_given", word(200)), free("agency", word(32)), free("region", word(16)),
        free("place", word(500)), free("lat", sa.Double()), free("lon", sa.Double()), full("stage", word(24)),
        full("stage_since", time), free("clock", word(16)), free("due_at", time), free("finished_at", time),
        full("secret", sa.Boolean()), full("sample", sa.Boolean()), free("held", word(64)),
        free("merged_into", number), free("suggestion", json), free("rating", sa.Integer()), full("given", json),
        free("indexed_version", sa.Integer()), full("version", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_complaint"),
        sa.UniqueConstraint("number", name="uq_complaint_number"),
        sa.UniqueConstraint("publisher", "ticket", name="uq_complaint_publisher_ticket"),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name="fk_complaint_agency"),
        sa.ForeignKeyConstraint(["merged_into"], ["complaint.id"], name="fk_complaint_merged_into"),
        sa.CheckConstraint(f"stage IN ({STAGES})", name="ck_complaint_stage"),
        sa.CheckConstraint(f"kind IN ({KINDS})", name="ck_complaint_kind"),
        sa.CheckConstraint(f"channel IN ({CHANNELS})", name="ck_complaint_channel"),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name="ck_complaint_rating"),
        sa.CheckConstraint("(stage = 'digabung') = (merged_into IS NOT NULL)", name="ck_complaint_merged_into"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    for columns in (
        ["agency", "stage", "due_at"], ["stage", "due_at"], ["region"], ["document"], ["received_at"], ["merged_into"],
    ):  # fmt: skip
        op.create_index(f"ix_complaint_{'_'.join(columns)}", "complaint", columns)
    op.create_table(
        "complaint_reporter",
        full("id", number), full("complaint", number), free("code", word(16)), full("channel", word(16)),
        free("ticket", word(100)), free("name", word(200)), free("contact", word(200)), free("address", word(200)),
        free("text", words), free("raw", words), full("anonymous", sa.Boolean()), full("at", time),
        free("forgotten_at", time),
        sa.PrimaryKeyConstraint("id", name="pk_complaint_reporter"),
        sa.ForeignKeyConstraint(["complaint"], ["complaint.id"], name="fk_complaint_reporter_complaint"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    for column in ("complaint", "contact"):
        op.create_index(f"ix_complaint_reporter_{column}", "complaint_reporter", [column])
    op.create_table(
        "complaint_event",
        full("id", number), full("complaint", number), full("at", time), full("recorded_at", time),
        full("act", word(32)), free("stage_from", word(24)), free("stage_to", word(24)), free("agency", word(32)),
        free("reason", words), free("note", words), full("actor", word(16)), full("actor_name", word(32)),
        full("detail", json),
        sa.PrimaryKeyConstraint("id", name="pk_complaint_event"),
        sa.ForeignKeyConstraint(["complaint"], ["complaint.id"], name="fk_complaint_event_complaint"),
        sa.CheckConstraint(f"stage_to IN ({STAGES})", name="ck_complaint_event_stage_to"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_complaint_event_complaint_at_id", "complaint_event", ["complaint", "at", "id"])
    op.create_table(
        "complaint_message",
        full("id", number), full("complaint", number), full("reporter", number), full("key", word(32)),
        full("at", time), full("act", word(32)), full("text", words), full("state", word(16)),
        full("tries", sa.Integer()), full("next_at", time), free("sent_at", time), free("fault", word(500)),
        sa.PrimaryKeyConstraint("id", name="pk_complaint_message"),
        sa.UniqueConstraint("key", name="uq_complaint_message_key"),
        sa.ForeignKeyConstraint(["complaint"], ["complaint.id"], name="fk_complaint_message_complaint"),
        sa.ForeignKeyConstraint(["reporter"], ["complaint_reporter.id"], name="fk_complaint_message_reporter"),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'kept')", name="ck_complaint_message_state"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    for columns in (["state", "next_at"], ["complaint", "id"]):
        op.create_index(f"ix_complaint_message_{'_'.join(columns)}", "complaint_message", columns)
    op.create_table(
        "complaint_delivery",
        full("way", word(16)), full("key", word(64)), free("digest", word(64)), full("complaint", number),
        full("at", time),
        sa.PrimaryKeyConstraint("way", "key", name="pk_complaint_delivery"),
        sa.ForeignKeyConstraint(["complaint"], ["complaint.id"], name="fk_complaint_delivery_complaint"),
    )  # fmt: skip
    for statement in GUARDS_SQLITE if op.get_bind().dialect.name == "sqlite" else GUARDS_POSTGRES:
        op.execute(statement)


def downgrade() -> None:
    for table in ("delivery", "message", "event", "reporter"):
        op.drop_table(f"complaint_{table}")
    op.drop_table("complaint")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION complaint_refuse()")
