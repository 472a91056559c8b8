"""Which keys seal, stamp and sign here, and keys to try it with."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kentongan.commands.output import say, wants_json, write_lines, write_rows
from kentongan.errors import KentonganError
from kentongan.settings import Settings

if TYPE_CHECKING:
    Actions = argparse._SubParsersAction[argparse.ArgumentParser]

WORTHLESS = (
    "Kunci uji tidak bernilai di pengadilan: siapa pun dapat membuatnya. Hanya untuk data contoh; perkara sungguhan "
    "menolaknya."
)

MAKE_WORDS = f"buat kunci uji: otoritas sertifikat, segel, dua penanda tangan, otoritas waktu. {WORTHLESS}"
SHOW_WORDS = (
    "kunci dan otoritas waktu yang diatur: sidik sertifikat, masa berlaku, uji atau bukan. Sidik inilah yang ditulis "
    "di surat pengantar dan diberikan kepada pemeriksa"
)
SERVE_WORDS = "jalankan otoritas waktu uji di mesin ini sampai dihentikan (Ctrl+C)"
DEFAULT_PORT = 8318
"""Port of the test authority: 318 after RFC 3161, in the range for local services."""


def configure(actions: Actions) -> None:
    show = actions.add_parser("keys", prog="kentongan evidence keys", help="kunci yang diatur", description=SHOW_WORDS)
    show.add_argument("--json", action="store_true", help="baris JSON juga di terminal")
    show.set_defaults(run_action=run_keys)
    make = actions.add_parser(
        "test-keys", prog="kentongan evidence test-keys", help="buat kunci uji", description=MAKE_WORDS
    )
    make.set_defaults(run_action=run_test_keys)
    serve = actions.add_parser(
        "test-authority",
        prog="kentongan evidence test-authority",
        help="jalankan otoritas waktu uji",
        description=SERVE_WORDS,
    )
    serve.add_argument("--port", type=int, default=DEFAULT_PORT, help="porta; 0 mengambil yang kosong")
    serve.set_defaults(run_action=run_test_authority)


def run_test_keys(options: argparse.Namespace, settings: Settings) -> int:
    from evidence.signing.chosen_keys import keys_folder
    from evidence.signing.trial_keys import make_test_keys

    files = make_test_keys(keys_folder(settings.evidence_dir), now=datetime.now(UTC))
    write_lines([{"file": str(file)} for file in files])
    say(WORTHLESS)
    return 0


def run_keys(options: argparse.Namespace, settings: Settings) -> int:
    rows = [dict(row) for row in describe_keys(settings, now=datetime.now(UTC))]
    write_rows(rows, as_json=wants_json(options.json), empty="Belum ada kunci. Lihat docs/evidence-keys.md.")
    return 0


def describe_keys(settings: Settings, *, now: datetime) -> Iterator[Mapping[str, object]]:
    """A row for each key, authority and signer that is configured or was made to try; a fault is its row's note."""
    from evidence.signing.chosen_keys import keys_folder, read_signers
    from evidence.signing.timestamps import read_authorities
    from evidence.signing.trial_keys import PERSON_FILES, SEAL_FILE, TIME_FILE, TRIAL_PASSWORD

    if settings.seal_key_file:
        yield key_row("segel", settings.seal_key_file, password=settings.seal_key_password, now=now)
    if settings.timestamp_authorities_file:
        try:
            for one in read_authorities(settings.timestamp_authorities_file):
                yield certificate_row("waktu", one.name, pem=one.certificate, test=one.test, now=now, place=one.url)
        except KentonganError as error:
            yield fault_row("waktu", str(settings.timestamp_authorities_file), error)
    if settings.report_signers_file:
        try:
            for person in read_signers(settings.report_signers_file):
                how = str(person.key) if person.key else "layanan nasional"
                yield {**EMPTY, "use": "penanda tangan", "name": person.name, "test": None, "place": how}
        except KentonganError as error:
            yield fault_row("penanda tangan", str(settings.report_signers_file), error)
    folder = keys_folder(settings.evidence_dir)
    uses = {SEAL_FILE: "segel uji", TIME_FILE: "waktu uji", **dict.fromkeys(PERSON_FILES, "penanda tangan uji")}
    for file, use in uses.items():
        if (folder / file).is_file():
            yield key_row(use, folder / file, password=TRIAL_PASSWORD, now=now)


EMPTY: Mapping[str, object] = dict.fromkeys(
    ("use", "name", "test", "sha256", "valid_from", "valid_until", "place", "note")
)
"""A row's columns, in order."""


def key_row(use: str, file: Path, *, password: str, now: datetime) -> Mapping[str, object]:
    from evidence.signing.seal import load_key

    try:
        key = load_key(file, password)
    except KentonganError as error:
        return fault_row(use, str(file), error)
    return certificate_row(use, key.name, pem=key.certificate_pem, test=key.test, now=now, place=str(file))


def certificate_row(use: str, name: str, *, pem: bytes, test: bool, now: datetime, place: str) -> Mapping[str, object]:
    from cryptography import x509

    from evidence.signing.timestamp_check import fingerprint

    certificate = x509.load_pem_x509_certificates(pem)[0]
    since, until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return {
        **EMPTY,
        "use": use,
        "name": name,
        "test": test,
        "sha256": fingerprint(certificate),
        "valid_from": f"{since:%Y-%m-%d}",
        "valid_until": f"{until:%Y-%m-%d}",
        "place": place,
        "note": "belum berlaku" if now < since else "habis berlaku" if now > until else None,
    }


def fault_row(use: str, place: str, error: KentonganError) -> Mapping[str, object]:
    return {**EMPTY, "use": use, "place": place, "note": str(error)}


def run_test_authority(options: argparse.Namespace, settings: Settings) -> int:
    """Serve until interrupted or asked to end."""
    from threading import Event

    from evidence.signing.chosen_keys import keys_folder, require_trial_keys
    from evidence.signing.trial_authority import serve_test_authority

    folder = keys_folder(settings.evidence_dir)
    require_trial_keys(folder)
    ended = Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    signal.signal(signal.SIGINT, lambda *_: ended.set())
    try:
        with serve_test_authority(folder, port=options.port) as address:
            write_lines([{"address": address}])
            say(f"Otoritas waktu uji menjawab di {address}. {WORTHLESS}")
            ended.wait()
    except OSError as error:
        raise KentonganError(
            f"Porta {options.port} tidak dapat dipakai: {error.strerror}.", hint="Pilih yang lain dengan --port."
        ) from error
    return 0
