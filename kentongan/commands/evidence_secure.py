"""``kentongan evidence secure``: puts documents into a case with everything known about them, in one act."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kentongan.commands.acting import VIA, actor_named, add_person
from kentongan.commands.output import say, write_lines
from kentongan.errors import KentonganError
from kentongan.settings import Settings

if TYPE_CHECKING:
    Actions = argparse._SubParsersAction[argparse.ArgumentParser]

WORDS = (
    "amankan dokumen: isinya sekarang dan arsip mentahnya disimpan untuk sebuah kasus, apa pun yang terjadi kemudian "
    "pada halaman atau penyimpanan. Tidak perlu putusan. Tanpa --case: kasus terbuka tentang cerita yang sama, atau "
    "kasus baru"
)


def configure(actions: Actions) -> None:
    action = actions.add_parser("secure", prog="kentongan evidence secure", help="amankan dokumen", description=WORDS)
    action.add_argument("documents", nargs="+", metavar="DOKUMEN", help="id dokumen")
    action.add_argument("--case", default=None, metavar="KASUS", help="nomor kasus, misalnya KASUS-2026-0001")
    add_person(action, required=True, words="siapa yang mengamankan")
    action.set_defaults(run_action=run_secure)


def run_secure(options: argparse.Namespace, settings: Settings) -> int:
    """Secure each document in a transaction of its own; 1 where some could not be."""
    from casework.db import open_casework
    from crawlers.by_hand import PICTURES
    from evidence.cases import find_case, secure_document
    from evidence.objects import Objects
    from search.open import open_store

    refused = 0
    objects = Objects(settings.objects_dir)
    with open_casework(settings) as casework, open_store(settings) as store:
        records = store.get(options.documents)
        for id, record in zip(options.documents, records, strict=True):
            if record is None:
                say(f"Dokumen {id} tidak ada di penyimpanan. Cari idnya dengan `kentongan search --json`.")
                refused += 1
                continue
            now = datetime.now(UTC)
            try:
                with casework.begin() as session:
                    kept = secure_document(
                        session, record, objects=objects, archive_dir=settings.archive_dir, case=options.case,
                        actor=actor_named(session, options.username, now=now), now=now,
                        pictures_dir=settings.data_dir / PICTURES, zone=settings.zone, via=VIA,
                    )  # fmt: skip
                    case = options.case or find_case(session, id, sample=kept.sample)
            except KentonganError as error:
                if len(options.documents) == 1:
                    raise
                say(f"Dokumen {id} tidak diamankan: {error}")
                refused += 1
                continue
            row = {"case": case, "document": id, "secured_at": kept.secured_at, "secured_by": kept.secured_by}
            raw = None if kept.raw is None else kept.raw.sha256
            write_lines([{**row, "snapshot": kept.snapshot.sha256, "raw": raw, "new": kept.secured_at == now}])
    return 0 if not refused else 2 if refused == len(options.documents) else 1
