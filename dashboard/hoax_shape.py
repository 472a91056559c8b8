"""Which posts are one story, as people change it on the hoax desk: joining, taking out, undoing, each with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from html import escape

import streamlit as st

from dashboard.data import load_records
from dashboard.frame import set_parameter
from dashboard.hoax_acts import join_stories, take_out, undo_story_change
from dashboard.hoax_cards import shorten
from dashboard.hoax_desk import StoryView, Version
from dashboard.hoax_verdict import SAID
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.times import format_time


def show_shape(view: StoryView, versions: list[tuple[Version, str]], language: Language, *, zone: str) -> None:
    """Which posts are one story: what is suggested, joining, taking out, undoing; each with a reason."""
    with st.expander(say("hoax_shape", language, count=len(view.changes))):
        show_changes(view, language, zone=zone)
        if not view.reader.may("stories.change"):
            return
        show_joining(view, language)
        if len(versions) > 1:
            show_taking_out(view, versions, language)


def show_joining(view: StoryView, language: Language) -> None:
    """Make one story of this and another one: a suggested one, or one whose address is pasted."""
    others = {
        (one.other if one.one == view.id else one.one): (
            one.other_document if one.one == view.id else one.one_document, one.score,
        )
        for one in view.suggestions
    }  # fmt: skip
    words = {one.document.id: one.newest.text for one in load_records([document for document, _ in others.values()])}
    with st.form(f"hoax-join-{view.id}", border=False, enter_to_submit=False):
        st.html(f'<p class="kt-family">{escape(say("hoax_join", language))}</p>')
        chosen = None
        if others:
            chosen = st.selectbox(
                say("hoax_join_likely", language), list(others), index=None, key=f"hoax-join-likely-{view.id}",
                format_func=lambda one: shorten(words.get(others[one or ""][0], "")),
            )  # fmt: skip
        typed = st.text_input(say("hoax_join_other", language), key=f"hoax-join-other-{view.id}", max_chars=300)
        reason = st.text_input(say("hoax_reason", language), key=f"hoax-join-reason-{view.id}", max_chars=1000)
        pressed = st.form_submit_button(say("hoax_join_do", language), key=f"hoax-join-do-{view.id}")
    if pressed:

        def join() -> None:
            whole = join_stories(view.id, typed.strip() or chosen or "", reason=reason, now=datetime.now(UTC))
            set_parameter("cerita", whole)

        change_shape(join, say("hoax_joined", language))


def show_taking_out(view: StoryView, versions: list[tuple[Version, str]], language: Language) -> None:
    """Take wordings out of the story that say something else."""
    texts = {version.document: text for version, text in versions}
    with st.form(f"hoax-split-{view.id}", border=False, enter_to_submit=False):
        st.html(f'<p class="kt-family">{escape(say("hoax_split", language))}</p>')
        out = st.multiselect(
            say("hoax_split_which", language), list(texts), key=f"hoax-split-which-{view.id}",
            format_func=lambda one: shorten(texts[one]),
        )  # fmt: skip
        reason = st.text_input(say("hoax_reason", language), key=f"hoax-split-reason-{view.id}", max_chars=1000)
        pressed = st.form_submit_button(say("hoax_split_do", language), key=f"hoax-split-do-{view.id}")
    if pressed:

        def split() -> None:
            take_out(out, reason=reason, now=datetime.now(UTC))

        change_shape(split, say("hoax_did_split", language))


def show_changes(view: StoryView, language: Language, *, zone: str) -> None:
    """What people changed about which posts are one story, and taking it back."""
    for one in view.changes:
        when = format_time(one.at, zone=zone, language=language)
        words = say(f"hoax_change_{one.kind}", language)
        undone = f" · {say('hoax_change_undone', language)}" if one.undone_by else ""
        said = f"{when} · {one.actor_name} {words}: {one.reason}{undone}"
        st.html(f'<p class="kt-note" dir="auto">{escape(said)}</p>')
        if one.kind != "undo" and one.undone_by is None and view.reader.may("stories.change"):
            with st.form(f"hoax-undo-{one.number}", border=False, enter_to_submit=False):
                reason = st.text_input(
                    say("hoax_reason", language), key=f"hoax-undo-reason-{one.number}", max_chars=1000
                )
                pressed = st.form_submit_button(say("hoax_undo", language), key=f"hoax-undo-do-{one.number}")
            if pressed:

                def undo(number: int = one.number, why: str = reason) -> None:
                    undo_story_change(number, reason=why, now=datetime.now(UTC))

                change_shape(undo, say("hoax_undone", language))


def change_shape(act: Callable[[], None], done: str) -> None:
    """Do it and draw the page anew; a refusal stands beside the button."""
    try:
        act()
    except KentonganError as error:
        st.html(f'<p class="kt-fault" role="alert">{escape(str(error))}</p>')
        return
    st.session_state[SAID] = ("done", done)
    st.rerun()
