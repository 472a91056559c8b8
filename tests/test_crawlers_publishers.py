"""Publishers' rules: they read the saved pages as a careful reader does, and one that no longer fits costs nothing."""

from __future__ import annotations

import gzip
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from crawlers_server import SENTENCE

from crawlers.addresses import publisher_of
from crawlers.articles import Article, extract_article
from crawlers.publishers import NO_RULES, RULES, find_rule, is_whole, plain_address, whole_address
from crawlers.ruled import compile_selector, read_ruled

FIVE_AND_MEDIA_INDONESIA = {
    "antaranews.com", "detik.com", "kompas.com", "republika.co.id", "kapanlagi.com", "mediaindonesia.com",
}  # fmt: skip
TIME = '<meta property="article:published_time" content="2026-11-20T08:15:00+07:00">'


def saved_pages(shared: Path) -> list[tuple[dict[str, Any], bytes]]:
    folder = shared / "fixtures"
    rows = [json.loads(line) for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    bodies = [(folder / row["file"]).read_bytes() for row in rows]
    return [
        (row, gzip.decompress(body) if row["file"].endswith(".gz") else body)
        for row, body in zip(rows, bodies, strict=True)
    ]


def page(body: str, head: str = TIME) -> bytes:
    return f'<html><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'.encode()


def story(count: int = 3) -> str:
    return "".join(f"<p>{SENTENCE} Alinea {n}.</p>" for n in range(count))


def test_every_saved_page_is_read_by_its_publishers_rule(shared: Path, caplog: pytest.LogCaptureFixture) -> None:
    from lxml.html import HTMLParser, document_fromstring

    seen = set()
    for gold, html in saved_pages(shared):
        rule = find_rule(gold["url"])
        assert rule is not None, gold["file"]
        tree = document_fromstring(html, parser=HTMLParser(encoding="utf-8"))
        ruled = read_ruled(tree, rule, url=gold["url"], zone="WIB")
        assert ruled.text.split() == gold["text"].split(), gold["file"]
        assert ruled.title in (None, gold["title"]), gold["file"]
        assert ruled.author is None or ruled.author in gold["author"], gold["file"]
        assert ruled.shown is not None or "antara" in gold["file"], gold["file"]
        seen.add(publisher_of(gold["url"]))
    assert seen == FIVE_AND_MEDIA_INDONESIA
    assert "finds no story" not in caplog.text


def test_without_rules_only_the_photo_story_is_read_less_well(shared: Path) -> None:
    for gold, html in saved_pages(shared):
        found = extract_article(html, gold["url"], rules=NO_RULES)
        assert found.title == gold["title"], gold["file"]
        assert (found.text.split() == gold["text"].split()) == (
            "note" not in gold or "photo 1 of 6" not in gold["note"]
        )


def test_every_selector_of_every_rule_can_be_read() -> None:
    for rule in RULES.values():
        for selectors in (rule.body, rule.drop, rule.title, rule.byline, rule.date, rule.tags, rule.more):
            for selector in selectors:
                compile_selector(selector)


# Written by hand from how these sites build their pages today; never seen live.
TEMPLATES = {
    "https://news.detik.com/berita/d-7000001/banjir-di-randu": (
        '<h1 class="detail__title">Banjir di Randu</h1><div class="detail__author">Sari Wulan - detikNews</div>'
        '<div class="detail__date">Kamis, 12 Nov 2026 10:15 WIB</div><div class="detail__body-text itp_bodycontent">'
        f'{story()}<table class="linksisip"><tr><td>Baca juga: <a href="/x">Harga Beras</a></td></tr></table>'
        f'<div class="parallaxindetail">ADVERTISEMENT {SENTENCE}</div>'
        '<div class="detail__body-tag"><a class="nav__item" href="/tag/banjir">banjir</a></div></div>'
    ),
    "https://regional.kompas.com/read/2026/11/12/101500078/banjir-di-randu": (
        '<h1 class="read__title">Banjir di Randu</h1><div class="read__time">Kompas.com - 12/11/2026, 10:15 WIB</div>'
        '<div class="credit-title"><div class="credit-title-name"><h6>Sari Wulan</h6></div></div>'
        f'<div class="read__content"><div class="clearfix">{story()}</div>'
        '<div class="read__bacajuga"><p>Warga lain mengeluh soal harga beras yang naik terus.</p></div></div>'
        '<ul class="tag__article__wrap"><li><a href="/tag/banjir">Banjir</a></li></ul>'
    ),
    "https://jateng.antaranews.com/berita/500001/banjir-di-randu": (
        '<div class="wrap__article-detail-title"><h1>Banjir di Randu</h1></div>'
        '<div class="wrap__article-detail-info"><span>Kamis, 12 November 2026 10:15 WIB</span></div>'
        f'<div class="wrap__article-detail-content post-content">{story()}'
        '<span class="baca-juga">Baca juga: Harga beras naik</span>'
        '<p class="text-muted">Pewarta: Sari Wulan<br>Editor: Budi<br>COPYRIGHT © ANTARA 2026</p></div>'
        '<ul class="blog-tags"><li><a href="/tag/banjir">#Banjir</a></li></ul>'
    ),
}  # fmt: skip


@pytest.mark.parametrize("url", TEMPLATES)
def test_the_outlets_newer_templates_are_read_by_rule(url: str, caplog: pytest.LogCaptureFixture) -> None:
    found = extract_article(page(TEMPLATES[url], ""), url)
    assert found.text.split("\n") == [f"{SENTENCE} Alinea {n}." for n in range(3)]
    assert (found.title, found.tags) == ("Banjir di Randu", ("banjir",))
    assert found.published_at.isoformat() == "2026-11-12T03:15:00+00:00"
    assert found.author == "Sari Wulan"
    assert "finds no story" not in caplog.text


def test_a_rule_that_finds_nothing_falls_through_to_the_generic_way_and_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    url = "https://news.detik.com/berita/d-7000001/banjir-di-randu"
    html = page(f"<h1>Banjir di Randu</h1><div class='tata-letak-baru'>{story()}</div>")
    with caplog.at_level(logging.WARNING, logger="crawlers.ruled"):
        found = extract_article(html, url)
    assert found == extract_article(html, url, rules=NO_RULES)
    assert len(found.text.split("\n")) == 3
    assert url in caplog.text
    emptied = page(f"<h1>Banjir di Randu</h1><div class='detail__body-text'></div><div>{story()}</div>")
    assert extract_article(emptied, url).text == found.text


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("https://regional.kompas.com/read/2026/11/12/1/banjir", "https://regional.kompas.com/read/2026/11/12/1/banjir?page=all"),
        ("https://regional.kompas.com/read/2026/11/12/1/banjir?page=2", "https://regional.kompas.com/read/2026/11/12/1/banjir?page=all"),
        ("https://jateng.tribunnews.com/2026/11/12/banjir?s=1", "https://jateng.tribunnews.com/2026/11/12/banjir?s=1&page=all"),
        ("https://news.detik.com/berita/d-7/banjir", "https://news.detik.com/berita/d-7/banjir?single=1"),
        ("https://news.detik.com/", "https://news.detik.com/"),
        ("https://www.kompas.com/tag/banjir", "https://www.kompas.com/tag/banjir"),
        ("https://www.kabar.test/berita/1", "https://www.kabar.test/berita/1"),
    ],
)  # fmt: skip
def test_an_outlet_that_gives_articles_whole_is_asked_for_them_whole(url: str, whole: str) -> None:
    assert whole_address(url) == whole
    assert whole_address(whole) == whole
    assert is_whole(whole) == (whole != url or "=all" in url)
    assert plain_address(plain_address(whole)) == plain_address(whole)


@pytest.mark.parametrize(
    "canonical", ["", '<link rel="canonical" href="{}">', '<link rel="canonical" href="{}?page=all">']
)
def test_the_document_is_the_same_however_its_article_was_asked_for(canonical: str) -> None:
    url = "https://regional.kompas.com/read/2026/11/12/1/banjir"
    head = TIME + canonical.format(url)
    html = page(f'<h1 class="read__title">Banjir</h1><div class="read__content">{story()}</div>', head)
    plain, whole = (extract_article(html, address) for address in (url, whole_address(url)))
    assert plain == whole
    assert isinstance(plain, Article)
    assert plain.canonical_url == url
