"""The clarification part of the page of follow-ups: the queue, one clarification, writing a new one."""

from __future__ import annotations

from datetime import datetime
from html import escape

import streamlit as st

from casework.verdict_rules import CHANNELS, MAX_ADDRESS
from dashboard.clickable import draw_clickable
from dashboard.followup_acts import do_and_say, show_ended_switch
from dashboard.followup_cards import about_words, draft_chip, draft_rows, event_rows, part_title, publication_rows
from dashboard.followup_desk import (
    DraftView,
    approve_draft,
    change_draft,
    load_drafts,
    look_at_draft,
    note_publication,
    take_back_draft,
    write_draft,
)
from dashboard.frame import card_title, set_parameter, show_state
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.schema import TOPICS
from kentongan.settings import Settings
from kentongan.times import format_time

KINDS = ("topic", "story", "complaint", "incident")
"""What a clarification can be about, the most usual first."""


def show_clarifications(settings: Settings, *, language: Language, now: datetime) -> None:
    """The list on the left, the chosen one on the right."""
    asked = st.query_params.get("klarifikasi", "")
    chosen = int(asked) if asked.isdigit() and len(asked) < 18 else None
    left, right = st.columns([1, 1.6], gap="small")
    with left:
        with st.container(key="card-drafts"):
            ended = st.query_params.get("semua") == "ya"
            found = load_drafts(ended=ended)
            st.html(
                card_title(say("clarifications_open", language), say("clarifications_open_against", language))
            )  # fmt: skip
            if not found:
                show_state(say("clarifications_none", language), say("clarifications_none_hint", language))
            rows = draft_rows(found, language, chosen=chosen, zone=settings.zone)
            if found and (pressed := draw_clickable(rows, key="drafts")):
                set_parameter("klarifikasi", None if pressed == str(chosen) else pressed)
                st.rerun()
            show_ended_switch(ended, language, key="drafts-ended")
        with (
            st.container(key="card-draft-write"),
            st.expander(say("clarification_write", language), expanded="tentang" in st.query_params),
        ):
            show_writing(language, now=now)
    with right, st.container(key="card-draft"):
        if chosen is None:
            show_state(say("clarifications_choose", language), say("clarifications_choose_hint", language))
            return
        try:
            view = look_at_draft(chosen)
        except KentonganError as error:
            show_state(say("followup_refused", language), str(error))
            return
        show_draft(view, settings, language=language, now=now)


def show_draft(view: DraftView, settings: Settings, *, language: Language, now: datetime) -> None:
    """One clarification: its words, where it is out, the one next step, the rest behind a fold, its history."""
    one, zone = view.draft, settings.zone
    mark = f'<span class="chip state">{say("sample", language)}</span>' if one.sample else ""
    approved = ""
    if one.approved_at is not None:
        at = format_time(one.approved_at, zone=zone, language=language)
        approved = f'<p class="kt-note">{say("clarification_approved", language, name=one.approved_name, time=at)}</p>'
    st.html(
        card_title(one.number, about_words(one, language))
        + f'<h4 class="kt-case-title" dir="auto">{escape(one.title)}</h4>'
        + f'<div class="kt-chips">{draft_chip(one, language)}{mark}</div>'
        + f'<p class="kt-words" dir="auto">{escape(one.text)}</p>{approved}'
    )
    if one.to_retract:
        st.html(f'<p class="kt-fault" role="alert">{say("clarification_to_retract_why", language)}</p>')
    if out := publication_rows(one, language, zone=zone):
        st.html(part_title(say("clarification_out", language)) + out)
    if one.state == "draft" and st.button(
        say("clarification_do_approve", language), type="primary", key=f"approve-{one.id}-{one.version}"
    ):
        do_and_say(lambda: approve_draft(one, now=now).number, language)
    if one.state in ("approved", "published"):
        show_publishing(view, language, now=now)
    if one.state in ("draft", "approved"):
        with st.expander(say("clarification_edit", language)):
            show_editing(view, language, now=now)
    if one.state != "retracted":
        with (
            st.expander(say("clarification_do_retract", language)),
            st.form(f"retract-{one.id}-{one.version}", border=False, enter_to_submit=False),
        ):
            reason = st.text_area(say("followup_reason", language), height=70, key=f"retract-words-{one.id}")
            if st.form_submit_button(say("clarification_do_retract", language), key=f"retract-do-{one.id}"):
                do_and_say(lambda: take_back_draft(one, reason=reason, now=now).number, language)
    st.html(card_title(say("followup_history", language)))
    st.html(event_rows(view.events, language, zone=zone, prefix="clarification_act_"))


def show_publishing(view: DraftView, language: Language, *, now: datetime) -> None:
    one = view.draft
    with st.form(f"publish-{one.id}-{one.version}", border=False, enter_to_submit=False):
        left, right = st.columns([1, 2], gap="small")
        channel = left.selectbox(
            say("clarification_channel", language), list(CHANNELS), format_func=lambda key: CHANNELS[key],
            key=f"publish-channel-{one.id}",
        )  # fmt: skip
        address = right.text_input(
            say("clarification_address", language), max_chars=MAX_ADDRESS, key=f"publish-address-{one.id}"
        )
        pressed = st.form_submit_button(
            say("clarification_do_publish", language), type="primary", key=f"publish-do-{one.id}"
        )
    if pressed:
        do_and_say(lambda: note_publication(one, channel=channel, address=address, now=now).number, language)


def show_editing(view: DraftView, language: Language, *, now: datetime) -> None:
    one = view.draft
    with st.form(f"edit-{one.id}-{one.version}", border=False, enter_to_submit=False):
        title = st.text_input(
            say("clarification_title", language), one.title, max_chars=200, key=f"edit-title-{one.id}"
        )
        text = st.text_area(say("clarification_text", language), one.text, height=120, key=f"edit-text-{one.id}")
        pressed = st.form_submit_button(say("clarification_do_edit", language), key=f"edit-do-{one.id}")
    if pressed:
        do_and_say(lambda: change_draft(one, title=title, text=text, now=now).number, language)


def show_writing(language: Language, *, now: datetime) -> None:
    """The form of a new clarification. What it is about, and the review whose verdict it follows, may come in the
    address: ``tentang`` ("story:ID") and ``putusan``."""
    kind_asked, _, object_asked = st.query_params.get("tentang", "").partition(":")
    kind = st.selectbox(
        say("followup_kind", language), KINDS, key="write-kind", format_func=lambda one: say(f"object_{one}", language),
        index=KINDS.index(kind_asked) if kind_asked in KINDS else 0,
    )  # fmt: skip
    if kind == "topic":
        object = st.selectbox(
            say("followup_object_topic", language), TOPICS, key="write-topic",
            format_func=lambda one: say(one, language),
        )  # fmt: skip
    else:
        object = st.text_input(say("followup_object", language), object_asked[:64], key="write-object", max_chars=64)
    with st.form("write", border=False, enter_to_submit=False):
        title = st.text_input(say("clarification_title", language), key="write-title", max_chars=200)
        text = st.text_area(say("clarification_text", language), key="write-text", height=120)
        review = st.text_input(
            say("clarification_review", language), st.query_params.get("putusan", "")[:12], key="write-review",
            max_chars=12,
        )  # fmt: skip
        pressed = st.form_submit_button(say("clarification_do_write", language), type="primary", key="write-do")
    if pressed:

        def write() -> str:
            number = int(review) if review.strip().isdigit() else None
            made = write_draft(kind, str(object or ""), title=title, text=text, review=number, now=now)  # type: ignore[arg-type]
            set_parameter("klarifikasi", str(made.id))
            return made.number

        do_and_say(write, language)
