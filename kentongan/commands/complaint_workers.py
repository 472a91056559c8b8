"""Works on a large file of complaints beside the process that writes them down: prepares them, and shows them to the
store once they are written.

A small file is worked on where it is. A worker is a process of its own with its own gazetteer, model and store; what it
gives back is as if it had been made here. Casework is written by one process alone.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from kentongan.settings import Settings

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

    from casework.complaints.preparing import Prepared
    from casework.db import Casework
    from crawlers.file_complaints import FileComplaint
    from kentongan.places import Gazetteer
    from models.suggest import Suggested, Suggester
    from search.store import Store

WORTH_IT = 10_000
"""Complaints from which workers pay: starting one takes some three seconds, preparing 10,000 complaints as much."""
MOST_WORKERS = 4
"""More would wait for the one process that writes."""
AHEAD = 2
"""Chunks that are prepared ahead for each worker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A chunk that was prepared."""

    places: list[int]
    """Where in the chunk each stood that can be taken in."""
    prepared: list[Prepared]
    refused: list[tuple[int, str, str]]
    """Place, reason and message of what cannot."""
    said: list[tuple[int, Suggested]]
    """What the model says of those that are undecided, by their number among the prepared."""


def use_one_thread() -> None:
    """Keep a worker's numpy to one thread, before it is imported: there are as many workers as cores already."""
    for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = "1"


@lru_cache(maxsize=1)
def open_tools(regions: str, boundaries: str) -> tuple[Gazetteer, Suggester | None]:
    """Gazetteer and model, once a process."""
    from pathlib import Path

    from kentongan.commands.complaint_import import open_suggester
    from kentongan.places import load_gazetteer

    gazetteer = load_gazetteer(Path(regions) if regions else None, boundaries=Path(boundaries) if boundaries else None)
    return gazetteer, open_suggester()


@lru_cache(maxsize=1)
def open_stores(settings: Settings) -> tuple[Casework, Store]:
    """Casework and the store, once a process."""
    from casework.db import open_casework
    from search.open import open_store

    return open_casework(settings), open_store(settings)


def prepare_chunk(found: Sequence[FileComplaint], settings: Settings, now: datetime) -> Made:
    """One chunk, in whatever process."""
    from casework.complaints.from_files import intake_of
    from casework.complaints.importing import prepare_ticket
    from casework.complaints.inserting import is_undecided, suggested_text
    from kentongan.errors import Quarantine

    gazetteer, suggester = open_tools(str(settings.regions_file or ""), str(settings.boundaries_file or ""))
    places: list[int] = []
    prepared: list[Prepared] = []
    refused: list[tuple[int, str, str]] = []
    for place, one in enumerate(found):
        try:
            made = prepare_ticket(intake_of(one), gazetteer=gazetteer, within=settings.region or None, now=now)
        except Quarantine as error:
            refused.append((place, error.reason, error.message))
        else:
            places.append(place)
            prepared.append(made)
    asked = [number for number, one in enumerate(prepared) if is_undecided(one)] if suggester is not None else []
    told = [] if suggester is None else suggester.suggest([suggested_text(prepared[number]) for number in asked])
    said = list(zip(asked, told, strict=True))
    return Made(places=places, prepared=prepared, refused=refused, said=said)


# MessagePack between the processes: pickling frozen dataclasses with slots takes ten times as long.


def prepare_packed(packed: bytes, settings: Settings, now: datetime) -> bytes:
    """``prepare_chunk`` from and to MessagePack."""
    from crawlers.file_complaints import FileComplaint

    return msgspec.msgpack.encode(
        prepare_chunk(msgspec.msgpack.decode(packed, type=list[FileComplaint]), settings, now)
    )


def unpack_made(packed: bytes) -> Made:
    from casework.complaints.preparing import Prepared
    from models.suggest import Suggested

    whole = msgspec.defstruct(
        "Whole", [("places", list[int]), ("prepared", list[Prepared]), ("refused", list[tuple[int, str, str]]),
                  ("said", list[tuple[int, Suggested]])],
    )  # fmt: skip
    read = msgspec.msgpack.decode(packed, type=whole)
    return Made(places=read.places, prepared=read.prepared, refused=read.refused, said=read.said)  # type: ignore[attr-defined]


def show_written(after: int, settings: Settings, now: datetime) -> list[tuple[int, int]]:
    """Show the store the complaints written since an id; what was shown is for the caller to note."""
    from casework.complaints.projection import read_changed, show

    casework, store = open_stores(settings)
    shown: list[tuple[int, int]] = []
    while True:
        with casework.read() as session:
            batch = read_changed(session, after=after, now=now, zone=settings.zone)
        if not batch:
            return shown
        show(store, batch)
        shown += [(one.complaint, one.version) for one in batch]
        after = batch[-1].complaint


@dataclass(slots=True, kw_only=True)
class Workers:
    """Processes that work ahead; none for a small file."""

    settings: Settings
    now: datetime
    pool: ProcessPoolExecutor | None
    count: int
    showing: Future[list[tuple[int, int]]] | None = None
    after: int = 0
    """Id of the last complaint the store was shown."""
    shown: list[tuple[int, int]] = field(default_factory=list)
    """What it was shown and nobody noted yet."""

    def prepare(self, chunks: Iterable[list[FileComplaint]]) -> Iterator[tuple[list[FileComplaint], Made]]:
        """Each chunk with what was made of it, in order."""
        if self.pool is None:
            for chunk in chunks:
                yield chunk, prepare_chunk(chunk, self.settings, self.now)
            return
        waiting: deque[tuple[list[FileComplaint], Future[bytes]]] = deque()
        for chunk in chunks:
            packed = msgspec.msgpack.encode(chunk)
            waiting.append((chunk, self.pool.submit(prepare_packed, packed, self.settings, self.now)))
            if len(waiting) > AHEAD * self.count:
                first, made = waiting.popleft()
                yield first, unpack_made(made.result())
        while waiting:
            first, made = waiting.popleft()
            yield first, unpack_made(made.result())

    def show(self) -> None:
        """Have what is written by now shown to the store, unless that is going on; never waits."""
        if self.pool is None or (self.showing is not None and not self.showing.done()):
            return
        self.collect()
        self.showing = self.pool.submit(show_written, self.after, self.settings, self.now)

    def collect(self) -> None:
        """Wait for what is being shown."""
        if self.showing is not None:
            found = self.showing.result()
            self.shown += found
            self.after = found[-1][0] if found else self.after
            self.showing = None


@contextmanager
def open_workers(count: int, *, settings: Settings, now: datetime) -> Iterator[Workers]:
    """Workers for so many complaints."""
    cores = len(os.sched_getaffinity(0))
    if count < WORTH_IT or cores < 2:
        yield Workers(settings=settings, now=now, pool=None, count=0)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    workers = min(MOST_WORKERS, cores)
    # Spawned, not forked: a fork would take along open files and the threads' locks.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=use_one_thread) as pool:
        yield Workers(settings=settings, now=now, pool=pool, count=workers)
