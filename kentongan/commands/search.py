"""Cari dokumen, terbaru di atas.

Contoh: kentongan search 'banjir DAN (jembatan ATAU jalan)' --from 2026-11-12 --kind post
"""

from __future__ import annotations

import argparse

from kentongan.commands.hoax_hold import asks_for_hoaxes, read_held, search_without_held
from kentongan.commands.output import say, wants_json, write_lines, write_table
from kentongan.commands.question import configure_question, read_question
from kentongan.errors import BadQuery
from kentongan.numbers import format_number
from kentongan.schema import BY_HAND
from kentongan.settings import Settings
from kentongan.times import format_time

SHOWN_LENGTH = 160
"""Characters of a text shown in a table's cell."""


def configure(parser: argparse.ArgumentParser) -> None:
    configure_question(parser)
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="paling banyak sekian dokumen (bawaan 20)")
    parser.add_argument("--best", action="store_true", help="yang paling cocok di atas, bukan yang terbaru")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from search.export_rows import as_row
    from search.open import open_store

    if options.limit < 1:
        raise BadQuery("--limit paling sedikit 1.")
    question = read_question(options, settings)
    held = read_held(settings) if asks_for_hoaxes(question) else set()
    with open_store(settings) as store:
        records, passed, page = search_without_held(
            store, question, held=held, limit=options.limit, order="best" if options.best else "newest"
        )
    if passed:
        say(f"{passed} dokumen disisihkan: kabar bahaya yang perlu dipastikan dahulu (`kentongan dangers list`).")
    if wants_json(options.json):
        write_lines(as_row(record) for record in records)
        return 0
    if not records:
        say("Tidak ada dokumen yang cocok. Periksa rentang waktu (--from, --to) atau longgarkan kuerinya.")
        return 0
    rows = []
    for record in records:
        words = " ".join(((record.newest.title or "") + " " + record.newest.text).split())
        labels = [said.value or "?" for task, said in record.labels.items() if task in ("sentiment", "topic")]
        shown = words if len(words) <= SHOWN_LENGTH else words[: SHOWN_LENGTH - 1] + "…"
        when = format_time(record.document.published_at, zone=settings.zone)
        if record.document.source == BY_HAND:
            labels.insert(0, "dimasukkan tangan")
        rows.append([when, record.document.publisher, ", ".join(labels), shown])
    sample = "DATA CONTOH. " if any(r.document.sample for r in records) else ""
    found = f"{sample}{format_number(len(rows))} dari {format_number(page.total)} dokumen"
    write_table(("waktu", "penerbit", "label", "isi"), rows, caption=found)
    return 0
