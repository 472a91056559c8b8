"""The order in which a crawl forgets: first the archive, then the store, and only then the work still to do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from crawlers_server import article, feed, status

from crawlers.archive import Archive, read_raw
from crawlers.collector import BATCH, Collector
from crawlers.kinds import Answer
from crawlers.sources import Source
from crawlers.state import CollectionState, Page
from kentongan.errors import Quarantine, Retry
from kentongan.schema import Document, Gap, Observation, Record, newest_revision
from search.store import Added, Store

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
NEWS = Source(name="kabar", kind="rss", url="https://kabar.test/feed.xml")
POSTS = Source(name="guyub", kind="mastodon", url="https://guyub.test/api/v1/timelines/public")


class FullStore:
    """A store that can be told to fail, as a full disk does. It keeps documents the way every store does: once."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}
        self.gaps: list[Gap] = []
        self.observations: list[Observation] = []
        self.full = False

    def add(self, documents: Iterable[Document]) -> Added:
        if self.full:
            raise Retry("Penyimpanan penuh.")
        given = list(documents)
        new = [document for document in given if document.id not in self.documents]
        self.documents.update({document.id: document for document in new})
        return Added(new=len(new), known=len(given) - len(new))

    def get(self, ids: Sequence[str]) -> list[Record | None]:
        found = [self.documents.get(one) for one in ids]
        return [Record(document=one, newest=newest_revision(one, ())) if one else None for one in found]

    def observe(self, observations: Iterable[Observation]) -> int:
        self.observations += observations
        return 1

    def add_gaps(self, gaps: Iterable[Gap]) -> int:
        self.gaps += gaps
        return 1


class Desk:
    """A collector with everything it writes to."""

    def __init__(self, folder: Path) -> None:
        self.now = NOW
        self.folder = folder
        self.steps: list[tuple[int, int]] = []
        self.store = FullStore()
        self.state = CollectionState(folder / "collection.sqlite")
        self.archive = Archive(folder / "archive", run="uji", now=NOW)
        self.collector = Collector(
            store=cast(Store, self.store), state=self.state, archive=self.archive, clock=lambda: self.now,
            on_progress=lambda done, total, _: self.steps.append((done, total)),
        )  # fmt: skip

    def answer(self, url: str, body: str, *, etag: str = '"satu"') -> Answer:
        headers = (("Content-Type", "text/html"), ("ETag", etag))
        return Answer(url=url, status=200, headers=headers, body=body.encode(), at=self.now)

    def list_pages(self, count: int) -> None:
        body = feed(*(f"https://kabar.test/b/{number}" for number in range(count)))
        self.collector.take_listing(NEWS, NEWS.url, answer=self.answer(NEWS.url, body))

    def read_pages(self) -> None:
        for page in self.collector.pending(NEWS):
            body = article(f"Berita {page.entry.url[-3:]}")
            self.take_page(page, body)

    def take_page(self, page: Page, body: str) -> None:
        received = self.collector.receive(NEWS, answer=self.answer(page.entry.url, body))
        assert self.collector.take_page(NEWS, page, answers=[received]) == ()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    with made.state, made.archive:
        yield made


def test_a_page_stays_pending_until_the_store_has_its_document(desk: Desk) -> None:
    desk.list_pages(3)
    desk.read_pages()
    assert len(desk.state.pending("kabar")) == 3 and not desk.store.documents
    desk.collector.flush()
    assert desk.state.pending("kabar") == [] and len(desk.store.documents) == 3
    assert desk.collector.tally(NEWS).new == 3


def test_a_full_store_costs_nothing_but_time(desk: Desk) -> None:
    desk.list_pages(2)
    desk.read_pages()
    desk.store.full = True
    with pytest.raises(Retry):
        desk.collector.flush()
    assert len(desk.state.pending("kabar")) == 2
    desk.store.full = False
    desk.collector.flush()
    assert desk.state.pending("kabar") == [] and len(desk.store.documents) == 2


def test_a_batch_goes_when_it_is_large_or_old(desk: Desk) -> None:
    desk.list_pages(BATCH + 2)
    desk.read_pages()
    assert len(desk.store.documents) == BATCH
    desk.collector.flush_old()
    assert len(desk.store.documents) == BATCH
    desk.now += timedelta(seconds=2)
    desk.collector.flush_old()
    assert len(desk.store.documents) == BATCH + 2


def test_documents_are_in_the_archive_before_they_are_in_the_store(desk: Desk) -> None:
    desk.list_pages(1)
    desk.read_pages()
    desk.collector.flush()
    (document,) = desk.store.documents.values()
    assert document.raw is not None
    assert b"Berita b/0" in read_raw(desk.folder / "archive", document.raw).body


def test_what_the_store_knew_already_is_counted_apart(desk: Desk) -> None:
    desk.list_pages(2)
    desk.read_pages()
    desk.collector.flush()
    desk.state._db.execute("UPDATE pages SET state = 'pending'")
    desk.read_pages()
    desk.collector.flush()
    assert (desk.collector.tally(NEWS).new, desk.collector.tally(NEWS).known) == (2, 2)


def test_a_timelines_cursor_waits_for_the_store(desk: Desk) -> None:
    answer = desk.answer(POSTS.url, json.dumps([status(1), status(2)]))
    desk.store.full = True
    with pytest.raises(Retry):
        desk.collector.take_posts(POSTS, answer=answer)
    assert desk.state.cursor("guyub") is None
    desk.store.full = False
    posts = desk.collector.take_posts(POSTS, answer=answer)
    desk.collector.finish_timeline(POSTS, cursor=posts.newest)
    assert desk.state.cursor("guyub") == posts.newest and len(desk.store.documents) == 2


def test_a_listing_that_cannot_be_read_is_not_remembered_as_read(desk: Desk) -> None:
    with pytest.raises(Quarantine):
        desk.collector.take_listing(NEWS, NEWS.url, answer=desk.answer(NEWS.url, "<html>bukan umpan</html>"))
    assert desk.collector.validators(NEWS.url).etag is None


def test_gaps_of_a_source_that_stays_away_follow_each_other(desk: Desk) -> None:
    desk.collector.finish_source(NEWS)
    moments = [NOW + timedelta(hours=hour) for hour in range(3)]
    for desk.now in moments[1:]:
        desk.collector.fail_source(NEWS, url=NEWS.url, error=None, message="server menjawab 503")
    assert [(gap.since, gap.until) for gap in desk.store.gaps] == [(moments[0], moments[1]), (moments[1], moments[2])]


def test_progress_never_goes_past_its_end(desk: Desk) -> None:
    desk.list_pages(5)
    desk.read_pages()
    assert desk.steps == [(step, 5) for step in range(1, 6)]


@pytest.mark.parametrize(("own_time", "documents"), [(None, 0), ("2026-11-20T08:00:00+07:00", 1)])
def test_a_wall_that_asks_for_consent_is_no_article_and_an_article_on_consent_is(
    desk: Desk, own_time: str | None, documents: int
) -> None:
    desk.collector.take_listing(
        NEWS, NEWS.url, answer=desk.answer(NEWS.url, feed("https://kabar.test/b/1", dated=True))
    )
    (page,) = desk.collector.pending(NEWS)
    words = "Situs ini menyimpan cookie dan memproses data pribadi Anda bersama mitra kami untuk iklan."
    body = article("Privasi Anda", time=own_time, text=words).replace("</body>", "<button>Setuju</button></body>")
    desk.take_page(page, body)
    desk.collector.flush()
    assert len(desk.store.documents) == documents
    assert [row.reason for row in desk.state.quarantined()] == ["wall"] * (1 - documents)


def test_entries_with_impossible_times_do_not_push_out_the_others(desk: Desk) -> None:
    source = Source(name="kabar", kind="rss", url="https://kabar.test/feed.xml", max_items=2)
    times = ["2026-11-20T08:00:00+07:00", "2099-01-01T00:00:00Z", "2106-01-01T00:00:00Z", "1994-12-31T00:00:00Z", None]
    items = "".join(
        f"<item><link>https://kabar.test/b/{n}</link>{f'<pubDate>{time}</pubDate>' if time else ''}</item>"
        for n, time in enumerate(times)
    )
    body = f'<rss version="2.0"><channel>{items}</channel></rss>'
    desk.collector.take_listing(source, source.url, answer=desk.answer(source.url, body))
    assert {page.entry.url[-1] for page in desk.state.pending("kabar")} == {"0", "4"}
    assert desk.collector.tally(source).refused == {"implausible-date": 3, "over-limit": 3}
    (row,) = desk.state.quarantined()
    assert row.reason == "implausible-date" and row.raw is not None and "3 dari 5" in row.message


@pytest.mark.parametrize("time", ["2026-11-22T04:00:00Z", "1994-12-31T23:59:59Z"])
def test_what_is_dated_impossibly_is_kept_aside_with_its_bytes(desk: Desk, time: str) -> None:
    posts = [status(1), status(2, created_at=time)]
    desk.collector.take_posts(POSTS, answer=desk.answer(POSTS.url, json.dumps(posts)))
    assert len(desk.store.documents) == 1
    assert {seen.document for seen in desk.store.observations} <= set(desk.store.documents)
    assert desk.collector.tally(POSTS).refused == {"implausible-date": 1}
    (row,) = desk.state.quarantined()
    assert row.reason == "implausible-date" and row.raw is not None


def test_an_article_from_before_the_web_is_kept_aside_with_its_bytes(desk: Desk) -> None:
    desk.list_pages(1)
    (page,) = desk.collector.pending(NEWS)
    body = article("Berita zaman dulu", time="1992-05-05T00:00:00+07:00")
    desk.take_page(page, body)
    desk.collector.flush()
    assert desk.store.documents == {} and desk.state.pending("kabar") == []
    (row,) = desk.state.quarantined()
    assert row.reason == "implausible-date" and row.raw is not None


def test_the_same_words_of_one_publisher_at_another_address_are_a_copy_and_no_second_document(desk: Desk) -> None:
    desk.list_pages(3)
    first, second, other = desk.collector.pending(NEWS)
    desk.take_page(first, article("Banjir di Randu"))
    desk.take_page(second, article("Banjir di Randu"))
    desk.take_page(other, article("Jalan rusak di Randu"))
    desk.collector.flush()
    assert len(desk.store.documents) == 2
    assert desk.collector.tally(NEWS).refused == {"duplicate": 1}
    assert desk.collector.pending(NEWS) == []
    fourth = f"{NEWS.url.rsplit('/', 1)[0]}/b/9"
    desk.collector.take_listing(NEWS, NEWS.url, answer=desk.answer(NEWS.url, feed(fourth)))
    desk.take_page(desk.collector.pending(NEWS)[0], article("Banjir di Randu"))
    desk.collector.flush()
    assert len(desk.store.documents) == 2, "a later crawl knows the words too"


def test_a_listing_in_which_everything_is_new_leaves_a_gap_since_it_was_last_read(desk: Desk) -> None:
    desk.list_pages(6)
    assert desk.store.gaps == [], "at the first reading nothing can have been missed"
    desk.collector.finish_source(NEWS)
    desk.now += timedelta(days=4)
    listed = [f"https://kabar.test/c/{number}" for number in range(6)]
    answer = desk.answer(NEWS.url, feed(*listed), etag='"dua"')
    desk.collector.take_listing(NEWS, NEWS.url, answer=answer)
    (gap,) = desk.store.gaps
    assert (gap.source, gap.since, gap.until) == (NEWS.name, NOW, desk.now)
    assert "terlewat" in gap.reason
    desk.collector.finish_source(NEWS)
    desk.collector.take_listing(NEWS, NEWS.url, answer=desk.answer(NEWS.url, feed(*listed[1:], "https://kabar.test/d")))
    assert len(desk.store.gaps) == 1, "a listing that reaches back to what is known has missed nothing"
