"""Klasifikasikan setiap dokumen yang belum dibaca model yang berlaku, dan cari daerahnya.

--slice 2/8 mengerjakan bagian kedua dari delapan: beberapa mesin dapat berbagi satu penyimpanan.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from kentongan.commands.output import show_progress, write_rows
from kentongan.errors import BadSettings
from kentongan.settings import Settings


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--slice", default="1/1", metavar="I/N", help="bagian ke-I dari N (bawaan: semuanya)")
    parser.add_argument("--json", action="store_true", help="baris JSON juga di terminal")


def read_slice(text: str) -> tuple[int, int]:
    """ "2/8" as (1, 8): the number from 0, and of how many. Raises BadSettings otherwise."""
    first, _, of = text.partition("/")
    if first.isdigit() and of.isdigit() and 1 <= int(first) <= int(of) <= 1024:
        return int(first) - 1, int(of)
    raise BadSettings(f"--slice {text!r} tidak terbaca.", hint="Tulis seperti 2/8: bagian kedua dari delapan.")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from kentongan.pipeline import score
    from kentongan.places import load_gazetteer
    from models.serve import load_classifier
    from search.open import open_store

    slice_of = read_slice(options.slice)
    classifier = load_classifier(local=settings.models_dir)
    gazetteer = load_gazetteer(settings.regions_file)
    with open_store(settings) as store, show_progress(settings, "membaca") as progress:
        done = score(
            store,
            classifier,
            gazetteer,
            settings=settings,
            now=datetime.now(UTC),
            slice_of=slice_of,
            report=progress,
        )
    rows = [{"task": s.task, "model": s.model, "documents": s.documents, "abstained": s.abstained} for s in done]
    write_rows(rows, as_json=options.json, empty="Tidak ada yang perlu dibaca.")
    return 0
