"""The gate before every page and Streamlit's own routes: without an open session nothing behind it answers.

What answers without one is in ``dashboard.routes``: the forms for citizens, health, what signing in needs, and what
checks a token or signature itself. A page leads to the form for signing in and back; anything else is refused. The
headers here go with every answer.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.routes import CHECKED_BY_GATE, find_route
from dashboard.sign_in import COOKIE, SignInDesk
from kentongan.errors import KentonganError

MOST_RETURN: Final = 1_500
"""Longest address, in characters, that one is led back to after signing in."""
ALWAYS: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("X-Frame-Options", "SAMEORIGIN"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
)
"""Headers of every answer that does not set them itself."""
LASTING: Final = ("Strict-Transport-Security", "max-age=31536000")
"""Where the connection is encrypted: for a year without any other (RFC 6797)."""


class SignInGate:
    """ASGI middleware. ``desk_of`` opens what sessions are looked up with when the first request comes."""

    def __init__(self, app: ASGIApp, desk_of: Callable[[], SignInDesk]) -> None:
        self.app = app
        self.desk_of = desk_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        answered = with_headers(send, secure=connection.url.scheme in ("https", "wss"))
        refusal = None if is_public(path_of(scope)) else await self.refuse(connection)
        if refusal is None:
            await self.app(scope, receive, answered)
        elif scope["type"] == "websocket":
            # Closing before accepting answers the handshake with 403.
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refusal(scope, receive, answered)

    async def refuse(self, connection: HTTPConnection) -> Response | None:
        """What a visitor without an open session is answered; None for one with."""
        desk = self.desk_of()
        if desk.settings.sign_in == "off":
            return None
        try:
            found = await run_in_threadpool(desk.visitor, connection.cookies.get(COOKIE), now=datetime.now(UTC))
        except KentonganError as error:
            return PlainTextResponse(f"{error}\n", status_code=503, headers={"Retry-After": "10"})
        if found is not None and not found.must_change:
            return None
        path = path_of(connection.scope).lstrip("/")
        page = connection.scope.get("method") == "GET" and "text/html" in connection.headers.get("accept", "")
        if not page or "/" in path:
            return PlainTextResponse("Belum masuk, atau sesi sudah berakhir.\n", status_code=401)
        if found is not None:
            return RedirectResponse("sandi", status_code=303)
        wanted = f"{path}?{connection.url.query}" if connection.url.query else path
        goal = f"masuk?ke={quote(wanted, safe='')}" if 0 < len(wanted) <= MOST_RETURN else "masuk"
        return RedirectResponse(goal, status_code=303, headers={"Cache-Control": "no-store"})


def path_of(scope: Scope) -> str:
    """The address below whatever a proxy puts before ours."""
    path, root = str(scope["path"]), str(scope.get("root_path", "")).rstrip("/")
    return path.removeprefix(root) if root and path.startswith(f"{root}/") else path


def is_public(path: str) -> bool:
    """Whether this answers without a session. Whatever is written so as to look like something else does not."""
    if ".." in path or "//" in path or "\\" in path:
        return False
    route = find_route(path)
    return route is not None and route.access not in CHECKED_BY_GATE


def with_headers(send: Send, *, secure: bool) -> Send:
    """The same way out, with the headers that every answer carries."""

    async def send_with(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in (*ALWAYS, *([LASTING] if secure else [])):
                headers.setdefault(name, value)
        await send(message)

    return send_with
