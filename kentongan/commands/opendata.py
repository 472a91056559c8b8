"""Data terbuka: jumlah aduan dan nilai indikator dari bulan yang utuh, dengan metadatanya, tanpa data pribadi.

Angka kecil disamarkan sehingga tidak dapat dihitung kembali dari jumlah di atasnya.
Contoh: kentongan opendata export data-terbuka --from 2026-08 --to 2026-10
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from kentongan.commands.acting import VIA, actor_named, add_person
from kentongan.commands.output import write_lines
from kentongan.errors import NotConfigured
from kentongan.settings import Settings
from kentongan.times import to_zone


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="TINDAKAN")
    words = "tulis CSV dan metadata ke sebuah folder"
    export = actions.add_parser("export", prog=f"{parser.prog} export", help=words, description=words)
    export.add_argument("folder", type=Path, metavar="FOLDER", help="di dalamnya dibuat folder bertanggal")
    export.add_argument("--from", dest="first", metavar="BULAN", help="bulan pertama (2026-08); tanpa ini bulan lalu")
    export.add_argument("--to", dest="last", metavar="BULAN", help="bulan terakhir; tanpa ini sama dengan --from")
    add_person(export, required=False, words="siapa yang menerbitkan; tanpa ini sistem")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework
    from casework.followups.open_data import collect_open_data, last_whole_month, months_between
    from casework.followups.open_files import write_open_data
    from casework.roles import SYSTEM
    from kentongan.places import load_gazetteer

    if not settings.open_data_contact:
        raise NotConfigured(
            "open_data_contact",
            "Data terbuka belum punya alamat untuk bertanya.",
            hint="Isi pengaturan open_data_contact dengan alamat umum, misalnya surel PPID.",
        )
    now = datetime.now(UTC)
    first = options.first or last_whole_month(to_zone(now, settings.zone).date())
    months = months_between(first, options.last or first)
    with open_casework(settings) as casework, casework.begin() as session:
        actor = SYSTEM if options.username is None else actor_named(session, options.username, now=now)
        data = collect_open_data(
            session, months=months, gazetteer=load_gazetteer(settings.regions_file), zone=settings.zone, actor=actor,
            now=now, via=VIA,
        )  # fmt: skip
        made = write_open_data(
            data, options.folder, organisation=settings.organisation, licence=settings.open_data_licence,
            contact=settings.open_data_contact, zone=settings.zone,
        )  # fmt: skip
    write_lines(
        [{"folder": str(made), "rows": len(data.counts), "indicators": len(data.indicators), "hidden": data.hidden}]
    )
    return 0
