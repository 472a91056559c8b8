"""`kentongan bursts`: a score for each row, by the rows before it, whatever the file holds."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from command_line import run_command

from kentongan.commands import bursts
from kentongan.errors import Quarantine
from kentongan.settings import Settings

START = datetime(2026, 8, 3)  # noqa: DTZ001 - a local clock
HEAD = "timestamp,value\n"


def hours_of(values: Sequence[object], *, start: datetime = START) -> str:
    return "".join(f"{start + timedelta(hours=at)},{value}\n" for at, value in enumerate(values))


def busy(days: int) -> list[int]:
    """Counts with a rhythm of the day, the same every day but for a wobble."""
    return [20 + round(12 * math.sin(at / 24 * 2 * math.pi)) + (at * 7) % 5 for at in range(24 * days)]


def score(text: str, capsys: pytest.CaptureFixture[str], *, status: int = 0) -> tuple[list[tuple[str, float]], str]:
    """The rows written for a file, and what was said beside them."""
    assert bursts.score_file(io.StringIO(text), settings=Settings()) == status
    written = capsys.readouterr()
    [head, *rows] = csv.reader(io.StringIO(written.out))
    assert head == ["timestamp", "score"]
    return [(given, float(value)) for given, value in rows], written.err


def test_a_burst_in_a_file_of_hourly_counts_scores_above_one_half_from_its_first_hours(
    settings: Settings, tmp_path: Path
) -> None:
    values = busy(20)
    onset = 24 * 17 + 10
    values[onset : onset + 5] = [3 * value for value in values[onset : onset + 5]]
    (tmp_path / "jam.csv").write_text(HEAD + hours_of(values), encoding="utf-8")
    done = run_command(settings, "bursts", str(tmp_path / "jam.csv"))
    rows = [(given, float(value)) for given, value in list(csv.reader(io.StringIO(done.stdout)))[1:]]
    assert [given for given, _ in rows] == [str(START + timedelta(hours=at)) for at in range(len(values))]
    high = [at for at, (_, value) in enumerate(rows) if value >= 0.5]
    assert onset <= high[0] <= onset + 1
    assert high[-1] < onset + 12


@pytest.mark.parametrize("cut", [30, 24 * 9 + 5, 24 * 17 + 12])
def test_no_row_is_scored_with_later_rows(cut: int, capsys: pytest.CaptureFixture[str]) -> None:
    values = busy(20)
    values[24 * 17 + 10] = 400
    for text in (hours_of(values), hours_of([value + 0.5 for value in values])):
        whole, _ = score(HEAD + text, capsys)
        part, _ = score(HEAD + "".join(text.splitlines(keepends=True)[:cut]), capsys)
        assert part == whole[:cut]


def test_rows_that_cannot_be_read_are_named_and_the_rest_is_scored_as_without_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    values = busy(12)
    clean, _ = score(HEAD + hours_of(values), capsys)
    lines = hours_of(values).splitlines(keepends=True)
    wrong = [
        "kemarin,5\n",
        f"{START + timedelta(hours=100)},-3\n",
        f"{START},7\n",
        f"{START + timedelta(hours=100)},x\n",
    ]
    lines[100:100] = wrong
    rows, said = score(HEAD + "".join(lines), capsys, status=1)
    assert rows[:100] + rows[104:] == clean
    assert [value for _, value in rows[100:104]] == [0, 0, 0, 0]
    assert [line.partition(":")[0] for line in said.splitlines()] == [f"Baris {at}" for at in (102, 103, 104, 105)]
    for reason in ("'kemarin' tidak terbaca", "-3 negatif", "mundur", "'x' bukan angka"):
        assert reason in said


def test_empty_values_and_missing_hours_score_nothing_and_raise_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    values: list[object] = list(busy(20))
    values[24 * 10] = values[24 * 10 + 1] = "NaN"
    values[24 * 10 + 2] = ""
    lines = hours_of(values).splitlines(keepends=True)
    del lines[24 * 12 : 24 * 14]
    rows, said = score(HEAD + "".join(lines), capsys)
    assert said == ""
    assert max(value for _, value in rows) < 0.5


def test_a_clock_that_was_set_back_is_believed_after_a_day(capsys: pytest.CaptureFixture[str]) -> None:
    later = busy(12)
    later[24 * 10 + 10] = 300
    text = HEAD + hours_of(busy(10)) + hours_of(later, start=START - timedelta(days=30))
    rows, said = score(text, capsys, status=1)
    assert said.count("Baris") == 20 and "… dan 3 baris lain" in said
    assert rows[24 * 20 + 10][1] > 0.9


@pytest.mark.parametrize(
    "values", [[5], [0] * 2000, [3.5] * 2000, [-4, -5.5] * 500, ["nan"] * 60, [10**12] * 100, [1e308, -1e308] * 40]
)
def test_series_without_a_burst_have_none(values: list[object], capsys: pytest.CaptureFixture[str]) -> None:
    rows, said = score(HEAD + hours_of(values), capsys)
    assert len(rows) == len(values) and said == ""
    assert max(value for _, value in rows) < 0.5


def test_other_names_other_columns_and_unix_times_are_read(capsys: pytest.CaptureFixture[str]) -> None:
    rows, _ = score("sensor,Value,Waktu\na,1.5,1763694000\na,1.25,1763694300\n", capsys)
    assert rows == [("1763694000", 0), ("1763694300", 0)]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "2026-01-01,3\n"])
def test_a_file_without_the_columns_is_refused_in_words(text: str) -> None:
    with pytest.raises(Quarantine, match="timestamp dan value"):
        bursts.score_file(io.StringIO(text), settings=Settings())
