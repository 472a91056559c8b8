"""Takes in what a bridge brought, and writes down how the reading went.

What a bad answer brings before its fault is kept, what was there before stays: nothing is deleted because a system is
away or speaks nonsense. The readings themselves are the record (``bridge_run``); the audit names the person who asked
for one by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.agency_events import write_events
from casework.bridge_freshness import state_of
from casework.db import take_turn
from casework.indicator_tables import BridgeRow, BridgeRunRow
from casework.indicators import write_measurements
from casework.roles import SYSTEM, Actor
from crawlers.bridges.declaration import Bridge
from crawlers.bridges.records import BridgeAnswer, BridgeComplaint, BridgeEvent, Fault
from crawlers.file_rows import RefusedRow
from kentongan.schema import Measurement

RunState = Literal["ok", "late", "clogged", "refused"]
"""Read; read, but it brings nothing new for too long; away, slow or repeating itself; not what was agreed."""

ENDLESS = frozenset({"repeated-page", "too-many-pages"})
"""Reasons by which a bridge is macet at once: another reading would end no better."""

MAX_MESSAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of the records of one reading."""

    added: int
    changed: int
    refused: tuple[RefusedRow, ...] = ()
    """Those that could not be kept; ``line`` is the record's place, from 1."""


ComplaintTaker = Callable[[Session, Sequence[BridgeComplaint]], Kept]
"""Takes complaints in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeRun:
    """How one reading went."""

    bridge: str
    at: datetime
    state: RunState
    reason: str | None
    message: str | None
    rows: int
    """Records that came."""
    added: int
    changed: int
    refused: int
    """Rows that could not be used."""
    refusals: tuple[RefusedRow, ...] = ()
    """Those rows with their reasons, of the reading just made; the table keeps only their number."""


def due_bridges(session: Session, bridges: Sequence[Bridge], *, now: datetime) -> list[Bridge]:
    """The bridges whose turn it is: never read, or last read ``every`` minutes ago."""
    read_at = {row.name: row.last_run_at for row in session.scalars(select(BridgeRow))}
    return [
        bridge for bridge in bridges
        if bridge.name not in read_at or read_at[bridge.name] + timedelta(minutes=bridge.every) <= now
    ]  # fmt: skip


def take_answer(
    session: Session,
    bridge: Bridge,
    answer: BridgeAnswer,
    *,
    take_complaints: ComplaintTaker,
    actor: Actor,
    now: datetime,
    via: str | None = None,
) -> BridgeRun:
    """Keep what a reading brought and how it went. Raises NotAllowed; a bridge's fault is in the result."""
    acting = authorise(session, actor, action="bridges.run", now=now)
    take_turn(session, f"bridge|{bridge.name}")
    kept = keep_records(session, bridge, answer, take_complaints, actor=acting, now=now)
    refusals = (*answer.refused, *kept.refused)
    row = session.get(BridgeRow, bridge.name)
    if row is None:
        row = BridgeRow(
            name=bridge.name, every=bridge.every, late_after=bridge.late_after, last_run_at=now, rows=0, failures=0,
            clogged=False,
        )  # fmt: skip
        session.add(row)
    row.every, row.late_after, row.last_run_at = bridge.every, bridge.late_after, now
    fault = answer.fault or find_spoilt(answer, kept)
    if kept.added or kept.changed or (fault is None and row.digest != answer.digest):
        row.changed_at = now
    if answer.rows:
        row.rows = len(answer.rows)
    if fault is None:
        row.last_good_at, row.digest = now, answer.digest
        row.failing_since, row.failures, row.clogged, row.reason, row.message = None, 0, False, None, None
    else:
        row.failing_since, row.failures = row.failing_since or now, row.failures + 1
        row.clogged, row.reason, row.message = fault.reason in ENDLESS, fault.reason, fault.message[:MAX_MESSAGE]
    session.flush()
    if fault is not None:
        state: RunState = fault.state
    else:
        state = "ok" if state_of(row, now=now).fresh else "late"
    run = BridgeRun(
        bridge=bridge.name, at=now, state=state, reason=row.reason, message=row.message, rows=len(answer.rows),
        added=kept.added, changed=kept.changed, refused=len(refusals), refusals=refusals,
    )  # fmt: skip
    session.add(
        BridgeRunRow(
            bridge=bridge.name, at=now, state=state, reason=run.reason, message=run.message, rows=run.rows,
            added=run.added, changed=run.changed, refused=run.refused,
        )
    )  # fmt: skip
    if actor != SYSTEM:
        detail: audit.Detail = {"state": state, "rows": run.rows, "added": run.added, "changed": run.changed}
        audit.record(
            session, acting, action="bridges.run", object=f"bridge:{bridge.name}", detail=audit.with_way(detail, via),
            now=now,
        )  # fmt: skip
    session.flush()
    return run


def keep_records(
    session: Session,
    bridge: Bridge,
    answer: BridgeAnswer,
    take_complaints: ComplaintTaker,
    *,
    actor: Actor,
    now: datetime,
) -> Kept:
    """Keep the records of an answer where they belong."""
    if bridge.into == "indicators":
        put = write_measurements(
            session, [row for row in answer.rows if isinstance(row, Measurement)], actor=actor, now=now
        )
        refused = (RefusedRow(line=one.row + 1, reason=one.reason, message=one.message) for one in put.refused)
        return Kept(added=put.added, changed=put.changed, refused=tuple(refused))
    if bridge.into == "events":
        events = [row for row in answer.rows if isinstance(row, BridgeEvent)]
        added, changed = write_events(session, events, bridge=bridge.name, now=now)
        return Kept(added=added, changed=changed)
    complaints = [row for row in answer.rows if isinstance(row, BridgeComplaint)]
    return take_complaints(session, complaints) if complaints else Kept(added=0, changed=0)


def find_spoilt(answer: BridgeAnswer, kept: Kept) -> Fault | None:
    """The fault of an answer of which not one record could be kept; None of every other."""
    if not answer.rows or len(kept.refused) < len(answer.rows):
        return None
    return Fault(state="refused", reason=kept.refused[0].reason, message=kept.refused[0].message)


def read_runs(session: Session, bridge: str, *, limit: int = 20) -> list[BridgeRun]:
    """The last readings of a bridge, newest first."""
    chosen = select(BridgeRunRow).where(BridgeRunRow.bridge == bridge).order_by(BridgeRunRow.id.desc()).limit(limit)
    return [
        BridgeRun(
            bridge=row.bridge, at=row.at, state=cast(RunState, row.state), reason=row.reason, message=row.message,
            rows=row.rows, added=row.added, changed=row.changed, refused=row.refused,
        )
        for row in session.scalars(chosen)
    ]  # fmt: skip
