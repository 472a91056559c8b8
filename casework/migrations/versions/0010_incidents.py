"""Incidents and rumours of danger."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

GUARDED = ("incident_entry", "danger_event")
GUARDS_SQLITE = tuple(
    f"CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table} {when} "
    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    for table in GUARDED
    for act, when in (
        ("update", ""),
        ("delete", ""),
        ("insert", f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"),
    )
)
GUARDS_POSTGRES = (
    """CREATE FUNCTION incident_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP; END $$""",
    *(
        f"""CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION incident_refuse();
            ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change"""
        for table in GUARDED
    ),
)
TABLES = (
    "incident", "incident_call", "incident_caller", "incident_task", "incident_entry", "incident_link",
    "incident_delivery", "danger", "danger_document", "danger_event",
)  # fmt: skip


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    json, time = sa.JSON().with_variant(JSONB(), "postgresql"), sa.DateTime(timezone=True)
    word, words = sa.String, sa.Text()
    full, free = partial(sa.Column, nullable=False), partial(sa.Column, nullable=True)
    op.create_table(
        "incident",
        full("id", number), full("title", word(200)), full("kind", word(24)), full("level", word(16)),
        full("state", word(16)), free("region", word(16)), free("place", word(300)), free("lat", sa.Double()),
        free("lon", sa.Double()), full("opened_at", time), full("opened_by", word(16)), full("opened_name", word(32)),
        free("closed_at", time), free("closed_name", word(32)), free("outcome", words), free("merged_into", number),
        full("sample", sa.Boolean()), full("version", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
        sa.ForeignKeyConstraint(["merged_into"], ["incident.id"], name="fk_incident_merged_into"),
        sa.CheckConstraint("level IN ('pantau', 'siaga', 'darurat')", name="ck_incident_level"),
        sa.CheckConstraint("state IN ('open', 'closed', 'merged')", name="ck_incident_state"),
        sa.CheckConstraint("(state = 'merged') = (merged_into IS NOT NULL)", name="ck_incident_merged_into"),
        sa.CheckConstraint(
            "state != 'closed' OR (closed_at IS NOT NULL AND outcome IS NOT NULL)", name="ck_incident_closed"
        ),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_table(
        "incident_call",
        full("id", number), free("incident", number), full("state", word(16)), free("reason", word(500)),
        full("received_at", time), full("kind", word(24)), free("said_kind", word(64)), free("words", words),
        free("place", word(300)), free("region", word(16)), free("lat", sa.Double()), free("lon", sa.Double()),
        full("version", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_incident_call"),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"], name="fk_incident_call_incident"),
        sa.CheckConstraint("state IN ('taken', 'held', 'dismissed')", name="ck_incident_call_state"),
        sa.CheckConstraint("(state = 'taken') = (incident IS NOT NULL)", name="ck_incident_call_incident"),
        sa.CheckConstraint("state = 'taken' OR reason IS NOT NULL", name="ck_incident_call_reason"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_table(
        "incident_caller",
        full("call", number), free("name", word(200)), free("contact", word(200)), free("text", words),
        free("raw", words), free("forgotten_at", time),
        sa.PrimaryKeyConstraint("call", name="pk_incident_caller"),
        sa.ForeignKeyConstraint(["call"], ["incident_call.id"], name="fk_incident_caller_call"),
    )  # fmt: skip
    op.create_table(
        "incident_task",
        full("id", number), full("incident", number), full("what", word(500)), free("person", word(16)),
        free("person_name", word(200)), free("agency", word(32)), free("agency_name", word(200)), full("due_at", time),
        full("state", word(16)), free("note", word(500)), full("given_at", time), full("given_name", word(32)),
        free("done_at", time), full("version", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_incident_task"),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"], name="fk_incident_task_incident"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_incident_task_person"),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name="fk_incident_task_agency"),
        sa.CheckConstraint("state IN ('open', 'blocked', 'done', 'cancelled')", name="ck_incident_task_state"),
        sa.CheckConstraint("person IS NOT NULL OR agency IS NOT NULL", name="ck_incident_task_holder"),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="ck_incident_task_done_at"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_table(
        "incident_entry",
        full("id", number), full("incident", number), full("at", time), full("act", word(24)), free("text", words),
        full("actor", word(16)), full("actor_name", word(32)), full("detail", json),
        sa.PrimaryKeyConstraint("id", name="pk_incident_entry"),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"], name="fk_incident_entry_incident"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_table(
        "incident_link",
        full("incident", number), full("kind", word(16)), full("object", word(64)), full("at", time),
        full("actor_name", word(32)),
        sa.PrimaryKeyConstraint("incident", "kind", "object", name="pk_incident_link"),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"], name="fk_incident_link_incident"),
        sa.CheckConstraint("kind IN ('dokumen', 'aduan', 'cerita', 'bahaya')", name="ck_incident_link_kind"),
    )  # fmt: skip
    op.create_table(
        "incident_delivery",
        full("way", word(16)), full("key", word(64)), full("digest", word(64)), full("call", number), full("at", time),
        sa.PrimaryKeyConstraint("way", "key", name="pk_incident_delivery"),
        sa.ForeignKeyConstraint(["call"], ["incident_call.id"], name="fk_incident_delivery_call"),
    )  # fmt: skip
    op.create_table(
        "danger",
        full("id", number), full("danger", word(16)), full("document", word(64)), free("story", word(64)),
        free("region", word(16)), free("agency", word(32)), full("words", words), full("reasons", json),
        full("raised_at", time), full("raised_name", word(32)), full("due_at", time), full("state", word(16)),
        free("answer", words), free("answer_source", word(500)), free("answered_at", time),
        free("answered_name", word(32)), free("incident", number), full("sample", sa.Boolean()),
        full("version", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_danger"),
        sa.ForeignKeyConstraint(["agency"], ["agency.code"], name="fk_danger_agency"),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"], name="fk_danger_incident"),
        sa.CheckConstraint(
            "state IN ('waiting', 'expired', 'confirmed', 'denied', 'unclear')", name="ck_danger_state"
        ),
        sa.CheckConstraint(
            "(state IN ('confirmed', 'denied', 'unclear')) = (answer IS NOT NULL AND answered_at IS NOT NULL)",
            name="ck_danger_answer",
        ),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_table(
        "danger_document",
        full("danger", number), full("document", word(64)), full("at", time),
        sa.PrimaryKeyConstraint("danger", "document", name="pk_danger_document"),
        sa.ForeignKeyConstraint(["danger"], ["danger.id"], name="fk_danger_document_danger"),
    )  # fmt: skip
    op.create_table(
        "danger_event",
        full("id", number), full("danger", number), full("at", time), full("act", word(24)), full("actor", word(16)),
        full("actor_name", word(32)), full("detail", json),
        sa.PrimaryKeyConstraint("id", name="pk_danger_event"),
        sa.ForeignKeyConstraint(["danger"], ["danger.id"], name="fk_danger_event_danger"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    for table, columns in (
        ("incident", ["state", "level"]), ("incident_call", ["incident"]), ("incident_call", ["state"]),
        ("incident_task", ["incident", "state", "due_at"]), ("incident_entry", ["incident", "id"]),
        ("incident_link", ["kind", "object"]), ("danger", ["state", "due_at"]), ("danger", ["document"]),
        ("danger", ["agency", "state"]), ("danger_document", ["document"]), ("danger_event", ["danger", "id"]),
    ):  # fmt: skip
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)
    for statement in GUARDS_SQLITE if op.get_bind().dialect.name == "sqlite" else GUARDS_POSTGRES:
        op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION incident_refuse()")
