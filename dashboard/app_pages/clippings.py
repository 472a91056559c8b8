"""Clippings: an edition's news on the left, the chosen item with its corrections on the right, the papers below."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from html import escape
from typing import cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from casework.clippings.counting import span_words
from casework.clippings.editions import EDITIONS, EditionName, newest_edition, window_of
from casework.clippings.message import length
from casework.clippings.records import TONES, Clipping, ClippingItem, Field
from dashboard.clickable import draw_clickable
from dashboard.clipping_cards import count_strip, history_rows, item_body, item_rows
from dashboard.clipping_desk import (
    ClippingView,
    add_article,
    correct,
    download_name,
    issue,
    load_clipping,
    make_edition,
    take_in,
    take_out,
    undo,
    write_pdf,
    write_text,
    write_xlsx,
)
from dashboard.frame import card_title, set_parameter, show_fault, show_state
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.numbers import format_number
from kentongan.schema import TOPICS
from kentongan.settings import Settings

NONE = ""
"""The choice that nothing is set."""
MARKS: dict[str, bool | None] = {"yes": True, "no": False, "open": None}
LIST_HEIGHT = 430
"""Height of the list in pixels: at 1366x768 it ends with the window."""


def show_clippings(settings: Settings, *, language: Language) -> None:
    """The whole page. The address keeps ``hari``, ``edisi`` and ``berita`` (the chosen item)."""
    now = datetime.now(UTC)
    top = st.empty()
    show_top(top, language, sample=False)
    switch, acts = st.columns([1, 1.15], gap="small", vertical_alignment="bottom")
    with switch:
        day, edition = show_switch(settings, language, now=now)
    try:
        view = load_clipping(day, edition, now=now)
    except KentonganError as error:
        show_fault(error, language)
        return
    show_top(top, language, sample=view is not None and view.clipping.sample)
    with acts:
        show_acts(view, day, edition, language, now=now)
    if view is None:
        with st.container(key="card-clip-none"):
            window = span_words(*window_of(day, edition, zone=settings.zone), zone=settings.zone)
            show_state(say("clip_none", language), say("clip_none_hint", language, window=window))
        return
    with st.container(key="card-clip-counts"):
        st.html(count_strip(view.edition, language))
        for gap in view.clipping.gaps:
            st.html(f'<p class="kt-note">{escape(say("clip_gap", language, gap=gap))}</p>')
    chosen = chosen_item(view)
    left, right = st.columns([1, 1.15], gap="small")
    with left, st.container(key="card-clip-list"):
        show_list(view, settings, language, chosen=chosen)
    with right:
        with st.container(key="card-clip-item"):
            show_item(view, chosen, settings, language, now=now)
        with st.container(key="card-clip-outputs"):
            show_outputs(view, language, now=now)
        with st.container(key="card-clip-history"), st.expander(say("clip_history", language)):
            st.html(history_rows(view.events, language, zone=settings.zone))


def show_top(place: DeltaGenerator, language: Language, *, sample: bool) -> None:
    """The page's name; that its data are invented, where they are."""
    mark = f'<span class="kt-sample">{say("sample", language)}</span>' if sample else ""
    place.html(
        f'<div class="kt-top"><h1>{say("clip_title", language)}</h1><span>{say("clip_against", language)}</span>'
        f"{mark}</div>"
    )


def show_switch(settings: Settings, language: Language, *, now: datetime) -> tuple[date, EditionName]:
    """The day and the edition, kept in the address; the edition that closed last where nobody chose."""
    newest_day, newest = newest_edition(now, zone=settings.zone)
    asked = st.query_params.get("hari", "")
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        day = newest_day
    named = st.query_params.get("edisi", "")
    at, which = st.columns([1, 1.5], gap="small", vertical_alignment="bottom")
    with at:
        picked = st.date_input(say("clip_day", language), value=day, format="DD/MM/YYYY", key="clip-day")
    with which:
        edition = st.segmented_control(
            say("clip_edition", language), EDITIONS, default=named if named in EDITIONS else newest,
            required=True, format_func=lambda one: say(f"clip_{one}", language), key="clip-edition",
        )  # fmt: skip
    chosen = picked if isinstance(picked, date) else day
    if chosen.isoformat() != asked or edition != named:
        if asked or named:
            set_parameter("berita", None)
        set_parameter("hari", chosen.isoformat())
        set_parameter("edisi", edition)
    return chosen, edition


def show_acts(view: ClippingView | None, day: date, edition: EditionName, language: Language, *, now: datetime) -> None:
    """Make or gather, undo, issue: one primary act."""
    with st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        if view is None:
            if st.button(say("clip_make", language), type="primary", key="clip-make"):
                act(lambda: make_edition(day, edition, now=now), language)
            return
        clipping = view.clipping
        if clipping.state == "issued":
            return
        if clipping.revision == 1 and st.button(say("clip_gather", language), key="clip-gather"):
            act(lambda: make_edition(day, edition, now=now), language)
        if st.button(say("clip_undo", language), key="clip-undo"):
            act(lambda: undo(clipping, now=now), language)
        words = say("clip_issue", language)
        if clipping.revision > 1:
            words = say("clip_issue_again", language, revision=clipping.revision)
        if st.button(words, type="primary", key="clip-issue"):
            act(lambda: issue(clipping, now=now), language)


def chosen_item(view: ClippingView) -> ClippingItem | None:
    """The item the address names, else the first."""
    asked = st.query_params.get("berita", "")
    return next((item for item in view.edition.items if str(item.id) == asked), next(iter(view.edition.items), None))


def show_list(view: ClippingView, settings: Settings, language: Language, *, chosen: ClippingItem | None) -> None:
    """Items by issue, and the way to add one."""
    clipping = view.clipping
    window = span_words(clipping.since, clipping.until, zone=settings.zone)
    against = f"{state_words(clipping, language)} · {say('clip_list_against', language, window=window)}"
    st.html(card_title(say("clip_list", language), against))
    if not view.edition.items:
        read = format_number(clipping.read, language=language)
        show_state(say("clip_empty", language), say("clip_empty_hint", language, read=read, scope=clipping.scope))
    else:
        rows = item_rows(view.edition.items, language, chosen=None if chosen is None else chosen.id, zone=settings.zone)
        with st.container(height=LIST_HEIGHT, border=False, key="clip-rows"):
            pressed = draw_clickable(rows, key="clip-items")
        if pressed:
            set_parameter("berita", pressed)
            st.rerun()
    with st.expander(say("clip_add", language)), st.form("clip-add", border=False):
        document = st.text_input(say("clip_add_id", language), key="clip-add-id", max_chars=32)
        if st.form_submit_button(say("clip_add_do", language), key="clip-add-do"):
            act(lambda: add_article(clipping, document, now=datetime.now(UTC)), language)


def show_item(
    view: ClippingView, item: ClippingItem | None, settings: Settings, language: Language, *, now: datetime
) -> None:
    """The chosen item: what it says, then one form for all corrections."""
    if item is None:
        show_state(say("clip_choose", language), say("clip_choose_hint", language))
        return
    st.html(item_body(item, language, zone=settings.zone))
    if item.left_out:
        if st.button(say("clip_put_back", language), type="primary", key=f"clip-back-{item.id}"):
            act(lambda: take_in(item, now=now), language)
        return
    changes = show_form(view, item, language)
    if changes is not None:
        act(lambda: correct(item, changes, now=now), language)
    with st.expander(say("clip_leave", language)), st.form(f"clip-out-{item.id}-{item.version}", border=False):
        reason = st.text_input(say("clip_reason", language), key=f"clip-reason-{item.id}", max_chars=300)
        if st.form_submit_button(say("clip_leave", language), key=f"clip-out-do-{item.id}"):
            act(lambda: take_out(item, reason=reason, now=now), language)


def show_form(
    view: ClippingView, item: ClippingItem, language: Language
) -> dict[Field, str | int | bool | None] | None:
    """The form of corrections: the fields that differ from what is shown, once it was sent; else None."""
    key = f"{item.id}-{item.version}"
    with st.form(f"clip-correct-{key}", border=False):
        first, second = st.columns([1.25, 1], gap="small")
        with first:
            tone = st.segmented_control(
                say("clip_tone", language), [*TONES, NONE], default=item.known_tone or NONE, required=True,
                format_func=lambda one: say(f"clip_tone_{one or 'none'}", language), key=f"clip-tone-{key}",
            )  # fmt: skip
        with second:
            was = next(name for name, value in MARKS.items() if value == item.clarify and value is item.clarify)
            mark = st.segmented_control(
                say("clip_clarify", language), list(MARKS), default=was, required=True,
                format_func=lambda one: say(f"clip_clarify_{one}", language), key=f"clip-mark-{key}",
            )  # fmt: skip
        topics = [NONE, *TOPICS]
        known = NONE if item.topic is None or item.topic_abstained else item.topic
        first, second = st.columns(2, gap="small")
        with first:
            topic = st.selectbox(
                say("clip_topic", language), topics, index=topics.index(known), key=f"clip-topic-{key}",
                format_func=lambda one: say(one or "clip_topic_none", language),
            )  # fmt: skip
            subject = st.text_input(
                say("clip_issue_name", language), value=item.issue, key=f"clip-subject-{key}", max_chars=200
            )
        with second:
            codes = [NONE, *view.agencies]
            agency = st.selectbox(
                say("clip_agency", language), codes, key=f"clip-agency-{key}",
                index=codes.index(item.agency) if item.agency in codes else 0,
                format_func=lambda one: view.agencies[one] if one else say("clip_agency_none", language),
            )  # fmt: skip
            place = st.number_input(
                say("clip_place", language), 1, max(1, len(view.edition.printed)),
                min(item.place, len(view.edition.printed)), key=f"clip-place-{key}",
            )  # fmt: skip
        note = st.text_input(say("clip_note", language), value=item.note or "", key=f"clip-note-{key}", max_chars=1000)
        with st.container(horizontal=True, gap="small"):
            save = st.form_submit_button(say("clip_save", language), type="primary", key=f"clip-save-{key}")
            confirm = st.form_submit_button(say("clip_confirm", language), key=f"clip-confirm-{key}")
    if not save and not confirm:
        return None
    wanted: dict[Field, tuple[object, object]] = {
        "tone": (tone or None, item.known_tone), "topic": (topic or None, known or None),
        "issue": (subject.strip(), item.issue),
        "agency": (agency or None, item.agency), "clarify": (MARKS[mark], item.clarify),
        "place": (int(place), item.place), "note": (note.strip() or None, item.note),
    }  # fmt: skip
    # What a model suspected becomes a person's word only where the person says so.
    sure = ("tone", "topic") if confirm else ()
    return {
        field: cast("str | int | bool | None", new)
        for field, (new, old) in wanted.items()
        if new != old or (field in sure and new is not None)
    }


def show_outputs(view: ClippingView, language: Language, *, now: datetime) -> None:
    """Papers and the text for WhatsApp, with its copy button."""
    edition = view.edition
    against = "clip_outputs_issued" if view.clipping.state == "issued" else "clip_outputs_against"
    st.html(card_title(say("clip_outputs", language), say(against, language)))
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            say("clip_pdf", language), lambda: write_pdf(edition, now=now), mime="application/pdf",
            file_name=download_name(edition, "pdf"), key="clip-pdf",
        )  # fmt: skip
        st.download_button(
            say("clip_xlsx", language), lambda: write_xlsx(edition, now=now), file_name=download_name(edition, "xlsx"),
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", key="clip-xlsx",
        )  # fmt: skip
    text = write_text(edition)
    said = format_number(length(text), language=language)
    with st.expander(say("clip_text", language, length=said)):
        st.code(text, language=None, wrap_lines=True)


def state_words(clipping: Clipping, language: Language) -> str:
    """Whether it is issued, and which revision."""
    if clipping.state == "issued":
        return say("clip_issued", language, revision=clipping.revision)
    if clipping.revision > 1:
        return say("clip_draft_revision", language, revision=clipping.revision)
    return say("clip_draft", language)


def act(do: Callable[[], object], language: Language) -> None:
    """Do it and draw the page anew; where it is refused, say why."""
    try:
        do()
    except KentonganError as error:
        show_state(say("clip_refused", language), str(error))
        return
    st.toast(say("clip_done", language), icon="✅")
    st.rerun()
