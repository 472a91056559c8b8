"""The left side of the hoax desk: what was asked for, states with their counts, filters, and the stories."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

import streamlit as st

from dashboard.clickable import draw_clickable
from dashboard.data import shared_gazetteer
from dashboard.frame import set_parameter, show_state
from dashboard.hoax_cards import queue_rows
from dashboard.hoax_queue import LineState, Queue, QueueLine
from dashboard.spread_chart import name_platform
from dashboard.words import Language, say
from kentongan.errors import BadQuery
from kentongan.schema import TOPICS

STEP: Final = 12
"""Stories that the queue shows, and by how many it grows."""
STATES: Final[dict[str, tuple[LineState, ...]]] = {
    "semua": (), "terindikasi": ("suspected",), "ragu": ("unsure",), "diperiksa": ("review",),
    "ditetapkan": ("decided",), "dicabut": ("ended",),
}  # fmt: skip
"""Value of ``keadaan`` in the address: the states of the stories shown; none stands for all."""
MOST_WORDS: Final = 300
"""Characters of a search."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the visitor asked for, as the address says it; nonsense in it counts as no choice."""

    state: str
    words: str
    platform: str | None
    topic: str | None
    region: str | None
    chosen: str | None
    """Id of a story, or of a post in one."""

    @property
    def narrowed(self) -> bool:
        return self.state != "semua" or bool(self.words or self.platform or self.topic or self.region)


def read_filters() -> Filters:
    address = st.query_params
    state, topic, region = address.get("keadaan", ""), address.get("topik"), address.get("wilayah", "")
    chosen = address.get("cerita", "")
    right = len(chosen) == 32 and all(letter in "0123456789abcdef" for letter in chosen)
    return Filters(
        state=state if state in STATES else "semua",
        words=address.get("cari", "").strip()[:MOST_WORDS],
        platform=address.get("platform") or None,
        topic=topic if topic in TOPICS else None,
        region=region if shared_gazetteer().get(region) else None,
        chosen=chosen if right else None,
    )


def keeps(line: QueueLine, filters: Filters) -> bool:
    """Whether a line is among what was asked for; a region takes in those inside it."""
    wanted = STATES[filters.state]
    within = filters.region
    return (
        (not wanted or line.state in wanted)
        and (filters.platform is None or filters.platform in line.platforms)
        and (filters.topic is None or line.topic == filters.topic)
        and (within is None or any(one == within or one.startswith(f"{within}.") for one in line.regions))
    )


def show_queue(
    queue: Queue,
    lines: list[QueueLine],
    filters: Filters,
    chosen: str | None,
    language: Language,
    *,
    fault: BadQuery | None,
) -> None:
    """Search, states with their counts, filters behind a fold, the stories."""
    show_search(filters, language)
    show_states(queue, filters, language)
    show_filters(queue, filters, language)
    if fault is not None:
        st.html(f'<p class="kt-fault" role="alert">{escape(str(fault))}</p>')
    if not lines:
        show_state(say("hoax_none_filter", language), say("hoax_none_filter_hint", language))
        return
    shown = max(STEP, st.session_state.get("hoax-shown", STEP))
    if pressed := draw_clickable(queue_rows(lines[:shown], language, chosen=chosen), key="hoaxes"):
        set_parameter("cerita", pressed)
        st.rerun()
    if len(lines) > shown and st.button(
        say("hoax_more", language, count=len(lines) - shown), key="hoax-more", type="tertiary"
    ):
        st.session_state["hoax-shown"] = shown + STEP
        st.rerun()


def show_search(filters: Filters, language: Language) -> None:
    def keep() -> None:
        set_parameter("cari", str(st.session_state["hoax-words"]).strip() or None)
        forget_choice()

    st.text_input(
        say("hoax_search", language), filters.words, key="hoax-words", on_change=keep, label_visibility="collapsed",
        placeholder=say("hoax_search", language), max_chars=MOST_WORDS,
    )  # fmt: skip


def show_states(queue: Queue, filters: Filters, language: Language) -> None:
    """The states as a choice, each with how many there are."""
    counts = queue.counts()

    def name(state: str) -> str:
        wanted = STATES[state]
        count = sum(counts[one] for one in wanted) if wanted else len(queue.lines)
        return f"{say(f'hoax_show_{state}', language)} {count}"

    def keep() -> None:
        value = st.session_state["hoax-state"]
        set_parameter("keadaan", None if value in (None, "semua") else str(value))
        forget_choice()

    st.pills(
        say("hoax_state", language), list(STATES), default=filters.state, format_func=name, key="hoax-state",
        on_change=keep, label_visibility="collapsed",
    )  # fmt: skip


def show_filters(queue: Queue, filters: Filters, language: Language) -> None:
    """Platform, topic and district."""
    platforms = sorted({one for line in queue.lines for one in line.platforms} | {filters.platform or ""} - {""})
    topics = [one for one in TOPICS if one == filters.topic or any(line.topic == one for line in queue.lines)]
    regions = sorted({one for line in queue.lines for one in line.regions} | ({filters.region or ""} - {""}))
    gazetteer = shared_gazetteer()
    names = {code: found.name if (found := gazetteer.get(code)) else code for code in regions}
    choices = (
        ("platform", filters.platform, {one: name_platform(one, language) for one in platforms}),
        ("topik", filters.topic, {one: say(one, language) for one in topics}),
        ("wilayah", filters.region, names),
    )
    asked = any(chosen for _, chosen, _ in choices)
    with st.expander(say("hoax_filters", language), expanded=asked):
        for name, chosen, words in choices:
            named = {"": say(f"hoax_all_{name}", language), **words}
            picked = st.selectbox(
                say(f"hoax_filter_{name}", language), list(named), key=f"hoax-{name}-{chosen}",
                index=list(named).index(chosen) if chosen in named else 0, format_func=named.__getitem__,
                label_visibility="collapsed",
            )  # fmt: skip
            if (picked or None) != chosen:
                set_parameter(name, picked or None)
                forget_choice()
                st.rerun()


def forget_choice() -> None:
    """Another question opens its own first story."""
    set_parameter("cerita", None)
    st.session_state.pop("hoax-shown", None)
