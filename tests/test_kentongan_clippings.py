"""`kentongan clippings`: an edition from making to export, as an office does it every day."""

from __future__ import annotations

import json
from pathlib import Path

import clipping_articles as world
import pytest
from casework_fixtures import actor, add
from command_line import run_here

from casework.db import open_casework
from casework.people import first_admin
from kentongan.errors import Conflict, KentonganError, NotFound
from kentongan.settings import Settings
from search.open import open_store

NUMBER = "KLIP-20261121-SIANG"


@pytest.fixture
def office(tmp_path: Path) -> Settings:
    """An installation for Tirtamaya with the day of news, its agencies and an analyst."""
    import samples

    regions = Path(samples.__file__).parent / "regions.csv"
    settings = Settings(data_dir=tmp_path / "var", region="99.01", regions_file=regions)
    with open_store(settings) as store:
        store.add(world.day_of_news())
        store.annotate(world.labels(world.day_of_news()))
    with open_casework(settings) as casework:
        with casework.begin() as session:
            admin = actor(first_admin(session, "ratna", name="Ratna Dewi", now=world.NOW))
            world.add_agencies(session, actor=admin, now=world.NOW)
        add(casework, "ani", "analis")
    return settings


def test_an_edition_goes_from_making_to_a_second_revision(
    office: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def do(*words: str) -> list[dict[str, object]]:
        assert run_here(office, "clippings", *words) == 0
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    (made,) = do("make", "--day", "2026-11-21", "--edition", "siang", "--as", "ani")
    assert (made["number"], made["state"], made["read"]) == (NUMBER, "draft", 8)
    (shown,) = do("show", NUMBER)
    ids = {str(one["title"]): str(one["id"]) for one in shown["items"]}  # type: ignore[attr-defined]
    drug = next(ids[title] for title in ids if "Obat" in title)
    (corrected,) = do("correct", drug, "--tone", "neutral", "--clarify", "ya", "--note", "Dibalas.", "--as", "ani")
    assert (corrected["tone"], corrected["clarify"], corrected["note"]) == ("neutral", True, "Dibalas.")
    assert do("correct", drug, "--note", "-", "--as", "ani")[0]["note"] is None
    assert do("undo", NUMBER, "--as", "ani")[0]["note"] == "Dibalas."
    assert do("leave-out", drug, "--reason", "dobel", "--as", "ani")[0]["left_out"] is True
    assert do("put-back", drug, "--as", "ani")[0]["left_out"] is False
    other = next(one for one in world.day_of_news() if one.native_key == "saham")
    assert do("add", NUMBER, other.id, "--as", "ani")[0]["title"] == "Indeks Saham Menguat"
    assert do("issue", NUMBER, "--as", "ani")[0]["state"] == "issued"
    with pytest.raises(Conflict):
        do("make", "--day", "2026-11-21", "--edition", "siang", "--as", "ani")
    files = {kind: tmp_path / f"kliping.{kind}" for kind in ("pdf", "xlsx", "text")}
    into = [word for kind, file in files.items() for word in (f"--{kind}", str(file))]
    do("export", NUMBER, *into)
    first = {kind: file.read_bytes() for kind, file in files.items()}
    do("correct", drug, "--tone", "positive", "--as", "ani")
    do(
        "export",
        NUMBER,
        "--revision",
        "1",
        *(word for kind, file in files.items() for word in (f"--{kind}", str(file))),
    )
    assert {kind: file.read_bytes() for kind, file in files.items()} == first, "what was issued stays as it was"
    assert (
        first["pdf"].startswith(b"%PDF") and first["xlsx"].startswith(b"PK") and b"Kliping edisi siang" in first["text"]
    )
    assert [one["act"] for one in do("show", NUMBER, "--history")][-3:] == ["issued", "reopened", "corrected"]
    assert [(one["number"], one["revision"]) for one in do("list")] == [(NUMBER, 2)]


def test_what_cannot_be_is_refused_with_what_to_do(office: Settings) -> None:
    with pytest.raises(KentonganError, match="Sebutkan --day dan --edition"):
        run_here(office, "clippings", "make", "--day", "2026-11-21", "--as", "ani")
    with pytest.raises(NotFound, match="belum disusun"):
        run_here(office, "clippings", "show", NUMBER)
    with pytest.raises(KentonganError, match="Sebutkan ke mana"):
        run_here(office, "clippings", "export", NUMBER)
