"""Serves the sample world over HTTP on this machine: ``python -m samples.server --port 8123 --anchor 2026-11-22``."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec

from kentongan.times import ZONES
from samples.site import File, render_site
from samples.timeline import DEFAULT_LIMIT, Status, find_status, list_statuses, page_timeline

HOST = "127.0.0.1"
TIMELINE = "/api/v1/timelines/public"
STATUSES = "/api/v1/statuses/"
JSON = "application/json; charset=utf-8"

log = logging.getLogger(__name__)


class SampleServer(ThreadingHTTPServer):
    """The server with everything it serves, rendered once when it starts."""

    daemon_threads = True

    def __init__(self, anchor: datetime, *, port: int, now: datetime | None) -> None:
        super().__init__((HOST, port), SampleHandler)
        self.base_url = f"http://{HOST}:{self.server_address[1]}"
        self.files: Mapping[str, File] = render_site(anchor, self.base_url, now=now)
        self.statuses: list[Status] = list_statuses(anchor, now=now)


class SampleHandler(BaseHTTPRequestHandler):
    """Answers GET and HEAD; a file that the client already has is answered 304."""

    server: SampleServer
    protocol_version = "HTTP/1.1"
    server_version = "KentonganSamples"
    sys_version = ""

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == TIMELINE:
            self._answer_timeline(parse_qs(parts.query))
        elif parts.path.startswith(STATUSES):
            found = find_status(self.server.statuses, parts.path.removeprefix(STATUSES))
            if found is None:
                self._answer_json(HTTPStatus.NOT_FOUND, {"error": "Record not found"})
            else:
                self._answer_json(HTTPStatus.OK, found)
        elif (file := self.server.files.get(parts.path)) is not None:
            self._answer_file(file)
        else:
            body = b"DATA CONTOH: halaman ini tidak ada.\n"
            self._send(HTTPStatus.NOT_FOUND, body, {"Content-Type": "text/plain; charset=utf-8"})

    def _answer_file(self, file: File) -> None:
        headers = {
            "Content-Type": file.content_type,
            "ETag": file.etag,
            "Last-Modified": format_datetime(file.modified.astimezone(UTC), usegmt=True),
            "Cache-Control": "no-cache",
        }
        if self._is_known(file.etag, file.modified):
            self._send(HTTPStatus.NOT_MODIFIED, b"", headers)
        else:
            self._send(HTTPStatus.OK, file.body, headers)

    def _is_known(self, etag: str, modified: datetime | None) -> bool:
        """Whether the client has this version; If-None-Match goes before If-Modified-Since (RFC 9110, 13.2.2)."""
        known = self.headers.get("If-None-Match")
        if known is not None:
            return known.strip() == "*" or etag in [tag.strip().removeprefix("W/") for tag in known.split(",")]
        since = self.headers.get("If-Modified-Since")
        if since is None or modified is None:
            return False
        try:
            return modified.replace(microsecond=0) <= parsedate_to_datetime(since)
        except (TypeError, ValueError):
            return False

    def _answer_timeline(self, asked: Mapping[str, list[str]]) -> None:
        try:
            numbers = {name: int(asked[name][0]) for name in ("limit", "max_id", "since_id", "min_id") if name in asked}
        except ValueError:
            self._answer_json(HTTPStatus.BAD_REQUEST, {"error": "Parameter is not a number"})
            return
        limit = numbers.pop("limit", DEFAULT_LIMIT)
        page = page_timeline(self.server.statuses, limit=limit, **numbers)
        links = []
        for relation, name, edge in (("next", "max_id", page.older), ("prev", "min_id", page.newer)):
            if edge is not None:
                query = urlencode({"limit": limit, name: edge})
                links.append(f'<{self.server.base_url}{TIMELINE}?{query}>; rel="{relation}"')
        self._answer_json(HTTPStatus.OK, page.statuses, {"Link": ", ".join(links)} if links else {})

    def _answer_json(self, status: HTTPStatus, value: object, headers: Mapping[str, str] | None = None) -> None:
        file = File(body=msgspec.json.encode(value), content_type=JSON, modified=datetime.now(UTC))
        given = {"Content-Type": JSON, "ETag": file.etag, "Cache-Control": "no-cache", **(headers or {})}
        if status is HTTPStatus.OK and self._is_known(file.etag, None):
            self._send(HTTPStatus.NOT_MODIFIED, b"", given)
        else:
            self._send(status, file.body, given)

    def _send(self, status: HTTPStatus, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and body:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        log.debug(format, *args)


@contextmanager
def serve_samples(anchor: datetime, *, port: int = 0, now: datetime | None = None) -> Iterator[str]:
    """Serve the fortnight that ends at the anchor, in a thread, until the block ends; yields the base URL.

    ``port`` 0 takes a free one. ``now`` holds back whatever is published later; None serves it all.
    """
    server = SampleServer(anchor, port=port, now=now)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="samples", daemon=True)
    thread.start()
    try:
        yield server.base_url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def read_anchor(text: str) -> datetime:
    """An ISO date or time as the anchor; one without a zone is in WIB. Raises ValueError."""
    anchor = datetime.fromisoformat(text)
    return anchor if anchor.tzinfo is not None else anchor.replace(tzinfo=ZONES["WIB"])


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m samples.server", description="Melayani situs contoh Tirtamaya.")
    parser.add_argument("--port", type=int, default=8123, help="port di 127.0.0.1; 0 memilih yang kosong")
    parser.add_argument("--anchor", type=read_anchor, default=None, help="akhir dua pekan contoh (ISO)")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    server = SampleServer(options.anchor or datetime.now(UTC), port=options.port, now=None)
    log.info("DATA CONTOH di %s (berhenti dengan Ctrl+C)", server.base_url)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        log.info("Berhenti.")
    finally:
        server.server_close()


if __name__ == "__main__":
    main()
