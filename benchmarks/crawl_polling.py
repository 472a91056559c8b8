"""A day of one outlet, read twice: by Kentongan's schedule and crawler, and by re-reading its section pages.

The outlet publishes by the hour as Indonesian outlets do, lists its newest articles in one feed and its sections on
pages of their own, and counts what it is asked for. Its clock is the benchmark's: a day passes in minutes.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec

from benchmarks.crawl_site import article_page, feed_page
from crawlers.report import CrawlReport
from crawlers.schedule import Bounds, Turn, next_turn

BY_HOUR = (1, 0, 0, 0, 0, 2, 4, 6, 8, 9, 10, 9, 8, 8, 8, 9, 9, 8, 6, 5, 4, 3, 2, 1)
"""Articles an outlet of middling size publishes in each hour (local time): 120 a day."""

FIRST_HOUR = 6
"""Local hour at which the simulated stretch begins."""

SECTIONS = 8
"""Section pages of the outlet."""

SWEEP = timedelta(minutes=10)
"""Pause between two sweeps over the section pages: as long as the schedule's own pauses turn out in the daytime, so
that neither side finds articles much sooner."""

FEED_ITEMS, SECTION_ITEMS = 30, 20
ZONE = timedelta(hours=7)
START = datetime(2026, 11, 18, tzinfo=UTC) - ZONE + timedelta(hours=FIRST_HOUR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one way of reading asked of the outlet."""

    requests: int
    bytes: int
    """Bodies the outlet sent."""
    readings: int
    delay_minutes: float
    """Median time from an article's publication to its being found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """Both ways beside each other."""

    hours: float
    articles: int
    crawler: Cost
    sections: Cost


class Outlet(ThreadingHTTPServer):
    """The outlet at a moment of its day."""

    daemon_threads = True

    def __init__(self, published: list[datetime]) -> None:
        super().__init__(("127.0.0.1", 0), Pages)
        self.published = published
        """When each article came out, in order."""
        self.now = START
        self.requests = self.sent = 0
        self.fetched: dict[int, datetime] = {}
        """When each article's page was first asked for."""
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def out(self) -> list[int]:
        """Numbers of the articles that are out, newest first."""
        return [number for number, at in enumerate(self.published) if at <= self.now][::-1]

    def forget(self) -> None:
        self.requests = self.sent = 0
        self.fetched = {}


class Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Outlet

    def log_message(self, *args: object) -> None:
        """Nothing: the outlet counts."""

    def do_GET(self) -> None:
        outlet = self.server
        outlet.requests += 1
        out = outlet.out()
        kind, body, status, etag = "text/html; charset=utf-8", b"tidak ada", 404, None
        if self.path == "/feed.xml":
            etag = f'"{len(out)}"'
            newest = [f"{outlet.url}/b/{number}" for number in out[:FEED_ITEMS]]
            kind, body, status = "application/xml; charset=utf-8", feed_page(newest, at=outlet.now).encode(), 200
        elif self.path.startswith("/rubrik/"):
            mine = [number for number in out if number % SECTIONS == int(self.path[8:])][:SECTION_ITEMS]
            links = "".join(f'<h3><a href="/b/{number}">Berita {number}</a></h3>' for number in mine)
            page = article_page(int(self.path[8:]), address=f"{outlet.url}{self.path}", at=outlet.now)
            body, status = page.replace("</main>", f"{links}</main>").encode(), 200
        elif self.path.startswith("/b/") and int(self.path[3:]) in out:
            number = int(self.path[3:])
            outlet.fetched.setdefault(number, outlet.now)
            at = outlet.published[number]
            body, status = article_page(number, address=f"{outlet.url}{self.path}", at=at).encode(), 200
        if etag is not None and self.headers.get("If-None-Match") == etag:
            status, body = 304, b""
        self.send_response(status)
        if etag is not None:
            self.send_header("ETag", etag)
        if status != 304:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        outlet.sent += len(body)


def poll_day(*, hours: float) -> Polled:
    """Let the outlet's day pass twice. Raises RuntimeError where one side missed an article."""
    published = publish_day(hours)
    with running_outlet(published) as outlet, tempfile.TemporaryDirectory() as folder:
        ours = read_by_schedule(outlet, Path(folder), hours=hours)
        outlet.forget()
        theirs = read_by_sections(outlet, hours=hours)
    return Polled(hours=hours, articles=len(published), crawler=ours, sections=theirs)


def publish_day(hours: float, *, seed: int = 11) -> list[datetime]:
    """When the articles of the stretch come out: a Poisson process with the rhythm of the day."""
    chance = random.Random(seed)
    times = []
    at = START
    busiest = max(BY_HOUR)
    while (at := at + timedelta(hours=chance.expovariate(busiest))) < START + timedelta(hours=hours):
        if chance.random() < BY_HOUR[(at + ZONE).hour] / busiest:
            times.append(at)
    return times


@contextmanager
def running_outlet(published: list[datetime]) -> Iterator[Outlet]:
    outlet = Outlet(published)
    thread = threading.Thread(target=outlet.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield outlet
    finally:
        outlet.shutdown()
        outlet.server_close()


def read_by_schedule(outlet: Outlet, folder: Path, *, hours: float) -> Cost:
    """Kentongan's way: the feed when its turn comes, conditionally, by the real crawler; each new article once."""
    turn: Turn | None = None
    readings = 0
    outlet.now = START
    last = START + timedelta(hours=hours)
    while outlet.now < last:
        report = crawl_once(outlet, folder)
        readings += 1
        new, failed = report.new, report.sources[0].failed > 0
        turn = next_turn(turn, source="kabar", new=new, failed=failed, now=outlet.now, bounds=Bounds(), jitter=0.0)
        outlet.now = turn.due
    outlet.now = last
    crawl_once(outlet, folder)
    return cost_of(outlet, readings + 1)


def crawl_once(outlet: Outlet, folder: Path) -> CrawlReport:
    worker = subprocess.run(
        [sys.executable, "-m", "benchmarks.crawl_worker", "poll", str(folder), outlet.url, outlet.now.isoformat()],
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return msgspec.json.decode(worker.stdout.splitlines()[-1], type=CrawlReport)


def read_by_sections(outlet: Outlet, *, hours: float) -> Cost:
    """The usual way: every section page in full, again and again, and each article that was not known yet."""
    known: set[str] = set()
    readings = 0
    outlet.now, last = START, START + timedelta(hours=hours)
    while True:
        readings += 1
        for section in range(SECTIONS):
            page = fetch(f"{outlet.url}/rubrik/{section}")
            for link in {part.partition('"')[0] for part in page.split('<h3><a href="')[1:]} - known:
                known.add(link)
                fetch(outlet.url + link)
        if outlet.now >= last:
            return cost_of(outlet, readings)
        outlet.now = min(outlet.now + SWEEP, last)


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return str(answer.read().decode())


def cost_of(outlet: Outlet, readings: int) -> Cost:
    if len(outlet.fetched) != len(outlet.published):
        raise RuntimeError(f"found {len(outlet.fetched)} of {len(outlet.published)} articles")
    delays = [(outlet.fetched[n] - at).total_seconds() / 60 for n, at in enumerate(outlet.published)]
    return Cost(requests=outlet.requests, bytes=outlet.sent, readings=readings, delay_minutes=statistics.median(delays))
