"""Writes an edition as a workbook: counts, items, every publication with its link, and what changed."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Final

from casework.clippings.counting import tone_label, window_words
from casework.clippings.paper import agency_label, day_moment, note_words, web_address
from casework.clippings.records import EDITION_WORDS, NO_AGENCY, Edition
from casework.figures import Figure
from kentongan.times import format_day, to_zone

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

HIDDEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Characters that a workbook cannot hold."""
MAX_CELL: Final = 32_767
"""Characters of a cell that Excel keeps."""
MAX_LINK: Final = 2_079
"""Characters of an address that Excel follows."""
WIDEST: Final = 60
"""Widest column, in characters."""
MARKS: Final = {True: "ya", False: "tidak", None: ""}
Row = Sequence[str | int | float | datetime | None]


def clipping_xlsx(edition: Edition, *, organisation: str, now: datetime) -> bytes:
    """The workbook. The same bytes for the same edition and ``now``; times are the edition's zone's."""
    from openpyxl import Workbook

    book = Workbook()
    book.properties.created = book.properties.modified = now.replace(tzinfo=None, microsecond=0)
    book.properties.creator = organisation
    first = book.active
    assert first is not None
    first.title = "Ringkasan"
    clipping = edition.clipping
    rows: list[Row] = [
        ("Kliping", f"{EDITION_WORDS[clipping.edition]}, {format_day(day_moment(edition), zone=clipping.zone)}"),
        ("Nomor", f"{clipping.number} revisi {clipping.revision}"),
        ("Keadaan", "diterbitkan" if clipping.state == "issued" else "konsep, belum diterbitkan"),
        ("Berita terbit", window_words(clipping)),
        *([("DATA CONTOH", "Semua isinya rekaan.")] if clipping.sample else []),
        *((figure_words(edition, one), one.value) for one in edition.figures),
        *(("Catatan", note) for note in note_words(edition)),
    ]
    fill_sheet(first, ("Apa", "Isi"), rows)
    fill_sheet(
        book.create_sheet("Berita"),
        (
            "No", "Isu", "Judul", "Media", "Jumlah media", "Terbit pertama", "Topik", "Nada", "Nada menurut",
            "Instansi",
            "Perlu klarifikasi", "Usul klarifikasi", "Kutipan", "Dari", "Catatan", "Mengapa dimuat", "Tautan",
        ),
        item_rows(edition), link=16,
    )  # fmt: skip
    fill_sheet(
        book.create_sheet("Terbitan"), ("No berita", "Media", "Judul", "Terbit", "Halaman", "Tautan"),
        publication_rows(edition), link=5,
    )  # fmt: skip
    if edition.changes:
        changed = [(one.title, one.what, one.before, one.after) for one in edition.changes]
        fill_sheet(book.create_sheet("Perubahan"), ("Berita", "Apa", "Semula", "Menjadi"), changed)
    out = BytesIO()
    book.save(out)
    return freeze_times(out.getvalue(), now=now)


def item_rows(edition: Edition) -> list[Row]:
    zone = edition.clipping.zone
    return [
        (
            item.place, item.issue, item.title, ", ".join(dict.fromkeys(one.publisher for one in item.outlets)),
            len(item.outlets), local_time(item.outlets[0].published_at, zone), item.topic_words,
            tone_label(item.known_tone or ""), "analis" if "tone" in item.decided else item.tone_words,
            item.agency_name or NO_AGENCY, MARKS[item.clarify], "; ".join(item.clarify_reasons), item.quote,
            item.quoted,
            item.note, "; ".join(item.why), web_address(item.outlets[0].url),
        )
        for item in edition.printed
    ]  # fmt: skip


def publication_rows(edition: Edition) -> list[Row]:
    zone = edition.clipping.zone
    return [
        (item.place, one.publisher, one.title, local_time(one.published_at, zone), one.page, web_address(one.url))
        for item in edition.printed
        for one in item.outlets
    ]


def fill_sheet(sheet: Worksheet, header: Sequence[str], rows: Sequence[Row], *, link: int | None = None) -> None:
    """Header in bold that stays on screen, filters, texts as texts; column ``link`` (from 0) opens its address."""
    from openpyxl.styles import Alignment, Font

    sheet.append(list(header))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    widths = [len(name) for name in header]
    for number, row in enumerate(rows, 2):
        for at, value in enumerate(row):
            kept = HIDDEN.sub("", value)[:MAX_CELL] if isinstance(value, str) else value
            cell = sheet.cell(row=number, column=at + 1, value=kept)
            if isinstance(kept, str):
                # A headline that begins with "=" is no formula, nor becomes one when it is edited.
                cell.data_type, cell.quotePrefix = "s", kept[:1] in ("=", "+", "-", "@")
                widths[at] = max(widths[at], len(kept))
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                if at == link and len(kept) <= MAX_LINK:
                    cell.hyperlink = kept
                    cell.font = Font(color="1C4F8F", underline="single")
            elif isinstance(kept, datetime):
                cell.number_format = "yyyy-mm-dd hh:mm"
                widths[at] = max(widths[at], 17)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{sheet.cell(row=1, column=len(header)).column_letter}{max(1, len(rows) + 1)}"
    for at, width in enumerate(widths, 1):
        sheet.column_dimensions[sheet.cell(row=1, column=at).column_letter].width = min(WIDEST, width + 3)


def figure_words(edition: Edition, figure: Figure) -> str:
    """What a count counts, for a person."""
    kind, _, value = figure.key.partition(":")
    named = {
        "nada": f"Nada {tone_label(value)}", "media": f"Media {value}", "isu": f"Isu {value}",
        "instansi": f"Instansi {agency_label(edition, value)}",
        "kemarin-nada": f"Edisi yang sama kemarin, nada {tone_label(value)}",
        "isu-nada": "Isu {1}, nada {0}".format(*split_tone(value)),
    }  # fmt: skip
    alone = {
        "berita": "Berita", "terbitan": "Terbitan media", "klarifikasi": "Perlu klarifikasi",
        "usul": "Diusulkan perlu klarifikasi, belum diputuskan", "kemarin": "Edisi yang sama kemarin, berita",
        "dibaca": "Artikel terkumpul dalam jendela", "dibaca-kemarin": "Artikel terkumpul, jendela yang sama kemarin",
    }  # fmt: skip
    return named[kind] if value else alone[kind]


def split_tone(value: str) -> tuple[str, str]:
    """Tone, in words, and issue of a count of both."""
    tone, _, issue = value.partition(":")
    return tone_label(tone), issue


def local_time(moment: datetime, zone: str) -> datetime:
    """The time on the zone's clock; a workbook knows no zones."""
    return to_zone(moment, zone).replace(tzinfo=None, microsecond=0)


def freeze_times(data: bytes, *, now: datetime) -> bytes:
    """The same workbook with ``now`` for the time of every file in it, so that making it twice gives the same bytes."""
    stamp = max(now.timetuple()[:6], (1980, 1, 1, 0, 0, 0))
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                # openpyxl writes the moment of saving over the one it was given.
                kept = now.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
                part = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", kept, part)
            target.writestr(zipfile.ZipInfo(name, stamp), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()
