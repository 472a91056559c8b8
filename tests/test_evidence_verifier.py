"""The verifier alone: what it needs, what it answers, whom it trusts, and the arithmetic it does by itself."""

from __future__ import annotations

import ast
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from evidence_judged import Made, make_package, verify, verify_bytes
from evidence_made import (
    CASE,
    HEAD_FILE,
    SEAL_FILE,
    TOKEN_FILE,
    ZIP_DATE,
    Files,
    Signer,
    declaration,
    make_files,
    make_office,
    make_signer,
    rsa_key,
    seal_bytes,
    seal_files,
    stamp_bytes,
    write_manifests,
    zip_files,
)
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from programs import needs

from evidence.signing.seal import seal_key_of
from evidence.signing.trial_authority import sign_token
from evidence.verifier import VERIFIER, verifikasi

pytestmark = needs("openssl")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make_package(tmp_path_factory.mktemp("paket"))


def run_alone(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """The one file in a folder of its own, in a Python without any installed package."""
    shutil.copy(VERIFIER, folder)
    command = [sys.executable, "-I", "-S", "verifikasi.py", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


# ------------------------------------------------------------------------------------------------- one file, alone


def test_the_file_alone_checks_a_package_in_an_empty_folder_and_leaves_nothing(made: Made, tmp_path: Path) -> None:
    (tmp_path / "paket.zip").write_bytes(zip_files(made.files))
    code, said, _ = run_alone(tmp_path, "paket.zip", *made.options)
    assert code == 0
    assert "UTUH: tidak ada yang berubah sejak paket ini disegel oleh Segel" in said
    assert "Yang tidak dibuktikan" in said and "DATA CONTOH" in said
    assert sorted(file.name for file in tmp_path.iterdir()) == ["paket.zip", "verifikasi.py"]


def test_the_answer_for_machines_has_every_check(made: Made, tmp_path: Path) -> None:
    (tmp_path / "paket.zip").write_bytes(zip_files(made.files))
    code, said, _ = run_alone(tmp_path, "paket.zip", *made.options, "--json")
    answer = json.loads(said)
    assert (code, answer["kode"], answer["hasil"], answer["kasus"]) == (0, 0, "utuh", CASE)
    assert answer["data_contoh"] is True and answer["disegel_oleh"] == "Segel"
    assert answer["ditandatangani_oleh"] == ["Orang 1", "Orang 2"]
    assert answer["tagmanifest_sha512"] == made.variables["DIGEST"]
    names = {check["nama"] for check in answer["pemeriksaan"]}
    assert {"wadah", "segel lembaga", "cap waktu contoh", "custody", "kepala harian", "berita acara"} <= names
    assert {check["status"] for check in answer["pemeriksaan"]} == {"ok"}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 2, "paket"),
        (["tidak-ada.zip"], 2, "Tidak dapat membaca"),
        (["paket.zip", "--segel", "zz"], 2, "64 angka heksadesimal"),
        (["paket.zip", "--digest", "ab"], 2, "128 angka heksadesimal"),
        (["paket.zip"], 3, "PENANDA TANGAN BELUM DIPERIKSA"),
        (["paket.zip", "--segel", "0" * 64], 1, "tidak sesuai sidik yang diberikan"),
        (["paket.zip", "--digest", "0" * 128], 1, "tidak sama dengan yang diberikan"),
    ],
)
def test_exit_codes_are_those_of_the_format(
    made: Made, tmp_path: Path, arguments: list[str], code: int, words: str
) -> None:
    (tmp_path / "paket.zip").write_bytes(zip_files(made.files))
    found, said, complained = run_alone(tmp_path, *arguments)
    assert found == code
    assert words in said + complained


def test_the_file_needs_only_the_standard_library_of_python_3_8() -> None:
    tree = ast.parse(VERIFIER.read_text(encoding="utf-8"), feature_version=(3, 8))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names
    assert not imported & {"socket", "urllib", "http", "ssl", "subprocess", "tempfile", "pickle"}


def test_memory_does_not_grow_with_the_package(made: Made, tmp_path: Path) -> None:
    peaks = []
    for megabytes in (3, 24):
        files = made.copy()
        files["data/analisis.json"] = b"{}" + b" " * (megabytes << 20)
        write_manifests(files)
        place = tmp_path / "paket.zip"
        place.write_bytes(zip_files(files))
        tracemalloc.start()
        assert verify(place, made).names(SEAL_FILE, "isi yang lain")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + (1 << 19)


# ------------------------------------------------------------------------------------------------------- who is trusted


def resealed(made: Made, seal: Signer, *options: str) -> Files:
    """The package with another seal, declared as it is."""
    files = made.copy()
    said = declaration(made.office)
    said["seal"] = {"file": SEAL_FILE, "certificate_sha256": seal.sha256}
    files["segel.json"] = json.dumps(said).encode()
    write_manifests(files)
    seal_files(files, made.office)
    files[SEAL_FILE] = seal_bytes(files["tagmanifest-sha512.txt"], seal, *options)
    return files


def test_tamper_by_sealing_all_anew_with_another_institutions_keys_needs_the_fingerprints(
    made: Made, tmp_path: Path
) -> None:
    forged = make_files(made.other)
    assert verify_bytes(zip_files(made.files), tmp_path, made).code == 0
    assert verify_bytes(zip_files(made.files), tmp_path).code == 3
    assert verify_bytes(zip_files(forged), tmp_path).code == 3
    found = verify_bytes(zip_files(forged), tmp_path, made)
    assert found.code == 1
    for file in (SEAL_FILE, TOKEN_FILE, "data/berita-acara.pdf"):
        assert found.names(file, "tidak sesuai sidik yang diberikan")


def test_any_certificate_of_a_chain_may_be_the_fingerprint_and_colons_do_not_matter(made: Made, tmp_path: Path) -> None:
    place = tmp_path / "paket.zip"
    place.write_bytes(zip_files(made.files))
    people = [person.sha256 for person in made.office.people]
    for seal in (made.office.seal.sha256, made.office.ca.sha256):
        for time in (made.office.authority.sha256, made.office.authority_ca.sha256):
            typed = ":".join(seal[at : at + 2] for at in range(0, 64, 2)).upper()
            arguments = [str(place), "--segel", typed, "--waktu", time, "--penanda-tangan", *people]
            assert verifikasi.main(arguments) == 0


def test_one_unchecked_signer_is_enough_for_the_lesser_answer(made: Made, tmp_path: Path) -> None:
    place = tmp_path / "paket.zip"
    place.write_bytes(zip_files(made.files))
    seal, time = made.office.seal.sha256, (made.office.authority_ca.sha256,)
    people = tuple(person.sha256 for person in made.office.people)
    for trust, code in [
        (verifikasi.Trust(seal, time, people), 0),
        (verifikasi.Trust(None, time, people), 3),
        (verifikasi.Trust(seal, (), people), 3),
        (verifikasi.Trust(seal, time, ()), 3),
        (verifikasi.Trust(seal, time, people[:1]), 1),
        (verifikasi.Trust(seal, time, (*people, "0" * 64)), 1),
    ]:
        assert verifikasi.verify_package(str(place), trust).code == code


def test_a_daily_head_of_an_authority_nobody_vouches_for_is_not_checked(made: Made, tmp_path: Path) -> None:
    files = made.copy()
    del files[f"{HEAD_FILE}.contoh.tsr"]
    files[f"{HEAD_FILE}.dulu.tsr"] = stamp_bytes(files[HEAD_FILE], made.other)
    write_manifests(files)
    seal_files(files, made.office)
    assert verify_bytes(zip_files(files), tmp_path, made).code == 3


@pytest.mark.parametrize(
    ("valid", "words"),
    [((-400, -1), "tidak berlaku pada"), ((1, 400), "tidak berlaku pada"), ((-1, 1), None)],
)
def test_tamper_with_a_certificate_that_had_expired_before_the_seal_is_rejected(
    made: Made, tmp_path: Path, valid: tuple[int, int], words: str | None
) -> None:
    seal = make_signer(tmp_path, "Segel Lain", issuer=made.office.ca, key=made.office.seal.key, valid=valid)
    found = verify_bytes(zip_files(resealed(made, seal)), tmp_path)
    assert found.names(SEAL_FILE, words) if words else found.code == 3, found


@pytest.mark.parametrize(
    ("key", "words"),
    [(lambda: rsa_key(2048, 3), "eksponen RSA 3"), (lambda: rsa_key(1024), "1024 bit"),
     (lambda: ec.generate_private_key(ec.SECP256K1()), "kurva")],
)  # fmt: skip
def test_tamper_with_a_key_that_can_be_forged_is_rejected(
    made: Made, tmp_path: Path, key: Callable[[], rsa.RSAPrivateKey], words: str
) -> None:
    found = verify_bytes(zip_files(resealed(made, make_signer(tmp_path, "Lemah", key=key()))), tmp_path)
    assert found.names(SEAL_FILE, words), found


def test_tamper_with_an_authority_that_is_none_is_rejected(made: Made, tmp_path: Path) -> None:
    person = made.office.people[0]
    assert person.issuer is not None
    below = make_signer(tmp_path, "Anak", issuer=person, key=made.office.seal.key)
    files = resealed(made, below)
    said = declaration(made.office)
    said["seal"] = {"file": SEAL_FILE, "certificate_sha256": person.sha256}
    files["segel.json"] = json.dumps(said).encode()
    write_manifests(files)
    files[TOKEN_FILE] = stamp_bytes(files["tagmanifest-sha512.txt"], made.office)
    files[SEAL_FILE] = seal_bytes(files["tagmanifest-sha512.txt"], below)
    assert verify_bytes(zip_files(files), tmp_path).names(SEAL_FILE, "tidak dipakai")


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"stamps": False}, "bukan untuk cap waktu"), ({"stamps": True, "valid": (-400, -1)}, "tidak berlaku pada"),
     ({"stamps": True}, None)],
)  # fmt: skip
def test_tamper_with_a_token_of_a_key_that_may_not_stamp_is_rejected(
    made: Made, tmp_path: Path, changes: dict[str, object], words: str | None
) -> None:
    from asn1crypto import tsp

    signer = make_signer(tmp_path, "Jam", issuer=made.office.authority_ca, key=made.office.seal.key, **changes)  # type: ignore[arg-type]
    stamped = hashlib.sha512(made.files["tagmanifest-sha512.txt"]).digest()
    said = tsp.TSTInfo(
        {
            "version": "v1", "policy": "2.999.1", "serial_number": 7,
            "message_imprint": {"hash_algorithm": {"algorithm": "sha512"}, "hashed_message": stamped},
            "gen_time": datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1),
        }
    )  # fmt: skip
    key = seal_key_of(signer.key, signer.certificate, [made.office.authority_ca.certificate])
    answer = tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": sign_token(said, key=key)})
    found = verify_bytes(zip_files({**made.files, TOKEN_FILE: answer.dump()}), tmp_path, made)
    assert found.names(TOKEN_FILE, words) if words else found.code == 0, found


def test_real_data_passes_with_real_keys_only_and_sample_data_with_test_keys_only(tmp_path: Path) -> None:
    real = make_office(tmp_path / "nyata", trial=False)
    assert verify_bytes(zip_files(make_files(real, sample=False)), tmp_path).code == 3
    assert verify_bytes(zip_files(make_files(real, sample=True)), tmp_path).names(SEAL_FILE, "bukan kunci uji")


# ----------------------------------------------------------------------------------------------------------- bad shapes


def test_nesting_without_end_is_refused_and_does_not_stop_the_verifier(made: Made, tmp_path: Path) -> None:
    deep = b""
    for _ in range(2000):
        size = len(deep)
        length = bytes([size]) if size < 128 else bytes([0x82, size >> 8, size & 255])
        deep = b"\x30" + length + deep
    files = {**made.files, TOKEN_FILE: deep, "segel.json": b"[" * 100_000}
    assert verify_bytes(zip_files(files), tmp_path, made).names("segel.json", "bukan JSON")
    files = {**made.files, TOKEN_FILE: deep, SEAL_FILE: b"\x30\x80" + made.files[SEAL_FILE]}
    found = verify_bytes(zip_files(files), tmp_path, made)
    assert found.names(TOKEN_FILE, "DER") and found.names(SEAL_FILE, "panjang tak tentu")


def test_a_name_from_the_package_cannot_write_over_the_answer(made: Made, tmp_path: Path) -> None:
    folder = tmp_path / CASE
    folder.mkdir()
    (folder / "\x1b[2Jutuh\r").write_bytes(b"")
    code, said, _ = run_alone(tmp_path, CASE)
    assert code == 1
    assert "\x1b" not in said and "\\x1b[2Jutuh\\r" in said


def test_members_over_four_gigabytes_are_read_in_their_zip64_form(made: Made, tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(made.files):
            entry = zipfile.ZipInfo(f"{CASE}/{path}", ZIP_DATE)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            with archive.open(entry, "w", force_zip64=True) as member:
                member.write(made.files[path])
    assert verify_bytes(out.getvalue(), tmp_path, made).code == 0


# ----------------------------------------------------------------------------------------------------------- arithmetic

RSA_2048 = rsa_key()
EC_KEYS = {
    name: ec.generate_private_key(curve) for name, curve in (("P-256", ec.SECP256R1()), ("P-384", ec.SECP384R1()))
}


@given(
    message=st.binary(max_size=64), digest=st.sampled_from(["sha256", "sha384", "sha512"]), spoil=st.integers(0, 255)
)
@hypothesis_settings(max_examples=15, deadline=None)
def test_rsa_agrees_with_openssl_on_good_and_spoiled_signatures(message: bytes, digest: str, spoil: int) -> None:
    numbers = RSA_2048.public_key().public_numbers()
    key = verifikasi.RsaKey(numbers.n, numbers.e)
    kind = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[digest]
    plain = RSA_2048.sign(message, padding.PKCS1v15(), kind)
    salted = RSA_2048.sign(message, padding.PSS(padding.MGF1(kind), 20), kind)
    bad = bytes(byte ^ (n == spoil) for n, byte in enumerate(plain))
    assert verifikasi.rsa_pkcs1_holds(key, digest, message, plain)
    assert verifikasi.rsa_pss_holds(key, digest, 20, message, salted)
    assert not verifikasi.rsa_pkcs1_holds(key, digest, message, bad)
    assert not verifikasi.rsa_pkcs1_holds(key, digest, message, b"\0" + plain)
    assert not verifikasi.rsa_pss_holds(key, digest, 20, message, bytes(b ^ (n == spoil) for n, b in enumerate(salted)))
    assert not verifikasi.rsa_pss_holds(key, digest, 32, message, salted)


@given(
    message=st.binary(max_size=64), curve=st.sampled_from(sorted(EC_KEYS)), digest=st.sampled_from(["sha256", "sha512"])
)
@hypothesis_settings(max_examples=8, deadline=None)
def test_ecdsa_agrees_with_openssl_on_good_and_spoiled_signatures(message: bytes, curve: str, digest: str) -> None:
    private = EC_KEYS[curve]
    point = private.public_key().public_numbers()
    known = next(one for one in verifikasi.CURVES.values() if one.name == curve)
    key = verifikasi.EcKey(known, point.x, point.y)
    kind = hashes.SHA256() if digest == "sha256" else hashes.SHA512()
    signature = private.sign(message, ec.ECDSA(kind))
    assert verifikasi.ecdsa_holds("x", key, digest, message, signature)
    assert not verifikasi.ecdsa_holds("x", key, digest, message + b"x", signature)


def test_tamper_with_loose_padding_and_a_small_exponent_does_not_forge_a_signature() -> None:
    """Bleichenbacher's forgery of 2006: rubbish after the digest, so that a cube root need not be exact."""
    numbers = rsa_key(2048, 3).public_key().public_numbers()
    digest = hashlib.sha256(b"pesan").digest()
    head = b"\x00\x01" + b"\xff" * 8 + b"\x00" + verifikasi.DIGEST_PREFIX["sha256"] + digest
    block = int.from_bytes(head + b"\xff" * (256 - len(head)), "big")
    low, high = 0, 1 << 700
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**3 <= block else (low, middle - 1)
    opened = pow(low, 3, numbers.n).to_bytes(256, "big")
    assert opened.startswith(head), "what a loose verifier accepts"
    key = verifikasi.RsaKey(numbers.n, 3)
    assert not verifikasi.rsa_pkcs1_holds(key, "sha256", b"pesan", low.to_bytes(256, "big"))


# --------------------------------------------------------------------------------------------- the text for other tools


def test_the_commands_of_the_text_answer_as_the_text_says(made: Made, tmp_path: Path) -> None:
    from evidence_commands import run_text

    from evidence.package.notes import FOLDER

    text = (FOLDER / "CARA-VERIFIKASI.md").read_text(encoding="utf-8")
    (tmp_path / f"{CASE}.zip").write_bytes(zip_files(made.files))
    shutil.copy(VERIFIER, tmp_path)
    assert run_text(text.replace("$case", CASE), folder=tmp_path, variables=made.variables) >= 15
