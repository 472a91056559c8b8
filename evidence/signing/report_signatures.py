"""Persons' signatures on the report: PAdES, one after the other, each an addition that leaves the earlier bytes alone.

Who signs is a ``ReportSigner``: a key on this machine (``LocalSigner``), or the national service
(``evidence.signing.national_service``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Protocol

from evidence.signing.seal import is_trial, refuse_wrong_key
from evidence.signing.signature_mark import BOXES, Box
from kentongan.errors import Conflict, KentonganError

if TYPE_CHECKING:
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

LONGEST_ADDITION = 400_000
"""Most bytes that one signature may add to a report: the signature with its certificates has 20 to 60 KiB, the mark
with its fonts about as much."""


class ReportSigner(Protocol):
    """Somebody who signs reports."""

    @property
    def name(self) -> str: ...

    @property
    def test(self) -> bool: ...

    def sign(self, pdf: bytes, *, field: str, box: Box | None, now: datetime) -> bytes:
        """The PDF with one signature more, in a field of this name, with a mark in ``box`` of the last page."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSignature:
    """A signature as it stands in a report."""

    name: str
    """Common name in the signer's certificate."""
    certificate_sha256: str
    """SHA-256 of that certificate in DER, as 64 hex digits."""
    test: bool
    stamped: bool
    """A time stamp is in the signature (PAdES B-T)."""


def sign_report(pdf: bytes, *, signers: Sequence[ReportSigner], sample: bool, now: datetime) -> bytes:
    """The report with a signature of every signer, in order.

    Raises NotAllowed where a test key meets real data or a real key samples, Conflict where somebody would sign a
    second time, KentonganError where a signature does not hold or something else in the file was changed with it.
    """
    for signer in signers:
        refuse_wrong_key(sample, signer)
    before = signatures_of(pdf)
    for signer in signers:
        place = BOXES[len(before)] if len(before) < len(BOXES) else None
        signed = signer.sign(pdf, field=f"TandaTangan{len(before) + 1}", box=place, now=now)
        after = require_one_more(pdf, signed=signed, before=before, who=signer.name)
        if after[-1].test and not sample:
            raise KentonganError(f"{signer.name} menandatangani dengan kunci uji; tanda tangannya tidak diterima.")
        pdf, before = signed, after
    return pdf


def require_one_more(
    pdf: bytes, *, signed: bytes, before: tuple[ReportSignature, ...], who: str
) -> tuple[ReportSignature, ...]:
    """The signatures of ``signed``; raises KentonganError unless it is ``pdf`` with one sound signature added."""
    if not signed.startswith(pdf) or not len(pdf) < len(signed) <= len(pdf) + LONGEST_ADDITION:
        raise KentonganError(f"Berkas yang ditandatangani {who} bukan laporan yang dikirim ditambah tanda tangan.")
    after = signatures_of(signed)
    if len(after) != len(before) + 1:
        raise KentonganError(f"Tidak ada tanda tangan baru dari {who} di berkas laporan.")
    if after[-1].certificate_sha256 in {one.certificate_sha256 for one in before}:
        raise Conflict(f"{after[-1].name} sudah menandatangani laporan ini.", hint="Penanda tangan kedua harus lain.")
    return after


def signatures_of(pdf: bytes) -> tuple[ReportSignature, ...]:
    """The signatures in a PDF, oldest first; raises KentonganError for no PDF, and where one does not fit its bytes.

    Whether their certificates deserve trust is another question.
    """
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.general import CMSStructuralError

    try:
        embedded = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
        return tuple(describe(one) for one in sorted(embedded, key=lambda one: one.signed_revision))
    except (PdfError, CMSStructuralError, ValueError, KeyError, TypeError, IndexError) as error:
        raise KentonganError("Berkas ini bukan PDF yang utuh dengan tanda tangan yang terbaca.") from error


def describe(signature: EmbeddedPdfSignature) -> ReportSignature:
    """The signature's record; raises KentonganError unless it fits the bytes it covers."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

    certificate = x509.load_der_x509_certificate(signature.signer_cert.dump())
    name = signature.signer_cert.subject.native.get("common_name") or certificate.subject.rfc4514_string()
    if not holds(signature):
        raise KentonganError(f"Tanda tangan {name} tidak cocok dengan berkasnya.")
    return ReportSignature(
        name=str(name),
        certificate_sha256=certificate.fingerprint(hashes.SHA256()).hex(),
        test=is_trial(certificate),
        stamped=any(True for _ in extract_tst_data_iter(signature.signer_info, signed=False)),
    )


def holds(signature: EmbeddedPdfSignature) -> bool:
    """Whether the signature is sound, covers the whole file as it then was, and only signatures were added since."""
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    signature.compute_integrity_info()  # type: ignore[no-untyped-call]
    intact, valid = validate_sig_integrity(
        signature.signer_info, signature.signer_cert, "data", signature.compute_digest()
    )
    covered = signature.evaluate_signature_coverage() >= SignatureCoverageLevel.ENTIRE_REVISION
    return intact and valid and covered and signature.summarise_integrity_info()["docmdp_ok"] is True
