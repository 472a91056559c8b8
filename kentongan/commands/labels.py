"""Pelabelan oleh dua orang: susun antrean teks, lihat seberapa mereka sepakat, ekspor labelnya untuk melatih model.

Melabelinya sendiri di halaman Label. Contoh: kentongan labels queue --task sentiment --size 200 --rule doubt --as ani
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kentongan.commands.acting import VIA, actor_named, add_person
from kentongan.commands.output import say, write_rows
from kentongan.commands.question import configure_question, read_question
from kentongan.errors import Conflict
from kentongan.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from analysis.agreement import Coefficient
    from casework.labelling.records import Batch
    from casework.roles import Actor
    from search.store import Store

TASKS = ("sentiment", "topic", "hoax", "language")
SIZE = 100


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="TINDAKAN")

    def add(name: str, words: str, *, task: bool) -> argparse.ArgumentParser:
        made = actions.add_parser(name, prog=f"{parser.prog} {name}", help=words, description=words)
        made.add_argument("--task", choices=TASKS, required=task, help="tugas yang dilabeli")
        return made

    queue = add("queue", "tarik teks dari simpanan menjadi antrean", task=True)
    queue.add_argument("--size", type=int, default=SIZE, metavar="N", help=f"paling banyak N teks (bawaan: {SIZE})")
    queue.add_argument(
        "--rule", choices=("random", "doubt"), default="random", help="acak, atau yang diragukan model (doubt)"
    )
    queue.add_argument("--search", default=None, metavar="PENCARIAN", help="hanya dari pencarian tersimpan ini")
    queue.add_argument(
        "--overlap", type=float, default=1.0, metavar="BAGIAN", help="bagian yang dilabeli dua orang, 0 sampai 1"
    )
    queue.add_argument("--missing", action="store_true", help="hanya bila tugas itu belum punya antrean")
    queue.add_argument("--name", default="", metavar="NAMA", help="nama antrean")
    configure_question(queue)
    add_person(queue, required=False, words="siapa yang menyusun; tanpa ini sistem")
    add("list", "antrean, terbaru di atas", task=False)
    agreement = add("agreement", "seberapa sepakat orang: alpha Krippendorff, kappa Cohen, per label", task=True)
    agreement.add_argument("--batch", type=int, default=None, metavar="NOMOR", help="hanya antrean ini")
    export = add("export", "tulis label yang ditetapkan dan koreksi sebagai data latih", task=True)
    export.add_argument("--to", type=Path, required=True, metavar="BERKAS.jsonl")
    add_person(export, required=False, words="siapa yang mengekspor; tanpa ini sistem")
    for one in (queue, agreement, export, actions.choices["list"]):
        if not any("--json" in action.option_strings for action in one._actions):
            one.add_argument("--json", action="store_true", help="baris JSON juga di terminal")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework
    from search.open import open_store

    now = datetime.now(UTC)
    with open_casework(settings) as casework:
        if options.action == "list":
            with casework.read() as session:
                return show_batches(session, options)
        if options.action == "agreement":
            with casework.read() as session:
                return show_agreement(session, options)
        with open_store(settings) as store, casework.begin() as session:
            store.refresh()
            actor = read_actor(session, options, now=now)
            act = {"queue": draw, "export": export}[options.action]
            return act(session, store, options, settings, actor, now)


def read_actor(session: Session, options: argparse.Namespace, *, now: datetime) -> Actor:
    """Who acts: the person that was named, else the system."""
    from casework.roles import SYSTEM

    return SYSTEM if options.username is None else actor_named(session, options.username, now=now)


def draw(
    session: Session, store: Store, options: argparse.Namespace, settings: Settings, actor: Actor, now: datetime
) -> int:
    """Draw a batch."""
    from casework.labelling.queue import Wish, draw_batch, list_batches
    from casework.searches import decode_query, get_search

    if options.missing and list_batches(session, task=options.task):
        return 0
    query = read_question(options, settings)
    if options.search is not None:
        kept = decode_query(get_search(session, options.search).query)
        query = replace(kept, since=query.since, until=query.until)
    wish = Wish(
        task=options.task, size=options.size, rule=options.rule, query=query, overlap=options.overlap,
        name=options.name,
    )  # fmt: skip
    batch = draw_batch(session, store, wish, settings=settings, actor=actor, now=now, via=VIA)
    write_rows([row_of(session, batch)], as_json=options.json, empty="")
    return 0


def export(
    session: Session, store: Store, options: argparse.Namespace, settings: Settings, actor: Actor, now: datetime
) -> int:
    """Write the rows of training data of a task."""
    from casework.labelling.export import export_labels, write_labels

    if options.to.exists():
        raise Conflict(f"Berkas {options.to} sudah ada.", hint="Pilih nama lain.")
    lines = export_labels(session, store, task=options.task, settings=settings, actor=actor, now=now, via=VIA)
    write_labels(options.to, lines)
    corrections = sum(line.how == "correction" for line in lines)
    row = {"task": options.task, "rows": len(lines), "corrections": corrections, "file": str(options.to)}
    write_rows([row], as_json=options.json, empty="")
    if lines:
        say("Latih dengannya: kentongan train KONFIGURASI.toml --own " + f"{options.task}={options.to}")
    return 0


def show_batches(session: Session, options: argparse.Namespace) -> int:
    from casework.labelling.queue import list_batches

    rows = [row_of(session, batch) for batch in list_batches(session, task=options.task)]
    empty = "Belum ada antrean. Mulai: `kentongan labels queue --task sentiment`."
    write_rows(rows, as_json=options.json, empty=empty)
    return 0


def show_agreement(session: Session, options: argparse.Namespace) -> int:
    """Alpha over everything, kappa of each two people, alpha of each label."""
    from casework.labelling.records import pseudonym
    from casework.labelling.settling import agreement_of

    found = agreement_of(session, task=options.task, batch=options.batch)
    rows = [row_of_coefficient("alpha", options.task, found.alpha)]
    rows += [
        row_of_coefficient("kappa", f"{pseudonym(one.first)} {pseudonym(one.second)}", one.kappa)
        for one in found.kappas
    ]
    rows += [row_of_coefficient("alpha label", one.label, one.alpha) for one in found.by_label]
    write_rows(rows, as_json=options.json, empty="")
    return 0


def row_of_coefficient(measure: str, of: str, found: Coefficient) -> dict[str, object]:
    """A coefficient as a row; absent where too few texts were labelled twice."""
    numbers = {"value": found.value, "low": found.low, "high": found.high}
    row: dict[str, object] = {"measure": measure, "of": of}
    return row | {key: None if n is None else round(n, 4) for key, n in numbers.items()} | {"texts": found.units}


def row_of(session: Session, batch: Batch) -> dict[str, object]:
    """A batch as a row."""
    from casework.labelling.giving import read_progress

    far = read_progress(session, batch.id, person=None)
    return {
        "id": batch.id, "task": batch.task, "name": batch.name, "rule": batch.rule, "texts": far.texts,
        "candidates": batch.candidates, "overlap": batch.overlap, "labels": far.labels, "wanted": far.wanted,
        "ready": far.ready, "apart": far.apart, "settled": far.settled, "made_at": batch.made_at,
        "by": batch.made_name, "closed_at": batch.closed_at,
    }  # fmt: skip
