"""What is done with a rumour of danger: raise it, pass it to another agency, let its clock run out, answer it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.agencies import agencies_for_danger, get_agency, require_agency
from casework.db import expect_version
from casework.incidents.dangers import (
    CLOCK,
    STATE_WORDS,
    UNANSWERED,
    Answer,
    Danger,
    as_danger,
    lock_danger,
)
from casework.incidents.records import TAKES_OVER, Incident, Level
from casework.incidents.room import MAX_ENTRY, checked_text, link_object, open_incident, title_of
from casework.incidents.tables import DangerDocumentRow, DangerEventRow, DangerRow
from casework.roles import Actor
from casework.stories import find_story
from casework.tip_intake import storable
from kentongan.errors import Conflict, KentonganError
from kentongan.masking import mask_words

MAX_WORDS = 1_000
"""Most characters kept of a document's words: what an agency reads on a phone."""
ANSWERS: Sequence[Answer] = ("confirmed", "denied", "unclear")


def raise_danger(
    session: Session,
    document: str,
    *,
    danger: str,
    words: str,
    reasons: Sequence[str],
    region: str | None,
    actor: Actor,
    now: datetime,
    agency: str | None = None,
    sample: bool = False,
    via: str | None = None,
) -> Danger:
    """Ask the agency responsible whether it is so; its clock starts now.

    ``agency`` names another one than the first that can answer for this danger in this region. Raises NotAllowed,
    NotFound, KentonganError for an unknown danger, and Conflict where the document waits for an answer already.
    """
    from analysis.danger import DANGERS

    actor = authorise(session, actor, action="dangers.raise", now=now)
    if danger not in DANGERS:
        raise KentonganError(f"Bahaya {danger!r} tidak dikenal.", hint=f"Pilih salah satu: {', '.join(DANGERS)}.")
    waiting = session.scalar(
        select(DangerRow)
        .join(DangerDocumentRow, DangerDocumentRow.danger == DangerRow.id)
        .where(DangerDocumentRow.document == document, DangerRow.danger == danger, DangerRow.state.in_(UNANSWERED))
    )
    if waiting is not None:
        raise Conflict(
            f"Kabar ini sudah menunggu jawaban instansi (KB-{waiting.id:06d}).",
            hint=f"Lihat: `kentongan dangers show {waiting.id}`.",
        )
    asked = get_agency(session, agency).code if agency else None
    if asked is None:
        able = agencies_for_danger(session, danger, region=region)
        asked = able[0].code if able else None
    row = DangerRow(
        danger=danger,
        document=document,
        story=find_story(session, document),
        region=region,
        agency=asked,
        words=mask_words(storable(words))[:MAX_WORDS],
        reasons=list(reasons),
        raised_at=now,
        raised_name=actor.username,
        due_at=now + CLOCK,
        state="waiting",
        sample=sample,
    )
    session.add(row)
    session.flush()
    session.add(DangerDocumentRow(danger=row.id, document=document, at=now))
    detail = {"bahaya": danger, "dokumen": document, "instansi": asked, "wilayah": region}
    note_danger(session, row.id, act="raised", actor=actor, now=now, detail=detail, via=via)
    return as_danger(row, now=now)


def join_documents(session: Session, danger: int, documents: Iterable[str], *, actor: Actor, now: datetime) -> int:
    """Count further documents that say it to a danger; returns how many were new. Raises NotAllowed."""
    actor = authorise(session, actor, action="dangers.raise", now=now)
    known = set(session.scalars(select(DangerDocumentRow.document).where(DangerDocumentRow.danger == danger)))
    fresh = sorted(set(documents) - known)
    session.add_all(DangerDocumentRow(danger=danger, document=document, at=now) for document in fresh)
    if fresh:
        event(session, danger, act="joined", actor=actor, now=now, detail={"dokumen": len(fresh)})
    session.flush()
    return len(fresh)


def move_danger(
    session: Session,
    danger: int,
    *,
    agency: str,
    reason: str,
    version: int,
    actor: Actor,
    now: datetime,
    via: str | None = None,
) -> Danger:
    """Pass a danger that waits to another agency; the clock runs on. Raises NotAllowed, NotFound and Conflict."""
    actor = authorise(session, actor, action="dangers.answer", now=now)
    row = lock_danger(session, danger)
    expect_version(f"Kabar bahaya KB-{danger:06d}", read=version, stored=row.version)
    require_agency(session, actor, row.agency)
    require_unanswered(row, now=now)
    chosen = get_agency(session, agency)
    said = checked_text(reason, "Alasan", most=500)
    detail = {"dari": row.agency, "ke": chosen.code, "alasan": said}
    row.agency = chosen.code
    session.flush()
    note_danger(session, danger, act="moved", actor=actor, now=now, detail=detail, via=via)
    return as_danger(row, now=now)


def expire_dangers(session: Session, *, actor: Actor, now: datetime) -> list[Danger]:
    """Write down which clocks ran out, for leadership; returns those that did since last time. Raises NotAllowed."""
    actor = authorise(session, actor, action="dangers.raise", now=now)
    late = select(DangerRow).where(DangerRow.state == "waiting", DangerRow.due_at <= now).order_by(DangerRow.id)
    rows = session.scalars(late.with_for_update()).all()
    for row in rows:
        row.state = "expired"
        detail = {"instansi": row.agency, "batas": row.due_at.isoformat()}
        note_danger(session, row.id, act="expired", actor=actor, now=now, detail=detail, via=None)
    session.flush()
    return [as_danger(row, now=now) for row in rows]


def answer_danger(
    session: Session,
    danger: int,
    *,
    answer: Answer,
    text: str,
    source: str,
    version: int,
    actor: Actor,
    now: datetime,
    via: str | None = None,
) -> Danger:
    """Give the agency's word: what is so, and whom it rests on. Late is better than never, so an expired one too.

    By a petugas of that agency or of the command centre, or leadership. Raises NotAllowed, NotFound, Conflict, and
    KentonganError for an unknown answer or where text or source are missing.
    """
    actor = authorise(session, actor, action="dangers.answer", now=now)
    if answer not in ANSWERS:
        raise KentonganError(f"Jawaban {answer!r} tidak dikenal.", hint=f"Pilih salah satu: {', '.join(ANSWERS)}.")
    row = lock_danger(session, danger)
    expect_version(f"Kabar bahaya KB-{danger:06d}", read=version, stored=row.version)
    require_agency(session, actor, row.agency)
    late = require_unanswered(row, now=now)
    row.answer = checked_text(text, "Jawaban", most=MAX_ENTRY)
    row.answer_source = checked_text(source, "Sumber jawaban", most=500)
    row.state, row.answered_at, row.answered_name = answer, now, actor.username
    session.flush()
    detail: dict[str, str | bool | None] = {"jawaban": answer, "sumber": row.answer_source, "terlambat": late}
    note_danger(session, danger, act="answered", actor=actor, now=now, detail=detail, via=via)
    return as_danger(row, now=now)


def open_on_danger(
    session: Session,
    danger: int,
    *,
    actor: Actor,
    now: datetime,
    place: str | None = None,
    level: Level = TAKES_OVER,
    via: str | None = None,
) -> Incident:
    """Open an incident on a danger that was confirmed, linked to it and to its document; ``place`` in words.

    Raises NotAllowed, NotFound, and Conflict where it is not confirmed, or has its incident already.
    """
    actor = authorise(session, actor, action="incidents.open", now=now)
    row = lock_danger(session, danger)
    if row.state != "confirmed":
        raise Conflict(
            f"Kabar bahaya KB-{danger:06d} belum dipastikan benar, jadi belum membuka insiden.",
            hint="Insiden atas dugaan dibuka tersendiri, dengan tombol di halaman Insiden.",
        )
    if row.incident is not None:
        raise Conflict(f"Kabar bahaya KB-{danger:06d} sudah membuka INS-{row.incident:06d}.")
    incident = open_incident(
        session, title=title_of(row.danger, place), kind=row.danger, level=level, region=row.region,
        place=place, actor=actor, now=now, sample=row.sample, via=via,
    )  # fmt: skip
    row.incident = incident.id
    for kind, object in (("bahaya", str(danger)), ("dokumen", row.document)):
        link_object(session, incident.id, kind=kind, object=object, actor=actor, now=now, via=via)
    note_danger(session, danger, act="incident", actor=actor, now=now, detail={"insiden": incident.id}, via=via)
    return incident


def require_unanswered(row: DangerRow, *, now: datetime) -> bool:
    """Whether its clock has run out. Raises Conflict where it is answered."""
    found = as_danger(row, now=now)
    if found.state not in UNANSWERED:
        raise Conflict(
            f"Kabar bahaya {found.number} sudah {STATE_WORDS[found.state]} oleh {found.answered_name}.",
            hint=f"Lihat: `kentongan dangers show {found.id}`.",
        )
    return found.state == "expired"


def note_danger(
    session: Session, danger: int, *, act: str, actor: Actor, now: datetime, detail: audit.Detail, via: str | None
) -> None:
    """Note what was done, in the danger's history and in the audit."""
    full = audit.with_way(detail, via)
    event(session, danger, act=act, actor=actor, now=now, detail=full)
    audit.record(session, actor, action=f"dangers.{act}", object=f"danger:{danger}", detail=full, now=now)


def event(
    session: Session, danger: int, *, act: str, actor: Actor, now: datetime, detail: Mapping[str, object]
) -> None:
    session.add(
        DangerEventRow(danger=danger, at=now, act=act, actor=actor.id, actor_name=actor.username, detail=dict(detail))
    )
