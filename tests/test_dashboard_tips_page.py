"""The staff's page of tips: entry with a picture, what was found at once, and the list by its clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from browser import running_dashboard
from streamlit import cache_data, cache_resource
from streamlit.testing.v1 import AppTest
from test_crawlers_by_hand import PNG
from tip_desk import CHECK_TITLE, CHECKED, HOAX, enter, put_story

from casework.db import open_casework
from casework.tip_intake import PICTURES
from casework.tips import list_tips
from crawlers.by_hand import picture_name
from kentongan.settings import Settings, as_variables
from search.open import open_store

HOSTILE = "<script>alert(1)</script> Hubungi 0812-3456-7890 \u202egnp.exe"


def draw_page() -> None:
    from dashboard.app_pages.tips import show_tips
    from dashboard.data import read_settings

    show_tips(read_settings(), language="id")


@pytest.fixture
def page(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The page alone, over an installation of its own; drawn by each test itself."""
    for name, value in as_variables(msgspec.structs.replace(settings, sign_in="off")).items():
        monkeypatch.setenv(name, value)
    for cache in (cache_data, cache_resource):
        cache.clear()
    yield AppTest.from_function(draw_page, default_timeout=60)
    from dashboard.data import shared_casework, shared_store

    shared_store().close()
    shared_casework().close()
    for cache in (cache_data, cache_resource):
        cache.clear()


def told(page: AppTest) -> str:
    return " ".join(element.body for element in page.get("html"))


def fill(page: AppTest, text: str, *, actor: str = "Siti", **more: str) -> AppTest:
    page.text_area(key="tip_text").input(text)
    for name, value in {"actor": actor, **more}.items():
        page.text_input(key=f"tip_{name}").input(value)
    return page.button(key="tip_save").click().run()


def put_desk(settings: Settings) -> None:
    with open_store(settings) as store, open_casework(settings) as casework:
        put_story(store, casework, settings)


def test_an_empty_desk_says_what_to_do_and_an_empty_form_what_is_missing(page: AppTest) -> None:
    page.run()
    assert "Tidak ada laporan yang menunggu" in told(page) and "/lapor" in told(page)
    page.button(key="tip_save").click().run()
    faults = re.findall(r'role="alert">([^<]+)<', told(page))
    assert [fault.split()[0:2] for fault in faults] == [["Isi", "paling"], ["Isi", "nama"]] and not page.exception


def test_a_tip_shows_its_number_code_story_and_fact_check_at_once(page: AppTest, settings: Settings) -> None:
    put_desk(settings)
    page.run()
    fill(page, HOAX, contact="081299998888")
    said = told(page)
    assert not page.exception and "Tersimpan" in said and "<b>LH-000001</b>" in said
    assert "pesan yang sama" in said and "Pemkab Tirtamaya membagikan" in said and "081299998888" not in said
    assert "1 menunggu, 0 lewat batas" in said and "sisa 2 jam 59 menit" in said
    page.button(key="tip_again").click().run()
    assert page.text_area(key="tip_text").value == "" and page.text_input(key="tip_contact").value == ""
    fill(page, CHECKED)
    said = told(page)
    assert CHECK_TITLE in said and "klaim sama" in said and "<mark>vaksin</mark>" in said
    with open_casework(settings) as casework, casework.read() as session:
        assert [tip.state for tip in list_tips(session)] == ["matched", "matched"]


def test_hostile_words_are_harmless_and_numbers_masked(page: AppTest) -> None:
    page.run()
    fill(page, HOSTILE)
    said = told(page)
    assert not page.exception and "<script>" not in said and "&lt;script&gt;" in said
    assert "0812" not in said and "[nomor]" in said and "\u202e" not in said


def test_one_word_is_shown_as_held_and_an_overdue_tip_in_red(page: AppTest, settings: Settings) -> None:
    with open_casework(settings) as casework:
        enter(casework, settings, HOAX, now=datetime.now(UTC) - timedelta(hours=4))
    page.run()
    assert "kt-clock late" in told(page) and "lewat 1 jam" in told(page) and "1 lewat batas" in told(page)
    fill(page, "Hoaks")
    assert "Ditahan" in told(page) and "satu kata" in told(page)


def test_staff_enter_a_tip_with_its_picture_in_a_browser_and_a_citizen_one_on_a_phone(
    chromium: Any, settings: Settings, tmp_path: Path
) -> None:
    picture = tmp_path / "layar.png"
    picture.write_bytes(PNG)
    put_desk(settings)
    with running_dashboard(msgspec.structs.replace(settings, sign_in="off")) as address:
        phone = chromium.new_page(viewport={"width": 390, "height": 844})
        asked: list[str] = []
        phone.on("request", lambda request: asked.append(request.url))
        phone.goto(f"{address}/lapor")
        phone.get_by_label("Pesan yang Anda ragukan").fill(HOAX)
        phone.get_by_label("Gambar", exact=True).set_input_files(picture)
        phone.get_by_role("button", name="Kirim laporan").click()
        phone.get_by_text("LH-000001").wait_for()
        assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        phone.get_by_role("button", name="Lihat jawaban").click()
        phone.get_by_text("Sedang diperiksa.").wait_for()
        assert all(one.startswith((address, "data:")) for one in asked), "no request leaves the installation"
        phone.close()
        page = chromium.new_page(viewport={"width": 1366, "height": 768})
        page.set_default_timeout(30_000)
        page.goto(address)
        page.get_by_role("link", name="Laporan hoaks").click()
        page.get_by_text("Yang menunggu jawaban").wait_for()
        page.get_by_label("Pesan yang ditanyakan, apa adanya").fill(CHECKED)
        page.get_by_label("Dimasukkan oleh").fill("Siti")
        page.locator("input[type=file]").set_input_files(picture)
        page.get_by_text("layar.png").wait_for()
        page.get_by_role("button", name="Simpan dan cocokkan").click()
        page.get_by_text("Tersimpan").wait_for()
        page.get_by_text("LH-000002").first.wait_for()
        page.get_by_text("klaim sama").first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        text = page.inner_text("body")
        page.close()
    assert "LH-000001" in text and "Traceback" not in text
    assert (settings.data_dir / PICTURES / picture_name(PNG)).read_bytes() == PNG
