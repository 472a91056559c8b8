"""Shows the place of a fault in a query: the text, and a caret under the character."""

from __future__ import annotations

import unicodedata

WIDTH = 78
"""Columns of text shown around the fault."""


def point_at(text: str, position: int) -> str:
    """Two lines: the part of a text around a position (from 0; its length is its end), and a caret under it."""
    start = max(0, min(position - WIDTH // 2, len(text) - WIDTH))
    shown = [letter if letter.isprintable() else "\ufffd" for letter in text[start : start + WIDTH]]
    head = ["..."] * (start > 0)
    tail = ["..."] * (start + WIDTH < len(text))
    before = [*head, *shown[: position - start]]
    return f"  {''.join([*head, *shown, *tail])}\n  {' ' * sum(columns(piece) for piece in before)}^"


def columns(text: str) -> int:
    """How wide a terminal draws it."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )
