"""`kentongan complaints` and the import of complaints, run as they are typed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from casework_fixtures import migrated_file
from command_line import run_command
from complaint_desk import AGENCY, HOLE, REGIONS, open_desk, write_sp4n
from test_casework_complaints_secret import post

from casework.db import open_casework
from casework.people import add_person
from casework.roles import SYSTEM
from kentongan.cli import main
from kentongan.commands.complaint_rows import due_words
from kentongan.settings import Settings, as_variables
from search.open import open_store


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An office of the invented regency with its staff."""
    made = Settings(data_dir=tmp_path / "var", region="99.01", regions_file=REGIONS)
    made.data_dir.mkdir()
    shutil.copyfile(migrated_file(), made.data_dir / "casework.sqlite")
    for variable, value in as_variables(made).items():
        monkeypatch.setenv(variable, value)
    with open_casework(made) as casework:
        now = open_desk(casework, made).now
        with casework.begin() as session:
            add_person(session, "ratna", name="Ratna", role="admin", actor=SYSTEM, now=now)
    monkeypatch.chdir(tmp_path)
    return made


class Line:
    """The command line in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def rows(self, *words: str, status: int = 0) -> list[dict[str, object]]:
        self.capsys.readouterr()
        assert main(list(words)) == status, self.capsys.readouterr().err
        return [json.loads(line) for line in self.capsys.readouterr().out.splitlines()]

    def said(self, *words: str, status: int = 0) -> str:
        self.capsys.readouterr()
        assert main(list(words)) == status
        return self.capsys.readouterr().err

    def act(self, *words: str, by: str = "si-petugas") -> dict[str, object]:
        (row,) = self.rows("complaints", *words, "--as", by)
        return row


@pytest.fixture
def line(settings: Settings, capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(capsys)


def test_a_complaint_goes_its_way_on_the_command_line(line: Line) -> None:
    taken = line.act("add", HOLE, "--channel", "telepon", "--name", "Budi", "--contact", "0812", "--place", "Randu")
    assert (taken["number"], taken["stage"], taken["region"]) == ("ADU-2026-000001", "menunggu_verifikasi", "99.01.02")
    assert taken["suggestion"], "the model that ships suggests"
    line.act("verify", "1", "--kind", "pengaduan", "--category", "jalan", "--region", "99.01.02")
    line.act("forward", "1", "Dinas Lain")
    line.act("return", "1", "--reason", "Jalan kabupaten urusan PUPR.", by="si-lain")
    line.act("forward", "1", AGENCY)
    line.act("wait", "1", "--reason", "Di sebelah mana pasarnya?")
    line.act("resume", "1")
    line.act("answer", "1", "Kami ukur hari ini.")
    line.act("finish", "1", "Sudah ditambal.")
    line.act("rate", "1", "4")
    again = line.act("reopen", "1", "--reason", "Berlubang lagi.")
    assert (again["stage"], again["clock"]) == ("diproses", "penyelesaian")
    (shown,) = line.rows("complaints", "show", "ADU-2026-000001")
    assert [event["act"] for event in shown["history"]] == [  # type: ignore[attr-defined]
        "received", "verified", "forwarded", "returned", "forwarded", "waiting", "resumed", "followed_up", "finished",
        "rated", "reopened",
    ]  # fmt: skip
    assert shown["history"][1]["lewat"] == "baris perintah"  # type: ignore[index]
    assert "0812" not in json.dumps(shown) and "Budi" not in json.dumps(shown)
    assert "Kode" not in json.dumps(shown["told"]), "the reporter's code is not staff's"
    (found,) = line.rows("search", "lubang", "--kind", "complaint")
    assert found["facts"]["status"] == "Sedang Diproses", "the store follows every act"  # type: ignore[index]


def test_duplicates_are_merged_and_reporters_read_on_record(line: Line) -> None:
    for contact in ("0811", "0812"):
        line.act("add", HOLE, "--contact", contact)
    (candidate,) = line.rows("complaints", "duplicates", "1")
    assert (candidate["number"], candidate["score"]) == ("ADU-2026-000002", 1.0)
    line.act("merge", "2", "--into", "1")
    assert [row["contact"] for row in line.rows("complaints", "reporter", "1", "--as", "si-petugas")] == [
        "0811",
        "0812",
    ]
    assert "tidak berhak" in line.said("complaints", "reporter", "1", "--as", "ratna", status=2)
    assert any(row["action"] == "complaints.read_reporter" for row in line.rows("audit"))
    assert line.act("unmerge", "2")["stage"] == "menunggu_verifikasi"
    assert "0 pengadu" in line.said("complaints", "forget")
    assert "belum disetel" in line.said("complaints", "send", status=2)


def test_a_secret_report_is_legal_staffs_on_the_command_line_too(line: Line, tmp_path: Path) -> None:
    line.act("add", "Kepala seksi meminta uang.", "--secret")
    assert "tidak ada" in line.said("complaints", "show", "1", status=2)
    assert "tidak ada" in line.said("complaints", "finish", "1", "Sudah.", "--as", "si-petugas", status=2)
    assert line.rows("complaints", "list") == []
    assert line.rows("search", "uang") == []
    assert "--as" in line.said("complaints", "list", "--secret", status=2)
    assert "tidak berhak" in line.said("complaints", "list", "--secret", "--as", "si-analis", status=2)
    (secret,) = line.rows("complaints", "list", "--secret", "--as", "si-hukum")
    assert secret["secret"] is True
    assert "0 aduan" in line.said("complaints", "export", "--to", str(tmp_path / "e.csv"), "--as", "si-petugas")
    assert line.act("secret", "1", "--reason", "Bukan pelaporan.", "--lift", by="si-hukum")["secret"] is False
    assert len(line.rows("search", "uang")) == 1


def test_a_post_is_drafted_and_submitted(line: Line, settings: Settings) -> None:
    source = post("Jalan depan pasar Randu rusak parah, tolong!")
    with open_store(settings) as store:
        store.add([source])
    draft = line.act("add", "--from-post", source.id, by="si-analis")
    assert draft["held"] == "draft" and [one["held"] for one in line.rows("complaints", "list", "--held")] == ["draft"]
    assert line.act("submit", "1", by="si-analis")["clock"] == "verifikasi"
    assert len(line.rows("search", "pasar", "--kind", "complaint")) == 1


def imported(line: Line, file: Path, *more: str, status: int = 0) -> dict[str, object]:
    (row,) = line.rows("import", str(file), "--as", "sp4n", *more, status=status)
    return row


def test_an_export_of_lapor_comes_in_board_and_search_and_goes_out_again(line: Line, tmp_path: Path) -> None:
    file = write_sp4n(
        tmp_path / "lapor.csv", {"Tracking ID": "7001"}, {"Tracking ID": "7002", "Status": "Dalam Kajian"},
        {"Tracking ID": "7003", "Isi Laporan": ""}, {"Tracking ID": "7004", "Klasifikasi": "Whistleblowing System"},
    )  # fmt: skip
    looked = imported(line, file, "--dry-run", status=1)
    assert (looked["new"], looked["held"], line.rows("complaints", "list")) == (0, {"status": 1}, [])
    done = imported(line, file, status=1)
    assert (done["read"], done["new"], done["held"], done["refused"]) == (3, 3, {"status": 1}, {"no-text": 1})
    assert [row["reason"] for row in line.rows("sources", "refused", "--source", "import:sp4n")] == ["no-text"]
    assert [row["ticket"] for row in line.rows("complaints", "list", "--red")] == ["7001"]
    assert [row["ticket"] for row in line.rows("complaints", "list", "--agency", AGENCY)] == ["7001"]
    assert [row["facts"]["tiket"] for row in line.rows("search", "--kind", "complaint")] == ["7001"]  # type: ignore[index]
    (held,) = line.rows("complaints", "list", "--held")
    number = str(held["number"])
    assert line.act("release", number, "--reason", "Tim kajian dinas.", "--stage", "diproses")["stage"] == "diproses"
    line.said("complaints", "export", "--to", str(tmp_path / "keluar.csv"), "--as", "si-petugas")
    again = imported(line, tmp_path / "keluar.csv")
    assert (again["new"], again["changed"], again["known"]) == (0, 0, 2)
    newer = write_sp4n(tmp_path / "baru.csv", {"Tracking ID": "7001", "Status": "Sedang Diproses"})
    assert imported(line, newer, "--dated", "2026-11-20")["changed"] == 1
    assert imported(line, file, status=1)["changed"] == 0, "the older file takes nothing back"
    assert line.rows("complaints", "list", "--stage", "diproses")[0]["stage_since"] == "2026-11-19T17:00:00Z"


def test_a_process_of_its_own_reads_standard_input_and_writes_lines(settings: Settings) -> None:
    done = run_command(settings, "complaints", "add", "-", "--as", "si-petugas", stdin=f"{HOLE}\nMohon dibantu.")
    assert json.loads(done.stdout)["text"].endswith("Mohon dibantu.")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "abc"), "tidak terbaca"), (("show", "99"), "tidak ada"), (("show", "1"), "tidak ada"),
        (("add", "", "--as", "si-petugas"), "Tulis isi"), (("add", HOLE, "--as", "si-pimpinan"), "tidak berhak"),
        (("add", "--from-post", "0" * 32, "--as", "si-analis"), "tidak ada"),
        (("export", "--to", "a.pdf", "--as", "si-petugas"), ".csv atau .xlsx"),
        (("list", "--agency", "Dinas Antah"), "kentongan agencies list"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_with_what_to_do(line: Line, words: Sequence[str], said: str) -> None:
    assert said in line.said("complaints", *words, status=2)


def test_a_person_reads_the_last_day_in_time_and_whether_it_is_over() -> None:
    due = datetime(2026, 11, 18, 17, 0, tzinfo=UTC)  # midnight in WIB: the 18th was the last day
    one = SimpleNamespace(due_at=due, clock="verifikasi", is_red=lambda now: due <= now)
    late, early = due + timedelta(hours=1), due - timedelta(hours=1)
    assert due_words(one, early, zone="WIB") == "18 November 2026"  # type: ignore[arg-type]
    assert due_words(one, late, zone="WIB") == "KODE MERAH (18 November 2026)"  # type: ignore[arg-type]
