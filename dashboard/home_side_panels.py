"""The panels of Beranda for those who look after the machinery: sources, accounts, machine and jobs, models."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import streamlit as st

from casework.jobs import Job, list_jobs
from casework.people import Person, list_people
from casework.roles import ROLES
from dashboard.data import FRESH_SECONDS, POSTS, read_settings, shared_casework, shared_store
from dashboard.home_cards import HomeLine, Panel, day_words
from dashboard.home_lines import Telling
from dashboard.home_panels import SHOWN
from dashboard.indicator_words import age_words
from dashboard.source_cards import job_words
from dashboard.source_desk import TROUBLE, SourceView
from kentongan.numbers import format_number
from kentongan.schema import ABSTAINED, UNLABELLED, Query, Task

SOON: Final = timedelta(days=14)
"""An account that ends within this is named."""
FULL_DISK: Final = 0.9
"""Share of the disk that is used from which on it is said to be almost full: WARC and WAL need room to grow."""
GIGABYTE: Final = 1_000_000_000
MODEL_TASKS: Final[tuple[Task, ...]] = ("sentiment", "topic", "hoax", "tone")
MODEL_LINES: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Who may enter."""

    active: tuple[Person, ...]
    ending: tuple[Person, ...]
    """Of them, those whose account ends within SOON, the soonest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Disk, documents and long work."""

    free: int
    total: int
    """Bytes."""
    documents: int
    problems: tuple[str, ...]
    """What is wrong with the store."""
    jobs: tuple[Job, ...]
    """Running ones and those that failed in the time, newest first."""
    running: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What the current models did with the posts of a time."""

    models: tuple[tuple[Task, str], ...]
    counts: tuple[tuple[Task, int, int, int], ...]
    """Task, posts read, of them abstained, posts not read."""


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_accounts(until: datetime) -> Accounts:
    """People whose account is active. Raises Retry."""
    with shared_casework().read() as session:
        found = [one for one in list_people(session, active=True) if one.expires_at is None or one.expires_at > until]
    ending = [one for one in found if one.expires_at is not None and one.expires_at - until <= SOON]
    return Accounts(active=tuple(found), ending=tuple(sorted(ending, key=lambda one: (one.expires_at, one.username))))


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_machine(since: datetime) -> Machine:
    """Disk, documents, and jobs that run or failed since. Raises Retry."""
    settings = read_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    disk = shutil.disk_usage(settings.data_dir)
    health = shared_store().health()
    with shared_casework().read() as session:
        running = list_jobs(session, states=("queued", "running"), limit=SHOWN)
        failed = [job for job in list_jobs(session, states=("failed",), limit=SHOWN) if job.created_at >= since]
    return Machine(
        free=disk.free,
        total=disk.total,
        documents=health.documents,
        problems=health.problems,
        jobs=tuple([*running, *failed][: SHOWN - 2]),
        running=len(running),
    )


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_readings(since: datetime, until: datetime) -> Readings:
    """What the models made of the posts of [since, until): one count a task. Raises Retry."""
    store = shared_store()
    current = store.current_models()
    counts = []
    for task in (one for one in MODEL_TASKS if one in current and one != "tone"):
        cells = {
            cell.key[0]: cell.count
            for cell in store.count(Query(kinds=POSTS, since=since, until=until), by=(task,))  # type: ignore[arg-type]
        }
        unread = cells.pop(UNLABELLED, 0)
        counts.append((task, sum(cells.values()), cells.get(ABSTAINED, 0), unread))
    named = [(task, current[task].replace("|", " ")) for task in MODEL_TASKS if task in current]
    return Readings(models=tuple(named), counts=tuple(counts))


def source_panel(view: SourceView, tell: Telling) -> Panel:
    """Sources that fail, are silent or flood."""
    on = [one for one in view.states if one.source.enabled]
    trouble = [one for one in on if one.standing in TROUBLE]
    lines = []
    for one in trouble[:SHOWN]:
        meta = tell.say("sources_read_never")
        if one.last_success is not None:
            age = age_words(max(tell.now - one.last_success, timedelta()), tell.language)
            meta = tell.say("home_source_last", age=age)
        if one.missing:
            meta = tell.say("sources_missing", names=", ".join(one.missing))
        lines.append(
            HomeLine(
                title=one.title, meta=meta, href=tell.link(f"sumber?sumber={one.source.name}"),
                sign=tell.say(f"sources_standing_{one.standing}"), mark="old",
            )
        )  # fmt: skip
    return Panel(
        title=tell.say("home_sources"),
        against=tell.say("home_sources_against", trouble=len(trouble), total=len(on)),
        lines=lines,
        none=tell.nothing("sources"),
        href=tell.link("sumber"),
        more=len(trouble) - len(lines),
    )


def people_panel(found: Accounts, tell: Telling) -> Panel:
    """Accounts that end soon, then how many there are of each role."""
    lines = [
        HomeLine(
            title=one.name, meta=f"{tell.say(f'role_{one.role}')} · {one.agency or one.username}",
            href=tell.link("kelola"),
            sign=tell.say("home_people_ends", day=day_words(one.expires_at, tell.language, zone=tell.zone)),
        )
        for one in found.ending[:SHOWN]
        if one.expires_at is not None
    ]  # fmt: skip
    counted = [(role, sum(one.role == role for one in found.active)) for role in ROLES]
    lines += [
        HomeLine(
            title=tell.say(f"role_{role}"),
            meta="",
            href=tell.link("kelola"),
            sign=tell.say("home_people_role", count=tell.count(count)),
        )
        for role, count in counted
        if count
    ]
    return Panel(
        title=tell.say("home_people"),
        against=tell.say("home_people_against", active=tell.count(len(found.active)), ending=len(found.ending)),
        lines=lines[: SHOWN + 2],
        none=tell.nothing("people"),
        href=tell.link("kelola"),
    )


def machine_panel(found: Machine, tell: Telling) -> Panel:
    """Room on the disk, documents, and long work that runs or failed."""
    used = 1 - found.free / found.total if found.total else 0.0
    sizes = {name: tell.count(value / GIGABYTE) for name, value in (("free", found.free), ("total", found.total))}
    percent = tell.say("home_disk_used", percent=format_number(100 * used, language=tell.language))
    lines = [
        HomeLine(
            title=tell.say("home_disk", **sizes), meta=percent, href=tell.link("sumber"),
            sign=tell.say("home_disk_low") if used >= FULL_DISK else "", mark="old",
        ),
        HomeLine(
            title=tell.say("home_documents", count=tell.count(found.documents)), meta="; ".join(found.problems),
            href=tell.link("sumber"),
        ),
        *(
            HomeLine(
                title=job_words(job, tell.language), meta=f"{job.id} · {job.error or job.note or job.actor_name}",
                href=tell.link(f"sumber?pekerjaan={job.id}"), sign=tell.say(f"sources_job_state_{job.state}"),
                mark="old" if job.state == "failed" else "plain",
            )
            for job in found.jobs
        ),
    ]  # fmt: skip
    return Panel(
        title=tell.say("home_machine"), against=tell.say("home_machine_against", running=found.running), lines=lines,
        none=("", ""), href=tell.link("sumber"),
    )  # fmt: skip


def model_panel(found: Readings, tell: Telling) -> Panel:
    """Which model reads what, how often it is unsure, and what nobody has read."""
    counted = {task: (read, abstained, unread) for task, read, abstained, unread in found.counts}
    lines = []
    for task, name in found.models[:MODEL_LINES]:
        meta = tell.say("home_model_plain")
        if task in counted and counted[task][0]:
            read, abstained, unread = counted[task]
            share = format_number(100 * abstained / read, language=tell.language)
            meta = tell.say("home_model_share", share=share, unread=tell.count(unread))
        lines.append(HomeLine(title=tell.say(f"home_model_{task}"), meta=meta, href=tell.link("model"), sign=name))
    read = max((read for read, _, _ in counted.values()), default=0)
    return Panel(
        title=tell.say("home_models"), against=tell.say("home_models_against", read=tell.count(read)), lines=lines,
        none=tell.nothing("models"), href=tell.link("model"),
    )  # fmt: skip
