"""Issues: what rises beyond the usual, with its hours, its why, its story, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape

import streamlit as st

from casework.trends.records import IssueReason, IssueState, parse_issue
from dashboard.app_pages.trends import RANGES as TREND_RANGES
from dashboard.app_pages.trends import place_of
from dashboard.cards import post_card
from dashboard.clickable import draw_clickable
from dashboard.data import shared_gazetteer
from dashboard.explore_desk import load_public
from dashboard.frame import card_title, set_parameter, show_fault, show_state
from dashboard.issue_cards import (
    count_words,
    draw_timeline,
    issue_rows,
    reason_parts,
    since_words,
    state_chip,
    surprise_words,
)
from dashboard.issue_desk import (
    DEFAULT_DAYS,
    RANGES,
    IssueLine,
    IssueView,
    address_of,
    any_issue,
    in_words,
    is_known,
    load_example,
    load_issues,
    look_at_issue,
    question_of,
)
from dashboard.links import hoax_desk_link
from dashboard.rumour_desk import draw_links, scope_rumours, story_rumours
from dashboard.words import Language, say
from kentongan.errors import KentonganError, NotFound
from kentongan.numbers import format_number
from kentongan.schema import TOPICS, Query
from kentongan.settings import Settings
from kentongan.times import format_day, format_time

STATES: dict[str, IssueState | None] = {"semua": None, "naik": "rising"}
"""Value of ``keadaan`` in the address: the state of the issues shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the visitor asked for, as the address says it; nonsense in it counts as no choice."""

    days: int
    state: str
    topic: str | None
    region: str | None
    chosen: int | None

    @property
    def narrowed(self) -> bool:
        return self.topic is not None or self.region is not None or STATES[self.state] is not None


def read_filters() -> Filters:
    address = st.query_params
    days, state = address.get("hari", ""), address.get("keadaan", "")
    topic, region = address.get("topik"), address.get("wilayah", "")
    try:
        chosen = parse_issue(address["isu"]) if "isu" in address else None
    except NotFound:
        chosen = None
    return Filters(
        days=int(days) if days.isdigit() and int(days) in RANGES else DEFAULT_DAYS,
        state=state if state in STATES else "semua",
        topic=topic if topic in TOPICS else None,
        region=region if shared_gazetteer().get(region) else None,
        chosen=chosen,
    )


def show_issues(settings: Settings, *, language: Language) -> None:
    """The whole page. The address keeps ``hari``, ``keadaan``, ``topik``, ``wilayah``, ``isu`` and ``contoh``."""
    now = datetime.now(UTC)
    filters = read_filters()
    until = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    since = until - timedelta(days=filters.days)
    try:
        lines = load_issues(
            since=since, until=until, state=STATES[filters.state], topic=filters.topic, region=filters.region
        )
        show_top(lines, since, until, settings, language=language)
        show_filters(filters, settings, language)
        if not lines and filters.chosen is None:
            others = filters.narrowed and any_issue(since=since, until=until)
            none = "issues_none_filter" if others else "issues_none"
            show_state(say(none, language), say(f"{none}_hint", language))
            return
        chosen = filters.chosen if filters.chosen is not None else lines[0].issue.id
        left, right = st.columns([1, 1.55], gap="small")
        with left, st.container(key="card-issues"):
            show_list(lines, chosen, since, settings, language=language)
        with right:
            show_issue(chosen, settings, language=language, now=now)
    except KentonganError as error:
        show_fault(error, language)


def show_top(
    lines: list[IssueLine], since: datetime, until: datetime, settings: Settings, *, language: Language
) -> None:
    """Title, range, and the mark of invented data."""
    mark = ""
    if any(line.issue.sample for line in lines):
        hint = say("sample_hint", language)
        mark = f'<span class="kt-sample" title="{hint}">{say("sample", language)}</span>'
    days = " – ".join(
        format_day(one, zone=settings.zone, language=language) for one in (since, until - timedelta(seconds=1))
    )
    st.html(
        f'<div class="kt-top"><h1>{say("issues_title", language)}</h1>{mark}'
        f"<span>{say('issues_against', language)} · {days}</span></div>"
    )


def show_filters(filters: Filters, settings: Settings, language: Language) -> None:
    """Range, state, topic and district, each kept in the address."""

    def keep(name: str, key: str, usual: object) -> None:
        value = st.session_state[key]
        set_parameter(name, None if value in (None, usual) else str(value))
        set_parameter("isu", None)
        set_parameter("contoh", None)

    gazetteer = shared_gazetteer()
    regions = [region.code for region in gazetteer.children(settings.region)]
    if filters.region and filters.region not in regions:
        regions = [filters.region, *regions]
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="issue-filters"):
        st.segmented_control(
            say("issues_range", language), RANGES, default=filters.days, required=True, key="issue-days",
            label_visibility="collapsed",
            format_func=lambda days: say(f"range_{days}", language), on_change=keep,
            args=("hari", "issue-days", DEFAULT_DAYS),
        )  # fmt: skip
        st.segmented_control(
            say("issues_state", language), list(STATES), default=filters.state, required=True, key="issue-state",
            label_visibility="collapsed",
            format_func=lambda one: say("issues_state_rising" if one == "naik" else "issues_state_all", language),
            on_change=keep, args=("keadaan", "issue-state", "semua"),
        )  # fmt: skip
        st.selectbox(
            say("issues_topic", language), [None, *TOPICS], key="issue-topic", width=230,
            label_visibility="collapsed",
            index=0 if filters.topic is None else 1 + TOPICS.index(filters.topic),
            format_func=lambda one: say("issues_topic_all", language) if one is None else say(one, language),
            on_change=keep, args=("topik", "issue-topic", None),
        )  # fmt: skip
        st.selectbox(
            say("issues_region", language), [None, *regions], key="issue-region", width=200,
            label_visibility="collapsed",
            index=0 if filters.region is None else 1 + regions.index(filters.region),
            format_func=lambda code: say("issues_region_all", language) if code is None else region_name(code),
            on_change=keep, args=("wilayah", "issue-region", None),
        )  # fmt: skip


def region_name(code: str) -> str:
    """A district's name; its code where the gazetteer has it not."""
    region = shared_gazetteer().get(code)
    return region.name if region else code


def show_list(lines: list[IssueLine], chosen: int, since: datetime, settings: Settings, *, language: Language) -> None:
    """The issues, strongest first."""
    rising = sum(line.issue.state == "rising" for line in lines)
    st.html(
        card_title(
            say("issues_list", language),
            say("issues_list_against", language, count=len(lines), rising=rising),
        )
    )
    if not lines:
        show_state(say("issues_none_filter", language), say("issues_none_filter_hint", language))
        return
    names = {line.issue.region: region_name(line.issue.region) for line in lines if line.issue.region}
    rows = issue_rows(
        [(line.issue, line.agency, line.voices) for line in lines], names, language, chosen=chosen, since=since,
        zone=settings.zone,
    )  # fmt: skip
    if pressed := draw_clickable(rows, key="issues"):
        set_parameter("isu", pressed)
        set_parameter("contoh", None)
        st.rerun()


def show_issue(id: int, settings: Settings, *, language: Language, now: datetime) -> None:
    """One issue: what, how much, why, and what can be done."""
    try:
        view = look_at_issue(id, now=now)
    except NotFound as error:
        with st.container(key="card-issue"):
            show_state(say("issues_refused", language), str(error))
        return
    with st.container(key="card-issue"):
        show_head(view, settings, language=language)
        show_acts(view, language, now=now)
    with st.container(key="card-issue-time"):
        st.html(card_title(say("issue_time", language), say("issue_time_against", language)))
        if is_known(view.band):
            # Not st.html, which strips SVG.
            draw_clickable(
                draw_timeline(view.band, view.issue, start=view.start, language=language), key="issue-timeline"
            )
        else:
            show_state(say("issue_time_none", language), "")
    with st.container(key="card-issue-why"):
        show_why(view, settings, language=language)
    if view.story is not None:
        with st.container(key="card-issue-story"):
            show_story(view, settings, language=language)
    show_rumours(view, settings, language=language)


def show_head(view: IssueView, settings: Settings, *, language: Language) -> None:
    """Number, title, what is counted, and where it belongs."""
    issue = view.issue
    where = region_name(issue.region) if issue.region else say("issue_no_region", language)
    words = [
        *([say(issue.topic, language)] if issue.topic else []),
        where,
        view.agency or say("issue_no_agency", language),
        *([say("sample", language)] if issue.sample else []),
    ]
    chips = [state_chip(issue, language), *(f'<span class="chip state">{escape(one)}</span>' for one in words)]
    said = say(
        "issue_head", language, voices=count_words(issue.voices, language),
        posts=format_number(issue.posts, language=language), expected=count_words(issue.expected, language),
        surprise=surprise_words(issue.p, language),
    )  # fmt: skip
    st.html(
        card_title(issue.number, since_words(issue, language, zone=settings.zone))
        + f'<h4 class="kt-case-title" dir="auto">{escape(issue.title)}</h4><div class="kt-chips">{"".join(chips)}</div>'
        + f'<p class="kt-note">{escape(said)}</p>'
    )


def show_acts(view: IssueView, language: Language, *, now: datetime) -> None:
    """Where an issue goes from here: each a link that takes the question along."""
    issue, question = view.issue, question_of(view.issue)
    kept = language if "bahasa" in st.query_params else None
    give = say("issue_do_give_to", language, agency=view.agency) if view.agency else say("issue_do_give", language)
    about = {"tentang": f"topic:{issue.topic}"} if issue.topic else {"tentang": "topic:other"}
    links = [
        (give, address_of("tindak-lanjut", place_only(issue.region), language=kept, isu=str(issue.id), **about)),
        (
            say("issue_do_alert", language),
            address_of("peringatan", in_words(question), language=kept, isu=str(issue.id)),
        ),
        (
            say("issue_do_read", language),
            address_of("tren", question, language=kept, hari=str(reach(issue.opened_at, now=now))),
        ),
        (say("issue_do_complaints", language), address_of("aduan", place_only(issue.region), language=kept)),
    ]
    drawn = "".join(
        f'<a class="kt-go{" first" if not number else ""}" href="{escape(address, quote=True)}" target="_self">'
        f"{escape(words)}</a>"
        for number, (words, address) in enumerate(links)
    )
    st.html(f'<div class="kt-gos">{drawn}</div>')


def place_only(region: str | None) -> Query:
    """A question about a district and nothing else."""
    return Query(regions=(region,) if region else ())


def reach(opened: datetime, *, now: datetime) -> int:
    """Days that the page of trends must span to show an issue from its beginning."""
    age = (now - opened) / timedelta(days=1)
    return next((days for days in TREND_RANGES if age <= days - 1), TREND_RANGES[-1])


def show_why(view: IssueView, settings: Settings, *, language: Language) -> None:
    """What the issue has more of than the days before, and the example that was asked for."""
    st.html(card_title(say("issue_why", language), say("issue_why_against", language)))
    if not view.reasons:
        show_state(say("issue_why_none", language), "")
        return
    asked = st.query_params.get("contoh")
    drawn = reason_parts(view.reasons, lambda reason: value_name(reason, language), language, chosen=asked)
    if pressed := draw_clickable(drawn, key="issue-reasons"):
        set_parameter("contoh", None if pressed == asked else pressed)
        st.rerun()
    reason = find_reason(view, asked)
    if reason is None:
        return
    record = load_example(reason.example)
    if record is None:
        show_state(say("issue_example_gone", language), "")
        return
    st.html(
        f'<div class="kt-family">{say("issue_example", language)}</div>'
        + post_card(record, zone=settings.zone, language=language, place=place_of(record), public=load_public())
    )


def value_name(reason: IssueReason, language: Language) -> str:
    """What a reason's value is called: districts by name, topics in words."""
    if reason.what == "place":
        return region_name(reason.value)
    if reason.what == "complaint":
        return say(reason.value, language) if reason.value in TOPICS else region_name(reason.value)
    return reason.value


def find_reason(view: IssueView, asked: str | None) -> IssueReason | None:
    """The reason with an example that the address names ("term:0"); None where it names none."""
    what, _, number = (asked or "").partition(":")
    found = next((reasons for kind, reasons in view.reasons.items() if kind == what), ())
    if not number.isdigit() or len(number) > 3 or int(number) >= len(found):
        return None
    return found[int(number)] if found[int(number)].example else None


def show_story(view: IssueView, settings: Settings, *, language: Language) -> None:
    """The message that most of its posts copy, and where its spread and its verdict are read."""
    story = view.story
    assert story is not None
    st.html(card_title(say("issue_story", language), say("issue_story_against", language)))
    held = f'<span class="chip ask">{say("issue_story_held", language)}</span>' if view.held else ""
    first = format_time(story.first_published_at, zone=settings.zone, language=language)
    size = say("issue_story_size", language, count=format_number(story.items, language=language), time=first)
    st.html(f'<div class="kt-chips"><span class="kt-meta">{escape(size)}</span>{held}</div>')
    centre = load_example(story.centre)
    if centre is not None:
        drawn = post_card(centre, zone=settings.zone, language=language, place=place_of(centre), public=load_public())
        st.html(drawn)
    st.html(hoax_desk_link(story.id, language))


def show_rumours(view: IssueView, settings: Settings, *, language: Language) -> None:
    """Unresolved complaints that may feed its story, or rumours of its topic and district; nothing without any."""
    issue = view.issue
    if issue.story is not None:
        links = story_rumours(issue.story)
    elif issue.topic or issue.region:
        links = scope_rumours(issue.topic, issue.region, since=issue.opened_at, until=issue.last_at)
    else:
        return
    if links:
        with st.container(key="card-issue-rumours"):
            st.html(card_title(say("issue_rumours", language), say("issue_rumours_against", language)))
            st.html(draw_links(links, language, zone=settings.zone, titled=issue.story is None))
