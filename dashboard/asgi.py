"""The ASGI app: Streamlit's pages behind the gate, beside routes of our own (health, public forms, signing in)."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from casework.incidents.intake import Places
from dashboard.complaint_form import complaint_routes
from dashboard.complaint_public import ComplaintDesk
from dashboard.evidence_download import evidence_routes
from dashboard.export_routes import export_routes
from dashboard.gate import SignInGate
from dashboard.incident_webhook import incident_routes
from dashboard.metrics import CONTENT_TYPE, CountRequests, RequestCounts, collect, may_read
from dashboard.oidc import outside_routes
from dashboard.sign_in import SignInDesk, sign_in_routes
from dashboard.subpath import SubPath, folder_of
from dashboard.tip_desk import TipDesk
from dashboard.tip_form import tip_routes
from dashboard.wall.routes import WallDesk, wall_routes
from kentongan import __version__
from kentongan.errors import KentonganError
from kentongan.settings import load_settings
from search.open import open_store

HERE = Path(__file__).parent


def look_after_store() -> dict[str, object]:
    """Open the store as a page would and say how it is. Raises KentonganError where it cannot be opened."""
    with open_store(load_settings()) as store:
        health = store.health()
    return {"store": health.name, "documents": health.documents, "behind": health.behind, "problems": health.problems}


def open_desk() -> TipDesk:
    """What the routes of tips work with. Read at the first request: the caches want a Streamlit that runs."""
    from dashboard.data import shared_desk

    return shared_desk()


def open_complaints() -> ComplaintDesk:
    """What the routes of complaints work with, read at the first request."""
    from dashboard.data import shared_complaints

    return shared_complaints()


def open_places() -> Places:
    """The gazetteer, read at the first call for help."""
    from dashboard.data import shared_gazetteer

    return shared_gazetteer()


def open_sign_in() -> SignInDesk:
    """What sessions are looked up with, read at the first request."""
    from dashboard.data import shared_sign_in

    return shared_sign_in()


def open_wall() -> WallDesk:
    """The wall's snapshot and devices, opened at the first request of a screen."""
    from dashboard.wall.desk import shared_wall

    return shared_wall()


@cache
def open_folder() -> str:
    """The folder below a reverse proxy, read at the first request."""
    return folder_of(load_settings())


async def answer_health(request: Request) -> JSONResponse:
    """200 when the store answers, 503 with the reason when it does not."""
    try:
        return JSONResponse({"version": __version__, "status": "sehat", **await run_in_threadpool(look_after_store)})
    except KentonganError as error:
        return JSONResponse({"version": __version__, "status": "sakit", "reason": str(error)}, status_code=503)


async def answer_metrics(request: Request) -> Response:
    """The figures for a monitor on this machine or with the token; 403 for anybody else."""
    from dashboard.data import read_settings, shared_casework, shared_store

    settings = read_settings()
    if not may_read(request, settings):
        return PlainTextResponse("Hanya untuk pemantau dengan tokennya (pengaturan metrics_token).\n", status_code=403)
    said = await run_in_threadpool(
        collect, settings, store=shared_store, casework=shared_casework, counts=COUNTS, now=datetime.now(UTC)
    )
    return Response(said, media_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})


COUNTS = RequestCounts()
app = st.App(
    HERE / "app.py",
    routes=[
        Route("/sehat", answer_health),
        *tip_routes(open_desk),
        *complaint_routes(open_complaints),
        *incident_routes(open_desk, open_places),
        *sign_in_routes(open_sign_in),
        *export_routes(open_sign_in),
        *wall_routes(open_wall),
        *outside_routes(open_sign_in),
        *evidence_routes(open_sign_in),
        Route("/metrik", answer_metrics, methods=["GET"]),
        Mount("/aset", StaticFiles(directory=HERE / "static")),
    ],
    middleware=[
        Middleware(SubPath, folder=open_folder),
        Middleware(CountRequests, counts=COUNTS),
        Middleware(SignInGate, desk_of=open_sign_in),
    ],
)
