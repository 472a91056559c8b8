"""The crawler: pages a minute beside Scrapy's own bench, and what a new article costs its publisher.

    python -m benchmarks.crawl [--quick]

Pages are fetched, archived, read and stored, by the real crawler from a real server; ``scrapy bench`` only follows
links. A day of an outlet is polled by the real schedule and crawler, and beside that its section pages are re-read.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from benchmarks.crawl_polling import Polled, poll_day
from benchmarks.crawl_worker import Crawled
from benchmarks.figure import Figure, machine, ratio_interval, run_alone

PAGES, ROUNDS, HOURS = 1_000, 5, 24.0
QUICK_PAGES, QUICK_ROUNDS, QUICK_HOURS = 128, 2, 1.5

MUST_SHARE = 0.5
"""Of the pages a minute of ``scrapy bench``."""
MUST_MIB = 500
MUST_BYTES, MUST_REQUESTS = 10.0, 5.0
"""Times fewer for each new article than re-reading section pages."""
PACKAGES = ("scrapy", "lxml", "warcio", "tantivy")


def measure(*, quick: bool) -> Iterator[Figure]:
    """Pages a minute, memory, bytes and requests for each new article."""
    pages, rounds, hours = (QUICK_PAGES, QUICK_ROUNDS, QUICK_HOURS) if quick else (PAGES, ROUNDS, HOURS)
    yield from speed_figures(pages=pages, rounds=rounds)
    yield from polling_figures(poll_day(hours=hours))


def speed_figures(*, pages: int, rounds: int) -> Iterator[Figure]:
    ours, theirs, peaks = [], [], []
    with serving(pages) as port:
        crawl_pages(port, pages)
        for _ in range(rounds):
            theirs.append(scrapy_pages_a_minute())
            done = crawl_pages(port, pages)
            ours.append(60 * done.pages / done.seconds)
            peaks.append(done.peak_mib)
    value, low, high = ratio_interval(ours, theirs)
    detail = {
        "pages_a_minute": round(statistics.median(ours)),
        "scrapy_bench_pages_a_minute": round(statistics.median(theirs)),
        "rounds": rounds,
        "pages": pages,
        "with": "robots.txt, archive (WARC), extraction, store; pages of 20 kB on 16 hosts, one request at a time each",
        **machine(*PACKAGES),
    }
    yield Figure(
        benchmark="crawl", figure="pages a minute, share of scrapy bench", value=round(value, 2), low=round(low, 2),
        high=round(high, 2), unit="x", must=f">= {MUST_SHARE}", holds=value >= MUST_SHARE, detail=detail,
    )  # fmt: skip
    peak = max(peaks)
    yield Figure(
        benchmark="crawl", figure="resident memory at most", value=peak, low=min(peaks), high=peak, unit="MiB",
        must=f"<= {MUST_MIB}", holds=peak <= MUST_MIB, detail={"rounds": rounds, "pages": pages},
    )  # fmt: skip


@contextmanager
def serving(pages: int) -> Iterator[int]:
    """The benchmark's site, in a process of its own; yields its port."""
    site = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.crawl_site", str(pages)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert site.stdout is not None
        yield int(site.stdout.readline())
    finally:
        site.kill()
        site.communicate()


def crawl_pages(port: int, pages: int) -> Crawled:
    """One crawl of all pages into a new store, checked document by document by the worker."""
    with tempfile.TemporaryDirectory() as folder:
        worker = subprocess.run(
            [sys.executable, "-m", "benchmarks.crawl_worker", "pages", folder, str(port), str(pages)],
            stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
    return msgspec.json.decode(worker.stdout.splitlines()[-1], type=Crawled)


def scrapy_pages_a_minute() -> float:
    """What ``scrapy bench`` reaches in its ten seconds."""
    scrapy = Path(sys.executable).with_name("scrapy")
    # Its own folder: a project's settings must not be found.
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [str(scrapy), "bench"], cwd=folder, env=dict(os.environ), capture_output=True, text=True, check=True
        )
    said = done.stdout + done.stderr
    found = re.search(r"'responses_per_minute': ([0-9.]+)", said)
    if found is None:
        raise RuntimeError("scrapy bench did not say how many pages it read")
    return float(found[1])


def polling_figures(polled: Polled) -> Iterator[Figure]:
    ours, theirs = polled.crawler, polled.sections
    detail = {
        "new_articles": polled.articles,
        "hours": polled.hours,
        "readings": ours.readings,
        "section_sweeps": theirs.readings,
        "minutes_until_found_median": {"ours": round(ours.delay_minutes, 1), "theirs": round(theirs.delay_minutes, 1)},
        "theirs": "section pages re-read in full every ten minutes, each new article fetched once",
        "ours": "the feed by the adaptive schedule with conditional requests, robots.txt included",
    }
    for what, must, mine, other in (
        ("bytes", MUST_BYTES, ours.bytes, theirs.bytes),
        ("requests", MUST_REQUESTS, ours.requests, theirs.requests),
    ):
        value = round(other / mine, 2)
        each = {f"{what}_for_each": [round(mine / polled.articles, 1), round(other / polled.articles, 1)]}
        yield Figure(
            benchmark="crawl", figure=f"{what} for each new article, times fewer than re-reading section pages",
            value=value, low=value, high=value, unit="x", must=f">= {must:g}", holds=value >= must,
            detail={**each, **detail},
        )  # fmt: skip


if __name__ == "__main__":
    run_alone(measure, __doc__)
