"""The registry of source kinds, and the types their parse functions take and give.

A kind is one module with one parse function: an answer in, a Listing (addresses of pages to fetch) or Posts (documents
at once) out, Quarantine for an answer it does not understand. To add a kind, write the module and name it here.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, cast

from kentongan.schema import Document, RawPointer

if TYPE_CHECKING:
    from crawlers.sources import Source

KINDS: dict[str, str] = {
    "rss": "crawlers.feeds:parse_feed",
    "sitemap": "crawlers.sitemaps:parse_sitemap",
    "mastodon": "crawlers.mastodon:parse_timeline",
}
"""Kind -> its parse function, imported when first used: a feed reader costs nothing to who reads only archives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered, de-chunked and decompressed."""

    url: str
    """Address that answered, after redirects."""
    status: int
    headers: tuple[tuple[str, str], ...]
    """As they came, repeated ones too."""
    body: bytes
    at: datetime
    """When it was received. Aware, in UTC."""
    raw: RawPointer | None = None
    """Where its bytes were archived."""

    def header(self, name: str) -> str | None:
        """The value of a header, whatever its case; of repeated ones the last; None where it is absent."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return values[-1] if values else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a listing says about one page."""

    url: str
    """As ``addresses.normalise_url`` spells it."""
    title: str | None = None
    published_at: datetime | None = None
    """Aware, in UTC."""
    published_raw: str | None = None
    author: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The pages that a feed or a sitemap lists, newest first."""

    entries: tuple[Entry, ...] = ()
    children: tuple[str, ...] = ()
    """Listings to read as well (the sitemaps of a sitemap index), newest first."""
    refused: Mapping[str, int] = field(default_factory=dict)
    """Entries that could not be used, by reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedPost:
    """A post that cannot become a document."""

    url: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """One page of a timeline."""

    documents: tuple[Document, ...] = ()
    refused: tuple[RefusedPost, ...] = ()
    newest: str | None = None
    """The server's own id of the newest post on the page; None for an empty page."""
    oldest: str | None = None
    size: int = 0
    """Posts on the page, refused ones too."""


class Parse(Protocol):
    """A parse function. Raises Quarantine with a stable reason for an answer it cannot read."""

    def __call__(self, answer: Answer, source: Source) -> Listing | Posts: ...


def parse_answer(answer: Answer, source: Source) -> Listing | Posts:
    """Read an answer the way its source's kind says. Raises Quarantine."""
    module, _, name = KINDS[source.kind].partition(":")
    parse = cast(Parse, getattr(importlib.import_module(module), name))
    return parse(answer, source)
