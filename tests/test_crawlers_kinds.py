"""Each kind of source: where reading begins and ends, what a page holds, what is refused; and a real crawl of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from crawlers_run import crawl, report_of, stored
from crawlers_server import HTML, JSON, Reply, Site, article, running_site

from crawlers.kinds import Answer, Listing, Posts, parse_answer, reaches, start_address
from crawlers.sources import Source, load_sources
from kentongan.errors import BadSettings, Quarantine
from kentongan.schema import Engagement, document_id
from kentongan.settings import Settings

FIXTURES = Path(__file__).with_name("fixtures")
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
FIELDS = ("tweet.fields", "expansions", "user.fields", "media.fields")


def source(kind: str, url: str, **fields: Any) -> Source:
    return Source(name="contoh", kind=kind, url=url, **{"document_kind": "post", **fields})


def parse(kind: str, url: str, body: Any, *, headers: dict[str, str] | None = None, **fields: Any) -> Listing | Posts:
    raw = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    answer = Answer(url=url, status=200, headers=tuple((headers or {}).items()), body=raw, at=NOW)
    return parse_answer(answer, source(kind, url, **fields))


def posts(kind: str, url: str, body: Any, **fields: Any) -> Posts:
    found = parse(kind, url, body, **fields)
    assert isinstance(found, Posts)
    return found


def query(url: str | None) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url or "").query))


def listing(body: str, *, match: str = "", url: str = "https://kabar.test/berita") -> Listing:
    found = parse("listing", url, f"<html><body>{body}</body></html>", match=match)
    assert isinstance(found, Listing)
    return found


def addresses(found: Listing) -> list[str]:
    return [one.url for one in found.entries]


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("/berita/harga-beras-turun-lagi", True),
        ("/2026/11/20/banjir", True),
        ("/read/1234567/banjir", True),
        ("/berita/d-7654321/banjir", True),
        ("/berita/banjir-di-desa-randu.html", True),
        ("/berita", False),
        ("/", False),
        ("/tag/harga-beras-turun-lagi", False),
        ("/kategori/pemerintahan-dan-layanan-publik", False),
        ("/kontak", False),
        ("/unduhan/laporan-keuangan-daerah-2026.pdf", False),
        ("https://lain.test/berita/harga-beras-turun-lagi", False),
        ("javascript:buka()", False),
        ("mailto:a@kabar.test", False),
        ("/berita/" + "-".join(["a"] * 3000), False),
    ],
)
def test_a_listing_takes_what_looks_like_an_article_of_its_site(path: str, taken: bool) -> None:
    found = listing(f'<a href="{path}">x</a><a href="/1999/01/01/jangkar">Berita yang selalu ada</a>')
    assert len(found.entries) == 1 + taken


def test_a_listing_takes_what_its_source_says_and_nothing_else() -> None:
    body = '<a href="/berita/harga-beras-turun-lagi">a</a><a href="/p/7">b</a><a href="/p/8?utm_source=x">c</a>'
    assert addresses(listing(body, match=r"^/p/\d+$")) == ["https://kabar.test/p/7", "https://kabar.test/p/8"]


def test_a_listing_is_read_below_the_base_it_declares() -> None:
    found = listing('<base href="/arsip/"><a href="harga-beras-turun-lagi">a</a>')
    assert addresses(found) == ["https://kabar.test/arsip/harga-beras-turun-lagi"]


def test_articles_with_a_time_come_first_the_newest_before_all() -> None:
    teaser = (
        '<div><a href="/berita/{0}">Kabar {0} yang panjang</a><time datetime="2026-11-{1}T08:00:00+07:00"></time></div>'
    )
    slugs = ("satu-dua-tiga-empat", "lima-enam-tujuh-delapan", "tanpa-waktu-di-sini")
    body = teaser.format(slugs[0], 18) + f'<div><a href="/berita/{slugs[2]}">x</a></div>' + teaser.format(slugs[1], 19)
    assert [url.rpartition("/")[2] for url in addresses(listing(body))] == [slugs[1], slugs[0], slugs[2]]


@pytest.mark.parametrize(
    ("body", "reason"),
    [("<p>Kosong</p>", "no-entries"), ('<a href="/kontak">Kontak</a>', "no-entries")],
)
def test_a_listing_without_an_article_is_refused(body: str, reason: str) -> None:
    with pytest.raises(Quarantine) as refused:
        listing(body)
    assert refused.value.reason == reason


def test_a_pattern_that_is_none_and_a_mapping_that_is_missing_are_named(tmp_path: Path) -> None:
    file = tmp_path / "sources.yml"
    for text, word in (
        ("- {name: a, kind: listing, url: 'https://a.test/', match: '('}", "match"),
        ("- {name: a, kind: complaints-json, url: 'https://a.test/'}", "mapping"),
        ("- {name: a, kind: complaints-json, url: 'https://a.test/', mapping: sp5n}", "sp4n"),
    ):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(BadSettings, match=word):
            load_sources(file)


def test_a_wordpress_site_is_asked_for_what_is_newer_than_the_last_article_on_its_own_clock() -> None:
    first = start_address(source("wordpress", "https://kabar.test/"), None)
    assert first is not None and first.startswith("https://kabar.test/wp-json/wp/v2/posts?")
    assert "after" not in query(first) and query(first)["order"] == "desc"
    own = "https://kabar.test/jateng/wp-json/wp/v2/posts?categories=5&per_page=10&page=3"
    again = query(start_address(source("wordpress", own), "2026-11-20T08:15:00"))
    assert (again["after"], again["categories"], again["per_page"]) == ("2026-11-20T08:15:00", "5", "10")
    assert "page" not in again


@pytest.mark.parametrize(
    ("count", "headers", "following"),
    [
        (2, {}, "2"),
        (1, {}, None),
        (0, {}, None),
        (1, {"X-WP-TotalPages": "3"}, "2"),
        (2, {"X-WP-TotalPages": "1"}, None),
    ],
)
def test_wordpress_pages_are_read_to_the_last(count: int, headers: dict[str, str], following: str | None) -> None:
    item = {
        "date": "2026-11-20T08:00:00", "title": {"rendered": "A"}, "content": {"rendered": "<p>Isi berita.</p>"},
    }  # fmt: skip
    body = [{**item, "link": f"https://kabar.test/{number}"} for number in range(count)]
    found = posts("wordpress", "https://kabar.test/wp-json/wp/v2/posts?per_page=2", body, headers=headers)
    assert query(found.next_url).get("page") == following


def test_a_wordpress_article_is_the_same_document_as_its_page() -> None:
    body = [
        {
            "date": "2026-11-20T08:00:00", "link": "http://www.kabar.test/a/?utm_source=rss",
            "title": {"rendered": "A"}, "content": {"rendered": "<p>Isi berita.</p>"},
        }
    ]  # fmt: skip
    found = posts("wordpress", "https://kabar.test/", body, document_kind="article")
    assert found.documents[0].id == document_id("kabar.test", "https://kabar.test/a/")


def test_an_error_in_json_is_told() -> None:
    told = {"code": "rest_no_route", "message": "No route was found."}
    for kind, url in (
        ("wordpress", "https://kabar.test/"),
        ("bluesky-author", "https://b.test/"),
        ("x-search", "https://x.com/"),
    ):
        with pytest.raises(Quarantine, match="No route was found"):
            parse(kind, url, told)


CHANNEL = "https://t.me/s/infotirtamaya"


def message(number: int, *, views: str = "") -> str:
    count = f'<span class="tgme_widget_message_views">{views}</span>' if views else ""
    time = '<time datetime="2026-11-20T01:00:00+00:00"></time>'
    return (
        f'<div class="tgme_widget_message" data-post="infotirtamaya/{number}">'
        f'<div class="tgme_widget_message_text">Air naik</div>{count}'
        f'<a class="tgme_widget_message_date" href="#">{time}</a></div>'
    )


def channel(*numbers: int, more: str = "", views: str = "") -> str:
    messages = "".join(message(number, views=views) for number in numbers)
    return f'<html><body><section class="tgme_channel_history">{more}{messages}</section></body></html>'


def test_a_channel_is_read_back_from_the_newest_and_then_on_from_the_last() -> None:
    assert start_address(source("telegram", CHANNEL), None) == CHANNEL
    assert start_address(source("telegram", f"{CHANNEL}?before=9"), "311") == f"{CHANNEL}?after=311"
    full = range(101, 121)
    assert posts("telegram", CHANNEL, channel(*full)).next_url == f"{CHANNEL}?before=101"
    assert posts("telegram", f"{CHANNEL}?after=100", channel(*full)).next_url == f"{CHANNEL}?after=120"
    assert posts("telegram", CHANNEL, channel(7, 8)).next_url is None
    back = '<a data-before="7"></a>'
    assert posts("telegram", CHANNEL, channel(7, 8, more=back)).next_url == f"{CHANNEL}?before=7"
    assert posts("telegram", f"{CHANNEL}?after=6", channel(7, 8, more=back)).next_url is None
    assert posts("telegram", f"{CHANNEL}?after=120", channel()).size == 0


@pytest.mark.parametrize(
    ("shown", "views"),
    [
        ("2", 2),
        ("1.2K", 1200),
        ("12,4K", 12400),
        ("3.1M", 3_100_000),
        ("436.6K", 436_600),
        ("", None),
        ("banyak", None),
    ],
)
def test_shortened_counts_of_views_are_read(shown: str, views: int | None) -> None:
    found = posts("telegram", CHANNEL, channel(7, views=shown))
    expected = [] if views is None else [Engagement(views=views)]
    assert [one.engagement for one in found.observations] == expected


def test_a_channel_without_a_preview_is_refused_and_not_taken_for_silent() -> None:
    with pytest.raises(Quarantine) as refused:
        parse("telegram", CHANNEL, "<html><body><div class='tgme_page'>Info Tirtamaya</div></body></html>")
    assert refused.value.reason == "no-preview"


def test_reading_back_ends_where_the_last_reading_began() -> None:
    body = json.loads((FIXTURES / "bluesky-author" / "umpan.json").read_text(encoding="utf-8"))
    page = posts("bluesky-author", "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed", body)
    assert not reaches(page, None) and not reaches(page, "2026-11-19T00:00:00Z")
    assert reaches(page, "2026-11-19T12:00:00Z") and reaches(page, page.newest)
    forwards = posts("telegram", CHANNEL, channel(7, 8))
    assert not reaches(forwards, "9")


def test_a_pinned_post_says_nothing_about_where_a_feed_was_read_to() -> None:
    body = json.loads((FIXTURES / "bluesky-author" / "umpan.json").read_text(encoding="utf-8"))
    body["feed"] = [{**body["feed"][0], "reason": {"$type": "app.bsky.feed.defs#reasonPin"}}]
    page = posts("bluesky-author", "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed", body)
    assert len(page.documents) == 1 and page.newest is page.oldest is None


def test_a_recorded_post_of_bluesky_is_read(shared: Path) -> None:
    folder = shared / "fixtures" / "bluesky"
    view = json.loads((folder / "thread_view_post_with_embed_media.json").read_bytes())["thread"]["post"]
    record = json.loads((folder / "extended_post_record.json").read_bytes())["value"]
    url = "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed"
    alone = posts("bluesky-author", url, {"feed": [{"post": view}]})
    assert [one.reason for one in alone.refused] == ["no-text"]
    (document,) = posts("bluesky-author", url, {"feed": [{"post": {**view, "record": record}}]}).documents
    assert (document.text, document.language) == ("regress test", "en")
    assert document.published_at.isoformat() == "2023-07-21T01:33:51.481951+00:00"
    assert document.media and document.url == "https://bsky.app/profile/test.marshal.dev/post/3kaheyt6vpc22"


def test_searches_ask_for_what_is_newer_than_the_last_post_read() -> None:
    at = "2026-11-20T01:00:00Z"
    bluesky = query(start_address(source("bluesky-search", "https://bsky.social/xrpc/x?q=randu&cursor=9"), at))
    assert bluesky == {"q": "randu", "limit": "100", "sort": "latest", "since": at}
    youtube = query(start_address(source("youtube-search", "https://www.googleapis.com/y?q=randu&key=bocor"), at))
    assert youtube == {
        "q": "randu", "maxResults": "50", "part": "snippet", "type": "video", "order": "date", "publishedAfter": at,
    }  # fmt: skip
    x = query(start_address(source("x-search", "https://api.x.com/2/x?query=randu&max_results=10"), "199"))
    assert (x["since_id"], x["max_results"], x["query"]) == ("199", "10", "randu") and all(x[name] for name in FIELDS)


def test_an_empty_search_is_no_error() -> None:
    found = posts("x-search", "https://api.x.com/2/tweets/search/recent", {"meta": {"result_count": 0}})
    assert (found.size, found.next_url, found.newest) == (0, None, None)
    assert posts("bluesky-search", "https://bsky.social/x", {"posts": [], "cursor": "9"}).next_url is None
    assert posts("youtube-search", "https://www.googleapis.com/y", {"items": [], "nextPageToken": "a"}).next_url is None


@pytest.mark.parametrize(
    ("answer", "following"),
    [
        ({"results": [{}], "next": "https://aduan.test/api?page=2"}, "https://aduan.test/api?page=2"),
        ({"data": [{}], "links": {"next": "/api?page=2"}}, "https://aduan.test/api?page=2"),
        ({"data": [{}], "next": "https://lain.test/api?page=2"}, None),
        ({"data": [{}], "next": "https://aduan.test/api"}, None),
        ({"data": [], "next": "https://aduan.test/api?page=2"}, None),
        ({"data": [{}], "next": None}, None),
        ([{}], None),
    ],
)
def test_complaints_are_read_page_by_page_on_their_own_host(answer: Any, following: str | None) -> None:
    assert posts("complaints-json", "https://aduan.test/api", answer, mapping="sp4n").next_url == following


def test_who_complained_never_enters() -> None:
    raw = (FIXTURES / "complaints-json" / "aduan.json").read_bytes()
    found = posts("complaints-json", "https://aduan.test/api", raw, mapping="sp4n")
    assert b"Rahasia Sekali" in raw
    assert not any(word in str(found) for word in ("Rahasia Sekali", "0812000111", "pelapor"))
    told = raw.replace(b"Lampu jalan", b"Hubungi 0812-3456-7890 atau ani@surat.example. Lampu")
    assert told != raw
    texts = [one.text for one in posts("complaints-json", "https://aduan.test/api", told, mapping="sp4n").documents]
    assert texts and all(text.startswith("Hubungi [nomor] atau [surel].") for text in texts)


def test_a_private_wordpress_telegram_or_bluesky_post_is_never_stored() -> None:
    for name, url in (
        ("wordpress/berita.json", "https://kabar.test/"),
        ("bluesky-author/umpan.json", "https://public.api.bsky.app/"),
    ):
        found = posts(name.partition("/")[0], url, (FIXTURES / name).read_bytes())
        assert "not-public" in {one.reason for one in found.refused}


def served(site: Site, name: str, host: str, kind: str = JSON) -> Reply:
    """A fixture as if its host were the local server."""
    return Reply((FIXTURES / name).read_text(encoding="utf-8").replace(host, site.url), kind)


def test_a_crawl_reads_every_open_kind_into_the_store_and_a_second_one_adds_nothing(settings: Settings) -> None:
    quick = {"allow_private": True, "crawl_delay": 0.0, "sample": True}
    with running_site() as site:
        pages = {
            "/wp/wp-json/wp/v2/posts": served(site, "wordpress/berita.json", "https://kabar.test"),
            "/s/infotirtamaya": served(site, "telegram/kanal.html", "https://nowhere.test", HTML),
            "/xrpc/app.bsky.feed.getAuthorFeed": Reply(
                json.dumps({**json.loads((FIXTURES / "bluesky-author/umpan.json").read_bytes()), "cursor": None}), JSON
            ),
            "/api/laporan": served(site, "complaints-json/aduan.json", "https://aduan.test/api/laporan?page=2"),
            "/berita": Reply('<a href="/berita/air-sungai-randu-surut">Air sungai Randu surut</a>'),
            "/berita/air-sungai-randu-surut": Reply(article("Air sungai Randu surut")),
        }
        site.pages.update(pages)
        site.pages["/s/infotirtamaya?before=310"] = site.pages["/s/infotirtamaya?after=312"] = Reply(channel())
        declared = [
            Source(name="wp", kind="wordpress", url=f"{site.url}/wp/", **quick),
            Source(name="kanal", kind="telegram", url=f"{site.url}/s/infotirtamaya", document_kind="post", **quick),
            Source(
                name="biru", kind="bluesky-author", url=f"{site.url}/xrpc/app.bsky.feed.getAuthorFeed?actor=kabar.test",
                document_kind="post", **quick,
            ),
            Source(name="aduan", kind="complaints-json", url=f"{site.url}/api/laporan", mapping="sp4n", **quick),
            Source(name="indeks", kind="listing", url=f"{site.url}/berita", **quick),
        ]  # fmt: skip
        first = crawl(settings, declared)
        second = crawl(settings, declared)
    assert {name: report_of(first, name).new for name in ("wp", "kanal", "biru", "aduan", "indeks")} == {
        "wp": 2, "kanal": 2, "biru": 3, "aduan": 1, "indeks": 1,
    }  # fmt: skip
    assert all(report.new == 0 for report in second.sources), second
    assert report_of(first, "wp").refused == {"not-public": 1, "no-text": 1}
    found = stored(settings)
    assert {one.kind for one in found} == {"article", "post", "complaint"} and all(one.raw for one in found)
    assert [seen.path for seen in site.requests("/s/infotirtamaya")] == [
        "/s/infotirtamaya", "/s/infotirtamaya?before=310", "/s/infotirtamaya?after=312",
    ]  # fmt: skip
