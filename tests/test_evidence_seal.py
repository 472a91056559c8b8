"""The institution's seal: openssl takes it, unfit keys are refused, samples and real data never share a key."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, pkcs12
from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12PrivateKeyTypes
from cryptography.x509.oid import NameOID
from programs import needs
from trial_signing import Keys, make_keys, openssl

from evidence.signing.chosen_keys import choose_seal_key
from evidence.signing.seal import SealKey, load_key, refuse_wrong_key, seal
from evidence.signing.trial_keys import SEAL_FILE, TRIAL_UNIT, make_certificate
from kentongan.errors import BadSettings, NotAllowed, NotConfigured

pytestmark = needs("openssl")

DATA = b"isi\r\ntagmanifest-sha512.txt\n\x00\xff"
"""With line ends and bytes that a text-minded program would change."""


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return make_keys(tmp_path_factory.mktemp("segel"))


def openssl_takes_seal(folder: Path, *, data: bytes, sealed: bytes, ca: bytes) -> bool:
    for name, content in (("data", data), ("data.p7s", sealed), ("ca.pem", ca)):
        (folder / name).write_bytes(content)
    files = ("-in", folder / "data.p7s", "-content", folder / "data", "-CAfile", folder / "ca.pem")
    return openssl("cms", "-verify", "-binary", "-inform", "DER", *files, "-out", folder / "out")


def self_signed(key: CertificateIssuerPrivateKeyTypes, keys: Keys, *, unit: str | None = None) -> x509.Certificate:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, "Segel")]
    if unit:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit))
    name = x509.Name(parts)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, keys.now, keys.now + timedelta(days=1))
    return builder.sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())


def pkcs12_file(file: Path, key: PKCS12PrivateKeyTypes | None, certificate: x509.Certificate | None) -> Path:
    encryption = BestAvailableEncryption(b"rahasia") if key else NoEncryption()
    chain = [certificate] if key is None and certificate else None
    own = certificate if key else None
    file.write_bytes(pkcs12.serialize_key_and_certificates(b"x", key, own, chain, encryption))
    return file


def test_openssl_takes_a_seal_over_its_file_and_over_no_other(keys: Keys, tmp_path: Path) -> None:
    sealed = seal(DATA, key=keys.key(SEAL_FILE), now=keys.now)
    assert openssl_takes_seal(tmp_path, data=DATA, sealed=sealed, ca=keys.ca)
    assert not openssl_takes_seal(tmp_path, data=DATA.replace(b"\r\n", b"\n"), sealed=sealed, ca=keys.ca)
    assert not openssl_takes_seal(tmp_path, data=DATA, sealed=sealed, ca=keys.issuer_pem)


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1()])
def test_a_seal_by_an_elliptic_curve_is_taken_too(curve: ec.EllipticCurve, keys: Keys, tmp_path: Path) -> None:
    private = ec.generate_private_key(curve)
    certificate = self_signed(private, keys)
    key = load_key(pkcs12_file(tmp_path / "k.p12", private, certificate), "rahasia", now=keys.now)
    sealed = seal(DATA, key=key)
    assert openssl_takes_seal(tmp_path, data=DATA, sealed=sealed, ca=key.certificate_pem)


def test_a_key_file_that_will_not_do_is_refused_in_words(keys: Keys, tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="kata sandi"):
        load_key(keys.folder / SEAL_FILE, "salah")
    with pytest.raises(BadSettings, match="tidak terbaca"):
        load_key(tmp_path / "tidak-ada.p12", "")
    (tmp_path / "teks.p12").write_text("bukan kunci")
    with pytest.raises(BadSettings, match="tidak dapat dibuka"):
        load_key(tmp_path / "teks.p12", "")
    with pytest.raises(NotConfigured):
        load_key(None, "")
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    with pytest.raises(BadSettings, match="1024 bit"):
        load_key(pkcs12_file(tmp_path / "lemah.p12", weak, self_signed(weak, keys)), "rahasia")
    with pytest.raises(BadSettings, match="kunci privat"):
        load_key(pkcs12_file(tmp_path / "tanpa.p12", None, self_signed(weak, keys)), "")
    other = ec.generate_private_key(ec.SECP521R1())
    with pytest.raises(BadSettings, match="secp521r1"):
        load_key(pkcs12_file(tmp_path / "kurva.p12", other, self_signed(other, keys)), "rahasia")
    edwards = ed25519.Ed25519PrivateKey.generate()
    with pytest.raises(BadSettings, match="bukan RSA atau ECDSA"):
        load_key(pkcs12_file(tmp_path / "ed.p12", edwards, self_signed(edwards, keys)), "rahasia")
    private, certificate = make_certificate("Sandi", now=keys.now, issuer=keys.issuer, signs=False)
    with pytest.raises(BadSettings, match="digitalSignature"):
        load_key(pkcs12_file(tmp_path / "sandi.p12", private, certificate), "rahasia")


def test_a_key_outside_its_certificates_time_seals_nothing(keys: Keys) -> None:
    key = keys.key(SEAL_FILE)
    with pytest.raises(BadSettings, match="habis berlaku"):
        seal(DATA, key=key, now=key.valid_until + timedelta(seconds=1))
    with pytest.raises(BadSettings, match="baru berlaku sejak"):
        seal(DATA, key=key, now=key.valid_from - timedelta(seconds=1))
    with pytest.raises(BadSettings, match="habis berlaku"):
        load_key(keys.folder / SEAL_FILE, "uji", now=key.valid_until + timedelta(seconds=1))


def test_samples_take_only_test_keys_and_real_data_only_real_ones(keys: Keys, tmp_path: Path) -> None:
    trial = keys.key(SEAL_FILE)
    real = keys.issue("Segel Sungguhan", trial=False)
    assert trial.test
    assert not real.test
    refuse_wrong_key(True, trial)
    refuse_wrong_key(False, real)
    with pytest.raises(NotAllowed, match="kunci sungguhan"):
        refuse_wrong_key(True, real)
    with pytest.raises(NotAllowed, match="kunci uji"):
        refuse_wrong_key(False, trial)


def test_a_test_key_is_known_by_its_certificate_whatever_else_it_says(keys: Keys, tmp_path: Path) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    file = pkcs12_file(tmp_path / "sungguhan.p12", private, self_signed(private, keys, unit=TRIAL_UNIT))
    assert load_key(file, "rahasia").test


def test_the_configured_key_seals_real_cases_and_the_test_key_samples(keys: Keys, tmp_path: Path) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    file = pkcs12_file(tmp_path / "lembaga.p12", private, self_signed(private, keys))

    def choose(*, sample: bool, folder: Path = keys.folder, configured: Path | None = file) -> SealKey:
        return choose_seal_key(sample=sample, file=configured, password="rahasia", trial_folder=folder)

    assert choose(sample=True).test
    assert not choose(sample=False).test
    with pytest.raises(NotConfigured, match="Kunci segel lembaga"):
        choose(sample=False, configured=None)
    with pytest.raises(NotConfigured, match="test-keys"):
        choose(sample=True, folder=tmp_path)


def test_a_private_key_never_shows_in_a_representation(keys: Keys) -> None:
    assert "private_key" not in repr(keys.key(SEAL_FILE))
