"""The page Kelola: people, retention, audit."""

from __future__ import annotations

from dashboard.words import Language
from kentongan.settings import Settings


def show_admin(settings: Settings, *, language: Language) -> None:
    """The whole page."""
