"""The registry of source kinds, and the types their parse functions take and give.

A kind is one module with one parse function: an answer in, a Listing (addresses of pages to fetch) or Posts (documents
at once) out, Quarantine for an answer it does not understand. To add a kind, write the module, name it here, and put
an answer of it into tests/test_crawlers_golden.py.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

from kentongan.errors import KentonganError, Quarantine
from kentongan.schema import Document, Observation, RawPointer

if TYPE_CHECKING:
    from crawlers.sources import Source
    from kentongan.settings import Settings

logger = logging.getLogger(__name__)


class Kind(NamedTuple):
    """Where a kind's functions are, as "module:function"; imported when first used."""

    parse: str
    """The parse function (``Parse``)."""
    start: str = ""
    """Of timelines: ``start(source, cursor) -> address`` of the first page to read. Empty for listings."""
    credentials: str = ""
    """Of kinds that ask for a key: ``credentials(source, settings) -> headers``. Empty for those that ask for none."""
    needs_mapping: bool = False
    """Whether its sources must name a mapping of fields (``Source.mapping``)."""


KINDS: dict[str, Kind] = {
    "rss": Kind("crawlers.feeds:parse_feed"),
    "sitemap": Kind("crawlers.sitemaps:parse_sitemap"),
    "listing": Kind("crawlers.listings:parse_listing"),
    "wordpress": Kind("crawlers.wordpress:parse_articles", start="crawlers.wordpress:start_address"),
    "mastodon": Kind("crawlers.mastodon:parse_timeline", start="crawlers.mastodon:start_address"),
    "telegram": Kind("crawlers.telegram:parse_channel", start="crawlers.telegram:start_address"),
    "bluesky-author": Kind("crawlers.bluesky:parse_feed", start="crawlers.bluesky:start_feed"),
    "bluesky-search": Kind(
        "crawlers.bluesky:parse_search",
        start="crawlers.bluesky:start_search",
        credentials="crawlers.credentials:open_bluesky",
    ),
    "youtube-search": Kind(
        "crawlers.youtube:parse_videos",
        start="crawlers.youtube:start_videos",
        credentials="crawlers.credentials:open_youtube",
    ),
    "youtube-comments": Kind(
        "crawlers.youtube_comments:parse_comments",
        start="crawlers.youtube_comments:start_comments",
        credentials="crawlers.credentials:open_youtube",
    ),
    "x-search": Kind(
        "crawlers.x_search:parse_search",
        start="crawlers.x_search:start_address",
        credentials="crawlers.credentials:open_x",
    ),
    "complaints-json": Kind(
        "crawlers.complaints:parse_complaints", start="crawlers.complaints:start_address", needs_mapping=True
    ),
}


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
    modified_at: datetime | None = None
    """When the listing says that the page was last changed. Aware, in UTC."""
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
    observations: tuple[Observation, ...] = ()
    """How often each post was liked, shared, answered and seen, as the server says; to be stored after the documents.
    Posts about which it says nothing have none."""
    newest: str | None = None
    """Where the newest post of the page stands: the server's own id, or a time of constant length. None for an empty
    page, and where the server keeps no order. Of two the longer is the later, of equally long ones the greater as text
    (``later``)."""
    oldest: str | None = None
    """Likewise of the oldest post, on timelines that can only be read backwards from the newest: a reading may end
    once it is not later than the cursor. None everywhere else."""
    next_url: str | None = None
    """Address of the page to read after this one; None at the end."""
    size: int = 0
    """Posts on the page, refused ones too."""


class Parse(Protocol):
    """A parse function. Raises Quarantine with a stable reason for an answer it cannot read."""

    def __call__(self, answer: Answer, source: Source) -> Listing | Posts: ...


def parse_answer(answer: Answer, source: Source) -> Listing | Posts:
    """Read an answer the way its source's kind says. Raises Quarantine."""
    parse = cast(Parse, _load(KINDS[source.kind].parse))
    with refusing_surprises(answer.url):
        return parse(answer, source)


@contextmanager
def refusing_surprises(url: str) -> Iterator[None]:
    """What a parser did not foresee, it refuses: Quarantine ("unreadable") instead of any other error, which is logged
    with its trace. One strange page must not end a crawl of sixty sources."""
    try:
        yield
    except KentonganError:
        raise
    except Exception as error:
        logger.exception("%s could not be read", url)
        raise Quarantine("unreadable", f"{url} tidak dapat dibaca: {type(error).__name__}.") from error


def start_address(source: Source, cursor: str | None) -> str | None:
    """Where to begin reading a timeline, given how far it was read; None for kinds that are listings."""
    start = KINDS[source.kind].start
    return cast("Callable[[Source, str | None], str]", _load(start))(source, cursor) if start else None


def credentials_for(source: Source, settings: Settings) -> dict[str, str] | None:
    """The headers that open a source, for its own host and no other; None for kinds that ask for none.

    May ask the source's server over the network for up to 30 s: not to be called in the reactor. Raises NotConfigured
    that names the setting to give, and Retry where the server does not answer now.
    """
    named = KINDS[source.kind].credentials
    return cast("Callable[[Source, Settings], dict[str, str]]", _load(named))(source, settings) if named else None


def reaches(posts: Posts, cursor: str | None) -> bool:
    """Whether a page read backwards goes back to where the last reading began: nothing older is new."""
    return cursor is not None and posts.oldest is not None and later(posts.oldest, cursor) == cursor


def later(one: str | None, other: str | None) -> str | None:
    """The later of two ids of posts on one server; absent ones are earliest."""
    return max((one or "", other or ""), key=lambda native: (len(native), native)) or None


def _load(reference: str) -> object:
    module, _, name = reference.partition(":")
    return getattr(importlib.import_module(module), name)
