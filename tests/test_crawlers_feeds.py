"""Feeds and sitemaps, as their servers gave them and as bad ones come."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.feeds import parse_feed
from crawlers.kinds import Answer, Listing
from crawlers.sitemaps import MAX_CHILDREN, parse_sitemap
from crawlers.sources import Source
from kentongan.errors import Quarantine

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
SOURCE = Source(name="kabar", kind="rss", url="https://kabar.test/feed.xml")


def answer(body: str | bytes, kind: str = "application/xml") -> Answer:
    raw = body.encode() if isinstance(body, str) else body
    return Answer(url=SOURCE.url, status=200, headers=(("Content-Type", kind),), body=raw, at=NOW)


def read(body: str | bytes, kind: str = "application/xml") -> Listing:
    listing = parse_feed(answer(body, kind), SOURCE)
    assert isinstance(listing, Listing)
    return listing


def sitemap(inside: str, root: str = "urlset") -> Listing:
    text = f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {NEWS}>{inside}</{root}>'
    listing = parse_sitemap(answer(text), SOURCE)
    assert isinstance(listing, Listing)
    return listing


NEWS = (
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)
RSS = '<rss version="2.0"><channel><title>U</title>{}</channel></rss>'
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>U</title><entry>'
    '<title type="html">Banjir &amp;amp; longsor</title>'
    '<link rel="alternate" href="/b/1"/><id>tag:kabar.test,2026:1</id><updated>2026-11-20T09:00:00+07:00</updated>'
    "<published>2026-11-20T08:00:00+07:00</published><author><name>Sari</name></author>"
    '<category term="Banjir"/></entry></feed>'
)


@pytest.mark.parametrize(
    ("file", "count", "first", "title", "time"),
    [
        (
            "antara/antara-mainpage.html", 20,
            "http://www.antaranews.com/berita/527615/29-penerbangan-bandara-internasional-lombok-dibatalkan",
            "29 penerbangan Bandara Internasional Lombok dibatalkan", "2015-11-05T07:56:43+00:00",
        ),
        (
            "detik/detik-mainpage.html", 20, "http://detik.feedsportal.com/", "Google Umbar Kelemahan Galaxy S6 Edge",
            "2015-11-05T03:08:58+00:00",
        ),
        (
            "kapanlagi/kapanlagi-mainpage.html", 3, "http://www.kapanlagi.com/showbiz/asian-star/",
            "Drama Adaptasi Webtoon 'Cheese In Trap' Rilis Teaser Perdana", "2015-11-05T05:45:00+00:00",
        ),
        (
            "republika/republika-mainpage.html", 10,
            "http://nasional.republika.co.id/berita/nasional/hukum/15/11/05/nxc181330",
            "Sejak Jadi Tersangka, Ketua DPRD Sumut tak Masuk Kerja", "2015-11-05T08:07:13+00:00",
        ),
    ],
)  # fmt: skip
def test_saved_feeds_of_indonesian_outlets_are_read_whole(
    shared: Path, file: str, count: int, first: str, title: str, time: str
) -> None:
    listing = read((shared / "fixtures" / "news_pages" / file).read_bytes(), "text/html; charset=UTF-8")
    assert (len(listing.entries), listing.refused) == (count, {})
    assert all(entry.title and entry.published_at for entry in listing.entries)
    entry = next(entry for entry in listing.entries if entry.title == title)
    assert entry.url.startswith(first)
    assert entry.published_at is not None and entry.published_at.isoformat() == time


def test_an_atom_entry_gives_address_title_time_author_and_tags() -> None:
    (entry,) = read(ATOM).entries
    assert (entry.url, entry.title, entry.author) == ("https://kabar.test/b/1", "Banjir & longsor", "Sari")
    assert entry.published_at is not None and entry.published_at.isoformat() == "2026-11-20T01:00:00+00:00"
    assert entry.tags == ("banjir",)


def test_entries_come_newest_first_and_each_address_once() -> None:
    items = "".join(
        f"<item><link>https://kabar.test/{n}</link><pubDate>Fri, {n} Nov 2026 08:00:00 +0700</pubDate></item>"
        for n in (3, 9, 5, 9)
    )
    listing = read(RSS.format(items + "<item><link>https://kabar.test/tanpa-waktu</link></item>"))
    assert [entry.url.rpartition("/")[2] for entry in listing.entries] == ["9", "5", "3", "tanpa-waktu"]


def test_an_entry_without_an_address_is_counted_and_the_others_stay() -> None:
    items = (
        "<item><title>a</title></item><item><link>mailto:x@y.z</link></item><item><link>https://k.test/1</link></item>"
    )
    listing = read(RSS.format(items))
    assert (len(listing.entries), listing.refused) == (1, {"no-link": 2})


@pytest.mark.parametrize(
    ("declared", "encoded"),
    [("iso-8859-1", "utf-8"), ("utf-8", "utf-8"), ("iso-8859-1", "latin-1"), ("windows-1252", "windows-1252")],
)
def test_titles_are_right_whether_or_not_the_feed_tells_its_charset_right(declared: str, encoded: str) -> None:
    text = f'\n<?xml version="1.0" encoding="{declared}"?>' + RSS.format(
        "<item><title>Café di Randu</title><link>https://kabar.test/1</link></item>"
    )
    assert read(text.encode(encoded), "text/xml").entries[0].title == "Café di Randu"


@pytest.mark.parametrize(
    "body",
    [
        "", "   ", "bukan umpan", "<!doctype html><html><body>pindah</body></html>", "<html/>", '{"items": []}',
        "%PDF-1.7", '<?xml version="1.0"?><svg/>', '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss/>',
        "<rss", "<urlset/>", "\x00\x01\x02" * 50,
    ],
)  # fmt: skip
def test_what_is_no_feed_is_refused(body: str) -> None:
    with pytest.raises(Quarantine) as refused:
        read(body)
    assert refused.value.reason in ("not-xml", "bad-charset")
    assert SOURCE.url in refused.value.message or refused.value.reason == "bad-charset"


def test_a_feed_cut_off_in_the_middle_gives_what_came() -> None:
    whole = RSS.format("".join(f"<item><link>https://kabar.test/{n}</link></item>" for n in range(9)))
    assert 4 <= len(read(whole[: len(whole) // 2 + 40]).entries) < 9


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_no_bytes_make_a_feed_reader_fail_in_any_other_way(body: bytes, rooted: bool) -> None:
    for parse, root in ((parse_feed, b"<rss>"), (parse_sitemap, b"<urlset>")):
        try:
            parse(answer(root + body if rooted else body), SOURCE)
        except Quarantine as error:
            assert error.reason in ("not-xml", "bad-charset")


def test_a_news_sitemap_gives_publication_times_and_lastmod_only_orders() -> None:
    listing = sitemap(
        "<url><loc>https://kabar.test/lama</loc><lastmod>2026-11-01</lastmod></url>"
        "<url><loc>https://kabar.test/baru</loc><lastmod>2026-11-20</lastmod>"
        "<image:image><image:loc>https://kabar.test/a.jpg</image:loc><image:title>gambar</image:title></image:image></url>"
        "<url><loc>https://kabar.test/berita</loc><news:news><news:publication><news:name>K</news:name></news:publication>"
        "<news:publication_date>2026-11-20T08:00:00+07:00</news:publication_date><news:title>Banjir</news:title>"
        "<news:keywords>Banjir, Randu</news:keywords></news:news></url><url><loc>bukan alamat</loc></url>"
    )
    assert [entry.url.rpartition("/")[2] for entry in listing.entries] == ["berita", "baru", "lama"]
    news, new, old = listing.entries
    assert (news.title, news.tags) == ("Banjir", ("banjir", "randu"))
    assert news.published_at is not None and news.published_at.isoformat() == "2026-11-20T01:00:00+00:00"
    assert new.published_at is None and old.published_at is None and new.title is None
    assert listing.refused == {"no-link": 1}


def test_a_sitemap_index_gives_its_newest_sitemaps() -> None:
    inside = "".join(
        f"<sitemap><loc>https://kabar.test/s{n}.xml</loc><lastmod>2026-11-{n:02d}</lastmod></sitemap>"
        for n in range(1, MAX_CHILDREN + 5)
    )
    listing = sitemap(inside, root="sitemapindex")
    assert listing.entries == ()
    assert len(listing.children) == MAX_CHILDREN
    assert listing.children[0] == f"https://kabar.test/s{MAX_CHILDREN + 4}.xml"


def test_a_news_sitemap_that_declares_no_namespace_is_read_all_the_same() -> None:
    body = (
        "<urlset><url><loc>https://kabar.test/berita</loc><news:news>"
        "<news:publication_date>2026-11-20T08:00:00+07:00</news:publication_date><news:title>Banjir</news:title>"
        "</news:news><image:image><image:loc>https://kabar.test/a.jpg</image:loc></image:image></url></urlset>"
    )
    found = parse_sitemap(answer(body), SOURCE)
    assert isinstance(found, Listing)
    (entry,) = found.entries
    assert (entry.url, entry.title) == ("https://kabar.test/berita", "Banjir")
    assert entry.published_at is not None and entry.published_at.isoformat() == "2026-11-20T01:00:00+00:00"
