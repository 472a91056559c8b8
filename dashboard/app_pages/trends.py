"""Trends beside complaints: sentiment over time with its coverage, topics, districts, and the posts behind any bar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analysis.series import STEPS, Step
from dashboard.author_gate import may_ask_for_authors
from dashboard.cards import headline, post_card, region_rows, secure_button, topic_rows
from dashboard.case_desk import held_in, secure_post
from dashboard.charts import draw_trend, short_day, short_hour
from dashboard.clickable import draw_clickable
from dashboard.data import (
    POSTS,
    Overview,
    load_dangers,
    load_overview,
    load_posts,
    load_voice,
    newest_moment,
    shared_gazetteer,
)
from dashboard.explore_desk import load_public
from dashboard.frame import card_title, set_parameter, show_fault, show_state
from dashboard.incident_cards import post_danger_chip
from dashboard.pages import may_read_complaints
from dashboard.trend_cards import voice_line
from dashboard.visitor import visitor_role
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.numbers import format_number
from kentongan.schema import KINDS, TOPICS, Kind, Query, Record
from kentongan.settings import Settings
from kentongan.times import ZONES, format_day, format_time, start_of_day

RANGES = (1, 7, 14, 30)
"""Days a range may span."""

PAGE_POSTS = 10
"""Posts shown at first, and added by each press of "more"."""

MAX_REGIONS = 15
"""Districts listed, most posts and complaints first; the others are found by searching."""

MAX_SHOWN = 200
"""Most posts on one page; beyond it a person narrows the question."""

KIND_CHOICES: dict[str, tuple[Kind, ...]] = {
    "kind_posts": POSTS,
    "kind_complaints": ("complaint",),
    "kind_articles": ("article",),
    "kind_factchecks": ("factcheck",),
    "kind_all": (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the visitor asked for, as the address says it."""

    text: str
    days: int
    topic: str | None
    region: str | None
    start: datetime | None
    """Start of the chosen column."""

    @property
    def step(self) -> Step:
        return "hour" if self.days == 1 else "day"


def read_view(zone: str) -> View:
    """The choices in the address; nonsense in it counts as no choice."""
    address = st.query_params
    days = address.get("hari", "14")
    topic, region = address.get("topik"), address.get("wilayah")
    try:
        start = datetime.fromisoformat(address["mulai"]) if "mulai" in address else None
    except ValueError:
        start = None
    if start is not None and start.tzinfo is None:
        start = start.replace(tzinfo=ZONES[zone])
    return View(
        text=address.get("kueri", "")[:2000],
        days=int(days) if days.isdigit() and int(days) in RANGES else 14,
        topic=topic if topic in TOPICS else None,
        region=region if region and shared_gazetteer().get(region) else None,
        start=start,
    )


def range_of(view: View, *, now: datetime, zone: str) -> tuple[datetime, datetime]:
    """The time range: whole local days that end with today, or the last 24 whole hours."""
    if view.days == 1:
        until = now.astimezone(ZONES[zone]).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        return until - timedelta(hours=24), until
    until = start_of_day(now, zone) + timedelta(days=1)
    return until - timedelta(days=view.days), until


def show_question(view: View, language: Language) -> None:
    """The sidebar's part: words and range."""
    st.html(f'<div class="kt-side">{say("question", language)}</div>')

    def keep_query() -> None:
        set_parameter("kueri", st.session_state["query"] or None)
        set_parameter("mulai", None)

    def keep_days() -> None:
        set_parameter("hari", str(st.session_state["days"] or 14))
        set_parameter("mulai", None)

    st.text_input(
        say("query", language),
        value=view.text,
        key="query",
        placeholder=say("query_placeholder", language),
        help=say("query_hint", language),
        max_chars=2000,
        on_change=keep_query,
    )
    st.radio(
        say("range", language),
        RANGES,
        index=RANGES.index(view.days),
        format_func=lambda days: say(f"range_{days}", language),
        key="days",
        on_change=keep_days,
    )
    if view.text or view.topic or view.region or view.start:
        st.button(say("reset", language), key="reset", on_click=forget_filters, width="stretch")


def forget_filters() -> None:
    for name in ("kueri", "topik", "wilayah", "mulai"):
        set_parameter(name, None)
    st.session_state["query"] = ""


def toggle(name: str, key: str, chosen: str | None) -> None:
    """Choose what was pressed; pressing the chosen one again lets it go. Draws the page anew."""
    set_parameter(name, None if key == chosen else key)
    st.session_state.pop("shown", None)
    st.rerun()


def show_trends(settings: Settings, *, language: Language, sidebar: DeltaGenerator) -> None:
    """The whole page."""
    zone = settings.zone
    now = datetime.now(UTC)
    view = read_view(zone)
    with sidebar:
        show_question(view, language)
    since, until = range_of(view, now=now, zone=zone)
    query = Query(
        text=view.text,
        since=since,
        until=until,
        topics=(view.topic,) if view.topic else (),
        regions=(view.region,) if view.region else (),
    )
    try:
        newest = newest_moment()
        if newest is None:
            show_top(None, since, until, language=language, zone=zone, now=now)
            show_state(say("empty_store", language), say("empty_store_hint", language))
            return
        if not may_ask_for_authors(query, language=language):
            return
        overview = load_overview(query, step=view.step, zone=zone)
        show_top(overview, since, until, language=language, zone=zone, now=now)
        left, right = st.columns([1.9, 1], gap="small")
        with left:
            show_trend(overview, view, query, language=language, zone=zone)
            show_behind(query, view, language=language, zone=zone)
        with right:
            show_tallies(overview, view, language=language)
    except KentonganError as error:
        show_fault(error, language)
        return
    with st.expander(say("about", language)):
        st.markdown(say("about_text", language, model=overview.model or say("no_model", language)))


def show_top(
    overview: Overview | None, since: datetime, until: datetime, *, language: Language, zone: str, now: datetime
) -> None:
    """Title, range, age, and the mark of invented data."""
    mark = ""
    if overview is not None and overview.sample:
        hint = say("sample_hint", language)
        mark = f'<span class="kt-sample" title="{hint}">{say("sample", language)}</span>'
    first = format_day(since, zone=zone, language=language)
    last = format_day(until - timedelta(seconds=1), zone=zone, language=language)
    as_of = f"{say('as_of', language)} {format_time(now, zone=zone, language=language)}"
    st.html(f'<div class="kt-top"><h1>{say("title", language)}</h1>{mark}<span>{first} – {last} · {as_of}</span></div>')


def show_trend(overview: Overview, view: View, query: Query, *, language: Language, zone: str) -> None:
    """Headline and chart: how people feel, over time, with what is missing and the complaints below."""
    with st.container(key="card-trend"):
        st.html(card_title(say(f"chart_{view.step}", language), say("chart_against", language)))
        st.html(headline(overview, language) + voice_line(load_voice(query, step=view.step, zone=zone), language))
        chosen = view.start.isoformat() if view.start else None
        drawn = draw_trend(
            overview.posts,
            overview.complaints,
            step=view.step,
            zone=zone,
            language=language,
            chosen=chosen,
            today=view.step == "day",
        )
        if pressed := draw_clickable(drawn, key="trend"):
            toggle("mulai", pressed, chosen)


def show_tallies(overview: Overview, view: View, *, language: Language) -> None:
    """Topics and districts, each with posts beside complaints."""
    with st.container(key="card-topics"):
        st.html(card_title(say("topics", language), say("topics_against", language)))
        if overview.topics:
            if pressed := draw_clickable(topic_rows(overview.topics, language, chosen=view.topic), key="topics"):
                toggle("topik", pressed, view.topic)
        else:
            show_state(say("empty_match", language), say("unread_hint", language))
    with st.container(key="card-regions"):
        st.html(card_title(say("regions", language), say("regions_against", language)))
        rows = region_rows(overview.regions[:MAX_REGIONS], overview.unplaced, language, chosen=view.region)
        if pressed := draw_clickable(rows, key="regions"):
            toggle("wilayah", pressed, view.region)


def show_chosen(view: View, language: Language, zone: str) -> None:
    """What is chosen, each as a button that lets it go."""
    gazetteer = shared_gazetteer()
    chosen: list[tuple[str, str]] = []
    if view.start:
        words = short_day(view.start, language)
        if view.step == "hour":
            words = f"{words} {short_hour(view.start, language)} {zone}"
        chosen.append(("mulai", words))
    if view.topic:
        chosen.append(("topik", say(view.topic, language)))
    if view.region:
        region = gazetteer.get(view.region)
        chosen.append(("wilayah", region.name if region else view.region))
    if chosen:
        with st.container(horizontal=True, gap="small"):
            for name, words in chosen:
                st.button(
                    f"{words} ✕",
                    key=f"drop-{name}",
                    on_click=set_parameter,
                    args=(name, None),
                    help=say("remove", language),
                )


def place_of(record: Record) -> str | None:
    """Name of the district a document is counted under."""
    said = record.labels.get("region")
    if said is not None and (said.by_person or record.document.region is None):
        code = None if said.abstained else said.value
    else:
        code = record.document.region
    region = shared_gazetteer().get(code) if code else None
    return region.name if region else None


def readable_kinds() -> dict[str, tuple[Kind, ...]]:
    """What may be read behind a bar: complaints only by roles that see their page."""
    if may_read_complaints(visitor_role(now=datetime.now(UTC))):
        return KIND_CHOICES
    others = tuple(kind for kind in KINDS if kind != "complaint")
    return {key: kinds or others for key, kinds in KIND_CHOICES.items() if key != "kind_complaints"}


def show_behind(query: Query, view: View, *, language: Language, zone: str) -> None:
    """The documents behind what is chosen, newest first."""
    with st.container(key="card-behind"):
        st.html(card_title(say("behind", language)))
        show_chosen(view, language, zone)
        choices = readable_kinds()
        kind = st.segmented_control(
            say("behind", language),
            list(choices),
            default="kind_posts",
            required=True,
            format_func=lambda key: say(key, language),
            key="kind",
            label_visibility="collapsed",
        )
        narrowed = replace(query, kinds=choices[kind or "kind_posts"])
        if view.start is not None:
            narrowed = replace(narrowed, since=view.start, until=view.start + STEPS[view.step])
        limit = st.session_state.get("shown", PAGE_POSTS)
        records, total = load_posts(narrowed, limit=limit)
        if not records:
            show_state(say("empty_match", language), say("empty_match_hint", language))
            return
        counted = say("shown", language, shown=len(records), total=format_number(total, language=language))
        held = held_in([record.document.id for record in records])
        dangers = load_dangers([record.document.id for record in records], now=datetime.now(UTC))
        cards, public = [], load_public()
        for record in records:
            danger = post_danger_chip(dangers.get(record.document.id), language)
            act = danger + secure_button(record.document.id, held.get(record.document.id), language)
            place = place_of(record)
            cards.append(post_card(record, zone=zone, language=language, place=place, act=act, public=public))
        if pressed := draw_clickable(f'<p class="kt-note">{counted}</p>{"".join(cards)}', key="posts"):
            secure_pressed(pressed, language)
        if total > len(records) and limit < MAX_SHOWN:
            st.button(say("more", language, count=PAGE_POSTS), key="more", on_click=show_more)


def secure_pressed(document: str, language: Language) -> None:
    """Secure the post whose button was pressed, say where it went, and draw the page anew."""
    try:
        case = secure_post(document, now=datetime.now(UTC))
    except KentonganError as error:
        show_state(say("secure_refused", language), str(error))
        return
    st.toast(say("secured", language, case=case), icon="✅")
    st.rerun()


def show_more() -> None:
    st.session_state["shown"] = st.session_state.get("shown", PAGE_POSTS) + PAGE_POSTS
