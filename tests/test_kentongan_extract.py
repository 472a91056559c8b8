"""``kentongan extract``: any saved page gives its article as JSON, anything else an error in words."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from command_line import run_command
from crawlers_server import SENTENCE, article

from kentongan.settings import Settings

URL = "https://www.kabar.test/berita/1"
PAGE = article("Banjir di Randu", head='<meta name="author" content="Sari Wulan">').encode()
PARTS = {"title", "text", "author", "published_at", "canonical_url"}


@pytest.mark.parametrize("name", ["halaman.html", "halaman.html.gz", "tanpa-akhiran"])
def test_a_saved_page_gives_its_article_packed_or_not(settings: Settings, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(PAGE if name.endswith("html") else gzip.compress(PAGE))
    found = json.loads(run_command(settings, "extract", str(file), "--url", URL).stdout)
    assert set(found) == PARTS
    assert (found["title"], found["author"], found["canonical_url"]) == ("Banjir di Randu", "Sari Wulan", URL)
    assert found["published_at"] == "2026-11-20T01:15:00Z"
    assert found["text"].split("\n")[0] == f"{SENTENCE} Bagian 0."


def test_a_real_page_gives_what_a_careful_reader_took_from_it(settings: Settings, shared: Path) -> None:
    rows = (shared / "fixtures/gold.jsonl").read_text(encoding="utf-8").splitlines()
    gold = next(row for row in map(json.loads, rows) if row["file"].endswith(".gz"))
    file = shared / "fixtures" / gold["file"]
    found = json.loads(run_command(settings, "extract", str(file), "--url", gold["url"]).stdout)
    assert (found["title"], found["canonical_url"]) == (gold["title"], gold["url"])
    assert found["text"].split() == gold["text"].split()
    assert [found["author"]] == gold["author"]


@pytest.mark.parametrize(
    ("body", "url", "words"),
    [
        (b"bukan halaman", URL, "bukan halaman HTML"),
        (b"", URL, "bukan halaman HTML"),
        (gzip.compress(PAGE)[:-20], URL, "terpotong"),
        (b"\x1f\x8b" + PAGE, URL, "rusak"),
        (gzip.compress(b"<html>" + b" " * 11_000_000), URL, "lebih besar"),
        (b"<html><body><p>Terima kuki?</p></body></html>", URL, "tidak memuat teks"),
        (PAGE.replace(b"article:published_time", b"lain"), URL, "tidak menyebut kapan"),
        (PAGE, "kabar.test/berita/1", "bukan alamat http"),
        (PAGE, "ftp://kabar.test/1", "bukan alamat http"),
    ],
)
def test_what_is_no_article_is_said_in_words(
    settings: Settings, tmp_path: Path, body: bytes, url: str, words: str
) -> None:
    file = tmp_path / "halaman.html"
    file.write_bytes(body)
    done = run_command(settings, "extract", str(file), "--url", url, status=None)
    assert done.returncode not in (0, None)
    assert words in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_folder_is_no_page(settings: Settings, tmp_path: Path) -> None:
    done = run_command(settings, "extract", str(tmp_path), "--url", URL, status=None)
    assert done.returncode != 0
    assert "tidak ada" in done.stderr
