"""Servers that mean harm, on real sockets: each trick gets a port of its own, so that none hides behind another."""

from __future__ import annotations

import gzip
import json
import socket
import socketserver
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import brotli
from backports import zstd
from crawlers_server import article, feed, status

Trick = Callable[[socket.socket, str], None]
"""Writes whatever it likes to a connection; told the path that was asked for."""

CONSENT = """<html><head><title>Persetujuan</title></head><body><div><h1>Kami menghargai privasi Anda</h1>
<p>Kami dan mitra kami menyimpan informasi pada perangkat, seperti cookie, dan memproses data pribadi untuk iklan.</p>
<p>Dengan izin Anda, kami dan mitra kami dapat menggunakan data geolokasi melalui pemindaian perangkat.</p>
<form action="/izin" method="post"><button>Setuju</button><button>Tolak</button></form></div></body></html>"""

BOMB_BLOCK = b"\0" * (50 * 2**20)
DEEP = 100_000


def head(*headers: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode()


def whole(body: bytes | str, *headers: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8") -> Trick:
    """An honest answer."""
    raw = body.encode() if isinstance(body, str) else body

    def write(connection: socket.socket, path: str) -> None:
        connection.sendall(head(f"Content-Length: {len(raw)}", *headers, status=status, kind=kind) + raw)

    return write


def says(*pieces: bytes) -> Trick:
    """These bytes, then the end of the connection."""

    def write(connection: socket.socket, path: str) -> None:
        for piece in pieces:
            connection.sendall(piece)

    return write


def goes_on(start: bytes, piece: bytes, *, pause: float = 0.0) -> Trick:
    """These bytes, then another piece again and again until the other side hangs up."""

    def write(connection: socket.socket, path: str) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(piece)
            time.sleep(pause)

    return write


def redirects(to: str, *headers: str, status: str = "302 Found") -> Trick:
    return says(head(f"Location: {to}", "Content-Length: 0", *headers, status=status))


def redirects_for_ever(connection: socket.socket, path: str) -> None:
    number = int(path.partition("?")[2] or 0)
    redirects(f"/jebakan?{number + 1}")(connection, path)


def timeline_in_a_circle(connection: socket.socket, path: str) -> None:
    whole(json.dumps([status(number) for number in range(30)]), kind="application/json")(connection, path)


def encoded(body: bytes, encoding: str) -> Trick:
    return whole(body, f"Content-Encoding: {encoding}")


def gzip_bomb() -> bytes:
    """Ten gigabytes of zeros, as two hundred members of half a megabyte in all."""
    return gzip.compress(BOMB_BLOCK, 9) * 200


def page_tricks() -> dict[str, Trick]:
    """What may stand where an article is expected."""
    good = article("Berita di balik jebakan").encode()
    cut = head(f"Content-Length: {len(good) + 5000}") + good
    chunks = head("Transfer-Encoding: chunked")
    piece = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    nested = b"<html><body>" + b"<div>" * DEEP + good + b"</div>" * DEEP
    return {
        "putaran": redirects_for_ever,
        "tetes-isi": goes_on(head("Content-Length: 100000"), b"x", pause=1.0),
        "tetes-kepala": goes_on(b"HTTP/1.1 200 OK\r\n", b"X", pause=1.0),
        "10-gb": goes_on(head("Content-Length: 10737418240"), b"x" * 65536),
        "tanpa-akhir": goes_on(chunks, piece),
        "tanpa-panjang": goes_on(head(), b"x" * 65536),
        "bom-gzip": encoded(gzip_bomb(), "gzip"),
        "bom-gzip-ganda": encoded(gzip.compress(gzip_bomb()), "gzip, gzip"),
        "bom-gzip-lapis": encoded(gzip.compress(gzip.compress(gzip.compress(good))), "gzip, gzip, gzip"),
        "bom-deflate": encoded(zlib.compress(BOMB_BLOCK), "deflate"),
        "bom-brotli": encoded(brotli.compress(BOMB_BLOCK, quality=2), "br"),
        "bom-zstd": encoded(zstd.compress(BOMB_BLOCK), "zstd"),
        "rusak-gzip": encoded(b"\x1f\x8b\x08\x00" + b"rusak" * 20, "gzip"),
        "rusak-deflate": encoded(b"rusak" * 20, "deflate"),
        "rusak-brotli": encoded(b"rusak" * 20, "br"),
        "rusak-zstd": encoded(b"rusak" * 20, "zstd"),
        "panjang-kurang": says(head(f"Content-Length: {len(good) - 60}") + good),
        "panjang-lebih": says(cut),
        "potongan-rusak": says(chunks + b"zzz\r\n" + good),
        "potongan-terputus": says(chunks + b"ffff\r\n" + good),
        "nol-sedikit": whole(good.replace(b"Warga", b"War\0ga")),
        "nol-semua": whole(b"\0" * 5000 + good),
        "bersarang": whole(nested),
        "dinding-kuki": redirects("/jebakan", "Set-Cookie: izin=1"),
        "formulir-izin": whole("<html><body><form>Kami memakai kuki. <button>Setuju</button></form></body></html>"),
        "persetujuan": whole(CONSENT),
        "ke-metadata": redirects("http://169.254.169.254/latest/meta-data/"),
        "ke-localhost": redirects("http://localhost:22/"),
        "ke-berkas": redirects("file:///etc/passwd"),
        "ke-mana-saja": redirects("http://[::1"),
        "ke-nama-jahat": redirects("http://jahat.test/"),
        "10000-kepala": says(head(*(f"X-{n}: {'x' * 10}" for n in range(10_000))) + good),
        "kepala-panjang": says(head(f"X-Panjang: {'x' * 2**20}") + good),
        "kepala-tanpa-akhir": goes_on(b"HTTP/1.1 200 OK\r\n", b"X-Lagi: " + b"x" * 1000 + b"\r\n"),
        "diam": says(),
        "bukan-http": says(b"SSH-2.0-OpenSSH_9.6\r\n" * 3),
        "panjang-ganda": says(head("Content-Length: 5", "Content-Length: 50") + good),
    }


def listing_tricks() -> dict[str, Trick]:
    """What may stand where a feed is expected, by kind and name."""
    items = "".join(
        f"<item><title>Masa depan {n}</title><link>{{base}}/b/{n}</link>"
        "<pubDate>Mon, 22 Nov 2106 08:00:00 +0700</pubDate></item>"
        for n in range(10_000)
    )
    rss = f'<?xml version="1.0"?><rss version="2.0"><channel><title>U</title>{items}</channel></rss>'
    deep = "<rss><channel>" + "<item>" * DEEP
    index = (
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        "<sitemap><loc>{base}/feed.xml</loc></sitemap><sitemap><loc>{base}/lain.xml</loc></sitemap></sitemapindex>"
    )
    return {
        "rss:tahun-2106": based(rss),
        "rss:dirinya": based(feed("{base}/feed.xml")),
        "rss:xml-dalam": whole(deep, kind="application/xml"),
        "rss:nol": whole(b"\0" * 1000, kind="application/xml"),
        "rss:bom-umpan": encoded(gzip_bomb(), "gzip"),
        "sitemap:lingkaran": based(index),
        "mastodon:lingkaran-linimasa": timeline_in_a_circle,
    }


def based(template: str) -> Trick:
    """An answer that knows its own address; XML."""

    def write(connection: socket.socket, path: str) -> None:
        base = f"http://127.0.0.1:{connection.getsockname()[1]}"
        whole(template.replace("{base}", base), kind="application/xml; charset=utf-8")(connection, path)

    return write


class Server(socketserver.ThreadingTCPServer):
    """One hostile server. ``tricks`` says what each path answers; the others are not there."""

    daemon_threads = True
    request_queue_size = 50

    def __init__(self, tricks: dict[str, Trick]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.tricks = tricks
        self.asked: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """The crawler hung up, as it should."""


class Handler(socketserver.BaseRequestHandler):
    server: Server

    def handle(self) -> None:
        connection: socket.socket = self.request
        got = b""
        while b"\r\n\r\n" not in got:
            piece = connection.recv(65536)
            if not piece:
                return
            got += piece
        path = got.split(b" ", 2)[1].decode()
        self.server.asked.append(path)
        trick = self.server.tricks.get(path.partition("?")[0]) or whole("tidak ada", status="404 Not Found")
        trick(connection, path)


@contextmanager
def hostile(tricks: dict[str, Trick]) -> Iterator[Server]:
    server = Server(tricks)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
