"""Sumber: daftarnya, pemeriksaan, kesehatan, yang ditolak, celah pengumpulan, revisi dan bita asli dokumen."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from kentongan.commands.output import show_progress, wants_json, write_lines, write_rows, write_table
from kentongan.commands.source_health import list_health
from kentongan.commands.source_revisions import write_revisions
from kentongan.errors import NotFound, Quarantine
from kentongan.settings import Settings
from kentongan.times import format_time, to_zone


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="TINDAKAN")
    for name, words in (
        ("list", "sumber yang dinyatakan"),
        ("refused", "masukan yang ditolak"),
        ("gaps", "celah pengumpulan"),
        ("health", "sumber yang diam atau membanjir, dibanding kebiasaannya sendiri"),
    ):
        action = actions.add_parser(name, prog=f"{parser.prog} {name}", help=words, description=words)
        action.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
        if name != "list":
            action.add_argument("--source", default=None, metavar="NAMA", help="hanya sumber ini")
    words = "tanyai setiap sumber satu kali tanpa menyimpan apa pun: menjawab, pindah, atau tidak ada lagi"
    check = actions.add_parser("check", prog=f"{parser.prog} check", help=words, description=words)
    check.add_argument("sources", nargs="*", metavar="NAMA", help="hanya sumber ini; tanpa nama: semua yang aktif")
    check.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    words = "bita asli sebuah dokumen, ke keluaran baku"
    raw = actions.add_parser("raw", prog=f"{parser.prog} raw", help=words, description=words)
    raw.add_argument("document", metavar="DOKUMEN", help="id dokumen")
    words = "setiap keadaan halaman sebuah dokumen, dan beda teksnya"
    revisions = actions.add_parser("revisions", prog=f"{parser.prog} revisions", help=words, description=words)
    revisions.add_argument("document", metavar="DOKUMEN", help="id dokumen")
    revisions.add_argument("--json", action="store_true", help="baris JSON juga di terminal")


def run(options: argparse.Namespace, settings: Settings) -> int:
    if options.action == "raw":
        return write_raw(options.document, settings)
    if options.action == "check":
        return check_sources(options, settings)
    if options.action == "revisions":
        return write_revisions(options, settings)
    tables = {"list": list_sources, "refused": list_refused, "gaps": list_gaps, "health": list_health}
    rows = tables[options.action](options, settings)
    write_rows(rows, as_json=options.json, empty="Tidak ada.")
    return 0


def list_sources(options: argparse.Namespace, settings: Settings) -> list[dict[str, object]]:
    """Each declared source, with when it was last read here, and the day it was last checked, here or by whoever
    declared it."""
    from crawlers.checks import last_answers
    from crawlers.sources import load_sources
    from crawlers.state import CollectionState

    last: dict[str, object] = {}
    declared = load_sources(settings.sources_file)
    answered = {name: to_zone(at, "WIB").date() for name, at in last_answers(settings.collection_file).items()}
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
            "checked": max(filter(None, (source.checked, answered.get(source.name))), default=None),
            "last_success": last.get(source.name),
        }
        for source in declared
    ]


def check_sources(options: argparse.Namespace, settings: Settings) -> int:
    """Ask sources once and say what each answered; 1 where one gave nothing that can be read."""
    from crawlers.checking import run_checks
    from crawlers.checks import WORDS, save_checks
    from crawlers.sources import load_sources

    declared = {source.name: source for source in load_sources(settings.sources_file)}
    for name in options.sources:
        if name not in declared:
            raise NotFound(f"Sumber {name!r} tidak ada.", hint="Daftarnya: `kentongan sources list`.")
    chosen = [declared[n] for n in dict.fromkeys(options.sources)] or [s for s in declared.values() if s.enabled]
    with show_progress(settings, "memeriksa") as progress:
        checks = run_checks(settings, chosen, clock=lambda: datetime.now(UTC), on_progress=progress)
    save_checks(settings.collection_file, checks)
    if wants_json(options.json):
        write_lines(checks)
    else:
        rows = [
            (
                check.source,
                WORDS[check.state],
                "" if check.entries is None else str(check.entries),
                format_time(check.newest) if check.newest else "",
                check.message,
            )
            for check in checks
        ]
        write_table(("sumber", "keadaan", "isi", "terbaru", "keterangan"), rows)
    return 1 if any(check.failed for check in checks) else 0


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
