"""``kentongan watch``: real rounds of real crawls against a server, stopped, killed and taken up again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import yaml
from crawlers_server import XML, Reply, Site, article, feed, running_site

from casework.briefings.records import list_briefings
from casework.db import open_casework
from crawlers.schedule import Schedule, Turn
from kentongan.commands.watch import DUTIES, JUDGE, TELL, next_hour
from kentongan.schema import Query, Record
from kentongan.settings import Settings, as_variables
from search.open import open_store

PATIENCE = 180.0
"""Seconds after which a watch that has not done what it should is held to be stuck."""


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        publish(running, 3)
        running.pages["/mati.xml"] = Reply("aduh", status=500)
        yield running


@pytest.fixture
def settings(site: Site, tmp_path: Path) -> Settings:
    own = {"kind": "rss", "publisher": "kabar.test", "allow_private": True, "crawl_delay": 0}
    declared = [{"name": name, "url": f"{site.url}/{name}.xml", **own} for name in ("kabar", "mati")]
    (tmp_path / "sources.yml").write_text(yaml.safe_dump(declared))
    return Settings(
        data_dir=tmp_path / "var", sources_file=tmp_path / "sources.yml", watch_least_minutes=0.01,
        watch_most_minutes=0.02, user_agent="Uji/1 (+mailto:uji@example.test)",
    )  # fmt: skip


def put_off(settings: Settings) -> None:
    """Let the duties of set hours and the alerts be due tomorrow: what is tested is the collecting."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    day = timedelta(days=1)
    with Schedule(settings.collection_file) as schedule:
        schedule.save(Turn(source=name, due=datetime.now(UTC) + day, interval=day) for name in (*DUTIES, JUDGE, TELL))


def publish(site: Site, pages: int) -> None:
    """Let the feed list so many pages."""
    for number in range(pages):
        site.pages[f"/b/{number}"] = Reply(article(f"Banjir hari ke-{number} di Randu"))
    site.pages["/kabar.xml"] = Reply(feed(*(f"{site.url}/b/{n}" for n in range(pages))), kind=XML, etag=f'"{pages}"')


def start(settings: Settings, *words: str) -> subprocess.Popen[str]:
    environment = {**os.environ, **as_variables(settings)}
    return subprocess.Popen(
        [sys.executable, "-m", "kentongan", "watch", *words, "--json"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@contextmanager
def watching(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    process = start(settings)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def records(settings: Settings) -> list[Record]:
    with open_store(settings) as store:
        store.refresh()
        return list(store.stream(Query()))


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "nothing came of it"
        time.sleep(0.2)


def test_it_reads_again_and_again_classifies_what_is_new_and_ends_when_asked(settings: Settings, site: Site) -> None:
    put_off(settings)
    with watching(settings) as process:
        wait_for(lambda: len(records(settings)) == 3 and all("topic" in r.labels for r in records(settings)))
        publish(site, 5)
        wait_for(lambda: len(records(settings)) == 5 and all("topic" in r.labels for r in records(settings)))
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, err
    rounds = [msgspec.json.decode(line) for line in out.splitlines()]
    assert sum(one["new"] for one in rounds) == 5
    assert all("kabar" not in one["failed"] for one in rounds)
    assert ["mati"] in [one["failed"] for one in rounds]
    assert len(site.requests("/b/0")) == 1, "an article page is fetched once"
    with open_store(settings) as store:
        assert {gap.source for gap in store.gaps()} == {"mati"}
    with Schedule(settings.collection_file) as schedule:
        assert schedule.turns()["mati"].failures > 0
        assert schedule.turns()["kabar"].failures == 0


def test_killed_it_takes_up_where_it_was_and_adds_nothing_twice(settings: Settings, site: Site) -> None:
    put_off(settings)
    for name in ("/b/1", "/b/2"):
        page = site.pages[name]
        assert isinstance(page, Reply)
        site.pages[name] = Reply(page.body, wait=1.0)
    with watching(settings) as process:
        wait_for(lambda: len(site.requests("/b/0")) > 0)
        process.kill()
    done = start(settings, "--once")
    _, err = done.communicate(timeout=PATIENCE)
    assert done.returncode == 0, err
    wait_for(lambda: len(records(settings)) == 3)
    assert all("topic" in record.labels for record in records(settings))


def test_a_second_watch_of_the_same_folder_is_refused_in_words(settings: Settings) -> None:
    with watching(settings):
        wait_for(lambda: (settings.data_dir / "watch.lock").exists())
        wait_for(lambda: settings.collection_file.exists())
        second = start(settings, "--once")
        _, said = second.communicate(timeout=PATIENCE)
    assert second.returncode == 2
    assert "sudah berjalan" in said


def test_once_does_every_duty_and_leaves_what_is_not_due_alone(settings: Settings, site: Site) -> None:
    patient = msgspec.structs.replace(settings, watch_least_minutes=60.0, watch_most_minutes=90.0)
    for _ in range(2):
        done = start(patient, "--once", "kabar")
        out, err = done.communicate(timeout=PATIENCE)
        assert done.returncode == 0, err
    assert out == ""
    assert len(site.requests("/kabar.xml")) == 1
    with Schedule(settings.collection_file) as schedule:
        turns = schedule.turns()
    assert turns["kabar"].interval == timedelta(hours=1)
    assert {*DUTIES, JUDGE, TELL} <= turns.keys()
    with open_casework(settings) as casework, casework.read() as session:
        assert len(list_briefings(session)) == 1, "the morning's paper is written once"


def test_without_any_source_that_is_on_it_says_what_to_do(settings: Settings) -> None:
    assert settings.sources_file is not None
    declared = yaml.safe_load(settings.sources_file.read_text())
    settings.sources_file.write_text(yaml.safe_dump([{**one, "enabled": False} for one in declared]))
    done = start(settings, "--once")
    _, said = done.communicate(timeout=PATIENCE)
    assert done.returncode == 2
    assert "sources list" in said


def test_pauses_that_contradict_each_other_are_refused(settings: Settings) -> None:
    done = start(msgspec.structs.replace(settings, watch_least_minutes=60.0), "--once")
    _, said = done.communicate(timeout=PATIENCE)
    assert done.returncode == 2
    assert "watch_least_minutes" in said


@pytest.mark.parametrize(
    ("now", "hours", "due"),
    [
        ("2026-11-22T22:59:00", (6, 12, 17), "2026-11-22T23:00:00"),  # 05.59 WIB: 06.00 the same day
        ("2026-11-22T23:00:00", (6, 12, 17), "2026-11-23T05:00:00"),  # at 06.00 the next is noon
        ("2026-11-23T10:00:00", (17, 6), "2026-11-23T23:00:00"),  # after the last one: tomorrow's first
        ("2026-12-31T17:00:00", (0,), "2027-01-01T17:00:00"),  # midnight itself: the next midnight
    ],
)
def test_duties_of_set_hours_are_due_at_the_next_of_them_in_local_time(
    now: str, hours: tuple[int, ...], due: str
) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert next_hour(moment, hours, "WIB") == datetime.fromisoformat(due).replace(tzinfo=UTC)
