"""The figures of an evaluation beside complaints: hoax desk, follow-ups, clarifications, incidents, collection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from casework.agency_tables import AgencyRow
from casework.followups.clarifications import is_visible_draft
from casework.followups.evaluation_complaints import TOTAL
from casework.followups.evaluation_tables import Cell, Column, FigureTable, median_of, share
from casework.followups.history import is_visible
from casework.followups.tables import DraftRow, FollowUpRow, PublicationRow
from casework.incidents.records import KIND_WORDS as INCIDENT_WORDS
from casework.incidents.records import IncidentKind
from casework.incidents.tables import IncidentRow
from casework.tip_tables import TipRow
from casework.tips import CHANNEL_WORDS as TIP_WORDS
from casework.tips import Channel as TipChannel
from casework.verdict_rules import CHANNELS, STATUS_WORDS, Status
from casework.verdict_tables import DecisionRow, EventRow
from kentongan.schema import Gap

HOUR: Final = timedelta(hours=1)


def desk_tables(
    session: Session, *, gaps: Sequence[Gap], sources: Sequence[str], since: datetime, until: datetime
) -> list[FigureTable]:
    """The tables beside complaints. ``gaps`` are those of the period, ``sources`` what was collected from."""
    return [
        tip_table(session, since=since, until=until),
        verdict_table(session, since=since, until=until),
        followup_table(session, since=since, until=until),
        clarification_table(session, since=since, until=until),
        incident_table(session, since=since, until=until),
        coverage_table(gaps, sources, since=since, until=until),
    ]


def tip_table(session: Session, *, since: datetime, until: datetime) -> FigureTable:
    """Tips of citizens by channel."""
    rows = session.execute(
        select(TipRow.channel, TipRow.received_at, TipRow.state, TipRow.ended_at, TipRow.due_at).where(
            TipRow.received_at >= since, TipRow.received_at < until
        )
    ).all()
    groups: dict[str, list[tuple[datetime, datetime | None, datetime]]] = {}
    for row in rows:
        answered = row.ended_at if row.state == "answered" and row.ended_at < until else None
        groups.setdefault(TIP_WORDS[cast(TipChannel, row.channel)], []).append((row.received_at, answered, row.due_at))

    def count(found: Sequence[tuple[datetime, datetime | None, datetime]]) -> tuple[Cell, ...]:
        times = [(answered - received) / HOUR for received, answered, _ in found if answered is not None]
        in_time = sum(answered is not None and answered <= due for _, answered, due in found)
        return len(found), len(times), share(len(times), len(found)), in_time, median_of(times)

    lines = sorted((name, *count(found)) for name, found in groups.items())
    total = (TOTAL, *count([one for found in groups.values() for one in found]))
    return FigureTable(
        key="Laporan hoaks",
        title="Laporan dugaan hoaks dari warga",
        columns=(
            Column(name="Saluran", kind="text", definition="Saluran datangnya laporan."),
            Column(name="Masuk", kind="count", definition="Laporan yang diterima dalam masa ini."),
            Column(name="Dijawab", kind="count", definition="Dari yang masuk: yang dijawab sebelum masa ini berakhir."),
            Column(name="Laju jawaban", kind="share", definition="Dijawab dibagi masuk."),
            Column(name="Tepat waktu", kind="count", definition="Dari yang dijawab: sebelum batas jamnya."),
            Column(name="Median jam sampai dijawab", kind="hours", definition="Jam dari diterima; dari yang dijawab."),
        ),
        rows=(*lines, total) if lines else (),
    )


def verdict_table(session: Session, *, since: datetime, until: datetime) -> FigureTable:
    """Verdicts that two persons reached, by outcome."""
    chosen = (
        select(DecisionRow.status, func.count(func.distinct(EventRow.id)))
        .join(EventRow, (EventRow.review == DecisionRow.review) & (EventRow.round == DecisionRow.round))
        .where(EventRow.act == "agreed", EventRow.at >= since, EventRow.at < until)
        .group_by(DecisionRow.status)
    )
    counted = {STATUS_WORDS[cast(Status, status)]: count for status, count in session.execute(chosen)}
    withdrawn = count_rows(
        session, select(EventRow.id).where(EventRow.act == "withdrawn", EventRow.at >= since, EventRow.at < until)
    )
    rows = [*sorted(counted.items()), (TOTAL, sum(counted.values())), ("dicabut", withdrawn)]
    return FigureTable(
        key="Putusan",
        title="Putusan dua orang atas cerita",
        columns=(
            Column(name="Putusan", kind="text", definition="Apa yang ditetapkan; dicabut disebut tersendiri."),
            Column(name="Banyak", kind="count", definition="Putusan yang disepakati (atau dicabut) dalam masa ini."),
        ),
        rows=tuple(rows) if counted or withdrawn else (),
    )


def followup_table(session: Session, *, since: datetime, until: datetime) -> FigureTable:
    """Tasks by agency, as they stand when the report is made."""
    row = FollowUpRow
    chosen = (
        select(AgencyRow.name, row.assigned_at, row.answered_at, row.ended_at, row.state, row.due_at)
        .join(AgencyRow, AgencyRow.code == row.agency)
        .where(is_visible(), row.assigned_at < until)
    )
    counts: dict[str, Counter[str]] = {}
    days: dict[str, list[float]] = {}
    for name, assigned, answered, ended, state, due in session.execute(chosen):
        one = counts.setdefault(name, Counter())
        one["given"] += assigned >= since
        if answered is not None and since <= answered < until:
            one["answered"] += 1
            days.setdefault(name, []).append((answered - assigned) / timedelta(days=1))
        one["closed"] += state == "closed" and ended is not None and since <= ended < until
        reached = answered if answered is not None else ended
        one["late"] += due <= until and (reached is None or reached >= until)
    counts = {name: one for name, one in counts.items() if one.total()}
    columns = ("given", "answered", "closed", "late")
    rows: list[tuple[Cell, ...]] = [
        (name, *(counts[name][what] for what in columns), median_of(days.get(name, []))) for name in sorted(counts)
    ]
    if rows:
        whole = sum(counts.values(), Counter())
        every = [one for found in days.values() for one in found]
        rows.append((TOTAL, *(whole[what] for what in columns), median_of(every)))
    return FigureTable(
        key="Tindak lanjut",
        title="Tindak lanjut per instansi",
        columns=(
            Column(name="Instansi", kind="text", definition="Instansi yang ditugasi."),
            Column(name="Ditugaskan", kind="count", definition="Tugas yang diberikan dalam masa ini."),
            Column(name="Dijawab", kind="count", definition="Tugas, kapan pun diberikan, yang dijawab dalam masa ini."),
            Column(name="Selesai", kind="count", definition="Tugas yang ditutup dalam masa ini."),
            Column(
                name="Lewat tenggat", kind="count",
                definition="Tugas yang tenggatnya lewat dan belum dijawab pada akhir masa ini.",
            ),
            Column(
                name="Median hari sampai dijawab", kind="days",
                definition="Hari kalender dari ditugaskan; dari yang dijawab.",
            ),
        ),
        rows=tuple(rows),
    )  # fmt: skip


def clarification_table(session: Session, *, since: datetime, until: datetime) -> FigureTable:
    """Clarifications by step, and publications by channel."""
    draft = DraftRow

    def within(column: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]) -> int:
        return count_rows(session, select(draft.id).where(is_visible_draft(), column >= since, column < until))

    rows: list[tuple[Cell, ...]] = [
        ("disusun", within(draft.drafted_at)),
        ("disetujui", within(draft.approved_at)),
        ("terbit", within(draft.published_at)),
        ("ditarik", within(draft.retracted_at)),
    ]
    chosen = (
        select(PublicationRow.channel, func.count())
        .join(draft, draft.id == PublicationRow.draft)
        .where(is_visible_draft(), PublicationRow.at >= since, PublicationRow.at < until)
        .group_by(PublicationRow.channel)
    )
    out = sorted((f"terbit di {CHANNELS[channel]}", count) for channel, count in session.execute(chosen))
    return FigureTable(
        key="Klarifikasi",
        title="Klarifikasi",
        columns=(
            Column(name="Langkah", kind="text", definition="Yang terjadi pada klarifikasi, atau tempat terbitnya."),
            Column(
                name="Banyak", kind="count",
                definition="Klarifikasi yang sampai di langkah itu dalam masa ini, menurut keadaan saat laporan "
                "dibuat; per saluran dihitung setiap terbitnya.",
            ),
        ),
        rows=(*rows, *out) if any(count for _, count in (*rows, *out)) else (),
    )  # fmt: skip


def incident_table(session: Session, *, since: datetime, until: datetime) -> FigureTable:
    """Incidents by kind."""
    row = IncidentRow
    chosen = select(row.kind, row.opened_at, row.closed_at).where(row.opened_at < until, row.state != "merged")
    counts: dict[str, Counter[str]] = {}
    hours: dict[str, list[float]] = {}
    for kind, opened, closed in session.execute(chosen):
        name = INCIDENT_WORDS[cast(IncidentKind, kind)]
        one = counts.setdefault(name, Counter())
        one["opened"] += opened >= since
        if closed is not None and since <= closed < until:
            one["closed"] += 1
            hours.setdefault(name, []).append((closed - opened) / HOUR)
        one["open"] += closed is None or closed >= until
    rows: list[tuple[Cell, ...]] = [
        (name, one["opened"], one["closed"], one["open"], median_of(hours.get(name, [])))
        for name, one in sorted(counts.items())
        if one.total()
    ]
    return FigureTable(
        key="Insiden",
        title="Insiden",
        columns=(
            Column(name="Jenis", kind="text", definition="Jenis insiden; yang digabungkan tidak dihitung."),
            Column(name="Dibuka", kind="count", definition="Insiden yang dibuka dalam masa ini."),
            Column(name="Ditutup", kind="count", definition="Insiden, kapan pun dibuka, yang ditutup dalam masa ini."),
            Column(name="Masih terbuka", kind="count", definition="Pada akhir masa ini."),
            Column(name="Median jam sampai ditutup", kind="hours", definition="Jam dari dibuka; dari yang ditutup."),
        ),
        rows=tuple(rows),
    )


def coverage_table(
    gaps: Sequence[Gap], sources: Sequence[str], *, since: datetime, until: datetime
) -> FigureTable:  # fmt: skip
    """How much of the period each source was collected in, the least first."""
    missed = {source: timedelta(0) for source in (*sources, *(gap.source for gap in gaps))}
    for source in missed:
        missed[source] = length_of([gap for gap in gaps if gap.source == source], since=since, until=until)
    whole = until - since
    rows: list[tuple[Cell, ...]] = [
        (source, 1.0 - gone / whole, gone / HOUR)
        for source, gone in sorted(missed.items(), key=lambda one: (-one[1], one[0]))
    ]
    return FigureTable(
        key="Cakupan pengumpulan",
        title="Cakupan pengumpulan per sumber",
        columns=(
            Column(name="Sumber", kind="text", definition="Sumber unggahan dan berita."),
            Column(name="Cakupan", kind="share", definition="Bagian masa ini yang tidak termasuk celah pengumpulan."),
            Column(name="Jam tanpa pengumpulan", kind="hours", definition="Panjang semua celahnya dalam masa ini."),
        ),
        rows=tuple(rows),
    )


def length_of(gaps: Sequence[Gap], *, since: datetime, until: datetime) -> timedelta:
    """How long these gaps last together within a period; where two overlap, once."""
    spans = sorted((max(gap.since, since), min(gap.until, until)) for gap in gaps)
    total, end = timedelta(0), since
    for first, last in spans:
        total += max(timedelta(0), last - max(first, end))
        end = max(end, last)
    return total


def count_rows(session: Session, chosen: Select[int]) -> int:
    return session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
