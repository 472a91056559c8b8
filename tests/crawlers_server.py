"""A web server for the crawler's tests: pages by address, validators, delays, and a record of every request.

It answers as an origin ("GET /feed.xml") and as a proxy ("GET http://kabar.test/feed.xml"), where each host has its
own pages.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HTML = "text/html; charset=utf-8"
XML = "application/xml; charset=utf-8"
JSON = "application/json; charset=utf-8"
SENTENCE = "Warga Kecamatan Randu mengungsi ke balai desa setelah air sungai meluap sejak dini hari."


@dataclass(frozen=True)
class Reply:
    """What an address answers."""

    body: bytes | str = b""
    kind: str = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    wait: float = 0.0
    """Seconds before the answer."""


@dataclass(frozen=True)
class Seen:
    """One request as the server saw it."""

    path: str
    began: float
    ended: float
    headers: Mapping[str, str]
    status: int


class Site(ThreadingHTTPServer):
    """The server. ``pages`` maps a path (of an origin) or an address (of a proxy) to a reply, or to what makes one."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages: dict[str, Reply | Callable[[str], Reply]] = {}
        self.seen: list[Seen] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def requests(self, path: str) -> list[Seen]:
        """The requests for one path, without its query, in order."""
        return [seen for seen in self.seen if seen.path.partition("?")[0] == path]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A crawler that was killed hangs up; that is no error of the server."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Site

    def log_message(self, *args: object) -> None:
        """Nothing: tests read ``Site.seen``."""

    def do_GET(self) -> None:
        began = time.monotonic()
        reply = self.server.pages.get(self.path) or self.server.pages.get(self.path.partition("?")[0])
        if callable(reply):
            reply = reply(self.path)
        reply = reply or Reply("tidak ada", status=404)
        time.sleep(reply.wait)
        body = reply.body.encode() if isinstance(reply.body, str) else reply.body
        status = reply.status
        if reply.etag is not None and self.headers.get("If-None-Match") == reply.etag:
            status, body = 304, b""
        self.send_response(status)
        if status != 304:
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(body)))
        if reply.etag is not None:
            self.send_header("ETag", reply.etag)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.server.seen.append(
            Seen(path=self.path, began=began, ended=time.monotonic(), headers=dict(self.headers), status=status)
        )


@contextmanager
def running_site() -> Iterator[Site]:
    site = Site()
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        site.server_close()


def feed(*addresses: str, dated: bool = False) -> str:
    """An RSS feed that lists pages."""
    date = "<pubDate>Fri, 20 Nov 2026 08:00:00 +0700</pubDate>" if dated else ""
    items = "".join(f"<item><title>Berita {n}</title><link>{a}</link>{date}</item>" for n, a in enumerate(addresses))
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>U</title>{items}</channel></rss>'


def article(title: str, *, time: str | None = "2026-11-20T08:15:00+07:00", text: str = SENTENCE, head: str = "") -> str:
    """An article page."""
    stamp = f'<meta property="article:published_time" content="{time}">' if time else ""
    paragraphs = "".join(f"<p>{text} Bagian {n}.</p>" for n in range(4)) if text else ""
    return (
        f'<html><head><meta charset="utf-8"><title>{title} - Kabar</title>'
        f'<meta property="og:site_name" content="Kabar">{stamp}{head}'
        f"</head><body><h1>{title}</h1><div>{paragraphs}</div></body></html>"
    )


def status(number: int, *, content: str | None = None, host: str = "guyub.test", **fields: Any) -> dict[str, Any]:
    """A status as a Mastodon server gives it."""
    native = str(110_000_000_000_000_000 + number)
    return {
        "id": native,
        "uri": f"https://{host}/users/ayu/statuses/{native}",
        "url": f"https://{host}/@ayu/{native}",
        "created_at": f"2026-11-20T01:{number % 60:02d}:00.000Z",
        "visibility": "public",
        "language": "id",
        "content": f"<p>Kiriman nomor {number} tentang banjir</p>" if content is None else content,
        "account": {"acct": "ayu"},
        "tags": [],
        "media_attachments": [],
        **fields,
    }
