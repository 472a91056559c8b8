"""Keeps what agencies' own systems say happened, and reads it by time and region. An event opens no incident."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.indicator_tables import AgencyEventRow
from crawlers.bridges.records import BridgeEvent
from kentongan.batches import batched

BATCH = 500
MOST_READ = 1000
"""Most events one call reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyEvent:
    """One event of an agency's system."""

    id: int
    bridge: str
    key: str
    at: datetime
    """Aware, in UTC."""
    region: str | None
    title: str
    text: str | None
    changed_at: datetime
    """When we last learned something new of it."""


def write_events(session: Session, events: Sequence[BridgeEvent], *, bridge: str, now: datetime) -> tuple[int, int]:
    """Keep events by their key; one that is there takes the newer words. Returns how many were new and changed."""
    added = changed = 0
    for batch in batched(events, BATCH):
        chosen = select(AgencyEventRow).where(
            AgencyEventRow.bridge == bridge, AgencyEventRow.native_key.in_({event.key for event in batch})
        )
        there = {row.native_key: row for row in session.scalars(chosen)}
        for event in batch:
            row = there.get(event.key)
            if row is None:
                there[event.key] = row = AgencyEventRow(
                    bridge=bridge, native_key=event.key, at=event.at, region=event.region, title=event.title,
                    text=event.text, recorded_at=now, changed_at=now,
                )  # fmt: skip
                session.add(row)
                added += 1
            elif (row.at, row.region, row.title, row.text) != (event.at, event.region, event.title, event.text):
                row.at, row.region, row.title, row.text = event.at, event.region, event.title, event.text
                row.changed_at = now
                changed += 1
        session.flush()
    return added, changed


def read_events(
    session: Session, *, since: datetime, until: datetime, region: str | None = None, limit: int = MOST_READ
) -> list[AgencyEvent]:
    """The events in [since, until), newest first; with ``region`` those in it or inside it."""
    chosen = select(AgencyEventRow).where(AgencyEventRow.at >= since, AgencyEventRow.at < until)
    if region:
        chosen = chosen.where(
            or_(AgencyEventRow.region == region, AgencyEventRow.region.startswith(region + ".", autoescape=True))
        )
    ordered = chosen.order_by(AgencyEventRow.at.desc(), AgencyEventRow.id.desc()).limit(limit)
    return [
        AgencyEvent(
            id=row.id, bridge=row.bridge, key=row.native_key, at=row.at, region=row.region, title=row.title,
            text=row.text, changed_at=row.changed_at,
        )
        for row in session.scalars(ordered)
    ]  # fmt: skip
