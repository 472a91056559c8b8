"""Adding a post by hand: the form as it is drawn, and the whole way through it in a real browser."""

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

from crawlers.by_hand import PICTURES, picture_name
from kentongan.schema import BY_HAND, Query
from kentongan.settings import Settings, as_variables
from kentongan.times import format_time
from search.open import open_store


def draw_page() -> None:
    from dashboard.app_pages.add_post import show_add_post
    from dashboard.data import read_settings

    show_add_post(read_settings(), language="id")


@pytest.fixture
def page(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The page alone, over an installation of its own."""
    for name, value in as_variables(msgspec.structs.replace(settings, sign_in="off")).items():
        monkeypatch.setenv(name, value)
    for cache in (cache_data, cache_resource):
        cache.clear()
    yield AppTest.from_function(draw_page, default_timeout=60).run()
    from dashboard.data import shared_casework, shared_store

    shared_store().close()
    shared_casework().close()
    for cache in (cache_data, cache_resource):
        cache.clear()


def told(page: AppTest) -> str:
    return " ".join(element.body for element in page.get("html"))


def test_an_empty_form_says_beside_each_field_what_is_missing(page: AppTest) -> None:
    assert page.selectbox(key="platform").value == "facebook"
    page.button(key="save").click().run()
    assert not page.exception
    faults = re.findall(r'role="alert">([^<]+)<', told(page))
    assert [fault.split(" ")[0:2] for fault in faults] == [["Isi", "paling"], ["Isi", "kapan"], ["Isi", "nama"]]


def test_a_saved_post_can_be_taken_back_and_the_next_one_begun(page: AppTest, settings: Settings) -> None:
    page.text_input(key="url").input("https://www.facebook.com/groups/randu/posts/1")
    page.text_area(key="text").input("Pasar Randu <b>kebakaran</b>")
    page.text_input(key="time").input("12/11/2026 10:15 WIB")
    page.text_input(key="actor").input("Siti")
    page.button(key="save").click().run()
    assert "Tersimpan" in told(page) and "dimasukkan tangan" in told(page)
    assert "Pasar Randu &lt;b&gt;kebakaran" in told(page) and "Dimasukkan oleh Siti." in told(page)
    with open_store(settings) as store:
        (record,) = store.search(Query(text="kebakaran")).records
        assert record.document.source == BY_HAND
        page.button(key="undo").click().run()
        assert "Dibatalkan" in told(page) and not page.exception
        assert store.get([record.document.id]) == [None]
    page.button(key="again").click().run()
    assert (page.text_input(key="actor").value, page.text_input(key="url").value) == ("Siti", "")
    assert page.text_area(key="text").value == ""


def test_the_same_post_again_is_said_to_be_known_and_cannot_be_undone(page: AppTest) -> None:
    for _ in range(2):
        page.selectbox(key="platform").select("whatsapp").run()
        page.text_area(key="text").input("Tanggul jebol, sebarkan!")
        page.text_input(key="time").input("12/11/2026 10:15")
        page.text_input(key="actor").input("Siti")
        page.button(key="save").click().run()
        known = "Sudah pernah dimasukkan" in told(page)
        if not known:
            page.button(key="again").click().run()
    assert known and not [button for button in page.button if button.key == "undo"]


def test_a_whatsapp_sender_cannot_be_typed(page: AppTest) -> None:
    page.selectbox(key="platform").select("whatsapp").run()
    author = page.text_input(key="author")
    assert author.disabled and "tidak dicatat" in author.placeholder


def test_a_person_adds_a_screenshot_finds_it_marked_and_no_figure_counts_it(
    chromium: Any, settings: Settings, tmp_path: Path
) -> None:
    picture = tmp_path / "layar.png"
    picture.write_bytes(PNG)
    with running_dashboard(msgspec.structs.replace(settings, sign_in="off")) as address:
        page = chromium.new_page(viewport={"width": 1366, "height": 768})
        page.set_default_timeout(30_000)
        page.goto(f"{address}/?bahasa=id")
        page.get_by_role("link", name="Tambah unggahan").click()
        page.get_by_role("button", name="Simpan unggahan").click()
        page.wait_for_selector(".kt-fault")
        assert "bahasa=id" in page.url and "/tambah" in page.url
        page.get_by_label("Teks, disalin apa adanya").fill("Pasar Randu kebakaran")
        page.get_by_label("Kapan diunggah").fill("kemarin sore")
        page.get_by_label("Dimasukkan oleh").fill("Siti")
        page.locator("input[type=file]").set_input_files(picture)
        page.get_by_text("layar.png").wait_for()
        page.get_by_role("button", name="Simpan unggahan").click()
        page.get_by_text("Waktunya tidak terbaca").wait_for()
        assert page.get_by_label("Teks, disalin apa adanya").input_value() == "Pasar Randu kebakaran"
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        yesterday = format_time(datetime.now(UTC) - timedelta(days=1))
        # While the page is drawn anew the old form may still stand beside the new one.
        page.wait_for_function("document.querySelectorAll('input[aria-label=\"Kapan diunggah\"]').length === 1")
        page.get_by_label("Kapan diunggah").fill(yesterday)
        page.get_by_role("button", name="Simpan unggahan").click()
        page.get_by_role("button", name="Batalkan").wait_for()
        assert (settings.data_dir / PICTURES / picture_name(PNG)).read_bytes() == PNG
        page.get_by_role("link", name="Tren dan aduan").click()
        page.wait_for_selector("svg.trend")
        page.wait_for_selector(".kt-post")
        text = page.inner_text("body")
        page.close()
    assert "dimasukkan tangan" in text and "Pasar Randu kebakaran" in text
    assert "0 unggahan" in text, "shown, and counted nowhere"
    assert "Traceback" not in text
