"""What one crawl did, source by source: the answer of ``crawlers.process.run_crawl``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kentongan.schema import Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What one crawl did with one source."""

    source: str
    fetched: int
    """Answers read in full: listings, article pages, pages of a timeline."""
    new: int
    """Documents the store did not have."""
    known: int
    """Documents it had already."""
    unchanged: int
    """Listings whose server answered "not modified"."""
    refused: Mapping[str, int] = field(default_factory=dict)
    """Inputs that were not used, by reason. All but "over-limit" and listings named too deep or twice are in
    quarantine too; entries without an address are only counted."""
    failed: int = 0
    """Addresses that did not answer; they are tried again by the next crawl."""
    left: int = 0
    """Pages that were not asked for because the source had had its time; they wait for the next crawl."""
    visited: Mapping[str, int] = field(default_factory=dict)
    """Pages that were asked for again, by what was found ("unchanged", "changed", "moved", "gone", "private")."""
    gap: Gap | None = None
    """What was not collected, where the source itself could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlReport:
    """What one crawl did."""

    started: datetime
    finished: datetime
    sources: tuple[SourceReport, ...]
    requests: int
    """All requests sent: robots.txt, redirects and retries too."""
    bytes: int
    """All bytes received, as they came over the wire."""

    @property
    def new(self) -> int:
        return sum(source.new for source in self.sources)

    @property
    def known(self) -> int:
        return sum(source.known for source in self.sources)

    @property
    def failed(self) -> int:
        return sum(source.failed for source in self.sources)

    @property
    def refused(self) -> dict[str, int]:
        """Inputs refused, by reason, over all sources."""
        total: Counter[str] = Counter()
        for source in self.sources:
            total.update(source.refused)
        return dict(total)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return tuple(source.gap for source in self.sources if source.gap is not None)


@dataclass(slots=True)
class Tally:
    """A source's report while the crawl is running."""

    fetched: int = 0
    new: int = 0
    known: int = 0
    unchanged: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    left: int = 0
    visited: Counter[str] = field(default_factory=Counter)
    gap: Gap | None = None

    def finish(self, source: str) -> SourceReport:
        return SourceReport(
            source=source, fetched=self.fetched, new=self.new, known=self.known, unchanged=self.unchanged,
            refused=dict(self.refused), failed=self.failed, left=self.left, visited=dict(self.visited),
            gap=self.gap,
        )  # fmt: skip
