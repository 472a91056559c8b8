"""Evidence on the sample data, from the command line: secured, decided, asked, packaged, checked; pages gone since."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from command_line import rows_of, run_command
from evidence_law import POLICE

from casework.db import open_casework
from casework.people import actor_of, find_person
from evidence.law.questions import answer
from evidence.law.rulebook import read_rulebook
from evidence.verifier import verifikasi
from kentongan.commands.demo import demo_settings
from kentongan.settings import Settings
from kentongan.times import start_of_day
from samples.server import serve_samples
from samples.world import write_sources

REASONS = "Dinas Sosial menyatakan tidak ada bantuan sebesar itu dan alamat tautannya bukan milik pemerintah."
OFFICE = "https://dinsos.tirtamaya.example/klarifikasi/bansos"
STAFF = (("ani", "analis"), ("budi", "hukum"), ("citra", "hukum"))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The sample regency, collected while it was there; its site is gone since. One page of it was captured in time."""
    settings = demo_settings(Settings(data_dir=tmp_path_factory.mktemp("bukti")))
    settings.data_dir.mkdir(parents=True)
    now = datetime.now(UTC)
    with serve_samples(start_of_day(now, "WIB") + timedelta(days=1), now=now) as address:
        write_sources(settings.data_dir / "sources.yml", address)
        run_command(settings, "crawl", "kabar-tirtamaya", "cek-fakta-tirtamaya", "guyub-publik")
        for username, role in STAFF:
            run_command(settings, "users", "add", username, "--name", username.title(), "--role", role)
        run_command(settings, "score")
        run_command(settings, "stories", "update")
        case = one(settings, "evidence", "secure", newest(settings, "bansos", "article"), "--as", "ani")["case"]
        page = page_of(address)
        (kept,) = rows_of(settings, "evidence", "capture", page, "--case", case, "--as", "ani")
        assert kept["status"] == 200
    return settings


def page_of(address: str) -> str:
    """Where the sample site itself serves an article: its documents carry the addresses of invented publishers."""
    with urllib.request.urlopen(f"{address}/kabar/rss.xml", timeout=30) as feed:
        found = re.search(rf"<link>({re.escape(address)}/[^<]+)</link>\s*<", feed.read().decode())
    assert found
    return found[1]


def newest(settings: Settings, query: str, kind: str) -> str:
    """Id of the newest document of a kind."""
    found: str = rows_of(settings, "search", query, "--kind", kind)[0]["id"]
    return found


def one(settings: Settings, *words: str) -> dict[str, Any]:
    (row,) = rows_of(settings, *words)
    return row


def decide(settings: Settings, document: str) -> None:
    """Two persons say that it is false."""
    review = str(one(settings, "verdicts", "open", document, "--as", "ani")["id"])
    choice = ["--status", "false", "--kind", "scam", "--reasons", REASONS, "--reference", OFFICE]
    for username in ("ani", "budi"):
        run_command(settings, "verdicts", "decide", review, *choice, "--as", username)


def answer_all(settings: Settings, case: str) -> None:
    """Legal staff answer what the route to the police asks: one by the command, the others without starting it anew."""
    (first, value), *others = POLICE.items()
    run_command(settings, "evidence", "answer", case, first, value, "--reason", REASONS, "--as", "citra")
    now = datetime.now(UTC)
    with open_casework(settings) as casework, casework.begin() as session:
        actor = actor_of(session, find_person(session, "citra").id, now=now)
        for question, value in others:
            answer(session, case, question, value, REASONS, rulebook=read_rulebook(), actor=actor, now=now)


def test_a_message_that_spreads_becomes_a_package_that_a_stranger_can_check(desk: Settings, tmp_path: Path) -> None:
    stories = rows_of(desk, "stories", "list")
    story = next(row["id"] for row in stories if row["spreads"] >= 4)
    (secured,) = rows_of(desk, "evidence", "secure", story, "--as", "ani")
    case = secured["case"]
    refused = run_command(desk, "evidence", "build", case, "--as", "citra", status=2)
    assert "putusan" in refused.stderr.lower()

    decide(desk, story)
    (asked,) = rows_of(desk, "evidence", "questions", case)
    assert asked["question"] == "jurnalistik" and asked["entries"][0]["review"] == "belum ditinjau ahli hukum"
    answer_all(desk, case)
    run_command(desk, "cases", "hold", case, "--reason", "Diminta penyidik.", "--as", "citra")
    run_command(desk, "evidence", "route", case, "police", "--reason", REASONS, "--as", "citra")
    run_command(desk, "evidence", "test-keys")
    built = one(desk, "evidence", "build", case, "--as", "citra", "--out", str(tmp_path))
    assert built["sample"] and built["documents"] == 1
    package = Path(built["package"])
    fingerprints = ["--segel", built["seal"], "--digest", built["tagmanifest_sha512"]]
    for sha256 in built["timestamps"].values():
        fingerprints += ["--waktu", sha256]
    for sha256 in built["signers"].values():
        fingerprints += ["--penanda-tangan", sha256]
    run_command(desk, "evidence", "verify", str(package), *fingerprints)

    # A stranger's machine: the package, one file, nothing of ours.
    stranger = tmp_path / "lain"
    stranger.mkdir()
    shutil.copy(package, stranger)
    shutil.copy(Path(verifikasi.__file__), stranger / "verifikasi.py")
    command = [sys.executable, "-I", "-S", "verifikasi.py", package.name]
    done = subprocess.run([*command, *fingerprints], cwd=stranger, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert subprocess.run(command, cwd=stranger, capture_output=True, check=False).returncode == 3
    with zipfile.ZipFile(package) as archive:
        held = {name.partition("/")[2]: name for name in archive.namelist()}
        chain = [json.loads(line) for line in archive.read(held["data/custody.jsonl"]).split(b"\n") if line]
        claims = json.loads(archive.read(held["data/klaim.json"]))
        asked = json.loads(archive.read(held["data/pertanyaan.json"]))
    acts = [entry["act"] for entry in chain]
    assert {"opened", "collected", "scored", "secured", "answered", "held", "built"} <= set(acts)
    assert any(claim["reviewRating"]["alternateName"] for claim in claims)
    assert asked["route"] == "police"


def test_a_press_article_never_reaches_the_police(desk: Settings) -> None:
    article = newest(desk, "bansos", "article")
    case = one(desk, "evidence", "secure", article, "--as", "ani")["case"]
    answer_all(desk, case)
    run_command(
        desk, "evidence", "answer", case, "jurnalistik", "ya", "--reason", "Berita media yang berbadan hukum.",
        "--as", "citra",
    )  # fmt: skip
    routes = {row["route"]: row for row in rows_of(desk, "evidence", "route", case)}
    assert not routes["police"]["open"] and "Pers" in routes["police"]["shut_because"][0]
    run_command(desk, "evidence", "route", case, "police", "--reason", REASONS, "--as", "citra", status=2)
    run_command(desk, "evidence", "build", case, "--route", "police", "--as", "citra", status=2)


def test_what_was_collected_and_captured_stays_when_the_pages_are_gone(desk: Settings) -> None:
    case = one(desk, "evidence", "secure", newest(desk, "bansos", "article"), "--as", "ani")["case"]
    shown = one(desk, "cases", "show", case, "--as", "ani")
    (capture,) = shown["captures"]
    gone = run_command(desk, "evidence", "capture", capture["url"], "--case", case, "--as", "ani", status=2)
    assert "Traceback" not in gone.stderr and gone.stderr.strip()
    assert one(desk, "cases", "show", case, "--as", "ani")["captures"] == [capture]
    assert capture["status"] == 200 and {file["name"] for file in capture["files"]} >= {"halaman.warc.gz", "layar.png"}
    assert all(document["raw"] for document in shown["documents"])
    run_command(desk, "cases", "custody", case, "--check")
