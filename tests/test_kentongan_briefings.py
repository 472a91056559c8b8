"""`kentongan briefings`: a morning on the command line, from the draft to the signed file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from casework_fixtures import migrated_file
from command_line import run_here
from search_documents import make_document

from casework.db import open_casework
from casework.people import add_person
from casework.roles import SYSTEM
from kentongan.errors import Conflict, KentonganError, NotFound
from kentongan.settings import Settings
from search.open import open_store


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    folder = tmp_path_factory.mktemp("pagi")
    shutil.copyfile(migrated_file(), folder / "casework.sqlite")
    made = Settings(data_dir=folder, organisation="Command Center Tirtamaya", public_url="https://contoh.example")
    now = datetime.now(UTC)
    with open_store(made) as store:
        store.add(make_document(n, published_at=now - timedelta(hours=2), collected_at=now) for n in range(7))
    with open_casework(made) as casework, casework.begin() as session:
        for name, role in (("ani", "analis"), ("dewi", "pimpinan")):
            add_person(session, name, name=name.title(), role=role, actor=SYSTEM, now=now)  # type: ignore[arg-type]
    return made


def test_a_briefing_goes_from_draft_to_signed_files(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def rows(*words: str, status: int = 0) -> list[dict[str, object]]:
        capsys.readouterr()
        assert run_here(settings, "briefings", *words) == status
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    (made,) = rows("make", "--as", "ani")
    assert (made["number"], made["state"]) == ("ND-000001", "draft")
    with pytest.raises(Conflict, match="--again"):
        rows("make")
    assert rows("make", "--missing") == [], "a schedule may ask again and again"
    assert rows("make", "--again", "--as", "ani")[0]["number"] == "ND-000001"
    shown = rows("show", "ND-000001")
    assert {"bagian": "ringkas", "baris": 1, "bunyi": "Warga menulis 7 unggahan."} in shown
    rows("edit", "1", "--as", "ani", "--line", "ringkas:1", "--words", "Hanya 7 unggahan masuk.", "--to", "Bupati")
    with pytest.raises(KentonganError, match="Angka 8 bukan angka"):
        rows("edit", "1", "--as", "ani", "--line", "ringkas:1", "--words", "Ada 8 unggahan.")
    with pytest.raises(KentonganError, match="tidak terbaca"):
        rows("edit", "1", "--as", "ani", "--line", "ringkas", "--words", "x")
    assert rows("recompute", "1") == []
    assert len(rows("recompute", "1", "--all")) == made["figures"]
    with open_store(settings) as store:
        now = datetime.now(UTC)
        store.add([make_document(99, published_at=now - timedelta(hours=3), collected_at=now)])
    (moved,) = [row for row in rows("recompute", "1", status=1) if row["key"] == "unggahan"]
    assert (moved["then"], moved["now"], moved["change"]) == (7, 8, 1)
    (signed,) = rows("sign", "1", "--as", "dewi")
    assert (signed["state"], signed["signed_by"]) == ("signed", "Dewi")
    rows("export", "1", "--pdf", str(tmp_path / "nd.pdf"), "--html", str(tmp_path / "nd.html"))
    assert (tmp_path / "nd.pdf").read_bytes().startswith(b"%PDF-")
    html = (tmp_path / "nd.html").read_text(encoding="utf-8")
    assert "Hanya " in html and "Bupati" in html and 'href="https://contoh.example/tren?' in html
    (listed,) = rows("list")
    assert (listed["number"], listed["state"], listed["edited"]) == ("ND-000001", "signed", True)


def test_what_is_not_there_is_said(settings: Settings) -> None:
    for words in (("show", "77"), ("show", "nota"), ("recompute", "ND-77")):
        with pytest.raises(NotFound):
            run_here(settings, "briefings", *words)
    with pytest.raises(KentonganError, match="belum tiba"):
        run_here(settings, "briefings", "make", "--day", "2099-01-01")
    with pytest.raises(KentonganError, match="Ke mana"):
        run_here(settings, "briefings", "export", "1")
