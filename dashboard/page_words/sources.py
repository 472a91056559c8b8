"""The words of the page Sumber: Indonesian, English."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "sources_title": ("Sumber", "Sources"),
}
