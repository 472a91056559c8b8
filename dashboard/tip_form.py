"""The public form for tips at `/lapor`, and the lookup of an answer at `/lapor/status`.

Against requests made by another site's page stands ``dashboard.public_forms``; against machines its trap, and bounds a
window in memory, for one address and for all. Whatever is refused shows what was typed again.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from casework.roles import SYSTEM
from casework.tip_answers import latest_answer
from casework.tip_intake import Taken, TipIntake, find_tip_faults, take_tip
from casework.tip_reporters import find_with_code
from casework.tip_sources import source_holds
from dashboard.public_forms import HEADERS, MAX_FIELD, TRAP, Sent, answer_with_form, headers_with, minutes, why_not_ours
from dashboard.tip_desk import TipDesk, TooLarge, address_of, bounded
from dashboard.tip_html import FIELDS, form_page, found_part, lookup_page, taken_page
from dashboard.tip_webhooks import webhook_routes
from kentongan.errors import KentonganError, NotFound, Quarantine

COOKIE = "kentongan_lapor"
answer_form = partial(answer_with_form, form_page, cookie=COOKIE)
"""The form with a token that fits the cookie it comes with."""
MAX_PUBLIC_PICTURE = 8_000_000
"""Largest picture from the public, in bytes: a phone's photograph, with room."""
MAX_UPLOAD = 12_000_000
"""Largest request, in bytes; past it nothing more is read."""
INTAKE_FIELDS = {"text": "teks", "link": "tautan", "picture": "gambar", "name": "nama", "contact": "kontak"}
"""Field of an intake: field of the form."""


def tip_routes(desk_of: Callable[[], TipDesk]) -> list[Route]:
    """The public routes of tips; ``desk_of`` opens what they work with when the first request comes."""

    async def show_form(request: Request) -> Response:
        return answer_form(request, desk_of().settings)

    async def take_form(request: Request) -> Response:
        desk = desk_of()
        try:
            sent = await read_form(request)
        except TooLarge:
            said = "Kiriman terlalu besar. Pilih gambar paling besar 8 MB, lalu isi lagi."
            return answer_form(request, desk.settings, refusal=said, status=413)
        except HTTPException:
            said = "Kiriman tidak terbaca. Isi lagi, dengan paling banyak satu gambar."
            return answer_form(request, desk.settings, refusal=said, status=400)
        refusal = why_not_ours(request, cookie=COOKIE, token=sent.token, trap=sent.trap)
        if refusal:
            return answer_form(request, desk.settings, sent=sent, refusal=refusal, status=403)
        intake = TipIntake(
            channel="web",
            text=sent.typed["teks"],
            link=sent.typed["tautan"],
            name=sent.typed["nama"],
            contact=sent.typed["kontak"],
            picture=sent.picture,
        )
        faults = {INTAKE_FIELDS[name]: said for name, said in find_tip_faults(intake).items()}
        if sent.picture is not None and len(sent.picture) > MAX_PUBLIC_PICTURE:
            faults["gambar"] = "Gambarnya lebih dari 8 MB; kirim tangkapan layarnya saja."
        if faults:
            if sent.picture is not None:
                faults.setdefault("gambar", "Pilih lagi gambarnya; peramban tidak menyimpannya.")
            return answer_form(request, desk.settings, sent=sent, faults=faults, status=422)
        wait = desk.tips.wait_for(address_of(request), now=time.monotonic())
        if wait:
            said = f"Terlalu banyak laporan dari alamat ini. Coba lagi {minutes(wait)} lagi; yang Anda tulis masih ada."
            return answer_form(request, desk.settings, sent=sent, refusal=said, status=429, wait=wait)
        try:
            taken = await run_in_threadpool(take_from_form, desk, intake, sent.submission)
        except Quarantine as error:
            return answer_form(request, desk.settings, sent=sent, refusal=str(error), status=422)
        except KentonganError:
            said = "Laporan belum dapat disimpan. Coba kirim lagi sebentar lagi; yang Anda tulis masih ada."
            return answer_form(request, desk.settings, sent=sent, refusal=said, status=503)
        waits = taken.new and taken.tip.state == "new"
        task = BackgroundTask(desk.match, taken.tip.id) if waits else None
        shown = taken_page(taken, settings=desk.settings)
        return HTMLResponse(shown, headers=HEADERS, background=task)

    async def show_lookup(request: Request) -> Response:
        shown = lookup_page(settings=desk_of().settings, number=request.query_params.get("nomor", "")[:20])
        return HTMLResponse(shown, headers=HEADERS)

    async def look_up(request: Request) -> Response:
        desk = desk_of()
        wait = desk.lookups.wait_for(address_of(request), now=time.monotonic())
        if wait:
            said = f"Terlalu sering mencoba. Coba lagi {minutes(wait)} lagi."
            return answer_lookup(desk, fault=said, status=429, wait=wait)
        try:
            whole = Request(request.scope, bounded(request.receive, MAX_FIELD))
            async with whole.form(max_files=0, max_fields=10) as form:
                number, code = str(form.get("nomor", ""))[:40], str(form.get("kode", ""))[:40]
        except (TooLarge, HTTPException):
            return answer_lookup(desk, fault="Kiriman tidak terbaca.", status=400)
        try:
            found = await run_in_threadpool(find_answer, desk, number, code)
        except NotFound as error:
            return answer_lookup(desk, number=number, fault=str(error), status=404)
        except KentonganError:
            said = "Jawaban sedang tidak dapat dibaca. Coba lagi sebentar lagi."
            return answer_lookup(desk, number=number, fault=said, status=503)
        return answer_lookup(desk, number=number, found=found)

    return [
        Route("/lapor", show_form, methods=["GET"]),
        Route("/lapor", take_form, methods=["POST"]),
        Route("/lapor/status", show_lookup, methods=["GET"]),
        Route("/lapor/status", look_up, methods=["POST"]),
        *webhook_routes(desk_of),
    ]


async def read_form(request: Request) -> Sent:
    """What was sent, bounded. Raises TooLarge, and HTTPException for what is no form."""
    whole = Request(request.scope, bounded(request.receive, MAX_UPLOAD))
    async with whole.form(max_files=1, max_fields=20, max_part_size=MAX_FIELD) as form:
        said = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        upload = form.get("gambar")
        picture = await upload.read() if isinstance(upload, UploadFile) else None
    typed = {name: said.get(name, "").replace("\r\n", "\n") for name in FIELDS}
    return Sent(
        typed=typed,
        token=said.get("token", ""),
        submission=said.get("kiriman", "")[:64],
        trap=said.get(TRAP, ""),
        picture=picture or None,
    )


def take_from_form(desk: TipDesk, intake: TipIntake, submission: str) -> Taken:
    """Take a tip in; the same page sent twice with the same content is one tip, with another content another."""
    delivery = None
    if submission:
        content = "\x1f".join((intake.text, intake.link, intake.name, intake.contact)).encode("utf-8", "replace")
        digest = hashlib.sha256(content + (intake.picture or b"")).hexdigest()
        delivery = ("web", f"{submission}|{digest}")
    now = datetime.now(UTC)
    with desk.casework().begin() as session:
        return take_tip(session, intake, settings=desk.settings, actor=SYSTEM, now=now, delivery=delivery)


def find_answer(desk: TipDesk, number: str, code: str) -> str:
    """Where the tip of this number stands, as HTML. Raises NotFound for a wrong number or code, not saying which."""
    now = datetime.now(UTC)
    with desk.casework().read() as session:
        tip = find_with_code(session, number, code=code)
        answer = latest_answer(session, tip.id)
        holds = answer is None or source_holds(
            session, None, answer.source, document=answer.source_document, version=answer.source_version
        )
    return found_part(tip, answer, holds=holds, overdue=tip.is_overdue(now), settings=desk.settings)


def answer_lookup(
    desk: TipDesk, *, number: str = "", fault: str = "", found: str = "", status: int = 200, wait: float = 0.0
) -> Response:
    shown = lookup_page(settings=desk.settings, number=number, fault=fault, found=found)
    return HTMLResponse(shown, status_code=status, headers=headers_with(wait))
