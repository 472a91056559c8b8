"""Makes the working copy of a case: the words of its documents with personal data masked, beside the sealed original.

It is for whoever works on the case and does not need the original. What a package proves, only the package proves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Final

import msgspec
from sqlalchemy.orm import Session

from casework.access import authorise
from casework.roles import Actor
from crawlers.by_hand import MAX_PICTURE, picture_type
from crawlers.picture_metadata import strip_metadata
from evidence.cases import read_case
from evidence.cases.custody import read_chain
from evidence.cases.rows import lock_row, record_act
from evidence.handout.bundle import SAMPLE_MARK, Handout, name_handout, write_handout
from evidence.handout.redaction import Masker, MaskKind
from evidence.law.case_facts import read_snapshot
from evidence.objects import Objects
from evidence.records import Case, CaseDocument
from kentongan.errors import Conflict, KentonganError
from kentongan.schema import Record
from kentongan.times import format_time

LIMITS: Final = """\
Batasnya:
- Yang disamarkan: tautan, surel, akun, nomor telepon, NIK dan KK, NPWP, rekening, nomor panjang lain, koordinat,
  tanggal lahir, alamat (jalan, RT/RW, blok, kode pos), dan pelat kendaraan, sejauh penulisannya dikenali.
- Nama orang disamarkan hanya yang disebut oleh pembuat salinan ini, dan nama akun pengunggah dokumen ini. Nama lain,
  angka yang ditulis dengan kata, dan ciri yang bila digabung menunjuk seseorang masih dapat tertinggal.
- Karena itu salinan ini bukan data anonim. Baca sekali lagi sebelum dibagikan.
- Penyamaran berhati-hati: angka atau alamat yang tidak menunjuk siapa pun dapat ikut tersamarkan.
- Kata-katanya dibersihkan dari karakter yang tidak terlihat dan dari huruf bergaya; bunyi aslinya ada di paket
  tersegel.
- Arsip web dan tangkapan layar tidak disertakan. Gambar yang ada di sini dipilih dan disunting oleh pembuatnya.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCopy:
    """A working copy that was written."""

    handout: Handout
    documents: int
    pictures: int
    masked: Mapping[MaskKind, int]
    """How often each kind was masked; never what."""
    sealed: str | None
    """SHA-512 of the sealed package's ``tagmanifest-sha512.txt``; None where none was built yet."""


def make_working_copy(
    session: Session,
    case_id: str,
    *,
    objects: Objects,
    out: Path,
    names: Sequence[str] = (),
    pictures: Sequence[Path] = (),
    actor: Actor,
    now: datetime,
    zone: str = "WIB",
    via: str | None = None,
) -> WorkingCopy:
    """Write the working copy into the folder ``out``, and note it in the case's chain.

    ``names`` are of persons to mask; ``pictures`` were redacted by hand, their metadata are taken out here. Raises
    NotAllowed, NotFound, Conflict (nothing in the case), Quarantine (damaged snapshot), KentonganError for a picture
    that is none and for a full disk; nothing half-written stays.
    """
    actor = authorise(session, actor, action="evidence.redact", now=now)
    lock_row(session, case_id, state=None, doing="disunting")
    case = read_case(session, case_id)
    if not case.documents:
        raise Conflict(
            f"Kasus {case_id} belum berisi dokumen.",
            hint=f"Amankan dulu: `kentongan evidence secure DOKUMEN --case {case_id} --as NAMA`.",
        )
    masker = Masker(names=names, accounts=read_accounts(case, objects))
    shown = [read_picture(path) for path in pictures]
    sealed = sealed_digest(session, case_id)
    place = out / name_handout(case_id, "salinan-kerja", now=now, sample=case.sample)
    files = copy_files(case, masker, objects=objects, pictures=shown, sealed=sealed, zone=zone, now=now)
    handout = write_handout(place, files)
    masked = masker.counts
    record_act(
        session,
        case_id,
        act="redacted",
        object="case",
        detail={
            "berkas": place.name,
            "sha256": handout.sha256,
            "dokumen": len(case.documents),
            "gambar": len(shown),
            "disamarkan": sum(masked.values()),
            "paket": sealed,
        },
        actor=actor,
        now=now,
        via=via,
    )
    return WorkingCopy(
        handout=handout, documents=len(case.documents), pictures=len(shown), masked=masked, sealed=sealed
    )  # fmt: skip


def read_accounts(case: Case, objects: Objects) -> list[str]:
    """The names under which the case's documents were published, but for those of newsrooms and agencies."""
    records = (read_snapshot(objects, secured.snapshot.sha256) for secured in case.documents)
    return [r.document.author for r in records if r.document.author and r.document.kind in ("post", "comment")]


def copy_files(
    case: Case,
    masker: Masker,
    *,
    objects: Objects,
    pictures: Sequence[tuple[str, bytes]],
    sealed: str | None,
    zone: str,
    now: datetime,
) -> Iterator[tuple[str, bytes | IO[bytes]]]:
    """The files of the copy, one after the other, so that one document is in memory at a time."""
    rows = []
    for number, secured in enumerate(case.documents, 1):
        record = read_snapshot(objects, secured.snapshot.sha256)
        path = f"dokumen/{number:04d}.txt"
        yield path, describe_document(record, masker, sample=case.sample, zone=zone).encode()
        rows.append(describe_row(number, path, secured, record))
    for number, (kind, content) in enumerate(pictures, 1):
        yield f"gambar/{number:04d}.{kind}", content
    yield "daftar.json", msgspec.json.format(msgspec.json.encode(rows))
    yield "penyamaran.json", msgspec.json.format(msgspec.json.encode(masker.counts))
    yield "BACA-SAYA.txt", read_me(case, masker, sealed=sealed, zone=zone, now=now).encode()


def describe_document(record: Record, masker: Masker, *, sample: bool, zone: str) -> str:
    """One document as text: what it was first, and each change of its words, masked."""
    document = record.document
    said = [f"Platform: {document.platform}", f"Terbit: {format_time(document.published_at, zone=zone)}"]
    said += [SAMPLE_MARK] if sample else []
    states: list[tuple[datetime | None, str | None, str]] = [(None, document.title, document.text)]
    states += [(seen.at, seen.revision.title, seen.revision.text) for seen in record.observations if seen.revision]
    for at, title, text in states:
        said += ["", "Isi:" if at is None else f"Isi sesudah diubah, terlihat {format_time(at, zone=zone)}:"]
        said += [masker.mask(words) for words in (title, text) if words]
    return "\n".join(said) + "\n"


def describe_row(number: int, path: str, secured: CaseDocument, record: Record) -> dict[str, object]:
    """What the list says of a document: nothing that names its author or its address."""
    return {
        "nomor": number,
        "berkas": path,
        "platform": record.document.platform,
        "jenis": record.document.kind,
        "terbit": record.document.published_at,
        "diamankan": secured.secured_at,
        "sidik_salinan_tersegel": secured.snapshot.sha256,
    }


def read_me(case: Case, masker: Masker, *, sealed: str | None, zone: str, now: datetime) -> str:
    """What the copy is, what it is not, what was masked how often."""
    counts = "\n".join(f"- {kind}: {count}" for kind, count in masker.counts.items() if count) or "- tidak ada"
    package = (
        "Paket tersegel kasus ini belum dibuat."
        if sealed is None
        else f"Paket tersegelnya dikenali dari SHA-512 berkas tagmanifest-sha512.txt:\n{sealed}"
    )
    mark = f"{SAMPLE_MARK}: semua isi salinan ini rekaan.\n\n" if case.sample else ""
    return (
        f"{mark}Salinan kerja {case.id}, dibuat {format_time(now, zone=zone)}.\n\n"
        "Ini bukan bukti. Data pribadi di dalamnya disamarkan; aslinya ada di paket tersegel, yang tidak berubah.\n"
        f"{package}\n\nYang disamarkan, menurut jenis dan jumlahnya:\n{counts}\n\n{LIMITS}"
    )


def read_picture(path: Path) -> tuple[str, bytes]:
    """A picture's ending and its bytes, without what a phone wrote into it. Raises KentonganError where it is none."""
    try:
        if path.stat().st_size > MAX_PICTURE:
            raise KentonganError(f"{path} terlalu besar.", hint=f"Paling besar {MAX_PICTURE // 1_000_000} MB.")
        content = path.read_bytes()
    except OSError as error:
        raise KentonganError(f"Gambar {path} tidak terbaca: {error.strerror or error}.") from error
    kind = picture_type(content)
    if kind is None:
        raise KentonganError(f"{path} bukan gambar PNG, JPEG, atau WebP.")
    return kind, strip_metadata(content)


def sealed_digest(session: Session, case_id: str) -> str | None:
    """SHA-512 of the tag manifest of the case's newest package, from its chain; None where none was built."""
    for entry in reversed(read_chain(session, case_id)):
        digest = entry.detail.get("tagmanifest_sha512")
        if entry.act == "exported" and isinstance(digest, str):
            return digest
    return None
