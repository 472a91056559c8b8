"""Opens what the wall works with: the stores every page shares, and the playlist."""

from __future__ import annotations

import streamlit as st

from dashboard.data import read_settings, shared_casework, shared_deadlines, shared_gazetteer, shared_store
from dashboard.wall.cameras import Cameras
from dashboard.wall.playlist import load_playlist
from dashboard.wall.routes import WallDesk
from dashboard.wall.snapshot import Wall
from dashboard.wall.sources import WallSources


@st.cache_resource(show_spinner=False)
def shared_wall() -> WallDesk:
    """The wall, opened once a process; nothing is read before a screen asks. Raises BadSettings for the playlist."""
    settings = read_settings()
    playlist = load_playlist(settings.wall_playlist_file)
    sources = WallSources(
        settings=settings, playlist=playlist, store=shared_store, casework=shared_casework,
        gazetteer=shared_gazetteer, deadlines=shared_deadlines,
        cameras=Cameras(playlist.camera, allowed=settings.wall_camera_hosts, user_agent=settings.user_agent),
    )  # fmt: skip
    return WallDesk(settings=settings, casework=shared_casework, wall=Wall(sources))
