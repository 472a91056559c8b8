"""Articles: real pages against what a careful reader took from them, and pages written to mislead."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from crawlers_server import SENTENCE
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.articles import Article, extract_article
from kentongan.errors import Quarantine

URL = "https://www.kabar.test/berita/1"
MEAN_F1 = 0.98
"""Least mean F1 of the words over the saved pages; 1.0 was measured."""
TIME = "2026-11-20T08:15:00+07:00"


def word_f1(found: str, wanted: str) -> float:
    """F1 over words, each counted as often as it stands."""
    one, other = (Counter(re.findall(r"\w+", text.lower())) for text in (found, wanted))
    return 2 * (one & other).total() / (one.total() + other.total() or 1)


def page(body: str, head: str = "", *, lang: str = "") -> bytes:
    return f'<html lang="{lang}"><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'.encode()


def paragraphs(count: int = 4, text: str = SENTENCE) -> str:
    return "".join(f"<p>{text} Alinea {n}.</p>" for n in range(count))


def read(body: str = "", head: str = "", **more: str) -> Article:
    time = f'<meta property="article:published_time" content="{TIME}">'
    return extract_article(page(body or f"<h1>Banjir di Randu</h1><div>{paragraphs()}</div>", time + head, **more), URL)


def reason_of(html: bytes, **more: str) -> str:
    with pytest.raises(Quarantine) as refused:
        extract_article(html, URL, **more)
    assert URL in refused.value.message or refused.value.reason == "bad-charset"
    return refused.value.reason


def test_saved_pages_give_what_a_careful_reader_took_from_them(shared: Path) -> None:
    folder = shared / "fixtures"
    scores: dict[str, float] = {}
    for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        html = (folder / gold["file"]).read_bytes()
        found = extract_article(gzip.decompress(html) if gold["file"].endswith(".gz") else html, gold["url"])
        scores[gold["file"]] = word_f1(found.text, gold["text"])
        assert found.title == gold["title"], gold["file"]
        assert found.canonical_url == gold["url"], gold["file"]
        wanted = datetime.fromisoformat(gold["published_at"]).astimezone(UTC)
        assert found.published_at.replace(second=0) == wanted.replace(second=0), gold["file"]
        assert (found.author is None) == (not gold["author"]), (gold["file"], found.author)
        assert all(name in (found.author or "") for name in gold["author"]), (gold["file"], found.author)
    assert sum(scores.values()) / len(scores) >= MEAN_F1, scores


def test_json_ld_counts_before_meta_and_may_be_nested_or_broken() -> None:
    graph = {"@graph": [{"@type": "WebPage"}, {
        "@type": ["ReportageNewsArticle"], "headline": "Banjir di Randu", "datePublished": "2026-11-19T10:00:00+08:00",
        "author": [{"@type": "Person", "name": "Sari"}, {"name": "Budi"}], "inLanguage": "id-ID",
        "keywords": ["Banjir", "Randu"], "image": {"url": "/a.jpg"},
    }]}  # fmt: skip
    broken = '<script type="application/ld+json">{"@type": "NewsArticle", </script>'
    mended = json.dumps(graph).replace("]}]}", "],}],}").replace("}]}", "},]}")
    found = read(head=f'{broken}<script type="application/ld+json">/*x*/</script>'
                      f'<script type="application/ld+json">{mended}</script>')  # fmt: skip
    assert found.published_at == datetime(2026, 11, 19, 2, 0, tzinfo=UTC)
    assert found.published_raw == "2026-11-19T10:00:00+08:00"
    assert (found.author, found.language, found.tags) == ("Sari", "id", ("banjir", "randu"))
    assert found.media == ("https://www.kabar.test/a.jpg",)


def test_a_fact_check_gives_claim_and_verdict_apart_from_the_text() -> None:
    review = {
        "@type": "ClaimReview", "claimReviewed": "Bansos lewat tautan", "reviewRating": {"alternateName": "Salah"},
        "itemReviewed": {"author": {"name": "Akun anonim"}, "url": "https://sosial.test/1"},
    }  # fmt: skip
    found = read(head=f'<script type="application/ld+json">{json.dumps(review)}</script>')
    assert found.factcheck == {
        "claim": "Bansos lewat tautan", "verdict": "Salah", "claimant": "Akun anonim",
        "claim_url": "https://sosial.test/1",
    }  # fmt: skip
    assert read().factcheck == {}


@pytest.mark.parametrize(
    ("declared", "shown", "utc"),
    [
        ("2026-11-20T10:15:30Z", "Jumat, 20/11/2026 10:15 WIB", "2026-11-20T03:15:30+00:00"),
        ("2026-11-20T10:15:30Z", "Jumat, 20 November 2026 | 10.15 WITA", "2026-11-20T02:15:30+00:00"),
        ("2026-11-20T03:15:30Z", "Jumat, 20/11/2026 10:15 WIB", "2026-11-20T03:15:30+00:00"),
        ("2026-11-20T10:15:30Z", "Jumat, 20/11/2026 10:15", "2026-11-20T10:15:30+00:00"),
        ("2026-11-20T10:15:30+07:00", "Jumat, 20/11/2026 10:11 WIB", "2026-11-20T03:15:30+00:00"),
        ("2026-11-20 10:15", "", "2026-11-20T03:15:00+00:00"),
        ("", "Jumat, 20 November 2026 10:15 WIT", "2026-11-20T01:15:00+00:00"),
        ("", "Kamis, 05 November 2026 11:52", "2026-11-05T04:52:00+00:00"),
    ],
)
def test_local_time_marked_as_utc_is_read_as_the_page_prints_it(declared: str, shown: str, utc: str) -> None:
    head = f'<meta itemprop="datePublished" content="{declared}">' if declared else ""
    html = page(f"<h1>Banjir di Randu</h1><div class=date>{shown}</div><div>{paragraphs()}</div>", head)
    assert extract_article(html, URL).published_at.isoformat() == utc


@pytest.mark.parametrize(
    ("shown", "utc"),
    [
        ("Kamis, 12/11/2026 10:15 WIB", "2026-11-12T03:15:00+00:00"),
        ("Kamis, 12 November 2026 - 10:15 WIT", "2026-11-12T01:15:00+00:00"),
        ("12 Nov 2026, 10.15 WITA", "2026-11-12T02:15:00+00:00"),
        ("Kamis 12 Nopember 2026 pukul 10.15", "2026-11-12T03:15:00+00:00"),
        ("Diterbitkan 12-11-2026 | 10:15:30 WIB", "2026-11-12T03:15:30+00:00"),
    ],
)
def test_times_are_read_as_newsrooms_print_them_with_their_zone(shown: str, utc: str) -> None:
    html = page(f"<h1>Banjir di Randu</h1><span>{shown}</span><div>{paragraphs()}</div>")
    assert extract_article(html, URL).published_at.isoformat() == utc


@pytest.mark.parametrize(
    "shown", ["2 jam lalu", "2 jam yang lalu", "Kemarin, 10:15", "Jumat (13/11)", "Jumat (13/11) 10:15 WIB",
              "10:15 WIB", "Kamis, 31/02/2026 10:15 WIB", "Diperbarui baru saja"],
)  # fmt: skip
def test_what_names_no_day_of_a_year_is_no_time(shown: str) -> None:
    html = page(f"<h1>Banjir di Randu</h1><span>{shown}</span><div>{paragraphs()}</div>")
    assert reason_of(html) == "no-time"


def test_a_declared_day_counts_where_nothing_says_the_time_of_day() -> None:
    head = '<meta name="date" content="2026-11-12">'
    html = page(f"<h1>Banjir di Randu</h1><div>{paragraphs()}</div>", head)
    found = extract_article(html, URL)
    assert (found.published_at.isoformat(), found.published_raw) == ("2026-11-11T17:00:00+00:00", "2026-11-12")
    listed = (datetime(2026, 11, 12, 1, 0, tzinfo=UTC), "Thu, 12 Nov 2026 08:00:00 +0700")
    assert extract_article(html, URL, listed=listed).published_at == listed[0]
    printed = page(f"<h1>Banjir di Randu</h1><i>Kamis, 12 November 2026</i><div>{paragraphs()}</div>")
    assert reason_of(printed) == "no-time"


def test_the_time_beside_the_headline_wins_over_times_of_other_news() -> None:
    other = "<ul><li>Jumat, 20/11/2026 23:59 WIB Berita lain sama sekali</li></ul>" * 3
    body = f"{other}<h1>Banjir di Randu</h1><i>Kamis, 19/11/2026 07:05 WIB</i><div>{paragraphs()}</div>{other}"
    assert extract_article(page(body), URL).published_at == datetime(2026, 11, 19, 0, 5, tzinfo=UTC)


def test_a_page_without_a_time_takes_the_feeds_and_without_both_is_refused() -> None:
    html = page(f"<h1>Banjir di Randu</h1><div>{paragraphs()}</div>")
    listed = (datetime(2026, 11, 20, 1, 0, tzinfo=UTC), "Fri, 20 Nov 2026 08:00:00 +0700")
    found = extract_article(html, URL, listed=listed)
    assert (found.published_at, found.published_raw) == listed
    assert reason_of(html) == "no-time"


@pytest.mark.parametrize(
    ("declared", "shown", "title"),
    [
        ("Banjir Merendam Randu - Kabar.test", "Banjir Merendam Randu", "Banjir Merendam Randu"),
        ("Kabar: Banjir Merendam Randu", "Banjir Merendam Randu", "Banjir Merendam Randu"),
        ("Banjir Merendam Randu | Kabar", "Foto: Banjir Merendam Randu", "Foto: Banjir Merendam Randu"),
        ("Banjir Merendam Randu | Kabar", "", "Banjir Merendam Randu"),
        ("Harga Naik - Warga Randu Resah", "", "Harga Naik - Warga Randu Resah"),
    ],
)
def test_a_headline_is_what_readers_see_without_the_outlets_name(declared: str, shown: str, title: str) -> None:
    head = f'<meta property="og:title" content="{declared}"><meta property="og:site_name" content="Kabar">'
    assert read(f"<h1>Nasional</h1><h2>{shown}</h2><div>{paragraphs()}</div>", head).title == title


@pytest.mark.parametrize(
    ("byline", "head", "author"),
    [
        ("<p>Penulis: Sari Wulan</p><p>Editor: Budi</p>", "", "Sari Wulan"),
        ("<b>Pewarta</b><span>: Sari Wulan</span>", "", "Sari Wulan"),
        ("<p>Editor : Budi</p>", '<meta name="author" content="Budi">', None),
        ('<div class="author">Sari Wulan - kabarinet</div>', "", "Sari Wulan"),
        (
            "",
            '<meta name="author" content="Kabar Cyber Media"><meta property="og:site_name" content="Kabar.com">',
            None,
        ),
        ("", '<meta name="author" content="Sari Wulan">', "Sari Wulan"),
        ("", '<meta name="author" content="https://facebook.com/kabar">', None),
    ],
)
def test_the_author_is_who_wrote_not_the_editor_nor_the_outlet(byline: str, head: str, author: str | None) -> None:
    assert read(f"<h1>Banjir di Randu</h1>{byline}<div>{paragraphs()}</div>", head).author == author


def test_the_text_is_the_story_without_navigation_cross_references_and_initials() -> None:
    links = "".join(f'<li><a href="/{n}">Berita lain nomor {n} yang panjang judulnya</a></li>' for n in range(9))
    body = (
        f"<nav>{links}</nav><h1>Banjir di Randu</h1><div class=isi>{paragraphs(2)}<p>Baca juga: Harga Beras</p>"
        f'<p><a href="/x">Warga Mengeluh soal Jalan</a></p><ul>{links}</ul>{paragraphs(1, "Air mulai surut.")}'
        f"<p>(kbr/sr)</p><script>var x = 1;</script></div><div class=related>{paragraphs(2, 'Tentang hal lain.')}</div>"
        "<footer>Hak cipta Kabar</footer>"
    )
    assert read(body).text.split("\n") == [
        f"{SENTENCE} Alinea 0.", f"{SENTENCE} Alinea 1.", "Air mulai surut. Alinea 0."
    ]  # fmt: skip


@pytest.mark.parametrize(
    "block",
    [
        "<div class='komentar-pembaca'><p>{}</p></div>",
        "<section id='comments'><p>{}</p></section>",
        "<div id='disqus_comment_thread'><p>{}</p></div>",
        "<div class='fb-comments'><p>{}</p></div>",
        "<div class='iklan-tengah'><p>{}</p></div>",
        "<div class='ads banner-300x250'><p>{}</p></div>",
        "<ins class='advertisement'></ins><div class='advert'><p>{}</p></div>",
        "<div class='baca-juga'><p>{}</p></div>",
        "<div class='newsletter'><p>{}</p></div>",
        "<figure><img src='a.jpg'><figcaption>{}</figcaption></figure>",
        "<aside><p>{}</p></aside>",
    ],
)
@pytest.mark.parametrize("inside", [True, False])
def test_comments_and_advertisements_are_not_the_story(block: str, inside: bool) -> None:
    other = block.format("Mantap sekali beritanya min, saya setuju dengan pendapat di atas, hubungi saya segera.")
    within, after = (other, "") if inside else ("", other)
    found = read(
        f"<h1>Banjir di Randu</h1><article>{paragraphs(2)}{within}{paragraphs(1, 'Air surut.')}</article>{after}"
    )
    assert found.text.split("\n") == [f"{SENTENCE} Alinea 0.", f"{SENTENCE} Alinea 1.", "Air surut. Alinea 0."]


@pytest.mark.parametrize(
    "line", ["ADVERTISEMENT", "SCROLL TO CONTINUE WITH CONTENT", "Baca juga: Harga Beras Naik", "Editor: Budi",
             "Simak Video 'Banjir di Randu'", "Copyright © Kabar 2026", "(kbr/sr)"],
)  # fmt: skip
def test_lines_of_the_page_within_the_story_are_left_out(line: str) -> None:
    found = read(f"<h1>Banjir di Randu</h1><div>{paragraphs(2)}<p>{line}</p>{paragraphs(1, 'Air surut.')}</div>")
    assert found.text.split("\n") == [f"{SENTENCE} Alinea 0.", f"{SENTENCE} Alinea 1.", "Air surut. Alinea 0."]


@pytest.mark.parametrize(
    ("head", "tags"),
    [
        ('<meta name="keywords" content="Banjir, #Randu,, banjir">', ("banjir", "randu")),
        ('<meta property="article:tag" content="Banjir"><meta property="article:tag" content="Desa Randu">',
         ("banjir", "desa randu")),
        ('<meta name="news_keywords" content="banjir"><meta name="keywords" content="kabar,berita">', ("banjir",)),
        ("", ()),
    ],
)  # fmt: skip
def test_tags_are_those_the_page_declares_each_once(head: str, tags: tuple[str, ...]) -> None:
    assert read(head=head).tags == tags


def test_the_heading_of_the_page_is_no_part_of_the_story_where_both_share_a_container() -> None:
    head = "<p>Jumat, 20/11/2026</p><h2>Warta Desa</h2><h2>Banjir di Randu</h2>"
    found = read(f"<div>{head}{paragraphs(2)}</div>", '<meta property="og:title" content="Banjir di Randu">')
    assert found.text.split("\n") == [f"{SENTENCE} Alinea 0.", f"{SENTENCE} Alinea 1."]


@pytest.mark.parametrize("separator", ["<br>", "<br/><br/>", "</div><div>"])
def test_paragraphs_are_lines_however_the_page_makes_them(separator: str) -> None:
    text = separator.join(f"{SENTENCE} Alinea {n}." for n in range(3))
    assert len(read(f"<h1>Banjir di Randu</h1><div id=isi><div>{text}</div></div>").text.split("\n")) == 3


def test_an_article_page_speaks_for_no_other_site() -> None:
    assert read(head='<link rel="canonical" href="https://lain.test/x">').canonical_url == URL
    assert read(head='<link rel="canonical" href="/">').canonical_url == URL
    named = read(head='<link rel="canonical" href="https://kabar.test/berita/1?utm_source=a">')
    assert named.canonical_url == "https://kabar.test/berita/1"


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        (b"", "not-html"),
        (b"%PDF-1.7 binary", "not-html"),
        (b'{"a": 1}', "not-html"),
        (page("<h1>Judul saja</h1>", f'<meta name="pubdate" content="{TIME}">'), "no-text"),
        (page("<p>Terima kuki?</p>", f'<meta name="pubdate" content="{TIME}">'), "no-text"),
        (b"<html>" + "halaman".encode("utf-16-le") * 200, "bad-charset"),
        (page(f"<h1>Warta</h1><div>{paragraphs()}</div>"), "no-time"),
    ],
)
def test_a_page_that_is_no_article_is_refused_with_its_reason(html: bytes, reason: str) -> None:
    assert reason_of(html) == reason


def test_bytes_that_fit_neither_utf_8_nor_the_declared_charset_are_refused() -> None:
    text = page(f"<h1>Café Randu</h1><div>{paragraphs(4, SENTENCE + ' Café résumé.')}</div>").decode()
    html = text.encode("latin-1")
    assert reason_of(html) == "bad-charset"
    right = html.replace(b'charset="utf-8"', b'charset="iso-8859-1"')
    listed = (datetime(2026, 11, 20, tzinfo=UTC), "")
    assert "Café résumé" in extract_article(right, URL, listed=listed).text
    undeclared = html.replace(b'<meta charset="utf-8">', b"")
    assert "Café résumé" in extract_article(undeclared, URL, listed=listed).text
    assert "Café résumé" in extract_article(html, URL, charset="windows-1252", listed=listed).text
    mislabelled = text.replace('charset="utf-8"', 'charset="iso-8859-1"').encode()
    assert "Café résumé" in extract_article(mislabelled, URL, charset="iso-8859-1", listed=listed).text


def test_damage_outside_the_article_costs_nothing() -> None:
    html = page(f"<h1>Banjir di Randu</h1><div>{paragraphs()}</div>", f'<meta name="pubdate" content="{TIME}">')
    assert (
        extract_article(html.replace(b"</body>", b"<footer>\xff\xfe</footer></body>"), URL).title == "Banjir di Randu"
    )


def test_a_page_nested_beyond_reason_ends_in_a_refusal_or_an_article() -> None:
    html = page("<div>" * 20_000 + paragraphs() + "</div>" * 20_000, f'<meta name="pubdate" content="{TIME}">')
    try:
        extract_article(html, URL)
    except Quarantine as error:
        assert error.reason in ("no-text", "not-html")


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="<>/\"'=&; abp\n\x00divscrtlngé{}[]:,", max_size=300))
def test_no_markup_makes_extraction_fail_in_any_other_way(markup: str) -> None:
    html = page(f"<h1>Judul yang panjang</h1>{markup}<div>{paragraphs(1)}</div>", markup)
    try:
        extract_article(html, URL)
    except Quarantine as error:
        assert error.reason in ("no-text", "no-time", "bad-charset", "not-html")
