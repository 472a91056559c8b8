"""The institution's seal: a key from a PKCS#12 file, and a detached CMS signature made with it.

Plain forms only, so that a verifier of a few hundred lines can read them: DER, one signer named by issuer and serial
number, SHA-512, RSA PKCS#1 v1.5 or ECDSA (RFC 5652).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from evidence.signing.trial_keys import TRIAL_UNIT
from kentongan.errors import BadSettings, NotAllowed, NotConfigured

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    SigningKey = RSAPrivateKey | EllipticCurvePrivateKey

LEAST_RSA_BITS = 2048
"""Shortest RSA modulus that is taken, in bits (NIST SP 800-131A)."""

CURVES = ("secp256r1", "secp384r1")
"""Curves that an ECDSA key may lie on: those of FIPS 186-5 that `openssl` and the browsers all have."""


class Marked(Protocol):
    """Something that signs, and says whether that is worth something: a key, a time authority, a person."""

    @property
    def name(self) -> str: ...

    @property
    def test(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SealKey:
    """A private key with its certificates, fit for signing."""

    name: str
    """Common name of the certificate's subject, as people read it."""
    certificate_sha256: str
    """SHA-256 of the key's own certificate in DER, as 64 hex digits: what a verifier is told to trust."""
    certificate_pem: bytes
    chain_pem: tuple[bytes, ...]
    """Certificates of the authorities above it, as the file has them."""
    test: bool
    """Its subject has the unit ``TRIAL_UNIT``."""
    valid_from: datetime
    valid_until: datetime
    private_key: SigningKey = field(repr=False)


def load_key(path: Path | None, password: str, *, now: datetime | None = None) -> SealKey:
    """Read a key and its certificates from a PKCS#12 file.

    Raises NotConfigured without a path, BadSettings where the file, the password, the certificate or the kind of key
    will not do; with ``now`` also where the certificate is not valid then.
    """
    if path is None:
        raise NotConfigured("seal_key_file", "Kunci segel lembaga belum diatur.", hint="Atur seal_key_file.")
    key, certificate, chain = read_pkcs12(path, password)
    require_signing_key(key, path=path)
    require_signing_certificate(certificate, path=path)
    made = seal_key_of(key, certificate, chain)
    if now is not None:
        require_valid(made, now=now)
    return made


def read_pkcs12(path: Path, password: str) -> tuple[SigningKey, x509.Certificate, list[x509.Certificate]]:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import pkcs12

    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadSettings(f"Berkas kunci {path} tidak terbaca: {error.strerror}.") from error
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(data, password.encode())
    except ValueError as error:
        hint = "Periksa kata sandinya, dan apakah berkasnya memang PKCS#12 (.p12 atau .pfx)."
        raise BadSettings(f"Berkas kunci {path} tidak dapat dibuka dengan kata sandi itu.", hint=hint) from error
    if key is None:
        raise BadSettings(f"Berkas kunci {path} tidak berisi kunci privat.", hint="Ekspor ulang bersama kuncinya.")
    if certificate is None:
        raise BadSettings(f"Berkas kunci {path} tidak berisi sertifikat milik kuncinya.")
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise BadSettings(f"Kunci di {path} bukan RSA atau ECDSA.")
    return key, certificate, chain


def require_signing_key(key: SigningKey, *, path: Path) -> None:
    """Raise BadSettings where the key is too short or lies on another curve."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    if isinstance(key, RSAPrivateKey):
        if key.key_size < LEAST_RSA_BITS:
            raise BadSettings(f"Kunci RSA di {path} hanya {key.key_size} bit; paling sedikit {LEAST_RSA_BITS} bit.")
    elif key.curve.name not in CURVES:
        raise BadSettings(f"Kurva kunci di {path}, {key.curve.name}, tidak dipakai; pakailah {' atau '.join(CURVES)}.")


def require_signing_certificate(certificate: x509.Certificate, *, path: Path) -> None:
    """Raise BadSettings where the certificate does not let its key sign documents (RFC 5280, section 4.2.1.3)."""
    from cryptography import x509

    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise BadSettings(
            f"Sertifikat di {path} bukan untuk tanda tangan: penggunaan kuncinya tidak memuat digitalSignature."
        )


def seal_key_of(key: SigningKey, certificate: x509.Certificate, chain: list[x509.Certificate]) -> SealKey:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding

    return SealKey(
        name=common_name(certificate),
        certificate_sha256=certificate.fingerprint(hashes.SHA256()).hex(),
        certificate_pem=certificate.public_bytes(Encoding.PEM),
        chain_pem=tuple(one.public_bytes(Encoding.PEM) for one in chain),
        test=is_trial(certificate),
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
        private_key=key,
    )


def require_valid(key: SealKey, *, now: datetime) -> None:
    """Raise BadSettings where the key's certificate is not yet, or no longer, valid at ``now``."""
    if now < key.valid_from:
        raise BadSettings(f"Sertifikat {key.name} baru berlaku sejak {key.valid_from:%Y-%m-%d %H:%M} UTC.")
    if now > key.valid_until:
        hint = "Mintalah sertifikat baru; yang sudah ditandatangani tetap sah."
        raise BadSettings(f"Sertifikat {key.name} habis berlaku pada {key.valid_until:%Y-%m-%d %H:%M} UTC.", hint=hint)


def seal(data: bytes, *, key: SealKey, now: datetime | None = None) -> bytes:
    """A detached CMS signature over ``data``: DER, with signed attributes and every certificate of the key's chain.

    The signing time among the attributes is this machine's; what proves a time is the time stamp. With ``now``, raises
    BadSettings where the certificate is not valid then.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA512
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

    if now is not None:
        require_valid(key, now=now)
    builder = pkcs7.PKCS7SignatureBuilder().set_data(data)
    builder = builder.add_signer(x509.load_pem_x509_certificate(key.certificate_pem), key.private_key, SHA512())
    for pem in key.chain_pem:
        builder = builder.add_certificate(x509.load_pem_x509_certificate(pem))
    plain = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.NoCapabilities]
    return builder.sign(Encoding.DER, plain)


def refuse_wrong_key(sample: bool, key: Marked) -> None:
    """Raise NotAllowed unless sample data meets a test key, and real data a real one."""
    if sample and not key.test:
        raise NotAllowed(
            f"Data contoh tidak boleh disegel atau ditandatangani dengan kunci sungguhan ({key.name}).",
            hint="Buat kunci uji dengan `kentongan evidence test-keys`.",
        )
    if not sample and key.test:
        raise NotAllowed(
            f"Perkara sungguhan tidak boleh disegel atau ditandatangani dengan kunci uji ({key.name}).",
            hint="Atur kunci lembaga: lihat `kentongan evidence keys`.",
        )


def is_trial(certificate: x509.Certificate) -> bool:
    """Whether the certificate's subject has the unit of test keys."""
    from cryptography.x509.oid import NameOID

    units = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    return any(unit.value == TRIAL_UNIT for unit in units)


def common_name(certificate: x509.Certificate) -> str:
    """The subject's common name, or its whole name where it has none."""
    from cryptography.x509.oid import NameOID

    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()
