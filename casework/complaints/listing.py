"""Reads complaints: one by its number, lists by agency, stage and region. Secret ones are read by role hukum alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.complaints.records import (
    OPEN_STAGES,
    Complaint,
    ComplaintChannel,
    ComplaintKind,
    HeldReason,
    Stage,
)
from casework.complaints.tables import ComplaintRow
from casework.roles import Actor
from kentongan.errors import NotAllowed, NotFound

NUMBER = re.compile(r"(?:ADU[\s-]*)?(?:(?:19|20)\d\d[\s-]+)?0*([1-9]\d{0,17})", re.IGNORECASE)
MOST_LISTED = 1000
"""Most complaints one call lists."""


def parse_number(said: str) -> int:
    """The id behind "ADU-2026-000123", "adu 2026 123" or "123". Raises NotFound for anything else."""
    found = NUMBER.fullmatch(said.strip())
    if found is None:
        raise NotFound(f"Nomor aduan {said[:40]!r} tidak terbaca.", hint="Tulis seperti ADU-2026-000123.")
    return int(found[1])


def unknown_complaint(complaint: int) -> NotFound:
    return NotFound(f"Aduan nomor {complaint} tidak ada.", hint="Daftarnya: `kentongan complaints list`.")


def may_read_secret(session: Session, actor: Actor | None, *, now: datetime | None) -> bool:
    """Whether this actor may know of secret complaints at all."""
    if actor is None or now is None:
        return False
    try:
        authorise(session, actor, action="complaints.read_secret", now=now)
    except NotAllowed:
        return False
    return True


def is_public() -> ColumnElement[bool]:
    """SQL: the complaint may be counted, listed, shown and exported. Every board and report filters by it.

    Left out are secret ones, those held for a person, and those merged into another.
    """
    return and_(ComplaintRow.secret.is_(False), ComplaintRow.held.is_(None), ComplaintRow.merged_into.is_(None))


def get_complaint(
    session: Session, complaint: int, *, actor: Actor | None = None, now: datetime | None = None
) -> Complaint:
    """The complaint of this id. A secret one is found only by an actor who may read it. Raises NotFound."""
    row = session.get(ComplaintRow, complaint, populate_existing=True)
    if row is None or (row.secret and not may_read_secret(session, actor, now=now)):
        raise unknown_complaint(complaint)
    return as_complaint(row)


def list_complaints(
    session: Session,
    *,
    agency: str | None = None,
    unassigned: bool = False,
    stages: Sequence[Stage] | None = None,
    region: str | None = None,
    kinds: Sequence[ComplaintKind] = (),
    categories: Sequence[str] = (),
    channels: Sequence[ComplaintChannel] = (),
    red: bool = False,
    held: bool = False,
    since: datetime | None = None,
    until: datetime | None = None,
    now: datetime | None = None,
    limit: int = 100,
    after: int | None = None,
) -> list[Complaint]:
    """Complaints, the soonest due first and those without a deadline last; never secret ones.

    ``stages`` defaults to the open ones; ``region`` takes in the regions inside it; ``red`` needs ``now``; ``held``
    lists the held ones instead of the rest; ``since`` and ``until`` bound when they were received; ``after`` is the id
    of the last one of the page before.
    """
    wanted: list[ColumnElement[bool]] = [
        ComplaintRow.secret.is_(False),
        ComplaintRow.held.is_not(None) if held else ComplaintRow.held.is_(None),
        ComplaintRow.stage.in_(OPEN_STAGES if stages is None else tuple(stages)),
    ]
    if agency is not None:
        wanted.append(ComplaintRow.agency == agency)
    if unassigned:
        wanted.append(ComplaintRow.agency.is_(None))
    if region is not None:
        wanted.append((ComplaintRow.region == region) | ComplaintRow.region.startswith(f"{region}.", autoescape=True))
    for column, values in (
        (ComplaintRow.kind, kinds), (ComplaintRow.category, categories), (ComplaintRow.channel, channels),
    ):  # fmt: skip
        if values:
            wanted.append(column.in_(tuple(values)))
    if red:
        if now is None:
            raise ValueError("red complaints are those of a moment: now is missing")
        wanted.append(ComplaintRow.due_at <= now)
    if since is not None:
        wanted.append(ComplaintRow.received_at >= since)
    if until is not None:
        wanted.append(ComplaintRow.received_at < until)
    chosen = select(ComplaintRow).where(*wanted)
    # Those without a deadline last, on both engines alike.
    order = (ComplaintRow.due_at.is_(None), ComplaintRow.due_at, ComplaintRow.id)
    if after is not None:
        last = session.get(ComplaintRow, after)
        if last is None:
            raise unknown_complaint(after)
        behind = ComplaintRow.id > after
        if last.due_at is None:
            chosen = chosen.where(ComplaintRow.due_at.is_(None), behind)
        else:
            same = and_(ComplaintRow.due_at == last.due_at, behind)
            chosen = chosen.where((ComplaintRow.due_at > last.due_at) | ComplaintRow.due_at.is_(None) | same)
    rows = session.scalars(chosen.order_by(*order).limit(max(1, min(limit, MOST_LISTED))))
    return [as_complaint(row) for row in rows]


def list_secret(session: Session, *, actor: Actor, now: datetime, limit: int = 100) -> list[Complaint]:
    """The open secret complaints, oldest first, for role hukum. Raises NotAllowed."""
    authorise(session, actor, action="complaints.read_secret", now=now)
    chosen = select(ComplaintRow).where(ComplaintRow.secret.is_(True), ComplaintRow.stage.in_(OPEN_STAGES))
    return [as_complaint(row) for row in session.scalars(chosen.order_by(ComplaintRow.id).limit(limit))]


def count_stages(session: Session, *, agency: str | None = None) -> dict[Stage, int]:
    """How many complaints are in each stage, merged ones too; secret and held ones are not counted."""
    chosen = (
        select(ComplaintRow.stage, func.count())
        .where(ComplaintRow.secret.is_(False), ComplaintRow.held.is_(None))
        .group_by(ComplaintRow.stage)
    )
    if agency is not None:
        chosen = chosen.where(ComplaintRow.agency == agency)
    return {cast(Stage, stage): count for stage, count in session.execute(chosen)}


def as_complaint(row: ComplaintRow) -> Complaint:
    """The row as a record."""
    return Complaint(
        id=row.id,
        number=row.number,
        publisher=row.publisher,
        ticket=row.ticket,
        channel=cast(ComplaintChannel, row.channel),
        document=row.document,
        title=row.title,
        text=row.text,
        received_at=row.received_at,
        kind=cast(ComplaintKind, row.kind),
        category=row.category,
        category_given=row.category_given,
        agency=row.agency,
        region=row.region,
        place=row.place,
        lat=row.lat,
        lon=row.lon,
        stage=cast(Stage, row.stage),
        stage_since=row.stage_since,
        clock=row.clock,
        due_at=row.due_at,
        finished_at=row.finished_at,
        secret=row.secret,
        sample=row.sample,
        held=cast("HeldReason | None", row.held),
        merged_into=row.merged_into,
        suggestion=cast("Mapping[str, object] | None", row.suggestion),
        rating=row.rating,
        given=row.given,
        version=row.version,
    )
