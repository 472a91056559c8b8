"""A briefing as HTML: one self-contained page that asks the web for nothing, readable on a phone; or its body alone."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Final

from casework.briefings.annex import annex_rows
from casework.briefings.content import Line, Part, PartTable, Piece
from casework.briefings.editing import HEAD_WORDS
from casework.briefings.records import STATE_WORDS, Briefing
from casework.figures import join_address, link_of
from kentongan.times import format_day, format_time

STYLE: Final = Path(__file__).parent / "nota-dinas.css"
SAMPLE_WORDS: Final = "DATA CONTOH: REKAAN"
UNSIGNED_WORDS: Final = "DRAF, BELUM DITANDATANGANI"
NO_NUMBER: Final = "(belum diberi nomor)"


def make_page(briefing: Briefing, *, organisation: str, zone: str, base: str) -> str:
    """The whole page. ``base`` is the dashboard's address for links; empty links to the annex instead."""
    title = f"Nota dinas {format_day(briefing.content.until, zone=zone)}"
    style = STYLE.read_text(encoding="utf-8")
    return (
        '<!doctype html><html lang="id"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{style}</style></head><body>"
        f"{make_body(briefing, organisation=organisation, zone=zone, base=base or None)}"
        "</body></html>"
    )


def make_body(briefing: Briefing, *, organisation: str, zone: str, base: str | None, annex: bool = True) -> str:
    """The paper as an element of class "nd". ``base``: the dashboard's address, "" for links within it, None for links
    to the annex."""
    content = briefing.content
    marks = [SAMPLE_WORDS] if briefing.sample else []
    marks += [UNSIGNED_WORDS] if briefing.state == "draft" else []
    drawn = "".join(f'<div class="nd-mark">{escape(mark)}</div>' for mark in marks)
    parts = "".join(draw_part(part, briefing, base) for part in content.parts)
    note = f'<section class="nd-part"><h2>Catatan</h2><p>{draw_line(content.note, briefing, base)}</p></section>'
    return (
        f'<article class="nd nd-{briefing.state}">{drawn}<header class="nd-org">{escape(organisation)}</header>'
        f"<h1>NOTA DINAS</h1>{draw_head(briefing, zone=zone)}"
        f'<p class="nd-time">Keadaan <time>{escape(format_time(content.since, zone=zone))}</time> sampai '
        f"<time>{escape(format_time(content.until, zone=zone))}</time>.</p>"
        f"{parts}{note if content.note else ''}{draw_signature(briefing, zone=zone)}"
        f"{draw_annex(briefing, zone=zone) if annex else ''}</article>"
    )


def draw_head(briefing: Briefing, *, zone: str) -> str:
    """Kepada, Dari, Tanggal, Nomor, Sifat, Hal."""
    head = briefing.head
    rows = [
        ("to", escape(head.to)),
        ("sender", escape(head.sender)),
        (None, f"<time>{escape(format_day(briefing.content.until, zone=zone))}</time>"),
        ("number", escape(head.number or NO_NUMBER)),
        ("nature", escape(head.nature)),
        ("subject", f"<strong>{escape(head.subject)}</strong>"),
    ]
    cells = "".join(
        f"<dt>{HEAD_WORDS[name] if name else 'Tanggal'}</dt><dd><cite>{words}</cite></dd>" for name, words in rows
    )
    return f'<dl class="nd-head">{cells}</dl>'


def draw_part(part: Part, briefing: Briefing, base: str | None) -> str:
    """One part with its lines, its table and what it does not say."""
    lines = "".join(f"<li>{draw_line(line, briefing, base)}</li>" for line in part.lines)
    absent = "".join(f'<p class="nd-absent">{draw_line(line, briefing, base)}</p>' for line in part.absent)
    first = part.key == "ringkas"
    lists = f"<{'ol' if first else 'ul'}>{lines}</{'ol' if first else 'ul'}>" if lines else ""
    table = "" if part.table is None else draw_table(part.table, briefing, base)
    return (
        f'<section class="nd-part nd-{escape(part.key)}"><h2>{escape(part.title)}</h2>{lists}{table}{absent}</section>'
    )


def draw_table(table: PartTable, briefing: Briefing, base: str | None) -> str:
    """A table; on a phone its rows become cards with the heading beside each cell."""
    sides = ["nd-n" if is_number else "nd-t" for is_number in table.numbers]
    header = "".join(f'<th class="{side}">{escape(word)}</th>' for word, side in zip(table.header, sides, strict=True))
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td class="{side}" data-name="{escape(word, quote=True)}">'
            f"<span>{draw_line(cell, briefing, base)}</span></td>"
            for cell, word, side in zip(row, table.header, sides, strict=True)
        )
        + "</tr>"
        for row in table.rows
    )
    return f"<table><thead><tr>{header}</tr></thead><tbody>{rows}</tbody></table>"


def draw_line(line: Line, briefing: Briefing, base: str | None) -> str:
    return "".join(draw_piece(piece, briefing, base) for piece in line)


def draw_piece(piece: Piece, briefing: Briefing, base: str | None) -> str:
    """A piece of a line: a figure links to the page that shows it, or to its row of the annex."""
    words = escape(piece.text)
    match piece.kind:
        case "figure":
            assert piece.figure is not None
            key = escape(piece.figure, quote=True)
            to = f"#angka-{piece.figure}" if base is None else link_of(briefing.content.figure(piece.figure), base)
            return (
                f'<a class="nd-figure" data-figure="{key}" href="{escape(to, quote=True)}" target="_self">{words}</a>'
            )
        case "number":
            if piece.page is None or base is None:
                return f'<span class="nd-number">{words}</span>'
            to = escape(join_address(base, piece.page), quote=True)
            return f'<a class="nd-number" href="{to}" target="_self">{words}</a>'
        case "quote":
            return f"<cite>{words}</cite>"
        case "time":
            return f"<time>{words}</time>"
        case "text":
            return words


def draw_signature(briefing: Briefing, *, zone: str) -> str:
    """Who signed, when, and the digest of what was signed; or that nobody has."""
    if briefing.signed_at is None or briefing.signed_name is None or briefing.digest is None:
        return f'<footer class="nd-sign"><p class="nd-absent">{escape(STATE_WORDS["draft"])}.</p></footer>'
    return (
        f'<footer class="nd-sign"><p>Ditandatangani <strong>{escape(briefing.signed_name)}</strong><br>'
        f"<time>{escape(format_time(briefing.signed_at, zone=zone))}</time></p>"
        '<p class="nd-digest">Sidik isi (<span class="nd-number">SHA-256</span>): '
        f"<code>{escape(briefing.digest)}</code></p></footer>"
    )


def draw_annex(briefing: Briefing, *, zone: str) -> str:
    """Every figure with what it counts."""
    rows = "".join(
        f'<tr id="angka-{escape(row.key, quote=True)}"><td>{row.place}</td><td>{escape(row.question)}'
        f'<small>{escape(row.time)}</small></td><td class="nd-n">{escape(row.value)}</td></tr>'
        for row in annex_rows(briefing.content, zone=zone)
    )
    return (
        '<section class="nd-annex"><h2>Lampiran: dari mana setiap angka</h2><table><thead><tr><th>No.</th>'
        f'<th>Yang dihitung</th><th class="nd-n">Nilai</th></tr></thead><tbody>{rows}</tbody></table></section>'
    )
