"""Reads videos out of the YouTube Data API v3: searches, and lists of videos.

Interface: developers.google.com/youtube/v3/docs/search/list. A source's address is
"https://www.googleapis.com/youtube/v3/search?q=banjir+randu"; a page of it costs 100 of the 10,000 units that a key has
a day. The key goes in a header, never in the address.
"""

from __future__ import annotations

import html
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from crawlers.json_answers import (
    TIME_FORM,
    count_of,
    name_of,
    object_of,
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
    from crawlers.sources import Source

PUBLISHER = "youtube.com"

PAGE_SIZE = 50
"""Most videos that the interface gives at once."""


def start_videos(source: Source, cursor: str | None) -> str:
    """The newest videos a search finds, or those published since the last one read."""
    url = add_query(source.url, maxResults=str(PAGE_SIZE))
    return set_query(url, drop=("pageToken", "key"), part="snippet", type="video", order="date", publishedAfter=cursor)


def parse_videos(answer: Answer, source: Source) -> Posts:
    """The videos on one page. Raises Quarantine ("not-json")."""
    items, next_url = read_items(answer)
    posts = gather_posts(
        items,
        lambda item: _read_video(object_of(item), answer, source),
        answer=answer,
        name=lambda item: _address(_video_id(object_of(item))),
    )
    return replace(posts, next_url=next_url)


def read_items(answer: Answer) -> tuple[list[Any], str | None]:
    """The items of an answer of the API, and the address of the next page. Raises Quarantine ("not-json")."""
    found = read_object(answer)
    items = found.get("items")
    if not isinstance(items, list):
        raise Quarantine("not-json", f"{answer.url} bukan jawaban YouTube{told_error(found)}.")
    token = name_of(found.get("nextPageToken")) if items else None
    return items, set_query(answer.url, pageToken=token) if token else None


def watch_address(video: str) -> str:
    return f"https://www.youtube.com/watch?v={video}"


def _address(video: str | None) -> str:
    return watch_address(video) if video else ""


def _video_id(item: dict[str, Any]) -> str | None:
    """A video's id: text in lists of videos, inside an object in searches; None for channels and playlists."""
    named = item.get("id")
    return name_of(object_of(named).get("videoId")) if isinstance(named, dict) else name_of(named)


def _read_video(item: dict[str, Any], answer: Answer, source: Source) -> Reading:
    """One video; its words are its description, or its title where it has none. Raises Quarantine."""
    snippet, video = object_of(item.get("snippet")), _video_id(item)
    if video is None:
        raise Quarantine("bad-post", f"Sebuah hasil di {answer.url} bukan video.")
    url = watch_address(video)
    # Searches give entities in titles, whatever the documentation says.
    title = html.unescape(" ".join(text_of(snippet.get("title")).split()))[:1000]
    text = html.unescape(text_of(snippet.get("description"))) or title
    if not text:
        raise Quarantine("no-text", f"Video {url} tidak berjudul dan tidak diterangkan.")
    published_at = require_moment(snippet.get("publishedAt"), url=url)
    thumbnails = object_of(snippet.get("thumbnails"))
    picture = name_of(object_of(thumbnails.get("high") or thumbnails.get("default")).get("url"))
    tags = snippet.get("tags")
    facts = {
        "channel_id": name_of(snippet.get("channelId")),
        "live": live if (live := name_of(snippet.get("liveBroadcastContent"))) != "none" else None,
    }
    document = Document(
        id=document_id(PUBLISHER, video),
        kind="post",
        publisher=PUBLISHER,
        platform=platform_of(source, "youtube"),
        native_key=video,
        source=source.name,
        text=text,
        title=title or None,
        published_at=published_at,
        published_raw=name_of(snippet.get("publishedAt")),
        collected_at=answer.at,
        url=url,
        author=name_of(snippet.get("channelTitle")),
        language=name_of(snippet.get("defaultAudioLanguage")) or name_of(snippet.get("defaultLanguage")),
        links=normalise_links(text),
        hashtags=read_hashtags(f"{title}\n{text}", *map(name_of, tags if isinstance(tags, list) else [])),
        media=(picture,) if picture and picture.startswith("https://") else (),
        facts={name: value for name, value in facts.items() if value},
        raw=answer.raw,
        sample=source.sample,
    )
    counts = object_of(item.get("statistics"))
    engagement = Engagement(
        likes=count_of(counts.get("likeCount")),
        replies=count_of(counts.get("commentCount")),
        views=count_of(counts.get("viewCount")),
    )
    return Reading(documents=(document,), engagement={document.id: engagement}, place=published_at.strftime(TIME_FORM))
