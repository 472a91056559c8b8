"""Model yang terpasang: daftarnya, dan kartu setiap model (dilatih dari apa, seberapa tepat, batas-batasnya)."""

from __future__ import annotations

import argparse

from kentongan.commands.output import wants_json, write_lines, write_rows
from kentongan.settings import Settings


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="TINDAKAN")
    words = "model yang terpasang"
    listing = actions.add_parser("list", prog=f"{parser.prog} list", help=words, description=words)
    words = "kartu sebuah model"
    card = actions.add_parser("card", prog=f"{parser.prog} card", help=words, description=words)
    card.add_argument("name", metavar="NAMA")
    for action in (listing, card):
        action.add_argument("--json", action="store_true", help="baris JSON juga di terminal")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from models.registry import WEIGHTS, list_models, read_card, verify_model

    if options.action == "list":
        rows = []
        for name in list_models():
            card = verify_model(name)
            size = sum((WEIGHTS / name / file).stat().st_size for file in card.sha256)
            rows.append({"name": name, "version": card.version, "tasks": ", ".join(card.labels), "bytes": size})
        write_rows(rows, as_json=options.json, empty="Belum ada model.")
    elif wants_json(options.json):
        write_lines([read_card(options.name)])
    else:
        from rich.console import Console
        from rich.markdown import Markdown

        read_card(options.name)
        Console().print(Markdown((WEIGHTS / options.name / "card.md").read_text(encoding="utf-8")))
    return 0
