"""The emergency that takes over the wall: what, where, since when, which level, what to do.

What a call said never comes here: of an incident that a call opened by itself, only kind and district are shown.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import func, select

from casework.incidents.reading import current_takeover
from casework.incidents.records import KIND_WORDS, LEVEL_WORDS
from casework.incidents.tables import IncidentTaskRow
from casework.roles import SYSTEM
from casework.wall.announcements import current_announcements
from dashboard.wall.sources import WallSources
from kentongan.masking import mask_words
from kentongan.times import format_time

INSTRUCTION: Final = "Ikuti arahan petugas. Nomor darurat 112."
"""What is shown without an instruction in the playlist; 112 is the country's emergency number (Permenkominfo
10/2016)."""


class TakeoverPanel(msgspec.Struct, frozen=True, kw_only=True):
    """One open incident."""

    number: str
    kind: str
    title: str
    place: str | None
    level: str
    since: str
    opened_ms: int
    """The same as milliseconds since 1970, for how long it lasts."""
    tasks: tuple[int, int, int]
    """Tasks that are open, blocked, done."""
    instruction: str
    announcement: str | None
    sample: bool


class IncidentPanel(msgspec.Struct, frozen=True, kw_only=True):
    """Whether an incident takes over."""

    current: TakeoverPanel | None


def read_incident(sources: WallSources, now: datetime) -> IncidentPanel:
    """Raises Retry."""
    with sources.casework().read() as session:
        found = current_takeover(session)
        if found is None:
            return IncidentPanel(current=None)
        task = IncidentTaskRow
        counted = select(task.state, func.count()).where(task.incident == found.id).group_by(task.state)
        tasks: dict[str, int] = {row[0]: row[1] for row in session.execute(counted)}
        said = current_announcements(session, now=now, limit=1)
    named = found.opened_name != SYSTEM.username
    places = (mask_words(found.place) if named and found.place else None, sources.place_name(found.region))
    return IncidentPanel(
        current=TakeoverPanel(
            number=found.number,
            kind=KIND_WORDS[found.kind],
            title=mask_words(found.title) if named else KIND_WORDS[found.kind],
            place=", ".join(dict.fromkeys(part for part in places if part)) or None,
            level=LEVEL_WORDS[found.level],
            since=format_time(found.opened_at, zone=sources.zone),
            opened_ms=int(found.opened_at.timestamp() * 1000),
            tasks=(tasks.get("open", 0), tasks.get("blocked", 0), tasks.get("done", 0)),
            instruction=sources.playlist.instructions.get(found.kind, INSTRUCTION),
            announcement=mask_words(said[0].text) if said else None,
            sample=found.sample,
        )
    )
