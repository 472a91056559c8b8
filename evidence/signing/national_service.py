"""Persons' signatures by the national service (BSrE, Balai Besar Sertifikasi Elektronik) over its client's interface.

Two interfaces exist: v1 takes a form at ``/api/sign/pdf``, v2 takes JSON at ``/api/v2/sign/pdf``. Both are written here
from public descriptions of them and from public programs that use them; neither was tried against the real service,
whose manual goes to institutions with an agreement only. The passphrase is a person's own: it is asked for when they
sign, sent once, and neither kept nor logged.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

import msgspec

from evidence.signing.outside_post import Answer, post
from evidence.signing.signature_mark import Box
from kentongan.errors import BadSettings, KentonganError, NotAllowed, NotConfigured, NotFound, Retry

Version = Literal["v1", "v2"]

PATIENCE: Final = 60.0
"""Longest wait for a signature, in seconds; programs that use the service publicly wait 30 to 120."""

MOST_ANSWER_BYTES: Final = 64 * 1024 * 1024
"""Longest answer that is read, in bytes: a report with pictures in base64."""

WHO: Final = "Layanan tanda tangan nasional"

WRONG_PASSPHRASE: Final = 2031
UNKNOWN_PERSON: Final = 2011
"""The service's own codes, as public programs that use it name them."""


class Said(msgspec.Struct, frozen=True):
    """The JSON that the service answers, as far as it is understood; keys nobody knows are passed over."""

    file: list[str] = []
    """PDFs in base64."""
    error: str = ""
    message: str = ""
    status_code: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalService:
    """Where an institution reaches the service, and as whom."""

    url: str
    version: Version
    user: str
    password: str = field(repr=False)
    proxy: str = ""
    patience: float = PATIENCE
    """In seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalSigner:
    """A person with a certificate at the national service."""

    name: str
    nik: str = field(repr=False)
    """Number on the identity card, 16 digits."""
    service: NationalService
    reason: str
    place: str
    passphrase: Callable[[], str] = field(repr=False)
    """Asks the person for it, once for each signature."""

    @property
    def test(self) -> bool:
        """Never: the service signs with real certificates."""
        return False

    def sign(self, pdf: bytes, *, field: str, box: Box | None, now: datetime) -> bytes:
        """See ``evidence.signing.report_signatures.ReportSigner``; the service chooses the field, and no mark is drawn.

        Raises NotAllowed for a wrong passphrase, NotFound for a NIK it does not know, Retry where it does not answer,
        KentonganError for whatever else it says.
        """
        if not self.service.url:
            hint = "Atur signature_service_url, signature_service_user dan signature_service_password."
            raise NotConfigured("signature_service_url", f"{WHO} belum diatur.", hint=hint)
        make = {"v1": form_of, "v2": json_of}[self.service.version]
        path, kind, body = make(self, pdf)
        login = base64.b64encode(f"{self.service.user}:{self.service.password}".encode()).decode()
        answer = post(
            self.service.url.rstrip("/") + path,
            body,
            headers={"Authorization": f"Basic {login}", "Content-Type": kind, "Accept": "application/json, */*"},
            who=WHO,
            patience=self.service.patience,
            most_bytes=MOST_ANSWER_BYTES,
            proxy=self.service.proxy,
        )
        return read_answer(answer, name=self.name)


def form_of(signer: NationalSigner, pdf: bytes) -> tuple[str, str, bytes]:
    """Path, content type and body of a v1 request (multipart/form-data, RFC 7578)."""
    texts = {
        "nik": signer.nik,
        "passphrase": signer.passphrase(),
        "tampilan": "invisible",
        "reason": signer.reason,
        "location": signer.place,
    }
    boundary = f"kentongan-{secrets.token_hex(16)}"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
        for name, text in texts.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="berita-acara.pdf"\r\n'
    parts += [head.encode() + b"Content-Type: application/pdf\r\n\r\n" + pdf + f"\r\n--{boundary}--\r\n".encode()]
    return "/api/sign/pdf", f"multipart/form-data; boundary={boundary}", b"".join(parts)


def json_of(signer: NationalSigner, pdf: bytes) -> tuple[str, str, bytes]:
    """Path, content type and body of a v2 request."""
    shown = {"tampilan": "INVISIBLE", "reason": signer.reason, "location": signer.place}
    body = {
        "nik": signer.nik,
        "passphrase": signer.passphrase(),
        "signatureProperties": [shown],
        "file": [base64.b64encode(pdf).decode()],
    }
    return "/api/v2/sign/pdf", "application/json", msgspec.json.encode(body)


def read_answer(answer: Answer, *, name: str) -> bytes:
    """The PDF in an answer of either interface: as it is (v1), or in base64 (v2). Raises as ``NationalSigner.sign``."""
    if answer.status == 200 and answer.body.startswith(b"%PDF-"):
        return answer.body
    try:
        said = msgspec.json.decode(answer.body, type=Said)
    except msgspec.DecodeError:
        said = Said()
    words = said.error or said.message
    if said.status_code == WRONG_PASSPHRASE or "passphrase" in words.casefold():
        raise NotAllowed(f"{WHO} menolak passphrase {name}.", hint="Ulangi; terlalu sering salah dapat mengunci akun.")
    if said.status_code == UNKNOWN_PERSON or answer.status == 404:
        raise NotFound(f"{WHO} tidak mengenal NIK {name}.", hint="Daftarkan dulu, atau periksa report_signers_file.")
    if answer.status in (401, 403):
        raise BadSettings(
            f"{WHO} menolak akun lembaga.", hint="Periksa signature_service_user dan signature_service_password."
        )
    if answer.status >= 500 or answer.status == 429:
        raise Retry(f"{WHO} sedang tidak dapat menandatangani (status HTTP {answer.status}).")
    if answer.status != 200 or words:
        raise KentonganError(f"{WHO} tidak menandatangani untuk {name}: {words or f'status HTTP {answer.status}'}.")
    return decoded_file(said, name=name)


def decoded_file(said: Said, *, name: str) -> bytes:
    try:
        [text] = said.file
        pdf = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise KentonganError(f"Jawaban {WHO} untuk {name} tidak berisi satu PDF.") from error
    if not pdf.startswith(b"%PDF-"):
        raise KentonganError(f"Jawaban {WHO} untuk {name} bukan PDF.")
    return pdf
