"""Opens the sources that ask for a key: the headers to send to a source's own host, from the settings.

A key goes only where it belongs: over https, to the service's own hosts; a source that ``allow_private`` marks as a
copy on the own machine or network is let be. What is given here is never logged, archived or put into a message.
"""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import msgspec

from crawlers.addresses import host_of, is_public, literal_address, site_of
from kentongan.errors import NotConfigured, Retry
from kentongan.settings import Settings, variable_of

if TYPE_CHECKING:
    from crawlers.sources import Source

TIMEOUT = 30.0
"""Longest wait for a login, in seconds."""

MAX_ANSWER = 100_000
"""Longest answer to a login that is read, in bytes; real ones have some 2,000."""

YOUTUBE_SITES = frozenset({"googleapis.com"})
X_SITES = frozenset({"x.com", "twitter.com"})


def open_youtube(source: Source, settings: Settings) -> dict[str, str]:
    """The key of the YouTube Data API. Raises NotConfigured."""
    _require_place(source, sites=YOUTUBE_SITES)
    return {"X-Goog-Api-Key": _require(source, settings, "youtube_api_key", what="kunci YouTube Data API v3")}


def open_x(source: Source, settings: Settings) -> dict[str, str]:
    """The bearer token of the X API. Raises NotConfigured."""
    _require_place(source, sites=X_SITES)
    return {"Authorization": f"Bearer {_require(source, settings, 'x_bearer_token', what='bearer token X API v2')}"}


def open_bluesky(source: Source, settings: Settings) -> dict[str, str]:
    """A token of a new session at the source's own server, in exchange for handle and app password.

    Asks the server once (com.atproto.server.createSession), at most 30 s. Raises NotConfigured where a setting is
    missing or refused, Retry where the server does not answer.
    """
    _require_place(source, sites=None)
    handle = _require(source, settings, "bluesky_handle", what="nama akun Bluesky")
    password = _require(source, settings, "bluesky_app_password", what="sandi aplikasi akun itu")
    parts = urlsplit(source.url)
    url = urlunsplit((parts.scheme, parts.netloc, "/xrpc/com.atproto.server.createSession", "", ""))
    _require_public(source, settings)
    answer = _post(url, {"identifier": handle, "password": password}, settings=settings)
    try:
        token = msgspec.json.decode(answer, type=dict[str, object]).get("accessJwt")
    except msgspec.DecodeError as error:
        raise Retry(f"Jawaban masuk dari {url} bukan JSON.") from error
    if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
        raise Retry(f"Jawaban masuk dari {url} tidak memuat token.")
    return {"Authorization": f"Bearer {token}"}


def _require(source: Source, settings: Settings, name: str, *, what: str) -> str:
    """The value of a setting, fit for a header. Raises NotConfigured that names it."""
    value = str(getattr(settings, name)).strip()
    if not value:
        raise NotConfigured(
            name,
            f"Sumber {source.name} belum aktif: {what} belum diisi.",
            hint=f"Isi {name} di kentongan.toml atau {variable_of(name)}.",
        )
    if not value.isascii() or not value.isprintable():
        raise NotConfigured(name, f"Isi {name} bukan {what}: memuat huruf yang tidak mungkin.", hint="Salin ulang.")
    return value


def _require_place(source: Source, *, sites: frozenset[str] | None) -> None:
    """Raise NotConfigured where a key would go to a stranger, or over the open line."""
    if source.allow_private:
        return
    host = host_of(source.url)
    if urlsplit(source.url).scheme.lower() != "https" or (sites is not None and site_of(host) not in sites):
        raise NotConfigured(
            "sources_file",
            f"Sumber {source.name} tidak dibaca: kuncinya tidak dikirim ke {urlsplit(source.url).scheme}://{host}.",
            hint="Perbaiki url sumber itu: https, pada alamat resmi layanannya.",
        )


def _require_public(source: Source, settings: Settings) -> None:
    """Raise NotConfigured where a source's host lies in a private network that it may not ask. Behind a proxy only the
    proxy can know."""
    host = host_of(source.url)
    if source.allow_private or (settings.http_proxy and literal_address(host) is None):
        return
    try:
        found = {literal_address(str(one[4][0])) for one in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except OSError as error:
        raise Retry(f"Nama {host} tidak ditemukan.") from error
    if any(address is None or not is_public(address) for address in found):
        raise NotConfigured("sources_file", f"Sumber {source.name}: {host} beralamat di jaringan dalam.")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows nothing: a password is for the server it was meant for."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


def _post(url: str, values: dict[str, str], *, settings: Settings) -> bytes:
    """What a server answers to a login. Raises NotConfigured where it refuses, Retry where it does not answer."""
    request = urllib.request.Request(
        url,
        data=json.dumps(values).encode(),
        headers={"Content-Type": "application/json", "User-Agent": settings.user_agent},
    )
    proxies = {"http": settings.http_proxy, "https": settings.http_proxy} if settings.http_proxy else {}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies), _NoRedirect())
    try:
        with opener.open(request, timeout=TIMEOUT) as response:
            return bytes(response.read(MAX_ANSWER))
    except urllib.error.HTTPError as error:
        with error:
            status = error.code
        if status in (400, 401, 403):
            raise NotConfigured(
                "bluesky_app_password",
                f"{host_of(url)} menolak masuk (server menjawab {status}).",
                hint="Periksa bluesky_handle dan bluesky_app_password; buat sandi aplikasi baru bila perlu.",
            ) from None
        raise Retry(f"{host_of(url)} menjawab {status} saat masuk.") from None
    except (OSError, ValueError) as error:
        raise Retry(f"{host_of(url)} tidak menjawab saat masuk: {type(error).__name__}.") from None
