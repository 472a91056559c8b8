"""Alerts: what rang, how it stands, what people do about it; and the rules that ring."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import streamlit as st

from casework.alerts.records import AlertState
from casework.alerts.wording import number_of
from dashboard.alert_cards import (
    alert_facts,
    alert_rows,
    alert_text,
    firing_strip,
    history_rows,
    notice_rows,
    state_chip,
)
from dashboard.alert_desk import AlertView, act_on_alert, list_owners, load_alerts, look_at_alert
from dashboard.app_pages.alert_rules import show_rules
from dashboard.cards import post_card
from dashboard.clickable import draw_clickable
from dashboard.explore_desk import load_public
from dashboard.followup_acts import do_and_say, show_ended_switch
from dashboard.frame import card_title, set_parameter, show_fault, show_state
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.settings import Settings

PARTS = {"peringatan": "alerts_part_alerts", "aturan": "alerts_part_rules"}
"""Value of ``bagian`` in the address: the word on the switch."""
ACTS_OF: dict[AlertState, tuple[str, ...]] = {
    "open": ("acknowledge", "snooze", "assign", "close"),
    "acknowledged": ("close", "snooze", "assign"),
    "snoozed": ("acknowledge", "unsnooze", "assign", "close"),
    "closed": ("reopen",),
}
"""State: what can be done, the primary act first."""
SNOOZES = ("1 jam", "3 jam", "besok 07.00", "Senin 07.00")
"""Lengths that are offered; another is typed."""


def show_alerts(settings: Settings, *, language: Language) -> None:
    """The whole page. The address keeps ``bagian``, ``peringatan`` (the chosen number), ``semua``, ``kueri``."""
    now = datetime.now(UTC)
    st.html(
        f'<div class="kt-top"><h1>{say("alerts_title", language)}</h1>'
        f"<span>{say('alerts_against', language)}</span></div>"
    )
    asked = st.query_params.get("bagian") or ("aturan" if "kueri" in st.query_params else None)
    part = st.segmented_control(
        say("alerts_part", language), list(PARTS), default=asked if asked in PARTS else "peringatan", required=True,
        format_func=lambda key: say(PARTS[key], language), key="alerts-part", label_visibility="collapsed",
    )  # fmt: skip
    if part != (asked or "peringatan"):
        set_parameter("bagian", part)
    try:
        if part == "aturan":
            show_rules(settings, language=language, now=now)
        else:
            show_alert_list(settings, language=language, now=now)
    except KentonganError as error:
        show_fault(error, language)


def show_alert_list(settings: Settings, *, language: Language, now: datetime) -> None:
    """The list on the left, the chosen one on the right."""
    asked = st.query_params.get("peringatan", "").upper().removeprefix("PRG-")
    chosen = int(asked) if asked.isdigit() and len(asked) < 18 else None
    left, right = st.columns([1, 1.6], gap="small")
    with left, st.container(key="card-alerts"):
        ended = st.query_params.get("semua") == "ya"
        found = load_alerts(ended=ended)
        counts = {state: found.counts.get(state, 0) for state in ACTS_OF}
        st.html(card_title(say("alerts_list", language), say("alerts_list_against", language, **counts)))
        if not found.alerts:
            show_state(say("alerts_none", language), say("alerts_none_hint", language))
        elif chosen is None:
            chosen = found.alerts[0].id
        rows = alert_rows(found.alerts, found.people, language, chosen=chosen, zone=settings.zone)
        if found.alerts and (pressed := draw_clickable(rows, key="alerts")):
            set_parameter("peringatan", None if pressed == str(chosen) else pressed)
            st.rerun()
        show_ended_switch(ended, language, key="alerts-ended")
    with right:
        if chosen is None:
            with st.container(key="card-alert"):
                show_state(say("alerts_choose", language), say("alerts_choose_hint", language))
            return
        try:
            view = look_at_alert(chosen)
        except KentonganError as error:
            with st.container(key="card-alert"):
                show_state(say("alert_refused", language), str(error))
            return
        show_alert(view, settings, language=language, now=now)


def show_alert(view: AlertView, settings: Settings, *, language: Language, now: datetime) -> None:
    """One alert: what rang, what can be done, examples, history, who was told."""
    one, zone = view.alert, settings.zone
    with st.container(key="card-alert"):
        st.html(
            card_title(f"{number_of(one.id)} · {one.title}")
            + f'<div class="kt-chips">{state_chip(one.state, language)}</div>'
            + alert_text(one)
            + alert_facts(one, rule=view.rule, owner=view.owner, language=language, zone=zone)
        )
        if strip := firing_strip(view.moments, language=language, zone=zone):
            draw_clickable(strip, key="alert-strip")  # st.html would leave the drawing out
        if view.page is not None:
            words = say(f"alert_to_{view.page.partition('?')[0]}", language)
            st.html(f'<a class="kt-go" href="{escape(view.page, quote=True)}" target="_self">{words}</a>')
        acts = ACTS_OF[one.state]
        show_act(acts[0], view, language, now=now, primary=True)
        if acts[1:]:
            with st.expander(say("alert_more", language)):
                for act in acts[1:]:
                    show_act(act, view, language, now=now, primary=False)
    if view.examples:
        with st.container(key="card-alert-examples"):
            st.html(card_title(say("alert_examples", language), say("alert_examples_against", language)))
            public = load_public()
            cards = (
                post_card(record, zone=zone, language=language, place=None, public=public) for record in view.examples
            )
            st.html("".join(cards))
    with st.container(key="card-alert-history"):
        st.html(card_title(say("alert_history", language)))
        st.html(history_rows(view.events, language, zone=zone))
        st.html(card_title(say("alert_notices", language), say("alert_notices_against", language)))
        if view.notices:
            st.html(notice_rows(view.notices, language, zone=zone))
        else:
            st.html(f'<p class="kt-note">{say("alert_notices_none", language)}</p>')


def show_act(act: str, view: AlertView, language: Language, *, now: datetime, primary: bool) -> None:
    """One act with the words it needs."""
    one = view.alert
    name = f"{act}-{one.id}"
    with st.form(f"{name}-{one.version}", border=False, enter_to_submit=False):
        words = ""
        if act == "assign":
            owners = list_owners()
            at = owners.index(view.owner) if view.owner in owners else None
            words = st.selectbox(say("alert_assign_to", language), owners, index=at, key=f"{name}-words") or ""
        elif act == "snooze":
            until = st.selectbox(
                say("alert_snooze_until", language), SNOOZES, key=f"{name}-until", accept_new_options=True,
                help=say("alert_snooze_help", language),
            )  # fmt: skip
            words = f"{until}\n{st.text_input(say('alert_reason', language), key=f'{name}-words')}"
        elif act in ("close", "reopen"):
            asked = "alert_found" if act == "close" else "alert_reason"
            words = st.text_area(say(asked, language), height=72, key=f"{name}-words")
        pressed = st.form_submit_button(
            say(f"alert_do_{act}", language), type="primary" if primary else "secondary", key=f"{name}-do"
        )
    if pressed:

        def do() -> str:
            return number_of(act_on_alert(act, one, words=words, now=now).id)

        do_and_say(do, language)
