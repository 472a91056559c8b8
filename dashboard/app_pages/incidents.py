"""Incidents and rumours of danger: what waits on the left, the room or the question to answer on the right."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from casework.incidents.records import KINDS, LEVELS, TAKES_OVER, Incident
from dashboard.app_pages.incident_room import show_held, show_room
from dashboard.clickable import draw_clickable
from dashboard.frame import card_title, set_parameter, show_fault, show_state
from dashboard.incident_cards import danger_rows, held_rows, incident_rows, kind_words
from dashboard.incident_danger import show_danger
from dashboard.incident_desk import Board, load_board, press_button
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.settings import Settings

BOARD_SECONDS = 10
"""How often the left side looks again, in seconds."""
CHOICES = ("insiden", "bahaya", "panggilan")
"""What can be chosen, as the address names it."""


def show_incidents(settings: Settings, *, language: Language) -> None:
    """The whole page."""
    now = datetime.now(UTC)
    try:
        board = load_board(now)
    except KentonganError as error:
        show_fault(error, language)
        return
    sample = any(one.sample for one in board.open) or any(one.sample for one in board.dangers)
    mark = f'<span class="kt-sample">{say("incidents_sample", language)}</span>' if sample else ""
    st.html(
        f'<div class="kt-top"><h1>{say("incidents_title", language)}</h1>{mark}'
        f"<span>{say('incidents_against', language)}</span></div>"
    )
    left, right = st.columns([1, 1.7], gap="small")
    with left:
        show_board(settings, language)
    with right:
        show_chosen(board, settings, language, now=now)


@st.fragment(run_every=BOARD_SECONDS)
def show_board(settings: Settings, language: Language) -> None:
    """Everything that waits, looked at again and again."""
    now = datetime.now(UTC)
    try:
        board = load_board(now)
    except KentonganError as error:
        show_fault(error, language)
        return
    kind, chosen = read_choice(board)
    show_button(language)
    if board.held:
        with st.container(key="card-held"):
            st.html(card_title(say("incidents_held", language), say("incidents_held_against", language)))
            rows = held_rows(board.held, language, chosen=chosen if kind == "panggilan" else None, zone=settings.zone)
            choose("panggilan", draw_clickable(rows, key="held"))
    with st.container(key="card-incidents"):
        st.html(card_title(say("incidents_open_list", language), say("incidents_open_against", language)))
        picked = chosen if kind == "insiden" else None
        if board.open:
            rows = incident_rows(board.open, language, chosen=picked, now=now, zone=settings.zone)
            choose("insiden", draw_clickable(rows, key="incidents"))
        else:
            show_state(say("incidents_none", language), say("incidents_none_hint", language))
    with st.container(key="card-dangers"):
        st.html(card_title(say("dangers_list", language), say("dangers_list_against", language)))
        if board.dangers:
            asked = chosen if kind == "bahaya" else None
            rows = danger_rows(board.dangers, board.agencies, language, chosen=asked, now=now)
            choose("bahaya", draw_clickable(rows, key="dangers"))
        else:
            st.html(f'<p class="kt-note">{say("dangers_none", language)}</p>')
    if board.closed:
        with st.expander(say("incidents_closed", language)):
            rows = incident_rows(board.closed, language, chosen=picked, now=now, zone=settings.zone)
            choose("insiden", draw_clickable(rows, key="incidents-closed"))


def show_button(language: Language) -> None:
    """One click, then what and where, then the confirmation."""
    with st.popover(say("incidents_new", language), icon="🚨", width="stretch"):
        kind = st.selectbox(
            say("incidents_kind", language), KINDS, index=KINDS.index("kebakaran"),
            format_func=lambda kind: kind_words(kind, language), key="incident_kind",
        )  # fmt: skip
        place = st.text_input(say("incidents_place", language), key="incident_place", max_chars=300)
        title = st.text_input(say("incidents_name", language), key="incident_title", max_chars=200)
        level = st.segmented_control(
            say("incidents_level", language), LEVELS, default=TAKES_OVER, required=True, key="incident_level"
        )
        st.html(f'<p class="kt-note">{say("incidents_level_note", language)}</p>')
        if st.button(say("incidents_new_confirm", language), key="incident_open", type="primary", width="stretch"):
            try:
                made = press_button(
                    kind=kind, place=place, title=title, level=level or TAKES_OVER, now=datetime.now(UTC)
                )
            except KentonganError as error:
                show_state(say("incidents_refused", language), str(error))
                return
            incident = made if isinstance(made, Incident) else made.incident
            assert incident is not None
            choose("insiden", str(incident.id))


def read_choice(board: Board) -> tuple[str, int | None]:
    """What the address chooses; where it chooses nothing, what takes over."""
    for kind in CHOICES:
        asked = st.query_params.get(kind, "")
        if asked.isdecimal() and len(asked) < 18:
            return kind, int(asked)
    return "insiden", board.takeover.id if board.takeover else None


def choose(kind: str, key: str | None) -> None:
    """Keep what was pressed in the address and draw the page anew; nothing where nothing was pressed."""
    if key is None:
        return
    for name in CHOICES:
        set_parameter(name, key if name == kind else None)
    st.rerun(scope="app")


def show_chosen(board: Board, settings: Settings, language: Language, *, now: datetime) -> None:
    """The room, the danger or the held call that is chosen."""
    kind, chosen = read_choice(board)
    try:
        if chosen is None:
            with st.container(key="card-nothing"):
                show_state(say("incidents_choose", language), say("incidents_choose_hint", language))
        elif kind == "bahaya":
            show_danger(chosen, board.agencies, settings, language, now=now)
        elif kind == "panggilan":
            show_held(chosen, settings, language)
        else:
            show_room(chosen, settings, language, now=now)
    except KentonganError as error:
        with st.container(key="card-refused"):
            show_state(say("incidents_refused", language), str(error))
