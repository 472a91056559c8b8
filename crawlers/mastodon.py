"""Reads public timelines of Mastodon servers, and of others that speak its API, into posts.

A timeline's address is the API's own: ``https://server/api/v1/timelines/public?local=true``, or ``.../tag/banjir``.
Ids of posts a server learns late lie before the newest: reading on from the newest id misses those, as every client of
this API does.
"""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawlers.addresses import host_of
from crawlers.json_answers import count_of, objects_of, read_json
from crawlers.kinds import Answer, Posts, RefusedPost, later
from crawlers.markup import plain_text
from crawlers.posts import normalise_links, observe_engagement
from kentongan import text as words
from kentongan.errors import Quarantine
from kentongan.schema import Document, Engagement, document_id
from kentongan.times import parse_time

if TYPE_CHECKING:
    from crawlers.sources import Source

PAGE_SIZE = 40
"""Most posts that the API gives at once."""

PAGING = ("limit", "min_id", "max_id", "since_id")

PUBLIC = ("public", "unlisted")
"""Visibilities that anybody may read. Others do not appear in a timeline read without a login."""


def start_address(source: Source, cursor: str | None) -> str:
    """Where to begin: with the posts right after the last one read, or, the first time, with the newest ones."""
    return page_address(source.url, min_id=cursor)


def page_address(timeline: str, *, min_id: str | None = None, max_id: str | None = None) -> str:
    """The address of one page of a timeline: the posts right after ``min_id``, or right before ``max_id``, or the
    newest ones."""
    parts = urlsplit(timeline)
    query = [pair for pair in parse_qsl(parts.query) if pair[0] not in PAGING]
    query.append(("limit", str(PAGE_SIZE)))
    query += [(name, value) for name, value in (("min_id", min_id), ("max_id", max_id)) if value]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))


def parse_timeline(answer: Answer, source: Source) -> Posts:
    """The posts on one page of a timeline. Raises Quarantine ("not-json") for anything but a list of statuses."""
    statuses = read_json(answer)
    if not isinstance(statuses, list):
        told = statuses.get("error") if isinstance(statuses, dict) else None
        raise Quarantine("not-json", f"{answer.url} bukan daftar kiriman{f': {told}' if told else ''}.")
    uris = {status["id"]: status["uri"] for status in statuses if isinstance(status, dict) and _has_key(status)}
    documents: list[Document] = []
    refused: list[RefusedPost] = []
    engagement: dict[str, Engagement] = {}
    for status in statuses:
        try:
            read = _read_status(status, answer, source, uris=uris)
        except Quarantine as error:
            refused.append(RefusedPost(url=_address(status) or answer.url, reason=error.reason, message=error.message))
            continue
        documents += read
        # A boost has no counts of its own: those a server shows are of the post it passes on.
        engagement[read[-1].id] = _read_engagement(status["reblog"] if len(read) > 1 else status)
    ids = [str(status["id"]) for status in statuses if isinstance(status, dict) and status.get("id")]
    newest = functools.reduce(later, ids, None)
    return Posts(
        documents=tuple({document.id: document for document in documents}.values()),
        refused=tuple(refused),
        observations=observe_engagement(engagement, at=answer.at),
        newest=newest,
        next_url=_next_page(answer.url, ids, newest=newest),
        size=len(statuses),
    )


def _next_page(url: str, ids: list[str], *, newest: str | None) -> str | None:
    """Onwards in the direction this page was read in, while pages come at least half full."""
    if len(ids) < PAGE_SIZE // 2:
        return None
    if "min_id" in dict(parse_qsl(urlsplit(url).query)):
        return page_address(url, min_id=newest)
    return page_address(url, max_id=min(ids, key=lambda native: (len(native), native)))


def _has_key(status: dict[str, Any]) -> bool:
    return isinstance(status.get("id"), str) and isinstance(status.get("uri"), str)


def _address(status: object) -> str:
    """An address to name a status by in a report; empty where it has none."""
    if not isinstance(status, dict):
        return ""
    return str(status.get("url") or status.get("uri") or "")


def _read_status(status: object, answer: Answer, source: Source, *, uris: dict[str, str]) -> list[Document]:
    """A status as a document; for a boost also the post it passes on. Raises Quarantine."""
    if not isinstance(status, dict) or not _has_key(status) or not host_of(status["uri"]):
        raise Quarantine("bad-post", f"Kiriman di {answer.url} tidak memuat id dan uri.")
    if status.get("visibility", "public") not in PUBLIC:
        raise Quarantine("not-public", f"Kiriman {status['uri']} tidak untuk umum.")
    boosted = status.get("reblog")
    original = _read_status(boosted, answer, source, uris=uris)[:1] if isinstance(boosted, dict) else []
    host = host_of(status["uri"])
    text = original[0].text if original else _read_text(status)
    if not text:
        raise Quarantine("no-text", f"Kiriman {status['uri']} tidak memuat teks, hanya gambar atau video.")
    parent = uris.get(str(status.get("in_reply_to_id")))
    document = Document(
        id=document_id(host, status["uri"]),
        kind="post",
        publisher=host,
        platform=source.platform,
        native_key=status["uri"],
        source=source.name,
        text=text,
        published_at=_read_time(status),
        published_raw=str(status["created_at"]),
        collected_at=answer.at,
        url=_address(status),
        author=_read_author(status, host),
        language=_text_or_none(status.get("language")),
        reply_to=document_id(host_of(parent), parent) if parent else None,
        shared_from=original[0].id if original else None,
        links=normalise_links(text),
        hashtags=_read_hashtags(status, text),
        media=_read_media(status),
        facts=_read_facts(status, parent=parent),
        raw=answer.raw,
        sample=source.sample,
    )
    return [document, *original]


def _read_text(status: dict[str, Any]) -> str:
    """The author's words: the content warning, if any, then the content, one line a paragraph."""
    parts = (status.get("spoiler_text"), plain_text(str(status.get("content") or "")))
    return "\n".join(part for part in (words.clean(str(part or "")).strip() for part in parts) if part)


def _read_time(status: dict[str, Any]) -> datetime:
    try:
        return parse_time(str(status.get("created_at") or "")).astimezone(UTC)
    except ValueError as error:
        raise Quarantine("no-time", f"Kiriman {status['uri']} tidak menyebut kapan dikirim.") from error


def _read_author(status: dict[str, Any], host: str) -> str | None:
    """The account as "user@server", on its own server too, so that it reads the same wherever it was seen."""
    account = status.get("account")
    name = account.get("acct") if isinstance(account, dict) else None
    if not name:
        return None
    return str(name) if "@" in str(name) else f"{name}@{host}"


def _read_engagement(status: dict[str, Any]) -> Engagement:
    return Engagement(
        likes=count_of(status.get("favourites_count")),
        shares=count_of(status.get("reblogs_count")),
        replies=count_of(status.get("replies_count")),
    )


def _read_hashtags(status: dict[str, Any], text: str) -> tuple[str, ...]:
    named = [tag.get("name") for tag in objects_of(status.get("tags"))]
    found = [str(name).lower() for name in named if name] or [tag.lower() for tag in words.hashtags(text)]
    return tuple(dict.fromkeys(found))


def _read_media(status: dict[str, Any]) -> tuple[str, ...]:
    addresses = (one.get("url") or one.get("remote_url") for one in objects_of(status.get("media_attachments")))
    return tuple(str(address) for address in addresses if address)


def _read_facts(status: dict[str, Any], *, parent: str | None) -> dict[str, str]:
    """What else the server says, under its own names: edited_at, sensitive, spoiler_text, and the server's id of the
    post that is answered where that post itself is not on the page."""
    facts = {name: _text_or_none(status.get(name)) for name in ("edited_at", "spoiler_text")}
    if status.get("sensitive") is True:
        facts["sensitive"] = "true"
    if parent is None:
        facts["in_reply_to_id"] = _text_or_none(status.get("in_reply_to_id"))
    return {name: value for name, value in facts.items() if value}


def _text_or_none(value: object) -> str | None:
    return str(value) if value else None
