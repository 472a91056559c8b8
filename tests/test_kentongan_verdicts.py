"""Verdicts from the command line: two persons, each with --as, and what each of them and anybody else is shown."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from command_line import rows_of, run_command
from kentongan_documents import make_document

from casework.audit import read_audit
from casework.db import open_casework
from casework.people import add_person
from casework.roles import SYSTEM
from kentongan.cli import main
from kentongan.commands.verdict_rows import age_words
from kentongan.schema import Observation, Revision, revision_hash
from kentongan.settings import Settings, as_variables
from search.open import open_store

MESSAGE = make_document(1, text="Bantuan sosial Rp2,4 juta cair hari ini, daftar di tautan sebelum ditutup!")
OTHER = make_document(2, text="Lowongan kerja badan usaha milik daerah tanpa tes, kirim berkas lewat tautan.")
REASONS = "Dinas Sosial menyatakan tautan pendaftaran ini bukan miliknya."
REFERENCE = "https://dinsos.tirtamaya.example/klarifikasi/12"
SCAM = ("--status", "false", "--kind", "scam", "--reasons", REASONS, "--reference", REFERENCE)
TRUE = ("--status", "true", "--reasons", REASONS, "--reference", OTHER.id)


@pytest.fixture
def desk(settings: Settings) -> Settings:
    """An installation with two messages, two who may decide and one who may not; its clock shows WITA."""
    settings = msgspec.structs.replace(settings, zone="WITA")
    with open_store(settings) as store:
        store.add([MESSAGE, OTHER])
    with open_casework(settings) as casework, casework.begin() as session:
        now = datetime.now(UTC)
        for username, role in (("ani", "analis"), ("budi", "hukum"), ("dewi", "pimpinan")):
            add_person(session, username, name=username.title(), role=role, actor=SYSTEM, now=now)  # type: ignore[arg-type]
    return settings


class Line:
    """The command line, in this process: what real processes do with it is tests/test_kentongan_cli.py's."""

    def __init__(self, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        for name, value in {**as_variables(settings), "COLUMNS": "240", "NO_COLOR": "1"}.items():
            monkeypatch.setenv(name, value)
        self.monkeypatch, self.capsys = monkeypatch, capsys

    def run(self, *words: str, status: int = 0) -> tuple[str, str]:
        """``kentongan verdicts WORDS``; what it wrote on standard output and standard error."""
        try:
            ended = main(["verdicts", *words])
        except SystemExit as refused:
            ended = int(refused.code or 0)
        out, said = self.capsys.readouterr()
        assert ended == status, (words, out, said)
        return out, said

    def rows(self, *words: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.run(*words)[0].splitlines()]

    def page(self, *words: str) -> str:
        """What a person at a wide terminal reads."""
        with self.monkeypatch.context() as patch:
            patch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
            return self.run(*words)[0]


@pytest.fixture
def line(desk: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(desk, monkeypatch, capsys)


def test_two_processes_of_two_persons_reach_a_verdict(desk: Settings) -> None:
    (opened,) = rows_of(desk, "verdicts", "open", MESSAGE.id, "--as", "ani")
    assert (opened["id"], opened["state"], opened["words"]) == (1, "open", revision_hash(None, MESSAGE.text))
    rows_of(desk, "verdicts", "decide", "1", "--as", "ani", *SCAM)
    done = run_command(
        desk, "verdicts", "decide", "1", "--as", "budi", *SCAM[:4], "--reasons", "-", "--reference", REFERENCE,
        stdin=REASONS + "\nSudah dikonfirmasi lewat telepon.",
    )  # fmt: skip
    review = json.loads(done.stdout)
    assert review["state"] == "decided"
    assert review["decisions"][1]["reasons"].splitlines()[1] == "Sudah dikonfirmasi lewat telepon."


def test_two_persons_decide_apart_and_a_clarification_goes_out_and_is_taken_back(desk: Settings, line: Line) -> None:
    (opened,) = line.rows("open", MESSAGE.id, "--as", "ani")
    assert (opened["id"], opened["state"], opened["anchor"]) == (1, "open", MESSAGE.id)
    assert opened["words"] == revision_hash(None, MESSAGE.text)
    said = line.run("decide", "1", "--as", "ani", *SCAM)[1]
    assert "terlihat oleh orang lain setelah orang kedua" in said

    (waiting,) = line.rows("list")
    assert (waiting["id"], waiting["decided"], waiting["state"]) == (1, 1, "open")
    for reader, seen in ((("--as", "ani"), "false"), (("--as", "budi"), None), ((), None)):
        (shown,) = line.rows("show", "1", *reader)
        assert [made["status"] for made in shown["review"]["decisions"]] == [seen]
        assert (shown["status"], shown["text"]) == ("under_review", MESSAGE.text)
    page = line.page("show", "1", "--as", "budi")
    assert "sedang diperiksa, putaran 1, 1 dari 2 keputusan" in page
    assert "(belum dibuka)" in page
    assert "Dinas Sosial" not in page
    twice = line.run("decide", "1", "--as", "ani", *TRUE, status=2)[1]
    assert "ani sudah memutuskan di putaran 1" in twice

    said = line.run("decide", "1", "--as", "Budi", *SCAM)[1]
    assert "putusan ditetapkan" in said
    (shown,) = line.rows("show", "1")
    assert (shown["status"], shown["verdict"]["kind"], shown["carried"]) == ("false", "scam", 1)
    assert not shown["verdict"]["outdated"]
    page = line.page("show", "1")
    assert "Ditetapkan salah (penipuan) oleh Ani dan Budi" in page
    assert "WITA" in page

    address = ("--text", "Tautan itu bukan milik Dinas Sosial.", "--url", "https://tirtamaya.example/k/1")
    line.run("publish", "1", "--as", "dewi", *address, "--channel", "situs", "--channel", "x")
    line.run("withdraw", "1", "--as", "ani", "--reason", "Dinas meralat keterangannya.")
    out, said = line.run("list")
    assert out == ""
    assert "Klarifikasi 1 perlu ditarik" in said
    line.run("retract", "1", "--as", "dewi", "--reason", "Putusannya dicabut.")
    assert line.run("list")[1] == ""

    acts = [event["act"] for event in line.rows("history", MESSAGE.id)]
    assert acts == ["opened", "decided", "decided", "agreed", "published", "withdrawn", "retracted"]
    page = line.page("history", MESSAGE.id)
    assert "memutuskan salah (penipuan)" in page
    assert "putusan dicabut" in page
    with open_casework(desk) as casework, casework.read() as session:
        entries = [e for e in read_audit(session, actor=SYSTEM, now=datetime.now(UTC)) if e.object == "review:1"]
    assert {entry.detail["lewat"] for entry in entries} == {"baris perintah"}
    assert [entry.actor_name for entry in entries] == ["dewi", "ani", "dewi", "budi", "budi", "ani", "ani"]


def test_a_disagreement_is_shown_and_ends_in_the_next_round(line: Line) -> None:
    line.rows("open", MESSAGE.id, "--as", "ani")
    line.rows("decide", "1", "--as", "ani", *SCAM)
    said = line.run("decide", "1", "--as", "budi", *TRUE)[1]
    assert "berbeda dan kini terlihat" in said
    page = line.page("list")
    assert "belum sepakat" in page
    assert "2 dari 2 (putaran 1)" in page
    line.run("decide", "1", "--as", "budi", *SCAM)
    line.run("take-back", "1", "--as", "budi")
    line.run("decide", "1", "--as", "budi", *SCAM)
    (final,) = line.rows("decide", "1", "--as", "ani", *SCAM)
    assert (final["state"], final["round"]) == ("decided", 3)


def test_words_that_changed_hold_up_a_decision_and_mark_a_verdict(desk: Settings, line: Line) -> None:
    line.rows("open", MESSAGE.id, "--as", "ani")
    line.rows("decide", "1", "--as", "ani", *SCAM)
    line.rows("decide", "1", "--as", "budi", *SCAM)
    line.rows("open", OTHER.id, "--as", "ani")
    text = "Sudah kami hapus."
    with open_store(desk) as store:
        store.observe(
            Observation(
                document=message.id, at=datetime.now(UTC), state="changed",
                revision=Revision(hash=revision_hash(None, text), text=text),
            )
            for message in (MESSAGE, OTHER)
        )  # fmt: skip
        store.refresh()
    (shown,) = line.rows("show", "1")
    assert shown["verdict"]["outdated"]
    assert "berubah" in line.page("show", "1")
    said = line.run("decide", "2", "--as", "ani", *SCAM, status=2)[1]
    assert "sudah berubah sejak pemeriksaan 2 dibuka" in said
    line.run("close", "2", "--as", "ani", "--reason", "Pesannya berubah.")
    (again,) = line.rows("reopen", "2", "--as", "budi", "--reason", "Kata-kata baru.")
    assert (again["words"], again["round"]) == (revision_hash(None, text), 2)


def test_what_is_missing_or_not_allowed_is_said_in_one_sentence(line: Line) -> None:
    line.rows("open", MESSAGE.id, "--as", "ani")
    tries = {
        ("open", OTHER.id, "--as", "dewi"): "dewi (pimpinan) tidak berhak",
        ("open", "0" * 32, "--as", "ani"): "tidak ada di koleksi",
        ("open", OTHER.id, "--as", "hantu"): "'hantu' tidak ada",
        ("open", OTHER.id): "Belum disebut: --as",
        ("decide", "1", "--as", "ani", "--status", "false", *SCAM[4:]): "harus menyebut jenisnya",
        ("decide", "1", "--as", "ani", *SCAM[:4], "--reasons", "hoaks", *SCAM[6:]): "Alasan terlalu pendek",
        ("decide", "1", "--as", "ani", *SCAM[:6]): "Belum ada rujukan",
        ("decide", "1", "--as", "ani", *SCAM[:6], "--reference", "f" * 32): "tidak ada di koleksi",
        ("decide", "1", "--as", "ani", "--status", "hoaks"): "tidak mengenal 'hoaks'",
        ("decide", "9", "--as", "ani", *SCAM): "Pemeriksaan 9 tidak ada",
        ("withdraw", "1", "--as", "ani", "--reason", "x"): "sedang diperiksa, jadi tidak dapat mencabut putusan",
        ("show", "9"): "Pemeriksaan 9 tidak ada",
        ("retract", "9", "--as", "ani", "--reason", "x"): "Klarifikasi 9 tidak ada",
    }
    for words, said in tries.items():
        out, told = line.run(*words, status=2)
        assert said in told, (words, told)
        assert out == ""
        assert len(told.splitlines()) == 1, told
    (shown,) = line.rows("show", "1")
    assert shown["review"]["decisions"] == []


@pytest.mark.parametrize(
    ("minutes", "said"), [(-5, "0 menit"), (59, "59 menit"), (60, "1 jam"), (2879, "47 jam"), (2880, "2 hari")]
)
def test_an_age_is_said_in_the_unit_a_person_would_use(minutes: int, said: str) -> None:
    assert age_words(timedelta(minutes=minutes)) == said
