"""The words of the page Kelola: Indonesian, English."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "admin_title": ("Kelola", "Administration"),
}
