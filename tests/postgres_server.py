"""A real PostgreSQL for the tests of one session: the one POSTGRES_TEST_URL names, else one of its own."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

STARTED_WITHIN_S = 60.0
UNPRIVILEGED = ("postgres", "nobody")
"""Whom the server runs as where the tests run as root, which PostgreSQL refuses."""


def find_program(name: str) -> Path | None:
    """A program of PostgreSQL: where Debian puts it, newest version first, or on PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: float(p.parts[-3]))
    found = shutil.which(name)
    return versions[-1] if versions else Path(found) if found else None


def skip_or_fail(reason: str) -> None:
    """Skip, except where nothing that matters may be skipped."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def server_user() -> pwd.struct_passwd | None:
    """The account to start the server under; None for the tests' own."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError(f"none of the accounts {', '.join(UNPRIVILEGED)} exists to run PostgreSQL as")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_server(initdb: Path, postgres: Path) -> Iterator[str]:
    """Make a cluster in a temporary folder and serve it on 127.0.0.1 until the block ends."""
    user = server_user()
    account = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    folder = Path(tempfile.mkdtemp(prefix="kentongan-postgres-"))
    variables = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LC_ALL": "C"}
    try:
        if user is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)
        make = [initdb, "-D", folder / "data", "-U", "kentongan", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
        made = subprocess.run(make, capture_output=True, text=True, cwd=folder, env=variables, check=False, **account)  # type: ignore[call-overload]
        if made.returncode != 0:
            raise RuntimeError(f"initdb failed: {made.stderr[-2000:]}")
        port = free_port()
        options = ["listen_addresses=127.0.0.1", "unix_socket_directories=", f"port={port}", "max_connections=50"]
        options += ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB"]
        serve = [str(postgres), "-D", str(folder / "data")]
        for option in options:
            serve += ["-c", option]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(serve, stdout=log, stderr=subprocess.STDOUT, cwd=folder, env=variables, **account)  # type: ignore[call-overload]
        try:
            url = f"postgresql://kentongan@127.0.0.1:{port}/postgres"
            wait_for_server(server, url, folder / "log")
            yield url
        finally:
            server.send_signal(signal.SIGINT)  # "fast": does not wait for clients
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wait_for_server(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Return once the server answers. Raises RuntimeError with its log where it does not."""
    import psycopg

    deadline = time.monotonic() + STARTED_WITHIN_S
    while server.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}")


@contextmanager
def new_database(server: str, *, template: str | None = None) -> Iterator[str]:
    """A database on the server, dropped at the end, with whoever still uses it; empty, or a copy of another one."""
    import psycopg

    name = f"kentongan_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
    try:
        yield server.rpartition("/")[0] + f"/{name}"
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


IDLE: dict[tuple[str, str], list[str]] = {}
"""Server and template: emptied copies of it that wait for the next test."""
TABLES = "select tablename from pg_tables where schemaname = 'public' and tablename <> 'kentongan_version'"
SHAPE = """
select md5(string_agg(line, chr(10) order by line)) from (
    select table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable as line
    from information_schema.columns where table_schema = 'public'
    union all select indexdef from pg_indexes where schemaname = 'public'
    union all select conrelid::regclass::text || ' ' || pg_get_constraintdef(oid) from pg_constraint where conrelid > 0
    union all select 'revision ' || version_num from kentongan_version
    union all select tgenabled::text || ' ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
) as lines
"""
"""One word for everything that a test may have changed beside rows."""


@contextmanager
def lent_database(server: str, template: str) -> Iterator[str]:
    """A database with the template's tables and no rows; it goes back to be lent again, emptied, where a test left its
    tables as they were. Emptying takes milliseconds, copying a template half a second."""
    import psycopg

    idle = IDLE.setdefault((server, template), [])
    name = idle.pop() if idle else f"kentongan_{secrets.token_hex(6)}"
    base = server.rpartition("/")[0]
    with psycopg.connect(server, autocommit=True) as connection:
        if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield f"{base}/{name}"
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])
        if empty_tables(f"{base}/{name}", like=f"{base}/{template}"):
            idle.append(name)
        else:
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@cache
def shape_of(url: str) -> object:
    import psycopg

    with psycopg.connect(url) as connection:
        return connection.execute(SHAPE).fetchone()


def empty_tables(url: str, *, like: str) -> bool:
    """Delete every row but the revision, whatever guards them; whether the tables are otherwise those of ``like``."""
    import psycopg

    with psycopg.connect(url) as connection:
        if connection.execute(SHAPE).fetchone() != shape_of(like):
            return False
        tables = [row[0] for row in connection.execute(TABLES).fetchall()]
        guards = connection.execute(
            "select tgrelid::regclass::text, tgname from pg_trigger where tgenabled = 'A' and not tgisinternal"
        ).fetchall()
        connection.execute(
            "; ".join(
                [
                    "set local session_replication_role = replica",
                    *(f"alter table {table} disable trigger {name}" for table, name in guards),
                    *(f'delete from "{table}"' for table in tables),
                    *(f"alter table {table} enable always trigger {name}" for table, name in guards),
                    "select setval(quote_ident(sequencename)::regclass, 1, false) from pg_sequences"
                    " where last_value is not null",
                ]
            )
        )
    return True


def drop_idle(server: str) -> None:
    """Drop what waits to be lent, on a server that goes on."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        for (owner, _), names in IDLE.items():
            for name in names if owner == server else ():
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Address of a running server whose user may create databases. Each test makes its own with ``new_database``."""
    given = os.environ.get("POSTGRES_TEST_URL")
    if given:
        yield given
        drop_idle(given)
        return
    initdb, postgres = find_program("initdb"), find_program("postgres")
    if initdb is None or postgres is None:
        skip_or_fail("no PostgreSQL: apt-get install postgresql, or set POSTGRES_TEST_URL")
        return
    with running_server(initdb, postgres) as url:
        yield url
