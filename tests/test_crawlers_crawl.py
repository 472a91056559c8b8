"""A whole crawl: feeds, sitemaps, pages and a timeline of a real server, through the real crawler, into the store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from crawlers_run import crawl, report_of, stored
from crawlers_server import JSON, XML, Reply, Site, article, feed, running_site, status

from crawlers.archive import read_raw
from crawlers.report import CrawlReport
from crawlers.sources import Source
from kentongan.schema import Document
from kentongan.settings import Settings

PAGES = 6
POSTS = 95


def timeline(path: str) -> Reply:
    """A public timeline of POSTS posts, paged as Mastodon pages."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    posts = [status(number) for number in range(POSTS)]
    limit = int(query["limit"])
    if "min_id" in query:
        page = [one for one in posts if int(one["id"]) > int(query["min_id"])][:limit]
    else:
        page = [one for one in posts if int(one["id"]) < int(query.get("max_id", 10**30))][-limit:]
    return Reply(json.dumps(page[::-1]), kind=JSON)


def fill(site: Site) -> list[Source]:
    site.pages["/feed.xml"] = Reply(
        feed(*(f"{site.url}/b/{n}?utm_source=rss" for n in range(PAGES))), kind=XML, etag='"satu"'
    )
    for number in range(PAGES):
        site.pages[f"/b/{number}"] = Reply(article(f"Banjir hari ke-{number} di Randu"))
    site.pages["/index.xml"] = Reply(
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<sitemap><loc>{site.url}/berita.xml</loc></sitemap></sitemapindex>",
        kind=XML,
        etag='"indeks"',
    )
    site.pages["/berita.xml"] = Reply(
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<url><loc>{site.url}/cek/1</loc></url><url><loc>{site.url}/b/0</loc></url></urlset>",
        kind=XML,
        etag='"anak"',
    )
    review = {
        "@type": "ClaimReview",
        "claimReviewed": "Bansos dibagikan lewat tautan.",
        "reviewRating": {"alternateName": "Salah"},
    }
    site.pages["/cek/1"] = Reply(
        article("Cek Fakta: Tautan Bansos", head=f'<script type="application/ld+json">{json.dumps(review)}</script>')
    )
    site.pages["/api/v1/timelines/public"] = timeline
    own = {"allow_private": True, "crawl_delay": 0.0}
    return [
        Source(name="kabar", kind="rss", url=f"{site.url}/feed.xml", publisher="kabar.test", language="id", **own),
        Source(name="cek", kind="sitemap", url=f"{site.url}/index.xml", publisher="kabar.test", sample=True, **own),
        Source(name="guyub", kind="mastodon", url=f"{site.url}/api/v1/timelines/public?local=true", **own,
               platform="mastodon", document_kind="post", max_items=1000),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Site, list[Source], CrawlReport]]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("crawl") / "var")
    with running_site() as site:
        sources = fill(site)
        yield settings, site, sources, crawl(settings, sources)


def test_every_listed_page_and_post_becomes_one_document(
    crawled: tuple[Settings, Site, list[Source], CrawlReport],
) -> None:
    settings, _, _, report = crawled
    documents = stored(settings)
    assert len(documents) == PAGES + 1 + POSTS
    assert report.new == PAGES + 1 + POSTS
    assert (report.known, report.failed, report.refused, report.gaps) == (0, 0, {}, ())
    assert {d.kind for d in documents} == {"article", "factcheck", "post"}


def test_a_document_says_what_its_page_and_its_source_say(
    crawled: tuple[Settings, Site, list[Source], CrawlReport],
) -> None:
    settings, site, _, _ = crawled
    documents = {document.title or document.native_key: document for document in stored(settings)}
    news = documents["Banjir hari ke-3 di Randu"]
    assert (news.publisher, news.source, news.platform, news.language) == ("kabar.test", "kabar", "web", "id")
    assert news.url == f"{site.url}/b/3"
    assert news.published_at.isoformat() == "2026-11-20T01:15:00+00:00"
    assert news.published_raw == "2026-11-20T08:15:00+07:00"
    assert not news.sample
    check = documents["Cek Fakta: Tautan Bansos"]
    assert (check.kind, check.facts["verdict"], check.sample) == ("factcheck", "Salah", True)
    assert check.facts["claim"] == "Bansos dibagikan lewat tautan."


def test_each_documents_raw_pointer_gives_back_the_bytes_the_server_sent(
    crawled: tuple[Settings, Site, list[Source], CrawlReport],
) -> None:
    settings, site, _, _ = crawled
    by_kind: dict[str, Document] = {document.kind: document for document in stored(settings)}
    news, post = by_kind["article"], by_kind["post"]
    assert news.raw is not None and post.raw is not None and news.url is not None
    answer = read_raw(settings.archive_dir, news.raw)
    served = site.pages[urlsplit(news.url).path]
    assert isinstance(served, Reply) and isinstance(served.body, str)
    assert answer.body == served.body.encode()
    assert post.native_key in read_raw(settings.archive_dir, post.raw).body.decode()


def test_a_second_crawl_adds_nothing_and_asks_only_whether_anything_changed(
    crawled: tuple[Settings, Site, list[Source], CrawlReport],
) -> None:
    settings, site, sources, _ = crawled
    before, seen = stored(settings), len(site.seen)
    report = crawl(settings, sources)
    asked = site.seen[seen:]
    assert (report.new, report.known, report.failed, report.gaps) == (0, 0, 0, ())
    assert stored(settings) == before
    assert report_of(report, "kabar").unchanged == 1
    again = [one for one in asked if one.path == "/feed.xml"]
    assert [(one.headers["If-None-Match"], one.status) for one in again] == [('"satu"', 304)]
    assert [one.status for one in asked if one.path == "/berita.xml"] == [304]
    # The index itself is read in full: its children might never have been.
    assert [one.status for one in asked if one.path == "/index.xml"] == [200]
    assert not [one for one in asked if one.path.startswith(("/b/", "/cek/"))]
    newest = str(110_000_000_000_000_000 + POSTS - 1)
    assert [f"min_id={newest}" in one.path for one in asked if "timelines" in one.path] == [True]


def test_the_crawler_introduces_itself_and_reads_robots_txt_first(
    crawled: tuple[Settings, Site, list[Source], CrawlReport],
) -> None:
    settings, site, _, _ = crawled
    assert site.seen[0].path == "/robots.txt"
    assert {one.headers["User-Agent"] for one in site.seen} == {settings.user_agent}


def test_pages_at_hosts_of_their_own_come_through_the_proxy_without_asking_a_resolver(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var", crawl_delay=0.0)
    with running_site() as site:
        settings = Settings(data_dir=tmp_path / "var", crawl_delay=0.0, http_proxy=site.url)
        pages = ["http://www.kabar.test/berita/1", "http://jateng.kabar.test/berita/2", "http://www.lain.test/x?id=3"]
        inside = f"{site.url}/rahasia"
        site.pages["http://umpan.test/rss"] = Reply(
            feed(*pages, "http://www.lain.test/pindah", "http://2130706433/rahasia", inside), kind=XML
        )
        for number, page in enumerate(pages):
            site.pages[page] = Reply(article(f"Kabar nomor {number} dari Randu"))
        site.pages["http://www.lain.test/pindah"] = Reply(status=302, headers={"Location": inside})
        report = crawl(settings, [Source(name="umpan", kind="rss", url="http://umpan.test/rss")])
        asked = [one.path for one in site.seen]
    assert {d.native_key for d in stored(settings)} == {
        "https://kabar.test/berita/1", "https://jateng.kabar.test/berita/2", "https://lain.test/x?id=3"
    }  # fmt: skip
    assert {d.publisher for d in stored(settings)} == {"kabar.test", "lain.test"}
    assert report.refused == {"private-address": 3}
    assert not [path for path in asked if "rahasia" in path]
