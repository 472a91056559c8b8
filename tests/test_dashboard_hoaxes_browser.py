"""From the queue to a verdict in a real browser: an analyst finds the hoax, a second person decides it too."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from browser import running_dashboard
from hoax_page import REASONS, REFERENCE, id_of, make_office

from casework.accounts.sessions import open_session
from casework.db import open_casework
from casework.people import find_person
from casework.verdicts import read_standing
from dashboard.sign_in import COOKIE
from kentongan.settings import Settings

PATIENCE_MS = 60_000


def visit(chromium: Any, settings: Settings, address: str, username: str) -> Any:
    """A browser of its own in which somebody is signed in, on the hoax desk."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    with open_casework(settings) as casework, casework.begin() as session:
        person = find_person(session, username)
        opened = open_session(session, person.id, browser="uji", now=datetime.now(UTC))
    context.add_cookies([{"name": COOKIE, "value": opened.token, "url": address}])
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{address}/hoaks")
    page.wait_for_selector(".st-key-card-hoax-posts .kt-post")
    return page


def choose(page: Any, label: str, option: str) -> None:
    """Pick an option of a list."""
    page.get_by_label(label, exact=True).click()
    page.get_by_role("option", name=option).click()


def decide(page: Any) -> None:
    choose(page, "Putusan", "✕ salah")
    choose(page, "Jenis", "penipuan")
    page.get_by_label("Alasan").first.fill(REASONS)
    page.get_by_label("Rujukan").fill(REFERENCE)
    page.get_by_role("button", name="Simpan keputusan saya").click()


def test_two_people_decide_a_story_from_the_queue(chromium: Any, tmp_path: Path) -> None:
    settings = msgspec.structs.replace(make_office(tmp_path), sign_in="required", dashboard_person="")
    with running_dashboard(settings) as address:
        page = visit(chromium, settings, address, "ani")
        row = page.locator(".kt-hoaxes .kt-case", has_text="Dana bansos").first
        row.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**cerita={id_of(1)}**")
        assert page.locator(".chip.kt-suspect").first.evaluate("one => getComputedStyle(one).borderStyle") == "dashed"
        page.get_by_role("button", name="Buka pemeriksaan").click()
        decide(page)
        page.get_by_text("Orang kedua belum melihat pilihan Anda").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 1366
        page.context.close()
        page = visit(chromium, settings, address, "budi")
        page.get_by_text("pilihannya tersembunyi").wait_for()
        assert REASONS not in page.inner_text("body")
        decide(page)
        page.locator(".st-key-card-hoax-head .chip.decided", has_text="✕ salah · penipuan").wait_for()
        page.context.close()
    with open_casework(settings) as casework, casework.read() as session:
        standing = read_standing(session, id_of(1))
    assert standing.verdict is not None and {one.username for one in standing.verdict.decisions} == {"ani", "budi"}
