"""Masukkan sebuah berkas CSV, XLSX, atau JSON lines menurut pemetaan kolomnya.

Pemetaan yang ada: sp4n, tirtamaya, jsonl, ekspor 4CAT dan Zeeschuimer (X, TikTok, Instagram, Telegram), atau buatan
sendiri (--mappings). Tanpa --as, jenis berkas dikenali dari kolomnya; pemetaan yang dipakai selalu disebut.
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
    from kentongan.schema import Document, Observation

BATCH = 1000
"""Rows stored at a time."""

SAID_ROWS = 20
"""Refused rows named on the terminal; all of them are in quarantine."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="BERKAS")
    parser.add_argument("--as", dest="mapping", default=None, metavar="PEMETAAN", help="sp4n, jsonl, 4cat-x, ...")
    parser.add_argument("--mappings", type=Path, default=None, metavar="BERKAS.yml", help="pemetaan buatan sendiri")
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
