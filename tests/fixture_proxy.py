"""A local HTTP proxy that answers for the hosts of the saved pages, each page at its own host and path."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.sax.saxutils import escape


@dataclass(frozen=True)
class Page:
    body: bytes
    content_type: str = "text/html"


@dataclass
class FixtureProxy:
    """What it serves, by address without scheme, and what it was asked."""

    pages: Mapping[str, Page]
    url: str = ""
    asked: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)


def bare(url: str) -> str:
    """An address without its scheme: the saved pages speak plain HTTP here."""
    return url.partition("://")[2]


def load_gold(shared: Path) -> list[dict[str, object]]:
    """What a careful reader took from each saved article page."""
    return [json.loads(line) for line in (shared / "fixtures/gold.jsonl").read_text(encoding="utf-8").splitlines()]


def saved_pages(shared: Path) -> dict[str, Page]:
    """Every gold page at its own address."""
    pages = {}
    for gold in load_gold(shared):
        body = (shared / "fixtures" / str(gold["file"])).read_bytes()
        pages[bare(str(gold["url"]))] = Page(gzip.decompress(body) if str(gold["file"]).endswith(".gz") else body)
    return pages


def write_feed(urls: list[str]) -> Page:
    """An RSS feed that lists addresses and nothing else, so that everything must come from the pages."""
    items = "".join(f"<item><title>x</title><link>{escape(url)}</link></item>" for url in urls)
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>uji</title>{items}</channel></rss>'
    return Page(feed.encode(), "application/rss+xml")


@contextmanager
def serve_pages(pages: Mapping[str, Page]) -> Iterator[FixtureProxy]:
    """Run the proxy on a free port until the block ends."""
    proxy = FixtureProxy(pages)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            address = bare(self.path)
            page = proxy.pages.get(address) or proxy.pages.get(address.partition("?")[0])
            etag = None if page is None else f'"{hash(page.body) & 0xFFFFFFFF:x}"'
            status = 404 if page is None else 304 if self.headers.get("If-None-Match") == etag else 200
            body = page.body if page is not None and status == 200 else b""
            proxy.asked.append(address)
            proxy.statuses.append(status)
            self.send_response(status)
            if page is not None and etag:
                self.send_header("Content-Type", page.content_type)
                self.send_header("ETag", etag)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    proxy.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
