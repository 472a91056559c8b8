"""Small pictures of captured pages for the report: the top of the page, one at a time."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import IO, Final

WIDTH: Final = 420
"""Of a small picture, in pixels: 200 dots an inch in a third of an A4 page's width."""
TALLEST: Final = 1.3
"""Height shown at most, as a multiple of the width: the first screens of a page, where the post stands."""
QUALITY: Final = 72
"""JPEG quality; the picture shows which page it was, the evidence is the captured file itself."""
MOST_PIXELS: Final = 60_000_000
"""Largest picture that is opened: 1,366 wide and 20,000 tall, as captures are cut, with room to spare."""


def make_thumbnail(file: IO[bytes]) -> bytes | None:
    """A JPEG of the top of a picture; None where it is too large or no picture that can be read."""
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(file, formats=("PNG",)) as picture:
                width, height = picture.size
                if width * height > MOST_PIXELS:
                    return None
                shown = picture.convert("RGB").crop((0, 0, width, min(height, int(width * TALLEST))))
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
            return None
    small = shown.resize((WIDTH, max(1, round(shown.height * WIDTH / shown.width))), Image.Resampling.LANCZOS)
    out = BytesIO()
    small.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
