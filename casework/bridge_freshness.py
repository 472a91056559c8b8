"""Says how fresh a bridge is: segar, terlambat, macet or belum pernah, and since when.

Two clocks count apart. ``late_after`` is how long a bridge may bring nothing new, however well it answers: a system
that gives yesterday's list for ever is late. Failing is told by readings in a row, so that one bad answer in the night
does not turn a wall grey.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.indicator_tables import BridgeRow

Freshness = Literal["segar", "terlambat", "macet", "belum"]
"""Brings what it should; nothing new for too long; fails again and again or repeats itself; never read."""

CLOGGED_AFTER = 3
"""Readings in a row that fail before a bridge counts as macet: one is a restart, two are bad luck (our choice)."""

MISSED_TURNS = 3
"""Turns (``every``) without any reading after which a bridge is late by that alone: then nobody reads it any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeState:
    """How a bridge stands at a moment."""

    name: str
    freshness: Freshness
    since: datetime | None
    """Since when it stands so; None where it is fresh or was never read. Aware, in UTC."""
    last_run_at: datetime | None = None
    last_good_at: datetime | None = None
    """When it last gave an answer that could be used whole."""
    changed_at: datetime | None = None
    """When it last brought anything new."""
    rows: int = 0
    """Rows in the last answer that brought any."""
    failures: int = 0
    """Readings in a row that failed."""
    reason: str | None = None
    message: str | None = None
    """What the last reading complained of, for people."""

    @property
    def fresh(self) -> bool:
        return self.freshness == "segar"


def state_of(row: BridgeRow, *, now: datetime) -> BridgeState:
    """How a bridge stands now."""
    late_at = (row.changed_at or row.last_run_at) + timedelta(minutes=row.late_after)
    unread_at = row.last_run_at + MISSED_TURNS * timedelta(minutes=row.every)
    freshness: Freshness = "segar"
    since: datetime | None = None
    if row.failing_since is not None and (row.clogged or row.failures >= CLOGGED_AFTER):
        freshness, since = "macet", row.failing_since
    elif row.changed_at is None and row.failing_since is not None:
        # It never brought anything, so there is nothing that could be fresh.
        freshness, since = "terlambat", row.failing_since
    elif min(late_at, unread_at) <= now:
        freshness, since = "terlambat", min(late_at, unread_at)
    return BridgeState(
        name=row.name,
        freshness=freshness,
        since=since,
        last_run_at=row.last_run_at,
        last_good_at=row.last_good_at,
        changed_at=row.changed_at,
        rows=row.rows,
        failures=row.failures,
        reason=row.reason,
        message=row.message,
    )


def read_bridge_states(session: Session, *, now: datetime) -> dict[str, BridgeState]:
    """Every bridge that was ever read, by name."""
    return {row.name: state_of(row, now=now) for row in session.scalars(select(BridgeRow).order_by(BridgeRow.name))}
