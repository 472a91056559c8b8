"""The one spider: reads every source's listing or timeline, then its pending pages, or visits known pages again.

Nothing here blocks the reactor: parsing, archive, store and memory are the collector's, in a thread of their own.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import Executor
from functools import partial
from time import monotonic
from typing import Any, TypeVar

import scrapy

from crawlers.collector import BATCH_AGE, Clock, Collector
from crawlers.fetch import Away, Fetched, Fetcher
from crawlers.kinds import Answer, later, reaches, start_address
from crawlers.publishers import whole_address
from crawlers.revisit import Revisit
from crawlers.sources import Source
from crawlers.state import Page, Visit
from crawlers.statuses import GONE
from crawlers.visits import Visitor
from kentongan.errors import NotConfigured, Quarantine
from kentongan.settings import Settings

logger = logging.getLogger(__name__)

WINDOW = 4
"""Pages of one source under way at once: one on the wire, the others in their host's queue or being read."""

MAX_DEPTH = 2
"""How deep listings may name listings."""

MAX_TIMELINE_PAGES = 200
"""Most pages of a timeline in one crawl, however few posts each has."""

Result = TypeVar("Result")


class SourceSpider(scrapy.Spider):
    """Reads all sources at once, each host at its own pace."""

    name = "kentongan"

    def __init__(
        self,
        *,
        collector: Collector,
        visitor: Visitor,
        sources: Sequence[Source],
        worker: Executor,
        clock: Clock,
        installation: Settings,
        revisit: Revisit | None,
        patience: float,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._collector = collector
        self._visitor = visitor
        self._sources = sources
        self._worker = worker
        self._clock = clock
        self._installation = installation
        self._revisit = revisit
        self._patience = patience
        self.faults: list[BaseException] = []
        """What stopped the crawl early; empty after a whole one."""

    async def start(self) -> AsyncIterator[Any]:
        self._fetcher = Fetcher(self.crawler, settings=self._installation, clock=self._clock)
        reading = asyncio.ensure_future(self._read_all() if self._revisit is None else self._visit_all(self._revisit))
        beat = asyncio.ensure_future(self._flush_regularly())
        try:
            # A fault in either is the store's or ours, never a source's: it stops the crawl.
            ended, _ = await asyncio.wait((reading, beat), return_when=asyncio.FIRST_COMPLETED)
            self.faults = [fault for one in ended if (fault := one.exception()) is not None]
        finally:
            reading.cancel()
            beat.cancel()
        return
        yield  # makes this an asynchronous generator, as Scrapy expects; every request is sent inline

    async def _flush_regularly(self) -> None:
        while True:
            await asyncio.sleep(BATCH_AGE.total_seconds())
            await self._work(self._collector.flush_old)
            await self._work(self._visitor.flush)

    async def _work(self, act: Callable[..., Result], *args: Any, **kwargs: Any) -> Result:
        """Do something of the collector's in its thread."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, partial(act, *args, **kwargs))

    async def _read_all(self) -> None:
        await asyncio.gather(*(self._read_source(source) for source in self._sources))

    async def _read_source(self, source: Source) -> None:
        """Everything one source has to give. Raises only what is not the source's fault."""
        url = source.url
        fail = partial(self._work, self._collector.fail_source, source)
        read = False
        try:
            await self._fetcher.open_source(source)
            cursor = await self._work(self._collector.cursor, source)
            first = start_address(source, cursor)
            if first is None:
                await self._read_listing(source, url, depth=0, seen={url})
            else:
                await self._read_timeline_anew(source, first, known=cursor)
            read = True
        except Quarantine as error:
            await fail(url=url, error=error, message=error.message)
        except NotConfigured as error:
            await fail(url=url, error=None, message=str(error))
        except Away as error:
            await fail(url=url, error=None, message=error.message)
        if not start_address(source, None):
            await self._read_pages(source)
        if read:
            await self._work(self._collector.finish_source, source)

    async def _read_listing(self, source: Source, url: str, *, depth: int, seen: set[str]) -> None:
        """A feed or sitemap, and the sitemaps it names, each once. Raises Quarantine or Away where it cannot be
        read."""
        known = await self._work(self._collector.validators, url)
        fetched = await self._fetcher.fetch(source, url, known=known)
        if fetched is None:
            await self._work(self._collector.take_unchanged, source)
            return
        children = await self._work(self._collector.take_listing, source, url, answer=fetched.answer, sent=fetched.sent)
        new = [child for child in children if child not in seen]
        skip = partial(self._work, self._collector.skip_listings, source)
        if len(new) < len(children):
            await skip(reason="listing-loop", count=len(children) - len(new))
        if depth >= MAX_DEPTH and new:
            await skip(reason="too-deep", count=len(new))
            return
        seen.update(new)
        for child in new:
            await self._read_listing(source, child, depth=depth + 1, seen=seen)

    async def _read_timeline_anew(self, source: Source, first: str, *, known: str | None) -> None:
        """A timeline from its cursor; from the newest post where the server refuses the cursor (X knows none older than
        a week)."""
        try:
            await self._read_timeline(source, first, known=known)
        except Quarantine as error:
            again = start_address(source, None)
            if known is None or again is None or error.reason != "http-status":
                raise
            logger.warning("%s: the cursor %s is refused: %s", source.name, known, error.message)
            await self._read_timeline(source, again, known=known)

    async def _read_timeline(self, source: Source, first: str, *, known: str | None) -> None:
        """A timeline page by page. The cursor moves only at the end: a killed reading begins again, and the store
        knows what it has."""
        url: str | None = first
        cursor, taken = None, 0
        seen: set[str] = set()
        backwards, oldest = False, None
        while url is not None and taken < source.max_items and len(seen) < MAX_TIMELINE_PAGES:
            seen.add(url)
            fetched = await self._fetcher.fetch(source, url)
            assert fetched is not None
            posts = await self._work(self._collector.take_posts, source, answer=fetched.answer, sent=fetched.sent)
            cursor = later(cursor, posts.newest)
            taken += posts.size
            backwards = posts.oldest is not None
            oldest = min((one.published_at for one in posts.documents), default=oldest)
            if reaches(posts, known):
                break
            if posts.next_url in seen:
                await self._work(self._collector.skip_listings, source, reason="listing-loop", count=1)
                break
            url = posts.next_url
        else:
            if url is not None and backwards and known is not None and oldest is not None:
                reason = f"lebih dari {taken} kiriman sejak pembacaan terakhir: yang lebih lama terlewat"
                await self._work(self._collector.note_overflow, source, until=oldest, reason=reason)
        await self._work(self._collector.finish_timeline, source, cursor=cursor)

    async def _read_pages(self, source: Source) -> None:
        """The pending pages of a source, WINDOW of them at a time."""
        waiting = deque(await self._work(self._collector.pending, source))
        await self._take_turns(source, waiting, self._read_page)

    async def _take_turns(
        self, source: Source, waiting: deque[Result], act: Callable[[Source, Result], Awaitable[None]]
    ) -> None:
        """Do something with each page that waits, WINDOW of them at a time, until patience ends."""
        until = monotonic() + self._patience

        async def take_some() -> None:
            while waiting and monotonic() < until:
                await act(source, waiting.popleft())

        await asyncio.gather(*(take_some() for _ in range(min(WINDOW, len(waiting)))))
        if waiting:
            await self._work(self._collector.leave_pages, source, count=len(waiting))

    async def _read_page(self, source: Source, page: Page) -> None:
        """One article: its page, or the address that gives it whole, and its further pages where it has them."""
        try:
            fetched = await self._fetch_whole(source, page.entry.url)
        except Quarantine as error:
            await self._work(self._collector.refuse_page, source, page, error=error)
        except Away as error:
            await self._work(self._collector.fail_page, source, page, message=error.message)
        else:
            answers = [await self._receive(source, fetched)]
            await self._read_further(source, answers, partial(self._collector.take_page, source, page))

    async def _fetch_whole(self, source: Source, url: str) -> Fetched:
        """An article, at the address that gives it whole where its publisher has one that answers."""
        whole = whole_address(url)
        if whole != url:
            try:
                fetched = await self._fetcher.fetch(source, whole)
                assert fetched is not None
                return fetched
            except Quarantine as error:
                logger.warning("%s: %s is not given whole: %s", source.name, url, error.message)
        fetched = await self._fetcher.fetch(source, url)
        assert fetched is not None
        return fetched

    async def _read_further(self, source: Source, answers: list[Answer], take: Callable[..., tuple[str, ...]]) -> None:
        """Fetch an article's further pages until it has been taken; one that does not answer is left out."""
        asked: list[str] = []
        while left := await self._work(take, answers=answers, asked=asked):
            asked.append(left[0])
            try:
                fetched = await self._fetcher.fetch(source, left[0])
            except (Quarantine, Away) as error:
                logger.warning("%s: a further page is left out: %s", source.name, error.message)
            else:
                assert fetched is not None
                answers.append(await self._receive(source, fetched))

    async def _receive(self, source: Source, fetched: Fetched) -> Answer:
        return await self._work(self._collector.receive, source, answer=fetched.answer, sent=fetched.sent)

    async def _visit_all(self, wanted: Revisit) -> None:
        """The pages of all sources that are due to be asked for again."""
        chosen = await self._work(self._visitor.choose, self._sources, wanted)

        async def visit_some(source: Source) -> None:
            await self._take_turns(source, deque(chosen.get(source.name, ())), self._visit_page)
            await self._work(self._visitor.finish_source, source)

        await asyncio.gather(*(visit_some(source) for source in self._sources))

    async def _visit_page(self, source: Source, visit: Visit) -> None:
        try:
            fetched = await self._ask_again(source, visit)
        except Quarantine as error:
            await self._work(self._visitor.refuse, source, visit, error=error)
        except Away as error:
            await self._work(self._visitor.fail, source, visit, message=error.message)
        else:
            answers = [await self._work(self._visitor.receive, source, fetched)]
            take = partial(self._visitor.take, source, visit, redirects=fetched.redirects)
            await self._read_further(source, answers, take)

    async def _ask_again(self, source: Source, visit: Visit) -> Fetched:
        """A known page, at the address that gives it whole where there is one and it has not gone alone."""
        whole = whole_address(visit.entry.url)
        fetched = await self._fetcher.ask(source, whole, known=visit.validators)
        if whole != visit.entry.url and fetched.answer.status in GONE:
            fetched = await self._fetcher.ask(source, visit.entry.url)
        return fetched
