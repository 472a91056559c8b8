"""Takes a file of complaints into casework and, pseudonymised, into the store, for `kentongan import`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kentongan.errors import BadSettings
from kentongan.settings import Settings

if TYPE_CHECKING:
    from casework.complaints.records import Intake
    from casework.db import Casework
    from casework.roles import Actor
    from crawlers.file_complaints import FileComplaint
    from crawlers.file_mappings import FileMapping
    from crawlers.file_rows import RefusedRow
    from kentongan.places import Gazetteer
    from models.suggest import Suggester

CHUNK = 2_000
"""Complaints in one transaction: a second or so, so that others who write need not wait long; a killed import loses at
most these, and finds the others known when it is run again."""


@dataclass(slots=True, kw_only=True)
class Imported:
    """What an import of a file did."""

    read: int = 0
    new: int = 0
    changed: int = 0
    known: int = 0
    held: Counter[str] = field(default_factory=Counter)
    rows: list[RefusedRow] = field(default_factory=list)
    """Rows that were refused, with their line and reason."""
    indexed: int = 0

    @property
    def refused(self) -> dict[str, int]:
        return dict(Counter(row.reason for row in self.rows))


def import_complaints(
    file: Path,
    *,
    settings: Settings,
    mapping: FileMapping | str,
    now: datetime,
    as_of: datetime | None = None,
    dry_run: bool = False,
    actor: Actor | None = None,
) -> Imported:
    """Take in every complaint of a file; what is wrong with single rows is in the outcome, the rest goes in.

    ``as_of`` is when the file was exported; None takes the newest time in it. Raises Quarantine where the file cannot
    be read at all, as ``crawlers.files.import_file`` says.
    """
    from casework.complaints.projection import index_complaints
    from casework.db import open_casework
    from casework.roles import SYSTEM
    from crawlers.file_complaints import read_complaints
    from crawlers.file_mappings import find_mapping, load_mappings
    from crawlers.file_rows import RefusedRow
    from search.open import open_store

    chosen = find_mapping(mapping, load_mappings()) if isinstance(mapping, str) else mapping
    if chosen.complaint is None:
        raise BadSettings(f"Pemetaan {chosen.name} bukan untuk aduan.", hint="Tambahkan bagian complaint: di dalamnya.")
    done = Imported()
    found: list[FileComplaint] = []
    for row in read_complaints(file, mapping=chosen, now=now):
        if isinstance(row, RefusedRow):
            done.rows.append(row)
        else:
            found.append(row)
    done.read = len(found)
    if dry_run:
        check_all(found, done, gazetteer=open_gazetteer(settings), settings=settings, now=now)
        return done
    with open_casework(settings) as casework, open_store(settings) as store:
        take_all(found, done, casework=casework, settings=settings, actor=actor or SYSTEM, now=now, as_of=as_of)
        done.indexed += index_complaints(casework, store, now=now, zone=settings.zone)
        store.refresh()
    return done


def take_all(
    found: Sequence[FileComplaint],
    done: Imported,
    *,
    casework: Casework,
    settings: Settings,
    actor: Actor,
    now: datetime,
    as_of: datetime | None,
) -> None:
    """Take complaints into casework, chunk by chunk; rows of one ticket stay together."""
    from casework.complaints.importing import take_prepared
    from casework.complaints.projection import note_shown
    from casework.deadlines import load_deadlines
    from kentongan.commands.acting import VIA
    from kentongan.commands.complaint_workers import open_workers
    from kentongan.errors import Quarantine

    deadlines, suggester = load_deadlines(settings), open_suggester()
    seen = as_of or newest(found, now=now)
    with open_workers(len(found), settings=settings, now=now) as workers:
        for chunk, made in workers.prepare(chunks(found)):
            with casework.begin() as session:
                taken = take_prepared(
                    session,
                    list(zip(made.places, made.prepared, strict=True)),
                    [(place, Quarantine(reason, message)) for place, reason, message in made.refused],
                    deadlines=deadlines,
                    suggester=suggester,
                    said={made.prepared[number].key: word for number, word in made.said},
                    actor=actor,
                    now=now,
                    as_of=seen,
                    via=VIA,
                )
            workers.show()
            done.new += taken.new
            done.changed += taken.changed
            done.known += taken.known
            done.held.update(taken.held)
            refuse(done, chunk, [(place, error.reason, error.message) for place, error in taken.refused])
        workers.show()
        workers.collect()
    if workers.shown:
        note_shown(casework, workers.shown)
        done.indexed += len(workers.shown)


def check_all(
    found: Sequence[FileComplaint], done: Imported, *, gazetteer: Gazetteer, settings: Settings, now: datetime
) -> None:
    """Look at complaints as the intake would, and keep nothing."""
    from casework.complaints.from_files import intake_of
    from casework.complaints.preparing import prepare_intake
    from kentongan.errors import Quarantine

    for place, one in enumerate(found):
        intake: Intake = intake_of(one)
        try:
            ready = prepare_intake(intake, gazetteer=gazetteer, within=settings.region or None, now=now)
        except Quarantine as error:
            refuse(done, found, [(place, error.reason, error.message)])
            continue
        if ready.held is not None:
            done.held[ready.held] += 1


def refuse(done: Imported, chunk: Sequence[FileComplaint], faults: Iterable[tuple[int, str, str]]) -> None:
    """Note what was refused, with the line it stands on."""
    from crawlers.file_rows import RefusedRow

    for place, reason, message in faults:
        line = chunk[place].line
        done.rows.append(RefusedRow(line=line, reason=reason, message=f"Baris {line}: {message}"))
        done.read -= 1


def chunks(found: Sequence[FileComplaint]) -> Iterable[list[FileComplaint]]:
    """The complaints in their order, but all of one ticket behind its first."""
    by_ticket: dict[tuple[str, str], list[FileComplaint]] = {}
    for one in found:
        by_ticket.setdefault((one.publisher, one.ticket), []).append(one)
    chunk: list[FileComplaint] = []
    for group in by_ticket.values():
        chunk += group
        if len(chunk) >= CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def newest(found: Iterable[FileComplaint], *, now: datetime) -> datetime:
    """When a file must have been written at the earliest: the newest time in it that has been."""
    times = (time for one in found for time in (one.received_at, one.status_at, one.finished_at))
    return max((time for time in times if time is not None and time <= now), default=now)


def open_gazetteer(settings: Settings) -> Gazetteer:
    """The installation's regions and boundaries."""
    from kentongan.places import load_gazetteer

    return load_gazetteer(settings.regions_file, boundaries=settings.boundaries_file)


def open_suggester() -> Suggester | None:
    """The model that suggests category and agency; without its weights complaints come in without a suggestion."""
    from kentongan.commands.output import say
    from models.linear import BadModel
    from models.suggest import load_suggester

    try:
        return load_suggester()
    except BadModel as error:
        say(f"Tanpa saran kategori dan instansi: {error}")
        return None
