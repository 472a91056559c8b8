"""How a job tells its row what it is doing, from inside its own process, and how a row is brought to its end."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from sqlalchemy import ColumnElement, func, or_, update
from sqlalchemy.orm import Session

from casework.db import Casework
from casework.processes import process_identity
from casework.tables import JobRow
from kentongan.errors import Conflict, KentonganError, Retry

REPORT_EVERY = timedelta(seconds=1)
"""Least time between two written reports: a person cannot read faster, and each is a durable commit."""
MAX_NOTE = 500
"""Longest note or error kept, in characters."""
UNFINISHED = ("queued", "running")

log = logging.getLogger(__name__)


def system_clock() -> datetime:
    """The time now, in UTC: a job's process is an edge of the program."""
    return datetime.now(UTC)


def shorten(words: str | None) -> str | None:
    """A note that fits its column; PostgreSQL takes no NUL and no lone surrogate. None stays None, as does nothing."""
    if not words:
        return None
    return words.replace("\0", "").encode("utf-8", "replace").decode("utf-8")[:MAX_NOTE]


def end_job(
    session: Session, job: int, *, exit_code: int | None, error: str | None, now: datetime, lost_pid: int | None = None
) -> bool:
    """Mark a job done (exit code 0) or failed (any other, or None where nobody knows it); False where it had ended.

    A failure without a word gets one. ``lost_pid``: who waited for this process also corrects a row taken for lost.
    """
    open_still: ColumnElement[bool] = JobRow.state.in_(UNFINISHED)
    if lost_pid is not None:
        was_lost = (JobRow.state == "failed") & JobRow.exit_code.is_(None) & (JobRow.pid == lost_pid)
        open_still = or_(open_still, was_lost)
    if error is None and exit_code != 0:
        error = f"Prosesnya berakhir dengan kode {exit_code}; lihat log."
    changed = (
        update(JobRow)
        .where(JobRow.id == job, open_still)
        .values(
            state="done" if exit_code == 0 else "failed",
            exit_code=exit_code,
            error=shorten(error),
            finished_at=now,
            version=JobRow.version + 1,
        )
        .returning(JobRow.id)
    )
    return session.scalars(changed).first() is not None


class JobReporter:
    """Reports on one job from its own process.

    ``with JobReporter(casework, number) as reporter:`` claims the row (raising Conflict where the job was cancelled
    before it began) and, at the end, writes the last report; an exception inside marks the job failed with its
    message. The exit code is known only where the command ends: call ``finish`` there.
    """

    def __init__(self, casework: Casework, job: int, *, clock: Callable[[], datetime] = system_clock) -> None:
        self.casework = casework
        self.job = job
        self._clock = clock
        self._written_at: datetime | None = None
        self._pending: dict[str, Any] | None = None

    def start(self) -> None:
        """Say that this process does the job. Raises Conflict where the job has ended or was cancelled."""
        now, pid = self._clock(), os.getpid()
        self._write(
            {
                "state": "running",
                "started_at": func.coalesce(JobRow.started_at, now),
                "pid": func.coalesce(JobRow.pid, pid),
                "process": func.coalesce(JobRow.process, process_identity(pid)),
                "host": socket.gethostname(),
            }
        )

    def report(self, done: int, total: int | None = None, note: str = "") -> None:
        """Say how much is done, of how many (None where unknown), and what is being done.

        Written at most once a second; a report that comes sooner waits for the next one or for the end. Where the
        database is away the report is left out and the work goes on. Raises Conflict once the job was cancelled, which
        stops it also where no signal could reach it.
        """
        self._pending = {"done": done, "total": total, "note": shorten(note)}
        now = self._clock()
        # A clock that was set back must not silence the job until it has caught up.
        if self._written_at is None or not timedelta() <= now - self._written_at < REPORT_EVERY:
            self._flush(now)

    def finish(self, exit_code: int, *, error: str | None = None) -> None:
        """Write the last report and say how the job ended. Nothing happens where it was cancelled meanwhile."""
        values, self._pending = self._pending, None
        with self.casework.begin() as session:
            if values:
                open_still = (JobRow.id == self.job) & JobRow.state.in_(UNFINISHED)
                session.execute(update(JobRow).where(open_still).values(**values))
            end_job(session, self.job, exit_code=exit_code, error=error, now=self._clock())

    def _flush(self, now: datetime) -> None:
        values, self._pending = self._pending, None
        if values is None:
            return
        self._written_at = now
        try:
            self._write(values)
        except Retry as error:
            log.warning("progress of job %d not written: %s", self.job, error)

    def _write(self, values: dict[str, Any]) -> None:
        open_still = (JobRow.id == self.job) & JobRow.state.in_(UNFINISHED)
        with self.casework.begin() as session:
            changed = update(JobRow).where(open_still).values(**values).returning(JobRow.id)
            if session.scalars(changed).first() is None:
                raise Conflict(
                    f"Pekerjaan {self.job} sudah dibatalkan atau berakhir.", hint="Mulai yang baru bila perlu."
                )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None or isinstance(error, SystemExit):
            try:
                self._flush(self._clock())
            except Conflict as cancelled:
                log.warning("last progress of job %d not written: %s", self.job, cancelled)
        else:
            reason = str(error) if isinstance(error, KentonganError) else f"{type(error).__name__}: {error}"
            self.finish(2 if isinstance(error, KentonganError) else 1, error=reason)
