"""The addresses that messaging gateways send tips to: `/api/laporan` and, for Meta, `/api/laporan/whatsapp`."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol

from starlette.background import BackgroundTasks
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from casework import tip_whatsapp
from casework.tip_intake import Taken
from casework.tip_webhook import receive_delivery
from casework.webhook_signature import MAX_BODY, SIGNATURE_HEADER, verify_signature
from dashboard.tip_desk import TipDesk, TooLarge, bounded
from kentongan.errors import Conflict, KentonganError, NotAllowed, Retry

log = logging.getLogger(__name__)


def webhook_routes(desk_of: Callable[[], TipDesk]) -> list[Route]:
    """The routes; ``desk_of`` opens what they work with when the first request comes."""

    async def receive(request: Request) -> Response:
        """202 for a new tip, 200 for one that is known, 401 for a wrong signature, 409 for a replay, 413, 503."""
        desk = desk_of()
        secret = desk.settings.tips_webhook_secret
        if not secret:
            return unset("KENTONGAN_TIPS_WEBHOOK_SECRET")
        now = datetime.now(UTC)
        try:
            body = await read_body(request)
            signature = verify_signature(request.headers.get(SIGNATURE_HEADER), body, secret=secret, now=now)

            def take() -> Taken:
                with desk.casework().begin() as session:
                    return receive_delivery(session, body, signature=signature, settings=desk.settings, now=now)

            taken = await run_in_threadpool(take)
        except (TooLarge, KentonganError) as error:
            return explain(error, desk, request)
        said = {"nomor": taken.tip.number, "kode": taken.code, "baru": taken.new, "status": taken.tip.state}
        if taken.tip.reason:
            said["alasan"] = taken.tip.reason
        return JSONResponse(said, status_code=202 if taken.new else 200, background=matching(desk, [taken]))

    async def receive_whatsapp(request: Request) -> Response:
        """200 with the numbers, new or known: Meta sends again whatever is not acknowledged with 200."""
        desk = desk_of()
        secret = desk.settings.whatsapp_app_secret
        if not secret:
            return unset("KENTONGAN_WHATSAPP_APP_SECRET")
        now = datetime.now(UTC)
        try:
            body = await read_body(request)
            tip_whatsapp.verify_whatsapp(request.headers.get(tip_whatsapp.SIGNATURE_HEADER), body, secret=secret)

            def take() -> list[Taken]:
                with desk.casework().begin() as session:
                    return tip_whatsapp.receive_whatsapp(session, body, settings=desk.settings, now=now)

            taken = await run_in_threadpool(take)
        except (TooLarge, KentonganError) as error:
            return explain(error, desk, request)
        numbers = {"nomor": [one.tip.number for one in taken]}
        return JSONResponse(numbers, background=matching(desk, taken))

    async def confirm_whatsapp(request: Request) -> Response:
        """Meta's check when the address is registered: the challenge back where the token is ours."""
        token = desk_of().settings.whatsapp_verify_token
        if not token:
            return unset("KENTONGAN_WHATSAPP_VERIFY_TOKEN")
        asked = request.query_params
        given = asked.get("hub.verify_token", "").encode("utf-8", "replace")
        if asked.get("hub.mode") != "subscribe" or not hmac.compare_digest(token.encode(), given):
            return PlainTextResponse("Tokennya tidak cocok.", status_code=403)
        return PlainTextResponse(asked.get("hub.challenge", "")[:200])

    return [
        Route("/api/laporan", receive, methods=["POST"]),
        Route("/api/laporan/whatsapp", receive_whatsapp, methods=["POST"]),
        Route("/api/laporan/whatsapp", confirm_whatsapp, methods=["GET"]),
    ]


async def read_body(request: Request) -> bytes:
    """The whole body. Raises TooLarge past MAX_BODY."""
    return await Request(request.scope, bounded(request.receive, MAX_BODY)).body()


def matching(desk: TipDesk, taken: Sequence[Taken]) -> BackgroundTasks:
    """The searches for what is new, once the sender has its answer."""
    tasks = BackgroundTasks()
    for one in taken:
        if one.new and one.tip.state == "new":
            tasks.add_task(desk.match, one.tip.id)
    return tasks


def unset(variable: str) -> Response:
    return JSONResponse({"galat": f"Alamat ini belum dibuka: setel {variable}."}, status_code=503)


class Counts(Protocol):
    """Whoever counts deliveries with a wrong signature."""

    def count_refused(self, path: str) -> None: ...


LATER = "Laporan belum dapat disimpan; kirim lagi sebentar lagi."


def explain(
    error: TooLarge | KentonganError, desk: Counts, request: Request, *, later: str = LATER, after_s: int = 30
) -> Response:
    """Why a delivery was not taken; whatever it was, nothing of it is kept. ``later`` is what a sender is told where we
    are at fault, ``after_s`` in how many seconds to come again."""
    if isinstance(error, TooLarge):
        return JSONResponse({"galat": f"Kiriman lebih dari {MAX_BODY} bita."}, status_code=413)
    if isinstance(error, NotAllowed):
        desk.count_refused(request.url.path)
        return JSONResponse({"galat": str(error)}, status_code=401)
    if isinstance(error, Conflict):
        return JSONResponse({"galat": str(error)}, status_code=409)
    log.warning("%s: %s", request.url.path, error)
    headers = {"Retry-After": str(after_s)} if isinstance(error, Retry) else None
    # The sender is outside: what is wrong with our database is in our log.
    return JSONResponse({"galat": later}, status_code=503, headers=headers)
