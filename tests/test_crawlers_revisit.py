"""Edits and deletions are evidence: what became of a page stands beside what it was, and nothing is overwritten."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from command_line import rows_of, run_command
from crawlers_process import Order, Outcome, carry_out
from crawlers_server import SENTENCE, XML, Reply, Site, article, feed, running_site

from crawlers.archive import read_raw
from crawlers.archive_index import find_captures
from crawlers.documents import read_page
from crawlers.kinds import Answer, Entry
from crawlers.revisit import Revisit, compare_revisions, judge_visit
from crawlers.sources import Source
from crawlers.state import LEAST_REVISIT, MOST_REVISIT, CollectionState, Done, Validators
from crawlers.state_tables import SCHEMAS
from kentongan.errors import Quarantine
from kentongan.schema import Observation, Query, Record, newest_revision
from kentongan.settings import Settings
from search.open import open_store

DAY = 24.0
FIRST = article("Jembatan Randu ambruk", text=SENTENCE)
EDITED = article("Jembatan Randu rusak, tidak ambruk", text=SENTENCE.replace("sejak dini hari", "kemarin"))


class Desk:
    """One installation and one server, crawled again and again at later times."""

    def __init__(self, folder: Path, site: Site) -> None:
        self.settings = Settings(data_dir=folder / "var")
        self.site = site
        self.source = Source(name="kabar", kind="rss", url=f"{site.url}/feed.xml", allow_private=True, crawl_delay=0.0)

    def publish(self, path: str, reply: Reply) -> None:
        self.site.pages[path] = reply

    def announce(self, *paths: str, dated: bool = False) -> None:
        self.publish("/feed.xml", Reply(feed(*(f"{self.site.url}{path}" for path in paths), dated=dated), kind=XML))

    def crawl(self, *, later_h: float = 0.0) -> Outcome:
        return carry_out(self.settings, Order(sources=[self.source], later_h=later_h))

    def visit(self, *, later_h: float, limit: int | None = None) -> Outcome:
        self.site.seen.clear()
        order = Order(sources=[self.source], later_h=later_h, revisit=Revisit(limit=limit), timeout=5)
        return carry_out(self.settings, order)

    def records(self) -> dict[str, Record]:
        with open_store(self.settings) as store:
            store.refresh()
            return {(one.document.url or "").rpartition(self.site.url)[2]: one for one in store.stream(Query())}

    def asked(self) -> list[str]:
        return [one.path for one in self.site.seen if one.path != "/robots.txt"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with running_site() as site:
        yield Desk(tmp_path, site)


def states(record: Record) -> list[str]:
    return [one.state for one in record.observations]


def test_a_page_that_changes_then_disappears_leaves_both_revisions_and_its_deletion_on_record(desk: Desk) -> None:
    desk.announce("/b/1")
    desk.publish("/b/1", Reply(FIRST))
    desk.crawl()
    desk.publish("/b/1", Reply(EDITED))
    assert desk.visit(later_h=DAY).report.sources[0].visited == {"changed": 1}
    desk.publish("/b/1", Reply("sudah dihapus", status=410))
    assert desk.visit(later_h=4 * DAY).report.sources[0].visited == {"gone": 1}

    (record,) = desk.records().values()
    assert states(record) == ["changed", "gone"]
    assert record.document.title == "Jembatan Randu ambruk"
    assert record.newest.title == "Jembatan Randu rusak, tidak ambruk"
    (difference,) = compare_revisions(record)
    assert difference.title == (record.document.title, record.newest.title)
    assert (difference.added, difference.removed) == (4, 4)
    assert any(line.startswith("+ ") and "kemarin" in line for line in difference.lines)
    assert any(line.startswith("- ") and "sejak dini hari" in line for line in difference.lines)
    # The bytes of all three visits are kept, the answer that says "gone" too.
    assert record.document.raw is not None and record.newest.raw is not None
    assert read_raw(desk.settings.archive_dir, record.document.raw).body == FIRST.encode()
    assert read_raw(desk.settings.archive_dir, record.newest.raw).body == EDITED.encode()
    captures = find_captures(desk.settings.archive_dir, f"{desk.site.url}/b/1")
    assert [one.status for one in captures] == [200, 200, 410]


def test_a_server_that_closes_itself_to_crawlers_says_nothing_of_its_pages(desk: Desk) -> None:
    paths = [f"/b/{number}" for number in range(4)]
    desk.announce(*paths)
    for number, path in enumerate(paths):
        desk.publish(path, Reply(article(f"Berita {path}", time=f"2026-11-20T08:{number:02d}:00+07:00")))
    desk.crawl()
    for path in paths:
        desk.publish(path, Reply("Akses ditolak", status=403))
    report = desk.visit(later_h=DAY).report.sources[0]
    assert (report.visited, report.refused) == ({}, {"turned-away": 4})
    assert [states(record) for record in desk.records().values()] == [[], [], [], []]
    desk.publish(paths[0], Reply(article(f"Berita {paths[0]}", time="2026-11-20T08:00:00+07:00")))
    assert desk.visit(later_h=3 * DAY).report.sources[0].visited == {"unchanged": 1, "private": 3}


def test_what_became_of_each_page_is_recorded(desk: Desk) -> None:
    paths = [
        f"/b/{name}" for name in ("sama", "etag", "baru", "hilang", "tutup", "anggota", "pindah", "galat", "depan")
    ]
    desk.announce(*paths)
    for number, path in enumerate(paths):
        etag = '"e"' if path == "/b/etag" else None
        desk.publish(path, Reply(article(f"Berita {path}", time=f"2026-11-20T08:{number:02d}:00+07:00"), etag=etag))
    desk.crawl()
    desk.publish("/b/baru", Reply(article("Berita /b/baru yang lain")))
    desk.publish("/b/hilang", Reply("tidak ada", status=404))
    desk.publish("/b/tutup", Reply("khusus pelanggan", status=403))
    desk.publish("/b/anggota", Reply(status=302, headers={"Location": "/akun/login?kembali=/b/anggota"}))
    desk.publish("/akun/login", Reply("<html><body><form>Silakan masuk</form></body></html>"))
    moved = desk.site.pages["/b/pindah"]
    desk.publish("/b/pindah", Reply(status=301, headers={"Location": "/arsip/pindah"}))
    desk.site.pages["/arsip/pindah"] = moved
    desk.publish("/b/galat", Reply("galat", status=503))
    desk.publish("/b/depan", Reply(status=302, headers={"Location": "/b/sama"}))
    outcome = desk.visit(later_h=DAY)

    found = {path: states(record) for path, record in desk.records().items()}
    assert found == {
        "/b/sama": ["unchanged"], "/b/etag": ["unchanged"], "/b/baru": ["changed"], "/b/hilang": ["gone"],
        "/b/tutup": ["private"], "/b/anggota": ["private"], "/b/pindah": ["moved"], "/b/galat": [], "/b/depan": [],
    }  # fmt: skip
    (seen,) = desk.records()["/b/pindah"].observations
    assert seen.moved_to == f"{desk.site.url}/arsip/pindah"
    assert [one.status for one in desk.site.requests("/b/etag")] == [304]
    report = outcome.report.sources[0]
    assert report.visited == {"unchanged": 2, "changed": 1, "gone": 1, "private": 2, "moved": 1}
    assert (report.failed, report.refused) == (1, {"redirects": 1})
    assert "/feed.xml" not in desk.asked()


def test_the_command_visits_what_is_due_and_says_what_it_found(desk: Desk) -> None:
    file = desk.settings.data_dir.parent / "sources.yml"
    file.write_text(msgspec.json.encode([desk.source]).decode())  # JSON is YAML
    settings = msgspec.structs.replace(desk.settings, sources_file=file)
    desk.announce("/b/1", "/b/2")
    desk.publish("/b/1", Reply(FIRST))
    desk.publish("/b/2", Reply(article("Berita yang lama")))
    run_command(settings, "crawl", "--json")
    age_pages(settings, f"{desk.site.url}/b/1", days=2)
    age_pages(settings, f"{desk.site.url}/b/2", days=9)
    desk.publish("/b/1", Reply(EDITED))
    (row,) = rows_of(settings, "crawl", "--revisit", "--days", "7", "--json")
    assert row == {"source": "kabar", "fetched": 1, "visited": {"changed": 1}, "refused": {}, "failed": 0}
    (row,) = rows_of(settings, "crawl", "--revisit", "--json")
    assert row["visited"] == {"unchanged": 1}
    assert "--revisit" in run_command(settings, "crawl", "--days", "7", status=2).stderr
    assert "bilangan" in run_command(settings, "crawl", "--revisit", "--limit", "0", status=2).stderr


def age_pages(settings: Settings, url: str, *, days: int) -> None:
    """As if a page had been listed and read so many days ago."""
    stamp = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="microseconds")
    db = sqlite3.connect(settings.collection_file)
    assert db.execute("UPDATE pages SET listed = ?, asked = ? WHERE url = ?", (stamp, stamp, url)).rowcount == 1
    db.commit()
    db.close()


NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
NEWS = Source(name="kabar", kind="rss", url="https://kabar.test/feed.xml")
ENTRY = Entry(url="https://kabar.test/b/1")


def read(body: str, *, url: str = ENTRY.url, status: int = 200, at: datetime = NOW) -> Answer:
    return Answer(url=url, status=status, headers=(("Content-Type", "text/html"),), body=body.encode(), at=at)


def record_of(body: str, *seen: Observation) -> Record:
    document = read_page(read(body), source=NEWS, entry=ENTRY).document
    return Record(document=document, newest=newest_revision(document, seen), observations=seen)


def judge(record: Record, answer: Answer, *redirects: int) -> list[Observation]:
    return judge_visit(record, [answer], redirects=redirects, source=NEWS, entry=ENTRY)


def test_a_revision_that_is_on_record_is_not_recorded_twice() -> None:
    (changed,) = judge(record_of(FIRST), read(EDITED))
    (again,) = judge(record_of(FIRST, changed), read(EDITED))
    assert (changed.state, again.state) == ("changed", "unchanged")


def test_a_page_that_is_changed_back_has_three_states_to_compare() -> None:
    (changed,) = judge(record_of(FIRST), read(EDITED, at=NOW + timedelta(days=1)))
    (back,) = judge(record_of(FIRST, changed), read(FIRST, at=NOW + timedelta(days=2)))
    one, two = compare_revisions(record_of(FIRST, changed, back))
    assert (one.before, one.after) == (two.after, two.before)
    assert one.seen_at < two.seen_at


@pytest.mark.parametrize(
    ("answer", "redirects", "found"),
    [
        (read(FIRST, url="http://www.kabar.test/b/1"), (301,), ["unchanged"]),
        (read(FIRST, url="https://kabar.test/arsip/1"), (301, 308), ["moved"]),
        (read(FIRST, url="https://kabar.test/arsip/1"), (301, 302), "redirects"),
        (read(EDITED, url="https://kabar.test/arsip/1"), (308,), ["moved", "changed"]),
        (read("<html><body>Beranda</body></html>", url="https://kabar.test/"), (301,), ["moved"]),
        (read("", url="https://akun.kabar.test/masuk"), (302,), ["private"]),
        (read("", url="https://accounts.kabar.test/x"), (301,), ["private"]),
        (read("", url="https://kabar.test/hilang", status=404), (302,), ["gone"]),
        (read("", status=451), (), ["gone"]),
        (read("<html><body>Setujui cookie</body></html>"), (), "no-text"),
        (read("", status=204), (), "http-status"),
    ],
)
def test_where_a_visit_leads_says_what_became_of_the_page(
    answer: Answer, redirects: tuple[int, ...], found: list[str] | str
) -> None:
    record = record_of(FIRST)
    if isinstance(found, str):
        with pytest.raises(Quarantine) as refused:
            judge(record, answer, *redirects)
        assert refused.value.reason == found
    else:
        assert [one.state for one in judge(record, answer, *redirects)] == found


@pytest.fixture
def state(tmp_path: Path) -> Iterator[CollectionState]:
    with CollectionState(tmp_path / "collection.sqlite") as opened:
        yield opened


def list_page(state: CollectionState, name: str, *, at: datetime, title: str = "Berita") -> None:
    entries = [Entry(url=f"https://kabar.test/{name}", title=title)]
    state.save_listing(NEWS.url, validators=Validators(), entries=entries, source="kabar", at=at)
    state.finish_pages(Done(page.key, name, at, Validators(etag=f'"{name}"')) for page in state.pending("kabar"))


def due(state: CollectionState, *, at: datetime, **rest: Any) -> list[str]:
    return [visit.document for visit in state.due_visits(["kabar"], now=at, **rest)]


def visited(state: CollectionState, *names: str, at: datetime) -> None:
    state.finish_visits(Done(f"https://kabar.test/{name}", name, at) for name in names)


def test_the_page_whose_last_visit_is_oldest_comes_first_and_young_ones_come_more_often(state: CollectionState) -> None:
    list_page(state, "tua", at=NOW - timedelta(days=10))
    list_page(state, "muda", at=NOW - timedelta(hours=2))
    assert due(state, at=NOW) == ["tua", "muda"]
    assert due(state, at=NOW, limit=1) == ["tua"]
    assert due(state, at=NOW, since=NOW - timedelta(days=1)) == ["muda"]
    visited(state, "tua", "muda", at=NOW)
    assert due(state, at=NOW + LEAST_REVISIT / 2) == []
    assert due(state, at=NOW + timedelta(hours=4)) == ["muda"]
    assert due(state, at=NOW + timedelta(days=4)) == ["muda", "tua"]
    visited(state, "tua", "muda", at=NOW + timedelta(days=1000))
    assert due(state, at=NOW + timedelta(days=1000) + MOST_REVISIT) == ["muda", "tua"]


def test_a_page_of_which_its_feed_says_something_new_is_due(state: CollectionState) -> None:
    for name in ("satu", "dua"):
        list_page(state, name, at=NOW - timedelta(days=10))
    visited(state, "satu", "dua", at=NOW)
    list_page(state, "satu", at=NOW, title="Ralat: Berita")
    list_page(state, "dua", at=NOW)
    assert due(state, at=NOW + 1.1 * LEAST_REVISIT) == ["satu"]
    visited(state, "satu", at=NOW + 1.1 * LEAST_REVISIT)
    assert due(state, at=NOW + 3 * LEAST_REVISIT) == []


def test_a_page_that_does_not_answer_lets_the_others_have_their_turn(state: CollectionState) -> None:
    for name in ("satu", "dua"):
        list_page(state, name, at=NOW - timedelta(days=10))
    (first,) = due(state, at=NOW, limit=1)
    state.postpone_visit(first, NOW)
    assert due(state, at=NOW, limit=1) != [first]


def test_a_document_that_has_two_addresses_is_visited_once(state: CollectionState) -> None:
    for name in ("satu", "dua"):
        list_page(state, name, at=NOW - timedelta(days=10))
    state.finish_pages([Done("https://kabar.test/dua", "satu", NOW - timedelta(days=10))])
    assert due(state, at=NOW) == ["satu"]
    visited(state, "satu", at=NOW)
    assert due(state, at=NOW) == []


def test_a_document_that_was_removed_from_the_store_is_not_visited(state: CollectionState) -> None:
    list_page(state, "satu", at=NOW - timedelta(days=10))
    state.forget_document("satu")
    assert due(state, at=NOW) == []
    list_page(state, "satu", at=NOW)
    assert state.pending("kabar") == []


def test_a_memory_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    file = tmp_path / "collection.sqlite"
    old = sqlite3.connect(file)
    old.executescript(f"{SCHEMAS[0]} PRAGMA user_version = 1;")
    row = ("https://kabar.test/a", "https://kabar.test/a", "kabar", msgspec.json.encode(ENTRY), "a")
    old.execute("INSERT INTO pages VALUES (?, ?, ?, ?, 'done', 0, '2026-11-20T00:00:00+00:00', ?)", row)
    old.commit()
    old.close()
    with CollectionState(file) as state:
        assert due(state, at=NOW) == ["a"]
