"""Saved pages of real outlets and a recorded timeline, through the real crawler into both stores, against the gold."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from command_line import rows_of
from fixture_proxy import FixtureProxy, Page, load_gold, saved_pages, serve_pages, write_feed

from kentongan.settings import Settings
from kentongan.text import tokens

TIMELINE = "mastodon.example/api/v1/timelines/public"


@dataclass
class Collected:
    """An installation after its first crawl and score."""

    settings: Settings
    proxy: FixtureProxy
    gold: list[dict[str, Any]]
    first: list[dict[str, Any]]

    def articles(self) -> dict[str, dict[str, Any]]:
        rows = rows_of(self.settings, "search", "--limit", "200", "--kind", "article", "--json")
        return {row["title"]: row for row in rows}


def recorded_timeline(shared: Path) -> Page:
    """The body of the recorded answer of a public timeline, as its server gave it."""
    recording = yaml.safe_load((shared / "fixtures/mastodon/test_public_tl_anonymous.yaml").read_text(encoding="utf-8"))
    body = next(
        exchange["response"]["body"]["string"]
        for exchange in recording["interactions"]
        if exchange["request"]["uri"].endswith("/api/v1/timelines/public")
    )
    return Page(body.encode(), "application/json; charset=utf-8")


def declare_sources(file: Path, gold: list[dict[str, Any]]) -> dict[str, Page]:
    """Declare one feed an outlet and the timeline; returns the feeds to serve."""
    by_outlet: dict[str, list[str]] = {}
    for row in gold:
        by_outlet.setdefault(row["file"].split("/")[-2], []).append(row["url"].replace("https://", "http://"))
    sources: list[dict[str, object]] = [
        {"name": outlet, "kind": "rss", "url": f"http://umpan.example/{outlet}.xml", "crawl_delay": 0, "language": "id"}
        for outlet in by_outlet
    ]
    sources.append(
        {
            "name": "linimasa",
            "kind": "mastodon",
            "url": f"http://{TIMELINE}",
            "document_kind": "post",
            "platform": "mastodon",
        }
    )
    file.write_text(yaml.safe_dump(sources), encoding="utf-8")
    return {f"umpan.example/{outlet}.xml": write_feed(urls) for outlet, urls in by_outlet.items()}


@pytest.fixture(scope="module")
def collected(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("real-input")
    gold = load_gold(shared)
    feeds = declare_sources(folder / "sources.yml", gold)
    with serve_pages({**saved_pages(shared), **feeds, TIMELINE: recorded_timeline(shared)}) as proxy:
        settings = Settings(
            data_dir=folder / "var", sources_file=folder / "sources.yml", http_proxy=proxy.url, crawl_delay=0.0
        )
        first = rows_of(settings, "crawl")
        rows_of(settings, "score")
        yield Collected(settings=settings, proxy=proxy, gold=gold, first=first)


def token_f1(found: str, wanted: str) -> float:
    """Harmonic mean of precision and recall over tokens with their counts."""
    got, want = Counter(tokens(found)), Counter(tokens(wanted))
    shared_tokens = sum((got & want).values())
    return 2 * shared_tokens / (sum(got.values()) + sum(want.values())) if shared_tokens else 0.0


def plain(title: str) -> str:
    return " ".join(title.split()).casefold()


def test_every_saved_article_is_in_the_store_once(collected: Collected) -> None:
    rows = rows_of(collected.settings, "search", "--limit", "200", "--kind", "article", "--json")
    titles = [plain(row["title"]) for row in rows]
    assert len(rows) == len(collected.gold)
    assert sorted(titles) == sorted(plain(gold["title"]) for gold in collected.gold)


def test_times_agree_with_the_gold_to_the_minute(collected: Collected) -> None:
    found = {plain(title): row for title, row in collected.articles().items()}
    for gold in collected.gold:
        got = datetime.fromisoformat(found[plain(gold["title"])]["published_at"])
        assert abs(got - datetime.fromisoformat(gold["published_at"])) < timedelta(minutes=1), gold["file"]


def test_bylines_agree_with_the_gold(collected: Collected) -> None:
    found = {plain(title): row for title, row in collected.articles().items()}
    agreed = [
        all(set(tokens(name)) & set(tokens(found[plain(gold["title"])]["author"] or "")) for name in gold["author"])
        for gold in collected.gold
        if gold["author"]
    ]
    assert sum(agreed) == len(agreed)


def test_texts_agree_with_the_gold(collected: Collected) -> None:
    found = {plain(title): row for title, row in collected.articles().items()}
    scores = {gold["file"]: token_f1(found[plain(gold["title"])]["text"], gold["text"]) for gold in collected.gold}
    assert sum(scores.values()) / len(scores) >= 0.95, scores


def test_the_exact_bytes_of_an_article_come_back(collected: Collected) -> None:
    import subprocess
    import sys

    from command_line import environment

    row = next(iter(collected.articles().values()))
    answer = subprocess.run(
        [sys.executable, "-m", "kentongan", "sources", "raw", row["id"]],
        env=environment(collected.settings),
        capture_output=True,
        check=True,
    )
    assert answer.stdout in {page.body for page in collected.proxy.pages.values()}


def test_questions_are_answered_on_real_input(collected: Collected) -> None:
    settings = collected.settings
    days = rows_of(settings, "count", "--by", "day", "--kind", "article", "--json")
    wanted = Counter(gold["published_at"][:10] for gold in collected.gold)
    assert {row["day"][:10]: row["count"] for row in days} == dict(wanted)
    sentiments = rows_of(settings, "count", "--by", "sentiment", "--kind", "post", "--json")
    assert sentiments and all(row["sentiment"] != "none" for row in sentiments)
    topics = rows_of(settings, "count", "--by", "topic", "--kind", "article", "--json")
    assert sum(row["count"] for row in topics) == len(collected.gold)
    hits = rows_of(settings, "search", "bandara lombok", "--json")
    assert any("Lombok" in row["title"] for row in hits)


def test_a_second_crawl_adds_nothing_and_asks_conditionally(collected: Collected) -> None:
    before = rows_of(collected.settings, "count", "--by", "kind", "--json")
    mark = len(collected.proxy.statuses)
    again = rows_of(collected.settings, "crawl")
    assert sum(row["new"] for row in again) == 0
    assert rows_of(collected.settings, "count", "--by", "kind", "--json") == before
    feeds = [
        status
        for address, status in zip(collected.proxy.asked[mark:], collected.proxy.statuses[mark:], strict=True)
        if address.startswith("umpan.example/") and address.endswith(".xml")
    ]
    assert feeds and set(feeds) == {304}


def test_elasticsearch_gives_the_same_answers(collected: Collected, elasticsearch_url: str, tmp_path: Path) -> None:
    there = msgspec.structs.replace(
        collected.settings,
        data_dir=tmp_path / "var",
        elasticsearch_url=elasticsearch_url,
        elasticsearch_index="kentongan-real-input",
    )
    rows_of(there, "crawl")
    rows_of(there, "score")
    for words in (
        ("count", "--by", "day", "--json"),
        ("count", "--by", "sentiment", "--json"),
        ("count", "--by", "kind", "--by", "topic", "--json"),
        ("count", "bandara ATAU pelajar", "--json"),
    ):
        assert rows_of(there, *words) == rows_of(collected.settings, *words), words

    def seen(settings: Settings, *words: str) -> list[tuple[str, str]]:
        return [(row["id"], row["text"]) for row in rows_of(settings, "search", *words, "--limit", "200", "--json")]

    assert seen(there) == seen(collected.settings)
    assert seen(there, '"abu vulkanik"') == seen(collected.settings, '"abu vulkanik"') != []


def test_extract_gives_an_article_as_json(shared: Path, settings: Settings) -> None:
    gold = load_gold(shared)[0]
    (row,) = rows_of(settings, "extract", str(shared / "fixtures" / str(gold["file"])), "--url", str(gold["url"]))
    assert set(row) == {"title", "text", "author", "published_at", "canonical_url"}
    assert plain(row["title"]) == plain(str(gold["title"]))
    json.dumps(row)
