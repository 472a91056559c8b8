"""The cover letter of a package (surat pengantar), handed over apart: digests and fingerprints to know it by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from casework.papers import make_pdf
from evidence.cases.custody_heads import HeadToken
from evidence.package.seal import Closed
from evidence.records import Case
from evidence.signing.report_signatures import ReportSignature
from kentongan.numbers import format_number
from kentongan.times import format_day, format_time

TEMPLATE: Final = "surat-pengantar"
DIGEST_LINE: Final = 64
"""Hex digits on a line."""
RECIPIENT: Final = "........................................"
"""Who receives it is written in by hand, or recorded with the transfer."""
AFTER_COMMAND: Final = (
    "Hasilnya harus berkata UTUH dan menyebut penanda tangan yang sama. Cara memeriksa dengan alat lain (sha256sum, "
    "openssl, certutil, bagit.py) ada di CARA-VERIFIKASI.md di dalam paket."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterMatter:
    """Everything a cover letter is made of."""

    case: Case
    number: str
    organisation: str
    package: str
    """File name of the zip."""
    zip_sha256: str
    size: int
    """Of the zip, in bytes."""
    closed: Closed
    signatures: Sequence[ReportSignature]
    heads: Sequence[HeadToken]
    """Time stamps over the daily heads of the custody chain."""
    warnings: Sequence[str]


def make_letter(matter: LetterMatter, *, zone: str, now: datetime) -> bytes:
    """The letter as PDF/A-2b."""
    return make_pdf(TEMPLATE, letter_values(matter, zone=zone, now=now), now=now)


def letter_values(matter: LetterMatter, *, zone: str, now: datetime) -> dict[str, object]:
    case = matter.case
    return {
        "title": f"Surat pengantar {case.id}",
        "number": matter.number,
        "organisation": matter.organisation,
        "sample": case.sample,
        "attached": "1 (satu) paket bukti",
        "subject": f"Penyampaian paket bukti {case.id}",
        "date": format_day(now, zone=zone),
        "recipient": RECIPIENT,
        "case_id": case.id,
        "case_title": case.title,
        "contents": f"{len(case.documents)} dokumen dan {len(case.captures)} tangkapan halaman",
        "digests": [
            {
                "what": f"SHA-256 berkas {matter.package} ({format_number(matter.size)} byte)",
                "parts": [matter.zip_sha256],
            },
            {
                "what": "SHA-512 tagmanifest-sha512.txt, yang mencakup semua isi paket",
                "parts": split_digest(matter.closed.tagmanifest_sha512),
            },
        ],
        "anchors": anchors_of(matter, zone=zone),
        "command": command_lines(matter),
        "after_command": AFTER_COMMAND,
        "warnings": [
            *(["Data contoh: disegel dengan kunci uji, tidak berlaku sebagai bukti."] if case.sample else []),
            *matter.warnings,
        ],
        "sign_head": f"Atas nama {matter.organisation}",
    }


def earlier_authorities(matter: LetterMatter) -> dict[str, str]:
    """Fingerprint to name of the authorities that stamped daily heads and not the package itself."""
    stamped = {token.certificate_sha256 for token in matter.closed.tokens}
    return {one.certificate_sha256: one.authority for one in matter.heads if one.certificate_sha256 not in stamped}


def anchors_of(matter: LetterMatter, *, zone: str) -> list[dict[str, str]]:
    """The certificates that a checker is to trust, each by its fingerprint."""
    closed = matter.closed
    return [
        {"what": f"Segel lembaga, {closed.seal_name} (SHA-256 sertifikat)", "sha256": closed.seal_sha256},
        *(
            {
                "what": f"Cap waktu {token.authority}, {format_time(token.time, zone=zone)} (SHA-256 sertifikat)",
                "sha256": token.certificate_sha256,
            }
            for token in closed.tokens
        ),
        *(
            {"what": f"Cap waktu harian {name} (SHA-256 sertifikat)", "sha256": sha256}
            for sha256, name in earlier_authorities(matter).items()
        ),
        *(
            {
                "what": f"Tanda tangan {one.name} pada berita acara (SHA-256 sertifikat)",
                "sha256": one.certificate_sha256,
            }
            for one in matter.signatures
        ),
    ]


def command_lines(matter: LetterMatter) -> list[str]:
    """The verifier's command with the fingerprints, broken as a shell takes it."""
    closed = matter.closed
    options = [
        f"--segel {closed.seal_sha256}",
        *(f"--waktu {sha256}" for sha256 in dict.fromkeys(token.certificate_sha256 for token in closed.tokens)),
        *(f"--waktu {sha256}" for sha256 in earlier_authorities(matter)),
        *(f"--penanda-tangan {one.certificate_sha256}" for one in matter.signatures),
    ]
    return [f"python3 verifikasi.py {matter.package} \\", *(f"  {one} \\" for one in options[:-1]), f"  {options[-1]}"]


def split_digest(digest: str) -> list[str]:
    """A digest in lines of DIGEST_LINE digits."""
    return [digest[at : at + DIGEST_LINE] for at in range(0, len(digest), DIGEST_LINE)]
