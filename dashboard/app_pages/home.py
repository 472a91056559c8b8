"""The page Beranda: what changed since one last looked."""

from __future__ import annotations

from dashboard.words import Language
from kentongan.settings import Settings


def show_home(settings: Settings, *, language: Language) -> None:
    """The whole page."""
