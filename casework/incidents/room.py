"""The incident room: open, note, assign, change, link, merge, close and reopen; each act stands in log and audit.

Reading is ``casework.incidents.reading``, ``current_takeover`` included; tasks are ``casework.incidents.tasks``. How
calls for help come in is ``casework.incidents.intake``; who called is behind ``casework.incidents.callers``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.db import expect_version
from casework.incidents.records import (
    KIND_WORDS,
    KINDS,
    LEVELS,
    LINK_KINDS,
    STATE_WORDS,
    EntryAct,
    Incident,
    IncidentState,
    as_incident,
)
from casework.incidents.tables import (
    IncidentCallRow,
    IncidentEntryRow,
    IncidentLinkRow,
    IncidentRow,
    IncidentTaskRow,
)
from casework.roles import Actor
from casework.tip_intake import storable
from kentongan.errors import Conflict, KentonganError, NotFound

MAX_TITLE = 200
"""Longest title, in characters."""
MAX_PLACE = 300
"""Longest place in words, in characters."""
MAX_ENTRY = 4_000
"""Longest entry of the log, or outcome, in characters: a page of paper."""
FRESH = {"populate_existing": True}
"""Read the row anew: another transaction may have changed it since."""


def open_incident(
    session: Session,
    *,
    title: str,
    kind: str,
    level: str,
    actor: Actor,
    now: datetime,
    region: str | None = None,
    place: str | None = None,
    lat: float | None = None,
    lon: float | None = None,
    sample: bool = False,
    via: str | None = None,
) -> Incident:
    """Open an incident with its room. Raises NotAllowed, and KentonganError for an unknown kind or level, or words
    that are missing or too long."""
    actor = authorise(session, actor, action="incidents.open", now=now)
    check_kind(kind)
    check_level(level)
    row = IncidentRow(
        title=checked_text(title, "Judul", most=MAX_TITLE),
        kind=kind,
        level=level,
        state="open",
        region=region,
        place=checked_text(place, "Tempat", most=MAX_PLACE) if place and place.strip() else None,
        lat=lat,
        lon=lon,
        opened_at=now,
        opened_by=actor.id,
        opened_name=actor.username,
        sample=sample,
    )
    session.add(row)
    session.flush()
    detail = {"jenis": kind, "tingkat": level, "wilayah": region}
    record_act(session, row.id, act="opened", actor=actor, now=now, text=row.title, detail=detail, via=via)
    return as_incident(row)


def add_entry(
    session: Session, incident: int, *, text: str, actor: Actor, now: datetime, via: str | None = None
) -> None:
    """Write a line into the log of an open incident. Raises NotAllowed, NotFound, Conflict and KentonganError."""
    actor = authorise(session, actor, action="incidents.work", now=now)
    lock_incident(session, incident, doing="dicatati")
    said = checked_text(text, "Catatan", most=MAX_ENTRY)
    record_act(session, incident, act="noted", actor=actor, now=now, text=said, detail={}, via=via)


def change_level(
    session: Session,
    incident: int,
    *,
    level: str,
    reason: str,
    version: int,
    actor: Actor,
    now: datetime,
    via: str | None = None,
) -> Incident:
    """Raise or lower the level, with the reason. Raises NotAllowed, NotFound, Conflict and KentonganError."""
    actor = authorise(session, actor, action="incidents.work", now=now)
    check_level(level)
    row = lock_incident(session, incident, doing="diubah tingkatnya", version=version)
    said = checked_text(reason, "Alasan", most=MAX_ENTRY)
    detail = {"dari": row.level, "menjadi": level}
    row.level = level
    record_act(session, incident, act="level", actor=actor, now=now, text=said, detail=detail, via=via)
    return as_incident(row)


def link_object(
    session: Session, incident: int, *, kind: str, object: str, actor: Actor, now: datetime, via: str | None = None
) -> None:
    """Let a document, complaint, story or danger belong to an open incident; twice is once.

    Raises NotAllowed, NotFound, Conflict and KentonganError.
    """
    actor = authorise(session, actor, action="incidents.work", now=now)
    if kind not in LINK_KINDS:
        raise KentonganError(f"Kaitan {kind!r} tidak dikenal.", hint=f"Pilih salah satu: {', '.join(LINK_KINDS)}.")
    lock_incident(session, incident, doing="dikaitkan")
    named = checked_text(object, "Yang dikaitkan", most=64)
    if session.get(IncidentLinkRow, (incident, kind, named)) is not None:
        return
    session.add(IncidentLinkRow(incident=incident, kind=kind, object=named, at=now, actor_name=actor.username))
    detail = {"apa": kind, "id": named}
    record_act(session, incident, act="linked", actor=actor, now=now, text=None, detail=detail, via=via)


def merge_incidents(
    session: Session,
    incident: int,
    *,
    into: int,
    reason: str,
    actor: Actor,
    now: datetime,
    via: str | None = None,
) -> Incident:
    """Make an open incident part of another open one: calls, open tasks and links go there, both logs stay.

    Returns the incident that is left. Raises NotAllowed, NotFound, Conflict and KentonganError.
    """
    actor = authorise(session, actor, action="incidents.work", now=now)
    if incident == into:
        raise KentonganError("Insiden tidak dapat digabungkan dengan dirinya sendiri.")
    # In the order of their numbers, so that two merges the other way round do not wait for each other.
    rows = {one: lock_incident(session, one, doing="digabungkan") for one in sorted((incident, into))}
    said = checked_text(reason, "Alasan", most=MAX_ENTRY)
    for row in session.scalars(select(IncidentCallRow).where(IncidentCallRow.incident == incident)):
        row.incident = into
    session.execute(update(IncidentTaskRow).where(IncidentTaskRow.incident == incident).values(incident=into))
    there = {
        (link.kind, link.object)
        for link in session.scalars(select(IncidentLinkRow).where(IncidentLinkRow.incident == into))
    }
    for link in session.scalars(select(IncidentLinkRow).where(IncidentLinkRow.incident == incident)).all():
        if (link.kind, link.object) not in there:
            session.add(
                IncidentLinkRow(incident=into, kind=link.kind, object=link.object, at=now, actor_name=actor.username)
            )
    gone, left = rows[incident], rows[into]
    gone.state, gone.merged_into = "merged", into
    if LEVELS.index(gone.level) > LEVELS.index(left.level):
        left.level = gone.level
    left.region, left.place = left.region or gone.region, left.place or gone.place
    detail: dict[str, str | int | float | bool | list[str] | None] = {"insiden": incident, "ke": into}
    for one in (incident, into):
        record_act(session, one, act="merged", actor=actor, now=now, text=said, detail=detail, via=via)
    return as_incident(left)


def close_incident(
    session: Session,
    incident: int,
    *,
    outcome: str,
    version: int,
    actor: Actor,
    now: datetime,
    via: str | None = None,
) -> Incident:
    """End an incident with what came of it. What is still owed is cancelled by name in the log, never quietly done.

    Raises NotAllowed, NotFound, Conflict and KentonganError.
    """
    actor = authorise(session, actor, action="incidents.close", now=now)
    row = lock_incident(session, incident, doing="ditutup", version=version)
    said = checked_text(outcome, "Hasil akhir", most=MAX_ENTRY)
    owed = session.scalars(
        select(IncidentTaskRow).where(
            IncidentTaskRow.incident == incident, IncidentTaskRow.state.in_(("open", "blocked"))
        )
    ).all()
    for task in owed:
        task.state = "cancelled"
        task.note = (task.note or "Belum selesai ketika insiden ditutup.")[:500]
    row.state, row.closed_at, row.closed_name, row.outcome = "closed", now, actor.username, said
    detail = {"tugas_belum_selesai": [task.what for task in owed]}
    record_act(session, incident, act="closed", actor=actor, now=now, text=said, detail=detail, via=via)
    return as_incident(row)


def reopen_incident(
    session: Session,
    incident: int,
    *,
    reason: str,
    version: int,
    actor: Actor,
    now: datetime,
    via: str | None = None,
) -> Incident:
    """Take a closed incident up again; its log goes on. Raises NotAllowed, NotFound, Conflict and KentonganError."""
    actor = authorise(session, actor, action="incidents.close", now=now)
    row = lock_incident(session, incident, doing="dibuka kembali", states=("closed",), version=version)
    said = checked_text(reason, "Alasan", most=MAX_ENTRY)
    row.state, row.closed_at, row.closed_name, row.outcome = "open", None, None, None
    record_act(session, incident, act="reopened", actor=actor, now=now, text=said, detail={}, via=via)
    return as_incident(row)


def lock_incident(
    session: Session,
    incident: int,
    *,
    doing: str,
    states: Sequence[IncidentState] = ("open",),
    version: int | None = None,
) -> IncidentRow:
    """The row, held until the transaction ends. ``doing`` completes "tidak dapat ...".

    Raises NotFound, and Conflict where it is in another state or was changed since it was read.
    """
    row = session.scalar(
        select(IncidentRow).where(IncidentRow.id == incident).with_for_update(), execution_options=FRESH
    )
    if row is None:
        raise NotFound(f"Insiden INS-{incident:06d} tidak ada.", hint="Daftarnya: `kentongan incidents list`.")
    if row.state not in states:
        into = f" ke INS-{row.merged_into:06d}" if row.merged_into else ""
        raise Conflict(
            f"Insiden INS-{incident:06d} {STATE_WORDS[cast(IncidentState, row.state)]}{into}, "
            f"jadi tidak dapat {doing}.",
            hint=f"Lihat: `kentongan incidents show {incident}`.",
        )
    if version is not None:
        expect_version(f"Insiden INS-{incident:06d}", read=version, stored=row.version)
    return row


def record_act(
    session: Session,
    incident: int,
    *,
    act: EntryAct,
    actor: Actor,
    now: datetime,
    text: str | None,
    detail: audit.Detail,
    via: str | None,
) -> None:
    """Note what was done in the log and in the audit; neither ever names a caller."""
    full = audit.with_way(detail, via)
    session.add(
        IncidentEntryRow(
            incident=incident, at=now, act=act, text=text, actor=actor.id, actor_name=actor.username, detail=dict(full)
        )
    )
    audit.record(session, actor, action=f"incidents.{act}", object=f"incident:{incident}", detail=full, now=now)


def check_kind(kind: str) -> None:
    """Raise KentonganError for a kind that is none of ours."""
    if kind not in KINDS:
        raise KentonganError(f"Jenis insiden {kind!r} tidak dikenal.", hint=f"Pilih salah satu: {', '.join(KINDS)}.")


def check_level(level: str) -> None:
    """Raise KentonganError for a level that is none of ours."""
    if level not in LEVELS:
        raise KentonganError(f"Tingkat {level!r} tidak dikenal.", hint=f"Pilih salah satu: {', '.join(LEVELS)}.")


def checked_text(text: str | None, what: str, *, most: int) -> str:
    """The text, its ends trimmed. Raises KentonganError where it is empty or longer than ``most`` characters."""
    said = storable(text or "").strip()
    if not said:
        raise KentonganError(f"{what} belum diisi.")
    if len(said) > most:
        raise KentonganError(f"{what} lebih dari {most} huruf.", hint="Persingkat; rinciannya menjadi catatan sendiri.")
    return said


def title_of(kind: str, place: str | None) -> str:
    """A title for an incident nobody has named: its kind and place."""
    words = KIND_WORDS[kind]  # type: ignore[index]
    return (f"{words}: {place}" if place else words)[:MAX_TITLE]
