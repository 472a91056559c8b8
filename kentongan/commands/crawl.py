"""Kumpulkan sekali dari semua sumber yang aktif, atau dari sumber yang disebut.

Menjalankannya dua kali tidak menambah apa pun; yang terputus dilanjutkan pada kali berikutnya. Dengan --revisit,
halaman yang sudah ada ditengok kembali: tetap, berubah, pindah, hilang, atau tertutup, masing-masing dicatat.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from kentongan.commands.output import say, show_progress, wants_json, write_lines, write_table
from kentongan.errors import BadSettings
from kentongan.settings import Settings

if TYPE_CHECKING:
    from crawlers.report import CrawlReport

MOST_VISITS = 1000
"""Pages of one revisit unless --limit says otherwise: a quarter of an hour at one host's pace of one a second."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", nargs="*", metavar="SUMBER", help="nama sumber; tanpa nama: semua yang aktif")
    parser.add_argument(
        "--revisit",
        action="store_true",
        help="tengok kembali halaman yang sudah ada, mulai dari yang terlama",
    )
    parser.add_argument(
        "--days",
        type=positive_number,
        metavar="N",
        help="dengan --revisit: hanya yang ditemukan dalam N hari ini",
    )
    parser.add_argument(
        "--limit", type=positive_number, metavar="N", help=f"dengan --revisit: paling banyak N halaman ({MOST_VISITS})"
    )
    parser.add_argument("--json", action="store_true", help="baris JSON juga di terminal")


def positive_number(text: str) -> int:
    """A number of days or pages. Raises ArgumentTypeError."""
    if not text.isdecimal() or not 1 <= int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} bukan bilangan bulat dari 1 sampai 1000000")
    return int(text)


def run(options: argparse.Namespace, settings: Settings) -> int:
    from crawlers.process import run_crawl
    from crawlers.revisit import Revisit
    from crawlers.sources import choose_sources, load_sources
    from search.open import open_store

    if not options.revisit and (options.days or options.limit):
        raise BadSettings("--days dan --limit hanya berlaku dengan --revisit.", hint="Tambahkan --revisit.")
    chosen = choose_sources(load_sources(settings.sources_file), options.sources)
    wanted: Revisit | None = None
    if options.revisit:
        since = datetime.now(UTC) - timedelta(days=options.days) if options.days else None
        wanted = Revisit(since=since, limit=options.limit or MOST_VISITS)
    with open_store(settings) as store, show_progress(settings, "mengumpulkan") as progress:
        report = run_crawl(
            settings, chosen, store, clock=lambda: datetime.now(UTC), on_progress=progress, revisit=wanted
        )
        store.refresh()
    write_report(report, revisit=options.revisit, as_json=options.json)
    return 1 if report.sources and all(one.failed and not one.fetched for one in report.sources) else 0


def write_report(report: CrawlReport, *, revisit: bool, as_json: bool) -> None:
    """What the crawl did, source by source; of a revisit what it found."""
    rows: list[dict[str, object]] = []
    for one in report.sources:
        row: dict[str, object] = {"source": one.source, "fetched": one.fetched}
        if revisit:
            row |= {"visited": dict(one.visited)}
        else:
            row |= {"new": one.new, "known": one.known, "unchanged": one.unchanged}
        rows.append({**row, "refused": dict(one.refused), "failed": one.failed})
    if wants_json(as_json):
        write_lines(rows)
        return
    found = ("ditemukan",) if revisit else ("baru", "sudah ada", "tak berubah")
    columns = ("sumber", "diambil", *found, "ditolak", "gagal")
    write_table(columns, [[cell_text(cell) for cell in row.values()] for row in rows])
    for one in report.sources:
        if one.left:
            say(f"{one.source} terlalu lambat: {one.left} halaman menunggu crawl berikutnya.")
    for gap in report.gaps:
        say(f"{gap.source} tidak terbaca: {gap.reason}")
    if any(row["refused"] for row in rows):
        say("Yang ditolak beserta alasannya: `kentongan sources refused`.")


FOUND = {"unchanged": "tetap", "changed": "berubah", "moved": "pindah", "gone": "hilang", "private": "tertutup"}


def cell_text(cell: object) -> str:
    """A cell of the report for a person: refusals as "no-time 2, no-text 1"."""
    if isinstance(cell, dict):
        return ", ".join(f"{FOUND.get(reason, reason)} {count}" for reason, count in cell.items())
    return str(cell)
