"""Tips of citizens for staff: a form for those that come by phone or in person, and all that wait, by their clocks.

What was entered is matched at once; number, code, story and fact-checks stand where the form was.
"""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import streamlit as st

from casework.tip_intake import MAX_CONTACT, TipIntake, find_tip_faults
from casework.tips import CHANNEL_WORDS, CHANNELS, OPEN_STATES
from crawlers.by_hand import MAX_ADDRESS, MAX_NAME, MAX_TEXT
from dashboard.app_pages.add_post import own_upload_words
from dashboard.cards import post_card
from dashboard.data import enter_tip, load_dangers, load_records, load_tips
from dashboard.explore_desk import load_public
from dashboard.frame import card_title, show_fault, show_state
from dashboard.links import hoax_desk_link
from dashboard.rumour_desk import draw_links, story_rumours
from dashboard.tip_cards import claim_cards, story_words, taken_numbers, tip_rows
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.settings import Settings
from kentongan.times import format_time

FIELDS = ("text", "link", "name", "contact", "channel", "actor")
SHOWN = 50
"""Most open tips on the page."""
AT_THE_DESK = [channel for channel in CHANNELS if channel != "web"]
"""Channels that staff enter tips of; the web form enters its own."""


def show_tips(settings: Settings, *, language: Language) -> None:
    """The whole page."""
    st.html(
        f'<div class="kt-top"><h1>{say("tips_title", language)}</h1><span>{say("tips_against", language)}</span></div>'
    )
    left, right = st.columns([1.1, 1], gap="small")
    with left, st.container(key="card-tip"):
        if "tip_taken" in st.session_state:
            show_taken(settings, language)
        else:
            show_form(language)
    with right, st.container(key="card-tips-open"):
        show_open(settings, language)


def show_form(language: Language) -> None:
    """The fields, each with what is wrong with it below, and the one button."""
    faults: dict[str, str] = st.session_state.get("tip_faults", {})

    def show_field_fault(field: str) -> None:
        if field in faults:
            st.html(f'<p class="kt-fault" role="alert">{escape(faults[field])}</p>')

    style = f"<style>{own_upload_words(language)}</style>"
    st.html(style + card_title(say("tips_form", language), say("tips_form_against", language)))
    with st.form("tip", border=False, enter_to_submit=False):
        st.text_area(say("tips_text", language), key="tip_text", max_chars=MAX_TEXT, height=110)
        show_field_fault("text")
        st.text_input(say("tips_link", language), key="tip_link", max_chars=MAX_ADDRESS)
        show_field_fault("link")
        one, other = st.columns(2, gap="small")
        with one:
            st.selectbox(
                say("tips_channel", language),
                AT_THE_DESK,
                index=AT_THE_DESK.index("phone"),
                format_func=lambda channel: CHANNEL_WORDS[channel],
                key="tip_channel",
            )
            st.text_input(say("tips_name", language), key="tip_name", max_chars=MAX_NAME)
            show_field_fault("name")
        with other:
            st.text_input(say("tips_actor", language), key="tip_actor", max_chars=MAX_NAME)
            show_field_fault("actor")
            st.text_input(say("tips_contact", language), key="tip_contact", max_chars=MAX_CONTACT)
            show_field_fault("contact")
        st.file_uploader(say("tips_picture", language), type=["png", "jpg", "jpeg", "webp"], key=picture_key())
        show_field_fault("picture")
        st.form_submit_button(
            say("tips_save", language), key="tip_save", type="primary", on_click=save, args=(language,)
        )
    if "tip_refused" in st.session_state:
        show_fault(st.session_state["tip_refused"], language)


def picture_key() -> str:
    """Key of the picture's widget: another one for each tip, since a picture cannot be taken out of a widget."""
    return f"tip-picture-{st.session_state.get('tips_entered', 0)}"


def save(language: Language) -> None:
    """Keep and match the tip if nothing is wrong with it; else say what is, beside each field."""
    typed = {field: str(st.session_state.get(f"tip_{field}") or "") for field in FIELDS}
    picture = st.session_state.get(picture_key())
    intake = TipIntake(
        channel=st.session_state["tip_channel"],
        text=typed["text"],
        link=typed["link"],
        name=typed["name"],
        contact=typed["contact"],
        picture=None if picture is None else picture.getvalue(),
        entered_by=typed["actor"],
    )
    faults = find_tip_faults(intake)
    if not typed["actor"].strip():
        faults["actor"] = say("tips_actor_missing", language)
    st.session_state.pop("tip_refused", None)
    st.session_state["tip_faults"] = faults
    if faults:
        return
    try:
        st.session_state["tip_taken"] = enter_tip(intake, now=datetime.now(UTC))
    except KentonganError as error:
        st.session_state["tip_refused"] = error


def show_taken(settings: Settings, language: Language) -> None:
    """Number and code for the reporter, then what was found."""
    taken = st.session_state["tip_taken"]
    tip = taken.tip
    due = format_time(tip.due_at, zone=settings.zone, language=language)
    title = say("tips_saved" if taken.new else "tips_known", language)
    st.html(card_title(title, say("tips_taken_against", language)) + taken_numbers(taken, language, due=due))
    if tip.state == "held":
        show_state(say("tips_held", language), tip.reason or "")
    elif tip.match_fault is not None or tip.claims is None:
        show_state(say("tips_unmatched", language), tip.match_fault or "`kentongan tips match`")
    else:
        st.html(card_title(say("tips_story", language), story_words(tip, language) if tip.story else ""))
        records = load_records([tip.story_document]) if tip.story_document else []
        for record in records:
            st.html(post_card(record, zone=settings.zone, language=language, place=None, public=load_public()))
        if not records:
            st.html(f'<p class="kt-note">{say("tips_story_none", language)}</p>')
        if tip.story:
            st.html(hoax_desk_link(tip.story, language))
        if tip.story and (links := story_rumours(tip.story)):
            st.html(card_title(say("rumour_story", language), say("rumour_story_against", language)))
            st.html(draw_links(links, language, zone=settings.zone, titled=False))
        st.html(card_title(say("tips_claims", language)))
        cards = claim_cards(tip.claims, language)
        st.html(cards or f'<p class="kt-note">{say("tips_claims_none", language)}</p>')
    st.button(say("tips_again", language), key="tip_again", type="primary", on_click=begin_again)


def show_open(settings: Settings, language: Language) -> None:
    """Everything that waits, the most urgent first."""
    now = datetime.now(UTC)
    try:
        tips, counts, corrections = load_tips(limit=SHOWN)
    except KentonganError as error:
        show_fault(error, language)
        return
    waiting = sum(counts[state] for state in OPEN_STATES)
    late = sum(tip.is_overdue(now) for tip in tips)
    against = say("tips_open_against", language, open=waiting, overdue=late, answered=counts["answered"])
    st.html(card_title(say("tips_open", language), against))
    if corrections:
        st.html(f'<p class="kt-fault">{escape(say("tips_correct", language, count=corrections))}</p>')
    if not tips:
        show_state(say("tips_none", language), say("tips_none_hint", language))
        return
    dangers = load_dangers([tip.story for tip in tips if tip.story], now=now)
    st.html(tip_rows(tips, language, now=now, zone=settings.zone, dangers=dangers))
    more = f"{say('tips_open_more', language, shown=len(tips), total=waiting)} · " if waiting > len(tips) else ""
    st.html(f'<p class="kt-note">{escape(more + say("tips_answer_note", language))}</p>')


def begin_again() -> None:
    """An empty form for the next tip, entered by the same person."""
    for name in ("tip_taken", "tip_refused", "tip_faults", "tip_text", "tip_link", "tip_name", "tip_contact"):
        st.session_state.pop(name, None)
    st.session_state["tips_entered"] = st.session_state.get("tips_entered", 0) + 1
