"""`kill -9` of a command at any moment, then the command again: every document and label exactly once, none lost."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from casework_fixtures import child_environment as child_environment
from command_line import environment, rows_of
from crawlers_server import XML, Reply, Site, article, feed, running_site
from kentongan_documents import FIRST, make_document

from crawlers.state import CollectionState
from kentongan.schema import Query, Record
from kentongan.settings import Settings
from search.open import open_store

SEED = 20261123
ROWS = 6000
"""Posts in the imported file: six batches, each of them a moment to be killed in."""
POSTS = 600
"""Posts to score, three batches for each of three tasks."""
PAGES = 12


def time_command(settings: Settings, *words: str) -> float:
    """Seconds that a command takes here and now when nobody disturbs it."""
    began = time.monotonic()
    rows_of(settings, *words)
    return time.monotonic() - began


def kill_within(settings: Settings, *words: str, seconds: float) -> bool:
    """Start a command and kill it after ``seconds``; returns whether it was still running."""
    with subprocess.Popen(
        [sys.executable, "-m", "kentongan", *words],
        env=environment(settings), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
        _, said = process.communicate()
    assert process.returncode in (0, -signal.SIGKILL), said.decode()
    return process.returncode != 0


def everything(settings: Settings) -> list[Record]:
    """All records; the store itself finds no fault, and the index holds each document of the truth once."""
    with open_store(settings) as store:
        health = store.check()
        records = list(store.stream(Query()))
    assert health.problems == () and health.behind == 0
    assert len(records) == health.documents == len({record.document.id for record in records})
    return records


@contextmanager
def naming_the_seed(seed: int) -> Iterator[None]:
    """Whatever fails inside says with which seed it can be had again."""
    try:
        yield
    except BaseException as fault:
        fault.add_note(f"seed {seed}")
        raise


@pytest.fixture(scope="module")
def posts_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of posts, every thousandth of them without a time."""
    file = tmp_path_factory.mktemp("kills") / "kiriman.jsonl"
    with file.open("w", encoding="utf-8") as out:
        for number in range(ROWS):
            document = make_document(number)
            row = {"id": document.native_key, "text": document.text, "published_at": FIRST.isoformat()}
            if number % 1000 == 999:
                del row["published_at"]
            out.write(json.dumps(row) + "\n")
    return file


def test_an_import_killed_at_any_moment_and_repeated_has_each_row_once(
    tmp_path: Path, posts_file: Path, trials: Callable[[int, int], int]
) -> None:
    words = ("import", str(posts_file), "--as", "jsonl")
    whole = 0.0
    killed = between = 0
    for trial in range(trials(3, 50)):
        settings = Settings(data_dir=tmp_path / str(trial))
        chance = random.Random(SEED + trial)
        with naming_the_seed(SEED + trial):
            if trial == 0:
                undisturbed = Settings(data_dir=tmp_path / "whole")
                began = time.monotonic()
                rows_of(undisturbed, *words, status=1)
                whole = time.monotonic() - began
            for _ in range(chance.choice((1, 1, 2))):
                killed += kill_within(settings, *words, seconds=chance.uniform(0.2, 1.0) * whole)
            (row,) = rows_of(settings, *words, status=1)
            assert row["read"] == row["new"] + row["known"] == ROWS - ROWS // 1000
            assert row["refused"] == {"no-time": ROWS // 1000}
            between += 0 < row["known"] < row["read"]
            keys = Counter(record.document.native_key for record in everything(settings))
            assert keys == Counter(f"post-{n}" for n in range(ROWS) if n % 1000 != 999)
            with CollectionState(settings.collection_file) as state:
                assert len(state.quarantined()) == ROWS // 1000
    assert killed, "no import was still running when it was killed: the trial tries nothing"
