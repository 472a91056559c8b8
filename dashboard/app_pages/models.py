"""The page Model: the registry, cards, drift."""

from __future__ import annotations

from dashboard.words import Language
from kentongan.settings import Settings


def show_models(settings: Settings, *, language: Language) -> None:
    """The whole page."""
