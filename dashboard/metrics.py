"""`/metrik`: figures for a monitor, as Prometheus reads them. No person and no content is in them.

Read by this machine alone, or with the token of the setting metrics_token.
"""

from __future__ import annotations

import hmac
import ipaddress
import math
import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from casework.accounts.sessions import count_open
from casework.alerts.listing import count_alerts
from casework.db import Casework
from crawlers.run_history import RunHistory
from dashboard.gate import path_of
from dashboard.pages import PAGES
from dashboard.routes import find_route
from kentongan.errors import KentonganError
from kentongan.settings import Settings
from search.store import Store

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
"""Prometheus' text format."""
FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""Headers by which a proxy gives itself away: what it passes on does not come from this machine."""

Sample = tuple[dict[str, str], float]
"""Labels and value."""


class RequestCounts:
    """How many requests each route answered, by status; one a process."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, int]] = Counter()
        self._lock = Lock()

    def add(self, route: str, status: int) -> None:
        with self._lock:
            self._counts[route, status] += 1

    def samples(self) -> list[Sample]:
        with self._lock:
            rows = sorted(self._counts.items())
        return [({"route": route, "status": str(status)}, float(count)) for (route, status), count in rows]


class CountRequests:
    """ASGI middleware that counts answers."""

    def __init__(self, app: ASGIApp, counts: RequestCounts) -> None:
        self.app = app
        self.counts = counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        route = route_name(path_of(scope))

        async def send_counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.counts.add(route, int(message["status"]))
            await send(message)

        await self.app(scope, receive, send_counted)


def route_name(path: str) -> str:
    """The route's pattern, a page's address, "streamlit" for what pages are made of, else "lain": few values, whatever
    is asked for."""
    own = find_route(path)
    if own is not None:
        return own.path
    if path == "/" or any(path == f"/{page.path}" for page in PAGES):
        return path
    return "streamlit" if path.startswith(("/_stcore/", "/static/", "/media/", "/component/")) else "lain"


def may_read(request: Request, settings: Settings) -> bool:
    """Whether this request may read the figures.

    With a token set, whoever sends it. Without, a program on this machine; nobody where people come through an address
    of their own (public_url, dashboard_path), since a proxy on this machine would look the same.
    """
    if settings.metrics_token:
        sent = request.headers.get("Authorization", "")
        return hmac.compare_digest(sent.encode("utf-8", "replace"), f"Bearer {settings.metrics_token}".encode())
    if settings.public_url or settings.dashboard_path or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def collect(
    settings: Settings, *, store: Callable[[], Store], casework: Callable[[], Casework], counts: RequestCounts,
    now: datetime,
) -> str:  # fmt: skip
    """Every figure as text. What cannot be asked is left out, and ``kentongan_up`` of that part is 0."""
    lines: list[str] = []
    parts: list[tuple[str, Callable[[], Iterator[tuple[str, str, float]]]]] = [
        ("store", lambda: store_figures(store())),
        ("casework", lambda: casework_figures(casework(), now=now)),
        ("collection", lambda: collection_figures(settings, now=now)),
    ]
    up: list[Sample] = []
    for part, ask in parts:
        try:
            found = list(ask())
        except (KentonganError, OSError, sqlite3.Error):
            up.append(({"part": part}, 0.0))
            continue
        up.append(({"part": part}, 1.0))
        for name, words, value in found:
            lines += figure(name, "gauge", words, [({}, value)])
    lines += figure("kentongan_up", "gauge", "Whether a part answered.", up)
    lines += figure("kentongan_memory_bytes", "gauge", "Resident memory of this process.", [({}, resident_bytes())])
    lines += figure("kentongan_requests_total", "counter", "Answers by route and status.", counts.samples())
    return "\n".join(lines) + "\n"


def store_figures(store: Store) -> Iterator[tuple[str, str, float]]:
    health = store.health()
    yield "kentongan_documents", "Documents in the store.", health.documents
    yield "kentongan_store_behind", "Changes the index has not caught up with.", health.behind
    yield "kentongan_store_bytes", "Size of the store.", health.size_bytes
    yield "kentongan_store_problems", "Problems the store names.", len(health.problems)


def casework_figures(casework: Casework, *, now: datetime) -> Iterator[tuple[str, str, float]]:
    with casework.read() as session:
        yield "kentongan_sessions_open", "Sessions of signed-in people that are open.", count_open(session, now=now)
        yield "kentongan_alerts_open", "Alerts that wait for somebody.", count_alerts(session).get("open", 0)


def collection_figures(settings: Settings, *, now: datetime) -> Iterator[tuple[str, str, float]]:
    """How long ago the newest crawl that ended did so; nothing before the first."""
    if not settings.collection_file.exists():
        return
    with RunHistory(settings.collection_file) as history:
        ended = [run.finished for run in history.newest(limit=10) if run.finished is not None]
    if ended:
        yield "kentongan_last_crawl_age_seconds", "Since a crawl ended.", (now - max(ended)).total_seconds()


def resident_bytes() -> float:
    """Memory of this process that lies in RAM, in bytes; NaN where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return float("nan")
    return float(pages * os.sysconf("SC_PAGE_SIZE"))


def figure(name: str, kind: str, words: str, samples: Sequence[Sample]) -> list[str]:
    """One figure in Prometheus' text format, with its help and type."""
    rows = [f"{name}{labels_of(labels)} {number(value)}" for labels, value in samples]
    return [f"# HELP {name} {words}", f"# TYPE {name} {kind}", *rows]


def number(value: float) -> str:
    """As the format writes it; 15 digits are more than any figure here has."""
    return "NaN" if math.isnan(value) else f"{value:.15g}"


def labels_of(labels: dict[str, str]) -> str:
    """Labels in braces. Values are routes, parts and numbers of ours: none has a quote or a newline."""
    return "{" + ",".join(f'{name}="{value}"' for name, value in labels.items()) + "}" if labels else ""
