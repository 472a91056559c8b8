"""Test keys, a time authority that answers wrongly in any way that is asked for, and what openssl says of it."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from evidence.signing.seal import SealKey, load_key, seal_key_of
from evidence.signing.timestamps import Authority
from evidence.signing.trial_keys import CA_FILE, TRIAL_PASSWORD, make_certificate, make_test_keys, pem_of

REPLY = "application/timestamp-reply"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """A folder of test keys, and its authority's key for certificates that ``make_test_keys`` does not make."""

    folder: Path
    issuer: tuple[RSAPrivateKey, x509.Certificate]
    """An authority of the tests' own, beside the folder's."""
    now: datetime

    @property
    def ca(self) -> bytes:
        return (self.folder / CA_FILE).read_bytes()

    def key(self, file: str) -> SealKey:
        return load_key(self.folder / file, TRIAL_PASSWORD)

    def issue(self, name: str, **wishes: object) -> SealKey:
        """A key whose certificate the tests' own authority issued."""
        private, certificate = make_certificate(name, now=self.now, issuer=self.issuer, **wishes)  # type: ignore[arg-type]
        return seal_key_of(private, certificate, [self.issuer[1]])

    @property
    def issuer_pem(self) -> bytes:
        return pem_of(self.issuer[1])


def make_keys(folder: Path) -> Keys:
    now = datetime.now(UTC)
    make_test_keys(folder / "keys", now=now)
    return Keys(folder=folder / "keys", issuer=make_certificate("CA Lain", now=now), now=now)


@dataclass(slots=True, kw_only=True)
class Asked:
    """What was posted to a server, and what it answered."""

    path: str = ""
    headers: dict[str, str]
    body: bytes = b""
    answer: bytes = b""


Reply = tuple[int, str, bytes] | None
"""Status, content type and body; None says nothing until the server ends."""


@contextmanager
def serve_replies(reply: Callable[[Asked], Reply]) -> Iterator[tuple[str, list[Asked]]]:
    """A real HTTP server on this machine that answers every post with ``reply``; yields its address and the posts."""
    posts: list[Asked] = []
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            asked = Asked(path=self.path, headers=dict(self.headers.items()), body=self.rfile.read(length))
            posts.append(asked)
            answer = reply(asked)
            if answer is None:
                over.wait()
                return
            status, kind, body = answer
            asked.answer = body
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", posts
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def authority_at(url: str, certificate: bytes) -> Authority:
    return Authority(name="uji", url=url, certificate=certificate, test=True)


def openssl(*words: str | Path) -> bool:
    """Whether an openssl command says yes."""
    return subprocess.run(["openssl", *map(str, words)], capture_output=True, check=False).returncode == 0


def openssl_takes_token(folder: Path, *, query: bytes, answer: bytes, ca: bytes) -> bool:
    """Whether ``openssl ts -verify`` takes an answer for its query."""
    for name, data in (("q.tsq", query), ("a.tsr", answer), ("ca.pem", ca)):
        (folder / name).write_bytes(data)
    files = ("-queryfile", folder / "q.tsq", "-in", folder / "a.tsr", "-CAfile", folder / "ca.pem")
    return openssl("ts", "-verify", *files)


YESTERDAY = (timedelta(days=2), timedelta(days=1))
"""How long ago a certificate that expired yesterday became and stopped being valid."""
