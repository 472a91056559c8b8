"""Who filed a complaint, and its words as they came: each reading is on record, and they are blanked in time."""

from __future__ import annotations

import hmac
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.complaints.listing import as_complaint, may_read_secret, parse_number, unknown_complaint
from casework.complaints.records import Complaint, ComplaintChannel
from casework.complaints.tables import ComplaintReporterRow, ComplaintRow
from casework.roles import Actor
from kentongan.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """Who filed a complaint. ``repr`` shows none of it, so that no log does."""

    number: str
    """Number under which they filed it: of a merged complaint their own."""
    channel: ComplaintChannel
    anonymous: bool
    at: datetime
    name: str | None = field(repr=False)
    contact: str | None = field(repr=False)
    address: str | None = field(repr=False)
    text: str | None = field(repr=False)
    """The words as they came, not masked; None for anonymous ones, and once forgotten."""
    raw: str | None = field(repr=False)
    """What arrived and could not be read."""
    code: str | None = field(repr=False)
    forgotten_at: datetime | None


def read_reporters(
    session: Session, complaint: int, *, actor: Actor, now: datetime, via: str | None = None
) -> list[Reporter]:
    """Everyone who filed this complaint or one merged into it. The audit notes who looked, never what they saw.

    A secret complaint's is read by role hukum alone. Needs a transaction that may write. Raises NotAllowed, NotFound.
    """
    row = session.get(ComplaintRow, complaint, populate_existing=True)
    if row is not None and row.secret:
        if not may_read_secret(session, actor, now=now):
            raise unknown_complaint(complaint)
        actor = authorise(session, actor, action="complaints.read_secret", now=now)
    else:
        actor = authorise(session, actor, action="complaints.read_reporter", now=now)
    if row is None:
        raise unknown_complaint(complaint)
    if actor.role == "petugas":
        from casework.agencies import require_agency

        require_agency(session, actor, row.agency)
    detail = audit.with_way({}, via)
    audit.record_view(
        session, actor, action="complaints.read_reporter", object=f"complaint:{complaint}", detail=detail, now=now
    )
    chosen = (
        select(ComplaintReporterRow, ComplaintRow.number)
        .join(ComplaintRow, ComplaintRow.id == ComplaintReporterRow.complaint)
        .where(or_(ComplaintRow.id == complaint, ComplaintRow.merged_into == complaint))
        .order_by(ComplaintReporterRow.id)
    )
    return [as_reporter(known, number) for known, number in session.execute(chosen)]


def as_reporter(row: ComplaintReporterRow, number: str) -> Reporter:
    """The row as a record."""
    return Reporter(
        number=number,
        channel=cast(ComplaintChannel, row.channel),
        anonymous=row.anonymous,
        at=row.at,
        name=row.name,
        contact=row.contact,
        address=row.address,
        text=row.text,
        raw=row.raw,
        code=row.code,
        forgotten_at=row.forgotten_at,
    )


def forget_reporters(session: Session, *, days: int, actor: Actor, now: datetime) -> int:
    """Blank the reporters of every complaint that ended more than ``days`` days ago; returns how many.

    The complaint, its history and what was answered stay. A merged one is as old as the one it was merged into.
    Raises NotAllowed.
    """
    actor = authorise(session, actor, action="complaints.forget", now=now)
    main = ComplaintRow.__table__.alias("main")
    before = now - timedelta(days=days)
    ended = select(ComplaintRow.id).outerjoin(main, main.c.id == ComplaintRow.merged_into).where(
        or_(
            ComplaintRow.merged_into.is_(None)
            & ComplaintRow.stage.in_(("selesai", "ditutup", "diarsipkan"))
            & (ComplaintRow.finished_at <= before),
            ComplaintRow.merged_into.is_not(None)
            & main.c.stage.in_(("selesai", "ditutup", "diarsipkan"))
            & (main.c.finished_at <= before),
        )
    )  # fmt: skip
    chosen = select(ComplaintReporterRow).where(
        ComplaintReporterRow.forgotten_at.is_(None), ComplaintReporterRow.complaint.in_(ended)
    )
    forgotten = 0
    for row in session.scalars(chosen.with_for_update()):
        row.name = row.contact = row.address = row.text = row.raw = None
        row.forgotten_at = now
        forgotten += 1
    if forgotten:
        detail = {"jumlah": forgotten, "hari": days}
        audit.record(session, actor, action="complaints.forget", object="complaints", detail=detail, now=now)
    return forgotten


def find_with_code(session: Session, number: str, *, code: str) -> Complaint:
    """The complaint of this number whose reporter knows its code, secret or not: it is theirs.

    Raises NotFound, the same for a wrong number and a wrong code.
    """
    row, known = None, ""
    with suppress(NotFound):
        row = session.get(ComplaintRow, parse_number(number))
    if row is not None:
        chosen = select(ComplaintReporterRow.code).where(ComplaintReporterRow.complaint == row.id).limit(1)
        known = session.scalar(chosen) or ""
    given = "".join(code.upper().split()).replace("-", "")
    # Compared also where there is no such complaint, so that the time taken says nothing.
    right = hmac.compare_digest(known.encode(), given.encode("utf-8", "replace"))
    if row is None or not right or not known:
        raise NotFound("Nomor dan kode itu tidak cocok.", hint="Periksa keduanya seperti tertulis saat Anda mengadu.")
    return as_complaint(row)
