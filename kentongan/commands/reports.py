"""Laporan: evaluasi sebuah masa (PDF atau XLSX), dan keputusan yang dicatat beserta lembarnya.

Setiap angka disertai definisinya; tidak ada data pribadi, dan laporan rahasia tidak dihitung.
Contoh: kentongan reports evaluate --from 2026-10-01 --to 2026-10-31 --to-file evaluasi.xlsx
"""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kentongan.commands.acting import VIA, actor_named, add_person
from kentongan.commands.output import say, wants_json, write_lines, write_rows
from kentongan.commands.paper_files import write_paper
from kentongan.errors import KentonganError
from kentongan.settings import Settings
from kentongan.times import format_time, to_zone, zone_of

if TYPE_CHECKING:
    from casework.db import Casework
    from casework.followups.decisions import Decision

FORMATS = (".pdf", ".xlsx")


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="TINDAKAN")

    def action(name: str, words: str) -> argparse.ArgumentParser:
        return actions.add_parser(name, prog=f"{parser.prog} {name}", help=words, description=words)

    evaluate = action("evaluate", "laporan evaluasi sebuah masa, ke PDF atau XLSX, atau sebagai baris JSON")
    evaluate.add_argument("--from", dest="first", type=date.fromisoformat, required=True, metavar="TANGGAL",
                          help="hari pertama (TTTT-BB-HH)")  # fmt: skip
    evaluate.add_argument("--to", dest="last", type=date.fromisoformat, required=True, metavar="TANGGAL",
                          help="hari terakhir")  # fmt: skip
    evaluate.add_argument("--to-file", type=Path, metavar="BERKAS", help="berakhiran .pdf atau .xlsx")
    add_person(evaluate, required=False, words="siapa yang membuat; tanpa ini sistem")
    decisions = action("decisions", "keputusan yang dicatat, terbaru di atas")
    decisions.add_argument("--topic", metavar="TOPIK", help="hanya topik ini")
    decisions.add_argument("--region", metavar="KODE", help="hanya wilayah ini dan yang di dalamnya")
    decisions.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    sheet = action("decision", "lembar sebuah keputusan (PDF)")
    sheet.add_argument("number", metavar="NOMOR", help="nomor keputusan, misalnya KP-000012 atau 12")
    sheet.add_argument("--to-file", type=Path, required=True, metavar="BERKAS", help="ke mana PDF ditulis")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework

    now = datetime.now(UTC)
    with open_casework(settings) as casework:
        acts = {"evaluate": run_evaluate, "decisions": run_decisions, "decision": run_decision}
        return acts[options.action](options, settings, casework, now)


def run_evaluate(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.deadlines import load_deadlines
    from casework.followups.evaluation import evaluate_period
    from casework.followups.evaluation_files import make_paper, make_workbook
    from casework.roles import SYSTEM
    from search.open import open_store

    file: Path | None = options.to_file
    if file is not None and file.suffix.lower() not in FORMATS:
        hint = f"Akhiri namanya dengan {' atau '.join(FORMATS)}."
        raise KentonganError(f"Berkas {file.name} tidak dikenal jenisnya.", hint=hint)
    zone = settings.zone
    since = datetime.combine(options.first, time(), zone_of(zone))
    until = datetime.combine(options.last + timedelta(days=1), time(), zone_of(zone))
    if options.last > to_zone(now, zone).date():
        raise KentonganError("Masanya belum berakhir.", hint="Pilih hari terakhir yang tidak sesudah hari ini.")
    with open_store(settings) as store, casework.begin() as session:
        actor = SYSTEM if options.username is None else actor_named(session, options.username, now=now)
        made = evaluate_period(
            session, store, since=since, until=until, deadlines=load_deadlines(settings), actor=actor, now=now, via=VIA
        )
    if file is None:
        write_lines(
            {"table": table.key, **dict(zip([column.name for column in table.columns], row, strict=True))}
            for table in made.tables
            for row in table.rows
        )
    elif file.suffix.lower() == ".xlsx":
        write_paper(file, make_workbook(made, organisation=settings.organisation, zone=zone))
    else:
        write_paper(file, make_paper(made, organisation=settings.organisation, zone=zone, now=now))
    for note in made.notes:
        say(note)
    return 0


def run_decisions(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.followups.decisions import MOST_LISTED, list_decisions

    with casework.read() as session:
        found = list_decisions(session, topic=options.topic, region=options.region, limit=MOST_LISTED)
    as_json = wants_json(options.json)
    rows = [
        row_of(one)
        if as_json
        else {
            "nomor": one.number,
            "pada": format_time(one.at, zone=settings.zone),
            "oleh": one.name,
            "pertanyaan": one.question,
            "keputusan": one.choice,
        }
        for one in found
    ]
    write_rows(rows, as_json=as_json, empty="Belum ada keputusan yang dicatat.")
    return 0


def run_decision(options: argparse.Namespace, settings: Settings, casework: Casework, now: datetime) -> int:
    from casework.followups.decision_paper import make_decision_paper
    from casework.followups.decisions import parse_decision_number, read_decision
    from dashboard.words import say as say_word
    from kentongan.places import load_gazetteer

    with casework.read() as session:
        decision = read_decision(session, parse_decision_number(options.number))
    place = load_gazetteer(settings.regions_file).get(decision.region) if decision.region else None
    topic = say_word(decision.topic, "id") if decision.topic else None
    about = [("Topik", topic), ("Wilayah", place.name if place else decision.region), ("Kata", decision.words)]
    paper = make_decision_paper(
        decision, about=[(name, value) for name, value in about if value], organisation=settings.organisation,
        zone=settings.zone, now=now,
    )  # fmt: skip
    write_paper(options.to_file, paper)
    return 0


def row_of(one: Decision) -> dict[str, object]:
    """A decision for a program; times in UTC."""
    return {
        "number": one.number,
        "at": one.at,
        "by": one.actor_name,
        "question": one.question,
        "topic": one.topic,
        "region": one.region,
        "words": one.words,
        "options": one.options,
        "chosen": one.choice,
        "reason": one.reason,
        "replaces": one.replaces,
    }
