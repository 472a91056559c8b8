"""The routes of signing in: cookies, forms of other sites, return addresses, own password and second factor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyotp
import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.testclient import TestClient

from casework.accounts import passwords
from casework.accounts.signing_in import give_password
from casework.db import Casework, open_casework
from casework.people import add_person, find_person
from casework.roles import SYSTEM
from dashboard.sign_in import COOKIE, TRIES_EACH, SignInDesk, safe_return, sign_in_routes
from kentongan.settings import Settings

GOOD = "kuda lumping menari sore"


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Settings, Casework]]:
    monkeypatch.setattr(passwords, "make_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    settings = Settings(data_dir=tmp_path / "var", organisation="Tirtamaya")
    with open_casework(settings) as casework:
        yield settings, casework


@pytest.fixture
def client(opened: tuple[Settings, Casework]) -> Iterator[TestClient]:
    settings, casework = opened
    desk = SignInDesk(settings=settings, casework=lambda: casework)
    with TestClient(Starlette(routes=sign_in_routes(lambda: desk)), follow_redirects=False) as client:
        yield client


@pytest.fixture
def given(opened: tuple[Settings, Casework]) -> str:
    """A one-time password of a person called ani."""
    now = datetime.now(UTC)
    with opened[1].begin() as session:
        add_person(session, "ani", name="Ani Lestari", role="analis", actor=SYSTEM, now=now)
        return give_password(session, find_person(session, "ani").id, actor=SYSTEM, now=now)


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found, text
    return found[1]


def enter(client: TestClient, password: str, *, code: str = "", goal: str = "") -> tuple[int, str, str]:
    """Status, where to, and the page, of a try from the form."""
    form = client.get("/masuk", params={"ke": goal} if goal else {})
    sent = {"token": hidden(form.text, "token"), "kiriman": hidden(form.text, "kiriman")}
    answer = client.post("/masuk", data={**sent, "pengguna": "ani", "sandi": password, "kode": code})
    return answer.status_code, answer.headers.get("location", ""), answer.text


def renew(client: TestClient, given: str) -> None:
    """Sign in with the given password and change it."""
    assert enter(client, given)[:2] == (303, "sandi")
    key = hidden(client.get("/sandi").text, "kunci")
    answer = client.post("/sandi", data={"kunci": key, "lama": given, "baru": GOOD, "ulang": GOOD})
    assert (answer.status_code, answer.headers["location"]) == (303, "./")


def test_a_person_signs_in_changes_the_given_password_and_signs_out(client: TestClient, given: str) -> None:
    renew(client, given)
    cookie = next(one for one in client.cookies.jar if one.name == COOKIE)
    assert cookie.has_nonstandard_attr("HttpOnly") and cookie.path == "/"
    assert client.get("/masuk").headers["location"] == "./"
    key = hidden(client.get("/sandi").text, "kunci")
    assert client.post("/keluar", data={"kunci": "salah"}).status_code == 403
    assert client.get("/sandi").status_code == 200, "a forged form must not sign anybody out"
    kept = client.cookies[COOKIE]
    assert client.post("/keluar", data={"kunci": key}).headers["location"] == "masuk"
    client.cookies.set(COOKIE, kept)
    assert client.get("/sandi").headers["location"] == "masuk?ke=sandi", "the token must be worth nothing afterwards"


def test_a_form_from_elsewhere_is_refused_and_keeps_the_name(client: TestClient, given: str) -> None:
    form = client.get("/masuk")
    sent = {"token": hidden(form.text, "token"), "kiriman": "./", "pengguna": "ani", "sandi": given}
    answer = client.post("/masuk", data=sent, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and 'value="ani"' in answer.text and given not in answer.text
    assert client.post("/masuk", data={**sent, "token": "0" * 32}).status_code == 403
    assert COOKIE not in client.cookies


def test_wrong_words_and_unknown_people_read_the_same(client: TestClient, given: str) -> None:
    wrong = enter(client, "salah sekali ini")
    form = client.get("/masuk")
    sent = {"token": hidden(form.text, "token"), "kiriman": "./", "pengguna": "siapa", "sandi": given}
    unknown = client.post("/masuk", data=sent)
    assert (wrong[0], unknown.status_code) == (403, 403)
    assert re.sub(r'value="[^"]*"', "", wrong[2]) == re.sub(r'value="[^"]*"', "", unknown.text)


def test_too_many_tries_from_one_address_wait(client: TestClient, given: str) -> None:
    for _ in range(TRIES_EACH):
        enter(client, "salah sekali ini")
    form = client.get("/masuk")
    sent = {"token": hidden(form.text, "token"), "kiriman": "./", "pengguna": "ani", "sandi": given}
    answer = client.post("/masuk", data=sent)
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0


def test_the_second_factor_is_set_up_asked_for_and_taken_off(client: TestClient, given: str) -> None:
    renew(client, given)
    page = client.get("/faktor-kedua").text
    assert "data:image/svg+xml" in page
    secret = re.search(r"<b>([A-Z2-7 ]+)</b>", page)
    assert secret
    totp, key = pyotp.TOTP(secret[1].replace(" ", "")), hidden(page, "kunci")
    wrong = client.post("/faktor-kedua", data={"kunci": key, "tindakan": "pasang", "kode": "000000"})
    assert wrong.status_code == 422 and secret[1] in wrong.text, "the same secret must stay on the page"
    done = client.post("/faktor-kedua", data={"kunci": key, "tindakan": "pasang", "kode": totp.now()})
    codes = re.findall(r"<li><b>([0-9a-f]+)</b></li>", done.text)
    assert len(codes) == 8
    client.cookies.clear()
    status, _, page = enter(client, GOOD)
    assert status == 200 and "Isi juga kode" in page and COOKIE not in client.cookies
    assert enter(client, GOOD, code=codes[0])[0] == 303
    key = hidden(client.get("/faktor-kedua").text, "kunci")
    assert client.post("/faktor-kedua", data={"kunci": key, "tindakan": "lepas", "lama": "x"}).status_code == 422
    assert client.post("/faktor-kedua", data={"kunci": key, "tindakan": "lepas", "lama": GOOD}).status_code == 303
    client.cookies.clear()
    assert enter(client, GOOD)[0] == 303


def test_after_signing_in_one_lands_where_one_wanted_to_go(client: TestClient, given: str) -> None:
    renew(client, given)
    client.cookies.clear()
    assert enter(client, GOOD, goal="aduan?nomor=ADU-2026-000001")[1] == "aduan?nomor=ADU-2026-000001"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://jahat.id",
        "//jahat.id",
        "/\\jahat.id",
        "javascript:alert(1)",
        "../lain",
        "a\nb",
        "",
        "x" * 3000,
        "/tren",
    ],
)
def test_nobody_is_sent_to_another_site(wanted: str) -> None:
    assert safe_return(wanted) == "./"


def test_a_form_that_is_too_large_is_not_read(client: TestClient) -> None:
    form = client.get("/masuk")
    sent = {"token": hidden(form.text, "token"), "kiriman": "./", "pengguna": "a" * 100_000, "sandi": "b"}
    assert client.post("/masuk", data=sent).status_code == 413
