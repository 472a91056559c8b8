"""What the tests of casework share: an empty casework on SQLite and on PostgreSQL, people in it, child programs."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from postgres_server import lent_database, new_database

from casework.db import Casework, open_casework
from casework.people import Person, add_person, first_admin
from casework.roles import ROLES, SYSTEM, Actor, Role
from kentongan.errors import KentonganError
from kentongan.settings import Settings, as_variables

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@cache
def migrated_file() -> Path:
    """An SQLite file with empty tables, made once a process: a copy opens sooner than a file that is to be migrated."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    open_casework(Settings(data_dir=folder)).close()
    return folder / "casework.sqlite"


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url: str) -> Iterator[str]:
    """Name of a PostgreSQL database with empty tables, likewise."""
    with new_database(postgres_url) as url:
        open_casework(Settings(database_url=url)).close()
        yield url.rpartition("/")[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def casework_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a database with empty tables on each of the two engines."""
    if request.param == "sqlite":
        shutil.copyfile(migrated_file(), tmp_path / "casework.sqlite")
        yield f"sqlite:///{tmp_path / 'casework.sqlite'}"
    else:
        made = request.getfixturevalue("migrated_postgres")
        with lent_database(request.getfixturevalue("postgres_url"), made) as url:
            yield url


@pytest.fixture
def settings(casework_url: str, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "var", database_url=casework_url)


@pytest.fixture
def casework(settings: Settings) -> Iterator[Casework]:
    with open_casework(settings) as opened:
        yield opened


def actor(person: Person) -> Actor:
    return Actor(id=person.id, username=person.username, role=person.role)


def add(casework: Casework, username: str, role: Role, **more: Any) -> Person:
    agency = "Dinas PUPR Tirtamaya" if role == "petugas" else None
    with casework.begin() as session:
        return add_person(
            session, username, name=username.title(), role=role, agency=agency, actor=SYSTEM, now=NOW, **more
        )


@pytest.fixture
def admin(casework: Casework) -> Person:
    with casework.begin() as session:
        return first_admin(session, "ratna", name="Ratna Dewi", now=NOW)


@pytest.fixture
def staff(casework: Casework, admin: Person) -> dict[Role, Actor]:
    """One active person of each role."""
    return {role: actor(admin) if role == "admin" else actor(add(casework, f"si-{role}", role)) for role in ROLES}


def run_program(source: str, settings: Settings) -> subprocess.Popen[str]:
    """Start Python on a piece of source, which finds these settings with ``load_settings``."""
    return subprocess.Popen(
        [sys.executable, "-c", source],
        env={**os.environ, **as_variables(settings)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def at_once(acts: list[Callable[[], object]]) -> list[str]:
    """Do all at the same moment, each in a thread; how each ended, sorted."""
    barrier, outcomes = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            act()
            outcomes.append("done")
        except KentonganError as refused:
            outcomes.append(type(refused).__name__)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def count_rows(casework: Casework, table: type[object]) -> int:
    """How many rows a table holds."""
    with casework.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
