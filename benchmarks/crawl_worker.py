"""The processes of the crawl's benchmark: a reactor starts once a process, so each crawl is one.

    python -m benchmarks.crawl_worker pages FOLDER PORT PAGES
    python -m benchmarks.crawl_worker poll FOLDER URL AT

Each prints what it measured as one line of JSON.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from benchmarks.crawl_site import HOSTS, article_text
from crawlers.process import run_crawl
from crawlers.report import CrawlReport
from crawlers.sources import Source
from kentongan.schema import Query
from kentongan.settings import Settings
from search.open import open_store


class Crawled(msgspec.Struct, frozen=True):
    """What one crawl took."""

    pages: int
    seconds: float
    """From the crawl's start to its last document in the store."""
    peak_mib: int


def settings_in(folder: Path) -> Settings:
    return Settings(data_dir=folder / "var", crawl_delay=0.0)


def crawl_pages(folder: Path, port: int, pages: int) -> Crawled:
    """Crawl the site's pages and compare every document with what the site holds."""
    sources = [
        Source(
            name=f"kabar-{number}", kind="rss", url=f"http://{host}:{port}/feed.xml", publisher=f"kabar{number}.test",
            allow_private=True, crawl_delay=0.0, max_items=pages,
        )
        for number, host in enumerate(HOSTS)
    ]  # fmt: skip
    settings = settings_in(folder)
    with open_store(settings) as store:
        report = run_crawl(settings, sources, store, clock=lambda: datetime.now(UTC))
        store.refresh()
        found = {
            record.document.native_key.rsplit("/", 1)[-1]: record.document.text for record in store.stream(Query())
        }
    wanted = {str(number): "\n".join(article_text(number)) for number in range(pages)}
    if found != wanted:
        wrong = [key for key in wanted if found.get(key) != wanted[key]]
        raise AssertionError(f"{len(found)} of {pages} documents, {len(wrong)} not as published, e.g. {wrong[:3]}")
    seconds = (report.finished - report.started).total_seconds()
    return Crawled(pages=pages, seconds=seconds, peak_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def poll(folder: Path, url: str, at: datetime) -> CrawlReport:
    """Read one feed once, at a time of the simulated day."""
    source = Source(
        name="kabar", kind="rss", url=f"{url}/feed.xml", publisher="kabar.test", allow_private=True, crawl_delay=0.0
    )
    settings = settings_in(folder)
    with open_store(settings) as store:
        return run_crawl(settings, [source], store, clock=lambda: at)


def main(words: Sequence[str]) -> None:
    what, folder, *rest = words
    if what == "pages":
        answer: object = crawl_pages(Path(folder), int(rest[0]), int(rest[1]))
    else:
        answer = poll(Path(folder), rest[0], datetime.fromisoformat(rest[1]))
    print(msgspec.json.encode(answer).decode(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
