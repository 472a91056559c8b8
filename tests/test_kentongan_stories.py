"""``kentongan stories``: brought up to date, listed, shown, changed in a person's name, killed and run again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from command_line import rows_of, run_command
from story_desk import FURTHER, MESSAGE, OTHER, VARIANT, id_of, post
from test_kentongan_kills import kill_command, pause, seeded

from casework.db import open_casework
from casework.people import add_person, first_admin
from casework.roles import SYSTEM
from kentongan.schema import BY_HAND
from kentongan.settings import Settings
from samples.simulate import Plan, simulate
from search.open import open_store

REBUTTAL = "HOAKS! Jangan disebarkan, ini tidak benar: " + MESSAGE


@pytest.fixture
def filled(settings: Settings) -> Settings:
    """Five posts of two stories, and an analyst named ani."""
    with open_store(settings) as store:
        store.add([post(number, text) for number, text in enumerate([MESSAGE, VARIANT, OTHER, MESSAGE, REBUTTAL])])
        store.add([post(5, FURTHER, source=BY_HAND, platform="whatsapp")])
    with open_casework(settings) as casework, casework.begin() as session:
        now = post(0, MESSAGE).collected_at
        first_admin(session, "ratna", name="Ratna", now=now)
        add_person(session, "ani", name="Ani", role="analis", actor=SYSTEM, now=now)
    return settings


def test_from_posts_to_a_changed_story_and_back(filled: Settings) -> None:
    assert rows_of(filled, "stories", "update") == [
        {"model": "pendirian 1", "documents": 6, "removed": 0, "items": 6, "stories": 2}
    ]
    [listed] = rows_of(filled, "stories", "list")
    counts = ("items", "spreads", "rebuts", "asks", "unclear", "by_hand", "messages", "platforms")
    assert [listed[name] for name in counts] == [5, 3, 1, 0, 0, 1, 4, 2]
    shown, *versions = rows_of(filled, "stories", "show", id_of(4))
    assert (shown["story"], shown["text"], shown["platforms"]) == (id_of(0), MESSAGE, {"x": 3})
    assert (shown["spreads"], shown["rebuts"], shown["by_hand"], shown["versions"]) == (3, 1, 1, 4)
    assert (shown["first_document"], versions[0]) == (id_of(0), {"message": id_of(0), "items": 2})
    person = ("--as", "Ani", "--reason", "kabar yang sama")
    [merged] = rows_of(filled, "stories", "merge", id_of(1), id_of(2), *person)
    assert (merged["kind"], merged["actor_name"], merged["stories"]) == ("merge", "ani", [id_of(0)])
    assert rows_of(filled, "stories", "show", id_of(2))[0]["by_person"] == 1
    [parted] = rows_of(filled, "stories", "split", id_of(4), *person)
    assert parted["stories"] == sorted([id_of(0), id_of(4)])
    for change in (parted, merged):
        rows_of(filled, "stories", "undo", str(change["number"]), *person)
    assert [row["kind"] for row in rows_of(filled, "stories", "history", id_of(1))] == [
        "merge",
        "split",
        "undo",
        "undo",
    ]
    assert rows_of(filled, "stories", "list") == [listed]
    assert rows_of(filled, "stories", "update", "--rebuild")[0]["documents"] == 6
    both = rows_of(filled, "stories", "list", "--least", "1")
    assert [(row["id"], row["items"]) for row in both] == [(id_of(0), 5), (id_of(2), 1)]
    assert rows_of(filled, "stories", "suggest") == []
    [entry] = [row for row in rows_of(filled, "audit") if row["action"] == "stories.merge"]
    assert entry["detail"]["lewat"] == "baris perintah"


def test_what_cannot_be_done_is_said(filled: Settings) -> None:
    run_command(filled, "stories", "update")

    def said(*words: str) -> str:
        return run_command(filled, "stories", *words, status=2).stderr

    assert "di antara cerita" in said("show", "tidakada")
    person = ("--reason", "x", "--as")
    assert "sudah satu cerita" in said("merge", id_of(0), id_of(1), *person, "ani")
    assert "tidak berhak" in said("merge", id_of(0), id_of(2), *person, "ratna")
    assert "'budi' tidak ada" in said("merge", id_of(0), id_of(2), *person, "budi")
    assert "--as" in said("merge", id_of(0), id_of(2), "--reason", "x")
    assert "nomor 9" in said("undo", "9", *person, "ani")
    assert "lebih dari nol" in said("list", "--limit", "0")
    [index] = (filled.data_dir / "stories").glob("index-*.npz")
    index.unlink()
    assert "disusun ulang" in run_command(filled, "stories", "update").stderr


def held(settings: Settings) -> int:
    """Items in the tables, read from outside; 0 where there is no table yet."""
    file = settings.data_dir / "casework.sqlite"
    if not file.exists():
        return 0
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)) as database:
        try:
            return int(database.execute("SELECT count(*) FROM story_item").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


def tables(settings: Settings) -> list[list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(settings.data_dir / "casework.sqlite")) as database:
        names = ("story_item", "story_message", "story", "story_link")
        return [sorted(database.execute(f"SELECT * FROM {name}"), key=repr) for name in names]


@pytest.mark.timeout(1800)
def test_killed_at_any_moment_and_run_again_everything_is_in_its_story_once(
    tmp_path: Path, trials: Callable[[int, int], int]
) -> None:
    documents = [one.document for one in simulate(Plan(seed=47, posts=2_500, days=5))]
    whole, killed = Settings(data_dir=tmp_path / "utuh"), 0
    with open_store(whole) as store:
        store.add(documents)
    [row] = rows_of(whole, "stories", "update")
    for trial in range(trials(2, 30)):
        settings = Settings(data_dir=tmp_path / str(trial))
        with open_store(settings) as store:
            store.add(documents)
        with seeded(trial) as chance:
            killed += kill_command(
                settings, "stories", "update", count=lambda one=settings: held(one),
                reaches=chance.choice((1, 1_000, 2_000)), after=pause(trial, chance, most=0.5),
            )  # fmt: skip
            rows_of(settings, "stories", "update")
            assert tables(settings) == tables(whole)
            assert rows_of(settings, "stories", "update") == [{**row, "documents": 0}]
    assert killed, "no update was still running when it was killed: the trial tries nothing"
