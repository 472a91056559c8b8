"""The ASGI app: Streamlit's pages behind the gate, beside routes of our own (health, public forms, signing in)."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from casework.incidents.intake import Places
from dashboard.complaint_form import complaint_routes
from dashboard.complaint_public import ComplaintDesk
from dashboard.gate import SignInGate
from dashboard.incident_webhook import incident_routes
from dashboard.sign_in import SignInDesk, sign_in_routes
from dashboard.tip_desk import TipDesk
from dashboard.tip_form import tip_routes
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


async def answer_health(request: Request) -> JSONResponse:
    """200 when the store answers, 503 with the reason when it does not."""
    try:
        return JSONResponse({"version": __version__, "status": "sehat", **await run_in_threadpool(look_after_store)})
    except KentonganError as error:
        return JSONResponse({"version": __version__, "status": "sakit", "reason": str(error)}, status_code=503)


app = st.App(
    HERE / "app.py",
    routes=[
        Route("/sehat", answer_health),
        *tip_routes(open_desk),
        *complaint_routes(open_complaints),
        *incident_routes(open_desk, open_places),
        *sign_in_routes(open_sign_in),
        Mount("/aset", StaticFiles(directory=HERE / "static")),
    ],
    middleware=[Middleware(SignInGate, desk_of=open_sign_in)],
)
