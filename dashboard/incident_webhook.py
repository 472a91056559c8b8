"""The address that panic buttons and 112 centres send calls for help to: `POST /api/darurat`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from casework.incidents.intake import Places, TakenCall
from casework.incidents.webhook import receive_emergency
from casework.webhook_signature import SIGNATURE_HEADER, verify_signature
from dashboard.tip_desk import TipDesk, TooLarge
from dashboard.tip_webhooks import explain, read_body, unset
from kentongan.errors import KentonganError

RING = "Panggilan belum dapat disimpan; kirim lagi sekarang, dan hubungi 112."


def incident_routes(desk_of: Callable[[], TipDesk], places_of: Callable[[], Places]) -> list[Route]:
    """The route; what it works with is opened when the first request comes."""

    async def receive(request: Request) -> Response:
        """202 where an incident was opened or joined, or the call is held; 200 for one that is known; 401 for a wrong
        signature, 409 for a replay, 413, 503."""
        desk = desk_of()
        secret = desk.settings.emergency_webhook_secret
        if not secret:
            return unset("KENTONGAN_EMERGENCY_WEBHOOK_SECRET")
        now = datetime.now(UTC)
        try:
            body = await read_body(request)
            signature = verify_signature(request.headers.get(SIGNATURE_HEADER), body, secret=secret, now=now)

            def take() -> TakenCall:
                with desk.casework().begin() as session:
                    return receive_emergency(
                        session, body, signature=signature, places=places_of(),
                        within=desk.settings.region or None, now=now,
                    )  # fmt: skip

            taken = await run_in_threadpool(take)
        except (TooLarge, KentonganError) as error:
            # The sender must try again at once, or ring: nothing of the call is kept.
            return explain(error, desk, request, later=RING, after_s=5)
        return JSONResponse(reply_of(taken), status_code=202 if taken.new else 200)

    return [Route("/api/darurat", receive, methods=["POST"])]


def reply_of(taken: TakenCall) -> dict[str, object]:
    """What the sender is told: number of the call and of its incident, or why it is held."""
    return {
        "panggilan": taken.call.id,
        "status": taken.call.state,
        "insiden": None if taken.incident is None else taken.incident.number,
        "membuka": taken.opened,
        "baru": taken.new,
        **({"alasan": taken.call.reason} if taken.call.reason else {}),
    }
