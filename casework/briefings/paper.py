"""A briefing as PDF/A-2b: at most two pages and an annex, the same bytes for the same paper.

The form is that of a nota dinas as Permendagri 1/2023 on tata naskah dinas has it, written from memory; nobody who
knows the regulation has compared it yet.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from casework.briefings.annex import annex_rows
from casework.briefings.content import Line, Part, Piece
from casework.briefings.html import NO_NUMBER, UNSIGNED_WORDS
from casework.briefings.records import Briefing
from casework.figures import join_address, link_of
from casework.papers import make_pdf
from kentongan.times import format_day, format_time

TEMPLATE: Final = "nota-dinas"
WIDTHS: Final[dict[str, tuple[float, ...]]] = {
    "isu": (3.4, 2.2, 0, 0, 3),
    "sentimen": (2.4, 0, 0, 0),
    "hoaks": (0, 2, 0, 2.4, 2.2),
    "waktu": (3, 0, 0),
    "indikator": (2.4, 1.2, 0, 2.4),
    "celah": (3, 0),
}
"""Widths of a part's columns, in shares of the line; 0 takes what it needs."""


def make_paper(briefing: Briefing, *, organisation: str, zone: str, base: str) -> bytes:
    """The PDF. ``base`` is the dashboard's address for links; without it nothing links. Raises KentonganError as
    ``make_pdf``."""
    content, head = briefing.content, briefing.head
    day = format_day(content.until, zone=zone)
    signed = None
    if briefing.signed_at is not None:
        signed = {
            "name": briefing.signed_name,
            "at": format_time(briefing.signed_at, zone=zone),
            "digest": briefing.digest,
        }
    values = {
        "title": f"Nota dinas {day}",
        "number": f"Nota dinas {briefing.number}, revisi {briefing.revision}",
        "id": str(briefing.id),
        "organisation": organisation,
        "sample": briefing.sample,
        "mark": "DRAF" if briefing.state == "draft" else None,
        "mark_words": UNSIGNED_WORDS,
        "head": [
            ["Kepada", head.to], ["Dari", head.sender], ["Tanggal", day], ["Nomor", head.number or NO_NUMBER],
            ["Sifat", head.nature], ["Hal", head.subject],
        ],
        "since": format_time(content.since, zone=zone),
        "until": format_time(content.until, zone=zone),
        "parts": [part_values(part, briefing, base) for part in content.parts],
        "note": line_values(content.note, briefing, base),
        "signed": signed,
        "annex": [msgspec.to_builtins(row) for row in annex_rows(content, zone=zone)],
    }  # fmt: skip
    return make_pdf(TEMPLATE, values, now=briefing.signed_at or briefing.made_at)


def part_values(part: Part, briefing: Briefing, base: str) -> dict[str, Any]:
    """A part as the template takes it."""
    table = None
    if part.table is not None:
        widths = WIDTHS.get(part.key, ())
        fits = len(widths) == len(part.table.header)
        table = {
            "header": list(part.table.header),
            "numbers": list(part.table.numbers),
            "widths": list(widths) if fits else [1.0] * len(part.table.header),
            "rows": [[{"pieces": line_values(cell, briefing, base)} for cell in row] for row in part.table.rows],
        }
    return {
        "key": part.key,
        "title": part.title,
        "lines": [line_values(line, briefing, base) for line in part.lines],
        "table": table,
        "absent": [line_values(line, briefing, base) for line in part.absent],
    }


def line_values(line: Line, briefing: Briefing, base: str) -> list[dict[str, Any]]:
    return [{"kind": piece.kind, "text": piece.text, "link": link_to(piece, briefing, base)} for piece in line]


def link_to(piece: Piece, briefing: Briefing, base: str) -> str | None:
    """The address a piece leads to; None where it leads nowhere, or nobody said where the dashboard is."""
    if not base:
        return None
    if piece.figure is not None:
        return link_of(briefing.content.figure(piece.figure), base)
    return None if piece.page is None else join_address(base, piece.page)
