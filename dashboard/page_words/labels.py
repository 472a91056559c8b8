"""The words of the page Label: Indonesian, English."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "labels_title": ("Label", "Labels"),
}
