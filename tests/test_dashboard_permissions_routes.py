"""Every route of our own by every role and by a stranger, over real HTTP: the table of routes and nothing else."""

from __future__ import annotations

import http.client
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from browser import running_dashboard
from casework_fixtures import migrated_file

from casework.accounts.sessions import open_session
from casework.accounts.tables import AccountRow
from casework.db import open_casework
from casework.people import add_person
from casework.roles import ROLES, SYSTEM, Role
from dashboard.pages import PAGES
from dashboard.routes import ROUTES, OwnRoute
from dashboard.sign_in import COOKIE
from kentongan.settings import Settings

NOW = datetime.now(UTC)
EXAMPLES = {
    "/aset/*": "/aset/style.css", "/dinding/*": "/dinding/tidak-ada", "/unduhan/{file}": "/unduhan/tidak-ada.csv",
    "/bukti/{package}": "/bukti/tidak-ada.zip",
}  # fmt: skip
"""Address that a route with a variable part is tried at."""


class Server:
    """A running dashboard and a session of each role."""

    def __init__(self, address: str, tokens: dict[Role, str]) -> None:
        self.place = urlsplit(address)
        self.tokens = tokens

    def ask(self, method: str, path: str, role: Role | None) -> tuple[int, str]:
        """Status and where it leads to, without following it."""
        headers = {"Accept": "text/html"}
        if role is not None:
            headers["Cookie"] = f"{COOKIE}={self.tokens[role]}"
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(self.place.hostname or "", self.place.port, timeout=30)
        try:
            connection.request(method, path, body=b"" if method == "POST" else None, headers=headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.headers.get("Location", "")
        finally:
            connection.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("jalan")
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    settings = Settings(data_dir=folder, sign_in="required")
    tokens: dict[Role, str] = {}
    with open_casework(settings) as casework, casework.begin() as session:
        for role in ROLES:
            agency = "Dinas PUPR" if role == "petugas" else None
            one = add_person(session, f"si-{role}", name=role, role=role, agency=agency, actor=SYSTEM, now=NOW)
            session.add(AccountRow(person=one.id, password=None, must_change=False, password_at=None, failures=0))
            tokens[role] = open_session(session, one.id, browser="uji", now=NOW).token
    with running_dashboard(settings) as address:
        yield Server(address, tokens)


def led_away(answer: tuple[int, str]) -> bool:
    """Whether a visitor is led to signing in, or refused for not being signed in."""
    status, goal = answer
    return status == 401 or (status == 303 and goal.split("?")[0].rsplit("/", 1)[-1] == "masuk")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_a_route_answers_exactly_whom_the_table_names(route: OwnRoute, server: Server) -> None:
    path = EXAMPLES.get(route.path, route.path)
    assert "{" not in path and "*" not in path, "give the route an address in EXAMPLES"
    for method in route.methods:
        stranger = server.ask(method, path, None)
        assert stranger[0] < 500 or stranger[0] == 503, f"{method} {path}: {stranger}"
        if route.access == "public":
            assert not led_away(stranger), f"{method} {path} asks a stranger to sign in: {stranger}"
        elif route.access == "signed":
            assert led_away(stranger) or stranger[0] in (403, 404), f"{method} {path}: {stranger}"
        elif route.access == "roles":
            assert led_away(stranger), f"{method} {path}: {stranger}"
        if path == "/keluar":
            continue  # it would end the sessions that the others are tried with
        for role in ROLES:
            answer = server.ask(method, path, role)
            said = f"{method} {path} as {role}: {answer}, a stranger {stranger}"
            if route.access == "roles":
                assert (answer[0] == 403) is (role not in route.roles) and answer[0] != 401, said
            elif route.access == "signed":
                assert not led_away(answer) and (method == "POST" or answer[0] < 400), said
            elif path != "/masuk":
                # To be signed in opens nothing that asks for a device, a token or a signature, and closes nothing.
                assert answer[0] == stranger[0], said


@pytest.mark.parametrize("path", [page.path for page in PAGES])
def test_a_page_s_address_leads_a_stranger_to_the_form_and_lets_staff_in(path: str, server: Server) -> None:
    assert led_away(server.ask("GET", f"/{path}", None))
    assert server.ask("GET", f"/{path}", "peneliti")[0] == 200, "the page itself says whose it is"
