"""The page Meja hoaks: stories that may be hoaxes, from the queue to the verdict, with what it rests on beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import streamlit as st

from casework.spread import StorySpread
from dashboard.app_pages.trends import place_of
from dashboard.cards import post_card, secure_button
from dashboard.case_desk import held_in, secure_post
from dashboard.clickable import draw_clickable
from dashboard.data import load_records
from dashboard.explore_desk import load_public
from dashboard.frame import card_title, set_parameter, show_fault, show_state
from dashboard.hoax_acts import open_story_case
from dashboard.hoax_beside import show_claims, show_complaints, show_other_signs, show_reasons
from dashboard.hoax_cards import HEAD_LENGTH, head_chips, head_facts, shorten, version_rows
from dashboard.hoax_desk import (
    POSTS_STEP,
    VERSIONS,
    StoryView,
    Version,
    find_story_of,
    load_story_spread,
    look_at_story,
    newest_items,
)
from dashboard.hoax_list import keeps, read_filters, show_queue
from dashboard.hoax_queue import Queue, find_lines, load_queue
from dashboard.hoax_shape import show_shape
from dashboard.hoax_verdict import SAID, show_decision, show_history
from dashboard.incident_cards import post_danger_chip
from dashboard.spread_chart import draw_spread
from dashboard.words import Language, say
from kentongan.errors import BadQuery, KentonganError, NotFound
from kentongan.settings import Settings


def show_hoaxes(settings: Settings, *, language: Language) -> None:
    """The whole page. The address keeps ``cerita``, ``keadaan``, ``cari``, ``platform``, ``topik`` and ``wilayah``."""
    now = datetime.now(UTC)
    moment = now.replace(second=0, microsecond=0)
    filters = read_filters()
    try:
        with st.spinner(say("hoax_loading", language)):
            queue = load_queue(moment)
        show_top(queue, language)
        fault: BadQuery | None = None
        lines = queue.lines
        try:
            if filters.words:
                lines = find_lines(filters.words, moment)
        except BadQuery as error:
            fault, lines = error, ()
        kept = [line for line in lines if keeps(line, filters)]
        if not queue.lines and not filters.narrowed and filters.chosen is None:
            show_state(say("hoax_none", language), say("hoax_none_hint", language))
            show_meaning(language)
            return
        chosen = filters.chosen or (kept[0].story if kept else None)
        if chosen is not None:
            # What somebody reads and decides on stays, whatever comes on top of the queue meanwhile.
            set_parameter("cerita", chosen)
        left, right = st.columns([1, 3.25], gap="small")
        with left, st.container(key="card-hoax-queue"):
            show_queue(queue, kept, filters, chosen, language, fault=fault)
            show_meaning(language)
        with right:
            if chosen is None:
                with st.container(key="card-hoax-none"):
                    show_state(say("hoax_choose", language), say("hoax_choose_hint", language))
            else:
                show_story(chosen, settings, language, now=now)
    except KentonganError as error:
        show_fault(error, language)


def show_top(queue: Queue, language: Language) -> None:
    """Title, how many wait for a person, the mark of invented data."""
    mark = ""
    if any(line.sample for line in queue.lines):
        mark = f'<span class="kt-sample" title="{say("sample_hint", language)}">{say("sample", language)}</span>'
    counts = queue.counts()
    said = say(
        "hoax_against", language, suspected=counts["suspected"], review=counts["review"], decided=counts["decided"]
    )
    held = ""
    if queue.held:
        words = escape(say("hoax_held", language, count=queue.held))
        held = f'<a class="chip ask" href="insiden" target="_self">{words}</a>'
    st.html(f'<div class="kt-top"><h1>{say("hoaxes_title", language)}</h1>{mark}<span>{said}</span>{held}</div>')


def show_story(chosen: str, settings: Settings, language: Language, *, now: datetime) -> None:
    """One story: head, spread, decision, versions and posts; beside it what supports the decision."""
    zone = settings.zone
    try:
        view = look_at_story(find_story_of(chosen), now=now)
    except NotFound as error:
        with st.container(key="card-hoax-none"):
            show_state(say("hoax_refused", language), str(error))
        return
    spread: StorySpread | None = None
    fault: KentonganError | None = None
    try:
        with st.spinner(say("hoax_matching", language)):
            text = view.centre.newest.text if view.centre else ""
            spread = load_story_spread(view.id, text, now.replace(second=0, microsecond=0))
    except KentonganError as error:
        fault = error
    with st.container(key="card-hoax-head"):
        show_head(view, spread, language, zone=zone, now=now)
    versions = load_versions(view)
    middle, right = st.columns([1.9, 1], gap="small")
    with middle:
        with st.container(key="card-hoax-spread"):
            show_spread(spread, fault, language)
        with st.container(key="card-hoax-decision"):
            show_decision(view, language, zone=zone)
            if view.events:
                show_history(view, language, zone=zone)
        with st.container(key="card-hoax-versions"):
            show_versions(view, versions, language)
            show_shape(view, versions, language, zone=zone)
        with st.container(key="card-hoax-posts"):
            show_posts(view, language, zone=zone, now=now)
    with right:
        show_claims(view, language)
        show_other_signs(view, language, zone=zone)
        show_complaints(view, language, zone=zone)
        show_reasons(view, language)


def show_head(view: StoryView, spread: StorySpread | None, language: Language, *, zone: str, now: datetime) -> None:
    """What is said, who says it, where it stands, and the case."""
    left, right = st.columns([5, 1], gap="small", vertical_alignment="top")
    title = shorten(view.centre.newest.text, HEAD_LENGTH) if view.centre else say("hoax_no_words", language)
    danger = post_danger_chip(view.danger, language) if view.danger is not None and not view.danger.answer else ""
    with left:
        st.html(
            f'<h2 class="kt-hoax-title" dir="auto">{escape(title)}</h2>'
            + head_chips(view, language, danger=danger)
            + head_facts(view, spread.spread if spread else None, language, zone=zone)
        )
    with right:
        if view.cases:
            case = view.cases[0]
            st.html(f'<a class="kt-go" href="kasus?kasus={escape(case, quote=True)}" target="_self">{escape(case)}</a>')
        elif view.centre is not None and view.reader.may("cases.secure"):
            show_case_button(view.centre.document.id, language, now=now)


def show_case_button(document: str, language: Language, *, now: datetime) -> None:
    """The one click that secures the story in a case."""
    if not st.button(say("hoax_case", language), key="hoax-case", help=say("hoax_case_hint", language)):
        return
    try:
        case = open_story_case(document, now=now)
    except KentonganError as error:
        st.html(f'<p class="kt-fault" role="alert">{escape(str(error))}</p>')
        return
    st.session_state[SAID] = ("done", say("hoax_case_opened", language, case=case))
    st.rerun()


def show_spread(spread: StorySpread | None, fault: KentonganError | None, language: Language) -> None:
    """Copies over time by platform, with the fact-checks and what was not collected."""
    step = spread.spread.step if spread else "hour"
    st.html(card_title(say("hoax_spread", language), say(f"hoax_spread_{step}", language)))
    if spread is None:
        st.html(f'<p class="kt-fault">{escape(str(fault))}</p>')
        return
    # Not st.html, which strips SVG.
    draw_clickable(
        f'<div class="kt-hoax-chart">{draw_spread(spread.spread, language=language)}</div>', key="hoax-spread"
    )


def load_versions(view: StoryView) -> list[tuple[Version, str]]:
    """The wordings that are compared, with their words; those the store has no more are left out."""
    shown = view.versions[:VERSIONS]
    words = {one.document.id: one.newest.text for one in load_records([one.document for one in shown])}
    return [(one, words[one.document]) for one in shown if one.document in words]


def show_versions(view: StoryView, versions: list[tuple[Version, str]], language: Language) -> None:
    """The wordings beside the most copied one."""
    against = say("hoax_versions_against", language, shown=len(versions), all=len(view.versions))
    st.html(card_title(say("hoax_versions", language), against))
    if not versions:
        st.html(f'<p class="kt-note">{escape(say("hoax_versions_none", language))}</p>')
        return
    st.html(version_rows(versions, language))
    if len(versions) > 1:
        st.html(f'<p class="kt-note">{escape(say("hoax_versions_note", language))}</p>')


def show_posts(view: StoryView, language: Language, *, zone: str, now: datetime) -> None:
    """The posts behind the story, newest first, each with the click that secures it."""
    items = newest_items(view.story)
    shown = max(POSTS_STEP, st.session_state.get(f"hoax-posts-{view.id}", POSTS_STEP))
    st.html(
        card_title(
            say("hoax_posts", language),
            say("hoax_posts_against", language, shown=min(shown, len(items)), all=len(items)),
        )
    )
    ids = [one.document for one in items[:shown]]
    records, cases, public = load_records(ids), held_in(ids), load_public()
    secures = view.reader.may("cases.secure")
    cards = "".join(
        post_card(
            one, zone=zone, language=language, place=place_of(one), public=public,
            act=secure_button(one.document.id, cases.get(one.document.id), language)
            if secures or one.document.id in cases else "",
        )
        for one in records
    )  # fmt: skip
    if pressed := draw_clickable(cards, key="hoax-posts"):
        try:
            secure_post(pressed, now=now)
        except KentonganError as error:
            st.html(f'<p class="kt-fault" role="alert">{escape(str(error))}</p>')
        else:
            st.rerun()
    if len(items) > shown and st.button(say("hoax_posts_more", language), key="hoax-posts-more", type="tertiary"):
        st.session_state[f"hoax-posts-{view.id}"] = shown + POSTS_STEP
        st.rerun()


def show_meaning(language: Language) -> None:
    """A word on what the numbers mean."""
    with st.expander(say("about", language)):
        st.markdown(say("hoax_about", language))
