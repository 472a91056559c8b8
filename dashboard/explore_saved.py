"""The part of Jelajah for saved searches: keep the question of the page, open, change, put away and bring back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from html import escape

import streamlit as st

from casework.searches import MAX_NAME, MAX_NOTE, SavedSearch
from dashboard.explore_cards import address_with, search_row
from dashboard.explore_compare import words_of_search
from dashboard.explore_desk import alter_search, keep_search, load_searches, put_away, take_back
from dashboard.explore_view import FACETS, View, filters_of, in_words
from dashboard.frame import card_title, set_parameter, show_state
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.times import format_time

UNDO = "explore-archived"
"""In this visit's state: the search that was put away last."""


def show_saving(view: View, *, language: Language, now: datetime) -> None:
    """Keep the question of the page under a name; the link that shows the same page."""
    question = in_words(filters_of(view))
    if not question.text.strip():
        st.html(f'<p class="kt-note">{say("explore_save_empty", language)}</p>')
    else:
        with st.form("explore-save", border=False, clear_on_submit=False):
            name = st.text_input(say("explore_save_name", language), key="explore-save-name", max_chars=MAX_NAME)
            note = st.text_input(say("explore_save_note", language), key="explore-save-note", max_chars=MAX_NOTE)
            sent = st.form_submit_button(say("explore_save_do", language), type="primary", key="explore-save-do")
        if sent:
            act(lambda: keep_search(name, question, note=note, now=now), language, done="explore_saved")
        alert = address_with("peringatan", {"bagian": "aturan", "kueri": question.text})
        st.link_button(say("explore_alert", language), alert)
    st.html(f'<div class="kt-family">{say("explore_link", language)}</div>')
    st.code(share_link(), language=None, wrap_lines=True)


def share_link() -> str:
    """The address of exactly this page; whoever opens it needs an account of their own."""
    base = (st.context.url or "").partition("?")[0]
    return address_with(base or "jelajah", {name: st.query_params[name] for name in st.query_params})


def show_saved(view: View, *, language: Language, zone: str, now: datetime) -> None:
    """The list of saved searches with what can be done with each. Raises Retry."""
    with st.container(key="card-saved"):
        st.html(card_title(say("explore_saved_list", language), say("explore_saved_against", language)))
        away: SavedSearch | None = st.session_state.get(UNDO)
        if away is not None:
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.html(f'<p class="kt-done">{say("explore_put_away", language, name=escape(away.name))}</p>')
                if st.button(say("explore_undo", language), key="explore-undo"):
                    st.session_state.pop(UNDO)
                    act(lambda: take_back(away, now=now), language, done="explore_restored")
        found = load_searches()
        if not found:
            show_state(say("explore_saved_none", language), say("explore_saved_none_hint", language))
        for search in found:
            show_search(search, view, language=language, zone=zone, now=now)


def show_search(search: SavedSearch, view: View, *, language: Language, zone: str, now: datetime) -> None:
    """One search: what it asks, and the ways on."""
    words = words_of_search(search)
    with st.container(key=f"savedrow-{search.id}", horizontal=True, gap="small", vertical_alignment="center"):
        when = format_time(search.created_at, zone=zone, language=language)
        shown = words if words is not None else say("explore_saved_unreadable", language)
        st.html(search_row(search, shown, language, when=when), width="stretch")
        if words is not None:
            st.button(say("explore_open", language), key=f"saved-open-{search.id}", on_click=open_search, args=(words,))
            st.link_button(
                say("explore_alert", language),
                address_with("peringatan", {"bagian": "aturan", "kueri": words}),
            )
        with st.popover(say("explore_change", language), key=f"saved-change-{search.id}"):
            show_changes(search, view, language=language, now=now)


def show_changes(search: SavedSearch, view: View, *, language: Language, now: datetime) -> None:
    """Another name, note or question; put away."""
    key = f"{search.id}-{search.version}"
    question = in_words(filters_of(view))
    with st.form(f"saved-form-{key}", border=False):
        name = st.text_input(
            say("explore_save_name", language), value=search.name, key=f"saved-name-{key}", max_chars=MAX_NAME
        )
        note = st.text_input(
            say("explore_save_note", language), value=search.note or "", key=f"saved-note-{key}", max_chars=MAX_NOTE
        )
        swap = st.checkbox(
            say("explore_swap", language), key=f"saved-swap-{key}", disabled=not question.text.strip(),
            help=question.text[:300] or say("explore_save_empty", language),
        )  # fmt: skip
        sent = st.form_submit_button(say("explore_change_do", language), type="primary", key=f"saved-do-{key}")
    if sent:
        act(
            lambda: alter_search(
                search, name=name if name != search.name else None, note=note, query=question if swap else None, now=now
            ),
            language,
            done="explore_saved",
        )
    if st.button(say("explore_archive", language), key=f"saved-archive-{key}"):

        def archive() -> SavedSearch:
            st.session_state[UNDO] = put_away(search, now=now)
            return search

        act(archive, language, done="explore_archived")


def open_search(words: str) -> None:
    """Show what a saved search finds: its words instead of the question of the page."""
    for name in (*FACETS, "mulai", "bagian"):
        set_parameter(name, None)
    set_parameter("kueri", words or None)
    st.session_state.pop("explore-part", None)


def act(do: Callable[[], object], language: Language, *, done: str) -> None:
    """Do it and draw the page anew; where it is refused, say why, and keep what was typed."""
    try:
        do()
    except KentonganError as error:
        show_state(say("explore_refused", language), str(error))
        return
    st.toast(say(done, language), icon="✅")
    st.rerun()
