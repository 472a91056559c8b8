"""Every kind of source against answers kept for it: what is read, and that nothing else than a refusal can happen.

``python tests/test_crawlers_golden.py`` writes the expected results anew; read the difference before believing it.
"""

from __future__ import annotations

import copy
import hashlib
import importlib
import json
import os
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from crawlers.kinds import KINDS, Answer, Listing, Posts, parse_answer, start_address
from crawlers.sources import Source
from kentongan.errors import Quarantine

FIXTURES = Path(__file__).with_name("fixtures")
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
MUTATIONS = 200
"""Damaged answers tried for each kind."""


COUNTS = ("likes", "shares", "replies", "views")


class Case(NamedTuple):
    """One answer and how it is read."""

    kind: str
    file: str
    """Below tests/fixtures, or below the shared fixtures where ``shared``."""
    url: str
    shared: bool = False
    recorded: str = ""
    """Of recorded exchanges: how the address ends that was answered."""
    document_kind: Any = "post"
    mapping: str = ""
    match: str = ""

    @property
    def name(self) -> str:
        return f"{self.kind}: {self.file}{self.recorded}"

    @property
    def expected(self) -> Path:
        name = Path(self.file).name + self.recorded.replace("/", "_").replace("?", "_").replace("&", "_")
        return FIXTURES / self.kind / f"{name}.expected.json"

    def source(self) -> Source:
        return Source(
            name="contoh", kind=self.kind, url=self.url, document_kind=self.document_kind, mapping=self.mapping,
            match=self.match,
        )  # fmt: skip

    def body(self, shared: Path) -> bytes:
        raw = ((shared / "fixtures") if self.shared else FIXTURES).joinpath(self.file).read_bytes()
        if not self.recorded:
            return raw
        turns = yaml.safe_load(raw)["interactions"]
        found = next(turn for turn in turns if turn["request"]["uri"].endswith(self.recorded))
        return str(found["response"]["body"]["string"]).encode()


YOUTUBE = "https://www.googleapis.com/youtube/v3"
X = "https://api.x.com/2/tweets/search/recent?query=randu"
CASES = [
    Case("rss", "rss/umpan.xml", "https://kabar.test/feed", document_kind="article"),
    Case("rss", "news_pages/antara/antara-mainpage.html", "http://www.antaranews.com/rss/terkini.xml", shared=True),
    Case("sitemap", "sitemap/berita.xml", "https://kabar.test/sitemap-news.xml", document_kind="article"),
    Case("listing", "listing/indeks.html", "https://tirtamaya.test/berita", document_kind="article"),
    Case("wordpress", "wordpress/berita.json", "https://kabar.test/", document_kind="article"),
    Case("wordpress", "wordpress/cekfakta.json", "https://periksa.test/", document_kind="factcheck"),
    Case("mastodon", "mastodon/linimasa.json", "https://guyub.test/api/v1/timelines/tag/randu"),
    Case(
        "mastodon", "mastodon/test_public_tl.yaml", "http://localhost:3000/api/v1/timelines/public", shared=True,
        recorded="/timelines/public",
    ),
    Case("telegram", "telegram/kanal.html", "https://t.me/s/infotirtamaya"),
    Case("telegram", "telegram/tchantest_messages.html", "https://t.me/s/tchantest", shared=True),
    Case("bluesky-author", "bluesky-author/umpan.json", "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed"),
    Case("bluesky-search", "bluesky-search/hasil.json", "https://bsky.social/xrpc/app.bsky.feed.searchPosts?q=randu"),
    Case("youtube-search", "youtube-search/hasil.json", f"{YOUTUBE}/search?q=randu"),
    Case("youtube-search", "youtube/search_by_keywords_p1.json", f"{YOUTUBE}/search?q=surf", shared=True),
    Case("youtube-search", "youtube/videos_info_single.json", f"{YOUTUBE}/videos?id=D-lhorsDlUQ", shared=True),
    Case("youtube-comments", "youtube-comments/komentar.json", f"{YOUTUBE}/commentThreads?videoId=vidRandu001"),
    *(
        Case("youtube-comments", f"youtube/{name}.json", f"{YOUTUBE}/commentThreads?videoId=F1UP7wRCPH8", shared=True)
        for name in (
            "comment_threads_by_video_paged_1", "comment_threads_by_video_paged_2", "comment_threads_with_search",
            "comments_by_parent_paged_1",
        )
    ),
    Case("x-search", "x-search/hasil.json", X),
    *(
        Case("x-search", f"x/{name}.json", X, shared=True)
        for name in ("search_tweets_query", "search_tweets_for_nyc", "timeline_mentions", "timeline_tweets")
    ),
    Case("complaints-json", "complaints-json/aduan.json", "https://aduan.test/api/laporan", mapping="sp4n"),
]  # fmt: skip


def read(case: Case, body: bytes) -> Listing | Posts:
    return parse_answer(Answer(url=case.url, status=200, headers=(), body=body, at=NOW), case.source())


def words(text: str | None, *, keep: bool) -> str | None:
    """A text as it is kept: whole, or of recorded answers only its length and fingerprint."""
    if text is None or keep:
        return text
    return f"{len(text)} characters, {hashlib.blake2b(text.encode(), digest_size=6).hexdigest()}"


def summarise(result: Listing | Posts, *, keep: bool) -> Any:
    """What was read, without what is empty."""
    if isinstance(result, Listing):
        entries = [
            {
                "url": words(one.url, keep=keep), "title": words(one.title, keep=keep), "at": str(one.published_at),
                "raw": one.published_raw, "author": words(one.author, keep=keep),
                "tags": list(one.tags) if keep else None,
            }
            for one in result.entries
        ]  # fmt: skip
        return {"entries": prune(entries), "children": list(result.children), "refused": dict(result.refused)}
    counted = {one.document: one for one in result.observations}
    documents = []
    for one in result.documents:
        seen = counted.get(one.id)
        counts = seen.engagement if seen else None
        documents.append(
            {
                "id": one.id, "kind": one.kind, "publisher": one.publisher, "platform": one.platform,
                "key": one.native_key, "at": one.published_at.isoformat(), "raw": one.published_raw,
                "url": words(one.url, keep=keep),
                "author": words(one.author, keep=keep), "title": words(one.title, keep=keep),
                "text": words(one.text, keep=keep), "language": one.language, "reply_to": one.reply_to,
                "shared_from": one.shared_from, "links": len(one.links) if not keep else list(one.links),
                "hashtags": len(one.hashtags) if not keep else list(one.hashtags),
                "media": len(one.media) if not keep else list(one.media), "place": one.place,
                "facts": sorted(one.facts) if not keep else dict(one.facts),
                "counts": {} if counts is None else {name: getattr(counts, name) for name in COUNTS},
            }
        )  # fmt: skip
    return {
        "documents": [prune(one) for one in documents],
        "refused": [[one.url, one.reason] for one in result.refused],
        "newest": result.newest, "oldest": result.oldest, "next_url": result.next_url, "size": result.size,
    }  # fmt: skip


def prune(value: Any) -> Any:
    """The value without its empty fields; a count of zero is none of them."""
    if isinstance(value, dict):
        pruned = {name: prune(inner) for name, inner in value.items()}
        return {name: inner for name, inner in pruned.items() if inner not in (None, [], {}, "", "None")}
    return [prune(one) for one in value] if isinstance(value, list) else value


def test_every_kind_of_source_has_an_answer_to_be_read() -> None:
    """A kind without one is not finished: add a Case, recorded or written by hand."""
    assert {case.kind for case in CASES} == set(KINDS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_kept_answer_is_read_as_expected(case: Case, shared: Path) -> None:
    found = summarise(read(case, case.body(shared)), keep=not case.shared)
    assert found == json.loads(case.expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", [case for case in CASES if KINDS[case.kind].start], ids=lambda case: case.name)
def test_a_timeline_is_begun_at_its_own_host_and_reading_it_twice_gives_the_same_ids(case: Case, shared: Path) -> None:
    for cursor in (None, "2026-11-20T01:00:00Z"):
        begun = start_address(case.source(), cursor)
        assert begun is not None and begun.split("/")[2] == case.url.split("/")[2]
    first, second = read(case, case.body(shared)), read(case, case.body(shared))
    assert isinstance(first, Posts) and isinstance(second, Posts)
    assert [one.id for one in first.documents] == [one.id for one in second.documents]
    assert {one.document for one in first.observations} <= {one.id for one in first.documents}


STRANGE: list[Any] = [
    None,
    True,
    -1,
    10**30,
    1.5e308,
    "",
    "\x00",
    "\ufffd" * 50,
    [],
    {},
    [[[]]],
    {"x": {"x": {}}},
    "x" * 5000,
]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path to every value inside a JSON value, itself too."""
    found = [path]
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        found += places(one, (*path, key))
    return found


def damage_json(body: bytes, chance: random.Random) -> bytes:
    """The answer with one value of another type, or gone."""
    value = copy.deepcopy(json.loads(body))
    path = chance.choice(places(value))
    strange = chance.choice(STRANGE)
    if not path:
        return json.dumps(strange).encode()
    holder = value
    for key in path[:-1]:
        holder = holder[key]
    if isinstance(holder, dict) and chance.random() < 0.2:
        del holder[path[-1]]
    else:
        holder[path[-1]] = strange
    return json.dumps(value).encode()


def damage_bytes(body: bytes, chance: random.Random) -> bytes:
    """The answer cut off, with bytes struck out, exchanged, or put in, NUL bytes and deep nesting among them."""
    at = chance.randrange(len(body))
    deep = b"[" if body.lstrip()[:1] in (b"[", b"{") else b"<div>"
    inserts = [b"\x00" * 5, b"\xff\xfe", deep * 3000, b'<a href="http://[::1">', b'"', b">", b"99999999999999999999"]
    return chance.choice(
        [
            lambda: body[:at],
            lambda: body[at:],
            lambda: body[:at] + body[at + chance.randrange(1, 40) :],
            lambda: body[:at] + chance.choice(inserts) + body[at:],
            lambda: bytes(byte ^ (chance.random() < 0.01) for byte in body),
        ]
    )()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_damaged_answer_is_read_or_refused_and_nothing_else(kind: str) -> None:
    case = next(case for case in CASES if case.kind == kind and not case.shared)
    body = case.body(FIXTURES)
    module, _, name = KINDS[kind].parse.partition(":")
    parse: Callable[[Answer, Source], Listing | Posts] = getattr(importlib.import_module(module), name)
    is_json = body.lstrip()[:1] in (b"[", b"{")
    for seed in range(MUTATIONS):
        chance = random.Random(seed)
        damaged = damage_json(body, chance) if is_json and seed % 2 else damage_bytes(body, chance)
        try:
            result = parse(Answer(url=case.url, status=200, headers=(), body=damaged, at=NOW), case.source())
        except Quarantine as error:
            assert error.reason and error.message
            continue
        assert isinstance(result, Listing | Posts), (kind, seed)


if __name__ == "__main__":
    folder = Path(os.environ.get("KENTONGAN_SHARED") or FIXTURES.parent.parent.parent / "shared")
    for one in CASES:
        told = summarise(read(one, one.body(folder)), keep=not one.shared)
        one.expected.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
