"""Prepares complaints of a large file beside the process that writes them: masking, places and suggestions.

A small file is prepared where it is. A worker is a process of its own with its own gazetteer and model; what it gives
back is as if it had been made here.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from kentongan.settings import Settings

if TYPE_CHECKING:
    from concurrent.futures import Future

    from casework.complaints.preparing import Prepared
    from crawlers.file_complaints import FileComplaint
    from kentongan.places import Gazetteer
    from models.suggest import Suggested, Suggester

WORTH_IT = 10_000
"""Complaints from which workers pay: starting one takes some two seconds, preparing 10,000 complaints four or more."""
MOST_WORKERS = 4
"""More would wait for the one process that writes."""
AHEAD = 2
"""Chunks that are prepared ahead for each worker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A chunk that was prepared."""

    ready: list[tuple[int, Prepared]]
    """Place in the chunk, and what can be taken in."""
    refused: list[tuple[int, str, str]]
    """Place, reason and message of what cannot."""
    said: Mapping[tuple[str, str], Suggested]
    """What the model says, by publisher and ticket."""


@lru_cache(maxsize=1)
def open_tools(regions: str, boundaries: str) -> tuple[Gazetteer, Suggester | None]:
    """Gazetteer and model, once a process."""
    from pathlib import Path

    from kentongan.commands.complaint_import import open_suggester
    from kentongan.places import load_gazetteer

    gazetteer = load_gazetteer(Path(regions) if regions else None, boundaries=Path(boundaries) if boundaries else None)
    return gazetteer, open_suggester()


def prepare_chunk(found: Sequence[FileComplaint], settings: Settings, now: datetime) -> Made:
    """One chunk, in whatever process."""
    from casework.complaints.from_files import intake_of
    from casework.complaints.importing import prepare_ticket
    from casework.complaints.inserting import suggested_text
    from kentongan.errors import Quarantine

    gazetteer, suggester = open_tools(str(settings.regions_file or ""), str(settings.boundaries_file or ""))
    ready: list[tuple[int, Prepared]] = []
    refused: list[tuple[int, str, str]] = []
    for place, one in enumerate(found):
        try:
            made = prepare_ticket(intake_of(one), gazetteer=gazetteer, within=settings.region or None, now=now)
        except Quarantine as error:
            refused.append((place, error.reason, error.message))
        else:
            ready.append((place, made))
    said: dict[tuple[str, str], Suggested] = {}
    if suggester is not None:
        told = suggester.suggest([suggested_text(one) for _, one in ready])
        said = {one.key: word for (_, one), word in zip(ready, told, strict=True)}
    return Made(ready=ready, refused=refused, said=said)


def prepare_chunks(
    chunks: Iterable[list[FileComplaint]], count: int, *, settings: Settings, now: datetime
) -> Iterator[tuple[list[FileComplaint], Made]]:
    """Each chunk with what was made of it, in order; ``count`` is how many complaints there are in all."""
    workers = min(MOST_WORKERS, len(os.sched_getaffinity(0)) - 1)
    if count < WORTH_IT or workers < 1:
        for chunk in chunks:
            yield chunk, prepare_chunk(chunk, settings, now)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Spawned, not forked: a fork would take along open files and the threads' locks.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting: deque[tuple[list[FileComplaint], Future[Made]]] = deque()
        for chunk in chunks:
            waiting.append((chunk, pool.submit(prepare_chunk, chunk, settings, now)))
            if len(waiting) > AHEAD * workers:
                first, made = waiting.popleft()
                yield first, made.result()
        while waiting:
            first, made = waiting.popleft()
            yield first, made.result()
