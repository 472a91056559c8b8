"""The page of cases where there is none, and securing where nobody, or the wrong person, acts on pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from search_documents import make_document
from streamlit import cache_data, cache_resource
from streamlit.testing.v1 import AppTest

from casework.db import open_casework
from casework.people import add_person
from casework.roles import SYSTEM
from dashboard.case_desk import held_in, load_cases, secure_post
from dashboard.data import shared_casework, shared_store
from kentongan.errors import KentonganError, NotAllowed, NotConfigured, NotFound
from kentongan.settings import Settings, as_variables
from search.open import open_store

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def draw_page() -> None:
    from dashboard.app_pages.cases import show_cases
    from dashboard.data import read_settings

    show_cases(read_settings(), language="id")


@pytest.fixture
def acting(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An installation whose pages act for ``request.param``; yields the id of its one document."""
    settings = Settings(data_dir=tmp_path / "var", sign_in="off", dashboard_person=request.param)
    for name, value in as_variables(settings).items():
        monkeypatch.setenv(name, value)
    for cache in (cache_data, cache_resource):
        cache.clear()
    document = make_document(7)
    with open_store(settings) as store:
        store.add([document])
    with open_casework(settings) as casework, casework.begin() as session:
        for username, role in (("ani", "analis"), ("peni", "peneliti")):
            add_person(session, username, name=username, role=role, actor=SYSTEM, now=NOW)  # type: ignore[arg-type]
    yield document.id
    shared_store().close()
    shared_casework().close()
    for cache in (cache_data, cache_resource):
        cache.clear()


@pytest.mark.parametrize(
    ("acting", "refused"), [("", NotConfigured), ("siapa", NotFound), ("peni", NotAllowed)], indirect=["acting"]
)
def test_securing_is_refused_where_nobody_with_the_right_acts(acting: str, refused: type[KentonganError]) -> None:
    with pytest.raises(refused):
        secure_post(acting, now=NOW)
    assert load_cases() == [] and held_in([acting]) == {}


@pytest.mark.parametrize("acting", ["ani"], indirect=True)
def test_a_secured_post_stays_in_one_case_however_often_it_is_pressed(acting: str) -> None:
    assert {secure_post(acting, now=NOW) for _ in range(3)} == {held_in([acting])[acting]}
    (case,) = load_cases()
    assert [one.document for one in case.documents] == [acting]
    with pytest.raises(NotFound):
        secure_post("0" * 32, now=NOW)


@pytest.mark.parametrize("acting", ["ani"], indirect=True)
def test_a_page_without_cases_says_how_one_begins(acting: str) -> None:
    page = AppTest.from_function(draw_page, default_timeout=60).run()
    told = " ".join(element.body for element in page.get("html"))
    assert "Belum ada kasus" in told and "Amankan" in told and not page.exception
