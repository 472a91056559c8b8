"""Timelines of Mastodon: recorded answers of a real server, and statuses written to test one thing each."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from crawlers_server import status
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.kinds import Answer, Posts, later
from crawlers.mastodon import PAGE_SIZE, page_address, parse_timeline, start_address
from crawlers.sources import Source
from kentongan.errors import Quarantine
from kentongan.schema import Document, document_id

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
URL = "https://guyub.test/api/v1/timelines/public?local=true&limit=40"
SOURCE = Source(name="guyub", kind="mastodon", url=URL, platform="mastodon", document_kind="post", sample=True)


def parse(statuses: Any, url: str = URL) -> Posts:
    body = statuses if isinstance(statuses, bytes) else json.dumps(statuses).encode()
    posts = parse_timeline(Answer(url=url, status=200, headers=(), body=body, at=NOW), SOURCE)
    assert isinstance(posts, Posts)
    return posts


def one(**fields: Any) -> Document:
    (document,) = parse([status(1, **fields)]).documents
    return document


@pytest.mark.parametrize(
    ("file", "uri", "count", "newest"),
    [
        ("test_public_tl.yaml", "/timelines/public", 8, "117020593378945190"),
        ("test_public_tl_anonymous.yaml", "/timelines/public", 8, "117020593134559451"),
        ("test_timeline_disabled.yaml", "/timelines/public?local=1&remote=1", 20, "117024258897469903"),
        ("test_hashtag_tl.yaml", "/timelines/tag/hoot", 1, "117020593741189701"),
    ],
)
def test_recorded_timelines_of_a_real_server_are_read(
    shared: Path, file: str, uri: str, count: int, newest: str
) -> None:
    recorded = yaml.safe_load((shared / "fixtures" / "mastodon" / file).read_text(encoding="utf-8"))
    body = next(
        turn["response"]["body"]["string"]
        for turn in recorded["interactions"]
        if turn["request"]["uri"].endswith(uri) and turn["request"]["method"] == "GET"
    )
    posts = parse(body.encode(), f"http://localhost:3000/api/v1{uri}")
    assert (posts.size, len(posts.documents) + len(posts.refused), posts.newest) == (count, count, newest)
    for document, told in zip(posts.documents, json.loads(body), strict=False):
        assert document.published_at.tzinfo is not None and document.text
        assert "<" not in document.text or "&lt;" in told["content"]
        assert document.publisher == "localhost" and document.native_key.startswith("http://localhost:3000/")


def test_a_status_becomes_a_post_with_all_it_says() -> None:
    content = (
        '<p>Jembatan <a href="https://guyub.test/tags/Randu" class="mention hashtag">#<span>Randu</span></a> putus '
        '&amp; jalan ditutup</p><p>Lihat <a href="https://kabar.test/berita/panjang?id=1"><span class="invisible">https://'
        '</span><span class="ellipsis">kabar.test/berita/pa</span><span class="invisible">njang?id=1</span></a><br>'
        'cc <span class="h-card"><a href="https://lain.test/@budi">@<span>budi</span></a></span></p>'
    )
    document = one(
        content=content, spoiler_text="Foto banjir", sensitive=True, edited_at="2026-11-20T02:00:00.000Z",
        in_reply_to_id="7", tags=[{"name": "Randu"}], media_attachments=[{"url": "https://guyub.test/a.png"}],
    )  # fmt: skip
    assert document.text.split("\n") == [
        "Foto banjir",
        "Jembatan #Randu putus & jalan ditutup",
        "Lihat https://kabar.test/berita/panjang?id=1",
        "cc @budi",
    ]
    assert (document.kind, document.platform, document.source, document.sample) == ("post", "mastodon", "guyub", True)
    assert (document.author, document.language, document.hashtags) == ("ayu@guyub.test", "id", ("randu",))
    assert "https://kabar.test/berita/panjang?id=1" in document.links
    assert document.media == ("https://guyub.test/a.png",)
    assert document.published_at.isoformat() == "2026-11-20T01:01:00+00:00"
    assert document.facts == {
        "edited_at": "2026-11-20T02:00:00.000Z", "spoiler_text": "Foto banjir", "sensitive": "true",
        "in_reply_to_id": "7",
    }  # fmt: skip


def test_a_post_seen_from_two_servers_is_one_document() -> None:
    here = one(account={"acct": "ayu"})
    there = one(account={"acct": "ayu@guyub.test"}, id="999", url="https://lain.test/@ayu@guyub.test/999")
    assert here.id == there.id == document_id("guyub.test", here.native_key)
    assert here.author == there.author == "ayu@guyub.test"


def test_an_answer_names_the_post_it_answers_where_the_page_shows_it() -> None:
    first = status(1)
    posts = parse([status(2, in_reply_to_id=first["id"]), first])
    assert posts.documents[0].reply_to == posts.documents[1].id
    assert "in_reply_to_id" not in posts.documents[0].facts


def test_a_boost_brings_the_post_it_passes_on() -> None:
    boost = status(9, host="lain.test", content="", reblog=status(1), account={"acct": "budi@lain.test"})
    passed, original = parse([boost]).documents
    assert (passed.shared_from, passed.author, passed.text) == (original.id, "budi@lain.test", original.text)
    assert original.publisher == "guyub.test" and original.shared_from is None


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"content": "<p></p>"}, "no-text"),
        ({"content": "", "media_attachments": [{"url": "https://guyub.test/a.png"}]}, "no-text"),
        ({"created_at": "kemarin"}, "no-time"),
        ({"created_at": None}, "no-time"),
        ({"visibility": "direct"}, "not-public"),
        ({"uri": None}, "bad-post"),
        ({"uri": "tanpa-host"}, "bad-post"),
    ],
)
def test_a_status_that_is_no_document_is_refused_and_the_others_stay(fields: dict[str, Any], reason: str) -> None:
    posts = parse([status(1, **fields), status(2)])
    assert [refused.reason for refused in posts.refused] == [reason]
    assert len(posts.documents) == 1


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"error": "butuh masuk"}', b"null", b"[" * 5000])
def test_what_is_no_list_of_statuses_is_refused(body: bytes) -> None:
    with pytest.raises(Quarantine) as refused:
        parse(body)
    assert refused.value.reason == "not-json"


def test_the_first_reading_goes_back_from_the_newest_and_the_next_goes_on_from_the_last() -> None:
    assert start_address(SOURCE, None) == "https://guyub.test/api/v1/timelines/public?local=true&limit=40"
    assert start_address(SOURCE, "7").endswith("local=true&limit=40&min_id=7")
    full = [status(number) for number in range(PAGE_SIZE)]
    back = parse(full)
    assert back.next_url == page_address(URL, max_id=full[0]["id"])
    forward = parse(full, page_address(URL, min_id="7"))
    assert forward.next_url == page_address(URL, min_id=full[-1]["id"])
    assert parse(full[:3]).next_url is None and parse([]).newest is None


def test_a_longer_id_is_a_later_one() -> None:
    assert later("99", "100") == "100" and later(None, "1") == "1" and later(None, None) is None


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(status(1))), values, max_size=4))
def test_a_status_with_anything_in_any_field_is_read_or_refused(fields: dict[str, Any]) -> None:
    posts = parse([status(1, **fields)])
    assert len(posts.documents) + len(posts.refused) == 1
