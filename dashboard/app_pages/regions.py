"""Regions and indicators: a map of the districts, their ranking, what is known of the chosen one, its indicators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from html import escape

import streamlit as st

from casework.complaints.records import Complaint
from dashboard.cards import DECIDED, FEW_POSTS, share, share_range, stacked
from dashboard.clickable import draw_clickable
from dashboard.data import holds_samples, load_region_complaints, load_region_tallies, newest_moment, shared_gazetteer
from dashboard.frame import card_title, set_parameter, show_fault, show_state
from dashboard.indicator_cards import show_indicators
from dashboard.map_panel import show_map
from dashboard.region_desk import (
    MEASURES,
    TONES,
    Measure,
    RegionLine,
    choose_regions,
    figure_of,
    load_red,
    map_values,
    rank_lines,
    sum_regions,
    words_of,
)
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.numbers import format_number
from kentongan.regions import Region
from kentongan.settings import Settings
from kentongan.times import format_day, format_last_day, format_time, start_of_day

RANGES = (7, 14, 30, 90)
"""Days a range may span."""

DEFAULT_RANGE = 30
"""Days shown at first: districts have few posts a week."""


def show_regions(settings: Settings, *, language: Language) -> None:
    """The whole page. The choices stand in the address: ``ukuran``, ``hari``, ``wilayah`` (chosen), ``di`` (around)."""
    now = datetime.now(UTC)
    gazetteer = shared_gazetteer()
    asked = st.query_params.get("hari", "")
    days = int(asked) if asked.isdigit() and int(asked) in RANGES else DEFAULT_RANGE
    measure = next((one for one in MEASURES if one == st.query_params.get("ukuran")), MEASURES[0])
    around = gazetteer.get(st.query_params.get("di", "")) or gazetteer.get(settings.region)
    regions = choose_regions(gazetteer, around.code if around else None)
    chosen = next((one for one in regions if one.code == st.query_params.get("wilayah")), None)
    until = start_of_day(now, settings.zone) + timedelta(days=1)
    since = until - timedelta(days=days)
    place = st.container()
    try:
        sample = holds_samples(since=since, until=until)
        tallies = load_region_tallies(since=since, until=until)
        complaints = load_region_complaints(now.replace(second=0, microsecond=0))
        empty = newest_moment() is None and not complaints
    except KentonganError as error:
        with place:
            show_head(around, since, until, sample=False, language=language, zone=settings.zone, now=now)
        show_fault(error, language)
        return
    with place:
        show_head(around, since, until, sample=sample, language=language, zone=settings.zone, now=now)
    if empty:
        show_state(say("empty_store", language), say("empty_store_hint", language))
        return
    show_choices(measure, days, language)
    lines = sum_regions(regions, tallies, complaints)
    left, right = st.columns([1.25, 1], gap="small")
    with left:
        show_map_card(lines, measure, chosen, language=language)
    with right:
        if chosen is not None:
            line = next(one for one in lines if one.region.code == chosen.code)
            show_chosen(line, language=language, zone=settings.zone, now=now)
        show_ranking(lines, measure, chosen, language=language)
    subject = chosen or around
    if subject is not None:
        st.html(f'<h2 class="kt-part">{escape(say("region_indicators", language, name=subject.name))}</h2>')
        show_indicators(subject.code, settings=settings, language=language, now=now)


def show_head(
    around: Region | None,
    since: datetime,
    until: datetime,
    *,
    sample: bool,
    language: Language,
    zone: str,
    now: datetime,
) -> None:
    """Title, the region around, range and age, and the mark of invented data."""
    hint = escape(say("sample_hint", language), quote=True)
    mark = f'<span class="kt-sample" title="{hint}">{say("sample", language)}</span>' if sample else ""
    name = around.name if around else say("region_country", language)
    first = format_day(since, zone=zone, language=language)
    last = format_day(until - timedelta(seconds=1), zone=zone, language=language)
    as_of = f"{say('as_of', language)} {format_time(now, zone=zone, language=language)}"
    st.html(
        f'<div class="kt-top"><h1>{say("regions_title", language)}</h1>{mark}'
        f"<span>{escape(name)} · {first} – {last} · {as_of}</span></div>"
    )


def show_choices(measure: Measure, days: int, language: Language) -> None:
    """What the map shows, and of how many days."""

    def keep_measure() -> None:
        set_parameter("ukuran", st.session_state["region-measure"])

    def keep_days() -> None:
        set_parameter("hari", str(st.session_state["region-days"]))

    with st.container(horizontal=True, gap="medium"):
        st.segmented_control(
            say("region_measure", language),
            list(MEASURES),
            default=measure,
            required=True,
            format_func=lambda one: say(f"region_by_{one}", language),
            key="region-measure",
            on_change=keep_measure,
            label_visibility="collapsed",
            width="content",
        )
        st.segmented_control(
            say("range", language),
            list(RANGES),
            default=days,
            required=True,
            format_func=lambda one: say("region_days", language, count=one),
            key="region-days",
            on_change=keep_days,
            label_visibility="collapsed",
            width="content",
        )


def show_map_card(lines: Sequence[RegionLine], measure: Measure, chosen: Region | None, *, language: Language) -> None:
    """The map with what its colours mean."""
    with st.container(key="card-map"):
        title = say(f"region_map_{measure}", language)
        st.html(card_title(title, say("region_map_against", language)))
        try:
            pressed = show_map(
                map_values(lines, measure, language),
                key="region-map",
                language=language,
                tone=TONES[measure],
                chosen=chosen.code if chosen else None,
                label=title,
            )
        except KentonganError as error:
            show_state(say("region_map_refused", language), str(error))
            return
        note = say(f"region_legend_{measure}", language, least=FEW_POSTS)
        st.html(f'<p class="kt-note kt-legend-note">{escape(note)}</p>')
        if pressed:
            choose(pressed, chosen)


def choose(pressed: str, chosen: Region | None) -> None:
    """Choose what was pressed; pressing the chosen one again lets it go. Draws the page anew."""
    set_parameter("wilayah", None if chosen and chosen.code == pressed else pressed)
    st.rerun()


def show_ranking(lines: Sequence[RegionLine], measure: Measure, chosen: Region | None, *, language: Language) -> None:
    """All regions in a table, by the measure."""
    with st.container(key="card-ranking"):
        st.html(card_title(say("region_ranking", language), say(f"region_by_{measure}", language)))
        pressed = draw_clickable(
            ranking_rows(lines, measure, language, chosen=chosen.code if chosen else None), key="region-ranking"
        )
        unknown = sum(line.region.population is None for line in lines)
        if unknown:
            st.html(f'<p class="kt-note">{escape(say("region_no_people", language, count=unknown))}</p>')
        if pressed:
            choose(pressed, chosen)


def ranking_rows(lines: Sequence[RegionLine], measure: Measure, language: Language, *, chosen: str | None) -> str:
    """The table as buttons: name, sentiment, negative share, posts, complaints, overdue ones and their rate."""
    heads = ("region_col_name", "", "region_col_negative", "posts", "complaints", "region_col_red", "region_col_rate")
    parts = [f"<span>{escape(say(head, language)) if head else ''}</span>" for head in heads]
    rows = [f'<div class="kt-row head" aria-hidden="true">{"".join(parts)}</div>']
    largest = max((line.posts for line in lines), default=0) or 1
    for line in rank_lines(lines, measure):
        words = escape(f"{line.region.name}: {words_of(line, language)}", quote=True)
        rate = line.per_people(line.red)
        late = ' class="late"' if line.red else ""
        rows.append(
            f'<div class="kt-row" data-key="{escape(line.region.code, quote=True)}" tabindex="0" role="button" '
            f'aria-pressed="{"true" if line.region.code == chosen else "false"}" aria-label="{words}" title="{words}">'
            f'<span class="kt-name">{escape(line.region.name)}</span>{stacked(line.sentiment, largest)}'
            f'<b class="neg-t">{figure_of(line, "sentiment", language)}</b>'
            f"<b>{format_number(line.posts, language=language)}</b>"
            f'<b class="cmp-t">{format_number(line.complaints, language=language)}</b>'
            f"<b{late}>{format_number(line.red, language=language)}</b>"
            f"<b{late}>{'–' if rate is None else format_number(rate, language=language, decimals=1)}</b></div>"
        )
    return f'<div class="kt-rows places">{"".join(rows)}</div>'


def show_chosen(line: RegionLine, *, language: Language, zone: str, now: datetime) -> None:
    """The chosen region: people, posts, complaints, the overdue ones, and where to read on."""
    region = line.region
    with st.container(key="card-region"):
        people = (
            say("region_people", language, count=format_number(region.population, language=language))
            if region.population
            else say("region_people_unknown", language)
        )
        st.html(card_title(region.name, people))
        st.html(region_facts(line, language))
        try:
            red = load_red(region.code, now=now)
        except KentonganError as error:
            show_fault(error, language)
            red = []
        if red:
            items = "".join(red_item(one, zone=zone, language=language) for one in red)
            more = line.red - len(red)
            rest = f'<p class="kt-note">{escape(say("region_red_more", language, count=more))}</p>' if more > 0 else ""
            st.html(f'<div class="kt-family">{escape(say("region_red_list", language))}</div>')
            st.html(f'<div class="kt-red">{items}</div>{rest}')
        with st.container(horizontal=True, gap="small"):
            kept = f"&bahasa={language}" if "bahasa" in st.query_params else ""
            address = f"tren?wilayah={escape(region.code, quote=True)}{kept}"
            st.html(f'<a class="kt-go" href="{address}" target="_self">{escape(say("region_read", language))}</a>')
            if shared_gazetteer().children(region.code):
                st.button(say("region_inside", language), key="region-inside", on_click=go_inside, args=(region.code,))
            if "di" in st.query_params:
                st.button(say("region_back", language), key="region-back", on_click=go_inside, args=(None,))


def red_item(one: Complaint, *, zone: str, language: Language) -> str:
    """An overdue complaint in a list: number, words, deadline."""
    due = (
        ""
        if one.due_at is None
        else say("region_due", language, day=format_last_day(one.due_at, zone=zone, language=language))
    )
    return f"<div><b>{escape(one.number)}</b> {escape(one.title or one.text[:90])}<small>{escape(due)}</small></div>"


def region_facts(line: RegionLine, language: Language) -> str:
    """Sentiment with its range, and the counts, as HTML."""
    parts = ['<div class="kt-head">']
    for label, style in zip(DECIDED, ("neg", "neu", "pos"), strict=True):
        value = share(line.sentiment, label) if line.decided >= FEW_POSTS else None
        number = "–" if value is None else f"{round(100 * value)}<small>%</small>"
        parts.append(f'<div class="kt-big small {style}-t"><b>{number}</b><span>{say(label, language)}</span>')
        if value is not None:
            low, high = share_range(line.sentiment, label)
            parts.append(f"<em>{say('between', language, low=low, high=high)}</em>")
        parts.append("</div>")
    late = ' class="late"' if line.red else ""
    counts = (
        f"<div><b>{format_number(line.posts, language=language)}</b> {say('posts', language)}</div>"
        f"<div><b>{format_number(line.complaints, language=language)}</b> {say('complaints', language)}</div>"
        f"<div><b>{format_number(line.open, language=language)}</b> {say('region_open', language)}</div>"
        f"<div><b{late}>{format_number(line.red, language=language)}</b> {say('region_red', language)}</div>"
    )
    few = ""
    if line.decided < FEW_POSTS:
        few = f"<div><i>{escape(say('region_few', language, least=FEW_POSTS))}</i></div>"
    return "".join([*parts, f'<div class="kt-facts">{counts}{few}</div></div>'])


def go_inside(code: str | None) -> None:
    """Show the regions inside this one; None goes back to the installation's."""
    set_parameter("di", code)
    set_parameter("wilayah", None)
