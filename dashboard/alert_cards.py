"""The pieces of the page of alerts as HTML. Pure; all foreign text is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

from casework.alerts.listing import NoticeTold
from casework.alerts.records import Alert, AlertEvent, AlertState
from casework.alerts.wording import format_value, number_of
from dashboard.words import Language, say
from kentongan.numbers import format_number
from kentongan.times import format_time

STATE_SIGNS: Mapping[AlertState, str] = {"open": "●", "acknowledged": "◐", "snoozed": "◔", "closed": "○"}
"""A shape beside each state's word, so that it is told without colour."""
NOTICE_SIGNS: Mapping[str, str] = {"waiting": "◔", "sent": "●", "screen": "●", "given_up": "✕", "dropped": "○"}
"""The same for notices."""
MOST_NOTICES = 20
"""Newest notices shown; all are in `kentongan alerts show PRG-12`."""


def state_chip(state: AlertState, language: Language) -> str:
    """How an alert stands: shape and word; open is solid."""
    style = "decided" if state == "open" else "state"
    return f'<span class="chip {style}">{STATE_SIGNS[state]} {say(f"alert_state_{state}", language)}</span>'


def alert_rows(
    found: Sequence[Alert], people: Mapping[str, str], language: Language, *, chosen: int | None, zone: str
) -> str:
    """Alerts as buttons, one below the other; titles begin with the kind. ``people`` is id to username."""
    rows = []
    for one in found:
        since = say("alert_since", language, time=format_time(one.opened_at, zone=zone, language=language))
        # The rule's own sentence: a figure alone says nothing of what it counts.
        parts = [since, one.text.partition("\n")[0]]
        if one.owner:
            parts.append(say("alert_owner", language, name=people.get(one.owner, one.owner)))
        below = " · ".join(escape(part) for part in parts if part)
        rows.append(
            f'<div class="kt-case" data-key="{one.id}" role="button" tabindex="0" '
            f'aria-pressed="{"true" if one.id == chosen else "false"}"><div class="kt-chips"><b>{number_of(one.id)}</b>'
            f"{state_chip(one.state, language)}</div>"
            f'<p dir="auto">{escape(one.title)}</p><small>{below}</small></div>'
        )
    return f'<div class="kt-cases">{"".join(rows)}</div>'


def value_words(one: Alert, language: Language) -> str:
    """The newest value against what is usual: "120, biasanya 14,5"; empty where a rule counts nothing."""
    if one.value is None:
        return ""
    value = format_figure(one.value, language)
    if one.expected is None:
        return value
    return say("alert_against", language, value=value, usual=format_figure(one.expected, language))


def format_figure(value: float, language: Language) -> str:
    """A figure in the page's language, at most two decimals."""
    if language == "id":
        return format_value(value)
    return format_number(value, language=language, decimals=0 if float(value).is_integer() else 2)


def alert_facts(one: Alert, *, rule: str, owner: str | None, language: Language, zone: str) -> str:
    """The figures of the chosen alert on one line."""
    facts = [
        (say("alert_fact_value", language), value_words(one, language)),
        (say("alert_fact_since", language), format_time(one.opened_at, zone=zone, language=language)),
        (say("alert_fact_last", language), format_time(one.last_at, zone=zone, language=language)),
        (say("alert_fact_firings", language), format_number(one.firings, language=language)),
        (say("alert_fact_rule", language), rule),
        (say("alert_fact_owner", language), owner or say("alert_owner_none", language)),
    ]
    if one.state == "snoozed" and one.snoozed_until is not None:
        until = format_time(one.snoozed_until, zone=zone, language=language)
        facts.append((say("alert_fact_snoozed", language), f"{until} ({one.snooze_reason or ''})"))
    shown = "".join(f"<span>{escape(name)} <b>{escape(value)}</b></span>" for name, value in facts if value)
    return f'<div class="kt-facts">{shown}</div>'


def alert_text(one: Alert) -> str:
    """What happened and what to do, as the rule says it."""
    return f'<p class="kt-words" dir="auto">{escape(one.text)}</p>'


def history_rows(events: Sequence[AlertEvent], language: Language, *, zone: str) -> str:
    """What happened to an alert, newest first: time, act, by whom, in which words."""
    cells = []
    for event in reversed(events):
        note = f'<p dir="auto">{escape(event.note)}</p>' if event.note else ""
        act = say(f"alert_act_{event.act}", language)
        cells.append(
            f"<time>{escape(format_time(event.at, zone=zone, language=language))}</time>"
            f"<div><b>{escape(act)}</b> <span>{escape(event.actor_name)}</span>{note}</div>"
        )
    return f'<div class="kt-events">{"".join(cells)}</div>'


def notice_rows(told: Sequence[NoticeTold], language: Language, *, zone: str) -> str:
    """Who was told, by which channel, and whether it arrived; newest first."""
    cells = []
    for one in list(reversed(told))[:MOST_NOTICES]:
        at = format_time(one.sent_at or one.at, zone=zone, language=language)
        fault = f"<p>{escape(one.fault)}</p>" if one.fault and one.state != "sent" else ""
        words = say(f"alert_notice_{one.state}", language)
        if one.tries > 1 or (one.tries and one.state != "sent"):
            words = f"{words}, {say('alert_tries', language, tries=one.tries)}"
        cells.append(
            f"<time>{escape(at)}</time><div>{NOTICE_SIGNS[one.state]} <b>{escape(words)}</b> "
            f"<span>{say(f'alert_channel_{one.kind}', language)} · {escape(one.address)}</span>{fault}</div>"
        )
    return f'<div class="kt-events">{"".join(cells)}</div>'


def firing_strip(moments: Sequence[tuple[datetime, float | None]], *, language: Language, zone: str) -> str:
    """When the rule fired and how much was counted then, as small bars in time; empty for a single moment."""
    counted = [(at, value) for at, value in moments if value is not None]
    if len(counted) < 2:
        return ""
    first, last = counted[0][0], counted[-1][0]
    span, top = (last - first).total_seconds() or 1.0, max(value for _, value in counted) or 1.0
    bars = []
    for at, value in counted:
        x = 4 + 704 * (at - first).total_seconds() / span
        height = max(1.5, 52 * max(value, 0.0) / top)
        told = f"{format_time(at, zone=zone, language=language)}: {format_figure(value, language)}"
        bars.append(
            f'<rect class="issue-in" x="{x:.1f}" y="{56 - height:.1f}" width="6" height="{height:.1f}">'
            f"<title>{escape(told)}</title></rect>"
        )
    ends = (
        f'<text class="tick" x="4" y="74">{escape(format_time(first, zone=zone, language=language))}</text>'
        f'<text class="tick" x="716" y="74" text-anchor="end">'
        f"{escape(format_time(last, zone=zone, language=language))}</text>"
    )
    label = say("alert_strip", language, count=len(counted), top=format_figure(top, language))
    return (
        f'<svg class="trend" viewBox="0 0 720 80" role="img" aria-label="{escape(label, quote=True)}">'
        f'<line class="grid" x1="0" x2="720" y1="56.5" y2="56.5"/>{"".join(bars)}{ends}</svg>'
        f'<p class="kt-note">{escape(label)}</p>'
    )
