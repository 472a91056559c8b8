"""A page whose session runs out in mid-form, in a real browser: nothing typed is lost, nothing is done in between."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from browser import running_dashboard
from casework_fixtures import migrated_file

from casework.accounts.beginning import give_sample_password
from casework.accounts.sessions import IDLE, end_all
from casework.accounts.tables import SignInRow
from casework.db import Casework, open_casework
from casework.people import add_person, find_person
from casework.roles import SYSTEM
from kentongan.schema import Query
from kentongan.settings import Settings
from search.open import open_store

GOOD = "kuda lumping menari sore"
REGIONS = Path(__file__).resolve().parent.parent / "samples" / "regions.csv"
TEXT = "Air keruh sejak tadi pagi di Randu, dan belum ada kabar."


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("lagi")
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    settings = Settings(data_dir=folder, regions_file=REGIONS, region="99.01", installation="sample")
    now = datetime.now(UTC)
    with open_casework(settings) as casework, casework.begin() as session:
        for name in ("ani", "budi"):
            person = add_person(session, name, name=name.title(), role="analis", actor=SYSTEM, now=now)
            give_sample_password(session, person, GOOD, settings=settings, now=now)
    return settings


@pytest.fixture(scope="module")
def address(installation: Settings) -> Iterator[str]:
    with running_dashboard(installation) as url:
        yield url


@pytest.fixture
def casework(installation: Settings) -> Iterator[Casework]:
    with open_casework(installation) as opened:
        yield opened


def let_sessions_run_out(casework: Casework) -> None:
    """As if nobody had done anything for longer than a session lasts unused."""
    with casework.begin() as session:
        long_ago = datetime.now(UTC) - IDLE - timedelta(minutes=5)
        session.execute(sa.update(SignInRow).values(seen_at=long_ago, created_at=long_ago))


def sign_in(page: Any, name: str = "ani") -> None:
    page.fill("#pengguna", name)
    page.fill("#sandi", GOOD)
    page.click("button[type=submit]")


def open_and_type(context: Any, address: str) -> Any:
    """A page on which somebody is about to enter a post."""
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(f"{address}/tambah")
    if "/masuk" in page.url:
        sign_in(page)
    page.get_by_label("Teks, disalin apa adanya").fill(TEXT)
    page.get_by_placeholder("https://www.facebook.com/…").fill("https://guyub.example/1")
    page.get_by_label("Kapan diunggah").fill("12/11/2026 10:15 WIB")
    page.get_by_label("Dimasukkan oleh").fill("Ani")
    return page


def entered(settings: Settings) -> int:
    with open_store(settings) as store:
        store.refresh()
        return store.search(Query(), limit=1).total


def test_what_was_typed_stays_while_the_session_is_over_and_goes_on_after_signing_in_again(
    address: str, installation: Settings, casework: Casework, chromium: Any
) -> None:
    context = chromium.new_context()
    page = open_and_type(context, address)
    let_sessions_run_out(casework)
    save = page.get_by_role("button", name="Simpan unggahan")
    save.click()
    page.wait_for_selector(".kt-left-open")
    page.wait_for_selector("text=Sesi Anda sudah berakhir, jadi ini belum tersimpan.")
    assert page.get_by_label("Teks, disalin apa adanya").input_value() == TEXT and entered(installation) == 0
    with context.expect_page() as opened:
        page.click(".kt-left-open a")
    sign_in(opened.value)
    opened.value.wait_for_selector("text=Anda sudah masuk")
    page.wait_for_selector(".kt-left-open", state="detached")
    assert page.get_by_label("Teks, disalin apa adanya").input_value() == TEXT and entered(installation) == 0
    save.click()
    page.get_by_role("button", name="Batalkan").wait_for()
    assert entered(installation) == 1
    context.close()


def test_another_person_signing_in_or_an_ended_session_takes_the_page_away(
    address: str, casework: Casework, chromium: Any
) -> None:
    context = chromium.new_context()
    page = open_and_type(context, address)
    let_sessions_run_out(casework)
    page.get_by_role("button", name="Simpan unggahan").click()
    page.wait_for_selector(".kt-left-open")
    other = context.new_page()
    other.goto(f"{address}/masuk?ke=sudah-masuk")
    sign_in(other, "budi")
    other.wait_for_selector("text=Anda sudah masuk")
    page.get_by_role("button", name="Simpan unggahan").click()
    page.wait_for_selector("text=Sesi Anda sudah berakhir, jadi ini belum tersimpan.")
    assert page.locator(".kt-left-open").count() == 1, "another's session must not go on for this page"
    with casework.begin() as session:
        end_all(session, find_person(session, "ani").id, now=datetime.now(UTC))
    page.wait_for_selector(".kt-left-open", state="detached")
    page.wait_for_selector("text=Masuk lagi untuk melanjutkan.")
    assert page.get_by_label("Teks, disalin apa adanya").count() == 0
    context.close()
