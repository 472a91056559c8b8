"""From the form for signing in to a page and out again, in a real browser over a real dashboard."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from browser import running_dashboard

from casework.accounts.signing_in import give_password
from casework.db import open_casework
from casework.people import add_person
from casework.roles import SYSTEM
from kentongan.settings import Settings

GOOD = "kuda lumping menari sore"
REGIONS = Path(__file__).resolve().parent.parent / "samples" / "regions.csv"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, str]:
    """An installation that asks who one is, and a one-time password of ani's."""
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("masuk") / "var", regions_file=REGIONS, region="99.01", sign_in="required"
    )
    now = datetime.now(UTC)
    with open_casework(settings) as casework, casework.begin() as session:
        person = add_person(session, "ani", name="Ani Lestari", role="analis", actor=SYSTEM, now=now)
        return settings, give_password(session, person.id, actor=SYSTEM, now=now)


@pytest.fixture(scope="module")
def address(installation: tuple[Settings, str]) -> Iterator[str]:
    with running_dashboard(installation[0]) as url:
        yield url


def test_a_person_signs_in_changes_the_password_works_and_signs_out(
    address: str,
    installation: tuple[Settings, str],
    chromium: Any,
) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(f"{address}/tindak-lanjut?lihat=semua")
    page.wait_for_url("**/masuk?ke=tindak-lanjut%3Flihat%3Dsemua")
    page.fill("#pengguna", "ani")
    page.fill("#sandi", installation[1])
    page.click("button[type=submit]")
    page.wait_for_url("**/sandi")
    page.fill("#lama", installation[1])
    page.fill("#baru", GOOD)
    page.fill("#ulang", GOOD)
    page.click("button[type=submit]")
    page.wait_for_selector(".kt-visitor")
    assert "Ani Lestari" in page.inner_text(".kt-visitor") and "Analis media" in page.inner_text(".kt-visitor")
    page.goto(f"{address}/tindak-lanjut")
    page.wait_for_selector("text=Ani Lestari")
    assert "Belum ada orang yang bertindak" not in page.inner_text("body")
    page.click(".kt-visitor button")
    page.wait_for_url("**/masuk")
    page.goto(f"{address}/tindak-lanjut")
    page.wait_for_url("**/masuk?ke=tindak-lanjut")
    context.close()


@pytest.mark.parametrize("path", ["/", "/kasus", "/_stcore/host-config", "/_stcore/agent/openapi.json", "/media/x"])
def test_a_stranger_gets_neither_a_page_nor_what_pages_are_made_of(address: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{address}{path}", timeout=20)
    refused.value.close()
    assert refused.value.code == 401 and refused.value.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_citizens_need_no_account(address: str) -> None:
    for path in ("/adu", "/lapor", "/sehat"):
        with urllib.request.urlopen(f"{address}{path}", timeout=20) as answer:
            assert answer.status == 200
