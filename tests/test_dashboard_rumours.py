"""Rumours beside complaints on the pages: suspicions dashed, judgements solid, never a cause, never a reporter."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from casework_fixtures import NOW, add, migrated_file
from rumour_desk import HERE, look, put_fed, put_rumour
from streamlit import cache_data, cache_resource
from streamlit.testing.v1 import AppTest

from casework.db import open_casework
from casework.people import first_admin
from casework.rumours import RumourLink
from dashboard.page_words.complaints import WORDS
from dashboard.rumour_cards import COMPLAINTS_SHOWN, draw_rumour_links
from kentongan.settings import Settings, as_variables
from search.open import open_store


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, RumourLink, str]:
    """A folder with one rumour and the complaints behind it; the link and the story."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("rumor"), sign_in="off", dashboard_person="ani")
    shutil.copyfile(migrated_file(), settings.data_dir / "casework.sqlite")
    with open_casework(settings) as casework, open_store(settings) as store:
        with casework.begin() as session:
            first_admin(session, "ratna", name="Ratna", now=NOW)
        add(casework, "ani", "analis")
        put_fed(casework)
        story = put_rumour(store, casework, settings)
        (link,) = look(store, casework)
    return settings, link, story


@pytest.fixture
def page(filled: tuple[Settings, RumourLink, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[RumourLink]:
    settings, link, _ = filled
    for name, value in as_variables(settings).items():
        monkeypatch.setenv(name, value)
    cache_data.clear()
    cache_resource.clear()
    yield link
    cache_data.clear()
    cache_resource.clear()


def draw_complaint() -> None:
    from dashboard.app_pages.complaints import show_complaints
    from dashboard.data import read_settings

    show_complaints(read_settings(), language="id")


def draw_decision() -> None:
    from datetime import UTC, datetime
    from types import SimpleNamespace

    from casework.followups.past import Scope
    from dashboard.app_pages.decisions import show_scope_rumours
    from dashboard.data import read_settings

    until = datetime(2026, 11, 22, tzinfo=UTC)
    for scope in (Scope(topic="health"), Scope(topic="education"), Scope(words="obat")):
        view = SimpleNamespace(scope=scope, since=until, until=until)
        show_scope_rumours(view, read_settings(), "id")  # type: ignore[arg-type]


def html_of(app: AppTest) -> str:
    return " ".join(str(element.proto.body) for element in app.get("html"))


def test_a_suspicion_is_dashed_and_what_a_person_confirmed_is_solid(filled: tuple[Settings, RumourLink, str]) -> None:
    _, link, _ = filled
    drawn = draw_rumour_links([link], "id", places={HERE: "Kecamatan Randu"})
    assert 'class="chip machine">terindikasi' in drawn and "chip decided" not in drawn
    assert "Mungkin dipicu oleh 4 aduan yang belum selesai." in drawn and "4 masih terbuka" in drawn
    assert "<mark>obat</mark>" in drawn and "Kecamatan Randu" in drawn and "Dinas PUPR Tirtamaya (4)" in drawn
    assert f'href="aduan?aduan={link.cluster[0]}"' in drawn and "disebabkan" not in drawn
    judged = replace(link, state="confirmed", judged_name="ani", reason="Dinas <b>membenarkan</b>")
    solid = draw_rumour_links([judged], "en")
    assert "chip decided" in solid and "chip machine" not in solid and "May have been fed by 4" in solid
    assert "<b>membenarkan" not in solid and "&amp;bahasa=en" in solid


def test_hostile_words_and_long_clusters_stay_in_their_place(filled: tuple[Settings, RumourLink, str]) -> None:
    _, link, _ = filled
    many = tuple(replace(link.complaints[0], id=n, number=f"ADU-{n}") for n in range(20))
    hostile = replace(
        link, title="<script>alert(1)</script> https://jahat.example " + "kata " * 100, complaints=many,
        cluster=tuple(range(20)),
    )  # fmt: skip
    drawn = draw_rumour_links([hostile], "id")
    assert "<script>" not in drawn and "https://jahat" not in drawn
    assert drawn.count('class="chip state" href') == COMPLAINTS_SHOWN and "+14 lagi" in drawn
    assert draw_rumour_links([hostile], "id", named=2).count('class="chip state" href') == 2
    assert "alert" not in draw_rumour_links([hostile], "id", titled=False)
    assert draw_rumour_links([], "id") == ""


def test_answered_complaints_are_said_to_be_answered(filled: tuple[Settings, RumourLink, str]) -> None:
    _, link, _ = filled
    done = tuple(replace(one, open=False, finished_at=one.received_at + timedelta(days=1)) for one in link.complaints)
    answered = draw_rumour_links([replace(link, finding="answered", complaints=done)], "id")
    assert "sudah dijawab" in answered and "klarifikasi" in answered and "dipicu oleh 4" not in answered
    later = draw_rumour_links([replace(link, complaints=done)], "id")
    assert "sekarang semua selesai" in later


def test_no_words_of_the_pages_name_a_cause() -> None:
    told = " ".join(word for key, pair in WORDS.items() if key.startswith("rumour_") for word in pair).lower()
    assert "disebabkan" not in told and "caused" not in told


def test_a_complaint_shows_the_rumours_that_speak_of_it(page: RumourLink) -> None:
    app = AppTest.from_function(draw_complaint, default_timeout=30)
    app.query_params["aduan"] = str(page.cluster[0])
    shown = html_of(app.run())
    assert not app.exception and "Rumor yang menyebut hal ini" in shown and page.number in shown
    app.query_params["aduan"] = "1"  # an ordinary one
    assert "Rumor yang menyebut" not in html_of(app.run())


def test_the_page_of_decisions_shows_the_rumours_of_its_topic(page: RumourLink) -> None:
    from dashboard import rumour_desk
    from dashboard.rumour_desk import scope_rumours, story_rumours

    assert [one.id for one in story_rumours(page.story)] == [page.id]
    until = page.began_at + timedelta(days=20)
    assert [one.id for one in scope_rumours("health", None, since=until, until=until)] == [page.id]
    assert [one.id for one in scope_rumours(None, "33.99", since=until, until=until)] == [page.id]
    assert scope_rumours("education", None, since=until, until=until) == []
    late = until + rumour_desk.SCOPE_LEAST
    assert scope_rumours("health", None, since=late, until=late) == []
    app = AppTest.from_function(draw_decision, default_timeout=30).run()
    shown = html_of(app)
    assert not app.exception and shown.count("Rumor dan aduan di baliknya") == 1
    assert shown.count('class="chip state" href') == 2  # two are named, the rest counted
