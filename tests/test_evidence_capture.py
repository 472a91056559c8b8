"""Captures of hard pages: what the server sent is kept to the byte, what was left is said, and nothing leaks."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from evidence_captures import COOKIES, NOW, SMALL, Captured, take
from evidence_site import BIG, PICTURE, STYLE, Authority, EvidenceSite, running_evidence_site

from evidence.capture.exchanges import Limits
from evidence.capture.page import is_whole

STUCK = Limits(load_seconds=3.0)
STUBBORN = Limits(load_seconds=2.0, total_seconds=4.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tangkapan")


@pytest.fixture(scope="module")
def site() -> Iterator[EvidenceSite]:
    with running_evidence_site() as served:
        yield served


@pytest.fixture(scope="module")
def captured(site: EvidenceSite, folder: Path) -> dict[str, Captured]:
    """Captures of the hard pages, two at a time."""
    if shutil.which("chromium") is None:
        pytest.skip("no Chromium: apt-get install chromium")
    limits = {"/macet": STUCK, "/keras-kepala": STUBBORN}
    paths = ["/", "/keras-kepala", "/macet", "/putaran", "/ke-dalam", "/berkas.pdf"]
    with ThreadPoolExecutor(2) as pool:
        taken = [
            pool.submit(take, site, path, folder / f"{number}", limits=limits.get(path, SMALL))
            for number, path in enumerate(paths)
        ]
        return {path: future.result() for path, future in zip(paths, taken, strict=True)}


@pytest.fixture(scope="module")
def page(captured: dict[str, Captured]) -> Captured:
    return captured["/"]


def test_the_bytes_kept_are_those_the_server_sent(page: Captured, site: EvidenceSite) -> None:
    bodies = page.bodies()
    assert bodies["/berita"] == site.page and bodies["/gaya.css"] == STYLE.encode() and bodies["/malas.png"] == PICTURE
    listed = {urlsplit(entry["url"]).path: entry for entry in page.told["resources"]}
    for path in ("/berita", "/gaya.css", "/malas.png"):
        assert listed[path]["sha256"] == hashlib.sha256(bodies[path]).hexdigest()
        assert (listed[path]["size"], listed[path]["status"], listed[path]["ip"]) == (
            len(bodies[path]),
            200,
            "127.0.0.1",
        )


def test_redirects_requests_and_every_resource_are_in_the_archive(page: Captured) -> None:
    answers = {urlsplit(address).path: headers for type, address, headers, _ in page.records if type == "response"}
    assert {"/", "/berita", "/gaya.css", "/malas.png", "/bingkai", "/robots.txt", "/tidak-ada"} <= set(answers)
    assert answers["/"].get_statuscode() == "302" and answers["/"].get_header("Location") == "/berita?id=7"
    assert answers["/berita"].get_header("X-Archive-Orig-Content-Encoding") == "gzip"
    assert page.bodies("request")["/kirim"] == b"jawaban=42"
    assert page.capture.final_url.endswith("/berita?id=7") and page.capture.status == 200 and is_whole(page.capture)
    assert [(urlsplit(hop["url"]).path, hop["status"]) for hop in page.told["redirects"]] == [("/", 302)]


def test_no_request_in_the_archive_says_who_asked(page: Captured, site: EvidenceSite) -> None:
    sent = [headers for _, path, headers in site.asked if path.startswith("/berita")]
    assert any("sesi=rahasia-server" in headers.get("Cookie", "") for headers in sent), "the browser sent no cookie"
    for type, _, headers, _ in page.records:
        if type == "request":
            assert headers.get_header("Cookie") is None and headers.get_header("Proxy-Authorization") is None


def test_another_tool_finds_every_record_sound(
    page: Captured, captured: dict[str, Captured], shared: Path, tmp_path: Path
) -> None:
    if shutil.which("java") is None:
        pytest.skip("no java: jwarc cannot run")
    files = []
    for number, one in enumerate((page, captured["/keras-kepala"], captured["/berkas.pdf"])):
        files.append(tmp_path / f"{number}.warc.gz")
        files[-1].write_bytes(one.read("halaman.warc.gz"))
    jar = shared / "tools" / "jwarc.jar"
    done = subprocess.run(["java", "-jar", jar, "validate", *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_picture_shows_the_page_down_to_the_limit_and_the_cut_is_said(page: Captured) -> None:
    from PIL import Image

    picture = Image.open(io.BytesIO(page.read("layar.png"))).convert("RGB")
    assert picture.size == (1366, 5000) and page.says("Gambar dipotong pada 5000 piksel")
    colours = {picture.getpixel((1300, y)) for y in range(0, 5000, 50)}
    assert {(255, 0, 0), (0, 255, 0), (0, 0, 255)} <= colours


def test_words_and_document_are_read_past_the_pages_own_scripts(page: Captured) -> None:
    words = page.read("teks.txt").decode()
    assert "Bansos 2,4 juta" in words and "Ditulis skrip" in words and "halaman ini bersih" not in words
    document = page.read("dom.html").decode()
    assert document.startswith("<!DOCTYPE html>") and '<div id="tambahan">Ditulis skrip</div>' in document
    assert page.capture.title == "Kabar Bansos" and page.told["terms"].endswith("/ketentuan")


def test_no_private_address_is_asked_for_a_page(page: Captured, site: EvidenceSite) -> None:
    assert "/rahasia" not in site.paths()
    assert page.says("/rahasia: mengarah ke alamat jaringan pribadi")
    assert page.says("169.254.169.254/latest/meta-data: mengarah ke alamat jaringan pribadi")


def test_what_was_left_is_said(page: Captured) -> None:
    for words in (
        "dialog (alert)",
        "Anda menang",
        "jendela lain",
        "1 bingkai",
        "WebSocket",
        "/film tersimpan sebagian",
    ):
        assert page.says(words), (words, page.capture.missing)
    assert page.bodies()["/film"] == b"" and SMALL.resource_bytes < BIG
    assert page.told["missing"] == list(page.capture.missing)


def test_the_account_tells_who_when_how_and_with_what(page: Captured) -> None:
    told = page.told
    assert told["by"] == {"name": "siti", "role": "hukum", "account": None, "access": "publik, tanpa masuk"}
    assert told["id"] == page.capture.id and len(page.capture.id) == 20
    began, answered, ended = (datetime.fromisoformat(told["times"][at]["utc"]) for at in ("began", "answered", "ended"))
    assert NOW <= began <= answered <= ended and abs((page.capture.at - answered).total_seconds()) < 0.001
    assert told["times"]["began"]["local"].endswith("+07:00") and told["times"]["source"]
    assert abs(told["times"]["server_minus_ours_seconds"]) < 60 and told["server"]["ip"] == "127.0.0.1"
    assert told["robots"]["status"] == 200 and told["robots"]["allowed"] is False
    assert {"kentongan", "browser", "playwright", "python", "openssl"} <= set(told["software"])
    kept = {file.name: file.object.sha256 for file in page.capture.files if file.name != "perolehan.json"}
    assert {name: entry["sha256"] for name, entry in told["files"].items()} == kept
    assert "sertifikat.pem" not in kept, "plain http has no certificate"


def test_a_page_whose_script_never_ends_is_read_all_the_same(captured: dict[str, Captured]) -> None:
    stuck = captured["/macet"]
    assert stuck.says("belum selesai dimuat") and b"Sebelum macet" in stuck.read("teks.txt")
    assert stuck.read("layar.png").startswith(b"\x89PNG")


def test_a_page_that_cannot_be_read_ends_in_time_with_what_the_server_sent(captured: dict[str, Captured]) -> None:
    stubborn = captured["/keras-kepala"]
    assert stubborn.says("peramban dihentikan") and b"Keras kepala" in stubborn.bodies()["/keras-kepala"]
    marks = [entry.read_bytes() for entry in Path("/proc").glob("[0-9]*/cmdline") if entry.exists()]
    assert not any(str(stubborn.folder).encode() in mark for mark in marks), "its browser is still there"


def test_redirects_without_end_and_into_the_private_network_are_kept_and_not_followed(
    captured: dict[str, Captured], site: EvidenceSite
) -> None:
    for path, words in (("/putaran", "tidak berakhir"), ("/ke-dalam", "alamat jaringan pribadi")):
        taken = captured[path]
        assert taken.capture.status == 302 and not is_whole(taken.capture) and words in taken.capture.missing[0]
        assert [file.name for file in taken.capture.files] == ["halaman.warc.gz", "perolehan.json"]
    assert "/rahasia" not in site.paths()


def test_a_file_to_save_is_kept_in_the_archive(captured: dict[str, Captured]) -> None:
    saved = captured["/berkas.pdf"]
    assert saved.bodies()["/berkas.pdf"] == b"%PDF-1.4 isi" and saved.says("berkas untuk diunduh")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("otoritas"))


def test_a_logged_in_visit_keeps_the_certificates_and_no_key_of_the_account(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    certificate = authority.issue("sah")
    with running_evidence_site(certificate) as site:
        taken = take(site, "/lama", tmp_path, cookies=COOKIES, account="@pemantau")
        asked = [headers.get("Cookie", "") for _, path, headers in site.asked if path == "/lama"]
    assert asked == ["masuk=kunci-akun-123"]
    served = x509.load_pem_x509_certificates(certificate.read_bytes().partition(b"-----END PRIVATE KEY-----\n")[2])
    assert x509.load_pem_x509_certificates(taken.read("sertifikat.pem")) == served and len(served) == 2
    tls = taken.told["server"]["tls"]
    assert tls["holds"] and tls["version"].startswith("TLSv1.") and "Otoritas Uji Situs" in tls["certificate"]["issuer"]
    assert taken.told["by"]["access"] == "masuk sebagai @pemantau"
    everything = [taken.read(file.name) for file in taken.capture.files]
    everything += [body for *_, body in taken.records]
    everything += [str(headers).encode() for _, _, headers, _ in taken.records if headers is not None]
    assert taken.bodies("request")["/kirim"] == b"", "what a page sends for its account can open it too"
    for secret in (b"kunci-akun-123", b"kunci-lain-456", b"rahasia-server"):
        assert not any(secret in written for written in everything), secret
