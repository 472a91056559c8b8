"""The public form for complaints at `/adu`, and where one stands at `/adu/status`; the webhook's route beside them.

Guarded as the form for tips is (``dashboard.public_forms``, bounds in memory). At `/adu/status` number and code
entitle: whoever knows them may read, rate and reopen.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from casework.complaints.preparing import find_intake_faults
from casework.complaints.records import Intake
from dashboard.complaint_html import BOXES, FIELDS, form_page, found_part, lookup_page, taken_page
from dashboard.complaint_public import ComplaintDesk
from dashboard.complaint_webhooks import webhook_routes
from dashboard.public_forms import HEADERS, MAX_FIELD, TRAP, Sent, answer_with_form, headers_with, minutes, why_not_ours
from dashboard.tip_desk import TooLarge, address_of, bounded
from kentongan.errors import KentonganError, NotFound, Quarantine, Retry

COOKIE = "kentongan_adu"
answer_form = partial(answer_with_form, form_page, cookie=COOKIE)
"""The form with a token that fits the cookie it comes with."""
INTAKE_FIELDS = {"text": "isi", "title": "isi", "place": "tempat", "name": "nama", "contact": "kontak"}
"""Field of an intake: field of the form."""


def complaint_routes(desk_of: Callable[[], ComplaintDesk]) -> list[Route]:
    """The public routes of complaints; ``desk_of`` opens what they work with when the first request comes."""

    async def show_form(request: Request) -> Response:
        return answer_form(request, desk_of().settings)

    async def take_form(request: Request) -> Response:
        desk = desk_of()
        try:
            sent = await read_form(request)
        except TooLarge:
            return answer_form(
                request,
                desk.settings,
                refusal="Kiriman terlalu besar. Persingkat, lalu isi lagi.",
                status=413,
            )
        except HTTPException:
            return answer_form(request, desk.settings, refusal="Kiriman tidak terbaca. Isi lagi.", status=400)
        refusal = why_not_ours(request, cookie=COOKIE, token=sent.token, trap=sent.trap)
        if refusal:
            return answer_form(request, desk.settings, sent=sent, refusal=refusal, status=403)
        intake = read_intake(sent)
        faults = {INTAKE_FIELDS[name]: said for name, said in find_intake_faults(intake).items()}
        if faults:
            return answer_form(request, desk.settings, sent=sent, faults=faults, status=422)
        wait = desk.taken.wait_for(address_of(request), now=time.monotonic())
        if wait:
            said = f"Terlalu banyak aduan dari alamat ini. Coba lagi {minutes(wait)} lagi; yang Anda tulis masih ada."
            return answer_form(request, desk.settings, sent=sent, refusal=said, status=429, wait=wait)
        try:
            taken = await run_in_threadpool(desk.take, intake, delivery=delivery_of(sent))
        except Quarantine as error:
            return answer_form(request, desk.settings, sent=sent, refusal=str(error), status=422)
        except KentonganError:
            said = "Aduan belum dapat disimpan. Coba kirim lagi sebentar lagi; yang Anda tulis masih ada."
            return answer_form(request, desk.settings, sent=sent, refusal=said, status=503)
        return HTMLResponse(taken_page(taken, settings=desk.settings), headers=HEADERS)

    async def show_lookup(request: Request) -> Response:
        shown = lookup_page(settings=desk_of().settings, number=request.query_params.get("nomor", "")[:24])
        return HTMLResponse(shown, headers=HEADERS)

    async def look_up(request: Request) -> Response:
        desk = desk_of()
        wait = desk.lookups.wait_for(address_of(request), now=time.monotonic())
        if wait:
            return answer_lookup(desk, fault=f"Terlalu sering mencoba. Coba lagi {minutes(wait)} lagi.", wait=wait)
        try:
            whole = Request(request.scope, bounded(request.receive, MAX_FIELD))
            async with whole.form(max_files=0, max_fields=10) as form:
                said = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        except (TooLarge, HTTPException):
            return answer_lookup(desk, fault="Kiriman tidak terbaca.", status=400)
        number, code = said.get("nomor", "")[:40], said.get("kode", "")[:40]
        # A page elsewhere cannot know the code; one that does is no more than its reader.
        fault, status = "", 200
        try:
            await run_in_threadpool(act, desk, said, number=number, code=code)
        except NotFound as error:
            return answer_lookup(desk, number=number, fault=str(error), status=404)
        except Retry:
            fault, status = "Belum dapat disimpan. Coba lagi sebentar lagi.", 503
        except KentonganError as error:
            fault, status = str(error), 422
        try:
            found = await run_in_threadpool(desk.find, number, code)
        except NotFound as error:
            return answer_lookup(desk, number=number, fault=str(error), status=404)
        except KentonganError:
            return answer_lookup(desk, number=number, fault="Sedang tidak dapat dibaca. Coba lagi nanti.", status=503)
        shown = found_part(found, code=code, settings=desk.settings, now=datetime.now(UTC))
        return answer_lookup(desk, number=number, fault=fault, found=shown, status=status)

    return [
        Route("/adu", show_form, methods=["GET"]),
        Route("/adu", take_form, methods=["POST"]),
        Route("/adu/status", show_lookup, methods=["GET"]),
        Route("/adu/status", look_up, methods=["POST"]),
        *webhook_routes(desk_of),
    ]


async def read_form(request: Request) -> Sent:
    """What was sent, bounded. Raises TooLarge, and HTTPException for what is no form."""
    whole = Request(request.scope, bounded(request.receive, MAX_FIELD))
    async with whole.form(max_files=0, max_fields=20, max_part_size=MAX_FIELD) as form:
        said = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    return Sent(
        typed={name: said.get(name, "").replace("\r\n", "\n") for name in (*FIELDS, *BOXES)},
        token=said.get("token", ""),
        submission=said.get("kiriman", "")[:64],
        trap=said.get(TRAP, ""),
    )


def read_intake(sent: Sent) -> Intake:
    """What a form sent, as an intake."""
    return Intake(
        channel="web",
        text=sent.typed["isi"],
        place=sent.typed["tempat"].strip() or None,
        name=sent.typed["nama"],
        contact=sent.typed["kontak"],
        anonymous=bool(sent.typed["anonim"]),
        secret=bool(sent.typed["rahasia"]),
    )


def delivery_of(sent: Sent) -> tuple[str, str] | None:
    """The same page sent twice with the same content is one complaint, with another content another."""
    if not sent.submission:
        return None
    content = "\x1f".join(sent.typed.values()).encode("utf-8", "replace")
    return "web", f"{sent.submission}|{hashlib.sha256(content).hexdigest()}"


def act(desk: ComplaintDesk, said: dict[str, str], *, number: str, code: str) -> None:
    """What a reporter asked to be done, if anything. Raises NotFound, Conflict, KentonganError."""
    if said.get("tindakan") == "nilai":
        given = said.get("nilai", "")
        desk.rate(number, code, int(given) if given.isdecimal() and len(given) == 1 else 0)
    elif said.get("tindakan") == "buka":
        desk.reopen(number, code, said.get("alasan", ""))


def answer_lookup(
    desk: ComplaintDesk, *, number: str = "", fault: str = "", found: str = "", status: int = 200, wait: float = 0.0
) -> Response:
    shown = lookup_page(settings=desk.settings, number=number, fault=fault, found=found)
    return HTMLResponse(shown, status_code=429 if wait else status, headers=headers_with(wait))
