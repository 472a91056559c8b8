"""The page Sumber: health of collecting, gaps, quarantine."""

from __future__ import annotations

from dashboard.words import Language
from kentongan.settings import Settings


def show_sources(settings: Settings, *, language: Language) -> None:
    """The whole page."""
