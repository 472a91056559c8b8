"""Reads robots.txt as it was at the moment of a capture.

It speaks to crawlers; a person's single visit is recorded beside it, not stopped by it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from evidence.capture.exchanges import Exchange, Fault
from evidence.capture.network import Unanswered
from evidence.capture.proxy import CaptureProxy
from kentongan import __version__

CRAWLER = "Kentongan"
"""The name that robots.txt is asked about."""
MAX_ROBOTS_BYTES = 512_000
"""How much of it is judged; RFC 9309 asks crawlers to read at least 500 KiB. All of it is archived."""

FATAL: frozenset[Fault] = frozenset({"address", "unresolved", "refused", "certificate", "secure", "type"})
"""Faults that will befall the page of the same server too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """What robots.txt said then."""

    url: str
    status: int | None
    """None where it did not answer."""
    sha256: str | None
    """Of its bytes; None where there is none."""
    page: str
    """The address it was asked about."""
    allowed: bool | None
    """Whether a crawler of our name might read that page; None where that cannot be told."""


def read_robots(url: str, *, proxy: CaptureProxy) -> Exchange | None:
    """The answer of the page's server for its robots.txt; None where it gave none.

    Raises Unanswered where that server cannot be reached at all.
    """
    headers = (
        ("Host", urlsplit(url).netloc.lower()),
        ("User-Agent", f"{CRAWLER}/{__version__}"),
        ("Accept", "*/*"),
        ("Accept-Encoding", "identity"),
        ("Connection", "close"),
    )
    try:
        return proxy.fetch(robots_address(url), headers=headers)
    except Unanswered as unanswered:
        if unanswered.fault in FATAL:
            raise
        return None


def robots_address(url: str) -> str:
    """Where the robots.txt of a page lies."""
    parts = urlsplit(url)
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}/robots.txt"


def judge_robots(url: str, final_url: str, answer: Exchange | None) -> Robots:
    """What the answer says of the page: of the address it came to where that is on the same server."""
    from protego import Protego

    address = robots_address(url)
    page = final_url if robots_address(final_url) == address else url
    if answer is None:
        return Robots(url=address, status=None, sha256=None, page=page, allowed=None)
    data = answer.body.read_bytes()
    allowed: bool | None = None
    if answer.status == 200:
        rules = Protego.parse(data[:MAX_ROBOTS_BYTES].decode("utf-8-sig", "replace"))
        allowed = rules.can_fetch(page, CRAWLER)
    elif 400 <= answer.status < 500 and answer.status != 429:
        allowed = True  # RFC 9309, 2.3.1.3: there is none
    digest = hashlib.sha256(data).hexdigest() if answer.status == 200 else None
    return Robots(url=address, status=answer.status, sha256=digest, page=page, allowed=allowed)
