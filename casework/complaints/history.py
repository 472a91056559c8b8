"""The history of a complaint: adds what happened, works out the stage and the running clock from it, reads it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.complaints.records import ComplaintEvent, ComplaintKind, Stage
from casework.complaints.tables import ComplaintEventRow, ComplaintRow
from casework.deadlines.clock import Clock, Step, running_clock
from casework.roles import Actor

if TYPE_CHECKING:
    from casework.deadlines import Deadlines


def history(session: Session, complaint: int) -> list[ComplaintEvent]:
    """Everything that happened to a complaint, oldest first by when it happened."""
    chosen = (
        select(ComplaintEventRow)
        .where(ComplaintEventRow.complaint == complaint)
        .order_by(ComplaintEventRow.at, ComplaintEventRow.id)
    )
    return [as_event(row) for row in session.scalars(chosen)]


def as_event(row: ComplaintEventRow) -> ComplaintEvent:
    """The row as a record."""
    return ComplaintEvent(
        id=row.id,
        at=row.at,
        recorded_at=row.recorded_at,
        act=row.act,
        stage_from=cast("Stage | None", row.stage_from),
        stage_to=cast("Stage | None", row.stage_to),
        agency=row.agency,
        reason=row.reason,
        note=row.note,
        actor_name=row.actor_name,
        detail=row.detail,
    )


def add_event(
    session: Session,
    row: ComplaintRow,
    *,
    act: str,
    actor: Actor,
    at: datetime,
    now: datetime,
    stage_from: Stage | None = None,
    stage_to: Stage | None = None,
    agency: str | None = None,
    reason: str | None = None,
    note: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> ComplaintEventRow:
    """Note what happened to a complaint; its row is not changed. ``detail`` names no reporter and none of the words.

    Other parts note their own acts with it ("escalated"); ``stage_to`` only where the stage changed, from the row's
    own unless ``stage_from`` says otherwise.
    """
    event = ComplaintEventRow(
        complaint=row.id,
        at=at,
        recorded_at=now,
        act=act,
        stage_from=stage_from or (row.stage if stage_to is not None else None),
        stage_to=stage_to,
        agency=agency,
        reason=reason,
        note=note,
        actor=actor.id,
        actor_name=actor.username,
        detail=dict(detail or {}),
    )
    session.add(event)
    session.flush()
    return event


def stage_steps(events: Sequence[ComplaintEvent]) -> list[Step]:
    """When a complaint came into which stage, oldest first, and whose it became where it was forwarded."""
    return [
        Step(at=event.at, stage=event.stage_to, agency=event.agency if event.stage_to == "diteruskan" else None)
        for event in events
        if event.stage_to is not None
    ]


def wind_clock(row: ComplaintRow, steps: Sequence[Step], *, deadlines: Deadlines) -> None:
    """Write the clock that runs after these steps into the row, so that boards are plain SQL.

    A draft that nobody submitted owes nothing.
    """
    clock = None if row.held == "draft" else read_clock(steps, kind=cast(ComplaintKind, row.kind), deadlines=deadlines)
    row.clock = clock.name if clock else None
    row.due_at = clock.due_at if clock else None


def read_clock(steps: Sequence[Step], *, kind: ComplaintKind, deadlines: Deadlines) -> Clock | None:
    """The clock that runs after these steps; None where nothing is owed."""
    return running_clock(steps, kind=kind, rules=deadlines.rules, calendar=deadlines.calendar, zone=deadlines.zone)
