"""Numbers as people read them: "1.284" and "0,87" in Indonesian, "1,284" and "0.87" in English."""

from __future__ import annotations

import math
from typing import Literal

TO_INDONESIAN = str.maketrans(",.", ".,")


def format_number(value: float, *, language: Literal["id", "en"] = "id", decimals: int = 0) -> str:
    """A number with its thousands grouped and ``decimals`` digits behind the mark, rounded half to even.

    Raises ValueError for a value that is no number (absent values are the caller's to say) and for other languages.
    """
    if not math.isfinite(value):
        raise ValueError(f"{value} bukan angka yang bisa ditampilkan.")
    if language not in ("id", "en"):
        raise ValueError(f"Bahasa {language!r} tidak dikenal; pakai id atau en.")
    text = f"{value:,.{decimals}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    return text.translate(TO_INDONESIAN) if language == "id" else text
