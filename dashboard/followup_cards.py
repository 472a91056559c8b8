"""The pieces of the page of follow-ups as HTML. Pure; all foreign text is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

from casework.followups.clarifications import Draft, DraftEvent
from casework.followups.records import FollowUp, FollowUpEvent
from casework.verdict_rules import CHANNELS
from dashboard.links import safe_address
from dashboard.words import Language, say
from kentongan.times import format_day, format_last_day, format_time


def followup_rows(
    found: Sequence[FollowUp], agencies: Mapping[str, str], language: Language, *, chosen: int | None, now: datetime,
    zone: str,
) -> str:  # fmt: skip
    """Follow-ups as buttons, one below the other."""
    rows = []
    for one in found:
        chips = f"<b>{one.number}</b>{followup_chip(one, language)}{due_words(one, language, now=now, zone=zone)}"
        agency = agencies.get(one.agency, one.agency)
        rows.append(
            f'<div class="kt-case" data-key="{one.id}" role="button" tabindex="0" '
            f'aria-pressed="{"true" if one.id == chosen else "false"}"><div class="kt-chips">{chips}</div>'
            f'<p dir="auto">{escape(one.title)}</p><small>{escape(agency)} · {escape(about_words(one, language))}'
            f"</small></div>"
        )
    return f'<div class="kt-cases">{"".join(rows)}</div>'


def followup_chip(one: FollowUp, language: Language) -> str:
    style = "decided" if one.state == "closed" else "state"
    return f'<span class="chip {style}">{say(f"followup_state_{one.state}", language)}</span>'


def due_words(one: FollowUp, language: Language, *, now: datetime, zone: str) -> str:
    """The last day, in red once it is over; nothing where nobody owes an answer."""
    if one.state != "assigned":
        return ""
    late = one.is_overdue(now)
    day = format_last_day(one.due_at, zone=zone, language=language)
    words = say("followup_late" if late else "followup_due", language, day=day)
    return f'<span class="kt-clock{" late" if late else ""}">{escape(words)}</span>'


def about_words(one: FollowUp | Draft, language: Language) -> str:
    """What it is about, in words: "aduan ADU-2026-000012"."""
    name = say(one.object, language) if one.object_kind == "topic" else one.object
    return f"{say(f'object_{one.object_kind}', language)} {name[:24]}"


def basis_list(one: FollowUp, language: Language) -> str:
    """The provisions, each with what to warn of; for the police the grounds as well."""
    items = []
    for basis in one.bases:
        warning = f'<br><small class="kt-note">{escape(basis.warning)}</small>' if basis.warning else ""
        items.append(f"<li><b>{escape(basis.article)}</b>: {escape(basis.says)}{warning}</li>")
    if one.grounds is not None:
        articles = ", ".join(one.grounds.articles)
        items.append(f"<li>{escape(say('followup_grounds', language, case=one.grounds.case, articles=articles))}</li>")
    return f'<ul class="kt-list">{"".join(items)}</ul>'


def event_rows(events: Sequence[FollowUpEvent | DraftEvent], language: Language, *, zone: str, prefix: str) -> str:
    """What happened, newest first; ``prefix`` is of the words for its acts ("followup_act_")."""
    rows = []
    for event in reversed(events):
        note = f'<p dir="auto">{escape(event.note)}</p>' if event.note else ""
        at = format_time(event.at, zone=zone, language=language)
        rows.append(
            f'<article class="kt-post"><div class="kt-meta"><b>{say(prefix + event.act, language)}</b> · '
            f"{escape(at)} · {escape(event.actor_name)}</div>{note}</article>"
        )
    return "".join(rows)


def draft_rows(found: Sequence[Draft], language: Language, *, chosen: int | None, zone: str) -> str:
    """Clarifications as buttons, one below the other."""
    rows = []
    for one in found:
        out = ", ".join(dict.fromkeys(CHANNELS[place.channel] for place in one.publications))
        written = format_day(one.drafted_at, zone=zone, language=language)
        by = say("clarification_written", language, day=written, name=one.drafted_name)
        below = f"{by} · {out}" if out else by
        rows.append(
            f'<div class="kt-case" data-key="{one.id}" role="button" tabindex="0" '
            f'aria-pressed="{"true" if one.id == chosen else "false"}"><div class="kt-chips"><b>{one.number}</b>'
            f"{draft_chip(one, language)}</div>"
            f'<p dir="auto">{escape(one.title)}</p><small>{escape(below)}</small></div>'
        )
    return f'<div class="kt-cases">{"".join(rows)}</div>'


def draft_chip(one: Draft, language: Language) -> str:
    if one.to_retract:
        return f'<span class="chip unsure">{say("clarification_to_retract", language)}</span>'
    style = {"draft": "unsure", "approved": "state", "published": "decided", "retracted": "state"}[one.state]
    return f'<span class="chip {style}">{say(f"clarification_state_{one.state}", language)}</span>'


def publication_rows(one: Draft, language: Language, *, zone: str) -> str:
    """Where it went out: channel, time, address, by whom."""
    items = []
    for place in one.publications:
        address = safe_address(place.address)
        link = (
            f' · <a href="{escape(address, quote=True)}" target="_blank" rel="noopener noreferrer">'
            f"{escape(address)}</a>"
            if address
            else ""
        )
        at = format_time(place.at, zone=zone, language=language)
        items.append(f"<li><b>{escape(CHANNELS[place.channel])}</b> · {at} · {escape(place.actor_name)}{link}</li>")
    return f'<ul class="kt-list">{"".join(items)}</ul>' if items else ""


def part_title(words: str) -> str:
    """Heading of a part of a card."""
    return f'<div class="kt-meta"><b>{escape(words)}</b></div>'
