"""Complaints: who owes an answer, what is most urgent, and one complaint with the steps that can be taken."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import Final

import streamlit as st

from casework.complaints.records import STAGES
from casework.deadlines.letters import print_letter
from dashboard.clickable import draw_clickable
from dashboard.complaint_cards import board_rows, complaint_head, duplicate_rows, history_rows, queue_rows
from dashboard.complaint_cards import suggestion_rows as draw_suggestion
from dashboard.complaint_desk import (
    EVERYONE,
    UNASSIGNED,
    DeskView,
    Filters,
    as_stage,
    draft_for,
    load_desk,
    look_at_complaint,
)
from dashboard.complaint_steps import NONE, show_steps
from dashboard.data import shared_deadlines, shared_gazetteer
from dashboard.frame import card_title, set_parameter, show_fault, show_state
from dashboard.rumour_desk import complaint_rumours, draw_links
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.settings import Settings

STEP: Final = 30
"""Complaints that the queue shows, and by how many it grows."""
SHOWS: Final = ("semua", "merah", "ditahan", "rahasia")
"""What the address's ``tampil`` may narrow the queue to."""
SHOW_WORDS: Final = dict(zip(SHOWS, ("adu_show_all", "adu_show_red", "adu_show_held", "adu_show_secret"), strict=True))


def show_complaints(settings: Settings, *, language: Language) -> None:
    """The whole page."""
    now = datetime.now(UTC)
    try:
        desk = load_desk(
            read_filters(), now=now, limit=st.session_state.get("adu_shown", STEP),
            chosen="instansi" in st.query_params,
        )  # fmt: skip
    except KentonganError as error:
        show_fault(error, language)
        return
    places = name_places(settings, desk)
    show_top(desk, language)
    if not desk.lines and not desk.queue and not any(st.query_params.get(name) for name in ("instansi", "tampil")):
        show_state(say("adu_board_none", language), say("adu_board_none_hint", language))
        return
    show_filters(desk, places, language)
    chosen = read_chosen()
    if chosen is None:
        left, right = st.columns([1.3, 1], gap="small")
        with left:
            show_board(desk, settings, language)
            show_letter(desk, language, now=now)
        with right:
            show_queue(desk, places, language, now=now, chosen=None)
        return
    left, right = st.columns([1, 1.75], gap="small")
    with left:
        show_queue(desk, places, language, now=now, chosen=chosen)
    with right:
        show_complaint(chosen, desk, places, language, now=now)


def read_filters() -> Filters:
    """What the address asks for; unknown words ask for nothing."""
    asked = st.query_params
    agency, show = asked.get("instansi"), asked.get("tampil")
    return Filters(
        agency=None if agency in (None, EVERYONE) else agency,
        stage=as_stage(asked.get("tahap")),
        region=asked.get("wilayah"),
        red=show == "merah",
        held=show == "ditahan",
        secret=show == "rahasia",
    )


def read_chosen() -> int | None:
    """The id of the complaint that the address opens."""
    asked = st.query_params.get("aduan", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 18 else None


def name_places(settings: Settings, desk: DeskView) -> dict[str, str]:
    """Names of the installation's districts and of those that complaints are of, by code."""
    gazetteer = shared_gazetteer()
    codes = [one.code for one in gazetteer.children(settings.region)] if settings.region else []
    codes += [code for code in (*desk.regions, *(one.region for one in desk.queue)) if code]
    return {code: region.name for code in dict.fromkeys(codes) if (region := gazetteer.get(code)) is not None}


def show_top(desk: DeskView, language: Language) -> None:
    """Title, the sums of the board, whose page it is."""
    open_, soon, red = (sum(getattr(line, name) for line in desk.lines) for name in ("open", "due_soon", "red"))
    mark = f'<span class="kt-sample">{say("sample", language)}</span>' if any(one.sample for one in desk.queue) else ""
    own = ""
    if desk.viewer.agency is not None:
        own = f"<span>{escape(say('adu_own', language, agency=desk.viewer.agency.name))}</span>"
    st.html(
        f'<div class="kt-top"><h1>{say("adu_title", language)}</h1>{mark}'
        f"<span>{say('adu_against', language, open=open_, soon=soon, red=red)}</span>{own}</div>"
    )


def show_filters(desk: DeskView, places: dict[str, str], language: Language) -> None:
    """Four choices that stand in the address."""
    agencies = {EVERYONE: say("adu_all_agencies", language), UNASSIGNED: say("adu_unassigned", language)}
    agencies |= desk.names
    stages = {NONE: say("adu_all_stages", language)} | {one: say(f"adu_stage_{one}", language) for one in STAGES}
    regions = {NONE: say("adu_all_regions", language)} | places
    shows = {one: say(SHOW_WORDS[one], language) for one in SHOWS if one != "rahasia" or desk.viewer.reads_secret}
    filters = desk.filters
    show = "merah" if filters.red else "ditahan" if filters.held else "rahasia" if filters.secret else "semua"
    choices = (
        ("instansi", "adu_agency", agencies, filters.agency or EVERYONE),
        ("tahap", "adu_stage", stages, filters.stage or NONE),
        ("wilayah", "adu_region", regions, filters.region or NONE),
        ("tampil", "adu_show", shows, show),
    )
    for column, (name, label, options, at) in zip(st.columns([1.4, 1.2, 1, 1], gap="small"), choices, strict=True):
        codes = list(options)
        with column:
            picked = st.selectbox(
                say(label, language), codes, index=codes.index(at) if at in codes else 0,
                format_func=options.__getitem__, key=f"adu-{name}-{at}", label_visibility="collapsed",
            )  # fmt: skip
        if picked != (at if at in codes else codes[0]):
            set_parameter(name, picked if name == "instansi" or picked not in (NONE, "semua") else None)
            st.session_state.pop("adu_shown", None)
            st.rerun()


def show_board(desk: DeskView, settings: Settings, language: Language) -> None:
    """The board of agencies; a line narrows the queue to it."""
    with st.container(key="card-adu-board"):
        st.html(card_title(say("adu_board", language), say("adu_board_against", language)))
        chosen = desk.filters.agency
        own = desk.viewer.own
        rows = board_rows(desk.lines, language, chosen=chosen, own=own, zone=settings.zone)
        if pressed := draw_clickable(rows, key="adu-board"):
            set_parameter("instansi", EVERYONE if pressed == chosen else pressed)
            st.rerun()
        notes = [say("adu_board_note", language), *desk.warnings]
        st.html(f'<p class="kt-note">{"<br>".join(escape(note) for note in notes)}</p>')


def show_letter(desk: DeskView, language: Language, *, now: datetime) -> None:
    """The draft of a letter to the chosen agency, where it is late and the viewer may draft one; earlier ones."""
    agency = desk.filters.agency
    line = next((one for one in desk.lines if one.agency == agency and one.agency is not None), None)
    if agency is None or line is None or not desk.viewer.drafts_letters or not (line.red or desk.letters):
        return
    with st.container(key="card-adu-letter"):
        against = say("adu_letter_against", language, red=line.red, agency=line.name)
        st.html(card_title(say("adu_letter", language), against))
        if "adu_letter_said" in st.session_state:
            st.html(f'<p class="kt-fault" role="alert">{escape(st.session_state.pop("adu_letter_said"))}</p>')
        if line.red:
            with st.form("adu-letter", border=False, enter_to_submit=False):
                number = st.text_input(say("adu_letter_number", language), key="adu-letter-number", max_chars=100)
                if st.form_submit_button(say("adu_letter_do", language), key="adu-letter-do"):
                    try:
                        draft_for(agency, number=number, now=now)
                    except KentonganError as error:
                        st.session_state["adu_letter_said"] = str(error)
                    st.rerun()
        for letter in desk.letters[:3]:
            # Printed only when it is fetched.
            st.download_button(
                say("adu_letter_get", language, number=letter.number, state=letter.state),
                data=lambda letter=letter: print_letter(letter),  # type: ignore[misc]
                file_name=f"surat-teguran-{letter.id}.pdf",
                mime="application/pdf",
                key=f"adu-letter-{letter.id}-{letter.version}",
            )
        st.html(f'<p class="kt-note">{escape(say("adu_letter_note", language))}</p>')


def show_queue(
    desk: DeskView, places: dict[str, str], language: Language, *, now: datetime, chosen: int | None
) -> None:
    """The queue by deadline; a press opens a complaint."""
    with st.container(key="card-adu-queue"):
        if chosen is not None:
            st.button(
                say("adu_close", language), key="adu-close", type="tertiary", on_click=set_parameter,
                args=("aduan", None),
            )  # fmt: skip
        name = desk.names.get(desk.filters.agency or "", "")
        st.html(card_title(say("adu_queue", language), name or say("adu_queue_against", language)))
        if not desk.queue:
            show_state(say("adu_queue_none", language), say("adu_queue_none_hint", language))
            return
        rows = queue_rows(
            desk.queue, language, chosen=chosen, names=desk.names, places=places, now=now, deadlines=shared_deadlines()
        )
        if pressed := draw_clickable(rows, key="adu-queue"):
            set_parameter("aduan", None if pressed == str(chosen) else pressed)
            st.rerun()
        if desk.more and st.button(say("adu_more", language), key="adu-more", type="tertiary"):
            st.session_state["adu_shown"] = len(desk.queue) + STEP
            st.rerun()


def show_rumours(complaint: int, language: Language, *, zone: str) -> None:
    """The rumours that this complaint may feed; nothing where there are none."""
    if not (links := complaint_rumours(complaint)):
        return
    with st.container(key="card-adu-rumours"):
        st.html(card_title(say("rumour_title", language), say("rumour_title_against", language)))
        st.html(draw_links(links, language, zone=zone))


def show_complaint(chosen: int, desk: DeskView, places: dict[str, str], language: Language, *, now: datetime) -> None:
    """One complaint: its words, the steps, what the model suggests, likely duplicates, its history."""
    try:
        view = look_at_complaint(chosen, now=now)
    except KentonganError as error:
        with st.container(key="card-adu"):
            show_state(say("adu_unknown", language), str(error))
        return
    deadlines = shared_deadlines()
    with st.container(key="card-adu"):
        head = complaint_head(view, language, names=desk.names, places=places, now=now, deadlines=deadlines)
        suggestion = view.complaint.suggestion
        if suggestion and view.complaint.is_open:
            head += draw_suggestion(suggestion, language, names=desk.names)
        st.html(head)
    with st.container(key="card-adu-acts"):
        show_steps(view, desk, places, language)
    if view.duplicates:
        with st.container(key="card-adu-duplicates"):
            st.html(card_title(say("adu_duplicates", language), say("adu_duplicates_against", language)))
            if pressed := draw_clickable(duplicate_rows(view.duplicates, language), key="adu-duplicates"):
                set_parameter("aduan", pressed)
                st.rerun()
    show_rumours(chosen, language, zone=deadlines.zone)
    with st.container(key="card-adu-history"):
        against = say("adu_history_against", language, count=len(view.events))
        st.html(card_title(say("adu_history", language), against))
        st.html(history_rows(view.events, language, names=desk.names, zone=deadlines.zone))
