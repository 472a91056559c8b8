"""``kentongan sources revisions``: every state a document's page was seen in, and how its words changed."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from kentongan.commands.output import say, wants_json, write_lines
from kentongan.errors import NotFound
from kentongan.settings import Settings
from kentongan.times import format_time

if TYPE_CHECKING:
    from kentongan.schema import Record

STATES = {"unchanged": "tetap", "changed": "berubah", "moved": "pindah", "gone": "hilang", "private": "tertutup"}


def write_revisions(options: argparse.Namespace, settings: Settings) -> int:
    """The visits to one document as rows, a change with its lines; for a person as a text to read."""
    from crawlers.revisit import compare_revisions
    from search.open import open_store

    with open_store(settings) as store:
        record = store.get([options.document])[0]
    if record is None:
        raise NotFound(
            f"Dokumen {options.document} tidak ada.", hint="Id-nya ada di keluaran `kentongan search --json`."
        )
    changes = {change.after: change for change in compare_revisions(record)}
    if wants_json(options.json):
        write_lines(
            {
                "at": seen.at,
                "state": seen.state,
                "moved_to": seen.moved_to,
                "change": changes.get(seen.revision.hash) if seen.revision else None,
            }
            for seen in record.observations
        )
        return 0
    print(f"{format_time(record.document.collected_at, zone=settings.zone)} · pertama dikumpulkan")
    for seen in record.observations:
        where = f" ke {seen.moved_to}" if seen.moved_to else ""
        print(f"{format_time(seen.at, zone=settings.zone)} · {STATES[seen.state]}{where}")
        change = changes.get(seen.revision.hash) if seen.revision else None
        if change is not None:
            if change.title is not None:
                print(f"    judul: {change.title[0] or '—'} → {change.title[1] or '—'}")
            print("\n".join(f"    {line}" for line in change.lines))
    say(summary_of(record))
    return 0


def summary_of(record: Record) -> str:
    """One sentence on what became of the document."""
    if not record.observations:
        return "Belum pernah ditengok kembali: jalankan `kentongan crawl --revisit`."
    last = record.observations[-1]
    return f"{len(record.observations)} kali ditengok; terakhir {STATES[last.state]}."
