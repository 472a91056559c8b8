"""Rawat penyimpanan: periksa, ukur, cadangkan, pulihkan, pangkas, salin, atau susun kembali indeksnya.

Cadangan memuat dokumen dan semua yang dipelajari tentangnya; arsip mentah (archive/) dan berkas kerja
(casework.sqlite, collection.sqlite) disalin tersendiri.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kentongan.commands.output import say, show_progress, write_rows
from kentongan.commands.question import read_moment
from kentongan.commands.store_copy import configure_copy, run_copy
from kentongan.errors import BadQuery, NotConfigured
from kentongan.numbers import format_number
from kentongan.schema import KINDS, Query
from kentongan.settings import Settings

if TYPE_CHECKING:
    from search.embedded import EmbeddedStore
    from search.store import Health


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="TINDAKAN")

    def add(name: str, words: str) -> argparse.ArgumentParser:
        action = actions.add_parser(name, prog=f"{parser.prog} {name}", help=words, description=words)
        action.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
        return action

    add("check", "bandingkan seluruh indeks dengan data aslinya")
    add("size", "sebutkan isi dan ukurannya")
    add("rebuild", "susun kembali indeks dari data aslinya; pencarian tetap jalan")
    backup = add("backup", "cadangkan ke sebuah berkas, sementara yang lain tetap menulis")
    backup.add_argument("file", type=Path, metavar="BERKAS")
    restore = add("restore", "ganti isi penyimpanan dengan sebuah cadangan; isi yang sekarang dicadangkan dulu")
    restore.add_argument("file", type=Path, metavar="BERKAS")
    configure_consent(restore)
    prune = add("prune", "hapus dokumen lama untuk selamanya, kecuali yang dinilai orang atau ada dalam kasus")
    prune.add_argument("--before", metavar="TANGGAL", help="yang terbit sebelum tanggal ini (2025-11-22)")
    prune.add_argument("--days", type=int, metavar="N", help="yang terbit lebih dari N hari yang lalu")
    prune.add_argument("--kind", action="append", default=[], choices=KINDS, help="hanya jenis ini (boleh diulang)")
    prune.add_argument("--even-judged", action="store_true", help="juga yang dinilai orang (tetapi tidak bukti kasus)")
    prune.add_argument("--reason", default="masa simpannya lewat", metavar="ALASAN", help="alasan dalam catatan audit")
    configure_consent(prune)
    add("compact", "kembalikan ruang bekas dokumen yang dihapus kepada diska; selama itu tidak ada yang menulis")
    configure_copy(add("copy", "salin ke penyimpanan lain: dari map ke Elasticsearch, atau sebaliknya"))


def configure_consent(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="jangan bertanya lagi")


def run(options: argparse.Namespace, settings: Settings) -> int:
    return ACTIONS[options.action](options, settings)


def run_check(options: argparse.Namespace, settings: Settings) -> int:
    from search.open import open_store

    with open_store(settings) as store:
        return write_health(store.check(), options)


def run_size(options: argparse.Namespace, settings: Settings) -> int:
    from search.open import open_store

    with open_store(settings) as store:
        health = store.health()
        kinds = {bucket.key[0]: bucket.count for bucket in store.count(Query(), by=["kind"])}
        more = {"bytes_each": round(health.size_bytes / health.documents) if health.documents else None, "kinds": kinds}
        if not settings.elasticsearch_url:
            more["parts"] = open_embedded(store).sizes()
    return write_health(health, options, **more)


def run_rebuild(options: argparse.Namespace, settings: Settings) -> int:
    from search.open import open_store

    with open_store(settings, outdated=True) as store:
        store.rebuild()
        say("Indeks disusun kembali dari data aslinya.")
        return write_health(store.health(), options)


def run_backup(options: argparse.Namespace, settings: Settings) -> int:
    from search.backup import back_up
    from search.open import open_store

    check_embedded(settings)
    with open_store(settings) as store, show_progress(settings, "mencadangkan") as progress:
        documents = back_up(open_embedded(store).truth, options.file, report=progress)
    row = {"file": str(options.file), "documents": documents, "size_bytes": options.file.stat().st_size}
    write_rows([row], as_json=options.json, empty="")
    return 0


def run_restore(options: argparse.Namespace, settings: Settings) -> int:
    from search.backup import check_backup, restore
    from search.open import open_store

    check_embedded(settings)
    if options.file.is_file():
        held = check_backup(options.file)
        consent(f"Ganti isi penyimpanan dengan {format_number(held)} dokumen dari {options.file}?", options)
    # To the microsecond: two restores within one second each keep what was there before them.
    safety = settings.store_dir / f"sebelum-pemulihan-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.sqlite"
    with open_store(settings) as store, show_progress(settings, "memulihkan") as progress:
        restored = restore(open_embedded(store).truth, options.file, safety=safety, report=progress)
        store.refresh()
    say(f"{format_number(restored)} dokumen dipulihkan. Isi sebelumnya ada di {safety}.")
    return 0


def run_prune(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework
    from casework.roles import SYSTEM
    from evidence.retention import prune_old
    from search.open import open_store

    if (options.before is None) == (options.days is None):
        raise BadQuery("Sebut salah satu: --before atau --days.")
    if options.days is not None and options.days < 1:
        raise BadQuery("--days paling sedikit 1.")
    days = timedelta(days=options.days or 0)
    until = read_moment(options.before, zone=settings.zone) or datetime.now(UTC) - days
    query = Query(until=until, kinds=tuple(options.kind))
    with open_store(settings) as store:
        found = store.count(query)[0].count
        if not found:
            say("Tidak ada dokumen setua itu.")
            return 0
        consent(f"Hapus {format_number(found)} dokumen yang terbit sebelum {until:%Y-%m-%d %H:%M} UTC?", options)
        with open_casework(settings) as casework, show_progress(settings, "menghapus") as progress:
            pruned = prune_old(
                store, casework, query, reason=options.reason, even_judged=options.even_judged, report=progress,
                actor=SYSTEM, now=datetime.now(UTC),
            )  # fmt: skip
    row = {"dropped": pruned.dropped, "judged_kept": pruned.judged, "case_kept": pruned.held}
    write_rows([row], as_json=options.json, empty="")
    if pruned.held:
        say(f"{format_number(pruned.held)} dokumen tetap ada karena menjadi bukti dalam sebuah kasus.")
    return 0


def run_compact(options: argparse.Namespace, settings: Settings) -> int:
    from search.open import open_store

    check_embedded(settings)
    with open_store(settings) as store:
        before = store.health().size_bytes
        open_embedded(store).truth.compact()
        after = store.health().size_bytes
    write_rows([{"before_bytes": before, "after_bytes": after}], as_json=options.json, empty="")
    return 0


def write_health(health: Health, options: argparse.Namespace, **more: object) -> int:
    """A store's health as a row; 1 where it has problems."""
    row = {
        "store": health.name,
        "documents": health.documents,
        "behind": health.behind,
        "size_bytes": health.size_bytes,
        "problems": "; ".join(health.problems) or None,
        **more,
    }
    write_rows([row], as_json=options.json, empty="")
    return 1 if health.problems else 0


def check_embedded(settings: Settings) -> None:
    """Raise NotConfigured where the store is a server's, which has means of its own."""
    if settings.elasticsearch_url:
        raise NotConfigured(
            "elasticsearch_url",
            "Perintah ini untuk penyimpanan setempat.",
            hint="Cadangkan Elasticsearch dengan snapshot bawaannya, atau salin dengan: kentongan store copy --to MAP.",
        )


def open_embedded(store: object) -> EmbeddedStore:
    """The store as the one in a folder."""
    from search.embedded import EmbeddedStore

    assert isinstance(store, EmbeddedStore)
    return store


def consent(question: str, options: argparse.Namespace) -> None:
    """Ask before what cannot be undone; where nobody sits at the terminal it must have been said with --yes."""
    if options.yes:
        return
    if not sys.stdin.isatty():
        raise BadQuery(question, hint="Tambahkan --yes bila memang begitu.")
    say(f"{question} Ketik ya untuk melanjutkan.")
    if input().strip().lower() != "ya":
        raise BadQuery("Dibatalkan; tidak ada yang diubah.")


ACTIONS: dict[str, Callable[[argparse.Namespace, Settings], int]] = {
    "check": run_check,
    "size": run_size,
    "rebuild": run_rebuild,
    "backup": run_backup,
    "restore": run_restore,
    "prune": run_prune,
    "compact": run_compact,
    "copy": run_copy,
}
