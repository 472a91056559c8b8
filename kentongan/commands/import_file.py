"""Masukkan sebuah berkas CSV, XLSX, atau JSON lines menurut pemetaan kolomnya.

Pemetaan yang ada: sp4n, tirtamaya, jsonl, ekspor 4CAT dan Zeeschuimer (X, TikTok, Instagram, Telegram), atau buatan
sendiri (--mappings). Tanpa --as, jenis berkas dikenali dari kolomnya; pemetaan yang dipakai selalu disebut.
Baris yang tidak dapat dipakai disebut dengan nomor dan alasannya; sisanya tetap masuk. --dry-run hanya memeriksa.
Memasukkan berkas yang sama dua kali tidak menambah apa pun.
Berkas aduan masuk lewat pencatatan aduan (`kentongan complaints list`), lalu, disamarkan, ke pencarian. Berkas lama
yang masuk sesudah yang baru melengkapi riwayatnya dan tidak memundurkan tahapnya; --dated menyebut kapan diekspor.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kentongan.batches import batched
from kentongan.commands.output import say, show_progress, write_rows
from kentongan.errors import KentonganError, NotFound, Quarantine
from kentongan.settings import Settings

if TYPE_CHECKING:
    from crawlers.file_mappings import FileMapping
    from crawlers.file_rows import RefusedRow
    from kentongan.schema import Document, Observation

BATCH = 1000
"""Rows stored at a time."""

SAID_ROWS = 20
"""Refused rows named on the terminal; all of them are in quarantine."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="BERKAS")
    parser.add_argument("--as", dest="mapping", default=None, metavar="PEMETAAN", help="sp4n, jsonl, 4cat-x, ...")
    parser.add_argument("--mappings", type=Path, default=None, metavar="BERKAS.yml", help="pemetaan buatan sendiri")
    parser.add_argument("--dated", default=None, metavar="WAKTU", help="kapan berkas aduan ini diekspor (ISO)")
    parser.add_argument("--dry-run", action="store_true", help="periksa saja, jangan simpan")
    parser.add_argument("--json", action="store_true", help="baris JSON juga di terminal")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from crawlers.file_mappings import find_mapping, load_mappings
    from crawlers.file_rows import RefusedRow
    from crawlers.files import import_file, recognise_file
    from crawlers.state import CollectionState, Refused
    from kentongan.schema import Document
    from search.open import open_store

    if not options.file.is_file():
        raise NotFound(f"Berkas {options.file} tidak ada.")
    now = datetime.now(UTC)
    mappings = load_mappings(options.mappings)
    place = options.file.resolve().as_uri()
    source = f"import:{options.mapping or 'dikenali'}"
    try:
        if options.mapping is None:
            mapping = recognise_file(options.file, mappings)
            say(f"Dikenali sebagai {mapping.name}: {mapping.about}")
        else:
            mapping = find_mapping(options.mapping, mappings)
        source = f"import:{mapping.name}"
        if mapping.complaint is not None:
            return run_complaints(options, settings, mapping, now=now)
        rows = import_file(options.file, mapping=mapping, now=now)
    except Quarantine as error:
        if not options.dry_run:
            with CollectionState(settings.collection_file) as state:
                state.refuse([Refused(source=source, url=place, reason=error.reason, message=error.message, at=now)])
        raise
    refused: list[RefusedRow] = []
    read = new = known = counts = 0
    with open_store(settings) as store, show_progress(settings, "memasukkan") as progress:
        for batch in batched(rows, BATCH):
            documents: list[Document] = []
            seen: list[Observation] = []
            for row in batch:
                if isinstance(row, RefusedRow):
                    refused.append(row)
                elif isinstance(row, Document):
                    documents.append(row)
                else:
                    seen.append(row)
            read += len(documents)
            if not options.dry_run:
                added = store.add(documents)
                new, known = new + added.new, known + added.known
                counts += store.observe(seen)
            progress(read, None, f"{options.file.name}: {read} baris")
        store.refresh()
    keep_refused(refused, options, settings, source=source, now=now)
    outcome = {
        "file": options.file.name,
        "as": mapping.name,
        "read": read,
        "new": new,
        "known": known,
        "observed": counts,
        "refused": dict(Counter(row.reason for row in refused)),
    }
    write_rows([outcome], as_json=options.json, empty="")
    return 1 if refused else 0


def run_complaints(options: argparse.Namespace, settings: Settings, mapping: FileMapping, *, now: datetime) -> int:
    """Take in a file of complaints. Raises Quarantine where it cannot be read at all."""
    from casework.complaints.records import HELD_WORDS, HeldReason
    from kentongan.commands.complaint_import import import_complaints
    from kentongan.times import parse_time

    try:
        dated = parse_time(options.dated, zone=settings.zone) if options.dated else None
    except ValueError as error:
        raise KentonganError(f"--dated {options.dated!r} bukan waktu.", hint="Contoh: --dated 2026-11-20") from error
    with show_progress(settings, "memasukkan aduan") as progress:
        progress(0, None, options.file.name)
        done = import_complaints(
            options.file, settings=settings, mapping=mapping, now=now, as_of=dated, dry_run=options.dry_run
        )
    source = f"import:{mapping.name}"
    keep_refused(done.rows, options, settings, source=source, now=now)
    held: HeldReason
    for held in HELD_WORDS:
        if done.held[held]:
            say(f"Ditahan ({held}): {done.held[held]} aduan. {HELD_WORDS[held]}")
    outcome = {
        "file": options.file.name,
        "as": mapping.name,
        "read": done.read,
        "new": done.new,
        "changed": done.changed,
        "known": done.known,
        "held": dict(done.held),
        "refused": done.refused,
    }
    write_rows([outcome], as_json=options.json, empty="")
    return 1 if done.rows else 0


def keep_refused(
    refused: Sequence[RefusedRow], options: argparse.Namespace, settings: Settings, *, source: str, now: datetime
) -> None:
    """Keep the refused rows in quarantine, but for a dry run, and name the first of them."""
    from crawlers.state import CollectionState, Refused

    place = options.file.resolve().as_uri()
    if refused and not options.dry_run:
        with CollectionState(settings.collection_file) as state:
            state.refuse(
                Refused(source=source, url=f"{place}#L{r.line}", reason=r.reason, message=r.message, at=now)
                for r in refused
            )
    for row in refused[:SAID_ROWS]:
        say(f"Ditolak ({row.reason}): {row.message}")
    if len(refused) > SAID_ROWS:
        say(f"… dan {len(refused) - SAID_ROWS} baris lain: kentongan sources refused --source {source}")
