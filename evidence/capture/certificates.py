"""Reads the certificates a server showed, says why one does not hold, and makes the throwaway one of our own proxy."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

PROBLEMS = {
    9: "sertifikatnya belum berlaku",
    10: "sertifikatnya kedaluwarsa",
    18: "sertifikatnya ditandatangani sendiri, bukan oleh otoritas yang dipercaya",
    19: "sertifikatnya berasal dari otoritas yang tidak dipercaya",
    20: "penerbit sertifikatnya tidak dikenal",
    21: "rantai sertifikatnya tidak lengkap",
    23: "sertifikatnya dicabut",
    62: "sertifikatnya untuk nama lain",
    64: "sertifikatnya untuk alamat lain",
}
"""OpenSSL's verification errors (x509_vfy.h), in words that stand after an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """What a server's own certificate says."""

    subject: str
    issuer: str
    valid_from: datetime
    valid_until: datetime
    names: tuple[str, ...]
    """Host names and addresses it is for."""
    sha256: str
    """Of its DER, 64 hex digits."""
    serial: str
    """In hex."""


def describe_problem(error: ssl.SSLCertVerificationError) -> str:
    """Why a certificate does not hold, in Indonesian, to stand after an address."""
    return PROBLEMS.get(error.verify_code, f"sertifikatnya tidak sah ({error.verify_message})")


def read_chain(connection: ssl.SSLSocket) -> tuple[bytes, ...]:
    """The certificates as the server sent them, in DER, its own first.

    Python 3.13 has a public method for it; before, only the object beneath has it, in the same form.
    """
    public = getattr(connection, "get_unverified_chain", None)
    if public is not None:
        return tuple(public())
    beneath = cast(Any, connection)._sslobj.get_unverified_chain() or ()
    return tuple(ssl.PEM_cert_to_DER_cert(certificate.public_bytes()) for certificate in beneath)


def chain_to_pem(chain: Sequence[bytes]) -> bytes:
    """A chain in DER as one PEM file, in the same order."""
    return "".join(ssl.DER_cert_to_PEM_cert(certificate) for certificate in chain).encode("ascii")


def read_facts(certificate: bytes) -> CertificateFacts | None:
    """What a certificate in DER says; None where it does not parse (its bytes are kept all the same)."""
    from cryptography import x509

    try:
        read = x509.load_der_x509_certificate(certificate)
        names: tuple[str, ...] = ()
        try:
            alternative = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            named = alternative.get_values_for_type(x509.DNSName)
            names = (*named, *(str(address) for address in alternative.get_values_for_type(x509.IPAddress)))
        except x509.ExtensionNotFound:
            pass
        return CertificateFacts(
            subject=read.subject.rfc4514_string(),
            issuer=read.issuer.rfc4514_string(),
            valid_from=read.not_valid_before_utc,
            valid_until=read.not_valid_after_utc,
            names=names,
            sha256=hashlib.sha256(certificate).hexdigest(),
            serial=f"{read.serial_number:x}",
        )
    except ValueError:
        return None


class ProxyCertificates:
    """One throwaway key and a certificate for each host, by which our browser speaks to our own proxy; never kept.

    The browser is told the key's fingerprint and takes no other certificate for want of a known authority.
    """

    def __init__(self, folder: Path, *, now: datetime) -> None:
        """``folder`` is the capture's own and goes with it."""
        from cryptography.hazmat.primitives.asymmetric import ec

        self._folder = folder
        self._now = now.astimezone(UTC)
        self._key: EllipticCurvePrivateKey = ec.generate_private_key(ec.SECP256R1())
        self._contexts: dict[str, ssl.SSLContext] = {}

    @property
    def key_digest(self) -> str:
        """SHA-256 of the public key in base64, as Chromium's ``--ignore-certificate-errors-spki-list`` takes it."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        info = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(hashlib.sha256(info).digest()).decode("ascii")

    def context_for(self, host: str) -> ssl.SSLContext:
        """A server's TLS context that answers as this host."""
        if host not in self._contexts:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self._write(host))
            self._contexts[host] = context
        return self._contexts[host]

    def _write(self, host: str) -> Path:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "perekam Kentongan, sekali pakai")])
        try:
            place: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host.strip("[]")))
        except ValueError:
            place = x509.DNSName(host)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._now - timedelta(days=1))
            .not_valid_after(self._now + timedelta(days=7))
            .add_extension(x509.SubjectAlternativeName([place]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        path = self._folder / f"{hashlib.sha256(host.encode()).hexdigest()[:16]}.pem"
        secret = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(secret + made.public_bytes(Encoding.PEM))
        return path
