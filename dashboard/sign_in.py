"""The routes of signing in and out, of one's own password and second factor.

The session's token lies in a cookie that no script can read. Forms for signed-in people carry the session's form key,
the form for signing in a token of its own (``dashboard.public_forms``), so that no other site can send either.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from casework.accounts.passwords import matches
from casework.accounts.second_factor import (
    begin_enrolment,
    confirm_enrolment,
    provisioning_address,
    remove_second_factor,
)
from casework.accounts.sessions import (
    HELD,
    LeftOpen,
    Opened,
    SignedIn,
    end_session,
    find_left_open,
    find_session,
    is_stale,
    mark_seen,
)
from casework.accounts.signing_in import SignInAnswer, change_password, sign_in
from casework.accounts.tables import AccountRow
from casework.db import Casework
from casework.roles import Actor
from dashboard.public_forms import HEADERS, TRAP, Sent, answer_with_form, minutes, why_not_ours
from dashboard.rate_limit import RateLimit
from dashboard.sign_in_html import (
    back_page,
    codes_page,
    factor_kept_page,
    factor_page,
    password_page,
    refused_page,
    sign_in_page,
)
from dashboard.tip_desk import TooLarge, address_of, bounded
from kentongan.errors import KentonganError
from kentongan.settings import Settings

if TYPE_CHECKING:
    from dashboard.oidc_provider import Provider

COOKIE = "kentongan_sesi"
FORM_COOKIE = "kentongan_masuk"
OUTSIDE_COOKIE = "kentongan_luar"
"""Says that this browser signed in at the organisation's service, for signing out there too."""
MAX_BODY = 16_384
"""Largest form, in bytes."""
WINDOW_S = 600.0
TRIES_EACH = 20
"""Tries to sign in from one address within the window: an office has one address for many people."""
TRIES_TOGETHER = 300
WRONG = "Nama pengguna, kata sandi, atau kode tidak cocok, atau akun sedang dikunci. Coba lagi sebentar lagi."
WANTED = "Kata sandinya cocok. Isi juga kode faktor kedua, dan kata sandi sekali lagi."
answer_form = partial(answer_with_form, sign_in_page, cookie=FORM_COOKIE)


@dataclass(slots=True, kw_only=True)
class SignInDesk:
    """What the routes work with; one a process."""

    settings: Settings
    casework: Callable[[], Casework]
    tries: RateLimit = field(
        default_factory=lambda: RateLimit(each=TRIES_EACH, together=TRIES_TOGETHER, window_s=WINDOW_S)
    )

    _service: Provider | None = None

    def service(self) -> Provider:
        """The organisation's sign-in service; its library is read when the first person goes there."""
        from dashboard.oidc_provider import Provider

        if self._service is None:
            self._service = Provider(settings=self.settings)
        return self._service

    def leave_outside(self, *, back: str) -> str:
        """Where signing out at the organisation's service begins; empty where there is no such place, or it is away."""
        try:
            return self.service().sign_out_address(back=back) or ""
        except KentonganError:
            return ""

    def visitor(self, token: str | None, *, now: datetime, using: bool = True) -> SignedIn | None:
        """Who the cookie stands for; writes down that the session is in use, but not where ``using`` is false."""
        if not token:
            return None
        with self.casework().read() as session:
            found = find_session(session, token, now=now)
        if using and found is not None and is_stale(found, now=now):
            with self.casework().begin() as session:
                mark_seen(session, found.session, now=now)
        return found

    def page_visitor(self, token: str | None, *, now: datetime, using: bool = True) -> SignedIn | LeftOpen | None:
        """Whose an open page is: also where the session it was opened with ran out, and where another goes on for it.
        For pages that are open alone: the gate asks ``visitor``."""
        found = self.visitor(token, now=now, using=using)
        if found is not None or not token:
            return found
        with self.casework().read() as session:
            left = find_left_open(session, token, now=now)
        if using and isinstance(left, SignedIn) and is_stale(left, now=now):
            with self.casework().begin() as session:
                mark_seen(session, left.session, now=now)
        return left

    def try_to_sign_in(self, typed: dict[str, str], *, browser: str, before: str | None, now: datetime) -> SignInAnswer:
        with self.casework().begin() as session:
            return sign_in(
                session, typed["pengguna"], typed["sandi"], code=typed["kode"], browser=browser, before=before, now=now
            )  # fmt: skip

    def sign_out(self, token: str, *, now: datetime) -> None:
        with self.casework().begin() as session:
            end_session(session, token, now=now)

    def change(self, found: SignedIn, *, old: str, new: str, now: datetime) -> None:
        with self.casework().begin() as session:
            change_password(session, found.person.id, old=old, new=new, keep=found.session, now=now)

    def show_factor(self, found: SignedIn, *, refusal: str = "") -> str:
        """The page of the second factor: to be set up, or there."""
        with self.casework().begin() as session:
            row = session.get_one(AccountRow, found.person.id)
            if row.totp is not None:
                return factor_kept_page(settings=self.settings, form_key=found.form_key, refusal=refusal)
            secret = row.totp_pending or begin_enrolment(row)
        address = provisioning_address(
            secret, username=found.person.username, organisation=self.settings.organisation
        )  # fmt: skip
        return factor_page(
            settings=self.settings, form_key=found.form_key, secret=secret, picture=draw_code(address), refusal=refusal
        )

    def set_factor(self, found: SignedIn, code: str, *, now: datetime) -> list[str]:
        with self.casework().begin() as session:
            row = session.get_one(AccountRow, found.person.id, with_for_update=True)
            return confirm_enrolment(session, row, "".join(code.split()), actor=actor_of(found), now=now)

    def remove_factor(self, found: SignedIn, password: str, *, now: datetime) -> None:
        with self.casework().begin() as session:
            row = session.get_one(AccountRow, found.person.id, with_for_update=True)
            if not matches(row.password, password):
                raise KentonganError("Kata sandi tidak cocok.")
            remove_second_factor(session, row, actor=actor_of(found), now=now)


def actor_of(found: SignedIn) -> Actor:
    return Actor(id=found.person.id, username=found.person.username, role=found.person.role)


def draw_code(address: str) -> str:
    """A QR code as a ``data:`` address."""
    import segno

    return str(segno.make(address, error="m").svg_data_uri(scale=4, border=2))


def sign_in_routes(desk_of: Callable[[], SignInDesk]) -> list[Route]:
    """The routes; ``desk_of`` opens what they work with when the first request comes."""

    async def show_sign_in(request: Request) -> Response:
        desk = desk_of()
        if await run_in_threadpool(desk.visitor, request.cookies.get(COOKIE), now=datetime.now(UTC)):
            return RedirectResponse(safe_return(request.query_params.get("ke", "")), status_code=303, headers=HEADERS)
        sent = Sent(typed={}, token="", submission=safe_return(request.query_params.get("ke", "")), trap="")
        return answer_form(request, desk.settings, sent=sent)

    async def take_sign_in(request: Request) -> Response:
        desk, now = desk_of(), datetime.now(UTC)
        typed = await read_fields(request, ("pengguna", "sandi", "kode", "token", "kiriman", TRAP))
        shown = {"pengguna": typed["pengguna"][:64]}
        sent = Sent(typed=shown, token=typed["token"], submission=safe_return(typed["kiriman"]), trap=typed[TRAP])
        refusal = why_not_ours(request, cookie=FORM_COOKIE, token=sent.token, trap=sent.trap)
        if refusal:
            return answer_form(request, desk.settings, sent=sent, refusal=refusal, status=403)
        wait = desk.tries.wait_for(address_of(request), now=time.monotonic())
        if wait:
            said = f"Terlalu banyak percobaan dari alamat ini. Coba lagi {minutes(wait)} lagi."
            return answer_form(request, desk.settings, sent=sent, refusal=said, status=429, wait=wait)
        try:
            answer = await run_in_threadpool(
                desk.try_to_sign_in, typed, browser=request.headers.get("User-Agent", ""),
                before=request.cookies.get(COOKIE), now=now,
            )  # fmt: skip
        except KentonganError:
            said = "Belum dapat diperiksa: basis data sedang tidak menjawab. Coba lagi sebentar lagi."
            return answer_form(request, desk.settings, sent=sent, refusal=said, status=503)
        if answer.opened is None:
            said, status = (WANTED, 200) if answer.refused == "code" else (WRONG, 403)
            return answer_form(request, desk.settings, sent=sent, refusal=said, status=status)
        goal = "sandi" if answer.must_change else sent.submission
        return keep_session(RedirectResponse(goal, status_code=303, headers=HEADERS), request, answer.opened, now=now)

    async def sign_out(request: Request) -> Response:
        desk, now = desk_of(), datetime.now(UTC)
        token = request.cookies.get(COOKIE)
        found = await run_in_threadpool(desk.visitor, token, now=now)
        typed = await read_fields(request, ("kunci",))
        response = RedirectResponse("masuk", status_code=303, headers=HEADERS)
        outside = ""
        if found is not None and token is not None:
            if not is_own_form(found, typed["kunci"]):
                return HTMLResponse(refused_page(settings=desk.settings), status_code=403, headers=HEADERS)
            await run_in_threadpool(desk.sign_out, token, now=now)
            if OUTSIDE_COOKIE in request.cookies and desk.settings.oidc_issuer:
                back = f"{outside_address(request, desk.settings)}/masuk"
                outside = await run_in_threadpool(desk.leave_outside, back=back)
        if outside:
            response = RedirectResponse(outside, status_code=303, headers=HEADERS)
        for name in (COOKIE, OUTSIDE_COOKIE):
            response.delete_cookie(name, path=cookie_path(request))
        return response

    async def show_back(request: Request) -> Response:
        desk, found = await who(request)
        if found is None:
            return RedirectResponse("masuk?ke=sudah-masuk", status_code=303, headers=HEADERS)
        return HTMLResponse(back_page(settings=desk.settings), headers=HEADERS)

    async def show_password(request: Request) -> Response:
        desk, found = await who(request)
        if found is None:
            return RedirectResponse("masuk?ke=sandi", status_code=303, headers=HEADERS)
        shown = password_page(settings=desk.settings, form_key=found.form_key, must_change=found.must_change)
        return HTMLResponse(shown, headers=HEADERS)

    async def take_password(request: Request) -> Response:
        desk, found = await who(request)
        typed = await read_fields(request, ("kunci", "lama", "baru", "ulang"))
        if found is None or not is_own_form(found, typed["kunci"]):
            return HTMLResponse(refused_page(settings=desk.settings), status_code=403, headers=HEADERS)
        form = partial(password_page, settings=desk.settings, form_key=found.form_key, must_change=found.must_change)
        if typed["baru"] != typed["ulang"]:
            return HTMLResponse(form(faults={"ulang": "Tidak sama dengan di atas."}), status_code=422, headers=HEADERS)
        wait = desk.tries.wait_for(address_of(request), now=time.monotonic())
        if wait:
            return HTMLResponse(form(refusal=f"Coba lagi {minutes(wait)} lagi."), status_code=429, headers=HEADERS)
        try:
            await run_in_threadpool(desk.change, found, old=typed["lama"], new=typed["baru"], now=datetime.now(UTC))
        except KentonganError as error:
            return HTMLResponse(form(refusal=str(error)), status_code=422, headers=HEADERS)
        return RedirectResponse("./", status_code=303, headers=HEADERS)

    async def show_factor(request: Request) -> Response:
        desk, found = await who(request)
        if found is None:
            return RedirectResponse("masuk?ke=faktor-kedua", status_code=303, headers=HEADERS)
        if found.must_change:
            return RedirectResponse("sandi", status_code=303, headers=HEADERS)
        return HTMLResponse(await run_in_threadpool(desk.show_factor, found), headers=HEADERS)

    async def take_factor(request: Request) -> Response:
        desk, found = await who(request)
        typed = await read_fields(request, ("kunci", "tindakan", "kode", "lama"))
        if found is None or not is_own_form(found, typed["kunci"]):
            return HTMLResponse(refused_page(settings=desk.settings), status_code=403, headers=HEADERS)
        wait = desk.tries.wait_for(address_of(request), now=time.monotonic())
        try:
            if wait:
                raise KentonganError(f"Terlalu banyak percobaan. Coba lagi {minutes(wait)} lagi.")
            if typed["tindakan"] == "lepas":
                await run_in_threadpool(desk.remove_factor, found, typed["lama"], now=datetime.now(UTC))
                return RedirectResponse("faktor-kedua", status_code=303, headers=HEADERS)
            codes = await run_in_threadpool(desk.set_factor, found, typed["kode"], now=datetime.now(UTC))
        except KentonganError as error:
            shown = await run_in_threadpool(desk.show_factor, found, refusal=str(error))
            return HTMLResponse(shown, status_code=422, headers=HEADERS)
        return HTMLResponse(codes_page(codes, settings=desk.settings), headers=HEADERS)

    async def who(request: Request) -> tuple[SignInDesk, SignedIn | None]:
        desk = desk_of()
        return desk, await run_in_threadpool(desk.visitor, request.cookies.get(COOKIE), now=datetime.now(UTC))

    return [
        Route("/masuk", show_sign_in, methods=["GET"]),
        Route("/masuk", take_sign_in, methods=["POST"]),
        Route("/sudah-masuk", show_back, methods=["GET"]),
        Route("/keluar", sign_out, methods=["POST"]),
        Route("/sandi", show_password, methods=["GET"]),
        Route("/sandi", take_password, methods=["POST"]),
        Route("/faktor-kedua", show_factor, methods=["GET"]),
        Route("/faktor-kedua", take_factor, methods=["POST"]),
    ]


async def read_fields(request: Request, names: tuple[str, ...]) -> dict[str, str]:
    """The fields of a small form, absent ones empty. Raises HTTPException: 413 for a large, 400 for a broken one."""
    bounded_request = Request(request.scope, bounded(request.receive, MAX_BODY))
    try:
        async with bounded_request.form(max_files=0, max_fields=20) as form:
            return {name: value if isinstance(value := form.get(name, ""), str) else "" for name in names}
    except TooLarge as error:
        raise HTTPException(413, "Kiriman terlalu besar.") from error


def is_own_form(found: SignedIn, key: str) -> bool:
    """Whether a form was made for this very session."""
    return hmac.compare_digest(found.form_key.encode(), key.encode("utf-8", "replace"))


def safe_return(wanted: str) -> str:
    """Where to go after signing in: a page of ours, as an address relative to the form's; "./" for anything else."""
    parts = urlsplit(wanted)
    plain = wanted.isascii() and wanted.isprintable() and "\\" not in wanted and len(wanted) <= 2000
    inside = not parts.scheme and not parts.netloc and not wanted.startswith("/") and ":" not in parts.path
    return wanted if wanted and plain and inside and ".." not in parts.path else "./"


def outside_address(request: Request, settings: Settings) -> str:
    """The address people reach the dashboard at, without a slash at its end."""
    return (settings.public_url or str(request.base_url)).rstrip("/")


def cookie_path(request: Request) -> str:
    """The folder all our pages lie in, behind whatever a proxy puts before it."""
    return str(request.scope.get("root_path", "")).rstrip("/") + "/"


def keep_session(response: Response, request: Request, opened: Opened, *, now: datetime) -> Response:
    """The response with the session's cookie. It outlives the session, and opens nothing then: by it signing in again
    knows which open pages go on (``casework.accounts.sessions.continue_session``)."""
    response.set_cookie(
        COOKIE, opened.token, max_age=int((opened.ends_at + HELD - now).total_seconds()), path=cookie_path(request),
        httponly=True, samesite="lax", secure=request.url.scheme == "https",
    )  # fmt: skip
    return response
