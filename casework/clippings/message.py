"""Writes an edition as one WhatsApp message: cut by whole items where it would be too long."""

from __future__ import annotations

import re
from typing import Final

from casework.clippings.paper import day_moment, figure_value, web_address
from casework.clippings.records import EDITION_WORDS, TONE_WORDS, ClippingItem, Edition
from kentongan.numbers import format_number
from kentongan.times import format_day

MOST: Final = 4096
"""Longest message, in UTF-16 units: what the WhatsApp Cloud API takes for the body of a text message."""
MOST_TITLE: Final = 160
"""Characters of a headline; a longer one ends in an ellipsis."""
MARKUP: Final = re.compile(r"[*_~`]")
"""What WhatsApp takes for bold, italics, struck out and code."""
HIDDEN: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


def clipping_text(edition: Edition) -> str:
    """The message, at most MOST long; items that do not fit are counted at its end."""
    clipping = edition.clipping
    day = format_day(day_moment(edition), zone=clipping.zone, weekday=True)
    head = [f"*Kliping {EDITION_WORDS[clipping.edition]}*", day, scope_line(edition)]
    if clipping.revision > 1:
        head.insert(1, f"Revisi {clipping.revision}")
    if clipping.state == "draft":
        head.insert(0, "[KONSEP, belum diterbitkan]")
    if clipping.sample:
        head.insert(0, "[DATA CONTOH: rekaan]")
    items = [(issue, item) for issue, found in edition.by_issue.items() for item in found]
    if not items:
        return "\n".join([*head, "", f"Tidak ada berita tentang {clipping.scope} dalam jendela ini."])
    blocks: list[str] = []
    last = None
    for issue, item in items:
        heading = f"\n*{tidy(issue)}*\n" if issue != last else ""
        blocks.append(heading + item_lines(item))
        last = issue
    for kept in range(len(blocks), -1, -1):
        rest = len(blocks) - kept
        more = [f"\ndan {rest} berita lain"] if rest else []
        message = "\n".join([*head, *blocks[:kept], *more])
        if length(message) <= MOST:
            return message
    raise AssertionError("the head alone fits")


def scope_line(edition: Edition) -> str:
    """The counts in one line."""
    items, marked = figure_value(edition, "berita") or 0, figure_value(edition, "klarifikasi") or 0
    parts = [f"{format_number(items)} berita"]
    parts += [
        f"{format_number(count)} {words}"
        for tone, words in TONE_WORDS.items()
        if (count := figure_value(edition, f"nada:{tone}"))
    ]
    if marked:
        parts.append(f"{format_number(marked)} perlu klarifikasi")
    return " · ".join(parts)


def item_lines(item: ClippingItem) -> str:
    """An item: headline, who ran it, what to know, the first link."""
    title = tidy(item.title)
    title = title if len(title) <= MOST_TITLE else f"{title[: MOST_TITLE - 1].rstrip()}…"
    names = list(dict.fromkeys(tidy(one.publisher) for one in item.outlets))
    outlets = ", ".join(names[:3]) + (f" +{len(names) - 3}" if len(names) > 3 else "")
    facts = [outlets]
    if item.known_tone is not None:
        facts.append(item.tone_words)
    if item.agency_name:
        facts.append(tidy(item.agency_name))
    mark = " *[PERLU KLARIFIKASI]*" if item.clarify else ""
    link = next((address for one in item.outlets if (address := web_address(one.url))), None)
    return "\n".join([f"{item.place}. {title}{mark}", f"   {' | '.join(facts)}", *([f"   {link}"] if link else [])])


def tidy(text: str) -> str:
    """A text that WhatsApp shows as it stands, in one line."""
    return " ".join(MARKUP.sub("", HIDDEN.sub(" ", text)).split())


def length(text: str) -> int:
    """How long a text is in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def file_name(edition: Edition, suffix: str) -> str:
    """What a download is called: "kliping-20261121-pagi-r1.pdf"."""
    clipping = edition.clipping
    return f"kliping-{clipping.day:%Y%m%d}-{clipping.edition}-r{clipping.revision}.{suffix}"
