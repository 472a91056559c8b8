"""The routes of signing in with the organisation's own account: out to its service, and back."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from casework.accounts.outside import TRY_HOLDS, OutsideTry, begin_try, sign_in_outside, take_try
from casework.accounts.sessions import Opened
from dashboard.public_forms import HEADERS, minutes
from dashboard.sign_in import (
    COOKIE,
    OUTSIDE_COOKIE,
    SignInDesk,
    cookie_path,
    keep_session,
    outside_address,
    safe_return,
)
from dashboard.sign_in_html import outside_refused_page
from dashboard.tip_desk import address_of
from kentongan.errors import Conflict, KentonganError, NotAllowed

log = logging.getLogger(__name__)

FLOW_COOKIE: Final = "kentongan_instansi"
OVER = "Percobaan masuk ini sudah dipakai, terlalu lama, atau dimulai di peramban lain. Mulai lagi dari formulir masuk."
NOBODY = (
    "Layanan masuk mengenal akun itu, tetapi di sini belum ada orang yang terikat padanya, atau akunnya sudah ditutup. "
    "Minta admin mencatat alamat surel Anda."
)
DENIED = "Layanan masuk tidak memberi izin, atau Anda membatalkannya."


def begin(desk: SignInDesk, goal: str, *, now: datetime) -> OutsideTry:
    with desk.casework().begin() as session:
        return begin_try(session, goal=goal, now=now)


def take(desk: SignInDesk, state: str, browser: str, *, now: datetime) -> OutsideTry | None:
    with desk.casework().begin() as session:
        return take_try(session, state=state, browser=browser, now=now)


def enter(
    desk: SignInDesk, code: str, begun: OutsideTry, *, back: str, browser: str, before: str | None, now: datetime
) -> Opened | None:
    """Redeem the code, and open a session for the person it stands for; None for nobody here."""
    account = desk.service().redeem(code, begun, back=back)
    with desk.casework().begin() as session:
        return sign_in_outside(session, account, browser=browser, before=before, now=now)


def outside_routes(desk_of: Callable[[], SignInDesk]) -> list[Route]:
    """The routes; ``desk_of`` opens what they work with when the first request comes."""

    async def go(request: Request) -> Response:
        desk, now = desk_of(), datetime.now(UTC)
        wait = desk.tries.wait_for(address_of(request), now=time.monotonic())
        if wait:
            return refuse(desk, f"Terlalu banyak percobaan dari alamat ini. Coba lagi {minutes(wait)} lagi.", 429)
        goal = safe_return(request.query_params.get("ke", ""))
        try:
            begun = await run_in_threadpool(begin, desk, goal, now=now)
            address = await run_in_threadpool(
                desk.service().authorization_address, begun, back=back_address(request, desk)
            )  # fmt: skip
        except KentonganError as error:
            return refuse(desk, str(error), 503)
        response = RedirectResponse(address, status_code=303, headers=HEADERS)
        response.set_cookie(
            FLOW_COOKIE, begun.browser, max_age=int(TRY_HOLDS.total_seconds()), path=cookie_path(request),
            httponly=True, samesite="lax", secure=request.url.scheme == "https",
        )  # fmt: skip
        return response

    async def come_back(request: Request) -> Response:
        desk, now = desk_of(), datetime.now(UTC)
        said = request.query_params
        try:
            begun = await run_in_threadpool(
                take, desk, said.get("state", ""), request.cookies.get(FLOW_COOKIE, ""), now=now
            )  # fmt: skip
            if begun is None:
                return refuse(desk, OVER, 403)
            # A service that says who answers must be the one that was asked (RFC 9207).
            if said.get("iss", desk.settings.oidc_issuer) != desk.settings.oidc_issuer or "error" in said:
                return refuse(desk, DENIED, 403)
            opened = await run_in_threadpool(
                enter, desk, said.get("code", ""), begun, back=back_address(request, desk),
                browser=request.headers.get("User-Agent", ""), before=request.cookies.get(COOKIE), now=now,
            )  # fmt: skip
        except (NotAllowed, Conflict) as error:
            log.warning("masuk dengan akun instansi ditolak: %s", error)
            return refuse(desk, str(error), 403)
        except KentonganError as error:
            return refuse(desk, str(error), 503)
        if opened is None:
            return refuse(desk, NOBODY, 403)
        # Relative, as every address here: two folders up from this one.
        response = RedirectResponse(f"../../{begun.goal}", status_code=303, headers=HEADERS)
        response.delete_cookie(FLOW_COOKIE, path=cookie_path(request))
        response.set_cookie(
            OUTSIDE_COOKIE, "1", path=cookie_path(request), httponly=True, samesite="lax",
            secure=request.url.scheme == "https",
        )  # fmt: skip
        return keep_session(response, request, opened, now=now)

    def refuse(desk: SignInDesk, words: str, status: int) -> Response:
        shown = outside_refused_page(words, settings=desk.settings)
        return HTMLResponse(shown, status_code=status, headers=HEADERS)

    return [
        Route("/masuk/instansi", go, methods=["GET"]),
        Route("/masuk/instansi/kembali", come_back, methods=["GET"]),
    ]


def back_address(request: Request, desk: SignInDesk) -> str:
    """The address the service sends the browser back to, the same at both ends of a visit."""
    return f"{outside_address(request, desk.settings)}/masuk/instansi/kembali"
