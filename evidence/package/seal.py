"""Closes a bag: its manifests, what seals and tokens there must be, the institution's seal, the time stamps.

``segel.json`` names the authorities whose tokens must be there, and by which certificate, and is itself under the
manifest that they stamp. So each is asked twice: which of them answer, and with what certificate, only their first
tokens show. Where one fails after that, the bag is closed anew with those that answered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from evidence.package.bag import TAG_MANIFEST, Bag
from evidence.package.contents import FORMAT, pretty
from evidence.signing.report_signatures import ReportSignature
from evidence.signing.seal import SealKey, seal
from evidence.signing.timestamps import Authority, Token
from kentongan.errors import Retry

SEAL_FILE: Final = f"segel/{TAG_MANIFEST}.p7s"
DECLARED_FILE: Final = "segel.json"

MOST_ROUNDS: Final = 4
"""How often the authorities are asked: once to know them, once for good, and twice more should some drop out."""

Stamp = Callable[[bytes, Sequence[Authority]], Sequence[Token]]
"""Gets checked tokens over these bytes from as many of the authorities as answer soundly, at least one. Raises Retry or
another KentonganError where none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """What a closed bag is known by."""

    tagmanifest_sha512: str
    """SHA-512 of ``tagmanifest-sha512.txt``, as 128 hex digits."""
    seal_sha256: str
    """Fingerprint of the seal's certificate."""
    seal_name: str
    tokens: tuple[Token, ...]
    """In the authorities' order."""


def close_bag(
    bag: Bag,
    *,
    sample: bool,
    seal_key: SealKey,
    authorities: Sequence[Authority],
    signatures: Sequence[ReportSignature],
    stamp: Stamp,
    now: datetime,
) -> Closed:
    """Write manifests, ``segel.json``, tag manifest, seal and tokens into a bag that has everything else.

    Raises what ``stamp`` raises, and Retry where authorities drop out between two attempts until none is left.
    """
    bag.write_manifests()
    bag.add(DECLARED_FILE, "")
    declared: dict[str, str] = {}
    wanted = list(authorities)
    for _ in range(MOST_ROUNDS):
        bag.replace(DECLARED_FILE, declare(declared, sample=sample, seal_key=seal_key, signatures=signatures))
        manifest = bag.make_tag_manifest()
        tokens = stamp(manifest, wanted)
        got = {token.authority: token.certificate_sha256 for token in tokens}
        if got == declared:
            bag.add(TAG_MANIFEST, manifest)
            bag.add(SEAL_FILE, seal(manifest, key=seal_key, now=now))
            for token in tokens:
                bag.add(token_file(token.authority), token.response)
            return Closed(
                tagmanifest_sha512=hashlib.sha512(manifest).hexdigest(),
                seal_sha256=seal_key.certificate_sha256,
                seal_name=seal_key.name,
                tokens=tuple(tokens),
            )
        declared, wanted = got, [one for one in wanted if one.name in got]
    raise Retry("Otoritas cap waktu berhenti menjawab selagi paket dibuat.", hint="Ulangi nanti.")


def token_file(authority: str) -> str:
    """Where an authority's token lies in the bag."""
    return f"segel/{TAG_MANIFEST}.{authority}.tsr"


def declare(
    authorities: Mapping[str, str], *, sample: bool, seal_key: SealKey, signatures: Sequence[ReportSignature]
) -> bytes:
    """The content of ``segel.json``; ``authorities`` are names with their fingerprints."""
    said = {
        "format": FORMAT,
        "sample": sample,
        "seal": {"file": SEAL_FILE, "certificate_sha256": seal_key.certificate_sha256},
        "timestamps": [
            {"file": token_file(name), "authority": name, "certificate_sha256": sha256}
            for name, sha256 in authorities.items()
        ],
        "report_signers": [{"name": one.name, "certificate_sha256": one.certificate_sha256} for one in signatures],
    }
    return pretty(said)
