"""Time stamps: sound tokens are taken, everything else an authority can send is refused with its reason."""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import tsp
from command_line import environment, rows_of, run_command
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from programs import needs
from trial_signing import (
    REPLY,
    YESTERDAY,
    Asked,
    Keys,
    Reply,
    authority_at,
    make_keys,
    openssl,
    openssl_takes_token,
    serve_replies,
)

from evidence.signing.chosen_keys import choose_authorities, keys_folder
from evidence.signing.timestamp_check import TIME_TOLERANCE, check_response
from evidence.signing.timestamps import MOST_ANSWER_BYTES, ask, make_query, read_authorities, stamp
from evidence.signing.trial_authority import TestAuthority, rejection, serve_test_authority
from evidence.signing.trial_keys import SEAL_FILE, TIME_FILE, make_test_keys
from kentongan.errors import BadSettings, Conflict, KentonganError, NotConfigured, Quarantine, Retry
from kentongan.settings import Settings

pytestmark = needs("openssl")

DATA = b"isi tagmanifest-sha512.txt\n"
DIGEST = hashlib.sha512(DATA).digest()


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return make_keys(tmp_path_factory.mktemp("waktu"))


@pytest.fixture(scope="module")
def sound(keys: Keys) -> tuple[bytes, bytes, int]:
    """A query, the test authority's answer, and the nonce."""
    nonce = secrets.randbits(63)
    query = make_query(DIGEST, nonce=nonce)
    return query, TestAuthority(keys.key(TIME_FILE)).answer(query), nonce


def rewritten(query: bytes, *, field: str, value: object) -> bytes:
    asked = tsp.TimeStampReq.load(query)
    asked[field] = value
    return bytes(asked.dump())


def with_nonce(query: bytes) -> bytes:
    return rewritten(query, field="nonce", value=5)


def with_other_digest(query: bytes) -> bytes:
    other = {"hash_algorithm": {"algorithm": "sha512"}, "hashed_message": hashlib.sha512(b"lain").digest()}
    return rewritten(query, field="message_imprint", value=other)


def with_shorter_digest(query: bytes) -> bytes:
    other = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": hashlib.sha256(DATA).digest()}
    return rewritten(query, field="message_imprint", value=other)


def expired(keys: Keys) -> TestAuthority:
    since, until = YESTERDAY
    return TestAuthority(keys.issue("Habis", stamps_time=True, valid=(keys.now - since, keys.now - until)))


def without_signers(answer: bytes) -> bytes:
    whole = tsp.TimeStampResp.load(answer)
    whole["time_stamp_token"]["content"]["signer_infos"] = []
    return bytes(whole.dump(force=True))


def with_inner_digest(answer: bytes) -> bytes:
    """The token of another digest, its content exchanged for ours after it was signed."""
    whole = tsp.TimeStampResp.load(answer)
    inner = whole["time_stamp_token"]["content"]["encap_content_info"]["content"]
    said = tsp.TSTInfo.load(inner.contents)
    said["message_imprint"]["hashed_message"] = DIGEST
    return answer.replace(inner.contents, said.dump(force=True))


def flipped_signature(answer: bytes) -> bytes:
    return answer[:-1] + bytes([answer[-1] ^ 1])


Answering = Callable[[Keys, bytes], bytes]

WRONG: dict[str, tuple[Answering, str]] = {
    "another authority's token": (
        lambda keys, query: TestAuthority(keys.issue("Otoritas Lain", stamps_time=True)).answer(query),
        "token-chain",
    ),
    "another query's nonce": (
        lambda keys, query: TestAuthority(keys.key(TIME_FILE)).answer(with_nonce(query)),
        "token-nonce",
    ),
    "another file's digest": (
        lambda keys, query: TestAuthority(keys.key(TIME_FILE)).answer(with_other_digest(query)),
        "token-imprint",
    ),
    "a weaker digest of the same file": (
        lambda keys, query: TestAuthority(keys.key(TIME_FILE)).answer(with_shorter_digest(query)),
        "token-imprint",
    ),
    "a rejection": (lambda keys, query: rejection("unaccepted_policy"), "token-status"),
    "granted without a token": (
        lambda keys, query: bytes.fromhex("30053003020100"),
        "token-form",
    ),
    "a token with no signer": (
        lambda keys, query: without_signers(TestAuthority(keys.key(TIME_FILE)).answer(query)),
        "token-form",
    ),
    "a certificate that is not for time stamps": (
        lambda keys, query: TestAuthority(keys.key(SEAL_FILE)).answer(query),
        "token-purpose",
    ),
    "content exchanged after signing": (
        lambda keys, query: with_inner_digest(TestAuthority(keys.key(TIME_FILE)).answer(with_other_digest(query))),
        "token-signature",
    ),
    "a flipped bit in the signature": (
        lambda keys, query: flipped_signature(TestAuthority(keys.key(TIME_FILE)).answer(query)),
        "token-signature",
    ),
    "bytes after the token": (
        lambda keys, query: TestAuthority(keys.key(TIME_FILE)).answer(query) + b"\n",
        "token-form",
    ),
    "half a token": (lambda keys, query: TestAuthority(keys.key(TIME_FILE)).answer(query)[:900], "token-form"),
    "a page of HTML": (lambda keys, query: b"<!doctype html><title>Masuk</title>", "token-form"),
    "nothing at all": (lambda keys, query: b"", "token-form"),
}


def answered(keys: Keys, answering: Answering) -> Callable[[Asked], Reply]:
    return lambda asked: (200, REPLY, answering(keys, asked.body))


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_answer_is_refused_with_its_reason_and_openssl_agrees(name: str, keys: Keys, tmp_path: Path) -> None:
    answering, reason = WRONG[name]
    with serve_replies(answered(keys, answering)) as (url, posts), pytest.raises(Quarantine) as refused:
        ask(authority_at(url, keys.ca), DIGEST, now=keys.now)
    assert refused.value.reason == reason
    taken = openssl_takes_token(tmp_path, query=posts[0].body, answer=posts[0].answer, ca=keys.ca)
    assert taken == (name == "bytes after the token")  # openssl 3.0 does not look at what follows a token


def test_a_token_of_a_certificate_that_expired_is_refused_and_openssl_agrees(keys: Keys, tmp_path: Path) -> None:
    answering = answered(keys, lambda keys, query: expired(keys).answer(query))
    with serve_replies(answering) as (url, posts), pytest.raises(Quarantine) as refused:
        ask(authority_at(url, keys.issuer_pem), DIGEST, now=keys.now)
    assert refused.value.reason == "token-expired"
    assert not openssl_takes_token(tmp_path, query=posts[0].body, answer=posts[0].answer, ca=keys.issuer_pem)


def test_a_sound_answer_is_taken_and_openssl_agrees(
    keys: Keys, sound: tuple[bytes, bytes, int], tmp_path: Path
) -> None:
    query, answer, nonce = sound
    checked = check_response(answer, digest=DIGEST, anchor=keys.ca, nonce=nonce, now=datetime.now(UTC))
    assert abs(checked.time - datetime.now(UTC)) < TIME_TOLERANCE
    assert checked.certificate_sha256 == authority_at("http://x/", keys.ca).certificate_sha256
    assert openssl_takes_token(tmp_path, query=query, answer=answer, ca=keys.ca)


def test_the_authority_can_be_trusted_by_its_own_certificate_alone(keys: Keys, sound: tuple[bytes, bytes, int]) -> None:
    own = keys.key(TIME_FILE)
    checked = check_response(sound[1], digest=DIGEST, anchor=own.certificate_pem)
    assert checked.certificate_sha256 == own.certificate_sha256


def test_a_token_that_does_not_carry_the_trusted_certificate_is_refused_since_nobody_could_check_it_offline(
    keys: Keys, sound: tuple[bytes, bytes, int]
) -> None:
    whole = tsp.TimeStampResp.load(sound[1])
    content = whole["time_stamp_token"]["content"]
    content["certificates"] = [
        one for one in content["certificates"] if "Otoritas Waktu" in one.chosen.subject.human_friendly
    ]
    with pytest.raises(Quarantine) as refused:
        check_response(bytes(whole.dump(force=True)), digest=DIGEST, anchor=keys.ca)
    assert refused.value.reason == "token-carried"
    assert keys.key(TIME_FILE).certificate_sha256 in refused.value.hint


@pytest.mark.parametrize("off", [TIME_TOLERANCE * 2, -TIME_TOLERANCE * 2])
def test_a_token_from_a_wrong_clock_is_refused_while_it_is_fresh(keys: Keys, off: timedelta) -> None:
    with (
        serve_test_authority(keys.folder, clock=lambda: keys.now + off) as url,
        pytest.raises(Quarantine) as refused,
    ):
        ask(authority_at(url, keys.ca), DIGEST, now=keys.now)
    assert refused.value.reason == "token-time"


@hypothesis_settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_one_flipped_byte_is_refused_or_changes_nothing_that_is_believed(
    keys: Keys, sound: tuple[bytes, bytes, int], data: st.DataObject
) -> None:
    _, answer, nonce = sound
    at = data.draw(st.integers(0, len(answer) - 1))
    by = data.draw(st.integers(1, 255))
    flipped = answer[:at] + bytes([answer[at] ^ by]) + answer[at + 1 :]
    try:
        checked = check_response(flipped, digest=DIGEST, anchor=keys.ca, nonce=nonce)
        assert checked == check_response(answer, digest=DIGEST, anchor=keys.ca, nonce=nonce)
    except Quarantine as refused:
        assert refused.reason.startswith("token-")


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_a_token_that_openssl_made_is_taken(kind: str, keys: Keys, tmp_path: Path) -> None:
    own = keys.issue("Otoritas openssl", stamps_time=True)
    private = own.private_key
    certificate = own.certificate_pem
    if kind == "ec":
        private = ec.generate_private_key(ec.SECP384R1())
        certificate = reissued(keys, private)
    (tmp_path / "key.pem").write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (tmp_path / "tsa.pem").write_bytes(certificate)
    (tmp_path / "ca.pem").write_bytes(keys.issuer_pem)
    (tmp_path / "q.tsq").write_bytes(make_query(DIGEST, nonce=7))
    (tmp_path / "tsa.cnf").write_text(
        f"[tsa]\ndefault_tsa=t\n[t]\nserial={tmp_path}/serial\ncrypto_device=builtin\nsigner_digest=sha512\n"
        "default_policy=2.999.1\ndigests=sha512\nordering=no\ntsa_name=no\ness_cert_id_alg=sha256\n"
    )
    files = ("-queryfile", tmp_path / "q.tsq", "-signer", tmp_path / "tsa.pem", "-inkey", tmp_path / "key.pem")
    chain = ("-chain", tmp_path / "ca.pem", "-config", tmp_path / "tsa.cnf", "-out", tmp_path / "a.tsr")
    assert openssl("ts", "-reply", *files, *chain)
    answer = (tmp_path / "a.tsr").read_bytes()
    checked = check_response(answer, digest=DIGEST, anchor=keys.issuer_pem, nonce=7, now=datetime.now(UTC))
    assert checked.policy == "2.999.1"


def reissued(keys: Keys, private: ec.EllipticCurvePrivateKey) -> bytes:
    """A time authority's certificate for an EC key, otherwise as ``make_certificate`` makes them."""
    from cryptography.hazmat.primitives import hashes

    like = x509.load_pem_x509_certificate(keys.issue("Otoritas EC", stamps_time=True).certificate_pem)
    builder = x509.CertificateBuilder(like.issuer, like.subject, private.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(like.not_valid_before_utc).not_valid_after(like.not_valid_after_utc)
    for extension in like.extensions:
        if extension.oid != x509.SubjectKeyIdentifier.oid:
            builder = builder.add_extension(extension.value, critical=extension.critical)
    return builder.sign(keys.issuer[0], hashes.SHA256()).public_bytes(Encoding.PEM)


def test_an_authority_that_says_nothing_or_breaks_is_asked_again_later(keys: Keys) -> None:
    with serve_replies(lambda asked: None) as (url, _), pytest.raises(Retry, match=r"tidak menjawab dalam 0\.2 detik"):
        ask(authority_at(url, keys.ca), DIGEST, now=keys.now, patience=0.2)
    with serve_replies(lambda asked: (500, "text/html", b"rusak")) as (url, _), pytest.raises(Retry, match="500"):
        ask(authority_at(url, keys.ca), DIGEST, now=keys.now)
    with pytest.raises(Retry, match="tidak dapat dihubungi"):  # the server above is gone
        ask(authority_at(url, keys.ca), DIGEST, now=keys.now)


def test_an_endless_answer_and_a_sending_elsewhere_are_refused(keys: Keys) -> None:
    huge = b"\x30" * (MOST_ANSWER_BYTES + 1)
    with serve_replies(lambda asked: (200, REPLY, huge)) as (url, _), pytest.raises(KentonganError, match="lebih dari"):
        ask(authority_at(url, keys.ca), DIGEST, now=keys.now)
    with serve_replies(lambda asked: (302, REPLY, b"")) as (url, posts), pytest.raises(KentonganError, match="302"):
        ask(authority_at(url, keys.ca), DIGEST, now=keys.now)
    assert len(posts) == 1


def test_one_authority_is_enough_and_the_failure_of_another_is_said(keys: Keys) -> None:
    said: list[str] = []
    with (
        serve_test_authority(keys.folder) as good,
        serve_replies(lambda asked: (200, REPLY, b"<html>")) as (bad, _),
    ):
        asked = [authority_at(bad, keys.ca), authority_at(good, keys.ca)]
        tokens = stamp(DATA, authorities=asked, now=keys.now, failed=said.append)
        assert len(tokens) == 1
        assert len(said) == 1
        assert "bukan token RFC 3161" in said[0]
        with pytest.raises(KentonganError, match="Tidak ada cap waktu"):
            stamp(DATA, authorities=asked[:1], now=keys.now)
    with pytest.raises(NotConfigured):
        stamp(DATA, authorities=[], now=keys.now)


def test_serial_numbers_count_up_and_a_broken_query_is_rejected(keys: Keys) -> None:
    authority = TestAuthority(keys.key(TIME_FILE))
    query = make_query(DIGEST, nonce=1)
    serials = [check_response(authority.answer(query), digest=DIGEST, anchor=keys.ca).serial for _ in range(3)]
    assert serials == [1, 2, 3]
    for broken in (b"", b"halo", query[:-3], with_shorter_digest(query).replace(b"\x04\x20", b"\x04\x1f", 1)):
        with pytest.raises(Quarantine) as refused:
            check_response(authority.answer(broken), digest=DIGEST, anchor=keys.ca)
        assert refused.value.reason == "token-status"


FILE = '[[authority]]\nname = "{name}"\nurl = "{url}"\ncertificate = "ca.pem"\ntest = {test}\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (FILE.format(name="../x", url="http://x/", test="true"), "Nama otoritas"),
        (FILE.format(name="x", url="ftp://x/", test="true"), "bukan alamat http"),
        (FILE.format(name="x", url="http://x/", test="false"), "sertifikat uji"),
        (FILE.format(name="x", url="http://x/", test="true") * 2, "nama yang sama"),
        (FILE.format(name="x", url="http://x/", test="true").replace("ca.pem", "lain.pem"), "tidak terbaca"),
        (FILE.format(name="x", url="http://x/", test="true") + 'kunci = "x"\n', "kunci"),
        ("authority = []\n", "paling sedikit satu"),
        ("bukan toml", "toml"),
    ],
)
def test_a_file_of_authorities_that_will_not_do_is_refused(text: str, words: str, keys: Keys, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_bytes(keys.ca)
    (tmp_path / "otoritas.toml").write_text(text)
    with pytest.raises(BadSettings, match=words):
        read_authorities(tmp_path / "otoritas.toml")


def test_samples_are_stamped_by_a_test_authority_and_real_cases_never(keys: Keys, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_bytes(keys.ca)
    file = tmp_path / "otoritas.toml"
    file.write_text(FILE.format(name="contoh", url="http://127.0.0.1:9/", test="true"))
    with choose_authorities(sample=True, file=file, trial_folder=tmp_path) as chosen:
        assert [one.name for one in chosen] == ["contoh"]
    with pytest.raises(NotConfigured), choose_authorities(sample=False, file=file, trial_folder=keys.folder):
        pass
    with pytest.raises(NotConfigured), choose_authorities(sample=False, file=None, trial_folder=keys.folder):
        pass
    with choose_authorities(sample=True, file=None, trial_folder=keys.folder) as chosen:
        assert stamp(DATA, authorities=chosen, now=keys.now)[0].test


def test_the_command_makes_test_keys_once_and_shows_them(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var")
    made = run_command(settings, "evidence", "test-keys")
    assert "tidak bernilai di pengadilan" in made.stderr
    folder = settings.evidence_dir / "keys"
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    rows = rows_of(settings, "evidence", "keys")
    assert [row["use"] for row in rows] == ["segel uji", "waktu uji", "penanda tangan uji", "penanda tangan uji"]
    assert all(row["test"] and len(row["sha256"]) == 64 for row in rows)
    with pytest.raises(Conflict, match="sudah ada"):
        make_test_keys(folder, now=datetime.now(UTC))


def test_the_command_serves_a_test_authority_until_it_is_ended(keys: Keys, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var")
    keys_folder(settings.evidence_dir).parent.mkdir(parents=True)
    keys_folder(settings.evidence_dir).symlink_to(keys.folder)
    words = [sys.executable, "-m", "kentongan", "evidence", "test-authority", "--port", "0"]
    with subprocess.Popen(words, env=environment(settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as server:
        assert server.stdout is not None
        address = json.loads(server.stdout.readline())["address"]
        assert ask(authority_at(address, keys.ca), DIGEST, now=datetime.now(UTC)).test
        server.terminate()
        assert server.wait(30) == 0


def test_the_log_names_a_failed_authority_where_nobody_listens(keys: Keys, caplog: pytest.LogCaptureFixture) -> None:
    with (
        serve_test_authority(keys.folder) as good,
        serve_replies(lambda asked: (403, REPLY, b"")) as (bad, _),
        caplog.at_level(logging.WARNING),
    ):
        stamp(DATA, authorities=[authority_at(bad, keys.ca), authority_at(good, keys.ca)], now=keys.now)
    assert "403" in caplog.text
