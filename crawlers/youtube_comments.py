"""Reads comments out of the YouTube Data API v3: threads under a video or a channel, and the replies in them.

Interface: developers.google.com/youtube/v3/docs/commentThreads/list and comments/list. A source's address is
"https://www.googleapis.com/youtube/v3/commentThreads?videoId=..." (or allThreadsRelatedToChannelId); a page costs one
of the 10,000 units that a key has a day.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from crawlers.json_answers import (
    TIME_FORM,
    count_of,
    moment_of,
    name_of,
    object_of,
    objects_of,
    require_moment,
    text_of,
)
from crawlers.kinds import Answer, Posts
from crawlers.markup import plain_text
from crawlers.posts import Reading, add_query, gather_posts, normalise_links, platform_of, read_hashtags, set_query
from crawlers.youtube import PUBLISHER, read_items, watch_address
from kentongan.errors import Quarantine
from kentongan.schema import Document, Engagement, document_id

if TYPE_CHECKING:
    from crawlers.sources import Source

PAGE_SIZE = 100
"""Most threads that the interface gives at once."""


def start_comments(source: Source, cursor: str | None) -> str:
    """The newest threads. The interface knows no beginning: reading ends where the last one began."""
    url = add_query(source.url, maxResults=str(PAGE_SIZE), part="snippet,replies")
    return set_query(url, drop=("pageToken", "key"), order="time", textFormat="plainText")


def parse_comments(answer: Answer, source: Source) -> Posts:
    """The comments on one page of threads, or of one comment's replies. Raises Quarantine ("not-json")."""
    items, next_url = read_items(answer)
    posts = gather_posts(
        items,
        lambda item: _read_thread(object_of(item), answer, source),
        answer=answer,
        name=lambda item: name_of(object_of(item).get("id")) or "",
        backwards=True,
    )
    return replace(posts, next_url=next_url)


def _read_thread(item: dict[str, Any], answer: Answer, source: Source) -> Reading:
    """A comment with the replies that are given along. Replies that are no document are left out: they are asked for
    only as far as the thread shows them. Raises Quarantine where the comment itself is none."""
    snippet = object_of(item.get("snippet"))
    threaded = isinstance(snippet.get("topLevelComment"), dict)
    first = object_of(snippet.get("topLevelComment")) if threaded else item
    video = name_of(snippet.get("videoId"))
    top = _read_comment(first, answer, source, video=video, parent=None)
    counts = object_of(first.get("snippet"))
    replies = count_of(snippet.get("totalReplyCount")) if threaded else None
    engagement = {top.id: Engagement(likes=count_of(counts.get("likeCount")), replies=replies)}
    documents = [top]
    for reply in objects_of(object_of(item.get("replies")).get("comments")):
        try:
            document = _read_comment(reply, answer, source, video=video, parent=name_of(first.get("id")))
        except Quarantine:
            continue
        documents.append(document)
        engagement[document.id] = Engagement(likes=count_of(object_of(reply.get("snippet")).get("likeCount")))
    return Reading(documents=tuple(documents), engagement=engagement, place=top.published_at.strftime(TIME_FORM))


def _read_comment(
    item: dict[str, Any], answer: Answer, source: Source, *, video: str | None, parent: str | None
) -> Document:
    """A comment that answers another comment, or else its video. Raises Quarantine ("bad-post", "no-text",
    "no-time")."""
    key, snippet = name_of(item.get("id")), object_of(item.get("snippet"))
    if key is None:
        raise Quarantine("bad-post", f"Sebuah komentar di {answer.url} tidak memuat id.")
    text = text_of(snippet.get("textOriginal")) or plain_text(text_of(snippet.get("textDisplay")))
    if not text:
        raise Quarantine("no-text", f"Komentar {key} tidak memuat teks.")
    video = name_of(snippet.get("videoId")) or video
    answered = name_of(snippet.get("parentId")) or parent or video
    edited = name_of(snippet.get("updatedAt"))
    published_at = require_moment(snippet.get("publishedAt"), url=key)
    facts = {
        "channel_id": name_of(object_of(snippet.get("authorChannelId")).get("value")),
        "edited_at": edited if (moment := moment_of(edited)) and moment > published_at else None,
    }
    return Document(
        id=document_id(PUBLISHER, key),
        kind="comment",
        publisher=PUBLISHER,
        platform=platform_of(source, "youtube"),
        native_key=key,
        source=source.name,
        text=text,
        published_at=published_at,
        published_raw=name_of(snippet.get("publishedAt")),
        collected_at=answer.at,
        url=f"{watch_address(video)}&lc={quote(key)}" if video else None,
        author=name_of(snippet.get("authorDisplayName")),
        reply_to=document_id(PUBLISHER, answered) if answered else None,
        links=normalise_links(text),
        hashtags=read_hashtags(text),
        facts={name: value for name, value in facts.items() if value},
        raw=answer.raw,
        sample=source.sample,
    )
