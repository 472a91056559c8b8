"""The part of the page of alerts that shows its rules, and makes new ones after a trial on the days before."""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import Any, Literal, cast

import streamlit as st

from casework.alerts.backtest import Backtest
from casework.alerts.records import RULE_KINDS, AlertRule, RuleKind, Split
from dashboard.alert_chart import draw_trial, trial_words
from dashboard.alert_rule_cards import rule_facts, rule_rows, rule_state_chip
from dashboard.alert_rule_desk import (
    Draft,
    Field,
    RuleList,
    fields_of,
    keep_rule,
    keep_search,
    load_rules,
    splits_of,
    try_rule,
    turn_rule,
    watches_posts,
)
from dashboard.clickable import draw_clickable
from dashboard.followup_acts import do_and_say
from dashboard.frame import card_title, set_parameter, show_state
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.settings import Settings

REPEATS = (60, 180, 720, 1440)
"""Repeat intervals that are offered, in minutes."""
DEFAULT_REPEAT = 720
DEFAULT_CHANNELS = "screen analis"


def show_rules(settings: Settings, *, language: Language, now: datetime) -> None:
    """The list on the left; on the right the chosen rule, or the form of a new one. The address keeps ``aturan``."""
    found = load_rules(now=now)
    asked = st.query_params.get("aturan", "")
    chosen = next((rule for rule in found.rules if str(rule.id) == asked), None)
    left, right = st.columns([1, 1.4], gap="small")
    with left, st.container(key="card-rules"):
        on = sum(rule.state == "on" for rule in found.rules)
        against = say("rules_list_against", language, count=len(found.rules), on=on)
        st.html(card_title(say("rules_list", language), against))
        if not found.rules:
            show_state(say("rules_none", language), say("rules_none_hint", language))
        rows = rule_rows(found, language, chosen=chosen.id if chosen else None, zone=settings.zone)
        if found.rules and (pressed := draw_clickable(rows, key="rules")):
            set_parameter("aturan", None if chosen and pressed == str(chosen.id) else pressed)
            st.rerun()
    with right:
        if chosen is not None:
            with st.container(key="card-rule"):
                show_rule(chosen, found, settings, language=language, now=now)
        with st.container(key="card-rule-new"):
            show_rule_form(found, settings, language=language, now=now)


def show_rule(rule: AlertRule, found: RuleList, settings: Settings, *, language: Language, now: datetime) -> None:
    """One rule: what it watches, how it stands, how loud it is; turn it on or off."""
    st.html(
        card_title(rule.name)
        + f'<div class="kt-chips">{rule_state_chip(rule, language)}</div>'
        + rule_facts(rule, found, language, zone=settings.zone)
    )
    on = rule.state != "on"
    pressed = st.button(
        say("rule_do_on" if on else "rule_do_off", language), key=f"rule-{rule.id}-switch",
        type="primary" if on else "secondary",
    )  # fmt: skip
    if pressed:
        do_and_say(lambda: turn_rule(rule, on=on, now=now).name, language)


def show_rule_form(found: RuleList, settings: Settings, *, language: Language, now: datetime) -> None:
    """The form: choose, try on 90 days, look, keep."""
    st.html(card_title(say("rule_new", language), say("rule_new_against", language)))
    words = st.query_params.get("kueri", "")[:2000].strip()
    kept = {one.id: one for one in found.searches if one.archived_at is None}
    same = next((one.id for one in kept.values() if one.query == {"text": words}), None) if words else None
    if words and same is None:
        show_search_form(words, language, now=now)
    kind: RuleKind = st.selectbox(
        say("rule_kind", language), RULE_KINDS, format_func=lambda one: say(f"alert_kind_{one}", language),
        key="rule-kind",
    )  # fmt: skip
    st.html(f'<p class="kt-note">{escape(say(f"rule_kind_{kind}", language))}</p>')
    with st.form("rule", border=False, enter_to_submit=False):
        name = st.text_input(say("rule_name", language), key="rule-name", max_chars=100)
        first, second = st.columns(2)
        search = None
        if watches_posts(kind):
            choices = [None, *kept]
            search = first.selectbox(
                say("rule_search", language), choices, index=choices.index(same), key=f"rule-search-{same}",
                format_func=lambda one: say("rule_everything", language) if one is None else kept[one].name,
            )  # fmt: skip
        splits = splits_of(kind)
        split: Split | None = None
        if splits:
            split = second.selectbox(
                say("rule_split", language), [None, *splits], key=f"rule-split-{kind}",
                format_func=lambda one: say(f"rule_split_{one or 'none'}", language),
            )  # fmt: skip
        columns = st.columns(2)
        parameters: dict[str, Any] = {}
        for at, field in enumerate(fields_of(kind)):
            with columns[at % 2]:
                parameters[field.name] = ask_field(kind, field, language)
        repeat = columns[1].selectbox(
            say("rule_repeat", language), REPEATS, index=REPEATS.index(DEFAULT_REPEAT), key="rule-repeat",
            format_func=lambda minutes: say("rule_hours", language, hours=minutes // 60),
        )  # fmt: skip
        channels = st.text_area(
            say("rule_channels", language), value=DEFAULT_CHANNELS, height=72, key="rule-channels",
            help=say("rule_channels_help", language),
        )  # fmt: skip
        # Once there is a trial, the button below it is the one to press.
        style: Literal["primary", "secondary"] = "secondary" if "rule-tried" in st.session_state else "primary"
        pressed = st.form_submit_button(say("rule_do_try", language), type=style, key="rule-try")
    draft = Draft(
        name=name, kind=kind, parameters=parameters, search=search, split=split, repeat_minutes=repeat,
        channels=channels,
    )  # fmt: skip
    if pressed:
        st.session_state.pop("rule-tried", None)
        try:
            with st.spinner(say("rule_trying", language)):
                st.session_state["rule-tried"] = (draft, *try_rule(draft, now=now))
        except KentonganError as error:
            show_state(say("rule_refused", language), str(error))
    tried = cast("tuple[Draft, AlertRule, Backtest] | None", st.session_state.get("rule-tried"))
    if tried is not None and tried[0] == draft:
        show_trial(tried[1], tried[2], settings, language=language, now=now)


def ask_field(kind: RuleKind, field: Field, language: Language) -> str | int | float:
    """Ask for one measure."""
    key, label = f"rule-{kind}-{field.name}", say(f"rule_{kind}_{field.name}", language)
    if field.choices is not None:
        return st.selectbox(
            label, field.choices, index=field.choices.index(field.default), key=key,
            format_func=lambda one: say(f"rule_choice_{one}", language),
        )  # fmt: skip
    if field.whole:
        return int(st.number_input(label, min_value=0, value=int(field.default), step=1, key=key))
    return float(st.number_input(label, min_value=0.0, value=float(field.default), key=key))


def show_trial(rule: AlertRule, trial: Backtest, settings: Settings, *, language: Language, now: datetime) -> None:
    """What the rule would have done, and the button that keeps it."""
    st.html(f'<p class="kt-words">{escape(trial_words(trial, language=language))}</p>')
    # st.html would leave the drawing out.
    draw_clickable(draw_trial(trial, language=language, zone=settings.zone), key="rule-trial")
    st.html(f'<p class="kt-note">{escape(say("rule_chart_note", language))}</p>')
    anyway = trial.too_loud and st.checkbox(say("rule_anyway", language), key="rule-anyway")
    shut = trial.too_loud and not anyway
    if st.button(say("rule_do_keep", language), key="rule-keep", type="primary", disabled=shut):

        def keep() -> str:
            made = keep_rule(rule, trial, anyway=anyway, now=now)
            st.session_state.pop("rule-tried", None)
            set_parameter("aturan", str(made.id))
            return made.name

        do_and_say(keep, language)


def show_search_form(words: str, language: Language, *, now: datetime) -> None:
    """Keep the words of the address as a search, which a rule can then watch."""
    with st.form("search", border=False, enter_to_submit=False):
        st.html(f'<p class="kt-note">{escape(say("rule_search_first", language))}</p><code>{escape(words)}</code>')
        name = st.text_input(say("rule_search_name", language), key="search-name", max_chars=100)
        if st.form_submit_button(say("rule_do_search", language), key="search-keep"):
            do_and_say(lambda: keep_search(name, words, now=now).name, language)
