"""The command of issues: update, list, show, why and series say what there is, as lines and as words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from command_line import rows_of, run_here
from trend_world import RANDU, START, fill, flood, new_casework, ordinary_days

from casework.db import open_casework
from casework.people import first_admin
from casework.trends.hours import start_of
from casework.trends.tables import TrendHourRow
from kentongan.errors import BadSettings, NotFound
from kentongan.settings import Settings
from search.open import open_store


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """An installation with nine days of posts up to this hour, the last of them with a flood in it."""
    settings = new_casework(tmp_path_factory.mktemp("isu"))
    now = datetime.now(UTC)
    posts = [*ordinary_days(9), *flood(START + timedelta(days=8, hours=12), hours=3, each=9, words="tanggul jebol")]
    later = now.replace(minute=0, second=0, microsecond=0) - (START + timedelta(days=8, hours=20))
    with open_store(settings) as store:
        fill(store, (one.moved(later) for one in posts))
    with open_casework(settings) as casework, casework.begin() as session:
        first_admin(session, "ratna", name="Ratna Dewi", now=now)
    yield settings


def said(capsys: pytest.CaptureFixture[str], settings: Settings, *words: str) -> list[dict[str, Any]]:
    assert run_here(settings, "issues", *words) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_what_was_updated_is_listed_shown_and_explained(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    (done,) = rows_of(settings, "issues", "update", "--as", "ratna")
    assert done["opened"] == ["ISU-1"]
    assert done["hours"] > 200
    (again,) = said(capsys, settings, "update")
    assert (again["hours"], again["opened"]) == (0, [])
    (listed,) = said(capsys, settings, "list", "--days", "2", "--region", "99.01")
    assert (listed["number"], listed["region"]) == ("ISU-1", RANDU)
    assert said(capsys, settings, "list", "--topic", "education") == []
    assert said(capsys, settings, "show", "isu-1") == [listed]
    why = said(capsys, settings, "why", "1")
    assert ("kata", "tanggul jebol") in {(row["sebab"], row["nilai"]) for row in why}
    hours = said(capsys, settings, "series", "ISU-1")
    assert max(row["suara"] or 0 for row in hours) >= 9
    week = said(capsys, settings, "series", "semua", "--days", "1")
    assert len(week) == 25
    with open_casework(settings) as casework, casework.read() as session:
        last = datetime.fromisoformat(week[-2]["jam"])
        row = session.get(TrendHourRow, ("semua", int(last.timestamp()) // 3600))
        assert start_of(int(last.timestamp()) // 3600) == last
        assert week[-2]["suara"] == (row.voices if row else 0)


def test_what_cannot_be_is_refused_with_a_hint(settings: Settings) -> None:
    for words in (("show", "ISU-99"), ("show", "apa"), ("series", "apa-apa"), ("series", "topik:")):
        with pytest.raises(NotFound) as refused:
            run_here(settings, "issues", *words)
        assert refused.value.hint
    for asked in (("list", "--days", "0"), ("list", "--limit", "0"), ("series", "semua", "--days", "999")):
        with pytest.raises(BadSettings):
            run_here(settings, "issues", *asked)


def test_a_person_reads_it_in_words(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kentongan.commands.output.sys.stdout.isatty", lambda: True, raising=False)
    run_here(settings, "issues", "update")
    capsys.readouterr()
    assert run_here(settings, "issues", "show", "1") == 0
    shown = capsys.readouterr().out
    assert "ISU-1: Lingkungan, bencana" in shown
    assert "DATA CONTOH" in shown
    assert "biasanya" in shown
