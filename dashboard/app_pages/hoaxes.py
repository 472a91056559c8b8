"""The page Meja hoaks: stories that may be hoaxes, from the queue to the verdict."""

from __future__ import annotations

from dashboard.words import Language
from kentongan.settings import Settings


def show_hoaxes(settings: Settings, *, language: Language) -> None:
    """The whole page."""
