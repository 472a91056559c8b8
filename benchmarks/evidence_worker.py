"""The processes of the evidence benchmark: one makes a case, one builds its package, one checks it.

    python -m benchmarks.evidence_worker make FOLDER DOCUMENTS
    python -m benchmarks.evidence_worker build FOLDER CASE OUT
    python -m benchmarks.evidence_worker verify PACKAGE SEAL TIME

Each prints what it did as one line of JSON; memory is the peak of that process alone.
"""

from __future__ import annotations

import contextlib
import io
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from kentongan.settings import Settings


class CaseMade(msgspec.Struct, frozen=True):
    """The case that was made."""

    case: str
    documents: int


class PackageBuilt(msgspec.Struct, frozen=True):
    """What building took."""

    seconds: float
    """Of the clock, from the question whether the case may leave to zip and cover letter under their names."""
    peak_mib: float
    size: int
    """Of the zip, in bytes."""
    package: str
    seal: str
    time: str


class PackageVerified(msgspec.Struct, frozen=True):
    """What checking took."""

    seconds: float
    peak_mib: float
    status: int
    """The verifier's exit status."""


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def make(folder: Path, documents: int) -> CaseMade:
    from benchmarks.evidence_case import made_case

    folder.mkdir(parents=True, exist_ok=True)
    with made_case(Settings(data_dir=folder), documents=documents, now=datetime.now(UTC)) as made:
        return CaseMade(case=made.id, documents=len(made.documents))


def build(folder: Path, case: str, out: Path) -> PackageBuilt:
    from benchmarks.evidence_case import trial_issuer
    from casework.db import open_casework
    from casework.people import actor_of, find_person
    from evidence.law.rulebook import read_rulebook
    from evidence.objects import Objects
    from evidence.package.build import build_package
    from evidence.package.records import Sources
    from evidence.signing.chosen_keys import keys_folder

    settings, now = Settings(data_dir=folder), datetime.now(UTC)
    objects = Objects(settings.objects_dir)
    with open_casework(settings) as casework, trial_issuer(keys_folder(settings.evidence_dir)) as issuer:
        with casework.read() as session:
            actor = actor_of(session, find_person(session, "budi").id, now=now)
        sources = Sources(casework=casework, objects=objects, rulebook=read_rulebook(), store=None)
        began = time.perf_counter()
        built = build_package(case, sources=sources, issuer=issuer, out=out, actor=actor, now=now)
        seconds = time.perf_counter() - began
    return PackageBuilt(
        seconds=seconds, peak_mib=peak_mib(), size=built.size, package=str(built.path), seal=built.seal_sha256,
        time=built.tokens[0].certificate_sha256,
    )  # fmt: skip


def verify(package: str, seal: str, at: str) -> PackageVerified:
    from evidence.verifier import verifikasi

    said = io.StringIO()
    began = time.perf_counter()
    with contextlib.redirect_stdout(said):
        status = verifikasi.main([package, "--segel", seal, "--waktu", at])
    return PackageVerified(seconds=time.perf_counter() - began, peak_mib=peak_mib(), status=status)


def main() -> None:
    task, *words = sys.argv[1:]
    if task == "make":
        answer: object = make(Path(words[0]), int(words[1]))
    elif task == "build":
        answer = build(Path(words[0]), words[1], Path(words[2]))
    elif task == "verify":
        answer = verify(*words)
    else:
        raise SystemExit(f"unknown task {task!r}")
    print(msgspec.json.encode(answer).decode())


if __name__ == "__main__":
    main()
