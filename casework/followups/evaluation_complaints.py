"""The figures of an evaluation about complaints: by agency, channel and category.

Everything is read off the history as it stood at the end of the period, so that the report of a past period says the
same whenever it is made, but for complaints that were merged or marked as whistle-blowing since. Left out are
whistle-blowing complaints, those held for a person and merged duplicates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from casework.agency_tables import AgencyRow
from casework.complaints.listing import is_public
from casework.complaints.records import CHANNEL_WORDS, OPEN_STAGES, ComplaintChannel, ComplaintKind, Stage
from casework.complaints.tables import ComplaintEventRow, ComplaintRow
from casework.deadlines import Deadlines
from casework.deadlines.clock import Step, running_clock
from casework.followups.evaluation_tables import Cell, Column, FigureTable, mean_of, median_of, share
from kentongan.complaint_categories import CATEGORIES
from kentongan.times import to_zone

NO_AGENCY: Final = "(belum diteruskan)"
NO_CATEGORY: Final = "(belum ditetapkan)"
TOTAL: Final = "Semua"
ENDED: Final = frozenset({"selesai", "ditutup"})
ANSWERED: Final = frozenset({"diproses", "selesai", "ditutup"})
"""Stages that begin with an agency's answer."""

RECEIVED = Column(name="Masuk", kind="count", definition="Aduan yang diterima dalam masa ini.")
REPLIED = Column(
    name="Dijawab", kind="count",
    definition="Dari yang masuk: yang mendapat jawaban pertama instansi sebelum masa ini berakhir.",
)  # fmt: skip
RATE = Column(name="Laju respons", kind="share", definition="Dijawab dibagi masuk.")
FINISHED = Column(
    name="Selesai", kind="count",
    definition="Aduan, kapan pun diterima, yang selesai dalam masa ini dan masih selesai pada akhirnya.",
)  # fmt: skip
OPEN = Column(name="Terbuka", kind="count", definition="Aduan yang belum berakhir pada akhir masa ini.")
RED = Column(
    name="Kode merah", kind="count",
    definition="Dari yang terbuka: yang tenggatnya lewat pada akhir masa ini.",
)  # fmt: skip
TO_REPLY = Column(
    name="Median hari kerja sampai dijawab", kind="days",
    definition="Hari kerja sesudah hari diterima sampai hari jawaban pertama; dari yang dijawab.",
)  # fmt: skip
TO_END = Column(
    name="Median hari kerja sampai selesai", kind="days",
    definition="Hari kerja sesudah hari diterima sampai hari selesai, jeda ikut terhitung; dari yang selesai.",
)  # fmt: skip
RATING = Column(
    name="Rata-rata nilai", kind="mean",
    definition="Nilai 1 sampai 5 dari pengadu atas aduan yang selesai, sejauh diberi saat laporan dibuat.",
)  # fmt: skip
RATINGS = Column(name="Banyak nilai", kind="count", definition="Berapa aduan yang selesai diberi nilai.")
GROUPS: Final = {
    "Instansi": "Instansi yang memegang aduannya pada akhir masa ini.",
    "Saluran": "Saluran datangnya aduan.",
    "Kategori": "Kategori yang ditetapkan petugas.",
}
FIGURES = (RECEIVED, REPLIED, RATE, FINISHED, OPEN, RED, TO_REPLY, TO_END, RATING, RATINGS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How one complaint went until the end of the period."""

    agency: str
    """Its name."""
    channel: str
    category: str
    received: bool
    """Whether it came in the period."""
    reply_days: int | None
    """Working days until its first answer; None while it has none."""
    end_days: int | None
    """Working days until its end, where it ended in the period."""
    open: bool
    red: bool
    rating: int | None
    sample: bool


def read_courses(session: Session, *, since: datetime, until: datetime, deadlines: Deadlines) -> Iterator[Course]:
    """Every complaint that the period touches: received or finished in it, or open at its end."""
    wanted = and_(
        is_public(),
        ComplaintRow.received_at < until,
        or_(ComplaintRow.received_at >= since, ComplaintRow.finished_at.is_(None), ComplaintRow.finished_at >= since),
    )
    names = {row.code: row.name for row in session.execute(select(AgencyRow.code, AgencyRow.name))}
    columns = (
        ComplaintRow.id, ComplaintRow.agency, ComplaintRow.channel, ComplaintRow.category, ComplaintRow.kind,
        ComplaintRow.received_at, ComplaintRow.rating, ComplaintRow.sample,
    )  # fmt: skip
    steps = read_steps(session, wanted=wanted, until=until)
    for row in session.execute(select(*columns).where(wanted).order_by(ComplaintRow.id)):
        went = steps.get(row.id, [])
        handed = [step.agency for step in went if step.agency is not None]
        code = handed[-1] if handed else row.agency
        yield judge_course(
            went, kind=cast(ComplaintKind, row.kind), received_at=row.received_at, since=since, until=until,
            deadlines=deadlines, agency=names.get(code, NO_AGENCY) if code else NO_AGENCY,
            channel=CHANNEL_WORDS[cast(ComplaintChannel, row.channel)],
            category=CATEGORIES.get(row.category, row.category) if row.category else NO_CATEGORY, rating=row.rating,
            sample=row.sample,
        )  # fmt: skip


def read_steps(session: Session, *, wanted: object, until: datetime) -> Mapping[int, list[Step]]:
    """When each of these complaints came into which stage, oldest first, before ``until``."""
    event = ComplaintEventRow
    chosen = (
        select(event.complaint, event.at, event.stage_to, event.agency)
        .join(ComplaintRow, ComplaintRow.id == event.complaint)
        .where(wanted, event.stage_to.is_not(None), event.at < until)  # type: ignore[arg-type]
        .order_by(event.complaint, event.at, event.id)
    )
    steps: dict[int, list[Step]] = {}
    for complaint, at, stage, agency in session.execute(chosen):
        step = Step(at=at, stage=cast(Stage, stage), agency=agency if stage == "diteruskan" else None)
        steps.setdefault(complaint, []).append(step)
    return steps


def judge_course(
    steps: Sequence[Step], *, kind: ComplaintKind, received_at: datetime, since: datetime, until: datetime,
    deadlines: Deadlines, agency: str, channel: str, category: str, rating: int | None, sample: bool,
) -> Course:  # fmt: skip
    """What became of one complaint by ``until``."""

    def working_days(at: datetime) -> int:
        first, last = (to_zone(moment, deadlines.zone).date() for moment in (received_at, at))
        return max(0, deadlines.calendar.count_working_days(first, last))

    replied = next((step.at for step in steps if step.stage in ANSWERED), None)
    ended = end_of(steps)
    in_period = ended is not None and since <= ended
    is_open = bool(steps) and steps[-1].stage in OPEN_STAGES
    clock = None
    if is_open:
        clock = running_clock(
            steps, kind=kind, rules=deadlines.rules, calendar=deadlines.calendar, zone=deadlines.zone
        )  # fmt: skip
    return Course(
        agency=agency, channel=channel, category=category, received=received_at >= since,
        reply_days=None if replied is None else working_days(replied),
        end_days=working_days(ended) if ended is not None and in_period else None, open=is_open,
        red=clock is not None and clock.due_at is not None and clock.due_at <= until,
        rating=rating if in_period else None, sample=sample,
    )  # fmt: skip


def end_of(steps: Sequence[Step]) -> datetime | None:
    """When it came to the end it is still at; None where it is not finished."""
    ended = None
    for step in reversed(steps):
        if step.stage not in ENDED:
            break
        ended = step.at
    return ended


def complaint_tables(courses: Sequence[Course]) -> list[FigureTable]:
    """The tables about complaints, each with the sum of all below."""
    return [
        tabulate(courses, key="Aduan per instansi", heading="Instansi", of=lambda one: one.agency),
        tabulate(courses, key="Aduan per saluran", heading="Saluran", of=lambda one: one.channel),
        tabulate(courses, key="Aduan per kategori", heading="Kategori", of=lambda one: one.category),
    ]


def tabulate(courses: Sequence[Course], *, key: str, heading: str, of: Callable[[Course], str]) -> FigureTable:
    """Figures by one property, most received first; the last row is of all."""
    groups: dict[str, list[Course]] = {}
    for course in courses:
        groups.setdefault(of(course), []).append(course)
    rows = [(name, *figures(group)) for name, group in groups.items()]
    rows.sort(key=lambda row: (-cast(int, row[1]), row[0]))
    first = Column(name=heading, kind="text", definition=GROUPS[heading])
    return FigureTable(
        key=key, title=key, columns=(first, *FIGURES), rows=(*rows, (TOTAL, *figures(courses))) if rows else (),
    )  # fmt: skip


def figures(courses: Sequence[Course]) -> tuple[Cell, ...]:
    """The figures of a group, in the order of FIGURES."""
    received = [one for one in courses if one.received]
    replied = [one.reply_days for one in received if one.reply_days is not None]
    ended = [one.end_days for one in courses if one.end_days is not None]
    ratings = [one.rating for one in courses if one.rating is not None]
    return (
        len(received), len(replied), share(len(replied), len(received)), len(ended),
        sum(one.open for one in courses), sum(one.red for one in courses), median_of(replied), median_of(ended),
        mean_of(ratings), len(ratings),
    )  # fmt: skip
