"""The crawler's manners, as one Scrapy downloader middleware: robots.txt, pauses, retries, no private addresses.

Every request passes here first, those that redirects and robots.txt cause too. Per host (with its port): one request
at a time, and between the end of one answer and the next request the longest pause that the settings, the source and
robots.txt (Crawl-delay, Request-rate) ask for. Scrapy's own robots and retry middlewares know neither Crawl-delay nor
Retry-After and are switched off.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request, signals
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.utils.defer import maybe_deferred_to_future

from crawlers import statuses
from crawlers.addresses import host_of, is_public, literal_address, names_private_place
from crawlers.kept_robots import KeptRobots
from crawlers.sources import Source

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

RETRY_ERRORS = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
RETRIES = 2
"""How often one request is repeated."""

MAX_WAIT = 120.0
"""Longest pause that a server may ask for with Retry-After and still be asked again in this crawl, in seconds."""

MAX_CRAWL_DELAY = 600.0
"""Longest Crawl-delay that is waited for, in seconds; a host that asks for more is left alone: one crawl must end."""

MAX_FAILURES = 3
"""Requests in a row that may fail before a host is left alone for the rest of the crawl: a hundred pending pages of a
dead server would take hours of waiting."""

LEAST_PAUSE = 0.001
"""Shortest pause, in seconds. Scrapy counts a request as under way only a turn of the loop after it has taken it from
the queue; without any pause it takes two at once, and a host would see both."""

MAX_ROBOTS_BYTES = 512_000
"""Largest robots.txt; RFC 9309 asks crawlers to read at least 500 KiB."""


class Refused(IgnoreRequest):
    """A request that is never sent. ``reason`` is the quarantine's, ``message`` is for people."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


class HostAway(Refused):
    """The host is left alone for the rest of this crawl, its pages stay pending: robots.txt did not answer (RFC 9309,
    2.3.1.4), or too many requests in a row failed."""


@dataclass(slots=True)
class Host:
    """What is known of one host in this crawl."""

    delay: float = 0.0
    """Pause between requests, in seconds."""
    wait: float = 0.0
    """Pause the host asked for with its last answer, in seconds."""
    failures: int = 0
    """Requests in a row that failed, repetitions not counted."""
    rules: asyncio.Task[Protego | None] | None = field(default=None)
    """Its robots.txt; None inside says that it has none."""


class Politeness:
    """The middleware. Requests carry their source in ``meta["source"]``."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._hosts: dict[str, Host] = {}
        self._agent = str(crawler.settings["USER_AGENT"])
        self._token = self._agent.partition("/")[0].strip() or self._agent
        self._delay = crawler.settings.getfloat("KENTONGAN_CRAWL_DELAY")
        self._proxy = crawler.settings["KENTONGAN_PROXY"] or None
        self._kept = cast(KeptRobots, crawler.settings["KENTONGAN_ROBOTS"])

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        made = cls(crawler)
        crawler.signals.connect(made.rest_host, signal=signals.response_downloaded)
        return made

    async def process_request(self, request: Request) -> None:
        """Let a request through in its turn, or raise Refused."""
        source = cast(Source, request.meta["source"])
        place = urlsplit(request.url).netloc.lower()
        request.meta["proxy"] = self._proxy
        request.meta["download_slot"] = place
        opened = _place_credentials(request, source)
        await self._check_address(request.url, source)
        host = self._hosts.setdefault(place, Host())
        if host.failures >= MAX_FAILURES:
            raise HostAway(
                "unreachable", f"server {place} tidak menjawab berkali-kali; sisanya menunggu crawl berikut."
            )
        self._slow_down(place, host, self._pause_of(source))
        if request.meta.get("robots") or opened:
            # An interface that is opened with a key has terms of its own; robots.txt speaks to those without one.
            return
        rules = await self._read_rules(request, place, host, source)
        if rules is None:
            return
        if not rules.can_fetch(request.url, self._token):
            raise Refused("robots", f"robots.txt {place} melarang {request.url} dibaca mesin.")
        asked = rules.crawl_delay(self._token) or 0.0
        rate = rules.request_rate(self._token)
        if rate is not None and rate.requests:
            asked = max(asked, rate.seconds / rate.requests)
        if asked > MAX_CRAWL_DELAY:
            raise Refused(
                "robots", f"robots.txt {place} meminta jeda {asked:.0f} detik, lebih lama dari sepuluh menit."
            )
        self._slow_down(place, host, asked)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Ask again where the server says "later" and means soon."""
        if response.ip_address is not None and not self._proxy and not is_public(response.ip_address):
            # The second look: whatever was resolved, this is where the answer came from.
            self._allow_private(request.url, cast(Source, request.meta["source"]))
        if response.status in statuses.RETRY:
            return self._again(request, wait=_retry_after(response)) or response
        self._note(request, failed=False)
        return response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Ask again after a failure of the network."""
        return self._again(request, wait=None) if isinstance(exception, RETRY_ERRORS) else None

    def _note(self, request: Request, *, failed: bool) -> None:
        host = self._hosts.get(request.meta.get("download_slot", ""))
        if host is not None:
            host.failures = host.failures + 1 if failed else 0

    def _again(self, request: Request, *, wait: float | None) -> Request | None:
        """The request once more; None where it was repeated enough or the server wants a longer rest."""
        tried = request.meta.get("tried", 0) + 1
        if tried > RETRIES or (wait or 0.0) > MAX_WAIT:
            self._note(request, failed=True)
            return None
        logger.info("asking %s again (%d of %d)", request.url, tried, RETRIES)
        return request.replace(dont_filter=True, meta={**request.meta, "tried": tried})

    def rest_host(self, response: Response, request: Request) -> None:
        """Begin the pause when an answer has arrived, longer where it says "too many" or "not now".

        Without Retry-After the pause doubles with each repetition.
        """
        place = request.meta.get("download_slot", "")
        host = self._hosts.get(place)
        if host is None:
            return
        host.wait = 0.0
        if response.status in statuses.RETRY:
            told = _retry_after(response)
            host.wait = min(host.delay * 2 ** (request.meta.get("tried", 0) + 1) if told is None else told, MAX_WAIT)
        slot = self._crawler.engine.downloader.slots.get(place)
        if slot is not None:
            slot.lastseen = monotonic()
            slot.delay = max(host.delay, host.wait)

    def _pause_of(self, source: Source) -> float:
        """The pause that settings and source ask for; only a source of our own may ask for less than the settings."""
        if source.crawl_delay is None:
            return self._delay
        return source.crawl_delay if source.allow_private else max(source.crawl_delay, self._delay)

    def _slow_down(self, place: str, host: Host, pause: float) -> None:
        """Give the host's download slot at least this pause, one request at a time, without random variation."""
        host.delay = max(host.delay, pause, LEAST_PAUSE)
        downloader = self._crawler.engine.downloader
        delay = max(host.delay, host.wait)
        downloader.per_slot_settings[place] = {"concurrency": 1, "delay": delay, "jitter": 0.0}
        if place in downloader.slots:
            downloader.slots[place].delay = delay

    async def _read_rules(self, request: Request, place: str, host: Host, source: Source) -> Protego | None:
        """The host's robots.txt, fetched once a crawl; None where it has none. Raises HostAway."""
        if host.rules is None:
            parts = urlsplit(request.url)
            address = f"{parts.scheme}://{parts.netloc}/robots.txt"
            host.rules = asyncio.ensure_future(self._fetch_rules(address, source))
        try:
            return await asyncio.shield(host.rules)
        except (*RETRY_ERRORS, DownloadCancelledError, TunnelError, IgnoreRequest, OSError) as error:
            if isinstance(error, Refused) and not isinstance(error, HostAway):
                raise
            raise HostAway("robots", f"robots.txt {place} tidak dapat dibaca: {describe_failure(error)}.") from error

    async def _fetch_rules(self, address: str, source: Source) -> Protego | None:
        text = self._kept.known.get(address) if address in self._kept.known else await self._ask_rules(address, source)
        return None if text is None else Protego.parse(text)

    async def _ask_rules(self, address: str, source: Source) -> str | None:
        meta = {"source": source, "robots": True, "download_maxsize": MAX_ROBOTS_BYTES}
        response = await self._crawler.engine.download_async(Request(address, meta=meta))
        if 400 <= response.status < 500 and response.status != 429:
            self._kept.learned[address] = None
            return None
        if response.status != 200:
            raise HostAway("robots", f"server menjawab {response.status}")
        self._kept.learned[address] = text = response.body.decode("utf-8-sig", errors="ignore")
        return text

    async def _check_address(self, url: str, source: Source) -> None:
        """Raise Refused where an address leads into a private network that the source has no business in.

        The name is resolved through Scrapy's caching resolver, which the connection then asks too: both see the same
        address. Behind a proxy names are the proxy's business, addresses spelled out are not.
        """
        host = host_of(url)
        if names_private_place(host):
            self._allow_private(url, source)
        elif literal_address(host) is None and not self._proxy:
            from twisted.internet import reactor
            from twisted.internet.error import DNSLookupError

            try:
                found = await maybe_deferred_to_future(cast(Any, reactor).resolve(host))
            except DNSLookupError as error:
                raise CannotResolveHostError(str(error)) from error
            address = literal_address(str(found))
            if address is None or not is_public(address):
                self._allow_private(url, source)

    def _allow_private(self, url: str, source: Source) -> None:
        """Raise Refused unless the source may reach private addresses and this is its own host."""
        if not source.allow_private or host_of(url) != host_of(source.url):
            raise Refused("private-address", f"{url} mengarah ke alamat jaringan pribadi; permintaan tidak dikirim.")


def _place_credentials(request: Request, source: Source) -> bool:
    """Send a source's keys to its own scheme, host and port, and to nobody else: a redirect may lead anywhere. Returns
    whether they are sent."""
    keys: Mapping[str, str] = request.meta.get("credentials") or {}
    asked, own = urlsplit(request.url), urlsplit(source.url)
    at_home = (asked.scheme, asked.netloc.lower()) == (own.scheme, own.netloc.lower())
    for name, value in keys.items():
        request.headers.pop(name, None)
        if at_home:
            request.headers[name] = value
    return at_home and bool(keys)


def _retry_after(response: Response) -> float | None:
    """The pause a server asks for, in seconds from now; None where it does not say."""
    told = response.headers.get(b"Retry-After")
    text = told.decode("latin-1").strip() if told else ""
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()) if text else None
    except (ValueError, TypeError):
        return None


def describe_failure(error: BaseException) -> str:
    """Why a server did not answer, in words for people."""
    known = {
        CannotResolveHostError: "nama servernya tidak ditemukan",
        DownloadConnectionRefusedError: "sambungan ditolak",
        DownloadTimeoutError: "terlalu lama",
        ResponseDataLossError: "jawabannya terpotong",
        DownloadFailedError: "sambungan terputus",
        DownloadCancelledError: "jawabannya terlalu besar",
        TunnelError: "perantara (proxy) menolak",
        IgnoreRequest: "mengalihkan terlalu banyak kali",
    }
    if isinstance(error, Refused):
        return error.message
    return next((words for kind, words in known.items() if isinstance(error, kind)), f"galat {type(error).__name__}")
