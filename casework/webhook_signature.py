"""The signature of deliveries from gateways: made, and checked with its time window. Every webhook of ours shares it.

The scheme is that of Stripe's webhooks: the header ``X-Kentongan-Signature: t=1763694000,v1=<hex>`` carries the Unix
time and HMAC-SHA256 over ``"{t}.{body}"`` with the shared secret; several ``v1`` may stand there while a secret is
changed. That the same signed bytes come only once is for each receiver to remember, by ``Signature.digest``.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime

from kentongan.errors import NotAllowed

SIGNATURE_HEADER = "X-Kentongan-Signature"
WINDOW_S = 300
"""How far a signature's time may lie from ours, in seconds; Stripe's default."""
MAX_BODY = 262_144
"""Largest body, in bytes: a text of the longest kind with its names."""
MAX_SIGNATURES = 5
"""Most signatures in one header that are compared."""

PART = re.compile(r"(t|v1)=([0-9a-f]{1,64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A signature that was found right."""

    at: int
    """When the sender signed, in Unix seconds."""
    digest: str
    """The HMAC, 64 hex digits."""


def sign(body: bytes, *, secret: str, at: int) -> str:
    """The header's value for a body, as a sender makes it."""
    return f"t={at},v1={digest_of(body, secret=secret, at=at)}"


def digest_of(body: bytes, *, secret: str, at: int) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


def verify_signature(header: str | None, body: bytes, *, secret: str, now: datetime) -> Signature:
    """The signature of a delivery. Raises NotAllowed where it is missing, wrong, or made at another time than now."""
    parts = [PART.fullmatch(part.strip()) for part in (header or "").split(",")[: MAX_SIGNATURES + 1]]
    times = [part[2] for part in parts if part and part[1] == "t" and part[2].isdecimal() and len(part[2]) <= 12]
    given = [part[2] for part in parts if part and part[1] == "v1"]
    if len(times) != 1 or not given:
        raise NotAllowed(
            "Tanda tangannya tidak ada atau tidak terbaca.", hint=f"Kirim {SIGNATURE_HEADER}: t=<detik>,v1=<hmac>."
        )
    at = int(times[0])
    wanted = digest_of(body, secret=secret, at=at)
    if not any(hmac.compare_digest(wanted, one) for one in given):
        raise NotAllowed("Tanda tangannya salah.", hint="Periksa rahasia bersama dan bahwa badannya tidak diubah.")
    if abs(now.timestamp() - at) > WINDOW_S:
        raise NotAllowed(
            "Tanda tangannya dibuat terlalu jauh dari waktu sekarang.",
            hint=f"Periksa jam pengirim; bedanya paling banyak {WINDOW_S} detik.",
        )
    return Signature(at=at, digest=wanted)
