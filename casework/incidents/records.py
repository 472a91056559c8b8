"""What an incident is made of, as records: the incident, its calls, tasks, log and links, with their words.

| level | means | takes over |
|---|---|---|
| pantau | watched by the command centre | no |
| siaga | several agencies get ready | no |
| darurat | somebody needs help now | the wall and a banner on every page |

The levels are this project's own: the law's *siaga darurat* and *tanggap darurat* are declared by a regent, not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal, cast, get_args

from casework.incidents.tables import IncidentCallRow, IncidentEntryRow, IncidentLinkRow, IncidentRow, IncidentTaskRow

IncidentKind = Literal[
    "bendungan", "banjir", "gempa", "tsunami", "longsor", "kebakaran", "kerusuhan", "gunung-api", "wabah",
    "kecelakaan", "medis", "kejahatan", "lain",
]  # fmt: skip
"""The dangers of ``analysis.danger`` and what else people call for help for."""
KINDS: tuple[IncidentKind, ...] = get_args(IncidentKind)
KIND_WORDS: Mapping[IncidentKind, str] = MappingProxyType(
    {
        "bendungan": "Bendungan atau tanggul",
        "banjir": "Banjir",
        "gempa": "Gempa bumi",
        "tsunami": "Tsunami",
        "longsor": "Tanah longsor",
        "kebakaran": "Kebakaran",
        "kerusuhan": "Kerusuhan",
        "gunung-api": "Gunung api",
        "wabah": "Wabah",
        "kecelakaan": "Kecelakaan",
        "medis": "Darurat medis",
        "kejahatan": "Kejahatan",
        "lain": "Darurat lain",
    }
)

Level = Literal["pantau", "siaga", "darurat"]
LEVELS: tuple[Level, ...] = get_args(Level)
LEVEL_WORDS: Mapping[Level, str] = MappingProxyType({"pantau": "pantau", "siaga": "siaga", "darurat": "darurat"})
TAKES_OVER: Level = "darurat"
"""The level whose newest open incident takes over the wall."""

IncidentState = Literal["open", "closed", "merged"]
STATE_WORDS: Mapping[IncidentState, str] = MappingProxyType(
    {"open": "terbuka", "closed": "ditutup", "merged": "digabung"}
)
CallState = Literal["taken", "held", "dismissed"]
CALL_WORDS: Mapping[CallState, str] = MappingProxyType(
    {"taken": "diterima", "held": "ditahan", "dismissed": "dikesampingkan"}
)
TaskState = Literal["open", "blocked", "done", "cancelled"]
TASK_WORDS: Mapping[TaskState, str] = MappingProxyType(
    {"open": "dikerjakan", "blocked": "terhambat", "done": "selesai", "cancelled": "dibatalkan"}
)
WAITING_TASKS: tuple[TaskState, ...] = ("open", "blocked")
"""States of a task somebody still owes."""

EntryAct = Literal[
    "opened", "called", "noted", "level", "assigned", "task", "linked", "merged", "closed", "reopened", "retitled"
]
ENTRY_WORDS: Mapping[EntryAct, str] = MappingProxyType(
    {
        "opened": "dibuka",
        "called": "panggilan masuk",
        "noted": "catatan",
        "level": "tingkat diubah",
        "assigned": "tugas dibagi",
        "task": "tugas diperbarui",
        "linked": "dikaitkan",
        "merged": "digabung",
        "closed": "ditutup",
        "reopened": "dibuka kembali",
        "retitled": "judul diubah",
    }
)

LinkKind = Literal["dokumen", "aduan", "cerita", "bahaya"]
LINK_KINDS: tuple[LinkKind, ...] = get_args(LinkKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An incident as it was when read."""

    id: int
    title: str
    kind: IncidentKind
    level: Level
    state: IncidentState
    region: str | None
    place: str | None
    lat: float | None
    lon: float | None
    opened_at: datetime
    opened_name: str
    """Username of who opened it; "sistem" for one that a call opened."""
    closed_at: datetime | None
    closed_name: str | None
    outcome: str | None
    """What came of it, in the words of who closed it."""
    merged_into: int | None
    sample: bool
    version: int

    @property
    def number(self) -> str:
        """The number people say: "INS-000012"."""
        return f"INS-{self.id:06d}"

    @property
    def takes_over(self) -> bool:
        """Whether it takes over the wall while it is open."""
        return self.state == "open" and self.level == TAKES_OVER

    def lasted(self, now: datetime) -> timedelta:
        """How long it has been open, or was."""
        return (self.closed_at or now) - self.opened_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call for help. Nothing in it says who called; phone numbers and the like in its words are masked."""

    id: int
    incident: int | None
    """None while it is held, and where it was dismissed."""
    state: CallState
    reason: str | None
    """Why it is held or was dismissed, or what a person should know of it."""
    received_at: datetime
    kind: IncidentKind
    said_kind: str | None
    """What the sender called it, where that is none of our kinds."""
    words: str | None
    place: str | None
    region: str | None
    lat: float | None
    lon: float | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Who does what by when."""

    id: int
    incident: int
    what: str
    person: str | None
    """Id of the person."""
    person_name: str | None
    agency: str | None
    """Code of the agency."""
    agency_name: str | None
    due_at: datetime
    state: TaskState
    note: str | None
    """What was done, or what is in the way."""
    given_at: datetime
    given_name: str
    done_at: datetime | None
    version: int

    @property
    def holder(self) -> str:
        """Who has it, as a person reads it."""
        return " · ".join(name for name in (self.person_name, self.agency_name) if name)

    def is_overdue(self, now: datetime) -> bool:
        """Whether it should have been done by now."""
        return self.state in WAITING_TASKS and self.due_at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One line of the log."""

    at: datetime
    act: EntryAct
    text: str | None
    actor_name: str
    detail: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Something that belongs to an incident."""

    kind: LinkKind
    object: str
    """Id of a document, a story, a complaint or a danger."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """An incident with everything in its room."""

    incident: Incident
    calls: tuple[Call, ...]
    """Oldest first."""
    tasks: tuple[Task, ...]
    """What is owed first, the soonest due on top; then what is done."""
    log: tuple[LogEntry, ...]
    """Oldest first."""
    links: tuple[Link, ...]
    merged: tuple[int, ...]
    """Incidents that were merged into this one."""


def as_incident(row: IncidentRow) -> Incident:
    return Incident(
        id=row.id,
        title=row.title,
        kind=cast(IncidentKind, row.kind),
        level=cast(Level, row.level),
        state=cast(IncidentState, row.state),
        region=row.region,
        place=row.place,
        lat=row.lat,
        lon=row.lon,
        opened_at=row.opened_at,
        opened_name=row.opened_name,
        closed_at=row.closed_at,
        closed_name=row.closed_name,
        outcome=row.outcome,
        merged_into=row.merged_into,
        sample=row.sample,
        version=row.version,
    )


def as_call(row: IncidentCallRow) -> Call:
    return Call(
        id=row.id,
        incident=row.incident,
        state=cast(CallState, row.state),
        reason=row.reason,
        received_at=row.received_at,
        kind=cast(IncidentKind, row.kind),
        said_kind=row.said_kind,
        words=row.words,
        place=row.place,
        region=row.region,
        lat=row.lat,
        lon=row.lon,
        version=row.version,
    )


def as_task(row: IncidentTaskRow) -> Task:
    return Task(
        id=row.id,
        incident=row.incident,
        what=row.what,
        person=row.person,
        person_name=row.person_name,
        agency=row.agency,
        agency_name=row.agency_name,
        due_at=row.due_at,
        state=cast(TaskState, row.state),
        note=row.note,
        given_at=row.given_at,
        given_name=row.given_name,
        done_at=row.done_at,
        version=row.version,
    )


def as_entry(row: IncidentEntryRow) -> LogEntry:
    return LogEntry(at=row.at, act=cast(EntryAct, row.act), text=row.text, actor_name=row.actor_name, detail=row.detail)


def as_link(row: IncidentLinkRow) -> Link:
    return Link(kind=cast(LinkKind, row.kind), object=row.object, at=row.at)
