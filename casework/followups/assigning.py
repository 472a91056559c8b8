"""Gives agencies tasks: about what, on which legal basis, until when.

The police are a case apart. A task for them rests on a case whose law questions are answered, on the grounds that
``evidence.followups`` has from the rulebook; without these grounds it is refused here, whoever asks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

import msgspec
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.agencies import Agency, find_agency
from casework.followups.history import record_act
from casework.followups.legal_basis import BasisFile, use_bases
from casework.followups.objects import check_topic, find_object
from casework.followups.records import FollowUp, ObjectKind, PoliceGrounds, as_followup
from casework.followups.tables import FollowUpRow
from casework.roles import Actor
from casework.verdict_rules import check_text
from kentongan.errors import Conflict, KentonganError, NotAllowed, NotFound
from kentongan.times import to_zone, zone_of
from kentongan.working_days import Calendar

MAX_TITLE: Final = 200
"""Longest title, in characters."""
MAX_WORKING_DAYS: Final = 260
"""Most working days a task may take: about a year; a longer one is a programme, not a follow-up."""

POLICE_NAME: Final = re.compile(
    r"\b(polres|polresta|polrestabes|polsek|polda|polri|kepolisian|reskrim\w*)\b", re.IGNORECASE
)
"""Names of police units. Not "polisi": Satuan Polisi Pamong Praja is an agency of the region."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Until when: a day, or a number of working days after today. Exactly one of the two."""

    on: date | None = None
    working_days: int | None = None


def assign_followup(
    session: Session,
    *,
    kind: ObjectKind,
    object: str,
    agency: str,
    title: str,
    task: str,
    bases: Sequence[str],
    book: BasisFile,
    due: Due,
    calendar: Calendar,
    zone: str,
    actor: Actor,
    now: datetime,
    topic: str | None = None,
    region: str | None = None,
    grounds: PoliceGrounds | None = None,
    sample: bool = False,
    via: str | None = None,
) -> FollowUp:
    """Give an agency (its code, name or alias) a task about a complaint, story, case, incident or topic.

    ``bases`` are keys of ``book``; ``region`` None takes the one its object is in. Raises NotAllowed (also for the
    police without ``grounds``, and for a whistle-blowing complaint), NotFound, Conflict (an agency that is not active,
    a basis that is not in force), KentonganError for what is not complete.
    """
    actor = authorise(session, actor, action="followups.assign", now=now)
    found = find_object(session, kind, object)
    to = find_agency(session, agency)
    if to is None:
        raise NotFound(f"Instansi {agency[:60]!r} tidak ada.", hint="Daftarnya: `kentongan agencies list`.")
    if not to.active:
        raise Conflict(f"{to.name} tidak aktif lagi.", hint="Pilih instansi yang menggantikannya.")
    today = to_zone(now, zone).date()
    police = is_police(to)
    if police:
        check_grounds(to, grounds, kind=kind, case=found.name, now=now)
    elif grounds is not None:
        raise KentonganError(f"{to.name} bukan polisi, jadi tidak memerlukan pertanyaan hukum sebuah kasus.")
    used = use_bases(book, bases, kind="polisi" if police else to.kind, on=today)
    row = FollowUpRow(
        object_kind=kind,
        object=found.name,
        topic=check_topic(topic) if topic else found.name if kind == "topic" else None,
        region=region or found.region,
        agency=to.code,
        title=check_title(title),
        task=check_text("Tugas", task),
        basis=msgspec.to_builtins(used),
        grounds=None if grounds is None else msgspec.to_builtins(grounds),
        due_at=due_moment(due, today=today, calendar=calendar, zone=zone),
        state="assigned",
        assigned_at=now,
        assigned_by=actor.id,
        assigned_name=actor.username,
        sample=sample or found.sample,
    )
    session.add(row)
    session.flush()
    detail = {
        "instansi": to.code,
        "tentang": f"{kind}:{found.name}",
        "dasar": [basis.key for basis in used],
        "tenggat": row.due_at.isoformat(),
    }
    record_act(session, row, act="assigned", note=None, detail=detail, actor=actor, now=now, via=via)
    return as_followup(row)


def is_police(agency: Agency) -> bool:
    """Whether an agency is a police unit: by its kind, and where that was entered wrongly, by its name."""
    names = " ".join((agency.name, *agency.aliases))
    return agency.kind == "polisi" or POLICE_NAME.search(names) is not None


def check_grounds(agency: Agency, grounds: PoliceGrounds | None, *, kind: ObjectKind, case: str, now: datetime) -> None:
    """Raise NotAllowed unless the law questions of this very case opened the way to the police, at this moment."""
    right = grounds is not None and kind == "case" and grounds.case == case and grounds.route == "police"
    if not right or grounds is None or grounds.checked_at != now or not grounds.articles:
        raise NotAllowed(
            f"{agency.name} hanya dapat ditugasi lewat sebuah kasus yang pertanyaan hukumnya sudah dijawab.",
            hint="Buka kasus, jawab `kentongan evidence questions KASUS`, tetapkan jalur polisi, lalu tugaskan dari "
            "kasus itu. Karya pers tidak diserahkan kepada polisi.",
        )


def due_moment(due: Due, *, today: date, calendar: Calendar, zone: str) -> datetime:
    """The midnight that ends the due day, in a zone. Raises KentonganError for a day that is past or too far."""
    if (due.on is None) == (due.working_days is None):
        raise KentonganError("Tenggat belum jelas.", hint="Sebut tanggalnya, atau berapa hari kerja; salah satu.")
    if due.working_days is not None:
        if not 1 <= due.working_days <= MAX_WORKING_DAYS:
            raise KentonganError(f"Tenggat harus 1 sampai {MAX_WORKING_DAYS} hari kerja.")
        day = calendar.add_working_days(today, due.working_days)
    else:
        assert due.on is not None
        day = due.on
        if day < today:
            raise KentonganError(f"Tenggat {day.isoformat()} sudah lewat.", hint="Pilih hari yang akan datang.")
        if day > today + timedelta(days=2 * 365):
            raise KentonganError(f"Tenggat {day.isoformat()} terlalu jauh.", hint="Pilih hari dalam dua tahun ini.")
    return datetime.combine(day + timedelta(days=1), time(), zone_of(zone))


def check_title(title: str) -> str:
    """A title on one line. Raises KentonganError where it is empty or too long."""
    folded = " ".join(check_text("Judul", title).split())
    if len(folded) > MAX_TITLE:
        raise KentonganError(f"Judul terlalu panjang: {len(folded)} karakter, paling banyak {MAX_TITLE}.")
    return folded
