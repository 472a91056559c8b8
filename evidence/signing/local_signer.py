"""A person's key on this machine: signs a report as PAdES B-B, or B-T where a time authority stamps the signature."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from evidence.signing.seal import SealKey, require_valid
from evidence.signing.signature_mark import Box, make_mark
from evidence.signing.timestamps import Authority, ask
from kentongan.errors import KentonganError
from kentongan.times import ZONES

if TYPE_CHECKING:
    from asn1crypto import tsp
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko.sign.timestamps import TimeStamper

DIGEST: Final = "sha512"
RESERVED_BYTES: Final = 65_536
"""Room for the signature in the file, in hex digits: 32 KiB of certificates, signature and time stamp, which have 4 to
12 KiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSigner:
    """A person whose key lies on this machine."""

    key: SealKey
    role: str
    """As it stands on the report: "Kepala Bidang Hukum"."""
    reason: str
    place: str
    authority: Authority | None = None
    """Stamps the signature; None leaves its time to this machine's clock."""
    zone: str = "WIB"
    """Zone of the time in the mark."""
    proxy: str = ""
    """HTTP proxy on the way to the authority."""

    @property
    def name(self) -> str:
        return self.key.name

    @property
    def test(self) -> bool:
        return self.key.test

    def sign(self, pdf: bytes, *, field: str, box: Box | None, now: datetime) -> bytes:
        """See ``report_signatures.ReportSigner``; raises BadSettings where the certificate is not valid."""
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.pdf_utils.misc import PdfError
        from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
        from pyhanko.sign.general import SigningError
        from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

        require_valid(self.key, now=now)
        about = PdfSignatureMetadata(
            field_name=field,
            md_algorithm=DIGEST,
            name=self.name,
            reason=self.reason,
            location=self.place,
            subfilter=SigSeedSubFilter.PADES,
        )
        at = f"{now.astimezone(ZONES[self.zone]):%d-%m-%Y %H:%M} {self.zone}"
        with TemporaryDirectory(prefix="kentongan-tanda-") as folder:
            try:
                writer = IncrementalPdfFileWriter(BytesIO(pdf))
                mark = box and make_mark(
                    self.name, role=self.role, at=at, test=self.test, box=box, now=now, folder=Path(folder)
                )
                signer = PdfSigner(
                    about,
                    simple_signer(self.key),
                    timestamper=stamper(self.authority, now=now, proxy=self.proxy) if self.authority else None,
                    stamp_style=mark,
                    new_field_spec=SigFieldSpec(field, on_page=-1, box=box),
                )
                done = run_apart(lambda: signer.sign_pdf(writer, bytes_reserved=RESERVED_BYTES).getvalue())
            except (PdfError, SigningError) as error:
                raise KentonganError(f"Laporan tidak dapat ditandatangani {self.name}: {error}.") from error
        return done


def run_apart(sign: Callable[[], bytes]) -> bytes:
    """What ``sign`` returns, from a thread of its own: pyHanko starts an event loop, which a caller that runs in one
    (a dashboard, a browser's driver) cannot have twice."""
    with ThreadPoolExecutor(max_workers=1) as apart:
        return apart.submit(sign).result()


def simple_signer(key: SealKey) -> SimpleSigner:
    """The key as pyHanko takes it."""
    from asn1crypto import keys, pem, x509
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    private = key.private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    own, *above = (x509.Certificate.load(pem.unarmor(one)[2]) for one in (key.certificate_pem, *key.chain_pem))
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(above)
    return SimpleSigner(signing_cert=own, signing_key=keys.PrivateKeyInfo.load(private), cert_registry=store)


def stamper(authority: Authority, *, now: datetime, proxy: str) -> TimeStamper:
    """An authority as pyHanko asks it; every answer is checked as any other token is."""
    from asn1crypto import tsp
    from pyhanko.sign.timestamps import TimeStamper

    class CheckedTimeStamper(TimeStamper):
        async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
            imprint = req["message_imprint"]
            token = ask(
                authority,
                imprint["hashed_message"].native,
                now=now,
                proxy=proxy,
                algorithm=imprint["hash_algorithm"]["algorithm"].native,
            )
            return tsp.TimeStampResp.load(token.response)

    # ``ask`` sends a nonce of its own and checks it.
    return CheckedTimeStamper(include_nonce=False)  # type: ignore[no-untyped-call]
