"""What the public forms share: headers, the token against other sites' pages, and how refusals wait.

Against requests made by another site's page: a random token in a cookie and in the form must be the same, and a browser
that says the request came from elsewhere (``Sec-Fetch-Site``) is refused. Against machines: a field nobody sees.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from math import ceil
from typing import Protocol

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from kentongan.settings import Settings

TOKEN_BYTES = 16
MAX_FIELD = 1_000_000
"""Largest text field, in bytes: several times what is taken, so that a text that is too long is shown again."""
TRAP = "situs"
"""A field no person sees; what fills in every field fills in this one."""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a browser sent, as it was typed."""

    typed: dict[str, str]
    token: str
    submission: str
    trap: str
    picture: bytes | None = None


class DrawForm(Protocol):
    """Draws a form, with what was typed and what is wrong with it."""

    def __call__(
        self,
        *,
        settings: Settings,
        token: str,
        submission: str,
        typed: dict[str, str] | None = None,
        faults: dict[str, str] | None = None,
        refusal: str = "",
    ) -> str: ...


def token_of(request: Request, cookie: str) -> str:
    """The token this browser has, else a new one."""
    known = request.cookies.get(cookie, "")
    return known if len(known) == 2 * TOKEN_BYTES and known.isalnum() else new_token()


def new_token() -> str:
    return secrets.token_hex(TOKEN_BYTES)


def keep_token(response: Response, request: Request, *, cookie: str, token: str) -> Response:
    """The response with the cookie that fits the token in its form."""
    # No path: the browser takes the folder of the page, whatever a proxy puts before it.
    secure = request.url.scheme == "https"
    response.set_cookie(cookie, token, path=None, httponly=True, samesite="strict", secure=secure)
    return response


def why_not_ours(request: Request, *, cookie: str, token: str, trap: str) -> str:
    """Why this was not sent from our page by a person; empty where it was."""
    known = request.cookies.get(cookie, "")
    if not known or not hmac.compare_digest(known.encode(), token.encode("utf-8", "replace")):
        return "Halaman ini sudah lama terbuka, atau kuki dimatikan. Yang Anda tulis masih ada: kirim sekali lagi."
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return "Laporan hanya dapat dikirim dari halaman ini. Yang Anda tulis masih ada: kirim sekali lagi."
    if trap:
        return "Sebuah kolom yang harus kosong terisi. Kolom itu sudah dikosongkan: kirim sekali lagi."
    return ""


def headers_with(wait: float) -> dict[str, str]:
    """The headers of a page; with the seconds to wait where there are any."""
    return {**HEADERS, "Retry-After": str(ceil(wait))} if wait else HEADERS


def minutes(seconds: float) -> str:
    """Seconds as a person waits them."""
    return f"{max(1, ceil(seconds / 60))} menit"


def answer_with_form(
    draw: DrawForm,
    request: Request,
    settings: Settings,
    *,
    cookie: str,
    sent: Sent | None = None,
    faults: dict[str, str] | None = None,
    refusal: str = "",
    status: int = 200,
    wait: float = 0.0,
) -> Response:
    """The form with a token that fits the cookie it comes with."""
    token = token_of(request, cookie)
    shown = draw(
        settings=settings,
        token=token,
        submission=(sent.submission if sent else "") or new_token(),
        typed=sent.typed if sent else None,
        faults=faults,
        refusal=refusal,
    )
    response = HTMLResponse(shown, status_code=status, headers=headers_with(wait))
    return keep_token(response, request, cookie=cookie, token=token)
