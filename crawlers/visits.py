"""Records what later visits to known pages found: the part of a revisit that is not the network.

Called from the collector's thread. The order keeps the collector's promise: archive first, then the store, and only
then the memory that the page was asked for. Killed in between, a page is asked for once more; a revision that the store
has already is then "unchanged" and not recorded twice.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from crawlers.archive import Archive
from crawlers.collector import BATCH, Collector, read_validators
from crawlers.documents import pages_unread
from crawlers.fetch import Fetched
from crawlers.kinds import Answer
from crawlers.revisit import Revisit, judge_visit
from crawlers.sources import Source
from crawlers.state import CollectionState, Done, Validators, Visit
from crawlers.statuses import is_passing
from kentongan.errors import Quarantine
from kentongan.schema import Observation
from search.store import Store

logger = logging.getLogger(__name__)

MANY_CLOSED = 3
"""Closed pages of a source from which on it matters whether any other was open."""


class Visitor:
    """One run's way from answers to observations."""

    def __init__(self, collector: Collector, *, store: Store, state: CollectionState, archive: Archive) -> None:
        self._collector = collector
        self._store = store
        self._state = state
        self._archive = archive
        self._batch: list[tuple[Done, list[Observation]]] = []
        self._closed: dict[str, list[tuple[Visit, Done, list[Observation]]]] = {}
        """By source, the pages that were closed."""
        self._open: set[str] = set()
        """Sources that showed at least one page."""

    def choose(self, sources: list[Source], wanted: Revisit) -> dict[str, list[Visit]]:
        """The pages to ask for, by source, the one whose last asking is oldest first."""
        names = [source.name for source in sources]
        due = self._state.due_visits(names, now=self._collector.now(), since=wanted.since, limit=wanted.limit)
        self._collector.expect(len(due))
        chosen: dict[str, list[Visit]] = {}
        for visit in due:
            chosen.setdefault(visit.source, []).append(visit)
        return chosen

    def receive(self, source: Source, fetched: Fetched) -> Answer:
        """An answer, archived with its request. "Not modified" has no bytes to keep, and what speaks only of the
        server's state now says nothing of the page."""
        if fetched.answer.status == 304 or is_passing(fetched.answer.status):
            return fetched.answer
        return self._collector.receive(source, answer=fetched.answer, sent=fetched.sent)

    def take(
        self,
        source: Source,
        visit: Visit,
        *,
        redirects: tuple[int, ...],
        answers: Sequence[Answer],
        asked: Sequence[str] = (),
    ) -> tuple[str, ...]:
        """Judge the answers of a page, as ``receive`` gave them; what they say goes to the store with the next batch.

        ``redirects`` are the statuses that led to the first. Returns the addresses of the article's further pages, of
        which the next is to be fetched (``asked`` are those that were); until there are none nothing is judged.
        """
        answer = answers[0]
        if is_passing(answer.status):
            self.fail(source, visit, message=f"server menjawab {answer.status} untuk {visit.entry.url}.")
            return ()
        record = self._store.get([visit.document])[0]
        if record is None:
            self._state.forget_document(visit.document)
            self._collector.step(f"{source.name}: {visit.entry.url} tidak lagi disimpan")
            return ()
        if answer.status == 200 and (left := pages_unread(answers, source=source, entry=visit.entry, asked=asked)):
            return left
        try:
            found = judge_visit(record, answers, redirects=redirects, source=source, entry=visit.entry)
        except Quarantine as error:
            self._archive.sync()
            self._collector.refuse_visit(source, visit.entry.url, error=error, answer=answer)
            self.postpone(visit, note=f"{source.name}: {error.message}")
            return ()
        told = {200: read_validators(answer), 304: visit.validators}
        done = Done(visit.key, visit.document, answer.at, told.get(answer.status, Validators()))
        if any(one.state == "private" for one in found):
            # Whether the page is closed or the server closes itself to us shows when all have been asked.
            self._closed.setdefault(source.name, []).append((visit, done, found))
        else:
            self._open.add(source.name)
            self._record(source, visit, done, found)
        return ()

    def _record(self, source: Source, visit: Visit, done: Done, found: list[Observation]) -> None:
        self._collector.tally(source).visited.update(one.state for one in found)
        self._batch.append((done, found))
        self._collector.step(f"{source.name}: {visit.entry.url} {', '.join(one.state for one in found)}")
        if len(self._batch) >= BATCH:
            self.flush()

    def finish_source(self, source: Source) -> None:
        """All pages of a source that were due have been asked for: record those that are closed, unless all are. Then
        the server turns crawlers away, and that says nothing of its pages."""
        closed = self._closed.pop(source.name, [])
        turned_away = len(closed) >= MANY_CLOSED and source.name not in self._open
        for visit, done, found in closed:
            if turned_away:
                words = f"{visit.entry.url} tertutup, seperti semua halaman sumber ini: servernya menolak perayap."
                self.refuse(source, visit, error=Quarantine("turned-away", words))
            else:
                self._record(source, visit, done, found)

    def refuse(self, source: Source, visit: Visit, *, error: Quarantine) -> None:
        """A page that cannot be asked for: robots.txt forbids it now, or its answer is too large."""
        self._collector.refuse_visit(source, visit.entry.url, error=error)
        self.postpone(visit, note=f"{source.name}: {error.message}")

    def fail(self, source: Source, visit: Visit, *, message: str) -> None:
        """A page that did not answer this time: that says nothing about it."""
        self._collector.tally(source).failed += 1
        logger.warning("%s: %s failed: %s", source.name, visit.entry.url, message)
        self.postpone(visit, note=f"{source.name}: {message}")

    def postpone(self, visit: Visit, *, note: str) -> None:
        """Let the others have their turn before this page is asked for again."""
        self._state.postpone_visit(visit.document, self._collector.now())
        self._collector.step(note)

    def flush(self) -> None:
        """Put the waiting observations into the store, and only then let their pages be asked for."""
        if not self._batch:
            return
        batch, self._batch = self._batch, []
        self._archive.sync()
        self._store.observe(one for _, found in batch for one in found)
        self._state.finish_visits(done for done, _ in batch)
