"""The page of the briefing: it is written, every number links, words change and numbers do not, who may signs."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from briefing_world import read_paper
from casework_fixtures import migrated_file
from search_documents import make_document
from streamlit import cache_data, cache_resource
from streamlit.testing.v1 import AppTest

from casework.briefings.records import get_briefing
from casework.db import open_casework
from casework.people import add_person
from casework.roles import SYSTEM
from dashboard.data import shared_casework, shared_store
from kentongan.settings import Settings, as_variables
from search.open import open_store


def draw_page() -> None:
    from dashboard.app_pages.briefings import show_briefings
    from dashboard.data import read_settings

    show_briefings(read_settings(), language="id")


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
    settings, now = Settings(data_dir=folder), datetime.now(UTC)
    with open_store(settings) as store:
        store.add(make_document(n, published_at=now - timedelta(hours=2), collected_at=now) for n in range(3))
    with open_casework(settings) as casework, casework.begin() as session:
        for username, role in (("ani", "analis"), ("dewi", "pimpinan")):
            add_person(session, username, name=username.title(), role=role, actor=SYSTEM, now=now)  # type: ignore[arg-type]
    yield Office(settings, act_as)
    shared_store().close()
    shared_casework().close()
    for cache in (cache_data, cache_resource):
        cache.clear()


def told(page: AppTest) -> str:
    """Everything the page says in HTML; fails where it broke."""
    assert not page.exception, page.exception
    return " ".join(element.body for element in page.get("html"))


def keys(page: AppTest) -> set[str]:
    return {str(one.key) for one in page.button}


def press(page: AppTest, key: str) -> AppTest:
    (button,) = [one for one in page.button if str(one.key).startswith(key)]
    return button.click().run()


def test_a_morning_on_the_page_from_empty_to_signed(office: Office) -> None:
    page = AppTest.from_function(draw_page, default_timeout=60).run()
    assert "Belum ada nota dinas" in told(page)
    page = press(page, "briefing-make")
    paper = next(element.body for element in page.get("html") if 'class="nd ' in element.body)
    read = read_paper(paper)
    assert not re.search(r"\d", read.plain), "every number of the paper is a figure"
    assert ("unggahan", "3") in read.figures
    assert all(re.match(r"(tren|aduan|tindak-lanjut|insiden|laporan|wilayah|isu)\b", link) for link in read.links)
    assert "DRAF, BELUM DITANDATANGANI" in paper
    assert "Menunggu pimpinan" in told(page) and "briefing-sign" not in keys(page)

    note = next(area for area in page.text_area if str(area.key).startswith("briefing-note"))
    note.set_value("Ada 5 unggahan.")
    assert "Angka 5 bukan angka" in told(press(page, "briefing-keep-note"))
    next(area for area in page.text_area if str(area.key).startswith("briefing-note")).set_value(
        "Hanya 3 unggahan, <b>tolong</b> diperiksa."
    )
    page = press(page, "briefing-keep-note")
    assert "&lt;b&gt;tolong&lt;/b&gt;" in told(page) and "<b>tolong" not in told(page)
    assert "angka masih sama" in told(press(page, "briefing-check"))

    office.act_as("dewi")
    page = AppTest.from_function(draw_page, default_timeout=60).run()
    page = press(page, "briefing-sign")
    assert "DRAF" not in told(page) and "Dewi" in told(page)
    assert not any(key.startswith("briefing-keep") for key in keys(page)), "what is signed offers nothing to change"
    with open_casework(office.settings) as casework, casework.read() as session:
        assert get_briefing(session, 1).signed_name == "Dewi"


def test_an_address_of_no_paper_shows_the_newest_and_nobody_is_said(office: Office) -> None:
    office.act_as("")
    page = AppTest.from_function(draw_page, default_timeout=60)
    page.query_params["nota"] = "999"
    page = page.run()
    assert "Belum ada nota dinas" in told(page)
    page = press(page, "briefing-make")
    assert "Belum ada orang yang bertindak" in told(page)
