"""Asks a server for one address, and puts what came of it into words: an answer, or why there is none."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import scrapy
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest, UnsupportedURLSchemeError
from scrapy.http import Headers, Response

from crawlers.archive import Sent
from crawlers.kinds import Answer, credentials_for
from crawlers.politeness import RETRY_ERRORS, HostAway, Refused, describe_failure
from crawlers.sources import Source
from crawlers.state import Validators
from crawlers.statuses import CLOSED, GONE, REDIRECTS, is_passing
from kentongan.errors import Quarantine, Retry
from kentongan.settings import Settings

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

AWAY = (*RETRY_ERRORS, TunnelError, OSError)
"""Failures of the network that another crawl may not meet."""


class Away(Retry):
    """A server that does not answer now. Apart from other Retry: those are the store's and stop the crawl."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came of a request."""

    answer: Answer
    sent: Sent
    """The last request, without credentials."""
    redirects: tuple[int, ...] = ()
    """The statuses that led from the address asked for to the one that answered, in order."""


class Fetcher:
    """The way to the network of one crawl."""

    def __init__(self, crawler: Crawler, *, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._crawler = crawler
        self._settings = settings
        self._clock = clock
        self._keys: dict[str, Mapping[str, str]] = {}

    async def open_source(self, source: Source) -> None:
        """Get the headers that open a source, where its kind needs any. Raises NotConfigured, Away and Quarantine."""
        try:
            found = await asyncio.to_thread(credentials_for, source, self._settings)
        except Retry as error:
            raise Away(error.message) from error
        except OSError as error:
            raise Away(f"kunci untuk {source.name} tidak dapat diminta: galat {type(error).__name__}.") from error
        if found:
            self._keys[source.name] = found

    async def ask(self, source: Source, url: str, *, known: Validators | None = None) -> Fetched:
        """What a server answers, whatever its status.

        ``known`` makes the request conditional. Raises Quarantine for what will not change (forbidden by robots.txt,
        too large, private), Away for what may.
        """
        keys = self._keys.get(source.name, {})
        headers = {"If-None-Match": known.etag, "If-Modified-Since": known.modified} if known else {}
        request = scrapy.Request(
            url,
            headers={name: value for name, value in headers.items() if value},
            # Not among the headers: they would follow a redirect (crawlers/politeness.py puts them where they belong).
            meta={"source": source, "credentials": keys},
        )
        assert self._crawler.engine is not None
        try:
            response = await self._crawler.engine.download_async(request)
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
        except Exception as error:
            # Broken compression, an address in Location that is none: one strange server must not end the crawl.
            logger.exception("%s: the answer of %s could not be received", source.name, url)
            kind = f"{type(error).__module__}.{type(error).__name__}".removeprefix("builtins.")
            raise Quarantine("unreadable", f"Jawaban {url} tidak dapat diterima: galat {kind}.") from error
        return self._read_response(response, hidden=keys)

    async def fetch(self, source: Source, url: str, *, known: Validators | None = None) -> Fetched | None:
        """A server's answer 200; None for "not modified", which it may say only where ``known`` is given.

        Raises Quarantine also for what is gone, Away also for what a server refuses now.
        """
        fetched = await self.ask(source, url, known=known)
        status = fetched.answer.status
        if status == 304 and known is not None:
            return None
        if status in GONE:
            raise Quarantine("gone", f"{url} sudah tidak ada (server menjawab {status}).")
        if is_passing(status) or status in CLOSED:
            raise Away(f"server menjawab {status} untuk {url}.")
        if status in REDIRECTS:
            raise Quarantine("redirects", f"{url} mengalihkan ke alamat yang bukan http atau https.")
        if status != 200:
            raise Quarantine("http-status", f"Server menjawab {status} untuk {url}.")
        return fetched

    def _read_response(self, response: Response, *, hidden: Mapping[str, str]) -> Fetched:
        request = response.request
        assert request is not None
        secret = {name.lower() for name in hidden}
        reasons = request.meta.get("redirect_reasons", ())
        return Fetched(
            answer=Answer(
                url=response.url, status=response.status, headers=_read_headers(response.headers),
                body=response.body, at=self._clock().astimezone(UTC),
            ),
            sent=Sent(
                url=request.url, method=request.method,
                headers=tuple(pair for pair in _read_headers(request.headers) if pair[0].lower() not in secret),
            ),
            redirects=tuple(status for status in reasons if isinstance(status, int)),
        )  # fmt: skip


def _read_headers(headers: Headers) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values
    )
