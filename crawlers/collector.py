"""Turns answers into documents in the store: everything of a crawl that is not the network.

All methods are called from one thread, which is not the reactor's. The order within each keeps the promise of
``crawlers.state``: archive first, then the store, and only then the memory that the work is done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from crawlers.acceptance import accept_page
from crawlers.archive import Archive, Sent
from crawlers.changes import observe_posts
from crawlers.kinds import Answer, Entry, Listing, Posts, parse_answer
from crawlers.plausibility import REASON, is_plausible_claim, require_plausible
from crawlers.report import Tally
from crawlers.sources import Source
from crawlers.state import CollectionState, Done, Page, Refused, Validators
from kentongan.errors import Quarantine
from kentongan.schema import Document, Gap, revision_hash
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

LEAST_LISTED = 5
"""Entries a listing must have before it says something that all of them are new."""

LEAST_CONTENT = 200
"""Shortest text, in characters, that names an article: two flash reports may read alike."""


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
        self._started = self.now()
        self._batch: list[tuple[Source, Done, Document]] = []
        self._batch_began = self._started
        self._done = 0
        self._total = 0

    def now(self) -> datetime:
        return self._clock().astimezone(UTC)

    def tally(self, source: Source) -> Tally:
        return self.tallies.setdefault(source.name, Tally())

    def validators(self, url: str) -> Validators:
        """What to send along so that an unchanged listing need not be sent again."""
        return self._state.validators(url)

    def pending(self, source: Source) -> list[Page]:
        """The pages to fetch for a source, those of earlier crawls too."""
        pages = self._state.pending(source.name)
        self.expect(len(pages))
        return pages

    def cursor(self, source: Source) -> str | None:
        return self._state.cursor(source.name)

    def take_listing(self, source: Source, url: str, *, answer: Answer, sent: Sent | None = None) -> Sequence[str]:
        """Remember the pages a listing names; returns the listings that it names in turn.

        ``url`` is the address that was asked for. Raises Quarantine for an answer that is no such listing.
        """
        tally = self.tally(source)
        kept = self.receive(source, answer=answer, sent=sent)
        self._archive.sync()
        parsed = parse_answer(kept, source)
        assert isinstance(parsed, Listing)
        tally.refused.update(parsed.refused)
        # An index is asked for in full each time: "not modified" must not hide a child that was never read.
        validators = Validators() if parsed.children else read_validators(answer)
        entries = self._doubt_dates(source, kept, parsed.entries)
        taken = entries[: source.max_items]
        tally.refused.update({"over-limit": len(entries) - len(taken)} if len(entries) > len(taken) else {})
        new = self._state.save_listing(url, validators=validators, entries=taken, source=source.name, at=answer.at)
        logger.info("%s: %s lists %d pages, %d new", source.name, url, len(parsed.entries), new)
        if url == source.url and new == len(taken) >= LEAST_LISTED:
            reason = f"daftarnya hanya memuat {new} entri dan semuanya baru: yang lebih lama mungkin terlewat"
            oldest = min((entry.published_at for entry in taken if entry.published_at), default=answer.at)
            self.note_overflow(source, until=oldest, reason=reason)
        return parsed.children

    def note_overflow(self, source: Source, *, until: datetime, reason: str) -> None:
        """More came between two readings than the source shows at once: note a gap from the last reading to the oldest
        of what it shows. Nothing for a source that was never read before, or whose last reading lies within."""
        since = self._state.accounted_until(source.name)
        if since is not None and since < until:
            gap = Gap(source=source.name, since=since, until=until, reason=reason)
            self.tally(source).gap = gap
            self._store.add_gaps([gap])
            logger.warning("%s: %s", source.name, reason)

    def _doubt_dates(self, source: Source, answer: Answer, entries: Sequence[Entry]) -> list[Entry]:
        """The entries of a listing, those with a time that cannot be true last and without it: they must not push the
        others past the limit, and their pages may know better."""
        good: list[Entry] = []
        bad: list[Entry] = []
        for one in entries:
            known = is_plausible_claim(one.published_at, one.published_raw, collected=answer.at)
            (good if known else bad).append(one)
        if not bad:
            return good
        doubted = [replace(one, published_at=None, published_raw=None) for one in bad]
        example = bad[0].published_raw
        message = f"{len(doubted)} dari {len(entries)} entri di {answer.url} bertanggal mustahil, misalnya {example}."
        self.tally(source).refused[REASON] += len(doubted)
        self._state.refuse([self._refused(source, answer.url, error=Quarantine(REASON, message), answer=answer)])
        logger.warning("%s: %s", source.name, message)
        return good + doubted

    def skip_listings(self, source: Source, *, reason: str, count: int) -> None:
        """Listings that were named and are not read: named too deep, or before."""
        self.tally(source).refused[reason] += count

    def take_unchanged(self, source: Source) -> None:
        """A listing that its server says is as it was."""
        self.tally(source).unchanged += 1

    def receive(self, source: Source, *, answer: Answer, sent: Sent | None = None) -> Answer:
        """An answer that was read in full, archived with its request. Durable when the archive has been synced."""
        self.tally(source).fetched += 1
        return self.keep(answer, sent)

    def take_page(
        self, source: Source, page: Page, *, answers: Sequence[Answer], asked: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Read an article's pages, as ``receive`` gave them; its document goes to the store with the next batch.

        Returns the addresses of its further pages, of which the next is to be fetched (``asked`` are those that were);
        until there are none nothing is taken.
        """
        first = answers[0]
        try:
            read = accept_page(answers, source=source, entry=page.entry, asked=asked)
        except Quarantine as error:
            self._archive.sync()
            self.refuse_page(source, page, error=error, answer=first)
            return ()
        if read.left:
            return read.left
        document = read.document
        content = content_of(document)
        if self._is_copy(document, content):
            self.tally(source).refused["duplicate"] += 1
            self._archive.sync()
            self._state.finish_pages([Done(page.key, None, first.at)])
            self.step(f"{source.name}: {document.title or document.url}")
            return ()
        if not self._batch:
            self._batch_began = self.now()
        done = Done(page.key, document.id, first.at, read_validators(first), content)
        self._batch.append((source, done, document))
        self.step(f"{source.name}: {document.title or document.url}")
        if len(self._batch) >= BATCH:
            self.flush()
        return ()

    def _is_copy(self, document: Document, content: str | None) -> bool:
        """Whether the same publisher has given the very same words under another address."""
        if content is None:
            return False
        first = self._state.document_of(content) or next(
            (done.document for _, done, _ in self._batch if done.content == content), None
        )
        return first is not None and first != document.id

    def refuse_page(self, source: Source, page: Page, *, error: Quarantine, answer: Answer | None = None) -> None:
        """A page that can never become a document."""
        self.tally(source).refused[error.reason] += 1
        self._state.refuse_page(page.key, self._refused(source, page.entry.url, error=error, answer=answer))
        logger.warning("%s: %s refused: %s", source.name, page.entry.url, error.message)
        self.step(f"{source.name}: {error.message}")

    def fail_page(self, source: Source, page: Page, *, message: str) -> None:
        """A page that did not answer this time."""
        tally = self.tally(source)
        tally.failed += 1
        error = Quarantine("unreachable", f"{page.entry.url} berkali-kali tidak menjawab: {message}")
        if self._state.fail_page(page.key, self._refused(source, page.entry.url, error=error)):
            tally.refused[error.reason] += 1
        logger.warning("%s: %s failed: %s", source.name, page.entry.url, message)
        self.step(f"{source.name}: {message}")

    def leave_pages(self, source: Source, *, count: int) -> None:
        """Pages that wait for the next crawl: this one has given the source its time."""
        self.tally(source).left += count
        logger.warning("%s: %d pages are left for the next crawl, it took too long", source.name, count)

    def refuse_visit(self, source: Source, url: str, *, error: Quarantine, answer: Answer | None = None) -> None:
        """A page that was asked for again and gave nothing that says what became of it; its document stays."""
        self.tally(source).refused[error.reason] += 1
        self._state.refuse([self._refused(source, url, error=error, answer=answer)])
        logger.warning("%s: %s refused: %s", source.name, url, error.message)

    def take_posts(self, source: Source, *, answer: Answer, sent: Sent | None = None) -> Posts:
        """Put the posts of one page of a timeline into the store. Raises Quarantine for what is no such page."""
        tally = self.tally(source)
        kept = self.receive(source, answer=answer, sent=sent)
        self._archive.sync()
        posts = parse_answer(kept, source)
        assert isinstance(posts, Posts)
        refused = [
            Refused(source=source.name, url=one.url, reason=one.reason, message=one.message, at=kept.at, raw=kept.raw)
            for one in posts.refused
        ]
        documents: list[Document] = []
        for document in posts.documents:
            try:
                require_plausible(document)
                documents.append(document)
            except Quarantine as error:
                refused.append(self._refused(source, document.url or document.native_key, error=error, answer=kept))
        before = {found.document.id: found for found in self._store.get([one.id for one in documents]) if found}
        added = self._store.add(documents)
        tally.new += added.new
        tally.known += added.known
        self._store.observe(observe_posts(documents, posts.observations, before=before))
        self._state.refuse(refused)
        tally.refused.update(one.reason for one in refused)
        self.expect(posts.size)
        self.step(f"{source.name}: {posts.size} kiriman", steps=posts.size)
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
        self._state.finish_pages(done for _, done, _ in batch)
        for source, _, document in batch:
            tally = self.tally(source)
            tally.known += document.id in known
            tally.new += document.id not in known
            known.add(document.id)

    def flush_old(self) -> None:
        """``flush`` if the oldest waiting document has waited long enough."""
        if self._batch and self.now() - self._batch_began >= BATCH_AGE:
            self.flush()

    def finish_source(self, source: Source) -> None:
        """The source answered and was read to its end."""
        self._state.save_success(source.name, self.now())

    def fail_source(self, source: Source, *, url: str, error: Quarantine | None, message: str) -> None:
        """The source could not be read: note what is missing since it was last accounted for.

        ``error`` is given where its answer was there but useless; then it is kept in quarantine as well.
        """
        tally = self.tally(source)
        now = self.now()
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

    def keep(self, answer: Answer, sent: Sent | None) -> Answer:
        """The answer, archived with its request. Durable when the archive has been synced."""
        return replace(answer, raw=self._archive.write_response(answer, sent=sent))

    def expect(self, steps: int) -> None:
        """So many steps more are to come."""
        self._total += steps

    def _refused(self, source: Source, url: str, *, error: Quarantine, answer: Answer | None = None) -> Refused:
        return Refused(
            source=source.name, url=url, reason=error.reason, message=error.message, at=self.now(),
            raw=answer.raw if answer else None,
        )  # fmt: skip

    def step(self, note: str, *, steps: int = 1) -> None:
        """Tell whoever watches that something was done."""
        self._done += steps
        if self._on_progress is not None:
            self._on_progress(self._done, max(self._total, self._done), note)


def content_of(document: Document) -> str | None:
    """Names what an article says, beside who published it; None where it is too short to be known by that."""
    if len(document.text) < LEAST_CONTENT:
        return None
    return f"{document.publisher}|{revision_hash(document.title, document.text)}"


def read_validators(answer: Answer) -> Validators:
    """What a server gave with an answer so that it can later say "not modified"."""
    return Validators(etag=answer.header("etag"), modified=answer.header("last-modified"))
