"""Signing in with the organisation's own account, over a real sign-in service: who gets in, and what is refused."""

from __future__ import annotations

import base64
import json
import re
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import msgspec
import pytest
import sqlalchemy as sa
from casework_fixtures import migrated_file
from sign_in_service import CLIENT, SECRET, Service, make_key, running_service
from starlette.applications import Starlette
from starlette.testclient import TestClient

from casework.accounts.outside import bind_subject, set_address, unbind
from casework.accounts.tables import IdentityRow, OutsideTryRow
from casework.audit import read_audit
from casework.db import Casework, open_casework
from casework.people import add_person, deactivate, find_person
from casework.roles import SYSTEM, Actor
from dashboard import oidc_provider
from dashboard.oidc import outside_routes
from dashboard.sign_in import COOKIE, SignInDesk, sign_in_routes
from kentongan.errors import Conflict, NotAllowed
from kentongan.settings import SECRETS, Settings

NOW = datetime.now(UTC)
STRANGER = make_key()


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running_service() as running:
        yield running


@pytest.fixture
def settings(service: Service, tmp_path: Path) -> Settings:
    shutil.copyfile(migrated_file(), tmp_path / "casework.sqlite")
    service.bend, service.sign, service.verified = (lambda claims: claims), None, True
    service.subject, service.email, service.calls = "sub-ani", "Ani@Kota.example", []
    return Settings(
        data_dir=tmp_path, oidc_issuer=service.issuer, oidc_client_id=CLIENT, oidc_client_secret=SECRET,
        oidc_name="akun Kota <b>",
    )  # fmt: skip


@pytest.fixture
def casework(settings: Settings) -> Iterator[Casework]:
    with open_casework(settings) as opened:
        with opened.begin() as session:
            person = add_person(session, "ani", name="Ani Lestari", role="analis", actor=SYSTEM, now=NOW)
            set_address(session, person.id, "ani@kota.example", actor=SYSTEM, now=NOW)
            add_person(session, "budi", name="Budi", role="hukum", actor=SYSTEM, now=NOW)
        yield opened


@pytest.fixture
def client(settings: Settings, casework: Casework) -> Iterator[TestClient]:
    desk = SignInDesk(settings=settings, casework=lambda: casework)
    app = Starlette(routes=[*sign_in_routes(lambda: desk), *outside_routes(lambda: desk)])
    with TestClient(app, base_url="http://127.0.0.1:8501", follow_redirects=False) as client:
        yield client


def begin(client: TestClient, goal: str = "") -> str:
    """Go out; the address at the service that the browser is sent to."""
    answer = client.get("/masuk/instansi", params={"ke": goal} if goal else {})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def allow(address: str) -> str:
    """Sign in at the service; the address it sends the browser back to."""
    try:
        urllib.request.build_opener(Stay).open(address, timeout=10)
    except urllib.error.HTTPError as redirected:
        with redirected:
            return str(redirected.headers["Location"])
    raise AssertionError("the service did not send the browser back")


def enter(client: TestClient, goal: str = "") -> Any:
    back = urlsplit(allow(begin(client, goal)))
    return client.get(f"{back.path}?{back.query}")


def bound(casework: Casework) -> list[tuple[str, str]]:
    with casework.read() as session:
        return [(row.subject, row.person) for row in session.scalars(sa.select(IdentityRow))]


def test_a_person_who_is_known_here_signs_in_and_is_bound_once(
    client: TestClient, casework: Casework, service: Service
) -> None:
    form = client.get("/masuk?ke=aduan").text
    assert "masuk/instansi?ke=aduan" in form and "akun Kota &lt;b&gt;" in form
    answer = enter(client, "aduan?nomor=7")
    assert answer.status_code == 303 and answer.headers["location"] == "../../aduan?nomor=7"
    assert client.get("/sandi").status_code == 200 and COOKIE in client.cookies
    with casework.begin() as session:
        ani = find_person(session, "ani")
        acts = [one.action for one in read_audit(session, actor=SYSTEM, now=NOW, object=f"person:{ani.id}")]
    assert bound(casework) == [("sub-ani", ani.id)] and {"account.bind", "account.sign_in"} <= set(acts)
    # From now on the subject counts: the address may change, and whoever has it later is not this person.
    service.email = "lain@kota.example"
    assert enter(client).status_code == 303
    service.subject, service.email = "sub-pewaris", "ani@kota.example"
    assert enter(client).status_code == 403 and len(bound(casework)) == 1


def test_the_code_goes_with_pkce_state_and_nonce_and_the_secret_is_never_shown(client: TestClient) -> None:
    asked = parse_qs(urlsplit(begin(client)).query)
    assert asked["code_challenge_method"] == ["S256"] and len(asked["code_challenge"][0]) == 43
    assert len(asked["state"][0]) >= 43 and len(asked["nonce"][0]) >= 43
    assert asked["redirect_uri"] == ["http://127.0.0.1:8501/masuk/instansi/kembali"]
    assert "oidc_client_secret" in SECRETS and SECRET not in client.get("/masuk").text


def claims_with(**more: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda claims: {name: value for name, value in {**claims, **more}.items() if value is not None}


@pytest.mark.parametrize(
    ("bend", "said"),
    [
        (claims_with(nonce="lain"), "bukan untuk percobaan ini"),
        (claims_with(nonce=None), "bukan untuk percobaan ini"),
        (claims_with(aud="program-lain"), "InvalidAudienceError"),
        (claims_with(aud=[CLIENT, "program-lain"]), "program lain"),
        (claims_with(azp="program-lain"), "program lain"),
        (claims_with(iss="https://jahat.example"), "InvalidIssuerError"),
        (claims_with(exp=int(time.time()) - 3600), "ExpiredSignatureError"),
        (claims_with(exp=None), "MissingRequiredClaimError"),
        (claims_with(iat=int(time.time()) + 3600), "ImmatureSignatureError"),
        (claims_with(sub=None), "MissingRequiredClaimError"),
        (claims_with(sub="x" * 300), "tidak menyebut akunnya"),
    ],
)
def test_a_word_that_does_not_hold_is_refused(
    client: TestClient, casework: Casework, service: Service, bend: Any, said: str
) -> None:
    service.bend = bend
    answer = enter(client)
    assert answer.status_code == 403 and said in answer.text and COOKIE not in client.cookies
    assert not bound(casework) and "Traceback" not in answer.text


def tampered(service: Service, claims: dict[str, Any]) -> str:
    """A token of the service's own whose claims were changed once it was signed."""
    head, _, signature = jwt.encode(claims, service.key, algorithm="RS256", headers={"kid": service.kid}).split(".")
    body = base64.urlsafe_b64encode(json.dumps({**claims, "email": "ani@kota.example"}).encode()).rstrip(b"=")
    return f"{head}.{body.decode()}.{signature}"


@pytest.mark.parametrize(
    "sign",
    [
        lambda service, claims: jwt.encode(claims, STRANGER, algorithm="RS256", headers={"kid": service.kid}),
        lambda service, claims: jwt.encode(claims, STRANGER, algorithm="RS256", headers={"kid": "tidak-ada"}),
        lambda service, claims: jwt.encode(claims, None, algorithm="none", headers={"kid": service.kid}),
        lambda service, claims: jwt.encode(claims, SECRET * 3, algorithm="HS256", headers={"kid": service.kid}),
        lambda service, claims: "bukan.token.apapun",
        lambda service, claims: tampered(service, claims),
    ],
    ids=["another key", "an unknown key", "unsigned", "signed with the secret", "no token", "changed afterwards"],
)
def test_a_signature_that_is_not_the_services_is_refused(
    client: TestClient, casework: Casework, service: Service, sign: Any
) -> None:
    service.sign = sign
    answer = enter(client)
    assert answer.status_code == 403 and COOKIE not in client.cookies and not bound(casework)


def test_an_answer_serves_once_and_in_the_browser_that_asked(
    client: TestClient, casework: Casework, settings: Settings
) -> None:
    back = urlsplit(allow(begin(client)))
    kept = dict(client.cookies)
    client.cookies.clear()
    assert "peramban lain" in client.get(f"{back.path}?{back.query}").text, "a stranger's browser must not end it"
    back = urlsplit(allow(begin(client)))
    kept = dict(client.cookies)
    assert client.get(f"{back.path}?{back.query}").status_code == 303
    client.cookies.clear()
    for name, value in kept.items():
        client.cookies.set(name, value)
    again = client.get(f"{back.path}?{back.query}")
    assert again.status_code == 403 and "sudah dipakai" in again.text and COOKIE not in client.cookies
    for query in ("", "code=x&state=y", f"error=access_denied&state={parse_qs(back.query)['state'][0]}"):
        assert client.get(f"{back.path}?{query}").status_code == 403
    with casework.begin() as session:
        session.execute(sa.update(OutsideTryRow).values(ends_at=NOW))
    address = begin(client)
    with casework.begin() as session:
        session.execute(sa.update(OutsideTryRow).values(ends_at=NOW))
    late = urlsplit(allow(address))
    assert "terlalu lama" in client.get(f"{late.path}?{late.query}").text


def test_a_code_from_another_visit_and_a_cancelled_one_are_refused(client: TestClient, service: Service) -> None:
    other = parse_qs(urlsplit(allow(begin(client))).query)["code"][0]
    back = urlsplit(allow(begin(client)))
    state = parse_qs(back.query)["state"][0]
    answer = client.get(back.path, params={"state": state, "code": other})
    assert answer.status_code == 403 and "menolak (status 400)" in answer.text, "PKCE ties the code to its visit"
    state = parse_qs(urlsplit(allow(begin(client))).query)["state"][0]
    assert "membatalkan" in client.get(back.path, params={"state": state, "error": "access_denied"}).text
    state = parse_qs(urlsplit(allow(begin(client))).query)["state"][0]
    mixed = client.get(back.path, params={"state": state, "code": "x", "iss": "https://jahat.example"})
    assert mixed.status_code == 403 and service.calls[-1] != "/token"


def test_who_is_not_known_here_or_was_let_go_does_not_get_in(
    client: TestClient, casework: Casework, service: Service
) -> None:
    service.verified = False
    assert "belum ada orang" in enter(client).text, "an address that nobody verified binds nobody"
    service.verified, service.email = True, "siapa@kota.example"
    assert "belum ada orang" in enter(client).text and not bound(casework)
    service.email = "ani@kota.example"
    assert enter(client).status_code == 303
    with casework.begin() as session:
        ani = find_person(session, "ani")
        add_person(session, "ratna", name="Ratna", role="admin", actor=SYSTEM, now=NOW)
        deactivate(session, ani.id, actor=SYSTEM, version=ani.version, now=NOW)
    client.cookies.clear()
    assert enter(client).status_code == 403 and COOKIE not in client.cookies


def test_an_admin_binds_and_unbinds_and_nobody_else_does(
    client: TestClient, casework: Casework, service: Service, settings: Settings
) -> None:
    service.email, service.subject = "", "sub-budi"
    issuer = settings.oidc_issuer
    with casework.begin() as session:
        ani, budi = find_person(session, "ani"), find_person(session, "budi")
        with pytest.raises(NotAllowed):
            own = Actor(id=ani.id, username="ani", role="analis")
            bind_subject(session, ani.id, issuer=issuer, subject="sub-budi", actor=own, now=NOW)
        bind_subject(session, budi.id, issuer=issuer, subject="sub-budi", actor=SYSTEM, now=NOW)
        with pytest.raises(Conflict):
            bind_subject(session, ani.id, issuer=issuer, subject="sub-budi", actor=SYSTEM, now=NOW)
    with pytest.raises(Conflict), casework.begin() as session:
        set_address(session, budi.id, " ANI@kota.example ", actor=SYSTEM, now=NOW)
    assert enter(client).status_code == 303
    with casework.begin() as session:
        unbind(session, budi.id, issuer=issuer, actor=SYSTEM, now=NOW)
    assert client.get("/sandi").status_code == 303, "unbinding ends the sessions"
    assert enter(client).status_code == 403


def test_signing_out_goes_on_to_the_service(client: TestClient, service: Service) -> None:
    assert enter(client).status_code == 303
    key = re.search(r'name="kunci" value="([^"]*)"', client.get("/sandi").text)
    assert key
    away = client.post("/keluar", data={"kunci": key[1]})
    assert away.headers["location"].startswith(f"{service.issuer}/keluar?") and COOKIE not in client.cookies
    asked = parse_qs(urlsplit(away.headers["location"]).query)
    assert asked["post_logout_redirect_uri"] == ["http://127.0.0.1:8501/masuk"]


def test_a_service_that_is_away_or_names_itself_otherwise_is_said(casework: Casework, settings: Settings) -> None:
    for changes, said in (
        ({"oidc_issuer": "http://127.0.0.1:9"}, "tidak menjawab"),
        ({"oidc_issuer": settings.oidc_issuer + "/"}, "nama lain"),
        ({"oidc_issuer": "http://sso.contoh.go.id"}, "harus https"),
        ({"oidc_issuer": ""}, "belum dipasang"),
    ):
        desk = SignInDesk(settings=msgspec.structs.replace(settings, **changes), casework=lambda: casework)
        client = TestClient(Starlette(routes=outside_routes(lambda desk=desk: desk)), follow_redirects=False)  # type: ignore[misc]
        answer = client.get("/masuk/instansi")
        assert answer.status_code == 503 and said in answer.text, changes
        assert 'href="../masuk"' in answer.text


def test_a_new_key_of_the_service_is_learned(client: TestClient, service: Service, monkeypatch: Any) -> None:
    assert enter(client).status_code == 303
    monkeypatch.setattr(oidc_provider, "ANEW_S", -1.0)
    old = (service.key, service.kid)
    service.key, service.kid = STRANGER, "dua"
    try:
        assert enter(client).status_code == 303
    finally:
        service.key, service.kid = old
