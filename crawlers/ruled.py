"""Reads the parts of a page that its publisher's rule points at."""

from __future__ import annotations

import logging
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

from crawlers.body import drop_element, prune_page, story_lines
from crawlers.bylines import Stamp, read_byline, read_shown_time
from crawlers.publishers import Rule, Selectors
from kentongan.text import clean

logger = logging.getLogger(__name__)

MIN_BODY = 40
"""Characters below which a rule's body is held to be empty: some templates keep an element they no longer fill."""


MAX_SHORT = 500
"""Characters of a headline, byline, time or tag that are looked at: more is another part of the page."""

MAX_FOUND = 50
"""Elements looked at for one of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """What a rule found; empty or None for what it did not."""

    text: str = ""
    """One line a paragraph."""
    title: str | None = None
    author: str | None = None
    shown: Stamp | None = None
    """The time the page shows readers."""
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    """To the article's further pages, as the page spells them."""


def read_ruled(tree: Any, rule: Rule, *, url: str, zone: str) -> Ruled:
    """What a rule finds in a parsed page. The tree is left as it was. A rule for the story that finds none is logged:
    the site has a new template."""
    text = _read_body(tree, rule)
    if rule.body and not text:
        logger.warning("%s: its publisher's rule finds no story; it is read the generic way", url)
    byline = (read_byline(_text(element)) for element in _select_all(tree, rule.byline))
    times = (read_shown_time(_text(element), zone=zone) for element in _select_all(tree, rule.date))
    titles = [_text(element) for element in _select_all(tree, rule.title)]
    return Ruled(
        text=text,
        title=next((clean(title) for title in titles if title), None),
        author=next((name for name in byline if name), None),
        shown=next((stamp for stamp in times if stamp), None),
        tags=tuple(tag for element in _select(tree, rule.tags) if (tag := _text(element).lstrip("# ").strip())),
        links=tuple(str(element.get("href")) for element in _select(tree, rule.more) if element.get("href")),
    )


def _read_body(tree: Any, rule: Rule) -> str:
    """The story, of the first selector that leads to one; of several elements the parts of one story."""
    for selector in rule.body:
        lines: list[str] = []
        for found in _outermost(compile_selector(selector)(tree)):
            element = deepcopy(found)
            element.tail = None
            for dropped in rule.drop:
                for block in compile_selector(dropped)(element):
                    if block is not element:
                        drop_element(block)
            prune_page(element)
            lines += story_lines(element)
        text = clean("\n".join(lines))
        if len(text) >= MIN_BODY:
            return text
    return ""


def _outermost(found: list[Any]) -> list[Any]:
    """The elements that lie inside no other of them."""
    kept = set(found)
    return [element for element in found if not any(above in kept for above in element.iterancestors())]


def _select(tree: Any, selectors: Selectors) -> list[Any]:
    """What the first selector that finds anything finds."""
    for selector in selectors:
        if found := compile_selector(selector)(tree):
            return list(found[:MAX_FOUND])
    return []


def _select_all(tree: Any, selectors: Selectors) -> list[Any]:
    """What all selectors find, those of the first coming first: a template may leave the newer element empty."""
    return [element for selector in selectors for element in compile_selector(selector)(tree)[:MAX_FOUND]]


@cache
def compile_selector(selector: str) -> Any:
    """A CSS selector as something that finds its elements below (and at) an element."""
    from lxml.cssselect import CSSSelector

    return CSSSelector(selector, translator="html")


def _text(element: Any) -> str:
    """The beginning of an element's text, on one line."""
    return " ".join(element.text_content()[: 4 * MAX_SHORT].split())[:MAX_SHORT]
