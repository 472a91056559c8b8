"""The words of the page Jelajah: Indonesian, English."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "explore_title": ("Jelajah", "Explore"),
}
