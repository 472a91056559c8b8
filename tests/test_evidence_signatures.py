"""Persons' signatures on the report: by keys on this machine and by the national service, which is a mock here."""

from __future__ import annotations

import asyncio
import base64
import logging
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
import typst
from programs import needs
from trial_signing import Asked, Keys, Reply, authority_at, make_keys, serve_replies

from evidence.signing.chosen_keys import Signing, choose_signers
from evidence.signing.local_signer import LocalSigner
from evidence.signing.national_service import NationalService, NationalSigner
from evidence.signing.report_signatures import ReportSigner, sign_report, signatures_of
from evidence.signing.seal import SealKey
from evidence.signing.timestamps import Authority
from evidence.signing.trial_authority import serve_test_authority
from evidence.signing.trial_keys import PERSON_FILES, PERSON_NAMES
from kentongan.errors import BadSettings, Conflict, KentonganError, NotAllowed, NotConfigured, NotFound, Retry

pytestmark = needs("pdfsig", "pdftotext")

REPORT = b'#set document(title: "BA")\n#set page(paper: "a4")\n= Berita acara\nIsi. #pagebreak() Penutup.'
NIK = "3173000000000001"
PASSPHRASE = "rahasia-sekali"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return make_keys(tmp_path_factory.mktemp("tanda"))


@pytest.fixture(scope="module")
def report() -> bytes:
    made = typst.compile(REPORT, ignore_system_fonts=True, pdf_standards="a-2b", timestamp=1_700_000_000)
    assert isinstance(made, bytes)
    return made


def local(key: SealKey, *, authority: Authority | None = None) -> LocalSigner:
    return LocalSigner(key=key, role="Analis", reason="Berita acara", place="Jakarta", authority=authority)


@pytest.fixture(scope="module")
def signed_twice(keys: Keys, report: bytes) -> bytes:
    """Signed by both test persons, the first with a time stamp."""
    first, second = (keys.key(file) for file in PERSON_FILES)
    with serve_test_authority(keys.folder) as url:
        signers = [local(first, authority=authority_at(url, keys.ca)), local(second)]
        return sign_report(report, signers=signers, sample=True, now=keys.now)


def test_two_persons_sign_one_after_the_other_and_pdfsig_finds_both_valid(
    report: bytes, signed_twice: bytes, tmp_path: Path
) -> None:
    assert signed_twice.startswith(report)
    found = signatures_of(signed_twice)
    assert [(one.name, one.test, one.stamped) for one in found] == [
        (PERSON_NAMES[0], True, True),
        (PERSON_NAMES[1], True, False),
    ]
    (tmp_path / "ba.pdf").write_bytes(signed_twice)
    said = subprocess.run(["pdfsig", tmp_path / "ba.pdf"], capture_output=True, text=True, check=False).stdout
    assert said.count("Signature Validation: Signature is Valid.") == 2
    assert said.count("Signature Type: ETSI.CAdES.detached") == 2
    assert re.findall(r"Signer Certificate Common Name: (.*)", said) == list(PERSON_NAMES)


def test_the_signed_report_shows_who_signed(signed_twice: bytes, tmp_path: Path) -> None:
    file = tmp_path / "ba.pdf"
    file.write_bytes(signed_twice)
    words = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    assert all(name in words for name in PERSON_NAMES)
    assert "kunci uji, bukan bukti" in words


def test_a_caller_inside_an_event_loop_can_sign_too(keys: Keys, report: bytes) -> None:
    async def sign() -> bytes:
        return sign_report(report, signers=[local(keys.key(PERSON_FILES[0]))], sample=True, now=keys.now)

    # This thread may have a loop already: a browser's driver leaves one.
    with ThreadPoolExecutor(max_workers=1) as apart:
        signed = apart.submit(asyncio.run, sign()).result()
    assert [one.name for one in signatures_of(signed)] == [PERSON_NAMES[0]]


def test_one_signer_twice_is_refused(keys: Keys, report: bytes, signed_twice: bytes) -> None:
    again = local(keys.key(PERSON_FILES[1]))
    with pytest.raises(Conflict, match="sudah menandatangani"):
        sign_report(report, signers=[again, again], sample=True, now=keys.now)
    with pytest.raises(Conflict, match="sudah menandatangani"):
        sign_report(signed_twice, signers=[again], sample=True, now=keys.now)


def test_a_report_changed_after_signing_is_found_out(signed_twice: bytes) -> None:
    at = signed_twice.index(b"/Title")
    changed = signed_twice[: at + 8] + bytes([signed_twice[at + 8] ^ 1]) + signed_twice[at + 9 :]
    with pytest.raises(KentonganError):
        signatures_of(changed)
    with pytest.raises(KentonganError, match="bukan PDF"):
        signatures_of(b"halo")


def test_samples_and_real_reports_are_never_signed_with_each_others_keys(keys: Keys, report: bytes) -> None:
    real = local(keys.issue("Pejabat", trial=False))
    with pytest.raises(NotAllowed, match="kunci uji"):
        sign_report(report, signers=[local(keys.key(PERSON_FILES[0]))], sample=False, now=keys.now)
    with pytest.raises(NotAllowed, match="kunci sungguhan"):
        sign_report(report, signers=[real], sample=True, now=keys.now)
    assert not signatures_of(sign_report(report, signers=[real], sample=False, now=keys.now))[0].test


def test_nothing_is_signed_with_an_expired_certificate_or_without_the_stamp_that_was_asked_for(
    keys: Keys, report: bytes
) -> None:
    key = keys.key(PERSON_FILES[0])
    with pytest.raises(BadSettings, match="habis berlaku"):
        sign_report(report, signers=[local(key)], sample=True, now=key.valid_until + timedelta(days=1))
    with serve_replies(lambda asked: (200, "text/html", b"<html>")) as (url, _), pytest.raises(KentonganError):
        stamped = local(key, authority=authority_at(url, keys.ca))
        sign_report(report, signers=[stamped], sample=True, now=keys.now)


class MockService:
    """Signs what it is sent as the national service does, with a real (that is, not a test) certificate."""

    def __init__(self, keys: Keys) -> None:
        self.signer = local(keys.issue("Pejabat BSrE", trial=False))
        self.now = keys.now

    def sign(self, pdf: bytes) -> bytes:
        return self.signer.sign(pdf, field="Signature1", box=None, now=self.now)

    def reply(self, asked: Asked) -> Reply:
        if asked.path == "/api/sign/pdf":
            return 200, "application/pdf", self.sign(form_parts(asked)["file"])
        sent = msgspec.json.decode(asked.body)
        done = self.sign(base64.b64decode(sent["file"][0]))
        answer = {"time": 812, "file": [base64.b64encode(done).decode()]}
        return 200, "application/json", msgspec.json.encode(answer)


def form_parts(asked: Asked) -> dict[str, bytes]:
    """The fields of a multipart form, read without the code that wrote it."""
    from email import message_from_bytes
    from email.message import Message

    head = f"Content-Type: {asked.headers['Content-Type']}\r\n\r\n".encode()
    parts = message_from_bytes(head + asked.body).get_payload()
    assert isinstance(parts, list)
    found: dict[str, bytes] = {}
    for part in parts:
        assert isinstance(part, Message)
        body = part.get_payload(decode=True)
        assert isinstance(body, bytes)
        found[str(part.get_param("name", header="content-disposition"))] = body
    return found


def national(url: str, *, version: Any = "v2", patience: float = 10.0) -> NationalSigner:
    service = NationalService(url=url, version=version, user="lembaga", password="sandi", patience=patience)
    return NationalSigner(
        name="Siti", nik=NIK, service=service, reason="Berita acara", place="Jakarta", passphrase=lambda: PASSPHRASE
    )


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_the_national_service_signs_by_both_its_interfaces(version: str, keys: Keys, report: bytes) -> None:
    with serve_replies(MockService(keys).reply) as (url, posts):
        signed = sign_report(report, signers=[national(url, version=version)], sample=False, now=keys.now)
    assert signed.startswith(report)
    assert [one.name for one in signatures_of(signed)] == ["Pejabat BSrE"]
    [asked] = posts
    assert asked.headers["Authorization"] == "Basic " + base64.b64encode(b"lembaga:sandi").decode()
    if version == "v1":
        sent = form_parts(asked)
        assert (asked.path, sent["nik"], sent["tampilan"]) == ("/api/sign/pdf", NIK.encode(), b"invisible")
        assert (sent["passphrase"], sent["file"]) == (PASSPHRASE.encode(), report)
    else:
        posted = msgspec.json.decode(asked.body)
        assert (asked.path, posted["nik"], posted["passphrase"]) == ("/api/v2/sign/pdf", NIK, PASSPHRASE)
        assert posted["signatureProperties"][0]["tampilan"] == "INVISIBLE"


def said(status: int, **words: object) -> Reply:
    return status, "application/json", msgspec.json.encode(words)


REFUSALS: dict[str, tuple[Reply, type[KentonganError], str]] = {
    "wrong passphrase": (said(400, status_code=2031, error="Passphrase anda salah !!!"), NotAllowed, "passphrase"),
    "wrong passphrase, v2": (said(400, error="Invalid passphrase"), NotAllowed, "passphrase"),
    "unknown NIK": (said(400, status_code=2011, error="User tidak terdaftar"), NotFound, "tidak mengenal NIK"),
    "wrong login": (said(401, error="Unauthorized"), BadSettings, "akun lembaga"),
    "expired certificate": (said(400, error="Sertifikat sudah kedaluwarsa"), KentonganError, "kedaluwarsa"),
    "server error": ((502, "text/html", b"<html>Bad Gateway"), Retry, "502"),
    "no PDF": ((200, "application/json", b'{"file":["aGFsbw=="]}'), KentonganError, "bukan PDF"),
    "two PDFs": ((200, "application/json", b'{"file":["",""]}'), KentonganError, "satu PDF"),
    "a page": ((200, "text/html", b"<html>masuk"), KentonganError, "satu PDF"),
    "another PDF": ((200, "application/pdf", b"%PDF-1.7 lain"), KentonganError, "bukan laporan yang dikirim"),
    "silence": (None, Retry, "tidak menjawab"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_whatever_else_the_service_answers_is_said_in_words_without_the_passphrase(
    name: str, keys: Keys, report: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    reply, kind, words = REFUSALS[name]
    patience = 0.3 if reply is None else 10.0
    with (
        caplog.at_level(logging.DEBUG),
        serve_replies(lambda asked: reply) as (url, _),
        pytest.raises(kind, match=words) as refused,
    ):
        sign_report(report, signers=[national(url, patience=patience)], sample=False, now=keys.now)
    assert type(refused.value) is kind
    for text in (str(refused.value), caplog.text, repr(national(url))):
        assert PASSPHRASE not in text
        assert NIK not in text


def always(reply: Reply, asked: Asked) -> Reply:
    return reply


def test_an_answer_that_is_the_report_unsigned_or_rewritten_is_refused(keys: Keys, report: bytes) -> None:
    service = MockService(keys)
    unsigned = report + b"%\n"
    rewritten = service.sign(report.replace(b"%\x80\x80", b"%\x80\x81", 1))
    assert signatures_of(rewritten)  # sound by itself, over another report
    for answer in (unsigned, rewritten):
        reply = partial(always, (200, "application/pdf", answer))
        with (
            serve_replies(reply) as (url, _),
            pytest.raises(KentonganError, match=r"laporan yang dikirim|tanda tangan baru"),
        ):
            sign_report(report, signers=[national(url)], sample=False, now=keys.now)


def test_a_service_that_signs_with_a_test_key_does_not_pass_for_a_real_one(keys: Keys, report: bytes) -> None:
    trial = local(keys.key(PERSON_FILES[0])).sign(report, field="X", box=None, now=keys.now)
    with (
        serve_replies(lambda asked: (200, "application/pdf", trial)) as (url, _),
        pytest.raises(KentonganError, match="kunci uji"),
    ):
        sign_report(report, signers=[national(url)], sample=False, now=keys.now)


SIGNERS = f"""
[[signer]]
username = "siti"
name = "Siti"
role = "Kepala Bidang Hukum"
nik = "{NIK}"

[[signer]]
username = "budi"
name = "Budi"
role = "Analis"
key = "budi.p12"
"""


def choose(usernames: list[str], *, file: Path | None, keys: Keys, sample: bool = False) -> tuple[ReportSigner, ...]:
    service = NationalService(url="", version="v2", user="", password="")
    signing = Signing(reason="BA", place="", zone="WIB", service=service, ask_secret=lambda words: "uji")
    return choose_signers(usernames, sample=sample, file=file, trial_folder=keys.folder, signing=signing)


def test_the_declared_persons_sign_real_cases_and_the_test_persons_samples(
    keys: Keys, report: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "penanda.toml"
    file.write_text(SIGNERS)
    (tmp_path / "budi.p12").write_bytes((keys.folder / PERSON_FILES[0]).read_bytes())
    assert [one.name for one in choose(["budi", "siti", "ani"], file=file, keys=keys)] == [PERSON_NAMES[0], "Siti"]
    assert [one.name for one in choose(["siti"], file=file, keys=keys, sample=True)] == list(PERSON_NAMES)
    assert choose(["siti"], file=None, keys=keys) == ()
    with pytest.raises(NotConfigured, match="belum diatur"):
        sign_report(report, signers=choose(["siti"], file=file, keys=keys), sample=False, now=keys.now)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SIGNERS + SIGNERS, "dua kali"),
        (SIGNERS.replace(NIK, "123"), "16 angka"),
        (SIGNERS.replace('key = "budi.p12"', ""), "salah satu"),
        (SIGNERS + 'kunci = "x"\n', "kunci"),
    ],
)
def test_a_file_of_signers_that_will_not_do_is_refused(text: str, words: str, keys: Keys, tmp_path: Path) -> None:
    file = tmp_path / "penanda.toml"
    file.write_text(text)
    with pytest.raises(BadSettings, match=words):
        choose(["siti"], file=file, keys=keys)


def test_signing_time_is_shown_in_the_zone_of_the_installation(keys: Keys, report: bytes, tmp_path: Path) -> None:
    signer = LocalSigner(key=keys.key(PERSON_FILES[0]), role="Analis", reason="BA", place="Jayapura", zone="WIT")
    at = datetime.fromisoformat("2026-11-22T20:04:05+00:00")
    file = tmp_path / "ba.pdf"
    file.write_bytes(sign_report(report, signers=[signer], sample=True, now=at))
    words = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True).stdout
    assert "23-11-2026 05:04 WIT" in words
