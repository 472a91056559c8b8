"""Opening, migrating and locking the casework database, and what it says when it cannot."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it
from __future__ import annotations

import builtins
import sqlite3
import stat
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from casework_fixtures import NOW, casework, run_program, settings  # noqa: F401
from postgres_server import new_database
from sqlalchemy.exc import DBAPIError, StatementError

from casework.db import Casework, open_casework
from casework.engine import read_url
from casework.migrate import FOLDER, HEAD, VERSION_TABLE, current_revision, move_to
from casework.people import first_admin, list_people
from casework.tables import Base, JobRow, PersonRow
from kentongan.errors import BadSettings, NotConfigured, Retry
from kentongan.settings import Settings


@pytest.fixture(params=["sqlite", "postgresql"])
def casework_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database on each of the two engines."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'casework.sqlite'}"
    else:
        with new_database(request.getfixturevalue("postgres_url")) as url:
            yield url


def revision(opened: Casework) -> str | None:
    with opened.engine.connect() as connection:
        return current_revision(connection)


def table_names(opened: Casework) -> set[str]:
    with opened.engine.connect() as connection:
        return set(sa.inspect(connection).get_table_names())


def test_opening_an_empty_database_brings_it_to_the_newest_revision(casework: Casework) -> None:
    assert revision(casework) == HEAD
    assert table_names(casework) == {*Base.metadata.tables, VERSION_TABLE}


def test_the_revision_in_the_code_is_the_newest_in_the_folder() -> None:
    assert ScriptDirectory(str(FOLDER)).get_heads() == [HEAD]


def test_the_migrated_schema_is_the_one_the_code_maps(casework: Casework) -> None:
    with casework.engine.connect() as connection:
        options = {"version_table": VERSION_TABLE, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_a_database_goes_down_to_nothing_and_up_again(casework: Casework) -> None:
    with casework.begin() as session:
        first_admin(session, "ratna", name="Ratna", now=NOW)
    move_to(casework.engine, "base")
    assert table_names(casework) <= {VERSION_TABLE}
    assert revision(casework) is None
    move_to(casework.engine, "base")
    move_to(casework.engine, "head")
    assert revision(casework) == HEAD
    with casework.begin() as session:
        assert list_people(session) == []
        first_admin(session, "ratna", name="Ratna", now=NOW)


def test_opening_again_keeps_what_is_there(settings: Settings) -> None:
    with open_casework(settings) as first, first.begin() as session:
        first_admin(session, "ratna", name="Ratna", now=NOW)
    with open_casework(settings) as second, second.read() as session:
        assert [person.username for person in list_people(session)] == ["ratna"]


def test_an_up_to_date_database_opens_without_alembic(settings: Settings) -> None:
    open_casework(settings).close()
    source = (
        "import sys; from casework.db import open_casework; from kentongan.settings import load_settings;"
        "open_casework(load_settings()).close(); print('alembic' in sys.modules)"
    )
    child = run_program(source, settings)
    assert child.communicate() == ("False\n", "")


OPEN = """
import sys
import alembic.command
from casework.db import open_casework
from kentongan.settings import load_settings
print("ready", flush=True)
sys.stdin.readline()
with open_casework(load_settings()) as casework, casework.engine.connect() as connection:
    print(connection.exec_driver_sql("SELECT count(*) FROM audit").scalar())
"""


def test_processes_that_open_an_empty_database_at_once_all_succeed(settings: Settings) -> None:
    children = [run_program(OPEN, settings) for _ in range(3)]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    assert [child.communicate(timeout=60) for child in children] == [("0\n", "")] * 3


def test_threads_that_open_an_empty_database_at_once_all_succeed(settings: Settings) -> None:
    failures: list[BaseException] = []

    def open_once() -> None:
        try:
            open_casework(settings).close()
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test shows it
            failures.append(error)

    threads = [threading.Thread(target=open_once) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_migration_that_breaks_half_way_leaves_nothing_behind(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from alembic import op

    create_index = op.create_index

    def break_at_the_last(name: str, *rest: Any, **more: Any) -> None:
        if name == "ix_job_state":
            raise RuntimeError("power cut")
        create_index(name, *rest, **more)

    monkeypatch.setattr(op, "create_index", break_at_the_last)
    with pytest.raises(RuntimeError, match="power cut"):
        open_casework(settings)
    monkeypatch.undo()
    with open_casework(settings) as opened:
        assert revision(opened) == HEAD


def test_a_database_newer_than_the_code_is_refused_and_left_alone(settings: Settings) -> None:
    with open_casework(settings) as opened, opened.begin() as session:
        session.execute(sa.text(f"UPDATE {VERSION_TABLE} SET version_num = '0999'"))
    with pytest.raises(NotConfigured, match=r"lebih baru.*0999") as refused:
        open_casework(settings)
    assert "Pasang Kentongan versi baru" in refused.value.hint
    with Casework(opened.engine) as still:
        assert revision(still) == "0999"


def test_a_database_of_another_program_is_refused(settings: Settings, casework_url: str) -> None:
    engine = sa.create_engine(read_url(casework_url))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE person (shoe_size integer)")
    engine.dispose()
    with pytest.raises(NotConfigured, match="person milik program lain"):
        open_casework(settings)


def test_times_come_back_aware_and_in_utc(casework: Casework) -> None:
    wib = timezone(timedelta(hours=7))
    with casework.begin() as session:
        first_admin(session, "ratna", name="Ratna", now=datetime(2026, 11, 21, 10, 0, 0, 123456, tzinfo=wib))
    with casework.read() as session:
        (person,) = list_people(session)
    assert person.created_at == datetime(2026, 11, 21, 3, 0, 0, 123456, tzinfo=UTC)
    assert person.created_at.tzinfo is UTC


def test_a_naive_time_is_refused_by_the_column_itself(casework: Casework) -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(StatementError, match="must carry a zone"), casework.begin() as session:
        session.add(
            JobRow(arguments=[], state="queued", actor="x", actor_name="x", created_at=naive, host="h", version=1)
        )


def test_an_exception_rolls_everything_back(casework: Casework) -> None:
    with pytest.raises(LookupError), casework.begin() as session:
        first_admin(session, "ratna", name="Ratna", now=NOW)
        raise LookupError
    with casework.read() as session:
        assert list_people(session) == []


def test_the_database_refuses_a_write_in_a_reading_transaction(casework: Casework) -> None:
    with pytest.raises(DBAPIError), casework.read() as session:
        session.execute(sa.text("DELETE FROM person"))
    with casework.begin() as session:
        session.execute(sa.text("DELETE FROM person"))


@pytest.mark.parametrize(
    ("column", "value"),
    [("role", "raja"), ("username", "Ratna"), ("agency", "Dinas Kesehatan")],
)
def test_the_database_itself_refuses_a_person_that_cannot_be(
    casework: Casework,
    column: str,
    value: str,
) -> None:
    fields: Mapping[str, Any] = {"id": "a", "username": "ratna", "name": "R", "role": "admin", "active": True}
    with pytest.raises(DBAPIError), casework.begin() as session:
        session.add(PersonRow(**{**fields, "created_at": NOW, column: value}))


def test_a_writer_waits_for_another_and_a_reader_does_not(casework: Casework) -> None:
    written = threading.Event()

    def write_second() -> None:
        with casework.begin() as session:
            session.execute(sa.update(PersonRow).values(name="kedua"))
            written.set()

    with casework.begin() as session:
        first_admin(session, "ratna", name="pertama", now=NOW)
    with casework.begin() as session:
        session.execute(sa.update(PersonRow).values(name="belum"))
        second = threading.Thread(target=write_second)
        second.start()
        with casework.read() as reading:
            assert [person.name for person in list_people(reading)] == ["pertama"]
        assert not written.is_set()
    second.join()
    with casework.read() as session:
        assert [person.name for person in list_people(session)] == ["kedua"]


# What only one of the two can show.


def test_a_folder_with_odd_characters_holds_the_database_itself(tmp_path: Path) -> None:
    folder = tmp_path / "kantor 100% #1 & ö"
    with open_casework(Settings(data_dir=folder)) as opened, opened.begin() as session:
        first_admin(session, "ratna", name="Ratna", now=NOW)
    assert sqlite3.connect(folder / "casework.sqlite").execute("SELECT username FROM person").fetchall() == [("ratna",)]


def test_sqlite_is_durable_keeps_foreign_keys_and_waits(settings: Settings, tmp_path: Path) -> None:
    chosen = Settings(data_dir=tmp_path / "kantor")
    with open_casework(chosen) as opened, opened.begin() as session:
        pragmas = {
            name: session.scalar(sa.text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "query_only")
        }
        waits = session.scalar(sa.text("PRAGMA busy_timeout"))
        foreign = opened.engine.execution_options(migrating=True)
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "query_only": 0}
    assert waits >= 5000
    with foreign.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 0
    assert stat.S_IMODE((tmp_path / "kantor" / "casework.sqlite").stat().st_mode) == 0o600


def test_a_locked_sqlite_says_try_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casework.engine.BUSY_TIMEOUT_S", 0.1)
    with open_casework(Settings(data_dir=tmp_path)) as opened:
        other = sqlite3.connect(tmp_path / "casework.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Retry, match="sedang dipakai proses lain"), opened.begin():
            pass
        other.close()
        with opened.begin() as session:
            assert list_people(session) == []


def test_a_file_that_is_no_database_is_named_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "casework.sqlite"
    file.write_bytes(b"catatan rapat\n" * 1000)
    with pytest.raises(NotConfigured, match=r"casework\.sqlite.*bukan basis data"):
        open_casework(Settings(data_dir=tmp_path))
    assert file.read_bytes() == b"catatan rapat\n" * 1000


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where the folder should be")
    with pytest.raises(NotConfigured, match=r"casework\.sqlite tidak dapat dibuka") as refused:
        open_casework(Settings(data_dir=tmp_path / "var"))
    assert "KENTONGAN_DATA_DIR" in refused.value.hint


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("postgresql://a:b@h/c", "postgresql+psycopg"),
        ("postgres://a:b@h/c", "postgresql+psycopg"),
        ("postgresql+psycopg://a:b@h/c", "postgresql+psycopg"),
        ("sqlite:////srv/kentongan/casework.sqlite", "sqlite"),
    ],
)
def test_the_customary_addresses_are_taken(given: str, driver: str) -> None:
    assert read_url(given).drivername == driver


@pytest.mark.parametrize(
    "given",
    ["rahasia", "mysql://a:rahasia@h/c", "postgresql+psycopg2://a:rahasia@h/c", "sqlite://", "sqlite:///:memory:",
     "postgresql://a:rahasia@h:port/c"],
)  # fmt: skip
def test_other_addresses_are_refused_without_repeating_their_password(given: str) -> None:
    with pytest.raises(BadSettings) as refused:
        read_url(given)
    assert "rahasia" not in str(refused.value)
    assert "postgresql://" in refused.value.hint


def test_a_missing_psycopg_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    really_import = builtins.__import__

    def without_psycopg(name: str, *rest: Any, **more: Any) -> Any:
        if name == "psycopg":
            raise ModuleNotFoundError("No module named 'psycopg'", name="psycopg")
        return really_import(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without_psycopg)
    with pytest.raises(NotConfigured, match="psycopg") as refused:
        open_casework(Settings(database_url="postgresql://kentongan@127.0.0.1/kentongan"))
    assert 'pip install "kentongan[postgres]"' in refused.value.hint


def test_a_server_that_is_away_says_try_again_without_its_password() -> None:
    with pytest.raises(Retry, match="sedang tidak dapat dipakai") as refused:
        open_casework(Settings(database_url="postgresql://kentongan:rahasia@127.0.0.1:1/kentongan"))
    assert "rahasia" not in str(refused.value)


def test_an_unknown_database_names_the_setting(postgres_url: str) -> None:
    with pytest.raises(NotConfigured, match="tidak_ada") as refused:
        open_casework(Settings(database_url=postgres_url.rpartition("/")[0] + "/tidak_ada"))
    assert refused.value.setting == "DATABASE_URL"


def test_a_server_that_drops_the_connection_says_try_again_and_then_works(postgres_url: str, tmp_path: Path) -> None:
    from postgres_server import new_database

    with new_database(postgres_url) as url, open_casework(Settings(database_url=url, data_dir=tmp_path)) as opened:

        def drop_connections() -> None:
            with psycopg.connect(postgres_url, autocommit=True) as boss:
                ask = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
                boss.execute(ask, [url.rpartition("/")[2]])

        with pytest.raises(Retry), opened.begin() as session:
            first_admin(session, "ratna", name="Ratna", now=NOW)
            drop_connections()
            list_people(session)
        drop_connections()
        with opened.begin() as session:
            assert list_people(session) == []


def test_two_killed_migrations_in_a_row_lose_nothing(settings: Settings) -> None:
    source = """
import os, signal
from alembic import op
from casework.db import open_casework
from kentongan.settings import load_settings
execute = op.execute
def kill_midway(statement):
    execute(statement)
    os.kill(os.getpid(), signal.SIGKILL)
op.execute = kill_midway
open_casework(load_settings())
"""
    for _ in range(2):
        child = run_program(source, settings)
        child.communicate(timeout=60)
        assert child.returncode == -9
    with open_casework(settings) as opened:
        assert revision(opened) == HEAD
