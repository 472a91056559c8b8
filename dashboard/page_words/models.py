"""The words of the page Model: Indonesian, English."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "models_title": ("Model", "Models"),
}
