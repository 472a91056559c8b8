"""Draws a clipping: its counts, its list, one item with its outlets, its history. All foreign text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from casework.clippings.records import ClippingEvent, ClippingItem, Edition
from dashboard.links import safe_address
from dashboard.words import Language, say
from kentongan.numbers import format_number
from kentongan.times import format_day, format_hour, format_time

TONE_CLASS = {"negative": "neg-t", "neutral": "neu-t", "positive": "pos-t"}
COUNTS = (
    ("berita", "clip_count_items", "kemarin"), ("nada:negative", "clip_tone_negative", "kemarin-nada:negative"),
    ("nada:neutral", "clip_tone_neutral", "kemarin-nada:neutral"),
    ("nada:positive", "clip_tone_positive", "kemarin-nada:positive"), ("nada:none", "clip_count_none", None),
    ("klarifikasi", "clip_count_mark", None), ("usul", "clip_count_suggested", None),
)  # fmt: skip
"""Figure, its word, the figure of the day before."""


def count_strip(edition: Edition, language: Language) -> str:
    """The counts in one row, each against the same edition of the day before."""
    known = {figure.key: figure.value for figure in edition.figures}
    cells = []
    for key, words, before in COUNTS:
        tone = TONE_CLASS.get(key.partition(":")[2], "")
        against = ""
        if before is not None:
            was = known.get(before)
            said = say("clip_yesterday_none", language)
            if was is not None:
                said = say("clip_yesterday", language, count=format_number(was, language=language))
            against = f"<em>{said}</em>"
        value = format_number(known.get(key) or 0, language=language)
        cells.append(
            f'<div class="kt-big small"><b class="{tone}">{value}</b><span>{say(words, language)}</span>{against}</div>'
        )
    return f'<div class="kt-head">{"".join(cells)}</div>'


def item_rows(items: Sequence[ClippingItem], language: Language, *, chosen: int | None, zone: str) -> str:
    """The list: by issue, each item with its mark; those left out at the end."""
    parts: list[str] = []
    last = ""
    for item in items:
        issue = say("clip_left_out", language) if item.left_out else item.issue
        if issue != last:
            parts.append(f'<div class="kt-family">{escape(issue)}</div>')
            last = issue
        names = ", ".join(dict.fromkeys(one.publisher for one in item.outlets))
        place = "" if item.left_out else f"{item.place}. "
        when = format_hour(item.outlets[0].published_at, zone=zone, language=language)
        parts.append(
            f'<div class="kt-case" data-key="{item.id}" tabindex="0" role="button" '
            f'aria-pressed="{"true" if item.id == chosen else "false"}"><p dir="auto"><b>{place}'
            f"{escape(item.title)}</b></p><small>{escape(names)} · {when}"
            f'</small><div class="kt-chips">{item_chips(item, language)}</div></div>'
        )
    return f'<div class="kt-cases">{"".join(parts)}</div>'


def item_chips(item: ClippingItem, language: Language) -> str:
    """Tone and marks: dashed for what a machine suspects, solid for what a person decided."""
    chips = [tone_chip(item, language)]
    if item.clarify:
        chips.append(f'<span class="chip decided">{say("clip_mark", language)}</span>')
    elif item.suggested:
        chips.append(f'<span class="chip ask">{say("clip_mark_suggested", language)}</span>')
    if len(item.outlets) > 1:
        chips.append(f'<span class="chip state">{say("clip_outlets", language, count=len(item.outlets))}</span>')
    if item.late:
        chips.append(f'<span class="chip state">{say("clip_late", language)}</span>')
    return "".join(chips)


def tone_chip(item: ClippingItem, language: Language) -> str:
    """The tone: a person's solid, a model's dashed with its probability."""
    if item.known_tone is None:
        words = "clip_tone_unsure" if item.tone_abstained else "clip_tone_unset"
        return f'<span class="chip unsure">{say(words, language)}</span>'
    tone = say(f"clip_tone_{item.known_tone}", language)
    if "tone" in item.decided:
        return f'<span class="chip state {TONE_CLASS[item.known_tone]}">{say("clip_tone", language)}: {tone}</span>'
    p = "" if item.tone_p is None else format_number(item.tone_p, language=language, decimals=2)
    said = say("clip_tone_suspected", language, tone=tone, p=p)
    return f'<span class="chip machine {TONE_CLASS[item.known_tone]}">{said}</span>'


def item_body(item: ClippingItem, language: Language, *, zone: str) -> str:
    """The item: headline, outlets with links, quotation, why it is here and why a clarification is suggested."""
    rows = []
    for one in item.outlets:
        address = safe_address(one.url)
        link = ""
        if address:
            link = f'<a href="{escape(address)}" target="_blank" rel="noopener">{say("clip_open", language)}</a>'
        page = f" · {say('clip_page', language, page=escape(one.page))}" if one.page else ""
        when = format_time(one.published_at, zone=zone, language=language)
        rows.append(f'<div class="kt-meta"><b>{escape(one.publisher)}</b> · {when}{page}{link}</div>')
    reasons = "".join(f"<li>{escape(why)}</li>" for why in item.clarify_reasons)
    suggests = f'<p class="kt-note"><b>{say("clip_suggests", language)}</b></p><ul class="kt-list">{reasons}</ul>'
    return (
        f'<h4 class="kt-case-title" dir="auto">{escape(item.title)}</h4>'
        f'<div class="kt-chips">{item_chips(item, language)}</div>{"".join(rows)}'
        f'<p class="kt-words" dir="auto">“{escape(item.quote)}” <small>({escape(item.quoted)})</small></p>'
        + (suggests if reasons else "")
        + f'<p class="kt-note"><b>{say("clip_why", language)}:</b> {escape("; ".join(item.why))}</p>'
        + (f'<p class="kt-note">{escape(item.left_reason)}</p>' if item.left_reason else "")
    )


def history_rows(events: Sequence[ClippingEvent], language: Language, *, zone: str) -> str:
    """What happened, the newest first."""
    parts = []
    for event in reversed(events):
        when = (
            f"{format_day(event.at, zone=zone, language=language)} "
            f"{format_hour(event.at, zone=zone, language=language)}"
        )
        what = say(f"clip_act_{event.act}", language)
        about = f" · #{event.item}" if event.item else ""
        parts.append(f"<time>{when}</time><p>{what}{about} <span>{escape(event.actor_name)}</span></p>")
    return f'<div class="kt-events">{"".join(parts)}</div>'
