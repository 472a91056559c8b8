"""Reads a bridge once: whatever its kind, rows become records, and what went wrong is said beside them.

What came before a fault stands: rows are right or wrong each for itself, and taking them in twice adds nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from crawlers.bridges.declaration import Bridge
from crawlers.bridges.records import BridgeAnswer, BridgeRecord, BridgeRow, Fault, FaultState
from crawlers.bridges.rows import Reader, read_records
from crawlers.bridges.values import RegionFinder
from crawlers.file_rows import RefusedRow
from crawlers.kinds import refusing_surprises
from kentongan.errors import NotConfigured, Quarantine, Retry
from kentongan.places import Gazetteer
from kentongan.settings import Settings

PlacedRows = Iterable[tuple[int, BridgeRow | RefusedRow]]

CLOGGED = frozenset({"repeated-page", "too-many-pages"})
"""Reasons that speak of a system that does not end, not of wrong data."""


class Gathering:
    """Collects the records of one reading."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.rows: list[BridgeRecord] = []
        self.refused: list[RefusedRow] = []
        self.fault: Fault | None = None

    def take(self, rows: PlacedRows, *, file: str = "") -> None:
        """Read rows into records. Raises what reading them raises, at the row where it does, and Quarantine
        ("too-many-rows")."""
        for line, row in rows:
            if isinstance(row, RefusedRow):
                self.refused.append(row)
                continue
            if len(self.rows) >= self._reader.bridge.max_rows:
                raise Quarantine(
                    "too-many-rows",
                    f"{self._reader.bridge.name} memuat lebih dari {self._reader.bridge.max_rows} baris (max_rows).",
                )
            try:
                self.rows += read_records(row, self._reader)
            except Quarantine as error:
                where = f"{file}, baris {line}" if file else f"Baris {line}"
                self.refused.append(RefusedRow(line=line, reason=error.reason, message=f"{where}: {error.message}"))

    def attempt(self, rows: Callable[[], PlacedRows], *, file: str = "") -> None:
        """Take rows; what keeps them from being read becomes the fault, where there is none yet."""
        try:
            with refusing_surprises(self._reader.bridge.name):
                self.take(rows(), file=file)
        except NotConfigured as error:
            self._note(Fault(state="refused", reason="not-configured", message=str(error)))
        except Quarantine as error:
            state: FaultState = "clogged" if error.reason in CLOGGED else "refused"
            self._note(Fault(state=state, reason=error.reason, message=str(error)))
        except Retry as error:
            self._note(Fault(state="clogged", reason="away", message=str(error)))

    def _note(self, fault: Fault) -> None:
        self.fault = self.fault or fault


def read_bridge(
    bridge: Bridge,
    *,
    gazetteer: Gazetteer,
    units: Mapping[str, str],
    settings: Settings,
    now: datetime,
    environ: Mapping[str, str] | None = None,
) -> BridgeAnswer:
    """What a bridge gives now. Never raises for what the other side does: that is the answer's ``fault``.

    ``units`` maps series to units, for values that carry none. May take the bridge's ``timeout`` for every page.
    """
    reader = Reader(
        bridge=bridge, regions=RegionFinder(gazetteer, within=settings.region), units=units, now=now
    )  # fmt: skip
    gathered = Gathering(reader)
    if bridge.kind == "json":
        from crawlers.bridges.json_pages import read_json_pages

        gathered.attempt(lambda: read_json_pages(bridge, settings=settings, now=now, environ=environ))
    elif bridge.kind == "database":
        from crawlers.bridges.database import read_view

        gathered.attempt(lambda: read_view(bridge, environ=environ))
    elif bridge.address:
        from crawlers.bridges.tables import read_served_table

        gathered.attempt(lambda: read_served_table(bridge, settings=settings, environ=environ))
    else:
        read_dropped(bridge, gathered)
    if gathered.fault is None and gathered.refused and not gathered.rows:
        first = gathered.refused[0]
        gathered.fault = Fault(
            state="refused", reason="no-rows", message=f"Tidak satu pun dari {len(gathered.refused)} baris dapat "
            f"dipakai. {first.message}",
        )  # fmt: skip
    return BridgeAnswer(
        rows=tuple(gathered.rows),
        refused=tuple(gathered.refused),
        fault=gathered.fault,
        digest=digest_of(gathered.rows),
    )


def read_dropped(bridge: Bridge, gathered: Gathering) -> None:
    """Every file of a drop folder; a spoilt one does not keep the others from being read."""
    from crawlers.bridges.tables import find_files, read_table_rows

    files: list[Path] = []

    def look() -> Iterator[tuple[int, BridgeRow]]:
        files.extend(find_files(bridge))
        return iter(())

    gathered.attempt(look)
    for file in files:

        def rows(file: Path = file) -> PlacedRows:
            return read_table_rows(bridge, file, place=f"Berkas {file.name}")

        gathered.attempt(rows, file=file.name if len(files) > 1 else "")


def digest_of(rows: Iterable[BridgeRecord]) -> str:
    """Names a set of records whatever their order."""
    prints = sorted(hashlib.sha256(msgspec.json.encode(row)).digest() for row in rows)
    return hashlib.sha256(b"".join(prints)).hexdigest()
