"""``kentongan coordination`` on both stores: groups with their posts, GraphML, and what is said of nothing."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from command_line import run_command
from search_stores import ENGINES, elastic_settings  # noqa: F401

from casework.coordination_posts import Read, list_pages, make_acts
from kentongan.commands.coordination import LONGEST_WINDOW
from kentongan.schema import Document, document_id
from kentongan.settings import Settings
from samples.simulate import Plan, simulate
from search.open import open_store

PLAN = Plan(seed=21, posts=1_500, days=8, gaps=(), groups=(), bursts=(), kinds={"post": 0.9, "article": 0.1})
COPIERS = frozenset(f"salin_{letter}" for letter in "abcdef")
SHARERS = frozenset(f"bagi_{letter}" for letter in "abcde")
MESSAGES = (
    "Mulai Senin air ledeng di Purwamaya dimatikan karena tercemar limbah, simpan air secukupnya untuk tiga hari.",
    "Bantuan tunai tahap kedua dibuka hari ini di balai desa, bawa kartu keluarga dan jangan sampai terlambat datang.",
)
ACCUSING = re.compile(r"buzzer|\bbot\b|pelaku|tersangka|dalang", re.IGNORECASE)


@pytest.fixture(params=ENGINES)
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of either engine, nothing stored yet."""
    if request.param == "embedded":
        return Settings(data_dir=tmp_path / "var")
    found: Settings = request.getfixturevalue("elastic_settings")
    return found


def fill(settings: Settings) -> None:
    """Simulated posts without groups, and two groups that meet every 15 hours: copies, and links to an outlet."""
    documents = [one.document for one in simulate(PLAN)]
    outlet = next(document.publisher for document in documents if document.kind == "article")
    for occasion in range(12):
        for number, handle in enumerate(sorted(COPIERS | SHARERS)):
            copies = handle in COPIERS
            text = MESSAGES[occasion % 2] if copies else f"{handle} bilang begini soal hal ke-{occasion} itu"
            at = PLAN.start.astimezone(UTC) + timedelta(hours=15 * occasion + 2 * copies, seconds=4.1 * number)
            documents.append(
                make_document(
                    f"{handle}-{occasion}", text, author=handle, published_at=at, collected_at=at, sample=True,
                    url=f"https://x.example/{handle}/{occasion}",
                    links=() if copies else (f"https://www.{outlet}/{occasion}?utm_source=x",),
                )
            )  # fmt: skip
    with open_store(settings) as store:
        store.add(documents)
        store.refresh()


def test_planted_groups_come_out_with_their_posts_and_a_query_chooses_what_is_compared(
    installation: Settings, tmp_path: Path
) -> None:
    fill(installation)
    graph = tmp_path / "graf.graphml"
    done = run_command(installation, "coordination", "--graphml", str(graph))
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    planted = {COPIERS, SHARERS}
    assert {frozenset(one["handle"] for one in row["accounts"]) for row in rows} == planted
    for row in rows:
        assert row["posts"] >= 3 and row["since"] < row["until"] and row["since"].endswith("+07:00")
        assert "tidak membuktikan niat" in row["note"]
        for edge in row["edges"]:
            assert 0 < edge["p"] <= edge["q"] <= 0.05 and edge["moments"] >= 3
            for joint in edge["joint"]:
                assert joint["apart_s"] <= edge["window_s"]
                assert all(post["url"].startswith("https://") and post["at"] for post in joint["posts"])
    (shared,) = (row for row in rows if any(edge["trace"] == "link" for edge in row["edges"]))
    assert "news_share" in shared["explanations"]
    said = done.stderr
    assert "kemiripan waktu yang tidak biasa" in said and "DATA CONTOH" in said
    assert not ACCUSING.search(done.stdout + said + graph.read_text(encoding="utf-8"))
    handles = {data.text for data in ET.parse(graph).iterfind(".//{*}node/{*}data[@key='node-handle']")}
    assert handles == COPIERS | SHARERS
    without = run_command(installation, "coordination", "--source", "simulasi-x", "--from", "2026-11-02")
    assert without.stdout == ""
    assert re.search(r"pasangan diuji pada jendela 10, 60, 300, 900 detik: tidak ada kemiripan", without.stderr)
    assert "belum banyak diketahui" in without.stderr


def test_an_empty_store_and_questions_that_cannot_be_asked_say_so(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var")
    done = run_command(settings, "coordination", "--graphml", str(tmp_path / "kosong.graphml"))
    assert done.stdout == "" and "terlalu sedikit untuk diuji" in done.stderr
    assert ET.parse(tmp_path / "kosong.graphml").find(".//{*}node") is None
    for words, told in (
        (("--window", "0"), "--window antara 1"),
        (("--window", str(LONGEST_WINDOW + 1)), "--window antara 1"),
        (("--kind", "article"), "Berita tidak dibandingkan"),
        (("--graphml", str(tmp_path / "tiada" / "x.graphml")), "Folder untuk"),
        (("(banjir",), "tidak ditutup"),
    ):
        refused = run_command(settings, "coordination", *words, status=None)
        assert refused.returncode != 0 and told.lower() in refused.stderr.lower()
        assert "Traceback" not in refused.stderr


def test_the_help_does_not_accuse(tmp_path: Path) -> None:
    told = run_command(Settings(data_dir=tmp_path), "coordination", "--help").stdout
    assert "bukan tuduhan" in told and not ACCUSING.search(told)


def make_document(key: str, text: str, **changed: object) -> Document:
    now = datetime(2026, 11, 2, tzinfo=UTC)
    document = Document(
        id=document_id("x", key), kind="post", publisher="x", platform="x", native_key=key, source="uji", text=text,
        published_at=now, collected_at=now + timedelta(minutes=1), author="akun",
    )  # fmt: skip
    return replace(document, **changed)  # type: ignore[arg-type]


def test_what_equals_an_article_or_its_headline_is_known_as_news() -> None:
    body = "Dinas Kesehatan Tirtamaya membuka pos kesehatan di enam kecamatan mulai Senin pukul tujuh pagi."
    article = make_document("1", body, kind="article", title="Enam pos kesehatan dibuka", publisher="warta.example")
    posts = [
        make_document("2", "Sebarkan!! " + body),
        make_document("3", "enam pos kesehatan dibuka"),
        make_document("4", "Jalan depan pasar sudah tiga hari tergenang dan belum ada petugas yang datang menengok."),
    ]
    reads = [Read(document=document, text=document.text) for document in (*posts, article)]
    acts, news = make_acts(reads[:3], reads[3:])
    assert [act.message in news.messages for act in acts] == [True, True, False]
    assert news.outlets == {"warta.example"}


def test_links_are_compared_in_one_spelling_and_front_pages_not_at_all() -> None:
    given = ["http://www.warta.example/a?utm_source=x", "https://warta.example/a", "https://warta.example/", "rusak"]
    assert list_pages(given) == ("https://warta.example/a",)
