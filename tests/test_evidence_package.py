"""A package is whole and holds what it must, or is not there at all; what is missing is named before all else."""

from __future__ import annotations

import json
import resource
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import bagit
import pytest
from casework_fixtures import migrated_file
from command_line import environment

from benchmarks.evidence_case import MadeCase, made_case, trial_issuer
from evidence.cases.changes import close_case
from evidence.cases.custody import read_chain
from evidence.cases.custody_heads import stamp_heads
from evidence.package.build import build_package
from evidence.package.custody import note_transferred, note_verified
from evidence.package.records import BuiltPackage, Issuer
from evidence.signing.timestamps import stamp
from evidence.verifier import verifikasi
from kentongan.cli import main
from kentongan.errors import Conflict, KentonganError, NotAllowed, Quarantine, Retry
from kentongan.settings import Settings

NOW = datetime.now(UTC).replace(microsecond=0)
LITTLE = 20_000
"""Bytes of a captured page here."""


@contextmanager
def desk(folder: Path, **more: Any) -> Iterator[MadeCase]:
    """A case of two documents that is ready to be built, in a folder of its own."""
    settings = Settings(data_dir=folder, organisation="Dinas Kominfo Tirtamaya")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    with made_case(settings, **{"documents": 2, "now": NOW, "warc_bytes": LITTLE, **more}) as made:
        yield made


def build(made: MadeCase, issuer: Issuer, out: Path, **more: Any) -> BuiltPackage:
    given = {"sources": made.sources, "issuer": issuer, "out": out, "actor": made.legal, "now": NOW, **more}
    return build_package(made.id, **given)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MadeCase]:
    """A case that tests build from again and again, and leave as it is."""
    with desk(tmp_path_factory.mktemp("siap")) as made:
        yield made


@pytest.fixture(scope="module")
def issuer(ready: MadeCase) -> Iterator[Issuer]:
    with trial_issuer(ready.keys) as made:
        yield made


@pytest.fixture(scope="module")
def built(ready: MadeCase, issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> BuiltPackage:
    """Its package, with a daily head stamped before."""
    stamp_heads(
        ready.casework, objects=ready.sources.objects, day=NOW.date(), now=NOW, sample=True,
        stamp=lambda data: stamp(data, authorities=issuer.authorities, now=datetime.now(UTC)),
    )  # fmt: skip
    return build(ready, issuer, tmp_path_factory.mktemp("paket"), now=datetime.now(UTC))


def acts(made: MadeCase) -> list[tuple[str, dict[str, Any]]]:
    with made.casework.read() as session:
        return [(entry.act, dict(entry.detail)) for entry in read_chain(session, made.id)]


def left_in(folder: Path) -> list[str]:
    """Names in a folder, hidden ones too."""
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def check(built: BuiltPackage, *fingerprints: str) -> int:
    """Exit status of the verifier."""
    return verifikasi.main([str(built.path), *fingerprints])


def test_a_built_package_convinces_the_verifier_and_another_fingerprint_does_not(built: BuiltPackage) -> None:
    (token,) = built.tokens
    right = ["--segel", built.seal_sha256, "--waktu", token.certificate_sha256, "--digest", built.tagmanifest_sha512]
    assert check(built, *right) == 0
    assert check(built) == 3
    assert check(built, "--segel", "0" * 64, *right[2:]) == 1
    assert sha256(built.path.read_bytes()).hexdigest() == built.sha256


def test_a_built_package_is_a_bag_for_the_stock_library_and_for_sha512sum(built: BuiltPackage, tmp_path: Path) -> None:
    with zipfile.ZipFile(built.path) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / built.case
    assert bagit.Bag(str(folder)).is_valid()
    done = subprocess.run(
        ["sha512sum", "-c", "--strict", "--quiet", "tagmanifest-sha512.txt"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    assert not done.stdout
    tags = {line.split("  ")[1] for line in (folder / "tagmanifest-sha512.txt").read_text().splitlines()}
    outside = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert tags == {name for name in outside if not name.startswith(("data/", "segel/", "tagmanifest"))}


def test_a_package_holds_exactly_what_its_form_names(built: BuiltPackage, ready: MadeCase) -> None:
    with zipfile.ZipFile(built.path) as archive:
        entries = archive.infolist()
        names = [entry.filename.removeprefix(f"{built.case}/") for entry in entries]
        case = json.loads(archive.read(f"{built.case}/data/kasus.json"))
        lines = archive.read(f"{built.case}/data/dokumen.jsonl").splitlines()
        info = archive.read(f"{built.case}/bag-info.txt").decode()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    day = f"data/kepala/{NOW.date().isoformat()}.txt"
    files = ("halaman.warc.gz", "layar.png", "dom.html", "teks.txt", "perolehan.json")
    wanted = {
        "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "manifest-sha512.txt", "tagmanifest-sha512.txt",
        "segel.json", "segel/tagmanifest-sha512.txt.p7s", "segel/tagmanifest-sha512.txt.uji.tsr", "verifikasi.py",
        "verifikasi.html", "batasan.md", "CARA-VERIFIKASI.md", "data/kasus.json", "data/dokumen.jsonl",
        "data/klaim.json", "data/analisis.json", "data/keputusan.json", "data/pertanyaan.json", "data/custody.jsonl",
        "data/berita-acara.pdf", day, f"{day}.uji.tsr",
        *(f"data/arsip/{document}.warc.gz" for document in ready.documents),
        *(f"data/tangkapan/{number:020x}/{name}" for number in range(2) for name in files),
    }  # fmt: skip
    assert set(names) == wanted
    assert case["sample"] is True and case["organisation"] == "Dinas Komunikasi dan Informatika Tirtamaya"
    documents = [json.loads(line) for line in lines]
    assert [one["document"]["id"] for one in documents] == list(ready.documents)
    assert documents[0]["arsip"] == f"data/arsip/{ready.documents[0]}.warc.gz"
    assert documents[1]["tangkapan"] == [f"{1:020x}"]
    assert "Kentongan-Data-Contoh: ya" in info and "Kentongan-Package-Format: 1" in info


def test_persons_and_machines_stand_apart_in_a_package(built: BuiltPackage) -> None:
    with zipfile.ZipFile(built.path) as archive:
        read = {
            name: json.loads(archive.read(f"{built.case}/data/{name}.json"))
            for name in ("keputusan", "klaim", "analisis", "pertanyaan")
        }
    (verdict,) = read["keputusan"]["putusan"]
    assert [one["name"] for one in verdict["decisions"]] == ["Ani Lestari", "Budi Santoso"]
    assert verdict["status"] == "false" and all(one["reasons"] and one["references"] for one in verdict["decisions"])
    (claim,) = read["klaim"]
    assert claim["@type"] == "ClaimReview" and claim["reviewRating"]["ratingValue"] == 1
    assert claim["itemReviewed"]["appearance"]["url"] == "https://sosial.example/0"
    assert "Model menduga, orang memutuskan" in read["analisis"]["keterangan"]
    (model,) = read["analisis"]["model"]
    assert model["model"] == "linear" and len(model["sha256"]["weights.safetensors"]) == 64
    assert "koordinasi" not in json.dumps(read["analisis"]).lower()
    assert read["pertanyaan"]["route"] == "police" and len(read["pertanyaan"]["questions"]) >= 10


def test_the_chain_in_a_package_ends_with_its_own_build_and_the_export_follows_outside(
    built: BuiltPackage, ready: MadeCase
) -> None:
    with zipfile.ZipFile(built.path) as archive:
        inside = archive.read(f"{built.case}/data/custody.jsonl").decode().splitlines()
    with ready.casework.read() as session:
        chain = read_chain(session, ready.id)
    assert [entry.line for entry in chain[: len(inside)]] == inside
    assert chain[len(inside) - 1].act == "built"
    exported = next(entry for entry in chain[len(inside) :] if entry.act == "exported")
    assert exported.detail["tagmanifest_sha512"] == built.tagmanifest_sha512
    assert exported.detail["zip_sha256"] == built.sha256


def test_a_package_that_is_there_is_never_overwritten(built: BuiltPackage, ready: MadeCase, issuer: Issuer) -> None:
    before = built.path.read_bytes()
    with pytest.raises(Conflict, match="tidak ditimpa"):
        build(ready, issuer, built.path.parent)
    assert built.path.read_bytes() == before
    assert left_in(built.path.parent) == sorted([built.path.name, built.cover_letter.name])


def test_what_is_missing_is_named_all_at_once(tmp_path: Path) -> None:
    with desk(tmp_path / "data", documents=1, decided=False, route=None) as made:
        nobody = Issuer(organisation="Dinas", zone="WIB", seal=None, authorities=())
        with pytest.raises(Conflict) as refused:
            build(made, nobody, tmp_path / "paket")
        said = str(refused.value)
        for word in ("Kunci segel", "Otoritas cap waktu", "putusan dua orang", "Jalurnya"):
            assert word in said
        with made.casework.begin() as session:
            close_case(session, made.id, reason="Salah dibuka, isinya kosong.", actor=made.legal, now=NOW)
        with pytest.raises(Conflict, match="sudah ditutup"):
            build(made, nobody, tmp_path / "paket")
        assert not (tmp_path / "paket").exists()
        assert "built" not in [act for act, _ in acts(made)]


def test_only_legal_staff_build_and_sample_data_meets_no_real_key(
    ready: MadeCase, issuer: Issuer, tmp_path: Path
) -> None:
    with pytest.raises(NotAllowed, match="staf hukum"):
        build(ready, issuer, tmp_path, actor=ready.analyst)
    assert issuer.seal is not None
    real = replace(issuer, seal=replace(issuer.seal, test=False))
    with pytest.raises(NotAllowed, match="kunci sungguhan"):
        build(ready, real, tmp_path)
    stamping = replace(issuer, authorities=[replace(issuer.authorities[0], test=False)])
    with pytest.raises(NotAllowed, match="kunci sungguhan"):
        build(ready, stamping, tmp_path)
    assert left_in(tmp_path) == []


def test_a_damaged_or_missing_object_stops_the_build_and_is_named(
    ready: MadeCase, issuer: Issuer, tmp_path: Path
) -> None:
    with ready.casework.read() as session:
        captured = next(entry for entry in read_chain(session, ready.id) if entry.act == "captured")
    files = captured.detail["berkas"]
    assert isinstance(files, list)
    digest = files[0].split(" ")[1]
    place = next(ready.settings.evidence_dir.rglob(digest))
    place.chmod(0o600)
    kept = place.read_bytes()
    try:
        place.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
        with pytest.raises(Quarantine, match=digest) as damaged:
            build(ready, issuer, tmp_path)
        assert damaged.value.reason == "object-damaged" and "halaman.warc.gz" in str(damaged.value)
        place.unlink()
        with pytest.raises(KentonganError, match=digest):
            build(ready, issuer, tmp_path)
    finally:
        place.write_bytes(kept)
    assert left_in(tmp_path) == []
    assert [act for act, _ in acts(ready)][-4:] == ["built", "noted", "built", "noted"]
    assert digest in acts(ready)[-1][1]["tidak_jadi"]


def test_without_a_time_authority_nothing_is_written_and_with_one_of_two_the_package_says_so(
    ready: MadeCase, issuer: Issuer, tmp_path: Path
) -> None:
    away = replace(issuer.authorities[0], name="jauh", url="http://127.0.0.1:9/")
    with pytest.raises(Retry, match="cap waktu"):
        build(ready, replace(issuer, authorities=[away]), tmp_path)
    assert left_in(tmp_path) == []
    assert acts(ready)[-1][0] == "noted"
    both = replace(issuer, authorities=[away, *issuer.authorities])
    built = build(ready, both, tmp_path, now=datetime.now(UTC))
    assert any("jauh" in warning for warning in built.warnings)
    with zipfile.ZipFile(built.path) as archive:
        declared = json.loads(archive.read(f"{built.case}/segel.json"))
    assert [one["authority"] for one in declared["timestamps"]] == ["uji"]
    assert check(built) == 3


def test_a_disk_that_fills_up_leaves_nothing_and_is_said_in_words(
    ready: MadeCase, issuer: Issuer, tmp_path: Path
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill_up(done: int, total: int | None, note: str) -> None:
        if note == "menulis paket":
            resource.setrlimit(resource.RLIMIT_FSIZE, (done + 100_000, hard))

    try:
        with pytest.raises(KentonganError, match=r"tidak dapat ditulis.*ruang disk"):
            build(ready, issuer, tmp_path, now=datetime.now(UTC), progress=fill_up)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert left_in(tmp_path) == []
    assert acts(ready)[-1][0] in ("built", "noted")


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from casework.db import open_casework
from casework.people import actor_of, find_person
from benchmarks.evidence_case import trial_issuer
from evidence.signing.chosen_keys import keys_folder
from evidence.objects import Objects
from evidence.package.build import build_package
from evidence.package.records import Sources
from evidence.law.rulebook import read_rulebook
from kentongan.settings import load_settings

def end(done, total, note):
    if note == "menulis paket" and done > total // 2:
        os.kill(os.getpid(), signal.SIGKILL)

settings, now = load_settings(), datetime.now(UTC)
with open_casework(settings) as casework, trial_issuer(keys_folder(settings.evidence_dir)) as issuer:
    with casework.read() as session:
        actor = actor_of(session, find_person(session, "budi").id, now=now)
    objects = Objects(settings.objects_dir)
    sources = Sources(casework=casework, objects=objects, rulebook=read_rulebook(), store=None)
    out = Path(sys.argv[2])
    build_package(sys.argv[1], sources=sources, issuer=issuer, out=out, actor=actor, now=now, progress=end)
"""


def test_a_killed_build_leaves_nothing_that_looks_like_a_package_and_the_next_sweeps_it(
    ready: MadeCase, issuer: Issuer, tmp_path: Path
) -> None:
    program = [sys.executable, "-c", KILLED, ready.id, str(tmp_path)]
    killed = subprocess.run(program, env=environment(ready.settings), check=False)
    assert killed.returncode == -signal.SIGKILL
    assert [name.startswith(f".{ready.id}") for name in left_in(tmp_path)] == [True]
    assert acts(ready)[-1][0] == "built"
    built = build(ready, issuer, tmp_path, now=datetime.now(UTC))
    assert left_in(tmp_path) == sorted([built.path.name, built.cover_letter.name])


def test_handing_over_and_checking_are_on_record_for_that_very_package_only(
    built: BuiltPackage, ready: MadeCase
) -> None:
    with ready.casework.begin() as session:
        note_transferred(
            session, ready.id, package=built.path, sha256=built.sha256, to="AKP Rina, Polres Tirtamaya",
            actor=ready.legal, now=NOW,
        )  # fmt: skip
        note_verified(session, ready.id, sha256=built.sha256, outcome="utuh", actor=ready.legal, now=NOW)
    transferred, verified = acts(ready)[-2:]
    assert transferred[0] == "transferred" and transferred[1]["kepada"] == "AKP Rina, Polres Tirtamaya"
    assert verified[0] == "verified" and verified[1]["paket"] == built.number
    for actor, sha256_, kind in (
        (ready.legal, "0" * 64, KentonganError),
        (ready.analyst, built.sha256, NotAllowed),
    ):
        with pytest.raises(kind), ready.casework.begin() as session:
            note_transferred(
                session, ready.id, package=built.path, sha256=sha256_, to="AKP Rina", actor=actor, now=NOW
            )  # fmt: skip
    assert [act for act, _ in acts(ready)][-2:] == ["transferred", "verified"]


def test_the_command_line_builds_signs_checks_and_hands_over(
    ready: MadeCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KENTONGAN_DATA_DIR", str(ready.settings.data_dir))

    def kentongan(*words: str) -> int:
        return main(["evidence", *words])

    assert kentongan("build", ready.id, "--as", "ani", "--out", str(tmp_path)) == 2
    assert kentongan("build", ready.id, "--as", "budi", "--out", str(tmp_path)) == 0
    row = json.loads(capsys.readouterr().out)
    assert len(row["signers"]) == 2 and Path(row["cover_letter"]).exists()
    fingerprints = ["--segel", row["seal"]]
    for sha256_ in row["timestamps"].values():
        fingerprints += ["--waktu", sha256_]
    for sha256_ in row["signers"].values():
        fingerprints += ["--penanda-tangan", sha256_]
    package = row["package"]
    assert kentongan("verify", package, *fingerprints, "--case", ready.id, "--as", "budi") == 0
    assert kentongan("verify", package, "--case", ready.id) == 2
    assert kentongan("transfer", ready.id, package, "--to", "AKP Rina", "--as", "budi") == 0
    assert [act for act, _ in acts(ready)][-4:] == ["built", "exported", "verified", "transferred"]
    with Path(package).open("r+b") as file:
        file.seek(row["size"] // 2)
        file.write(b"\0\0")
    assert kentongan("verify", package, *fingerprints) == 1
    assert kentongan("transfer", ready.id, package, "--to", "AKP Rina", "--as", "budi") == 2


def test_a_package_that_its_own_verifier_refuses_is_not_handed_out(
    ready: MadeCase, issuer: Issuer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = tmp_path / "verifikasi.py"
    found = {"pemeriksaan": [{"status": "ditolak", "berkas": "data/kasus.json", "keterangan": "tidak disukai"}]}
    strict.write_text(f"import sys\nprint({json.dumps(json.dumps(found))})\nsys.exit(1)\n", encoding="utf-8")
    monkeypatch.setattr("evidence.package.build.VERIFIER", strict)
    with pytest.raises(Conflict, match=r"data/kasus\.json: tidak disukai"):
        build(ready, issuer, tmp_path / "paket", now=datetime.now(UTC))
    assert left_in(tmp_path / "paket") == []
    assert acts(ready)[-1][0] == "noted"
