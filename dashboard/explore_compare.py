"""The part of Jelajah that holds up to four questions against each other, on one axis and in one table."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from casework.searches import SavedSearch, decode_query
from dashboard.author_gate import may_ask_for_authors
from dashboard.clickable import draw_clickable
from dashboard.explore_cards import compare_rows
from dashboard.explore_compare_chart import LETTERS, draw_compare
from dashboard.explore_desk import load_compared, load_searches
from dashboard.explore_view import MOST_LETTERS, OTHERS, View, in_words, lost_filters, query_of, range_of
from dashboard.frame import card_title, set_parameter, show_fault, show_state
from dashboard.words import Language, say
from kentongan.errors import BadQuery
from kentongan.schema import Query


def show_compare(view: View, *, language: Language, zone: str, now: datetime) -> None:
    """The questions, their lines, their figures. The address keeps ``kueri2`` to ``kueri4``. Raises KentonganError."""
    with st.container(key="card-compare-ask"):
        st.html(card_title(say("explore_compare_ask", language), say("explore_compare_against", language)))
        ask_others(view, language)
    since, until = range_of(view, now=now, zone=zone)
    queries = [query_of(view, now=now, zone=zone)]
    queries += [Query(text=text, since=since, until=until) for text in view.others]
    names = [in_words(query).text or say("explore_everything", language) for query in queries]
    try:
        if not may_ask_for_authors(*queries, language=language):
            return
        found = [load_compared(query, step=view.step, zone=zone) for query in queries]
    except BadQuery as error:
        show_fault(error, language)
        return
    with st.container(key="card-compare"):
        st.html(card_title(say(f"explore_compare_{view.step}", language), say("explore_compare_axis", language)))
        if not any(one.total for one in found):
            show_state(say("empty_match", language), say("empty_match_hint", language))
        else:
            drawn = draw_compare([one.posts for one in found], step=view.step, zone=zone, language=language)
            # Streamlit's own HTML leaves drawings out.
            draw_clickable(drawn, key="explore-compare")
        draw_clickable(compare_rows(found, names, language), key="explore-compare-rows")
        st.html(f'<p class="kt-note">{say("explore_compare_note", language)}</p>')


def ask_others(view: View, language: Language) -> None:
    """One line for each further question, and the saved searches to fill the next free one."""
    address = st.query_params

    def keep(name: str) -> None:
        set_parameter(name, st.session_state[f"compare-{name}"].strip() or None)

    columns = st.columns(len(OTHERS), gap="small")
    for column, name, letter in zip(columns, OTHERS, LETTERS[1:], strict=True):
        with column:
            st.text_input(
                say("explore_compare_query", language, letter=letter), value=address.get(name, ""),
                key=f"compare-{name}", max_chars=MOST_LETTERS, on_change=keep, args=(name,),
                placeholder=say("query_placeholder", language),
            )  # fmt: skip
    free = next((name for name in OTHERS if not address.get(name, "").strip()), None)
    saved = load_searches()
    if free is None or not saved:
        return

    def fill() -> None:
        chosen: SavedSearch | None = st.session_state["compare-saved"]
        if chosen is not None and free is not None:
            words = words_of_search(chosen)
            set_parameter(free, words)
            st.session_state[f"compare-{free}"] = words or ""
            st.session_state["compare-saved"] = None

    st.selectbox(
        say("explore_compare_saved", language), saved, index=None, key="compare-saved", on_change=fill,
        format_func=lambda one: one.name, placeholder=say("explore_compare_choose", language),
        label_visibility="collapsed",
    )  # fmt: skip


def words_of_search(search: SavedSearch) -> str | None:
    """A saved search in the query language; None where it cannot be said in it, or not read any more."""
    try:
        query = decode_query(search.query)
    except BadQuery:
        return None
    return None if lost_filters(query) else in_words(query).text
