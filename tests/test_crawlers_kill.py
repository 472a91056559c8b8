"""A crawl that is killed at any moment, then run again, loses nothing and doubles nothing."""

from __future__ import annotations

import json
import random
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec
from crawlers_process import Order, carry_out, start_order
from crawlers_run import crawl, start_crawl, stored
from crawlers_server import JSON, XML, Reply, Site, article, feed, running_site, status

from crawlers.report import CrawlReport
from crawlers.revisit import Revisit
from crawlers.sources import Source
from crawlers.state import CollectionState
from kentongan.schema import Query
from kentongan.settings import Settings
from search.open import open_store

PAGES = 14
POSTS = 90
SEED = 20261122


def timeline(path: str) -> Reply:
    query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    posts = [status(number, content="" if number % 10 == 0 else None) for number in range(POSTS)]
    if "min_id" in query:
        page = [one for one in posts if int(one["id"]) > int(query["min_id"])][:40]
    else:
        page = [one for one in posts if int(one["id"]) < int(query.get("max_id", 10**30))][-40:]
    return Reply(json.dumps(page[::-1]), kind=JSON, wait=0.1)


def fill(site: Site) -> list[Source]:
    addresses = [f"{site.url}/b/{number}" for number in range(PAGES)]
    site.pages["/feed.xml"] = Reply(feed(*addresses), kind=XML, etag='"umpan"', wait=0.1)
    for number in range(PAGES):
        timed = None if number % 7 == 3 else "2026-11-20T08:15:00+07:00"
        site.pages[f"/b/{number}"] = Reply(article(f"Berita nomor {number}", time=timed), wait=0.1)
    site.pages["/api/v1/timelines/public"] = timeline
    own = {"allow_private": True, "crawl_delay": 0.0}
    return [
        Source(name="kabar", kind="rss", url=f"{site.url}/feed.xml", **own),
        Source(name="guyub", kind="mastodon", url=f"{site.url}/api/v1/timelines/public", max_items=500, **own),
    ]


def kill_after(settings: Settings, sources: list[Source], site: Site, *, requests: int, pause: float) -> bool:
    """Start a crawl and kill it when the server has seen this many requests and a moment more has passed; returns
    whether it was still running."""
    already = len(site.seen)
    child = start_crawl(settings, sources)
    while child.poll() is None and len(site.seen) - already < requests:
        time.sleep(0.005)
    time.sleep(pause)
    alive = child.poll() is None
    child.kill()
    child.communicate()
    return alive


def test_a_killed_crawl_run_again_has_every_document_exactly_once(
    tmp_path: Path, trials: Callable[[int, int], int]
) -> None:
    chance = random.Random(SEED)
    killed = 0
    for trial in range(trials(2, 50)):
        settings = Settings(data_dir=tmp_path / str(trial) / "var")
        settings.data_dir.parent.mkdir()
        with running_site() as site:
            sources = fill(site)
            for _ in range(chance.choice((1, 1, 2))):
                killed += kill_after(
                    settings, sources, site, requests=chance.randint(1, PAGES + 5), pause=chance.uniform(0, 1.2)
                )
            report = crawl(settings, sources)
        documents = stored(settings)
        keys = [document.native_key for document in documents]
        articles = [document for document in documents if document.kind == "article"]
        assert len(keys) == len(set(keys))
        assert len(articles) == PAGES - 2, (trial, report)
        assert len(documents) - len(articles) == POSTS - 9, (trial, report)
        assert report.gaps == ()
        with CollectionState(settings.collection_file) as state:
            assert state.pending("kabar") == []
            assert sorted(refused.reason for refused in state.quarantined()) == ["no-text"] * 9 + ["no-time"] * 2
    assert killed, "no crawl was still running when it was killed: the trial tries nothing"


def test_a_crawl_that_is_asked_to_stop_keeps_what_it_has_and_the_next_one_goes_on(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var")
    with running_site() as site:
        sources = fill(site)
        child = start_crawl(settings, sources)
        while len(site.requests("/b/3")) == 0:
            time.sleep(0.01)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=60)
        assert child.returncode == 0, err.decode()
        stopped = msgspec.json.decode(out, type=CrawlReport)
        assert 0 < stopped.new == len(stored(settings)) < PAGES - 2 + POSTS - 9
        report = crawl(settings, sources)
    assert stopped.new + report.new == len(stored(settings)) == PAGES - 2 + POSTS - 9
    assert stopped.gaps == report.gaps == ()


def test_a_killed_revisit_run_again_has_every_change_exactly_once(
    tmp_path: Path, trials: Callable[[int, int], int]
) -> None:
    chance = random.Random(SEED)
    killed = 0
    for trial in range(trials(1, 50)):
        settings = Settings(data_dir=tmp_path / str(trial) / "var")
        with running_site() as site:
            news = fill(site)[:1]
            carry_out(settings, Order(sources=news))
            changed, gone = {f"/b/{n}" for n in range(0, PAGES, 2)}, {f"/b/{n}" for n in range(1, PAGES, 4)}
            for path in changed:
                site.pages[path] = Reply(article(f"Ralat berita {path}"), wait=0.1)
            for path in gone:
                site.pages[path] = Reply("tidak ada", status=404, wait=0.1)
            order = Order(sources=news, later_h=24, revisit=Revisit())
            already, wanted, pause = len(site.seen), chance.randint(1, PAGES), chance.uniform(0, 1.2)
            child = start_order(settings, order)
            while child.poll() is None and len(site.seen) - already < wanted:
                time.sleep(0.005)
            time.sleep(pause)
            killed += child.poll() is None
            child.kill()
            child.communicate()
            report = carry_out(settings, order).report
        with open_store(settings) as store:
            store.refresh()
            records = {(one.document.url or "").rpartition(site.url)[2]: one for one in store.stream(Query())}
        assert len(records) == PAGES - 2 and report.failed == 0
        for path, record in records.items():
            states = [one.state for one in record.observations]
            # A page that was asked for twice was seen twice; its new words are one revision all the same.
            assert states.count("changed") == (path in changed), (trial, path, states)
            assert ("gone" in states) == (path in gone), (trial, path, states)
            assert 1 <= len(states) <= 2, (trial, path, states)
        with CollectionState(settings.collection_file) as state:
            assert state.due_visits(["kabar"], now=datetime.now(UTC) + timedelta(hours=24)) == []
    assert killed, "no revisit was still running when it was killed: the trial tries nothing"
