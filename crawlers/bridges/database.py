"""Reads a view of an agency's database: only SELECT of declared columns, in a transaction that cannot write, bounded
in rows and in time.

The account should be one that may only read; this code does not rely on it, nor on the view being harmless.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Select, column, create_engine, event, inspect, make_url, select, table
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, NoSuchTableError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from crawlers.bridges.columns import require_bridge_columns
from crawlers.bridges.declaration import Bridge, nearest_hint
from crawlers.bridges.records import BridgeRow, Cell
from crawlers.file_mappings import column_key, places_of
from crawlers.file_rows import RefusedRow
from kentongan.errors import NotConfigured, Quarantine, Retry

CONNECT_S = 10
"""How long a connection may take to be made, in seconds."""

STEPS = 10_000
"""SQLite's virtual-machine steps between two looks at the clock."""

BATCH = 1000


def read_view(
    bridge: Bridge, *, environ: Mapping[str, str] | None = None
) -> Iterator[tuple[int, BridgeRow | RefusedRow]]:
    """The rows of a bridge's view, by place from 1. Raises NotConfigured (variable or driver missing), Quarantine
    ("bad-address", "no-view", "missing-column", "closed", "too-many-rows", after the rows that fit) and Retry."""
    engine = open_read_only(bridge, database_address(bridge, environ=environ))
    try:
        yield from _read_rows(bridge, engine)
    except NoSuchTableError as error:
        raise Quarantine("no-view", f"{bridge.view} tidak ada di basis data {bridge.name}.") from error
    except DBAPIError as error:
        raise explain(bridge, error) from error
    except (SQLAlchemyError, UnicodeError) as error:
        raise Quarantine("bad-answer", f"{bridge.view} tidak dapat dibaca: {type(error).__name__}.") from error
    finally:
        engine.dispose()


def database_address(bridge: Bridge, *, environ: Mapping[str, str] | None = None) -> str:
    """The SQLAlchemy address of a bridge. Raises NotConfigured that names the variable."""
    if not bridge.address_from:
        return bridge.address
    given = (os.environ if environ is None else environ).get(bridge.address_from, "").strip()
    if not given:
        raise NotConfigured(
            bridge.address_from,
            f"Variabel {bridge.address_from} belum berisi alamat basis data {bridge.name}.",
            hint="Contoh: postgresql://pembaca:sandi@server/basisdata.",
        )
    return given


def open_read_only(bridge: Bridge, address: str) -> Engine:
    """An engine whose transactions cannot write. The address is in no message: it may hold a password."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:
        raise Quarantine("bad-address", f"Alamat basis data {bridge.name} tidak terbaca.") from error
    if url.drivername.split("+")[0] in ("postgres", "postgresql"):
        limit = int(bridge.timeout * 1000)
        options = f"-c default_transaction_read_only=on -c statement_timeout={limit} -c lock_timeout={limit}"
        try:
            return create_engine(
                url.set(drivername="postgresql+psycopg"),
                connect_args={"connect_timeout": CONNECT_S, "options": options, "application_name": "kentongan"},
                poolclass=NullPool,
            )
        except (ImportError, NoSuchModuleError) as error:
            raise NotConfigured(
                "postgres", "Penghubung PostgreSQL (psycopg) belum terpasang.",
                hint='Pasang dengan: pip install "kentongan[postgres]"',
            ) from error  # fmt: skip
    if url.get_backend_name() == "sqlite" and url.database and Path(url.database).is_file():
        file = Path(url.database).resolve().as_uri()
        engine = create_engine(
            "sqlite://",
            creator=lambda: sqlite3.connect(f"{file}?mode=ro", uri=True, timeout=CONNECT_S),
            poolclass=NullPool,
        )
        event.listen(engine, "connect", lambda connection, _: _bound_time(connection, bridge.timeout))
        return engine
    raise Quarantine(
        "bad-address", f"Basis data {bridge.name} bukan PostgreSQL atau berkas SQLite yang ada.",
        hint="Contoh: postgresql://server/basisdata, sqlite:////data/dinas.sqlite.",
    )  # fmt: skip


def _bound_time(connection: sqlite3.Connection, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    connection.execute("PRAGMA query_only = ON")
    connection.set_progress_handler(lambda: time.monotonic() > deadline, STEPS)


def _read_rows(bridge: Bridge, engine: Engine) -> Iterator[tuple[int, BridgeRow | RefusedRow]]:
    schema, _, name = bridge.view.rpartition(".")
    with engine.connect() as connection:
        looked = inspect(connection)
        columns = [one["name"] for one in looked.get_columns(name, schema=schema or None)]
        by_key = {column_key(one): one for one in columns}
        require_bridge_columns(bridge, set(by_key), place=f"{bridge.view} ({bridge.name})")
        declared = [*bridge.columns.values(), *bridge.values.values()]
        wanted = dict.fromkeys(
            by_key[column_key(place)] for one in declared for place in places_of(one) if column_key(place) in by_key
        )
        chosen: Select[*tuple[Any, ...]] = select(*[column(one) for one in wanted]).select_from(
            table(name, schema=schema or None)
        )
        if bridge.newest_first:
            if column_key(bridge.newest_first) not in by_key:
                hint = nearest_hint(bridge.newest_first, columns)
                raise Quarantine("missing-column", f"{bridge.view} tidak memuat {bridge.newest_first!r}. {hint}")
            chosen = chosen.order_by(column(by_key[column_key(bridge.newest_first)]).desc())
        streamed = connection.execution_options(stream_results=True, yield_per=BATCH)
        # Closed here, however the reading ends: a cursor of the server left to the collector warns.
        with streamed.execute(chosen.limit(bridge.max_rows + 1)) as result:
            for place, found in enumerate(result, start=1):
                if place > bridge.max_rows:
                    raise Quarantine(
                        "too-many-rows", f"{bridge.view} memuat lebih dari {bridge.max_rows} baris (max_rows).",
                        hint="Persempit view itu, atau urutkan dengan newest_first.",
                    )  # fmt: skip
                yield place, {column_key(key): as_cell(value) for key, value in zip(wanted, found, strict=True)}


def as_cell(value: Any) -> Cell:
    """A database's value as a cell: times as ISO text, numbers as they are, nothing as ""."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, str | int | float | Decimal):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if not isinstance(value, bytes | memoryview) else ""


def explain(bridge: Bridge, error: DBAPIError) -> Quarantine | Retry:
    """A driver's error as an instruction, without the address or the query."""
    fault = error.orig
    state = str(getattr(fault, "sqlstate", None) or "")
    said = (str(fault).strip().splitlines() or [type(fault).__name__])[0][:160]
    if state.startswith(("28", "42501")) or any(
        words in said for words in ("authentication failed", "no password supplied", "no pg_hba.conf entry")
    ):
        return Quarantine("closed", f"Basis data {bridge.name} menolak masuk atau membaca {bridge.view}.",
                          hint="Beri akunnya hak SELECT atas view itu.")  # fmt: skip
    if state == "57014" or "interrupted" in said:
        return Retry(f"{bridge.view} tidak selesai dibaca dalam {bridge.timeout:g} detik.")
    if state.startswith("42") or "no such" in said:
        return Quarantine("no-view", f"{bridge.view} di basis data {bridge.name} tidak dapat dibaca: {said}.")
    return Retry(f"Basis data {bridge.name} tidak menjawab: {said}.")
