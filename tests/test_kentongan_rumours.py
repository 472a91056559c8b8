"""`kentongan rumours`: look, list, show, judge; on a real store and casework."""

from __future__ import annotations

import json
import shutil

import pytest
from casework_fixtures import NOW, add, migrated_file
from command_line import run_here
from rumour_desk import put_fed, put_rumour

from casework.db import open_casework
from casework.people import first_admin
from kentongan.errors import BadSettings, NotAllowed, NotFound
from kentongan.settings import Settings
from search.open import open_store


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, list[int]]:
    """A folder with one rumour and the complaints behind it, an analyst and an officer."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("rumor"))
    shutil.copyfile(migrated_file(), settings.data_dir / "casework.sqlite")
    with open_casework(settings) as casework, open_store(settings) as store:
        with casework.begin() as session:
            first_admin(session, "ratna", name="Ratna", now=NOW)
        add(casework, "ani", "analis")
        add(casework, "citra", "petugas")
        asks = put_fed(casework)
        put_rumour(store, casework, settings)
    return settings, asks


def test_a_link_is_found_listed_shown_confirmed_and_refused(
    installation: tuple[Settings, list[int]], capsys: pytest.CaptureFixture[str]
) -> None:
    settings, asks = installation

    def run(*words: str) -> list[dict[str, object]]:
        assert run_here(settings, "rumours", *words) == 0
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert run("update") == [{"changed": 1, "suspected": 1, "confirmed": 0}]
    assert run("update") == [{"changed": 0, "suspected": 1, "confirmed": 0}]
    (row,) = run("list", "--days", "365", "--json")
    assert row["number"] == "RMR-1" and sorted(row["cluster"]) == sorted(asks) and row["open"] == 4  # type: ignore[call-overload]
    assert "text" not in row and "Stok obat puskesmas habis" not in json.dumps(row)
    assert run("confirm", "RMR-1", "--as", "ani", "--reason", "Dinas membenarkan")[0]["state"] == "confirmed"
    (shown,) = run("show", "rmr 1", "--json")
    assert [said["reason"] for said in shown["history"]] == ["Dinas membenarkan"]  # type: ignore[attr-defined]
    assert run("refuse", "1", "--as", "ani", "--reason", "Ternyata gudang lain")[0]["state"] == "refused"
    assert run("list", "--days", "365") == []
    assert [one["number"] for one in run("list", "--days", "365", "--refused")] == ["RMR-1"]
    assert run("update") == [{"changed": 0, "suspected": 0, "confirmed": 0}]
    with pytest.raises(NotAllowed):
        run("reopen", "1", "--as", "citra", "--reason", "Coba dulu")
    assert run("reopen", "1", "--as", "ani", "--reason", "Gudangnya sama")[0]["state"] == "suspected"
    with pytest.raises(NotFound):
        run("show", "RMR-77")
    with pytest.raises(BadSettings):
        run("list", "--limit", "0")


def test_a_person_at_a_terminal_reads_sentences(
    installation: tuple[Settings, list[int]], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, _ = installation
    run_here(settings, "rumours", "update")
    monkeypatch.setattr("kentongan.commands.rumours.wants_json", lambda asked: asked)
    capsys.readouterr()
    run_here(settings, "rumours", "show", "1")
    told = capsys.readouterr().out
    assert "Mungkin dipicu oleh aduan yang belum selesai: 4 aduan" in told and "obat" in told
    assert "ADU-2026-000001" in told and "081234567890" not in told and "disebabkan" not in told
    run_here(settings, "rumours", "list", "--days", "365")
    assert "bukan bukti sebab" in " ".join(capsys.readouterr().out.split())
