"""`kentongan agencies` and `kentongan deadlines`, run as they are typed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from casework_fixtures import add
from command_line import rows_of, run_command

from casework.complaints.tables import ComplaintRow
from casework.db import open_casework
from kentongan.cli import main
from kentongan.settings import Settings, as_variables


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation with the sample agencies, two officers and one late complaint."""
    made = Settings(data_dir=tmp_path / "var", organisation="Command Center Tirtamaya")
    for variable, value in as_variables(made).items():
        monkeypatch.setenv(variable, value)
    assert main(["agencies", "load", str(Path("samples/agencies.toml").absolute())]) == 0
    now = datetime.now(UTC)
    with open_casework(made) as casework:
        add(casework, "siti", "petugas")
        add(casework, "bupati", "pimpinan")
        with casework.begin() as session:
            late = ComplaintRow(
                number="ADU-2026-000001", publisher="kentongan", ticket="1", channel="web", document="x", text="x",
                received_at=now - timedelta(days=40), kind="pengaduan", stage="diproses", stage_since=now,
                clock="penyelesaian", due_at=now - timedelta(days=14), secret=False, sample=True, given={},
                agency="dlh",
            )  # fmt: skip
            session.add(late)
    monkeypatch.chdir(tmp_path)
    return made


def lines(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, object]]:
    """The JSON lines of a command, run in this process."""
    capsys.readouterr()
    assert main(list(words)) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_from_the_board_to_a_letter_that_leadership_approved(
    settings: Settings, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lines(capsys, "agencies", "change", "diskominfo", "--alias", "Dinas PUPR Pusat")
    lines(capsys, "agencies", "merge", "dinas-pu", "--into", "diskominfo")  # siti's office is the centre now
    (line,) = lines(capsys, "deadlines", "board")
    assert (line["agency"], line["open"], line["red"]) == ("dlh", 1, 1)
    (late,) = lines(capsys, "deadlines", "red", "DLH")
    assert late["number"] == "ADU-2026-000001"
    (drafted,) = lines(capsys, "deadlines", "letter", "dlh", "--number", "500.12/17", "--as", "siti")
    assert (drafted["state"], drafted["file"]) == ("draf", "surat-teguran-500-12-17.pdf")
    (signed,) = lines(capsys, "deadlines", "sign", "500.12/17", "--as", "bupati")
    assert (signed["state"], signed["signed_by"]) == ("disetujui", "Bupati")
    lines(capsys, "deadlines", "print", "500.12/17", "--to", "resmi.pdf")
    assert (tmp_path / "resmi.pdf").read_bytes().startswith(b"%PDF")
    assert [one["number"] for one in lines(capsys, "deadlines", "letters")] == ["500.12/17"]
    assert [one["level"] for one in lines(capsys, "deadlines", "escalate")] == [3]
    assert lines(capsys, "deadlines", "escalate") == []


def test_a_refusal_says_who_may(settings: Settings) -> None:
    done = run_command(settings, "deadlines", "letter", "dlh", "--number", "1", "--as", "siti", status=None)
    assert done.returncode != 0 and "pusat komando" in done.stderr


def test_working_days_and_holidays_can_be_asked_for(settings: Settings) -> None:
    (row,) = rows_of(settings, "deadlines", "days", "2026-03-16", "5")
    assert row["due"] == "2026-03-30" and row["off"][0] == "2026-03-18 Nyepi"
    done = run_command(settings, "deadlines", "holidays", "2027")
    assert "belum dicocokkan" in done.stderr and "2027-03-10" in done.stdout
    wrong = run_command(settings, "deadlines", "days", "16-03-2026", "5", status=None)
    assert wrong.returncode != 0 and "2026-03-12" in wrong.stderr
