"""Answers a reporter from what is published: our clarification, else a fact-check of the same claim; never from memory.

An answer keeps its words, its source and the source's version. When the source is withdrawn later, the tip is listed
for correction (``answers_to_correct``) and ``correct_answer`` gives the reporter the new answer, or says that the old
one no longer holds and puts the tip back on the clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.roles import Actor
from casework.tip_intake import storable
from casework.tip_sources import Source, find_source, source_holds
from casework.tip_tables import TipAnswerRow, TipRow
from casework.tips import Tip, TipState, add_event, as_tip, lock_row, record_act, tips_alike
from kentongan.errors import Conflict, KentonganError
from kentongan.settings import Settings
from search.store import Store

ANSWERABLE: tuple[TipState, ...] = ("new", "matched")
MAX_NOTE = 2_000
"""Longest note of a person beside an answer, in characters."""
NOTE_MARK = "Catatan petugas (bukan hasil pemeriksaan):"
"""Stands before a person's own words, so that nobody takes them for what was checked."""
WITHDRAWN_WORDS = (
    "Ralat: jawaban kami tertanggal {day} tidak berlaku lagi karena sumbernya sudah ditarik. Laporan Anda kami periksa "
    "kembali; mohon jangan meneruskan jawaban yang lama."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer as it was given."""

    tip: int
    number: int
    """1 for the first answer of a tip; a correction counts on."""
    text: str
    """The whole answer, with the note where there is one."""
    note: str | None
    source: Literal["clarification", "factcheck", "withdrawn"]
    """What it was made from; "withdrawn" says that the answer before it no longer holds."""
    source_document: str | None
    """Document the clarification is about, or the fact-check."""
    source_version: str | None
    url: str | None
    at: datetime
    actor_name: str


def answer_tip(
    session: Session, tip: int, *, store: Store, actor: Actor, now: datetime, note: str = "", via: str | None = None
) -> Answer:
    """Answer the reporter of this tip. Raises NotAllowed, NotFound, Conflict (held, closed, or answered already), and
    KentonganError where nothing published could be answered from, with what to do."""
    actor = authorise(session, actor, action="tips.answer", now=now)
    row = lock_row(session, tip, states=ANSWERABLE, doing="dijawab")
    source = find_source(session, store, as_tip(row))
    return write_answer(session, row, source=source, note=note, actor=actor, now=now, via=via)


def answer_alike(
    session: Session, tip: int, *, store: Store, actor: Actor, now: datetime, note: str = "", via: str | None = None
) -> list[Answer]:
    """Answer this tip and every other that still waits and asks about the same, each reporter for themselves.

    Tips that are held, or for which nothing is published, are left out, but for the first. Raises as ``answer_tip``.
    """
    first = answer_tip(session, tip, store=store, actor=actor, now=now, note=note, via=via)
    answers = [first]
    row = lock_row(session, tip, states=("answered",), doing="dijawab")
    for other in tips_alike(session, as_tip(row)):
        if other.id == tip or other.state not in ANSWERABLE:
            continue
        try:
            with session.begin_nested():
                answers.append(answer_tip(session, other.id, store=store, actor=actor, now=now, note=note, via=via))
        except Conflict:
            continue  # answered by somebody else meanwhile
        except KentonganError as error:
            if type(error) is not KentonganError:
                raise
            # Nothing published matches this one: it stays open, on its own clock.
    return answers


def correct_answer(
    session: Session,
    tip: int,
    *,
    store: Store,
    settings: Settings,
    actor: Actor,
    now: datetime,
    note: str = "",
    via: str | None = None,
) -> Answer:
    """Correct an answer whose source was withdrawn: from what is published now, or by saying that it is void.

    Raises NotAllowed, NotFound, and Conflict where the tip is not answered or its source still holds.
    """
    actor = authorise(session, actor, action="tips.answer", now=now)
    row = lock_row(session, tip, states=("answered",), doing="diralat")
    last = latest_answer(session, tip)
    assert last is not None, "an answered tip has an answer"
    if source_holds(session, store, last.source, document=last.source_document, version=last.source_version):
        raise Conflict(
            f"Sumber jawaban LH-{tip:06d} masih berlaku, jadi tidak ada yang diralat.",
            hint="Yang perlu diralat: `kentongan tips list --to-correct`.",
        )
    try:
        source = find_source(session, store, as_tip(row))
    except KentonganError:
        day = f"{last.at:%d-%m-%Y}"
        void = Source(kind="withdrawn", text=WITHDRAWN_WORDS.format(day=day), document=None, version=None, url=None)
        answer = write_answer(session, row, source=void, note=note, actor=actor, now=now, via=via)
        row.state, row.ended_at, row.due_at = "matched", None, now + timedelta(hours=settings.tip_hours)
        add_event(session, tip, act="reopened", actor=actor, now=now)
        return answer
    return write_answer(session, row, source=source, note=note, actor=actor, now=now, via=via, before="Ralat: ")


def write_answer(
    session: Session,
    row: TipRow,
    *,
    source: Source,
    note: str,
    actor: Actor,
    now: datetime,
    via: str | None,
    before: str = "",
) -> Answer:
    """Keep an answer and end the tip; the caller holds the row and has authorised."""
    note = " ".join(storable(note).split())
    if len(note) > MAX_NOTE:
        raise KentonganError(f"Catatannya {len(note)} huruf.", hint=f"Paling panjang {MAX_NOTE} huruf.")
    text = before + source.text + (f"\n\n{NOTE_MARK} {note}" if note else "")
    given = session.scalar(select(func.count()).select_from(TipAnswerRow).where(TipAnswerRow.tip == row.id)) or 0
    answer = TipAnswerRow(
        tip=row.id,
        number=given + 1,
        text=text,
        note=note or None,
        source=source.kind,
        source_document=source.document,
        source_version=source.version,
        url=source.url,
        at=now,
        actor=actor.id,
        actor_name=actor.username,
    )
    session.add(answer)
    row.state, row.ended_at = "answered", now
    detail: audit.Detail = {
        "jawaban": answer.number,
        "sumber": source.kind,
        "dokumen": source.document,
        "catatan": bool(note),
    }
    session.flush()
    record_act(session, row.id, act="answered", actor=actor, now=now, detail=detail, via=via)
    return as_answer(answer)


def record_sent(session: Session, tip: int, *, how: str, actor: Actor, now: datetime, via: str | None = None) -> None:
    """Note that the newest answer went out to the reporter, and how ("disalin petugas ke WhatsApp").

    Raises NotAllowed, NotFound, and Conflict where there is no answer yet.
    """
    actor = authorise(session, actor, action="tips.answer", now=now)
    lock_row(session, tip, states=("answered", "matched"), doing="dicatat terkirim")
    last = latest_answer(session, tip)
    if last is None:
        raise Conflict(f"Laporan LH-{tip:06d} belum dijawab.", hint=f"Jawab dahulu: `kentongan tips answer {tip}`.")
    sent = " ".join(storable(how).split())[:100]
    detail: audit.Detail = {"jawaban": last.number, "cara": sent}
    record_act(session, tip, act="sent", actor=actor, now=now, detail=detail, via=via)


def list_answers(session: Session, tip: int) -> list[Answer]:
    """All answers of a tip, oldest first."""
    rows = session.scalars(select(TipAnswerRow).where(TipAnswerRow.tip == tip).order_by(TipAnswerRow.number))
    return [as_answer(row) for row in rows]


def latest_answer(session: Session, tip: int) -> Answer | None:
    """The newest answer of a tip; None before the first."""
    chosen = select(TipAnswerRow).where(TipAnswerRow.tip == tip).order_by(TipAnswerRow.number.desc()).limit(1)
    row = session.scalar(chosen)
    return None if row is None else as_answer(row)


def answers_to_correct(session: Session, store: Store | None) -> list[tuple[Tip, Answer]]:
    """Answered tips whose newest answer stands on a source that was withdrawn since, oldest first.

    Without a store only clarifications are looked at, not fact-checks.
    """
    answered = session.scalars(select(TipRow).where(TipRow.state == "answered").order_by(TipRow.id))
    found = []
    known: dict[Sequence[str | None], bool] = {}
    for row in answered:
        last = latest_answer(session, row.id)
        if last is None:
            continue
        key = (last.source, last.source_document, last.source_version)
        if key not in known:
            known[key] = source_holds(
                session, store, last.source, document=last.source_document, version=last.source_version
            )
        if not known[key]:
            found.append((as_tip(row), last))
    return found


def as_answer(row: TipAnswerRow) -> Answer:
    """The row as a record."""
    return Answer(
        tip=row.tip,
        number=row.number,
        text=row.text,
        note=row.note,
        source=cast(Literal["clarification", "factcheck", "withdrawn"], row.source),
        source_document=row.source_document,
        source_version=row.source_version,
        url=row.url,
        at=row.at,
        actor_name=row.actor_name,
    )
