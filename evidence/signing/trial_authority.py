"""A time authority to try evidence with: a small HTTP server that speaks RFC 3161, on this machine only.

Its tokens are well formed and prove nothing, since whoever runs it also chooses the clock; its certificate says so.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import new as new_hash
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from evidence.signing.timestamp_form import response_type
from evidence.signing.trial_keys import TIME_FILE, TRIAL_PASSWORD

if TYPE_CHECKING:
    from asn1crypto import cms, tsp

    from evidence.signing.seal import SealKey

HOST = "127.0.0.1"
"""Loopback only: a test authority is nobody else's business."""

POLICY = "2.999.3161"
"""Policy of its tokens: under 2.999, the arc for examples (ITU-T X.660), so that no real policy is claimed."""

HASHES = ("sha256", "sha384", "sha512")
"""Digests it stamps."""

MOST_QUERY_BYTES = 8_192
"""Longest query it reads, in bytes; a query is about 100."""

QUERY_TYPE = "application/timestamp-query"
REPLY_TYPE = "application/timestamp-reply"

Clock = Callable[[], datetime]


def machine_clock() -> datetime:
    return datetime.now(UTC)


class TestAuthority:
    """Answers time-stamp queries with a key of its own; its serial numbers count up from 1."""

    __test__ = False  # no test, whatever pytest takes the name for

    def __init__(self, key: SealKey, *, clock: Clock = machine_clock) -> None:
        self.key = key
        self.clock = clock
        self.serials = count(1)
        self.lock = threading.Lock()

    def answer(self, query: bytes) -> bytes:
        """The TimeStampResp in DER: a token, or a rejection for what is no query it can stamp."""
        from asn1crypto import tsp

        try:
            asked = tsp.TimeStampReq.load(query, strict=True)
            imprint = asked["message_imprint"]
            algorithm = imprint["hash_algorithm"]["algorithm"].native
            length_fits = (
                algorithm in HASHES and len(imprint["hashed_message"].native) == new_hash(algorithm).digest_size
            )
        except (ValueError, TypeError):
            return rejection("bad_data_format")
        if not length_fits:
            return rejection("bad_alg")
        return granted(self.token(asked))

    def token(self, asked: tsp.TimeStampReq) -> cms.ContentInfo:
        """A token for the query, at the clock's time."""
        from asn1crypto import tsp

        with self.lock:
            serial = next(self.serials)
        said = {
            "version": "v1",
            "policy": POLICY,
            "message_imprint": asked["message_imprint"],
            "serial_number": serial,
            "gen_time": self.clock().astimezone(UTC).replace(microsecond=0),
            "accuracy": {"seconds": 1},
        }
        if asked["nonce"].native is not None:
            said["nonce"] = asked["nonce"].native
        return sign_token(tsp.TSTInfo(said), key=self.key)


def sign_token(said: tsp.TSTInfo, *, key: SealKey) -> cms.ContentInfo:
    """The statement as a CMS SignedData, signed with RSA PKCS#1 v1.5 and SHA-256, its certificates included."""
    from asn1crypto import algos, cms, tsp
    from asn1crypto import pem as pem_form
    from asn1crypto import x509 as asn1_x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    if not isinstance(key.private_key, RSAPrivateKey):
        raise TypeError("the test authority signs with RSA")
    ders = [pem_form.unarmor(one)[2] for one in (key.certificate_pem, *key.chain_pem)]
    own = asn1_x509.Certificate.load(ders[0])
    content = said.dump()
    identified = tsp.SigningCertificateV2({"certs": [{"cert_hash": new_hash("sha256", ders[0]).digest()}]})
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["tst_info"]},
            {"type": "signing_certificate_v2", "values": [identified]},
            {"type": "message_digest", "values": [new_hash("sha256", content).digest()]},
        ]
    )
    digest_algorithm = algos.DigestAlgorithm({"algorithm": "sha256"})
    signer = {
        "version": "v1",
        "sid": {"issuer_and_serial_number": {"issuer": own.issuer, "serial_number": own.serial_number}},
        "digest_algorithm": digest_algorithm,
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": "rsassa_pkcs1v15"},
        "signature": key.private_key.sign(attributes.dump(), PKCS1v15(), hashes.SHA256()),
    }
    signed = {
        "version": "v3",
        "digest_algorithms": [digest_algorithm],
        "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(content)},
        "certificates": [asn1_x509.Certificate.load(der) for der in ders],
        "signer_infos": [signer],
    }
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})


def granted(token: cms.ContentInfo) -> bytes:
    from asn1crypto import tsp

    return bytes(tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump())


def rejection(reason: str) -> bytes:
    """An answer without a token; ``reason`` is one of RFC 3161's, as asn1crypto spells it."""
    return bytes(response_type()({"status": {"status": "rejection", "fail_info": {reason}}}).dump())


class AuthorityServer(ThreadingHTTPServer):
    """The HTTP server around an authority (RFC 3161, section 3.4)."""

    daemon_threads = True

    def __init__(self, authority: TestAuthority, *, port: int) -> None:
        super().__init__((HOST, port), AuthorityHandler)
        self.authority = authority
        self.address = f"http://{HOST}:{self.server_address[1]}/"


class AuthorityHandler(BaseHTTPRequestHandler):
    server: AuthorityServer
    server_version = "KentonganOtoritasUji"
    sys_version = ""

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if self.headers.get("Content-Type") != QUERY_TYPE or not length.isdigit() or int(length) > MOST_QUERY_BYTES:
            self.send_error(HTTPStatus.BAD_REQUEST)
            return
        answer = self.server.authority.answer(self.rfile.read(int(length)))
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", REPLY_TYPE)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: who asked for a stamp is in the custody, not on a terminal."""


@contextmanager
def serve_test_authority(folder: Path, *, port: int = 0, clock: Clock = machine_clock) -> Iterator[str]:
    """Serve a test authority with the key of a folder of test keys; yields its address.

    Port 0 takes a free one. Raises BadSettings where the folder has no such key, OSError where the port is taken.
    """
    from evidence.signing.seal import load_key

    server = AuthorityServer(TestAuthority(load_key(folder / TIME_FILE, TRIAL_PASSWORD), clock=clock), port=port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.address
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
