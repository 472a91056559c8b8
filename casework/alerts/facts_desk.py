"""What alert rules know of the desk's own past: when complaints came to their deadlines, how bridges were read.

Rebuilt from the history that only grows (``complaint_event``, ``bridge_run``), never from where things stand now: a
deadline that was paused, or moved by another agency, counts while it ran.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.alert_rules import BridgeFacts, DeadlineFacts, DeadlineParameters
from analysis.alert_rules_states import MISSED_TURNS, BridgeHistory, DeadlinePassed, Reading
from casework.bridge_runs import ENDLESS, RunState
from casework.complaints.history import as_event, read_clock, stage_steps
from casework.complaints.listing import is_public
from casework.complaints.records import ComplaintKind
from casework.complaints.tables import ComplaintEventRow, ComplaintRow
from casework.deadlines import Deadlines
from casework.deadlines.board import SOON_DAYS
from casework.deadlines.clock import Step, due_day
from casework.indicator_tables import BridgeRow, BridgeRunRow
from kentongan.batches import batched
from kentongan.times import zone_of
from kentongan.working_days import Calendar

AT_ONCE: Final = 500
"""Complaints read together."""
FAR: Final = timedelta(days=400)
"""How long the moment of a deadline may lie from its complaint's last step: the longest clock with years of pauses."""


def read_deadline_facts(
    session: Session, parameters: DeadlineParameters, *, since: datetime, until: datetime, deadlines: Deadlines
) -> DeadlineFacts:
    """The moments in (since - 1 hour, until] at which public complaints became kode merah, or due soon."""
    chosen = select(ComplaintRow.id, ComplaintRow.kind).where(
        is_public(), ComplaintRow.received_at < until, ComplaintRow.received_at > since - FAR,
        (ComplaintRow.finished_at.is_(None)) | (ComplaintRow.finished_at > since - timedelta(hours=1)),
    )  # fmt: skip
    kinds = {row.id: cast(ComplaintKind, row.kind) for row in session.execute(chosen)}
    passed: list[DeadlinePassed] = []
    for part in batched(sorted(kinds), AT_ONCE):
        for complaint, steps in read_steps(session, part, until=until).items():
            found = passed_deadlines(steps, kind=kinds[complaint], what=parameters.what, deadlines=deadlines)
            passed += [one for one in found if since - timedelta(hours=1) < one.at <= until]
    return DeadlineFacts(passed=tuple(sorted(passed, key=lambda one: (one.at, one.agency))), what=parameters.what)


def read_steps(session: Session, complaints: Sequence[int], *, until: datetime) -> dict[int, list[Step]]:
    """The stages each came into before ``until``, oldest first."""
    row = ComplaintEventRow
    rows = session.scalars(
        select(row).where(row.complaint.in_(complaints), row.at < until).order_by(row.at, row.id)
    )  # fmt: skip
    events = defaultdict(list)
    for event in rows:
        events[event.complaint].append(as_event(event))
    return {complaint: stage_steps(found) for complaint, found in events.items()}


def passed_deadlines(
    steps: Sequence[Step], *, kind: ComplaintKind, what: str, deadlines: Deadlines
) -> list[DeadlinePassed]:
    """Every moment at which a deadline that still ran was reached (or came near), with whose it was."""
    found = []
    agency = ""
    ends: list[datetime | None] = [following.at for _, following in pairwise(steps)]
    for place, (step, end) in enumerate(zip(steps, [*ends, None], strict=True)):
        agency = step.agency or agency
        clock = read_clock(steps[: place + 1], kind=kind, deadlines=deadlines)
        if clock is None or clock.due_at is None:
            continue
        moment = clock.due_at if what == "red" else soon_at(clock.due_at, deadlines.calendar, zone=deadlines.zone)
        moment = max(moment, step.at) if what == "soon" else moment
        if step.at <= moment and (end is None or moment < end):
            found.append(DeadlinePassed(at=moment, agency="" if clock.name == "verifikasi" else agency))
    # One that stays near through another step of its agency came near once.
    return [one for at, one in enumerate(found) if what == "red" or at == 0 or found[at - 1].agency != one.agency]


def soon_at(due_at: datetime, calendar: Calendar, *, zone: str) -> datetime:
    """The midnight from which a deadline is today's or the next working day's."""
    day = last = due_day(due_at, zone)
    while calendar.count_working_days(day, last) < SOON_DAYS:
        day -= timedelta(days=1)
    return midnight(day, zone)


def midnight(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone_of(zone))


def read_bridge_facts(session: Session, *, since: datetime, until: datetime) -> BridgeFacts:
    """The readings of every bridge, from before the longest time after which it may call itself late."""
    found = []
    for bridge in session.scalars(select(BridgeRow).order_by(BridgeRow.name)):
        every, late_after = timedelta(minutes=bridge.every), timedelta(minutes=bridge.late_after)
        begin = since - late_after - (MISSED_TURNS + 1) * every
        row = BridgeRunRow
        last = select(func.max(row.at)).where(row.bridge == bridge.name, row.at < begin).scalar_subquery()
        runs = session.execute(
            select(row.at, row.state, row.reason, row.added, row.changed)
            .where(row.bridge == bridge.name, row.at < until, row.at >= func.coalesce(last, begin))
            .order_by(row.at, row.id)
        )
        readings = tuple(
            Reading(
                at=at, state=cast(RunState, state), endless=reason in ENDLESS, new=bool(added or changed)
            )
            for at, state, reason, added, changed in runs
        )  # fmt: skip
        found.append(BridgeHistory(bridge=bridge.name, every=every, late_after=late_after, readings=readings))
    return BridgeFacts(bridges=tuple(found))


def past_begins(session: Session, kind: str) -> datetime | None:
    """When the history that a rule of the desk is rebuilt from begins; None where there is none yet."""
    column = ComplaintEventRow.at if kind == "deadline" else BridgeRunRow.at
    return session.scalar(select(func.min(column)))
