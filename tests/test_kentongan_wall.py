"""`kentongan wall`: screens, announcements and the check of a playlist from the command line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from casework_fixtures import NOW, migrated_file
from command_line import run_command

from casework.db import open_casework
from casework.people import add_person, first_admin
from casework.roles import SYSTEM
from casework.wall.devices import find_device, pair_device
from kentongan.settings import Settings

GOOD = """
[[scene]]
name = "Ringkasan"
panels = ["sentiment", "issues"]

[[scene]]
name = "Kamera"
panels = ["cameras"]

[[camera]]
name = "Simpang"
url = "http://10.0.0.5/a.jpg"
"""


def rows_of(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    shutil.copyfile(migrated_file(), tmp_path / "casework.sqlite")
    settings = Settings(data_dir=tmp_path, public_url="https://kentongan.contoh.go.id/pusat/")
    with open_casework(settings) as casework, casework.begin() as session:
        first_admin(session, "ratna", name="Ratna Dewi", now=NOW)
        add_person(session, "ani", name="Ani", role="analis", agency=None, actor=SYSTEM, now=NOW)
    yield settings


def test_an_added_screen_is_let_in_with_its_code_listed_and_shut_out_again(settings: Settings) -> None:
    (added,) = rows_of(run_command(settings, "wall", "add", "Lobi", "--as", "ratna").stdout)
    assert added["link"] == f"https://kentongan.contoh.go.id/pusat/dinding?kode={added['code']}"
    with open_casework(settings) as casework:
        with casework.begin() as session:
            paired = pair_device(session, added["code"], now=datetime.now(UTC))
        assert paired
        (listed,) = rows_of(run_command(settings, "wall", "list", "--json").stdout)
        assert (listed["words"], listed["state"]) == ("Lobi", "terpasang")
        assert added["code"] not in str(listed)
        run_command(settings, "wall", "revoke", str(listed["number"]), "--as", "ratna")
        with casework.read() as session:
            assert find_device(session, paired[1]) is None
    assert rows_of(run_command(settings, "wall", "list", "--json").stdout)[0]["state"] == "dicabut"


def test_an_analyst_announces_but_adds_no_screen(settings: Settings) -> None:
    refused = run_command(settings, "wall", "add", "Lobi", "--as", "ani", status=None)
    assert refused.returncode != 0 and "tidak berhak mengelola layar dinding" in refused.stderr
    (made,) = rows_of(
        run_command(settings, "wall", "announce", "Rapat pukul 13.00", "--hours", "2", "--as", "ani").stdout
    )
    (listed,) = rows_of(run_command(settings, "wall", "list", "--json").stdout)
    assert (listed["what"], listed["words"]) == ("pengumuman", "Rapat pukul 13.00")
    run_command(settings, "wall", "withdraw", str(made["number"]), "--as", "ani")
    assert rows_of(run_command(settings, "wall", "list", "--json").stdout) == []


def test_a_playlist_is_checked_and_a_camera_that_is_not_allowed_is_named(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "dinding.toml"
    file.write_text(GOOD, encoding="utf-8")
    done = run_command(settings, "wall", "check", str(file))
    assert [row.get("scene") or row.get("camera") for row in rows_of(done.stdout)] == ["Ringkasan", "Kamera", "Simpang"]
    assert "tambahkan http://10.0.0.5 pada wall_camera_hosts" in done.stderr
    file.write_text(GOOD.replace('"issues"', '"isu"'), encoding="utf-8")
    refused = run_command(settings, "wall", "check", str(file), status=None)
    assert refused.returncode != 0 and "baris 4" in refused.stderr and "'isu' tidak dikenal" in refused.stderr


def test_the_playlist_that_ships_for_the_sample_is_right(settings: Settings) -> None:
    import samples

    assert run_command(settings, "wall", "check", str(Path(samples.__file__).parent / "dinding.toml")).stderr == ""
