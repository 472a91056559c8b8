"""Builds the package of a case: a sealed, time-stamped bag in one zip file, and the cover letter that goes apart.

Order: what is missing is named, all at once; "built" goes into the chain of custody; contents, report, persons'
signatures, manifests, seal and time stamps; the zip, which the verifier has to accept; then both files get their names
and "exported" with the digest goes into the chain, together. Until then everything lies in a hidden working folder, so
a fault, a full disk or a kill leaves nothing that looks like a package. A "built" without an "exported" is a build that
did not end.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from casework.access import authorise
from casework.roles import Actor
from evidence.cases import read_case
from evidence.cases.securing import PURPOSE as PURPOSE_UNSAID
from evidence.law.grounds import Grounds, check_export
from evidence.law.rulebook_form import Route
from evidence.package.bag import Bag, explain_fault
from evidence.package.cover_letter import LetterMatter, make_letter
from evidence.package.custody import note_built, note_exported, note_failed
from evidence.package.filling import fill_bag
from evidence.package.folder import letter_place, package_place, published, refuse_name_taken, sync_file, working_folder
from evidence.package.records import BuiltPackage, Issuer, Progress, Sources
from evidence.package.seal import Closed, close_bag
from evidence.records import Case
from evidence.signing.seal import SealKey, refuse_wrong_key, require_valid
from evidence.signing.timestamps import Authority, Token, stamp
from evidence.verifier import VERIFIER
from evidence.verifier.verifikasi import REJECTED
from kentongan.errors import Conflict, KentonganError, NotAllowed, NotConfigured, Quarantine

log = logging.getLogger(__name__)

WHOLE = (0, 3)
"""Exit status of the verifier for a whole package, its signers checked or not all of them."""

UNSIGNED = "Berita acara belum ditandatangani secara elektronik; bubuhkan tanda tangan basah pada cetakannya."

NO_PURPOSE = (
    "Tujuan kasus belum diisi; yang menyebut tujuan hanya jawaban atas pertanyaan hukumnya. Isi dengan "
    "`kentongan cases describe KASUS --purpose TUJUAN --as NAMA`, lalu buat paketnya lagi."
)
LAW_OPEN = "Ada {count} peringatan tentang dasar hukumnya; bacalah bagian F berita acara sebelum paket ini dipakai."


def build_package(
    case_id: str,
    *,
    sources: Sources,
    issuer: Issuer,
    out: Path,
    actor: Actor,
    now: datetime,
    route: Route | None = None,
    progress: Progress = lambda done, total, note: None,
    via: str | None = None,
) -> BuiltPackage:
    """Build the package of a case into the folder ``out``; ``route`` None takes the one chosen for the case.

    Everything that is missing is named at once: NotAllowed where the law's answers or a key of the wrong kind forbid
    it, NotConfigured where only keys are missing, Conflict where something else is still to be done. Raises Conflict
    where a package of this case lies in ``out``, Quarantine for a damaged object (which), Retry where no time
    authority answers, KentonganError where the disk is full; nothing that looks like a package is there then.
    """
    casework = sources.casework
    with casework.read() as session:
        authorise(session, actor, action="evidence.build", now=now)
        case = read_case(session, case_id)
        refuse_name_taken(out, case_id)

        def ask_law() -> Grounds:
            return check_export(
                session, case_id, route=route, rulebook=sources.rulebook, objects=sources.objects, now=now,
                zone=issuer.zone,
            )  # fmt: skip

        grounds, seal = require_ready(case, issuer, ask_law, now=now)
    with working_folder(out, case_id) as folder:
        with casework.begin() as session:
            number = note_built(
                session, case_id, route=grounds.route, documents=len(case.documents), captures=len(case.captures),
                actor=actor, now=now, via=via,
            )  # fmt: skip
        try:
            built = make_files(
                folder, case, number, sources=sources, issuer=issuer, seal=seal, grounds=grounds, out=out,
                progress=progress, now=now,
            )  # fmt: skip
            with casework.begin() as session, published(folder, out, case_id):
                note_exported(
                    session, case_id, number, tagmanifest_sha512=built.tagmanifest_sha512, sha256=built.sha256,
                    route=grounds.route, actor=actor, now=now, via=via,
                )  # fmt: skip
        except BaseException as error:
            told = explain_fault(error, out) if isinstance(error, OSError) else error
            try:
                with casework.begin() as session:
                    note_failed(session, case_id, number, told, actor=actor, now=now, via=via)
            except KentonganError as second:
                log.warning("Bahwa paket %s/%d tidak jadi, tidak tercatat: %s", case_id, number, second)
            if told is error:
                raise
            raise told from error
    return built


def make_files(
    folder: Path,
    case: Case,
    number: int,
    *,
    sources: Sources,
    issuer: Issuer,
    seal: SealKey,
    grounds: Grounds,
    out: Path,
    progress: Progress,
    now: datetime,
) -> BuiltPackage:
    """The zip and the cover letter, both durable in the working folder, told as they will stand in ``out``."""
    failed: list[str] = []

    def ask(data: bytes, authorities: Sequence[Authority]) -> list[Token]:
        return stamp(data, authorities=authorities, now=now, proxy=issuer.proxy, failed=failed.append)

    content = folder / "isi"
    content.mkdir()
    bag = Bag(content, objects=sources.objects)
    filled = fill_bag(
        bag, case, number, sources=sources, issuer=issuer, grounds=grounds, progress=progress, now=now
    )  # fmt: skip
    signatures = filled.signatures
    progress(0, None, "menyegel dan meminta cap waktu")
    closed = close_bag(
        bag, sample=case.sample, seal_key=seal, authorities=issuer.authorities, signatures=signatures, stamp=ask,
        now=now,
    )  # fmt: skip
    package = package_place(folder, case.id)
    sha256 = bag.write_zip(package, top=case.id, progress=lambda done, total: progress(done, total, "menulis paket"))
    progress(0, None, "memeriksa paket dengan pemeriksanya sendiri")
    check_package(package, closed)
    open_questions = (LAW_OPEN.format(count=len(grounds.warnings)),) if grounds.warnings else ()
    no_purpose = (NO_PURPOSE,) if case.purpose == PURPOSE_UNSAID else ()
    warnings = (*dict.fromkeys(failed), *(() if signatures else (UNSIGNED,)), *no_purpose, *open_questions)
    matter = LetterMatter(
        case=case, number=f"{case.id}/{number}/SP", organisation=issuer.organisation, package=package.name,
        zip_sha256=sha256, size=package.stat().st_size, closed=closed, signatures=signatures,
        heads=filled.heads, warnings=warnings,
    )  # fmt: skip
    letter = letter_place(folder, case.id)
    letter.write_bytes(make_letter(matter, zone=issuer.zone, now=now))
    sync_file(letter)
    return BuiltPackage(
        case=case.id, number=number, path=package_place(out, case.id), cover_letter=letter_place(out, case.id),
        tagmanifest_sha512=closed.tagmanifest_sha512, sha256=sha256, size=matter.size, documents=len(case.documents),
        captures=len(case.captures), sample=case.sample, seal_sha256=closed.seal_sha256, tokens=closed.tokens,
        signatures=signatures, warnings=warnings,
    )  # fmt: skip


def check_package(package: Path, closed: Closed) -> None:
    """Let the verifier judge what was just written, before anybody sees it: the one file alone, in its own process,
    as a stranger runs it. Raises Conflict where it refuses."""
    asked = ["--segel", closed.seal_sha256, "--digest", closed.tagmanifest_sha512, "--json"]
    done = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), str(package), *asked], capture_output=True, text=True, check=False
    )
    if done.returncode not in WHOLE:
        told = "; ".join(read_reasons(done.stdout)) or done.stderr.strip()[-500:]
        raise Conflict(
            f"Paket yang baru dibuat ditolak pemeriksanya sendiri: {told}.",
            hint="Tidak ada yang diekspor. Periksa kunci segel dan otoritas waktunya: `kentongan evidence keys`.",
        )


def read_reasons(report: str) -> list[str]:
    """What a report of the verifier rejects, the first five, each with its file; nothing where there is no report."""
    if not report.strip():
        return []
    checks = msgspec.json.decode(report)["pemeriksaan"]
    refused = [one for one in checks if one["status"] == REJECTED]
    return [f"{one['berkas']}: {one['keterangan']}".removeprefix(": ") for one in refused[:5]]


def require_ready(
    case: Case, issuer: Issuer, ask_law: Callable[[], Grounds], *, now: datetime
) -> tuple[Grounds, SealKey]:
    """The grounds and the seal of a package that may be built. Raises one error that names everything that is missing;
    a damaged object is told at once and alone."""
    missing: list[KentonganError] = []
    if case.state == "closed":
        hint = f"Buka kembali: `kentongan cases reopen {case.id} --as NAMA`."
        missing.append(Conflict(f"Kasus {case.id} sudah ditutup.", hint=hint))
    if not case.documents:
        missing.append(Conflict(f"Kasus {case.id} belum berisi dokumen yang diamankan."))
    missing += wrong_keys(case, issuer, now=now)
    try:
        grounds = ask_law()
    except Quarantine:
        raise
    except KentonganError as error:
        missing.append(error)
    if not missing and issuer.seal is not None:
        return grounds, issuer.seal
    if len(missing) == 1:
        raise missing[0]
    kinds = [type(error) for error in missing]
    kind = NotAllowed if NotAllowed in kinds else Conflict
    raise kind("\n".join(f"{number}. {error}" for number, error in enumerate(missing, 1)))


def wrong_keys(case: Case, issuer: Issuer, *, now: datetime) -> list[KentonganError]:
    """What is wrong with the keys that would seal, stamp and sign."""
    wrong: list[KentonganError] = list(issuer.faults)
    if wrong:
        return wrong
    if issuer.seal is None:
        wrong.append(NotConfigured("seal_key_file", "Kunci segel lembaga belum diatur.", hint="Atur seal_key_file."))
    if not issuer.authorities:
        name = "timestamp_authorities_file"
        wrong.append(NotConfigured(name, "Otoritas cap waktu belum diatur.", hint=f"Atur {name}."))
    seals = () if issuer.seal is None else (issuer.seal,)
    for key in (*seals, *issuer.authorities, *issuer.signers):
        try:
            refuse_wrong_key(case.sample, key)
            if isinstance(key, SealKey):
                require_valid(key, now=now)
        except KentonganError as error:
            wrong.append(error)
    return wrong
