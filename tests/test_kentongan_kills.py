"""`kill -9` of a command at any moment, then the command again: every document and label exactly once, none lost."""

from __future__ import annotations

import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
from command_line import environment, rows_of
from crawlers_server import XML, Reply, Site, article, feed, running_site
from kentongan_documents import FIRST, make_document

from crawlers.state import CollectionState
from kentongan.schema import Query, Record
from kentongan.settings import Settings
from search.open import open_store

pytestmark = pytest.mark.timeout(1800)  # fifty trials take five minutes on two cores

SEED = 20261123
ROWS = 6000
"""Posts in the imported file: six batches, each of them a moment to be killed in."""
UNTIMED = ROWS // 1000
"""Of these, posts without a time."""
POSTS = 600
TASKS = ("sentiment", "hoax", "topic", "language", "region")
"""Posts to score: three batches for each of three tasks."""
PAGES = 12


def written(settings: Settings, table: str) -> int:
    """Rows in a table of the truth, read from outside while the command writes; 0 where there is no table yet."""
    file = settings.store_dir / "truth.sqlite"
    if not file.exists():
        return 0
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)) as truth:
        try:
            return int(truth.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


def kill_command(settings: Settings, *words: str, count: Callable[[], int], reaches: int, after: float) -> bool:
    """Start a command and kill it ``after`` seconds from when a count of its work has reached a number; whether it was
    still running then."""
    with subprocess.Popen(
        [sys.executable, "-m", "kentongan", *words],
        env=environment(settings), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        while process.poll() is None and count() < reaches:
            time.sleep(0.01)
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            process.kill()
        _, said = process.communicate()
    assert b"Traceback" not in said, said.decode()
    return process.returncode == -signal.SIGKILL


def everything(settings: Settings) -> list[Record]:
    """All records. The store finds no fault with itself, and its index has each document of the truth once."""
    with open_store(settings) as store:
        health = store.check()
        records = list(store.stream(Query()))
    assert (health.problems, health.behind) == ((), 0)
    assert len(records) == health.documents == len({record.document.id for record in records})
    return records


@contextmanager
def seeded(trial: int) -> Iterator[random.Random]:
    """The chance of one trial; whatever fails inside says with which seed it can be had again."""
    try:
        yield random.Random(SEED + trial)
    except BaseException as fault:
        fault.add_note(f"trial {trial}, seed {SEED + trial}")
        raise


def pause(trial: int, chance: random.Random, *, most: float) -> float:
    """Seconds until the kill. The first trial does not wait, so that on a fast machine, too, one meets a command at
    work."""
    return chance.uniform(0, most) if trial else 0.0


def test_an_import_killed_at_any_moment_and_repeated_has_each_row_once(
    tmp_path: Path, trials: Callable[[int, int], int]
) -> None:
    file = tmp_path / "kiriman.jsonl"
    with file.open("w", encoding="utf-8") as out:
        for number in range(ROWS):
            line: dict[str, object] = {
                "id": number,
                "text": make_document(number).text,
                "published_at": FIRST.isoformat(),
            }
            if number % 1000 == 999:
                del line["published_at"]
            out.write(json.dumps(line) + "\n")
    killed = 0
    for trial in range(trials(2, 50)):
        settings = Settings(data_dir=tmp_path / str(trial))
        words = ("import", str(file), "--as", "jsonl")
        with seeded(trial) as chance:
            for _ in range(chance.choice((1, 1, 2))):
                killed += kill_command(
                    settings, *words, count=partial(written, settings, "documents"),
                    reaches=chance.choice((0, 1, 2000, 4000)), after=pause(trial, chance, most=0.3),
                )  # fmt: skip
            (row,) = rows_of(settings, *words, status=1)
            assert row["read"] == row["new"] + row["known"] == ROWS - UNTIMED
            assert row["refused"] == {"no-time": UNTIMED}
            assert {record.document.native_key for record in everything(settings)} == {
                str(number) for number in range(ROWS) if number % 1000 != 999
            }
            with CollectionState(settings.collection_file) as state:
                assert len(state.quarantined()) == UNTIMED
    assert killed, "no import was still running when it was killed: the trial tries nothing"


@pytest.fixture(scope="module")
def unscored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation whose posts nobody has read yet."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("unscored") / "var")
    with open_store(settings) as store:
        store.add(make_document(number) for number in range(POSTS))
    return settings.data_dir


def test_a_scoring_killed_at_any_moment_and_repeated_labels_everything_once(
    tmp_path: Path, unscored: Path, trials: Callable[[int, int], int]
) -> None:
    killed = 0
    for trial in range(trials(2, 50)):
        settings = Settings(data_dir=tmp_path / str(trial))
        shutil.copytree(unscored, settings.data_dir)
        with seeded(trial) as chance:
            for _ in range(chance.choice((1, 1, 2))):
                killed += kill_command(
                    settings, "score", count=partial(written, settings, "annotations"),
                    reaches=chance.randrange(0, 2 * POSTS + 1, 200), after=pause(trial, chance, most=0.3),
                )  # fmt: skip
            already = written(settings, "annotations")
            done = {row["task"]: row["documents"] for row in rows_of(settings, "score")}
            assert sum(done.values()) == len(TASKS) * POSTS - already
            records = everything(settings)
            assert len(records) == POSTS
            for record in records:
                said = Counter(annotation.task for annotation in record.annotations)
                assert said == dict.fromkeys(TASKS, 1)
            with open_store(settings) as store:
                counted = {bucket.key: bucket.count for bucket in store.count(Query(), by=["sentiment"])}
            assert sum(counted.values()) == POSTS and ("none",) not in counted
    assert killed, "no scoring was still running when it was killed: the trial tries nothing"


def fill(site: Site) -> list[dict[str, object]]:
    """A feed of PAGES articles, one of them without a time, each a moment in coming."""
    site.pages["/umpan.xml"] = Reply(feed(*(f"{site.url}/b/{n}" for n in range(PAGES))), kind=XML, etag='"satu"')
    for number in range(PAGES):
        time_of = None if number == 7 else "2026-11-20T08:15:00+07:00"
        site.pages[f"/b/{number}"] = Reply(article(f"Berita nomor {number}", time=time_of), wait=0.1)
    own = {"allow_private": True, "crawl_delay": 0}
    return [{"name": "kabar", "kind": "rss", "url": f"{site.url}/umpan.xml", **own}]


def test_a_crawl_killed_at_any_moment_and_repeated_has_each_page_once(
    tmp_path: Path, trials: Callable[[int, int], int]
) -> None:
    killed = 0
    for trial in range(trials(2, 50)):
        folder = tmp_path / str(trial)
        folder.mkdir()
        settings = Settings(data_dir=folder / "var", sources_file=folder / "sources.yml", crawl_delay=0.0)
        with seeded(trial) as chance, running_site() as site:
            (folder / "sources.yml").write_text(json.dumps(fill(site)), encoding="utf-8")
            for _ in range(chance.choice((1, 1, 2))):
                killed += kill_command(
                    settings, "crawl", count=site.seen.__len__,
                    reaches=len(site.seen) + chance.randint(1, PAGES), after=pause(trial, chance, most=1.2),
                )  # fmt: skip
            rows_of(settings, "crawl")
            titles = Counter(record.document.title for record in everything(settings))
            assert titles == Counter(f"Berita nomor {number}" for number in range(PAGES) if number != 7)
            with CollectionState(settings.collection_file) as state:
                assert [refused.reason for refused in state.quarantined()] == ["no-time"]
                assert state.pending("kabar") == []
            with open_store(settings) as store:
                assert store.gaps() == []
    assert killed, "no crawl was still running when it was killed: the trial tries nothing"
