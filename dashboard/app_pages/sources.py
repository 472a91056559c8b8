"""The page Sumber: health of each source, what was not collected, what was refused, and the crawls that run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from casework.jobs import Job
from casework.roles import Actor
from crawlers.state import Refused
from dashboard.bridge_panel import show_bridges
from dashboard.clickable import draw_clickable
from dashboard.frame import card_title, set_parameter, show_fault, show_state
from dashboard.source_acts import find_actor, may, put_aside, retry_refused, start_crawl, stop_job
from dashboard.source_cards import RUNNING, job_rows, job_words, refused_key, refused_rows, source_facts, source_rows
from dashboard.source_desk import (
    KEYS,
    RAW_SHOWN,
    TROUBLE,
    SourceState,
    SourceView,
    can_retry,
    load_jobs,
    load_log,
    load_refused,
    load_states,
    read_refused,
)
from dashboard.words import Language, say
from kentongan.errors import KentonganError
from kentongan.numbers import format_number
from kentongan.settings import Settings
from kentongan.times import format_time

WHICH: Final = ("perlu", "aktif", "semua")
"""Value of ``tampil`` in the address: sources to look at, those that are on, all."""
JOBS_SECONDS: Final = 5
"""How often the panel of jobs is drawn anew while it is open, in seconds."""
PLATFORMS: Final = (("X", ("x-search",)), ("YouTube", ("youtube-search", "youtube-comments")),
                    ("Bluesky", ("bluesky-author", "bluesky-search")), ("Telegram", ("telegram",)),
                    ("Mastodon", ("mastodon",)))  # fmt: skip
"""Platforms that can be collected, and the kinds of sources that do it."""
NEWS: Final = frozenset({"rss", "sitemap", "listing", "wordpress"})
TOLD: Final = "sources-told"
FIT: Final = 9
"""Sources that stand in the list without scrolling ..."""
LIST_HEIGHT: Final = 360
"""... and how high it is with more, in pixels."""


def show_sources(settings: Settings, *, language: Language) -> None:
    """The whole page. The address keeps ``tampil``, ``sumber``, ``pekerjaan`` and ``ditolak``."""
    now = datetime.now(UTC)
    actor, why = find_actor(now=now)
    try:
        view = load_states(now.replace(second=0, microsecond=0))
        show_top(view, language, zone=settings.zone)
        show_told(language)
        if not view.states:
            show_state(say("sources_none", language), say("sources_none_hint", language))
        else:
            show_list_and_one(view, settings, actor, language, now=now)
        if why is not None:
            st.caption(say("sources_no_actor", language, why=why.message))
    except KentonganError as error:
        show_fault(error, language)
        return
    left, middle, right = st.columns([1, 1.25, 1], gap="small")
    with left:
        show_jobs(actor, settings, language)
    with middle, st.container(key="card-refused-inputs"):
        guarded(lambda: show_refused(view, actor, settings, language), language)
    with right:
        show_platforms(view, language)
        show_bridges(settings, language=language, now=now)
    with st.expander(say("sources_about", language)):
        st.markdown(say("sources_about_text", language))


def guarded(draw: Callable[[], None], language: Language) -> None:
    """Draw one part; its fault is shown in its place and leaves the others."""
    try:
        draw()
    except KentonganError as error:
        show_fault(error, language)


def show_top(view: SourceView, language: Language, *, zone: str) -> None:
    mark = ""
    if any(one.source.sample for one in view.states):
        hint = say("sample_hint", language)
        mark = f'<span class="kt-sample" title="{hint}">{say("sample", language)}</span>'
    trouble = sum(one.standing in TROUBLE for one in view.states)
    words = say("sources_trouble", language, count=trouble) if trouble else say("sources_all_well", language)
    at = format_time(view.until, zone=zone, language=language)
    st.html(
        f'<div class="kt-top"><h1>{say("sources_title", language)}</h1>{mark}'
        f"<span>{say('sources_against', language)} · {words} · {at}</span></div>"
    )


def show_told(language: Language) -> None:
    """What the last act came to, once."""
    told: tuple[bool, str] | None = st.session_state.pop(TOLD, None)
    if told is None:
        return
    if told[0]:
        st.success(told[1])
    else:
        st.warning(f"{say('sources_refused_act', language)}. {told[1]}")


def act(do: Callable[[], str]) -> None:
    """Do what was pressed and keep what to say of it for the next drawing."""
    try:
        st.session_state[TOLD] = (True, do())
    except KentonganError as error:
        st.session_state[TOLD] = (False, str(error))


def show_list_and_one(
    view: SourceView, settings: Settings, actor: Actor | None, language: Language, *, now: datetime
) -> None:
    which = read_which(view)
    shown = choose_shown(view, which)
    named = {one.source.name: one for one in view.states}
    chosen = named.get(st.query_params.get("sumber", "")) or next(iter(shown), None)
    left, right = st.columns([1.5, 1], gap="small")
    with left, st.container(key="card-sources"):
        st.html(card_title(say("sources_list", language), say("sources_list_against", language)))
        show_which(view, which, language)
        if not shown:
            show_state(say("sources_none_here", language), say("sources_none_here_hint", language))
        else:
            with st.container(key="source-scroll", height=LIST_HEIGHT if len(shown) > FIT else "content", border=False):
                rows = source_rows(
                    view, shown, language, chosen=chosen.source.name if chosen else None, zone=settings.zone
                )
                if pressed := draw_clickable(rows, key="source-rows"):
                    set_parameter("sumber", pressed)
                    set_parameter("ditolak", None)
                    st.rerun()
    with right, st.container(key="card-source"):
        if chosen is not None:
            show_one(chosen, settings, actor, language, now=now)


def read_which(view: SourceView) -> str:
    """What the address asks for; without a choice what is to be looked at, or all that are on where that is nothing."""
    asked = st.query_params.get("tampil", "")
    if asked in WHICH:
        return asked
    return "perlu" if any(one.standing in TROUBLE for one in view.states) else "aktif"


def choose_shown(view: SourceView, which: str) -> Sequence[SourceState]:
    if which == "perlu":
        return [one for one in view.states if one.standing in TROUBLE]
    return [one for one in view.states if which == "semua" or one.source.enabled]


def show_which(view: SourceView, which: str, language: Language) -> None:
    counts = {one: len(choose_shown(view, one)) for one in WHICH}
    names = {"perlu": "sources_which_trouble", "aktif": "sources_which_on", "semua": "sources_which_all"}

    def keep() -> None:
        set_parameter("tampil", st.session_state["source-which"])
        set_parameter("sumber", None)

    st.segmented_control(
        say("sources_which", language), WHICH, default=which, required=True, key="source-which",
        label_visibility="collapsed", on_change=keep,
        format_func=lambda one: say(names[one], language, count=counts[one]),
    )  # fmt: skip


def show_one(one: SourceState, settings: Settings, actor: Actor | None, language: Language, *, now: datetime) -> None:
    """One source with what is known of it, and what can be done."""
    name = one.source.name
    st.html(card_title(one.title, say(f"sources_standing_{one.standing}", language)))
    st.html(source_facts(one, settings, language, now=now))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if may(actor, "jobs.start") and one.source.enabled and not one.missing:
            st.button(
                say("sources_crawl", language), key="source-crawl", type="primary",
                help=say("sources_crawl_hint", language), on_click=crawl, args=(name, language),
            )  # fmt: skip
        kept = f"&bahasa={language}" if "bahasa" in st.query_params else ""
        st.html(
            f'<a class="kt-go" href="tren?kueri=sumber%3A{name}&hari=14{kept}" target="_self">'
            f"{say('sources_posts', language)}</a>"
        )


def crawl(name: str | None, language: Language) -> None:
    """Start collecting one source, or all."""

    def do() -> str:
        job = start_crawl(name, now=datetime.now(UTC))
        set_parameter("pekerjaan", str(job.id))
        return say("sources_started", language, job=job.id)

    act(do)


@st.fragment(run_every=JOBS_SECONDS)
def show_jobs(actor: Actor | None, settings: Settings, language: Language) -> None:
    """Long work: what runs, how far it is, how it ended; the chosen one with its log."""
    with st.container(key="card-jobs"):
        st.html(card_title(say("sources_job_title", language), say("sources_job_against", language)))
        try:
            jobs = load_jobs(datetime.now(UTC))
        except KentonganError as error:
            show_fault(error, language)
            return
        if may(actor, "jobs.start"):
            st.button(say("sources_crawl_all", language), key="source-crawl-all", on_click=crawl, args=(None, language))
        if not jobs:
            show_state(say("sources_job_none", language), say("sources_job_none_hint", language))
            return
        asked = st.query_params.get("pekerjaan", "")
        chosen = next((job for job in jobs if str(job.id) == asked), None)
        rows = job_rows(jobs, language, zone=settings.zone, chosen=chosen.id if chosen else None)
        if pressed := draw_clickable(rows, key="job-rows"):
            set_parameter("pekerjaan", None if pressed == asked else pressed)
            st.rerun(scope="app")
        for job in jobs:
            if job.state in RUNNING and may_cancel(job, actor):
                st.button(
                    say("sources_job_cancel", language, job=job.id), key=f"job-cancel-{job.id}", on_click=cancel,
                    args=(job, language),
                )  # fmt: skip
        if chosen is not None:
            st.caption(f"{say('sources_job_log', language, job=chosen.id)} · {job_words(chosen, language)}")
            st.code(load_log(chosen.id) or say("sources_job_log_none", language), language=None, height=180)


def may_cancel(job: Job, actor: Actor | None) -> bool:
    own = actor is not None and job.actor == actor.id
    return may(actor, "jobs.cancel" if own else "jobs.cancel_others")


def cancel(job: Job, language: Language) -> None:
    act(lambda: say("sources_job_cancelled", language, job=stop_job(job, now=datetime.now(UTC)).id))


def show_refused(view: SourceView, actor: Actor | None, settings: Settings, language: Language) -> None:
    """What was refused and waits to be looked at; the chosen one with the beginning of its answer."""
    refused, aside = load_refused(None)
    total = sum(one.refused for one in view.states)
    more = total > len(refused)
    against = say(
        "sources_out_against_more" if more else "sources_out_against", language, count=len(refused),
        total=format_number(total, language=language), aside=format_number(aside, language=language),
    )  # fmt: skip
    st.html(card_title(say("sources_out_title", language), against))
    if not refused:
        show_state(say("sources_out_none", language), say("sources_out_none_hint", language))
        return
    asked = st.query_params.get("ditolak", "")
    chosen = next((one for one in refused if refused_key(one) == asked), None)
    if chosen is not None:
        show_refused_one(chosen, actor, language)
    with st.container(key="refused-scroll", height=300 if len(refused) > 3 else "content", border=False):
        rows = refused_rows(refused, language, zone=settings.zone, chosen=asked)
        if pressed := draw_clickable(rows, key="refused-rows"):
            set_parameter("ditolak", None if pressed == asked else pressed)
            st.rerun()


def show_refused_one(chosen: Refused, actor: Actor | None, language: Language) -> None:
    raw = read_refused(chosen)
    st.caption(say("sources_out_raw" if raw is not None else "sources_out_raw_none", language))
    if raw is not None:
        st.code(raw[:RAW_SHOWN], language=None, height=160, wrap_lines=True)
    if not may(actor, "sources.manage"):
        st.caption(say("sources_out_only_admin", language))
        return

    def retry() -> str:
        retry_refused(chosen, now=datetime.now(UTC))
        set_parameter("ditolak", None)
        return say("sources_out_retried", language)

    def aside() -> str:
        put_aside(chosen, now=datetime.now(UTC))
        set_parameter("ditolak", None)
        return say("sources_out_put_aside", language)

    with st.container(horizontal=True, gap="small"):
        if can_retry(chosen):
            st.button(
                say("sources_out_retry", language), key="refused-retry", help=say("sources_out_retry_hint", language),
                on_click=act, args=(retry,),
            )  # fmt: skip
        st.button(
            say("sources_out_aside", language), key="refused-aside", help=say("sources_out_aside_hint", language),
            on_click=act, args=(aside,),
        )  # fmt: skip


def show_platforms(view: SourceView, language: Language) -> None:
    """What no source brings: platforms that only a person may enter, those without a key, those without a source."""
    on = {one.source.kind for one in view.states if one.source.enabled and not one.missing}
    unset = {one.source.kind for one in view.states if one.missing}
    covered = [say("sources_platform_news", language)] if on & NEWS else []
    said = []
    for name, kinds in PLATFORMS:
        if on & set(kinds):
            covered.append(name)
        elif waiting := unset & set(kinds):
            setting = ", ".join(KEYS[min(waiting)])
            said.append(say("sources_platform_key", language, name=name, setting=setting))
        else:
            said.append(say("sources_platform_undeclared", language, name=name))
    items = "".join(f"<li>{one}</li>" for one in said)
    kept = f"?bahasa={language}" if "bahasa" in st.query_params else ""
    read = (
        f'<p class="kt-note">{say("sources_platform_read", language, names=", ".join(covered))}</p>' if covered else ""
    )
    with st.container(key="card-platforms"):
        st.html(
            card_title(say("sources_platform_title", language), say("sources_platform_against", language))
            + f'<p class="kt-red">{say("sources_platform_by_hand", language)} '
            f'<a href="tambah{kept}" target="_self">{say("sources_platform_add", language)}</a></p>'
            f'<ul class="kt-gap-list">{items}</ul>{read}'
        )
