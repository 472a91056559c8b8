"""A folder of its own below a reverse proxy: all pages of the dashboard, and all routes of our own, lie in it.

The proxy may leave the folder in the address or take it away; both arrive the same. From here on ``root_path`` names
the folder, as ASGI has it, and Starlette, Streamlit, gate and cookies go by it. Links and redirects are relative.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.pages import PAGES
from dashboard.routes import find_route
from kentongan.errors import BadSettings
from kentongan.settings import Settings

FOLDER: Final = re.compile(r"(/[A-Za-z0-9][A-Za-z0-9._-]*)+")


def folder_of(settings: Settings) -> str:
    """The folder of ``dashboard_path``, without a slash at its end; empty for none. Raises BadSettings."""
    folder = "/" + settings.dashboard_path.strip("/") if settings.dashboard_path.strip("/") else ""
    if folder and not FOLDER.fullmatch(folder):
        raise BadSettings(
            f"dashboard_path {settings.dashboard_path!r} tidak dapat dipakai.",
            hint="Tulis seperti /kentongan: huruf, angka, titik, garis bawah, tanda hubung.",
        )
    taken = {f"/{page.path}" for page in PAGES}
    first = "/" + folder.split("/")[1] if folder else ""
    if first in taken or (first and (find_route(first) or find_route(f"{first}/x"))):
        raise BadSettings(
            f"dashboard_path {settings.dashboard_path!r} adalah alamat sebuah halaman.", hint="Pilih nama lain."
        )
    return folder


class SubPath:
    """ASGI middleware, the outermost. ``folder`` is asked for at each request: settings are read with the first."""

    def __init__(self, app: ASGIApp, folder: Callable[[], str]) -> None:
        self.app = app
        self.folder = folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or not (folder := self.folder()):
            await self.app(scope, receive, send)
            return
        path = str(scope["path"])
        if path == folder and scope["type"] == "http":
            # Without the slash relative links would lead out of the folder.
            await RedirectResponse(f"{folder}/", status_code=308)(scope, receive, send)
            return
        inside = path if path.startswith(f"{folder}/") else f"{folder}{path}"
        await self.app({**scope, "root_path": folder, "path": inside}, receive, send)
