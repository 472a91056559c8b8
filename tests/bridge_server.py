"""An agency's HTTP interface for tests of bridges: it answers what it is told to, also what no interface should."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Answering = Callable[[dict[str, str], dict[str, str]], tuple[int, dict[str, str], bytes]]
"""Query parameters and headers of a request -> status, headers, body."""


class BridgeServer(ThreadingHTTPServer):
    """Serves one address; ``answering`` may be changed while it runs."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), BridgeHandler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/api"
        self.answering: Answering = lambda query, headers: say_json([])
        self.asked: list[tuple[dict[str, str], dict[str, str]]] = []


class BridgeHandler(BaseHTTPRequestHandler):
    server: BridgeServer

    def do_GET(self) -> None:
        query = dict(parse_qsl(urlsplit(self.path).query))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append((query, headers))
        status, more, body = self.server.answering(query, headers)
        self.send_response(status)
        for name, value in more.items():
            if name != "X-Drip":
                self.send_header(name, value)
        self.send_header("Content-Length", more.get("Content-Length", str(len(body))))
        self.end_headers()
        try:
            if "X-Drip" in more:
                for at in range(len(body)):
                    self.wfile.write(body[at : at + 1])
                    self.wfile.flush()
                    time.sleep(float(more["X-Drip"]))
            else:
                self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        pass


def say_json(value: Any) -> tuple[int, dict[str, str], bytes]:
    return 200, {"Content-Type": "application/json"}, json.dumps(value).encode()


def say_html() -> tuple[int, dict[str, str], bytes]:
    return 200, {"Content-Type": "text/html"}, b"<!DOCTYPE html><html><body>Silakan masuk</body></html>"


@contextmanager
def serve_bridge() -> Iterator[BridgeServer]:
    """The server in a thread until the block ends."""
    server = BridgeServer()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
