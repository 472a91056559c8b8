"""Nilai seberapa luar biasa setiap baris `timestamp,value` sebuah berkas CSV, dengan baris sebelumnya saja.

Keluarannya baris `timestamp,score`, satu untuk setiap baris, dengan skor 0 sampai 1; dari 0,5 ke atas disebut lonjakan.
Hitungan per jam dibandingkan dengan irama jam dan harinya (Ramadan dikenal), deret lain dengan kebiasaannya sendiri.
Nilai kosong atau NaN berskor 0. Baris yang tidak terbaca disebut dengan nomornya dan berskor 0; sisanya tetap dinilai.
"""

from __future__ import annotations

import argparse
import csv
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import IO, Final

from kentongan.commands.output import say
from kentongan.errors import NotFound, Quarantine
from kentongan.settings import Settings

LOOKED_AT: Final = 48
"""Rows by which it is told whether a file has counts by the hour."""
HOUR: Final = 3600.0
SAID_ROWS: Final = 20
"""Unreadable rows named on standard error."""
LONGEST_GAP: Final = 24 * 366
"""Most hours without a row that are taken for a gap; a longer jump of the clock is an unreadable row."""
NAMES_OF_TIME: Final = ("timestamp", "time", "waktu", "tanggal", "date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the file."""

    line: int
    given: str
    """The time as it stands in the file; it is written back so."""
    at: datetime | None
    """None where the row cannot be read."""
    value: float
    """NaN where there is none."""
    fault: str = ""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="BERKAS.csv", help="berkas dengan kolom timestamp dan value; - untuk stdin")


def run(options: argparse.Namespace, settings: Settings) -> int:
    if options.file == "-":
        return score_file(sys.stdin, settings=settings)
    path = Path(options.file)
    if not path.is_file():
        raise NotFound(f"Berkas {path} tidak ada.")
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return score_file(file, settings=settings)


def score_file(file: IO[str], *, settings: Settings) -> int:
    """Write the scores; 1 where rows could not be read. Raises Quarantine for a file without the two columns."""
    rows = read_rows(file)
    first = list(islice(rows, LOOKED_AT))
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("timestamp", "score"))
    if not first:
        say("Berkas ini tidak memuat satu baris pun.")
        return 0
    scores = score_counts if are_hourly_counts(first) else score_values
    faults = 0
    for row, score in scores(chain(first, rows)):
        writer.writerow((row.given, f"{score:.6g}"))
        if row.fault:
            faults += 1
            if faults <= SAID_ROWS:
                say(f"Baris {row.line}: {row.fault}")
    if faults > SAID_ROWS:
        say(f"… dan {faults - SAID_ROWS} baris lain yang tidak terbaca.")
    return 1 if faults else 0


def read_rows(file: IO[str]) -> Iterator[Row]:
    """The rows. Raises Quarantine where the first line does not name the two columns."""
    lines = csv.reader(file)
    try:
        names = [name.strip().lower() for name in next(lines, [])]
        time = next((names.index(name) for name in NAMES_OF_TIME if name in names), None)
        if time is None or "value" not in names:
            raise Quarantine(
                "no-columns", "Baris pertama harus menyebut kolom timestamp dan value.", hint="timestamp,value"
            )
        value = names.index("value")
        for cells in lines:
            if cells:
                yield read_row(cells, time=time, value=value, line=lines.line_num)
    except csv.Error as error:
        raise Quarantine("not-csv", f"Baris {lines.line_num} bukan CSV: {error}.") from error


def read_row(cells: list[str], *, time: int, value: int, line: int) -> Row:
    """One row; what cannot be read is said in ``fault``."""
    given = cells[time].strip() if time < len(cells) else ""
    said = cells[value].strip() if value < len(cells) else ""
    try:
        at = read_time(given)
    except (ValueError, OverflowError):
        return Row(line=line, given=given, at=None, value=math.nan, fault=f"waktu {given[:40]!r} tidak terbaca.")
    if said.lower() in ("", "nan", "null", "na"):
        return Row(line=line, given=given, at=at, value=math.nan)
    try:
        number = float(said)
    except ValueError:
        return Row(line=line, given=given, at=at, value=math.nan, fault=f"nilai {said[:40]!r} bukan angka.")
    if math.isinf(number):
        return Row(line=line, given=given, at=at, value=math.nan, fault="nilainya tak hingga.")
    return Row(line=line, given=given, at=at, value=number)


def read_time(given: str) -> datetime:
    """ISO 8601, or seconds since 1970; without a zone it is the clock on the wall. Raises ValueError."""
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        return datetime(1970, 1, 1) + timedelta(seconds=float(given))  # noqa: DTZ001 - a clock on the wall
    return at.replace(tzinfo=None)


def are_hourly_counts(rows: list[Row]) -> bool:
    """Whether these rows are counts of hours: whole numbers of at least 0, an hour apart."""
    known = [row for row in rows if row.at is not None]
    values = [row.value for row in known if not math.isnan(row.value)]
    steps = [(b.at - a.at).total_seconds() for a, b in pairwise(known) if a.at and b.at]
    hourly = [step for step in steps if step == HOUR]
    return (
        len(values) > 1
        and len(hourly) > 0.8 * len(steps)
        and all(value >= 0 and value == int(value) for value in values)
    )


def score_values(rows: Iterator[Row]) -> Iterator[tuple[Row, float]]:
    """Any series: ``analysis.online_scores``."""
    from analysis.online_scores import OnlineScorer

    scorer = OnlineScorer()
    epoch = datetime(1970, 1, 1)  # noqa: DTZ001 - a clock on the wall
    for row in rows:
        seconds = math.nan if row.at is None else (row.at - epoch).total_seconds()
        yield row, 0.0 if row.at is None else scorer.score(seconds, row.value)


def score_counts(rows: Iterator[Row]) -> Iterator[tuple[Row, float]]:
    """Counts by the hour: ``analysis.bursts``, a day at a time. Each row is scored by rows before it."""
    import numpy as np

    from analysis.bursts import HourJudge, score_of
    from kentongan.ramadan import RAMADAN

    judge = HourJudge(1, ramadan=RAMADAN)
    waiting: list[tuple[Row, int | None]] = []
    """Rows of the day that is being filled, each with its hour."""
    day: datetime | None = None
    first = 0
    values = np.full(24, np.nan)

    def finish(last: int) -> Iterator[tuple[Row, float]]:
        assert day is not None
        p = judge.judge_day(values[None, first:last].copy(), start=day + timedelta(hours=first)).p[0]
        for row, hour in waiting:
            yield row, 0.0 if hour is None else score_of(float(p[hour - first]))
        waiting.clear()
        values[:] = np.nan

    strange = 0
    for row in rows:
        row = check_count(row)
        if row.at is None or math.isnan(row.value):
            waiting.append((row, None))
            continue
        midnight = row.at.replace(hour=0, minute=0, second=0, microsecond=0)
        ahead = 0.0 if day is None else (row.at - day).total_seconds() / HOUR
        if ahead < 0 or ahead > LONGEST_GAP or (midnight == day and not math.isnan(values[row.at.hour])):
            strange += 1
            if strange < BELIEVED:
                fault = Row(line=row.line, given=row.given, at=None, value=math.nan, fault=OUT_OF_ORDER)
                waiting.append((fault, None))
                continue
            yield from finish(24)  # the clock was set: what was learned of the hours stays
            day = None
        strange = 0
        if day is None:
            day, first = midnight, row.at.hour
        while day < midnight:
            yield from finish(24)
            day, first = day + timedelta(days=1), 0
        values[row.at.hour] = row.value
        waiting.append((row, row.at.hour))
    if day is not None:
        known = [hour for _, hour in waiting if hour is not None]
        yield from finish(max(known, default=first) + 1)
    else:
        yield from ((row, 0.0) for row, _ in waiting)


BELIEVED: Final = 24
"""Rows in a row with another clock after which it is believed."""
OUT_OF_ORDER: Final = "waktunya mundur, berulang, atau melompat lebih dari setahun."


def check_count(row: Row) -> Row:
    """A negative count is a fault of its row."""
    if row.value < 0:
        return Row(line=row.line, given=row.given, at=None, value=math.nan, fault=f"hitungan {row.value:g} negatif.")
    return row
