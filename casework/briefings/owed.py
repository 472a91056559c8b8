"""The parts of a briefing about what is owed: complaints and everything overdue, and indicators off target or old."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from casework.agency_tables import AgencyRow
from casework.briefings.content import Line, Part, PartTable, compose, day_of, number, quote
from casework.briefings.gathering import Gathering
from casework.complaints.listing import is_public
from casework.complaints.tables import ComplaintRow
from casework.deadlines.board import UNASSIGNED
from casework.figure_questions import count_late_agencies
from casework.figure_records import Figure
from casework.incidents.reading import list_incidents
from casework.indicators import IndicatorState, latest_indicators

MOST_AGENCIES: Final = 5
MOST_INCIDENTS: Final = 3
MOST_INDICATORS: Final = 5
LEVEL_WORDS: Final = {"pantau": "pantau", "siaga": "siaga", "darurat": "DARURAT"}


def tell_owed(desk: Gathering) -> Part:
    """Complaints in and out, late ones by agency, and what else nobody has answered."""
    title = "Aduan dan yang lewat waktu"
    lines: list[Line] = []
    absent: list[Line] = []
    table = None
    first = first_complaint(desk)
    if first is None:
        absent.append(compose("Aduan warga belum dimasukkan ke sistem ini."))
    else:
        if first:
            desk.note_sample()
        lines.append(tell_complaints(desk))
        table = tell_agencies(desk)
    overdue = desk.ask_moment("tindak-lanjut-lewat", "followups_overdue", unit="tindak lanjut")
    owed = desk.ask_moment("tindak-lanjut-terbuka", "followups_open", unit="tindak lanjut")
    lines.append(
        compose("Tidak ada tindak lanjut yang menunggu jawaban instansi.")
        if not owed.value
        else compose("Tindak lanjut instansi: {owed} belum dijawab, {overdue} di antaranya lewat hari.", owed=owed,
                overdue=overdue)
    )  # fmt: skip
    lines.append(tell_incidents(desk))
    return Part(key="waktu", title=title, lines=tuple(lines), table=table, absent=tuple(absent))


def first_complaint(desk: Gathering) -> bool | None:
    """Whether a complaint that may be counted is an invented one; None where there is none at all."""
    return desk.sources.session.scalar(select(ComplaintRow.sample).where(is_public()).limit(1))


def tell_complaints(desk: Gathering) -> Line:
    """What came in, what ended, what is open and late."""
    return compose(
        "Aduan: {came} masuk dan {ended} selesai; {open} masih terbuka, {red} di antaranya kode merah (lewat tenggat).",
        came=desk.ask_time("aduan-masuk", "complaints_received", unit="aduan"),
        ended=desk.ask_time("aduan-selesai", "complaints_finished", unit="aduan"),
        open=desk.ask_moment("aduan-terbuka", "complaints_open", unit="aduan"),
        red=desk.ask_moment("kode-merah", "complaints_red", unit="aduan"),
    )


def tell_agencies(desk: Gathering) -> PartTable | None:
    """The agencies with most late complaints; None where nobody is late."""
    late = count_late_agencies(desk.sources, as_of=desk.until)
    if not late:
        return None
    names = {row.name: row.code for row in desk.sources.session.execute(select(AgencyRow.name, AgencyRow.code))}
    rows: list[tuple[Line, ...]] = []
    for name in list(late)[:MOST_AGENCIES]:
        code = names.get(name, "")
        red = desk.ask_moment(f"kode-merah-{code or 'belum'}", "complaints_red", unit="aduan", agency=code)
        owed = desk.ask_moment(f"terbuka-{code or 'belum'}", "complaints_open", unit="aduan", agency=code)
        shown = name if code else UNASSIGNED
        rows.append(((quote(shown),), compose("{n}", n=owed), compose("{n}", n=red)))
    return PartTable(header=("Instansi", "Terbuka", "Kode merah"), rows=tuple(rows), numbers=(False, True, True))


def tell_incidents(desk: Gathering) -> Line:
    """Incidents that are open."""
    owed = desk.ask_moment("insiden-terbuka", "incidents_open", unit="insiden")
    if not owed.value:
        return compose("Tidak ada insiden yang terbuka.")
    found = [one for one in list_incidents(desk.sources.session, limit=50) if one.opened_at <= desk.until]
    if any(one.sample for one in found):
        desk.note_sample()
    named = [
        compose(
            "{number} {title} ({level})", number=number(f"INS-{one.id:06d}", f"insiden?insiden={one.id}"),
            title=quote(one.title), level=quote(LEVEL_WORDS[one.level]),
        )
        for one in found[:MOST_INCIDENTS]
    ]  # fmt: skip
    if not named:
        return compose("Insiden terbuka: {owed}.", owed=owed)
    listed = [piece for at, line in enumerate(named) for piece in (*(compose("; ") if at else ()), *line)]
    return compose("Insiden terbuka: {owed}. {named}.", owed=owed, named=listed)


def tell_indicators(desk: Gathering) -> Part:
    """Indicators that miss their target, or are past their time."""
    title = "Indikator"
    region = desk.sources.settings.region
    found = latest_indicators(desk.sources.session, region=region, now=desk.until) if region else []
    states = [state for state in found if ask_indicator(desk, state, region=region).value is not None]
    if not states:
        return Part(key="indikator", title=title, absent=(compose("Belum ada indikator instansi yang masuk."),))
    off = [state for state in states if state.on_target is False]
    old = [state for state in states if state.old and state.on_target is not False]
    shown = [*off, *old][:MOST_INDICATORS]
    if not shown:
        return Part(
            key="indikator", title=title, lines=(compose("Semua indikator terkini, dan tidak ada di luar target."),)
        )
    return Part(
        key="indikator",
        title=title,
        table=PartTable(
            header=("Indikator", "Nilai", "Target", "Keadaan"),
            rows=tuple(tell_indicator(desk, state, region=region) for state in shown),
            numbers=(False, True, True, False),
        ),
    )


def tell_indicator(desk: Gathering, state: IndicatorState, *, region: str) -> tuple[Line, ...]:
    """One indicator as a row; of an old one the day it is of."""
    value = ask_indicator(desk, state, region=region)
    target: Line = compose("-")
    if state.target is not None:
        aimed = desk.ask_moment(
            f"target-{state.series}", "indicator_target", unit=state.unit, decimals=state.decimals, series=state.series
        )  # fmt: skip
        target = compose("{n}", n=aimed)
    words = [*(["di luar target"] if state.on_target is False else []), *(["data lama"] if state.old else [])]
    return (
        (quote(state.name),),
        compose("{n} {unit}", n=value, unit=quote(state.unit)),
        target,
        compose(f"{', '.join(words)}, keadaan {{day}}", day=day_of(state.time, zone=desk.zone)),
    )


def ask_indicator(desk: Gathering, state: IndicatorState, *, region: str) -> Figure:
    """The newest value of an indicator that was recorded by the briefing's moment."""
    return desk.ask_moment(
        f"indikator-{state.series}", "indicator_value", unit=state.unit, decimals=state.decimals, series=state.series,
        region=region,
    )  # fmt: skip
