"""The links of rumours with complaints as HTML: what may feed a rumour, by which words, where, who owes the answer.

Pure; all foreign text is escaped. A suspicion is dashed, what a person confirmed is solid.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from html import escape
from typing import Final

from casework.rumour_records import RumourLink
from dashboard.words import Language, say
from kentongan.numbers import format_number
from kentongan.times import format_day

COMPLAINTS_SHOWN: Final = 6
"""Complaints of a link that are named; the rest are counted."""
AGENCIES_SHOWN: Final = 3
TITLE_LENGTH: Final = 150
"""Characters of a rumour's words."""
LINK: Final = re.compile(r"https?://\S+")
HIGHEST: Final = 0.99
"""Highest probability that is written as a number."""


def draw_rumour_links(
    links: Sequence[RumourLink],
    language: Language,
    *,
    places: Mapping[str, str] | None = None,
    zone: str = "WIB",
    titled: bool = True,
    named: int = COMPLAINTS_SHOWN,
) -> str:
    """The links one below the other, with what they are not; "" without any.

    ``places``: names of regions by code, codes where it has none; ``titled``: whether the rumour's words are shown,
    which a page about the rumour itself does not need; ``named``: how many complaints of each are named.
    """
    if not links:
        return ""
    cards = "".join(
        draw_link(link, language, places=places or {}, zone=zone, titled=titled, named=named) for link in links
    )
    return f'{cards}<p class="kt-note">{escape(say("rumour_note", language))}</p>'


def draw_link(
    link: RumourLink, language: Language, *, places: Mapping[str, str], zone: str, titled: bool, named: int
) -> str:
    """One link: its state, what it says, the complaints, and by what it was found."""
    began = say("rumour_began", language, day=format_day(link.began_at, zone=zone, language=language))
    title = f'<p dir="auto">“{escape(shorten(link.title))}”</p>' if titled else ""
    sample = f' · <span class="kind">{escape(say("sample", language))}</span>' if link.sample else ""
    reason = ""
    if link.state == "confirmed" and link.reason:
        reason = f'<p class="kt-note" dir="auto">{escape(link.judged_name or "")}: {escape(link.reason)}</p>'
    return (
        f'<article class="kt-post kt-rumour"><div class="kt-meta"><b>{link.number}</b> · {escape(began)}{sample}</div>'
        f"{title}<p><b>{escape(finding_words(link, language))}</b> {escape(waiting_words(link, language))}</p>"
        f'<div class="kt-chips">{state_chip(link, language)}{complaint_chips(link, language, most=named)}</div>'
        f'<p class="kt-note">{evidence_words(link, language, places=places)}</p>{reason}</article>'
    )


def state_chip(link: RumourLink, language: Language) -> str:
    """Dashed with its score while suspected; solid with who said so once confirmed; struck where refused."""
    if link.state == "confirmed":
        words = say("rumour_confirmed", language, name=link.judged_name or "")
        return f'<span class="chip decided">✓ {escape(words)}</span>'
    if link.state == "refused":
        return (
            f'<span class="chip unsure">{escape(say("rumour_refused", language, name=link.judged_name or ""))}</span>'
        )
    score = format_number(min(link.score, HIGHEST), language=language, decimals=2)
    return f'<span class="chip machine">{escape(say("rumour_suspected", language, score=score))}</span>'


def finding_words(link: RumourLink, language: Language) -> str:
    """What is said of the rumour: that it may be fed by so many complaints, or that they were answered before it."""
    count = format_number(len(link.cluster), language=language)
    return say(f"rumour_{link.finding}", language, count=count)


def waiting_words(link: RumourLink, language: Language) -> str:
    """How long the oldest had waited when the rumour began, and how many wait still."""
    oldest = min(one.received_at for one in link.complaints)
    days = max(1, round((link.began_at - oldest) / timedelta(days=1)))
    still = format_number(link.open, language=language)
    if link.finding == "answered":
        return say("rumour_use_answer", language)
    return say("rumour_waited" if link.open else "rumour_waited_done", language, days=days, open=still)


def complaint_chips(link: RumourLink, language: Language, *, most: int) -> str:
    """The complaints by number, each a link to its page; the rest as a count."""
    kept = "&amp;bahasa=en" if language == "en" else ""
    chips = [
        f'<a class="chip state" href="aduan?aduan={one.id}{kept}" target="_self">{escape(one.number)}</a>'
        for one in link.complaints[:most]
    ]
    rest = len(link.complaints) - most
    if rest > 0:
        chips.append(f'<span class="chip state">{escape(say("rumour_more", language, count=rest))}</span>')
    return "".join(chips)


def evidence_words(link: RumourLink, language: Language, *, places: Mapping[str, str]) -> str:
    """By which words, in which place, with which agency."""
    said = {what: [one for one in link.evidence if one.what == what] for what in ("word", "place", "agency")}
    parts = []
    if said["word"]:
        words = " ".join(f"<mark>{escape(one.value)}</mark>" for one in said["word"])
        parts.append(f"{escape(say('rumour_words', language))} {words}")
    if said["place"]:
        names = ", ".join(places.get(one.value, one.value) for one in said["place"])
        parts.append(escape(say("rumour_place", language, place=names)))
    if said["agency"]:
        names = ", ".join(
            f"{one.value} ({format_number(len(one.complaints), language=language)})"
            for one in said["agency"][:AGENCIES_SHOWN]
        )
        parts.append(escape(say("rumour_agency", language, agencies=names)))
    return " · ".join(parts)


def shorten(words: str) -> str:
    """A rumour's words on one line, without links, cut at a blank."""
    line = " ".join(LINK.sub(" ", words).split())
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1].rsplit(" ", 1)[0] + " …"
