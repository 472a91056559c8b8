"""Cases and evidence: what is secured, how each case stands before export, and who held it."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import streamlit as st

from dashboard.cards import post_card
from dashboard.case_build import show_build, show_capture, show_changes, show_new_case
from dashboard.case_cards import (
    capture_rows,
    case_rows,
    chain_rows,
    route_rows,
    secured_note,
    state_chips,
)
from dashboard.case_desk import CaseView, load_cases, load_snapshot, look_at_case
from dashboard.case_questions import show_questions
from dashboard.clickable import draw_clickable
from dashboard.frame import card_title, set_parameter, show_fault, show_state
from dashboard.links import hoax_desk_link
from dashboard.source_acts import find_actor, may
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.settings import Settings
from kentongan.times import format_time

SHOWN = 20
"""Most documents of a case on the page."""


def show_cases(settings: Settings, *, language: Language) -> None:
    """The whole page."""
    now = datetime.now(UTC)
    try:
        cases = load_cases()
    except KentonganError as error:
        show_fault(error, language)
        return
    mark = f'<span class="kt-sample">{say("sample", language)}</span>' if any(case.sample for case in cases) else ""
    st.html(
        f'<div class="kt-top"><h1>{say("cases_title", language)}</h1>{mark}'
        f"<span>{say('cases_against', language)}</span></div>"
    )
    opens = may(find_actor(now=now)[0], "cases.open")
    if not cases:
        show_state(say("cases_none", language), say("cases_none_hint", language))
        if opens:
            show_new_case(language)
        return
    chosen = st.query_params.get("kasus")
    left, right = st.columns([1, 1.9], gap="small")
    with left, st.container(key="card-cases"):
        st.html(card_title(say("cases_all", language), say("cases_all_against", language)))
        rows = case_rows(cases, language, chosen=chosen, zone=settings.zone)
        if pressed := draw_clickable(rows, key="cases"):
            set_parameter("kasus", None if pressed == chosen else pressed)
            set_parameter("jalur", None)
            st.rerun()
        if opens:
            show_new_case(language)
    with right:
        if chosen is None:
            with st.container(key="card-case"):
                show_state(say("cases_choose", language), say("cases_choose_hint", language))
            return
        try:
            view = look_at_case(chosen, now=now)
        except KentonganError as error:
            with st.container(key="card-case"):
                show_state(say("cases_refused", language), str(error))
            return
        show_case(view, settings, language)


def show_case(view: CaseView, settings: Settings, language: Language) -> None:
    """One case: what it is, what is in it, how it stands, its chain."""
    case, zone = view.case, settings.zone
    with st.container(key="card-case"):
        opened = say(
            "cases_opened", language, time=format_time(case.opened_at, zone=zone, language=language),
            name=case.opened_by,
        )  # fmt: skip
        st.html(
            card_title(case.id, opened)
            + f'<h4 class="kt-case-title" dir="auto">{escape(case.title)}</h4>'
            + f'<div class="kt-chips">{state_chips(case, language)}</div>'
            + f'<p class="kt-note">{say("cases_purpose", language)}: {escape(case.purpose)}</p>'
        )
        show_changes(view, language)
    with st.container(key="card-case-next"):
        st.html(card_title(say("cases_next", language), say("cases_next_against", language)))
        st.html(route_rows(view.standing, view.rulebook, language))
    with st.container(key="card-case-questions"):
        route = show_questions(view, language, zone=zone)
    with st.container(key="card-case-build"):
        show_build(view, route, language, zone=zone)
    with st.container(key="card-case-documents"):
        st.html(card_title(say("cases_documents", language), say("cases_documents_against", language)))
        cards = []
        for one in case.documents[:SHOWN]:
            note = secured_note(one, language, zone=zone) + hoax_desk_link(one.document, language, style="chip state")
            cards.append(post_card(load_snapshot(one), zone=zone, language=language, place=None, named=True) + note)
        st.html("".join(cards))
    with st.container(key="card-case-captures"):
        st.html(card_title(say("cases_captures", language)))
        if case.captures:
            st.html(capture_rows(case.captures, language, zone=zone))
        else:
            command = f"kentongan evidence capture URL --case {case.id} --as NAMA"
            st.html(f'<p class="kt-note">{escape(say("cases_captures_none", language, command=command))}</p>')
        show_capture(view, language)
    with st.container(key="card-case-chain"):
        st.html(
            card_title(say("cases_chain", language), say("cases_chain_against", language, count=len(view.chain)))
            + chain_rows(view.chain, language, zone=zone)
        )
