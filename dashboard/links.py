"""Addresses from outside, before they become links."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from dashboard.words import Language, say


def safe_address(url: str | None) -> str | None:
    """The address if a browser may follow it: http and https only."""
    return url if url and urlsplit(url).scheme in ("http", "https") else None


def hoax_desk_link(story: str, language: Language, *, style: str = "kt-go") -> str:
    """The way to a story on the hoax desk, as HTML; ``story`` is its id or that of a post in it."""
    kept = "&amp;bahasa=en" if language == "en" else ""
    address = f"hoaks?cerita={escape(story, quote=True)}{kept}"
    return f'<a class="{style}" href="{address}" target="_self">{escape(say("hoax_open_story", language))}</a>'
