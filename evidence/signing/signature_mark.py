"""What a person's signature looks like on the report, in fonts of its own, so that PDF/A stays PDF/A."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from casework.papers import make_pdf

if TYPE_CHECKING:
    from pyhanko.stamp import StaticStampStyle

Box = tuple[int, int, int, int]
"""Left, lower, right and upper edge on the page, in points from its lower left corner."""

BOXES: tuple[Box, ...] = ((71, 4, 300, 26), (309, 4, 538, 26))
"""Places for the marks on the last page (A4), below its footer, where no text of the report ever stands. A signer for
whom there is none left signs without a mark."""

TEMPLATE = "tanda-tangan"


def make_mark(name: str, *, role: str, at: str, test: bool, box: Box, now: datetime, folder: Path) -> StaticStampStyle:
    """The mark as pyHanko takes it: a page of PDF/A the size of ``box``, laid over the signature's field.

    ``at`` is the time as people read it; the page is written into ``folder`` and must lie there until the signature is
    made.
    """
    from pyhanko.pdf_utils.content import ImportedPdfPage
    from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
    from pyhanko.stamp import StaticStampStyle

    size = {"width": box[2] - box[0], "height": box[3] - box[1]}
    page = folder / f"{TEMPLATE}.pdf"
    page.write_bytes(make_pdf(TEMPLATE, {"name": name, "role": role, "at": at, "test": test, **size}, now=now))
    middle = AxisAlignment.ALIGN_MID
    edge_to_edge = Margins(0, 0, 0, 0)
    whole = SimpleBoxLayoutRule(x_align=middle, y_align=middle, margins=edge_to_edge)
    drawn = ImportedPdfPage(str(page))  # type: ignore[no-untyped-call]
    return StaticStampStyle(background=drawn, background_layout=whole, background_opacity=1.0, border_width=0)
