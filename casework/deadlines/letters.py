"""Letters of reprimand (surat teguran): drafted from what an agency is late with, approved by leadership, printed.

A letter keeps what it says; the PDF is made from that, the same bytes each time. It names complaints by number and
date, never their words or who filed them, and no secret one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.agencies import Agency, get_agency, require_agency
from casework.agency_tables import AgencyLetterRow
from casework.audit import record, with_way
from casework.complaints.records import KIND_WORDS, STAGE_WORDS
from casework.db import expect_version
from casework.deadlines import Deadlines
from casework.deadlines.board import OWNER, LateComplaint, list_late, warn_of
from casework.deadlines.clock import due_day
from casework.deadlines.digest import name_day
from casework.deadlines.rules import CLOCK_WORDS
from casework.papers import make_pdf
from casework.people import check_words
from casework.roles import Actor
from casework.tables import PersonRow
from kentongan.errors import Conflict, NotFound
from kentongan.times import format_day, format_time, to_zone, zone_of

TEMPLATE: Final = "surat-teguran"
ANSWER_DAYS: Final = 3
"""Within how many working days the letter asks for an answer; a usual wish, no rule."""
MOST_LINES: Final = 300
"""Most complaints a letter lists, about eight pages; how many more there are it says in a sentence."""

LetterState = Literal["draf", "disetujui", "dibatalkan"]
MARKS: Final[dict[LetterState, tuple[str | None, str | None]]] = {
    "draf": ("DRAF", "DRAF, BELUM DISETUJUI PIMPINAN"),
    "disetujui": (None, None),
    "dibatalkan": ("BATAL", "DIBATALKAN"),
}
"""What lies under a letter's words, and the same in words at its head."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter as it was when read."""

    id: int
    number: str
    """As the office numbers its letters ("500.12/17/2026"); unique."""
    agency: str
    """Code."""
    state: LetterState
    matter: Mapping[str, Any]
    """What it prints, by the template's names."""
    made_at: datetime
    made_by: str
    made_name: str
    signed_at: datetime | None
    signed_name: str | None
    """Name of who approved it."""
    version: int


def draft_letter(
    session: Session,
    agency: str,
    *,
    number: str,
    organisation: str,
    deadlines: Deadlines,
    actor: Actor,
    now: datetime,
    via: str | None = None,
) -> Letter:
    """Draft a letter to an agency (code or name) about everything it is late with now.

    Raises NotAllowed (a ``petugas`` of the command centre, or leadership), NotFound, Conflict where the number is taken
    or nothing is late.
    """
    actor = authorise(session, actor, action="deadlines.letter", now=now)
    require_agency(session, actor, None)
    found = get_agency(session, agency)
    number = check_words("Nomor surat", number)[:100]
    if session.scalar(select(AgencyLetterRow.id).where(AgencyLetterRow.number == number)) is not None:
        raise Conflict(f"Nomor surat {number} sudah dipakai.", hint="Beri nomor berikutnya.")
    late = list_late(session, OWNER.is_not_distinct_from(found.code), now=now, deadlines=deadlines)
    if not late:
        raise Conflict(f"{found.name} tidak punya aduan yang lewat tenggat.", hint="Lihat `kentongan deadlines board`.")
    row = AgencyLetterRow(
        number=number,
        agency=found.code,
        state="draf",
        matter=write_matter(found, late, number=number, organisation=organisation, deadlines=deadlines, now=now),
        made_at=now,
        made_by=actor.id,
        made_name=name_of(session, actor),
    )
    session.add(row)
    session.flush()
    _audit(session, actor, "deadlines.letter", row, {"instansi": found.code, "aduan": len(late)}, now=now, via=via)
    session.refresh(row)
    return as_letter(row)


def sign_letter(
    session: Session,
    letter: int,
    *,
    deadlines: Deadlines,
    actor: Actor,
    version: int,
    now: datetime,
    via: str | None = None,
) -> Letter:
    """Leadership approves a draft: the mark DRAF goes, their name comes.

    Raises NotAllowed, NotFound, Conflict where it is no draft, changed meanwhile, or names a complaint that is no
    longer late: nobody is reprimanded for what was answered.
    """
    actor = authorise(session, actor, action="deadlines.sign", now=now)
    row = _open_draft(session, letter, version=version)
    listed = {line["number"] for line in row.matter["complaints"]}
    late = list_late(session, OWNER.is_not_distinct_from(row.agency), now=now, deadlines=deadlines)
    settled = sorted(listed - {one.number for one in late})
    if settled:
        raise Conflict(
            f"{len(settled)} aduan dalam surat {row.number} tidak lagi lewat tenggat ({', '.join(settled[:5])}).",
            hint="Batalkan draf ini dan buat yang baru.",
        )
    row.state, row.signed_at, row.signed_by, row.signed_name = "disetujui", now, actor.id, name_of(session, actor)
    session.flush()
    _audit(session, actor, "deadlines.sign", row, {"instansi": row.agency}, now=now, via=via)
    return as_letter(row)


def drop_letter(
    session: Session, letter: int, *, actor: Actor, version: int, now: datetime, via: str | None = None
) -> Letter:
    """Drop a draft; its number stays used. Raises as ``sign_letter`` does."""
    actor = authorise(session, actor, action="deadlines.letter", now=now)
    require_agency(session, actor, None)
    row = _open_draft(session, letter, version=version)
    row.state = "dibatalkan"
    session.flush()
    _audit(session, actor, "deadlines.drop_letter", row, {"instansi": row.agency}, now=now, via=via)
    return as_letter(row)


def get_letter(session: Session, letter: int | str) -> Letter:
    """The letter of this id, or of this number. Raises NotFound."""
    return as_letter(_get_row(session, letter))


def list_letters(session: Session, *, agency: str | None = None, state: LetterState | None = None) -> list[Letter]:
    """Letters, newest first, to one agency (code), or in one state."""
    chosen = select(AgencyLetterRow).order_by(AgencyLetterRow.id.desc())
    if agency is not None:
        chosen = chosen.where(AgencyLetterRow.agency == agency)
    if state is not None:
        chosen = chosen.where(AgencyLetterRow.state == state)
    return [as_letter(row) for row in session.scalars(chosen)]


def print_letter(letter: Letter) -> bytes:
    """The letter as PDF/A-2b, marked DRAF until leadership approved it; the same bytes each time."""
    signed = letter.signed_at
    mark, mark_words = MARKS[letter.state]
    zone = letter.matter["zone"]
    approved = None if signed is None else f"Disetujui {format_time(signed, zone=zone)}"
    date_ = format_day(signed or letter.made_at, zone=zone)
    values = {
        **letter.matter,
        "mark": mark,
        "mark_words": mark_words,
        "signer": letter.signed_name,
        "approved": approved,
        "date": date_,
    }
    return make_pdf(TEMPLATE, values, now=signed or letter.made_at)


def write_matter(
    agency: Agency,
    late: Sequence[LateComplaint],
    *,
    number: str,
    organisation: str,
    deadlines: Deadlines,
    now: datetime,
) -> dict[str, Any]:
    """What a letter prints: plain values by the template's names."""
    zone = deadlines.zone
    place = zone_of(zone)
    today = now.astimezone(place).date()
    sources = sorted(
        {
            deadlines.rules.find(one.clock, one.kind, received=one.received_at.astimezone(place).date()).source
            for one in late
        }
    )
    counts = Counter(CLOCK_WORDS[one.clock] for one in late)
    return {
        "title": f"Surat teguran {agency.name}",
        "number": number,
        "organisation": organisation,
        "agency": agency.name,
        "as_of": format_time(now, zone=zone),
        "zone": zone,
        "sample": any(one.sample for one in late),
        "total": len(late),
        "counts": [f"{count} tenggat {what}" for what, count in counts.most_common()],
        "complaints": [_line(one, zone=zone) for one in late[:MOST_LINES]],
        "more": len(late) - MOST_LINES if len(late) > MOST_LINES else None,
        "answer_by": name_day(deadlines.calendar.add_working_days(today, ANSWER_DAYS)),
        "answer_days": ANSWER_DAYS,
        "sources": sources,
        "warnings": list(warn_of(list(late), now=now, deadlines=deadlines)),
    }


def name_of(session: Session, actor: Actor) -> str:
    """The full name of who acts; of the system its user name."""
    person = session.get(PersonRow, actor.id)
    return person.name if person is not None else actor.username


def as_letter(row: AgencyLetterRow) -> Letter:
    """The row as a record."""
    return Letter(
        id=row.id,
        number=row.number,
        agency=row.agency,
        state=cast(LetterState, row.state),
        matter=row.matter,
        made_at=row.made_at,
        made_by=row.made_by,
        made_name=row.made_name,
        signed_at=row.signed_at,
        signed_name=row.signed_name,
        version=row.version,
    )


def _line(one: LateComplaint, *, zone: str) -> dict[str, str]:
    return {
        "number": one.number,
        "received": f"{to_zone(one.received_at, zone):%d-%m-%Y}",
        "kind": KIND_WORDS[one.kind],
        "owed": CLOCK_WORDS[one.clock],
        "stage": STAGE_WORDS[one.stage],
        "due": f"{due_day(one.due_at, zone):%d-%m-%Y}",
        "late": str(one.days_late),
    }


def _get_row(session: Session, letter: int | str, *, hold: bool = False) -> AgencyLetterRow:
    chosen = select(AgencyLetterRow).where(
        AgencyLetterRow.id == letter if isinstance(letter, int) else AgencyLetterRow.number == letter
    )
    row = session.scalar(chosen.with_for_update() if hold else chosen, execution_options={"populate_existing": True})
    if row is None:
        raise NotFound(f"Surat {letter} tidak ada.", hint="Daftarnya: `kentongan deadlines letters`.")
    return row


def _open_draft(session: Session, letter: int, *, version: int) -> AgencyLetterRow:
    row = _get_row(session, letter, hold=True)
    expect_version(f"Surat {row.number}", read=version, stored=row.version)
    if row.state != "draf":
        raise Conflict(f"Surat {row.number} sudah {row.state}.")
    return row


def _audit(
    session: Session,
    actor: Actor,
    action: str,
    row: AgencyLetterRow,
    detail: dict[str, str | int],
    *,
    now: datetime,
    via: str | None,
) -> None:
    record(session, actor, action=action, object=f"letter:{row.id}", detail=with_way(detail, via), now=now)
