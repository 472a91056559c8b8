"""Keeps the index of messages in a file that goes with the tables of stories: opened, saved, or begun anew.

The database names the index that its rows were made with. A saved file has its name in its own; a file of another name
(a backup put back, another installation's) is never taken for it. One process at a time works here, and where two
machines share a database, the one whose index is not the named one is told to begin again.
"""

from __future__ import annotations

import fcntl
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete
from sqlalchemy.orm import Session

from analysis.duplicates import DuplicateIndex, load_index
from casework.db import Casework, take_turn
from casework.story_projection import TURN
from casework.story_tables import StoryItemRow, StoryLinkRow, StoryMessageRow, StoryRow, StoryStateRow
from kentongan.errors import NotFound, Quarantine, Retry

LOST = "Indeks cerita tidak ada atau tidak cocok dengan casework; semua cerita disusun ulang dari arsip."
UNFINISHED = "Penyusunan ulang cerita yang terputus dilanjutkan."


@dataclass(slots=True, kw_only=True)
class KeptIndex:
    """An index that is open, with what ties it to the database."""

    index: DuplicateIndex
    """Its items are messages, not documents; those too short to be compared are not in it."""
    folder: Path
    token: str
    building: bool
    """Whether all documents have to be read, not only those without a stance."""
    why: str | None = None
    """What a person should know of how it was opened, in Indonesian."""
    saved: str | None = None
    """Token of the file that is there; None before the first."""
    complete: bool = False
    """Whether that file has every message of the index."""


@contextmanager
def only_keeper(folder: Path) -> Iterator[None]:
    """Hold the folder's one place for who writes stories; the system frees it however the process ends. Raises Retry
    where another process has it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Retry(
                f"Proses lain sedang menyusun cerita di {folder}.", hint="Tunggu sampai selesai, lalu coba lagi."
            ) from error
        yield


def open_index(casework: Casework, folder: Path, *, rebuild: bool = False, load: bool = True) -> KeptIndex:
    """The index that the rows go with; an empty one, with the rows cleared, where there is none or ``rebuild``.

    Without ``load`` it is not read, and stays empty, where its file is there: nothing is to be added.
    """
    for left in folder.glob("*.part"):
        left.unlink()
    with casework.read() as session:
        row = session.get(StoryStateRow, 1)
        state = None if row is None else (row.token, row.before, row.building)
    if state is not None and not rebuild:
        token, before, building = state
        for name in (token, before):
            index = None if name is None else try_index(index_file(folder, name), load=load or building)
            if index is not None:
                why = UNFINISHED if building else None
                return KeptIndex(
                    index=index, folder=folder, token=token, building=building, why=why, saved=name, complete=True
                )
    token = secrets.token_hex(16)
    with casework.begin() as session:
        take_turn(session, TURN)
        for table in (StoryRow, StoryMessageRow, StoryLinkRow, StoryItemRow, StoryStateRow):
            session.execute(delete(table))
        session.add(StoryStateRow(id=1, token=token, before=None, building=True))
    why = None if state is None or rebuild else UNFINISHED if state[2] else LOST
    return KeptIndex(index=DuplicateIndex(), folder=folder, token=token, building=True, why=why)


def index_file(folder: Path, token: str) -> Path:
    return folder / f"index-{token}.npz"


def try_index(file: Path, *, load: bool) -> DuplicateIndex | None:
    """The saved index; None where it is missing or damaged: it can be made anew."""
    if not load:
        return DuplicateIndex() if file.is_file() else None
    try:
        return load_index(file)
    except (NotFound, Quarantine):
        return None


def require_own_state(session: Session, kept: KeptIndex) -> StoryStateRow:
    """The state's row, locked. Raises Retry where somebody else has worked with another index since."""
    take_turn(session, TURN)
    row = session.get(StoryStateRow, 1, populate_existing=True)
    if row is None or row.token != kept.token:
        raise Retry(
            "Mesin lain menyusun cerita di basis data yang sama.",
            hint="Jalankan `kentongan stories update` di satu mesin saja.",
        )
    return row


def save_index(casework: Casework, kept: KeptIndex) -> None:
    """Save what was added since; the rows made with it are already there.

    Killed in between, the file before still counts: what was added is added again, with the same outcome.
    """
    if kept.complete:
        return
    token = secrets.token_hex(16)
    with casework.begin() as session:
        row = require_own_state(session, kept)
        row.token, row.before = token, kept.saved
    kept.token = token
    file = index_file(kept.folder, token)
    kept.index.save(file)
    kept.saved, kept.complete = token, True
    with casework.begin() as session:
        # From here on the file before is a stale one, should it ever come back: stances are written next.
        require_own_state(session, kept).before = None
    for old in kept.folder.glob("index-*.npz"):
        if old != file:
            old.unlink()


def finish_building(casework: Casework, kept: KeptIndex) -> None:
    """Note that everything was read: from now on only what is new."""
    with casework.begin() as session:
        require_own_state(session, kept).building = False
    kept.building = False
