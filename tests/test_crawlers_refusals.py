"""Bad input during a crawl: each is refused with its reason and counted, a source that cannot be read leaves a gap,
and the rest goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from crawlers_run import crawl, report_of, stored
from crawlers_server import JSON, SENTENCE, XML, Reply, Site, article, feed, running_site, status

from crawlers.report import CrawlReport
from crawlers.sources import Source
from crawlers.state import CollectionState, Refused
from kentongan.schema import Document, Gap
from kentongan.settings import Settings
from search.open import open_store


@dataclass(frozen=True)
class Crawled:
    """What was left after one crawl of a server full of bad input."""

    site: Site
    report: CrawlReport
    documents: list[Document]
    quarantine: dict[str, Refused]
    gaps: list[Gap]

    def reason(self, path: str) -> str:
        return self.quarantine[f"{self.site.url}{path}"].reason


PAGES: dict[str, Reply] = {
    "/baik": Reply(article("Berita yang baik")),
    "/charset": Reply(article("Warta caf\u00e9 r\u00e9gional").encode("latin-1")),
    "/tanpa-teks": Reply(article("Hanya judul", text="")),
    "/tanpa-waktu": Reply(article("Entah kapan", time=None)),
    "/masa-depan": Reply(article("Dari tahun 2099", time="2099-01-01T00:00:00+07:00")),
    "/pdf": Reply(b"%PDF-1.7 ...", kind="application/pdf"),
    "/bukan-html": Reply('{"kabar": "bukan halaman"}'),
    "/hilang": Reply("tidak ada", status=404),
    "/rusak": Reply("galat", status=500),
    "/berputar": Reply(status=302, headers={"Location": "/berputar?lagi"}),
    "/ke-dalam": Reply(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data/"}),
    "/ke-tetangga": Reply(status=301, headers={"Location": "http://127.0.0.2:9/"}),
    "/raksasa": Reply(article("Terlalu besar", text=SENTENCE * 2000)),
    "/dilarang/1": Reply(article("Jangan dibaca mesin")),
}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("refused") / "var", crawl_max_bytes=300_000)
    with running_site() as site:
        site.pages.update(PAGES)
        site.pages["/robots.txt"] = Reply("User-agent: *\nDisallow: /dilarang/\n", kind="text/plain")
        site.pages["/campur.xml"] = Reply(
            feed(*(f"{site.url}{path}" for path in PAGES), "javascript:void(0)"), kind=XML
        )
        site.pages["/umpan.html"] = Reply("<!doctype html><html><body>Umpan sudah pindah</body></html>")
        site.pages["/umpan-bom.xml"] = Reply('<!DOCTYPE x [<!ENTITY a "b">]><rss><channel/></rss>', kind=XML)
        site.pages["/umpan-rusak.xml"] = Reply("galat", status=503)
        picture = {"media_attachments": [{"url": "https://guyub.test/gambar.png"}]}
        posts = [
            status(1),
            status(2, content="<p></p>", **picture),
            status(3, created_at=None),
            status(4, visibility="private"),
            {"id": "7"},
        ]
        site.pages["/api/v1/timelines/public"] = Reply(json.dumps(posts), kind=JSON)
        site.pages["/api/tutup"] = Reply('{"error": "This method requires an authenticated user"}', status=422)
        own = {"allow_private": True, "crawl_delay": 0.0}
        sources = [
            Source(name=name, kind="rss", url=f"{site.url}/{path}", **own)
            for name, path in (
                ("campur", "campur.xml"), ("bukan-xml", "umpan.html"), ("bom", "umpan-bom.xml"),
                ("rusak", "umpan-rusak.xml"), ("larangan", "dilarang/umpan.xml"),
            )
        ]  # fmt: skip
        sources += [
            Source(name="guyub", kind="mastodon", url=f"{site.url}/api/v1/timelines/public", **own),
            Source(name="tutup", kind="mastodon", url=f"{site.url}/api/tutup", **own),
            Source(name="mati", kind="rss", url="http://127.0.0.1:9/rss", **own),
            Source(name="pribadi", kind="rss", url=f"{site.url}/campur.xml"),
        ]
        report = crawl(settings, sources)
        with CollectionState(settings.collection_file) as state:
            quarantine = {refused.url: refused for refused in state.quarantined()}
        with open_store(settings) as store:
            gaps = store.gaps()
        yield Crawled(site=site, report=report, documents=stored(settings), quarantine=quarantine, gaps=gaps)


def test_only_what_is_good_comes_in(crawled: Crawled) -> None:
    assert sorted(d.title or d.text for d in crawled.documents) == [
        "Berita yang baik", "Kiriman nomor 1 tentang banjir"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/charset", "bad-charset"),
        ("/tanpa-teks", "no-text"),
        ("/tanpa-waktu", "no-time"),
        ("/masa-depan", "implausible-date"),
        ("/pdf", "not-html"),
        ("/bukan-html", "not-html"),
        ("/hilang", "gone"),
        ("/berputar", "redirects"),
        ("/ke-dalam", "private-address"),
        ("/ke-tetangga", "private-address"),
        ("/raksasa", "too-large"),
        ("/dilarang/1", "robots"),
        ("/umpan.html", "not-xml"),
        ("/umpan-bom.xml", "not-xml"),
        ("/dilarang/umpan.xml", "robots"),
    ],
)
def test_bad_input_is_kept_aside_with_its_reason(crawled: Crawled, path: str, reason: str) -> None:
    refused = crawled.quarantine[f"{crawled.site.url}{path}"]
    assert refused.reason == reason
    assert refused.message


def test_the_report_counts_refusals_by_reason(crawled: Crawled) -> None:
    mixed = report_of(crawled.report, "campur")
    assert mixed.refused == {
        "bad-charset": 1, "no-text": 1, "no-time": 1, "implausible-date": 1, "not-html": 2, "gone": 1, "redirects": 1,
        "private-address": 2, "too-large": 1, "robots": 1, "no-link": 1,
    }  # fmt: skip
    assert (mixed.new, mixed.failed) == (1, 1)


def test_what_robots_txt_forbids_is_never_asked_for(crawled: Crawled) -> None:
    assert not [seen for seen in crawled.site.seen if seen.path.startswith("/dilarang/")]


def test_a_failing_server_is_asked_three_times_and_its_page_stays_for_the_next_crawl(crawled: Crawled) -> None:
    assert len(crawled.site.requests("/rusak")) == 3
    assert f"{crawled.site.url}/rusak" not in crawled.quarantine


def test_posts_without_words_or_time_are_refused_one_by_one(crawled: Crawled) -> None:
    assert report_of(crawled.report, "guyub").refused == {"no-text": 1, "no-time": 1, "not-public": 1, "bad-post": 1}


def test_a_refused_page_keeps_a_pointer_to_its_bytes(crawled: Crawled) -> None:
    assert crawled.quarantine[f"{crawled.site.url}/tanpa-waktu"].raw is not None


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("bukan-xml", "bukan umpan"),
        ("bom", "DOCTYPE"),
        ("rusak", "503"),
        ("larangan", "melarang"),
        ("tutup", "422"),
        ("mati", "sambungan ditolak"),
        ("pribadi", "jaringan pribadi"),
    ],
)
def test_a_source_that_cannot_be_read_leaves_a_gap_with_its_reason(crawled: Crawled, source: str, words: str) -> None:
    found = [gap for gap in crawled.gaps if gap.source == source]
    assert len(found) == 1
    assert words in found[0].reason
    assert found[0] == report_of(crawled.report, source).gap
    assert crawled.report.started <= found[0].since <= found[0].until <= crawled.report.finished


def test_a_source_that_was_read_leaves_none(crawled: Crawled) -> None:
    assert {gap.source for gap in crawled.gaps}.isdisjoint({"campur", "guyub"})
