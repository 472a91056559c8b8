"""Periksa keutuhan penyimpanan, sebutkan ukurannya, atau susun kembali indeksnya dari data aslinya."""

from __future__ import annotations

import argparse

from kentongan.commands.output import say, write_rows
from kentongan.settings import Settings


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action", choices=("check", "size", "rebuild"), metavar="TINDAKAN", help="check, size, atau rebuild"
    )
    parser.add_argument("--json", action="store_true", help="baris JSON juga di terminal")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from search.open import open_store

    with open_store(settings) as store:
        if options.action == "rebuild":
            store.rebuild()
            say("Indeks disusun kembali dari data aslinya.")
        health = store.check() if options.action == "check" else store.health()
    row = {
        "store": health.name,
        "documents": health.documents,
        "behind": health.behind,
        "size_bytes": health.size_bytes,
        "problems": "; ".join(health.problems) or None,
    }
    write_rows([row], as_json=options.json, empty="")
    return 1 if health.problems else 0
