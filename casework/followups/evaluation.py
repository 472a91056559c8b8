"""Evaluates a period: what came in, what was answered, what is late, with the definition of every figure.

Nothing in it names a person, and no whistle-blowing complaint is in any figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from casework.access import authorise
from casework.audit import record
from casework.deadlines import Deadlines
from casework.followups.evaluation_complaints import Course, complaint_tables, read_courses
from casework.followups.evaluation_desk import desk_tables
from casework.followups.evaluation_tables import Column, Evaluation, FigureTable
from casework.roles import Actor
from kentongan.errors import KentonganError
from kentongan.schema import Gap, Query, require_aware
from kentongan.times import format_day, to_zone
from search.store import Store

LEFT_OUT = (
    "Laporan rahasia (whistle-blowing), aduan yang ditahan untuk diperiksa, dan aduan yang digabung dengan aduan lain "
    "tidak dihitung."
)


def evaluate_period(
    session: Session,
    store: Store,
    *,
    since: datetime,
    until: datetime,
    deadlines: Deadlines,
    actor: Actor,
    now: datetime,
    via: str | None = None,
) -> Evaluation:
    """Every figure of [since, until). Raises NotAllowed, KentonganError for a period that is empty or not over."""
    actor = authorise(session, actor, action="reports.make", now=now)
    require_aware("since", since)
    require_aware("until", until)
    if since >= until:
        raise KentonganError("Masanya kosong.", hint="Hari terakhir tidak boleh sebelum hari pertama.")
    if until > now + timedelta(days=1):
        raise KentonganError("Masanya belum berakhir.", hint="Pilih hari terakhir yang tidak sesudah hari ini.")
    courses = list(read_courses(session, since=since, until=min(until, now), deadlines=deadlines))
    gaps = store.gaps(since=since, until=until)
    sources = [bucket.key[0] for bucket in store.count(Query(since=since, until=until), by=("source",))]
    made = Evaluation(
        since=since,
        until=until,
        made_at=now,
        tables=(
            *complaint_tables(courses),
            *desk_tables(session, gaps=gaps, sources=sources, since=since, until=until),
        ),
        notes=tuple(notes_of(courses, gaps, deadlines=deadlines, since=since, until=until)),
        sample=any(course.sample for course in courses),
    )
    detail = {"dari": since.isoformat(), "sampai": until.isoformat(), "lewat": via}
    record(session, actor, action="reports.evaluate", object="evaluation", detail=detail, now=now)
    return made


def notes_of(
    courses: Sequence[Course], gaps: Sequence[Gap], *, deadlines: Deadlines, since: datetime, until: datetime
) -> Iterable[str]:
    """What a reader should know before reading the figures."""
    yield LEFT_OUT
    first, last = (to_zone(moment, deadlines.zone).date() for moment in (since, until - timedelta(seconds=1)))
    yield from deadlines.calendar.warn([first, last])
    if gaps:
        yield "Pengumpulan unggahan tidak utuh dalam masa ini; lihat tabel cakupan sebelum membandingkan."
    if any(course.sample for course in courses):
        yield "Angka ini memuat data contoh (rekaan)."


def definition_table(evaluation: Evaluation) -> FigureTable:
    """Every column of every table with what it counts."""
    rows = tuple(
        (table.title, column.name, column.definition) for table in evaluation.tables for column in table.columns
    )
    words = Column(name="", kind="text", definition="")
    return FigureTable(
        key="Definisi",
        title="Definisi",
        columns=tuple(
            Column(name=name, kind=words.kind, definition="") for name in ("Tabel", "Kolom", "Yang dihitung")
        ),
        rows=rows,
    )


def period_words(evaluation: Evaluation, *, zone: str) -> str:
    """The period for a person: "1 Oktober 2026 sampai 31 Oktober 2026"."""
    last = format_day(evaluation.until - timedelta(seconds=1), zone=zone)
    return f"{format_day(evaluation.since, zone=zone)} sampai {last}"
