"""Sumber: daftarnya, apa yang ditolak beserta alasannya, celah pengumpulan, dan bita asli sebuah dokumen."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from kentongan.commands.output import write_rows
from kentongan.errors import NotFound, Quarantine
from kentongan.settings import Settings


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="TINDAKAN")
    for name, words in (
        ("list", "sumber yang dinyatakan"),
        ("refused", "masukan yang ditolak"),
        ("gaps", "celah pengumpulan"),
    ):
        action = actions.add_parser(name, prog=f"{parser.prog} {name}", help=words, description=words)
        action.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
        if name != "list":
            action.add_argument("--source", default=None, metavar="NAMA", help="hanya sumber ini")
    words = "bita asli sebuah dokumen, ke keluaran baku"
    raw = actions.add_parser("raw", prog=f"{parser.prog} raw", help=words, description=words)
    raw.add_argument("document", metavar="DOKUMEN", help="id dokumen")


def run(options: argparse.Namespace, settings: Settings) -> int:
    if options.action == "raw":
        return write_raw(options.document, settings)
    rows = {"list": list_sources, "refused": list_refused, "gaps": list_gaps}[options.action](options, settings)
    write_rows(rows, as_json=options.json, empty="Tidak ada.")
    return 0


def list_sources(options: argparse.Namespace, settings: Settings) -> list[dict[str, object]]:
    """Each declared source, with when it last answered here."""
    from crawlers.sources import load_sources
    from crawlers.state import CollectionState

    last: dict[str, object] = {}
    declared = load_sources(settings.sources_file)
    if settings.collection_file.exists():
        with CollectionState(settings.collection_file) as state:
            last = {source.name: state.last_success(source.name) for source in declared}
    return [
        {
            "name": source.name,
            "kind": source.kind,
            "enabled": source.enabled,
            "region": source.region,
            "url": source.url,
            "checked": source.checked,
            "last_success": last.get(source.name),
        }
        for source in declared
    ]


def list_refused(options: argparse.Namespace, settings: Settings) -> list[dict[str, object]]:
    """Each input in quarantine, with its reason."""
    from crawlers.state import CollectionState

    if not settings.collection_file.exists():
        return []
    with CollectionState(settings.collection_file) as state:
        return [
            {"at": one.at, "source": one.source, "reason": one.reason, "message": one.message, "url": one.url}
            for one in state.quarantined(options.source)
        ]


def list_gaps(options: argparse.Namespace, settings: Settings) -> list[dict[str, object]]:
    """Each stretch that was not collected."""
    from search.open import open_store

    with open_store(settings) as store:
        gaps = store.gaps(sources=(options.source,) if options.source else ())
    return [{"source": g.source, "since": g.since, "until": g.until, "reason": g.reason} for g in gaps]


def write_raw(document: str, settings: Settings) -> int:
    """The bytes of a document's answer, exactly as they were archived. A damaged record is kept aside and counted."""
    from crawlers.archive import read_raw
    from crawlers.state import CollectionState, Refused
    from search.open import open_store

    with open_store(settings) as store:
        record = store.get([document])[0]
    if record is None:
        raise NotFound(f"Dokumen {document} tidak ada.", hint="Id-nya ada di keluaran `kentongan search --json`.")
    if record.document.raw is None:
        raise NotFound(f"Dokumen {document} tidak datang dari jaringan, jadi tidak punya bita asli.")
    pointer = record.document.raw
    try:
        answer = read_raw(settings.archive_dir, pointer)
    except Quarantine as error:
        place = f"{(settings.archive_dir / pointer.file).resolve().as_uri()}#{pointer.offset}"
        refused = Refused(
            source=record.document.source,
            url=place,
            reason=error.reason,
            message=error.message,
            at=datetime.now(UTC),
            raw=pointer,
        )
        with CollectionState(settings.collection_file) as state:
            state.refuse([refused])
        raise
    sys.stdout.buffer.write(answer.body)
    return 0
