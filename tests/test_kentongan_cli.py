"""The command line as people and programs meet it: real processes, what they write, and how they end."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest
from command_line import environment, rows_of, run_command
from crawlers_server import Reply, running_site
from kentongan_documents import make_document

from casework.db import open_casework
from casework.jobs import Job, list_jobs, read_log
from casework.processes import process_identity
from kentongan import __version__
from kentongan.commands.registry import COMMANDS
from kentongan.schema import SENTIMENTS, TOPICS, Query
from kentongan.settings import Settings
from search.open import open_store

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {
    "alembic", "altair", "feedparser", "lark", "lxml", "msgspec", "numpy", "rich", "safetensors", "scrapy",
    "sqlalchemy", "streamlit", "tantivy", "trafilatura", "twisted", "warcio", "yaml",
}  # fmt: skip
"""Everything installed beside the standard library: the overview needs none of it."""

ENGLISH = ("usage:", "show this help", "positional arguments", "optional arguments", "options:", "Traceback")

ALL_HELP = """
import argparse, contextlib, importlib, io, json
from kentongan.cli import main
from kentongan.commands.parser import Parser
from kentongan.commands.registry import COMMANDS

def tell(words):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        try:
            main([*words, "--help"])
        except SystemExit as ended:
            assert ended.code == 0, words
    pages[" ".join(words)] = said.getvalue()

pages = {}
for name, (module, _) in COMMANDS.items():
    tell([name])
    parser = Parser(prog=name)
    importlib.import_module(f"kentongan.commands.{module}").configure(parser)
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for chosen in action.choices:
                tell([name, chosen])
print(json.dumps(pages))
"""

REFUSED = {
    "search|banjir DAN (jalan": "huruf ke-12 tidak ditutup",
    "search|--from|2026-11-13|--to|2026-11-12": "terbalik",
    "search|--from|kemarin": "'kemarin' tidak terbaca",
    "search|--to|9999-12-31": "'9999-12-31' tidak terbaca",
    "search|--limit|0": "paling sedikit 1",
    "search|--region|Randu": "'Randu' tidak terbaca",
    "count|--by|day|--by|kind|--by|source": "dua --by",
    "count|--by|mood": "--by tidak mengenal 'mood'",
    "search|--s|x": "dapat berarti --sentiment, --source",
    "import|tiada.csv|--as|sp4n": "tiada.csv tidak ada",
    "import|README.md|--as|sp5n": "Mungkin maksudnya sp4n?",
    "predict|tiada.jsonl": "tiada.jsonl tidak ada",
    "extract|tiada.html|--url|http://kabar.test/1": "tiada.html tidak ada",
    "crawl|antara": "Sumber 'antara' tidak ada",
    "score|--slice|3/2": "--slice '3/2' tidak terbaca",
    "sources|raw|0": "Dokumen 0 tidak ada",
    "jobs|start|users|list": "'users' bukan pekerjaan",
    "jobs|log|7": "Pekerjaan 7 tidak ada",
    "models|card|besar": "Model 'besar' tidak ada",
    "users": "Belum disebut: TINDAKAN",
}
"""Lines nobody should type, with what each is told; "|" stands between its words."""

SILENT_PORT = "127.0.0.1:9"
"""Nobody listens on the port of the discard service."""


def run_in(
    folder: Path, *words: str, environ: dict[str, str] | None = None, status: int
) -> subprocess.CompletedProcess[str]:
    """``kentongan WORDS`` from a folder, with no settings but the ones found there and in ``environ``."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("KENTONGAN_", "ELASTICSEARCH_", "DATABASE_"))}
    done = subprocess.run(
        [sys.executable, "-m", "kentongan", *words],
        env={**kept, "PYTHONPATH": str(ROOT), **(environ or {})},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done


def start(settings: Settings, *words: str, **options: Any) -> subprocess.Popen[str]:
    """``kentongan WORDS`` under way, with Python's usual buffers whatever this process was told."""
    command = [sys.executable, "-m", "kentongan", *words]
    environ = environment(settings, PYTHONUNBUFFERED="")
    return subprocess.Popen(command, env=environ, text=True, stderr=subprocess.PIPE, **options)


def assert_one_sentence(said: str, command: str) -> None:
    """What a refusal leaves on standard error: its command, what is wrong, in one line of whole sentences; below a
    fault in a query, its place."""
    sentence, *place = said.splitlines(keepends=True)
    assert sentence.startswith(f"kentongan {command}: "), said
    assert sentence.endswith((".\n", "?\n")), said
    assert not place or (len(place) == 2 and place[1].strip() == "^"), said
    assert not [word for word in (*ENGLISH, "argument ", "invalid") if word in said], said


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation with 400 posts, 3 of them invented, and 20 articles, all unlabelled."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("stocked") / "var")
    with open_store(settings) as store:
        store.add(make_document(n, sample=n >= 397) for n in range(400))
        store.add(make_document(n, kind="article", text="Warga Randu mengungsi. " * 12) for n in range(20))
    return settings


@pytest.fixture(scope="module", autouse=True)
def unanswered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    """A search that asks an Elasticsearch which is not there: it tries for some seconds, meanwhile others run."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("es") / "var", elasticsearch_url=f"http://{SILENT_PORT}")
    with start(settings, "search", "banjir", stdout=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_the_overview_names_every_command_and_imports_nothing_heavy(settings: Settings) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "kentongan", "--help"],
        env=environment(settings), capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name, (_, line) in COMMANDS.items():
        assert f"  {name:<10} {line}\n" in done.stdout
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "kentongan" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_every_help_page_is_indonesian_and_names_its_actions(settings: Settings) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ALL_HELP], env=environment(settings), capture_output=True, text=True, check=True
    )
    pages: dict[str, str] = json.loads(done.stdout)
    assert {name for name in pages if " " not in name} == set(COMMANDS)
    assert {"users deactivate", "sources raw", "jobs start", "models card"} <= set(pages)
    for name, page in pages.items():
        assert page.startswith(f"pemakaian: kentongan {name}"), name
        assert "tampilkan bantuan ini" in page, name
        assert not [word for word in ENGLISH if word in page], name
        command, _, action = name.partition(" ")
        assert not action or f"\n    {action}" in pages[command], name


def test_an_unknown_command_is_answered_with_the_nearest_one(settings: Settings) -> None:
    assert run_command(settings, "serach", status=2).stderr == (
        "kentongan: perintah 'serach' tidak ada. Mungkin maksudnya search?\n"
    )
    assert "kentongan --help" in run_command(settings, "xyz", status=2).stderr
    assert run_command(settings, "--version").stdout == f"kentongan {__version__}\n"


@pytest.fixture(scope="module")
def refusals(stocked: Settings) -> dict[str, subprocess.CompletedProcess[str]]:
    """How each line of REFUSED ended; two at a time."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        done = pool.map(lambda words: run_command(stocked, *words.split("|"), status=None), REFUSED)
        return dict(zip(REFUSED, done, strict=True))


@pytest.mark.parametrize("words", REFUSED)
def test_a_refusal_is_one_sentence_with_status_two(
    refusals: dict[str, subprocess.CompletedProcess[str]], words: str
) -> None:
    done = refusals[words]
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert REFUSED[words] in done.stderr
    assert_one_sentence(done.stderr, words.partition("|")[0])


def test_settings_nobody_knows_are_refused_with_the_nearest_one(tmp_path: Path) -> None:
    (tmp_path / "kentongan.toml").write_text('organisasi = "Kota Contoh"\n', encoding="utf-8")
    done = run_in(tmp_path, "search", status=2)
    assert "kentongan.toml: organisasi tidak dikenal. Mungkin maksudnya organisation?" in done.stderr
    assert_one_sentence(done.stderr, "search")
    (tmp_path / "kentongan.toml").unlink()
    done = run_in(tmp_path, "search", environ={"KENTONGAN_DATADIR": "x"}, status=2)
    assert "KENTONGAN_DATADIR tidak dikenal. Mungkin maksudnya KENTONGAN_DATA_DIR?" in done.stderr
    done = run_in(tmp_path, "search", environ={"KENTONGAN_SETTINGS": str(tmp_path)}, status=2)
    assert_one_sentence(done.stderr, "search")


def test_a_settings_file_in_the_working_folder_counts(tmp_path: Path) -> None:
    (tmp_path / "kentongan.toml").write_text('zone = "WIT"\ndata_dir = "data"\n', encoding="utf-8")
    assert "zone = WIT    (KENTONGAN_ZONE)" in run_in(tmp_path, "doctor", "--settings", status=0).stdout
    run_in(tmp_path, "store", "size", status=0)
    assert (tmp_path / "data/store").is_dir()


def test_a_postgresql_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    settings = Settings(data_dir=tmp_path, database_url=f"postgresql://kentongan:rahasia@{SILENT_PORT}/kentongan")
    said = run_command(settings, "users", "list", status=2).stderr
    assert SILENT_PORT in said and "PostgreSQL" in said
    assert "rahasia" not in said
    assert_one_sentence(said, "users")


def test_rows_are_json_lines_when_nobody_sits_at_a_terminal(stocked: Settings) -> None:
    rows = rows_of(stocked, "search", "banjir", "--limit", "3")
    assert [row["text"] for row in rows] == [make_document(n).text for n in (395, 388, 381)]
    assert set(rows[0]) >= {
        "id",
        "kind",
        "source",
        "published_at",
        "title",
        "text",
        "author",
        "url",
        "labels",
        "sample",
    }
    assert rows[0]["labels"] == {} and rows[0]["published_at"] == "2026-11-12T07:35:00Z"
    assert rows_of(stocked, "count", "--by", "kind") == [
        {"kind": "post", "count": 400}, {"kind": "article", "count": 20}
    ]  # fmt: skip
    assert rows_of(stocked, "count", "--kind", "article", "--from", "2026-11-12T08:05", "--to", "2026-11-12T08:10") == [
        {"count": 5}
    ]
    assert rows_of(stocked, "search", "tidakadakatanya") == []


def on_terminal(settings: Settings, *words: str) -> str:
    """What a person sees who runs this at a terminal of 160 columns."""
    here, there = pty.openpty()
    command = [sys.executable, "-m", "kentongan", *words]
    seen = b""
    with subprocess.Popen(
        command, env=environment(settings, COLUMNS="160", TERM="dumb"), stdout=there, stderr=there, stdin=there
    ):
        os.close(there)
        try:
            while piece := os.read(here, 65536):
                seen += piece
        except OSError:  # Linux says EIO when the other end is closed.
            pass
    os.close(here)
    return seen.decode()


def test_a_table_that_shows_invented_documents_says_so(stocked: Settings) -> None:
    shown = on_terminal(stocked, "search", "--limit", "5")
    assert "DATA CONTOH. 5 dari 420 dokumen" in shown
    assert "nomor 399" in shown and "{" not in shown
    real = on_terminal(stocked, "search", "nomor", "--to", "2026-11-12T09:00")
    assert "20 dari 80 dokumen" in real and "DATA CONTOH" not in real
    counted = on_terminal(stocked, "count", "--by", "kind")
    assert "400" in counted and "jumlah" in counted and "DATA CONTOH: 3 dari" in counted


def test_predict_reads_a_file_and_names_the_lines_it_cannot_read(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "teks.jsonl"
    lines = [
        b'{"id": "a", "text": "Jalan rusak parah, kecewa sekali"}',
        b'{"id": 7, "text": "\xf0\x9f\x94\xa5", "lain": [1]}',
        b'{"id": "tanpa teks"}',
        b"bukan json",
        b"",
        b'{"text": "tanpa nama"}',
        b'{"id": "x", "text": "\xff"}',
        b'{"id": "dalam", "lain": ' + b"[" * 50_000 + b"]" * 50_000 + b', "text": "x"}',
    ]
    file.write_bytes(b"\n".join(lines))
    done = run_command(settings, "predict", str(file), status=1)
    said = [line.partition(" dilewati: ")[0] for line in done.stderr.splitlines()]
    assert said == ["baris 3", "baris 4", "baris 7", "baris 8"]
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in rows] == ["a", 7, 6]
    for row in rows:
        for task, labels in (("sentiment", SENTIMENTS), ("topic", TOPICS)):
            assert set(row[task]) == {"label", "p", "abstain"}
            assert set(row[task]["p"]) == set(labels)
            assert sum(row[task]["p"].values()) == pytest.approx(1, abs=1e-5)
            assert row[task]["label"] in labels or row[task]["abstain"]
            assert isinstance(row[task]["abstain"], bool)


def test_predict_gives_the_reasons_of_a_suspicion(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "pesan.jsonl"
    file.write_text(json.dumps({"id": 1, "text": "SEBARKAN!! Minum air garam membunuh virus corona"}) + "\n")
    plain = json.loads(run_command(settings, "predict", str(file), "--task", "hoax").stdout)
    row = json.loads(run_command(settings, "predict", str(file), "--task", "hoax", "--reasons").stdout)
    assert set(plain) == set(row) == {"id", "hoax"}
    assert row["hoax"]["p"] == plain["hoax"]["p"], "a sign is shown beside the probability, never added to it"
    kinds = {reason["kind"] for reason in row["hoax"]["reasons"]}
    assert kinds == {"kata", "tanda"}
    assert any("menyebarkan" in reason["text"] for reason in row["hoax"]["reasons"])


def test_what_search_writes_predict_reads(stocked: Settings) -> None:
    with start(stocked, "search", "beras", "--limit", "30", "--json", stdout=subprocess.PIPE) as searching:
        assert searching.stdout is not None
        done = subprocess.run(
            [sys.executable, "-m", "kentongan", "predict", "-"],
            env=environment(stocked), stdin=searching.stdout, capture_output=True, text=True, check=True,
        )  # fmt: skip
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    wanted = sorted((n for n in range(400) if n % 7 == 2), reverse=True)[:30]
    assert [row["id"] for row in rows] == [make_document(n).id for n in wanted]


def test_a_reader_that_goes_away_early_leaves_no_complaint(stocked: Settings) -> None:
    with start(stocked, "search", "--limit", "420", stdout=subprocess.PIPE) as searching:
        assert searching.stdout is not None and searching.stderr is not None
        json.loads(searching.stdout.readline())
        searching.stdout.close()
        assert searching.stderr.read() == ""
    assert searching.returncode == 0
    for words in (["--help"], ["search", "--help"], ["doctor", "--settings"]):
        reading, writing = os.pipe()
        os.close(reading)
        with start(stocked, *words, stdout=writing) as telling:
            os.close(writing)
            assert telling.stderr is not None
            assert telling.stderr.read() == "", words
        assert telling.returncode == 0, words


def test_people_are_managed_and_the_audit_tells_it(settings: Settings) -> None:
    run_command(settings, "users", "add", "Sari", "--name", "Sari Utami", "--role", "admin")
    agency = ("--role", "petugas", "--agency", "Dinas PUPR")
    run_command(settings, "users", "add", "budi", "--name", "Budi", *agency)
    said = run_command(settings, "users", "deactivate", "sari", status=2).stderr
    assert "admin aktif terakhir" in said
    assert_one_sentence(said, "users")
    run_command(settings, "users", "role", "budi", "--role", "analis")
    run_command(settings, "users", "deactivate", "budi")
    people = {row["username"]: row for row in rows_of(settings, "users", "list")}
    assert (people["sari"]["role"], people["sari"]["active"]) == ("admin", True)
    assert (people["budi"]["role"], people["budi"]["agency"], people["budi"]["active"]) == ("analis", None, False)
    told = rows_of(settings, "audit")
    assert [row["action"] for row in told] == [
        "people.deactivate", "people.change_role", "people.add", "people.add"
    ]  # fmt: skip
    assert {row["actor"] for row in told} == {"sistem"}
    assert (told[1]["detail"]["from"], told[1]["detail"]["to"]) == ("petugas", "analis")


def await_jobs(settings: Settings) -> list[Job]:
    """All jobs, oldest first, once each has ended."""
    deadline = time.monotonic() + 120
    with open_casework(settings) as casework:
        while True:
            with casework.read() as session:
                jobs = list_jobs(session)[::-1]
            if all(job.finished for job in jobs):
                return jobs
            assert time.monotonic() < deadline, jobs
            time.sleep(0.1)


def test_a_job_outlives_its_starter_and_its_row_says_how_it_ended(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "kiriman.jsonl"
    file.write_text('{"id": "1", "text": "halo", "published_at": "2026-11-20T08:00:00Z"}\n', encoding="utf-8")
    run_command(settings, "jobs", "start", "import", str(file), "--as", "jsonl")
    run_command(settings, "jobs", "start", "import", str(tmp_path / "tiada.csv"), "--as", "sp4n")
    run_command(settings, "jobs", "start", "crawl", "--cepat")
    assert [job.exit_code for job in await_jobs(settings)] == [0, 2, 2]
    unknown, missing, done = rows_of(settings, "jobs", "list")
    assert (done["state"], done["by"], done["done"]) == ("done", "sistem", 1)
    assert missing["state"] == "failed" and "tiada.csv tidak ada" in missing["note"]
    assert unknown["state"] == "failed" and "kode 2" in unknown["note"]
    log = run_command(settings, "jobs", "log", "1").stdout
    assert json.loads(log.splitlines()[-1])["new"] == 1
    assert "--cepat" in (read_log(settings, 3) or "")


def test_a_cancelled_job_stops(settings: Settings, tmp_path: Path) -> None:
    with running_site() as site:
        site.pages["/umpan.xml"] = Reply(b"", wait=20)
        source = {"name": "lambat", "kind": "rss", "url": f"{site.url}/umpan.xml", "allow_private": True}
        (tmp_path / "sources.yml").write_text(json.dumps([source]), encoding="utf-8")
        slow = msgspec.structs.replace(settings, sources_file=tmp_path / "sources.yml")
        run_command(slow, "jobs", "start", "crawl", "lambat")
        run_command(slow, "jobs", "cancel", "1")
        (job,) = await_jobs(slow)
        assert (job.state, job.cancelled_by) == ("cancelled", "sistem")
        assert job.pid is not None and process_identity(job.pid) is None
        assert "sudah berakhir" in run_command(slow, "jobs", "cancel", "1", status=2).stderr
    assert [row["action"] for row in rows_of(slow, "audit")] == ["jobs.cancel", "jobs.start"]


def test_the_store_is_checked_measured_and_rebuilt(stocked: Settings) -> None:
    (size,) = rows_of(stocked, "store", "size")
    assert (size["store"], size["documents"], size["problems"]) == ("embedded", 420, None)
    assert size["size_bytes"] > 0
    with open_store(stocked) as store:
        before = store.count(Query(), by=["kind", "hour"])
    (rebuilt,) = rows_of(stocked, "store", "rebuild")
    assert (rebuilt["documents"], rebuilt["behind"], rebuilt["problems"]) == (420, 0, None)
    (checked,) = rows_of(stocked, "store", "check")
    assert (checked["documents"], checked["behind"], checked["problems"]) == (420, 0, None)
    with open_store(stocked) as store:
        assert store.count(Query(), by=["kind", "hour"]) == before


def test_sources_are_listed_and_a_disabled_one_is_not_read_in_silence(settings: Settings, tmp_path: Path) -> None:
    shipped = rows_of(settings, "sources", "list")
    assert len(shipped) == len({row["name"] for row in shipped}) > 0
    assert {row["last_success"] for row in shipped} == {None}
    file = tmp_path / "sources.yml"
    file.write_text('[{"name": "mati", "kind": "rss", "url": "http://x.test/", "enabled": false}]', encoding="utf-8")
    own = msgspec.structs.replace(settings, sources_file=file)
    assert [row["enabled"] for row in rows_of(own, "sources", "list")] == [False]
    assert "dimatikan" in run_command(own, "crawl", "mati", status=2).stderr
    assert rows_of(own, "sources", "refused") == rows_of(own, "sources", "gaps") == []


def test_models_show_what_they_are(settings: Settings) -> None:
    (row,) = [row for row in rows_of(settings, "models", "list") if row["name"] == "linear"]
    assert {"sentiment", "topic"} <= set(row["tasks"])
    assert row["bytes"] > 0
    (card,) = rows_of(settings, "models", "card", "linear")
    assert card["version"] == row["version"]


def test_the_doctor_finds_what_is_missing_and_keeps_secrets(settings: Settings, tmp_path: Path) -> None:
    found = {row["subject"]: row for row in rows_of(settings, "doctor")}
    assert {row["state"] for row in found.values()} <= {"ok", "opsional"}
    assert {"python", "ruang disk", "sumber", "model", "penyimpanan", "kerja kasus"} <= set(found)
    (tmp_path / "berkas").write_text("", encoding="utf-8")
    secret = "s3cret-0f-the-test"
    broken = msgspec.structs.replace(
        settings, data_dir=tmp_path / "berkas/var", sources_file=tmp_path / "tiada.yml", elasticsearch_api_key=secret
    )
    sick = {row["subject"]: row["state"] for row in rows_of(broken, "doctor", status=1)}
    assert [part for part, state in sick.items() if state == "kurang"] == ["sumber", "penyimpanan", "kerja kasus"]
    told = run_command(broken, "doctor", "--settings").stdout
    assert secret not in told and "elasticsearch_api_key = •••" in told
    assert all(f"{name} = " in told for name in Settings.__struct_fields__)


def test_an_elasticsearch_that_is_not_there_is_one_sentence(unanswered: subprocess.Popen[str]) -> None:
    out, said = unanswered.communicate(timeout=60)
    assert (unanswered.returncode, out) == (2, "")
    assert "Elasticsearch tidak menjawab" in said
    assert_one_sentence(said, "search")
