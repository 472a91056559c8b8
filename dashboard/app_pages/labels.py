"""The page Label: texts to be labelled by two people each."""

from __future__ import annotations

from dashboard.words import Language
from kentongan.settings import Settings


def show_labels(settings: Settings, *, language: Language) -> None:
    """The whole page."""
