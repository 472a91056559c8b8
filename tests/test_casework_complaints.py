"""Complaints from intake to answer: who may do what in which stage, what reporters are told, and who they are."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from casework_fixtures import (  # noqa: F401
    NOW,
    at_once,
    casework,
    casework_url,
    migrated_file,
    settings,
)
from complaint_desk import AGENCY, HOLE, Desk, deadlines, open_desk
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st

from casework.complaints import handling as acts
from casework.complaints.duplicates import find_duplicates
from casework.complaints.history import history
from casework.complaints.listing import count_stages, list_complaints, parse_number
from casework.complaints.merging import merge, unmerge
from casework.complaints.outbox import read_messages
from casework.complaints.records import OPEN_STAGES, STAGES, Complaint, Stage
from casework.complaints.reopening import rate, reopen
from casework.complaints.reporters import find_with_code, forget_reporters, read_reporters
from casework.complaints.source_words import load_source_words
from casework.complaints.tables import ComplaintEventRow, ComplaintReporterRow
from casework.complaints.transitions import MOVES, Act
from casework.db import Casework, open_casework
from casework.roles import SYSTEM
from casework.tables import AuditRow
from kentongan.errors import Conflict, KentonganError, NotAllowed, NotFound, Quarantine
from kentongan.settings import Settings


@pytest.fixture
def desk(casework: Casework, settings: Settings) -> Desk:
    """On SQLite and on PostgreSQL."""
    return open_desk(casework, settings)


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """On SQLite alone, one for all tests of this file that look at their own complaints only."""
    folder = tmp_path_factory.mktemp("aduan")
    (folder / "casework.sqlite").write_bytes(migrated_file().read_bytes())
    chosen = Settings(data_dir=folder)
    with open_casework(chosen) as casework:
        yield open_desk(casework, chosen)


def told(desk: Desk, complaint: int) -> list[str]:
    with desk.casework.read() as session:
        return [message.text for message in read_messages(session, complaint)]


def forwarded(desk: Desk, **more: Any) -> Complaint:
    taken = desk.take(**more)
    return desk.do(acts.forward, taken.complaint.id, agency=AGENCY)


def test_a_reporter_is_told_number_every_change_and_answer(desk: Desk) -> None:
    taken = desk.take(name="Sri Wahyuni", contact="081200001111")
    assert taken.new and taken.complaint.number == f"ADU-2026-{taken.complaint.id:06d}"
    assert (taken.complaint.stage, taken.complaint.clock) == ("menunggu_verifikasi", "verifikasi")
    number = taken.complaint.id
    desk.do(acts.verify, number, kind="pengaduan", category="jalan", region="99.01.10")
    desk.do(acts.forward, number, agency=AGENCY)
    desk.do(acts.follow_up, number, note="Petugas mengukur lubangnya hari ini.")
    done = desk.do(acts.finish, number, answer="Lubang sudah ditambal pada 21 November.")
    assert (done.stage, done.clock, done.due_at, done.category) == ("selesai", None, None, "jalan")
    assert done.finished_at == NOW
    said = told(desk, number)
    assert taken.code is not None and taken.code in said[0] and taken.complaint.number in said[0]
    assert AGENCY in said[1] and "mengukur" in said[2] and said[3].endswith("Lubang sudah ditambal pada 21 November.")
    with desk.casework.read() as session:
        assert [event.act for event in history(session, number)] == [
            "received", "verified", "forwarded", "followed_up", "finished",
        ]  # fmt: skip
        assert find_with_code(session, taken.complaint.number, code=taken.code.lower()) == done
        for wrong in ("23456789AB", "", taken.code[:-1]):
            with pytest.raises(NotFound, match="tidak cocok"):
                find_with_code(session, taken.complaint.number, code=wrong)


def test_who_complained_is_kept_apart_masked_in_the_words_and_read_on_record(quick: Desk) -> None:
    words = (
        "Saya Budi Santoso, NIK 3374011205800001, rumah di Jl. Melati No. 12 RT 03. Motor H 1234 AB jatuh di lubang. "
        "Telepon 0812-3456-7890 atau budi@surel.example."
    )
    taken = quick.take(words, name="Budi Santoso", contact="0812-3456-7890", title="Laporan Budi Santoso")
    shown = f"{taken.complaint.title}\n{taken.complaint.text}"
    for secret in ("Budi", "Santoso", "3374011205800001", "No. 12", "1234", "3456", "surel.example"):
        assert secret not in shown, shown
    assert "Jl. Melati" in shown and "RT 03" in shown, "where it happened stays"
    number = taken.complaint.id
    with quick.casework.begin() as session:
        (known,) = read_reporters(session, number, actor=quick.staff["petugas"], now=NOW)
        assert (known.name, known.contact, known.text) == ("Budi Santoso", "0812-3456-7890", words)
        assert "Budi" not in repr(known)
        for role in ("analis", "pimpinan", "hukum"):
            with pytest.raises(NotAllowed):
                read_reporters(session, number, actor=quick.staff[role], now=NOW)
        seen = session.scalars(sa.select(AuditRow).where(AuditRow.action == "complaints.read_reporter")).all()
        assert [row.actor_name for row in seen if row.object == f"complaint:{number}"] == ["si-petugas"]
        assert not any("Budi" in str(row.detail) for row in session.scalars(sa.select(AuditRow)))


def test_of_an_anonymous_reporter_nothing_is_kept_but_the_way_to_the_answer(quick: Desk) -> None:
    taken = quick.take("Nama saya Wati, lampu jalan di desa padam.", name="Wati", contact="0812", anonymous=True)
    with quick.casework.read() as session:
        chosen = sa.select(ComplaintReporterRow).where(ComplaintReporterRow.complaint == taken.complaint.id)
        row = session.scalars(chosen).one()
        assert [row.name, row.contact, row.address, row.text] == [None] * 4
        assert row.anonymous and row.code == taken.code and "Wati" not in taken.complaint.text


def test_reporters_are_forgotten_in_time_and_the_answer_stays(quick: Desk) -> None:
    taken = quick.take("Selokan depan rumah saya nomor 4 tersumbat.", name="Joko", contact="0813")
    number = taken.complaint.id
    quick.do(acts.archive, number, reason="Sudah ditangani lewat aduan lain.")
    with quick.casework.begin() as session:
        assert forget_reporters(session, days=30, actor=SYSTEM, now=NOW + timedelta(days=29)) == 0
        assert forget_reporters(session, days=30, actor=SYSTEM, now=NOW + timedelta(days=31)) == 1
        (known,) = read_reporters(session, number, actor=quick.staff["petugas"], now=NOW)
        assert [known.name, known.contact, known.text] == [None] * 3
        assert find_with_code(session, str(number), code=taken.code or "").stage == "diarsipkan"


def test_only_the_agency_that_has_a_complaint_acts_on_it(quick: Desk) -> None:
    number = forwarded(quick).id
    for act, words in (
        (acts.follow_up, {"note": "Kami cek."}), (acts.finish, {"answer": "Sudah beres."}),
        (acts.send_back, {"reason": "Bukan wewenang."}), (acts.wait_for_reporter, {"reason": "Di mana tepatnya?"}),
    ):  # fmt: skip
        with pytest.raises(NotAllowed, match=AGENCY):
            quick.do(act, number, by="lain", **words)
        with pytest.raises(NotAllowed, match="tidak berhak"):
            quick.do(act, number, by="analis", **words)
    with quick.casework.begin() as session, pytest.raises(NotAllowed, match=AGENCY):
        read_reporters(session, number, actor=quick.staff["lain"], now=NOW)
    assert quick.get(number).stage == "diteruskan"


def test_what_is_not_an_agencys_goes_back_within_the_verification_clock(quick: Desk) -> None:
    taken = quick.take()
    due = taken.complaint.due_at
    number = taken.complaint.id
    later = quick.later(days=2)
    assert later.do(acts.forward, number, agency=AGENCY).clock == "tindak_lanjut"
    back = later.do(acts.send_back, number, reason="Jalan ini jalan provinsi.")
    assert (back.stage, back.agency, back.clock) == ("dikembalikan", None, "verifikasi")
    assert due is not None and back.due_at is not None and due <= back.due_at <= due + timedelta(days=1)
    assert later.do(acts.forward, number, agency="Dinas Lain").agency == "dinas-lain"
    later.do(acts.follow_up, number, by="lain", note="Kami periksa.")
    with pytest.raises(Conflict, match="tidak dapat dikembalikan"):
        later.do(acts.send_back, number, by="lain", reason="Ternyata bukan.")


def test_a_pause_stops_the_clock_and_what_was_left_runs_on(quick: Desk) -> None:
    before = forwarded(quick)
    paused = quick.do(acts.wait_for_reporter, before.id, reason="Di sebelah mana pasarnya?")
    assert (paused.stage, paused.due_at, paused.clock) == ("menunggu_pelapor", None, "tindak_lanjut")
    assert "sebelah mana" in told(quick, before.id)[-1]
    after = quick.later(days=14).do(acts.resume, before.id)
    assert after.stage == "diteruskan"
    assert after.due_at is not None and before.due_at is not None
    assert after.due_at == before.due_at + timedelta(days=14), "two whole weeks without holidays"


def test_an_answer_is_rated_once_and_reopened_within_its_days(quick: Desk) -> None:
    number = forwarded(quick).id
    quick.do(acts.finish, number, answer="Sudah ditambal.")
    with pytest.raises(KentonganError, match="1 sampai 5"):
        quick.do(rate, number, rating=6)
    closed = quick.do(rate, number, rating=2)
    assert (closed.stage, closed.rating) == ("ditutup", 2)
    with pytest.raises(Conflict, match="sudah dinilai"):
        quick.do(rate, number, rating=5)
    with pytest.raises(Conflict, match="lebih dari 10 hari"):
        quick.later(days=11).do(reopen, number, reason="Berlubang lagi.", days=10)
    again = quick.later(days=9).do(reopen, number, reason="Berlubang lagi.", days=10)
    assert (again.stage, again.rating, again.finished_at, again.clock) == ("diproses", None, None, "penyelesaian")
    assert again.due_at is not None and again.due_at > NOW + timedelta(days=9), "the clock begins anew"


def test_merged_complaints_keep_their_reporters_and_all_are_told(desk: Desk) -> None:
    main = forwarded(desk, name="Ani", contact="0811")
    copy = desk.take(f"Tolong, {HOLE.lower()}", name="Beni", contact="0812").complaint
    third = desk.take("Lubang di Jalan Melati depan pasar, tolong ditambal.", name="Cici", contact="0813").complaint
    with desk.casework.read() as session:
        assert {one.complaint.id for one in find_duplicates(session, main)} == {copy.id, third.id}
    desk.do(merge, third.id, into=copy.id)
    merged = desk.do(merge, copy.id, into=main.id)
    assert (merged.stage, merged.merged_into, merged.due_at) == ("digabung", main.id, None)
    assert desk.get(third.id).merged_into == main.id, "what was merged into it came along"
    with pytest.raises(Conflict):
        desk.do(merge, main.id, into=copy.id)
    desk.do(acts.finish, main.id, answer="Sudah ditambal.")
    for one in (main, copy, third):
        assert told(desk, one.id)[-1] == f"Aduan {one.number} selesai. Jawaban: Sudah ditambal."
    with desk.casework.begin() as session:
        found = read_reporters(session, main.id, actor=desk.staff["petugas"], now=NOW)
        assert [(one.number, one.name) for one in found] == [
            (main.number, "Ani"), (copy.number, "Beni"), (third.number, "Cici"),
        ]  # fmt: skip
    apart = desk.do(unmerge, copy.id)
    assert (apart.stage, apart.merged_into, apart.clock) == ("menunggu_verifikasi", None, "verifikasi")
    assert desk.get(third.id).merged_into == main.id


def test_the_same_submission_twice_is_one_complaint(quick: Desk) -> None:
    first = quick.take("Air keran mati sejak kemarin.", contact="0899")
    again = quick.later(minutes=2).take("Air keran mati  sejak kemarin.", contact="0899")
    assert (again.new, again.complaint.id, again.code) == (False, first.complaint.id, first.code)
    assert quick.later(minutes=11).take("Air keran mati sejak kemarin.", contact="0899").new
    assert quick.take("Air keran mati sejak kemarin.", contact="0898").new


@pytest.mark.parametrize("text", ["", "  \n", "\u200b", "x" * 30_001])
def test_a_complaint_without_words_or_with_a_book_is_refused(quick: Desk, text: str) -> None:
    with pytest.raises(Quarantine):
        quick.take(text)


def test_a_complaint_of_one_word_or_in_the_sea_is_held_until_a_person_has_looked(quick: Desk) -> None:
    short = quick.take("tolong").complaint
    sea = quick.take(lat=-12.5, lon=95.0).complaint
    assert (short.held, sea.held) == ("too-short", "coordinates") and short.due_at is not None, "somebody waits"
    with quick.casework.read() as session:
        listed = {one.id for one in list_complaints(session, limit=1000)}
        held = {one.id for one in list_complaints(session, held=True)}
    assert {short.id, sea.id} <= held and not {short.id, sea.id} & listed
    with pytest.raises(Conflict, match="ditahan"):
        quick.do(acts.forward, sea.id, agency=AGENCY)
    freed = quick.do(acts.release, sea.id, reason="Titiknya salah tekan.")
    assert (freed.held, freed.lat, freed.lon) == (None, None, None)
    assert quick.do(acts.forward, sea.id, agency=AGENCY).stage == "diteruskan"


def test_two_people_acting_at_once_do_not_both_act(desk: Desk) -> None:
    number = forwarded(desk).id
    seen = desk.get(number)

    def end(answer: str) -> None:
        with desk.casework.begin() as session:
            acts.finish(
                session, number, answer=answer, actor=desk.staff["petugas"], version=seen.version, now=NOW,
                deadlines=deadlines(),
            )  # fmt: skip

    assert at_once([lambda: end("Jawaban satu."), lambda: end("Jawaban dua.")]) == ["Conflict", "done"]
    assert sum("selesai" in said for said in told(desk, number)) == 1


@pytest.mark.parametrize("change", ["UPDATE complaint_event SET act = 'x'", "DELETE FROM complaint_event"])
def test_the_database_refuses_to_change_history(desk: Desk, change: str) -> None:
    desk.take()
    with pytest.raises(Exception, match="append-only"), desk.casework.engine.begin() as connection:
        connection.execute(sa.text(change))


STEPS: dict[Act, dict[str, Any]] = {
    "forwarded": {"agency": AGENCY}, "returned": {"reason": "Bukan wewenang kami."},
    "followed_up": {"note": "Sedang kami cek."}, "waiting": {"reason": "Di mana tepatnya?"}, "resumed": {},
    "finished": {"answer": "Sudah selesai."}, "archived": {"reason": "Tidak jelas isinya."},
    "reopened": {"reason": "Masih rusak.", "days": 10}, "rated": {"rating": 4}, "verified": {},
}  # fmt: skip
FUNCTIONS = {
    "forwarded": acts.forward, "returned": acts.send_back, "followed_up": acts.follow_up,
    "waiting": acts.wait_for_reporter, "resumed": acts.resume, "finished": acts.finish, "archived": acts.archive,
    "reopened": reopen, "rated": rate, "verified": acts.verify,
}  # fmt: skip


@tries(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(sorted(STEPS)), max_size=9))
def test_acts_lead_where_the_table_says_and_nowhere_else(desk: Desk, steps: list[Act]) -> None:
    number = desk.take().complaint.id
    stage: Stage = "menunggu_verifikasi"
    before: list[Stage] = []
    for step in steps:
        seen, move = desk.get(number), MOVES[step]
        try:
            stage_now = desk.do(FUNCTIONS[step], number, **STEPS[step]).stage
        except KentonganError as error:
            assert stage not in move.stages or "sudah" in error.message or error.message.startswith("Aduan ini urusan")
            assert desk.get(number) == seen, "what is refused changes nothing"
            continue
        assert stage in move.stages
        wanted = {"stays": stage, "back": before[-1] if before else stage}.get(move.to, move.to)
        if step == "reopened" and seen.agency is None:
            wanted = "menunggu_verifikasi"
        assert stage_now == wanted
        if stage_now != stage:
            before.append(stage)
        stage = stage_now
    with desk.casework.read() as session:
        events = history(session, number)
        assert [event.stage_to for event in events if event.stage_to][-1] == stage == desk.get(number).stage
        # Each event goes on from the stage the one before it led to.
        moved = [event for event in events if event.stage_to]
        assert all(one.stage_to == after.stage_from for one, after in pairwise(moved))
    assert (desk.get(number).clock is not None) == (stage in OPEN_STAGES)


def test_lists_come_by_deadline_page_by_page_and_by_region_and_agency(quick: Desk) -> None:
    for hour in range(5):
        quick.later(days=-hour).take(f"Aduan nomor urut {hour} tentang saluran air.", region="99.01.04")
    with quick.casework.read() as session:
        found = list_complaints(session, region="99.01.04", limit=100)
        assert len(found) == 5 and sorted(found, key=lambda one: (one.due_at, one.id)) == found
        pages, after = [], None
        while page := list_complaints(session, region="99.01", limit=2, after=after):
            pages += page
            after = page[-1].id
        assert pages == list_complaints(session, region="99.01", limit=1000)
        red = list_complaints(session, region="99.01.04", red=True, now=NOW + timedelta(days=30))
        assert len(red) == 5 and not list_complaints(session, region="99.01.04", red=True, now=NOW - timedelta(days=9))
        assert sum(count_stages(session).values()) >= 5


@pytest.mark.parametrize(("said", "number"), [("ADU-2026-000012", 12), ("adu 2026 12", 12), ("12", 12), ("2026", 2026)])
def test_numbers_are_read_as_people_write_them(said: str, number: int) -> None:
    assert parse_number(said) == number


def test_every_stage_has_a_word_for_export_that_means_it_again() -> None:
    words = load_source_words()
    assert set(words.written_status) == set(STAGES)
    assert all(words.stage_of(words.written_status[stage]) == stage for stage in STAGES if stage != "digabung")


def test_a_wait_of_a_waiting_complaint_is_refused_and_the_event_table_is_as_it_was(quick: Desk, tmp_path: Path) -> None:
    number = forwarded(quick).id
    quick.do(acts.wait_for_reporter, number, reason="Di mana tepatnya?")
    with quick.casework.read() as session:
        before = session.scalar(sa.select(sa.func.count()).select_from(ComplaintEventRow))
    with pytest.raises(Conflict, match="tidak dapat ditunda"):
        quick.do(acts.wait_for_reporter, number, reason="Di mana tepatnya?")
    with quick.casework.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ComplaintEventRow)) == before
