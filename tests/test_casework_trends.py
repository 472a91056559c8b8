"""The hours of series say what the store says, on both stores and both databases, whatever changes and whenever."""

# ruff: noqa: F811 - a fixture that is imported is named again by the test that asks for it
from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from casework_fixtures import casework, casework_url, settings  # noqa: F401
from search_stores import embedded_store, store  # noqa: F401
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from trend_world import (
    RANDU,
    RUMOUR,
    START,
    TOPICS,
    copies,
    fill,
    flood,
    new_casework,
    notes_on,
    ordinary_days,
    said,
    tell_stories,
)  # fmt: skip

from analysis.bursts import judge_hours
from casework.db import Casework, open_casework
from casework.trends import keeping
from casework.trends.hours import hour_of, read_hours, start_of
from casework.trends.keeping import KEEP_DAYS, update_trends
from casework.trends.posts import query_of
from casework.trends.tables import TrendHourRow, TrendSpanRow, TrendTermRow
from kentongan.schema import BY_HAND, Gap, Query
from kentongan.settings import Settings
from search.store import Store

END = START + timedelta(days=4)
POSTS = ordinary_days(4, by_day=2)
FLOOD = flood(START + timedelta(days=3, hours=9), hours=2, each=8, words="tanggul jebol #banjirRandu")


class Desk:
    """A store with its casework."""

    def __init__(self, store: Store, casework: Casework, settings: Settings) -> None:
        self.store, self.casework, self.settings = store, casework, settings

    def update(self, now: object = END) -> int:
        return update_trends(self.store, self.casework, now=now).hours  # type: ignore[arg-type]

    def rows(self) -> list[tuple[object, ...]]:
        return rows_of(self.casework)

    def hour(self, series: str, hours_after: int) -> tuple[int, int]:
        """(voices, posts) of one hour of a series; (0, 0) where it has none."""
        with self.casework.read() as session:
            row = session.get(TrendHourRow, (series, hour_of(START) + hours_after))
            return (row.voices, row.posts) if row else (0, 0)


def rows_of(casework: Casework) -> list[tuple[object, ...]]:
    """Everything that is known of hours, but when it was made."""
    row, span = TrendHourRow, TrendSpanRow
    with casework.read() as session:
        hours = session.execute(select(row.series, row.hour, row.posts, row.voices, row.negative, row.decided))
        spans = session.execute(select(span.hour, span.documents, span.marks, span.items, span.stories, span.coverage))
        return sorted(tuple(one) for one in hours) + sorted(tuple(one) for one in spans)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    settings = new_casework(tmp_path / "var")
    with embedded_store(tmp_path) as opened, open_casework(settings) as casework:
        yield Desk(opened, casework, settings)


AGREED: dict[str, object] = {}
"""What the first engine said, for the second."""


def test_both_stores_give_the_rows_that_a_plain_count_of_the_posts_gives(store: Store, tmp_path: Path) -> None:
    fill(store, [*POSTS, *FLOOD])
    with open_casework(new_casework(tmp_path / "var")) as casework:
        update_trends(store, casework, now=END)
        rows = rows_of(casework)
        assert update_trends(store, casework, now=END).hours == 0
        assert rows_of(casework) == rows
        with casework.read() as session:
            read = read_hours(session, None, prefix="topik:", since=START, until=END)
            everything = read_hours(session, ["semua", "tagar:banjirrandu"], since=START, until=END)
    expected = Counter[tuple[str, int]]()
    for one in (*POSTS, *FLOOD):
        expected["topik:" + (one.topic or ""), (one.document.published_at - START) // timedelta(hours=1)] += 1
    assert read.names == tuple(sorted("topik:" + topic for topic in TOPICS))
    assert read.start == START
    assert {
        (name, hour): read.posts[at, hour] for at, name in enumerate(read.names) for hour in range(96)
        if read.posts[at, hour]
    } == expected  # fmt: skip
    assert everything.counts[1].sum() == 16
    assert (everything.counts <= everything.posts).all()
    AGREED.setdefault("stores", rows)
    assert rows == AGREED["stores"]


def test_both_databases_hold_the_same_and_a_term_is_followed_from_the_hour_in_which_many_say_it(
    casework: Casework, tmp_path: Path
) -> None:
    with embedded_store(tmp_path) as store:
        # One account has said it again and again before: posts of its past, and hardly voices.
        once = [
            said(f"t{n}", "tanggul lagi", at=START + timedelta(days=2, hours=n // 4, minutes=n), account="penjaga")
            for n in range(12)
        ]
        fill(store, [*POSTS, *FLOOD, *once])
        update_trends(store, casework, now=END)
    with casework.read() as session:
        known = {row.term: row.since for row in session.scalars(select(TrendTermRow))}
        read = read_hours(session, ["istilah:tanggul"], since=START, until=END)
    begun = hour_of(START) + 3 * 24 + 9
    assert known["tanggul"] == known["tanggul jebol"] == begun
    assert read.posts[0, 48:51].tolist() == read.counts[0, 48:51].tolist() == [4, 4, 4], "posts stand for voices"
    assert read.counts[0, 81:83].tolist() == [8, 8]
    assert not {"pagi", "kopi"} & {term for term, since in known.items() if since is not None}
    AGREED.setdefault("databases", rows_of(casework))
    assert rows_of(casework) == AGREED["databases"]


def test_what_is_dropped_relabelled_or_collected_late_is_made_again_and_nothing_else(desk: Desk) -> None:
    fill(desk.store, POSTS)
    assert desk.update() == 97
    gone = POSTS[0]
    before = desk.hour("semua", 0)
    desk.store.drop([gone.document.id])
    assert desk.update() == 1
    assert desk.hour("semua", 0) == (before[0] - 1, before[1] - 1)
    late = said("terlambat", "kabar lama #Lama", at=START + timedelta(hours=5), account="ani", topic="health")
    fill(desk.store, [late])
    assert desk.update() == 1
    assert desk.hour("tagar:lama", 5) == (1, 1)
    other = replace(late, topic="education")
    desk.store.annotate(replace(note, by="petugas", version=None) for note in notes_on(other) if note.task == "topic")
    was = desk.hour("topik:education", 5)
    assert desk.update() == 1
    assert desk.hour("topik:education", 5)[0] == was[0] + 1
    assert desk.update() == 0


def test_stories_that_are_made_later_change_how_many_voices_there_were(desk: Desk) -> None:
    at = START + timedelta(hours=30)
    same = [said(f"s{n}", RUMOUR, at=at + timedelta(minutes=n), account="penerus") for n in range(6)]
    fill(desk.store, [*POSTS, *same])
    now = START + timedelta(days=2)
    desk.update(now)
    assert desk.hour("semua", 30)[1] - desk.hour("semua", 30)[0] == 0
    tell_stories(desk.store, desk.casework, desk.settings, now=now)
    desk.update(now)
    assert desk.hour("semua", 30)[1] - desk.hour("semua", 30)[0] == 5


def test_what_was_entered_by_hand_and_what_newsrooms_write_is_no_voice_and_the_future_waits(desk: Desk) -> None:
    at = START + timedelta(hours=3)
    fill(
        desk.store,
        [
            said("1", "satu", at=at, account="ani"),
            said("2", "dua", at=at, account="budi", source=BY_HAND),
            said("3", "tiga", at=at, account="redaksi", kind="article"),
            said("4", "jam yang meloncat", at=at + timedelta(days=400), account="citra"),
        ],
    )
    desk.update(at + timedelta(hours=2))
    assert desk.hour("semua", 3) == (1, 1)
    with desk.casework.read() as session:
        assert {row.hour - hour_of(START) for row in session.scalars(select(TrendSpanRow))} == {3, 4, 5}


def test_an_hour_of_which_less_than_half_was_collected_is_left_open_and_filled_once_it_was(desk: Desk) -> None:
    fill(desk.store, POSTS)
    missed = START + timedelta(hours=50)
    desk.update()
    desk.store.add_gaps(
        [
            Gap(source="uji", since=missed, until=missed + timedelta(hours=1), reason="uji"),
            Gap(source="forum", since=missed, until=missed + timedelta(hours=2), reason="uji"),
        ]
    )
    assert desk.update() == 2
    with desk.casework.read() as session:
        read = read_hours(
            session, ["semua", "sumber:uji", "sumber:forum"], since=START, until=START + timedelta(days=6)
        )
    assert np.isnan(read.counts[:, 50]).all()
    assert np.isnan(read.counts[2, 51]), "this source was not collected"
    assert not np.isnan(read.counts[1, 51]), "and the other one was"
    assert read.coverage[50] == 0
    assert 0 < read.coverage[51] < 1
    assert np.isnan(read.counts[:, 97:]).all(), "hours that nobody made yet"
    assert not np.isnan(read.counts[0, :50]).any()


def test_killed_in_the_middle_the_next_run_comes_to_the_same(desk: Desk, tmp_path: Path) -> None:
    fill(desk.store, [*POSTS, *FLOOD])

    def kill(done: int, total: int | None, note: str) -> None:
        if done >= 72:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        update_trends(desk.store, desk.casework, now=END, report=kill)
    assert 0 < desk.update() < 97
    with open_casework(new_casework(tmp_path / "lain")) as whole:
        update_trends(desk.store, whole, now=END)
        assert rows_of(whole) == desk.rows()


def test_old_hours_and_series_nobody_speaks_in_any_more_are_forgotten(desk: Desk) -> None:
    fill(desk.store, POSTS[:20])
    desk.update(START + timedelta(days=1))
    old = hour_of(START) - 24 * (KEEP_DAYS + 1)
    quiet = hour_of(START) - 24 * (keeping.QUIET_DAYS + 2)
    cells = {"posts": 1, "voices": 1, "negative": 0, "decided": 0}
    with desk.casework.begin() as session:
        session.execute(
            insert(TrendHourRow),
            [{"series": "semua", "hour": old} | cells, {"series": "tagar:dulu", "hour": quiet} | cells],
        )
        session.execute(update(TrendSpanRow).where(TrendSpanRow.hour == hour_of(START)).values(documents=99))
    desk.update(START + timedelta(days=1))
    with desk.casework.read() as session:
        names = set(session.scalars(select(TrendHourRow.series)))
        oldest = min(session.scalars(select(TrendHourRow.hour)))
    assert "tagar:dulu" not in names
    assert "semua" in names
    assert oldest == hour_of(POSTS[0].document.published_at)


def test_a_store_without_posts_has_no_hours_and_naive_times_are_refused(desk: Desk) -> None:
    assert desk.update() == 0
    with pytest.raises(ValueError, match="zone"):
        desk.update(END.replace(tzinfo=None))
    with desk.casework.read() as session:
        read = read_hours(session, ["semua"], since=START, until=START + timedelta(hours=2))
        assert np.isnan(read.counts).all()
        assert read.counts.shape == (1, 2)
        assert read_hours(session, None, prefix="tagar:", since=START, until=START).counts.shape == (0, 0)
        with pytest.raises(ValueError, match="zone"):
            read_hours(session, [], since=START.replace(tzinfo=None), until=END)


@pytest.mark.parametrize(
    "cells", [{"posts": -1, "voices": -1}, {"posts": 1, "voices": 2}, {"posts": 2, "voices": 1, "negative": 1}]
)
def test_counts_that_cannot_be_are_refused_by_the_database(desk: Desk, cells: dict[str, int]) -> None:
    row = {"series": "semua", "hour": 1, "negative": 0, "decided": 0} | cells
    with pytest.raises(IntegrityError), desk.casework.begin() as session:
        session.execute(insert(TrendHourRow), [row])


def test_series_of_nothing_of_one_point_and_with_holes_raise_no_alarm_and_impossible_ones_are_refused() -> None:
    for counts in (np.zeros((2, 300)), np.full((1, 300), np.nan), np.ones((1, 1)), np.zeros((0, 50))):
        judged = judge_hours(counts, start=START)
        assert not (np.nan_to_num(judged.p, nan=1.0) < 0.01).any()
    for bad in (np.full((1, 30), -1.0), np.full((1, 30), np.inf), np.zeros(30)):
        with pytest.raises(ValueError, match="counts are"):
            judge_hours(bad, start=START)


def test_each_series_says_what_one_asks_the_store_to_see_its_posts(desk: Desk) -> None:
    fill(desk.store, [*POSTS, *FLOOD])
    desk.update()
    at = START + timedelta(days=3, hours=9)
    names = ("semua", "topik:environment_disaster", f"wilayah:{RANDU}", f"topik-wilayah:environment_disaster@{RANDU}",
             "tagar:banjirrandu", "sumber:uji", "istilah:tanggul jebol")  # fmt: skip
    for name in names:
        asked = replace(query_of(name), since=at, until=at + timedelta(hours=1))
        assert desk.hour(name, 81)[1] == desk.store.count(asked)[0].count > 0, name
    for bad in ("", "topik:", "semua:lagi", "apa-apa"):
        with pytest.raises(ValueError, match="series"):
            query_of(bad)
    assert query_of("semua") == Query(kinds=("post", "comment"))
    assert start_of(hour_of(at)) == at
    assert copies(at, hours=1, each=1)[0].document.text == RUMOUR
