"""The address that messaging gateways and call centres send complaints to: `POST /api/aduan`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from casework.complaints.records import HELD_WORDS
from casework.webhook_signature import SIGNATURE_HEADER, verify_signature
from dashboard.complaint_public import ComplaintDesk
from dashboard.tip_desk import TooLarge
from dashboard.tip_webhooks import explain, read_body, unset
from kentongan.errors import KentonganError


def webhook_routes(desk_of: Callable[[], ComplaintDesk]) -> list[Route]:
    """The route; ``desk_of`` opens what it works with when the first request comes."""

    async def receive(request: Request) -> Response:
        """202 for a new complaint, 200 for one that is known, 401 for a wrong signature, 409 for a replay, 413, 503."""
        desk = desk_of()
        secret = desk.settings.complaints_webhook_secret
        if not secret:
            return unset("KENTONGAN_COMPLAINTS_WEBHOOK_SECRET")
        now = datetime.now(UTC)
        try:
            body = await read_body(request)
            signature = verify_signature(request.headers.get(SIGNATURE_HEADER), body, secret=secret, now=now)
            taken = await run_in_threadpool(desk.receive, body, signature=signature, now=now)
        except (TooLarge, KentonganError) as error:
            return explain(error, desk, request)
        complaint = taken.complaint
        said = {"nomor": complaint.number, "kode": taken.code, "baru": taken.new, "tahap": complaint.stage}
        if complaint.held is not None:
            said |= {"ditahan": complaint.held, "alasan": HELD_WORDS[complaint.held]}
        return JSONResponse(said, status_code=202 if taken.new else 200)

    return [Route("/api/aduan", receive, methods=["POST"])]
