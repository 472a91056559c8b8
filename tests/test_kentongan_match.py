"""``kentongan match``: each line's fact-checks, bad lines, and a store without any."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import rows_of, run_command
from search_documents import make_document

from kentongan.settings import Settings
from search.open import open_store

CLAIM = "Dana bansos Rp2,4 juta untuk warga Tirtamaya cair hari ini dan dapat diambil lewat tautan"
KEYS = {"id", "score", "band", "title", "verdict", "verdict_raw", "url", "published_at", "shared", "withdrawn"}


@pytest.fixture
def installation(tmp_path: Path) -> Settings:
    """A store with three fact-checks and a post."""
    settings = Settings(data_dir=tmp_path)
    claims = (CLAIM, "Tanggul Waduk Lama retak dan jebol malam ini", "Vaksin polio membuat 12 anak lumpuh di Telaga")
    checks = [
        make_document(
            number, kind="factcheck", title=f"[SALAH] {claim[:30]}", text="Kami periksa.",
            facts={"claim": claim, "verdict": "SALAH", "rating": "false"}, url=f"https://cek.example/{number}",
        )
        for number, claim in enumerate(claims)
    ]  # fmt: skip
    with open_store(settings) as store:
        store.add([*checks, make_document(9)])
    return settings


def test_every_line_gets_its_fact_checks_best_first(installation: Settings, tmp_path: Path) -> None:
    file = tmp_path / "teks.jsonl"
    lines = [{"id": 7, "text": "sebar!! " + CLAIM.lower()}, {"text": "https://a.example"}]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    one, other = rows_of(installation, "match", str(file), "--top", "2")
    assert one["id"] == 7
    assert len(one["matches"]) == 2
    best = one["matches"][0]
    assert set(best) == KEYS
    assert (best["band"], best["verdict"], best["url"]) == ("same", "false", "https://cek.example/0")
    assert "tirtamaya" in best["shared"]
    assert other == {"id": 2, "matches": []}
    (one, _) = rows_of(installation, "match", str(file), "--found")
    assert [match["band"] for match in one["matches"]] == ["same"]


def test_bad_lines_are_named_and_skipped(installation: Settings) -> None:
    given = f'{{"id": "a", "text": "{CLAIM}"}}\nrusak\n{{"id": "b"}}\n{{"id": "c", "text": "{"x" * 100_000}"}}\n'
    done = run_command(installation, "match", "-", stdin=given, status=1)
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["a", "c"]
    assert "baris 2 dilewati" in done.stderr
    assert "baris 3 dilewati" in done.stderr


def test_without_fact_checks_or_with_a_wrong_argument_it_says_what_to_do(
    installation: Settings, tmp_path: Path
) -> None:
    empty = run_command(Settings(data_dir=tmp_path / "baru"), "match", "-", stdin="", status=None)
    assert empty.returncode != 0
    assert "kentongan crawl" in empty.stderr
    assert "--top" in run_command(installation, "match", "-", "--top", "0", stdin="", status=None).stderr
    missing = run_command(installation, "match", str(tmp_path / "tidak-ada.jsonl"), status=None)
    assert missing.returncode != 0
    assert "tidak ada" in missing.stderr
