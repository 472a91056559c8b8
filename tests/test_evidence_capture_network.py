"""What a capture reaches and what it refuses: certificates, private addresses, limits, full disks, missing parts."""

from __future__ import annotations

import http.client
import resource
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from crawlers_server import Reply, running_site
from evidence_captures import COOKIES, NOW, take
from evidence_site import Authority, EvidenceSite, running_evidence_site

from evidence.capture.acquisition import Acquisition
from evidence.capture.certificates import chain_to_pem
from evidence.capture.cookies import read_cookies
from evidence.capture.exchanges import Limits, Recorder
from evidence.capture.network import Reach, Unanswered, send_request
from evidence.capture.page import capture_page
from evidence.capture.proxy import CaptureProxy
from evidence.objects import Objects
from kentongan.errors import KentonganError, NotConfigured


@pytest.fixture(scope="module")
def site() -> Iterator[EvidenceSite]:
    with running_evidence_site() as served:
        yield served


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("otoritas"))


CERTIFICATES: dict[str, tuple[dict[str, Any], str]] = {
    "kedaluwarsa": ({"days": (-20, -1)}, "kedaluwarsa"),
    "sendiri": ({"own": True}, "ditandatangani sendiri"),
    "salah-nama": ({"address": "192.0.2.7"}, "untuk"),
    "asing": ({}, "otoritas yang tidak dipercaya"),
}


@pytest.mark.parametrize("kind", CERTIFICATES)
def test_a_certificate_that_does_not_hold_is_refused_unless_it_is_accepted_by_name(
    kind: str, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, words = CERTIFICATES[kind]
    if kind != "asing":
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    certificate = authority.issue(kind, **made)
    with running_evidence_site(certificate) as site:
        with pytest.raises(KentonganError, match=words) as refused:
            take(site, "/berita", tmp_path)
        assert "--accept-broken-certificate" in refused.value.hint and site.asked == []
        assert not (tmp_path / "objects").exists(), "something half-written"
        accepted = Reach(own_host="127.0.0.1", allow_private=True, accept_broken=True)
        headers = (("Host", f"127.0.0.1:{site.port}"),)
        opened = send_request(f"{site.url}/gaya.css", method="GET", headers=headers, body=b"", reach=accepted)
        opened.connection.close()
        opened.answer.close()
        assert opened.answer.status == 200 and opened.tls is not None and words in (opened.tls.problem or "")
        assert chain_to_pem(opened.tls.chain) == certificate.read_bytes().partition(b"-----END PRIVATE KEY-----\n")[2]
        with pytest.raises(Unanswered, match=words):
            send_request(
                f"{site.url}/gaya.css", method="GET", headers=headers, body=b"",
                reach=Reach(own_host="127.0.0.1", allow_private=True),
            )  # fmt: skip


def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


REFUSED: dict[str, tuple[Callable[[], str], str]] = {
    "a name nobody knows": (lambda: "http://tidak-ada.invalid/", "nama servernya tidak ditemukan"),
    "a closed port": (lambda: f"http://127.0.0.1:{closed_port()}/", "menolak sambungan"),
    "no web address": (lambda: "ftp://kabar.example/berkas", "bukan alamat halaman"),
    "a file": (lambda: "file:///etc/passwd", "bukan alamat halaman"),
    "a password in it": (lambda: "https://siti:rahasia@kabar.example/", "kata sandi"),
    "spaces in it": (lambda: "https://kabar.example/a b", "spasi"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_captured_is_refused_with_the_reason(what: str, tmp_path: Path) -> None:
    address, words = REFUSED[what]
    with pytest.raises(KentonganError, match=words):
        capture_page(
            address(), objects=Objects(tmp_path / "objects"), scratch=tmp_path / "scratch", allow_private=True,
            how=Acquisition(by="siti", role="hukum"), now=NOW,
        )  # fmt: skip
    assert not (tmp_path / "objects").exists()


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:10.0.0.1]", "169.254.169.254", "10.1.2.3"],
)
def test_a_private_page_is_refused_however_it_is_spelled(address: str, site: EvidenceSite, tmp_path: Path) -> None:
    before = len(site.asked)
    with pytest.raises(KentonganError, match="jaringan pribadi"):
        capture_page(
            f"http://{address}:{site.port}/", objects=Objects(tmp_path / "objects"), scratch=tmp_path / "scratch",
            how=Acquisition(by="siti", role="hukum"), now=NOW,
        )  # fmt: skip
    assert len(site.asked) == before


def test_a_name_that_leads_to_a_private_address_as_well_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(host: str, port: int, **more: Any) -> list[Any]:
        return [(2, 1, 6, "", ("93.184.215.14", port)), (2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(Unanswered, match="jaringan pribadi"):
        send_request("http://kabar.example/", method="GET", headers=(), body=b"", reach=Reach(own_host="kabar.example"))


def test_a_name_that_changes_its_mind_is_asked_once_and_the_judged_address_is_used(
    site: EvidenceSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    went: list[Any] = []

    def rebinding(host: str, port: int, **more: Any) -> list[Any]:
        asked.append(host)
        return [(2, 1, 6, "", ("93.184.215.14" if len(asked) == 1 else "127.0.0.1", port))]

    def connect(address: Any, **more: Any) -> socket.socket:
        went.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Unanswered, match="menolak"):
        send_request("http://kabar.example/", method="GET", headers=(), body=b"", reach=Reach(own_host="kabar.example"))
    assert asked == ["kabar.example"] and went == [("93.184.215.14", 80)]


def recording(site: EvidenceSite, folder: Path, limits: Limits) -> CaptureProxy:
    reach = Reach(own_host="127.0.0.1", allow_private=True)
    return CaptureProxy(Recorder(limits), reach=reach, folder=folder, clock=lambda: datetime.now(UTC))


def test_a_capture_takes_no_more_than_its_limits(site: EvidenceSite, tmp_path: Path) -> None:
    headers = (("Host", f"127.0.0.1:{site.port}"),)
    with recording(site, tmp_path, Limits(resources=1)) as proxy:
        proxy.fetch(f"{site.url}/gaya.css", headers=headers)
        with pytest.raises(Unanswered, match="batas"):
            proxy.fetch(f"{site.url}/malas.png", headers=headers)
        assert [failure.fault for failure in proxy.recorder.failures] == ["beyond-limits"]
    with recording(site, tmp_path, Limits(total_bytes=1_000_000)) as proxy:
        film = proxy.fetch(f"{site.url}/film", headers=headers)
        assert film.cut == "length" and film.size <= 1_000_000
        with pytest.raises(Unanswered, match="batas"):
            proxy.fetch(f"{site.url}/malas.png", headers=headers)


def test_the_recorder_serves_nobody_but_its_own_browser(site: EvidenceSite, tmp_path: Path) -> None:
    before = len(site.asked)
    with recording(site, tmp_path, Limits()) as proxy:
        stranger = http.client.HTTPConnection("127.0.0.1", urlsplit(proxy.address).port or 0, timeout=10)
        stranger.request("GET", f"{site.url}/gaya.css")
        assert stranger.getresponse().status == 407
        stranger.close()
        assert proxy.recorder.exchanges == () and len(site.asked) == before


def test_a_disk_that_fills_while_answers_come_is_trouble_and_no_silent_hole(site: EvidenceSite, tmp_path: Path) -> None:
    with recording(site, tmp_path, Limits()) as proxy:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
        try:
            with pytest.raises(OSError, match="large"):
                proxy.fetch(f"{site.url}/film", headers=(("Host", f"127.0.0.1:{site.port}"),))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert proxy.recorder.trouble is not None and proxy.recorder.exchanges == ()


def test_behind_the_offices_proxy_names_are_its_business_and_spelled_addresses_are_not() -> None:
    with running_site() as office:
        office.pages["http://kabar.test/feed.xml"] = Reply("lewat kantor")
        reach = Reach(own_host="kabar.test", proxy=office.url)
        headers = (("Host", "kabar.test"), ("Connection", "close"))
        opened = send_request("http://kabar.test/feed.xml", method="GET", headers=headers, body=b"", reach=reach)
        assert opened.answer.read() == b"lewat kantor" and opened.ip is None
        opened.connection.close()
        with pytest.raises(Unanswered, match="jaringan pribadi"):
            send_request("http://10.0.0.1/", method="GET", headers=headers, body=b"", reach=reach)


def test_without_a_browser_it_is_said_what_to_install(site: EvidenceSite, tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="apt-get install chromium"):
        take(site, "/berita", tmp_path, chromium="/tidak/ada/chromium")
    assert not (tmp_path / "objects").exists()


def test_a_cookie_file_that_is_none_or_for_another_site_is_refused() -> None:
    with pytest.raises(KentonganError, match="Baris 1"):
        read_cookies("masuk=kunci", host="kabar.example")
    with pytest.raises(KentonganError, match="tidak memuat kuki"):
        read_cookies(COOKIES, host="kabar.example")
    [cookie] = read_cookies(COOKIES, host="127.0.0.1")
    assert (cookie["name"], cookie["httpOnly"], cookie["secure"], cookie["expires"]) == ("masuk", True, True, -1.0)
