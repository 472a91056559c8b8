"""Documents of article pages: several pages make one, and a fact-check's verdict stands apart from its words."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest
from crawlers_server import SENTENCE

from crawlers.documents import read_article, read_page
from crawlers.kinds import Answer, Entry
from crawlers.publishers import whole_address
from crawlers.sources import Source
from kentongan.errors import Quarantine

URL = "https://www.kabar.test/berita/banjir-di-randu"
SOURCE = Source(name="kabar", kind="rss", url="https://www.kabar.test/umpan")
TIME = '<meta property="article:published_time" content="2026-11-20T08:15:00+07:00">'
AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def answer(*lines: str, url: str = URL, head: str = TIME, after: str = "", title: str = "Banjir di Randu") -> Answer:
    body = "".join(f"<p>{line}</p>" for line in lines)
    html = f"<html><head>{head}</head><body><h1>{title}</h1><div>{body}</div>{after}</body></html>"
    return Answer(url=url, status=200, headers=(("Content-Type", "text/html"),), body=html.encode(), at=AT)


def lines(start: int, stop: int) -> list[str]:
    return [f"{SENTENCE} Alinea {number}." for number in range(start, stop)]


def test_pages_of_one_article_make_one_document() -> None:
    paging = '<div class="paging"><a href="?page=2">2</a></div>'
    first = answer(*lines(0, 2), after=paging)
    second = answer(*lines(1, 4), url=f"{URL}?page=2", head="", title="Banjir di Randu")
    entry = Entry(url=URL)
    assert read_article(first, source=SOURCE, entry=entry).more == (second.url,)
    alone = read_page(first, source=SOURCE, entry=entry).document
    whole = read_page(first, source=SOURCE, entry=entry, further=[second]).document
    assert whole.text.split("\n") == lines(0, 4)
    assert (whole.id, whole.url, whole.published_at) == (alone.id, URL, alone.published_at)


def test_a_further_page_that_cannot_be_read_costs_only_its_own_words(caplog: pytest.LogCaptureFixture) -> None:
    broken = Answer(url=f"{URL}?page=2", status=200, headers=(), body=b"maaf", at=AT)
    with caplog.at_level(logging.WARNING, logger="crawlers.documents"):
        found = read_page(answer(*lines(0, 2)), source=SOURCE, entry=Entry(url=URL), further=[broken]).document
    assert found.text.split("\n") == lines(0, 2)
    assert "left out" in caplog.text
    with pytest.raises(Quarantine):
        read_page(broken, source=SOURCE, entry=Entry(url=URL), further=[answer(*lines(0, 2))])


def test_an_article_asked_for_whole_is_the_document_it_is_otherwise() -> None:
    url = "https://regional.kompas.com/read/2026/11/12/1/banjir"
    plain, whole = (
        read_page(answer(*lines(0, 3), url=address), source=SOURCE, entry=Entry(url=url))
        for address in (url, whole_address(url))
    )
    assert plain == whole


def test_a_fact_checks_verdict_is_a_fact_and_not_among_its_words() -> None:
    title = "[SALAH] Bansos lewat tautan"
    page = answer("[SALAH]", *lines(0, 3), "Kesimpulan: Kabar itu adalah informasi yang salah.", title=title)
    checks = Source(name="cek", kind="rss", url="https://www.kabar.test/cek", document_kind="factcheck")
    found = read_page(page, source=checks, entry=Entry(url=URL)).document
    assert (found.kind, found.title) == ("factcheck", title)
    assert (found.facts["verdict"], found.facts["rating"], found.facts["claim"]) == (
        "SALAH", "false", "Bansos lewat tautan",
    )  # fmt: skip
    assert found.text.split("\n") == lines(0, 3)
    news = read_page(page, source=SOURCE, entry=Entry(url=URL)).document
    assert (news.kind, news.facts) == ("article", {})
    assert "Kesimpulan" in news.text
