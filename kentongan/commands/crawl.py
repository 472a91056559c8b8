"""Kumpulkan sekali dari semua sumber yang aktif, atau dari sumber yang disebut.

Menjalankannya dua kali tidak menambah apa pun; yang terputus dilanjutkan pada kali berikutnya.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from kentongan.commands.output import say, show_progress, wants_json, write_lines, write_table
from kentongan.errors import NotConfigured, NotFound
from kentongan.settings import Settings


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", nargs="*", metavar="SUMBER", help="nama sumber; tanpa nama: semua yang aktif")
    parser.add_argument("--json", action="store_true", help="baris JSON juga di terminal")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from crawlers.process import run_crawl
    from crawlers.sources import load_sources
    from search.open import open_store

    declared = load_sources(settings.sources_file)
    named = {source.name: source for source in declared}
    for name in options.sources:
        if name not in named:
            raise NotFound(f"Sumber {name!r} tidak ada.", hint="Daftarnya: `kentongan sources list`.")
        if not named[name].enabled:
            raise NotConfigured(name, f"Sumber {name!r} dimatikan (enabled: false).", hint="Hidupkan di sources.yml.")
    chosen = [named[n] for n in options.sources] or [s for s in declared if s.enabled]
    with open_store(settings) as store, show_progress(settings, "mengumpulkan") as progress:
        report = run_crawl(settings, chosen, store, clock=lambda: datetime.now(UTC), on_progress=progress)
        store.refresh()
    rows = [
        {
            "source": one.source,
            "fetched": one.fetched,
            "new": one.new,
            "known": one.known,
            "unchanged": one.unchanged,
            "refused": dict(one.refused),
            "failed": one.failed,
        }
        for one in report.sources
    ]
    if wants_json(options.json):
        write_lines(rows)
    else:
        columns = ("sumber", "diambil", "baru", "sudah ada", "tak berubah", "ditolak", "gagal")
        write_table(columns, [[cell_text(cell) for cell in row.values()] for row in rows])
        if any(row["refused"] for row in rows):
            say("Yang ditolak beserta alasannya: `kentongan sources refused`.")
    return 1 if rows and all(one.failed and not one.fetched for one in report.sources) else 0


def cell_text(cell: object) -> str:
    """A cell of the report for a person: refusals as "no-time 2, no-text 1"."""
    if isinstance(cell, dict):
        return ", ".join(f"{reason} {count}" for reason, count in cell.items())
    return str(cell)
