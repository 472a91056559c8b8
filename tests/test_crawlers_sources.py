"""Declared sources: what ships is sound, and a mistake in a list is named with its source and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawlers.kinds import KINDS, parse_answer
from crawlers.sources import Source, load_sources, publisher_for
from kentongan.errors import BadSettings


def write(folder: Path, text: str) -> Path:
    file = folder / "sources.yml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_shipped_sources_load_and_say_that_nobody_has_checked_them() -> None:
    sources = load_sources()
    assert len(sources) >= 8
    assert {source.kind for source in sources} <= set(KINDS)
    assert all(source.checked is None and source.legal and source.title for source in sources)
    assert not any(source.allow_private or source.sample for source in sources)
    assert any(source.document_kind == "factcheck" for source in sources)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- {name: a, kind: rss, url: 'https://a.test/', tautan: x}", ["Sumber a", "tautan"]),
        ("- {name: a, kind: rss, url: 'https://a.test/', enable: false}", ["Sumber a", "enable", "enabled"]),
        ("- {name: a, kind: facebook, url: 'https://a.test/'}", ["Sumber a", "facebook", "mastodon"]),
        ("- {name: a, kind: rss, url: 'ftp://a.test/'}", ["Sumber a", "url"]),
        ("- {name: a, kind: rss, url: 'https://u:s@a.test/'}", ["Sumber a", "sandi"]),
        ("- {name: a, kind: rss, url: 'https://a.test/', max_items: banyak}", ["Sumber a", "max_items"]),
        ("- {name: a, kind: rss, url: 'https://a.test/', crawl_delay: -1}", ["Sumber a", "crawl_delay"]),
        ("- {name: a, kind: rss}", ["Sumber a", "url"]),
        ("- {name: a b, kind: rss, url: 'https://a.test/'}", ["a b", "name"]),
        (
            "- {name: a, kind: rss, url: 'https://a.test/'}\n- {name: a, kind: rss, url: 'https://b.test/'}",
            ["Sumber a", "dua kali"],
        ),
        (
            "- {name: a, kind: rss, url: 'https://x.test/', publisher: x}\n"
            "- {name: b, kind: rss, url: 'https://jateng.x.test/'}",
            ["b", "a", "publisher"],
        ),
        ("name: a", ["daftar"]),
        ("- [", ["YAML"]),
    ],
)
def test_a_mistake_in_a_list_is_named(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(BadSettings) as error:
        load_sources(write(tmp_path, text))
    assert all(word in str(error.value) for word in words), error.value


def test_a_list_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="tidak terbaca"):
        load_sources(tmp_path / "tidak-ada.yml")


def test_every_kind_has_its_parse_function() -> None:
    for kind, functions in KINDS.items():
        module, _, name = functions.parse.partition(":")
        assert callable(getattr(__import__(module, fromlist=[name]), name)), kind
    assert callable(parse_answer)


@pytest.mark.parametrize(
    ("page", "publisher"),
    [
        ("https://www.kabar.test/a", "kabar-randu"),
        ("https://jateng.kabar.test/a", "kabar-randu"),
        ("https://www.lain.co.id/a", "lain.co.id"),
    ],
)
def test_a_declared_publisher_covers_its_own_site_and_no_other(page: str, publisher: str) -> None:
    source = Source(name="a", kind="rss", url="https://rss.kabar.test/umpan", publisher="kabar-randu")
    assert publisher_for(source, page=page, canonical=page) == publisher
