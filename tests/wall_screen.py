"""A wall of its own for tests: its routes under a real server, on a thread, with a clock that the test sets."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

import dashboard
from casework.db import Casework
from casework.deadlines import load_deadlines
from dashboard.wall.cameras import Cameras
from dashboard.wall.playlist import DEFAULT, Playlist
from dashboard.wall.routes import WallDesk, wall_routes
from dashboard.wall.snapshot import Wall
from dashboard.wall.sources import WallSources
from kentongan.places import load_gazetteer
from kentongan.settings import Settings
from search.store import Store

SIZES = ((1366, 768), (1920, 1080), (3840, 2160))
CHECK = (Path(__file__).parent / "fixtures" / "wall_check.js").read_text(encoding="utf-8")
"""What is wrong with a screen: it scrolls, letters below 32 at 1080, words cut off or outside, things over things."""


def make_desk(
    settings: Settings,
    store: Callable[[], Store],
    casework: Callable[[], Casework],
    *,
    clock: Callable[[], datetime],
    playlist: Playlist = DEFAULT,
) -> WallDesk:
    """A wall on these stores."""
    gazetteer = load_gazetteer(settings.regions_file)
    deadlines = load_deadlines(settings)
    sources = WallSources(
        settings=settings,
        playlist=playlist,
        store=store,
        casework=casework,
        gazetteer=lambda: gazetteer,
        deadlines=lambda: deadlines,
        cameras=Cameras(playlist.camera, allowed=settings.wall_camera_hosts, user_agent=settings.user_agent),
    )
    return WallDesk(settings=settings, casework=casework, wall=Wall(sources), clock=clock)


def wall_app(desk: WallDesk) -> Starlette:
    static = Path(dashboard.__file__).parent / "static"
    return Starlette(routes=[*wall_routes(lambda: desk), Mount("/aset", StaticFiles(directory=static))])


@contextmanager
def serving(desk: WallDesk, *, port: int = 0) -> Iterator[int]:
    """The wall under a real server until the block ends; yields its port."""
    server = uvicorn.Server(
        uvicorn.Config(wall_app(desk), host="127.0.0.1", port=port, log_level="error", access_log=False, ws="none")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + 20
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("the wall's server did not start")
            time.sleep(0.02)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(timeout=20)
