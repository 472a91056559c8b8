"""The demo as a stranger starts it, with its people signed in: for tests in a real browser."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from browser import running_dashboard
from command_line import environment

from casework.accounts.sessions import open_session
from casework.db import open_casework
from casework.people import find_person
from casework.roles import SYSTEM, Role
from casework.wall.devices import add_device, pair_device
from dashboard.sign_in import COOKIE
from dashboard.wall.routes import COOKIE as WALL_COOKIE
from kentongan.commands.demo import STAFF, demo_settings
from kentongan.settings import Settings

PICTURES = Path(__file__).resolve().parent.parent / "var" / "screenshots"
"""Where every page's picture goes; those of the documentation are taken by test_demo_pictures.py."""
PATIENCE_MS = 60_000
SETTLED = "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
"""Streamlit has drawn the page to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSite:
    """The demo's data under a dashboard of its own."""

    settings: Settings
    address: str

    def visit_as(self, chromium: Any, role: Role, *, width: int, height: int, theme: str = "light") -> Any:
        """A browser of its own in which the demo's person of that role is signed in."""
        context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
        now = datetime.now(UTC)
        with open_casework(self.settings) as casework, casework.begin() as session:
            person = find_person(session, username_of(role))
            opened = open_session(session, person.id, browser="uji", now=now)
        context.add_cookies([{"name": COOKIE, "value": opened.token, "url": self.address}])
        return context

    def open_wall(self, chromium: Any, *, width: int, height: int) -> Any:
        """A browser of its own that is a paired screen of the wall."""
        context = chromium.new_context(viewport={"width": width, "height": height})
        now = datetime.now(UTC)
        with open_casework(self.settings) as casework, casework.begin() as session:
            added = add_device(session, f"Uji {width}", actor=SYSTEM, now=now)
            paired = pair_device(session, added.code, now=now)
        assert paired is not None
        context.add_cookies([{"name": WALL_COOKIE, "value": paired[1], "url": self.address}])
        return context

    def open_page(self, context: Any, path: str) -> Any:
        """A page of it, once it is drawn to its end with its own type."""
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{self.address}/{path}")
        page.wait_for_selector("[data-testid=stAppViewContainer]")
        page.wait_for_selector(".kt-brand")
        page.wait_for_function(SETTLED)
        page.wait_for_function("document.fonts.check('14px Inter')")
        page.wait_for_timeout(300)
        page.wait_for_function(SETTLED)
        return page


def username_of(role: Role) -> str:
    return next(username for username, _, held, _ in STAFF if held == role)


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoSite]:
    """The demo, made by the demo itself, under a dashboard that asks who one is."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("demo"))
    subprocess.run(
        [sys.executable, "-m", "kentongan", "demo", "--stop", "--port", "0"],
        env=environment(settings), check=True, capture_output=True,
    )  # fmt: skip
    demo = demo_settings(settings)
    with running_dashboard(demo) as address:
        yield DemoSite(settings=demo, address=address)
