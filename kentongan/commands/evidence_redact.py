"""Yang diserahkan selain paket: redact (salinan kerja yang disamarkan) dan aduankonten (berkas aduan konten)."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kentongan.commands.acting import VIA, actor_named, add_person
from kentongan.commands.output import say, write_lines
from kentongan.errors import KentonganError
from kentongan.settings import Settings

if TYPE_CHECKING:
    Actions = argparse._SubParsersAction[argparse.ArgumentParser]


def configure(actions: Actions) -> None:
    def action(name: str, words: str) -> argparse.ArgumentParser:
        made = actions.add_parser(name, prog=f"kentongan evidence {name}", help=words, description=words)
        made.add_argument("case", metavar="KASUS", help="nomor kasus, misalnya KASUS-2026-0001")
        made.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="folder tujuannya")
        add_person(made, required=True, words="siapa yang membuatnya")
        return made

    many: dict[str, Any] = {"action": "append", "default": []}
    redact = action("redact", "salinan kerja: teks dokumen dengan data pribadi disamarkan")
    redact.add_argument("--name", **many, metavar="NAMA", help="nama orang yang disamarkan; boleh berulang")
    redact.add_argument("--names", type=Path, default=None, metavar="BERKAS", help="daftar nama, satu per baris")
    redact.add_argument("--picture", **many, type=Path, metavar="BERKAS", help="gambar yang sudah disunting")
    redact.set_defaults(run_action=run_redact)
    report = action("aduankonten", "berkas aduan konten: alamat, tangkapan layar, kategori, alasan, teks siap tempel")
    report.add_argument("--category", default=None, metavar="KATEGORI", help="kategori di buku aturan")
    report.set_defaults(run_action=run_content_report)


def run_redact(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework
    from evidence.handout.working_copy import make_working_copy
    from evidence.objects import Objects

    now = datetime.now(UTC)
    names = [*options.name, *(read_names(options.names) if options.names is not None else [])]
    with open_casework(settings) as casework, casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        made = make_working_copy(
            session,
            options.case,
            objects=Objects(settings.objects_dir),
            out=options.out,
            names=names,
            pictures=options.picture,
            actor=actor,
            now=now,
            zone=settings.zone,
            via=VIA,
        )
    row = {
        "file": str(made.handout.path),
        "sha256": made.handout.sha256,
        "documents": made.documents,
        "pictures": made.pictures,
        "masked": {kind: count for kind, count in made.masked.items() if count},
        "sealed_package": made.sealed,
    }
    write_lines([row])
    say("Salinan ini bukan data anonim: baca sekali lagi sebelum dibagikan. Batasnya ada di BACA-SAYA.txt di dalamnya.")
    return 0


def read_names(file: Path) -> list[str]:
    """Names, one a line. Raises KentonganError for a file that cannot be read."""
    try:
        return [line.strip() for line in file.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise KentonganError(f"Daftar nama {file} tidak terbaca.", hint="Simpan sebagai teks UTF-8.") from error


def run_content_report(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework
    from evidence.handout.aduankonten import make_content_report
    from evidence.law.rulebook import read_rulebook
    from evidence.objects import Objects

    now = datetime.now(UTC)
    with open_casework(settings) as casework, casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        made = make_content_report(
            session,
            options.case,
            rulebook=read_rulebook(settings.rulebook_file),
            objects=Objects(settings.objects_dir),
            out=options.out,
            category=options.category,
            organisation=settings.organisation,
            actor=actor,
            now=now,
            zone=settings.zone,
            via=VIA,
        )
    row = {
        "file": str(made.handout.path),
        "sha256": made.handout.sha256,
        "addresses": [{"url": page.url, "category": page.category.label} for page in made.pages],
        "without_address": list(made.without_address),
    }
    write_lines([row])
    for warning in made.grounds.warnings:
        say(f"Peringatan: {warning}")
    return 0
