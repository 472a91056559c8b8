"""Complaints of other systems: the same ticket again and again, in any order, and out again as it came in."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from casework_fixtures import (  # noqa: F401
    NOW,
    casework,
    casework_url,
    migrated_file,
    settings,
)
from complaint_desk import AGENCY, HOLE, REGIONS, Desk, open_desk, write_sp4n
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st

from casework.complaints import handling as acts
from casework.complaints.history import history
from casework.complaints.records import Complaint, Intake, Stage
from casework.complaints.reporters import read_reporters
from casework.complaints.sp4n_export import export_complaints
from casework.complaints.tables import ComplaintEventRow, ComplaintRow
from casework.db import Casework, open_casework
from casework.roles import SYSTEM
from kentongan.commands import complaint_import, complaint_workers
from kentongan.commands.complaint_import import Imported, import_complaints
from kentongan.complaint_masking import mask_complaint
from kentongan.errors import NotAllowed
from kentongan.schema import document_id
from kentongan.settings import Settings
from samples.complaints import write_complaints
from search.open import open_store

DAY = timedelta(days=1)
FIRST = NOW - 20 * DAY
WORDS: dict[Stage, str] = {
    "menunggu_verifikasi": "Belum Terverifikasi", "diteruskan": "Belum Ditindaklanjuti", "diproses": "Sedang Diproses",
    "menunggu_pelapor": "Menunggu Kelengkapan Informasi", "selesai": "Selesai", "ditutup": "Ditutup Oleh Sistem",
    "diarsipkan": "Diarsipkan Oleh Admin", "dikembalikan": "Bukan Kewenangan",
}  # fmt: skip


@pytest.fixture
def desk(casework: Casework, settings: Settings) -> Desk:
    """On SQLite and on PostgreSQL."""
    return open_desk(casework, settings)


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """On SQLite alone, one for all tests of this file that look at their own tickets only."""
    folder = tmp_path_factory.mktemp("impor")
    (folder / "casework.sqlite").write_bytes(migrated_file().read_bytes())
    chosen = Settings(data_dir=folder)
    with open_casework(chosen) as opened:
        yield open_desk(opened, chosen)


def ticket(name: str, stage: Stage = "menunggu_verifikasi", **more: Any) -> Intake:
    usual: dict[str, Any] = {
        "channel": "lapor", "text": HOLE, "publisher": "sp4n-lapor", "ticket": name, "received_at": FIRST,
        "agency_given": AGENCY, "status_given": WORDS[stage],
    }  # fmt: skip
    return Intake(**{**usual, **more})


def stored(desk: Desk, name: str) -> Complaint:
    with desk.casework.read() as session:
        number = session.scalars(sa.select(ComplaintRow.id).where(ComplaintRow.ticket == name)).one()
    return desk.get(number)


def stages(desk: Desk, complaint: int) -> list[tuple[datetime, str]]:
    with desk.casework.read() as session:
        return [(event.at, event.stage_to) for event in history(session, complaint) if event.stage_to is not None]


def test_an_export_gives_its_own_times_to_history_and_clock(quick: Desk) -> None:
    since = FIRST + 3 * DAY
    done = quick.import_all(ticket("T-1"), ticket("T-2", "diteruskan", status_at=since), as_of=NOW)
    assert (done.new, done.known, done.refused) == (2, 0, [])
    first, second = stored(quick, "T-1"), stored(quick, "T-2")
    assert first.number.startswith("ADU-2026-") and first.ticket == "T-1"
    assert (first.clock, second.clock, second.agency) == ("verifikasi", "tindak_lanjut", "dinas-pupr-tirtamaya")
    assert first.is_red(NOW) and second.stage_since == since
    assert stages(quick, second.id) == [(FIRST, "menunggu_verifikasi"), (since, "diteruskan")]
    again = quick.import_all(ticket("T-1"), ticket("T-2", "diteruskan", status_at=since), as_of=NOW)
    assert (again.new, again.changed, again.known) == (0, 0, 2)


def test_the_same_ticket_twice_in_a_file_ends_where_it_stands(quick: Desk) -> None:
    ended = FIRST + 5 * DAY
    done = quick.import_all(
        ticket("D-1", "selesai", finished_at=ended), ticket("D-1", "diproses"), ticket("D-1"), as_of=NOW
    )
    assert done.new == 1
    found = stored(quick, "D-1")
    assert (found.stage, found.finished_at, found.clock) == ("selesai", ended, None)
    assert [stage for _, stage in stages(quick, found.id)] == ["menunggu_verifikasi", "diproses", "selesai"]


def test_an_older_export_after_a_newer_one_completes_history_and_takes_nothing_back(quick: Desk) -> None:
    old, middle, new = FIRST + 2 * DAY, FIRST + 6 * DAY, FIRST + 9 * DAY
    quick.import_all(ticket("O-1", "selesai", finished_at=new), as_of=new)
    quick.import_all(ticket("O-1", "diproses"), as_of=middle)
    quick.import_all(ticket("O-1"), as_of=old)
    found = stored(quick, "O-1")
    assert (found.stage, found.finished_at) == ("selesai", new)
    assert stages(quick, found.id) == [(FIRST, "menunggu_verifikasi"), (middle, "diproses"), (new, "selesai")]
    quick.import_all(ticket("O-1", "diproses"), as_of=NOW)
    assert stored(quick, "O-1").stage == "diproses", "a later export says that it was opened again"
    assert stored(quick, "O-1").clock == "penyelesaian"


@tries(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    course=st.lists(st.sampled_from([one for one in WORDS if one != "menunggu_verifikasi"]), min_size=1, max_size=5),
    seed=st.integers(0, 10**6),
)
def test_in_whatever_order_exports_come_the_history_is_the_same(desk: Desk, course: list[Stage], seed: int) -> None:
    course = [stage for at, stage in enumerate(course) if at == 0 or stage != course[at - 1]]
    told = [(FIRST + (at + 1) * DAY, stage) for at, stage in enumerate(course)]
    names = [f"L-{seed}-{'-'.join(course)}-{way}" for way in ("urut", "acak")]
    shuffled = [*told, random.Random(seed).choice(told)]
    random.Random(seed).shuffle(shuffled)
    for name, order in zip(names, (told, shuffled), strict=True):
        with desk.casework.read() as session:
            if session.scalar(sa.select(ComplaintRow.id).where(ComplaintRow.ticket == name)):
                return  # the same example again
        for at, stage in order:
            desk.import_all(ticket(name, stage, status_at=at), as_of=at)
    straight, mixed = (stored(desk, name) for name in names)
    assert stages(desk, mixed.id) == stages(desk, straight.id) == [(FIRST, "menunggu_verifikasi"), *told]
    same = ("stage", "stage_since", "clock", "due_at", "agency", "held")
    assert [getattr(mixed, one) for one in same] == [getattr(straight, one) for one in same]
    assert mixed.stage == course[-1]


def test_a_status_without_a_time_takes_back_nothing_that_staff_did(quick: Desk) -> None:
    quick.import_all(ticket("S-1", "diteruskan"), as_of=NOW - 3 * DAY)
    number = stored(quick, "S-1").id
    quick.do(acts.follow_up, number, note="Kami cek.")
    quick.do(acts.finish, number, answer="Sudah ditambal.")
    quick.import_all(ticket("S-1", "diproses"), ticket("S-1"), as_of=NOW)
    assert stored(quick, "S-1").stage == "selesai"
    later = NOW + timedelta(hours=2)
    quick.later(hours=3).import_all(ticket("S-1", "diproses", status_at=later))
    assert stored(quick, "S-1").stage == "diproses", "with a time of its own it is news"


def test_an_unknown_status_word_holds_the_complaint_once_and_nothing_is_lost(quick: Desk) -> None:
    done = quick.import_all(ticket("U-1", status_given="Dalam Kajian Tim"), as_of=NOW)
    assert (done.new, done.held) == (1, {"status": 1})
    held = stored(quick, "U-1")
    assert (held.held, held.stage, held.given["status"]) == ("status", "menunggu_verifikasi", "Dalam Kajian Tim")
    freed = quick.do(acts.release, held.id, reason="Sudah ditanyakan ke LAPOR!.", stage="diproses")
    assert (freed.held, freed.stage) == (None, "diproses")
    again = quick.import_all(ticket("U-1", status_given="Dalam Kajian Tim"), as_of=NOW)
    assert (again.changed, stored(quick, "U-1").held) == (0, None)
    quick.import_all(ticket("U-1", status_given="Lain Lagi"), as_of=NOW)
    assert stored(quick, "U-1").held == "status", "another unknown word is another question"
    quick.import_all(ticket("U-1", "selesai", finished_at=NOW), as_of=NOW)
    assert (stored(quick, "U-1").held, stored(quick, "U-1").stage) == (None, "selesai")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"text": " "}, "no-text"), ({"received_at": NOW + 2 * DAY}, "future-time"), ({"ticket": ""}, "no-key"),
        ({"received_at": datetime(1970, 1, 1, tzinfo=UTC)}, "implausible-date"), ({"text": "x" * 40_000}, "too-long"),
        ({"finished_at": FIRST - 3 * DAY}, "time-order"), ({"status_at": NOW + 2 * DAY}, "future-time"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_its_reason_and_the_rest_goes_in(
    quick: Desk, more: dict[str, Any], reason: str
) -> None:
    good = f"R-{reason}-{sorted(more)}"
    done = quick.import_all(ticket("R-0", **more), ticket(good), as_of=NOW)
    assert [(place, error.reason) for place, error in done.refused] == [(0, reason)]
    assert done.new == 1 and stored(quick, good).stage == "menunggu_verifikasi"


def test_one_ticket_for_two_complaints_is_refused(quick: Desk) -> None:
    quick.import_all(ticket("K-1"), as_of=NOW)
    done = quick.import_all(ticket("K-1", "selesai", received_at=FIRST + 7 * DAY), as_of=NOW)
    assert [error.reason for _, error in done.refused] == ["ticket-conflict"]
    assert stored(quick, "K-1").stage == "menunggu_verifikasi"


def test_a_complaint_in_the_sea_is_held_and_one_on_land_finds_its_district(quick: Desk) -> None:
    done = quick.import_all(ticket("C-1", lat=-12.5, lon=95.0), ticket("C-2", place="Kecamatan Randu"), as_of=NOW)
    assert done.held == {"coordinates": 1}
    assert (stored(quick, "C-1").held, stored(quick, "C-2").region) == ("coordinates", "99.01.02")


@given(st.text(max_size=60), st.sampled_from(["", "Budi Santoso", "Sri", "M. Nur"]))
@tries(max_examples=60, deadline=None)
def test_masking_twice_changes_nothing(words: str, name: str) -> None:
    text = f"{words} Saya Budi Santoso, Jl. Melati no 12a, H 1234 AB, 3374011205800001 {words}"
    once = mask_complaint(text, name=name)
    assert mask_complaint(once, name=name) == once
    assert "3374011205800001" not in once and "1234 AB" not in once


# Files.


@pytest.fixture
def office(tmp_path: Path) -> Settings:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "casework.sqlite").write_bytes(migrated_file().read_bytes())
    return Settings(data_dir=tmp_path / "var", region="99.01", regions_file=REGIONS)


def take_file(file: Path, office: Settings, *, mapping: str = "sp4n", days: int = 0) -> Imported:
    return import_complaints(file, settings=office, mapping=mapping, now=NOW + days * DAY)


def write_export(office: Settings, file: Path) -> bytes:
    with open_casework(office) as opened, opened.begin() as session:
        export_complaints(session, file, zone=office.zone, actor=SYSTEM, now=NOW)
    return file.read_bytes()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_export_read_again_into_an_empty_office_gives_the_same_export(
    office: Settings, tmp_path: Path, ending: str
) -> None:
    write_complaints(tmp_path / "aduan.csv", NOW.replace(hour=17), now=NOW)
    hard = write_sp4n(
        tmp_path / "sulit.csv",
        {"Tracking ID": "X-1", "Isi Laporan": "=1+1 lampu padam\nsejak kemarin", "Judul": "'kutip", "Kecamatan": "-"},
        {"Tracking ID": "X-2", "Status": "Ditutup Oleh Sistem", "Tanggal Selesai": "2026-11-12", "Lintang": "-6,9",
         "Bujur": "110.4", "Penilaian": "4", "Alasan Tunda": "Tidak jelas; lengkapi"},
        {"Tracking ID": "000123", "Klasifikasi": "Aspirasi", "Status": "Bukan Wewenang", "Dinas Tujuan": "+Dinas"},
    )  # fmt: skip
    assert take_file(tmp_path / "aduan.csv", office, mapping="tirtamaya").new == 124
    assert take_file(hard, office).new == 3
    first = write_export(office, tmp_path / f"satu.{ending}")
    other = Settings(data_dir=tmp_path / "lain", region="99.01", regions_file=REGIONS, zone="WIB")
    done = take_file(tmp_path / f"satu.{ending}", other, days=5)
    assert (done.new, done.refused, done.held) == (127, {}, {})
    assert write_export(other, tmp_path / f"dua.{ending}") == first
    known = take_file(tmp_path / f"satu.{ending}", office, days=5)
    assert (known.new, known.changed, known.known) == (0, 0, 127)
    if ending == "csv":
        text = first.decode("utf-8-sig")
        assert first.startswith(b"\xef\xbb\xbf") and "'=1+1 lampu" in text and "DATA CONTOH" in text
        assert '"Tidak jelas; lengkapi"' in text and "'000123" in text
    else:
        book = openpyxl.load_workbook(tmp_path / f"satu.{ending}")
        assert {cell.data_type for row in book.active.iter_rows() for cell in row} <= {"s", "n"}, "no formula"


def test_documents_in_the_store_keep_their_ids_and_say_what_their_source_says(office: Settings, tmp_path: Path) -> None:
    file = write_sp4n(
        tmp_path / "a.csv", {"Tracking ID": "A-1", "Nama Pelapor": "Dewi", "Isi Laporan": f"Dewi: {HOLE}"}
    )
    assert take_file(file, office).indexed == 1
    with open_store(office) as store:
        (record,) = store.get([document_id("sp4n-lapor", "A-1")])
    assert record is not None
    document = record.document
    assert (document.kind, document.publisher, document.source) == ("complaint", "sp4n-lapor", "sp4n")
    assert document.author is None and "Dewi" not in document.text and document.text.startswith("[pelapor]: Lubang")
    assert (document.region, document.place) == ("99.01.02", "Randu")
    assert document.facts == {
        "tiket": "A-1", "kategori": "Jalan", "klasifikasi": "Pengaduan Tidak Berkadar Pengawasan", "kanal": "Website",
        "instansi": AGENCY, "status": "Belum Terverifikasi",
    }  # fmt: skip
    with open_casework(office) as opened:
        desk = open_desk(opened, office)
        number = stored(desk, "A-1").id
        with opened.begin() as session:
            (known,) = read_reporters(session, number, actor=desk.staff["petugas"], now=NOW)
            assert known.name == "Dewi" and known.code is None, "LAPOR! tells its own reporters"
            with pytest.raises(NotAllowed):
                read_reporters(session, number, actor=desk.staff["pimpinan"], now=NOW)


def test_totals_and_merged_cells_of_a_sheet_are_refused_by_row_and_the_rest_comes_in(
    office: Settings, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.append(["REKAP ADUAN NOVEMBER"])
    page.merge_cells("A1:F1")
    page.append(["Tracking ID", "Tanggal Masuk", "Isi Laporan", "Status", "Dinas Tujuan", "Kecamatan"])
    for at in range(1, 6):
        page.append([f"M-{at}", "2026-11-10 09:00", f"Aduan ke-{at}: {HOLE}", "Baru", AGENCY, "Randu"])
    page.merge_cells("E4:E6")  # the agency of the second to the fourth complaint
    page.append(["Jumlah", "", "5", "", "", ""])
    page.append(["", "", "", "", "Grand Total:", "5"])
    book.save(tmp_path / "rekap.xlsx")
    done = take_file(tmp_path / "rekap.xlsx", office)
    assert [(row.line, row.reason) for row in done.rows] == [
        (5, "merged-cells"), (6, "merged-cells"), (8, "totals-row"), (9, "totals-row"),
    ]  # fmt: skip
    assert "E4:E6" in done.rows[0].message
    assert (done.new, done.known) == (3, 0)


def test_rows_that_are_no_complaints_are_refused_by_line(office: Settings, tmp_path: Path) -> None:
    file = write_sp4n(
        tmp_path / "b.csv", {"Tracking ID": "B-1"}, {"Tracking ID": "B-2", "Isi Laporan": ""},
        {"Tracking ID": "B-3", "Tanggal Masuk": "2031-01-01"}, {"Tracking ID": "B-4", "Lintang": "utara", "Bujur": "1"},
        {"Tracking ID": "B-5", "Tanggal Selesai": "besok"}, {"Tracking ID": "B-6", "Lintang": "-12.5", "Bujur": "95"},
        {"Tracking ID": "Total"},
    )  # fmt: skip
    done = take_file(file, office)
    assert [(row.line, row.reason) for row in done.rows] == [
        (3, "no-text"), (4, "future-time"), (5, "bad-coordinates"), (6, "no-time"), (8, "totals-row"),
    ]  # fmt: skip
    assert (done.new, dict(done.held), done.indexed) == (2, {"coordinates": 1}, 2)
    with open_store(office) as store:
        (held,) = store.get([document_id("sp4n-lapor", "B-6")])
        assert held is None, "what is held is in no search"


def test_nothing_is_doubled_when_the_same_file_comes_again(office: Settings, tmp_path: Path) -> None:
    write_complaints(tmp_path / "aduan.csv", NOW.replace(hour=17), now=NOW)
    take_file(tmp_path / "aduan.csv", office, mapping="tirtamaya")
    with open_casework(office) as opened:
        with opened.read() as session:
            before = session.scalar(sa.select(sa.func.count()).select_from(ComplaintEventRow))
        again = take_file(tmp_path / "aduan.csv", office, mapping="tirtamaya", days=4)
        assert (again.new, again.changed, again.known, again.indexed) == (0, 0, 124, 0)
        with opened.read() as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(ComplaintEventRow)) == before


def test_workers_give_what_one_process_gives(office: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_complaints(tmp_path / "aduan.csv", NOW.replace(hour=17), now=NOW)
    alone = Settings(data_dir=tmp_path / "sendiri", region="99.01", regions_file=REGIONS)
    take_file(tmp_path / "aduan.csv", alone, mapping="tirtamaya")
    monkeypatch.setattr(complaint_workers, "WORTH_IT", 1)
    monkeypatch.setattr(complaint_workers, "MOST_WORKERS", 1)
    monkeypatch.setattr(complaint_import, "CHUNK", 25)
    done = take_file(tmp_path / "aduan.csv", office, mapping="tirtamaya")
    assert (done.new, done.indexed) == (124, 124)
    assert write_export(office, tmp_path / "satu.csv") == write_export(alone, tmp_path / "dua.csv")
    seen = []
    for chosen in (office, alone):
        with open_casework(chosen) as opened, opened.read() as session, open_store(chosen) as store:
            rows = session.scalars(sa.select(ComplaintRow).order_by(ComplaintRow.ticket)).all()
            records = store.get([row.document for row in rows])
            seen.append(
                [(row.suggestion, row.due_at, row.indexed_version, record and record.document.facts)
                 for row, record in zip(rows, records, strict=True)]
            )  # fmt: skip
    assert seen[0] == seen[1] and any(row[0] for row in seen[0]), "suggestions too"
