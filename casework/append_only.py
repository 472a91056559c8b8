"""Triggers by which the database itself refuses to change or delete rows; for migrations alone.

Databases that were migrated carry what stood here then: where other triggers are wanted, another function makes them.
"""

from __future__ import annotations

from collections.abc import Collection


def guard_tables(*, growing: Collection[str], kept: Collection[str], function: str) -> None:
    """Let the database refuse to change or delete rows of ``growing`` tables, and to delete those of ``kept`` ones.

    Each has a primary key ``id``. ``function``: name of the PostgreSQL function that refuses; ``downgrade`` drops it.
    """
    from alembic import op

    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        op.execute(
            f"""CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
               BEGIN RAISE EXCEPTION '% keeps its rows: % refused', TG_TABLE_NAME, TG_OP
               USING ERRCODE = 'restrict_violation'; END $$"""
        )
    for table in (*growing, *kept):
        acts = ["UPDATE", "DELETE"] if table in growing else ["DELETE"]
        if sqlite:
            for act in acts:
                op.execute(
                    f"""CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}
                        BEGIN SELECT RAISE(ABORT, '{table} keeps its rows'); END"""
                )
            # INSERT OR REPLACE deletes the old row without waking the trigger above.
            op.execute(
                f"""CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
                    WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)
                    BEGIN SELECT RAISE(ABORT, '{table} keeps its rows'); END"""
            )
        else:
            op.execute(
                f"""CREATE TRIGGER {table}_no_change BEFORE {" OR ".join([*acts, "TRUNCATE"])} ON {table}
                    FOR EACH STATEMENT EXECUTE FUNCTION {function}()"""
            )
            # ALWAYS: also while session_replication_role is 'replica', which silences ordinary triggers.
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change")
