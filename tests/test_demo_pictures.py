"""Takes the documentation's pictures from the real demo: `make long`, or pytest --long tests/test_demo_pictures.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from demo_site import DemoSite
from demo_site import demo_site as demo_site

from casework.roles import Role

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"

VIEWS: dict[str, tuple[Role, str, int, int, str]] = {
    "home-light-1366x768": ("analis", "", 1366, 768, "light"),
    "home-dark-1920x1080": ("pimpinan", "", 1920, 1080, "dark"),
    "explore-light-1366x768": ("analis", "jelajah", 1366, 768, "light"),
    "hoaxes-light-1366x768": ("hukum", "hoaks", 1366, 768, "light"),
    "complaints-light-1366x768": ("petugas", "aduan", 1366, 768, "light"),
    "trends-light-1366x768": ("analis", "tren", 1366, 768, "light"),
    "rumour-english-1366x768": ("analis", "tren?bahasa=en&kueri=bansos", 1366, 768, "light"),
}
"""Picture: who looks, at which page with which question, width, height, theme."""

SCREENS = ((1366, 768), (1920, 1080), (3840, 2160))
"""The sizes the wall is shown at."""


@pytest.mark.long
@pytest.mark.parametrize("name", VIEWS)
def test_a_picture_is_taken_and_nothing_is_cut_off(demo_site: DemoSite, chromium: Any, name: str) -> None:
    role, path, width, height, theme = VIEWS[name]
    context = demo_site.visit_as(chromium, role, width=width, height=height, theme=theme)
    page = demo_site.open_page(context, path)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=FOLDER / f"{name}.png")
    context.close()


@pytest.mark.long
@pytest.mark.parametrize("size", SCREENS, ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_picture_of_the_wall_is_taken(demo_site: DemoSite, chromium: Any, size: tuple[int, int]) -> None:
    context = demo_site.open_wall(chromium, width=size[0], height=size[1])
    page = context.new_page()
    page.goto(f"{demo_site.address}/dinding")
    page.wait_for_selector("[data-panel], .panel", timeout=60_000)
    page.wait_for_function("document.fonts.check('32px Inter')")
    page.wait_for_timeout(3_000)
    assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
    page.screenshot(path=FOLDER / f"wall-{size[0]}x{size[1]}.png")
    context.close()


def test_the_readme_shows_pictures_that_exist() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    shown = [line.split("(")[1].rstrip(")") for line in lines if line.startswith("![")]
    assert shown and all((ROOT / picture).is_file() for picture in shown)
