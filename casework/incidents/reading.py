"""Reads incidents: the one that takes over, the lists, and a room with everything in it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.incidents.records import (
    LEVELS,
    TAKES_OVER,
    Call,
    Incident,
    IncidentState,
    Room,
    as_call,
    as_entry,
    as_incident,
    as_link,
    as_task,
)
from casework.incidents.tables import (
    IncidentCallRow,
    IncidentEntryRow,
    IncidentLinkRow,
    IncidentRow,
    IncidentTaskRow,
)
from casework.said_numbers import read_said_number
from kentongan.errors import NotFound

MOST_LISTED = 500
"""Most incidents or held calls one call lists."""


def parse_incident(said: str) -> int:
    """The id behind "INS-000012", "ins 12" or "12". Raises NotFound for anything else."""
    return read_said_number(said, example="INS-000012", what="insiden")


def current_takeover(session: Session) -> Incident | None:
    """The newest open incident that takes over the wall; None while there is none."""
    chosen = select(IncidentRow).where(IncidentRow.state == "open", IncidentRow.level == TAKES_OVER)
    row = session.scalar(chosen.order_by(IncidentRow.opened_at.desc(), IncidentRow.id.desc()).limit(1))
    return None if row is None else as_incident(row)


def list_incidents(
    session: Session, *, states: Sequence[IncidentState] = ("open",), limit: int = 100
) -> list[Incident]:
    """Incidents in these states, the highest level first, then the newest."""
    rows = session.scalars(
        select(IncidentRow)
        .where(IncidentRow.state.in_(states))
        .order_by(IncidentRow.opened_at.desc(), IncidentRow.id.desc())
        .limit(max(1, min(limit, MOST_LISTED)))
    )
    found = [as_incident(row) for row in rows]
    return sorted(found, key=lambda one: -LEVELS.index(one.level))


def list_held(session: Session, *, limit: int = 100) -> list[Call]:
    """Calls that are held for a person, the oldest first."""
    chosen = select(IncidentCallRow).where(IncidentCallRow.state == "held").order_by(IncidentCallRow.id)
    return [as_call(row) for row in session.scalars(chosen.limit(max(1, min(limit, MOST_LISTED))))]


def get_incident(session: Session, incident: int) -> Incident:
    """The incident of this id. Raises NotFound."""
    return as_incident(find_incident(session, incident))


def read_room(session: Session, incident: int) -> Room:
    """An incident with its calls, tasks, log and links. Raises NotFound."""
    found = as_incident(find_incident(session, incident))
    calls = session.scalars(
        select(IncidentCallRow).where(IncidentCallRow.incident == incident).order_by(IncidentCallRow.id)
    )
    tasks = session.scalars(
        select(IncidentTaskRow)
        .where(IncidentTaskRow.incident == incident)
        .order_by(IncidentTaskRow.due_at, IncidentTaskRow.id)
    )
    entries = session.scalars(
        select(IncidentEntryRow).where(IncidentEntryRow.incident == incident).order_by(IncidentEntryRow.id)
    )
    links = session.scalars(
        select(IncidentLinkRow)
        .where(IncidentLinkRow.incident == incident)
        .order_by(IncidentLinkRow.at, IncidentLinkRow.kind, IncidentLinkRow.object)
    )
    merged = session.scalars(select(IncidentRow.id).where(IncidentRow.merged_into == incident).order_by(IncidentRow.id))
    ordered = sorted(map(as_task, tasks), key=lambda task: task.state in ("done", "cancelled"))
    return Room(
        incident=found,
        calls=tuple(map(as_call, calls)),
        tasks=tuple(ordered),
        log=tuple(map(as_entry, entries)),
        links=tuple(map(as_link, links)),
        merged=tuple(merged),
    )


def find_incident(session: Session, incident: int) -> IncidentRow:
    """The row of an incident as it is now. Raises NotFound."""
    row = session.get(IncidentRow, incident, populate_existing=True)
    if row is None:
        raise NotFound(f"Insiden INS-{incident:06d} tidak ada.", hint="Daftarnya: `kentongan incidents list`.")
    return row
