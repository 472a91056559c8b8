"""Tampering with a package of the real builder: no file of it can change, go or come without being named."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from casework_fixtures import migrated_file
from evidence_commands import run_text
from evidence_judged import verify_bytes
from evidence_made import Files, zip_files
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from programs import needs

from benchmarks.evidence_case import made_case, trial_issuer
from evidence.cases.custody_heads import stamp_heads
from evidence.package.build import build_package
from evidence.signing.local_signer import LocalSigner
from evidence.signing.seal import load_key
from evidence.signing.timestamps import stamp
from evidence.signing.trial_keys import PERSON_FILES, TRIAL_PASSWORD
from evidence.verifier import VERIFIER, verifikasi
from kentongan.settings import Settings

pytestmark = needs("openssl")


@dataclass(frozen=True)
class Built:
    """A package of the real builder, signed by two persons, and what its cover letter says."""

    zip: bytes
    case: str
    trust: verifikasi.Trust

    @property
    def files(self) -> Files:
        with zipfile.ZipFile(io.BytesIO(self.zip)) as archive:
            return {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}

    def judge(self, data: bytes, folder: Path) -> verifikasi.Report:
        place = folder / "paket.zip"
        place.write_bytes(data)
        return verifikasi.verify_package(str(place), self.trust)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("kasus")
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    settings = Settings(data_dir=folder, organisation="Dinas Kominfo Tirtamaya")
    now = datetime.now(UTC).replace(microsecond=0)
    with made_case(settings, documents=2, now=now, warc_bytes=20_000) as case, trial_issuer(case.keys) as issuer:
        stamp_heads(
            case.casework, objects=case.sources.objects, day=now.date(), now=now, sample=True,
            stamp=lambda data: stamp(data, authorities=issuer.authorities, now=datetime.now(UTC)),
        )  # fmt: skip
        keys = [load_key(case.keys / name, TRIAL_PASSWORD) for name in PERSON_FILES]
        signers = tuple(
            LocalSigner(key=key, role="Penanda tangan", reason="Berita acara", place="Tirtamaya") for key in keys
        )
        made = build_package(
            case.id, sources=case.sources, issuer=replace(issuer, signers=signers), out=folder / "keluar",
            actor=case.legal, now=datetime.now(UTC),
        )  # fmt: skip
        times = tuple(token.certificate_sha256 for token in made.tokens)
        people = tuple(key.certificate_sha256 for key in keys)
        trust = verifikasi.Trust(made.seal_sha256, times, people, made.tagmanifest_sha512)
        yield Built(made.path.read_bytes(), made.case, trust)


def test_tamper_nothing_and_the_built_package_is_whole_and_its_signers_known(built: Built, tmp_path: Path) -> None:
    report = built.judge(built.zip, tmp_path)
    assert report.code == 0, report.reasons
    assert len(report.signed_by) == 2 and report.sample is True
    assert verify_bytes(built.zip, tmp_path).code == 3
    assert zip_files(built.files, top=built.case) == built.zip, "two builders write the same bytes"


def test_tamper_by_changing_any_file_of_a_built_package_is_named(built: Built, tmp_path: Path) -> None:
    files = built.files
    for path, data in files.items():
        middle = len(data) // 2
        changed = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
        report = built.judge(zip_files({**files, path: changed}, top=built.case), tmp_path)
        assert report.code == 1
        assert any(path in (check.file, check.name) for check in report.reasons), (path, report.reasons)


def test_tamper_by_dropping_any_file_of_a_built_package_is_named(built: Built, tmp_path: Path) -> None:
    files = built.files
    for path in files:
        rest = {name: data for name, data in files.items() if name != path}
        report = built.judge(zip_files(rest, top=built.case), tmp_path)
        assert any(path == check.file for check in report.reasons), path


def test_tamper_with_any_byte_of_a_built_package_is_rejected(
    built: Built, tmp_path: Path, trials: Callable[[int, int], int]
) -> None:
    @given(at=st.integers(0, len(built.zip) - 1), change=st.integers(1, 255))
    @hypothesis_settings(max_examples=trials(15, 2000), deadline=None, suppress_health_check=list(HealthCheck))
    def check(at: int, change: int) -> None:
        data = built.zip[:at] + bytes([built.zip[at] ^ change]) + built.zip[at + 1 :]
        assert built.judge(data, tmp_path).code == 1

    check()


def test_the_text_inside_a_built_package_can_be_followed_word_for_word(built: Built, tmp_path: Path) -> None:
    (tmp_path / f"{built.case}.zip").write_bytes(built.zip)
    shutil.copy(VERIFIER, tmp_path)
    trust = built.trust
    variables = {
        "SEGEL": str(trust.seal), "WAKTU": " ".join(trust.times), "PENANDA": " ".join(trust.people),
        "DIGEST": str(trust.tagmanifest),
    }  # fmt: skip
    text = built.files["CARA-VERIFIKASI.md"].decode()
    assert "$case" not in text
    # This case's captures are random bytes of the right size: the last step, for web archives, has its own test.
    assert run_text(text.partition("Arsip web:")[0], folder=tmp_path, variables=variables) >= 15
