"""The pieces of the page of complaints as HTML. Pure; all foreign text is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from casework.complaints.duplicates import Candidate
from casework.complaints.records import HELD_WORDS, Complaint, ComplaintEvent
from casework.deadlines import Deadlines
from casework.deadlines.board import AgencyLine
from casework.deadlines.clock import days_late, due_day
from dashboard.complaint_desk import UNASSIGNED, ComplaintView
from dashboard.words import WORDS, Language, say
from kentongan.agency_fields import FIELDS
from kentongan.complaint_categories import CATEGORIES
from kentongan.numbers import format_number
from kentongan.times import format_last_day, format_time, to_zone

QUEUE_LENGTH = 130
"""Characters of a complaint's words in the queue."""
HIGHEST = 0.99
"""Highest probability that is written as a number: rounding must not make certainty of it."""


def clock_words(
    complaint: Complaint, language: Language, *, now: datetime, deadlines: Deadlines
) -> tuple[str, bool] | None:
    """The time left in words, and whether it is *kode merah*; None where nothing is owed."""
    if complaint.due_at is None:
        return (say("adu_paused", language), False) if complaint.stage == "menunggu_pelapor" else None
    calendar, zone = deadlines.calendar, deadlines.zone
    if complaint.is_red(now):
        days = days_late(complaint.due_at, now=now, calendar=calendar, zone=zone)
        return say("adu_red", language, days=days) if days else say("adu_red_today", language), True
    left = calendar.count_working_days(to_zone(now, zone).date(), due_day(complaint.due_at, zone))
    if left < 1:
        return say("adu_last_day", language), False
    return say("adu_left", language, days=left) if left > 1 else say("adu_left_one", language), False


def clock_chip(complaint: Complaint, language: Language, *, now: datetime, deadlines: Deadlines) -> str:
    """The time left, red once it has run out."""
    told = clock_words(complaint, language, now=now, deadlines=deadlines)
    if told is None:
        return ""
    words, late = told
    return f'<span class="kt-clock{" late" if late else ""}">{escape(words)}</span>'


def board_rows(
    lines: Sequence[AgencyLine], language: Language, *, chosen: str | None, own: str | None, zone: str
) -> str:
    """The board: a line for each agency, as buttons; counts of nothing are a dot, red ones red."""
    heads = "".join(
        f"<span>{say(f'adu_head_{name}', language)}</span>"
        for name in ("agency", "open", "soon", "red", "oldest", "median")
    )
    rows = [f'<div class="kt-line head">{heads}</div>']
    for line in lines:
        key = line.agency or UNASSIGNED
        name = line.name if line.agency is not None else say("adu_unassigned", language)
        pressed = "true" if key == chosen else "false"
        oldest = "–" if line.oldest_due is None else format_last_day(line.oldest_due, zone=zone, language=language)
        median = "–" if line.median_days is None else say(
            "adu_days", language, days=format_number(line.median_days, language=language, decimals=1)
        )  # fmt: skip
        counts = "".join(
            f"<b{' class=late' if late and count else ''}>"
            f"{format_number(count, language=language) if count else '·'}</b>"
            for count, late in ((line.open, False), (line.due_soon, False), (line.red, True))
        )
        mine = " own" if own is not None and line.agency == own else ""
        rows.append(
            f'<div class="kt-line{mine}" data-key="{escape(key, quote=True)}" role="button" tabindex="0" '
            f'aria-pressed="{pressed}"><span class="kt-name">{escape(name)}</span>{counts}'
            f"<span>{escape(oldest)}</span><span>{escape(median)}</span></div>"
        )
    return f'<div class="kt-board">{"".join(rows)}</div>'


def queue_rows(
    complaints: Sequence[Complaint],
    language: Language,
    *,
    chosen: int | None,
    names: Mapping[str, str],
    places: Mapping[str, str],
    now: datetime,
    deadlines: Deadlines,
) -> str:
    """Complaints as buttons, one below the other: clock first, then number, words, who has it."""
    rows = []
    for one in complaints:
        pressed = "true" if one.id == chosen else "false"
        words = shorten(one.title or one.text, QUEUE_LENGTH) or say("adu_untitled", language)
        where = [names.get(one.agency or "", say("adu_unassigned", language)), places.get(one.region or "", "")]
        small = " · ".join(escape(part) for part in (say(f"adu_stage_{one.stage}", language), *where) if part)
        mark = f' <span class="chip unsure">{say("adu_held", language)}</span>' if one.held else ""
        rows.append(
            f'<div class="kt-case" data-key="{one.id}" role="button" tabindex="0" aria-pressed="{pressed}">'
            f'<div class="kt-queue">{clock_chip(one, language, now=now, deadlines=deadlines)}'
            f"<small>{escape(one.number)}{mark}</small></div>"
            f'<p dir="auto">{escape(words)}</p><small>{small}</small></div>'
        )
    return f'<div class="kt-cases">{"".join(rows)}</div>'


def complaint_head(
    view: ComplaintView, language: Language, *, names: Mapping[str, str], places: Mapping[str, str], now: datetime,
    deadlines: Deadlines,
) -> str:  # fmt: skip
    """A complaint's title, where it stands, its masked words."""
    one, zone = view.complaint, deadlines.zone
    received = say(
        "adu_received", language, time=format_time(one.received_at, zone=zone, language=language),
        channel=say(f"adu_channel_{one.channel}", language),
    )  # fmt: skip
    clock = clock_chip(one, language, now=now, deadlines=deadlines)
    if one.due_at is not None and one.clock is not None:
        clock += f" {say(f'adu_clock_{one.clock}', language)}"
    chips = [f'<span class="chip state">{say(f"adu_stage_{one.stage}", language)}</span>']
    chips.append(f'<span class="chip state">{say(f"adu_kind_{one.kind}", language)}</span>')
    if one.agency is not None:
        with_ = say("adu_with", language, agency=names.get(one.agency, one.agency))
        chips.append(f'<span class="chip state">{escape(with_)}</span>')
    if one.region is not None:
        chips.append(f'<span class="chip state">{escape(places.get(one.region, one.region))}</span>')
    if one.category is not None:
        chips.append(f'<span class="chip decided">✓ {escape(CATEGORIES.get(one.category, one.category))}</span>')
    if one.secret:
        chips.append(f'<span class="chip decided">{say("adu_secret", language)}</span>')
    if view.into is not None:
        chips.append(f'<span class="chip decided">{escape(say("adu_merged_into", language, number=view.into))}</span>')
    held = f'<p class="kt-fault">{escape(HELD_WORDS[one.held])}</p>' if one.held else ""
    joined = ""
    if view.merged:
        joined = f'<p class="kt-note">{escape(say("adu_merged", language, numbers=", ".join(view.merged)))}</p>'
    title = f'<h4 class="kt-case-title" dir="auto">{escape(one.title)}</h4>' if one.title else ""
    return (
        f'<div class="kt-meta"><b>{escape(one.number)}</b> · {clock}</div>{title}'
        f'<p class="kt-words" dir="auto">{escape(one.text)}</p><div class="kt-chips">{"".join(chips)}</div>'
        f'{held}{joined}<p class="kt-note">{escape(received)} · {say("adu_text_note", language)}</p>'
    )


def suggestion_rows(suggestion: Mapping[str, Any], language: Language, *, names: Mapping[str, str]) -> str:
    """What the model suspects, each dashed and with its probability; what it is unsure about, dotted."""
    rows = [
        (say("adu_suggest_category", language), guess_chips(suggestion.get("category"), CATEGORIES, language)),
        (say("adu_suggest_field", language), guess_chips(suggestion.get("field"), FIELDS, language)),
    ]
    if (suggestion.get("field") or {}).get("value") is not None:
        agency = suggestion.get("agency")
        told = f'<span class="chip machine">{escape(names.get(agency, agency))}</span>' if agency else escape(
            say("adu_suggest_no_agency", language)
        )  # fmt: skip
        rows.append((say("adu_suggest_agency", language), told))
    cells = "".join(f'<span>{escape(name)}</span><div class="kt-chips">{chips}</div>' for name, chips in rows)
    against = say("adu_suggestion_against", language, model=suggestion.get("model", ""))
    title = f"<b>{say('adu_suggestion', language)}</b> · {escape(against)}"
    return f'<div class="kt-suggested"><div class="kt-meta">{title}</div><div class="kt-pairs">{cells}</div></div>'


def guess_chips(said: Any, names: Mapping[str, str], language: Language) -> str:
    """The best guesses of one question as chips: the one the model commits itself to dashed, doubts dotted."""
    best = (said or {}).get("best") or []
    if not best:
        return f'<span class="chip unsure">{say("adu_unsure", language)}</span>'
    if said.get("value") is not None:
        code, share = best[0]
        number = format_number(min(share, HIGHEST), language=language, decimals=2)
        sign = "> " if share > HIGHEST else ""
        return f'<span class="chip machine">{escape(names.get(code, code))} {sign}{number}</span>'
    chips = [f'<span class="chip unsure">{say("adu_unsure", language)}</span>']
    for code, share in best[:2]:
        label = f"{names.get(code, code)} {format_number(share, language=language, decimals=2)}"
        chips.append(f'<span class="chip unsure">{escape(say("adu_maybe", language, label=label))}</span>')
    return "".join(chips)


def duplicate_rows(candidates: Sequence[Candidate], language: Language) -> str:
    """Complaints that may be the same, as buttons, with the words that both have."""
    rows = []
    for one in candidates:
        alike = say("adu_alike", language, share=round(100 * one.score))
        shared = " ".join(f"<mark>{escape(word)}</mark>" for word in one.shared[:8])
        rows.append(
            f'<div class="kt-case" data-key="{one.complaint.id}" role="button" tabindex="0">'
            f'<div class="kt-queue"><b>{escape(one.complaint.number)}</b><small>{escape(alike)}</small></div>'
            f'<p dir="auto">{escape(shorten(one.complaint.title or one.complaint.text, QUEUE_LENGTH))}</p>'
            f"<small>{shared}</small></div>"
        )
    return f'<div class="kt-cases">{"".join(rows)}</div>'


def history_rows(events: Sequence[ComplaintEvent], language: Language, *, names: Mapping[str, str], zone: str) -> str:
    """What happened, newest first: when, what, by whom, and the words that go with it."""
    cells = []
    for event in reversed(events):
        did = f"adu_did_{event.act}"
        act = say(did, language) if did in WORDS else event.act
        where = f" → {names.get(event.agency, event.agency)}" if event.act == "forwarded" and event.agency else ""
        words = event.note or event.reason or ""
        said = f'<p dir="auto">{escape(words)}</p>' if words else ""
        cells.append(
            f"<time>{escape(format_time(event.at, zone=zone, language=language))}</time>"
            f"<div><b>{escape(act)}</b>{escape(where)} <span>· {escape(event.actor_name)}</span>{said}</div>"
        )
    return f'<div class="kt-events">{"".join(cells)}</div>'


def shorten(words: str, most: int) -> str:
    """Words on one line, cut at a blank."""
    line = " ".join(words.split())
    return line if len(line) <= most else line[: most - 1].rsplit(" ", 1)[0] + " …"
