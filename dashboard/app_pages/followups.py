"""Follow-ups and clarifications: who was asked to do what, and what goes out to the public, each from start to end."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import streamlit as st

from casework.followups.records import OBJECT_KINDS, FollowUpState
from dashboard.app_pages.clarifications import show_clarifications
from dashboard.clickable import draw_clickable
from dashboard.data import shared_gazetteer
from dashboard.followup_acts import do_and_say, show_ended_switch
from dashboard.followup_cards import (
    about_words,
    basis_list,
    due_words,
    event_rows,
    followup_chip,
    followup_rows,
    part_title,
)
from dashboard.followup_desk import (
    FollowUpView,
    act_on_followup,
    assign_task,
    basis_kind,
    load_choices,
    load_followups,
    look_at_followup,
    make_letter,
)
from dashboard.frame import card_title, set_parameter, show_fault, show_state
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.schema import TOPICS
from kentongan.settings import Settings
from kentongan.times import format_time

PARTS = {"tugas": "followups_tasks", "klarifikasi": "followups_clarifications"}
"""Value of ``bagian`` in the address: the word on the switch."""
ACTS_OF: dict[FollowUpState, tuple[str, ...]] = {
    "assigned": ("answer", "cancel"),
    "answered": ("close", "return", "cancel"),
    "closed": (),
    "cancelled": (),
}
"""State: what can be done, the primary act first."""
WORDS_OF = {"answer": "followup_answer", "close": "followup_result"}
"""Act: what its words are called; a reason for the others."""
DEFAULT_DAYS = 5
"""Working days that are offered; PermenPANRB 62/2018 gives an agency as many for its first answer."""


def show_followups(settings: Settings, *, language: Language) -> None:
    """The whole page. The address keeps ``bagian``, ``tugas`` and ``klarifikasi`` (the chosen numbers), ``semua``."""
    now = datetime.now(UTC)
    st.html(
        f'<div class="kt-top"><h1>{say("followups_title", language)}</h1>'
        f"<span>{say('followups_against', language)}</span></div>"
    )
    asked = st.query_params.get("bagian")
    part = st.segmented_control(
        say("followups_part", language), list(PARTS), default=asked if asked in PARTS else "tugas", required=True,
        format_func=lambda key: say(PARTS[key], language), key="followups-part", label_visibility="collapsed",
    )  # fmt: skip
    if part != (asked or "tugas"):
        set_parameter("bagian", part)
    try:
        if part == "klarifikasi":
            show_clarifications(settings, language=language, now=now)
        else:
            show_tasks(settings, language=language, now=now)
    except KentonganError as error:
        show_fault(error, language)


def show_tasks(settings: Settings, *, language: Language, now: datetime) -> None:
    """The list on the left, the chosen one on the right."""
    asked = st.query_params.get("tugas", "")
    chosen = int(asked) if asked.isdigit() and len(asked) < 18 else None
    left, right = st.columns([1, 1.6], gap="small")
    with left:
        with st.container(key="card-followups"):
            ended = st.query_params.get("semua") == "ya"
            found, agencies = load_followups(ended=ended)
            late = sum(one.is_overdue(now) for one in found)
            against = say("followups_open_against", language, count=len(found), late=late)
            st.html(card_title(say("followups_open", language), against))
            if not found:
                show_state(say("followups_none", language), say("followups_none_hint", language))
            rows = followup_rows(found, agencies, language, chosen=chosen, now=now, zone=settings.zone)
            if found and (pressed := draw_clickable(rows, key="followups")):
                set_parameter("tugas", None if pressed == str(chosen) else pressed)
                st.rerun()
            show_ended_switch(ended, language, key="followups-ended")
        with (
            st.container(key="card-followup-assign"),
            st.expander(say("followup_assign", language), expanded="tentang" in st.query_params),
        ):
            show_assignment(language, now=now)
    with right, st.container(key="card-followup"):
        if chosen is None:
            show_state(say("followups_choose", language), say("followups_choose_hint", language))
            return
        try:
            view = look_at_followup(chosen)
        except KentonganError as error:
            show_state(say("followup_refused", language), str(error))
            return
        show_task(view, settings, language=language, now=now)


def show_task(view: FollowUpView, settings: Settings, *, language: Language, now: datetime) -> None:
    """One task: what, on which basis, the answer, what can be done, its history."""
    one, zone = view.followup, settings.zone
    about = say(
        "followup_about", language, about=about_words(one, language),
        time=format_time(one.assigned_at, zone=zone, language=language), name=one.assigned_name,
    )  # fmt: skip
    chips = followup_chip(one, language) + due_words(one, language, now=now, zone=zone)
    mark = f'<span class="chip state">{say("sample", language)}</span>' if one.sample else ""
    st.html(
        card_title(one.number, about)
        + f'<h4 class="kt-case-title" dir="auto">{escape(one.title)}</h4><div class="kt-chips">{chips}{mark}</div>'
        + f'<p class="kt-note">{escape(say("followup_to", language, agency=view.agency))}</p>'
        + f'<p class="kt-words" dir="auto">{escape(one.task)}</p>'
        + part_title(say("followup_basis", language))
        + basis_list(one, language)
    )
    for words, said in (("followup_answer", one.answer), ("followup_result", one.result)):
        if said:
            st.html(part_title(say(words, language)) + f'<p class="kt-words" dir="auto">{escape(said)}</p>')
    acts = ACTS_OF[one.state]
    for act in acts[:1]:
        show_act(act, view, language, now=now, primary=True)
    if acts[1:]:
        with st.expander(say("followup_more", language)):
            for act in acts[1:]:
                show_act(act, view, language, now=now, primary=False)
    st.download_button(
        say("followup_letter", language), lambda: make_letter(view, now=now), mime="application/pdf",
        file_name=f"surat-tugas-{one.number}.pdf", key=f"letter-{one.id}",
    )  # fmt: skip
    st.html(card_title(say("followup_history", language)))
    st.html(event_rows(view.events, language, zone=zone, prefix="followup_act_"))


def show_act(act: str, view: FollowUpView, language: Language, *, now: datetime, primary: bool) -> None:
    """One act with the words it needs."""
    one = view.followup
    with st.form(f"{act}-{one.id}-{one.version}", border=False, enter_to_submit=False):
        asked = say(WORDS_OF.get(act, "followup_reason"), language)
        words = st.text_area(asked, height=80, key=f"{act}-words-{one.id}")
        pressed = st.form_submit_button(
            say(f"followup_do_{act}", language), type="primary" if primary else "secondary", key=f"{act}-do-{one.id}"
        )
    if pressed:
        do_and_say(lambda: act_on_followup(act, one, words=words, now=now).number, language)


def show_assignment(language: Language, *, now: datetime) -> None:
    """The form of a new task. What it is about may come in the address: ``tentang`` ("complaint:ADU-2026-000012")."""
    agencies, bases = load_choices(now=now)
    if not agencies:
        show_state(say("followup_agency_none", language), "")
        return
    kind_asked, _, object_asked = st.query_params.get("tentang", "topic:").partition(":")
    kind = st.selectbox(
        say("followup_kind", language), list(OBJECT_KINDS), key="assign-kind",
        index=OBJECT_KINDS.index(kind_asked) if kind_asked in OBJECT_KINDS else len(OBJECT_KINDS) - 1,
        format_func=lambda one: say(f"object_{one}", language),
    )  # fmt: skip
    if kind == "topic":
        object = st.selectbox(
            say("followup_object_topic", language), TOPICS, key="assign-topic",
            index=TOPICS.index(object_asked) if object_asked in TOPICS else 0,
            format_func=lambda one: say(one, language),
        )  # fmt: skip
    else:
        object = st.text_input(say("followup_object", language), value=object_asked, key="assign-object", max_chars=64)
    agency = st.selectbox(
        say("followup_agency", language), agencies, format_func=lambda one: one.name, key="assign-agency"
    )
    place = shared_gazetteer().get(st.query_params.get("wilayah", ""))
    if place is not None:
        st.html(f'<p class="kt-note">{escape(say("followup_place", language, place=place.name))}</p>')
    police = basis_kind(agency) == "polisi"
    if police:
        st.html(f'<p class="kt-note">{say("followup_police_note", language)}</p>')
    with st.form("assign", border=False, enter_to_submit=False):
        title = st.text_input(say("followup_title", language), key="assign-title", max_chars=200)
        task = st.text_area(say("followup_task", language), key="assign-task", height=90)
        offered = bases[basis_kind(agency)]
        chosen = st.multiselect(
            say("followup_bases", language), offered, default=offered[:1], key=f"assign-bases-{basis_kind(agency)}",
            format_func=lambda one: one.article,
        )  # fmt: skip
        days = st.number_input(say("followup_days", language), 1, 260, DEFAULT_DAYS, key="assign-days")
        pressed = st.form_submit_button(say("followup_do_assign", language), type="primary", key="assign-do")
    if pressed:

        def assign() -> str:
            made = assign_task(
                kind, str(object or ""), agency=agency.code, title=title, task=task, days=int(days),
                bases=[one.key for one in chosen], region=None if place is None else place.code, now=now,
            )  # fmt: skip
            set_parameter("tugas", str(made.id))
            return made.number

        do_and_say(assign, language)
