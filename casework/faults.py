"""Turns what a database refuses into an error that is an instruction; what is a bug of ours stays as it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from kentongan.errors import KentonganError, NotConfigured, Retry

LATER_SQLITE = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_IOERR", "SQLITE_FULL")
LATER_POSTGRES = ("08", "40", "53", "55P03", "57")
"""SQLSTATE classes that pass: connection, serialisation and deadlock, resources, lock not had, operator."""
WRONG_POSTGRES = ("28", "3D", "42501")
"""SQLSTATE classes that somebody must set right: sign-in, unknown database, missing privilege."""
WRONG_AT_CONNECT = ("authentication failed", "no password supplied", "does not exist", "no pg_hba.conf entry")
"""PostgreSQL's English words for the same while connecting, where libpq passes no SQLSTATE on."""


@contextmanager
def explained_faults(where: str) -> Iterator[None]:
    """Raise Retry or NotConfigured for the database's faults inside. ``where`` is its address without the password."""
    try:
        yield
    except PoolTimeout as error:
        raise Retry(
            "Semua sambungan ke basis data casework sedang terpakai.", hint="Coba lagi sebentar lagi."
        ) from error
    except DBAPIError as error:
        explained = explain_fault(error.orig, where)
        if explained is None:
            raise
        raise explained from error
    except sqlite3.Error as error:
        explained = explain_fault(error, where)
        if explained is None:
            raise
        raise explained from error


def explain_fault(fault: BaseException | None, where: str) -> KentonganError | None:
    """The instruction for a driver's exception; None for one that is no fault of the surroundings."""
    if isinstance(fault, sqlite3.Error):
        return explain_sqlite(fault, where)
    text = str(fault).strip()
    line = text.splitlines()[0] if text else type(fault).__name__
    state: str = getattr(fault, "sqlstate", None) or ""
    at_connect = not state and type(fault).__name__ in ("OperationalError", "ConnectionTimeout")
    if state.startswith(WRONG_POSTGRES) or (at_connect and any(words in text for words in WRONG_AT_CONNECT)):
        return NotConfigured(
            "DATABASE_URL",
            f"PostgreSQL menolak Kentongan di {where}: {line}",
            hint="Periksa nama basis data, pengguna, sandi, dan haknya di DATABASE_URL.",
        )
    if at_connect or state.startswith(LATER_POSTGRES):
        return Retry(
            f"Basis data casework di {where} sedang tidak dapat dipakai: {line}",
            hint="Periksa apakah server PostgreSQL berjalan, lalu coba lagi.",
        )
    return None


def explain_sqlite(fault: sqlite3.Error, where: str) -> KentonganError | None:
    """The same for SQLite, by its error code."""
    code: str = getattr(fault, "sqlite_errorname", "")
    if code.startswith("SQLITE_FULL"):
        return Retry(f"Cakram penuh: {where} tidak dapat ditulis.", hint="Kosongkan ruang, lalu coba lagi.")
    if code.startswith(LATER_SQLITE):
        return Retry(
            f"Basis data casework {where} sedang dipakai proses lain: {fault}.", hint="Coba lagi sebentar lagi."
        )
    if code.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return NotConfigured(
            "DATABASE_URL",
            f"Berkas {where} bukan basis data SQLite yang utuh: {fault}.",
            hint="Pulihkan dari cadangan; jangan hapus berkas ini sebelum disalin.",
        )
    if code.startswith("SQLITE_CANTOPEN"):
        return NotConfigured(
            "KENTONGAN_DATA_DIR", f"Berkas {where} tidak dapat dibuka: {fault}.", hint="Periksa hak atas folder itu."
        )
    return None
