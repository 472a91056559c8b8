"""The tasks of an incident: who does what by when, and how it goes."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.agency_tables import AgencyRow
from casework.db import expect_version
from casework.incidents.records import TASK_WORDS, WAITING_TASKS, Task, TaskState, as_task
from casework.incidents.room import FRESH, checked_text, lock_incident, record_act
from casework.incidents.tables import IncidentTaskRow
from casework.roles import Actor
from casework.tables import PersonRow
from kentongan.errors import Conflict, KentonganError, NotFound
from kentongan.schema import require_aware

MAX_TASK = 500
"""Longest task or note on one, in characters."""


def assign_task(
    session: Session,
    incident: int,
    *,
    what: str,
    due_at: datetime,
    actor: Actor,
    now: datetime,
    person: str | None = None,
    agency: str | None = None,
    via: str | None = None,
) -> Task:
    """Give a task of an open incident to a person (by id), an agency (by code), or a person of an agency.

    Raises NotAllowed, NotFound, Conflict, and KentonganError where nobody is named or the time is over already.
    """
    actor = authorise(session, actor, action="incidents.work", now=now)
    require_aware("due_at", due_at)
    lock_incident(session, incident, doing="diberi tugas")
    said = checked_text(what, "Tugas", most=MAX_TASK)
    if person is None and agency is None:
        raise KentonganError("Tugas belum punya pelaksana.", hint="Sebut orangnya, instansinya, atau keduanya.")
    if due_at <= now:
        raise KentonganError("Batas waktu tugas sudah lewat.", hint="Beri batas sesudah sekarang.")
    who = None if person is None else session.get(PersonRow, person)
    if person is not None and (who is None or not who.active):
        raise NotFound("Orang itu tidak ada atau akunnya tidak aktif.", hint="Daftarnya: `kentongan users list`.")
    office = None if agency is None else session.get(AgencyRow, agency)
    if agency is not None and office is None:
        raise NotFound(f"Instansi {agency!r} tidak ada.", hint="Daftarnya: `kentongan agencies list`.")
    row = IncidentTaskRow(
        incident=incident,
        what=said,
        person=None if who is None else who.id,
        person_name=None if who is None else who.name,
        agency=None if office is None else office.code,
        agency_name=None if office is None else office.name,
        due_at=due_at,
        state="open",
        given_at=now,
        given_name=actor.username,
    )
    session.add(row)
    session.flush()
    task = as_task(row)
    detail: dict[str, str | int] = {"tugas": row.id, "pelaksana": task.holder, "batas": due_at.isoformat()}
    record_act(session, incident, act="assigned", actor=actor, now=now, text=said, detail=detail, via=via)
    return task


def finish_task(
    session: Session, task: int, *, note: str, version: int, actor: Actor, now: datetime, via: str | None = None
) -> Task:
    """Mark a task done, with what was done. Raises NotAllowed, NotFound, Conflict and KentonganError."""
    return change_task(session, task, state="done", note=note, version=version, actor=actor, now=now, via=via)


def change_task(
    session: Session,
    task: int,
    *,
    state: TaskState,
    note: str,
    version: int,
    actor: Actor,
    now: datetime,
    via: str | None = None,
) -> Task:
    """Say how a task goes: blocked (by what), open again, done or cancelled (why).

    Raises NotAllowed, NotFound, Conflict, and KentonganError for an unknown state or without a note.
    """
    actor = authorise(session, actor, action="incidents.work", now=now)
    if state not in TASK_WORDS:
        raise KentonganError(f"Keadaan tugas {state!r} tidak dikenal.")
    found = session.get(IncidentTaskRow, task)
    if found is None:
        raise NotFound(f"Tugas {task} tidak ada.")
    lock_incident(session, found.incident, doing="diubah tugasnya")
    row = session.scalars(select(IncidentTaskRow).where(IncidentTaskRow.id == task), execution_options=FRESH).one()
    expect_version(f"Tugas {task}", read=version, stored=row.version)
    if row.state not in WAITING_TASKS:
        raise Conflict(f"Tugas {task} sudah {TASK_WORDS[cast(TaskState, row.state)]}.", hint="Beri tugas baru.")
    said = checked_text(note, "Keterangan tugas", most=MAX_TASK)
    row.state, row.note, row.done_at = state, said, now if state == "done" else None
    detail: dict[str, str | int] = {"tugas": task, "apa": row.what, "keadaan": state}
    record_act(session, row.incident, act="task", actor=actor, now=now, text=said, detail=detail, via=via)
    return as_task(row)
