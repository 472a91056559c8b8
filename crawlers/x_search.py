"""Reads recent searches of the X API v2 into posts.

Interface: docs.x.com/x-api/posts/search-recent-posts. A source's address is
"https://api.x.com/2/tweets/search/recent?query=banjir+randu+lang:id"; it finds the last seven days, and every post read
counts against what the account paid for, so each is asked for once (since_id).
"""

from __future__ import annotations

import html
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from crawlers.json_answers import (
    count_of,
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
    from crawlers.sources import Source

PUBLISHER = "x.com"

PAGE_SIZE = 100
"""Most posts that the interface gives at once."""

FIELDS = {
    "tweet.fields": "created_at,author_id,lang,public_metrics,referenced_tweets,entities,attachments,note_tweet",
    "expansions": "author_id,referenced_tweets.id,referenced_tweets.id.author_id,attachments.media_keys",
    "user.fields": "username,name",
    "media.fields": "type,url,preview_image_url",
}
"""What is asked for beside text and id."""


def start_address(source: Source, cursor: str | None) -> str:
    """What a search finds, newest first, since the last post read."""
    url = add_query(source.url, max_results=str(PAGE_SIZE), **FIELDS)
    return set_query(url, drop=("next_token", "until_id"), since_id=cursor)


def parse_search(answer: Answer, source: Source) -> Posts:
    """The posts on one page. Raises Quarantine ("not-json")."""
    found = read_object(answer)
    meta, items = object_of(found.get("meta")), found.get("data", [])
    if not isinstance(items, list) or not ("data" in found or "result_count" in meta):
        raise Quarantine("not-json", f"{answer.url} bukan jawaban pencarian X{told_error(found)}.")
    around = Surroundings(object_of(found.get("includes")))
    posts = gather_posts(
        items,
        lambda item: _read_item(object_of(item), answer, source, around=around),
        answer=answer,
        name=lambda item: around.address(object_of(item)),
    )
    token = name_of(meta.get("next_token")) if items else None
    return replace(posts, next_url=set_query(answer.url, next_token=token) if token else None)


class Surroundings:
    """What an answer gives along with its posts, by id: their authors, the posts they name, their media."""

    def __init__(self, includes: dict[str, Any]) -> None:
        self.users = {one["id"]: one for one in objects_of(includes.get("users")) if isinstance(one.get("id"), str)}
        self.posts = {one["id"]: one for one in objects_of(includes.get("tweets")) if isinstance(one.get("id"), str)}
        media = objects_of(includes.get("media"))
        self.media = {one["media_key"]: one for one in media if isinstance(one.get("media_key"), str)}

    def author(self, post: dict[str, Any]) -> str | None:
        """The account's name without '@'."""
        return name_of(object_of(self.users.get(str(post.get("author_id")))).get("username"))

    def address(self, post: dict[str, Any]) -> str:
        key = name_of(post.get("id"))
        return f"https://x.com/{self.author(post) or 'i/web'}/status/{key}" if key else ""


def _read_item(item: dict[str, Any], answer: Answer, source: Source, *, around: Surroundings) -> Reading:
    """A post; for one that passes on or quotes another also that one, where the answer holds it. Raises Quarantine."""
    named = _references(item)
    shared = named.get("retweeted") or named.get("quoted")
    original: Document | None = None
    engagement: dict[str, Engagement] = {}
    inner = around.posts.get(shared or "")
    if inner is not None:
        try:
            original = _read_post(inner, answer, source, around=around)
            engagement[original.id] = _read_counts(inner)
        except Quarantine:
            original = None  # the post that names it stands for itself
    passed_on = original if "retweeted" in named else None
    post = _read_post(item, answer, source, around=around, words=passed_on.text if passed_on else None)
    if "retweeted" not in named:
        # What the server counts of a post that is only passed on is the original's.
        engagement[post.id] = _read_counts(item)
    return Reading(documents=(post, original) if original else (post,), engagement=engagement, place=post.native_key)


def _references(post: dict[str, Any]) -> dict[str, str]:
    """Ids of the posts this one names, by how: "retweeted", "quoted", "replied_to"."""
    found = ((name_of(one.get("type")), name_of(one.get("id"))) for one in objects_of(post.get("referenced_tweets")))
    return {kind: key for kind, key in found if kind and key}


def _read_post(
    item: dict[str, Any], answer: Answer, source: Source, *, around: Surroundings, words: str | None = None
) -> Document:
    """A post as a document; ``words`` are those of the post it passes on, which its own text cuts. Raises Quarantine
    ("bad-post", "no-text", "no-time")."""
    key, url = name_of(item.get("id")), around.address(item)
    if key is None or not key.isdigit():
        raise Quarantine("bad-post", f"Sebuah kiriman di {answer.url} tidak memuat id.")
    note = object_of(item.get("note_tweet"))
    entities = object_of((note if text_of(note.get("text")) else item).get("entities"))
    text = words or _whole_links(text_of(note.get("text")) or text_of(item.get("text")), entities)
    if not text:
        raise Quarantine("no-text", f"Kiriman {url} tidak memuat teks, hanya gambar atau video.")
    named = _references(item)
    shared, answered = named.get("retweeted") or named.get("quoted"), named.get("replied_to")
    keys = object_of(item.get("attachments")).get("media_keys")
    media = [object_of(around.media.get(str(one))) for one in keys] if isinstance(keys, list) else []
    language = name_of(item.get("lang"))
    return Document(
        id=document_id(PUBLISHER, key),
        kind="post",
        publisher=PUBLISHER,
        platform=platform_of(source, "x"),
        native_key=key,
        source=source.name,
        text=text,
        published_at=require_moment(item.get("created_at"), url=url),
        published_raw=name_of(item.get("created_at")),
        collected_at=answer.at,
        url=url,
        author=around.author(item),
        # "und" is undecided; X writes Indonesian by the code of before 1989, which its successor "id" replaced.
        language={"und": None, "in": "id"}.get(language, language) if language else None,
        reply_to=document_id(PUBLISHER, answered) if answered else None,
        shared_from=document_id(PUBLISHER, shared) if shared else None,
        links=normalise_links(text),
        hashtags=read_hashtags(text, *(name_of(one.get("tag")) for one in objects_of(entities.get("hashtags")))),
        media=tuple(filter(None, (name_of(one.get("url") or one.get("preview_image_url")) for one in media))),
        facts={"quote": "true"} if "quoted" in named and "retweeted" not in named else {},
        raw=answer.raw,
        sample=source.sample,
    )


def _whole_links(text: str, entities: dict[str, Any]) -> str:
    """The text with the addresses that t.co stands for; the one of its own pictures is taken away."""
    for one in objects_of(entities.get("urls")):
        short, whole = name_of(one.get("url")), name_of(one.get("expanded_url"))
        if short and whole:
            own = "media_key" in one or text_of(one.get("display_url")).startswith(("pic.twitter.com", "pic.x.com"))
            text = text.replace(short, "" if own else whole)
    return text_of(html.unescape(text))


def _read_counts(item: dict[str, Any]) -> Engagement:
    counts = object_of(item.get("public_metrics"))
    return Engagement(
        likes=count_of(counts.get("like_count")),
        shares=count_of(counts.get("retweet_count")),
        replies=count_of(counts.get("reply_count")),
        views=count_of(counts.get("impression_count")),
    )
