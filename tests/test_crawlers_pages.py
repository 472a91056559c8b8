"""Articles of several pages, and timelines read twice: what a whole crawl makes of them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from crawlers_run import crawl, report_of, stored
from crawlers_server import JSON, XML, Reply, Site, article, feed, running_site, status

from crawlers.sources import Source
from kentongan.schema import Query, Record
from kentongan.settings import Settings
from search.open import open_store

OWN = {"publisher": "kabar.test", "allow_private": True, "crawl_delay": 0.0}


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


@pytest.fixture
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(data_dir=tmp_path_factory.mktemp("crawl") / "var")


def part(number: int, *, of: int) -> str:
    """One page of an article that is split into several."""
    text = f"Alinea khusus halaman ke-{number} menceritakan bagian lain dari banjir di Kecamatan Randu dini hari."
    links = "".join(f'<a href="?page={n}">{n}</a>' for n in range(1, of + 1) if n != number)
    return article("Banjir di Randu", text=text).replace("</body>", f'<div class="paging">{links}</div></body>')


def records(settings: Settings) -> list[Record]:
    with open_store(settings) as store:
        store.refresh()
        return list(store.stream(Query()))


def test_an_article_of_three_pages_becomes_one_document_and_is_unchanged_when_visited(
    site: Site, settings: Settings
) -> None:
    site.pages["/feed.xml"] = Reply(feed(f"{site.url}/b/1", f"{site.url}/b/2"), kind=XML)
    for number in (1, 2, 3):
        site.pages["/b/1" if number == 1 else f"/b/1?page={number}"] = Reply(part(number, of=3))
    site.pages["/b/2"] = Reply(part(1, of=3))
    site.pages["/b/2?page=3"] = Reply(part(3, of=3))
    site.pages["/b/2?page=2"] = Reply("aduh", status=404)
    source = Source(name="kabar", kind="rss", url=f"{site.url}/feed.xml", **OWN)
    report = crawl(settings, [source])
    whole, torn = stored(settings)
    assert [f"halaman ke-{number}" in whole.text for number in (1, 2, 3)] == [True, True, True]
    assert [f"halaman ke-{number}" in torn.text for number in (1, 2, 3)] == [True, False, True]
    assert whole.url == f"{site.url}/b/1"
    assert report_of(report, "kabar").new == 2
    assert report_of(report, "kabar").fetched == 6, "the feed, three pages of one article and two of the other"
    assert len(site.requests("/b/1")) == 3, "each page once"


def test_robots_txt_is_asked_for_once_a_day_and_not_once_a_crawl(site: Site, settings: Settings) -> None:
    site.pages["/feed.xml"] = Reply(feed(f"{site.url}/b/1", f"{site.url}/rahasia/2"), kind=XML)
    site.pages["/robots.txt"] = Reply("User-agent: *\nDisallow: /rahasia", kind="text/plain")
    site.pages["/b/1"] = Reply(article("Banjir di Randu"))
    source = Source(name="kabar", kind="rss", url=f"{site.url}/feed.xml", **OWN)
    assert report_of(crawl(settings, [source]), "kabar").refused == {"robots": 1}
    site.pages["/feed.xml"] = Reply(feed(f"{site.url}/b/1", f"{site.url}/rahasia/3"), kind=XML)
    assert report_of(crawl(settings, [source]), "kabar").refused == {"robots": 1}
    assert len(site.requests("/robots.txt")) == 1
    assert site.requests("/rahasia/3") == []


def test_a_post_read_again_is_observed_where_its_words_or_counts_have_changed(site: Site, settings: Settings) -> None:
    def show(content: str, likes: int) -> None:
        one = status(1, content=content, favourites_count=likes, reblogs_count=0, replies_count=0)
        # A server that shows the post again, whatever was asked for: what an edit does on some.
        site.pages["/api/v1/timelines/public"] = Reply(json.dumps([one]), kind=JSON)

    source = Source(
        name="guyub", kind="mastodon", url=f"{site.url}/api/v1/timelines/public", platform="mastodon",
        document_kind="post", allow_private=True, crawl_delay=0.0,
    )  # fmt: skip
    for content, likes in (("<p>Air naik</p>", 3), ("<p>Air naik</p>", 3), ("<p>Air naik</p>", 8), ("<p>Surut</p>", 8)):
        show(content, likes)
        crawl(settings, [source])
    (record,) = records(settings)
    seen = [(one.state, one.engagement.likes if one.engagement else None) for one in record.observations]
    assert seen == [("unchanged", 3), ("unchanged", 8), ("changed", 8)]
    assert record.newest.text == "Surut"
    assert record.document.text == "Air naik"


def test_a_timeline_whose_server_refuses_an_old_cursor_is_read_from_its_newest_post(
    site: Site, settings: Settings
) -> None:
    def timeline(path: str) -> Reply:
        if "min_id" in path and refusing:
            return Reply('{"error": "min_id too old"}', kind=JSON, status=400)
        return Reply(json.dumps([status(number) for number in shown]), kind=JSON)

    refusing, shown = False, [1]
    site.pages["/api/v1/timelines/public"] = timeline
    source = Source(
        name="guyub", kind="mastodon", url=f"{site.url}/api/v1/timelines/public", platform="mastodon",
        document_kind="post", allow_private=True, crawl_delay=0.0,
    )  # fmt: skip
    crawl(settings, [source])
    refusing, shown = True, [2, 1]
    report = crawl(settings, [source])
    assert report_of(report, "guyub").new == 1
    assert report_of(report, "guyub").gap is None
    assert len(stored(settings)) == 2
