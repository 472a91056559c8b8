"""`kentongan cases`, `evidence secure` and `evidence heads` on the collected sample data, as people type them."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from command_line import run_command
from warcio.archiveiterator import ArchiveIterator

from casework.db import open_casework
from casework.people import add_person
from casework.roles import SYSTEM, Role
from casework.stories import list_stories, read_story
from casework.story_keeping import update_stories
from crawlers.schedule import Schedule
from evidence.objects import Objects
from evidence.signing.trial_authority import serve_test_authority
from evidence.signing.trial_keys import CA_FILE, make_test_keys
from kentongan.cli import main
from kentongan.commands.demo import demo_settings
from kentongan.commands.watch import HEADS, Watch
from kentongan.schema import Query, Record
from kentongan.settings import Settings, as_variables
from kentongan.times import start_of_day
from samples.server import serve_samples
from samples.world import write_sources
from search.open import open_store

PEOPLE: dict[str, Role] = {"ani": "analis", "budi": "hukum"}
REASON = "Diminta penyidik lewat surat nomor 12."


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The posts of the sample regency, collected once from its real site, with their stories and people."""
    settings = demo_settings(Settings(data_dir=tmp_path_factory.mktemp("kasus")))
    settings.data_dir.mkdir(parents=True)
    now = datetime.now(UTC)
    with serve_samples(start_of_day(now, "WIB") + timedelta(days=1), now=now) as address:
        write_sources(settings.data_dir / "sources.yml", address)
        run_command(settings, "crawl", "guyub-publik")
    with open_store(settings) as store, open_casework(settings) as casework:
        update_stories(store, casework, settings, now=now)
        with casework.begin() as session:
            for username, role in PEOPLE.items():
                add_person(session, username, name=username.title(), role=role, actor=SYSTEM, now=now)
    return settings


@pytest.fixture
def settings(collected: Settings, tmp_path: Path) -> Settings:
    """A copy of it, for one test to change."""
    shutil.copytree(collected.data_dir, tmp_path / "var")
    return msgspec.structs.replace(collected, data_dir=tmp_path / "var", sources_file=tmp_path / "var/sources.yml")


class Terminal:
    """Types commands in this process, which has imported everything already; a process each would take a minute."""

    def __init__(self, settings: Settings, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.settings, self.capsys = settings, capsys
        for name, value in as_variables(settings).items():
            patch.setenv(name, value)

    def __call__(self, *words: str, status: int = 0) -> tuple[str, str]:
        """What the command wrote to standard output and to standard error."""
        self.capsys.readouterr()
        done = main(words)
        out, err = self.capsys.readouterr()
        assert done == status, f"{words} ended with {done}:\n{out}\n{err}"
        return out, err

    def row(self, *words: str) -> dict[str, Any]:
        (line,) = self(*words)[0].splitlines()
        return json.loads(line)  # type: ignore[no-any-return]


@pytest.fixture
def terminal(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(settings, monkeypatch, capsys)


def copies(settings: Settings, count: int) -> list[str]:
    """Ids of that many posts of the largest story."""
    with open_store(settings) as store, open_casework(settings) as casework, casework.read() as session:
        story = max(list_stories(session), key=lambda one: one.spreads)
        ids = [item.document for item in read_story(session, story.id).items]
        found = [record.document.id for record in store.get(ids) if record and record.document.raw]
    assert len(found) >= count
    return found[:count]


def test_a_case_from_the_first_look_to_the_last_with_its_pages_gone(terminal: Terminal) -> None:
    settings = terminal.settings
    ids = copies(settings, 2)
    partly = run_command(settings, "evidence", "secure", *ids, "tidak-ada", ids[0], "--as", "ani", status=1)
    rows = [json.loads(line) for line in partly.stdout.splitlines()]
    assert "tidak-ada tidak ada" in partly.stderr
    case = rows[0]["case"]
    assert [(row["case"], row["document"], row["new"]) for row in rows] == [
        (case, ids[0], True), (case, ids[1], True), (case, ids[0], False),
    ]  # fmt: skip

    shown = terminal.row("cases", "show", case, "--as", "budi")
    assert [document["document"] for document in shown["documents"]] == ids and shown["sample"] is True
    terminal("cases", "hold", case, "--reason", REASON, "--as", "budi")
    assert "penahanan hukum" in terminal("cases", "close", case, "--reason", REASON, "--as", "ani", status=2)[1]
    assert "tidak berhak" in terminal("cases", "release", case, "--reason", REASON, "--as", "ani", status=2)[1]
    terminal("cases", "note", case, "Surat penyidik diterima.", "--as", "ani")
    real = terminal.row("cases", "open", "--title", "Lain", "--purpose", REASON, "--as", "ani")["case"]
    mixed = terminal("evidence", "secure", ids[0], "--case", real, "--as", "ani", status=2)[1]
    assert "tidak boleh campur" in mixed
    listed = [json.loads(line) for line in terminal("cases", "list")[0].splitlines()]
    assert {row["case"]: (row["documents"], row["held"]) for row in listed} == {case: (2, True), real: (0, False)}

    # The machine's owner empties the archive and the store: what was secured stays.
    shutil.rmtree(settings.archive_dir)
    pruned, said = terminal("store", "prune", "--before", "2100-01-01", "--even-judged", "--yes")
    assert json.loads(pruned)["case_kept"] == 2 and "2 dokumen tetap ada" in said
    with open_store(settings) as store:
        assert {record.document.id for record in store.stream(Query())} == set(ids)
    objects = Objects(settings.objects_dir)
    for document in shown["documents"]:
        kept = msgspec.json.decode(objects.read(document["snapshot"]["sha256"]), type=Record)
        assert kept.document.id == document["document"] and kept.document.text
        (answer,) = [
            one
            for one in ArchiveIterator(io.BytesIO(objects.read(document["raw"]["sha256"])), check_digests="raise")
            if one.rec_type == "response"
        ]
        assert answer.rec_headers.get_header("WARC-Target-URI").startswith("http://127.0.0.1")

    lines = terminal("cases", "custody", case)[0].encode().removesuffix(b"\n").split(b"\n")
    acts = [json.loads(line)["act"] for line in lines]
    assert [act for act in acts if act not in ("scored", "collected")] == [
        "opened", "secured", "secured", "viewed", "held", "noted",
    ]  # fmt: skip
    previous = "0" * 64
    for line in lines:
        assert json.loads(line)["previous"] == previous
        previous = hashlib.sha256(line).hexdigest()


@contextmanager
def stamping(settings: Settings, folder: Path) -> Iterator[Settings]:
    """The settings with a test authority that answers, and a file that declares it."""
    if not folder.exists():
        make_test_keys(folder, now=datetime.now(UTC))
    with serve_test_authority(folder) as address:
        file = folder / "otoritas.toml"
        file.write_text(f'[[authority]]\nname = "uji"\nurl = "{address}"\ncertificate = "{CA_FILE}"\ntest = true\n')
        yield msgspec.structs.replace(settings, timestamp_authorities_file=file)


def test_the_watch_has_the_heads_stamped_daily_and_asks_again_when_the_authority_was_away(
    terminal: Terminal, settings: Settings, tmp_path: Path
) -> None:
    assert "Belum ada kasus" in terminal("evidence", "heads")[1]
    case = terminal.row("cases", "open", "--title", "Contoh", "--purpose", REASON, "--sample", "--as", "ani")["case"]
    assert "timestamp_authorities_file" in terminal("evidence", "heads", status=2)[1]
    with stamping(settings, tmp_path / "kunci") as able:
        pass
    with Schedule(able.collection_file) as schedule:
        Watch(able, schedule, []).stamp_heads()
        waits = schedule.turns()[HEADS].due - datetime.now(UTC)
        assert timedelta(minutes=55) < waits <= timedelta(hours=1)
        with stamping(settings, tmp_path / "kunci") as able:
            watch = Watch(able, schedule, [])
            watch.stamp_heads()
            (heads,) = [json.loads(line) for line in watch.said.splitlines()]
            assert (heads["chains"], heads["sample"], heads["new"]) == (1, True, True)
            assert heads["tokens"][0]["authority"] == "uji"
            due = start_of_day(datetime.now(UTC), able.zone) + timedelta(days=1)
            assert schedule.turns()[HEADS].due == due
    check = terminal.row("cases", "custody", case, "--check")
    assert check == {"case": case, "whole": True, "entries": 1, "heads": 1}
