"""Takes a complaint in, whatever the channel: one by one as people send them, or many at once from another system.

The same submission twice is one complaint: by the id of its delivery, by equal words from an equal contact a moment
ago, or by its ticket at the system it came from (``casework.complaints.importing``).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.complaints.inserting import Desk, insert_complaints
from casework.complaints.listing import as_complaint
from casework.complaints.outbox import tell_reporters
from casework.complaints.preparing import Prepared, prepare_intake
from casework.complaints.records import OWN_PUBLISHER, Intake, Taken
from casework.complaints.tables import (
    ComplaintDeliveryRow,
    ComplaintEventRow,
    ComplaintReporterRow,
    ComplaintRow,
)
from casework.db import take_turn
from casework.roles import Actor
from casework.tip_intake import REPEAT_WITHIN, key_of
from kentongan.errors import Quarantine
from kentongan.settings import Settings

if TYPE_CHECKING:
    from casework.deadlines import Deadlines
    from kentongan.places import Gazetteer
    from models.suggest import Suggester


def take_complaint(
    session: Session,
    intake: Intake,
    *,
    deadlines: Deadlines,
    gazetteer: Gazetteer | None,
    suggester: Suggester | None,
    settings: Settings,
    actor: Actor,
    now: datetime,
    delivery: tuple[str, str] | None = None,
    via: str | None = None,
) -> Taken:
    """Take in one complaint of our own channels and give it its number and its reporter's code.

    ``delivery`` is the way it came and its sender's id for it. Complaints of other systems go through
    ``take_complaints``. Raises NotAllowed, and Quarantine with what is wrong ("bad-complaint", "no-text", ...).
    """
    actor = authorise(session, actor, action="complaints.enter", now=now)
    if intake.publisher != OWN_PUBLISHER or intake.ticket is not None:
        raise Quarantine("bad-complaint", "aduan dari sistem lain masuk lewat `kentongan import`.")
    known = find_delivered(session, delivery) if delivery is not None else None
    prepared = None
    if known is None:
        prepared = prepare_intake(intake, gazetteer=gazetteer, within=settings.region or None, now=now)
        known = find_repeat(session, prepared, now=now)
        if known is not None and delivery is not None:
            note_way(session, delivery, complaint=known.id, now=now)
    if known is not None:
        session.flush()
        return Taken(complaint=as_complaint(known), code=code_of(session, known.id), new=False)
    assert prepared is not None, "what is not known was prepared"
    desk = Desk(
        deadlines=deadlines,
        suggester=suggester,
        said={},
        actor=actor,
        now=now,
        agencies={},
        fields={},
        answered=set(),
        clocks={},
    )
    detail = audit.with_way({"kanal": intake.channel}, via)
    (complaint,) = insert_complaints(session, [(prepared, prepared.received_at)], desk=desk, detail=detail)
    row = session.get_one(ComplaintRow, complaint)
    if delivery is not None:
        note_way(session, delivery, complaint=complaint, now=now)
    if row.held != "draft":
        first = select(ComplaintEventRow).where(ComplaintEventRow.complaint == complaint)
        tell_reporters(session, row, session.scalars(first).one(), now=now)
    said = {**detail, "ditahan": row.held, "rahasia": row.secret}
    audit.record(session, actor, action="complaints.received", object=f"complaint:{complaint}", detail=said, now=now)
    return Taken(complaint=as_complaint(row), code=code_of(session, complaint), new=True)


def code_of(session: Session, complaint: int) -> str | None:
    """The code of a complaint's reporter; None where it came from another system."""
    chosen = select(ComplaintReporterRow.code).where(ComplaintReporterRow.complaint == complaint).limit(1)
    return session.scalar(chosen)


def note_way(session: Session, delivery: tuple[str, str], *, complaint: int, now: datetime) -> None:
    """Remember a delivery, so that the same one again adds nothing."""
    way, key = delivery
    session.add(ComplaintDeliveryRow(way=way, key=key_of(key), digest=None, complaint=complaint, at=now))
    session.flush()


def find_delivered(session: Session, delivery: tuple[str, str]) -> ComplaintRow | None:
    """The complaint that this delivery already is; None for a first one. Two at once take turns here."""
    take_turn(session, f"complaint|{'|'.join(delivery)}")
    seen = session.get(ComplaintDeliveryRow, (delivery[0], key_of(delivery[1])))
    return None if seen is None else session.get_one(ComplaintRow, seen.complaint)


def find_repeat(session: Session, prepared: Prepared, *, now: datetime) -> ComplaintRow | None:
    """The complaint that the same contact sent with equal words a moment ago; None for a first one.

    Without a contact nobody knows whether two people complained or one clicked twice; two complaints lose nothing.
    """
    contact = (prepared.reporter or {}).get("contact")
    if not contact:
        return None
    take_turn(session, f"complaint|{contact}|{key_of(prepared.text)}")
    same = (
        select(ComplaintRow)
        .join(ComplaintReporterRow, ComplaintReporterRow.complaint == ComplaintRow.id)
        .where(
            ComplaintReporterRow.contact == contact,
            ComplaintRow.text == prepared.text,
            ComplaintRow.received_at > now - REPEAT_WITHIN,
        )
    )
    return session.scalar(same.order_by(ComplaintRow.id).limit(1))
