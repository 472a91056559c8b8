"""Manners, as the server on the other side sees them: pauses, one request at a time, Retry-After."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from crawlers_run import crawl, report_of
from crawlers_server import XML, Reply, Site, article, feed, running_site

from crawlers.politeness import MAX_FAILURES
from crawlers.report import CrawlReport
from crawlers.sources import Source
from crawlers.spider import WINDOW
from kentongan.settings import Settings

CRAWL_DELAY = 0.4
RETRY_AFTER = 1
DEAD_PAGES = 12


@dataclass(frozen=True)
class Crawled:
    """Three servers after one crawl."""

    slow: Site
    busy: Site
    dead: Site
    report: CrawlReport


class Busy:
    """A page that says "too many requests" once."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, path: str) -> Reply:
        self.asked += 1
        if self.asked == 1:
            return Reply("nanti", status=429, headers={"Retry-After": str(RETRY_AFTER)})
        return Reply(article("Akhirnya terbaca"))


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("polite") / "var")
    with running_site() as slow, running_site() as busy, running_site() as dead:
        slow.pages["/robots.txt"] = Reply(f"User-agent: kentongan\nCrawl-delay: {CRAWL_DELAY}\n", kind="text/plain")
        slow.pages["/feed.xml"] = Reply(feed(*(f"{slow.url}/b/{n}" for n in range(6))), kind=XML)
        for number in range(6):
            slow.pages[f"/b/{number}"] = Reply(article(f"Kabar pelan nomor {number}"), wait=0.05)
        busy.pages["/feed.xml"] = Reply(feed(f"{busy.url}/sibuk", f"{busy.url}/lain"), kind=XML)
        busy.pages["/sibuk"] = Busy()
        busy.pages["/lain"] = Reply(article("Halaman yang lain"))
        dead.pages["/feed.xml"] = Reply(feed(*(f"{dead.url}/b/{n}" for n in range(DEAD_PAGES))), kind=XML)
        dead.pages.update({f"/b/{n}": Reply("galat", status=503) for n in range(DEAD_PAGES)})
        sources = [
            Source(name=name, kind="rss", url=f"{site.url}/feed.xml", allow_private=True, crawl_delay=0.0)
            for name, site in (("pelan", slow), ("sibuk", busy), ("mati", dead))
        ]
        yield Crawled(slow=slow, busy=busy, dead=dead, report=crawl(settings, sources))


def test_crawl_delay_of_robots_txt_lies_between_two_requests(crawled: Crawled) -> None:
    pages = [seen for seen in crawled.slow.seen if seen.path != "/robots.txt"]
    assert len(pages) == 7 and report_of(crawled.report, "pelan").new == 6
    for one, other in itertools.pairwise(pages):
        assert other.began - one.began >= CRAWL_DELAY


def test_a_host_gets_one_request_at_a_time(crawled: Crawled) -> None:
    for site in (crawled.slow, crawled.busy, crawled.dead):
        for one, other in itertools.pairwise(sorted(site.seen, key=lambda seen: seen.began)):
            assert other.began >= one.ended - 0.02  # the server notes the end after its last byte has left


def test_a_server_that_asks_for_patience_gets_it_from_all_its_pages(crawled: Crawled) -> None:
    busy = crawled.busy
    refused = next(seen for seen in busy.seen if seen.status == 429)
    # The server notes a request when it has ended, so an earlier one may stand behind the refused one.
    after = min(seen.began for seen in busy.seen if seen.began > refused.began)
    assert after - refused.ended >= RETRY_AFTER - 0.02
    assert [seen.status for seen in busy.requests("/sibuk")] == [429, 200]
    assert report_of(crawled.report, "sibuk").failed == 0


def test_a_server_that_keeps_failing_is_left_alone_and_its_pages_wait(crawled: Crawled) -> None:
    asked = {seen.path for seen in crawled.dead.seen if seen.path.startswith("/b/")}
    assert len(asked) <= MAX_FAILURES + WINDOW < DEAD_PAGES
    told = report_of(crawled.report, "mati")
    assert (told.failed, told.new, told.refused, told.gap) == (DEAD_PAGES, 0, {}, None)
