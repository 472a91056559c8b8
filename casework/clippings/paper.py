"""Prints an edition as PDF/A-2b: counts on the cover, the table by issue, every item with its outlets and quotation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from casework.clippings.counting import NONE, figures_by, tone_label, window_words
from casework.clippings.records import EDITION_WORDS, NO_AGENCY, TONES, ClippingItem, Edition
from casework.figures import Figure
from casework.papers import make_pdf
from kentongan.numbers import format_number
from kentongan.times import ZONES, format_day, format_hour, format_time, to_zone

TEMPLATE: Final = "kliping"
MOST_OUTLETS: Final = 12
"""Outlets of one item that are printed one by one; the rest are counted."""
FROM_WORDS: Final = {"name": " (disebut dalam berita)", "field": " (menurut bidang topiknya)", None: ""}


def clipping_pdf(edition: Edition, *, organisation: str, now: datetime) -> bytes:
    """The paper. The same bytes for the same edition and ``now``. Raises KentonganError where it cannot be made."""
    clipping = edition.clipping
    day = format_day(day_moment(edition), zone=clipping.zone, weekday=True)
    head = f"{EDITION_WORDS[clipping.edition].capitalize()}"
    number = f"{clipping.number}" + (f" revisi {clipping.revision}" if clipping.revision > 1 else "")
    values = {
        "title": f"Kliping {EDITION_WORDS[clipping.edition]} {day}",
        "number": number,
        "organisation": organisation,
        "sample": clipping.sample,
        "draft": clipping.state == "draft",
        "edition": head + (f" (revisi {clipping.revision})" if clipping.revision > 1 else ""),
        "day": day,
        "window": window_words(clipping),
        "scope": clipping.scope,
        "read": format_number(figure_value(edition, "dibaca") or 0),
        "counts": cover_counts(edition),
        "changes": [
            {"title": one.title, "what": one.what, "before": one.before, "after": one.after} for one in edition.changes
        ],
        "issues": issue_values(edition),
        "agencies": [
            {"name": agency_label(edition, code), "items": one.words}
            for code, one in figures_by(edition.figures, "instansi")
        ],
        "outlets": [{"name": name, "items": one.words} for name, one in figures_by(edition.figures, "media")],
        "notes": note_words(edition),
        "signed": signed_words(edition),
    }
    return make_pdf(TEMPLATE, values, now=now)


def cover_counts(edition: Edition) -> list[dict[str, str]]:
    """The counts of the cover, each with what it was in the same edition of the day before."""
    wanted = [("berita", "berita", "kemarin"), ("terbitan", "terbitan media", None)]
    wanted += [(f"nada:{tone}", f"nada {tone_label(tone)}", f"kemarin-nada:{tone}") for tone in TONES]
    wanted += [(f"nada:{NONE}", "nada belum ditentukan", None), ("klarifikasi", "perlu klarifikasi", None)]
    known = {figure.key: figure for figure in edition.figures}
    return [
        {"label": label, "value": known[key].words, "against": against_words(known.get(before or ""))}
        for key, label, before in wanted
    ]


def against_words(before: Figure | None) -> str:
    """The count of the day before as it stands below today's."""
    if before is None:
        return ""
    return "kemarin: tidak ada" if before.value is None else f"kemarin {before.words}"


def issue_values(edition: Edition) -> list[dict[str, object]]:
    """The table by issue and the items below each."""
    made: list[dict[str, object]] = []
    known = {figure.key: figure.words for figure in edition.figures}
    for name, items in edition.by_issue.items():
        row: dict[str, object] = {"name": name, "items": known[f"isu:{name}"]}
        row |= {tone: known[f"isu-nada:{tone}:{name}"] for tone in (*TONES, NONE)}
        row["list"] = [item_values(item, edition.clipping.zone) for item in items]
        made.append(row)
    return made


def item_values(item: ClippingItem, zone: str) -> dict[str, object]:
    """An item as its template takes it."""
    outlets: list[Mapping[str, str | None]] = [
        {
            "name": one.publisher,
            "time": f"{format_day(one.published_at, zone=zone)} {format_hour(one.published_at, zone=zone)}",
            "page": one.page,
            "url": web_address(one.url),
        }
        for one in item.outlets[:MOST_OUTLETS]
    ]
    rest = len(item.outlets) - MOST_OUTLETS
    if rest > 0:
        outlets.append({"name": f"dan {rest} media lain", "time": "lihat lembar Terbitan", "page": None, "url": None})
    return {
        "place": item.place,
        "title": item.title,
        "mark": "yes" if item.clarify else "suggested" if item.suggested else "no",
        "outlets": outlets,
        "tone": item.tone_words,
        "agency": item.agency_name or NO_AGENCY,
        "agency_note": FROM_WORDS[item.agency_from],
        "quote": item.quote,
        "quoted": item.quoted,
        "reasons": list(item.clarify_reasons),
        "note": item.note,
    }


def note_words(edition: Edition) -> list[str]:
    """How the edition came about: what was read, what counts as ours, what a machine said, what was missed."""
    clipping = edition.clipping
    read, before = (figure_value(edition, key) for key in ("dibaca", "dibaca-kemarin"))
    out = len(edition.items) - len(edition.printed)
    notes = [
        f"Artikel terkumpul yang terbit dalam jendela ini: {format_number(read or 0)} (jendela yang sama sehari "
        f"sebelumnya {format_number(before or 0)}). Dimuat yang tentang {clipping.scope}: wilayahnya terbaca di sana, "
        "atau menyebut kepala daerah, kantornya, kecamatannya, atau instansinya. Salinan satu berita menjadi satu.",
        "“Terindikasi” adalah dugaan model dengan peluangnya; tanpa kata itu, nadanya ditetapkan analis.",
        "“Perlu klarifikasi” diputuskan analis; yang diusulkan aturan (nada negatif dan menyebut instansi kita, atau "
        "mirip klaim yang diperiksa atau terindikasi hoaks) ditandai diusulkan.",
        "Kutipan adalah kalimat pembuka berita itu sendiri; isi lengkapnya hak medianya.",
    ]
    if out:
        notes.append(f"{out} berita dikeluarkan analis.")
    late = sum(item.late for item in edition.printed)
    if late:
        notes.append(f"{late} berita susulan: terbit sebelum jendela ini, baru terkumpul di dalamnya.")
    notes += [f"Tidak terkumpul: {gap}." for gap in clipping.gaps]
    return notes


def signed_words(edition: Edition) -> str | None:
    """Who issued it and when; None for a draft."""
    clipping = edition.clipping
    if clipping.state == "draft" or clipping.issued_at is None:
        return None
    return (
        f"Disusun {clipping.made_name}, {format_time(clipping.made_at, zone=clipping.zone)}. Diterbitkan "
        f"{clipping.issued_name}, {format_time(clipping.issued_at, zone=clipping.zone)}."
    )


def agency_label(edition: Edition, code: str) -> str:
    """An agency's name as the edition has it."""
    return next((item.agency_name or code for item in edition.items if item.agency == code), NO_AGENCY)


def figure_value(edition: Edition, key: str) -> float | None:
    """A count of the edition. Raises KeyError for one it does not have."""
    return {figure.key: figure for figure in edition.figures}[key].value


def day_moment(edition: Edition) -> datetime:
    """The noon of the edition's day, from which its date is written."""
    clipping = edition.clipping
    day = clipping.day
    return to_zone(datetime(day.year, day.month, day.day, 12, tzinfo=ZONES[clipping.zone]), clipping.zone)


def web_address(url: str | None) -> str | None:
    """The address if a reader may follow it."""
    return url if url and urlsplit(url).scheme in ("http", "https") and url.isprintable() else None
