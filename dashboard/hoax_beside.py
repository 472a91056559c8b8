"""The right side of the hoax desk: what supports a decision and is not in the score, and who may feed the rumour."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Final

import streamlit as st

from dashboard.cards import post_card
from dashboard.data import load_records
from dashboard.explore_desk import load_public
from dashboard.frame import card_title
from dashboard.hoax_acts import judge_rumour
from dashboard.hoax_cards import claim_rows, earlier_rows, link_name, reason_rows, together_words
from dashboard.hoax_desk import StoryView
from dashboard.hoax_signs import MOST_COMPARED, explain_score, find_earlier, find_moving_together, match_story_claims
from dashboard.incident_cards import post_danger_chip
from dashboard.rumour_desk import draw_links
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.numbers import format_number

if TYPE_CHECKING:
    from casework.rumours import LinkState

COMPLAINTS_NAMED: Final = 3
DOCUMENTS_READ: Final = 2_000
"""Documents of a story, the newest, that are looked for among accounts that move together."""


def show_claims(view: StoryView, language: Language) -> None:
    """Fact-checks of the same or a related claim."""
    with st.container(key="card-hoax-claims"):
        st.html(card_title(say("hoax_claims", language), say("hoax_claims_against", language)))
        if view.centre is None:
            st.html(f'<p class="kt-note">{escape(say("hoax_no_words", language))}</p>')
            return
        try:
            with st.spinner(say("hoax_matching", language)):
                rows = claim_rows(match_story_claims(view.centre.newest.text), language)
        except KentonganError as error:
            st.html(f'<p class="kt-fault">{escape(str(error))}</p>')
            return
        st.html(rows or f'<p class="kt-note">{escape(say("hoax_claims_none", language))}</p>')


def show_reasons(view: StoryView, language: Language) -> None:
    """Why the model suspects, the danger agencies were asked about, and earlier verdicts."""
    with st.container(key="card-hoax-why"):
        st.html(card_title(say("hoax_why", language), say("hoax_why_against", language)))
        rows = reason_rows(explain_score(view.centre.newest.text), language) if view.centre is not None else ""
        st.html(rows or f'<p class="kt-note">{escape(say("hoax_why_none", language))}</p>')


def show_other_signs(view: StoryView, language: Language, *, zone: str) -> None:
    """Signs that are in no score: dangers asked of agencies, earlier verdicts, accounts that posted alike."""
    with st.container(key="card-hoax-signs"):
        st.html(card_title(say("hoax_signs", language), say("hoax_signs_against", language)))
        if view.danger is not None:
            answer = f'<p dir="auto">{escape(view.danger.answer)}</p>' if view.danger.answer else ""
            st.html(f'<div class="kt-chips">{post_danger_chip(view.danger, language)}</div>{answer}')
        earlier = earlier_rows(find_earlier(view.id, view.suggestions), language, zone=zone)
        st.html(earlier or f'<p class="kt-note">{escape(say("hoax_earlier_none", language))}</p>')
        show_moving(view, language, zone=zone)


def show_moving(view: StoryView, language: Language, *, zone: str) -> None:
    """Accounts that moved together: looked for once somebody asks, since it reads everything of those days."""
    key = f"hoax-moving-{view.id}"
    if not st.session_state.get(key):
        if st.button(say("hoax_moving_look", language), key=f"{key}-look"):
            st.session_state[key] = True
            st.rerun()
        return
    items = sorted(view.story.items, key=lambda one: one.published_at)
    documents = tuple(one.document for one in items[-DOCUMENTS_READ:])
    with st.spinner(say("hoax_moving_reads", language)):
        found = find_moving_together(documents, since=items[0].published_at, until=items[-1].published_at)
    compared = format_number(found.compared, language=language)
    if found.too_many:
        most = format_number(MOST_COMPARED, language=language)
        st.html(f'<p class="kt-note">{escape(say("hoax_moving_many", language, count=compared, most=most))}</p>')
        return
    if not found.groups:
        st.html(f'<p class="kt-note">{escape(say("hoax_moving_none", language, count=compared))}</p>')
    for group in found.groups:
        st.html(f'<article class="kt-post">{together_words(group, language)}</article>')
        with st.expander(say("hoax_moving_posts", language)):
            records = load_records(group.documents)
            public = load_public()
            st.html("".join(post_card(one, zone=zone, language=language, place=None, public=public) for one in records))
    st.html(f'<p class="kt-note">{escape(say("hoax_moving_standing", language))}</p>')


def show_complaints(view: StoryView, language: Language, *, zone: str) -> None:
    """Complaints that may feed the story, and the form that confirms or refuses it."""
    if not view.links:
        return
    with st.container(key="card-hoax-complaints"):
        st.html(card_title(say("rumour_story", language), say("hoax_complaints_against", language)))
        st.html(draw_links(list(view.links), language, zone=zone, titled=False, named=COMPLAINTS_NAMED))
        open_links = [link for link in view.links if link.state == "suspected"]
        if not open_links or not view.reader.may("rumours.judge"):
            return
        with st.form(f"hoax-rumour-{view.id}", border=False, enter_to_submit=False):
            link = open_links[0]
            if len(open_links) > 1:
                link = st.selectbox(
                    say("hoax_link", language), open_links, key=f"hoax-link-{view.id}",
                    format_func=lambda one: link_name(one, language),
                )  # fmt: skip
            reason = st.text_input(say("hoax_reason", language), key=f"hoax-link-reason-{view.id}", max_chars=1000)
            with st.container(horizontal=True, gap="small"):
                yes = st.form_submit_button(say("hoax_link_confirm", language), key=f"hoax-link-yes-{view.id}")
                no = st.form_submit_button(say("hoax_link_refuse", language), key=f"hoax-link-no-{view.id}")
        if yes or no:
            state: LinkState = "confirmed" if yes else "refused"
            try:
                judge_rumour(link.id, state=state, reason=reason, version=link.version, now=datetime.now(UTC))
            except KentonganError as error:
                st.html(f'<p class="kt-fault" role="alert">{escape(str(error))}</p>')
            else:
                st.rerun()
