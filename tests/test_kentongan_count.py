"""Counting over time at the command line: no holes, and beside each count what was collected then at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from command_line import rows_of, run_command
from kentongan_documents import FIRST, make_document

from kentongan.commands.count import write_counts
from kentongan.schema import Annotation, Gap, revision_hash
from kentongan.settings import Settings
from search.open import open_store

DAY = "2026-11-12T00:00:00+07:00"


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """400 posts from 8.00 to 14.40 WIB of one day, every seventh about a flood, 100 of them labelled, and a gap."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("hitung") / "var")
    documents = [make_document(number) for number in range(400)]
    with open_store(settings) as store:
        store.add(documents)
        store.annotate(
            Annotation(
                document=document.id, task="sentiment", value="negative", by="uji", version="1", at=FIRST,
                revision=revision_hash(None, document.text),
            )
            for document in documents[:100]
        )  # fmt: skip
        store.add_gaps([Gap(source="uji", since=FIRST, until=FIRST + timedelta(minutes=30), reason="uji")])
        store.refresh()
    yield settings


def test_hours_without_documents_are_rows_with_nothing_and_coverage_is_said(stocked: Settings) -> None:
    rows = rows_of(stocked, "count", "banjir", "--by", "hour", "--from", "2026-11-12T07:00", "--to", "2026-11-12T17:00")
    assert [row["hour"] for row in rows] == [f"2026-11-12T{hour:02d}:00:00+07:00" for hour in range(7, 17)]
    assert [row["collected"] for row in rows] == [0, 60, 60, 60, 60, 60, 60, 40, 0, 0]
    assert [row["count"] for row in rows] == [0, 9, 8, 9, 8, 9, 8, 6, 0, 0]
    assert [row["coverage"] for row in rows] == [1.0, 0.5, *[1.0] * 8]


def test_days_up_to_now_are_named_where_the_range_has_no_end(stocked: Settings) -> None:
    rows = rows_of(stocked, "count", "--by", "day", "--from", "2026-11-11")
    last = max(datetime.now(UTC), FIRST).astimezone().date()
    assert [row["count"] for row in rows[:2]] == [0, 400]
    assert abs((datetime.fromisoformat(rows[-1]["day"]).date() - last).days) <= 1
    assert len({row["day"] for row in rows}) == len(rows)


def test_without_a_range_only_what_has_documents_is_named(stocked: Settings) -> None:
    coverage = round(1 - 0.5 / 24, 4)
    assert rows_of(stocked, "count", "--by", "day") == [
        {"day": DAY, "count": 400, "collected": 400, "coverage": coverage}
    ]


def test_two_dimensions_are_a_whole_grid_and_the_first_one_leads(stocked: Settings) -> None:
    span = ("--from", "2026-11-12T09:00", "--to", "2026-11-12T11:00")
    cells = [
        ("09", "negative", 40, 60), ("09", "none", 20, 60),
        ("10", "negative", 0, 60), ("10", "none", 60, 60),
    ]  # fmt: skip
    rows = rows_of(stocked, "count", "--by", "hour", "--by", "sentiment", *span)
    told = [(row["hour"][11:13], row["sentiment"], row["count"], row["collected"]) for row in rows]
    assert sorted(told) == cells and [hour for hour, *_ in told] == ["09", "09", "10", "10"]
    turned = rows_of(stocked, "count", "--by", "sentiment", "--by", "hour", *span)
    assert [list(row) for row in turned] == [["sentiment", "hour", "count", "collected", "coverage"]] * 4
    assert [row["sentiment"] for row in turned] == ["none", "none", "negative", "negative"], "the larger first"
    assert {(row["hour"], row["sentiment"], row["count"]) for row in turned} == {
        (row["hour"], row["sentiment"], row["count"]) for row in rows
    }


def test_long_lists_of_hashtags_are_not_filled_with_nothing(stocked: Settings) -> None:
    assert rows_of(stocked, "count", "--by", "day", "--by", "hashtag", "--from", "2026-11-01") == []


def test_counts_without_time_stay_as_they_were(stocked: Settings) -> None:
    assert rows_of(stocked, "count", "--by", "sentiment") == [
        {"sentiment": "none", "count": 300}, {"sentiment": "negative", "count": 100}
    ]  # fmt: skip
    assert rows_of(stocked, "count", "--by", "hour", "--by", "day")[0] == {
        "hour": "2026-11-12T08:00:00+07:00", "day": DAY, "count": 60
    }  # fmt: skip


@pytest.mark.parametrize("since", ["0001-01-02", "1700-01-01"])
def test_a_range_of_more_hours_than_anyone_reads_is_refused(stocked: Settings, since: str) -> None:
    done = run_command(stocked, "count", "--by", "hour", "--from", since, status=2)
    assert "Persempit rentang waktunya" in done.stderr and done.stdout == ""


def test_the_end_of_all_calendars_is_a_range_like_any_other(stocked: Settings) -> None:
    assert rows_of(stocked, "count", "--by", "day", "--from", "9999-12-30", "--to", "9999-12-31T20:00") == []


def test_a_table_shows_what_was_collected_and_its_coverage(
    stocked: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = rows_of(stocked, "count", "banjir", "--by", "hour", "--from", "2026-11-12T08:00", "--to", "2026-11-12T09:00")
    write_counts(rows, ["hour"])
    shown = capsys.readouterr().out
    assert "terkumpul" in shown and "60" in shown and "50 %" in shown
    write_counts([], ["hour"])
    assert "jumlah" in capsys.readouterr().out
