"""The address under which a person fetches an export: their own only, whatever name is typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from casework.people import actor_of, find_person
from casework.post_exports import EXPORT_NAME, exports_folder
from casework.roles import Actor, require
from dashboard.sign_in import COOKIE, SignInDesk
from kentongan.errors import KentonganError, NotAllowed

TYPES: Final = {".csv": "text/csv; charset=utf-8", ".jsonl": "application/x-ndjson", ".json": "application/json"}
HEADERS: Final = {"Cache-Control": "no-store, private"}
GONE: Final = "Berkas itu tidak ada, bukan milik Anda, atau masanya sudah lewat. Ekspor lagi di halaman Jelajah.\n"


def export_routes(desk_of: Callable[[], SignInDesk]) -> list[Route]:
    """The routes; ``desk_of`` opens what sessions are looked up with at the first request."""

    async def fetch(request: Request) -> Response:
        token, file = request.cookies.get(COOKIE), request.path_params["file"]
        return await run_in_threadpool(answer_export, desk_of(), token, file, now=datetime.now(UTC))

    return [Route("/unduhan/{file}", fetch, methods=["GET"])]


def answer_export(desk: SignInDesk, token: str | None, file: str, *, now: datetime) -> Response:
    """The file to whoever exported it; 401, 403 or 404 in words to anybody else."""
    try:
        actor = find_actor(desk, token, now=now)
        if actor is None:
            return PlainTextResponse("Belum masuk, atau sesi sudah berakhir.\n", status_code=401, headers=HEADERS)
        require(actor, "posts.export")
    except NotAllowed as error:
        return PlainTextResponse(f"{error}\n", status_code=403, headers=HEADERS)
    except KentonganError as error:
        return PlainTextResponse(f"{error}\n", status_code=503, headers=HEADERS)
    if not EXPORT_NAME.fullmatch(file):
        return PlainTextResponse(GONE, status_code=404, headers=HEADERS)
    path = exports_folder(desk.settings, actor.id) / file
    if not path.is_file():
        return PlainTextResponse(GONE, status_code=404, headers=HEADERS)
    kind = TYPES.get(path.suffix, "application/octet-stream")
    return FileResponse(path, filename=file, media_type=kind, headers=HEADERS)


def find_actor(desk: SignInDesk, token: str | None, *, now: datetime) -> Actor | None:
    """Whose session the cookie opens; where pages ask nobody to sign in, the person in whose name they act."""
    if desk.settings.sign_in == "required":
        found = desk.visitor(token, now=now)
        if found is None or found.must_change:
            return None
        with desk.casework().read() as session:
            return actor_of(session, found.person.id, now=now)
    if not desk.settings.dashboard_person:
        return None
    with desk.casework().read() as session:
        return actor_of(session, find_person(session, desk.settings.dashboard_person).id, now=now)
