"""What the page of sources reads: how each stands, what it missed, what was refused, and the long work that runs."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

import streamlit as st
from protego import Protego

from casework.jobs import Job, list_jobs, read_log, reap_jobs
from crawlers.archive import read_raw
from crawlers.health import Volume, measure_volumes
from crawlers.refusals import Refusals
from crawlers.report import SourceReport
from crawlers.run_history import RunHistory
from crawlers.schedule import Schedule, Turn
from crawlers.sources import Source, load_sources
from crawlers.state import CollectionState, Refused
from dashboard.data import FRESH_SECONDS, read_settings, shared_casework, shared_store
from kentongan.errors import Quarantine, Retry
from kentongan.schema import Gap, Query
from kentongan.times import start_of_day

DAYS: Final = 14
"""Days of the strip."""
VOLUMES_FRESH_SECONDS: Final = 300
"""How old the judgement of volumes may be, in seconds: it counts four weeks by the hour."""
JUST_NOW: Final = timedelta(hours=1)
"""A gap that ends within this of now, with no reading after it, is still open."""
MOST_REFUSED: Final = 50
MOST_JOBS: Final = 8
RAW_SHOWN: Final = 1_500
"""Characters of a refused answer that are shown."""
LOG_LINES: Final = 40

Standing = Literal["failing", "silent", "flooding", "unset", "never", "new", "ok", "off"]
"""It fails now; it brings much less, or more, than usual; it needs a key; it was never read; too little is known; all
is well; it is switched off."""
ORDER: Final[tuple[Standing, ...]] = ("failing", "silent", "flooding", "unset", "never", "new", "ok", "off")
TROUBLE: Final[frozenset[Standing]] = frozenset({"failing", "silent", "flooding", "unset"})

KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "youtube-search": ("youtube_api_key",),
    "youtube-comments": ("youtube_api_key",),
    "x-search": ("x_bearer_token",),
    "bluesky-author": ("bluesky_handle", "bluesky_app_password"),
    "bluesky-search": ("bluesky_handle", "bluesky_app_password"),
}
"""Settings without which a kind reads nothing (``crawlers.credentials``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """What a host's robots.txt says about a source, as it was last read."""

    allowed: bool
    delay: float | None
    """Seconds between requests that it asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How one source stands."""

    source: Source
    standing: Standing
    missing: tuple[str, ...]
    """Settings it still needs."""
    days: tuple[int, ...]
    """Documents published on each of the last DAYS, today last."""
    gaps: tuple[Gap, ...]
    """Of the same days, oldest first."""
    volume: Volume | None
    last_success: datetime | None
    turn: Turn | None
    report: tuple[datetime, SourceReport] | None
    """When it was last read and what that did."""
    robots: Robots | None
    """None where robots.txt was not read in the last day, or the host has none."""
    refused: int
    """Inputs refused that nobody has set aside."""

    @property
    def title(self) -> str:
        return self.source.title or self.source.name


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """All sources at one moment."""

    states: tuple[SourceState, ...]
    """Those in trouble first."""
    first_day: datetime
    """Local midnight that begins the strip."""
    until: datetime

    def counts(self) -> Counter[Standing]:
        return Counter(one.standing for one in self.states)


def load_states(moment: datetime) -> SourceView:
    """Every declared source as of a moment. Raises BadSettings (the list cannot be read) and Retry.

    ``moment`` is cut to the minute by the caller, so that all sessions share an answer.
    """
    settings = read_settings()
    first = start_of_day(moment, settings.zone) - timedelta(days=DAYS - 1)
    return judge_states(moment, first)


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def judge_states(moment: datetime, first: datetime) -> SourceView:
    """The states of all sources; ``first`` is the local midnight that begins the strip."""
    settings, store = read_settings(), shared_store()
    declared = load_sources(settings.sources_file)
    names = tuple(source.name for source in declared)
    per_day = count_days(names, first=first, until=moment)
    gaps: dict[str, list[Gap]] = {}
    for gap in store.gaps(since=first, until=moment):
        gaps.setdefault(gap.source, []).append(gap)
    volumes = load_volumes(tuple(source.name for source in declared if source.enabled), hour_of(moment))
    file = settings.collection_file
    with readable_memory(file):
        with CollectionState(file) as state:
            succeeded = {name: state.last_success(name) for name in names}
            robots = state.robots(since=moment - timedelta(days=1))
        with Schedule(file) as schedule:
            turns = schedule.turns()
        with RunHistory(file) as history:
            reports = history.last_reports()
        with Refusals(file) as refusals:
            refused = refusals.count_open()
    agent = settings.user_agent.partition("/")[0].strip() or settings.user_agent
    states = []
    for source in declared:
        name = source.name
        missing = tuple(key for key in KEYS.get(source.kind, ()) if not getattr(settings, key))
        own, volume, turn = tuple(gaps.get(name, ())), volumes.get(name), turns.get(name)
        states.append(
            SourceState(
                source=source,
                standing=judge(
                    source, missing=missing, volume=volume, turn=turn, success=succeeded[name], gaps=own, now=moment
                ),
                missing=missing,
                days=tuple(per_day.get(name, [0] * DAYS)),
                gaps=own,
                volume=volume,
                last_success=succeeded[name],
                turn=turn,
                report=reports.get(name),
                robots=read_robots(source, robots, agent=agent),
                refused=refused.get(name, 0),
            )
        )
    states.sort(key=lambda one: (ORDER.index(one.standing), one.title.casefold()))
    return SourceView(states=tuple(states), first_day=first, until=moment)


def judge(
    source: Source,
    *,
    missing: Sequence[str],
    volume: Volume | None,
    turn: Turn | None,
    success: datetime | None,
    gaps: Sequence[Gap],
    now: datetime,
) -> Standing:
    """How a source stands, the worst that is true of it."""
    if not source.enabled:
        return "off"
    if missing:
        return "unset"
    newest = max(gaps, key=lambda gap: gap.until, default=None)
    failed = newest is not None and now - newest.until <= JUST_NOW and (success is None or success < newest.until)
    if (turn is not None and turn.failures) or failed:
        return "failing"
    if success is None:
        return "never"
    if volume is None or volume.state == "new":
        return "new"
    return "ok" if volume.state == "ok" else volume.state


def count_days(names: Sequence[str], *, first: datetime, until: datetime) -> dict[str, list[int]]:
    """Documents of each source by day of the strip. ``first`` is local, and so are the days."""
    zone = read_settings().zone
    found: dict[str, list[int]] = {}
    wanted = Query(since=first, until=until)
    for cell in shared_store().count(wanted, by=("source", "day"), zone=zone):
        name, day = cell.key
        place = (datetime.fromisoformat(day) - first) // timedelta(days=1)
        if name in names and 0 <= place < DAYS:
            found.setdefault(name, [0] * DAYS)[place] += cell.count
    return found


@st.cache_data(ttl=VOLUMES_FRESH_SECONDS, show_spinner=False)
def load_volumes(names: tuple[str, ...], hour: datetime) -> Mapping[str, Volume]:
    """What each source brought lately beside its usual, judged at a full hour. Raises Retry."""
    return {volume.source: volume for volume in measure_volumes(shared_store(), names, now=hour)}


def hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def read_robots(source: Source, known: Mapping[str, str | None], *, agent: str) -> Robots | None:
    """What the robots.txt of the source's host says to ``agent``; None where nobody read one lately."""
    parts = urlsplit(source.url)
    text = known.get(f"{parts.scheme}://{parts.netloc}/robots.txt")
    if text is None:
        return None
    rules = Protego.parse(text)
    return Robots(allowed=bool(rules.can_fetch(source.url, agent)), delay=rules.crawl_delay(agent))


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_refused(source: str | None) -> tuple[list[Refused], int]:
    """The newest refused inputs that nobody set aside, and how many were set aside."""
    file = read_settings().collection_file
    with readable_memory(file), Refusals(file) as refusals:
        return refusals.newest(source=source, limit=MOST_REFUSED), refusals.count_aside()


def can_retry(refused: Refused) -> bool:
    """Whether the next crawl can ask for it again."""
    file = read_settings().collection_file
    with readable_memory(file), Refusals(file) as refusals:
        return refusals.can_retry(refused)


@contextmanager
def readable_memory(file: Path) -> Iterator[None]:
    """Raise Retry, in words, where the crawlers' memory cannot be opened, read or written."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise Retry(
            f"Ingatan perayap {file} tidak terbaca: {error}.", hint="Periksa hak atas foldernya dan ruang cakramnya."
        ) from error


def read_refused(refused: Refused) -> str | None:
    """The beginning of what was answered, as text; None where nothing was kept or it cannot be read any more."""
    if refused.raw is None:
        return None
    try:
        return read_raw(read_settings().archive_dir, refused.raw).body[: 4 * RAW_SHOWN].decode("utf-8", "replace")
    except (Quarantine, OSError):
        return None


def load_jobs(now: datetime) -> list[Job]:
    """The newest jobs; those whose process died without a word are marked first. Raises Retry."""
    reap_lost(now.replace(second=0, microsecond=0))
    with shared_casework().read() as session:
        return list_jobs(session, limit=MOST_JOBS)


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def reap_lost(minute: datetime) -> int:
    """Mark jobs whose process is gone, once a minute for all sessions."""
    return len(reap_jobs(shared_casework(), now=datetime.now(UTC)))


def load_log(job: int) -> str | None:
    """The end of a job's log; None where it is not on this machine."""
    return read_log(read_settings(), job, tail=LOG_LINES)
