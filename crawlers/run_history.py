"""What the last crawls did: when they ran, and of each source how many pages did not answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from crawlers.report import CrawlReport, SourceReport
from crawlers.state_tables import Memory


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """One crawl."""

    started: datetime
    finished: datetime | None
    """None while it runs, and for one that was killed."""
    sources: Mapping[str, SourceReport]
    """By name; empty without a report."""


class RunHistory(Memory):
    """Runs, as the crawlers' memory has them."""

    def newest(self, *, limit: int = 50) -> list[PastRun]:
        """The last runs, newest first."""
        rows = self._db.execute("SELECT started, finished, report FROM runs ORDER BY id DESC LIMIT ?", (limit,))
        return [
            PastRun(
                started=datetime.fromisoformat(started),
                finished=datetime.fromisoformat(finished) if finished else None,
                sources=read_sources(report),
            )
            for started, finished, report in rows
        ]

    def last_reports(self, *, limit: int = 50) -> dict[str, tuple[datetime, SourceReport]]:
        """Of each source the newest run of the last ``limit`` that it was in: when, and what it did."""
        found: dict[str, tuple[datetime, SourceReport]] = {}
        for run in self.newest(limit=limit):
            for name, report in run.sources.items():
                found.setdefault(name, (run.finished or run.started, report))
        return found


def read_sources(report: bytes | None) -> dict[str, SourceReport]:
    """The sources of a stored report by name; empty for one that is missing or of another version."""
    if not report:
        return {}
    try:
        return {one.source: one for one in msgspec.json.decode(report, type=CrawlReport).sources}
    except msgspec.DecodeError:
        return {}
