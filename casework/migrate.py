"""Brings the casework database to the revision this code was written for, and back down for tests and repairs.

Two processes may open the same database at once: the first takes the lock (BEGIN IMMEDIATE on SQLite, an advisory lock
on PostgreSQL), the second waits and finds the work done. A migration is one transaction on both, so a killed one leaves
nothing behind.
"""

from __future__ import annotations

import threading
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

# Base knows a table once the module that maps it was read.
from casework import (  # noqa: F401
    agency_tables,
    case_tables,
    indicator_tables,
    public_account_tables,
    question_tables,
    rumour_tables,
    search_tables,
    story_tables,
    tip_tables,
    verdict_tables,
    visit_tables,
)
from casework.accounts import tables as account_tables  # noqa: F401
from casework.alerts import notice_tables as alert_notice_tables  # noqa: F401
from casework.alerts import tables as alert_tables  # noqa: F401
from casework.briefings import tables as briefing_tables  # noqa: F401
from casework.clippings import tables as clipping_tables  # noqa: F401
from casework.complaints import tables as complaint_tables  # noqa: F401
from casework.followups import tables as followup_tables  # noqa: F401
from casework.incidents import tables as incident_tables  # noqa: F401
from casework.labelling import tables as label_tables  # noqa: F401
from casework.tables import Base
from casework.trends import tables as trend_tables  # noqa: F401
from casework.wall import tables as wall_tables  # noqa: F401
from kentongan.errors import NotConfigured

FOLDER = Path(__file__).parent / "migrations"
HEAD = "0022"
"""The newest revision in ``migrations/versions``: opening an up-to-date database need not import Alembic."""
VERSION_TABLE = "kentongan_version"
"""Alembic's usual name might be another program's, in a database that is shared."""
ADVISORY_LOCK = 0x6B656E746F6E67
"""Key of the PostgreSQL lock ("kentong" in ASCII)."""
ONE_MIGRATION = threading.Lock()
"""Alembic's ``op`` and ``context`` belong to the process, so only one thread may migrate."""


def current_revision(connection: Connection) -> str | None:
    """The revision the database is at; None before the first migration."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()


def bring_to_head(engine: Engine) -> None:
    """Migrate up where the database is behind; nothing where it is not.

    Raises NotConfigured for a database that is newer than this code, or that holds another program's tables.
    """
    with engine.execution_options(reading=True).connect() as connection:
        if current_revision(connection) == HEAD:
            return
    move_to(engine, "head")


def move_to(engine: Engine, target: str) -> None:
    """Migrate up or down to a revision ("head", "base", "0001"). Going down throws away what the tables held."""
    with ONE_MIGRATION, engine.execution_options(migrating=True).connect() as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        run_alembic(connection, target)
        if connection.dialect.name == "sqlite":
            # Foreign keys are off while tables are made anew (see casework.engine): look before it is final.
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"the migration to {target} leaves dangling references: {broken[:5]}")


def run_alembic(connection: Connection, target: str) -> None:
    """Run the revisions between the connection's and the target, inside its open transaction."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection})
    # A per cent sign in the path would be read as an interpolation.
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()}
    now_at = current_revision(connection)
    if now_at is None:
        refuse_strange_tables(connection)
        if target == "base":
            return
    elif now_at not in known:
        raise NotConfigured(
            "DATABASE_URL",
            f"Basis data casework ini dibuat Kentongan yang lebih baru (revisi {now_at}; yang terpasang mengenal "
            f"sampai {HEAD}).",
            hint="Pasang Kentongan versi baru itu, atau pulihkan cadangan lama. Tidak ada yang diubah.",
        )
    steps_down = target == "base" or (target != "head" and now_at is not None and target < now_at)
    (command.downgrade if steps_down else command.upgrade)(config, target)


def refuse_strange_tables(connection: Connection) -> None:
    """Raise NotConfigured where a table of ours exists in a database that was never ours."""
    strange = sorted(set(inspect(connection).get_table_names()) & set(Base.metadata.tables))
    if strange:
        raise NotConfigured(
            "DATABASE_URL",
            f"Basis data ini sudah berisi tabel {', '.join(strange)} milik program lain.",
            hint="Buat basis data kosong untuk Kentongan dan sebut alamatnya di DATABASE_URL.",
        )
