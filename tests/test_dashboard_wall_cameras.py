"""Stills of cameras: only from allowed origins, decoded and made anew, grey when old, and never their address."""

from __future__ import annotations

import http.server
import io
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image
from starlette.testclient import TestClient
from wall_screen import make_desk, wall_app
from wall_world import NOW, PERSONAL, empty_casework

from casework.db import open_casework
from dashboard.wall.playlist import Camera, Playlist, Scene
from dashboard.wall.routes import WallDesk
from search.open import open_store

MakeDesk = Callable[[Playlist, str], WallDesk]
ASKED: list[str] = []
"""Paths the camera was asked for."""


@pytest.fixture
def make(tmp_path: Path) -> Iterator[MakeDesk]:
    """Makes a wall on an empty installation, whose cameras may be fetched from these origins."""
    settings = msgspec.structs.replace(empty_casework(tmp_path), sign_in="off")
    with open_casework(settings) as casework, open_store(settings) as store:

        def made(playlist: Playlist, allowed: str) -> WallDesk:
            own = msgspec.structs.replace(settings, wall_camera_hosts=allowed)
            return make_desk(own, lambda: store, lambda: casework, clock=lambda: NOW, playlist=playlist)

        yield made


@pytest.fixture(scope="module")
def camera() -> Iterator[str]:
    """A camera that gives what its address asks for."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            ASKED.append(self.path)
            kind, body, status = "image/jpeg", b"", 200
            if "besar" in self.path:
                body = b"\xff" * 9_000_000
            elif "html" in self.path:
                kind, body = "text/html", b"<html>"
            elif "pindah" in self.path:
                status = 302
            elif "rusak" in self.path:
                body = b"\xff\xd8\xff bukan gambar"
            else:
                made = io.BytesIO()
                exif = Image.Exif()
                exif[0x010E] = PERSONAL
                Image.new("RGB", (2560, 1440), "#336699").save(made, "JPEG", exif=exif)
                body = made.getvalue()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/baik.jpg")
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def wait_for(desk: WallDesk, now: datetime) -> list[dict[str, Any]]:
    """The cameras once all have answered."""
    cameras = desk.wall.sources.cameras
    cameras.read(now)
    deadline = time.monotonic() + 20
    while any(still.busy for still in cameras.stills) and time.monotonic() < deadline:
        time.sleep(0.02)
    return [msgspec.to_builtins(line) for line in cameras.read(now).lines]


def test_a_still_is_fetched_made_anew_and_served_and_grows_old(make: MakeDesk, camera: str) -> None:
    playlist = Playlist(
        scene=(Scene(name="K", panels=("cameras",)),), camera=(Camera(name="Simpang", url=f"{camera}/baik.jpg"),)
    )
    desk = make(playlist, camera)
    (line,) = wait_for(desk, NOW)
    assert line["state"] == "ok" and line["taken_ms"] == int(NOW.timestamp() * 1000)
    with TestClient(wall_app(desk)) as client:
        got = client.get("/dinding/kamera/0")
        assert got.headers["Content-Type"] == "image/jpeg" and client.get("/dinding/kamera/7").status_code == 404
        assert camera not in client.get("/dinding/data").text and camera not in client.get("/dinding").text
    picture = Image.open(io.BytesIO(got.content))
    assert picture.size == (1280, 720) and not picture.getexif() and b"Budi" not in got.content
    desk.wall.sources.cameras.stills[0].busy = True  # a camera that never ends its answer
    assert desk.wall.sources.cameras.read(NOW + timedelta(minutes=6)).lines[0].state == "old"


@pytest.mark.parametrize("path", ["besar.jpg", "a.html", "pindah.jpg", "rusak.jpg"])
def test_what_is_no_picture_of_a_camera_is_not_shown(make: MakeDesk, camera: str, path: str) -> None:
    playlist = Playlist(
        scene=(Scene(name="K", panels=("cameras",)),), camera=(Camera(name="Simpang", url=f"{camera}/{path}"),)
    )
    (line,) = wait_for(make(playlist, camera), NOW)
    assert (line["state"], line["picture"]) == ("broken", None)


def test_an_address_that_nobody_allowed_is_never_asked(make: MakeDesk, camera: str) -> None:
    playlist = Playlist(
        scene=(Scene(name="K", panels=("cameras",)),), camera=(Camera(name="Simpang", url=f"{camera}/rahasia.jpg"),)
    )
    (line,) = wait_for(make(playlist, ""), NOW)
    assert line["state"] == "broken" and "/rahasia.jpg" not in ASKED
