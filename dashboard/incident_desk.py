"""What the page of incidents reads and does: the board, a room, a danger, and each act in the page's person's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy.orm import Session

from casework.agencies import Agency, list_agencies
from casework.incidents import room as acts
from casework.incidents.callers import Caller, read_caller
from casework.incidents.danger_acts import answer_danger, open_on_danger
from casework.incidents.dangers import (
    Answer,
    Danger,
    DangerEvent,
    danger_documents,
    danger_history,
    list_dangers,
    read_danger,
)
from casework.incidents.intake import Emergency, TakenCall, dismiss_held, open_held, take_emergency
from casework.incidents.reading import current_takeover, list_held, list_incidents, read_room
from casework.incidents.records import TAKES_OVER, Call, Incident, IncidentKind, Level, Room, Task, TaskState
from casework.incidents.report import make_closing_report
from casework.incidents.tasks import assign_task, change_task
from casework.people import Person, list_people
from casework.roles import Actor
from dashboard.data import load_takeover, read_settings, shared_casework, shared_gazetteer
from dashboard.visitor import VIA, page_actor
from kentongan.errors import NotFound

Done = TypeVar("Done")

MOST_CLOSED = 20
"""Closed incidents that are listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Everything that waits."""

    open: tuple[Incident, ...]
    closed: tuple[Incident, ...]
    """The newest of them."""
    held: tuple[Call, ...]
    dangers: tuple[Danger, ...]
    """Those that wait for an answer, the soonest due first."""
    agencies: dict[str, str]
    """Name of each agency by its code."""
    takeover: Incident | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DangerView:
    """A danger as its card shows it."""

    danger: Danger
    documents: tuple[str, ...]
    history: tuple[DangerEvent, ...]


def load_board(now: datetime) -> Board:
    """What the left side shows. Raises Retry."""
    with shared_casework().read() as session:
        return Board(
            open=tuple(list_incidents(session)),
            closed=tuple(list_incidents(session, states=("closed",), limit=MOST_CLOSED)),
            held=tuple(list_held(session)),
            dangers=tuple(list_dangers(session, now=now)),
            agencies={agency.code: agency.name for agency in list_agencies(session)},
            takeover=current_takeover(session),
        )


def look_into_room(incident: int) -> Room:
    """An incident's room. Raises NotFound and Retry."""
    with shared_casework().read() as session:
        return read_room(session, incident)


def look_at_danger(danger: int, *, now: datetime) -> DangerView:
    """A danger with its documents and history. Raises NotFound and Retry."""
    with shared_casework().read() as session:
        return DangerView(
            danger=read_danger(session, danger, now=now),
            documents=tuple(danger_documents(session, danger)),
            history=tuple(danger_history(session, danger)),
        )


def find_held(call: int) -> Call:
    """A call that is held. Raises NotFound and Retry."""
    with shared_casework().read() as session:
        for one in list_held(session, limit=500):
            if one.id == call:
                return one
    raise NotFound(f"Panggilan {call} tidak ada atau sudah ditangani.")


def load_holders() -> tuple[list[Person], list[Agency]]:
    """Whom a task can be given to: active people and agencies."""
    with shared_casework().read() as session:
        people = [person for person in list_people(session) if person.active]
        return people, list_agencies(session, active=True)


def act(do: Callable[[Session, Actor], Done], *, now: datetime) -> Done:
    """Do something in the name of the page's person, in one transaction. Raises KentonganError."""
    with shared_casework().begin() as session:
        done = do(session, page_actor(session, now=now))
    load_takeover.clear()
    return done


def press_button(*, kind: IncidentKind, place: str, title: str, level: Level, now: datetime) -> TakenCall | Incident:
    """Open an incident from the page, as a call would: one that is open about the same place takes it up. Under a
    title of its own it is always an incident of its own. Raises KentonganError."""
    settings = read_settings()
    if title.strip() or level != TAKES_OVER:
        named = title.strip() or acts.title_of(kind, place.strip() or None)
        region = shared_gazetteer().find(place, within=settings.region or None) if place.strip() else None
        return act(
            lambda session, actor: acts.open_incident(
                session, title=named, kind=kind, level=level, place=place.strip() or None,
                region=region.code if region else None, actor=actor, now=now, via=VIA,
            ),
            now=now,
        )  # fmt: skip
    return act(
        lambda session, actor: take_emergency(
            session, Emergency(kind=kind, place=place), places=shared_gazetteer(), within=settings.region or None,
            actor=actor, now=now, via=VIA,
        ),
        now=now,
    )  # fmt: skip


def write_note(incident: int, text: str, *, now: datetime) -> None:
    act(lambda session, actor: acts.add_entry(session, incident, text=text, actor=actor, now=now, via=VIA), now=now)


def give_task(incident: int, what: str, *, person: str | None, agency: str | None, minutes: int, now: datetime) -> Task:
    due = now + timedelta(minutes=minutes)
    return act(
        lambda session, actor: assign_task(
            session, incident, what=what, due_at=due, person=person, agency=agency, actor=actor, now=now, via=VIA
        ),
        now=now,
    )


def update_task(task: Task, *, state: TaskState, note: str, now: datetime) -> Task:
    return act(
        lambda session, actor: change_task(
            session, task.id, state=state, note=note, version=task.version, actor=actor, now=now, via=VIA
        ),
        now=now,
    )


def set_level(incident: Incident, level: Level, *, reason: str, now: datetime) -> Incident:
    return act(
        lambda session, actor: acts.change_level(
            session, incident.id, level=level, reason=reason, version=incident.version, actor=actor, now=now, via=VIA
        ),
        now=now,
    )


def end_incident(incident: Incident, *, outcome: str, now: datetime) -> Incident:
    return act(
        lambda session, actor: acts.close_incident(
            session, incident.id, outcome=outcome, version=incident.version, actor=actor, now=now, via=VIA
        ),
        now=now,
    )


def take_up_again(incident: Incident, *, reason: str, now: datetime) -> Incident:
    return act(
        lambda session, actor: acts.reopen_incident(
            session, incident.id, reason=reason, version=incident.version, actor=actor, now=now, via=VIA
        ),
        now=now,
    )


def accept_call(call: Call, *, title: str, kind: IncidentKind, level: Level, now: datetime) -> Incident:
    return act(
        lambda session, actor: open_held(
            session, call.id, title=title, kind=kind, level=level, version=call.version, actor=actor, now=now, via=VIA
        ),
        now=now,
    )


def dismiss_call(call: Call, *, reason: str, now: datetime) -> Call:
    return act(
        lambda session, actor: dismiss_held(
            session, call.id, reason=reason, version=call.version, actor=actor, now=now, via=VIA
        ),
        now=now,
    )


def look_up_caller(call: int, *, now: datetime) -> Caller:
    """Who called; that it was read stands in the audit. Raises KentonganError."""
    return act(lambda session, actor: read_caller(session, call, actor=actor, now=now, via=VIA), now=now)


def give_answer(
    danger: Danger, *, answer: Answer, text: str, source: str, open_incident: bool, now: datetime
) -> Danger:
    """The agency's answer, and where it is true and wished the incident, in one transaction. Raises KentonganError."""

    def do(session: Session, actor: Actor) -> Danger:
        given = answer_danger(
            session, danger.id, answer=answer, text=text, source=source, version=danger.version, actor=actor, now=now,
            via=VIA,
        )  # fmt: skip
        if answer == "confirmed" and open_incident:
            region = shared_gazetteer().get(danger.region) if danger.region else None
            open_on_danger(session, danger.id, place=region.name if region else None, actor=actor, now=now, via=VIA)
            session.flush()
            return read_danger(session, danger.id, now=now)
        return given

    return act(do, now=now)


def make_report(room: Room, *, now: datetime) -> bytes:
    """The closing report, or a draft of it. Raises KentonganError."""
    settings = read_settings()
    code = room.incident.region
    region = shared_gazetteer().get(code) if code else None
    return make_closing_report(
        room, organisation=settings.organisation, zone=settings.zone, now=now,
        regions={region.code: region.name} if region else {},
    )  # fmt: skip
