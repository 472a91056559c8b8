"""What Alembic runs around a migration: the connection, already in its locked transaction, comes from casework.migrate.

There is no alembic.ini and no second way in. On SQLite a table is altered by making it anew (batch mode), which loses
its triggers: a revision that alters ``audit`` must make them again.
"""

from __future__ import annotations

from alembic import context

from casework.migrate import VERSION_TABLE
from casework.tables import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
