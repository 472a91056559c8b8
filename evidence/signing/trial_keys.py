"""Makes keys to try evidence with: an authority, a seal, two persons and a time authority, worth nothing in court.

They are made on the machine that asks for them and never shipped. Every certificate carries ``TRIAL_UNIT`` in its
subject, which is how the rest of the system knows a test key, whatever the file is called.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kentongan.errors import Conflict

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

TRIAL_UNIT = "KUNCI UJI KENTONGAN"
"""Organisational unit (OU) in the subject of every test certificate."""

TRIAL_PASSWORD = "uji"
"""Password of the test keys' files. No secret: the keys protect nothing."""

TRIAL_VALIDITY = timedelta(days=3650)
"""How long a test certificate is valid, before and after it was made, so that invented dates of samples fall in it."""

KEY_BITS = 2048
"""RSA modulus in bits: the least that NIST SP 800-131A allows for signatures."""

CA_FILE = "ca-uji.pem"
SEAL_FILE = "segel-uji.p12"
TIME_FILE = "waktu-uji.p12"
PERSON_FILES = ("penanda-1-uji.p12", "penanda-2-uji.p12")
PERSON_NAMES = ("Penanda Tangan Uji Satu", "Penanda Tangan Uji Dua")


def make_test_keys(folder: Path, *, now: datetime) -> tuple[Path, ...]:
    """Make the test keys in a folder and return their files; raises Conflict where there are some already."""
    files = tuple(folder / name for name in (CA_FILE, SEAL_FILE, *PERSON_FILES, TIME_FILE))
    if any(file.exists() for file in files):
        raise Conflict(f"Kunci uji sudah ada di {folder}.", hint="Hapus folder itu dulu bila ingin membuat yang baru.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ca_key, ca = make_certificate("CA Uji Kentongan", now=now)
    write_private(files[0], pem_of(ca))
    subjects = ("Segel Lembaga Uji", *PERSON_NAMES, "Otoritas Waktu Uji")
    for file, subject in zip(files[1:], subjects, strict=True):
        issuer = (ca_key, ca)
        key, certificate = make_certificate(subject, now=now, issuer=issuer, stamps_time=file.name == TIME_FILE)
        write_key(file, key=key, certificate=certificate, chain=(ca,), password=TRIAL_PASSWORD)
    return files


def make_certificate(
    name: str,
    *,
    now: datetime,
    issuer: tuple[RSAPrivateKey, x509.Certificate] | None = None,
    stamps_time: bool = False,
    trial: bool = True,
    valid: tuple[datetime, datetime] | None = None,
    signs: bool = True,
) -> tuple[RSAPrivateKey, x509.Certificate]:
    """A new RSA key with its certificate: an authority's own where there is no ``issuer``, otherwise a signer's.

    ``stamps_time`` gives it the critical purpose timeStamping (RFC 3161, section 2.3); ``signs`` the key usage
    digitalSignature. ``trial=False`` leaves out the mark of a test key and serves tests of exactly that gate.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Kentongan")]
    if trial:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, TRIAL_UNIT))
    subject = x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signing_key, signer = issuer if issuer else (key, None)
    since, until = valid or (now - TRIAL_VALIDITY, now + TRIAL_VALIDITY)
    is_authority = issuer is None
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer.subject if signer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(key_usage(authority=is_authority, signs=signs), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False)
    )
    if stamps_time:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(purpose, critical=True)
    return key, builder.sign(signing_key, hashes.SHA256())


def key_usage(*, authority: bool, signs: bool) -> x509.KeyUsage:
    """What the key may be used for: an authority signs certificates, the others sign (or, for tests, encipher)."""
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=signs and not authority,
        content_commitment=signs and not authority,
        key_encipherment=not signs,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def write_key(
    file: Path,
    *,
    key: RSAPrivateKey,
    certificate: x509.Certificate,
    chain: tuple[x509.Certificate, ...],
    password: str,
) -> None:
    """Write a key with its certificates as PKCS#12, readable by its owner only."""
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

    encryption = BestAvailableEncryption(password.encode())
    write_private(file, pkcs12.serialize_key_and_certificates(b"kentongan", key, certificate, chain, encryption))


def write_private(file: Path, data: bytes) -> None:
    """Write a file that only its owner may read, from its first byte on."""
    file.touch(mode=0o600)
    file.write_bytes(data)


def pem_of(certificate: x509.Certificate) -> bytes:
    """The certificate as PEM."""
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM)
