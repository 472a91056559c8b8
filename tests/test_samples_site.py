"""The sample sites and timeline as a crawler meets them: pages, feeds, conditional answers, paging."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
from lxml import etree, html

from crawlers.articles import extract_article
from crawlers.sources import load_sources
from kentongan.times import ZONES, parse_time
from samples.complaints import write_complaints
from samples.pieces import list_pieces
from samples.server import serve_samples
from samples.site import File, render_site
from samples.timeline import list_statuses, render_content
from samples.world import load_world, sample_gaps, write_sources

ANCHOR = datetime(2026, 11, 22, tzinfo=ZONES["WIB"])


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with serve_samples(ANCHOR) as url:
        yield url


@pytest.fixture(scope="module")
def site() -> dict[str, File]:
    return render_site(ANCHOR, "http://127.0.0.1:1")


def fetch(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (lower case) and body; 304 and 404 are answers like others."""
    asked = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()


def read_page(base_url: str, path: str) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """One page of a JSON API, and the addresses in its Link header by relation."""
    _, headers, body = fetch(f"{base_url}{path}")
    links = re.findall(r'<([^>]+)>; rel="(\w+)"', headers.get("link", ""))
    return json.loads(body), {relation: address.removeprefix(base_url) for address, relation in links}


def test_gaps_name_declared_sources(tmp_path: Path, base_url: str) -> None:
    write_sources(tmp_path / "sources.yml", base_url)
    sources = load_sources(tmp_path / "sources.yml")
    assert {gap.source for gap in sample_gaps(ANCHOR)} <= {source.name for source in sources}
    assert all(source.sample and source.allow_private and source.enabled for source in sources)
    for source in sources:
        assert fetch(source.url)[0] == 200


def test_the_same_anchor_gives_the_same_bytes(tmp_path: Path) -> None:
    later_that_day = ANCHOR.astimezone(UTC) + timedelta(hours=9)
    first = {path: file.body for path, file in render_site(ANCHOR, "http://127.0.0.1:1").items()}
    second = {path: file.body for path, file in render_site(later_that_day, "http://127.0.0.1:1").items()}
    assert first == second
    assert list_statuses(ANCHOR) == list_statuses(later_that_day)
    write_complaints(tmp_path / "a.csv", ANCHOR)
    write_complaints(tmp_path / "b.csv", later_that_day)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_keys_stay_the_same_whatever_the_anchor_and_the_port() -> None:
    other = ANCHOR + timedelta(days=40)
    assert [piece.canonical for piece in list_pieces(ANCHOR)] == [piece.canonical for piece in list_pieces(other)]
    assert [s["uri"] for s in list_statuses(ANCHOR)] == [s["uri"] for s in list_statuses(other)]
    page = "/kabar/berita/banjir-rendam-jalan-waduk-lama-randu"
    assert render_site(ANCHOR, "http://x:1")[page].body == render_site(ANCHOR, "http://x:2")[page].body


def test_every_article_page_says_what_it_is_and_that_it_is_invented(site: dict[str, File]) -> None:
    for piece in list_pieces(ANCHOR):
        page = html.document_fromstring(site[piece.path].body)
        (block,) = page.xpath("//script[@type='application/ld+json']/text()")
        data = json.loads(block)
        article = data if "@graph" not in data else data["@graph"][0]
        assert article["headline"] == piece.item.title
        assert datetime.fromisoformat(article["datePublished"]) == piece.at
        assert page.xpath("//link[@rel='canonical']/@href") == [piece.canonical]
        assert page.xpath("//meta[@property='og:title']/@content") == [piece.item.title]
        assert "DATA CONTOH" in page.xpath("string(//body)")
        assert 3 <= len(piece.paragraphs) <= 7
        assert "{" not in " ".join(piece.paragraphs)
        if piece.outlet.theme == "cekfakta":
            review = data["@graph"][1]
            assert review["@type"] == "ClaimReview"
            assert review["claimReviewed"] and review["reviewRating"]["alternateName"]


def test_the_crawler_reads_every_page_as_it_was_written(site: dict[str, File]) -> None:
    for piece in list_pieces(ANCHOR):
        read = extract_article(site[piece.path].body, f"http://127.0.0.1:1{piece.path}")
        assert read.text == "\n".join(piece.paragraphs)
        assert (read.title, read.author, read.published_at) == (piece.item.title, piece.item.author, piece.at)
        assert read.canonical_url == piece.canonical
        assert bool(read.factcheck) == (piece.outlet.theme == "cekfakta")


def test_feeds_are_well_formed_and_lead_to_pages_that_are_served(base_url: str) -> None:
    for path, theme in (("/kabar/rss.xml", "kabar"), ("/suara/umpan.atom", "suara")):
        parsed = feedparser.parse(fetch(f"{base_url}{path}")[2])
        assert not parsed.bozo
        own = [piece for piece in list_pieces(ANCHOR) if piece.outlet.theme == theme]
        assert [entry.title for entry in parsed.entries] == [piece.item.title for piece in own]
        assert [entry.id for entry in parsed.entries] == [piece.canonical for piece in own]
        for entry in parsed.entries[:5]:
            assert fetch(entry.link)[0] == 200
            assert entry.published_parsed
    sitemap = etree.fromstring(fetch(f"{base_url}/cekfakta/sitemap.xml")[2])
    addresses = [str(loc.text) for loc in sitemap.iterfind("{*}url/{*}loc")]
    assert len(addresses) == len(load_world().factchecks)
    assert all(fetch(address)[0] == 200 for address in addresses)


def test_robots_may_read_everything_at_once(base_url: str) -> None:
    lines = fetch(f"{base_url}/robots.txt")[2].decode().splitlines()
    assert "Crawl-delay: 0" in lines
    assert not [line for line in lines if line.startswith("Disallow")]


def test_a_file_the_client_has_is_answered_304(base_url: str) -> None:
    for path in ("/kabar/rss.xml", "/suara/baca/jalan-waduk-lama-dibuka-kembali"):
        status, headers, body = fetch(f"{base_url}{path}")
        assert status == 200 and body
        assert fetch(f"{base_url}{path}", If_None_Match=headers["etag"])[0] == 304
        assert fetch(f"{base_url}{path}", If_Modified_Since=headers["last-modified"])[0] == 304
        assert fetch(f"{base_url}{path}", If_None_Match='"other"')[0] == 200
        assert fetch(f"{base_url}{path}", If_Modified_Since="Thu, 01 Jan 2015 00:00:00 GMT")[0] == 200
        assert fetch(f"{base_url}{path}", If_Modified_Since="kemarin")[0] == 200
        # The entity tag decides where both are sent.
        both = fetch(f"{base_url}{path}", If_None_Match='"other"', If_Modified_Since=headers["last-modified"])
        assert both[0] == 200


def test_a_head_request_gets_the_headers_alone(base_url: str) -> None:
    connection = HTTPConnection(urlsplit(base_url).netloc, timeout=10)
    connection.request("HEAD", "/kabar/rss.xml")
    answer = connection.getresponse()
    assert answer.status == 200
    assert int(answer.headers["Content-Length"]) > 1000
    assert answer.read() == b""
    connection.close()


def test_an_unknown_address_is_404(base_url: str) -> None:
    assert fetch(f"{base_url}/kabar/berita/tidak-ada")[0] == 404
    assert fetch(f"{base_url}/api/v1/statuses/1")[0] == 404
    assert fetch(f"{base_url}/../../etc/passwd")[0] == 404


@pytest.mark.parametrize("limit", [7, 40])
def test_paging_back_in_time_returns_every_status_once(base_url: str, limit: int) -> None:
    seen: list[str] = []
    path: str | None = f"/api/v1/timelines/public?limit={limit}"
    while path:
        page, links = read_page(base_url, path)
        assert len(page) <= limit
        seen += [status["id"] for status in page]
        path = links.get("next")
    assert seen == [status["id"] for status in list_statuses(ANCHOR)]


def test_reading_on_from_an_id_returns_every_newer_status_once(base_url: str) -> None:
    ids = [str(status["id"]) for status in list_statuses(ANCHOR)]
    newest = ids[100]
    seen: list[str] = []
    while True:
        page, links = read_page(base_url, f"/api/v1/timelines/public?limit=40&min_id={newest}")
        if not page:
            break
        seen += [status["id"] for status in reversed(page)]
        newest = page[0]["id"]
        assert f"min_id={newest}" in links["prev"]
    assert seen == list(reversed(ids[:100]))


def test_since_id_gives_the_newest_and_a_page_never_exceeds_forty(base_url: str) -> None:
    ids = [str(status["id"]) for status in list_statuses(ANCHOR)]
    page, _ = read_page(base_url, f"/api/v1/timelines/public?limit=5000&since_id={ids[200]}")
    assert [status["id"] for status in page] == ids[:40]
    assert read_page(base_url, "/api/v1/timelines/public")[0] == page[:20]
    assert fetch(f"{base_url}/api/v1/timelines/public?max_id=abc")[0] == 400


def test_ids_grow_with_time_and_replies_and_boosts_follow_what_they_name() -> None:
    statuses = list_statuses(ANCHOR)
    ids = [int(str(status["id"])) for status in statuses]
    times = [parse_time(str(status["created_at"])) for status in statuses]
    assert ids == sorted(ids, reverse=True)
    assert times == sorted(times, reverse=True)
    by_id = {str(status["id"]): status for status in statuses}
    replies = [status for status in statuses if status["in_reply_to_id"]]
    boosts = [status for status in statuses if status["reblog"]]
    assert len(replies) >= 8
    assert len(boosts) >= 8
    for status in replies:
        assert int(str(status["in_reply_to_id"])) < int(str(status["id"]))
        assert str(status["in_reply_to_id"]) in by_id
    for status in boosts:
        original = status["reblog"]
        assert isinstance(original, dict)
        assert by_id[original["id"]] == original
        assert int(original["id"]) < int(str(status["id"]))


def test_content_is_html_that_reads_as_the_post_was_written() -> None:
    world = load_world()
    for post in world.posts:
        read = html.fragment_fromstring(render_content(post.text, world.accounts), create_parent="div")
        assert read.text_content() == post.text
    risky = render_content("<script>alert(1)</script> a & b #Banjir @bpbdtirtamaya @bukan_akun", world.accounts)
    assert "<script>" not in risky
    assert 'class="mention hashtag"' in risky
    assert risky.count("u-url mention") == 1
