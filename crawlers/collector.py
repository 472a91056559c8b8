"""Turns answers into documents in the store: everything of a crawl that is not the network.

All methods are called from one thread, which is not the reactor's. The order within each keeps the promise of
``crawlers.state``: archive first, then the store, and only then the memory that the work is done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from crawlers.archive import Archive
from crawlers.documents import read_page
from crawlers.kinds import Answer, Listing, Posts, parse_answer
from crawlers.report import Tally
from crawlers.sources import Source
from crawlers.state import CollectionState, Page, Refused, Validators
from kentongan.errors import Quarantine
from kentongan.schema import Document, Gap
from search.store import Store

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Progress = Callable[[int, int, str], None]
"""Told (done, total, note): pages handled, pages known so far, what was handled last. Called from the collector's
thread."""

BATCH = 50
"""Documents that go to the store together."""

BATCH_AGE = timedelta(seconds=1)
"""How long the first of a batch may wait for the others."""


class Collector:
    """One crawl's way from answers to the store."""

    def __init__(
        self,
        *,
        store: Store,
        state: CollectionState,
        archive: Archive,
        clock: Clock,
        on_progress: Progress | None = None,
    ) -> None:
        self.tallies: dict[str, Tally] = {}
        self._store = store
        self._state = state
        self._archive = archive
        self._clock = clock
        self._on_progress = on_progress
        self._started = self._now()
        self._batch: list[tuple[Source, str, Document]] = []
        self._batch_began = self._started
        self._done = 0
        self._total = 0

    def _now(self) -> datetime:
        return self._clock().astimezone(UTC)

    def tally(self, source: Source) -> Tally:
        return self.tallies.setdefault(source.name, Tally())

    def validators(self, url: str) -> Validators:
        """What to send along so that an unchanged listing need not be sent again."""
        return self._state.validators(url)

    def pending(self, source: Source) -> list[Page]:
        """The pages to fetch for a source, those of earlier crawls too."""
        pages = self._state.pending(source.name)
        self._total += len(pages)
        return pages

    def cursor(self, source: Source) -> str | None:
        return self._state.cursor(source.name)

    def take_listing(self, source: Source, url: str, *, answer: Answer) -> Sequence[str]:
        """Remember the pages a listing names; returns the listings that it names in turn.

        ``url`` is the address that was asked for. Raises Quarantine for an answer that is no such listing.
        """
        tally = self.tally(source)
        tally.fetched += 1
        kept = self._keep(answer)
        self._archive.sync()
        parsed = parse_answer(kept, source)
        assert isinstance(parsed, Listing)
        tally.refused.update(parsed.refused)
        # An index is asked for in full each time: "not modified" must not hide a child that was never read.
        validators = Validators() if parsed.children else _read_validators(answer)
        entries = parsed.entries[: source.max_items]
        new = self._state.save_listing(url, validators=validators, entries=entries, source=source.name, at=answer.at)
        logger.info("%s: %s lists %d pages, %d new", source.name, url, len(parsed.entries), new)
        return parsed.children

    def take_unchanged(self, source: Source) -> None:
        """A listing that its server says is as it was."""
        self.tally(source).unchanged += 1

    def take_page(self, source: Source, page: Page, *, answer: Answer) -> None:
        """Read an article page; its document goes to the store with the next batch."""
        self.tally(source).fetched += 1
        kept = self._keep(answer)
        try:
            document = read_page(kept, source=source, entry=page.entry)
        except Quarantine as error:
            self._archive.sync()
            self.refuse_page(source, page, error=error, answer=kept)
            return
        if not self._batch:
            self._batch_began = self._now()
        self._batch.append((source, page.key, document))
        self._step(f"{source.name}: {document.title or document.url}")
        if len(self._batch) >= BATCH:
            self.flush()

    def refuse_page(self, source: Source, page: Page, *, error: Quarantine, answer: Answer | None = None) -> None:
        """A page that can never become a document."""
        self.tally(source).refused[error.reason] += 1
        self._state.refuse_page(page.key, self._refused(source, page.entry.url, error=error, answer=answer))
        logger.warning("%s: %s refused: %s", source.name, page.entry.url, error.message)
        self._step(f"{source.name}: {error.message}")

    def fail_page(self, source: Source, page: Page, *, message: str) -> None:
        """A page that did not answer this time."""
        tally = self.tally(source)
        tally.failed += 1
        error = Quarantine("unreachable", f"{page.entry.url} berkali-kali tidak menjawab: {message}")
        if self._state.fail_page(page.key, self._refused(source, page.entry.url, error=error)):
            tally.refused[error.reason] += 1
        logger.warning("%s: %s failed: %s", source.name, page.entry.url, message)
        self._step(f"{source.name}: {message}")

    def take_posts(self, source: Source, *, answer: Answer) -> Posts:
        """Put the posts of one page of a timeline into the store. Raises Quarantine for what is no such page."""
        tally = self.tally(source)
        tally.fetched += 1
        kept = self._keep(answer)
        self._archive.sync()
        posts = parse_answer(kept, source)
        assert isinstance(posts, Posts)
        added = self._store.add(posts.documents)
        tally.new += added.new
        tally.known += added.known
        self._state.refuse(
            Refused(
                source=source.name, url=one.url, reason=one.reason, message=one.message, at=kept.at, raw=kept.raw
            )
            for one in posts.refused
        )  # fmt: skip
        tally.refused.update(one.reason for one in posts.refused)
        self._total += posts.size
        self._step(f"{source.name}: {posts.size} kiriman", steps=posts.size)
        return posts

    def finish_timeline(self, source: Source, *, cursor: str | None) -> None:
        """A timeline was read to its end; everything up to the cursor is in the store."""
        if cursor is not None:
            self._state.save_cursor(source.name, cursor)

    def flush(self) -> None:
        """Put the waiting documents into the store, and only then let their pages be done."""
        if not self._batch:
            return
        batch, documents = self._batch, [document for _, _, document in self._batch]
        self._archive.sync()
        # Asked before adding, so that each source's report can say which of its documents were new.
        known = {record.document.id for record in self._store.get([document.id for document in documents]) if record}
        self._store.add(documents)
        self._batch = []
        self._state.finish_pages((key, document.id) for _, key, document in batch)
        for source, _, document in batch:
            tally = self.tally(source)
            tally.known += document.id in known
            tally.new += document.id not in known
            known.add(document.id)

    def flush_old(self) -> None:
        """``flush`` if the oldest waiting document has waited long enough."""
        if self._batch and self._now() - self._batch_began >= BATCH_AGE:
            self.flush()

    def finish_source(self, source: Source) -> None:
        """The source answered and was read to its end."""
        self._state.save_success(source.name, self._now())

    def fail_source(self, source: Source, *, url: str, error: Quarantine | None, message: str) -> None:
        """The source could not be read: note what is missing since it was last accounted for.

        ``error`` is given where its answer was there but useless; then it is kept in quarantine as well.
        """
        tally = self.tally(source)
        now = self._now()
        if error is not None:
            tally.refused[error.reason] += 1
            self._state.refuse([self._refused(source, url, error=error)])
        else:
            tally.failed += 1
        since = min(self._state.accounted_until(source.name) or self._started, now)
        tally.gap = Gap(source=source.name, since=since, until=now, reason=message)
        self._store.add_gaps([tally.gap])
        self._state.save_gap_end(source.name, now)
        logger.error("%s: %s could not be read: %s", source.name, url, message)

    def _keep(self, answer: Answer) -> Answer:
        """The answer, archived."""
        raw = self._archive.write_response(answer)
        return Answer(
            url=answer.url, status=answer.status, headers=answer.headers, body=answer.body, at=answer.at, raw=raw
        )

    def _refused(self, source: Source, url: str, *, error: Quarantine, answer: Answer | None = None) -> Refused:
        return Refused(
            source=source.name, url=url, reason=error.reason, message=error.message, at=self._now(),
            raw=answer.raw if answer else None,
        )  # fmt: skip

    def _step(self, note: str, *, steps: int = 1) -> None:
        self._done += steps
        if self._on_progress is not None:
            self._on_progress(self._done, max(self._total, self._done), note)


def _read_validators(answer: Answer) -> Validators:
    return Validators(etag=answer.header("etag"), modified=answer.header("last-modified"))
