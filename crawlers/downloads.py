"""Scrapy's downloader with the limits it lacks: on the size of an answer's headers, and on layers of compression.

Twisted collects headers for as long as a server sends them; a fast one fills the memory before any timeout.
"""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError
from scrapy.http import Response
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS

MAX_HEADER_BYTES = 128 * 1024
"""Largest status line and headers together; browsers stop at 256 KiB, servers and proxies at 8 to 64."""

MAX_ENCODINGS = 2
"""Most compressions on top of each other; each costs the time to inflate a whole body."""


class HeadersTooLarge(Exception):
    """More headers than MAX_HEADER_BYTES."""


class BoundedProtocol(_LenientHTTP11ClientProtocol):
    """A connection that is cut when an answer's headers do not end."""

    _received = 0

    def request(self, request: Any) -> Any:
        self._received = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:
        parser = self._parser
        if parser is not None and parser.state in (STATUS, HEADER):
            self._received += len(data)
            # One read may bring the end of the headers and much of the body with it.
            if self._received > MAX_HEADER_BYTES + len(data):
                self._giveUp(Failure(HeadersTooLarge()))  # type: ignore[no-untyped-call]
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]


class BoundedFactory(_LenientHTTP11ClientFactory):
    """Makes such connections."""

    def buildProtocol(self, addr: Any) -> BoundedProtocol:
        return BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class BoundedDownloads(HTTP11DownloadHandler):
    """The download handler for http and https."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = BoundedFactory

    async def download_request(self, request: Request) -> Response:
        """Raises DownloadCancelledError beyond the limits, as Scrapy does for a body that is too large."""
        try:
            response = await super().download_request(request)
        except DownloadFailedError as error:
            failures = getattr(error.__cause__, "reasons", ())
            if any(one.check(HeadersTooLarge) for one in failures):
                raise DownloadCancelledError(f"the headers of {request.url} are too large") from error
            raise
        named = b",".join(response.headers.getlist("Content-Encoding"))
        if named.count(b",") >= MAX_ENCODINGS:
            raise DownloadCancelledError(f"{request.url} is compressed too many times over")
        return response
