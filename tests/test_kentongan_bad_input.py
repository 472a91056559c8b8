"""Bad input, end to end: each piece is refused with its reason and counted, and the rest goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from command_line import rows_of, run_command
from crawlers_server import JSON, XML, Reply, Site, article, feed, running_site, status

from kentongan.settings import Settings

ROOT = Path(__file__).resolve().parent.parent

COMPLAINTS = """\
tracking_id,isi_laporan,tanggal_masuk,judul,kecamatan
A-1,Lampu jalan padam di depan pasar,2026-11-20 08:00,Lampu padam,Randu
A-2,,2026-11-20 09:00,Tanpa isi,Randu
A-3,Saluran air tersumbat,kapan-kapan,Saluran,Randu
A-4,Jalan berlubang,2026-11-20 10:00
,Sampah menumpuk,2026-11-20 11:00,Sampah,Randu
A-6,"Antrean panjang
di puskesmas",2026-11-20 12:00,Antrean,Randu
"""


@dataclass(frozen=True)
class Crawled:
    """An installation after one crawl of a site full of faults."""

    settings: Settings
    site: Site
    report: dict[str, dict[str, Any]]


def fill(site: Site) -> list[dict[str, Any]]:
    """Put the faults on the site; returns the declaration of sources."""
    pages = {
        "/baik/1": Reply(article("Pasar Randu dibuka lagi")),
        "/baik/2": Reply(article("Jembatan selesai diperbaiki")),
        "/charset": Reply(article("Warta café régional").encode("latin-1")),
        "/tanpa-teks": Reply(article("Hanya judul", text="")),
        "/tanpa-waktu": Reply(article("Entah kapan", time=None)),
    }
    site.pages.update(pages)
    site.pages["/kabar.xml"] = Reply(feed(*(f"{site.url}{path}" for path in pages)), kind=XML)
    site.pages["/bukan.xml"] = Reply("<!doctype html><html><body>Umpan sudah pindah</body></html>")
    posts = [status(1), status(2, content=""), status(3, created_at=None), status(4)]
    site.pages["/api/v1/timelines/public"] = Reply(json.dumps(posts), kind=JSON)
    own = {"allow_private": True, "crawl_delay": 0}
    return [
        {"name": "bukan-umpan", "kind": "rss", "url": f"{site.url}/bukan.xml", **own},
        {"name": "kabar", "kind": "rss", "url": f"{site.url}/kabar.xml", **own},
        {"name": "guyub", "kind": "mastodon", "url": f"{site.url}/api/v1/timelines/public", "document_kind": "post",
         "platform": "mastodon", **own},
    ]  # fmt: skip


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("bad-input")
    settings = Settings(data_dir=folder / "var", sources_file=folder / "sources.yml", crawl_delay=0.0)
    with running_site() as site:
        (folder / "sources.yml").write_text(json.dumps(fill(site)), encoding="utf-8")
        report = {row["source"]: row for row in rows_of(settings, "crawl")}
        yield Crawled(settings=settings, site=site, report=report)


def test_a_crawl_counts_what_it_refuses_by_reason_and_goes_on(crawled: Crawled) -> None:
    assert crawled.report["kabar"]["refused"] == {"bad-charset": 1, "no-text": 1, "no-time": 1}
    assert crawled.report["guyub"]["refused"] == {"no-text": 1, "no-time": 1}
    assert crawled.report["bukan-umpan"]["refused"] == {"not-xml": 1}
    assert {name: row["new"] for name, row in crawled.report.items()} == {"bukan-umpan": 0, "kabar": 2, "guyub": 2}
    found = rows_of(crawled.settings, "search")
    assert {row["title"] or row["text"] for row in found} == {
        "Pasar Randu dibuka lagi", "Jembatan selesai diperbaiki",
        "Kiriman nomor 1 tentang banjir", "Kiriman nomor 4 tentang banjir",
    }  # fmt: skip


def test_every_refusal_can_be_read_with_its_reason_and_place(crawled: Crawled) -> None:
    refused = [row for row in rows_of(crawled.settings, "sources", "refused") if "#" not in row["url"]]
    by_place = {row["url"].removeprefix(crawled.site.url): row for row in refused}
    assert {place: row["reason"] for place, row in by_place.items() if place.startswith("/")} == {
        "/charset": "bad-charset", "/tanpa-teks": "no-text", "/tanpa-waktu": "no-time", "/bukan.xml": "not-xml",
    }  # fmt: skip
    assert Counter(row["reason"] for row in refused if row["source"] == "guyub") == {"no-text": 1, "no-time": 1}
    assert all(len(row["message"]) > 10 and row["at"] for row in refused)


def test_a_feed_that_is_no_xml_leaves_a_gap(crawled: Crawled) -> None:
    (gap,) = rows_of(crawled.settings, "sources", "gaps")
    assert gap["source"] == "bukan-umpan"
    assert "umpan" in gap["reason"]


def test_a_half_written_archive_record_is_named_and_the_others_still_come_back(crawled: Crawled) -> None:
    settings = crawled.settings
    articles = sorted(rows_of(settings, "search", "--kind", "article"), key=lambda row: row["raw"]["offset"])
    whole, cut = articles
    file = settings.archive_dir / cut["raw"]["file"]
    file.write_bytes(file.read_bytes()[: cut["raw"]["offset"] + 300])
    for _ in range(2):
        refused = run_command(settings, "sources", "raw", cut["id"], status=2)
        assert refused.stdout == ""
        assert "terpotong" in refused.stderr and cut["raw"]["file"] in refused.stderr
    served = crawled.site.pages[whole["url"].removeprefix(crawled.site.url)]
    assert isinstance(served, Reply)
    assert run_command(settings, "sources", "raw", whole["id"]).stdout == served.body
    counted = [row for row in rows_of(settings, "sources", "refused") if row["reason"] == "truncated-warc"]
    assert [(row["source"], row["url"].rpartition("#")[2]) for row in counted] == [("kabar", str(cut["raw"]["offset"]))]
    again = {row["source"]: row for row in rows_of(settings, "crawl")}
    assert again["kabar"]["failed"] == again["kabar"]["new"] == 0


def test_complaint_rows_are_refused_by_line_and_the_others_come_in(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "aduan.csv"
    file.write_text(COMPLAINTS, encoding="utf-8")
    looked = run_command(settings, "import", str(file), "--as", "sp4n", "--dry-run", status=1)
    assert json.loads(looked.stdout)["new"] == 0
    assert not settings.collection_file.exists()
    reasons = {"no-text": 1, "no-time": 1, "bad-row": 1, "no-key": 1}
    for new, known in ((2, 0), (0, 2)):
        done = run_command(settings, "import", str(file), "--as", "sp4n", status=1)
        assert json.loads(done.stdout) == {
            "file": "aduan.csv", "as": "sp4n", "read": 2, "new": new, "changed": 0, "known": known, "held": {},
            "refused": reasons,
        }  # fmt: skip
        said = done.stderr.splitlines()
        assert [next(n for n in range(3, 7) if f"Baris {n}:" in line) for line in said] == [3, 4, 5, 6]
    kept = rows_of(settings, "sources", "refused", "--source", "import:sp4n")
    assert {row["url"].rpartition("#")[2]: row["reason"] for row in kept} == {
        "L3": "no-text", "L4": "no-time", "L5": "bad-row", "L6": "no-key"
    }  # fmt: skip
    assert len(kept) == 4, "the second import counts nothing twice"
    assert {row["facts"]["tiket"] for row in rows_of(settings, "search", "--kind", "complaint")} == {"A-1", "A-6"}


def test_a_file_without_a_column_is_refused_whole_and_counted(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "kurang.csv"
    file.write_text(COMPLAINTS.replace("tanggal_masuk", "tanggal"), encoding="utf-8")
    done = run_command(settings, "import", str(file), "--as", "sp4n", status=2)
    assert done.stdout == ""
    assert "tidak memiliki kolom tanggal_masuk" in done.stderr and "isi_laporan" in done.stderr
    (kept,) = rows_of(settings, "sources", "refused")
    assert (kept["source"], kept["reason"], kept["url"]) == ("import:sp4n", "missing-column", file.as_uri())
    assert rows_of(settings, "count") == [{"count": 0}]


def test_posts_of_a_file_are_refused_by_line(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "kiriman.jsonl"
    time = "2026-11-20T08:00:00Z"
    rows = [
        {"id": 1, "text": "Air sudah surut", "published_at": time},
        {"id": 2, "text": " \u200b ", "published_at": time},
        {"id": 3, "text": "Tanpa waktu"},
        {"id": 4, "text": "Dari tahun depan", "published_at": "2099-01-01T00:00:00Z"},
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows) + "bukan json\n", encoding="utf-8")
    done = run_command(settings, "import", str(file), "--as", "jsonl", status=1)
    assert json.loads(done.stdout)["refused"] == {"no-text": 1, "no-time": 1, "future-time": 1, "not-json": 1}
    file.write_bytes(b'{"id": 1}\n{"text": "\xff"}')
    assert "bukan UTF-8 (baris 2)" in run_command(settings, "import", str(file), "--as", "jsonl", status=2).stderr


def test_a_settings_file_with_an_unknown_key_stops_every_command_with_its_name(tmp_path: Path) -> None:
    file = tmp_path / "pengaturan.toml"
    file.write_text('zona = "WIB"\ndata_dir = "var"\n', encoding="utf-8")
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "KENTONGAN_SETTINGS": str(file)}
    for command in ("search", "crawl", "doctor"):
        done = subprocess.run(
            [sys.executable, "-m", "kentongan", command], env=environ, capture_output=True, text=True, cwd=tmp_path
        )
        assert done.returncode == 2
        assert done.stderr == (
            f"kentongan {command}: Kunci di {file}: zona tidak dikenal. Mungkin maksudnya zone?\n"
        )  # fmt: skip
    assert not (tmp_path / "var").exists()
