"""`kentongan searches` and `kentongan alerts`: a rule from its saved search to its estimate and its replay."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alert_world import UNTIL, make_post
from casework_fixtures import actor
from command_line import rows_of, run_here

from casework.db import open_casework
from casework.people import add_person, first_admin
from casework.roles import SYSTEM
from kentongan.errors import Conflict, KentonganError, NotFound
from kentongan.settings import Settings
from search.open import open_store


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation with an analyst and two posts."""
    made = Settings(data_dir=tmp_path_factory.mktemp("perintah"))
    with open_casework(made) as casework, casework.begin() as session:
        assert actor(first_admin(session, "ratna", name="Ratna Dewi", now=UNTIL))
        add_person(session, "ani", name="Ani", role="analis", agency=None, actor=SYSTEM, now=UNTIL)
    with open_store(made) as store:
        store.add([make_post("a", UNTIL, "Banjir di Randu"), make_post("b", UNTIL, "Jalan kering")])
        store.refresh()
    return made


@pytest.fixture
def lines(settings: Settings, capsys: pytest.CaptureFixture[str]) -> Callable[..., list[dict[str, Any]]]:
    """Runs a command here and gives its JSON lines."""

    def run(*words: str, status: int = 0) -> list[dict[str, Any]]:
        assert run_here(settings, *words) == status
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


def test_a_rule_lives_from_its_search_to_its_switch(settings: Settings, lines: Any, tmp_path: Path) -> None:
    (search,) = lines("searches", "save", "Banjir", "banjir ATAU rob", "--kind", "post", "--as", "ani")
    assert search["query"] == {"text": "banjir ATAU rob", "kinds": ["post"]}
    (changed,) = lines("searches", "change", "Banjir", "banjir", "--name", "Banjir Randu", "--as", "ani")
    assert (changed["id"], changed["query"]) == (search["id"], {"text": "banjir"})
    assert [one["name"] for one in lines("searches", "list", "--json")] == ["Banjir Randu"]
    assert lines("searches", "show", "Banjir Randu", "--json")[0]["fault"] is None

    (rule,) = lines(
        "alerts", "add", "Lonjakan banjir", "spike", "--search", "Banjir Randu", "--set", "sensitivity=high",
        "--channel", "screen:analis", "--repeat", "120", "--as", "ani", "--json",
    )  # fmt: skip
    assert rule["parameters"] == {"sensitivity": "high", "measure": "posts", "least": 5}
    assert (rule["state"], rule["channels"], rule["estimate"]["firings"]) == ("on", ["screen:analis"], 0)
    assert [one["name"] for one in lines("alerts", "rules", "--json")] == ["Lonjakan banjir"]
    with pytest.raises(Conflict, match="dipakai aturan"):
        run_here(settings, "searches", "archive", "Banjir Randu", "--as", "ani")
    estimate, *fired = lines("alerts", "test", "Lonjakan banjir", "--days", "20", "--to", "2026-11-21T00:00")
    assert estimate["alerts"] == 0 and fired == []
    (replayed,) = lines("alerts", "replay", str(rule["id"]), "--days", "0.25", "--to", "2026-11-21T00:00")
    assert replayed["differences"] == [] and replayed["replayed"] == {"firings": 0, "alerts": 0}
    (ran,) = lines("alerts", "run", "Lonjakan banjir", "--json")
    assert ran["state"] in ("judged", "nothing")
    (off,) = lines("alerts", "off", "Lonjakan banjir", "--as", "ani")
    assert off["state"] == "off" and lines("alerts", "run", "--json") == []
    (again,) = lines("alerts", "change", "Lonjakan banjir", "--set", "least=9", "--as", "ani", "--json")
    assert (again["state"], again["parameters"]["least"]) == ("on", 9)


def test_the_starter_rules_come_from_a_process_of_their_own(settings: Settings) -> None:
    rows = rows_of(settings, "alerts", "add", "--starter", "--as", "ani")
    assert len(rows) == 5 and all(row["rule"] for row in rows)


@pytest.mark.parametrize(
    ("words", "error", "says"),
    [
        (("alerts", "add", "--as", "ani"), KentonganError, "nama dan jenis"),
        (("alerts", "add", "X", "petir", "--as", "ani"), KentonganError, "petir"),
        (("alerts", "add", "X", "spike", "--set", "least", "--as", "ani"), KentonganError, "--set"),
        (("alerts", "add", "X", "spike", "--channel", "layar", "--as", "ani"), KentonganError, "--channel"),
        (("alerts", "add", "X", "spike", "--search", "Tidak ada", "--as", "ani"), NotFound, "Tidak ada"),
        (("alerts", "test", "999"), NotFound, "999"),
        (("alerts", "on", "Entah", "--as", "ani"), NotFound, "Entah"),
        (("alerts", "test", "1", "--days", "-3"), KentonganError, "--days"),
        (("searches", "save", "Y", "(banjir", "--as", "ani"), KentonganError, "Kurung"),
        (("searches", "save", "Y", "--from", "2026-11-01", "--as", "ani"), KentonganError, "waktu"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(
    settings: Settings, words: tuple[str, ...], error: type[KentonganError], says: str
) -> None:
    with pytest.raises(error, match=says):
        run_here(settings, *words)
