"""The table of our own routes is what the app really has, and the gate goes by it."""

from __future__ import annotations

import subprocess
import sys

from starlette.routing import Mount, Route

from casework.roles import ACTIONS
from dashboard.asgi import app
from dashboard.gate import is_public
from dashboard.routes import ROUTES, find_route

SHELTERED = ("/_stcore/health",)
"""Streamlit's own, in the table because it is public."""


def test_every_route_of_the_app_stands_in_the_table_with_its_methods() -> None:
    there = {}
    for route in app._user_routes:
        if isinstance(route, Mount):
            assert find_route(f"{route.path}/x") is not None, route.path
            continue
        assert isinstance(route, Route)
        there.setdefault(route.path, set()).update((route.methods or {"GET"}) - {"HEAD"})
    for path, methods in there.items():
        own = find_route(path)
        assert own is not None, f"{path} is missing in dashboard.routes"
        assert methods <= set(own.methods), path
    exact = {route.path for route in ROUTES if "*" not in route.path} - set(SHELTERED)
    assert exact - set(there) <= {"/dinding"}, "the table names routes that are not there"


def test_each_route_is_named_once_and_whose_it_is_is_said() -> None:
    assert len({route.path for route in ROUTES}) == len(ROUTES)
    for route in ROUTES:
        assert (route.access == "roles") == bool(route.roles), route.path
    bukti = find_route("/bukti/KASUS-2026-0001.zip")
    assert bukti is not None and bukti.roles == ACTIONS["evidence.build"] & ACTIONS["cases.read"]


def test_the_gate_lets_a_stranger_to_what_checks_for_itself_and_to_nothing_else() -> None:
    assert all(
        is_public(path) for path in ("/masuk", "/masuk/instansi", "/metrik", "/dinding/x", "/aset/a.css", "/adu")
    )
    hidden = ("/bukti/a.zip", "/", "/aduan", "/metrik/x", "/masuk/lain", "/dindingku", "/aset/../kasus", "/adu/lain")
    assert not any(is_public(path) for path in hidden)


def test_the_app_is_imported_without_the_pages_caches_and_says_nothing() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import sys, dashboard.asgi; print('dashboard.data' in sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (said.stdout.strip(), said.stderr) == ("False", "")
