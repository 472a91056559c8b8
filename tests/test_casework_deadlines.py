"""The board counts what each agency owes; letters and escalation follow from it, and name nobody."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it
from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from casework_fixtures import (  # noqa: F401
    NOW,
    admin,
    at_once,
    casework,
    casework_url,
    settings,
    staff,
)
from hypothesis import given
from hypothesis import strategies as st
from programs import needs

from casework.agencies import take_agencies, take_agency
from casework.agency_changes import load_agencies, load_agency_file
from casework.agency_tables import AgencyLetterRow, EscalationRow
from casework.complaints.history import history
from casework.complaints.intake import take_complaint
from casework.complaints.records import Intake
from casework.complaints.tables import ComplaintRow
from casework.db import Casework
from casework.deadlines import load_deadlines
from casework.deadlines.board import AgencyLine, board, find_median, red_complaints, warn_of
from casework.deadlines.clock import end_of_day
from casework.deadlines.digest import write_digest
from casework.deadlines.escalation import escalate_overdue, list_escalations
from casework.deadlines.letters import (
    draft_letter,
    drop_letter,
    get_letter,
    list_letters,
    print_letter,
    sign_letter,
)
from casework.deadlines.recounting import recount_deadlines
from casework.people import change_role, find_person
from casework.roles import SYSTEM, Actor, Role
from kentongan.errors import Conflict, NotAllowed, NotFound
from kentongan.settings import Settings
from kentongan.times import zone_of

DEADLINES = load_deadlines(Settings())
TODAY = NOW  # Saturday 21 November 2026, 10.00 WIB
on_sqlite = pytest.mark.parametrize("casework_url", ["sqlite"], indirect=True)
"""For what the engines cannot differ in."""


def day(text: str) -> datetime:
    """The midnight that ends a day, WIB."""
    return end_of_day(datetime.fromisoformat(text).date(), zone_of("WIB"))


def put(casework: Casework, *complaints: Mapping[str, Any]) -> None:
    """Complaints as their table keeps them; what is left out is that of one an agency is at."""
    numbers = count(1)
    with casework.begin() as session:
        have = session.scalar(sa.select(sa.func.count()).select_from(ComplaintRow)) or 0
        take_agencies(session, {str(one["agency"]) for one in complaints if one.get("agency")}, now=NOW)
        for one in complaints:
            number = f"ADU-2026-{have + next(numbers):06d}"
            row = {
                "number": number, "publisher": "kentongan", "ticket": number, "channel": "web", "document": number,
                "title": "Judul RAHASIA", "text": "Isi RAHASIA", "received_at": NOW - timedelta(days=30),
                "kind": "pengaduan", "stage": "diproses", "stage_since": NOW, "clock": "penyelesaian",
                "secret": False, "sample": False, "given": {}, "agency": None, **one,
            }  # fmt: skip
            session.add(ComplaintRow(**row))


FILLED = (
    # dlh: two late, one due on Monday (the next working day), one paused, one in time.
    {"agency": "dlh", "due_at": day("2026-11-19")},
    {"agency": "dlh", "due_at": day("2026-11-20"), "stage": "diteruskan", "clock": "tindak_lanjut"},
    {"agency": "dlh", "due_at": day("2026-11-23")},
    {"agency": "dlh", "stage": "menunggu_pelapor"},
    {"agency": "dlh", "due_at": day("2026-11-24")},
    # To be verified: the command centre's, whatever agency an import names.
    {"agency": "dlh", "due_at": day("2026-11-18"), "stage": "menunggu_verifikasi", "clock": "verifikasi"},
    {"due_at": day("2026-11-25"), "stage": "dikembalikan", "clock": "verifikasi"},
    # Ended: three of dinsos, rated 5 and 2; one before the period.
    {"agency": "dinsos", "stage": "selesai", "clock": None, "finished_at": NOW - timedelta(days=28), "rating": 5},
    {"agency": "dinsos", "stage": "ditutup", "clock": None, "finished_at": NOW - timedelta(days=20), "rating": 2},
    {"agency": "dinsos", "stage": "selesai", "clock": None, "finished_at": NOW - timedelta(days=1, hours=1)},
    {"agency": "dinsos", "stage": "selesai", "clock": None, "received_at": NOW - timedelta(days=200),
     "finished_at": NOW - timedelta(days=100)},
    # What no board counts.
    {"agency": "dlh", "due_at": day("2026-11-01"), "secret": True},
    {"agency": "dlh", "stage": "menunggu_verifikasi", "clock": None, "held": "draft"},
    {"agency": "dlh", "stage": "diarsipkan", "clock": None, "finished_at": NOW},
)  # fmt: skip


def lines_of(casework: Casework, **more: Any) -> dict[str | None, AgencyLine]:
    with casework.read() as session:
        return {line.agency: line for line in board(session, now=TODAY, deadlines=DEADLINES, **more)}


def test_the_board_counts_open_due_and_late_by_who_owes_it(casework: Casework) -> None:
    put(casework, *FILLED)
    lines = lines_of(casework)
    assert list(lines) == ["dlh", None, "dinsos"]
    counts = {agency: (line.open, line.due_soon, line.red, line.oldest_due) for agency, line in lines.items()}
    assert counts == {
        "dlh": (5, 1, 2, day("2026-11-19")),
        None: (2, 0, 1, day("2026-11-18")),
        "dinsos": (0, 0, 0, None),
    }
    ended = lines["dinsos"]
    assert (ended.answered, ended.median_days, ended.rating) == (3, 10.0, 3.5)
    assert (ended.received, ended.response_rate, lines["dlh"].response_rate) == (3, 1.0, 3 / 6)


def test_the_board_of_a_region_counts_what_lies_in_it(casework: Casework) -> None:
    late = {"agency": "dlh", "due_at": day("2026-11-19")}
    regions = ("99.01", "99.01.02", "99.011", None)
    put(casework, *({**late, "region": region} for region in regions))
    assert lines_of(casework, region="99.01")["dlh"].red == 2
    assert lines_of(casework, region="99.01.02")["dlh"].red == 1


@on_sqlite
def test_a_complaint_is_red_from_the_midnight_of_its_deadline(casework: Casework) -> None:
    put(casework, {"agency": "dlh", "due_at": day("2026-11-20")})
    with casework.read() as session:
        for now, red in ((day("2026-11-20") - timedelta(microseconds=1), 0), (day("2026-11-20"), 1)):
            assert board(session, now=now, deadlines=DEADLINES)[0].red == red
            assert len(red_complaints(session, "dlh", now=now, deadlines=DEADLINES)) == red


@given(st.dictionaries(st.integers(0, 20), st.integers(1, 4), max_size=6))
def test_the_median_is_that_of_the_values_written_out(counts: dict[int, int]) -> None:
    values = sorted(value for value, times in counts.items() for _ in range(times))
    middle = len(values) // 2
    expected = None if not values else (values[middle] + values[(len(values) - 1) // 2]) / 2
    assert find_median(counts) == expected


@on_sqlite
def test_warnings_name_years_without_days_off_and_rules_nobody_reviewed(casework: Casework) -> None:
    put(casework, {"agency": "dlh", "due_at": day("2028-01-20")})
    with casework.read() as session:
        lines = board(session, now=TODAY, deadlines=DEADLINES)
    assert warn_of(lines, now=TODAY, deadlines=DEADLINES) == (
        "Libur tahun 2028 belum diisi: hanya akhir pekan dihitung.",
        "Lama tenggat belum ditinjau ahli hukum.",
    )


@needs("pdftotext")
def test_a_letter_is_a_draft_until_leadership_approves_it(
    casework: Casework, staff: dict[Role, Actor], tmp_path: Path
) -> None:
    put(casework, *FILLED)
    with casework.begin() as session:
        letter = draft_letter(
            session, "DLH", number="500/1", organisation="Command Center Tirtamaya", deadlines=DEADLINES,
            actor=staff["petugas"], now=TODAY,
        )  # fmt: skip
    words = read_pdf(print_letter(letter), tmp_path)
    assert "DRAF" in words and "2 aduan masyarakat" in words and "ADU-2026-000001" in words
    assert "19-11-2026" in words and "paling lambat 25 November 2026" in words
    assert "RAHASIA" not in words and "ADU-2026-000012" not in words
    assert print_letter(letter) == print_letter(letter)
    with casework.begin() as session, pytest.raises(NotAllowed):
        sign_letter(session, letter.id, deadlines=DEADLINES, actor=staff["petugas"], version=letter.version, now=TODAY)
    with casework.begin() as session:
        signed = sign_letter(
            session, letter.id, deadlines=DEADLINES, actor=staff["pimpinan"], version=letter.version, now=TODAY
        )
    words = read_pdf(print_letter(signed), tmp_path)
    assert "DRAF" not in words and "Si-Pimpinan" in words and "Disetujui 21 November 2026" in words
    with casework.begin() as session, pytest.raises(Conflict, match="sudah disetujui"):
        drop_letter(session, letter.id, actor=staff["pimpinan"], version=signed.version, now=TODAY)


@on_sqlite
def test_nobody_is_reprimanded_for_what_was_answered_meanwhile(casework: Casework, staff: dict[Role, Actor]) -> None:
    put(casework, *FILLED)
    boss = staff["pimpinan"]
    with casework.begin() as session:
        letter = draft(session, staff, number="500/1")
        session.execute(sa.update(ComplaintRow).where(ComplaintRow.id == 1).values(stage="selesai", due_at=None))
    with casework.begin() as session:
        with pytest.raises(Conflict, match=re.escape("ADU-2026-000001")):
            sign_letter(session, letter, deadlines=DEADLINES, actor=boss, version=1, now=TODAY)
        dropped = drop_letter(session, letter, actor=boss, version=1, now=TODAY)
        assert dropped.state == "dibatalkan" and b"%PDF" in print_letter(dropped)
        with pytest.raises(Conflict, match="sudah dipakai"):
            draft(session, staff, number="500/1")
        assert [one.number for one in list_letters(session, state="draf")] == []
        second = draft(session, staff, number="500/2")
        assert get_letter(session, "500/2").matter["total"] == 1
        with pytest.raises(Conflict):
            sign_letter(session, second, deadlines=DEADLINES, actor=boss, version=7, now=TODAY)
        with pytest.raises(NotFound):
            get_letter(session, "500/9")


@on_sqlite
def test_letters_and_escalation_are_the_command_centres(casework: Casework, staff: dict[Role, Actor]) -> None:
    with casework.begin() as session:
        load_agencies(session, load_agency_file(Path("samples/agencies.toml")), actor=SYSTEM, now=NOW)
    put(casework, {"agency": "dlh", "due_at": day("2026-11-19")})
    officer = staff["petugas"]
    with casework.begin() as session:
        with pytest.raises(NotAllowed, match="pusat komando"):
            draft(session, staff, number="500/1")
        with pytest.raises(NotAllowed, match="pusat komando"):
            escalate_overdue(session, deadlines=DEADLINES, actor=officer, now=TODAY)
        person = find_person(session, officer.username)
        change_role(
            session, person.id, role="petugas", agency="Diskominfo", actor=SYSTEM, version=person.version, now=NOW
        )
        draft(session, staff, number="500/1")
        with pytest.raises(Conflict, match="tidak punya"):
            draft(session, staff, number="500/2", agency="dinsos")


def test_what_was_approved_or_escalated_cannot_be_changed_in_the_database(
    casework: Casework, staff: dict[Role, Actor]
) -> None:
    put(casework, *FILLED)
    with casework.begin() as session:
        letter = draft(session, staff, number="500/1")
        sign_letter(session, letter, deadlines=DEADLINES, actor=staff["pimpinan"], version=1, now=TODAY)
        escalate_overdue(session, deadlines=DEADLINES, actor=SYSTEM, now=day("2026-11-23"))
    for statement in (
        sa.update(AgencyLetterRow).values(number="x"),
        sa.delete(AgencyLetterRow),
        sa.update(EscalationRow).values(level=9),
        sa.delete(EscalationRow),
    ):
        with pytest.raises(sa.exc.DatabaseError), casework.begin() as session:
            session.execute(statement)


def test_each_level_is_told_once_for_a_deadline_and_stands_in_the_history(casework: Casework) -> None:
    put(casework, *FILLED)
    told = []
    # Friday's deadline: nobody on Saturday, the head on Monday, the secretary on the third working day, and so on.
    for now in ("2026-11-20", "2026-11-22", "2026-11-22", "2026-11-24", "2026-12-08", "2026-12-09"):
        with casework.begin() as session:
            made = escalate_overdue(session, deadlines=DEADLINES, actor=SYSTEM, now=day(now) + timedelta(hours=3))
            told.append({one.complaint: (one.level, one.days_late) for one in made if one.complaint in (1, 2, 12)})
    assert told == [{1: (1, 1)}, {2: (1, 1)}, {}, {1: (2, 4), 2: (2, 3)}, {1: (3, 14), 2: (3, 13)}, {}]
    with casework.read() as session:
        events = [event for event in history(session, 2) if event.act == "escalated"]
        assert [event.detail["kepada"] for event in events] == [
            "kepala instansi", "sekretaris daerah", "pimpinan daerah",
        ]  # fmt: skip
        assert [event.stage_to for event in events] == [None] * 3
        assert [one.level for one in list_escalations(session, complaint=2)] == [3, 2, 1]


@on_sqlite
def test_a_complaint_found_long_late_goes_to_the_highest_level_and_a_new_deadline_begins_anew(
    casework: Casework,
) -> None:
    put(casework, {"agency": "dlh", "due_at": day("2026-11-02")})
    with casework.begin() as session:
        first = escalate_overdue(session, deadlines=DEADLINES, actor=SYSTEM, now=TODAY)
        session.execute(sa.update(ComplaintRow).values(due_at=day("2026-11-19")))
        second = escalate_overdue(session, deadlines=DEADLINES, actor=SYSTEM, now=TODAY)
    assert [one.level for one in (*first, *second)] == [3, 1]


def test_two_escalations_at_once_tell_once(casework: Casework) -> None:
    put(casework, *FILLED)

    def escalate() -> None:
        with casework.begin() as session:
            escalate_overdue(session, deadlines=DEADLINES, actor=SYSTEM, now=day("2026-11-22"))

    assert at_once([escalate, escalate]) == ["done", "done"]
    with casework.read() as session:
        assert len(list_escalations(session)) == 3


def test_a_day_off_declared_later_moves_the_deadlines_of_open_complaints(casework: Casework, tmp_path: Path) -> None:
    file = tmp_path / "libur.toml"
    file.write_text('[[add]]\ndate = 2026-11-24\nname = "Pilkada Tirtamaya"\n', encoding="utf-8")
    newer = load_deadlines(Settings(holidays_file=file))
    friday = datetime.fromisoformat("2026-11-20T03:00Z")
    with casework.begin() as session:
        taken = take_complaint(
            session, Intake(channel="web", text="Lampu jalan di depan pasar padam sejak tiga hari lalu."),
            deadlines=DEADLINES, gazetteer=None, suggester=None, settings=Settings(), actor=SYSTEM, now=friday,
        )  # fmt: skip
        assert taken.complaint.due_at == day("2026-11-25")
    with casework.begin() as session:
        assert recount_deadlines(session, deadlines=DEADLINES, actor=SYSTEM, now=TODAY) == []
        assert recount_deadlines(session, deadlines=newer, actor=SYSTEM, now=TODAY) == [taken.complaint.number]
        assert session.scalars(sa.select(ComplaintRow.due_at)).all() == [day("2026-11-26")]


@on_sqlite
def test_the_digest_says_how_much_is_late_and_nothing_of_what_was_said(casework: Casework) -> None:
    put(casework, *FILLED)
    with casework.begin() as session:
        take_agency(session, "Dinas Rajin", now=NOW)
    with casework.read() as session:
        text = digest(session, "dlh")
        assert "2 aduan lewat tenggat" in text and "ADU-2026-000002: tindak lanjut pertama" in text
        assert "RAHASIA" not in text and "ADU-2026-000012" not in text
        assert "1 lainnya" in digest(session, "dlh", most=1)
        assert "tidak ada aduan" in digest(session, "dinas rajin")


def digest(session: sa.orm.Session, agency: str, **more: Any) -> str:
    return write_digest(
        session, agency, deadlines=DEADLINES, organisation="Command Center Tirtamaya", now=TODAY, **more
    )


def draft(session: sa.orm.Session, staff: Mapping[Role, Actor], *, number: str, agency: str = "dlh") -> int:
    return draft_letter(
        session, agency, number=number, organisation="Command Center Tirtamaya", deadlines=DEADLINES,
        actor=staff["petugas"], now=TODAY,
    ).id  # fmt: skip


def read_pdf(pdf: bytes, folder: Path) -> str:
    """What pdftotext reads, on one line, without the invisible places where long words may break."""
    file = folder / "surat.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True)
    return " ".join(done.stdout.replace("\u200b", "").split())
