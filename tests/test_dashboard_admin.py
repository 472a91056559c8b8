"""The page Kelola: people, what is kept, the audit and the store, for an admin and for nobody else."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest
from argon2 import PasswordHasher
from casework_fixtures import migrated_file
from page_world import draw_at
from search_documents import make_document
from streamlit import cache_data, cache_resource
from streamlit.testing.v1 import AppTest

from casework import audit
from casework.accounts import passwords
from casework.accounts.administering import read_standings
from casework.accounts.second_factor import begin_enrolment, confirm_enrolment
from casework.accounts.sessions import open_session
from casework.accounts.signing_in import give_password
from casework.accounts.tables import AccountRow
from casework.audit import read_audit
from casework.db import open_casework
from casework.people import Person, add_person, deactivate, find_person
from casework.roles import SYSTEM, Actor
from casework.tip_intake import TipIntake, take_tip
from casework.tip_tables import TipReporterRow, TipRow
from dashboard.admin_audit_desk import MOST_EXPORTED, AuditQuestion, write_audit_csv
from dashboard.admin_cards import audit_table, detail_words
from dashboard.data import read_settings, shared_casework, shared_store
from kentongan.errors import NotAllowed
from kentongan.schema import Query
from kentongan.settings import Settings, as_variables
from search.open import open_store

NOW = datetime.now(UTC)
HOSTILE = "<script>alert(1)</script> Sari"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two admins, an analyst with a hostile name, an officer, a guest, one who left; documents young and old."""
    folder: Path = tmp_path_factory.mktemp("kelola")
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    settings = Settings(data_dir=folder, sign_in="off", dashboard_person="ratna", tip_reporter_days=90)
    with open_store(settings) as store:
        store.add([make_document(n, published_at=NOW - timedelta(days=n * 100)) for n in range(1, 7)])
        store.refresh()
    long_ago = NOW - timedelta(days=200)
    with open_casework(settings) as casework, casework.begin() as session:
        for username, name, role, more in (
            ("ratna", "Ratna Dewi", "admin", {}), ("bowo", "Bowo", "admin", {}), ("sari", HOSTILE, "analis", {}),
            ("citra", "Citra", "petugas", {"agency": "Dinas PUPR"}),
            ("tamu", "Tamu Magang", "analis", {"expires_at": NOW + timedelta(days=9)}), ("lama", "Lama", "hukum", {}),
        ):  # fmt: skip
            add_person(session, username, name=name, role=role, actor=SYSTEM, now=long_ago, **more)  # type: ignore[arg-type]
        left = find_person(session, "lama")
        deactivate(session, left.id, actor=SYSTEM, version=left.version, now=long_ago)
        tip = take_tip(
            session, TipIntake(channel="desk", text="Benarkah ada bansos lewat tautan?", name="Siti", contact="0812"),
            settings=settings, actor=SYSTEM, now=long_ago,
        )  # fmt: skip
        session.get_one(TipRow, tip.tip.id).ended_at = long_ago
    return settings


@pytest.fixture(autouse=True)
def page(office: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in as_variables(office).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(
        passwords, "make_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    )  # fmt: skip
    for cache in (cache_data, cache_resource):
        cache.clear()
    yield
    shared_store().close()
    shared_casework().close()
    for cache in (cache_data, cache_resource):
        cache.clear()


def draw_admin() -> None:
    from dashboard.app_pages.admin import show_admin
    from dashboard.data import read_settings

    show_admin(read_settings(), language="id")


draw = partial(draw_at, draw_admin)


def told(page: AppTest) -> str:
    assert not page.exception, page.exception
    drawn = [str(one.proto) for one in page.get("bidi_component")]
    plain = [str(one.value) for one in (*page.markdown, *page.code)]
    return " ".join([*(str(element.proto.body) for element in page.get("html")), *drawn, *plain])


def press(page: AppTest, words: str) -> AppTest:
    """Press the first button with these words."""
    next(one for one in page.button if one.label.startswith(words)).click()
    return page.run()


def tick(page: AppTest, words: str) -> None:
    next(one for one in page.checkbox if one.label.startswith(words)).check()


def person_of(username: str) -> Person:
    with shared_casework().read() as session:
        return find_person(session, username)


def acts_on(username: str) -> list[str]:
    """What the audit has about a person, newest first."""
    with shared_casework().read() as session:
        who = find_person(session, username)
        return [one.action for one in read_audit(session, actor=SYSTEM, now=NOW, object=f"person:{who.id}")]


def test_people_are_listed_with_role_state_and_escaped_names_whatever_the_address_says() -> None:
    said = told(draw(orang="<b>", bagian="?", peran="raja", keadaan="x"))
    assert "<script>" not in said and "&lt;script&gt;" in said
    assert "5 aktif dari 6" in said and "Dinas PUPR" in said and "ditutup" in said and "Pilih seseorang" in said
    assert "Tamu Magang" not in told(draw(keadaan="tutup")) and "Lama" in told(draw(keadaan="tutup"))
    assert "Tidak ada yang cocok" in told(draw(cari="tidak-ada-orangnya"))


@pytest.mark.parametrize("part", ["orang", "simpan", "audit", "penyimpanan"])
def test_nobody_but_an_admin_sees_any_part(part: str, office: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    analyst = as_variables(msgspec.structs.replace(office, dashboard_person="sari"))
    monkeypatch.setenv("KENTONGAN_DASHBOARD_PERSON", analyst["KENTONGAN_DASHBOARD_PERSON"])
    read_settings.clear()  # type: ignore[attr-defined]
    said = told(draw(bagian=part))
    assert "Bagian ini untuk admin" in said and "tidak berhak" in said
    assert "Ratna" not in said and "kentongan store backup" not in said


def test_an_admin_adds_a_guest_operator_whose_one_time_password_is_shown_once() -> None:
    page = draw(orang="+baru")
    page.text_input(key="admin-new-name").input("Operator Tamu")
    page.text_input(key="admin-new-username").input("RATNA")
    page.selectbox(key="admin-role-new").select("petugas")
    page = page.run()
    page.text_input(key="admin-agency-new").input("Dinas Kominfo")
    tick(page, "Akun berakhir sendiri")
    page = page.run()
    page.date_input(key="admin-last-new").set_value((NOW + timedelta(days=5)).date())
    page = press(page, "Tambahkan")
    assert "sudah dipakai" in told(page)
    assert page.text_input(key="admin-new-name").value == "Operator Tamu", "what was typed stays"
    page.text_input(key="admin-new-username").input("operator.tamu")
    page = press(page, "Tambahkan")
    person = person_of("operator.tamu")
    assert person.role == "petugas" and person.agency == "Dinas Kominfo"
    assert person.expires_at is not None and person.expires_at > NOW + timedelta(days=4)
    (given,) = [one.value for one in page.code]
    assert "Hanya tampil di sini" in told(page) and person.name in told(page)
    with shared_casework().read() as session:
        standing = read_standings(session, actor=SYSTEM, now=NOW)[person.id]
        kept = [dict(one.detail) for one in read_audit(session, actor=SYSTEM, now=NOW)]
    assert standing.must_change and given not in str(kept)
    page = press(page, "Sudah saya catat")
    assert not page.code and given not in told(page)
    assert given not in told(draw(orang="operator.tamu"))


def test_a_role_is_changed_and_taken_back_and_a_closed_account_is_opened_again() -> None:
    page = draw(orang="citra")
    page.selectbox(key=f"admin-role-{person_of('citra').id}-1").select("analis")
    page = press(page.run(), "Ganti peran")
    assert person_of("citra").role == "analis" and "Petugas aduan menjadi Analis media" in told(page)
    page = press(page, "Batalkan")
    assert (person_of("citra").role, person_of("citra").agency) == ("petugas", "Dinas PUPR")
    page = press(draw(orang="citra"), "Tutup akun")
    assert not person_of("citra").active
    page = press(page, "Batalkan")
    assert person_of("citra").active
    assert acts_on("citra")[:4] == [
        "people.reactivate", "people.deactivate", "people.change_role", "people.change_role"
    ]  # fmt: skip


def test_what_cannot_be_undone_asks_first_and_the_last_lasting_admin_stays() -> None:
    page = press(draw(orang="sari"), "Beri kata sandi baru")
    assert "Centang dulu" in told(page) and not page.code
    tick(page, "Ya: kata sandi lama")
    page = press(page, "Beri kata sandi baru")
    assert len(page.code) == 1 and acts_on("sari")[0] == "account.give_password"
    assert not person_of("bowo").expires_at
    press(draw(orang="bowo"), "Tutup akun")
    assert not person_of("bowo").active
    refused = press(draw(orang="ratna"), "Tutup akun")
    assert "admin aktif terakhir" in told(refused) and person_of("ratna").active
    press(draw(orang="bowo"), "Buka kembali akun")


def test_an_account_gets_another_last_day_and_a_second_factor_and_sessions_are_ended() -> None:
    person = person_of("sari")
    with shared_casework().begin() as session:
        give_password(session, person.id, actor=SYSTEM, now=NOW)
        row = session.get_one(AccountRow, person.id)
        code = __import__("pyotp").TOTP(begin_enrolment(row)).at(NOW)
        own = Actor(id=person.id, username=person.username, role=person.role)
        confirm_enrolment(session, row, code, actor=own, now=NOW)
        for browser in ("Firefox", "<b>Chrome"):
            open_session(session, person.id, browser=browser, now=NOW)
    page = draw(orang="sari")
    said = told(page)
    assert "sesi terbuka: 2" in said and "&lt;b&gt;Chrome" in said and "faktor kedua terpasang" in said
    page = press(page, "Akhiri semua sesi")
    assert "sesi terbuka: 0" in told(page)
    tick(page, "Ya: sampai dipasang lagi")
    page = press(page, "Lepas faktor kedua")
    assert "tanpa faktor kedua" in told(page)
    assert acts_on("sari")[:2] == ["account.remove_second_factor", "account.end_sessions"]
    tick(page, "Akun berakhir sendiri")
    page = press(page.run(), "Simpan masa akun")
    assert person_of("sari").expires_at is not None
    page = press(page, "Batalkan")
    assert person_of("sari").expires_at is None


def test_old_documents_are_counted_first_and_removed_only_with_a_reason_and_a_tick() -> None:
    page = draw(bagian="simpan")
    assert "lebih dari setahun" in told(page)
    page.number_input(key="admin-prune-days").set_value(450)
    page = press(page, "Hitung dulu")
    assert "2 dokumen akan dihapus" in told(page) and shared_store().count(Query())[0].count == 6
    refused = press(page, "Hapus 2 dokumen")
    assert "Centang dulu" in told(refused)
    tick(page, "Ya, hapus")
    refused = press(page, "Hapus 2 dokumen")
    assert "Alasannya belum diisi" in told(refused) and shared_store().count(Query())[0].count == 6
    page.text_input(key="admin-prune-reason").input("masa simpan lewat")
    page = press(page, "Hapus 2 dokumen")
    assert "2 dokumen dihapus" in told(page) and shared_store().count(Query())[0].count == 4
    with shared_casework().read() as session:
        found = read_audit(session, actor=SYSTEM, now=NOW, object="store")
    assert [one.action for one in found] == ["store.pruned", "store.prune"]
    assert found[0].actor_name == "ratna" and found[1].detail["alasan"] == "masa simpan lewat"


def test_reporters_past_their_time_are_counted_without_a_trace_and_blanked_with_a_reason() -> None:
    page = press(draw(bagian="simpan"), "Hitung yang lewat masanya")
    assert "1 lewat masanya" in told(page)
    with shared_casework().read() as session:
        assert session.get_one(TipReporterRow, 1).name == "Siti", "counting blanks nothing"
        assert not read_audit(session, actor=SYSTEM, now=NOW, action="tips.forget")
    tick(page, "Ya, kosongkan")
    page.text_input(key="admin-personal-reason").input("UU PDP, masa simpan 90 hari")
    page = press(page, "Kosongkan 1 data pribadi")
    assert "1 data pribadi dikosongkan" in told(page)
    with shared_casework().read() as session:
        assert session.get_one(TipReporterRow, 1).name is None
        (why,) = read_audit(session, actor=SYSTEM, now=NOW, action="retention.blanked")
    assert why.actor_name == "ratna" and why.detail["jumlah"] == 1


def test_the_audit_is_filtered_by_who_act_thing_and_day_and_pages_go_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.admin_audit.SHOWN", 3)
    with shared_casework().begin() as session:
        for number in range(7):
            audit.record(session, SYSTEM, action="jobs.start", object=f"job:{number}", detail={"ke": number}, now=NOW)
    page = draw(bagian="audit", tindakan="jobs", siapa="sistem")
    said = told(page)
    assert "job:6" in said and "job:4" in said and "job:3" not in said and "people.add" not in said
    said = told(press(page, "Lebih lama"))
    assert "job:3" in said and "job:4" not in said
    assert "job:5" in told(draw(bagian="audit", benda="job:5")) and "Tidak ada catatan" in told(
        draw(bagian="audit", benda="job:55")
    )
    long_ago = (NOW - timedelta(days=150)).date().isoformat()
    assert "people.add" in told(draw(bagian="audit", sampai=long_ago, tindakan="people"))
    assert "Tidak ada catatan" in told(draw(bagian="audit", tindakan="jobs", sampai=long_ago))
    nonsense = told(draw(bagian="audit", siapa="<b>", tindakan="'", dari="kapan", sampai="9999-99-99", sebelum="-1"))
    assert "job:6" in nonsense


def test_the_file_of_the_audit_is_harmless_in_a_spreadsheet_and_is_itself_recorded() -> None:
    with shared_casework().begin() as session:
        audit.record(
            session, SYSTEM, action="posts.export", object="=cmd|' /C calc'!A0", detail={"kueri": "banjir"}, now=NOW
        )  # fmt: skip
    made = write_audit_csv(AuditQuestion(action="posts.export"), now=NOW)
    assert made.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(made.decode("utf-8-sig")))
    assert head[1:5] == ["waktu", "siapa", "tindakan", "benda"] and len(rows) == 1
    assert rows[0][4].startswith("'=") and '"kueri":"banjir"' in rows[0][5]
    with shared_casework().read() as session:
        (taken,) = read_audit(session, actor=SYSTEM, now=NOW, action="audit.export", limit=1)
    assert taken.actor_name == "ratna" and taken.detail == {"jumlah": 1, "action": "posts.export"}
    assert MOST_EXPORTED >= 1_000
    with pytest.raises(NotAllowed), shared_casework().begin() as session:
        read_audit(session, actor=Actor(id=person_of("sari").id, username="sari", role="analis"), now=NOW)


def test_the_store_says_its_size_and_how_to_back_up_what_there_is() -> None:
    said = told(draw(bagian="penyimpanan"))
    assert "dokumen" in said and "kentongan store backup" in said and "casework.sqlite" in said and "Sehat" in said


def test_an_entry_with_a_very_long_hostile_detail_stays_in_its_cell() -> None:
    long = detail_words({"kueri": "<b>" + "a" * 100_000})
    assert len(long) < 400 and "&lt;b&gt;" in long
    entry = audit.AuditEntry(
        id=1, at=NOW, actor="x", actor_name="<i>", action="<u>.x", object="case:<b>", detail={}
    )  # fmt: skip
    drawn = audit_table([entry], {}, "en", zone="WIB")
    assert "<i>" not in drawn and "<u>" not in drawn and "<b>&" not in drawn
