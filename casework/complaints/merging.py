"""Joins complaints about the same thing: one is worked on, every reporter keeps their number and is told."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.complaints.changing import begin_change, complete_change
from casework.complaints.history import add_event
from casework.complaints.listing import unknown_complaint
from casework.complaints.records import OPEN_STAGES, Complaint
from casework.complaints.tables import ComplaintRow
from casework.roles import Actor
from kentongan.errors import Conflict

if TYPE_CHECKING:
    from casework.deadlines import Deadlines


def merge(
    session: Session,
    duplicate: int,
    *,
    into: int,
    actor: Actor,
    version: int,
    now: datetime,
    deadlines: Deadlines,
    via: str | None = None,
) -> Complaint:
    """Join a complaint to another that is worked on; what was joined to it comes along. Returns the duplicate.

    ``version`` is the duplicate's. Its clocks stand still. Raises NotFound, NotAllowed, and Conflict where the two are
    one, the other has ended, is itself merged, held or secret.
    """
    if duplicate == into:
        raise Conflict("Sebuah aduan tidak dapat digabungkan dengan dirinya sendiri.", hint="Sebut nomor yang lain.")
    hold_both(session, duplicate, into)
    change = begin_change(session, duplicate, act="merged", actor=actor, version=version, now=now)
    row, main = change.row, session.get(ComplaintRow, into, populate_existing=True)
    if main is None or (main.secret and not row.secret):
        raise unknown_complaint(into)
    if main.secret != row.secret:
        raise Conflict(
            f"Aduan {row.number} rahasia, sedangkan {main.number} tidak.",
            hint="Aduan rahasia hanya digabungkan dengan yang rahasia.",
        )
    if main.stage not in OPEN_STAGES or main.held is not None or row.held is not None:
        raise Conflict(
            f"Aduan {main.number} sudah berakhir, digabung, atau salah satunya ditahan.",
            hint="Gabungkan dengan aduan yang masih dikerjakan.",
        )
    session.execute(update(ComplaintRow).where(ComplaintRow.merged_into == row.id).values(merged_into=main.id))
    add_event(session, main, act="joined", actor=change.actor, at=now, now=now, detail={"aduan": row.number})
    row.merged_into = main.id
    return complete_change(session, change, now=now, deadlines=deadlines, via=via, detail={"ke": main.number})


def unmerge(
    session: Session,
    duplicate: int,
    *,
    actor: Actor,
    version: int,
    now: datetime,
    deadlines: Deadlines,
    via: str | None = None,
) -> Complaint:
    """Take a complaint out again; it goes on where it was, with the time its clock had left.

    Raises NotFound, NotAllowed, Conflict.
    """
    change = begin_change(session, duplicate, act="unmerged", actor=actor, version=version, now=now)
    was = session.get_one(ComplaintRow, change.row.merged_into)
    add_event(session, was, act="separated", actor=change.actor, at=now, now=now, detail={"aduan": change.row.number})
    change.row.merged_into = None
    return complete_change(session, change, now=now, deadlines=deadlines, via=via, detail={"dari": was.number})


def hold_both(session: Session, *complaints: int) -> None:
    """Hold rows in the order of their ids, so that two mergers never wait for each other."""
    for complaint in sorted(complaints):
        session.execute(select(ComplaintRow.id).where(ComplaintRow.id == complaint).with_for_update())


def merged_numbers(session: Session, complaint: int) -> list[str]:
    """The numbers of the complaints that were joined to this one."""
    chosen = select(ComplaintRow.number).where(ComplaintRow.merged_into == complaint).order_by(ComplaintRow.id)
    return list(session.scalars(chosen))
