"""The wall's own routes: the screen, its data and stills, its files, and the door where a device is let in.

A device shows its token in a cookie with every request; without one there is the door and nothing else. Where pages ask
nobody who they are (sign_in off, on one's own machine), neither does the wall.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, cast

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from casework.db import Casework
from casework.wall.devices import Device, find_device, is_stale, mark_seen, pair_device
from dashboard.rate_limit import RateLimit
from dashboard.sign_in import cookie_path, read_fields
from dashboard.tip_desk import address_of
from dashboard.wall.page import FILES, HEADERS, door_page, read_files, version_of, wall_page
from dashboard.wall.playlist import Theme
from dashboard.wall.snapshot import Wall
from kentongan.errors import KentonganError
from kentongan.settings import Settings

COOKIE: Final = "kentongan_layar"
COOKIE_LASTS_S: Final = 400 * 86_400
"""How long a browser keeps the cookie, in seconds: the longest it may (RFC 6265bis); each load of the page renews
it."""
THEMES: Final = {"gelap": "dark", "terang": "light"}
"""Values of ``?tema=``."""
TRUST_S: Final = 15.0
"""How long a device that was found is not looked up again, in seconds: revoking works within it."""
Answer = Callable[[Request], Awaitable[Response]]
TRIES_EACH, TRIES_TOGETHER, WINDOW_S = 20, 200, 600.0


@dataclass(slots=True, kw_only=True)
class WallDesk:
    """What the routes work with; one a process."""

    settings: Settings
    casework: Callable[[], Casework]
    wall: Wall
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    tries: RateLimit = field(
        default_factory=lambda: RateLimit(each=TRIES_EACH, together=TRIES_TOGETHER, window_s=WINDOW_S)
    )
    known: dict[str, float] = field(default_factory=dict)
    """Token: until when (monotonic seconds) its device is trusted. As many as there are screens."""

    def lets_in(self, token: str | None) -> bool:
        """Whether this token is a device's. While the database is away, one that was known stays known.

        Raises Retry where nothing is known of it.
        """
        if self.settings.sign_in == "off":
            return True
        if not token:
            return False
        if self.known.get(token, 0.0) > time.monotonic():
            return True
        now = self.clock()
        try:
            with self.casework().read() as session:
                device = find_device(session, token)
            if device is not None and is_stale(device, now=now):
                with self.casework().begin() as session:
                    mark_seen(session, device.id, now=now)
        except KentonganError:
            if token in self.known:
                return True
            # Not "no": a screen that is told so goes to the door and stays there.
            raise
        self.known.pop(token, None)
        if device is not None:
            self.known[token] = time.monotonic() + TRUST_S
        return device is not None

    def pair(self, code: str) -> tuple[Device, str] | None:
        with self.casework().begin() as session:
            return pair_device(session, code, now=self.clock())


def wall_routes(desk_of: Callable[[], WallDesk]) -> list[Route]:
    """The routes; ``desk_of`` opens what they work with when the first request comes."""

    async def show(request: Request) -> Response:
        desk = await run_in_threadpool(desk_of)
        token = request.cookies.get(COOKIE)
        if not await run_in_threadpool(desk.lets_in, token):
            return HTMLResponse(
                door_page(desk.settings, code=request.query_params.get("kode", "")), headers=HEADERS
            )  # fmt: skip
        playlist = desk.wall.sources.playlist
        theme = cast(Theme, THEMES.get(request.query_params.get("tema", ""), playlist.theme))
        response = HTMLResponse(wall_page(playlist, desk.settings, theme=theme), headers=HEADERS)
        return keep_device(response, request, token) if token else response

    async def take(request: Request) -> Response:
        desk = await run_in_threadpool(desk_of)
        code = (await read_fields(request, ("kode",)))["kode"]

        def refused(said: str, status: int) -> Response:
            return HTMLResponse(door_page(desk.settings, code=code, refusal=said), status_code=status, headers=HEADERS)

        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            return refused("Kode harus dikirim dari halaman ini sendiri. Tulis lagi.", 403)
        if desk.tries.wait_for(address_of(request), now=time.monotonic()):
            return refused("Terlalu banyak percobaan dari alamat ini. Coba lagi beberapa menit lagi.", 429)
        try:
            paired = await run_in_threadpool(desk.pair, code)
        except KentonganError:
            return refused("Belum dapat diperiksa: basis data sedang tidak menjawab. Coba lagi sebentar lagi.", 503)
        if paired is None:
            return refused("Kode tidak cocok, sudah dipakai, atau sudah lewat waktunya. Minta kode baru.", 403)
        return keep_device(RedirectResponse("dinding", status_code=303, headers=HEADERS), request, paired[1])

    async def data(request: Request) -> Response:
        desk = await run_in_threadpool(desk_of)
        if not await run_in_threadpool(desk.lets_in, request.cookies.get(COOKIE)):
            return JSONResponse({"reason": "Layar ini tidak terpasang atau dicabut."}, status_code=401, headers=HEADERS)
        now = desk.clock()
        made = await run_in_threadpool(desk.wall.look, now)
        facts = {
            "now": int(now.timestamp() * 1000),
            "version": version_of(desk.wall.sources.playlist, desk.settings),
            "computed": made.computed,
        }
        headers = {**HEADERS, "ETag": f'"{made.tag}"', "X-Dinding": msgspec.json.encode(facts).decode()}
        if request.headers.get("If-None-Match") == f'"{made.tag}"':
            return Response(status_code=304, headers=headers)
        return Response(made.body, media_type="application/json", headers=headers)

    async def still(request: Request) -> Response:
        desk = await run_in_threadpool(desk_of)
        if not await run_in_threadpool(desk.lets_in, request.cookies.get(COOKIE)):
            return Response(status_code=401, headers=HEADERS)
        found = desk.wall.sources.cameras.picture(request.path_params["key"])
        if found is None:
            return Response(status_code=404, headers=HEADERS)
        return Response(found[0], media_type="image/jpeg", headers={**HEADERS, "ETag": f'"{found[1]}"'})

    async def file(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in FILES:
            return Response(status_code=404, headers=HEADERS)
        # The version in the address changes with the file.
        lasting = {**HEADERS, "Cache-Control": "public, max-age=86400"}
        return Response(read_files()[name], media_type=FILES[name], headers=lasting)

    def told(answer: Answer) -> Answer:
        """The same, with words where the wall cannot be opened: a playlist with a mistake, a database that is away."""

        async def answer_or_tell(request: Request) -> Response:
            try:
                return await answer(request)
            except KentonganError as error:
                return PlainTextResponse(f"{error}\n", status_code=503, headers={**HEADERS, "Retry-After": "10"})

        return answer_or_tell

    return [
        Route("/dinding", told(show), methods=["GET"]),
        Route("/dinding", told(take), methods=["POST"]),
        Route("/dinding/data", told(data), methods=["GET"]),
        Route("/dinding/kamera/{key:int}", told(still), methods=["GET"]),
        Route("/dinding/aset/{version}/{name}", file, methods=["GET"]),
    ]


def keep_device(response: Response, request: Request, token: str) -> Response:
    """The response with the device's cookie, which the wall's own addresses alone get."""
    response.set_cookie(
        COOKIE, token, max_age=COOKIE_LASTS_S, path=f"{cookie_path(request)}dinding", httponly=True, samesite="lax",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return response
