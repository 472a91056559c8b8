"""The page Beranda: what changed since one last looked, and the way to each piece of work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import Final

import streamlit as st

from casework.accounts.sessions import SignedIn
from casework.agencies import find_agency, list_agencies
from casework.roles import Role
from casework.visits import Visit
from dashboard.data import FRESH_SECONDS, shared_casework
from dashboard.frame import set_parameter, show_state
from dashboard.home_cards import day_line, moment_words, panel_html, with_language
from dashboard.home_day import DeskDay, PostDay, load_desk_day, load_post_day
from dashboard.home_lines import (
    Telling,
    act_panel,
    alert_panel,
    complaint_panel,
    hoax_panel,
    incident_panel,
    issue_panel,
    task_panel,
)
from dashboard.home_panels import (
    SHOWN,
    load_act_lines,
    load_alert_lines,
    load_complaint_lines,
    load_hoax_lines,
    load_incident_lines,
    load_issue_lines,
    load_task_lines,
)
from dashboard.home_roles import EVERYBODY, FIRST_STEPS, PAGE_OF, PANELS, PanelName
from dashboard.home_side_panels import (
    load_accounts,
    load_machine,
    load_readings,
    machine_panel,
    model_panel,
    people_panel,
    source_panel,
)
from dashboard.home_visit import REACHES, Since, is_welcomed, keep_visit, read_reach, set_welcome, since_of
from dashboard.pages import PAGES, may_see
from dashboard.source_desk import load_states
from dashboard.visitor import page_visitor
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.settings import Settings

REFRESH_SECONDS: Final = 60
"""How often an open page looks anew, in seconds."""
A_ROW: Final = 3
"""Panels beside each other."""


def show_home(settings: Settings, *, language: Language) -> None:
    """The whole page. The address keeps ``sejak``."""
    now = datetime.now(UTC)
    visitor = page_visitor(now=now)
    if visitor is None and settings.sign_in == "required":
        return  # whoever may see nothing is told so by the frame
    visit = keep_visit(visitor.person.id if isinstance(visitor, SignedIn) else None, now=now)
    role = visitor.person.role if visitor is not None else None
    since = since_of(read_reach(), visit, now=now)
    show_top(since, settings, language, now=now)
    if not is_welcomed(visit):
        show_first_steps(role, visit, language)
    show_board(
        settings, language, since=since.at, role=role, person=visitor.person.id if visitor else None,
        agency=visitor.person.agency if visitor else None,
    )  # fmt: skip
    with st.expander(say("home_about", language)):
        st.markdown(say("home_about_text", language))
        if is_welcomed(visit):
            st.button(say("home_welcome_back", language), key="welcome-back", on_click=put_away, args=(visit, False))


def show_top(since: Since, settings: Settings, language: Language, *, now: datetime) -> None:
    """Title, from when it tells, and the choice of that."""
    at = moment_words(since.at, language, now=now, zone=settings.zone)
    left, right = st.columns([1.6, 1], gap="small", vertical_alignment="center")
    left.html(
        f'<div class="kt-top"><h1>{say("home_title", language)}</h1>{sample_mark(since.at, language, now=now)}'
        f"<span>{escape(say(f'home_why_{since.why}', language, time=at))}</span></div>"
    )

    def keep() -> None:
        value = st.session_state["home-reach"]
        set_parameter("sejak", None if value in (None, REACHES[0]) else value)

    with right:
        st.segmented_control(
            say("home_reach", language), REACHES, default=read_reach(), required=True, key="home-reach",
            label_visibility="collapsed", on_change=keep,
            format_func=lambda one: say(f"home_reach_{one}", language),
        )  # fmt: skip


def sample_mark(since: datetime, language: Language, *, now: datetime) -> str:
    """The mark of invented data, where any of what is told is invented."""
    try:
        if not load_post_day(since, this_minute(now)).sample:
            return ""
    except KentonganError:
        return ""
    return f'<span class="kt-sample" title="{say("sample_hint", language)}">{say("sample", language)}</span>'


def this_minute(now: datetime) -> datetime:
    """The full minute: every session asks the same and shares the answer."""
    return now.replace(second=0, microsecond=0)


def show_first_steps(role: Role | None, visit: Visit | None, language: Language) -> None:
    """Three pages to begin with, until they are put away."""
    name: Role = role or "analis"
    kept = language if "bahasa" in st.query_params else None
    steps = "".join(
        f'<a class="kt-go{" first" if number == 1 else ""}" href="{escape(with_language(page, kept), quote=True)}" '
        f'target="_self">{number}. {escape(say(f"home_welcome_{name}_{number}", language))}</a>'
        for number, page in enumerate(FIRST_STEPS[name], start=1)
    )
    with st.container(key="card-welcome", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<div class="kt-welcome"><b>{say("home_welcome_title", language)}</b>{steps}</div>')
        st.button(
            say("home_welcome_away", language), key="welcome-away-button", type="tertiary", on_click=put_away,
            args=(visit, True),
        )  # fmt: skip


def put_away(visit: Visit | None, away: bool) -> None:
    """Put the first steps away or bring them back; a database that is away leaves them as they are."""
    try:
        set_welcome(visit, away=away, now=datetime.now(UTC))
    except KentonganError:
        st.session_state["welcome-away"] = away


@st.fragment(run_every=REFRESH_SECONDS)
def show_board(
    settings: Settings, language: Language, *, since: datetime, role: Role | None, person: str | None,
    agency: str | None,
) -> None:  # fmt: skip
    """The day in one line, then the panels of the role, six on the first screen. Each part fails by itself."""
    now = datetime.now(UTC)
    until = this_minute(now)
    kept = language if "bahasa" in st.query_params else None
    tell = Telling(language=language, kept=kept, zone=settings.zone, now=now)
    shown = frozenset(page.path for page in PAGES if may_see(page, role))
    own, names = read_agencies(agency)
    st.html(
        day_line(
            read_posts(since, until), read_desk(since, until, own), since=since, until=until, shown=shown,
            language=language, kept=kept, zone=settings.zone,
        )
    )  # fmt: skip
    wanted = [name for name in (PANELS[role] if role else EVERYBODY) if PAGE_OF[name] in shown]
    for first in range(0, len(wanted), A_ROW):
        row = wanted[first : first + A_ROW]
        for column, name in zip(st.columns(len(row), gap="small"), row, strict=True):
            with column, st.container(key=f"card-home-{name}", height="stretch"):
                draw_panel(name, tell, since=since, until=until, own=own, person=person, names=names, shown=shown)


def draw_panel(
    name: PanelName,
    tell: Telling,
    *,
    since: datetime,
    until: datetime,
    own: str | None,
    person: str | None,
    names: Mapping[str, str],
    shown: frozenset[str],
) -> None:
    """One panel; where its desk cannot be read it says so in its own place."""
    try:
        match name:
            case "issues":
                panel = issue_panel(load_issue_lines(since, until), tell)
            case "hoaxes":
                panel = hoax_panel(load_hoax_lines(until), tell)
            case "complaints":
                panel = complaint_panel(load_complaint_lines(since, until, agency=own), tell, agency=own)
            case "alerts":
                panel = alert_panel(load_alert_lines(), tell)
            case "incidents":
                panel = incident_panel(load_incident_lines(until, agency=own), tell, agencies=names)
            case "tasks":
                panel = task_panel(load_task_lines(until, agency=own, person=person), tell, agencies=names)
            case "acts":
                panel = act_panel(load_act_lines(since, until), tell, shown=shown, most=SHOWN)
            case "sources":
                panel = source_panel(load_states(until), tell)
            case "people":
                panel = people_panel(load_accounts(until), tell)
            case "machine":
                panel = machine_panel(load_machine(since), tell)
            case "models":
                panel = model_panel(load_readings(since, until), tell)
    except KentonganError as error:
        show_state(tell.say("home_" + name), str(error))
        return
    st.html(panel_html(panel, tell.language))


def read_posts(since: datetime, until: datetime) -> PostDay | str:
    """What came in, or why that cannot be said."""
    try:
        return load_post_day(since, until)
    except KentonganError as error:
        return str(error)


def read_desk(since: datetime, until: datetime, own: str | None) -> DeskDay | str:
    """What waits, or why that cannot be said."""
    try:
        return load_desk_day(since, until, agency=own)
    except KentonganError as error:
        return str(error)


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_agencies(name: str | None) -> tuple[str | None, Mapping[str, str]]:
    """The code of an officer's agency, None for the command centre's and for everybody else, and all names by code."""
    with shared_casework().read() as session:
        own = find_agency(session, name) if name else None
        names = {one.code: one.name for one in list_agencies(session)}
    return (None if own is None or own.kind == "pusat" else own.code), names


def read_agencies(name: str | None) -> tuple[str | None, Mapping[str, str]]:
    """The same; nothing where casework is away, which each panel says for itself."""
    try:
        return load_agencies(name)
    except KentonganError:
        return None, {}
