"""Asks an agency's server for one answer, within bounds on its size, its time and where it may lead.

No redirect to another host is followed, so that a token reaches only the host it was given for, and a portal's login
page is not taken for data.
"""

from __future__ import annotations

import http.client
import os
import socket
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from crawlers.addresses import is_public, literal_address
from crawlers.bridges.declaration import Bridge, Token
from kentongan.errors import NotConfigured, Quarantine, Retry
from kentongan.settings import Settings

MAX_REDIRECTS = 3
"""Most redirects on the same host that are followed."""

CHUNK = 1 << 16

STALL_S = 20.0
"""Longest silence of a server inside an answer, in seconds; the whole answer is bounded by the bridge's ``timeout``."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows nothing by itself: ``download`` looks first where a redirect leads."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


def headers_for(bridge: Bridge, settings: Settings, *, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """What is sent along with every request of a bridge. Raises NotConfigured where its token is not set."""
    headers = {"User-Agent": settings.user_agent, "Accept-Encoding": "identity"}
    if bridge.token is not None:
        headers[bridge.token.header] = bridge.token.prefix + read_token(bridge.token, environ=environ)
    return headers


def read_token(token: Token, *, environ: Mapping[str, str] | None = None) -> str:
    value = (os.environ if environ is None else environ).get(token.variable, "").strip()
    if not value or not value.isascii() or not value.isprintable():
        raise NotConfigured(
            token.variable,
            f"Variabel {token.variable} belum berisi token jembatan.",
            hint="Isi variabel lingkungan itu, bukan berkas deklarasinya.",
        )
    return value


def require_reachable(bridge: Bridge, url: str, *, settings: Settings) -> None:
    """Raise Quarantine ("private-address") for a private place that was not allowed, Retry for an unknown name."""
    if bridge.allow_private or settings.http_proxy:
        return
    host = urlsplit(url).hostname or ""
    try:
        found = [literal_address(str(one[4][0])) for one in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]
    except OSError as error:
        raise Retry(f"Nama {host} tidak ditemukan.") from error
    if any(address is None or not is_public(address) for address in found):
        raise Quarantine(
            "private-address",
            f"{host} beralamat di jaringan dalam.",
            hint="Tulis allow_private: true pada jembatan itu.",
        )


def download(bridge: Bridge, url: str, *, headers: Mapping[str, str], settings: Settings) -> bytes:
    """The body of an answer 200. Raises Quarantine for what a person must mend ("redirects", "http-status", "closed",
    "too-large", "private-address", "bad-encoding"), Retry for a server that is away, slow or busy."""
    deadline = time.monotonic() + bridge.timeout
    asked = url
    proxies = {"http": settings.http_proxy, "https": settings.http_proxy} if settings.http_proxy else {}
    if bridge.allow_private:
        proxies = {}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies), _NoRedirect())
    for _ in range(MAX_REDIRECTS + 1):
        require_reachable(bridge, asked, settings=settings)
        request = urllib.request.Request(asked, headers=dict(headers))
        try:
            with opener.open(request, timeout=min(STALL_S, bridge.timeout)) as response:
                body = _read_bounded(response, bridge, deadline=deadline)
                return _unpack(body, response.headers.get("Content-Encoding", ""), bridge)
        except urllib.error.HTTPError as error:
            with error:
                status, location = error.code, error.headers.get("Location")
            asked = _next_address(status, location, asked=asked)
        except (OSError, http.client.HTTPException, ValueError) as error:
            said = getattr(error, "reason", None) or error
            raise Retry(f"{_shown(url)} tidak menjawab: {type(said).__name__}: {str(said)[:120]}.") from error
    raise Quarantine("redirects", f"{_shown(url)} mengalihkan terlalu banyak kali.")


def _next_address(status: int, location: str | None, *, asked: str) -> str:
    """Where a redirect leads, on the same host. Raises Quarantine and Retry for every other status."""
    if status in (301, 302, 303, 307, 308) and location:
        target = urljoin(asked, location)
        here, there = urlsplit(asked), urlsplit(target)
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            raise Quarantine(
                "redirects",
                f"{_shown(asked)} mengalihkan ke tempat lain: {there.scheme}://{there.hostname}.",
                hint="Periksa alamatnya; bila pindah, tulis alamat barunya di bridges_file.",
            )
        return target
    if status in (401, 403):
        raise Quarantine(
            "closed", f"{_shown(asked)} menolak masuk (server menjawab {status}).", hint="Periksa tokennya."
        )
    if status in (408, 425, 429) or status >= 500:
        raise Retry(f"{_shown(asked)} menjawab {status}.")
    raise Quarantine("http-status", f"{_shown(asked)} menjawab {status}.")


def _read_bounded(response: http.client.HTTPResponse, bridge: Bridge, *, deadline: float) -> bytes:
    """The whole body. Raises Quarantine ("too-large") and Retry past the deadline."""
    parts, size = [], 0
    # read1 gives what is there: a server that sends a letter a minute cannot hold us inside one call.
    while chunk := response.read1(CHUNK):
        parts.append(chunk)
        size += len(chunk)
        if size > bridge.max_bytes:
            raise Quarantine("too-large", f"Jawaban {bridge.name} lebih besar dari {bridge.max_bytes} bita.")
        if time.monotonic() > deadline:
            raise Retry(f"Jawaban {bridge.name} tidak selesai dalam {bridge.timeout:g} detik.")
    if response.length:
        raise Retry(f"Jawaban {bridge.name} terpotong.")
    return b"".join(parts)


def _unpack(body: bytes, encoding: str, bridge: Bridge) -> bytes:
    if encoding.lower() in ("", "identity"):
        return body
    if encoding.lower() not in ("gzip", "x-gzip"):
        raise Quarantine("bad-encoding", f"Jawaban {bridge.name} berkemasan {encoding[:40]}, yang tidak diminta.")
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        found = unpacker.decompress(body, bridge.max_bytes + 1)
    except zlib.error as error:
        raise Quarantine("bad-encoding", f"Kemasan jawaban {bridge.name} rusak.") from error
    if len(found) > bridge.max_bytes:
        raise Quarantine("too-large", f"Jawaban {bridge.name} lebih besar dari {bridge.max_bytes} bita.")
    return found


def _shown(url: str) -> str:
    """An address for a message: without its query, which may hold a key."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"
