"""The part of Jelajah that takes out what it shows: choose a form, wait, fetch."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import Final

import streamlit as st

from casework.public_accounts import MAX_REASON
from dashboard.export_desk import KEPT, MOST_AT_ONCE, own_exports, prepare_export
from dashboard.frame import show_state
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.numbers import format_number
from kentongan.schema import Query
from kentongan.times import format_time

FORMS: Final = {"CSV (Excel)": ".csv", "JSON": ".jsonl", "Parquet": ".parquet"}
LOOK_SECONDS: Final = 2
"""How often a page looks how far its job is."""


def show_export(query: Query, size: int, *, language: Language, zone: str) -> None:
    """The form and the files that wait. ``size``: documents of the question."""
    counted = format_number(size, language=language)
    st.html(f'<p class="kt-note">{escape(say("export_what", language, count=counted))}</p>')
    with st.form("export", border=False):
        form = st.radio(say("export_form", language), list(FORMS), horizontal=True, key="export-form")
        named = st.checkbox(say("export_named", language), key="export-named", help=say("export_named_help", language))
        reason = st.text_input(say("export_reason", language), key="export-reason", max_chars=MAX_REASON)
        sent = st.form_submit_button(say("export_do", language), type="primary", key="export-do", disabled=not size)
    if sent:
        take_out(query, FORMS[form or "CSV (Excel)"], named=named, reason=reason, language=language)
    show_waiting(language, zone=zone)


def take_out(query: Query, suffix: str, *, named: bool, reason: str, language: Language) -> None:
    """Write the file and say so; where it is refused, say why."""
    bar = st.progress(0.0, text=say("export_running", language))

    def report(done: int, total: int | None, note: str) -> None:
        bar.progress(min(1.0, done / total) if total else 0.0, text=say("export_running", language))

    try:
        made = prepare_export(
            query, suffix=suffix, named=named, reason=reason, now=datetime.now(UTC), report=report
        )  # fmt: skip
    except KentonganError as error:
        show_state(say("export_refused", language), str(error))
        return
    finally:
        bar.empty()
    if made.job is not None:
        limit = format_number(MOST_AT_ONCE, language=language)
        st.toast(say("export_job", language, job=made.job, limit=limit), icon="⏳")
    else:
        st.toast(say("export_done", language, count=format_number(made.documents, language=language)), icon="✅")


def show_waiting(language: Language, *, zone: str) -> None:
    """One's own files with their links, and how far one's jobs are; looked at again only while a job runs."""
    try:
        _, jobs = own_exports(now=datetime.now(UTC))
    except KentonganError as error:
        st.html(f'<p class="kt-note">{escape(str(error))}</p>')
        return
    st.fragment(draw_waiting, run_every=LOOK_SECONDS if jobs else None)(language, zone=zone)


def draw_waiting(language: Language, *, zone: str) -> None:
    try:
        files, jobs = own_exports(now=datetime.now(UTC))
    except KentonganError as error:
        st.html(f'<p class="kt-note">{escape(str(error))}</p>')
        return
    for job in jobs:
        done = format_number(job.done or 0, language=language)
        total = "…" if job.total is None else format_number(job.total, language=language)
        st.progress(
            (job.done or 0) / job.total if job.total else 0.0,
            text=say("export_job_state", language, job=job.id, done=done, total=total),
        )
    rows = []
    for one in files:
        made = format_time(datetime.fromtimestamp(one.made_at, UTC), zone=zone, language=language)
        size = format_number(max(1, round(one.size / 1024)), language=language)
        name = escape(one.file, quote=True)
        rows.append(
            f'<li><a href="unduhan/{name}" download>{name}</a> <a href="unduhan/{name}.meta.json" download>'
            f"{say('export_sidecar', language)}</a><small>{size} KiB · {escape(made)}</small></li>"
        )
    if rows:
        hours = round(KEPT.total_seconds() / 3600)
        st.html(
            f'<div class="kt-family">{say("export_files", language, hours=hours)}</div>'
            f'<ul class="kt-downloads">{"".join(rows)}</ul>'
        )
