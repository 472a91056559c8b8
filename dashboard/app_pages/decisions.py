"""Decisions: all that is known of one topic or district on one page, the options, and the decision with its reason."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import escape

import streamlit as st

from casework.followups.decisions import MAX_OPTION, MAX_QUESTION
from casework.followups.past import Scope
from dashboard.author_gate import may_ask_for_authors
from dashboard.cards import headline
from dashboard.charts import draw_trend
from dashboard.clickable import draw_clickable
from dashboard.data import shared_gazetteer
from dashboard.decision_desk import (
    DecisionView,
    followed_words,
    indicator_words,
    load_decision,
    make_sheet,
    record,
    took_words,
)
from dashboard.frame import card_title, set_parameter, show_fault, show_state
from dashboard.rumour_desk import draw_links, scope_rumours
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.numbers import format_number
from kentongan.schema import TOPICS, Query
from kentongan.settings import Settings
from kentongan.times import format_day, format_last_day, format_time, start_of_day

RANGES = (7, 14, 30, 90)
"""Days a range may span."""
DEFAULT_RANGE = 30
UNPRESSED = re.compile(r'data-key="[^"]*" tabindex="0" role="button" aria-pressed="false"')
"""What makes a column of the chart a button."""
RUMOUR_COMPLAINTS = 2
"""Complaints named beside a rumour; the rest are counted."""
OPTIONS = 3
"""Options that have a field on the page; more are recorded in a second decision."""


def show_decisions(settings: Settings, *, language: Language) -> None:
    """The whole page. The address keeps ``topik``, ``wilayah``, ``kueri`` and ``hari``."""
    now = datetime.now(UTC)
    scope, days = show_question(settings, language)
    if scope.topic is None and scope.region is None and not scope.words:
        show_state(say("decisions_choose", language), say("decisions_choose_hint", language))
        return
    until = start_of_day(now, settings.zone) + timedelta(days=1)
    try:
        if not may_ask_for_authors(Query(text=scope.words), language=language):
            return
        view = load_decision(scope, since=until - timedelta(days=days), until=until, now=now)
    except KentonganError as error:
        show_fault(error, language)
        return
    left, right = st.columns([1.45, 1], gap="small")
    with left:
        show_trend(view, settings, language)
        show_past(view, settings, language)
    with right:
        show_complaints(view, settings, language)
        show_indicators(view, settings, language)
        show_scope_rumours(view, settings, language)
    show_recording(view, language, now=now)
    show_earlier(view, settings, language, now=now)


def show_question(settings: Settings, language: Language) -> tuple[Scope, int]:
    """The heading and the four choices; what is chosen stands in the address."""
    gazetteer, address = shared_gazetteer(), st.query_params
    topic = address.get("topik") if address.get("topik") in TOPICS else None
    region = address.get("wilayah") if gazetteer.get(address.get("wilayah", "")) else None
    asked = address.get("hari", "")
    days = int(asked) if asked.isdigit() and int(asked) in RANGES else DEFAULT_RANGE
    st.html(
        f'<div class="kt-top"><h1>{say("decisions_title", language)}</h1>'
        f"<span>{say('decisions_against', language)}</span></div>"
    )
    places = [one.code for one in gazetteer.children(settings.region or None)]
    if region is not None and region not in places:
        places = [region, *places]

    def keep(name: str, key: str) -> None:
        set_parameter(name, str(st.session_state[key]) if st.session_state[key] else None)

    def name_of(code: str | None) -> str:
        found = gazetteer.get(code) if code else None
        return found.name if found is not None else say("decisions_any_region", language)

    with st.container(key="card-decision-question"):
        columns = st.columns([1.2, 1.2, 1.4, 1], gap="small")
        columns[0].selectbox(
            say("decisions_topic", language), [None, *TOPICS], index=[None, *TOPICS].index(topic), key="decide-topic",
            format_func=lambda one: say(one or "decisions_any_topic", language), on_change=keep,
            args=("topik", "decide-topic"),
        )  # fmt: skip
        columns[1].selectbox(
            say("decisions_region", language), [None, *places], index=[None, *places].index(region),
            key="decide-region", format_func=name_of, on_change=keep, args=("wilayah", "decide-region"),
        )  # fmt: skip
        columns[2].text_input(
            say("decisions_words", language), address.get("kueri", "")[:2000], key="decide-words", max_chars=2000,
            placeholder=say("query_placeholder", language), on_change=keep, args=("kueri", "decide-words"),
        )  # fmt: skip
        columns[3].selectbox(
            say("decisions_range", language), RANGES, index=RANGES.index(days), key="decide-days",
            format_func=lambda one: say("decisions_days", language, days=one), on_change=keep,
            args=("hari", "decide-days"),
        )  # fmt: skip
    return Scope(topic=topic, region=region, words=address.get("kueri", "")[:2000]), days


def show_trend(view: DecisionView, settings: Settings, language: Language) -> None:
    """Sentiment over time, with its missing share and the complaints below."""
    with st.container(key="card-decision-trend"):
        st.html(card_title(say("decisions_trend", language), say("decisions_trend_against", language)))
        if not view.overview.kinds:
            show_state(say("empty_match", language), say("empty_match_hint", language))
            return
        st.html(headline(view.overview, language))
        drawn = draw_trend(
            view.overview.posts, view.overview.complaints, step="day", zone=settings.zone, language=language, today=True
        )
        # Nothing to press here: the posts behind a column are on the page of trends.
        draw_clickable(UNPRESSED.sub('role="img"', drawn), key="decision-trend")


def show_complaints(view: DecisionView, settings: Settings, language: Language) -> None:
    """Open and overdue complaints, who finished how many and how fast."""
    with st.container(key="card-decision-complaints"):
        st.html(
            card_title(say("decisions_complaints", language), say("decisions_complaints_hint", language))
            + '<div class="kt-facts">'
            + fact(say("decisions_open", language), format_number(view.open, language=language))
            + fact(say("decisions_red", language), format_number(view.red, language=language), late=view.red > 0)
            + fact(say("decisions_finished", language), format_number(view.finished, language=language))
            + "</div>"
        )
        if view.red_complaints:
            items = []
            for one in view.red_complaints:
                due = format_last_day(one.due_at, zone=settings.zone, language=language) if one.due_at else ""
                title = " ".join((one.title or one.text).split())[:100]
                items.append(
                    f"<li><b>{escape(one.number)}</b> {escape(title)}"
                    f"<small>{escape(say('followup_late', language, day=due))}</small></li>"
                )
            st.html(f'<ul class="kt-red">{"".join(items)}</ul>')
        lines = []
        for agency in view.agencies:
            words = say(
                "decisions_agency_line", language, agency=agency.agency,
                count=format_number(agency.finished, language=language),
                days=format_number(agency.median_days, language=language, decimals=1),
            )  # fmt: skip
            if agency.rating is not None:
                rating = format_number(agency.rating, language=language, decimals=1)
                words += f" · {say('decisions_rating', language, rating=rating)}"
            lines.append(f"<li>{escape(words)}</li>")
        none = f'<p class="kt-note">{say("decisions_no_finished", language)}</p>'
        st.html(f'<ul class="kt-list">{"".join(lines)}</ul>' if lines else none)


def fact(name: str, value: str, *, late: bool = False) -> str:
    """A number with its word, in red where it is overdue."""
    return f"<span><b{' class=late' if late else ''}>{escape(value)}</b> {escape(name)}</span>"


def show_indicators(view: DecisionView, settings: Settings, language: Language) -> None:
    """The newest indicators of the district, or of the whole region."""
    gazetteer = shared_gazetteer()
    place = gazetteer.get(view.scope.region or settings.region)
    with st.container(key="card-decision-indicators"):
        against = say("decisions_indicators_against", language, place=place.name if place else "-")
        st.html(card_title(say("decisions_indicators", language), against))
        if not view.indicators:
            show_state(say("decisions_indicators_none", language), say("decisions_indicators_hint", language))
            return
        items = [
            f"<li>{escape(one.name)}: <b>{escape(indicator_words(one, language, zone=settings.zone))}</b></li>"
            for one in view.indicators
        ]
        st.html(f'<ul class="kt-list">{"".join(items)}</ul>')


def show_scope_rumours(view: DecisionView, settings: Settings, language: Language) -> None:
    """Rumours of the topic or district and the complaints that may feed them; nothing where there are none."""
    scope = view.scope
    if scope.topic is None and scope.region is None:
        return
    if not (links := scope_rumours(scope.topic, scope.region, since=view.since, until=view.until)):
        return
    with st.container(key="card-decision-rumours"):
        st.html(card_title(say("rumour_scope", language), say("rumour_scope_against", language)))
        st.html(draw_links(links, language, zone=settings.zone, named=RUMOUR_COMPLAINTS))


def show_past(view: DecisionView, settings: Settings, language: Language) -> None:
    """What was done before, how long it took, what followed."""
    with st.container(key="card-decision-past"):
        st.html(card_title(say("decisions_past", language), say("decisions_past_against", language)))
        if not view.past:
            show_state(say("decisions_past_none", language), say("decisions_past_none_hint", language))
            return
        rows = []
        for act in view.past:
            late = f'<span class="kt-clock late">{say("past_late", language)}</span>' if act.late else ""
            began = format_day(act.began_at, zone=settings.zone, language=language)
            followed = followed_words(act, language)
            meta = " · ".join(
                escape(part)
                for part in (say(f"past_{act.kind}", language), act.who, began, took_words(act, language), followed)
                if part and part != "-"
            )
            result = f'<p dir="auto">{escape(act.result)}</p>' if act.result else ""
            rows.append(
                f'<article class="kt-post"><div class="kt-meta"><b>{act.number}</b> {escape(act.title)}</div>{result}'
                f'<div class="kt-chips"><small class="kt-note">{meta}</small>{late}</div></article>'
            )
        st.html("".join(rows) + f'<p class="kt-note">{say("decisions_past_note", language)}</p>')


def show_recording(view: DecisionView, language: Language, *, now: datetime) -> None:
    """Options as the person writes them, the one taken, the reason, and the one button."""
    with st.container(key="card-decision-record"):
        st.html(card_title(say("decisions_record", language), say("decisions_record_against", language)))
        with st.form("decision", border=False, enter_to_submit=False, clear_on_submit=False):
            question = st.text_input(say("decisions_question", language), key="decide-question", max_chars=MAX_QUESTION)
            columns = st.columns(OPTIONS, gap="small")
            options = [
                column.text_input(
                    say("decisions_option", language, number=number), key=f"decide-option-{number}",
                    max_chars=MAX_OPTION,
                )
                for number, column in enumerate(columns, 1)
            ]  # fmt: skip
            chosen = st.radio(
                say("decisions_chosen", language), range(OPTIONS), index=None, horizontal=True, key="decide-chosen",
                format_func=lambda at: say("decisions_option", language, number=at + 1),
            )  # fmt: skip
            reason = st.text_area(say("decisions_reason", language), key="decide-reason", height=90)
            pressed = st.form_submit_button(say("decisions_do_record", language), type="primary", key="decide-do")
        about = f"topic:{view.scope.topic}" if view.scope.topic else ""
        about += f"&wilayah={view.scope.region}" if view.scope.region else ""
        kept = f"&bahasa={st.query_params['bahasa']}" if "bahasa" in st.query_params else ""
        st.html(
            f'<p class="kt-note"><a href="tindak-lanjut?tentang={about}{kept}" target="_self">'
            f"{say('decisions_assign', language)}</a></p>"
        )
        if not pressed:
            return
        given = [(at, option) for at, option in enumerate(options) if option.strip()]
        taken = next((place for place, (at, _) in enumerate(given) if at == chosen), -1)
        try:
            made = record(
                view, question=question, options=[option for _, option in given], chosen=taken, reason=reason, now=now
            )
        except KentonganError as error:
            show_state(say("decisions_refused", language), str(error))
            return
    st.toast(say("decisions_recorded", language, number=made.number), icon="✅")
    st.rerun()


def show_earlier(view: DecisionView, settings: Settings, language: Language, *, now: datetime) -> None:
    """Decisions of this scope, each with its sheet."""
    if not view.decisions:
        return
    gazetteer = shared_gazetteer()
    with st.container(key="card-decision-earlier"):
        st.html(card_title(say("decisions_earlier", language)))
        for one in view.decisions:
            at = format_time(one.at, zone=settings.zone, language=language)
            st.html(
                f'<article class="kt-post"><div class="kt-meta"><b>{one.number}</b> · {escape(at)} · '
                f"{escape(one.name)}</div><h4>{escape(one.question)}</h4>"
                f'<div class="kt-chips"><span class="chip decided">✓ {escape(one.choice)}</span></div>'
                f'<p dir="auto">{escape(one.reason)}</p></article>'
            )
            place = gazetteer.get(one.region) if one.region else None
            st.download_button(
                say("decisions_sheet", language, number=one.number),
                lambda one=one, place=place: make_sheet(  # type: ignore[misc]
                    one, topic=say(one.topic, "id") if one.topic else None, place=place.name if place else None,
                    now=now,
                ),
                file_name=f"lembar-keputusan-{one.number}.pdf", mime="application/pdf", key=f"sheet-{one.id}",
            )  # fmt: skip
