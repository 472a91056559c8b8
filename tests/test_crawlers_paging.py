"""Articles in several pages: their further pages are found, other articles are not, repeated words stand once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from crawlers_server import SENTENCE
from hypothesis import given
from hypothesis import strategies as st

from crawlers.articles import Article, extract_article
from crawlers.paging import MAX_PAGES, join_pages, pages_left

URL = "https://www.kabar.test/berita/banjir-di-randu"
TIME = '<meta property="article:published_time" content="2026-11-20T08:15:00+07:00">'


def more_of(paging: str, *, url: str = URL, head: str = "") -> tuple[str, ...]:
    body = "".join(f"<p>{SENTENCE} Alinea {n}.</p>" for n in range(3))
    html = f"<html><head>{TIME}{head}</head><body><h1>Banjir di Randu</h1><div>{body}</div>{paging}</body></html>"
    return extract_article(html.encode(), url).more


def article(*lines: str, more: tuple[str, ...] = (), **changed: object) -> Article:
    made = Article(
        title="Banjir di Randu", text="\n".join(lines), author="Sari", published_at=datetime(2026, 11, 20, tzinfo=UTC),
        published_raw="20/11/2026", canonical_url=URL, language="id", more=more,
    )  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]


def links(*hrefs: str) -> str:
    return '<div class="paging">' + "".join(f'<a href="{href}">x</a>' for href in hrefs) + "</div>"


@pytest.mark.parametrize(
    ("paging", "head", "found"),
    [
        (links("?page=1", "?page=2", "?page=3"), "", (f"{URL}?page=2", f"{URL}?page=3")),
        (links("?page=3", "?page=2", "?page=2"), "", (f"{URL}?page=2", f"{URL}?page=3")),
        (links(f"{URL}/2", f"{URL}/3"), "", (f"{URL}/2", f"{URL}/3")),
        (links(f"{URL}/page/2/"), "", (f"{URL}/page/2/",)),
        ("", '<link rel="next" href="?halaman=2">', (f"{URL}?halaman=2",)),
        (f'<a rel="next" href="{URL}?page=2">Selanjutnya</a>', "", (f"{URL}?page=2",)),
        ("", '<link rel="next" href="/berita/artikel-berikutnya">', ()),
        (links("https://lain.test/berita/banjir-di-randu?page=2"), "", ()),
        (links("/berita/lain?page=2", "/tag/banjir/2", "javascript:void(0)", "#", "mailto:a@b.test"), "", ()),
        ("<a href='?page=2'>2</a>", "", ()),
        ("", "", ()),
    ],
)
def test_further_pages_are_those_of_the_same_article(paging: str, head: str, found: tuple[str, ...]) -> None:
    assert more_of(paging, head=head) == found


def test_a_later_page_names_only_those_after_it() -> None:
    paging = links("?page=1", "?page=2", "?page=3", "?page=4")
    assert more_of(paging, url=f"{URL}?page=3") == (f"{URL}?page=4",)
    assert more_of(links(URL, f"{URL}/2", f"{URL}/3"), url=f"{URL}/2") == (f"{URL}/3",)


def test_an_endless_row_of_pages_is_cut() -> None:
    assert len(more_of(links(*(f"?page={n}" for n in range(2, 90))))) == MAX_PAGES


def test_an_article_asked_for_whole_has_no_further_pages() -> None:
    url = "https://regional.kompas.com/read/2026/11/12/1/banjir"
    assert more_of(links("?page=1", "?page=2"), url=url) == (f"{url}?page=2",)
    assert more_of(links("?page=1", "?page=2"), url=f"{url}?page=all") == ()


def test_pages_are_joined_in_order_under_the_firsts_headline_and_time() -> None:
    first = article("A", "B", tags=("banjir",), more=(f"{URL}?page=2",))
    second = article("C", title="Halaman 2", author=None, tags=("randu", "banjir"), canonical_url=f"{URL}?page=2")
    joined = join_pages(first, [second, article("D")])
    assert joined.text == "A\nB\nC\nD"
    assert (joined.title, joined.author, joined.canonical_url) == (first.title, "Sari", URL)
    assert (joined.tags, joined.more) == (("banjir", "randu"), ())


@pytest.mark.parametrize(
    ("pages", "text"),
    [
        ([["A", "B"], ["B", "C"]], "ABC"),
        ([["A", "B", "C"], ["B", "C", "D"]], "ABCD"),
        ([["lede", "A"], ["lede", "B"], ["lede", "C"]], ["lede", "A", "B", "C"]),
        ([["A", "bagikan"], ["B", "bagikan"], ["C", "bagikan"]], ["A", "B", "C", "bagikan"]),
        ([["A", "B"], ["A", "B"]], "AB"),
        ([["A", "refrein"], ["B"], ["refrein", "C"]], ["A", "refrein", "B", "refrein", "C"]),
    ],
)
def test_what_pages_repeat_at_their_borders_stands_once(pages: list[list[str]], text: list[str] | str) -> None:
    first, *others = [article(*lines) for lines in pages]
    assert join_pages(first, others).text.split("\n") == list(text)


@given(st.lists(st.text(alphabet="abcdefgh", min_size=1, max_size=6), min_size=2, max_size=12, unique=True), st.data())
def test_however_an_article_is_cut_its_pages_join_to_it_again(lines: list[str], data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(min_value=1, max_value=len(lines) - 1))))
    parts = [lines[a:b] for a, b in zip([0, *cuts], [*cuts, len(lines)], strict=True)]
    first, *others = [article(*part) for part in parts]
    assert join_pages(first, others).text.split("\n") == lines


def test_pages_that_name_only_the_next_one_are_followed_to_the_end_and_never_twice() -> None:
    addresses = [URL, *(f"{URL}?page={n}" for n in range(2, 40))]
    chain = {a: article(a, more=(b,)) for a, b in zip(addresses, [*addresses[1:], URL], strict=True)}
    first, others, read = chain[URL], [], [URL]
    while left := pages_left(first, others, read=read):
        read.append(left[0])
        others.append(chain[left[0]])
    assert read == addresses[: MAX_PAGES + 1]
    circle = article("A", more=(URL,))
    assert pages_left(circle, [], read=[URL]) == ()
