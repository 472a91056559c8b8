"""Checks a package with the verifier that every package carries, and records the check."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kentongan.commands.acting import VIA, actor_named, add_person
from kentongan.errors import KentonganError
from kentongan.settings import Settings

if TYPE_CHECKING:
    Actions = argparse._SubParsersAction[argparse.ArgumentParser]

WORDS = (
    "periksa sebuah paket: setiap byte, segel, cap waktu, dan rantai penjagaan. Sidik dari surat pengantar menentukan "
    "penanda tangan yang sah; tanpa sidik hanya keutuhannya yang diperiksa. Status: 0 utuh dan penanda tangannya "
    "diperiksa, 3 utuh saja, 1 ditolak, 2 salah pakai"
)
OUTCOMES = {0: "utuh, penanda tangan diperiksa", 1: "ditolak", 3: "utuh, penanda tangan belum diperiksa"}
"""What the chain of custody says of each result."""


def configure(actions: Actions) -> None:
    action = actions.add_parser("verify", prog="kentongan evidence verify", help="periksa paket", description=WORDS)
    action.add_argument("package", type=Path, metavar="PAKET", help="berkas zip, atau folder isinya")
    action.add_argument("--segel", default=None, metavar="SHA256", help="sidik sertifikat segel")
    action.add_argument("--waktu", action="append", default=[], metavar="SHA256", help="sidik otoritas waktu")
    action.add_argument(
        "--penanda-tangan", action="append", default=[], metavar="SHA256", help="sidik penanda tangan berita acara"
    )
    action.add_argument("--digest", default=None, metavar="SHA512", help="sidik tagmanifest-sha512.txt")
    action.add_argument("--json", action="store_true", help="satu objek JSON")
    action.add_argument("--case", default=None, metavar="KASUS", help="catat pemeriksaan ini di rantai kasus ini")
    add_person(action, required=False, words="siapa yang memeriksa; hanya bersama --case")
    action.set_defaults(run_action=run_verify)


def run_verify(options: argparse.Namespace, settings: Settings) -> int:
    """The verifier's own exit status."""
    from evidence.verifier import verifikasi

    if (options.case is None) != (options.username is None):
        raise KentonganError("--case dan --as hanya berlaku bersama.", hint="Sebutkan keduanya, atau tidak satu pun.")
    words = [str(options.package)]
    for name, given in (
        ("--segel", [options.segel] if options.segel else []),
        ("--waktu", options.waktu),
        ("--penanda-tangan", options.penanda_tangan),
        ("--digest", [options.digest] if options.digest else []),
    ):
        for value in given:
            words += [name, value]
    code = verifikasi.main([*words, *(["--json"] if options.json else [])])
    if options.case is not None and code in OUTCOMES:
        record_check(options, settings, outcome=OUTCOMES[code])
    return code


def record_check(options: argparse.Namespace, settings: Settings, *, outcome: str) -> None:
    from casework.db import open_casework
    from evidence.package.custody import hash_package, note_verified

    sha256 = hash_package(options.package)
    now = datetime.now(UTC)
    with open_casework(settings) as casework, casework.begin() as session:
        actor = actor_named(session, options.username, now=now)
        note_verified(session, options.case, sha256=sha256, outcome=outcome, actor=actor, now=now, via=VIA)
