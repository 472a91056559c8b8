"""Makes the sealed package of a case, and records whom it was handed to."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kentongan.commands.acting import VIA, actor_named, add_person
from kentongan.commands.output import say, show_progress, write_lines
from kentongan.settings import Settings

if TYPE_CHECKING:
    from evidence.package.records import BuiltPackage

    Actions = argparse._SubParsersAction[argparse.ArgumentParser]

BUILD_WORDS = (
    "buat paket bukti sebuah kasus: disegel, diberi cap waktu, dan dapat diperiksa siapa pun bertahun-tahun kemudian. "
    "Semua yang belum ada disebut sekaligus. Di sebelahnya surat pengantar dengan sidiknya, untuk diserahkan terpisah"
)
TRANSFER_WORDS = (
    "catat di rantai penjagaan bahwa sebuah paket diserahkan, dan kepada siapa. Paketnya dikenali dari sidiknya, jadi "
    "harus paket yang diekspor dari kasus itu dan belum berubah"
)


def configure(actions: Actions) -> None:
    build = actions.add_parser(
        "build", prog="kentongan evidence build", help="buat paket bukti", description=BUILD_WORDS
    )
    build.add_argument("case", metavar="KASUS", help="nomor kasus, misalnya KASUS-2026-0001")
    build.add_argument("--out", type=Path, default=None, metavar="FOLDER", help="bawaan: evidence/packages di data_dir")
    build.add_argument("--route", default=None, metavar="JALUR", help="harus jalur yang ditetapkan, misalnya police")
    add_person(build, required=True, words="siapa yang membuat")
    build.set_defaults(run_action=run_build)
    transfer = actions.add_parser(
        "transfer", prog="kentongan evidence transfer", help="catat penyerahan paket", description=TRANSFER_WORDS
    )
    transfer.add_argument("case", metavar="KASUS", help="nomor kasus")
    transfer.add_argument("package", type=Path, metavar="PAKET", help="berkas zip yang diserahkan")
    transfer.add_argument("--to", required=True, metavar="PENERIMA", help="nama dan jabatan penerima, nomor surat")
    add_person(transfer, required=True, words="siapa yang menyerahkan")
    transfer.set_defaults(run_action=run_transfer)


def run_build(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework
    from evidence.cases import read_case
    from evidence.law.rulebook import read_rulebook
    from evidence.objects import Objects
    from evidence.package.build import build_package
    from evidence.package.records import Sources
    from evidence.package.verdicts import read_deciders
    from kentongan.commands.evidence_issuer import open_issuer
    from search.open import open_store

    rulebook = read_rulebook(settings.rulebook_file)
    route = None if options.route is None else rulebook.route(options.route).key
    now = datetime.now(UTC)
    with open_casework(settings) as casework, open_store(settings) as store:
        with casework.read() as session:
            actor = actor_named(session, options.username, now=now)
            case = read_case(session, options.case)
            deciders = read_deciders(session, case)
        sources = Sources(
            casework=casework, objects=Objects(settings.objects_dir), rulebook=rulebook, store=store,
            models_dir=settings.models_dir,
        )  # fmt: skip
        with (
            open_issuer(settings, case_id=case.id, sample=case.sample, deciders=deciders) as issuer,
            show_progress(settings, f"Paket {case.id}") as progress,
        ):
            built = build_package(
                case.id, sources=sources, issuer=issuer, out=options.out or settings.evidence_dir / "packages",
                actor=actor, now=now, route=route, progress=progress, via=VIA,
            )  # fmt: skip
    write_lines([describe_package(built)])
    for warning in built.warnings:
        say(f"Perhatian: {warning}")
    say(f"Serahkan {built.cover_letter.name} terpisah dari paketnya: sidik di dalamnya yang membuktikan paketnya asli.")
    return 0


def describe_package(built: BuiltPackage) -> dict[str, object]:
    """A package as a line of JSON: where it is and what it is known by."""
    return {
        "case": built.case,
        "number": built.number,
        "package": str(built.path),
        "cover_letter": str(built.cover_letter),
        "size": built.size,
        "documents": built.documents,
        "captures": built.captures,
        "sample": built.sample,
        "sha256": built.sha256,
        "tagmanifest_sha512": built.tagmanifest_sha512,
        "seal": built.seal_sha256,
        "timestamps": {token.authority: token.certificate_sha256 for token in built.tokens},
        "signers": {one.name: one.certificate_sha256 for one in built.signatures},
        "warnings": built.warnings,
    }


def run_transfer(options: argparse.Namespace, settings: Settings) -> int:
    from casework.db import open_casework
    from evidence.package.custody import hash_package, note_transferred

    sha256 = hash_package(options.package)
    now = datetime.now(UTC)
    with open_casework(settings) as casework, casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        note_transferred(
            session, options.case, package=options.package, sha256=sha256, to=options.to, actor=actor, now=now, via=VIA
        )
    write_lines([{"case": options.case, "package": str(options.package), "sha256": sha256, "to": options.to}])
    return 0
