"""The two halves of every act on a complaint: may this person do it now, and what must be written when it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.complaints.history import add_event, as_event, history, stage_steps, wind_clock
from casework.complaints.listing import as_complaint, may_read_secret, unknown_complaint
from casework.complaints.outbox import tell_reporters
from casework.complaints.records import Complaint, ComplaintEvent, Stage
from casework.complaints.tables import ComplaintRow
from casework.complaints.transitions import MOVES, Act, Move, require_move, stage_before
from casework.db import expect_version
from casework.roles import Actor
from casework.tip_intake import storable
from kentongan.errors import KentonganError

if TYPE_CHECKING:
    from casework.deadlines import Deadlines

LEAST_REASON = 5
"""Shortest reason or answer, in characters: shorter ones say nothing to whoever reads them later."""
MAX_WORDS = 10_000
"""Longest, in characters: as long as a text may be in every channel of an answer but SMS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An act that was allowed and is under way."""

    row: ComplaintRow
    """Held until the transaction ends."""
    actor: Actor
    act: Act
    move: Move
    events: list[ComplaintEvent]
    """What happened so far, oldest first."""
    by_reporter: bool


def begin_change(
    session: Session,
    complaint: int,
    *,
    act: Act,
    actor: Actor,
    version: int | None,
    now: datetime,
    by_reporter: bool = False,
) -> Change:
    """Hold the complaint and check everything that may keep this actor from the act.

    ``version`` is the one the actor saw; None only where the reporter acts. Secret complaints are role hukum's alone:
    to others they do not exist. Raises NotFound, NotAllowed, Conflict.
    """
    chosen = select(ComplaintRow).where(ComplaintRow.id == complaint).with_for_update()
    row = session.scalar(chosen, execution_options={"populate_existing": True})
    if row is None:
        raise unknown_complaint(complaint)
    move = require_known(session, row, act=act, actor=actor, now=now, by_reporter=by_reporter)
    if row.secret and not by_reporter:
        actor = authorise(session, actor, action="complaints.read_secret", now=now)
    else:
        actor = authorise(session, actor, action="complaints.enter" if by_reporter else move.action, now=now)
        require_place(session, row, actor=actor, move=move)
    if version is not None:
        expect_version(f"Aduan {row.number}", read=version, stored=row.version)
    require_move(act, cast(Stage, row.stage), number=row.number)
    return Change(row=row, actor=actor, act=act, move=move, events=history(session, row.id), by_reporter=by_reporter)


def require_known(
    session: Session, row: ComplaintRow, *, act: Act, actor: Actor, now: datetime, by_reporter: bool
) -> Move:
    """The act's line. Raises NotFound where the complaint is secret and not this actor's to know of."""
    if row.secret and not by_reporter and not may_read_secret(session, actor, now=now):
        raise unknown_complaint(row.id)
    return MOVES[act]


def require_place(session: Session, row: ComplaintRow, *, actor: Actor, move: Move) -> None:
    """Raise NotAllowed for a petugas whose agency this complaint is not with. Other roles are not bound to one."""
    if actor.role != "petugas" or move.by == "anybody":
        return
    from casework.agencies import require_agency

    require_agency(session, actor, None if move.by == "centre" else row.agency)


def complete_change(
    session: Session,
    change: Change,
    *,
    now: datetime,
    deadlines: Deadlines,
    via: str | None,
    to: Stage | None = None,
    agency: str | None = None,
    reason: str | None = None,
    note: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> Complaint:
    """Write what was done: stage, clock, history, audit, and what the reporters are told.

    ``to`` overrides the table's stage where it depends on more than the act (reopening without an agency).
    """
    row, move = change.row, change.move
    stage = to or leads_to(change)
    at = whole_second(now)
    full = audit.with_way(dict(detail or {}), via)
    if change.by_reporter:
        full = {**full, "oleh": "pengadu"}
    was = cast(Stage, row.stage)
    if stage is not None:
        # Before anything is flushed: the database holds the stage and ``merged_into`` together.
        row.stage, row.stage_since = stage, row.stage_since if stage == was else at
    event = add_event(
        session,
        row,
        act=change.act,
        actor=change.actor,
        at=at,
        now=now,
        stage_from=was if stage is not None else None,
        stage_to=stage,
        agency=agency or row.agency,
        reason=reason,
        note=note,
        detail=full,
    )
    wind_clock(row, stage_steps([*change.events, as_event(event)]), deadlines=deadlines)
    if move.told:
        tell_reporters(session, row, event, now=now)
    said = {**full, **({"tahap": stage} if stage else {}), **({"instansi": agency} if agency else {})}
    audit.record(
        session, change.actor, action=f"complaints.{change.act}", object=f"complaint:{row.id}", detail=said, now=now
    )
    session.flush()
    return as_complaint(row)


def whole_second(time: datetime) -> datetime:
    """A time as exports write it: what goes out and comes in again is the same."""
    return time.replace(microsecond=0)


def leads_to(change: Change) -> Stage | None:
    """The stage the table names for this act; None where it stays."""
    if change.move.to == "stays":
        return None
    if change.move.to == "back":
        return stage_before(change.events, cast(Stage, change.row.stage))
    return change.move.to


def require_words(said: str, *, what: str) -> str:
    """The words of a reason or an answer, trimmed. Raises KentonganError for too few or too many."""
    words = storable(said).strip()
    if not LEAST_REASON <= len(words) <= MAX_WORDS:
        raise KentonganError(
            f"{what} harus {LEAST_REASON} sampai {MAX_WORDS} huruf, tertulis {len(words)}.",
            hint="Tulis yang dapat dipahami pengadu dan pembaca berikutnya.",
        )
    return words
