"""The dashboard in a folder below a reverse proxy, over real HTTP and in a real browser."""

from __future__ import annotations

import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from browser import running_dashboard
from casework_fixtures import migrated_file
from path_proxy import path_proxy

from casework.accounts.beginning import give_sample_password
from casework.accounts.tables import SignInRow
from casework.db import open_casework
from casework.people import add_person
from casework.roles import SYSTEM
from dashboard.serve import make_config
from dashboard.sign_in import COOKIE
from dashboard.subpath import folder_of
from kentongan.errors import BadSettings
from kentongan.settings import Settings

GOOD = "kuda lumping menari sore"
REGIONS = Path(__file__).resolve().parent.parent / "samples" / "regions.csv"
FOLDER = "/pusat/kentongan"


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("folder")
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    settings = Settings(
        data_dir=folder, regions_file=REGIONS, region="99.01", dashboard_path=FOLDER, installation="sample",
        complaints_webhook_secret="rahasia sekali",
    )  # fmt: skip
    now = datetime.now(UTC)
    with open_casework(settings) as casework, casework.begin() as session:
        for name, role in (("ani", "analis"), ("fajar", "admin")):
            person = add_person(session, name, name=name.title(), role=role, actor=SYSTEM, now=now)  # type: ignore[arg-type]
            give_sample_password(session, person, GOOD, settings=settings, now=now)
    return settings


@pytest.fixture(scope="module")
def port(installation: Settings) -> Iterator[int]:
    with running_dashboard(installation) as address:
        yield int(urlsplit(address).port or 0)


def ask(url: str, *, html: bool = False, data: bytes | None = None) -> tuple[int, Message, str]:
    """Status, headers and body, redirects not followed."""
    request = urllib.request.Request(url, data=data, headers={"Accept": "text/html"} if html else {})
    opener = urllib.request.build_opener(Stay)
    try:
        with opener.open(request, timeout=20) as answer:
            return answer.status, answer.headers, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read().decode("utf-8", "replace")


@pytest.mark.parametrize("strip", [True, False], ids=["the proxy takes the folder away", "the proxy leaves the folder"])
def test_own_routes_redirects_forms_files_and_webhooks_stay_in_the_folder(port: int, strip: bool) -> None:
    with path_proxy(port, folder=FOLDER, strip=strip, scheme="https") as address:
        assert ask(f"{address}/sehat")[0] == 200
        assert ask(f"{address}/aset/style.css")[0] == 200
        assert ask(f"{address}/aduan?nomor=7", html=True)[1]["Location"] == "masuk?ke=aduan%3Fnomor%3D7"
        assert ask(f"{address}/_stcore/host-config")[0] == 401, "Streamlit's own routes lie behind the gate here too"
        status, headers, page = ask(f"{address}/masuk")
        assert status == 200 and 'action="masuk"' in page and 'href="/' not in page
        assert "Secure" in headers["Set-Cookie"] and headers["Strict-Transport-Security"]
        assert ask(f"{address}/api/aduan", data=b"{}")[0] == 401, "the webhook looks at the signature"
        assert ask(f"{address}/adu")[0] == 200
        if not strip:
            status, headers, _ = ask(address)
            assert (status, headers["Location"]) == (308, f"{FOLDER}/")


def test_who_asks_is_believed_of_a_trusted_proxy_alone(port: int) -> None:
    with path_proxy(port, folder=FOLDER, strip=False, scheme="https") as address:
        assert ask(f"{address}/sehat")[1]["Strict-Transport-Security"]
    with path_proxy(port, folder=FOLDER, strip=False, scheme="http") as address:
        assert ask(f"{address}/sehat")[1]["Strict-Transport-Security"] is None
    assert not make_config(Settings(trusted_proxies=" "), host="127.0.0.1", port=1).proxy_headers
    trusting = make_config(Settings(trusted_proxies="10.0.0.0/8, ::1"), host="127.0.0.1", port=1)
    assert trusting.proxy_headers and trusting.forwarded_allow_ips == "10.0.0.0/8, ::1"


def test_a_person_signs_in_and_works_in_the_folder(port: int, installation: Settings, chromium: Any) -> None:
    lost: list[str] = []
    with path_proxy(port, folder=FOLDER, strip=True) as address:
        context = chromium.new_context()
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("response", lambda answer: lost.append(answer.url) if answer.status == 404 else None)
        page.goto(f"{address}/tambah")
        page.wait_for_url("**/masuk?ke=tambah")
        page.fill("#pengguna", "ani")
        page.fill("#sandi", GOOD)
        page.click("button[type=submit]")
        page.wait_for_selector(".kt-visitor")
        page.get_by_label("Dimasukkan oleh").fill("Ani")
        assert urlsplit(page.url).path == f"{FOLDER}/tambah"
        cookies = {one["name"]: one for one in context.cookies()}
        assert cookies[COOKIE]["path"] == f"{FOLDER}/" and cookies[COOKIE]["httpOnly"]
        page.get_by_role("link", name="Tren dan aduan").click()
        page.wait_for_url(f"**{FOLDER}/tren")
        page.reload()
        page.wait_for_selector(".kt-visitor")
        page.click(".kt-visitor button")
        page.wait_for_url(f"**{FOLDER}/masuk")
        assert COOKIE not in {one["name"] for one in context.cookies()}
        context.close()
    inside = [url for url in lost if "/_stcore/" not in url and not url.endswith("favicon.ico")]
    assert not inside, inside
    with open_casework(installation) as casework, casework.read() as session:
        assert session.query(SignInRow).one().ended_at is not None


@pytest.mark.parametrize("path", ["/a b", "/..", "/x/../y", "/aduan", "/masuk", "/aset", "/a//b"])
def test_a_folder_that_cannot_be_is_refused(path: str) -> None:
    with pytest.raises(BadSettings, match="dashboard_path"):
        folder_of(Settings(dashboard_path=path))


@pytest.mark.parametrize(("path", "folder"), [("", ""), ("/", ""), ("kentongan", "/kentongan"), ("/a/b/", "/a/b")])
def test_a_folder_is_read_with_or_without_slashes(path: str, folder: str) -> None:
    assert folder_of(Settings(dashboard_path=path)) == folder
