"""The records of trends that other modules get: hours of series, issues with their reasons, what a run did."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from analysis.burst_reasons import What
from kentongan.errors import NotFound

IssueState = Literal["rising", "ended"]
STATE_WORDS: Final[dict[IssueState, str]] = {"rising": "sedang naik", "ended": "sudah reda"}

ReasonWhat = What | Literal["complaint"]
REASON_WORDS: Final[dict[ReasonWhat, str]] = {
    "term": "kata",
    "hashtag": "tagar",
    "place": "daerah",
    "account": "akun",
    "source": "sumber",
    "story": "cerita",
    "complaint": "aduan",
}

ALL: Final = "semua"
"""The series of every post and comment."""
NUMBER = re.compile(r"(?:ISU-)?0*([1-9][0-9]{0,17})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class HourSeries:
    """Series by the hour, gaps and all."""

    names: tuple[str, ...]
    counts: NDArray[np.float64]
    """(series, hours) voices; NaN where nothing was collected or the hour was not made yet."""
    posts: NDArray[np.float64]
    """(series, hours) posts; NaN likewise."""
    start: datetime
    """Start of the first hour. Aware, in UTC."""
    coverage: NDArray[np.float64]
    """(hours,) share of the usual collection that ran, 0 to 1; NaN where the hour was not made yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendsUpdated:
    """What one run of ``update_trends`` did."""

    hours: int
    """Hours made, or made again."""
    documents: int
    """Documents read for them."""
    terms: int
    """Terms followed now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueReason:
    """One thing that an issue has more of than the days before."""

    what: ReasonWhat
    value: str
    """The word, hashtag (with "#"), region code, account, source, story id; of complaints the topic."""
    inside: int
    """Voices of the issue that have it (posts, for accounts, sources and stories; complaints received)."""
    usual: float
    """How many of as many had it before."""
    z: float
    """By how many standard deviations it stands out."""
    example: str
    """Id of a document that has it; empty for complaints."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Something that rises, or rose."""

    id: int
    opened_at: datetime
    """Start of the hour in which it was first seen. Aware, in UTC."""
    last_at: datetime
    """End of its last hour so far."""
    ended_at: datetime | None
    state: IssueState
    key: str
    """The series that leads it."""
    series: tuple[str, ...]
    """All series it raised, the leading one first."""
    topic: str | None
    region: str | None
    story: str | None
    """Id of the story that most of its posts copy."""
    title: str
    """In plain Indonesian; names no account."""
    voices: int
    """In the leading series, from the first of the hours that raised it (up to five before ``opened_at``, a day before
    it where it rose slowly) to ``last_at``."""
    posts: int
    expected: float
    """Voices that its rhythm had led to expect."""
    p: float
    """Probability of its most surprising hour by chance."""
    peak_at: datetime
    reasons: tuple[IssueReason, ...]
    """Strongest first within each kind."""
    documents: tuple[str, ...]
    """Ids of examples: those of the reasons, then the newest."""
    sample: bool
    version: int

    @property
    def number(self) -> str:
        """As people call it: "ISU-12"."""
        return f"ISU-{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuesUpdated:
    """What one run of ``update_issues`` did."""

    opened: tuple[int, ...]
    """Ids of the issues opened."""
    going_on: int
    """Issues that rise now, new ones included."""
    ended: tuple[int, ...]
    """Ids of those that ended."""


def parse_issue(number: str) -> int:
    """The id in "ISU-12", "isu-12" or "12". Raises NotFound."""
    found = NUMBER.fullmatch(number.strip())
    if found is None:
        raise NotFound(f"Isu {number!r} tidak ada.", hint="Nomornya seperti ISU-12; lihat `kentongan issues list`.")
    return int(found[1])
