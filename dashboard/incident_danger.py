"""One rumour of danger on the page of incidents: what was said, whom it was asked of, and the form for the answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape

import streamlit as st

from casework.incidents.danger_acts import ANSWERS
from casework.incidents.dangers import UNANSWERED, Danger
from dashboard.cards import post_card
from dashboard.data import load_records, shared_gazetteer
from dashboard.explore_desk import load_public
from dashboard.frame import card_title, set_parameter, show_state
from dashboard.incident_cards import asked_words, clock_words, danger_chip, kind_words
from dashboard.incident_desk import give_answer, look_at_danger
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.settings import Settings
from kentongan.times import format_time

SHOWN = 3
"""Posts that are shown beside the answer."""


def show_danger(
    danger: int, agencies: Mapping[str, str], settings: Settings, language: Language, *, now: datetime
) -> None:
    """What is said and what the agency says. Raises NotFound."""
    view = look_at_danger(danger, now=now)
    found = view.danger
    region = shared_gazetteer().get(found.region) if found.region else None
    with st.container(key="card-danger"):
        st.html(
            card_title(found.number, asked_words(found, agencies, language))
            + f'<h4 class="kt-case-title">{escape(kind_words(found.danger, language))}'
            + (f" · {escape(region.name)}" if region else "")
            + f'</h4><div class="kt-chips">{danger_chip(found, language)}{clock_words(found, language, now=now)}'
            + f'<span class="chip state">{say("dangers_copies", language, count=len(view.documents))}</span></div>'
            + f'<p class="kt-note">{escape(say("dangers_why", language, words=", ".join(found.reasons)))}</p>'
        )
        records = load_records(view.documents[:SHOWN])
        for record in records:
            st.html(post_card(record, zone=settings.zone, language=language, place=None, public=load_public()))
        if not records:
            st.html(f'<article class="kt-post"><p dir="auto">{escape(found.words)}</p></article>')
    with st.container(key="card-answer"):
        st.html(card_title(say("dangers_answer", language)))
        if found.state in UNANSWERED:
            show_form(found, language)
        else:
            show_answer(found, settings, language)


def show_answer(danger: Danger, settings: Settings, language: Language) -> None:
    """What was answered, by whom."""
    assert danger.answered_at is not None
    by = say(
        "dangers_answered_by", language, name=danger.answered_name or "", source=danger.answer_source or "",
        time=format_time(danger.answered_at, zone=settings.zone, language=language),
    )  # fmt: skip
    st.html(
        f'<article class="kt-post"><p dir="auto">{escape(danger.answer or "")}</p>'
        f'<div class="kt-meta">{escape(by)}</div></article>'
    )
    if danger.incident is not None:
        st.html(
            f'<a class="chip decided" href="insiden?insiden={danger.incident}" target="_self">'
            f"INS-{danger.incident:06d}</a>"
        )


def show_form(danger: Danger, language: Language) -> None:
    """True, not true, or not sure; what is so, and whom it rests on."""
    with st.form(f"danger-{danger.id}", border=False):
        answer = st.segmented_control(
            say("dangers_answer", language), ANSWERS, key="danger_answer", label_visibility="collapsed",
            format_func=lambda answer: say(f"dangers_answer_{answer}", language), default=None,
        )  # fmt: skip
        text = st.text_area(say("dangers_answer_what", language), key="danger_text", height=80)
        source = st.text_input(say("dangers_answer_source", language), key="danger_source", max_chars=500)
        opens = st.checkbox(say("dangers_answer_open", language), value=True, key="danger_open")
        pressed = st.form_submit_button(say("dangers_answer_give", language), key="danger_give", type="primary")
    st.html(f'<p class="kt-note">{say("dangers_answer_note", language)}</p>')
    if not pressed:
        return
    if answer is None:
        choices = ", ".join(say(f"dangers_answer_{one}", language) for one in ANSWERS)
        show_state(say("incidents_refused", language), choices)
        return
    try:
        given = give_answer(danger, answer=answer, text=text, source=source, open_incident=opens, now=datetime.now(UTC))
    except KentonganError as error:
        show_state(say("incidents_refused", language), str(error))
        return
    if given.incident is not None:
        set_parameter("bahaya", None)
        set_parameter("insiden", str(given.incident))
    st.rerun()
