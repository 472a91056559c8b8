"""The page Jelajah: a question and everything about its answer, questions beside each other, saved searches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import streamlit as st

from dashboard.app_pages.trends import place_of, secure_pressed
from dashboard.author_gate import may_ask_for_authors, was_reasoned
from dashboard.cards import headline, post_card, secure_button
from dashboard.case_desk import held_in
from dashboard.charts import draw_trend, short_day, short_hour
from dashboard.clickable import draw_clickable
from dashboard.data import (
    Overview,
    holds_samples,
    load_dangers,
    load_overview,
    load_posts,
    load_voice,
    newest_moment,
    read_settings,
    shared_gazetteer,
)
from dashboard.explore_accounts import show_accounts
from dashboard.explore_builder_form import show_builder
from dashboard.explore_cards import copies_note, facet_rows, value_words
from dashboard.explore_compare import show_compare
from dashboard.explore_desk import (
    TOP,
    asks_for_hoaxes,
    estimate,
    fold_copies,
    load_facets,
    load_public,
    off_hoax_lists,
    shared_aliases,
)
from dashboard.explore_query_line import Frame, show_query_line
from dashboard.explore_saved import show_saved, show_saving
from dashboard.explore_view import (
    FACETS,
    HOURLY_DAYS,
    PARTS,
    RANGES,
    View,
    behind_of,
    in_words,
    only_kinds,
    query_of,
    range_of,
    read_view,
)
from dashboard.export_panel import show_export
from dashboard.frame import card_title, set_parameter, show_fault, show_state
from dashboard.incident_cards import post_danger_chip
from dashboard.map_panel import show_map
from dashboard.pages import may_read_complaints
from dashboard.region_desk import choose_regions, map_values, sum_regions
from dashboard.trend_cards import voice_line
from dashboard.visitor import visitor_role
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.numbers import format_number
from kentongan.schema import KINDS, Kind, Query
from kentongan.settings import Settings
from kentongan.times import format_day, format_time

PAGE_POSTS: Final = 20
"""Documents read for the list at first, and more with each press; copies among them are folded."""
MAX_SHOWN: Final = 200
"""Most documents read; beyond it a person narrows the question."""
COMPLAINTS_SHOWN: Final = 6
BESIDE: Final[tuple[Kind, ...]] = tuple(kind for kind in KINDS if kind != "complaint")
"""What the list on the left shows; complaints stand beside it."""


def show_explore(settings: Settings, *, language: Language) -> None:
    """The whole page. The address keeps ``kueri``, ``hari``, ``langkah``, ``mulai``, ``bagian``, a value for each facet
    (``FACETS``) and the questions of the comparison (``kueri2`` to ``kueri4``)."""
    zone, now = settings.zone, datetime.now(UTC)
    view = read_view(st.query_params, zone=zone)
    head = st.empty()
    show_head(head, view, language=language, zone=zone, now=now, sample=False)
    try:
        if newest_moment() is None:
            show_state(say("empty_store", language), say("empty_store_hint", language))
            return
        query = query_of(view, now=now, zone=zone)
        if view.part != "isi":
            since, until = range_of(view, now=now, zone=zone)
            sample = holds_samples(since=since, until=until)
            show_head(head, view, language=language, zone=zone, now=now, sample=sample)
        with st.container(key="card-ask"):
            show_query_line(view.text, Frame(query=query, now=now), language=language)
            show_tools(view, query, language=language, zone=zone, now=now)
        if view.part == "simpanan":
            show_saved(view, language=language, zone=zone, now=now)
            with st.container(key="card-accounts"):
                show_accounts(language=language, zone=zone, now=now)
        elif view.part == "banding":
            show_compare(view, language=language, zone=zone, now=now)
        elif may_ask_for_authors(query, language=language):
            overview = load_overview(query, step=view.step, zone=zone)
            show_head(head, view, language=language, zone=zone, now=now, sample=overview.sample)
            show_answer(view, query, overview, language=language, zone=zone)
    except KentonganError as error:
        show_fault(error, language)
        return
    with st.expander(say("about", language)):
        st.markdown(say("explore_about", language))


def show_head(place: object, view: View, *, language: Language, zone: str, now: datetime, sample: bool) -> None:
    """Title, range and age, and the mark of invented data."""
    since, until = range_of(view, now=now, zone=zone)
    mark = f'<span class="kt-sample">{say("sample", language)}</span>' if sample else ""
    first = format_day(since, zone=zone, language=language)
    last = format_day(until - timedelta(seconds=1), zone=zone, language=language)
    as_of = f"{say('as_of', language)} {format_time(now, zone=zone, language=language)}"
    place.html(  # type: ignore[attr-defined]
        f'<div class="kt-top"><h1>{say("explore_title", language)}</h1>{mark}'
        f"<span>{first} – {last} · {as_of}</span></div>"
    )


def show_tools(view: View, query: Query, *, language: Language, zone: str, now: datetime) -> None:
    """Part, range, and what can be done with the question; what is chosen, each as a button that lets it go."""

    def keep(name: str, key: str, plain: str | None = None) -> None:
        chosen = st.session_state[key]
        set_parameter(name, None if chosen is None or str(chosen) == plain else str(chosen))
        if name in ("hari", "langkah"):
            set_parameter("mulai", None)

    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="explore-tools"):
        st.segmented_control(
            say("explore_part", language), PARTS, default=view.part, required=True, key="explore-part",
            format_func=lambda part: say(f"explore_part_{part}", language), label_visibility="collapsed",
            on_change=keep, args=("bagian", "explore-part", "isi"), width="content",
        )  # fmt: skip
        st.segmented_control(
            say("range", language), RANGES, default=view.days, required=True, key="explore-days",
            format_func=lambda days: say(f"range_{days}", language), label_visibility="collapsed",
            on_change=keep, args=("hari", "explore-days"), width="content",
        )  # fmt: skip
        if 1 < view.days <= HOURLY_DAYS:
            st.segmented_control(
                say("explore_step", language), ("hari", "jam"), default="jam" if view.step == "hour" else "hari",
                required=True, key="explore-step", format_func=lambda one: say(f"explore_step_{one}", language),
                label_visibility="collapsed", on_change=keep, args=("langkah", "explore-step", "hari"), width="content",
            )  # fmt: skip
        with st.popover(say("explore_build", language), key="explore-build", width="content"):
            show_builder(view.text, language=language)
        with st.popover(say("explore_save", language), key="explore-save-open", width="content"):
            show_saving(view, language=language, now=now)
        if view.part == "isi":
            with st.popover(say("export", language), key="export-open", width="content"):
                show_export_of(view, query, language=language, zone=zone)
    show_chosen(view, language, zone)


def show_export_of(view: View, query: Query, *, language: Language, zone: str) -> None:
    """The export of what the page shows; of accounts only after the reason was given."""
    if not was_reasoned(query, shared_aliases()):
        st.html(f'<p class="kt-note">{say("authors_size", language)}</p>')
        return
    shown = in_words(behind_of(view, query))
    size, _, _ = estimate(shown.text, shown)
    show_export(shown, size, language=language, zone=zone)


def show_chosen(view: View, language: Language, zone: str) -> None:
    gazetteer, chosen = shared_gazetteer(), []
    if view.start:
        words = short_day(view.start, language)
        if view.step == "hour":
            words = f"{words} {short_hour(view.start, language)} {zone}"
        chosen.append(("mulai", words))
    chosen += [(name, value_words(name, value, gazetteer, language)) for name, value in view.chosen.items()]
    if not chosen:
        return
    with st.container(horizontal=True, gap="small"):
        for name, words in chosen:
            st.button(
                f"{words[:60]} ✕", key=f"explore-drop-{name}", on_click=set_parameter, args=(name, None),
                help=say("remove", language),
            )  # fmt: skip
        st.button(say("reset", language), key="explore-reset", type="tertiary", on_click=forget_choices)


def forget_choices() -> None:
    for name in (*FACETS, "mulai"):
        set_parameter(name, None)


def toggle(name: str, key: str, chosen: str | None) -> None:
    """Choose what was pressed; pressing the chosen one again lets it go. Draws the page anew."""
    set_parameter(name, None if key == chosen else key)
    st.session_state.pop("explore-shown", None)
    st.rerun()


def show_answer(view: View, query: Query, overview: Overview, *, language: Language, zone: str) -> None:
    """Series and facets above, posts and complaints with the map below."""
    left, right = st.columns([2.35, 1], gap="small")
    with left, st.container(key="card-series"):
        st.html(card_title(say(f"chart_{view.step}", language), say("chart_against", language)))
        if not sum(overview.kinds.values()):
            show_state(say("empty_match", language), say("empty_match_hint", language))
        else:
            st.html(headline(overview, language) + voice_line(load_voice(query, step=view.step, zone=zone), language))
            chosen = view.start.isoformat() if view.start else None
            drawn = draw_trend(
                overview.posts, overview.complaints, step=view.step, zone=zone, language=language, chosen=chosen,
                today=view.step == "day",
            )  # fmt: skip
            if pressed := draw_clickable(drawn, key="explore-series"):
                toggle("mulai", pressed, chosen)
    with right, st.container(key="card-facets"):
        st.html(card_title(say("explore_facets", language), say("explore_facets_against", language)))
        with st.container(height=520, border=False, key="explore-facets"):
            rows = facet_rows(load_facets(query), view.chosen, shared_gazetteer(), language, top=TOP)
            if pressed := draw_clickable(rows, key="explore-values"):
                name, _, value = pressed.partition("|")
                toggle(name, value, view.chosen.get(name))
    left, right = st.columns([1.55, 1], gap="small")
    with left, st.container(key="card-posts"):
        show_posts(behind_of(view, query), language=language, zone=zone)
    with right:
        with st.container(key="card-complaints"):
            show_complaints(behind_of(view, query), language=language, zone=zone)
        with st.container(key="card-explore-map"):
            show_places(overview, view, language=language)


def show_posts(query: Query, *, language: Language, zone: str) -> None:
    """The documents behind the question, newest first, each story of copies once."""
    st.html(card_title(say("behind", language), say("explore_folded", language)))
    wanted = only_kinds(query, BESIDE)
    limit = st.session_state.get("explore-shown", PAGE_POSTS)
    records, total = load_posts(wanted, limit=limit) if wanted else ([], 0)
    if not records:
        show_state(say("empty_match", language), say("empty_match_hint", language))
        return
    off = off_hoax_lists(records) if asks_for_hoaxes(query) else set()
    told, public = fold_copies([one for one in records if one.document.id not in off]), load_public()
    if off:
        st.html(f'<p class="kt-note">{say("explore_held", language, count=len(off))}</p>')
    dangers = load_dangers([one.record.document.id for one in told], now=datetime.now(UTC))
    held = held_in([one.record.document.id for one in told])
    cards = []
    for one in told:
        id = one.record.document.id
        story = copies_note(one.story, one.folded, language) if one.story and one.story.items > 1 else ""
        danger = post_danger_chip(dangers.get(id), language)
        act = danger + story + secure_button(id, held.get(id), language)
        place = place_of(one.record)
        cards.append(post_card(one.record, zone=zone, language=language, place=place, act=act, public=public))
    counted = say(
        "explore_shown", language, shown=format_number(len(records), language=language), cards=len(cards),
        total=format_number(total, language=language),
    )  # fmt: skip
    if pressed := draw_clickable(f'<p class="kt-note">{counted}</p>{"".join(cards)}', key="explore-posts"):
        secure_pressed(pressed, language)
    if total > len(records) and limit < MAX_SHOWN:
        st.button(say("more", language, count=PAGE_POSTS), key="explore-more", on_click=show_more)
    elif total > len(records):
        st.html(f'<p class="kt-note">{say("explore_most", language, most=MAX_SHOWN)}</p>')


def show_more() -> None:
    st.session_state["explore-shown"] = st.session_state.get("explore-shown", PAGE_POSTS) + PAGE_POSTS


def show_complaints(query: Query, *, language: Language, zone: str) -> None:
    """The complaints that the same question finds."""
    if not may_read_complaints(visitor_role(now=datetime.now(UTC))):
        st.html(card_title(say("explore_complaints", language)))
        st.html(f'<p class="kt-note">{say("explore_complaints_hidden", language)}</p>')
        return
    wanted = only_kinds(query, ("complaint",))
    records, total = load_posts(wanted, limit=COMPLAINTS_SHOWN) if wanted else ([], 0)
    count = format_number(total, language=language)
    st.html(card_title(say("explore_complaints", language), say("explore_complaints_against", language, count=count)))
    if not records:
        st.html(f'<p class="kt-note">{say("explore_complaints_none", language)}</p>')
        return
    st.html("".join(post_card(record, zone=zone, language=language, place=place_of(record)) for record in records))


def show_places(overview: Overview, view: View, *, language: Language) -> None:
    """Where the posts are about; a region that is pressed narrows the question."""
    st.html(card_title(say("explore_map", language), say("explore_map_against", language)))
    regions = choose_regions(shared_gazetteer(), read_settings().region or None)
    lines = sum_regions(regions, overview.regions, {})
    if not any(line.posts for line in lines):
        st.html(f'<p class="kt-note">{say("explore_map_none", language)}</p>')
        return
    chosen = view.chosen.get("wilayah")
    values = map_values(lines, "sentiment", language)
    if pressed := show_map(values, key="explore-map", language=language, chosen=chosen):
        toggle("wilayah", pressed, chosen)
