"""Puts prepared complaints into the tables, many at once: numbers, first events, reporters, clocks, suggestions."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from casework.agencies import Agency, agencies_for_field, list_agencies, take_agencies
from casework.complaints.history import read_clock
from casework.complaints.preparing import ENDED, MAX_GIVEN, Prepared
from casework.complaints.records import OWN_PUBLISHER, Stage
from casework.complaints.tables import ComplaintEventRow, ComplaintReporterRow, ComplaintRow
from casework.deadlines.clock import Step
from casework.roles import Actor
from casework.tip_intake import CODE_LENGTH, CODE_LETTERS
from kentongan.complaint_categories import find_category
from kentongan.schema import document_id
from kentongan.times import to_zone, zone_of

if TYPE_CHECKING:
    from casework.deadlines import Deadlines
    from models.suggest import Suggested, Suggester


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What complaints are taken in with, the same for all of one run."""

    deadlines: Deadlines
    suggester: Suggester | None
    said: Mapping[tuple[str, str], Suggested]
    """What the model said already, by publisher and ticket; the rest is asked of ``suggester``."""
    actor: Actor
    now: datetime
    agencies: dict[str, Agency]
    """By the names that sources give."""
    fields: dict[tuple[str, str | None], str | None]
    """Agency of a field in a region, as asked so far."""
    answered: set[str]
    """Fields that some agency has at all."""
    clocks: dict[tuple[object, ...], tuple[str | None, datetime | None]]
    """Clock and deadline by kind, stage and days, as worked out so far: clocks count days, not hours."""


def insert_complaints(
    session: Session, ready: Sequence[tuple[Prepared, datetime]], *, desk: Desk, detail: Mapping[str, Any]
) -> list[int]:
    """Insert new complaints, each with the time since when it is in its stage; returns their ids, in order.

    ``detail`` goes into the first event of each.
    """
    if not ready:
        return []
    names = {one.intake.agency_given for one, _ in ready if one.intake.agency_given} - desk.agencies.keys()
    if names:
        desk.agencies.update(take_agencies(session, [name for name in names if name.strip()], now=desk.now))
    ids = take_ids(session, len(ready))
    suggested = suggest_all(session, [one for one, _ in ready], desk=desk)
    complaints, events, reporters = [], [], []
    for (one, since), complaint, suggestion in zip(ready, ids, suggested, strict=True):
        number = f"ADU-{to_zone(desk.now, desk.deadlines.zone).year}-{complaint:06d}"
        row = columns_of(one, since, complaint=complaint, number=number, suggestion=suggestion, desk=desk)
        complaints.append(row)
        events += first_events(one, since, row, desk=desk, detail=detail)
        if one.reporter is not None:
            own = one.intake.publisher == OWN_PUBLISHER and one.intake.ticket is None
            reporters.append(
                {**one.reporter, "complaint": complaint, "code": make_code() if own else None, "forgotten_at": None}
            )
    session.execute(insert(ComplaintRow.__table__), complaints)  # type: ignore[arg-type]
    session.execute(insert(ComplaintEventRow.__table__), events)  # type: ignore[arg-type]
    if reporters:
        session.execute(insert(ComplaintReporterRow.__table__), reporters)  # type: ignore[arg-type]
    return ids


def take_ids(session: Session, count: int) -> list[int]:
    """As many ids as asked for, which nobody else gets: a complaint's number is made of its id."""
    if session.get_bind().dialect.name == "postgresql":
        drawn = text("SELECT nextval(pg_get_serial_sequence('complaint', 'id')) FROM generate_series(1, :count)")
        return [int(one) for one in session.scalars(drawn, {"count": count})]
    # A SQLite transaction that writes is alone, and AUTOINCREMENT remembers the highest id there ever was.
    last = session.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = 'complaint'")) or 0
    first = max(int(last), session.scalar(select(func.max(ComplaintRow.id))) or 0) + 1
    return list(range(first, first + count))


def columns_of(
    one: Prepared, since: datetime, *, complaint: int, number: str, suggestion: dict[str, Any] | None, desk: Desk
) -> dict[str, Any]:
    """A complaint's row."""
    intake = one.intake
    ticket = intake.ticket or number
    stage: Stage = one.stage or "menunggu_verifikasi"
    draft = one.held == "draft"
    agency = desk.agencies.get(intake.agency_given or "")
    clock, due = (None, None) if draft else first_clock(one, stage, since, desk=desk)
    return {
        "id": complaint,
        "number": number,
        "publisher": intake.publisher,
        "ticket": ticket,
        "channel": intake.channel,
        "document": document_id(intake.publisher, ticket),
        "title": one.title,
        "text": one.text,
        "received_at": one.received_at,
        "kind": one.kind,
        "category": find_category(intake.category_given),
        "category_given": intake.category_given[:MAX_GIVEN] if intake.category_given else None,
        "agency": agency.code if agency and stage != "dikembalikan" else None,
        "region": one.region,
        "place": one.place,
        "lat": one.lat,
        "lon": one.lon,
        "stage": stage,
        "stage_since": since,
        "clock": clock,
        "due_at": due,
        "finished_at": (one.finished_at or since) if stage in ENDED else None,
        "secret": one.secret,
        "sample": intake.sample,
        "held": one.held,
        "merged_into": None,
        "suggestion": suggestion,
        "rating": intake.rating,
        "given": trim_given(one),
        "indexed_version": None,
        "version": 1,
    }


def first_clock(one: Prepared, stage: Stage, since: datetime, *, desk: Desk) -> tuple[str | None, datetime | None]:
    """The clock a new complaint runs under, and when it is due."""
    if stage in ENDED:
        return None, None
    place = zone_of(desk.deadlines.zone)
    asked = (one.kind, stage, one.received_at.astimezone(place).date(), since.astimezone(place).date())
    if asked not in desk.clocks:
        steps = [Step(at=one.received_at, stage="menunggu_verifikasi")]
        if stage != "menunggu_verifikasi":
            steps.append(Step(at=since, stage=stage))
        clock = read_clock(steps, kind=one.kind, deadlines=desk.deadlines)
        desk.clocks[asked] = (clock.name, clock.due_at) if clock else (None, None)
    return desk.clocks[asked]


def trim_given(one: Prepared) -> dict[str, str]:
    """The source's other words, with its names for status and agency."""
    intake = one.intake
    said = {**intake.given, "status": intake.status_given or "", "instansi": intake.agency_given or ""}
    return {name: value[:MAX_GIVEN] for name, value in said.items() if value}


def first_events(
    one: Prepared, since: datetime, row: Mapping[str, Any], *, desk: Desk, detail: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """What a complaint's history begins with: that it was received, and the stage it came with."""
    draft = one.held == "draft"
    said = {**detail, **({"ditahan": one.held} if one.held else {})}
    if one.held == "status":
        said["kata"] = one.intake.status_given or ""
    common = {
        "complaint": row["id"], "recorded_at": desk.now, "reason": None, "note": None, "actor": desk.actor.id,
        "actor_name": desk.actor.username,
    }  # fmt: skip
    received = {
        **common, "at": one.received_at, "act": "drafted" if draft else "received", "stage_from": None,
        "stage_to": None if draft else "menunggu_verifikasi", "agency": None, "detail": said,
    }  # fmt: skip
    if row["stage"] == "menunggu_verifikasi":
        return [received]
    moved = {
        **common, "at": since, "act": "imported", "stage_from": "menunggu_verifikasi", "stage_to": row["stage"],
        "agency": row["agency"], "detail": dict(detail),
    }  # fmt: skip
    return [received, moved]


def make_code() -> str:
    """What a reporter needs beside the number."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def suggest_all(session: Session, ready: Sequence[Prepared], *, desk: Desk) -> list[dict[str, Any] | None]:
    """What the model suggests for each that is undecided, with the agency that has the field there."""
    if desk.suggester is None:
        return [None] * len(ready)
    model = desk.suggester.model
    if not desk.answered:
        desk.answered.update(name for agency in list_agencies(session, active=True) for name in agency.fields)
    silent = [one for one in ready if is_undecided(one) and one.key not in desk.said]
    more = iter(desk.suggester.suggest([suggested_text(one) for one in silent]))
    found = [
        None if not is_undecided(one) else desk.said[one.key] if one.key in desk.said else next(more) for one in ready
    ]
    return [
        None if said is None else read_suggested(session, one, said, model=model, desk=desk)
        for one, said in zip(ready, found, strict=True)
    ]


def is_undecided(one: Prepared) -> bool:
    """Whether somebody still has to say what it is and whose: only they are helped by a suggestion."""
    return one.stage in (None, "menunggu_verifikasi", "dikembalikan")


def suggested_text(one: Prepared) -> str:
    """What the model reads of a complaint."""
    return "\n".join(part for part in (one.title, one.text) if part)


def read_suggested(
    session: Session, one: Prepared, said: Suggested, *, model: str, desk: Desk
) -> dict[str, Any] | None:
    """A suggestion as it is stored: ``{"category": {"value", "best"}, "field": {...}, "agency", "model"}``."""
    agency = None
    if said.field is not None:
        asked = (said.field, one.region)
        if said.field in desk.answered and asked not in desk.fields:
            found = agencies_for_field(session, said.field, region=one.region)
            desk.fields[asked] = found[0].code if found else None
        agency = desk.fields.get(asked)
    return {
        "category": {"value": said.category, "best": [[code, round(p, 4)] for code, p in said.categories]},
        "field": {"value": said.field, "best": [[code, round(p, 4)] for code, p in said.fields]},
        "agency": agency,
        "model": model,
    }
