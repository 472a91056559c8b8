"""The records of rumours and the complaints that may feed them: a link, its complaints, its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal, get_args

from analysis.rumour_roots import Finding
from casework.said_numbers import read_said_number

LinkState = Literal["suspected", "confirmed", "refused"]
LINK_STATES: Final[tuple[LinkState, ...]] = get_args(LinkState)
STATE_WORDS: Final[Mapping[LinkState, str]] = MappingProxyType(
    {"suspected": "terindikasi", "confirmed": "dibenarkan", "refused": "ditolak"}
)
FINDING_WORDS: Final[Mapping[Finding, str]] = MappingProxyType(
    {"waiting": "mungkin dipicu oleh aduan yang belum selesai", "answered": "aduannya sudah dijawab"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedComplaint:
    """A complaint of a link as it stands when read. Who filed it and what it says are not here."""

    id: int
    number: str
    received_at: datetime
    open: bool
    """Whether somebody still owes something."""
    finished_at: datetime | None
    agency: str | None
    """Name of the agency that has it; None where nobody has it."""
    region: str | None
    """Region code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RumourEvidence:
    """One thing that speaks for a link."""

    what: Literal["word", "place", "agency"]
    value: str
    """The word; the region's code; the agency's name."""
    complaints: tuple[int, ...]
    """Ids of the complaints that have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RumourLink:
    """A story beside the complaints that may feed it. A suspicion until a person has judged."""

    id: int
    story: str
    finding: Finding
    """"waiting": unresolved when the rumour began; "answered": the same thing was complained of and answered before."""
    began_at: datetime
    """When the first item of the story was published."""
    title: str
    """The story's words, masked and cut."""
    cluster: tuple[int, ...]
    """Ids of the complaints. One that became secret, is held or was merged since is not among them."""
    complaints: tuple[LinkedComplaint, ...]
    """The same as they stand now, oldest first."""
    topic: str | None
    region: str | None
    score: float
    """Probability that the complaints feed the rumour, 0 to 1, as fitted on planted pairs (docs/rumours.md)."""
    parts: Mapping[str, float]
    """What the score is made of (``analysis.rumour_scores.PARTS``), each 0 to 1."""
    evidence: tuple[RumourEvidence, ...]
    state: LinkState
    at: datetime
    """When it was first found."""
    judged_name: str | None
    """Username of who judged last; None where nobody did."""
    reason: str | None
    """What they said."""
    judged_at: datetime | None
    sample: bool
    version: int

    @property
    def number(self) -> str:
        """The number people say: "RMR-12"."""
        return f"RMR-{self.id}"

    @property
    def open(self) -> int:
        """Complaints of it that are still open."""
        return sum(one.open for one in self.complaints)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a person said of a link."""

    at: datetime
    state: LinkState
    reason: str
    cluster: tuple[int, ...]
    score: float
    actor_name: str


def parse_link(said: str) -> int:
    """The id behind "RMR-12", "rmr 12" or "12". Raises NotFound for anything else."""
    return read_said_number(said, example="RMR-12", what="kaitan")
