"""The offline page checks a package in a real browser, opened from a file, and reaches nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from evidence_judged import Made, make_package
from evidence_made import CAPTURE, CASE, SEAL_FILE, Files, write_folder, zip_entries, zip_files
from programs import needs

from evidence.verifier import PAGE

pytestmark = needs("openssl")

FIRST = f"data/tangkapan/{CAPTURE}/dom.html"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make_package(tmp_path_factory.mktemp("paket"))


@pytest.fixture(scope="module")
def page(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The page alone in an empty folder, with no network at all; what it asks for is in ``page.asked``."""
    alone = tmp_path_factory.mktemp("kosong") / "verifikasi.html"
    alone.write_bytes(PAGE.read_bytes())
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.asked = []
    page.faults = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.goto(alone.as_uri())
    yield page
    context.close()


def choose(page: Any, data: bytes, *, digest: str = "") -> tuple[str, str]:
    """The verdict and the reasons that the page shows for this zip."""
    page.reload()
    if digest:
        page.fill("#sidik", digest)
    page.set_input_files("#zip", [{"name": "paket.zip", "mimeType": "application/zip", "buffer": data}])
    return verdict(page)


def verdict(page: Any) -> tuple[str, str]:
    page.wait_for_selector("#rincian:not([hidden])")
    return page.inner_text("#hasil strong"), page.inner_text("#alasan")


def test_a_whole_package_is_shown_whole_with_the_digest_to_compare(page: Any, made: Made) -> None:
    for deflated in (False, True):
        assert choose(page, zip_files(made.files, deflated=deflated)) == ("UTUH", "")
    digest = hashlib.sha512(made.files["tagmanifest-sha512.txt"]).hexdigest()
    assert page.inner_text("#tagmanifest") == digest
    said = page.inner_text("#hasil")
    assert "Segel dan waktu belum diperiksa" in said and "DATA CONTOH" in said
    assert page.evaluate("getComputedStyle(document.querySelector('#hasil strong')).color") == "rgb(20, 102, 58)"


def test_the_digest_of_the_cover_letter_is_compared_however_it_is_typed(page: Any, made: Made) -> None:
    digest = hashlib.sha512(made.files["tagmanifest-sha512.txt"]).hexdigest()
    typed = " ".join(digest[at : at + 8].upper() for at in range(0, 128, 8))
    assert choose(page, zip_files(made.files), digest=typed)[0] == "UTUH"
    assert "manifes itu yang disebut surat pengantar" in page.inner_text("#hasil")
    title, reasons = choose(page, zip_files(made.files), digest="0" * 128)
    assert title == "DITOLAK" and "bukan yang di surat pengantar" in reasons


def changed(files: Files, path: str, data: bytes | None) -> Files:
    made = {**files, path: data or b""}
    if data is None:
        del made[path]
    return made


@pytest.mark.parametrize(
    ("path", "data", "words"),
    [
        (FIRST, b"satu byte lain", "isi berkas berubah"),
        ("verifikasi.py", b"import os\n", "isi berkas berubah"),
        ("segel.json", b"{}", "isi berkas berubah"),
        ("data/custody.jsonl", b'{"n":1}\n', "tidak bersambung"),
        ("data/tambahan.txt", b"x", "tidak tercatat"),
        ("segel/lain.tsr", b"x", "tidak disebut di segel.json"),
        ("bag-info.txt", b"Payload-Oxum: 1.1\n", "Payload-Oxum"),
        ("data/klaim.json", None, "berkasnya tidak ada"),
        (SEAL_FILE, None, "tetapi tidak ada"),
        ("tagmanifest-sha512.txt", None, "berkas wajib tidak ada"),
    ],
)
def test_a_changed_package_is_shown_rejected_with_the_reason(
    page: Any, made: Made, path: str, data: bytes | None, words: str
) -> None:
    title, reasons = choose(page, zip_files(changed(made.copy(), path, data)))
    assert title == "DITOLAK"
    assert any(path in line and words in line for line in reasons.splitlines()), reasons
    assert page.evaluate("getComputedStyle(document.querySelector('#hasil strong')).color") == "rgb(161, 26, 26)"


def test_tamper_with_the_zip_is_seen_by_the_page_too(page: Any, made: Made) -> None:
    good = zip_files(made.files)
    entries = [(f"{CASE}/{path}", made.files[path]) for path in sorted(made.files)]
    seal = bytearray(good)
    seal[good.index(made.files[SEAL_FILE]) + 500] ^= 1
    kinds = {
        "ditambahi data": good + b"x",
        "celah": b"x" + good,
        "tidak aman": zip_entries([*entries, (f"{CASE}/../keluar", b"x")]),
        f"{SEAL_FILE}: isi berkas berubah": bytes(seal),
        "bukan berkas biasa": zip_entries(entries, mode=0o120777),
    }
    for words, data in kinds.items():
        title, reasons = choose(page, data)
        assert title == "DITOLAK"
        if words != "celah":
            assert words in reasons, (words, reasons)


def test_a_folder_can_be_chosen_and_a_zip_can_be_dropped(page: Any, made: Made, tmp_path: Path) -> None:
    folder = write_folder(made.files, tmp_path / CASE)
    page.reload()
    page.set_input_files("#folder", folder)
    assert verdict(page) == ("UTUH", "")
    (folder / "batasan.md").write_bytes(b"lain")
    page.reload()
    page.set_input_files("#folder", folder)
    assert verdict(page)[0] == "DITOLAK"
    page.reload()
    page.evaluate(
        """(text) => {
            const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
            const carried = new DataTransfer();
            carried.items.add(new File([bytes], "paket.zip"));
            document.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
        }""",
        base64.b64encode(zip_files(made.files)).decode(),
    )
    assert verdict(page) == ("UTUH", "")


def test_the_page_asks_the_network_for_nothing_and_may_not(page: Any, made: Made) -> None:
    choose(page, zip_files(made.files))
    assert page.asked and all(url.startswith("file:") for url in page.asked)
    assert page.faults == []
    blocked = page.evaluate("fetch('https://contoh.test/').then(() => 'sampai', (fault) => 'ditolak')")
    assert blocked == "ditolak"
    assert "default-src 'none'" in PAGE.read_text(encoding="utf-8")
