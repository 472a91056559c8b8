"""The gate before the pages: who has no open session sees nothing but what is public."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from casework.accounts import passwords
from casework.accounts.signing_in import change_password, give_password, sign_in
from casework.db import Casework, open_casework
from casework.people import add_person, deactivate
from casework.roles import SYSTEM
from dashboard.gate import SignInGate, is_public
from dashboard.sign_in import COOKIE, SignInDesk
from kentongan.settings import Settings

GOOD = "kuda lumping menari sore"
HTML = {"Accept": "text/html,application/xhtml+xml"}
PAGES = ("/", "/aduan", "/kasus", "/insiden")
INSIDE = ("/_stcore/stream", "/_stcore/agent/openapi.json", "/media/abc", "/component/x/y", "/adu/../aduan", "//aduan")


async def inside(request: Request) -> Response:
    return PlainTextResponse("rahasia dapur")


async def stream(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("rahasia dapur")
    await socket.close()


@pytest.fixture
def casework(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Casework]:
    monkeypatch.setattr(passwords, "make_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with open_casework(Settings(data_dir=tmp_path)) as opened:
        yield opened


def client_of(casework: Casework, settings: Settings) -> TestClient:
    desk = SignInDesk(settings=settings, casework=lambda: casework)
    app = Starlette(
        routes=[WebSocketRoute("/_stcore/stream", stream), Route("/{rest:path}", inside, methods=["GET", "POST"])],
        middleware=[Middleware(SignInGate, desk_of=lambda: desk)],
    )
    return TestClient(app, follow_redirects=False)


@pytest.fixture
def client(casework: Casework) -> TestClient:
    return client_of(casework, Settings(sign_in="required"))


def ticket(casework: Casework, *, changed: bool = True) -> tuple[str, str]:
    """A person with an open session: their id and the token."""
    now = datetime.now(UTC)
    with casework.begin() as session:
        person = add_person(session, "ani", name="Ani Lestari", role="analis", actor=SYSTEM, now=now)
        password = give_password(session, person.id, actor=SYSTEM, now=now)
        if changed:
            change_password(session, person.id, old=password, new=GOOD, now=now)
            password = GOOD
        opened = sign_in(session, "ani", password, now=now).opened
    assert opened
    return person.id, opened.token


def test_without_a_session_every_page_leads_to_the_form_and_nothing_inside_answers(client: TestClient) -> None:
    for page in PAGES:
        answer = client.get(page, headers=HTML)
        assert answer.status_code == 303 and answer.headers["location"].startswith("masuk"), page
        assert "rahasia" not in answer.text
    assert client.get("/aduan?nomor=7", headers=HTML).headers["location"] == "masuk?ke=aduan%3Fnomor%3D7"
    for path in INSIDE:
        assert client.get(path, headers=HTML).status_code in (401, 303), path
        assert client.post(path).status_code == 401, path
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream"):
        pass
    client.cookies.set(COOKIE, "x" * 43)
    assert client.get("/aduan", headers=HTML).status_code == 303


def test_what_is_public_answers_anybody_with_safe_headers(client: TestClient) -> None:
    for path in ("/adu", "/adu/status", "/lapor", "/api/darurat", "/aset/style.css", "/sehat", "/masuk"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN" and answer.headers["Referrer-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in answer.headers
    assert not is_public("/aduan") and not is_public("/adu/../kasus") and not is_public("/laporan")


def test_with_a_session_pages_and_the_websocket_answer_until_the_account_is_closed(
    client: TestClient, casework: Casework
) -> None:
    person, token = ticket(casework)
    client.cookies.set(COOKIE, token)
    assert client.get("/aduan", headers=HTML).text == "rahasia dapur"
    with client.websocket_connect("/_stcore/stream") as socket:
        assert socket.receive_text() == "rahasia dapur"
    with casework.begin() as session:
        deactivate(session, person, actor=SYSTEM, version=1, now=datetime.now(UTC))
    assert client.get("/aduan", headers=HTML).status_code == 303


def test_whoever_must_change_the_password_sees_nothing_before(client: TestClient, casework: Casework) -> None:
    client.cookies.set(COOKIE, ticket(casework, changed=False)[1])
    assert client.get("/aduan", headers=HTML).headers["location"] == "sandi"
    assert client.get("/_stcore/host-config").status_code == 401


def test_a_trial_may_go_without_signing_in(casework: Casework) -> None:
    assert client_of(casework, Settings(sign_in="off")).get("/aduan", headers=HTML).status_code == 200


def test_a_database_that_is_away_is_said_and_lets_nobody_in(casework: Casework) -> None:
    def away() -> Casework:
        from kentongan.errors import Retry

        raise Retry("Basis data tidak menjawab.")

    desk = SignInDesk(settings=Settings(sign_in="required"), casework=away)
    app = Starlette(routes=[Route("/{rest:path}", inside)], middleware=[Middleware(SignInGate, desk_of=lambda: desk)])
    client = TestClient(app)
    client.cookies.set(COOKIE, "x" * 43)
    assert client.get("/aduan", headers=HTML).status_code == 503
