"""Every page of the demo at every size and theme: nothing overflows, is cut off or lies over something else, and axe
finds nothing that keeps a person out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from demo_site import PICTURES, DemoSite
from demo_site import demo_site as demo_site

from casework.roles import ROLES, Role
from dashboard.pages import PAGES, Page

SIZES = ((1366, 768), (1920, 1080), (3840, 2160))
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
"""The axe rules that are asked: Web Content Accessibility Guidelines 2.1, levels A and AA."""
NOT_OURS: frozenset[str] = frozenset()
"""Rules that Streamlit's own elements break and no page can mend."""

OVERLAPS = """() => {
  const cards = [...document.querySelectorAll('[class*="st-key-card"]')].filter(one => one.offsetParent);
  const boxes = cards.map(one => [one.className.match(/st-key-[\\w-]+/)[0], one.getBoundingClientRect(), one]);
  const found = [];
  boxes.forEach(([name, a, first], i) => boxes.slice(i + 1).forEach(([other, b, second]) => {
    if (first.contains(second) || second.contains(first)) return;
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 1 && high > 1) found.push(`${name} / ${other}`);
  }));
  return found;
}"""
"""Names of the cards that lie over each other."""

CUT_OFF = """() => [...document.querySelectorAll('.stMain *')].filter(one => {
  const style = getComputedStyle(one);
  if (!one.offsetParent || one.closest('svg, [class*="stSkeleton"], [aria-hidden=true]')) return false;
  const hides = style.overflowX === 'hidden' || style.overflowX === 'clip';
  const words = [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
  const marked = style.textOverflow === 'ellipsis';
  return words && hides && !marked && one.clientWidth > 2 && one.scrollWidth > one.clientWidth + 2;
}).map(one => one.outerHTML.slice(0, 160))"""
"""Elements whose own words run past their edge and are hidden there without a mark."""


def seen_by(page: Page) -> Role:
    """A role that sees the page."""
    return next(role for role in ROLES if role in page.roles)


@pytest.fixture(scope="module")
def contexts(demo_site: DemoSite, chromium: Any) -> Iterator[dict[tuple[Any, ...], Any]]:
    """Browsers already signed in, by role, size and theme."""
    kept: dict[tuple[Any, ...], Any] = {}
    yield kept
    for context in kept.values():
        context.close()


def open_in(
    contexts: dict[tuple[Any, ...], Any], demo_site: DemoSite, chromium: Any, page: Page, size: tuple[int, int],
    theme: str,
) -> Any:  # fmt: skip
    key = (seen_by(page), size, theme)
    if key not in contexts:
        contexts[key] = demo_site.visit_as(chromium, key[0], width=size[0], height=size[1], theme=theme)
    return demo_site.open_page(contexts[key], page.path if page is not PAGES[0] else "")


def check_drawing(shown: Any) -> None:
    assert shown.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "the page is too wide"
    assert shown.evaluate(OVERLAPS) == []
    assert shown.evaluate(CUT_OFF) == []
    body = shown.inner_text("body")
    assert "Traceback" not in body and "Page not found" not in body


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_a_page_of_the_demo_is_whole_and_open_to_everybody(
    page: Page, demo_site: DemoSite, contexts: dict[tuple[Any, ...], Any], chromium: Any
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    shown = open_in(contexts, demo_site, chromium, page, SIZES[0], "light")
    check_drawing(shown)
    options = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": list(RULES)}}
    answer = Axe().run(shown, options=options)
    shown.close()
    found = [one for one in answer.response["violations"] if one["id"] not in NOT_OURS]
    told = [(one["id"], [(node["target"], node["html"][:160]) for node in one["nodes"][:4]]) for one in found]
    assert told == []


@pytest.mark.long
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_a_picture_of_each_page_is_taken_and_nothing_is_cut_off(
    page: Page, size: tuple[int, int], theme: str, demo_site: DemoSite, contexts: dict[tuple[Any, ...], Any],
    chromium: Any,
) -> None:  # fmt: skip
    shown = open_in(contexts, demo_site, chromium, page, size, theme)
    check_drawing(shown)
    PICTURES.mkdir(parents=True, exist_ok=True)
    shown.screenshot(path=PICTURES / f"{page.path}-{theme}-{size[0]}x{size[1]}.png")
    shown.close()
