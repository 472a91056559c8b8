"""`kentongan incidents` and `kentongan dangers`: the room and the question to the agency from the command line."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from command_line import rows_of
from incident_desk import put_agencies

from casework.db import open_casework
from casework.people import add_person
from casework.roles import SYSTEM, Role
from casework.story_keeping import update_stories
from kentongan.commands import dangers, incidents, search, stories, verdicts
from kentongan.commands.parser import Parser
from kentongan.errors import Conflict, KentonganError
from kentongan.schema import Annotation, Document, document_id
from kentongan.settings import Settings
from search.open import open_store

PEOPLE: tuple[tuple[str, Role, str | None], ...] = (
    ("ani", "analis", None), ("pur", "pimpinan", None), ("joko", "petugas", "BPBD Tirtamaya"),
)  # fmt: skip
RUMOUR = "Tanggul Kali Manis di Kecamatan Randu jebol barusan, air menuju kampung hilir, segera mengungsi sekarang!!"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """An installation with people, agencies, and a copied rumour that a model suspects to be a hoax."""
    import samples

    folder = Path(samples.__file__).parent
    made = Settings(
        data_dir=tmp_path_factory.mktemp("insiden") / "var", region="99.01", regions_file=folder / "regions.csv"
    )
    now = datetime.now(UTC)
    with open_casework(made) as casework, open_store(made) as store:
        put_agencies(casework)
        with casework.begin() as session:
            for username, role, agency in PEOPLE:
                add_person(session, username, name=username.title(), role=role, agency=agency, actor=SYSTEM, now=now)
        documents = [
            Document(
                id=document_id("sosial.example", str(n)), kind="post", publisher="sosial.example", platform="mastodon",
                native_key=str(n), source="uji", text=text, published_at=now - timedelta(minutes=30 - n),
                collected_at=now,
            )
            for n, text in enumerate((RUMOUR, RUMOUR + "!", "Bansos palsu beredar lagi, minta data KTP warga Randu"))
        ]  # fmt: skip
        store.add(documents)
        store.use_model("hoax", "uji", "1")
        store.annotate(
            Annotation(document=one.id, task="hoax", value="hoax", by="uji", version="1", at=now) for one in documents
        )
        store.refresh()
        update_stories(store, casework, made, now=now)
    yield made


def run_here(module: Any, settings: Settings, *words: str) -> tuple[list[dict[str, Any]], str]:
    """The command in this process: its JSON lines and what it said."""
    parser = Parser(prog="kentongan x")
    module.configure(parser)
    options: argparse.Namespace = parser.parse_args(list(words))
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        module.run(options, settings)
    return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue()


def test_an_incident_runs_from_opening_to_its_report_and_back(settings: Settings, tmp_path: Path) -> None:
    def act(*words: str) -> dict[str, Any]:
        ((row,), _) = run_here(incidents, settings, *words)
        return row

    (opened,) = rows_of(settings, "incidents", "open", "Kebakaran pasar", "--kind", "kebakaran", "--as", "ani")
    number = opened["number"]
    assert opened["takes_over"] and opened["level"] == "darurat"
    task = act("task", number, "Padamkan api", "--within", "20", "--agency", "bpbd", "--as", "ani")
    assert task["holder"] == "BPBD Tirtamaya" and not task["overdue"]
    act("blocked", str(task["task"]), "--note", "Jalan macet", "--as", "joko")
    assert act("done", str(task["task"]), "--note", "Padam", "--as", "joko")["state"] == "done"
    act("note", number, "Tidak ada korban", "--as", "joko")
    act("level", number, "siaga", "--reason", "Api kecil", "--as", "joko")
    act("link", number, "dokumen", "a" * 32, "--as", "ani")
    other = act("open", "Asap di pasar", "--kind", "kebakaran", "--level", "pantau", "--as", "ani")
    assert act("merge", other["number"], number, "--reason", "Sama", "--as", "ani")["number"] == number
    assert act("close", number, "--outcome", "Padam", "--as", "joko")["state"] == "closed"
    report = tmp_path / "laporan.pdf"
    run_here(incidents, settings, "report", number, "--to", str(report))
    assert report.read_bytes().startswith(b"%PDF")
    assert act("reopen", number, "--reason", "Api menyala lagi", "--as", "pur")["state"] == "open"
    shown = act("show", number)
    assert shown["merged"] == [other["number"]] and shown["tasks"][0]["note"] == "Padam"
    assert [entry["act"] for entry in shown["log"]][-2:] == ["closed", "reopened"]
    assert all(entry["lewat"] == "baris perintah" for entry in shown["log"])
    rows, _ = run_here(incidents, settings, "list", "--json")
    assert [row["number"] for row in rows] == [number]
    with pytest.raises(KentonganError, match="memerlukan nama"):
        run_here(incidents, settings, "show", number, "--caller")


def test_a_rumour_is_asked_held_answered_and_becomes_an_incident(settings: Settings) -> None:
    def listed() -> list[str | None]:
        return [row["danger"] for row in run_here(stories, settings, "list", "--json")[0]]

    def suspected() -> tuple[int, str]:
        rows, said = run_here(search, settings, "", "--hoax", "hoax", "--json")
        return len(rows), said

    assert listed() == [None] and suspected()[0] == 3
    ((scanned,), _) = run_here(dangers, settings, "scan")
    assert scanned["raised"] == ["KB-000001"] and scanned["joined"] == 1
    assert listed() == ["perlu dipastikan (KB-000001)"]
    count, said = suspected()
    assert count == 1 and "2 dokumen disisihkan" in said
    ((waiting,), _) = run_here(dangers, settings, "list", "--agency", "BPBD Tirtamaya", "--json")
    assert waiting["minutes_left"] in (14, 15) and waiting["danger"] == "bendungan"
    with pytest.raises(Conflict, match="perlu dipastikan"):
        run_here(verdicts, settings, "open", waiting["document"], "--as", "ani")

    give = ("answer", "1", "confirmed", "--text", "Retak 2 m", "--source", "petugas pintu air", "--as", "joko")
    with pytest.raises(KentonganError, match="tidak ada dalam daftar"):
        run_here(dangers, settings, "move", "1", "Dinas Tiada", "--reason", "x", "--as", "joko")
    ((answered,), _) = run_here(dangers, settings, *give, "--open-incident")
    assert answered["state"] == "confirmed" and answered["incident"] is not None
    assert listed() == ["dipastikan benar (KB-000001): Retak 2 m"]
    assert suspected()[0] == 1, "what is confirmed is no suspected hoax"
    with pytest.raises(Conflict):
        run_here(dangers, settings, *give)
    ((shown,), _) = run_here(dangers, settings, "show", "KB-000001")
    assert [event["act"] for event in shown["history"]] == ["raised", "joined", "answered", "incident"]
    assert len(shown["documents"]) == 2
