"""People on the page Kelola: the list, one person's role, end, password and sessions, and the form for adding one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from html import escape
from typing import Final

import streamlit as st

from casework.accounts.sessions import IDLE, LONGEST
from casework.people import Person
from casework.roles import ROLES, Role
from dashboard.admin_acts import finish, insist, keep_once, refusals, remember, show_once, show_undo
from dashboard.admin_cards import person_head, person_rows
from dashboard.admin_people_desk import (
    PersonLine,
    add_person,
    change_end,
    change_role,
    close_account,
    end_of,
    end_sessions,
    factor_off,
    load_agencies,
    load_people,
    load_sessions,
    new_password,
    reopen_account,
)
from dashboard.clickable import draw_clickable
from dashboard.frame import card_title, set_parameter, show_state
from dashboard.words import Language, say
from kentongan.settings import Settings
from kentongan.times import format_time, to_zone

STATES = ("semua", "aktif", "tamu", "tutup")
"""Value of ``keadaan`` in the address: everybody, who may enter, whose account ends, who may not enter."""
NEW: Final = "+baru"
"""Value of ``orang`` in the address for the form that adds one: no user name begins so."""
LIST_HEIGHT: Final = 440
"""Height of the list in pixels: at 1366x768 it ends with the window."""
GUEST_DAYS: Final = 30
"""Days that are offered for an account that ends."""


def show_people(settings: Settings, language: Language, *, now: datetime) -> None:
    """List on the left, one person or the form on the right. The address keeps ``cari``, ``peran``, ``keadaan`` and
    ``orang``."""
    lines = load_people(now=now)
    chosen = st.query_params.get("orang", "")
    show_once(language)
    show_undo(lines, language)
    left, right = st.columns([1, 1.55], gap="small")
    with left, st.container(key="card-people"):
        show_list(lines, chosen, settings, language, now=now)
    line = next((one for one in lines if one.person.username == chosen), None)
    with right:
        if chosen == NEW:
            with st.container(key="card-person-new"):
                show_add(settings, language, now=now)
        elif line is None:
            with st.container(key="card-person"):
                show_state(say("admin_choose", language), say("admin_choose_hint", language))
        else:
            show_person(line, settings, language, now=now)
    with st.expander(say("admin_about", language)):
        hours = timedelta(hours=1)
        st.markdown(say("admin_about_people", language, idle=IDLE // hours, longest=LONGEST // hours))


def show_list(
    lines: Sequence[PersonLine], chosen: str, settings: Settings, language: Language, *, now: datetime
) -> None:
    """Filters, kept in the address, and the people they leave."""
    address = st.query_params
    active = sum(line.may_enter(now) for line in lines)
    st.html(
        card_title(
            say("admin_people", language), say("admin_people_against", language, active=active, count=len(lines))
        )
    )
    role = address.get("peran") if address.get("peran") in ROLES else None
    state = address.get("keadaan") if address.get("keadaan") in STATES else "semua"

    def keep(name: str, key: str, usual: object) -> None:
        value = st.session_state[key]
        set_parameter(name, None if value in (None, "", usual) else str(value))

    words = st.text_input(
        say("admin_find", language), value=address.get("cari", "")[:100], key="admin-find", max_chars=100,
        placeholder=say("admin_find", language), label_visibility="collapsed", on_change=keep,
        args=("cari", "admin-find", ""),
    )  # fmt: skip
    first, second = st.columns(2, gap="small")
    with first:
        role = st.selectbox(
            say("admin_role", language), [None, *ROLES], index=0 if role is None else 1 + ROLES.index(role),
            format_func=lambda one: say("admin_role_all" if one is None else f"role_{one}", language),
            key="admin-role", label_visibility="collapsed", on_change=keep, args=("peran", "admin-role", None),
        )  # fmt: skip
    with second:
        state = st.selectbox(
            say("admin_state", language), STATES, index=STATES.index(state or "semua"), key="admin-state",
            format_func=lambda one: say(f"admin_state_{one}", language), label_visibility="collapsed",
            on_change=keep, args=("keadaan", "admin-state", "semua"),
        )  # fmt: skip
    shown = [
        line
        for line in lines
        if (role is None or line.person.role == role)
        and words.casefold().strip() in f"{line.person.name} {line.person.username} {line.person.agency}".casefold()
        and is_in(line, state, now=now)
    ]
    if st.button(say("admin_add", language), type="primary", key="admin-add", width="stretch"):
        set_parameter("orang", NEW)
        st.rerun()
    if not shown:
        show_state(say("admin_people_none", language), say("admin_people_none_hint", language))
        return
    with st.container(height=LIST_HEIGHT, border=False, key="admin-rows"):
        rows = person_rows(shown, language, chosen=chosen, zone=settings.zone, now=now)
        pressed = draw_clickable(rows, key="admin-people")
    if pressed:
        set_parameter("orang", None if pressed == chosen else pressed)
        st.rerun()


def is_in(line: PersonLine, state: str, *, now: datetime) -> bool:
    """Whether a person is among those that the filter of states asks for."""
    if state == "aktif":
        return line.may_enter(now)
    if state == "tamu":
        return line.person.expires_at is not None
    return state == "semua" or not line.may_enter(now)


def show_add(settings: Settings, language: Language, *, now: datetime) -> None:
    """The form that adds a person. What was typed stays where it is refused."""
    st.html(card_title(say("admin_add", language), say("admin_add_against", language)))
    first, second = st.columns(2, gap="small")
    with first:
        name = st.text_input(say("admin_add_name", language), key="admin-new-name", max_chars=200)
    with second:
        username = st.text_input(
            say("admin_add_username", language), key="admin-new-username", max_chars=32,
            help=say("admin_add_username_hint", language),
        )  # fmt: skip
    role, agency = ask_role("new", None, language)
    last_day = ask_end("new", None, settings, language, now=now)
    give = st.checkbox(say("admin_give", language), value=True, key="admin-new-give")
    with st.container(horizontal=True, gap="small"):
        send = st.button(say("admin_add_do", language), type="primary", key="admin-new-do")
        if st.button(say("admin_back", language), key="admin-new-back"):
            set_parameter("orang", None)
            st.rerun()
    if not send:
        return
    with refusals(language):
        person, given = add_person(
            username, name=name, role=role, agency=agency, last_day=last_day, password=give, now=now
        )
        if given is not None:
            keep_once(person.name, given)
        set_parameter("orang", person.username)
        finish(language)


def ask_role(key: str, person: Person | None, language: Language) -> tuple[Role, str | None]:
    """The role that is picked, and for an officer the agency; what the person has is offered."""
    agencies = load_agencies()
    first, second = st.columns(2, gap="small")
    with first:
        role = st.selectbox(
            say("admin_role", language), ROLES, index=ROLES.index(person.role) if person else 0,
            format_func=lambda one: say(f"role_{one}", language), key=f"admin-role-{key}",
        )  # fmt: skip
    if role != "petugas":
        return role, None
    with second:
        known = person.agency if person is not None else None
        offered = agencies if known is None or known in agencies else [known, *agencies]
        if offered:
            agency = st.selectbox(
                say("admin_agency", language), offered, index=offered.index(known) if known else None,
                placeholder=say("admin_agency_none", language), key=f"admin-agency-{key}",
            )  # fmt: skip
        else:
            agency = st.text_input(say("admin_agency", language), key=f"admin-agency-{key}", max_chars=200) or None
    return role, agency


def ask_end(key: str, person: Person | None, settings: Settings, language: Language, *, now: datetime) -> date | None:
    """The last day of an account that ends by itself; None for one without an end."""
    ends = person.expires_at if person is not None else None
    first, second = st.columns([1.6, 1], gap="small", vertical_alignment="bottom")
    with first:
        guest = st.checkbox(say("admin_guest", language), value=ends is not None, key=f"admin-guest-{key}")
    if not guest:
        return None
    today = to_zone(now, settings.zone).date()
    known = to_zone(ends - timedelta(microseconds=1), settings.zone).date() if ends is not None else None
    with second:
        picked = st.date_input(
            say("admin_last_day", language), value=max(known or today + timedelta(days=GUEST_DAYS), today),
            min_value=today, format="DD/MM/YYYY", key=f"admin-last-{key}",
        )  # fmt: skip
    return picked if isinstance(picked, date) else None


def show_person(line: PersonLine, settings: Settings, language: Language, *, now: datetime) -> None:
    """One person: who they are, and what can be changed about their account."""
    person = line.person
    key = f"{person.id}-{person.version}"
    with st.container(key="card-person"):
        st.html(person_head(line, language, zone=settings.zone, now=now))
        st.html(
            f'<div class="kt-gos"><a class="kt-go" href="kelola?bagian=audit&amp;siapa={escape(person.username)}" '
            f'target="_self">{say("admin_trail", language)}</a></div>'
        )
    with st.container(key="card-person-role"):
        st.html(card_title(say("admin_role", language), say("admin_role_against", language)))
        role, agency = ask_role(key, person, language)
        if st.button(say("admin_role_do", language), key=f"admin-role-do-{key}"):
            with refusals(language):
                change_role(person, role=role, agency=agency, now=now)
                remember("role", person, was=say(f"role_{person.role}", language), made=say(f"role_{role}", language))
                finish(language)
    with st.container(key="card-person-end"):
        st.html(card_title(say("admin_end", language), say("admin_end_against", language)))
        if line.may_enter(now):
            last_day = ask_end(key, person, settings, language, now=now)
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                save = st.button(say("admin_end_do", language), key=f"admin-end-do-{key}")
                shut = st.button(
                    say("admin_close", language), key=f"admin-close-{key}",
                    help=say("admin_close_hint", language, name=person.name),
                )  # fmt: skip
            if save:
                with refusals(language):
                    change_end(person, expires_at=end_of(last_day), now=now)
                    remember("end", person)
                    finish(language)
            if shut:
                with refusals(language):
                    close_account(person, now=now)
                    remember("close", person)
                    finish(language)
        elif st.button(say("admin_reopen", language), type="primary", key=f"admin-reopen-{key}"):
            with refusals(language):
                reopen_account(person, now=now)
                remember("reopen", person)
                finish(language)
    with st.container(key="card-person-door"):
        show_door(line, settings, language, now=now)


def show_door(line: PersonLine, settings: Settings, language: Language, *, now: datetime) -> None:
    """Password, second factor and sessions: none of it can be undone, so each asks first."""
    person, zone = line.person, settings.zone
    st.html(card_title(say("admin_door", language)))
    sure = st.checkbox(say("admin_new_password_sure", language), key=f"admin-password-sure-{person.id}")
    if st.button(say("admin_new_password", language), key=f"admin-password-{person.id}"):
        with refusals(language):
            insist(sure, language)
            keep_once(person.name, new_password(person, now=now))
            finish(language)
    if line.standing.factor:
        sure = st.checkbox(say("admin_factor_off_sure", language), key=f"admin-factor-sure-{person.id}")
        if st.button(say("admin_factor_off", language), key=f"admin-factor-{person.id}"):
            with refusals(language):
                insist(sure, language)
                factor_off(person, now=now)
                finish(language)
    found = load_sessions(person.id, now=now)
    if not found:
        st.html(f'<p class="kt-note">{say("admin_sessions_none", language)}</p>')
        return
    for one in found:
        words = say(
            "admin_session", language, browser=one.browser[:60] or say("admin_session_unknown", language),
            seen=format_time(one.seen_at, zone=zone, language=language),
            until=format_time(one.ends_at, zone=zone, language=language),
        )  # fmt: skip
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.html(f'<p class="kt-note kt-thing">{escape(words)}</p>')
            if st.button(say("admin_session_end", language), key=f"admin-session-{one.session}", type="tertiary"):
                with refusals(language):
                    end_sessions(person, only=[one.session], now=now)
                    finish(language)
    if len(found) > 1 and st.button(say("admin_sessions_end", language), key=f"admin-sessions-{person.id}"):
        with refusals(language):
            end_sessions(person, now=now)
            finish(language)
