"""The part of a page about indicators: newest values with their age, and one beside sentiment and complaints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape

import streamlit as st

from casework.indicators import IndicatorState, latest_indicators, read_series
from dashboard.beside_chart import draw_beside
from dashboard.bridge_panel import show_bridges
from dashboard.clickable import draw_clickable
from dashboard.data import load_region_days, shared_casework
from dashboard.frame import card_title, set_parameter, show_fault, show_state
from dashboard.indicator_words import age_words, period_words
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.numbers import format_number
from kentongan.settings import Settings
from kentongan.times import start_of_day

RANGES = (30, 90, 365)
"""Days the chart may span."""

MOST_RANKED = 8
"""Entries of a ranked list ("Penyakit terbanyak")."""


def show_indicators(region: str, *, settings: Settings, language: Language, now: datetime) -> None:
    """The newest indicators of a region; the chosen one beside sentiment and complaints; the bridges they came over.

    The choice stands in the address: ``indikator`` and ``rentang``.
    """
    try:
        with shared_casework().read() as session:
            states = latest_indicators(session, region=region, now=now)
    except KentonganError as error:
        show_fault(error, language)
        return
    if not states:
        with st.container(key="card-indicators"):
            show_state(say("ind_none", language), say("ind_none_hint", language))
        show_bridges(settings, language=language, now=now, into="indicators")
        return
    asked = st.query_params.get("indikator")
    chosen = next((one for one in states if one.series == asked), states[0])
    left, right = st.columns([1, 1.5], gap="small")
    with left:
        with st.container(key="card-indicators"):
            old = sum(one.old for one in states)
            against = say("ind_some_old", language, count=old) if old else say("ind_newest", language)
            st.html(card_title(say("ind_title", language), against))
            if pressed := draw_clickable(
                indicator_rows(states, language, zone=settings.zone, chosen=chosen.series), key="indicators"
            ):
                set_parameter("indikator", pressed)
                st.rerun()
        show_bridges(settings, language=language, now=now, into="indicators")
    with right, st.container(key="card-beside"):
        show_beside(chosen, region, settings=settings, language=language, now=now)


def show_beside(state: IndicatorState, region: str, *, settings: Settings, language: Language, now: datetime) -> None:
    """One indicator with sentiment and complaints on the same time axis."""
    asked = st.query_params.get("rentang", "")
    days = int(asked) if asked.isdigit() and int(asked) in RANGES else RANGES[1]
    until = start_of_day(now, settings.zone) + timedelta(days=1)
    since = until - timedelta(days=days)
    try:
        posts, complaints = load_region_days(region, since=since, until=until, zone=settings.zone)
        with shared_casework().read() as session:
            every = timedelta(days=state.every_days)
            values = read_series(session, state.series, region=region, since=since - 2 * every, until=until)
    except KentonganError as error:
        show_fault(error, language)
        return
    st.html(card_title(state.name, say("ind_beside", language)))
    ranges = "".join(
        f'<span class="kt-range" data-key="{one}" tabindex="0" role="button" '
        f'aria-pressed="{"true" if one == days else "false"}">{say("ind_range", language, count=one)}</span>'
        for one in RANGES
    )
    if pressed := draw_clickable(f'<div class="kt-ranges">{ranges}</div>', key="indicator-range"):
        set_parameter("rentang", pressed)
        st.rerun()
    drawn = draw_beside(posts, complaints, values, state=state, now=now, zone=settings.zone, language=language)
    # Not st.html, which strips SVG.
    draw_clickable(drawn, key="indicator-beside")
    note = f"{state_words(state, settings.zone, language)}. {say('ind_beside_note', language)}"
    st.html(f'<p class="kt-note">{escape(note)}</p>')


def state_words(state: IndicatorState, zone: str, language: Language) -> str:
    """Source and period of the newest value."""
    return f"{state.source} · {period_words(state.time, state.every_days, zone=zone, language=language)}"


def indicator_rows(states: Sequence[IndicatorState], language: Language, *, zone: str, chosen: str | None) -> str:
    """The indicators as buttons: single ones first, then each ranked list. Pure."""
    single = [one for one in states if one.family is None]
    families: dict[str, list[IndicatorState]] = {}
    for one in states:
        if one.family is not None:
            families.setdefault(one.family, []).append(one)
    parts = [indicator_row(one, language, zone=zone, chosen=chosen) for one in single]
    for family, members in families.items():
        parts.append(f'<div class="kt-family">{escape(family)}</div>')
        ranked = sorted(members, key=lambda one: (-one.value, one.name))[:MOST_RANKED]
        largest = max(one.value for one in ranked) or 1.0
        parts += [indicator_row(one, language, zone=zone, chosen=chosen, share=one.value / largest) for one in ranked]
    return f'<div class="kt-rows indicators">{"".join(parts)}</div>'


def indicator_row(
    state: IndicatorState, language: Language, *, zone: str, chosen: str | None, share: float | None = None
) -> str:
    """One indicator: name, value with its unit, change, target, source and age; grey where it is old."""
    shown = format_number(state.value, language=language, decimals=state.decimals)
    notes = [period_words(state.time, state.every_days, zone=zone, language=language), change_words(state, language)]
    if state.target is not None:
        target = format_number(state.target, language=language, decimals=state.decimals)
        notes.append(say("ind_target", language, value=target))
    if state.old:
        why = "ind_old_bridge" if state.old_reason == "jembatan" else "ind_old"
        notes.append(say(why, language, age=age_words(state.age, language)))
    elif state.age:
        notes.append(say("ind_age", language, age=age_words(state.age, language)))
    words = f"{state.name}: {shown} {state.unit}. {'. '.join(note for note in notes if note)}. {state.source}"
    mark = ""
    if state.on_target is not None and not state.old:
        reached = "ind_reached" if state.on_target else "ind_missed"
        mark = f'<span class="chip state">{say(reached, language)}</span>'
    fill = "" if share is None else f'<i class="kt-fill" style="width:{100 * share:.0f}%"></i>'
    return (
        f'<div class="kt-row{" old" if state.old else ""}" data-key="{escape(state.series, quote=True)}" tabindex="0" '
        f'role="button" aria-pressed="{"true" if state.series == chosen else "false"}" '
        f'aria-label="{escape(words, quote=True)}" title="{escape(words, quote=True)}">{fill}'
        f'<span class="kt-name">{escape(state.name)}</span>'
        f"<b>{shown} <small>{escape(state.unit)}</small></b>{mark}"
        f"<em>{escape(' · '.join(note for note in notes if note))}</em></div>"
    )


def change_words(state: IndicatorState, language: Language) -> str:
    """How far it lies from the value before it; empty where there is none."""
    if state.previous is None:
        return ""
    difference = state.value - state.previous
    if difference == 0:
        return say("ind_same", language)
    sign = "+" if difference > 0 else "−"
    return sign + format_number(abs(difference), language=language, decimals=state.decimals)
