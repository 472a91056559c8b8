"""Bridges and indicators."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


HISTORY_GUARDS_SQLITE = tuple(
    f"CREATE TRIGGER measurement_history_no_{act} BEFORE {act} ON measurement_history {when} "
    "BEGIN SELECT RAISE(ABORT, 'measurement_history is append-only'); END"
    for act, when in (
        ("update", ""),
        ("delete", ""),
        ("insert", "WHEN EXISTS (SELECT 1 FROM measurement_history WHERE id = NEW.id)"),
    )
)
HISTORY_GUARDS_POSTGRES = (
    """CREATE FUNCTION measurement_history_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP; END $$""",
    """CREATE TRIGGER measurement_history_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON measurement_history
       FOR EACH STATEMENT EXECUTE FUNCTION measurement_history_refuse();
       ALTER TABLE measurement_history ENABLE ALWAYS TRIGGER measurement_history_no_change""",
)


def upgrade() -> None:
    number, time = sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.DateTime(timezone=True)
    word, whole = sa.String, sa.Integer()
    real: sa.Double[float] = sa.Double()
    full, free = partial(sa.Column, nullable=False), partial(sa.Column, nullable=True)
    op.create_table(
        "indicator_series",
        full("code", word(64)), full("name", word(200)), full("unit", word(32)), full("decimals", whole),
        free("target", real), full("direction", word(16)), free("agency", word(200)), full("every_days", whole),
        free("family", word(100)), free("lowest", real), free("highest", real),
        sa.PrimaryKeyConstraint("code", name="pk_indicator_series"),
        sa.CheckConstraint("direction IN ('higher', 'lower', 'neither')", name="ck_indicator_series_direction"),
        sa.CheckConstraint("every_days > 0", name="ck_indicator_series_every_days"),
    )  # fmt: skip
    op.create_table(
        "measurement",
        full("id", number), full("series", word(64)), full("region", word(16)), full("time", time),
        full("value", real), full("unit", word(32)), full("source", word(200)), free("bridge", word(64)),
        full("recorded_at", time),
        sa.PrimaryKeyConstraint("id", name="pk_measurement"),
        sa.ForeignKeyConstraint(["series"], ["indicator_series.code"], name="fk_measurement_series"),
        sa.UniqueConstraint("series", "region", "time", "source", name="uq_measurement_series_region_time_source"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_measurement_region_series_time", "measurement", ["region", "series", "time"])
    op.create_table(
        "measurement_history",
        full("id", number), full("measurement", number), full("value", real), full("unit", word(32)),
        free("bridge", word(64)), full("recorded_at", time), full("replaced_at", time), full("actor", word(16)),
        full("actor_name", word(32)),
        sa.PrimaryKeyConstraint("id", name="pk_measurement_history"),
        sa.ForeignKeyConstraint(["measurement"], ["measurement.id"], name="fk_measurement_history_measurement"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_measurement_history_measurement_id", "measurement_history", ["measurement", "id"])
    op.create_table(
        "bridge",
        full("name", word(64)), full("every", whole), full("late_after", whole), full("last_run_at", time),
        free("last_good_at", time), free("changed_at", time), free("digest", word(64)), full("rows", whole),
        free("failing_since", time), full("failures", whole), full("clogged", sa.Boolean()),
        free("reason", word(64)), free("message", word(500)), full("version", whole),
        sa.PrimaryKeyConstraint("name", name="pk_bridge"),
    )  # fmt: skip
    op.create_table(
        "bridge_run",
        full("id", number), full("bridge", word(64)), full("at", time), full("state", word(16)),
        free("reason", word(64)), free("message", word(500)), full("rows", whole), full("added", whole),
        full("changed", whole), full("refused", whole),
        sa.PrimaryKeyConstraint("id", name="pk_bridge_run"),
        sa.ForeignKeyConstraint(["bridge"], ["bridge.name"], name="fk_bridge_run_bridge"),
        sa.CheckConstraint("state IN ('ok', 'late', 'clogged', 'refused')", name="ck_bridge_run_state"),
        sa.CheckConstraint("state IN ('ok', 'late') OR reason IS NOT NULL", name="ck_bridge_run_reason"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_bridge_run_bridge_id", "bridge_run", ["bridge", "id"])
    op.create_table(
        "agency_event",
        full("id", number), full("bridge", word(64)), full("native_key", word(100)), full("at", time),
        free("region", word(16)), full("title", word(300)), free("text", sa.Text()), full("recorded_at", time),
        full("changed_at", time),
        sa.PrimaryKeyConstraint("id", name="pk_agency_event"),
        sa.UniqueConstraint("bridge", "native_key", name="uq_agency_event_bridge_native_key"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_agency_event_at", "agency_event", ["at"])
    op.create_index("ix_agency_event_region_at", "agency_event", ["region", "at"])
    guards = HISTORY_GUARDS_SQLITE if op.get_bind().dialect.name == "sqlite" else HISTORY_GUARDS_POSTGRES
    for statement in guards:
        op.execute(statement)


def downgrade() -> None:
    for table in ("agency_event", "bridge_run", "bridge", "measurement_history", "measurement", "indicator_series"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION measurement_history_refuse()")
