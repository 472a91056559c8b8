"""Servers that mean harm: the crawl ends, says what happened, keeps the rest, and stays small."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from crawlers_hostile import Server, goes_on, head, hostile, listing_tricks, page_tricks, redirects, whole
from crawlers_process import Order, Outcome, carry_out
from crawlers_run import stored
from crawlers_server import XML, Reply, Site, article, feed, running_site

from crawlers.report import SourceReport
from crawlers.sources import Source
from crawlers.state import CollectionState, Refused
from kentongan.schema import Document
from kentongan.settings import Settings

PAGES = 20
TIMEOUT = 3.0
PATIENCE = 10.0
SLOW_PAGES = 60
MAX_RSS_MB = 500.0

ROBOTS = {
    "robots-100-mb": goes_on(head("Content-Length: 104857600", kind="text/plain"), b"Disallow: /x\n" * 1000),
    "robots-tanpa-akhir": goes_on(head(kind="text/plain"), b"Disallow: /x\n" * 1000),
    "robots-putaran": redirects("/robots.txt"),
    "robots-tetes": goes_on(head("Content-Length: 1000", kind="text/plain"), b"x", pause=1.0),
    "robots-jeda": whole("User-agent: *\nCrawl-delay: 86400\n", kind="text/plain"),
    "robots-bintang": whole(f"User-agent: *\nDisallow: /{'*a' * 200}$\n", kind="text/plain"),
}


@dataclass(frozen=True)
class Crawled:
    """What was left after one crawl of them all."""

    outcome: Outcome
    good: Site
    servers: dict[str, Server]
    documents: list[Document]
    quarantine: list[Refused]
    pending: int
    """Pages of the slow server that are still to fetch."""
    took_s: float

    def report(self, name: str) -> SourceReport:
        return next(one for one in self.outcome.report.sources if one.source == name)

    def reasons(self, name: str) -> set[str]:
        return {one.reason for one in self.quarantine if one.source == name}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("hostile") / "var")
    own = {"allow_private": True, "crawl_delay": 0.0}
    with ExitStack() as stack:
        good = stack.enter_context(running_site())
        good.pages["/feed.xml"] = Reply(feed(*(f"{good.url}/b/{n}" for n in range(PAGES))), kind=XML)
        good.pages.update({f"/b/{n}": Reply(article(f"Berita baik nomor {n}")) for n in range(PAGES)})
        servers: dict[str, Server] = {}
        sources = [Source(name="baik", kind="rss", url=f"{good.url}/feed.xml", **own)]

        def add(name: str, server: Server, kind: str = "rss") -> None:
            servers[name] = server
            path = "api/v1/timelines/public" if kind == "mastodon" else "feed.xml"
            more = {"max_items": 5} if kind == "rss" else {"max_items": 1000}
            sources.append(Source(name=name, kind=kind, url=f"{servers[name].url}/{path}", **own, **more))

        for name, trick in page_tricks().items():
            server = stack.enter_context(hostile({"/jebakan": trick}))
            server.tricks["/feed.xml"] = whole(feed(f"{server.url}/jebakan", dated=True), kind=XML)
            add(name, server)
        for named, trick in listing_tricks().items():
            kind, _, name = named.partition(":")
            tricks = {"/feed.xml": trick, "/lain.xml": trick, "/api/v1/timelines/public": trick}
            add(name, stack.enter_context(hostile(tricks)), kind)
        for name, trick in ROBOTS.items():
            server = stack.enter_context(hostile({"/robots.txt": trick}))
            server.tricks["/feed.xml"] = whole(feed(f"{server.url}/{'a' * 300}"), kind=XML)
            add(name, server)
        slow = stack.enter_context(running_site())
        slow.pages["/feed.xml"] = Reply(feed(*(f"{slow.url}/b/{n}" for n in range(SLOW_PAGES))), kind=XML)
        slow.pages.update({f"/b/{n}": Reply(article(f"Berita lambat {n}"), wait=1.0) for n in range(SLOW_PAGES)})
        sources.append(Source(name="lambat", kind="rss", url=f"{slow.url}/feed.xml", **own))
        began = time.monotonic()
        outcome = carry_out(
            settings, Order(sources=sources, timeout=TIMEOUT, patience=PATIENCE, hosts={"jahat.test": "127.0.0.1"})
        )
        took_s = time.monotonic() - began
        with CollectionState(settings.collection_file) as state:
            quarantine = state.quarantined()
            pending = len(state.pending("lambat"))
        yield Crawled(outcome, good, servers, stored(settings), quarantine, pending, took_s)


def test_a_good_source_beside_them_is_read_whole(crawled: Crawled) -> None:
    assert crawled.report("baik").new == PAGES
    assert (crawled.report("baik").failed, crawled.report("baik").refused) == (0, {})


def test_the_crawl_stays_within_its_memory(crawled: Crawled) -> None:
    assert crawled.outcome.rss_mb <= MAX_RSS_MB


def test_the_crawl_ends_long_before_the_servers_do(crawled: Crawled) -> None:
    assert crawled.took_s < 240


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("putaran", "redirects"),
        ("dinding-kuki", "redirects"),
        ("ke-berkas", "redirects"),
        ("10-gb", "too-large"),
        ("tanpa-akhir", "too-large"),
        ("tanpa-panjang", "too-large"),
        ("bom-gzip", "too-large"),
        ("bom-gzip-ganda", "too-large"),
        ("bom-gzip-lapis", "too-large"),
        ("bom-deflate", "too-large"),
        ("bom-brotli", "too-large"),
        ("bom-zstd", "too-large"),
        ("10000-kepala", "too-large"),
        ("kepala-tanpa-akhir", "too-large"),
        ("rusak-brotli", "unreadable"),
        ("rusak-zstd", "unreadable"),
        ("ke-mana-saja", "unreadable"),
        ("nol-semua", "bad-charset"),
        ("formulir-izin", "no-text"),
        ("persetujuan", "wall"),
        ("bersarang", "no-text"),
        ("rusak-gzip", "unreadable"),
        ("rusak-deflate", "not-html"),
        ("ke-metadata", "private-address"),
        ("ke-localhost", "private-address"),
        ("ke-nama-jahat", "private-address"),
        ("dirinya", "not-html"),
        ("nol", "bad-charset"),
        ("bom-umpan", "too-large"),
        ("robots-jeda", "robots"),
        ("tahun-2106", "implausible-date"),
    ],
)
def test_what_will_not_change_is_kept_aside_with_its_reason(crawled: Crawled, name: str, reason: str) -> None:
    assert reason in crawled.reasons(name)
    assert crawled.report(name).refused[reason] >= 1
    assert crawled.report(name).new == 0


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("tetes-isi", "terlalu lama"),
        ("tetes-kepala", "terlalu lama"),
        ("panjang-lebih", "jawabannya terpotong"),
        ("potongan-rusak", "terpotong"),
        ("potongan-terputus", "jawabannya terpotong"),
        ("kepala-panjang", "sambungan terputus"),
        ("diam", "sambungan terputus"),
        ("bukan-http", "sambungan terputus"),
        ("panjang-ganda", "sambungan terputus"),
    ],
)
def test_what_may_change_is_said_and_tried_again_by_the_next_crawl(crawled: Crawled, name: str, words: str) -> None:
    report = crawled.report(name)
    assert (report.failed, report.new, report.refused) == (1, 0, {})
    lines = [line for line in crawled.outcome.log.splitlines() if f"{name}: " in line]
    assert any(words in line for line in lines), lines


@pytest.mark.parametrize("name", ["panjang-kurang", "nol-sedikit"])
def test_what_can_be_read_all_the_same_is_read(crawled: Crawled, name: str) -> None:
    assert crawled.report(name).new == 1


@pytest.mark.parametrize("name", ["robots-100-mb", "robots-tanpa-akhir", "robots-putaran", "robots-tetes"])
def test_a_host_whose_robots_txt_cannot_be_read_is_left_alone_and_leaves_a_gap(crawled: Crawled, name: str) -> None:
    gap = crawled.report(name).gap
    assert gap is not None and "robots.txt" in gap.reason and "galat" not in gap.reason
    assert set(crawled.servers[name].asked) == {"/robots.txt"}


def test_rules_written_to_be_slow_are_read_fast(crawled: Crawled) -> None:
    assert crawled.report("robots-bintang").fetched == 1


def test_sitemaps_that_name_each_other_are_read_once_each(crawled: Crawled) -> None:
    asked = [path for path in crawled.servers["lingkaran"].asked if path != "/robots.txt"]
    assert sorted(asked) == ["/feed.xml", "/lain.xml"]
    assert crawled.report("lingkaran").refused == {"listing-loop": 3}


def test_a_timeline_that_runs_in_a_circle_is_left(crawled: Crawled) -> None:
    assert len(crawled.servers["lingkaran-linimasa"].asked) <= 4
    assert crawled.report("lingkaran-linimasa").new == 30


def test_impossible_dates_are_counted_one_by_one_and_kept_with_their_bytes(crawled: Crawled) -> None:
    report = crawled.report("tahun-2106")
    assert report.refused["implausible-date"] == 10_000
    assert report.refused["over-limit"] == 10_000 - 5
    (row,) = [one for one in crawled.quarantine if one.reason == "implausible-date"]
    assert row.raw is not None and "10000 dari 10000" in row.message


def test_a_server_that_is_slow_page_after_page_gets_its_time_and_no_more(crawled: Crawled) -> None:
    report = crawled.report("lambat")
    assert 0 < report.new < SLOW_PAGES
    assert report.left == crawled.pending == SLOW_PAGES - report.new
    assert report.failed == 0


def test_nothing_private_was_asked_for(crawled: Crawled) -> None:
    assert {document.source for document in crawled.documents} == {
        "baik", "panjang-kurang", "nol-sedikit", "lingkaran-linimasa", "lambat"
    }  # fmt: skip
