"""The room of one incident: what it is, who does what, the log, and its end. Drawn by the page of incidents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from html import escape

import streamlit as st

from casework.incidents.records import KINDS, LEVELS, TAKES_OVER, Room
from dashboard.frame import card_title, set_parameter, show_state
from dashboard.incident_cards import (
    call_rows,
    kind_words,
    length_words,
    level_chip,
    log_rows,
    task_rows,
)
from dashboard.incident_desk import (
    accept_call,
    dismiss_call,
    end_incident,
    find_held,
    give_task,
    load_holders,
    look_into_room,
    look_up_caller,
    make_report,
    set_level,
    take_up_again,
    update_task,
    write_note,
)
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.settings import Settings
from kentongan.times import format_time

MINUTES = 30
"""Minutes a new task has unless said otherwise."""
LONGEST = 43_200
"""Longest time for a task, in minutes: a month."""


def attempt(do: Callable[[], object], language: Language) -> bool:
    """Do it; where it is refused, say why and return False."""
    try:
        do()
    except KentonganError as error:
        show_state(say("incidents_refused", language), str(error))
        return False
    return True


def show_room(incident: int, settings: Settings, language: Language, *, now: datetime) -> None:
    """Everything about one incident. Raises NotFound."""
    room = look_into_room(incident)
    with st.container(key="card-incident"):
        show_head(room, settings, language, now=now)
    with st.container(key="card-tasks"):
        show_tasks(room, settings, language, now=now)
    with st.container(key="card-log"):
        st.html(card_title(say("incidents_log", language), say("incidents_log_against", language)))
        if room.incident.state == "open":
            if st.session_state.pop("incident_note_kept", False):
                st.session_state["incident_note"] = ""  # only what was written down is cleared
            with st.form("incident-note", border=False):
                text = st.text_input(say("incidents_note", language), key="incident_note")
                pressed = st.form_submit_button(say("incidents_note_save", language), key="incident_note_save")
            if pressed and attempt(lambda: write_note(room.incident.id, text, now=datetime.now(UTC)), language):
                st.session_state["incident_note_kept"] = True
                st.rerun()
        st.html(log_rows(room.log, language, zone=settings.zone))
    if room.calls:
        with st.container(key="card-calls"):
            show_calls(room, settings, language)


def show_head(room: Room, settings: Settings, language: Language, *, now: datetime) -> None:
    """What it is, and how it ends."""
    incident, zone = room.incident, settings.zone
    since = say(
        "incidents_since", language, time=format_time(incident.opened_at, zone=zone, language=language),
        length=length_words(incident.lasted(now), language),
    )  # fmt: skip
    facts = [kind_words(incident.kind, language), *([incident.place] if incident.place else [])]
    st.html(
        card_title(incident.number, f"{since}, {say('incidents_by', language, name=incident.opened_name)}")
        + f'<h4 class="kt-case-title" dir="auto">{escape(incident.title)}</h4>'
        + f'<div class="kt-chips">{level_chip(incident)}'
        + f'<span class="chip state">{escape(" · ".join(facts))}</span></div>'
    )
    if incident.outcome:
        said = f"<b>{say('incidents_outcome_was', language)}:</b> {escape(incident.outcome)}"
        st.html(f'<p class="kt-note" dir="auto">{said}</p>')
    with st.container(horizontal=True, gap="small"):
        if incident.state == "open":
            with st.popover(say("incidents_change_level", language)):
                level = st.segmented_control(
                    say("incidents_level", language), LEVELS, default=incident.level, required=True, key="room_level"
                )
                reason = st.text_input(say("incidents_reason", language), key="room_level_reason")
                pressed = st.button(say("incidents_change_level", language), key="room_level_save")
                if pressed and attempt(
                    lambda: set_level(incident, level or incident.level, reason=reason, now=datetime.now(UTC)), language
                ):
                    st.rerun()
            with st.popover(say("incidents_end", language)):
                outcome = st.text_area(say("incidents_outcome", language), key="room_outcome")
                st.html(f'<p class="kt-note">{say("incidents_end_note", language)}</p>')
                pressed = st.button(say("incidents_end", language), key="room_end", type="primary")
                if pressed and attempt(
                    lambda: end_incident(incident, outcome=outcome, now=datetime.now(UTC)), language
                ):
                    st.rerun()
        if incident.state == "closed":
            with st.popover(say("incidents_reopen", language)):
                reason = st.text_input(say("incidents_reason", language), key="room_reopen_reason")
                pressed = st.button(say("incidents_reopen", language), key="room_reopen")
                if pressed and attempt(lambda: take_up_again(incident, reason=reason, now=datetime.now(UTC)), language):
                    st.rerun()
        # Made when it is asked for: a paper takes a third of a second.
        st.download_button(
            say("incidents_report", language), data=lambda: make_report(room, now=datetime.now(UTC)),
            file_name=f"{incident.number}.pdf", mime="application/pdf", key="room_report", on_click="ignore",
        )  # fmt: skip


def show_tasks(room: Room, settings: Settings, language: Language, *, now: datetime) -> None:
    """Who does what by when; below it the next task, and how one goes."""
    waiting = [task for task in room.tasks if task.state in ("open", "blocked")]
    late = sum(task.is_overdue(now) for task in waiting)
    against = say("incidents_tasks_against", language, open=len(waiting), late=late)
    st.html(card_title(say("incidents_tasks", language), against))
    st.html(
        task_rows(room.tasks, language, now=now, zone=settings.zone)
        or f'<p class="kt-note">{say("incidents_tasks_none", language)}</p>'
    )
    if room.incident.state != "open":
        return
    give, update = st.columns(2, gap="small")
    with give, st.popover(say("incidents_task_give", language), width="stretch"):
        show_new_task(room, language)
    if waiting:
        with update, st.popover(say("incidents_task_update", language), width="stretch"):
            show_task_update(room, language)


def show_new_task(room: Room, language: Language) -> None:
    """What, who, until when."""
    people, agencies = load_holders()
    holders = {
        **{f"instansi:{agency.code}": agency.name for agency in agencies},
        **{f"orang:{person.id}": f"{person.name} ({person.role})" for person in people},
    }
    what = st.text_input(say("incidents_task_what", language), key="task_what", max_chars=500)
    who = st.selectbox(
        say("incidents_task_who", language), list(holders), format_func=lambda key: holders[key], key="task_who",
        index=None,
    )  # fmt: skip
    minutes = st.number_input(
        say("incidents_task_minutes", language), min_value=1, max_value=LONGEST, value=MINUTES, key="task_minutes"
    )
    if st.button(say("incidents_task_give", language), key="task_give", type="primary"):
        kind, _, id = (who or "").partition(":")
        given = attempt(
            lambda: give_task(
                room.incident.id, what, person=id if kind == "orang" else None,
                agency=id if kind == "instansi" else None, minutes=int(minutes), now=datetime.now(UTC),
            ),
            language,
        )  # fmt: skip
        if given:
            st.rerun()


def show_task_update(room: Room, language: Language) -> None:
    """Which task, how it goes."""
    waiting = {task.id: task for task in room.tasks if task.state in ("open", "blocked")}
    chosen = st.selectbox(
        say("incidents_task_which", language), list(waiting), format_func=lambda id: waiting[id].what, key="task_which"
    )
    note = st.text_input(say("incidents_task_note", language), key="task_note", max_chars=500)
    done, blocked = st.columns(2, gap="small")
    with done:
        finished = st.button(say("incidents_task_done", language), key="task_done", type="primary", width="stretch")
    with blocked:
        stuck = st.button(say("incidents_task_blocked", language), key="task_blocked", width="stretch")
    if (finished or stuck) and attempt(
        lambda: update_task(waiting[chosen], state="done" if finished else "blocked", note=note, now=datetime.now(UTC)),
        language,
    ):
        st.rerun()


def show_calls(room: Room, settings: Settings, language: Language) -> None:
    """The calls, and who called for those who may see it."""
    st.html(card_title(say("incidents_calls", language), say("incidents_calls_against", language)))
    st.html(call_rows(room.calls, language, zone=settings.zone))
    if st.button(say("incidents_show_caller", language), key="room_caller"):
        show_callers([call.id for call in room.calls], language)


def show_callers(calls: list[int], language: Language) -> None:
    """Names and contacts, each reading on record."""
    for call in calls:
        try:
            caller = look_up_caller(call, now=datetime.now(UTC))
        except KentonganError as error:
            show_state(say("incidents_refused", language), str(error))
            return
        said = [part for part in (caller.name, caller.contact, caller.text, caller.raw) if part]
        words = "<br>".join(map(escape, said)) or say("incidents_caller_none", language)
        st.html(
            f'<article class="kt-post"><div class="kt-meta"><b>#{call}</b></div><p dir="auto">{words}</p></article>'
        )
    st.html(f'<p class="kt-note">{say("incidents_caller_note", language)}</p>')


def show_held(call: int, settings: Settings, language: Language) -> None:
    """A call that could not be read: see what came, open an incident on it, or put it aside. Raises NotFound."""
    found = find_held(call)
    with st.container(key="card-held-call"):
        st.html(card_title(f"{say('incidents_held', language)} #{found.id}", say("incidents_held_against", language)))
        st.html(call_rows([found], language, zone=settings.zone))
        if st.button(say("incidents_show_caller", language), key="held_caller"):
            show_callers([found.id], language)
        title = st.text_input(say("incidents_name", language), key="held_title", max_chars=200)
        kind = st.selectbox(
            say("incidents_kind", language), KINDS, index=len(KINDS) - 1,
            format_func=lambda kind: kind_words(kind, language), key="held_kind",
        )  # fmt: skip
        if st.button(say("incidents_held_open", language), key="held_open", type="primary"):
            opened: list[int] = []
            if attempt(
                lambda: opened.append(
                    accept_call(
                        found, title=title or kind_words(kind, language), kind=kind, level=TAKES_OVER,
                        now=datetime.now(UTC),
                    ).id
                ),
                language,
            ):  # fmt: skip
                set_parameter("panggilan", None)
                set_parameter("insiden", str(opened[0]))
                st.rerun()
        reason = st.text_input(say("incidents_reason", language), key="held_reason", max_chars=500)
        if st.button(say("incidents_held_dismiss", language), key="held_dismiss") and attempt(
            lambda: dismiss_call(found, reason=reason, now=datetime.now(UTC)), language
        ):
            set_parameter("panggilan", None)
            st.rerun()
