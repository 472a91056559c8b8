"""The words of the page Meja hoaks: Indonesian, English."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "hoaxes_title": ("Meja hoaks", "Hoax desk"),
}
