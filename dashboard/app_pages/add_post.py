"""Add a post by hand: one form for what no machine may collect, then what was saved, with a way back."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import streamlit as st

from crawlers.by_hand import MAX_ADDRESS, MAX_NAME, MAX_TEXT, PLATFORMS, PRIVATE, Entry, find_faults
from dashboard.cards import post_card
from dashboard.data import enter_post, load_records, take_post_back
from dashboard.explore_desk import load_public
from dashboard.frame import card_title, show_fault
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.settings import Settings

FIELDS = ("platform", "url", "text", "time", "author", "actor")
"""Widgets of the form by their keys, beside the picture's."""

FIRST_PLATFORM = "facebook"
"""Where most of what is entered by hand comes from."""


def show_add_post(settings: Settings, *, language: Language) -> None:
    """The whole page."""
    st.html(
        f'<div class="kt-top"><h1>{say("add_title", language)}</h1><span>{say("add_against", language)}</span></div>'
    )
    left, right = st.columns([1.9, 1], gap="small")
    with left, st.container(key="card-add"):
        if "added" in st.session_state:
            show_added(settings, language)
        else:
            show_form(settings, language)
    with right, st.container(key="card-add-notes"):
        st.html(card_title(say("add_notes", language)))
        notes = "".join(f"<li>{escape(note)}</li>" for note in say("add_notes_text", language).split("\n"))
        st.html(f'<ul class="kt-list">{notes}</ul>')


def show_form(settings: Settings, language: Language) -> None:
    """The fields, each with what is wrong with it below, and the one button."""
    faults: dict[str, str] = st.session_state.get("faults", {})

    def show_field_fault(field: str) -> None:
        if field in faults:
            st.html(f'<p class="kt-fault" role="alert">{escape(faults[field])}</p>')

    style = f"<style>{own_upload_words(language)}</style>"
    st.html(style + card_title(say("add_form", language), say("add_form_against", language)))
    platform = st.selectbox(
        say("add_platform", language),
        list(PLATFORMS),
        index=list(PLATFORMS).index(FIRST_PLATFORM),
        format_func=lambda name: PLATFORMS[name][0],
        key="platform",
    )
    show_field_fault("platform")
    # In a form nothing is sent before the button is pressed: a picture is not lost while a field is still on its way.
    with st.form("add", border=False, enter_to_submit=False):
        st.text_input(
            say("add_url", language), key="url", max_chars=MAX_ADDRESS, placeholder="https://www.facebook.com/…"
        )
        show_field_fault("url")
        st.text_area(say("add_text", language), key="text", max_chars=MAX_TEXT, height=96)
        show_field_fault("text")
        one, other = st.columns(2, gap="small")
        with one:
            st.text_input(
                say("add_time", language), key="time", max_chars=100, placeholder=f"12/11/2026 10:15 {settings.zone}"
            )
            show_field_fault("time")
            st.text_input(
                say("add_author", language),
                key="author",
                max_chars=MAX_NAME,
                disabled=platform in PRIVATE,
                placeholder=say("add_author_private" if platform in PRIVATE else "add_author_hint", language),
            )
            show_field_fault("author")
        with other:
            st.text_input(say("add_actor", language), key="actor", max_chars=MAX_NAME)
            show_field_fault("actor")
            st.file_uploader(say("add_picture", language), type=["png", "jpg", "jpeg", "webp"], key=picture_key())
            show_field_fault("picture")
        st.form_submit_button(say("add_save", language), key="save", type="primary", on_click=save, args=(settings,))
    if "refused" in st.session_state:
        show_fault(st.session_state["refused"], language)


def own_upload_words(language: Language) -> str:
    """Style that puts our words on the button of an upload and below it: Streamlit's own are English alone."""
    place = '[data-testid="stFileUploaderDropzone"]:not(:has([data-testid="stFileUploaderFile"]))'
    words = {
        f"{place} > span button p": say("add_choose", language),
        f'{place} [data-testid="stFileUploaderDropzoneInstructions"] span': say("add_choose_hint", language),
    }
    return "".join(
        f'{one} {{ font-size: 0; }} {one}::after {{ content: "{text}"; font-size: 13px; }}'
        for one, text in words.items()
    )


def picture_key() -> str:
    """Key of the picture's widget: another one for each entry, since a picture cannot be taken out of a widget."""
    return f"picture-{st.session_state.get('entered', 0)}"


def read_entry() -> Entry:
    """What stands in the form."""
    typed = {field: str(st.session_state.get(field) or "") for field in FIELDS}
    if typed["platform"] in PRIVATE:
        typed["author"] = ""
    picture = st.session_state.get(picture_key())
    return Entry(**typed, picture=None if picture is None else picture.getvalue())


def save(settings: Settings) -> None:
    """Keep the entry if nothing is wrong with it; else say what is, beside each field."""
    now = datetime.now(UTC)
    entry = read_entry()
    st.session_state.pop("refused", None)
    st.session_state["faults"] = find_faults(entry, now=now, zone=settings.zone)
    if st.session_state["faults"]:
        return
    try:
        st.session_state["added"] = enter_post(entry, now=now)
    except KentonganError as error:
        st.session_state["refused"] = error


def show_added(settings: Settings, language: Language) -> None:
    """What was saved, and the two ways on."""
    saved = st.session_state["added"]
    undone = st.session_state.get("undone", False)
    said = "add_undone" if undone else "add_saved" if saved.new else "add_known"
    st.html(card_title(say(said, language), say(f"{said}_against", language)))
    if not undone:
        for record in load_records([saved.document.id]):
            st.html(post_card(record, zone=settings.zone, language=language, place=None, public=load_public()))
        by = saved.document.facts.get("dimasukkan_oleh", "")
        st.html(f'<p class="kt-note">{escape(say("add_by", language, name=by))}</p>')
    if "refused" in st.session_state:
        show_fault(st.session_state["refused"], language)
    with st.container(horizontal=True, gap="small"):
        st.button(say("add_again", language), key="again", type="primary", on_click=begin_again)
        if saved.new and not undone:
            st.button(say("add_undo", language), key="undo", on_click=undo)


def undo() -> None:
    """Take back what was saved on this page."""
    try:
        take_post_back(st.session_state["added"].document, now=datetime.now(UTC))
    except KentonganError as error:
        st.session_state["refused"] = error
        return
    st.session_state.pop("refused", None)
    st.session_state["undone"] = True


def begin_again() -> None:
    """An empty form for the next one, by the same person on the same platform."""
    document = st.session_state["added"].document
    for name in ("added", "undone", "refused", "faults", "url", "text", "time", "author"):
        st.session_state.pop(name, None)
    st.session_state["entered"] = st.session_state.get("entered", 0) + 1
    st.session_state["platform"] = document.platform
    st.session_state["actor"] = document.facts.get("dimasukkan_oleh", "")
