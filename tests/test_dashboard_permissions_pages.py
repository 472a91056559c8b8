"""Every page by every role: listed and drawn for exactly whom the table names, and its address says whose it is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
from casework_fixtures import migrated_file
from complaint_courses import put_agencies, put_complaint
from page_world import pages_over
from search_documents import make_document
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from casework.accounts.sessions import open_session
from casework.db import open_casework
from casework.people import add_person
from casework.roles import ROLES, SYSTEM, Role
from dashboard.pages import EVERYBODY, GROUPS, PAGES, Page, may_see
from dashboard.sign_in import COOKIE
from dashboard.words import WORDS, say
from kentongan.settings import Settings
from search.open import open_store

APP = str(Path(__file__).resolve().parent.parent / "dashboard" / "app.py")
NOW = datetime.now(UTC)
MAY: dict[str, str] = {
    **dict.fromkeys(("beranda", "jelajah", "tren", "isu", "wilayah"), "analis pimpinan hukum peneliti petugas admin"),
    "ringkasan": "analis pimpinan hukum petugas admin",
    "peringatan": "analis pimpinan hukum petugas admin", "keputusan": "analis pimpinan petugas admin",
    "hoaks": "analis pimpinan hukum peneliti", "kasus": "analis hukum admin",
    "aduan": "analis pimpinan hukum petugas admin", "insiden": "analis pimpinan hukum petugas admin",
    "tindak-lanjut": "analis pimpinan hukum petugas", "kliping": "analis pimpinan hukum admin",
    "laporan": "analis hukum petugas admin", "tambah": "analis hukum petugas admin",
    "sumber": "analis peneliti admin", "label": "analis peneliti", "model": "analis peneliti admin", "kelola": "admin",
}  # fmt: skip
"""Written by hand a second time: a slip in the table of the code does not slip through here."""
HEAD = '<div class="kt-top">'
"""What every page begins with."""


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Role, str]]:
    """An installation that asks who one is, with a little in it; a session of one person of each role."""
    folder = tmp_path_factory.mktemp("halaman")
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    settings = Settings(data_dir=folder, sign_in="required", region="99.01",
                        regions_file=Path("samples/regions.csv").resolve())  # fmt: skip
    with open_store(settings) as store:
        store.add([make_document(number, published_at=NOW) for number in range(3)])
        store.refresh()
    made: dict[Role, str] = {}
    with open_casework(settings) as casework, casework.begin() as session:
        put_agencies(session)
        put_complaint(session, 1, received_at=NOW)
        for role in ROLES:
            agency = "Dinas Pekerjaan Umum" if role == "petugas" else None
            one = add_person(session, f"si-{role}", name=f"Si {role}", role=role, agency=agency, actor=SYSTEM, now=NOW)
            made[role] = open_session(session, one.id, browser="uji", now=NOW).token
    with pages_over(settings):
        yield made


def visit(path: str, token: str, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """A page of the whole app, as a browser with this session's cookie gets it."""
    monkeypatch.setattr(ContextProxy, "cookies", {COOKIE: token})
    made = AppTest.from_file(APP, default_timeout=60)
    # What a browser sends for an address; ``switch_page`` knows only pages that are files.
    made._page_hash = calc_hash(path)
    return made.run()


def told(page: AppTest) -> str:
    assert not page.exception, page.exception
    return " ".join(str(element.proto.body) for element in page.get("html"))


def test_the_table_is_the_one_that_was_agreed_on_and_each_page_is_there() -> None:
    assert {page.path: " ".join(role for role in ROLES if role in page.roles) for page in PAGES} == MAY
    for page in PAGES:
        assert callable(page.load()) and page.title in WORDS and page.group in GROUPS and page.roles <= EVERYBODY
        assert import_module(f"dashboard.app_pages.{page.show.partition(':')[0]}")
    assert all(any(may_see(page, role) for page in PAGES) for role in ROLES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_a_page_is_whole_for_whom_it_is_and_to_others_says_whose_it_is(
    page: Page, tokens: dict[Role, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for role in ROLES:
        said = told(visit(page.path, tokens[role], monkeypatch))
        if role in MAY[page.path].split():
            assert HEAD in said and say("not_for_role", "id") not in said, f"{role} opens {page.path}"
        else:
            assert HEAD not in said and say("not_for_role", "id") in said, f"{role} opens {page.path}"
            assert all(say(f"role_{one}", "id").lower() in said for one in MAY[page.path].split())


@pytest.mark.parametrize("role", ROLES)
def test_the_sidebar_lists_exactly_the_pages_of_a_role(
    role: Role, tokens: dict[Role, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Page, "load", lambda page: lambda *_, **__: None)
    drawn = visit(PAGES[0].path, tokens[role], monkeypatch)
    expected = {say(page.title, "id") for page in PAGES if role in MAY[page.path].split()}
    assert {element.proto.label for element in drawn.get("page_link")} == expected
    assert f"Si {role}" in told(drawn), "who is signed in stands there too"


def test_an_unknown_or_ended_session_gets_no_page(tokens: dict[Role, str], monkeypatch: pytest.MonkeyPatch) -> None:
    said = told(visit("kelola", "x" * 43, monkeypatch))
    assert say("signed_out", "id") in said and HEAD not in said
