"""Chooses who seals, stamps and signs a case: the institution's own for real data, test keys for samples."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from evidence.signing.local_signer import LocalSigner
from evidence.signing.national_service import NationalService, NationalSigner
from evidence.signing.report_signatures import ReportSigner
from evidence.signing.seal import SealKey, load_key
from evidence.signing.timestamps import Authority, path_of, read_authorities
from evidence.signing.trial_authority import Clock, machine_clock, serve_test_authority
from evidence.signing.trial_keys import CA_FILE, PERSON_FILES, SEAL_FILE, TRIAL_PASSWORD
from kentongan.errors import BadSettings, NotConfigured

TRIAL_AUTHORITY = "uji"
"""What the test authority is called in a package."""

TRIAL_ROLE = "penanda tangan uji"


class DeclaredSigner(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One ``[[signer]]`` of the file: a person with a key file, or with a NIK at the national service."""

    username: str
    name: str
    role: str
    key: Path | None = None
    nik: str = ""


class DeclaredSigners(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    signer: list[DeclaredSigner]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """What every signature of a report says, and what is needed to make one."""

    reason: str
    """"Berita acara KASUS-2026-0001"."""
    place: str
    zone: str
    service: NationalService
    ask_secret: Callable[[str], str]
    """Asks a person for a password or passphrase; is told what for."""
    authority: Authority | None = None
    """Stamps the signatures of local keys."""


def keys_folder(evidence_dir: Path) -> Path:
    """Where an installation's test keys lie."""
    return evidence_dir / "keys"


def choose_seal_key(*, sample: bool, file: Path | None, password: str, trial_folder: Path) -> SealKey:
    """The key that seals a case: the configured one, or for samples the test key of this installation.

    Raises NotConfigured where it is missing, BadSettings where it will not do.
    """
    if not sample:
        return load_key(file, password)
    require_trial_keys(trial_folder)
    return load_key(trial_folder / SEAL_FILE, TRIAL_PASSWORD)


@contextmanager
def choose_authorities(
    *, sample: bool, file: Path | None, trial_folder: Path, clock: Clock = machine_clock
) -> Iterator[tuple[Authority, ...]]:
    """The authorities that stamp a case, for as long as the context lasts.

    Real data: those of the file that are no test ones. Samples: the test ones of the file; where there are none, one
    that this process serves itself for the while. Raises NotConfigured or BadSettings.
    """
    declared = read_authorities(file) if file or not sample else ()
    able = tuple(one for one in declared if one.test == sample)
    if able:
        yield able
    elif sample:
        require_trial_keys(trial_folder)
        with serve_test_authority(trial_folder, clock=clock) as address:
            yield (trial_authority(address, trial_folder=trial_folder),)
    else:
        raise NotConfigured(
            "timestamp_authorities_file",
            f"Di {file} hanya ada otoritas waktu uji; perkara sungguhan perlu yang sungguhan.",
            hint="Tambahkan satu, lalu ulangi.",
        )


def trial_authority(address: str, *, trial_folder: Path) -> Authority:
    """The test authority at an address, believed by the test keys' own authority."""
    certificate = (trial_folder / CA_FILE).read_bytes()
    return Authority(name=TRIAL_AUTHORITY, url=address, certificate=certificate, test=True)


def choose_signers(
    usernames: Sequence[str], *, sample: bool, file: Path | None, trial_folder: Path, signing: Signing
) -> tuple[ReportSigner, ...]:
    """Who signs a case's report: of these persons those who are declared in the file; for samples the test persons.

    Without a file nobody signs. Raises BadSettings for a file or a key that will not do.
    """
    if sample:
        require_trial_keys(trial_folder)
        keys = [load_key(trial_folder / name, TRIAL_PASSWORD) for name in PERSON_FILES]
        return tuple(local_signer(key, role=TRIAL_ROLE, signing=signing) for key in keys)
    if file is None:
        return ()
    declared = {one.username: one for one in read_signers(file)}
    return tuple(
        signer_of(declared[name], folder=file.parent, signing=signing) for name in usernames if name in declared
    )


def read_signers(file: Path) -> list[DeclaredSigner]:
    """The persons that a file declares; raises BadSettings where it will not do."""
    try:
        found = msgspec.convert(tomllib.loads(file.read_text("utf-8")), DeclaredSigners, dec_hook=path_of).signer
    except OSError as error:
        raise BadSettings(f"Berkas penanda tangan {file} tidak terbaca: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise BadSettings(f"{file}: {error}.") from error
    names = [one.username for one in found]
    if len(set(names)) < len(names):
        raise BadSettings(f"{file}: satu orang tercantum dua kali.")
    for one in found:
        if (one.key is None) == (not one.nik):
            raise BadSettings(f"{file}: {one.username} perlu `key` (berkas kunci) atau `nik`, salah satu.")
        if one.nik and not (one.nik.isdigit() and len(one.nik) == 16):
            raise BadSettings(f"{file}: NIK {one.username} bukan 16 angka.")
    return found


def signer_of(declared: DeclaredSigner, *, folder: Path, signing: Signing) -> ReportSigner:
    """The declared person, ready to sign; a key file's password is asked for now, a passphrase when they sign."""
    if declared.key is not None:
        password = signing.ask_secret(f"Kata sandi berkas kunci {declared.name}")
        return local_signer(load_key(folder / declared.key, password), role=declared.role, signing=signing)
    return NationalSigner(
        name=declared.name,
        nik=declared.nik,
        service=signing.service,
        reason=signing.reason,
        place=signing.place,
        passphrase=lambda: signing.ask_secret(f"Passphrase {declared.name}"),
    )


def local_signer(key: SealKey, *, role: str, signing: Signing) -> LocalSigner:
    return LocalSigner(
        key=key,
        role=role,
        reason=signing.reason,
        place=signing.place,
        zone=signing.zone,
        authority=signing.authority,
        proxy=signing.service.proxy,
    )


def require_trial_keys(folder: Path) -> None:
    """Raise NotConfigured where no test keys were made yet."""
    if not (folder / SEAL_FILE).is_file():
        raise NotConfigured(
            "test-keys",
            "Data contoh disegel dengan kunci uji, dan kunci uji belum dibuat.",
            hint="Buat dengan `kentongan evidence test-keys`.",
        )
