"""The form for people who do not know operators: what it is told, it writes into the query line, and reads from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from dashboard.data import read_settings, shared_gazetteer
from dashboard.explore_builder import QueryParts, read_parts, write_query
from dashboard.explore_cards import value_words
from dashboard.explore_desk import known_hoax_labels, known_sources, shared_aliases
from dashboard.explore_query_line import ask
from dashboard.words import Language, say
from kentongan.errors import BadQuery
from kentongan.schema import ABSTAINED, KINDS, SENTIMENTS, TOPICS
from search.fields import MAX_NEAR

KEPT: Final = "explore-built"
"""In this visit's state: the query that the form wrote last, and its parts as they were typed."""


def show_builder(text: str, *, language: Language) -> None:
    """The form, filled with what the query says."""
    written, parts = st.session_state.get(KEPT, ("", QueryParts()))
    if written != text:
        try:
            parts = read_parts(text, shared_aliases())
        except BadQuery as error:
            st.html(f'<p class="kt-fault">{say("explore_build_fault", language)} {error}</p>')
            return
    built = ask_parts(parts, text, language)
    if built is None:
        return
    query = write_query(built)
    st.session_state[KEPT] = (query, built)
    ask(query)
    st.rerun()


def offered_regions() -> list[str]:
    """Codes of the provinces, of what lies beside the installation's region, and of what lies inside it."""
    gazetteer, around = shared_gazetteer(), read_settings().region
    offered = [region.code for region in gazetteer.children(None)]
    if around and (region := gazetteer.get(around)) is not None:
        offered += [one.code for outer in (region.parent, around) for one in gazetteer.children(outer)]
    return list(dict.fromkeys(offered))


def ask_parts(parts: QueryParts, text: str, language: Language) -> QueryParts | None:
    """What was typed into the form once it was sent; else None. A new query draws it anew."""
    key = f"build-{hash(text)}"

    def box(name: str, value: str) -> str:
        return st.text_input(
            say(f"explore_build_{name}", language), value=value, key=f"{key}-{name}", max_chars=1000,
            placeholder=say(f"explore_build_{name}_eg", language),
        )  # fmt: skip

    def pick(name: str, options: Sequence[str]) -> tuple[str, ...]:
        # What the query asks for stays choosable, though the store knows no such value.
        kept = [value for value in parts.fields.get(name, ()) if value not in options]
        picked = st.multiselect(
            say(f"explore_build_{name}", language), [*options, *kept], default=list(parts.fields.get(name, ())),
            format_func=lambda value: value_words(name, value, gazetteer, language), key=f"{key}-{name}",
            placeholder=say("explore_build_any", language),
        )  # fmt: skip
        return tuple(picked)

    gazetteer, aliases = shared_gazetteer(), shared_aliases().lists()
    with st.form(key, border=False):
        first, second, third = st.columns(3, gap="small")
        with first:
            all_of = box("all", parts.all_of)
            phrase = box("phrase", parts.phrase)
        with second:
            any_of = box("words", parts.any_of)
            none_of = box("none", parts.none_of)
        with third:
            left, right = st.columns(2, gap="small")
            with left:
                one = box("near", parts.near[0])
            with right:
                other = box("near_to", parts.near[1])
            distance = st.number_input(
                say("explore_build_distance", language), 0, MAX_NEAR, parts.distance, key=f"{key}-distance"
            )
        columns = st.columns(3, gap="small")
        fields = {}
        with columns[0]:
            fields["sumber"] = pick("sumber", known_sources())
            fields["jenis"] = pick("jenis", KINDS)
        with columns[1]:
            fields["topik"] = pick("topik", (*TOPICS, ABSTAINED))
            fields["sentimen"] = pick("sentimen", (*SENTIMENTS, ABSTAINED))
        with columns[2]:
            fields["wilayah"] = pick("wilayah", offered_regions())
            fields["hoaks"] = pick("hoaks", known_hoax_labels())
        named = parts.aliases
        if aliases:
            picked = st.multiselect(
                say("explore_build_alias", language), [*aliases, *(n for n in named if n not in aliases)],
                default=list(named), key=f"{key}-alias", placeholder=say("explore_build_any", language),
                format_func=lambda name: f"@{name}" + (f" ({aliases[name].title})" if aliases[name].title else ""),
            )  # fmt: skip
            named = tuple(picked)
        also = box("also", parts.also) if parts.also else ""
        sent = st.form_submit_button(say("explore_build_do", language), type="primary", key=f"{key}-do")
    if not sent:
        return None
    return QueryParts(
        all_of=all_of, any_of=any_of, phrase=phrase, near=(one, other), distance=int(distance), none_of=none_of,
        aliases=named, fields={name: values for name, values in fields.items() if values}, also=also,
    )  # fmt: skip
