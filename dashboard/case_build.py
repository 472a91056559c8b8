"""What is done with a case on its page besides answering: open and change it, capture pages, build the package."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

import streamlit as st

from casework.jobs import Job
from casework.roles import ACTIONS, Action
from dashboard.case_acts import (
    Change,
    case_jobs,
    change_case,
    describe_anew,
    job_log,
    open_by_hand,
    start_build,
    start_capture,
)
from dashboard.case_cards import handout_links
from dashboard.case_desk import CaseView, load_snapshot
from dashboard.case_questions import act, missing_words
from dashboard.frame import card_title, set_parameter
from dashboard.words import Language, say
from evidence.law.rulebook_form import Route
from evidence.records import Case
from kentongan.errors import KentonganError
from kentongan.times import format_time

LOOK_SECONDS = 2
"""How often the page looks how far a job is."""
TITLE_CHARACTERS = 70
"""How much of a post's words names it in the list of pages to capture."""


def may(view: CaseView, action: Action) -> bool:
    """Whether a form is shown; the act itself refuses everybody else."""
    return view.viewer.role in ACTIONS[action]


def show_new_case(language: Language) -> None:
    """The form that opens a case by hand."""
    with st.expander(say("cases_new", language)), st.form("case-new", border=False):
        title = st.text_input(say("cases_new_title", language), key="case-new-title", max_chars=200)
        purpose = st.text_area(say("cases_new_purpose", language), key="case-new-purpose", max_chars=2000, height=80)
        if st.form_submit_button(say("cases_new_do", language), key="case-new-do"):
            act(lambda: look_at(open_by_hand(title, purpose, now=datetime.now(UTC))), language)


def look_at(case: Case) -> None:
    """Go to a case that was just opened."""
    set_parameter("kasus", case.id)
    set_parameter("jalur", None)


def show_changes(view: CaseView, language: Language) -> None:
    """Title and purpose; hold, release, close, reopen."""
    case = view.case
    if not may(view, "cases.change"):
        return
    if case.state == "open":
        with st.expander(say("cases_describe", language)), st.form(f"case-describe-{case.id}", border=False):
            title = st.text_input(say("cases_new_title", language), case.title, max_chars=200, key=f"title-{case.id}")
            purpose = st.text_area(
                say("cases_new_purpose", language), case.purpose, max_chars=2000, height=80, key=f"purpose-{case.id}"
            )
            if st.form_submit_button(say("cases_describe_do", language), key=f"case-describe-do-{case.id}"):
                act(lambda: describe_anew(case, title=title, purpose=purpose, now=datetime.now(UTC)), language)
    changes = possible_changes(view)
    with st.expander(say("cases_change", language)), st.form(f"case-change-{case.id}", border=False):
        change = st.radio(
            say("cases_change_which", language), changes, key=f"case-change-which-{case.id}-{case.version}",
            format_func=lambda one: say(f"cases_change_{one}", language),
        )  # fmt: skip
        reason = st.text_area(
            say("cases_change_reason", language), key=f"case-change-reason-{case.id}", max_chars=2000, height=70
        )
        if st.form_submit_button(say("cases_change_do", language), key=f"case-change-do-{case.id}"):
            act(lambda: change_case(case, change or changes[0], reason, now=datetime.now(UTC)), language)


def possible_changes(view: CaseView) -> list[Change]:
    """What can be done to the case as it is, by whoever looks."""
    if view.case.state == "closed":
        return ["reopen"]
    if not may(view, "cases.hold"):
        return ["close"]
    return ["release", "close"] if view.case.held else ["hold", "close"]


def show_build(view: CaseView, route: Route, language: Language, *, zone: str) -> None:
    """What is missing beside the button, the jobs of the case, and the files to take."""
    case = view.case
    jobs = case_jobs(case.id, now=datetime.now(UTC))
    busy = any(not job.finished for job in jobs)
    label = view.rulebook.routes[route].label
    st.html(card_title(say("cases_build", language), say("cases_build_against", language, label=label)))
    if may(view, "evidence.build"):
        if view.handouts:
            command = f"kentongan evidence build {case.id} --out FOLDER --as NAMA"
            st.html(
                handout_links(view.handouts, language)
                + f'<p class="kt-note">{escape(say("cases_build_there", language, command=command))}</p>'
            )
        else:
            missing = missing_words(view, route, language)
            show_missing(missing, language)
            if st.button(
                say("cases_build_do", language), type="primary", key=f"case-build-{case.id}",
                disabled=bool(missing) or busy,
            ):  # fmt: skip
                act(lambda: start_build(case.id, route, now=datetime.now(UTC)), language, said="cases_build_started")
    else:
        show_missing(missing_words(view, route, language), language)
    if jobs:
        st.fragment(draw_jobs, run_every=LOOK_SECONDS if busy else None)(case.id, busy, language, zone=zone)


def show_missing(missing: Sequence[str], language: Language) -> None:
    """What stands in the way, or that nothing does."""
    if missing:
        rows = "".join(f"<li>{escape(one)}</li>" for one in missing)
        st.html(f'<p class="kt-note">{say("cases_build_missing", language)}</p><ul class="kt-list">{rows}</ul>')
    else:
        st.html(f'<p class="kt-note">{escape(say("cases_build_ready", language))}</p>')


def draw_jobs(case_id: str, busy: bool, language: Language, *, zone: str) -> None:
    """How far the jobs of a case are; the page is drawn anew once the last has ended."""
    try:
        jobs = case_jobs(case_id, now=datetime.now(UTC))
    except KentonganError as error:
        st.html(f'<p class="kt-note">{escape(str(error))}</p>')
        return
    if busy and all(job.finished for job in jobs):
        st.rerun()
    st.html("".join(job_row(job, language, zone=zone) for job in jobs))
    newest = jobs[0]
    if not newest.finished:
        st.progress(min(1.0, (newest.done or 0) / newest.total) if newest.total else 0.0, text=newest.note or "…")
    with st.expander(say("cases_job_log", language, number=newest.id), expanded=newest.state == "failed"):
        st.html(f'<pre class="kt-joblog">{escape(job_log(newest)[-8_000:])}</pre>')


def job_row(job: Job, language: Language, *, zone: str) -> str:
    """A capture or a build: who asked for it, how far it is, how it ended."""
    what = "capture" if "capture" in job.arguments[:2] else "build"
    chip = "decided" if job.state == "done" else ""
    time = format_time(job.created_at, zone=zone, language=language)
    words = " · ".join(one for one in (time, job.actor_name, job.error or "") if one)
    state = f'<span class="chip {chip}">{say(f"cases_job_{job.state}", language)}</span>'
    title = f"<b>{say(f'cases_job_{what}', language)}</b>"
    return f'<div class="kt-task">{title}{state}<small>{escape(words)}</small></div>'


def show_capture(view: CaseView, language: Language) -> None:
    """Choose a secured post that has an address, and have its page captured."""
    case = view.case
    if not may(view, "cases.secure") or case.state != "open":
        return
    captured = {one.document for one in case.captures}
    names: dict[str, str] = {}
    for one in sorted(case.documents, key=lambda held: held.document in captured):
        document = load_snapshot(one).document
        if document.url:
            words = " ".join((document.title or document.text).split())
            names[one.document] = f"{words[:TITLE_CHARACTERS]} · {document.url[:TITLE_CHARACTERS]}"
    if not names:
        return
    picked = st.selectbox(
        say("cases_capture_which", language), list(names), format_func=lambda one: names[one],
        key=f"case-capture-{case.id}",
    )  # fmt: skip
    if st.button(say("cases_capture_do", language), key=f"case-capture-do-{case.id}"):
        act(lambda: start_capture(case.id, picked, now=datetime.now(UTC)), language, said="cases_capture_started")
