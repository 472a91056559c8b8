"""Stills of cameras: fetched by the server within bounds, decoded and encoded anew, served to screens from here.

Only origins that the administrator listed (``wall_camera_hosts``) are asked, redirects are not followed, and nothing
but a picture that decodes leaves this module: a screen never learns a camera's address.
"""

from __future__ import annotations

import hashlib
import http.client
import io
import logging
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, Literal

import msgspec

from casework.alerts.channels import allowed_origins, origin_of, split_address
from dashboard.wall.playlist import Camera

LOG = logging.getLogger(__name__)
MAX_BYTES: Final = 8_388_608
"""Largest answer of a camera, in bytes: a JPEG of 8 megapixels has 3 to 5 MB."""
MAX_PIXELS: Final = 40_000_000
"""Largest picture, in pixels; more would take the server's memory."""
TIMEOUT_S: Final = 8.0
"""How long a camera may be silent, in seconds."""
MOST_S: Final = 20.0
"""How long its whole answer may take, in seconds: one that drips must not hold a worker."""
SHOWN: Final = (1280, 720)
"""Largest size a still is sent in, in pixels: a third of a 4K screen's width."""
QUALITY: Final = 78
AT_ONCE: Final = 3
CHUNK: Final = 65_536

CameraState = Literal["ok", "old", "waiting", "broken"]


class CameraLine(msgspec.Struct, frozen=True, kw_only=True):
    """One camera as a screen knows it."""

    key: int
    name: str
    state: CameraState
    picture: str | None
    """Digest of the still; None before the first."""
    taken_ms: int | None
    """When it was fetched, in milliseconds since 1970."""


class CamerasPanel(msgspec.Struct, frozen=True, kw_only=True):
    """The cameras in the order of the playlist."""

    lines: tuple[CameraLine, ...]


@dataclass(slots=True, kw_only=True)
class Still:
    """The last picture of one camera."""

    picture: bytes | None = None
    digest: str | None = None
    taken_at: datetime | None = None
    asked_at: datetime | None = None
    busy: bool = False
    failed: bool = False


class Cameras:
    """The declared cameras with their last stills. May be shared between threads."""

    def __init__(self, declared: Sequence[Camera], *, allowed: str, user_agent: str) -> None:
        self.declared = tuple(declared)
        self.allowed = allowed_origins(allowed)
        self.user_agent = user_agent
        self.stills = [Still() for _ in self.declared]
        self._lock = Lock()
        self._workers = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="dinding-kamera")

    def read(self, now: datetime) -> CamerasPanel:
        """The cameras as they are; those that are due are asked in the background."""
        for key, camera in enumerate(self.declared):
            with self._lock:
                still = self.stills[key]
                due = still.asked_at is None or now - still.asked_at >= timedelta(seconds=camera.every_seconds)
                if due and not still.busy:
                    still.busy, still.asked_at = True, now
                    self._workers.submit(self.fetch, key, now)
        with self._lock:
            return CamerasPanel(lines=tuple(self.line_of(key, now) for key in range(len(self.declared))))

    def line_of(self, key: int, now: datetime) -> CameraLine:
        camera, still = self.declared[key], self.stills[key]
        state: CameraState = "ok"
        if still.taken_at is None:
            state = "broken" if still.failed else "waiting"
        elif now - still.taken_at > timedelta(seconds=camera.old_after_seconds):
            state = "old"
        taken = None if still.taken_at is None else int(still.taken_at.timestamp() * 1000)
        return CameraLine(key=key, name=camera.name, state=state, picture=still.digest, taken_ms=taken)

    def fetch(self, key: int, now: datetime) -> None:
        """Ask one camera; what it gave before stays where it gives nothing usable."""
        picture = None
        try:
            picture = encode_still(read_still(self.declared[key].url, allowed=self.allowed, agent=self.user_agent))
        except (OSError, ValueError) as error:
            LOG.warning("Kamera %s tidak memberi gambar: %s", self.declared[key].name, error)
        with self._lock:
            still = self.stills[key]
            still.busy, still.failed = False, picture is None
            if picture is not None:
                still.picture, still.taken_at = picture, now
                still.digest = hashlib.sha256(picture).hexdigest()[:16]

    def picture(self, key: int) -> tuple[bytes, str] | None:
        """The last still of a camera as JPEG with its digest; None where there is none."""
        if not 0 <= key < len(self.stills):
            return None
        with self._lock:
            still = self.stills[key]
            return None if still.picture is None or still.digest is None else (still.picture, still.digest)

    def close(self) -> None:
        self._workers.shutdown(wait=False, cancel_futures=True)


def read_still(url: str, *, allowed: frozenset[str], agent: str) -> bytes:
    """The body a camera answers with. Raises OSError or ValueError where it is not allowed, too large, not a picture by
    its type, or does not answer in time."""
    parts = split_address(url)
    if parts is None or origin_of(parts) not in allowed:
        raise ValueError("asal alamatnya tidak ada di pengaturan wall_camera_hosts")

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args: object, **more: object) -> None:
            return None

    asked = urllib.request.Request(url, headers={"User-Agent": agent, "Accept": "image/jpeg, image/png"})
    try:
        # No proxy: a camera stands in the installation's own network.
        opener = urllib.request.build_opener(Stay, urllib.request.ProxyHandler({}))
        with opener.open(asked, timeout=TIMEOUT_S) as answer:
            kind = answer.headers.get_content_type()
            if kind not in ("image/jpeg", "image/png"):
                raise ValueError(f"jawabannya {kind}, bukan JPEG atau PNG")
            body, ends = b"", time.monotonic() + MOST_S
            while chunk := answer.read1(CHUNK):
                body += chunk
                if len(body) > MAX_BYTES:
                    raise ValueError(f"gambarnya lebih dari {MAX_BYTES} bita")
                if time.monotonic() > ends:
                    raise ValueError(f"jawabannya belum selesai setelah {MOST_S:.0f} detik")
            return body
    except http.client.HTTPException as error:
        raise OSError(f"jawabannya bukan HTTP ({type(error).__name__})") from error


def encode_still(body: bytes) -> bytes:
    """The picture as a JPEG of at most SHOWN, without anything its maker wrote into it. Raises ValueError."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(body), formats=("JPEG", "PNG")) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise ValueError(f"gambarnya {opened.width} x {opened.height} titik")
                opened.draft("RGB", SHOWN)
                turned = ImageOps.exif_transpose(opened).convert("RGB")
                turned.thumbnail(SHOWN)
                made = io.BytesIO()
                turned.save(made, "JPEG", quality=QUALITY, optimize=False)
                return made.getvalue()
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning, SyntaxError) as error:
        raise ValueError(f"gambarnya tidak terbaca: {error}") from error
