"""What the page of sources does: start a crawl, cancel it, ask for a refused page again, set a refused input aside."""

from __future__ import annotations

from datetime import datetime

from casework import audit
from casework.access import authorise
from casework.jobs import Job, cancel_job, start_job
from casework.roles import ACTIONS, Action, Actor
from crawlers.refusals import Refusals
from crawlers.sources import choose_sources, load_sources
from crawlers.state import Refused
from dashboard.data import read_settings, shared_casework
from dashboard.source_desk import judge_states, load_refused, readable_memory
from dashboard.visitor import page_actor
from kentongan.errors import Conflict, KentonganError


def find_actor(*, now: datetime) -> tuple[Actor | None, KentonganError | None]:
    """Who acts on this page; without an actor what keeps it from acting."""
    try:
        with shared_casework().read() as session:
            return page_actor(session, now=now), None
    except KentonganError as error:
        return None, error


def may(actor: Actor | None, action: Action) -> bool:
    """Whether the actor's role has this right; it is refused again where the act is done."""
    return actor is not None and actor.role in ACTIONS[action]


def start_crawl(source: str | None, *, now: datetime) -> Job:
    """Start collecting one source, or all that are on, as a job. Raises NotAllowed, NotFound, NotConfigured, Retry."""
    settings = read_settings()
    names = [] if source is None else [source]
    choose_sources(load_sources(settings.sources_file), names)
    with shared_casework().read() as session:
        actor = page_actor(session, now=now)
    return start_job(shared_casework(), ["crawl", *names], actor=actor, now=now, settings=settings)


def stop_job(job: Job, *, now: datetime) -> Job:
    """Cancel a job as the person saw it. Raises NotAllowed, NotFound, Conflict."""
    with shared_casework().read() as session:
        actor = page_actor(session, now=now)
    return cancel_job(shared_casework(), job.id, actor=actor, version=job.version, now=now)


def retry_refused(refused: Refused, *, now: datetime) -> None:
    """Have the next crawl ask for a refused page again. Raises NotAllowed, and Conflict where it is no longer there."""
    note_act(refused, action="sources.retry", now=now)
    file = read_settings().collection_file
    with readable_memory(file), Refusals(file) as refusals:
        done = refusals.retry(refused)
    forget_states()
    if not done:
        raise Conflict("Masukan ini tidak dapat diminta lagi: bukan halaman, atau sudah diminta orang lain.")


def put_aside(refused: Refused, *, now: datetime) -> None:
    """Set a refused input aside: somebody looked at it. Raises NotAllowed, Conflict where somebody did before."""
    actor = note_act(refused, action="sources.set_aside", now=now)
    file = read_settings().collection_file
    with readable_memory(file), Refusals(file) as refusals:
        done = refusals.set_aside(refused, by=actor.username, at=now)
    forget_states()
    if not done:
        raise Conflict("Masukan ini sudah disisihkan orang lain.")


def note_act(refused: Refused, *, action: str, now: datetime) -> Actor:
    """Look up that the page's person may manage sources, and write the act down before it is done: the crawlers'
    memory is a file of its own, and an act without its record would be worse than a record without its act."""
    with shared_casework().begin() as session:
        actor = authorise(session, page_actor(session, now=now), action="sources.manage", now=now)
        audit.record(
            session, actor, action=action, object=f"source:{refused.source}",
            detail={"url": refused.url[:500], "reason": refused.reason}, now=now,
        )  # fmt: skip
    return actor


def forget_states() -> None:
    """Read the sources anew: something was changed here."""
    for cached in (judge_states, load_refused):
        cached.clear()
