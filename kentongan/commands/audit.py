"""Baca catatan siapa melakukan apa, terbaru di atas. Catatan ini hanya bertambah."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from kentongan.commands.output import write_rows
from kentongan.settings import Settings


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--limit", type=int, default=100, metavar="N", help="paling banyak sekian baris (bawaan 100)")
    parser.add_argument("--json", action="store_true", help="baris JSON juga di terminal")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.audit import read_audit
    from casework.db import open_casework
    from casework.roles import SYSTEM

    with open_casework(settings) as casework, casework.read() as session:
        entries = read_audit(session, actor=SYSTEM, now=datetime.now(UTC), limit=options.limit)
    rows = [
        {"at": e.at, "actor": e.actor_name, "action": e.action, "object": e.object, "detail": dict(e.detail)}
        for e in entries
    ]
    write_rows(rows, as_json=options.json, empty="Catatannya masih kosong.")
    return 0
