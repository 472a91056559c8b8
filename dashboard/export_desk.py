"""What the page Jelajah exports: a file in a folder of whoever asked for it, written at once or by a job of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from casework.access import authorise
from casework.jobs import Job, list_jobs, start_job
from casework.post_exports import EXPORT_NAME, MaskedView, allow_export, export_name, exports_folder, tell_about
from casework.public_accounts import read_public
from dashboard.data import read_settings, shared_casework, shared_store
from dashboard.pages import may_read_complaints
from dashboard.visitor import VIA, page_actor, visitor_role
from kentongan.errors import NotAllowed
from kentongan.schema import KINDS, Kind, Query
from search.export import export_file, sidecar_of

MOST_AT_ONCE: Final = 20_000
"""Documents that are written while the page waits (some seconds); more are a job."""
KEPT: Final = timedelta(hours=24)
"""How long a file waits to be fetched: it is a copy, and whoever needs it again exports again."""

Report = Callable[[int, int | None, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """One export that was asked for."""

    file: str
    documents: int
    job: int | None
    """Number of the job that writes it; None where it is there already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One finished file of a person."""

    file: str
    size: int
    """In bytes."""
    made_at: float
    """Seconds since 1970, UTC."""


def prepare_export(
    query: Query, *, suffix: str, named: bool, reason: str, now: datetime, report: Report | None = None
) -> Prepared:
    """Write everything a question finds into a file of the person's own, or start the job that does.

    Raises NotAllowed before anything is written, and KentonganError.
    """
    settings, store = read_settings(), shared_store()
    if not may_read_complaints(visitor_role(now=now)):
        query = without_complaints(query)
    name = export_name(query, suffix=suffix, now=now, zone=settings.zone)
    documents = store.count(query)[0].count
    with shared_casework().begin() as session:
        actor = page_actor(session, now=now)
        if documents > MOST_AT_ONCE:
            authorise(session, actor, action="jobs.start", now=now)
        allow_export(
            session, query, file=name, documents=documents, named=named, reason=reason, actor=actor, now=now, via=VIA
        )
        public = read_public(session)
    folder = exports_folder(settings, actor.id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    sweep_exports(folder, now=now)
    if documents > MOST_AT_ONCE:
        arguments = export_arguments(query, folder / name, named=named)
        job = start_job(shared_casework(), arguments, actor=actor, now=now, settings=settings)
        return Prepared(file=name, documents=documents, job=job.id)
    with store.freeze() as frozen:
        view = frozen if named else MaskedView(frozen, public)
        about = tell_about(view, query, settings, now=now, masked=not named)
        export_file(view, query, folder / name, about=about, report=report)
    return Prepared(file=name, documents=documents, job=None)


def without_complaints(query: Query) -> Query:
    """The same question about everything but complaints. Raises NotAllowed where it asks for nothing else."""
    kinds: tuple[Kind, ...] = tuple(kind for kind in query.kinds or KINDS if kind != "complaint")
    if not kinds:
        raise NotAllowed(
            "Isi aduan tidak diekspor untuk peran Anda.", hint="Minta petugas atau analis, atau pilih jenis lain."
        )
    return replace(query, kinds=kinds)


def export_arguments(query: Query, target: Path, *, named: bool) -> list[str]:
    """The command that writes the same file. What is chosen stands in its words, but for kinds and times."""
    arguments = ["export", "--to", str(target)]
    if query.since is not None:
        arguments += ["--from", query.since.isoformat()]
    if query.until is not None:
        arguments += ["--to", query.until.isoformat()]
    for kind in query.kinds:
        arguments += ["--kind", kind]
    if not named:
        arguments.append("--mask-authors")
    # What a person typed comes last, behind the mark that no option follows.
    return [*arguments, "--", query.text]


def sweep_exports(folder: Path, *, now: datetime) -> None:
    """Remove what nobody fetched in time."""
    for left in folder.glob("kentongan-*"):
        if now.timestamp() - left.stat().st_mtime > KEPT.total_seconds():
            left.unlink(missing_ok=True)


def own_exports(*, now: datetime) -> tuple[list[Waiting], list[Job]]:
    """The files of the person of this page, newest first, and their exports that still run. Raises KentonganError."""
    with shared_casework().read() as session:
        actor = page_actor(session, now=now)
        running = list_jobs(session, states=("queued", "running"))
    folder = exports_folder(read_settings(), actor.id)
    found = []
    for path in folder.glob("kentongan-*") if folder.is_dir() else ():
        status = path.stat()
        fresh = now.timestamp() - status.st_mtime <= KEPT.total_seconds()
        if fresh and EXPORT_NAME.fullmatch(path.name) and sidecar_of(path).is_file():
            found.append(Waiting(file=path.name, size=status.st_size, made_at=status.st_mtime))
    found.sort(key=lambda one: (-one.made_at, one.file))
    return found, [job for job in running if job.actor == actor.id and job.arguments[:1] == ("export",)]
