"""The one spider: reads every source's listing or timeline, then its pending pages, through Scrapy's downloader.

Nothing here blocks the reactor: parsing, archive, store and memory are the collector's, in a thread of their own.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Executor
from datetime import UTC
from functools import partial
from typing import Any, TypeVar

import scrapy
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest, UnsupportedURLSchemeError
from scrapy.http import Response

from crawlers.collector import BATCH_AGE, Clock, Collector
from crawlers.kinds import Answer, later, start_address
from crawlers.politeness import RETRY_ERRORS, RETRY_STATUSES, HostAway, Refused, describe_failure
from crawlers.sources import Source
from crawlers.state import Page, Validators
from kentongan.errors import Quarantine, Retry

logger = logging.getLogger(__name__)

WINDOW = 4
"""Pages of one source under way at once: one on the wire, the others in their host's queue or being read."""

MAX_DEPTH = 2
"""How deep listings may name listings."""

GONE = frozenset({404, 410, 451})
"""Answers that say a page will not come back."""

AWAY = (*RETRY_ERRORS, TunnelError, OSError)
"""Failures of the network that another crawl may not meet."""

Result = TypeVar("Result")


class Away(Retry):
    """A server that does not answer now. Apart from other Retry: those are the store's and stop the crawl."""


class SourceSpider(scrapy.Spider):
    """Reads all sources at once, each host at its own pace."""

    name = "kentongan"

    def __init__(
        self, *, collector: Collector, sources: Sequence[Source], worker: Executor, clock: Clock, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._collector = collector
        self._sources = sources
        self._worker = worker
        self._clock = clock
        self.faults: list[BaseException] = []
        """What stopped the crawl early; empty after a whole one."""

    async def start(self) -> AsyncIterator[Any]:
        reading = asyncio.gather(*(self._read_source(source) for source in self._sources))
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

    async def _work(self, act: Callable[..., Result], *args: Any, **kwargs: Any) -> Result:
        """Do something of the collector's in its thread."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, partial(act, *args, **kwargs))

    async def _read_source(self, source: Source) -> None:
        """Everything one source has to give. Raises only what is not the source's fault."""
        url = source.url
        fail = partial(self._work, self._collector.fail_source, source)
        read = False
        try:
            first = start_address(source, await self._work(self._collector.cursor, source))
            if first is None:
                await self._read_listing(source, url, depth=0)
            else:
                await self._read_timeline(source, first)
            read = True
        except Quarantine as error:
            await fail(url=url, error=error, message=error.message)
        except Away as error:
            await fail(url=url, error=None, message=error.message)
        if not start_address(source, None):
            await self._read_pages(source)
        if read:
            await self._work(self._collector.finish_source, source)

    async def _read_listing(self, source: Source, url: str, *, depth: int) -> None:
        """A feed or sitemap, and the sitemaps it names. Raises Quarantine or Away where it cannot be read."""
        known = await self._work(self._collector.validators, url)
        answer = await self._fetch(source, url, known=known)
        if answer is None:
            await self._work(self._collector.take_unchanged, source)
            return
        children = await self._work(self._collector.take_listing, source, url, answer=answer)
        if depth < MAX_DEPTH:
            for child in children:
                await self._read_listing(source, child, depth=depth + 1)

    async def _read_timeline(self, source: Source, first: str) -> None:
        """A timeline page by page. The cursor moves only at the end: a killed reading begins again, and the store
        knows what it has."""
        url: str | None = first
        cursor, taken = None, 0
        while url is not None and taken < source.max_items:
            answer = await self._fetch(source, url)
            assert answer is not None
            posts = await self._work(self._collector.take_posts, source, answer=answer)
            cursor = later(cursor, posts.newest)
            taken += posts.size
            url = posts.next_url
        await self._work(self._collector.finish_timeline, source, cursor=cursor)

    async def _read_pages(self, source: Source) -> None:
        """The pending pages of a source, WINDOW of them at a time."""
        waiting = deque(await self._work(self._collector.pending, source))

        async def read_some() -> None:
            while waiting:
                await self._read_page(source, waiting.popleft())

        await asyncio.gather(*(read_some() for _ in range(min(WINDOW, len(waiting)))))

    async def _read_page(self, source: Source, page: Page) -> None:
        try:
            answer = await self._fetch(source, page.entry.url)
        except Quarantine as error:
            await self._work(self._collector.refuse_page, source, page, error=error)
        except Away as error:
            await self._work(self._collector.fail_page, source, page, message=error.message)
        else:
            assert answer is not None
            await self._work(self._collector.take_page, source, page, answer=answer)

    async def _fetch(self, source: Source, url: str, *, known: Validators | None = None) -> Answer | None:
        """What a server answers; None for "not modified", which it may say only where ``known`` is given.

        Raises Quarantine for what will not change (gone, forbidden by robots.txt, too large), Away for what may.
        """
        headers = {"If-None-Match": known.etag, "If-Modified-Since": known.modified} if known else {}
        request = scrapy.Request(
            url, headers={name: value for name, value in headers.items() if value}, meta={"source": source}
        )
        try:
            response = await self.crawler.engine.download_async(request)
        except HostAway as error:
            raise Away(error.message) from error
        except Refused as error:
            raise Quarantine(error.reason, error.message) from error
        except DownloadCancelledError as error:
            raise Quarantine("too-large", f"{url} lebih besar dari batas unduhan.") from error
        except UnsupportedURLSchemeError as error:
            raise Quarantine("bad-address", f"{url} bukan alamat http atau https.") from error
        except IgnoreRequest as error:
            if "DOWNLOAD_MAXSIZE" in str(error):
                raise Quarantine("too-large", f"{url} lebih besar dari batas setelah dimekarkan.") from error
            raise Quarantine("redirects", f"{url} mengalihkan terlalu banyak kali.") from error
        except AWAY as error:
            raise Away(f"{url} tidak menjawab: {describe_failure(error)}.") from error
        return self._read_answer(response, url, known=known)

    def _read_answer(self, response: Response, url: str, *, known: Validators | None) -> Answer | None:
        status = response.status
        if status == 304 and known is not None:
            return None
        if status in GONE:
            raise Quarantine("gone", f"{url} sudah tidak ada (server menjawab {status}).")
        if status in RETRY_STATUSES or status in (401, 403) or status >= 500:
            raise Away(f"server menjawab {status} untuk {url}.")
        if status != 200:
            raise Quarantine("http-status", f"Server menjawab {status} untuk {url}.")
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        )
        return Answer(
            url=response.url, status=status, headers=headers, body=response.body, at=self._clock().astimezone(UTC)
        )
