"""Reads and locks follow-ups, and notes what happened to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from casework import audit
from casework.complaints.tables import ComplaintRow
from casework.db import expect_version
from casework.followups.records import (
    OPEN_STATES,
    STATE_WORDS,
    FollowUp,
    FollowUpEvent,
    FollowUpState,
    ObjectKind,
    as_event,
    as_followup,
)
from casework.followups.tables import FollowUpEventRow, FollowUpRow
from casework.roles import Actor
from casework.said_numbers import read_said_number
from kentongan.errors import Conflict, NotFound

MOST_LISTED = 1000
"""Most follow-ups one call lists."""
FRESH = {"populate_existing": True}
"""Read the row anew: another transaction may have changed it since."""


def parse_number(said: str) -> int:
    """The id behind "TL-000012", "tl 12" or "12". Raises NotFound for anything else."""
    return read_said_number(said, example="TL-000012", what="tindak lanjut")


def read_followup(session: Session, followup: int) -> FollowUp:
    """The follow-up of this id. Raises NotFound."""
    row = session.get(FollowUpRow, followup, populate_existing=True)
    if row is None:
        raise not_there(followup)
    return as_followup(row)


def list_followups(
    session: Session,
    *,
    states: Sequence[FollowUpState] = OPEN_STATES,
    agency: str | None = None,
    about: tuple[ObjectKind, str] | None = None,
    topic: str | None = None,
    region: str | None = None,
    due_before: datetime | None = None,
    limit: int = 100,
) -> list[FollowUp]:
    """Follow-ups in these states, the soonest due first.

    ``agency`` is a code, ``about`` a kind and a name, ``region`` also takes the regions inside it. Those about a
    complaint that was marked as whistle-blowing later are left out.
    """
    chosen = select(FollowUpRow).where(is_visible(), FollowUpRow.state.in_(states))
    if agency is not None:
        chosen = chosen.where(FollowUpRow.agency == agency)
    if about is not None:
        chosen = chosen.where(FollowUpRow.object_kind == about[0], FollowUpRow.object == about[1])
    if topic is not None:
        chosen = chosen.where(FollowUpRow.topic == topic)
    if region is not None:
        chosen = chosen.where(or_(FollowUpRow.region == region, FollowUpRow.region.startswith(f"{region}.")))
    if due_before is not None:
        chosen = chosen.where(FollowUpRow.due_at <= due_before)
    chosen = chosen.order_by(FollowUpRow.due_at, FollowUpRow.id).limit(max(1, min(limit, MOST_LISTED)))
    return [as_followup(row) for row in session.scalars(chosen)]


def is_visible() -> ColumnElement[bool]:
    """SQL: the follow-up is not about a whistle-blowing complaint."""
    secret = select(ComplaintRow.number).where(ComplaintRow.secret.is_(True))
    return or_(FollowUpRow.object_kind != "complaint", FollowUpRow.object.not_in(secret))


def followup_history(session: Session, followup: int) -> tuple[FollowUpEvent, ...]:
    """Everything that happened to a follow-up, oldest first. Raises NotFound."""
    read_followup(session, followup)
    chosen = select(FollowUpEventRow).where(FollowUpEventRow.followup == followup).order_by(FollowUpEventRow.id)
    return tuple(as_event(row) for row in session.scalars(chosen))


def lock_followup(
    session: Session, followup: int, *, states: Sequence[FollowUpState], doing: str, version: int | None
) -> FollowUpRow:
    """The row, held until the transaction ends, as the person saw it.

    ``doing`` completes "tidak dapat ...". Raises NotFound, Conflict where it is in another state or was changed.
    """
    chosen = select(FollowUpRow).where(FollowUpRow.id == followup).with_for_update()
    row = session.scalar(chosen, execution_options=FRESH)
    if row is None:
        raise not_there(followup)
    if version is not None:
        expect_version(f"Tindak lanjut TL-{followup:06d}", read=version, stored=row.version)
    if row.state not in states:
        raise Conflict(
            f"Tindak lanjut TL-{followup:06d} {STATE_WORDS[cast(FollowUpState, row.state)]}, jadi tidak dapat {doing}.",
            hint=f"Lihat riwayatnya: `kentongan followups show {followup}`.",
        )
    return row


def record_act(
    session: Session, row: FollowUpRow, *, act: str, note: str | None, detail: Mapping[str, Any], actor: Actor,
    now: datetime, via: str | None,
) -> None:  # fmt: skip
    """Note what happened, in the follow-up's history and in the audit; ``via`` is how, where it was not on a page."""
    full = audit.with_way(dict(detail), via)
    session.add(
        FollowUpEventRow(
            followup=row.id, at=now, act=act, state=row.state, note=note, actor=actor.id, actor_name=actor.username,
            detail=dict(full),
        )
    )  # fmt: skip
    session.flush()
    audit.record(session, actor, action=f"followups.{act}", object=f"followup:{row.id}", detail=full, now=now)


def not_there(followup: int) -> NotFound:
    return NotFound(f"Tindak lanjut TL-{followup:06d} tidak ada.", hint="Daftarnya: `kentongan followups list`.")
