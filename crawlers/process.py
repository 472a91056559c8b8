"""Runs one crawl in this process. A reactor starts once a process, so each crawl is a process of its own."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from typing import TYPE_CHECKING, Any

import msgspec

from crawlers.archive import Archive
from crawlers.collector import Clock, Collector, Progress
from crawlers.kept_robots import KEPT_FOR, KeptRobots
from crawlers.report import CrawlReport, Tally
from crawlers.revisit import Revisit
from crawlers.sources import Source
from crawlers.state import CollectionState
from kentongan.settings import Settings
from search.store import Store

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

TIMEOUT = 60.0
"""Longest time from a request to the end of its answer, in seconds: a server that drips is cut off too."""

PATIENCE = 1800.0
"""Longest time that the pages of one source are begun in one crawl, in seconds: a server that answers each one after
almost a minute, or asks for minutes between them, must not keep a crawl from ending. The rest stays pending."""

DNS_TIMEOUT = 20
"""Longest time to find a host's address, in seconds."""

MAX_REDIRECTS = 5
"""Browsers follow 20; a news page that needs more than this is broken."""


def run_crawl(
    settings: Settings,
    sources: Sequence[Source],
    store: Store,
    *,
    clock: Clock,
    on_progress: Progress | None = None,
    revisit: Revisit | None = None,
    timeout: float = TIMEOUT,
    patience: float = PATIENCE,
) -> CrawlReport:
    """Read all enabled sources once and put what is new into the store. Blocks until done; once a process.

    With ``revisit`` the sources' known pages are asked for again instead, and what became of each is recorded.
    ``clock`` gives the current aware time; ``on_progress`` is told (done, total, note) from another thread;
    ``timeout`` is the longest time for one answer, ``patience`` for the pages of one source, in seconds. A source
    that cannot be read costs a Gap and is named in the report; a page that cannot be is refused or tried again next
    time. Interrupted by a signal, it ends tidily with what it has; killed, the next crawl takes up the rest. Raises
    what the store raises when it cannot write (Retry): nothing is lost then either.
    """
    from crawlers.spider import SourceSpider
    from crawlers.visits import Visitor

    started = clock().astimezone(UTC)
    chosen = [source for source in sources if source.enabled]
    name = "revisit" if revisit is not None else chosen[0].name if len(chosen) == 1 else "crawl"
    worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="collector")
    with (
        CollectionState(settings.collection_file) as state,
        Archive(settings.archive_dir, run=name, now=started) as kept,
    ):
        run = state.start_run(started)
        robots = KeptRobots(known=state.robots(since=started - KEPT_FOR))
        collector = Collector(store=store, state=state, archive=kept, clock=clock, on_progress=on_progress)
        visitor = Visitor(collector, store=store, state=state, archive=kept)
        given = {
            "collector": collector, "visitor": visitor, "sources": chosen, "worker": worker, "clock": clock,
            "installation": settings, "revisit": revisit, "patience": patience,
        }  # fmt: skip
        try:
            crawler, faults = run_spider(SourceSpider, scrapy_settings(settings, timeout=timeout, robots=robots), given)
            worker.submit(collector.flush).result()
            worker.submit(visitor.flush).result()
        finally:
            worker.shutdown()
        state.save_robots(robots.learned, started)
        report = CrawlReport(
            started=started,
            finished=clock().astimezone(UTC),
            sources=tuple(collector.tallies.get(s.name, Tally()).finish(s.name) for s in chosen),
            requests=int(crawler.stats.get_value("downloader/request_count", 0)),
            bytes=int(crawler.stats.get_value("downloader/response_bytes", 0)),
        )
        state.finish_run(run, at=report.finished, report=msgspec.json.encode(report))
    for fault in faults:
        raise fault
    return report


def run_spider(
    kind: type[Spider], scrapy: dict[str, Any], given: dict[str, Any]
) -> tuple[Crawler, list[BaseException]]:
    """Start the reactor, run a spider of this kind to its end; returns its crawler and what stopped it early.

    ``scrapy`` are Scrapy's settings, ``given`` the spider's arguments. A spider keeps what stopped it in ``faults``.
    """
    from scrapy.crawler import CrawlerProcess

    # Scrapy speaks of every request; what matters is said by our own modules, with source and address.
    heard = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        process = CrawlerProcess(scrapy)
    finally:
        logging.disable(heard)
    for noisy in ("scrapy", "twisted", "trafilatura", "htmldate"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    faults: list[BaseException] = []

    def note_fault(failure: Failure) -> None:
        assert failure.value is not None
        faults.append(failure.value)

    crawler = process.create_crawler(kind)
    outcome = process.crawl(crawler, **given)
    outcome.addErrback(note_fault)
    process.start()
    faults += getattr(crawler.spider, "faults", [])
    return crawler, faults


def scrapy_settings(
    settings: Settings, *, timeout: float = TIMEOUT, robots: KeptRobots | None = None
) -> dict[str, Any]:
    """Scrapy's settings for a crawl: our manners instead of its own, limits, and silence."""
    off = (
        "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware",
        "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware",
        "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware",
        "scrapy.downloadermiddlewares.retry.RetryMiddleware",
        "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware",
        "scrapy.downloadermiddlewares.cookies.CookiesMiddleware",
    )
    return {
        "USER_AGENT": settings.user_agent,
        "KENTONGAN_CRAWL_DELAY": settings.crawl_delay,
        "KENTONGAN_PROXY": settings.http_proxy,
        "KENTONGAN_ROBOTS": robots or KeptRobots(),
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.9,*/*;q=0.5",
            "Accept-Language": "id,en;q=0.5",
        },
        "DOWNLOADER_MIDDLEWARES": {"crawlers.politeness.Politeness": 90, **dict.fromkeys(off)},
        "DOWNLOAD_MAXSIZE": settings.crawl_max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": timeout,
        "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "crawlers.downloads.BoundedDownloads"),
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DNS_TIMEOUT": DNS_TIMEOUT,
        "REDIRECT_MAX_TIMES": MAX_REDIRECTS,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "COOKIES_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "MEMUSAGE_ENABLED": False,
        "STATS_DUMP": False,
        "LOGSTATS_INTERVAL": 0,
        "LOG_INSTALL_ROOT_HANDLER": False,
        "LOG_VERSIONS": [],
    }
