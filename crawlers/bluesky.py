"""Reads Bluesky: what one account posted and passed on, and what a search finds.

Interface: docs.bsky.app, app.bsky.feed.getAuthorFeed (open to all at https://public.api.bsky.app) and
app.bsky.feed.searchPosts (asks for a login; its source's address lies at the account's own server,
https://bsky.social). Who asks that only people with a login may see their posts is not collected.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from crawlers.json_answers import (
    TIME_FORM,
    count_of,
    moment_of,
    name_of,
    object_of,
    objects_of,
    read_object,
    require_moment,
    text_of,
    told_error,
)
from crawlers.kinds import Answer, Posts
from crawlers.posts import Reading, add_query, gather_posts, normalise_links, platform_of, read_hashtags, set_query
from kentongan.errors import Quarantine
from kentongan.schema import Document, Engagement, document_id

if TYPE_CHECKING:
    from datetime import datetime

    from crawlers.sources import Source

PUBLISHER = "bsky.app"

PAGE_SIZE = 100
"""Most posts that the interface gives at once."""

MEMBERS_ONLY = "!no-unauthenticated"
"""Label of accounts that ask not to be shown to people without a login."""


def start_feed(source: Source, cursor: str | None) -> str:
    """The newest posts of an account. The interface knows no beginning: reading ends where the last one began."""
    return set_query(add_query(source.url, limit=str(PAGE_SIZE)), cursor=None)


def start_search(source: Source, cursor: str | None) -> str:
    """What a search finds, newest first, since the last post read."""
    url = add_query(source.url, limit=str(PAGE_SIZE))
    return set_query(url, cursor=None, sort="latest", since=cursor)


def parse_feed(answer: Answer, source: Source) -> Posts:
    """The posts on one page of an account's feed. Raises Quarantine ("not-json")."""
    return _parse(answer, source, name="feed")


def parse_search(answer: Answer, source: Source) -> Posts:
    """The posts on one page of a search. Raises Quarantine ("not-json")."""
    return _parse(answer, source, name="posts")


def _parse(answer: Answer, source: Source, *, name: str) -> Posts:
    found = read_object(answer)
    items = found.get(name)
    if not isinstance(items, list):
        raise Quarantine("not-json", f"{answer.url} bukan daftar kiriman Bluesky{told_error(found)}.")
    posts = gather_posts(
        [item if name == "feed" else {"post": item} for item in items],
        lambda item: _read_item(object_of(item), answer, source),
        answer=answer,
        name=lambda item: name_of(object_of(object_of(item).get("post")).get("uri")) or "",
        backwards=name == "feed",
    )
    onwards = name_of(found.get("cursor")) if items else None
    return replace(posts, next_url=set_query(answer.url, cursor=onwards) if onwards else None)


def _read_item(item: dict[str, Any], answer: Answer, source: Source) -> Reading:
    """A post; for a repost also the post it passes on. Raises Quarantine."""
    view = object_of(item.get("post"))
    post = _read_post(view, answer, source)
    engagement = {
        post.id: Engagement(
            likes=count_of(view.get("likeCount")),
            shares=count_of(view.get("repostCount")),
            replies=count_of(view.get("replyCount")),
        )
    }
    reason = object_of(item.get("reason"))
    kind = text_of(reason.get("$type")).partition("#")[2]
    place: datetime | None = post.published_at
    documents: tuple[Document, ...] = (post,)
    if kind == "reasonPin":
        place = None  # a pinned post stands first whenever it was written
    elif kind == "reasonRepost":
        repost = _read_repost(reason, post, answer=answer)
        documents, place = (repost, post), repost.published_at
    return Reading(documents=documents, engagement=engagement, place=place.strftime(TIME_FORM) if place else None)


def _read_post(view: dict[str, Any], answer: Answer, source: Source) -> Document:
    """A post view as a document. Raises Quarantine ("bad-post", "not-public", "no-text", "no-time")."""
    uri, author, record = name_of(view.get("uri")), object_of(view.get("author")), object_of(view.get("record"))
    if not uri or not uri.startswith("at://") or uri.count("/") != 4:
        raise Quarantine("bad-post", f"Sebuah kiriman di {answer.url} tidak memuat uri.")
    if any(label.get("val") == MEMBERS_ONLY for label in objects_of(author.get("labels"))):
        raise Quarantine("not-public", f"Penulis {uri} meminta kirimannya hanya tampil bagi yang masuk.")
    text = _whole_links(text_of(record.get("text")), record)
    if not text:
        raise Quarantine("no-text", f"Kiriman {uri} tidak memuat teks, hanya gambar atau video.")
    embed = object_of(view.get("embed"))
    quoted = _quoted(object_of(record.get("embed")))
    parent = name_of(object_of(object_of(record.get("reply")).get("parent")).get("uri"))
    handle, person = name_of(author.get("handle")), uri.split("/")[2]
    known = handle if handle and handle != "handle.invalid" else None
    languages = record.get("langs")
    facets = [one for facet in objects_of(record.get("facets")) for one in objects_of(facet.get("features"))]
    card = name_of(object_of(embed.get("external")).get("uri"))
    tags = record.get("tags")
    named = [name_of(one.get("tag")) for one in facets]
    named += [name_of(tag) for tag in tags] if isinstance(tags, list) else []
    return Document(
        id=document_id(PUBLISHER, uri),
        kind="post",
        publisher=PUBLISHER,
        platform=platform_of(source, "bluesky"),
        native_key=uri,
        source=source.name,
        text=text,
        published_at=_sort_time(record, view, uri=uri),
        published_raw=name_of(record.get("createdAt")),
        collected_at=answer.at,
        url=f"https://bsky.app/profile/{known or person}/post/{uri.rpartition('/')[2]}",
        author=known or person,
        language=name_of(languages[0]) if isinstance(languages, list) and languages else None,
        reply_to=document_id(PUBLISHER, parent) if parent else None,
        shared_from=document_id(PUBLISHER, quoted) if quoted else None,
        links=normalise_links(text, *filter(None, [*(name_of(one.get("uri")) for one in facets), card])),
        hashtags=read_hashtags(text, *named),
        media=_read_media(embed),
        facts={"quote": "true"} if quoted else {},
        raw=answer.raw,
        sample=source.sample,
    )


def _read_repost(reason: dict[str, Any], post: Document, *, answer: Answer) -> Document:
    """The act of passing a post on, as a post of its own with the same words. Raises Quarantine ("no-time")."""
    by = object_of(reason.get("by"))
    who = name_of(by.get("did")) or name_of(by.get("handle")) or "?"
    key = name_of(reason.get("uri")) or f"{post.native_key}#repost={who}"
    return replace(
        post,
        id=document_id(PUBLISHER, key),
        native_key=key,
        published_at=require_moment(reason.get("indexedAt"), url=key),
        published_raw=name_of(reason.get("indexedAt")),
        author=name_of(by.get("handle")) or who,
        reply_to=None,
        shared_from=post.id,
        facts={},
    )


def _sort_time(record: dict[str, Any], view: dict[str, Any], *, uri: str) -> datetime:
    """When it was posted: what its author's program says, unless the network saw it earlier (the protocol's sortAt)."""
    created = require_moment(record.get("createdAt"), url=uri)
    indexed = moment_of(view.get("indexedAt"))
    return min(created, indexed) if indexed else created


def _whole_links(text: str, record: dict[str, Any]) -> str:
    """The text with every link whole that it shows cut ("kabar.test/berita/pa..."). Facets count in bytes of UTF-8."""
    raw = text.encode("utf-8", "surrogatepass")
    spans: list[tuple[int, int, str]] = []
    for facet in objects_of(record.get("facets")):
        index = object_of(facet.get("index"))
        start, end = count_of(index.get("byteStart")), count_of(index.get("byteEnd"))
        uri = next((name_of(one.get("uri")) for one in objects_of(facet.get("features")) if one.get("uri")), None)
        if start is not None and end is not None and uri and raw[start:end].rstrip().endswith((b"...", "…".encode())):
            spans.append((start, end, uri))
    for start, end, uri in sorted(spans, reverse=True):
        raw = raw[:start] + uri.encode("utf-8", "surrogatepass") + raw[end:]
    return text_of(raw.decode("utf-8", "replace"))


def _quoted(embed: dict[str, Any]) -> str | None:
    """The uri of the post that a post quotes; None where it quotes none, or something else (a list, a feed)."""
    record = object_of(embed.get("record"))
    uri = name_of(record.get("uri")) or name_of(object_of(record.get("record")).get("uri"))
    return uri if uri and "/app.bsky.feed.post/" in uri else None


def _read_media(embed: dict[str, Any]) -> tuple[str, ...]:
    found: list[str | None] = []
    for one in (embed, object_of(embed.get("media"))):
        found += [name_of(image.get("fullsize")) for image in objects_of(one.get("images"))]
        found.append(name_of(one.get("playlist")))
    return tuple(dict.fromkeys(one for one in found if one and one.startswith("https://")))
