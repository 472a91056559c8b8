"""What the spread of a story is read from: its items with their accounts, links and engagement, and its fact-checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from analysis.stance import StanceValue
from kentongan.schema import BY_HAND, require_aware


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedLink:
    """An address a copy points to, in its one spelling."""

    address: str
    site: str
    """The registered name it stands under ("kompas.com")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadItem:
    """One post or comment of a story."""

    document: str
    stance: StanceValue
    source: str
    platform: str
    published_at: datetime
    """Aware."""
    collected_at: datetime
    """Aware."""
    author: str | None = None
    """Account as shown. None where the platform or the collection names none."""
    shares: int | None = None
    """As last observed. None where the platform does not say."""
    likes: int | None = None
    """Likewise."""
    links: tuple[SharedLink, ...] = ()
    passes_on: str | None = None
    """Id of the document it shares (``Document.shared_from``)."""

    def __post_init__(self) -> None:
        require_aware("published_at", self.published_at)
        require_aware("collected_at", self.collected_at)

    @property
    def by_hand(self) -> bool:
        """Whether a person entered it: shown, never counted."""
        return self.source == BY_HAND

    @property
    def is_copy(self) -> bool:
        """Whether it counts in the volume."""
        return self.stance == "spreads" and not self.by_hand


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedFactCheck:
    """A fact-check of the story's claim."""

    id: str
    title: str
    published_at: datetime
    """Aware."""
    url: str | None = None
    verdict: str | None = None
    """Rating word (false, misleading, true, satire, unproven); None where the checker gives none of these."""
    score: float | None = None
    """Calibrated probability that it is the same claim."""
    withdrawn: bool = False

    def __post_init__(self) -> None:
        require_aware("published_at", self.published_at)
