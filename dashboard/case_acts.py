"""What the page of cases does in the name of its person: answers, choice of a way, changes of a case, and the two jobs
(capture a page, build the package). Each act refuses whoever may not do it."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from casework.access import authorise
from casework.jobs import Job, list_jobs, read_log, reap_jobs, start_job
from dashboard.case_desk import shared_objects
from dashboard.data import read_settings, shared_casework
from dashboard.visitor import VIA, page_actor
from evidence.cases import (
    close_case,
    describe_case,
    hold_case,
    open_case,
    read_case,
    release_case,
    reopen_case,
)
from evidence.law.questions import Answer, answer, choose_route
from evidence.law.rulebook import read_rulebook
from evidence.law.rulebook_form import Route
from evidence.records import Case
from kentongan.errors import Conflict, NotFound

Change = Literal["hold", "release", "close", "reopen"]
"""What is done to a case, each with its reason."""

CHANGES: Final = {"hold": hold_case, "release": release_case, "close": close_case, "reopen": reopen_case}
LOOKED_THROUGH: Final = 200
"""Newest jobs of all kinds among which those of a case are looked for."""
SHOWN_JOBS: Final = 4
"""Most jobs of a case that are shown."""
LOG_LINES: Final = 60
"""Lines of a job's log that are shown, from its end."""


def answer_question(case_id: str, question: str, value: str, reason: str, *, now: datetime) -> Answer:
    """Keep an answer to one of the law's questions; an earlier one stays. Raises KentonganError."""
    settings = read_settings()
    with shared_casework().begin() as session:
        return answer(
            session, case_id, question, value, reason, rulebook=read_rulebook(settings.rulebook_file),
            actor=page_actor(session, now=now), now=now, zone=settings.zone, via=VIA,
        )  # fmt: skip


def choose_way(case_id: str, route: Route, reason: str, *, now: datetime) -> Answer:
    """Choose which way a case's evidence is to go. Raises KentonganError, NotAllowed where the answers shut it."""
    settings = read_settings()
    with shared_casework().begin() as session:
        return choose_route(
            session, case_id, route, rulebook=read_rulebook(settings.rulebook_file), objects=shared_objects(),
            actor=page_actor(session, now=now), now=now, reason=reason, zone=settings.zone, via=VIA,
        )  # fmt: skip


def open_by_hand(title: str, purpose: str, *, now: datetime) -> Case:
    """Open a case without a document; in an installation of invented data it is for such. Raises KentonganError."""
    settings = read_settings()
    with shared_casework().begin() as session:
        return open_case(
            session, title=title, purpose=purpose, actor=page_actor(session, now=now), now=now,
            sample=settings.installation == "sample", zone=settings.zone, via=VIA,
        )  # fmt: skip


def describe_anew(case: Case, *, title: str, purpose: str, now: datetime) -> Case:
    """Give a case another title or purpose; what is as it was is left. Raises KentonganError."""
    with shared_casework().begin() as session:
        return describe_case(
            session, case.id, title=None if title.strip() == case.title else title,
            purpose=None if purpose.strip() == case.purpose else purpose, actor=page_actor(session, now=now), now=now,
            via=VIA,
        )  # fmt: skip


def change_case(case: Case, change: Change, reason: str, *, now: datetime) -> Case:
    """Hold, release, close or reopen a case as the person saw it. Raises KentonganError."""
    with shared_casework().begin() as session:
        return CHANGES[change](
            session, case.id, reason=reason, actor=page_actor(session, now=now), now=now, version=case.version, via=VIA
        )


def start_build(case_id: str, route: Route, *, now: datetime) -> Job:
    """Start the command that builds a package, for a case and the way chosen for it. Raises KentonganError."""
    settings = read_settings()
    way = read_rulebook(settings.rulebook_file).route(route).key
    with shared_casework().read() as session:
        actor = authorise(session, page_actor(session, now=now), action="evidence.build", now=now)
        case = read_case(session, case_id)
    arguments = ["evidence", "build", case.id, "--route", way, "--as", actor.username]
    refuse_second(case.id, arguments, now=now)
    return start_job(shared_casework(), arguments, actor=actor, now=now, settings=settings)


def start_capture(case_id: str, document: str, *, now: datetime) -> Job:
    """Start the command that captures a page, for that of a document that is in the case. Raises KentonganError."""
    with shared_casework().read() as session:
        actor = authorise(session, page_actor(session, now=now), action="cases.secure", now=now)
        case = read_case(session, case_id)
    held = next((one.document for one in case.documents if one.document == document), None)
    if held is None:
        raise NotFound(f"Unggahan itu tidak ada di kasus {case.id}.", hint="Pilih yang sudah diamankan di sana.")
    arguments = ["evidence", "capture", held, "--case", case.id, "--as", actor.username]
    refuse_second(case.id, arguments, now=now)
    return start_job(shared_casework(), arguments, actor=actor, now=now, settings=read_settings())


def refuse_second(case_id: str, arguments: list[str], *, now: datetime) -> None:
    """Raise Conflict where the same work on a case runs already, whoever asked for it."""
    same = arguments[: arguments.index("--as")]
    for job in case_jobs(case_id, now=now):
        if not job.finished and list(job.arguments[: len(same)]) == same:
            raise Conflict(f"Pekerjaan {job.id} sedang melakukannya.", hint="Tunggu sampai selesai.")


def case_jobs(case_id: str, *, now: datetime) -> list[Job]:
    """The newest captures and builds of a case. Raises Retry."""
    reap_jobs(shared_casework(), now=now)
    with shared_casework().read() as session:
        newest = list_jobs(session, limit=LOOKED_THROUGH)
    return [job for job in newest if job.arguments[:1] == ("evidence",) and case_id in job.arguments][:SHOWN_JOBS]


def job_log(job: Job) -> str:
    """The end of a job's log; empty where there is none on this machine."""
    return read_log(read_settings(), job.id, tail=LOG_LINES) or ""
