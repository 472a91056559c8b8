"""What a check of a source found, and the memory of when each last answered."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from crawlers.state_tables import one_change, open_tables

State = Literal["answers", "moved", "gone", "robots", "unreadable", "away", "unset"]
"""It answers; it answers, but for good at another address; it is no longer there; robots.txt forbids it; its answer is
not what its kind promises; it does not answer now; it needs a setting that is not given."""

WORDS: dict[State, str] = {
    "answers": "menjawab",
    "moved": "pindah",
    "gone": "tidak ada lagi",
    "robots": "dilarang robots.txt",
    "unreadable": "tidak terbaca",
    "away": "tidak menjawab",
    "unset": "belum disetel",
}
"""Each state in a person's words."""

READABLE: frozenset[State] = frozenset({"answers", "moved"})
"""States in which the source gives what it should."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCheck:
    """What asking one source once found."""

    source: str
    state: State
    at: datetime
    """When it was asked. Aware, in UTC."""
    message: str
    """What to know or do, for people; empty where all is well."""
    entries: int | None = None
    """Pages or posts in its answer; None where it could not be read."""
    newest: datetime | None = None
    """Time of the newest of them, in UTC; None where none is dated."""
    moved_to: str | None = None
    """The address it answers at, where that is another than the declared one."""

    @property
    def failed(self) -> bool:
        return self.state not in READABLE


def save_checks(file: Path, checks: Iterable[SourceCheck]) -> None:
    """Remember checks in the crawlers' memory (``file``). The day of the last answer outlives later failures."""
    rows = []
    for check in checks:
        at = check.at.astimezone(UTC).isoformat()
        rows.append((check.source, at, check.state, None if check.failed else at))
    with closing(open_tables(file)) as db, one_change(db):
        db.executemany(
            "INSERT INTO checks VALUES (?1, ?2, ?3, ?4) ON CONFLICT (source) DO UPDATE"
            " SET at = ?2, state = ?3, answered = coalesce(?4, answered)",
            rows,
        )


def last_answers(file: Path) -> dict[str, datetime]:
    """When each source last answered a check, in UTC; those that never did are not in it."""
    if not file.exists():
        return {}
    with closing(open_tables(file)) as db:
        rows = db.execute("SELECT source, answered FROM checks WHERE answered IS NOT NULL").fetchall()
    return {source: datetime.fromisoformat(answered) for source, answered in rows}
