"""Reads an answer of a time authority (RFC 3161) into plain values, every field at once.

The ASN.1 library reads a field when it is asked for; here all are asked for, so that a broken one is found in one place
and the judging (``evidence.signing.timestamp_check``) meets plain values only.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from kentongan.errors import Quarantine

if TYPE_CHECKING:
    from asn1crypto import cms, tsp
    from cryptography import x509

GRANTED = ("granted", "granted_with_mods")
"""Statuses that come with a token (RFC 3161, section 2.4.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signed a token, and what exactly."""

    issuer: bytes
    """Name in DER."""
    serial: int
    digest: str
    """Name of the digest, as hashlib has it."""
    algorithm: str
    """"rsassa_pkcs1v15", "ecdsa" or another."""
    signature: bytes
    signed: bytes
    """The signed attributes as they were signed: a SET in DER (RFC 5652, section 5.4)."""
    kinds: tuple[str, ...]
    """The attributes' types, in order, as asn1crypto names them."""
    content_types: tuple[str, ...]
    content_digests: tuple[bytes, ...]
    certificate_digests: tuple[tuple[str, bytes], ...]
    """Digest's name and value of the signer's certificate, of every attribute that names it (RFC 5816)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response that grants a token."""

    content: bytes
    """The TSTInfo in DER: what is signed over."""
    imprint: tuple[str, bytes]
    """Digest's name and value of what was stamped."""
    nonce: int | None
    serial: int
    policy: str
    time: datetime
    """Aware, in UTC."""
    signer: Signer
    certificates: tuple[x509.Certificate, ...]


def refusal(reason: str, message: str, *, hint: str = "") -> Quarantine:
    """The Quarantine that refuses a token."""
    return Quarantine(f"token-{reason}", message, hint=hint)


def read_response(response: bytes) -> Response:
    """The TimeStampResp in ``response``.

    Raises Quarantine "token-status" for an answer that grants no token, "token-form" for what is no whole answer in
    DER with one token of one signer.
    """
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        answer = response_type().load(response, strict=True)
        status = answer["status"]["status"].native
        if status in GRANTED:
            return read_token(answer["time_stamp_token"])
        why = ", ".join(sorted(answer["status"]["fail_info"].native or ())) or str(status)
    except (ValueError, TypeError, KeyError, AttributeError, UnsupportedAlgorithm, x509.DuplicateExtension) as error:
        raise refusal("form", "Jawabannya bukan token RFC 3161 yang lengkap.") from error
    raise refusal("status", f"Otoritas waktu menolak permintaannya ({why}).")


@cache
def response_type() -> type[Any]:
    """TimeStampResp with its token optional, which RFC 3161 says and asn1crypto does not."""
    from asn1crypto import cms, core, tsp

    class Answer(core.Sequence):  # type: ignore[misc]
        _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]  # noqa: RUF012

    return Answer


def read_token(token: cms.ContentInfo) -> Response:
    """The token's values; raises one of the errors that ``read_response`` turns into words."""
    from asn1crypto import tsp

    require(token["content_type"].native == "signed_data")
    signed = token["content"]
    require(signed["encap_content_info"]["content_type"].native == "tst_info")
    content = bytes(signed["encap_content_info"]["content"].contents)
    said = tsp.TSTInfo.load(content, strict=True)
    require(said["version"].native == "v1")
    [signer] = signed["signer_infos"]
    imprint = said["message_imprint"]
    return Response(
        content=content,
        imprint=(imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native),
        nonce=said["nonce"].native,
        serial=said["serial_number"].native,
        policy=said["policy"].dotted,
        time=said["gen_time"].native.astimezone(UTC),
        signer=read_signer(signer),
        certificates=tuple(read_certificate(one.dump()) for one in signed["certificates"]),
    )


def require(fits: bool) -> None:
    if not fits:
        raise ValueError("not a time-stamp token")


def read_signer(signer: cms.SignerInfo) -> Signer:
    attributes = signer["signed_attrs"]
    signed = b"\x31" + attributes.dump()[1:]  # the tag of a SET instead of [0]; before anything else touches them
    kinds = tuple(one["type"].native for one in attributes)
    values = {kind: list(one["values"]) for kind, one in zip(kinds, attributes, strict=True)}
    require(signer["sid"].name == "issuer_and_serial_number" and len(values) == len(kinds))
    return Signer(
        issuer=signer["sid"].chosen["issuer"].dump(),
        serial=signer["sid"].chosen["serial_number"].native,
        digest=signer["digest_algorithm"]["algorithm"].native,
        algorithm=signer["signature_algorithm"].signature_algo,
        signature=signer["signature"].native,
        signed=signed,
        kinds=kinds,
        content_types=tuple(one.native for one in values.get("content_type", [])),
        content_digests=tuple(one.native for one in values.get("message_digest", [])),
        certificate_digests=(
            *(digest_v2(one) for one in values.get("signing_certificate_v2", [])),
            *(("sha1", one["certs"][0]["cert_hash"].native) for one in values.get("signing_certificate", [])),
        ),
    )


def digest_v2(attribute: tsp.SigningCertificateV2) -> tuple[str, bytes]:
    first = attribute["certs"][0]
    return first["hash_algorithm"]["algorithm"].native, first["cert_hash"].native


def read_certificate(der: bytes) -> x509.Certificate:
    """The certificate, its key, names and extensions read too. Raises ValueError for one that cannot be read, or breaks
    RFC 5280 in a way that the library only warns of, such as a serial number below 1."""
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    # None of these is a ValueError.
    unreadable = (
        x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, UnsupportedAlgorithm,
        UserWarning,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        try:
            certificate = x509.load_der_x509_certificate(der)
            _ = certificate.public_key(), certificate.extensions, certificate.subject, certificate.issuer
        except unreadable as fault:
            raise ValueError(str(fault)) from fault
    return certificate
