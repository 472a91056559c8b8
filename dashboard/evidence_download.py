"""`/bukti/{package}`: the sealed package of a case, or its cover letter, for whoever may build one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from casework.people import actor_of, find_person
from dashboard.sign_in import COOKIE, SignInDesk
from evidence.package.handing_out import HandedOut, hand_out
from kentongan.errors import Conflict, KentonganError, NotAllowed, NotFound

VIA = "unduhan"
"""What chain of custody and audit say of how it was taken."""


def evidence_routes(desk_of: Callable[[], SignInDesk]) -> list[Route]:
    """The route; ``desk_of`` opens what sessions are looked up with when the first request comes."""

    async def give(request: Request) -> Response:
        """The file, streamed; 403 for whoever may not have it, 404, 409 where it is not what was exported, 503."""
        desk, now = desk_of(), datetime.now(UTC)
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            # It goes on record who took a package: no other site's page may ask for one in their name.
            return refuse("Paket hanya dapat diunduh dari halaman kasusnya.", 403)
        try:
            taken = await run_in_threadpool(take, desk, request, now=now)
        except NotAllowed as error:
            return refuse(str(error), 403)
        except NotFound as error:
            return refuse(str(error), 404)
        except Conflict as error:
            return refuse(str(error), 409)
        except KentonganError as error:
            return refuse(str(error), 503)
        return FileResponse(
            taken.path, media_type=taken.media_type, filename=taken.name, headers={"Cache-Control": "no-store"}
        )

    return [Route("/bukti/{package}", give, methods=["GET"])]


def take(desk: SignInDesk, request: Request, *, now: datetime) -> HandedOut:
    """The file asked for, in the name of the browser's person. Raises NotAllowed, NotFound, Conflict, Retry."""
    with desk.casework().read() as session:
        if desk.settings.sign_in == "required":
            found = desk.visitor(request.cookies.get(COOKIE), now=now)
            if found is None or found.must_change:
                raise NotAllowed("Sesi Anda sudah berakhir.", hint="Masuk lagi, lalu ulangi.")
            actor = actor_of(session, found.person.id, now=now)
        elif desk.settings.dashboard_person:
            actor = actor_of(session, find_person(session, desk.settings.dashboard_person).id, now=now)
        else:
            raise NotAllowed("Belum ada orang yang bertindak di sini.", hint="Isi pengaturan sign_in dengan required.")
    name = str(request.path_params["package"])
    return hand_out(desk.casework(), name, settings=desk.settings, actor=actor, now=now, via=VIA)


def refuse(words: str, status: int) -> Response:
    return PlainTextResponse(f"{words}\n", status_code=status, headers={"Cache-Control": "no-store"})
