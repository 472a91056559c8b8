"""The pages of follow-ups, clarifications and decisions: what they show, what acts do, what the address keeps."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from casework_fixtures import migrated_file
from complaint_courses import put_agencies, put_complaint
from search_documents import make_document
from streamlit import cache_data, cache_resource
from streamlit.testing.v1 import AppTest

from casework.db import open_casework
from casework.followups.clarifications import list_drafts
from casework.followups.decisions import list_decisions
from casework.followups.history import list_followups
from casework.people import add_person
from casework.roles import SYSTEM
from dashboard.data import shared_casework, shared_store
from dashboard.decision_desk import make_sheet
from kentongan.settings import Settings, as_variables
from search.open import open_store

NOW = datetime.now(UTC)
HOSTILE = "<script>alert(1)</script> Periksa tanggul"
REASON = "Aduan banjir naik dua kali lipat dan pompa lama sering mati."


def draw_followups() -> None:
    from dashboard.app_pages.followups import show_followups
    from dashboard.data import read_settings

    show_followups(read_settings(), language="id")


def draw_decisions() -> None:
    from dashboard.app_pages.decisions import show_decisions
    from dashboard.data import read_settings

    show_decisions(read_settings(), language="id")


def draw_english() -> None:
    from dashboard.app_pages.decisions import show_decisions
    from dashboard.data import read_settings

    show_decisions(read_settings(), language="en")


@dataclass
class Office:
    """An installation, and in whose name its pages act."""

    settings: Settings
    act_as: Callable[[str], None]


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    folder = tmp_path / "var"
    folder.mkdir()
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")

    def act_as(username: str) -> None:
        for name, value in as_variables(Settings(data_dir=folder, sign_in="off", dashboard_person=username)).items():
            monkeypatch.setenv(name, value)
        for cache in (cache_data, cache_resource):
            cache.clear()

    act_as("ani")
    settings = Settings(data_dir=folder)
    with open_store(settings) as store:
        store.add([make_document(number) for number in range(3)])
    with open_casework(settings) as casework, casework.begin() as session:
        for username, role in (("ani", "analis"), ("pim", "pimpinan"), ("peni", "peneliti")):
            add_person(session, username, name=username.title(), role=role, actor=SYSTEM, now=NOW)  # type: ignore[arg-type]
    yield Office(settings, act_as)
    shared_store().close()
    shared_casework().close()
    for cache in (cache_data, cache_resource):
        cache.clear()


def draw(page: Callable[[], None], **address: str) -> AppTest:
    made = AppTest.from_function(page, default_timeout=60)
    for name, value in address.items():
        made.query_params[name] = value
    return made.run()


def told(page: AppTest) -> str:
    """Everything the page says in HTML; fails where it broke."""
    assert not page.exception, page.exception
    return " ".join(element.body for element in page.get("html"))


def press(page: AppTest, key: str) -> AppTest:
    (button,) = [one for one in page.button if one.key == key]
    return button.click().run()


def with_agencies(office: Office) -> None:
    with open_casework(office.settings) as casework, casework.begin() as session:
        put_agencies(session)


def test_empty_pages_say_what_to_do(office: Office) -> None:
    tasks = told(draw(draw_followups, tugas="99"))
    assert "Belum ada tugas" in tasks and "Belum ada instansi" in tasks and "TL-000099 tidak ada" in tasks
    assert "Belum ada klarifikasi" in told(draw(draw_followups, bagian="klarifikasi"))
    chosen = told(draw(draw_decisions, topik="health"))
    for words in ("Belum ada yang tercatat", "Belum ada yang selesai", "Belum ada indikator"):
        assert words in chosen
    assert "Choose a topic" in told(draw(draw_english))
    strange = told(draw(draw_decisions, topik="<script>", wilayah="99.99", hari="ribuan"))
    assert "Pilih topik atau wilayah" in strange and "<script>" not in strange


def test_a_task_is_assigned_answered_and_closed_on_the_page(office: Office) -> None:
    with_agencies(office)
    page = draw(draw_followups, tentang="topic:health", wilayah="33.74")
    page.text_input(key="assign-title").set_value(HOSTILE)
    page.text_area(key="assign-task").set_value("Periksa dan laporkan.")
    page = press(page, "assign-do")
    shown = told(page)
    assert page.query_params["tugas"] == "1" and "<script>" not in shown and "&lt;script&gt;" in shown
    assert "Pasal 36 UU Pelayanan Publik" in shown and "belum ditinjau ahli hukum" in shown
    page.text_area(key="answer-words-1").set_value("Tanggul utuh.")
    page = press(page, "answer-do-1")
    page.text_area(key="close-words-1").set_value("Aduan turun.")
    page = press(page, "close-do-1")
    assert "Tanggul utuh." in told(page) and "Aduan turun." in told(page)
    with open_casework(office.settings) as casework, casework.read() as session:
        (one,) = list_followups(session, states=("closed",))
    assert (one.topic, one.region, one.assigned_name, one.result) == ("health", "33.74", "ani", "Aduan turun.")


def test_what_the_person_may_not_do_is_refused_on_the_page(office: Office) -> None:
    with_agencies(office)
    office.act_as("peni")
    page = draw(draw_followups)
    page.text_input(key="assign-title").set_value("Periksa")
    page.text_area(key="assign-task").set_value("Periksa.")
    assert "tidak berhak menugaskan" in told(press(page, "assign-do"))
    with open_casework(office.settings) as casework, casework.read() as session:
        assert list_followups(session) == []


def test_a_clarification_is_written_by_one_approved_by_another_and_noted_as_published(office: Office) -> None:
    page = draw(draw_followups, bagian="klarifikasi")
    page.text_input(key="write-title").set_value("Vaksin aman")
    page.text_area(key="write-text").set_value(HOSTILE)
    page = press(page, "write-do")
    assert "<script>" not in told(page)
    (approve,) = [one.key for one in page.button if str(one.key).startswith("approve-1")]
    assert "tidak berhak menyetujui" in told(press(page, str(approve)))
    office.act_as("pim")
    page = draw(draw_followups, bagian="klarifikasi", klarifikasi="1")
    page = press(page, str(approve))
    assert "Disetujui pim" in told(page)
    page.text_input(key="publish-address-1").set_value("https://tirtamaya.example/1")
    page = press(page, "publish-do-1")
    assert "https://tirtamaya.example/1" in told(page)
    with open_casework(office.settings) as casework, casework.read() as session:
        (one,) = list_drafts(session)
    assert (one.state, one.publications[0].channel, one.approved_name) == ("published", "situs", "pim")


def test_a_decision_rests_on_the_figures_of_its_page_and_has_a_sheet(office: Office) -> None:
    with_agencies(office)
    with open_casework(office.settings) as casework, casework.begin() as session:
        for number, course in ((1, "waiting"), (2, "done")):
            put_complaint(
                session, number, received_at=NOW - timedelta(days=20), gaps=(1, 2, 3), course=course, region="33.74.01",
                title="Banjir lagi",
            )  # fmt: skip
        late = put_complaint(
            session, 3, received_at=NOW - timedelta(days=20), region="33.74.01", title="Pompa <b>mati</b>",
            clock="verifikasi", due_at=NOW - timedelta(days=3),
        )  # fmt: skip
        put_complaint(
            session, 4, received_at=NOW - timedelta(days=20), region="33.74.01", title="Rahasia sekali", secret=True,
            clock="verifikasi", due_at=NOW - timedelta(days=3),
        )  # fmt: skip
        number = late.row.number
    office.act_as("pim")
    page = draw(draw_decisions, wilayah="33.74", hari="90")
    shown = told(page)
    assert number in shown and "Pompa &lt;b&gt;mati" in shown and "Rahasia sekali" not in shown
    assert "Dinas PUPR Tirtamaya: 1 selesai, median 6,0 hari" in shown
    page.text_input(key="decide-question").set_value("Apakah pompa ditambah?")
    page.text_input(key="decide-option-1").set_value("Tambah pompa")
    page.text_input(key="decide-option-3").set_value("Tidak bertindak dulu")
    page.text_area(key="decide-reason").set_value(REASON)
    assert "belum disebut" in told(press(page, "decide-do"))
    page.radio(key="decide-chosen").set_value(1)
    assert "belum disebut" in told(press(page, "decide-do")), "the second field is empty"
    page.radio(key="decide-chosen").set_value(2)
    page = press(page, "decide-do")
    assert "Tidak bertindak dulu" in told(page)
    with open_casework(office.settings) as casework, casework.read() as session:
        (one,) = list_decisions(session)
    figures = dict(one.figures["angka"])
    assert (one.region, one.choice, one.name) == ("33.74", "Tidak bertindak dulu", "Pim")
    assert (figures["Aduan terbuka"], figures["Aduan kode merah"]) == ("1", "1")
    assert one.until - one.since == timedelta(days=90)
    assert make_sheet(one, topic=None, place="Kota Semarang", now=NOW).startswith(b"%PDF")
    office.act_as("ani")
    page = draw(draw_decisions, wilayah="33.74")
    assert "KP-000001" in told(page), "the decision is part of what was done before"
    page.text_input(key="decide-question").set_value("Lagi?")
    for at in (1, 2):
        page.text_input(key=f"decide-option-{at}").set_value(f"Pilihan {at}")
    page.radio(key="decide-chosen").set_value(0)
    page.text_area(key="decide-reason").set_value(REASON)
    assert "tidak berhak mencatat keputusan" in told(press(page, "decide-do"))
