"""Keeps the index of the embedded store level with its truth: opens, catches up, rebuilds, and asks it.

The index is never more than a copy. It is built anew where it is missing, damaged, of another shape, ahead of the
truth (an older truth was put back) or holds another number of documents. That is done aside, by one process, in the
folder "building", which then takes its place as the next generation: nobody ever searches half an index.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, TypeVar

from kentongan.errors import Retry
from search.tantivy_index import INDEX_VERSION, IndexDamaged, IndexFeed, TantivyIndex, WriterFailed
from search.truth import IndexState, Truth

if TYPE_CHECKING:
    from tantivy import Searcher

FRESH_S = 1.0
"""A writer brings the index level where that was last done longer ago than this, in seconds."""

STALE_S = 1.5
"""A search does so itself first after this long, in seconds: only where no writer is left to do it. Searches promise
2 s; the rest is for the work itself."""

BITE = 1_000
"""Changes read from the truth at once."""

COMMIT = 20_000
"""Changes a commit takes while many are waiting: a commit costs the same whatever its size."""

MOST_BEHIND = 200_000
"""Changes that may wait for the index while another process has it, before writers wait too: some ten seconds of
work."""

PATIENCE_S = 60.0
"""How long ``refresh`` waits for another process that holds the writer without getting on, in seconds."""

PAUSE_S = 0.02
BUILDING = "building"

log = logging.getLogger(__name__)
T = TypeVar("T")


class IndexKeeper:
    """One process's view of the index. Calls may come from any thread."""

    def __init__(self, truth: Truth, folder: Path) -> None:
        self.truth = truth
        self.folder = folder
        self.index: TantivyIndex | None = None
        self.lock = RLock()

    def ask(self, question: Callable[[TantivyIndex, Searcher], T]) -> T:
        """The answer of an index that misses at most the last 2 s; rebuilds it first where it has to."""

        def try_question() -> T:
            index = self.prepare_search()
            return question(index, index.searcher())

        return self.mend_and_try(try_question)

    def catch_up(self) -> bool:
        """Bring the index level with the truth; False where another process or thread is doing so."""
        return self.mend_and_try(self.catch_up_once)

    def catch_up_if_due(self) -> None:
        """Bring the index level unless it was a moment ago. What stands in the way is logged and not raised: the
        truth has everything already, and whoever searches tries again.

        A writer that is far ahead of the process that has the index waits for it: otherwise whoever searches would.
        """
        try:
            self.catch_up_when_stale(FRESH_S)
            give_up = time.monotonic() + PATIENCE_S
            while self.changes_behind() > MOST_BEHIND and not self.catch_up_once():
                self.pause(give_up)
        except (Retry, IndexDamaged) as error:
            log.warning("index not caught up: %s", error)

    def changes_behind(self) -> int:
        """At most so many changes the index lacks."""
        last, state = self.truth.head()
        return last - state.seq

    def refresh(self) -> None:
        """Wait until searches see everything the truth has now. Raises Retry where that does not come about."""
        target, state = self.truth.head()
        reached, give_up = state.seq, time.monotonic() + PATIENCE_S
        while True:
            level = self.catch_up()
            _, state = self.truth.head()
            if state.seq >= target:
                return
            if state.seq != reached:
                reached, give_up = state.seq, time.monotonic() + PATIENCE_S
            if not level:
                self.pause(give_up)

    def rebuild(self) -> None:
        """Build the index anew from the truth while searches go on, and wait for it."""
        self.replace_index(self.truth.head()[1].generation)
        self.refresh()

    def open(self) -> None:
        """Open the valid index, or build one, and bring it level where nothing stands in the way."""
        self.mend_and_try(self.current_index)
        try:
            self.catch_up()
        except Retry as error:
            log.warning("index not caught up: %s", error)

    def mend_and_try(self, attempt: Callable[[], T]) -> T:
        """The result of an attempt: where the index is damaged, once more with its files opened anew, then once more
        with a new index. Raises Retry where that does not help either."""
        try:
            return attempt()
        except IndexDamaged:
            self.index = None
        try:
            try:
                return attempt()
            except WriterFailed:
                raise
            except IndexDamaged as error:
                log.warning("index is built anew: %s", error)
                self.replace_index(self.truth.head()[1].generation)
                return attempt()
        except IndexDamaged as error:
            raise Retry(
                f"Indeks {self.folder} tidak dapat ditulis atau dibaca: {error}.",
                hint="Periksa ruang kosong dan diska, lalu ulangi; yang tersimpan tidak hilang.",
            ) from error

    def prepare_search(self) -> TantivyIndex:
        """The valid index, loaded with its last commit."""
        self.catch_up_when_stale(STALE_S)
        while True:
            index = self.current_index()
            _, state = self.truth.head()
            if state.generation == index.generation:
                index.load(state.seq)
                return index

    def catch_up_when_stale(self, seconds: float) -> None:
        last, state = self.truth.head()
        # A clock set back gives a negative age: then, too, it is time.
        if last > state.seq and not 0 <= time.time() - state.at < seconds:
            try:
                self.catch_up_once()
            except Retry as error:
                log.warning("index not caught up: %s", error)
            except IndexDamaged as error:
                # The truth has everything. Whether the index can still be searched shows when it is opened anew.
                log.warning("index not caught up: %s", error)
                self.index = None

    def catch_up_once(self) -> bool:
        index = self.current_index()
        last, state = self.truth.head()
        if state.generation == index.generation and state.seq >= last and index.noted:
            return True
        feed = index.open_writer()
        if feed is None:
            return False
        with feed:
            last, state = self.truth.head()
            if state.generation != index.generation:
                return False
            # As noted, unless the last commit is not the noted one (killed in between, or files were put back).
            noted = index.opstamp() == state.opstamp
            own = state.seq if noted else index.highest_seq()
            if own > last:
                raise IndexDamaged(f"index has change {own}, the truth only {last}")
            for reached in self.feed_changes(feed, replace(state, seq=own)):
                self.truth.mark_index(reached)
        if not noted:
            self.compare_with_truth(index)
        index.noted = True
        return True

    def feed_changes(self, feed: IndexFeed, state: IndexState) -> Iterator[IndexState]:
        """Write every change past ``state``; yields how far the index is after each commit. At least one."""
        waiting = 0
        while True:
            at = time.time()
            changes = self.truth.changes(after=state.seq, limit=BITE)
            feed.put(changes)
            waiting += len(changes)
            state = replace(state, seq=changes[-1].seq if changes else state.seq, at=at)
            level = len(changes) < BITE
            if level or waiting >= COMMIT:
                state = replace(state, opstamp=feed.commit())
                waiting = 0
                yield state
            if level:
                return

    def current_index(self) -> TantivyIndex:
        """The valid index, opened; built first where there is none that can be used."""
        with self.lock:
            for _ in range(3):
                _, state = self.truth.head()
                if self.index is not None and self.index.generation == state.generation:
                    return self.index
                if state.generation and state.version == INDEX_VERSION:
                    try:
                        index = TantivyIndex.open(self.folder / str(state.generation), generation=state.generation)
                        self.compare_with_truth(index)
                        index.noted = index.opstamp() == state.opstamp
                        self.index = index
                        continue
                    except IndexDamaged as error:
                        log.warning("index is built anew: %s", error)
                self.replace_index(state.generation)
            raise IndexDamaged("a new index does not fit either")

    def compare_with_truth(self, index: TantivyIndex) -> None:
        """Raise IndexDamaged where the index is ahead of the truth, or level with it but of another size."""
        before = index.opstamp()
        highest, documents = index.highest_seq(), index.searcher().num_docs
        live, last, _ = self.truth.count()
        if highest > last:
            raise IndexDamaged(f"index has change {highest}, the truth only {last}")
        _, state = self.truth.head()
        unmoved = before == index.opstamp() == state.opstamp and state.generation == index.generation
        if unmoved and state.seq == last and documents != live:
            raise IndexDamaged(f"index has {documents} documents, the truth {live}")

    def replace_index(self, generation: int) -> None:
        """See to it that a new index takes the place of this generation. Raises Retry where another process has been
        building it for too long to wait."""
        give_up = time.monotonic() + PATIENCE_S
        while self.truth.head()[1].generation == generation and not self.build_next(generation):
            self.pause(give_up)

    def build_next(self, generation: int) -> bool:
        """Build the next generation aside and put it in its place; False where another process is building."""
        folder = self.folder / BUILDING
        aside = TantivyIndex.open_or_create(folder, generation=generation + 1)
        feed = aside.open_writer()
        if feed is None:
            return False
        empty = IndexState(generation=generation + 1, version=INDEX_VERSION, seq=0, opstamp=0, at=0.0)
        with feed:
            feed.clear()
            *_, state = self.feed_changes(feed, empty)

        def place() -> None:
            target = self.folder / str(state.generation)
            if target.exists():
                shutil.rmtree(target)
            folder.rename(target)

        if self.truth.place_index(state, place=place):
            for old in self.folder.iterdir():
                # Another process may still be reading it: then its files go when that one lets go.
                if old.name.isdigit() and int(old.name) <= generation:
                    shutil.rmtree(old, ignore_errors=True)
        return True

    def pause(self, give_up: float) -> None:
        """Wait a moment for another process; Retry once ``give_up`` (of ``time.monotonic``) has passed."""
        if time.monotonic() > give_up:
            raise Retry(
                f"Indeks {self.folder} belum siap: proses lain sedang menulis atau membangunnya.",
                hint="Ulangi sebentar lagi; yang tersimpan tidak hilang.",
            )
        time.sleep(PAUSE_S)
