"""The wall's HTML: the empty screen that its script fills, and the door where a new screen is let in."""

from __future__ import annotations

import hashlib
from functools import cache
from html import escape
from pathlib import Path
from typing import Final

import msgspec

from dashboard.wall.playlist import Playlist, Theme
from kentongan import __version__
from kentongan.settings import Settings
from kentongan.times import ZONES

STATIC: Final = Path(__file__).with_name("static")
FILES: Final = {
    "wall.css": "text/css",
    "door.css": "text/css",
    "wall.js": "text/javascript",
    "panels.js": "text/javascript",
    "draw.js": "text/javascript",
    "incident.js": "text/javascript",
    "door.js": "text/javascript",
}
"""What the wall's folder serves, and nothing else."""
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@cache
def read_files() -> dict[str, bytes]:
    """The wall's own files by name."""
    return {name: (STATIC / name).read_bytes() for name in FILES}


@cache
def version() -> str:
    """Changes with the program and each of the wall's files: a screen that sees another one loads the page anew."""
    digest = hashlib.sha256(__version__.encode())
    for name, content in sorted(read_files().items()):
        digest.update(name.encode() + content)
    return digest.hexdigest()[:12]


def declare(playlist: Playlist, settings: Settings) -> dict[str, object]:
    """What a screen must know of its playlist; no address of a camera among it."""
    offset = ZONES[settings.zone].utcoffset(None)
    return {
        "title": playlist.title or settings.organisation,
        "zone": settings.zone,
        "offset_ms": 0 if offset is None else int(offset.total_seconds() * 1000),
        "refresh_s": playlist.refresh_seconds,
        "stale_s": playlist.stale_seconds,
        "reload_at": playlist.reload_at,
        "scenes": [{"name": one.name, "seconds": one.seconds, "panels": list(one.panels)} for one in playlist.scene],
    }


def version_of(playlist: Playlist, settings: Settings) -> str:
    """The same, and with every change of the playlist."""
    declared = msgspec.json.encode([declare(playlist, settings), playlist.theme], order="deterministic")
    return hashlib.sha256(version().encode() + declared).hexdigest()[:12]


def wall_page(playlist: Playlist, settings: Settings, *, theme: Theme) -> str:
    """The screen. Its script reads what it needs from the attributes of ``main``."""
    made = version_of(playlist, settings)
    declared = escape(msgspec.json.encode(declare(playlist, settings)).decode(), quote=True)
    aset = f"dinding/aset/{made}"
    return (
        f'<!doctype html><html lang="id" data-theme="{theme}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<title>Dinding · {escape(settings.organisation)}</title>"
        f'<link rel="stylesheet" href="{aset}/wall.css"><script type="module" src="{aset}/wall.js"></script></head>'
        '<body><header><h1 id="title"></h1><div id="sources"></div><div id="clock"></div></header>'
        f'<main id="wall" data-version="{made}" data-wall="{declared}"><p class="first">Memuat dinding …</p></main>'
        '<footer><div id="marks" aria-hidden="true"></div><div id="status" role="status"></div></footer>'
        "<noscript>Dinding memerlukan JavaScript di peramban layar ini.</noscript></body></html>"
    )


def door_page(settings: Settings, *, code: str = "", refusal: str = "") -> str:
    """How a screen is let in: with a code from the command centre's administrator."""
    said = f'<p class="fault" role="alert">{escape(refusal)}</p>' if refusal else ""
    ready = " data-ready" if code and not refusal else ""
    return (
        '<!doctype html><html lang="id"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<title>Pasang layar · {escape(settings.organisation)}</title>"
        f'<link rel="stylesheet" href="dinding/aset/{version()}/door.css">'
        f'<script type="module" src="dinding/aset/{version()}/door.js"></script></head><body><main>'
        f"<p>{escape(settings.organisation)}</p><h1>Layar ini belum terpasang</h1>"
        "<p>Minta admin menambahkan layar ini. Ia mendapat sebuah kode yang berlaku sekali, selama 30 menit; "
        "tulis kode itu di sini.</p>"
        f'<form method="post" action="dinding"{ready}><label for="kode">Kode pemasangan</label>'
        f'<input id="kode" name="kode" value="{escape(code[:40], quote=True)}" autocomplete="off" required '
        f'maxlength="40" spellcheck="false" autofocus>{said}<button>Pasang layar ini</button></form>'
        "<p>Admin: <code>kentongan wall add &quot;Lobi&quot; --as NAMA_PENGGUNA</code></p></main></body></html>"
    )
