"""Long work that a page or a person asks for: a process of the command line with a row that says how far it is.

The row says queued, running, done, failed or cancelled. The process reports through ``JobReporter``; whoever started it
waits for its exit code in a thread; where both are gone, ``reap_jobs`` finds the row whose process no longer runs.
"""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, cast

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.audit import record
from casework.db import Casework, expect_version
from casework.job_report import UNFINISHED, end_job, system_clock
from casework.job_report import JobReporter as JobReporter
from casework.processes import end_group, process_identity
from casework.roles import Action, Actor
from casework.tables import JobRow
from kentongan.errors import Conflict, KentonganError, NotFound
from kentongan.settings import Settings, as_variables

JobState = Literal["queued", "running", "done", "failed", "cancelled"]

JOB_COMMANDS = frozenset({"crawl", "evidence", "export", "score", "import", "train"})
"""Commands that may be a job. Their further arguments are the caller's to choose: never pass on what a person typed
without naming each option."""
EVIDENCE_JOBS: Mapping[str, Action] = {"build": "evidence.build", "capture": "cases.secure"}
"""What of ``evidence`` may be a job, and the act it is part of: whoever may do that may start it; all else is
"jobs.start"."""
KENTONGAN = (sys.executable, "-m", "kentongan")
"""What a job's arguments are appended to."""
JOB_VARIABLE = "KENTONGAN_JOB"
"""Environment variable that tells the process its job's number."""
GRACE_S = 3.0
"""How long a cancelled job may take to end by itself before it is killed."""
UNBORN_AFTER = timedelta(minutes=1)
"""A queued job without a process is given up after this: whoever wanted to start it has died in between."""
TAIL_BYTES = 262_144
"""Most of a log that is read, from its end."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One long work, as it was when read."""

    id: int
    arguments: tuple[str, ...]
    """What follows ``kentongan`` on the command line."""
    state: JobState
    actor: str
    """Id of the person who asked for it, or "sistem"."""
    actor_name: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    done: int | None
    """Pieces done; None before the first report."""
    total: int | None
    """Of how many; None where the work cannot know."""
    note: str | None
    """What it is doing."""
    error: str | None
    """Why it failed, in Indonesian where Kentongan knows."""
    exit_code: int | None
    """Exit status of the process, negative for the signal that ended it; None where nobody saw it end."""
    host: str
    """Name of the machine it runs on."""
    pid: int | None
    cancelled_by: str | None
    """Username of who cancelled it."""
    version: int
    """Grows with each change of state, not with progress; pass it back to cancel."""

    @property
    def finished(self) -> bool:
        """Whether it has ended, well or not."""
        return self.state not in UNFINISHED


def start_job(
    casework: Casework,
    arguments: Sequence[str],
    *,
    actor: Actor,
    now: datetime,
    settings: Settings,
    prefix: Sequence[str] = KENTONGAN,
    clock: Callable[[], datetime] = system_clock,
) -> Job:
    """Start a command as a process of its own, which outlives the caller, and return its job.

    The process gets the settings and its job's number as environment variables and writes to ``log_file``. Raises
    NotAllowed, KentonganError for a command that is no job or cannot be started, Retry where the database is away.
    ``clock`` is read when the process ends.
    """
    words = check_arguments(arguments)
    with casework.begin() as session:
        actor = authorise(session, actor, action=starting_act(words), now=now)
        row = JobRow(
            arguments=list(words),
            state="queued",
            actor=actor.id,
            actor_name=actor.username,
            created_at=now,
            host=socket.gethostname(),
            version=1,
        )
        session.add(row)
        session.flush()
        job = row.id
        record(session, actor, action="jobs.start", object=f"job:{job}", detail={"arguments": list(words)}, now=now)
    try:
        process = spawn([*prefix, *words], job=job, settings=settings)
    except OSError as error:
        reason = f"Proses tidak dapat dimulai: {error}"
        with casework.begin() as session:
            end_job(session, job, exit_code=None, error=reason, now=now)
        raise KentonganError(
            f"Pekerjaan {job} gagal dimulai: {error}.", hint="Periksa folder jobs dan hak atasnya."
        ) from error
    identity = process_identity(process.pid)
    waiting = threading.Thread(
        target=await_end, args=(casework, process), kwargs={"job": job, "clock": clock}, name=f"job-{job}", daemon=True
    )
    waiting.start()
    try:
        with casework.begin() as session:
            mine = JobRow.id == job
            session.execute(update(JobRow).where(mine, JobRow.pid.is_(None)).values(pid=process.pid, process=identity))
            session.execute(
                update(JobRow)
                .where(mine, JobRow.state == "queued")
                .values(state="running", started_at=now, version=JobRow.version + 1)
            )
            return get_job(session, job)
    except BaseException:
        # A process that its row does not know could be neither seen nor cancelled.
        if identity:
            end_group(process.pid, identity, grace=GRACE_S)
        raise


def cancel_job(
    casework: Casework, job: int, *, actor: Actor, version: int, now: datetime, grace: float = GRACE_S
) -> Job:
    """Mark a job cancelled and end its process and all that belong to it, by force after ``grace`` seconds.

    A process on another machine gets no signal: it stops at its next report. Raises NotAllowed, NotFound, Conflict
    where the job changed state meanwhile or has ended.
    """
    with casework.begin() as session:
        row = session.get(JobRow, job, with_for_update=True)
        own = row is not None and row.actor == actor.id
        actor = authorise(session, actor, action="jobs.cancel" if own else "jobs.cancel_others", now=now)
        if row is None:
            raise missing(job)
        if row.state not in UNFINISHED:
            raise Conflict(f"Pekerjaan {job} sudah berakhir ({row.state}), jadi tidak dapat dibatalkan.")
        expect_version(f"Pekerjaan {job}", read=version, stored=row.version)
        row.state, row.cancelled_by, row.finished_at, row.version = "cancelled", actor.username, now, row.version + 1
        session.flush()
        record(session, actor, action="jobs.cancel", object=f"job:{job}", detail={"of": row.actor_name}, now=now)
        cancelled, identity = as_job(row), row.process
    if cancelled.pid is not None and identity is not None and cancelled.host == socket.gethostname():
        try:
            end_group(cancelled.pid, identity, grace=grace)
        except PermissionError:
            log.warning("job %d belongs to another user: it stops at its next report", job)
    return cancelled


def reap_jobs(casework: Casework, *, now: datetime) -> list[Job]:
    """Mark as failed each job of this machine whose process is gone without a word; returns those.

    A later process with the same pid is not taken for it (see ``casework.processes``).
    """
    lost: list[Job] = []
    with casework.read() as session:
        mine = select(JobRow).where(JobRow.state.in_(UNFINISHED), JobRow.host == socket.gethostname())
        suspects = [
            row.id
            for row in session.scalars(mine.order_by(JobRow.id))
            if (
                now - row.created_at > UNBORN_AFTER
                if row.pid is None
                else row.process is None or process_identity(row.pid) != row.process
            )
        ]
    for job in suspects:
        with casework.begin() as session:
            error = "Prosesnya hilang tanpa pesan: dimatikan, kehabisan memori, atau mesin dimulai ulang."
            if end_job(session, job, exit_code=None, error=error, now=now):
                lost.append(get_job(session, job))
    return lost


def get_job(session: Session, job: int) -> Job:
    """The job of this number. Raises NotFound."""
    row = session.get(JobRow, job, populate_existing=True)
    if row is None:
        raise missing(job)
    return as_job(row)


def list_jobs(session: Session, *, states: Sequence[JobState] = (), limit: int = 50) -> list[Job]:
    """Jobs, newest first, of these states or of all."""
    chosen = select(JobRow).order_by(JobRow.id.desc()).limit(limit)
    if states:
        chosen = chosen.where(JobRow.state.in_(states))
    return [as_job(row) for row in session.scalars(chosen)]


def log_file(settings: Settings, job: int) -> Path:
    """Where a job's standard output and error go, on the machine it runs on."""
    return settings.jobs_dir / f"{job}.log"


def read_log(settings: Settings, job: int, *, tail: int = 200) -> str | None:
    """The last ``tail`` lines of a job's log (of its last 256 KiB); None where there is no log on this machine."""
    try:
        with log_file(settings, job).open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL_BYTES))
            written = file.read()
    except FileNotFoundError:
        return None
    return "".join(written.decode("utf-8", "replace").splitlines(keepends=True)[-tail:])


def check_arguments(arguments: Sequence[str]) -> tuple[str, ...]:
    """The arguments, where they name a command that may be a job. Raises KentonganError."""
    words = tuple(arguments)
    if not words or words[0] not in JOB_COMMANDS:
        name = words[0] if words else ""
        raise KentonganError(
            f"Perintah {name!r} bukan pekerjaan.", hint=f"Pilihannya: {', '.join(sorted(JOB_COMMANDS))}."
        )
    if words[0] == "evidence" and words[1:2] not in {(part,) for part in EVIDENCE_JOBS}:
        parts = ", ".join(f"evidence {part}" for part in sorted(EVIDENCE_JOBS))
        raise KentonganError(
            f"Perintah 'evidence {' '.join(words[1:2])}' bukan pekerjaan.", hint=f"Pilihannya: {parts}."
        )
    for word in words:
        if "\0" in word or word != word.encode("utf-8", "replace").decode("utf-8"):
            raise KentonganError(f"Argumen {word!r} memuat karakter yang tidak dapat diteruskan.")
    return words


def starting_act(words: Sequence[str]) -> Action:
    """The act that whoever starts this job has to be allowed."""
    return EVIDENCE_JOBS[words[1]] if words[0] == "evidence" else "jobs.start"


def spawn(command: Sequence[str], *, job: int, settings: Settings) -> subprocess.Popen[bytes]:
    """Start the process in a session of its own, so that it outlives the caller and is signalled as a whole."""
    settings.jobs_dir.mkdir(parents=True, exist_ok=True)
    variables = {**os.environ, **as_variables(settings), JOB_VARIABLE: str(job), "PYTHONUNBUFFERED": "1"}
    # A log may quote what was collected: it is its owner's alone.
    with os.fdopen(os.open(log_file(settings, job), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=variables,
            start_new_session=True,
        )


def await_end(casework: Casework, process: subprocess.Popen[bytes], *, job: int, clock: Callable[[], datetime]) -> None:
    """Wait for the process and write how it ended, where it could not say so itself."""
    exit_code = process.wait()
    # Closing waits for this: a connection opened on a closed engine would never be given back.
    with casework.closing:
        if casework.closed:
            return
        try:
            with casework.begin() as session:
                end_job(session, job, exit_code=exit_code, error=None, now=clock(), lost_pid=process.pid)
        except KentonganError as fault:
            log.warning("the end of job %d (exit code %d) was not written: %s", job, exit_code, fault)


def missing(job: int) -> NotFound:
    return NotFound(f"Pekerjaan {job} tidak ada.", hint="Daftarnya: `kentongan jobs list`.")


def as_job(row: JobRow) -> Job:
    """The row as a record."""
    return Job(
        id=row.id,
        arguments=tuple(row.arguments),
        state=cast(JobState, row.state),
        actor=row.actor,
        actor_name=row.actor_name,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        done=row.done,
        total=row.total,
        note=row.note,
        error=row.error,
        exit_code=row.exit_code,
        host=row.host,
        pid=row.pid,
        cancelled_by=row.cancelled_by,
        version=row.version,
    )
