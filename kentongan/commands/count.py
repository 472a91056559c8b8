"""Hitung dokumen yang cocok, menurut satu atau dua ukuran.

Contoh: kentongan count banjir --by day --by sentiment --from 2026-11-01
Sentimen adalah milik unggahan dan komentar; nada berita dihitung sendiri (--by tone) dan tidak pernah dijumlahkan.
Menurut jam atau hari, "collected" adalah semua yang terkumpul saat itu dari asal yang sama, dan "coverage" bagian
pengumpulan yang berjalan (0 sampai 1). Dengan --from, jam atau hari yang kosong ikut disebut (kecuali menurut
author dan hashtag). Yang dimasukkan tangan (kentongan add) tidak ikut dihitung.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from kentongan.commands.hoax_hold import asks_for_hoaxes, say_held
from kentongan.commands.output import say, wants_json, write_lines, write_table
from kentongan.commands.question import configure_question, read_question
from kentongan.errors import BadQuery
from kentongan.numbers import format_number
from kentongan.schema import BY_HAND, EPOCH, Query
from kentongan.settings import Settings

if TYPE_CHECKING:
    from analysis.series import Step
    from search.series import SeriesCounts
    from search.store import Dimension, Store

Row = dict[str, object]

OPEN_ENDED = ("author", "hashtag")
"""Dimensions of so many values that their empty cells would bury the others; a document need not have any of them."""


def configure(parser: argparse.ArgumentParser) -> None:
    from search.store import DIMENSIONS

    configure_question(parser)
    parser.add_argument(
        "--by",
        action="append",
        default=[],
        choices=DIMENSIONS,
        metavar="UKURAN",
        help="salah satu: " + ", ".join(DIMENSIONS),
    )


def run(options: argparse.Namespace, settings: Settings) -> int:
    from search.open import open_store
    from search.series import volume_of

    if len(options.by) > 2:
        raise BadQuery("Paling banyak dua --by sekaligus.")
    asked = read_question(options, settings)
    question = volume_of(asked)
    with open_store(settings) as store:
        rows = count_rows(store, question, options.by, zone=settings.zone, now=datetime.now(UTC))
        gaps = store.gaps(since=question.since, until=question.until, sources=question.sources)
        counted = {bucket.key[0]: bucket.count for bucket in store.count(question, by=["sample"])}
        left_out = store.count(asked)[0].count - sum(counted.values()) if question != asked else 0
        invented = counted.get("true", 0)
    if wants_json(options.json):
        write_lines(rows)
    else:
        write_counts(rows, options.by)
    if invented:
        say(f"DATA CONTOH: {format_number(invented)} dari dokumen yang dihitung ini rekaan.")
    if left_out:
        say(
            f"{format_number(left_out)} dokumen yang dimasukkan tangan tidak ikut dihitung; untuk menghitungnya "
            f"tersendiri: --source {BY_HAND}."
        )
    if gaps and {"hour", "day"} & set(options.by):
        say(f"Ada {len(gaps)} celah pengumpulan dalam rentang ini: angka di sana lebih kecil dari kenyataan.")
    if asks_for_hoaxes(question, options.by):
        say_held(settings)
    unscored = sum(int(str(row["count"])) for row in rows if row.get("sentiment") == "none")
    if unscored:
        say(f"{format_number(unscored)} dokumen tanpa sentimen (berita, aduan, atau belum dibaca model).")
    return 0


def write_counts(rows: list[Row], by: list[Dimension]) -> None:
    """The rows as a table for a person."""
    over_time = bool(rows) and "coverage" in rows[0]
    columns = [*by, "jumlah", *(["terkumpul", "cakupan"] if over_time else [])]
    cells = []
    for row in rows:
        cell = [*(str(row[name]) for name in by), format_number(int(str(row["count"])))]
        if over_time:
            cell += [format_number(int(str(row["collected"]))), f"{100 * float(str(row['coverage'])):.0f} %"]
        cells.append(cell)
    write_table(columns, cells)


def count_rows(store: Store, question: Query, by: list[Dimension], *, zone: str, now: datetime) -> list[Row]:
    """One row a cell; over time each with what was collected at all and the coverage."""
    steps: list[Step] = [name for name in ("hour", "day") if name in by]
    if len(steps) == 1:
        return series_rows(store, question, by, steps[0], zone=zone, now=now)
    cells = store.count(question, by=by, zone=zone)
    return [{**dict(zip(by, cell.key, strict=True)), "count": cell.count} for cell in cells]


def series_rows(
    store: Store, question: Query, by: list[Dimension], step: Step, *, zone: str, now: datetime
) -> list[Row]:
    """The rows of a count by hour or day. Raises BadQuery where there would be too many."""
    from analysis.series import make_series
    from search.aggregate import MAX_CELLS, too_many_cells
    from search.series import count_series

    other = next((name for name in by if name != step), None)
    counts = count_series(store, question, step=step, by=other, zone=zone)
    starts = chosen_starts(counts, question, step, zone=zone, now=now)
    totals: dict[str, int] = {} if other else {"": 0}
    for (_, label), count in counts.counted.items():
        totals[label] = totals.get(label, 0) + count
    labels = sorted(totals, key=lambda label: (-totals[label], label))
    filled = question.since is not None and other not in OPEN_ENDED
    if filled and len(starts) * len(labels) > MAX_CELLS:
        raise too_many_cells()
    series = make_series(
        {}, (), starts=starts, step=step, gaps=counts.gaps, volumes=counts.volumes, collected=counts.collected
    )
    stretches = {stretch.start.isoformat(): stretch for stretch in series}
    cells = [(start, label) for start in stretches for label in labels] if filled else list(counts.counted)
    if by[0] != step:
        rank = {label: number for number, label in enumerate(labels)}
        cells.sort(key=lambda cell: rank[cell[1]])
    rows = []
    for start, label in cells:
        names = {step: start, other: label}
        row: Row = {name: names[name] for name in by}
        row["count"] = counts.counted.get((start, label), 0)
        row["collected"] = stretches[start].collected
        row["coverage"] = round(stretches[start].coverage, 4)
        rows.append(row)
    return rows


def chosen_starts(counts: SeriesCounts, question: Query, step: Step, *, zone: str, now: datetime) -> list[datetime]:
    """The hours or days to name: those of the range that was asked for, up to ``now`` where it has no end, and every
    one that has documents."""
    from analysis.series import STEPS, stretch_starts
    from kentongan.times import to_zone
    from search.aggregate import MAX_CELLS, too_many_cells
    from search.fields import MS_LIMIT

    starts = {datetime.fromisoformat(start) for start, _ in counts.counted}
    if question.since is not None:
        until = min(question.until or now, EPOCH + timedelta(milliseconds=MS_LIMIT))
        if (until - question.since) / STEPS[step] > MAX_CELLS:
            raise too_many_cells()
        starts.update(stretch_starts(to_zone(question.since, zone), to_zone(until, zone), step))
    return sorted(starts)
