"""Draws the parts of the page of the briefing that surround the paper."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from casework.briefings.making import Recomputed
from casework.briefings.records import Briefing, BriefingEvent, BriefingLine
from casework.figure_words import say_question
from casework.figures import ABSENT
from dashboard.words import Language, say
from kentongan.numbers import format_number
from kentongan.times import MONTHS_EN, MONTHS_ID, format_time

MOST_DIFFERENCES = 12
"""Differing figures the page lists; the command lists all."""


def day_rows(days: Sequence[BriefingLine], language: Language, *, chosen: int | None, zone: str) -> str:
    """The papers as buttons, the newest first."""
    months = MONTHS_ID if language == "id" else MONTHS_EN
    rows = []
    for one in days:
        style = "decided" if one.state == "signed" else "state"
        chips = f'<span class="chip {style}">{say(f"briefings_state_{one.state}", language)}</span>'
        if one.revision > 1:
            chips += f'<span class="chip">{say("briefings_revision", language, revision=one.revision)}</span>'
        if one.sample:
            chips += f'<span class="chip">{say("sample", language)}</span>'
        day = f"{one.day.day} {months[one.day.month - 1]} {one.day.year}"
        rows.append(
            f'<div class="kt-case" data-key="{one.id}" role="button" tabindex="0" '
            f'aria-pressed="{"true" if one.id == chosen else "false"}"><p>{escape(day)}</p>'
            f'<div class="kt-chips">{chips}</div><small>{escape(who_words(one, language, zone=zone))}</small></div>'
        )
    return f'<div class="kt-cases">{"".join(rows)}</div>'


def who_words(one: BriefingLine | Briefing, language: Language, *, zone: str) -> str:
    """Who signed it, else who wrote it, and when."""
    if one.signed_at is not None and one.signed_name is not None:
        at = format_time(one.signed_at, zone=zone, language=language)
        return say("briefings_signed_by", language, name=one.signed_name, time=at)
    made = format_time(one.made_at, zone=zone, language=language)
    return say("briefings_made_by", language, time=made, name=one.made_name)


def difference_rows(found: Sequence[Recomputed], language: Language) -> str:
    """The figures that differ now: what they count, then, now."""
    differ = [one for one in found if not one.same]
    if not differ:
        return f'<p class="kt-note">✓ {say("briefings_check_same", language, count=len(found))}</p>'
    words = say("briefings_check_differ", language, differ=len(differ), count=len(found))
    rows = "".join(
        f"<li>{escape(say_question(one.figure))}: <b>{escape(one.figure.words)}</b> → "
        f"<b>{escape(now_words(one))}</b></li>"
        for one in differ[:MOST_DIFFERENCES]
    )
    left = len(differ) - MOST_DIFFERENCES
    more = f'<p class="kt-note">{say("briefings_more", language, count=left)}</p>' if left > 0 else ""
    return f'<p class="kt-note">{words}</p><ul class="kt-list">{rows}</ul>{more}'


def now_words(one: Recomputed) -> str:
    """What a figure's question answers now, in the figure's own form."""
    if one.now is None:
        return ABSENT
    scale, mark = (100, "%") if one.figure.words.endswith("%") else (1, "")
    return f"{format_number(scale * one.now, decimals=one.figure.decimals)}{mark}"


def history_rows(history: Sequence[BriefingEvent], language: Language, *, zone: str) -> str:
    """What happened to a paper, oldest first."""
    rows = "".join(
        f"<li>{escape(format_time(one.at, zone=zone, language=language))} · {escape(one.actor_name)} · "
        f"{say(f'briefings_act_{one.act}', language)}</li>"
        for one in history
    )
    return f'<ul class="kt-list">{rows}</ul>'
