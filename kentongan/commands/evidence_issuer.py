"""Puts together in whose name a package is made: the keys, authorities and signers that the settings name."""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from kentongan.errors import KentonganError
from kentongan.settings import Settings

if TYPE_CHECKING:
    from evidence.package.records import Issuer


@contextmanager
def open_issuer(settings: Settings, *, case_id: str, sample: bool, deciders: Sequence[str]) -> Iterator[Issuer]:
    """The issuer of a case's package, for as long as the block lasts (a test authority is served meanwhile).

    ``deciders`` are the user names of who decided: those among them who can sign, sign the report. What cannot be had
    is in ``Issuer.faults``, so that it is told together with everything else that is missing.
    """
    from evidence.package.records import Issuer
    from evidence.signing.chosen_keys import Signing, choose_authorities, choose_seal_key, choose_signers, keys_folder
    from evidence.signing.national_service import NationalService

    folder = keys_folder(settings.evidence_dir)
    faults: list[KentonganError] = []
    with ExitStack() as stack:
        try:
            seal = choose_seal_key(
                sample=sample, file=settings.seal_key_file, password=settings.seal_key_password, trial_folder=folder
            )
            authorities = stack.enter_context(
                choose_authorities(sample=sample, file=settings.timestamp_authorities_file, trial_folder=folder)
            )
            signing = Signing(
                reason=f"Berita acara {case_id}",
                place=settings.organisation,
                zone=settings.zone,
                service=NationalService(
                    url=settings.signature_service_url,
                    version=settings.signature_service_version,
                    user=settings.signature_service_user,
                    password=settings.signature_service_password,
                    proxy=settings.http_proxy,
                ),
                ask_secret=ask_person,
                authority=authorities[0],
            )
            signers = choose_signers(
                deciders, sample=sample, file=settings.report_signers_file, trial_folder=folder, signing=signing
            )
        except KentonganError as fault:
            faults.append(fault)
            seal, authorities, signers = None, (), ()
        yield Issuer(
            organisation=settings.organisation, zone=settings.zone, seal=seal, authorities=authorities,
            signers=signers, faults=faults, proxy=settings.http_proxy,
        )  # fmt: skip


def ask_person(what: str) -> str:
    """A secret that the person types. Raises KentonganError where nobody can be asked, as in a job of the dashboard."""
    try:
        return getpass.getpass(f"{what}: ")
    except (EOFError, OSError) as error:
        raise KentonganError(
            f"{what} tidak dapat ditanyakan di sini.",
            hint="Buat paketnya di terminal: `kentongan evidence build KASUS --as NAMA`.",
        ) from error
