"""Gathers the posts of one page of a timeline: which became documents, which were refused, how often each was liked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawlers.addresses import normalise_url
from crawlers.kinds import Answer, Posts, RefusedPost, later
from crawlers.sources import Source
from kentongan import text as words
from kentongan.errors import Quarantine
from kentongan.schema import Document, Engagement, Observation

Item = TypeVar("Item")

MAX_LINKS = 100
"""Most links or pictures kept of one post."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one item of a page holds."""

    documents: tuple[Document, ...]
    """The post itself first, then those it passes on."""
    engagement: dict[str, Engagement] = field(default_factory=dict)
    """By id of the document; only where the server says something."""
    place: str | None = None
    """Where the item stands in the timeline (``Posts.newest``)."""


def gather_posts(
    items: Sequence[Item],
    read: Callable[[Item], Reading],
    *,
    answer: Answer,
    name: Callable[[Item], str],
    backwards: bool = False,
) -> Posts:
    """The posts of a page, without the address of the next one.

    ``read`` raises Quarantine for an item that is no document; ``name`` gives the address that a refused one is named
    by, or nothing. ``backwards`` says that the timeline can only be read from the newest post on.
    """
    documents: dict[str, Document] = {}
    engagement: dict[str, Engagement] = {}
    refused: list[RefusedPost] = []
    places: list[str] = []
    for item in items:
        try:
            reading = read(item)
        except Quarantine as error:
            refused.append(RefusedPost(url=name(item) or answer.url, reason=error.reason, message=error.message))
            continue
        for document in reading.documents:
            documents.setdefault(document.id, document)
        engagement.update(reading.engagement)
        if reading.place is not None:
            places.append(reading.place)
    newest = oldest = None
    for place in places:
        newest = later(newest, place)
        oldest = place if oldest is None or later(oldest, place) == oldest else oldest
    return Posts(
        documents=tuple(documents.values()),
        refused=tuple(refused),
        observations=observe_engagement(engagement, at=answer.at),
        newest=newest,
        oldest=oldest if backwards else None,
        size=len(items),
    )


def observe_engagement(engagement: dict[str, Engagement], *, at: datetime) -> tuple[Observation, ...]:
    """One observation of each document that was counted. Whether its words changed is the reader's to compare."""
    return tuple(
        Observation(document=document, at=at, state="unchanged", engagement=counts)
        for document, counts in engagement.items()
        if counts != Engagement()
    )


def platform_of(source: Source, default: str) -> str:
    """The platform a source declares; where it declares none, its kind's own."""
    return source.platform if source.platform != "web" else default


def set_query(url: str, *, drop: Iterable[str] = (), **values: str | None) -> str:
    """The address with these parameters, in place of those of the same names and of ``drop``; None takes one away."""
    parts = urlsplit(url)
    gone = {*drop, *values}
    pairs = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in gone]
    pairs += [(name, value) for name, value in values.items() if value is not None]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(pairs), ""))


def add_query(url: str, **values: str) -> str:
    """The address with these parameters wherever it does not set them itself."""
    declared = {name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}
    return set_query(url, **{name: value for name, value in values.items() if name not in declared})


def normalise_links(text: str, *found: str) -> tuple[str, ...]:
    """The links a text shows and those found beside it, normalised, each once, in this order."""
    links: dict[str, None] = {}
    for link in (*words.links(text), *found):
        try:
            links.setdefault(normalise_url(link))
        except ValueError:
            continue
    return tuple(links)[:MAX_LINKS]


def read_hashtags(text: str, *named: str | None) -> tuple[str, ...]:
    """The hashtags the server names and those the text shows, lower case, without '#', each once."""
    tags = (tag.lower().lstrip("#").replace(" ", "") for tag in (*filter(None, named), *words.hashtags(text)))
    return tuple(dict.fromkeys(tag for tag in tags if tag))
