"""Masukkan sebuah berkas menurut pemetaan kolomnya (sp4n, tirtamaya, jsonl, atau buatan sendiri).

Baris yang tidak dapat dipakai disebut dengan nomor dan alasannya; sisanya tetap masuk. --dry-run hanya memeriksa.
Memasukkan berkas yang sama dua kali tidak menambah apa pun.
"""

from __future__ import annotations

import argparse
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kentongan.batches import batched
from kentongan.commands.output import say, show_progress, write_rows
from kentongan.errors import NotFound, Quarantine
from kentongan.settings import Settings

if TYPE_CHECKING:
    from kentongan.schema import Document

BATCH = 1000
"""Rows stored at a time."""

SAID_ROWS = 20
"""Refused rows named on the terminal; all of them are in quarantine."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="BERKAS")
    parser.add_argument("--as", dest="mapping", required=True, metavar="PEMETAAN", help="sp4n, tirtamaya, jsonl, ...")
    parser.add_argument("--mappings", type=Path, default=None, metavar="BERKAS.yml", help="pemetaan buatan sendiri")
    parser.add_argument("--dry-run", action="store_true", help="periksa saja, jangan simpan")
    parser.add_argument("--json", action="store_true", help="baris JSON juga di terminal")


def run(options: argparse.Namespace, settings: Settings) -> int:
    from crawlers.files import RefusedRow, find_mapping, import_file, load_mappings
    from crawlers.state import CollectionState, Refused
    from search.open import open_store

    if not options.file.is_file():
        raise NotFound(f"Berkas {options.file} tidak ada.")
    now = datetime.now(UTC)
    mapping = find_mapping(options.mapping, load_mappings(options.mappings))
    place = options.file.resolve().as_uri()
    source = f"import:{mapping.name}"
    try:
        rows = import_file(options.file, mapping=mapping, now=now)
    except Quarantine as error:
        if not options.dry_run:
            with CollectionState(settings.collection_file) as state:
                state.refuse([Refused(source=source, url=place, reason=error.reason, message=error.message, at=now)])
        raise
    refused: list[RefusedRow] = []
    read = new = known = 0
    with open_store(settings) as store, show_progress(settings, "memasukkan") as progress:
        for batch in batched(rows, BATCH):
            documents: list[Document] = []
            for row in batch:
                if isinstance(row, RefusedRow):
                    refused.append(row)
                else:
                    documents.append(row)
            read += len(documents)
            if not options.dry_run:
                added = store.add(documents)
                new, known = new + added.new, known + added.known
            progress(read, None, f"{options.file.name}: {read} baris")
        store.refresh()
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
    counts = dict(Counter(row.reason for row in refused))
    outcome = {"file": options.file.name, "read": read, "new": new, "known": known, "refused": counts}
    write_rows([outcome], as_json=options.json, empty="")
    return 1 if refused else 0
