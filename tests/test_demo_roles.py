"""A person of each role does their main work in the demo, from signing in to the result, in a real browser."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from demo_site import DemoSite, username_of
from demo_site import demo_site as demo_site

from casework.complaints.listing import get_complaint
from casework.db import open_casework
from casework.roles import Role
from kentongan.commands.demo import demo_password

PATIENCE_MS = 60_000


@pytest.fixture
def browser_context(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, accept_downloads=True)
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


def sign_in(context: Any, site: DemoSite, role: Role, path: str) -> Any:
    """Through the form to the page that was asked for."""
    page = context.new_page()
    page.goto(f"{site.address}/{path}")
    page.wait_for_selector("#pengguna")
    page.fill("#pengguna", username_of(role))
    page.fill("#sandi", demo_password(username_of(role)))
    page.click("button[type=submit]")
    page.wait_for_selector(".kt-visitor")
    assert f"/{path}" in page.url
    return page


def test_an_analyst_asks_a_question_and_takes_out_what_the_screen_shows(
    demo_site: DemoSite, browser_context: Any, tmp_path: Path
) -> None:
    page = sign_in(browser_context, demo_site, "analis", "jelajah")
    line = page.locator("#kt-ask-input")
    line.fill("bansos DAN tautan")
    line.press("Enter")
    page.wait_for_url("**/jelajah?*kueri=*")
    page.locator(".kt-post").first.wait_for()
    page.get_by_role("button", name="Ekspor").click()
    page.locator(".st-key-export-do button").click()
    link = page.locator(".kt-downloads a").first
    link.wait_for()
    with page.expect_download() as taken:
        link.click()
    file = tmp_path / "ekspor.csv"
    taken.value.save_as(file)
    rows = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    assert len(rows) >= 8
    assert all("bansos" in f"{row['title']} {row['text']}".lower() for row in rows)
    posts = [row for row in rows if row["kind"] == "post"]
    assert posts and all("•" in row["author"] for row in posts if row["author"])


def test_an_officer_answers_a_red_complaint(demo_site: DemoSite, browser_context: Any) -> None:
    page = sign_in(browser_context, demo_site, "petugas", "aduan")
    red = page.locator(".kt-case", has=page.locator(".late")).first
    red.wait_for()
    number = int(red.get_attribute("data-key"))
    red.click()
    page.wait_for_url(f"**aduan={number}**")
    page.get_by_label("Apa yang sedang dikerjakan").fill("Regu berangkat besok pagi.")
    page.get_by_role("button", name="Kirim tindak lanjut").click()
    page.get_by_text("ditindaklanjuti.").wait_for()
    with open_casework(demo_site.settings) as casework, casework.read() as session:
        assert get_complaint(session, number).stage == "diproses"


def test_an_admin_adds_a_person_who_then_comes_in(demo_site: DemoSite, browser_context: Any, chromium: Any) -> None:
    page = sign_in(browser_context, demo_site, "admin", "kelola")
    page.get_by_role("button", name="Tambah pengguna").click()
    page.get_by_role("textbox", name="Nama lengkap").fill("Gita Maharani")
    page.get_by_role("textbox", name="Nama pengguna").fill("gita")
    page.get_by_role("button", name="Tambahkan").click()
    page.get_by_role("button", name="Sudah saya catat").wait_for()
    password = page.locator(".st-key-card-person code, .stMain code").first.inner_text()
    other = chromium.new_context()
    guest = other.new_page()
    guest.set_default_timeout(PATIENCE_MS)
    guest.goto(f"{demo_site.address}/masuk")
    guest.fill("#pengguna", "gita")
    guest.fill("#sandi", password)
    guest.click("button[type=submit]")
    guest.wait_for_url("**/sandi")
    other.close()
