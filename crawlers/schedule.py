"""When each source is read next: sooner where something is new, later where nothing is, much later where it fails.

The turns lie in the crawlers' memory and are saved only after a reading has ended: a watch that was killed finds the
source still due.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from crawlers.state_tables import Memory, one_change

FIRST_INTERVAL = timedelta(minutes=15)
"""Pause after the first reading of a source of which nothing is known yet."""

NARROW, WIDEN = 0.7, 1.5
"""What an interval is multiplied with after a reading that brought something new, and after one that did not. They
balance where slightly more than half of the readings bring something (ln 1.5 / (ln 1.5 + ln 1/0.7) = 53 %)."""

JITTER = 0.1
"""Share by which a pause is lengthened or shortened at random: sixty sources must not wake at once for ever."""

MOST_FAILURES = 8
"""Failures in a row after which the pause grows no further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Between which pauses the schedule moves."""

    least: timedelta = timedelta(minutes=5)
    most: timedelta = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """When a source is read next."""

    source: str
    due: datetime
    """Aware, in UTC."""
    interval: timedelta
    """Pause between two readings while they succeed."""
    failures: int = 0
    """Readings in a row that failed."""


def next_turn(
    turn: Turn | None, *, source: str, new: int, failed: bool, now: datetime, bounds: Bounds, jitter: float
) -> Turn:
    """The turn after a reading that ended at ``now``.

    ``new`` counts the documents it brought, ``jitter`` is a random number from -1 to 1. After a failure the interval
    itself stays; the pause doubles with each failure in a row, up to ``bounds.most``.
    """
    interval = turn.interval if turn else FIRST_INTERVAL
    failures = min((turn.failures if turn else 0) + 1, MOST_FAILURES) if failed else 0
    if not failed:
        interval *= NARROW if new else WIDEN
    interval = min(max(interval, bounds.least), bounds.most)
    pause = min(interval * 2**failures, bounds.most)
    return Turn(
        source=source,
        due=now.astimezone(UTC) + pause * (1 + JITTER * jitter),
        interval=interval,
        failures=failures,
    )


class Schedule(Memory):
    """The turns of all sources."""

    def turns(self) -> Mapping[str, Turn]:
        """The turn of each source that has been read, by its name."""
        rows = self._db.execute("SELECT source, due, interval_s, failures FROM turns")
        return {
            source: Turn(
                source=source, due=datetime.fromisoformat(due), interval=timedelta(seconds=interval), failures=failures
            )
            for source, due, interval, failures in rows
        }

    def due(self, sources: Iterable[str], *, now: datetime) -> list[str]:
        """The sources whose turn has come, in the order given; one that was never read is due at once."""
        turns = self.turns()
        return [name for name in sources if name not in turns or turns[name].due <= now]

    def next_due(self, sources: Iterable[str]) -> datetime | None:
        """When the first of these sources is due; None where one of them was never read, or there are none."""
        turns = self.turns()
        named = list(sources)
        if not named or any(name not in turns for name in named):
            return None
        return min(turns[name].due for name in named)

    def save(self, turns: Iterable[Turn]) -> None:
        """Remember turns, together."""
        rows = [(t.source, t.due.isoformat(), t.interval.total_seconds(), t.failures) for t in turns]
        with one_change(self._db):
            self._db.executemany("INSERT OR REPLACE INTO turns VALUES (?, ?, ?, ?)", rows)
