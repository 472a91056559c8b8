"""``kentongan sources check``: the real command against a real server, without storing a document."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from command_line import rows_of, run_command
from crawlers_server import JSON, XML, Reply, Site, feed, running_site, status

from kentongan.settings import Settings
from kentongan.times import to_zone

INDEX = (
    '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    "<sitemap><loc>http://127.0.0.1/a.xml</loc></sitemap></sitemapindex>"
)


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        address = f"{running.url}/b/1"
        running.pages = {
            "/robots.txt": Reply("User-agent: *\nDisallow: /tertutup\n", kind="text/plain"),
            "/feed.xml": Reply(feed(address, f"{running.url}/b/2", dated=True), kind=XML),
            "/lama.xml": Reply(status=301, headers={"Location": "/feed.xml"}),
            "/sementara.xml": Reply(status=302, headers={"Location": "/feed.xml"}),
            "/tertutup.xml": Reply(feed(address), kind=XML),
            "/rusak.xml": Reply("<html><body>Selamat datang</body></html>"),
            "/menolak.xml": Reply("tidak boleh", status=403),
            "/indeks.xml": Reply(INDEX, kind=XML),
            "/linimasa": Reply(json.dumps([status(1), status(2)]), kind=JSON),
            "/kosong.xml": Reply(feed(), kind=XML),
        }
        yield running


def declare(settings: Settings, site: Site, **paths: str | dict[str, Any]) -> Settings:
    """An installation whose sources are these, by name: a path of a feed, or all keys."""
    file = settings.data_dir.parent / "sources.yml"
    own = {"allow_private": True, "crawl_delay": 0.0, "kind": "rss"}
    sources = [
        {"name": name, **own, **({"url": f"{site.url}{keys}"} if isinstance(keys, str) else keys)}
        for name, keys in paths.items()
    ]
    file.write_text(json.dumps(sources), encoding="utf-8")
    return msgspec.structs.replace(settings, sources_file=file)


def test_each_source_is_said_to_answer_to_have_moved_or_to_be_gone(settings: Settings, site: Site) -> None:
    timeline = {"kind": "mastodon", "url": f"{site.url}/linimasa", "document_kind": "post"}
    here = declare(
        settings, site, jalan="/feed.xml", pindah="/lama.xml", dialihkan="/sementara.xml", hilang="/tiada.xml",
        dilarang="/tertutup.xml", rusak="/rusak.xml", menolak="/menolak.xml", linimasa=timeline,
        indeks={"kind": "sitemap", "url": f"{site.url}/indeks.xml"}, kosong="/kosong.xml",
        tertutup={"kind": "rss", "url": f"{site.url}/feed.xml", "allow_private": False},
        mati={"kind": "rss", "url": "http://127.0.0.1:9/feed.xml"},
        tanpa_kunci={"kind": "x-search", "url": "https://api.x.com/2/tweets/search/recent?query=a"},
    )  # fmt: skip
    rows = {row["source"]: row for row in rows_of(here, "sources", "check", status=1)}
    assert {name: row["state"] for name, row in rows.items()} == {
        "jalan": "answers", "pindah": "moved", "dialihkan": "answers", "hilang": "gone", "dilarang": "robots",
        "rusak": "unreadable", "menolak": "away", "linimasa": "answers", "indeks": "answers", "kosong": "answers",
        "tertutup": "unreadable", "mati": "away", "tanpa_kunci": "unset",
    }  # fmt: skip
    assert (rows["jalan"]["entries"], rows["jalan"]["newest"]) == (2, "2026-11-20T01:00:00Z")
    assert rows["jalan"]["message"] == ""
    assert (rows["linimasa"]["entries"], rows["linimasa"]["newest"]) == (2, "2026-11-20T01:02:00Z")
    assert rows["pindah"]["moved_to"] == f"{site.url}/feed.xml"
    assert f"{site.url}/feed.xml" in rows["pindah"]["message"]
    assert "404" in rows["hilang"]["message"]
    assert "robots.txt" in rows["dilarang"]["message"]
    assert "403" in rows["menolak"]["message"]
    assert "x_bearer_token" in rows["tanpa_kunci"]["message"]
    assert rows["hilang"]["entries"] is None
    assert site.requests("/tertutup.xml") == []
    assert len(site.requests("/feed.xml")) == 3
    assert len(site.requests("/robots.txt")) == 1


def test_a_check_stores_no_document_and_touches_neither_validators_nor_gaps(settings: Settings, site: Site) -> None:
    here = declare(settings, site, jalan="/feed.xml")
    run_command(here, "sources", "check")
    assert rows_of(here, "search", "--json") == []
    assert rows_of(here, "sources", "gaps", "--json") == []
    assert not here.archive_dir.exists()
    site.pages["/b/1"] = site.pages["/b/2"] = Reply("gone", status=410)
    (row,) = rows_of(here, "crawl", "--json", status=None)
    assert row["refused"] == {"gone": 2}


def test_the_day_of_the_last_answer_is_remembered_and_listed(settings: Settings, site: Site) -> None:
    here = declare(settings, site, jalan="/feed.xml", hilang="/tiada.xml", lain="/feed.xml?lain")
    begun = datetime.now(UTC)
    run_command(here, "sources", "check", "jalan", "hilang", status=1)
    days = {to_zone(at, "WIB").date().isoformat() for at in (begun, datetime.now(UTC))}
    listed = {row["name"]: row for row in rows_of(here, "sources", "list", "--json")}
    assert listed["jalan"]["checked"] in days
    assert listed["hilang"]["checked"] is listed["lain"]["checked"] is None
    assert listed["jalan"]["last_success"] is None
    site.pages["/feed.xml"] = Reply("", status=404)
    run_command(here, "sources", "check", "jalan", status=1)
    assert rows_of(here, "sources", "list", "--json")[0]["checked"] in days


def test_a_day_in_the_list_counts_where_it_is_the_later_one(settings: Settings, site: Site) -> None:
    dated = {"kind": "rss", "url": f"{site.url}/feed.xml", "checked": "2027-01-05"}
    here = declare(settings, site, jalan=dated)
    run_command(here, "sources", "check")
    expected = max(date(2027, 1, 5), to_zone(datetime.now(UTC), "WIB").date())
    assert rows_of(here, "sources", "list", "--json")[0]["checked"] == expected.isoformat()


def test_sources_that_are_off_are_asked_only_by_name_and_unknown_names_are_told(settings: Settings, site: Site) -> None:
    off = {"kind": "rss", "url": f"{site.url}/feed.xml", "enabled": False}
    here = declare(settings, site, mati=off, jalan="/feed.xml")
    assert [row["source"] for row in rows_of(here, "sources", "check")] == ["jalan"]
    assert [row["source"] for row in rows_of(here, "sources", "check", "mati")] == ["mati"]
    done = run_command(here, "sources", "check", "tiada", status=None)
    assert done.returncode != 0
    assert "'tiada' tidak ada" in done.stderr


def test_hosts_are_asked_at_their_pace(settings: Settings, site: Site, tmp_path: Path) -> None:
    slow = {"kind": "rss", "url": f"{site.url}/feed.xml", "crawl_delay": 1.0}
    other = {"kind": "rss", "url": f"{site.url}/kosong.xml", "crawl_delay": 1.0}
    run_command(declare(settings, site, satu=slow, dua=other), "sources", "check")
    requests = sorted(site.seen, key=lambda seen: seen.began)
    assert len(requests) == 3
    pauses = [later.began - earlier.ended for earlier, later in itertools.pairwise(requests)]
    assert all(pause >= 0.95 for pause in pauses), pauses
