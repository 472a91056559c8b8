"""The words of the page Beranda: Indonesian, English."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "home_title": ("Beranda", "Home"),
}
