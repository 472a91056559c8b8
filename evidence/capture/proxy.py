"""The recorder between our browser and the network: a proxy on this machine that keeps every request and its answer.

The browser of a capture can reach nothing but this proxy, so nothing it loads goes unseen, pages in frames, workers
and pop-ups included, and no address is reached that ``evidence.capture.network`` has not judged. Secure connections
end here: the server's certificate is checked here, and the browser sees a throwaway one. Bodies go to files as they
come and to the browser at the same time. Only the browser that knows the password of this capture is served.
"""

from __future__ import annotations

import base64
import http.client
import itertools
import secrets
import socket
import socketserver
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

from evidence.capture.certificates import ProxyCertificates
from evidence.capture.exchanges import Cut, Exchange, Failure, Headers, Recorder, asks_as_page
from evidence.capture.network import Opened, Reach, Unanswered, send_request
from evidence.capture.passing import HOP_BY_HOP, Passing

PIECE_BYTES = 64 * 1024
MAX_SENT_BODY = 8 * 1024 * 1024
"""Largest body of a request that the browser may send, in bytes."""
SMALL_BYTES = 1024 * 1024
"""Announced length up to which an answer is read to its end even where the browser has lost interest in it."""
IDLE_SECONDS = 120.0
"""How long a connection of the browser may lie idle; longer than any capture."""
STOP_SECONDS = 5.0
"""How long requests under way may take to notice that they are ended."""
OWN_PLACE = "peramban.invalid"
"""Where the browser is told to ask what it asks for itself, not for the page; nothing is sent there or recorded."""
TLS_HANDSHAKE = b"\x16"
"""First byte of a TLS connection (RFC 8446, 5.1)."""


class CaptureProxy:
    """The recorder of one capture, listening on this machine until the block ends."""

    def __init__(
        self,
        recorder: Recorder,
        *,
        reach: Reach,
        folder: Path,
        clock: Callable[[], datetime],
        certificates: bool = True,
    ) -> None:
        """``folder`` takes the bodies; ``clock`` says what time it is."""
        self.recorder = recorder
        self.reach = reach
        self.username = "perekam"
        self.password = secrets.token_urlsafe(24)
        self.certificates = ProxyCertificates(folder, now=clock())
        self._folder = folder
        self._clock = clock
        self._numbers = itertools.count(1)
        self._open: set[socket.socket] = set()
        self._closing = False
        self._server = _Server(self)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def credentials(self) -> str:
        """What a request's Proxy-Authorization must say."""
        return "Basic " + base64.b64encode(f"{self.username}:{self.password}".encode()).decode("ascii")

    def fetch(
        self, url: str, *, method: str = "GET", headers: Headers, body: bytes = b"", answer_to: IO[bytes] | None = None
    ) -> Exchange:
        """Ask a server, keep the exchange, pass the answer on as it comes.

        Raises Unanswered, which is kept as a failure too.
        """
        with self.recorder.counted() as allowed:
            try:
                if not allowed:
                    raise Unanswered("beyond-limits", "melewati batas jumlah atau ukuran satu tangkapan; tidak diminta")
                opened = send_request(url, method=method, headers=headers, body=body, reach=self.reach)
            except Unanswered as unanswered:
                if not self._closing:
                    self.recorder.add(Failure(url=url, fault=unanswered.fault, why=unanswered.why))
                raise
            at = self._clock()
            self._open.add(opened.wire)
            try:
                path = self._folder / f"{next(self._numbers):06d}.body"
                announced = opened.answer.length
                whole = asks_as_page(headers) or (announced is not None and announced <= SMALL_BYTES)
                size, cut = self._receive(opened, method=method, path=path, answer_to=answer_to, whole=whole)
            except OSError as error:
                self.recorder.trouble = error
                raise
            finally:
                self._open.discard(opened.wire)
                opened.connection.close()
                opened.answer.close()
            exchange = Exchange(
                url=url,
                method=method,
                sent_headers=headers,
                sent_body=body,
                status=opened.answer.status,
                reason=opened.answer.reason,
                headers=tuple(opened.answer.getheaders()),
                at=at,
                ip=opened.ip,
                tls=opened.tls,
                body=path,
                size=size,
                cut=cut,
            )
            self.recorder.add(exchange)
            return exchange

    def _receive(
        self, opened: Opened, *, method: str, path: Path, answer_to: IO[bytes] | None, whole: bool
    ) -> tuple[int, Cut | None]:
        """Read the body into a file and pass it on; ``whole`` reads to the end even where the browser hangs up."""
        limits, answer, size = self.recorder.limits, opened.answer, 0
        passing = Passing(answer, answer_to, method=method)
        cut: Cut | None = None
        with path.open("wb") as kept:
            if answer.length is not None and answer.length > limits.resource_bytes:
                passing.break_off()
                return 0, "length"
            while True:
                try:
                    piece = answer.read1(PIECE_BYTES)
                except (OSError, http.client.HTTPException, ValueError):
                    cut = "time" if self._closing else "disconnect"
                    break
                if not piece:
                    # Python gives a short body without a word where the length was announced.
                    cut = "disconnect" if answer.length else None
                    if self._closing and answer.length is None and not answer.chunked:
                        cut = "time"  # the end was ours, and nothing else tells this body's end
                    break
                fits = self.recorder.take(len(piece))
                if size + len(piece) > limits.resource_bytes or not fits:
                    cut = "length"
                    break
                kept.write(piece)
                size += len(piece)
                passing.pass_on(piece)
                if passing.broken and not whole:
                    cut = "disconnect"
                    break
        if self._closing and cut is not None:
            cut = "time"
        passing.finish() if cut is None else passing.break_off()
        return size, cut

    def stop(self) -> None:
        """End what is under way and wait for it; what had come of it is kept as cut for want of time."""
        self._closing = True
        for wire in list(self._open):
            try:
                wire.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        end = time.monotonic() + STOP_SECONDS
        while self.recorder.busy and time.monotonic() < end:
            time.sleep(0.01)
        self._server.shutdown()

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._closing:
            self.stop()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, proxy: CaptureProxy) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.proxy = proxy

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that hangs up or is ended is no error of the recorder."""


class _Handler(socketserver.BaseRequestHandler):
    """One connection of the browser."""

    request: socket.socket
    server: _Server

    def handle(self) -> None:
        self._base = ""
        self.request.settimeout(IDLE_SECONDS)
        self._connection: socket.socket = self.request
        try:
            self._serve()
        finally:
            # A secure connection has taken the place of the server's own, which the server would close.
            self._connection.close()

    def _serve(self) -> None:
        """Answer the requests of the connection, one after the other, until it ends."""
        stream = cast(IO[bytes], self._connection.makefile("rwb"))
        while True:
            line = stream.readline(PIECE_BYTES).decode("latin-1").rstrip("\r\n")
            if not line:
                return
            method, target, _ = line.split(" ", 2)
            headers = tuple(http.client.parse_headers(stream).items())
            told = {name.lower(): value for name, value in headers}
            if not self._base and told.get("proxy-authorization") != self.server.proxy.credentials:
                stream.write(
                    b'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="perekam"\r\n'
                    b"Content-Length: 0\r\n\r\n"
                )
                stream.flush()
                continue
            if method == "CONNECT":
                if target.startswith(OWN_PLACE):
                    return
                stream.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                stream.flush()
                scheme = self._enter_tunnel(target)
                self._base = f"{scheme}://{_without_default_port(target, scheme)}"
                stream = cast(IO[bytes], self._connection.makefile("rwb"))
                continue
            length = int(told.get("content-length") or 0)
            body = stream.read(length) if 0 < length <= MAX_SENT_BODY else b""
            if not self._answer(stream, method, self._base + target, headers, body) or length > MAX_SENT_BODY:
                return

    def _enter_tunnel(self, target: str) -> str:
        """What follows a CONNECT, by its scheme: a secure connection, or the plain one of a web socket."""
        if self._connection.recv(1, socket.MSG_PEEK) != TLS_HANDSHAKE:
            return "http"
        context = self.server.proxy.certificates.context_for(target.rpartition(":")[0])
        self._connection = context.wrap_socket(self._connection, server_side=True)
        return "https"

    def _answer(self, stream: IO[bytes], method: str, url: str, headers: Headers, body: bytes) -> bool:
        """Serve one request; whether the connection can take another."""
        proxy = self.server.proxy
        if any(name.lower() == "upgrade" for name, _ in headers):
            why = "sambungan langsung (WebSocket) tidak dibuka dan tidak direkam"
            proxy.recorder.add(Failure(url=url, fault="type", why=why))
            return False
        kept = [(name, value) for name, value in headers if name.lower() not in HOP_BY_HOP | {"accept-encoding"}]
        sent = (*kept, ("Accept-Encoding", "gzip"), ("Connection", "close"))
        try:
            return proxy.fetch(url, method=method, headers=sent, body=body, answer_to=stream).cut is None
        except Unanswered:
            return False


def _without_default_port(place: str, scheme: str) -> str:
    return place.removesuffix(":443" if scheme == "https" else ":80")
