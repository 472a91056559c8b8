"""A firing of an alert rule, and the hours at whose ends rules are judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """That a rule fires for a group at the end of an hour."""

    at: datetime
    """End of the hour that was judged. Aware, in UTC, on a whole hour."""
    group: str
    """A region, topic, source, term, story, agency or bridge; "" for the whole."""
    value: float | None
    expected: float | None
    """What the value is held against; None where it is held against nothing."""
    why: str
    """In Indonesian, one short clause for people ("32 unggahan dalam sejam, biasanya 4")."""


def floor_hour(moment: datetime) -> datetime:
    """The whole hour at or before a moment, in UTC."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def ceil_hour(moment: datetime) -> datetime:
    """The whole hour at or after a moment, in UTC: the first at whose end the moment is known."""
    floor = floor_hour(moment)
    return floor if floor == moment else floor + HOUR


def hour_ends(since: datetime, until: datetime) -> list[datetime]:
    """The whole hours in (since, until], in UTC."""
    first = floor_hour(since) + HOUR
    return [first + number * HOUR for number in range(max(0, (floor_hour(until) - first) // HOUR + 1))]
