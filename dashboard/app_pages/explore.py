"""The page Jelajah: a question and everything about its answer."""

from __future__ import annotations

from dashboard.words import Language
from kentongan.settings import Settings


def show_explore(settings: Settings, *, language: Language) -> None:
    """The whole page."""
