"""The panel of bridges: which agency's system brings data, which is late or clogged, since when and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

import streamlit as st

from casework.bridge_freshness import BridgeState, Freshness, read_bridge_states
from crawlers.bridges.declaration import Bridge, load_bridges
from dashboard.data import shared_casework
from dashboard.frame import card_title, show_fault
from dashboard.indicator_words import age_words
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.numbers import format_number
from kentongan.settings import Settings
from kentongan.times import format_time

ORDER: dict[Freshness, int] = {"macet": 0, "terlambat": 1, "belum": 2, "segar": 3}
"""What stands at the top of the list."""


def show_bridges(settings: Settings, *, language: Language, now: datetime, into: str | None = None) -> None:
    """The bridges with their freshness; nothing where none is declared. ``into`` shows one kind only."""
    try:
        declared = [one for one in load_bridges(settings.bridges_file) if one.enabled and into in (None, one.into)]
        if not declared:
            return
        with shared_casework().read() as session:
            states = read_bridge_states(session, now=now)
    except KentonganError as error:
        show_fault(error, language)
        return
    stale = sum(1 for one in declared if one.name not in states or not states[one.name].fresh)
    against = say("bridge_stale", language, count=stale) if stale else say("bridge_all_fresh", language)
    with st.container(key=f"card-bridges-{into or 'all'}"):
        st.html(
            card_title(say("bridge_title", language), against)
            + bridge_rows(declared, states, language=language, zone=settings.zone, now=now)
        )


def bridge_rows(
    declared: Sequence[Bridge],
    states: dict[str, BridgeState],
    *,
    language: Language,
    zone: str,
    now: datetime,
) -> str:
    """The bridges as HTML, the worst first. Pure."""
    rows = []
    known = [(one, states.get(one.name) or BridgeState(name=one.name, freshness="belum", since=None))
             for one in declared]  # fmt: skip
    for bridge, state in sorted(known, key=lambda pair: (ORDER[pair[1].freshness], pair[0].shown_title)):
        word = say(f"bridge_{state.freshness}", language)
        chip = f'<span class="chip bridge-{state.freshness}">{escape(word)}</span>'
        said = []
        if state.since is not None:
            said.append(say("bridge_since", language, time=format_time(state.since, zone=zone, language=language)))
        if state.changed_at is not None:
            age = age_words(max(now - state.changed_at, now - now), language)
            rows_words = format_number(state.rows, language=language)
            said.append(say("bridge_newest", language, age=age, rows=rows_words))
        if state.message and not state.fresh:
            said.append(state.message)
        rows.append(
            f'<div class="kt-bridge{"" if state.fresh else " stale"}"><b>{escape(bridge.shown_title)}</b>{chip}'
            f"<small>{escape(' · '.join(said))}</small></div>"
        )
    return f'<div class="kt-bridges">{"".join(rows)}</div>'
