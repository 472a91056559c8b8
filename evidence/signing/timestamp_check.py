"""Judges an answer of a time authority (RFC 3161) before anybody believes it.

The order of the checks is the order of trust: form, status, what was stamped, who signed, with what right, and when.
Every refusal is a Quarantine whose ``reason`` is a stable word ("token-imprint", "token-nonce", ...).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from evidence.signing.timestamp_form import Response, Signer, read_response, refusal

if TYPE_CHECKING:
    from cryptography import x509

IMPRINT = "sha512"
"""Digest that is stamped."""

HASHES = ("sha256", "sha384", "sha512")
"""Digests a token may be signed over; SHA-1 and MD5 can be forged."""

CERTIFICATE_HASHES = (*HASHES, "sha1")
"""Digests that may name the signer's certificate: RFC 2634's attribute has SHA-1 only, and many authorities send it."""

TIME_TOLERANCE = timedelta(minutes=5)
"""How far the authority's clock may differ from ours when a token is fresh: the skew Kerberos allows (RFC 4120,
section 5.9.1), far above what two clocks set over the network differ by."""

LONGEST_CHAIN = 6
"""Most certificates from a token's signer to the trusted one, both included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedToken:
    """What a token that passed every check says."""

    time: datetime
    """Its genTime; aware, in UTC."""
    serial: int
    policy: str
    """Object identifier in dots."""
    certificate_sha256: str
    """SHA-256 of the trusted certificate in DER, as 64 hex digits. The token carries that certificate, so that a
    verifier who knows only this can follow the signer's certificate up to it, offline."""


def check_response(
    response: bytes,
    *,
    digest: bytes,
    anchor: bytes,
    nonce: int | None = None,
    now: datetime | None = None,
    algorithm: str = IMPRINT,
) -> CheckedToken:
    """What the TimeStampResp in ``response`` proves about ``digest`` (of ``algorithm``).

    ``anchor`` is the trusted certificate in PEM, one that the authority's tokens carry: its own, or one above it;
    further certificates in it help to reach it. ``nonce`` is that of the query and ``now`` our clock, both None where
    an old token is looked at again. Raises Quarantine for anything but a sound token.
    """
    from cryptography import x509

    token = read_response(response)
    if token.imprint[0] != algorithm or not hmac.compare_digest(token.imprint[1], digest):
        raise refusal("imprint", "Tokennya untuk data lain: sidik data di dalamnya berbeda.")
    if nonce is not None and token.nonce != nonce:
        raise refusal("nonce", "Tokennya untuk permintaan lain: nonce-nya berbeda.")
    leaf = signer_certificate(token)
    require_signature(token.signer, content=token.content, leaf=leaf)
    require_purpose(leaf)
    trusted, *helping = x509.load_pem_x509_certificates(anchor)
    require_path(trusted, leaf=leaf, known=[*token.certificates, *helping], at=token.time)
    if trusted not in token.certificates:
        carried = "; ".join(f"{one.subject.rfc4514_string()}: {fingerprint(one)}" for one in token.certificates)
        hint = f"Atur salah satu sertifikat yang dibawanya sebagai sertifikat otoritas itu ({carried})."
        raise refusal(
            "carried", "Token tidak membawa sertifikat yang dipercaya, jadi tak dapat diperiksa kelak.", hint=hint
        )
    if now is not None and abs(now - token.time) > TIME_TOLERANCE:
        said = f"Waktu di token, {token.time:%Y-%m-%d %H:%M:%S} UTC, jauh dari jam mesin ini."
        raise refusal("time", said, hint="Periksa jam mesin.")
    return CheckedToken(
        time=token.time, serial=token.serial, policy=token.policy, certificate_sha256=fingerprint(trusted)
    )


def signer_certificate(token: Response) -> x509.Certificate:
    """The certificate of the token's signer, which the token carries since it was asked for it."""
    signer = token.signer
    found = [
        one
        for one in token.certificates
        if one.serial_number == signer.serial and one.issuer.public_bytes() == signer.issuer
    ]
    if len(found) != 1:
        raise refusal("signer", "Sertifikat penanda tangan token tidak ada di dalamnya.")
    return found[0]


def require_signature(signer: Signer, *, content: bytes, leaf: x509.Certificate) -> None:
    """Raise Quarantine unless the signature is the leaf's and over this content (RFC 5652, sections 5.4 and 5.6)."""
    from cryptography.hazmat.primitives.serialization import Encoding

    if signer.digest not in HASHES:
        raise refusal("digest", f"Token ditandatangani dengan sidik {signer.digest}, yang tidak aman lagi.")
    if signer.content_types != ("tst_info",):
        raise refusal("attributes", "Token tidak menyebut bahwa isinya cap waktu.")
    if signer.content_digests != (hashlib.new(signer.digest, content).digest(),):
        raise refusal("signature", "Isi token diubah sesudah ditandatangani.")
    der = leaf.public_bytes(Encoding.DER)
    named = [
        name in CERTIFICATE_HASHES and hmac.compare_digest(value, hashlib.new(name, der).digest())
        for name, value in signer.certificate_digests
    ]
    if not named or not all(named):
        raise refusal("signer", "Token tidak menyebut sertifikat penanda tangannya, atau menyebut yang lain.")
    if not is_signature(signer, leaf=leaf):
        raise refusal("signature", "Tanda tangan token tidak cocok dengan sertifikatnya.")


def is_signature(signer: Signer, *, leaf: x509.Certificate) -> bool:
    """Whether the leaf's key made the signature: RSA PKCS#1 v1.5 or ECDSA; raises Quarantine for another kind."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

    digest = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[signer.digest]
    key = leaf.public_key()
    try:
        if signer.algorithm == "rsassa_pkcs1v15" and isinstance(key, rsa.RSAPublicKey):
            key.verify(signer.signature, signer.signed, PKCS1v15(), digest)
        elif signer.algorithm == "ecdsa" and isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signer.signature, signer.signed, ec.ECDSA(digest))
        else:
            said = f"Token ditandatangani dengan cara yang tidak dikenal di sini ({signer.algorithm})."
            raise refusal("algorithm", said)
    except InvalidSignature:
        return False
    return True


def require_purpose(leaf: x509.Certificate) -> None:
    """Raise Quarantine unless the certificate is one for time stamps and nothing else (RFC 3161, section 2.3)."""
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    try:
        purpose = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        raise refusal("purpose", "Token ditandatangani dengan sertifikat yang bukan untuk cap waktu.") from None
    if not purpose.critical or list(purpose.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise refusal("purpose", "Token ditandatangani dengan sertifikat yang bukan hanya untuk cap waktu.")


def require_path(
    trusted: x509.Certificate, *, leaf: x509.Certificate, known: Sequence[x509.Certificate], at: datetime
) -> None:
    """Raise Quarantine unless certificates valid at ``at`` lead from the leaf up to the trusted one."""
    require_validity(leaf, at=at)
    require_validity(trusted, at=at)
    waiting = [[leaf]]
    while waiting:
        path = waiting.pop()
        if path[-1] == trusted:
            return
        if len(path) < LONGEST_CHAIN:
            above = [one for one in [*known, trusted] if one not in path and is_valid(one, at=at)]
            waiting += [[*path, one] for one in above if issued(path[-1], by=one)]
    raise refusal("chain", "Token berasal dari otoritas waktu lain: sertifikatnya tidak sampai ke yang diatur.")


def issued(certificate: x509.Certificate, *, by: x509.Certificate) -> bool:
    """Whether ``by`` is an authority and signed the certificate."""
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    try:
        if not by.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return False
        certificate.verify_directly_issued_by(by)
    except (x509.ExtensionNotFound, InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def require_validity(certificate: x509.Certificate, *, at: datetime) -> None:
    """Raise Quarantine where the certificate was not valid then."""
    if not is_valid(certificate, at=at):
        name = certificate.subject.rfc4514_string()
        raise refusal("expired", f"Sertifikat otoritas waktu ({name}) tidak berlaku pada waktu di tokennya.")


def is_valid(certificate: x509.Certificate, *, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate in DER, as 64 hex digits."""
    from cryptography.hazmat.primitives import hashes

    return certificate.fingerprint(hashes.SHA256()).hex()
