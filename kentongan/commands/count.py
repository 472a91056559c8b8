"""Hitung dokumen yang cocok, menurut satu atau dua ukuran.

Contoh: kentongan count banjir --by day --by sentiment
Sentimen adalah milik unggahan dan komentar; nada berita dihitung sendiri (--by tone) dan tidak pernah dijumlahkan.
"""

from __future__ import annotations

import argparse

from kentongan.commands.output import say, wants_json, write_lines, write_table
from kentongan.commands.question import configure_question, read_question
from kentongan.errors import BadQuery
from kentongan.numbers import format_number
from kentongan.settings import Settings


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

    if len(options.by) > 2:
        raise BadQuery("Paling banyak dua --by sekaligus.")
    question = read_question(options, settings)
    with open_store(settings) as store:
        buckets = store.count(question, by=options.by, zone=settings.zone)
        gaps = store.gaps(since=question.since, until=question.until, sources=question.sources)
        invented = {bucket.key: bucket.count for bucket in store.count(question, by=["sample"])}.get(("true",), 0)
    rows = [{**dict(zip(options.by, bucket.key, strict=True)), "count": bucket.count} for bucket in buckets]
    if wants_json(options.json):
        write_lines(rows)
    else:
        write_table([*options.by, "jumlah"], [[*b.key, format_number(b.count)] for b in buckets])
    if invented:
        say(f"DATA CONTOH: {format_number(invented)} dari dokumen yang dihitung ini rekaan.")
    if gaps and {"hour", "day"} & set(options.by):
        say(f"Ada {len(gaps)} celah pengumpulan dalam rentang ini: angka di sana lebih kecil dari kenyataan.")
    unscored = sum(
        b.count for b in buckets if "sentiment" in options.by and b.key[options.by.index("sentiment")] == "none"
    )
    if unscored:
        say(f"{format_number(unscored)} dokumen tanpa sentimen (berita, aduan, atau belum dibaca model).")
    return 0
