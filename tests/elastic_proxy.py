"""A real HTTP proxy before a real Elasticsearch, which refuses requests or loses answers as it is told to."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass
class Proxy:
    """What it answers: while ``refusing`` is a status, that; else what the server behind it says.

    Of the requests whose path ends in ``losing`` it passes the next ``to_lose`` on, and answers 502 nevertheless.
    """

    url: str
    refusing: int | None = None
    refused: int = 0
    losing: str = ""
    to_lose: int = 0


@contextmanager
def proxy_before(url: str) -> Iterator[Proxy]:
    """Run a proxy on a free port until the block ends."""
    behind = urlsplit(url).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if proxy.refusing is not None:
                proxy.refused += 1
                error = {"error": {"type": "es_rejected_execution_exception"}, "status": proxy.refusing}
                self.answer(proxy.refusing, "application/json", json.dumps(error).encode())
                return
            names = ("accept", "content-type", "authorization")
            headers = {name: self.headers[name] for name in names if self.headers[name]}
            with closing(http.client.HTTPConnection(behind, timeout=60)) as server:
                server.request(self.command, self.path, body=body, headers=headers)
                said = server.getresponse()
                answer = said.read()
            if proxy.to_lose and self.path.partition("?")[0].endswith(proxy.losing):
                proxy.to_lose -= 1
                self.answer(502, "application/json", b"{}")
            else:
                self.answer(said.status, said.headers["content-type"], answer)

        def answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = pass_on

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False  # so that closing it waits for the last answer
    proxy = Proxy(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
