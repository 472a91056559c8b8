"""Time stamps (RFC 3161): which authorities there are, and a checked token of each over some bytes."""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from evidence.signing.outside_post import post
from evidence.signing.timestamp_check import IMPRINT, check_response, fingerprint
from kentongan.errors import BadSettings, KentonganError, NotConfigured, Retry

LEAST_TOKENS = 1
"""How many authorities must answer soundly; one honest clock is what a time stamp proves."""

PATIENCE = 15.0
"""Longest wait for an authority's answer, in seconds; they answer in under one."""

MOST_ANSWER_BYTES = 65_536
"""Longest answer that is read, in bytes; a token with its certificates has 2 to 8 KiB."""

NONCE_BITS = 63
"""Random bits of a query's nonce: as many as fit a positive 64-bit number, which every authority takes."""

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
"""What an authority may be called: it becomes part of a file's name."""

QUERY_TYPE = "application/timestamp-query"
REPLY_TYPE = "application/timestamp-reply"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A time authority and the certificate by which its tokens are believed."""

    name: str
    url: str
    certificate: bytes
    """PEM; the first is trusted, and one that its tokens carry (its own or one above it); further ones help to reach
    it."""
    test: bool
    """Proves nothing, and stamps sample data only."""

    @property
    def certificate_sha256(self) -> str:
        """SHA-256 of the trusted certificate in DER, as 64 hex digits; every token of the authority has the same."""
        from cryptography import x509

        return fingerprint(x509.load_pem_x509_certificates(self.certificate)[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A sound answer of an authority."""

    authority: str
    """Its name."""
    response: bytes
    """The TimeStampResp in DER, as it came."""
    certificate_sha256: str
    """SHA-256 of the trusted certificate in DER, which the token carries; the authority's ``certificate_sha256``."""
    time: datetime
    """What the token says; aware, in UTC."""
    test: bool


class DeclaredAuthority(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One ``[[authority]]`` of the file."""

    name: str
    url: str
    certificate: Path
    test: bool = False


class DeclaredAuthorities(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    authority: list[DeclaredAuthority]


def read_authorities(path: Path | None) -> tuple[Authority, ...]:
    """The authorities a TOML file declares; certificates' paths are relative to the file.

    Raises NotConfigured without a path, BadSettings for a file that will not do.
    """
    if path is None:
        hint = "Atur timestamp_authorities_file."
        raise NotConfigured("timestamp_authorities_file", "Otoritas cap waktu belum diatur.", hint=hint)
    try:
        declared = msgspec.convert(tomllib.loads(path.read_text("utf-8")), DeclaredAuthorities, dec_hook=path_of)
    except OSError as error:
        raise BadSettings(f"Berkas otoritas waktu {path} tidak terbaca: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise BadSettings(f"{path}: {error}.") from error
    found = tuple(authority_of(one, folder=path.parent) for one in declared.authority)
    names = [one.name for one in found]
    if not found or len(set(names)) < len(names):
        raise BadSettings(f"{path}: perlu paling sedikit satu otoritas waktu, dan tidak dua dengan nama yang sama.")
    return found


def path_of(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise TypeError(f"expected {kind.__name__} as text, got {type(value).__name__}")


def authority_of(declared: DeclaredAuthority, *, folder: Path) -> Authority:
    """The authority with its certificate read; raises BadSettings where something about it will not do."""
    from cryptography import x509

    from evidence.signing.seal import is_trial

    if not NAME.fullmatch(declared.name):
        raise BadSettings(f"Nama otoritas waktu {declared.name!r}: hanya huruf kecil, angka, dan tanda hubung.")
    if urlsplit(declared.url).scheme not in ("http", "https") or not urlsplit(declared.url).hostname:
        raise BadSettings(f"Alamat otoritas waktu {declared.name}, {declared.url!r}, bukan alamat http atau https.")
    file = folder / declared.certificate
    try:
        pem = file.read_bytes()
        anchor = x509.load_pem_x509_certificates(pem)[0]
    except OSError as error:
        raise BadSettings(f"Sertifikat otoritas waktu {file} tidak terbaca: {error.strerror}.") from error
    except ValueError as error:
        raise BadSettings(f"{file} bukan sertifikat PEM.") from error
    if is_trial(anchor) and not declared.test:
        raise BadSettings(f"Otoritas waktu {declared.name} memakai sertifikat uji.", hint="Tambahkan `test = true`.")
    return Authority(name=declared.name, url=declared.url, certificate=pem, test=declared.test)


def stamp(
    data: bytes,
    *,
    authorities: Sequence[Authority],
    now: datetime,
    proxy: str = "",
    patience: float = PATIENCE,
    failed: Callable[[str], None] = log.warning,
) -> list[Token]:
    """A checked token of every authority over the SHA-512 of ``data``, in the authorities' order.

    An authority that fails is told to ``failed`` in a sentence; raises Retry or KentonganError with all the reasons
    where fewer than ``LEAST_TOKENS`` are left, NotConfigured where there are no authorities.
    """
    if not authorities:
        hint = "Atur timestamp_authorities_file."
        raise NotConfigured("timestamp_authorities_file", "Otoritas cap waktu belum diatur.", hint=hint)
    digest = hashlib.sha512(data).digest()
    tokens: list[Token] = []
    failures: list[KentonganError] = []
    reasons: list[str] = []
    for authority in authorities:
        try:
            tokens.append(ask(authority, digest, now=now, proxy=proxy, patience=patience))
        except KentonganError as error:
            failures.append(error)
            reasons.append(f"{authority.name}: {error}")
    if len(tokens) < LEAST_TOKENS:
        sentence = f"Tidak ada cap waktu yang dapat dipercaya. {' '.join(reasons)}"
        kind = Retry if any(isinstance(error, Retry) for error in failures) else KentonganError
        raise kind(sentence, hint="Tidak ada yang ditulis; coba lagi, atau periksa timestamp_authorities_file.")
    for reason in reasons:
        failed(f"Tanpa cap waktu dari {reason}")
    return tokens


def ask(
    authority: Authority,
    digest: bytes,
    *,
    now: datetime,
    proxy: str = "",
    patience: float = PATIENCE,
    algorithm: str = IMPRINT,
) -> Token:
    """The authority's checked token over a digest; raises Retry without an answer, KentonganError for a wrong one."""
    nonce = secrets.randbits(NONCE_BITS)
    answer = post(
        authority.url,
        make_query(digest, nonce=nonce, algorithm=algorithm),
        headers={"Content-Type": QUERY_TYPE, "Accept": REPLY_TYPE},
        who=f"Otoritas waktu {authority.name}",
        patience=patience,
        most_bytes=MOST_ANSWER_BYTES,
        proxy=proxy,
    )
    if answer.status >= 500 or answer.status == 429:
        raise Retry(f"Otoritas waktu {authority.name} menjawab dengan status HTTP {answer.status}.")
    if answer.status != 200:
        raise KentonganError(f"Otoritas waktu {authority.name} menjawab dengan status HTTP {answer.status}.")
    checked = check_response(
        answer.body, digest=digest, anchor=authority.certificate, nonce=nonce, now=now, algorithm=algorithm
    )
    return Token(
        authority=authority.name,
        response=answer.body,
        certificate_sha256=checked.certificate_sha256,
        time=checked.time,
        test=authority.test,
    )


def make_query(digest: bytes, *, nonce: int, algorithm: str = IMPRINT) -> bytes:
    """A TimeStampReq in DER that asks for the authority's certificate too (RFC 3161, section 2.4.1)."""
    from asn1crypto import tsp

    imprint = {"hash_algorithm": {"algorithm": algorithm}, "hashed_message": digest}
    asked = {"version": "v1", "message_imprint": imprint, "nonce": nonce, "cert_req": True}
    return bytes(tsp.TimeStampReq(asked).dump())
