"""Takes the documentation's pictures from the real demo: `make long`, or pytest --long tests/test_screenshots.py."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from browser import running_dashboard
from command_line import environment

from kentongan.commands.demo import demo_settings
from kentongan.settings import Settings
from kentongan.times import start_of_day

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"

VIEWS: dict[str, tuple[str, int, int, str]] = {
    "trends-light-1366x768": ("", 1366, 768, "light"),
    "trends-dark-1366x768": ("", 1366, 768, "dark"),
    "trends-light-1920x1080": ("", 1920, 1080, "light"),
    "trends-dark-3840x2160": ("", 3840, 2160, "dark"),
    "hours-light-1366x768": ("hari=1", 1366, 768, "light"),
    "rumour-light-1366x1100": ("kueri=bansos", 1366, 1100, "light"),
    "bar-english-1366x768": ("bahasa=en&wilayah=99.01.02", 1366, 768, "light"),
}
"""Picture: question in the address, width, height, theme."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo's data, made by the demo itself, under a dashboard of its own."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("screens"))
    subprocess.run(
        [sys.executable, "-m", "kentongan", "demo", "--stop", "--port", "0"], env=environment(settings), check=True
    )
    with running_dashboard(demo_settings(settings)) as address:
        yield address


@pytest.mark.long
@pytest.mark.parametrize("name", VIEWS)
def test_a_picture_is_taken_and_nothing_is_cut_off(demo: str, chromium: Any, name: str) -> None:
    question, width, height, theme = VIEWS[name]
    if name.startswith("bar-"):
        day = start_of_day(datetime.now(UTC), "WIB") - timedelta(days=3)
        question += "&" + urlencode({"mulai": day.isoformat()})
    page = chromium.new_page(viewport={"width": width, "height": height}, color_scheme=theme)
    page.goto(f"{demo}/?{question}")
    for drawn in ("svg.trend", ".topics", ".regions", ".kt-post"):
        page.wait_for_selector(drawn)
    page.wait_for_function("document.fonts.check('14px Inter')")
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=FOLDER / f"{name}.png")
    page.close()


def test_the_readme_shows_pictures_that_exist() -> None:
    shown = [line.split("(")[1].rstrip(")") for line in readme() if line.startswith("![")]
    assert shown and all((FOLDER.parent.parent / picture).is_file() for picture in shown)


def readme() -> list[str]:
    return (FOLDER.parent.parent / "README.md").read_text(encoding="utf-8").splitlines()
