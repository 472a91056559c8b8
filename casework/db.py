"""Opens the casework database and hands out its transactions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from types import TracebackType
from typing import Self

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from casework.engine import make_engine
from casework.faults import explained_faults
from casework.migrate import bring_to_head
from kentongan.errors import Conflict
from kentongan.settings import Settings


class Casework:
    """An open casework database. May be shared between threads; a session may not."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        on_sqlite = engine.dialect.name == "sqlite"
        self.where = str(engine.url.database) if on_sqlite else engine.url.render_as_string(hide_password=True)
        """The file, or the server's address without its password, for messages."""
        self.closed = False
        self.closing = Lock()
        """Held while closing, and by threads that write after their caller has gone on."""
        only_reading = {} if on_sqlite else {"postgresql_readonly": True}
        self._reading = engine.execution_options(reading=True, **only_reading)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """One transaction that may write: committed at the end, rolled back on any exception.

        Raises Retry where the database is away, locked or full: nothing was written, the same block may run again.
        """
        with explained_faults(self.where), Session(self.engine) as session, session.begin():
            session.connection()  # SQLite's write lock is taken here, not at the first statement
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One transaction that only reads, and never waits for a writer; the database refuses a write in it."""
        with explained_faults(self.where), Session(self._reading) as session, session.begin():
            yield session

    def close(self) -> None:
        """Give the connections back."""
        with self.closing:
            self.closed = True
            self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_casework(settings: Settings) -> Casework:
    """Open the casework database, made and migrated to this code's revision where it is behind.

    Raises NotConfigured (psycopg missing, no right, database newer than the code, not ours), BadSettings (unreadable
    address) or Retry (server away, locked).
    """
    casework = Casework(make_engine(settings.casework_url))
    try:
        with explained_faults(casework.where):
            bring_to_head(casework.engine)
    except BaseException:
        casework.close()
        raise
    return casework


def take_turn(session: Session, what: str) -> None:
    """Wait until no other transaction is at the same thing; SQLite's writers take turns already."""
    if session.get_bind().dialect.name == "postgresql":
        key = int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], "big", signed=True)
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def expect_version(what: str, *, read: int, stored: int) -> None:
    """Raise Conflict where a row was changed since the actor read it. ``what`` names it in Indonesian."""
    if read != stored:
        raise Conflict(
            f"{what} sudah berubah sejak Anda membukanya (versi {read}, sekarang {stored}).",
            hint="Muat ulang, lihat perubahannya, lalu putuskan lagi.",
        )
