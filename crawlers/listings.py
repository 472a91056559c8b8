"""Reads index pages: the addresses on them that look like articles of the same site."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from crawlers.addresses import normalise_url, publisher_of, url_key
from crawlers.feeds import newest_first, read_time
from crawlers.html_answers import read_tree
from crawlers.kinds import Answer, Entry, Listing
from kentongan.errors import Quarantine
from kentongan.text import clean

if TYPE_CHECKING:
    from crawlers.sources import Source

MAX_LINKS = 5_000
"""Most links looked at on one page."""

MIN_TITLE = 15
"""Characters from which a link's words count as a headline: "Selengkapnya" and "2 komentar" are none."""

MAX_CLIMB = 4
"""How many elements around a link may belong to its teaser, for the time that stands in it."""

MIN_WORDS = 4
"""Words joined by hyphens, at the end of an address, that make a headline of it."""

MAX_ADDRESS = 2_000
"""Longest address followed, in characters, as browsers and proxies bound it."""

MAX_TEASERS = 5
"""How many links to one article are looked around for its time."""

DATED = re.compile(r"/(?:19|20)\d{2}/\d{1,2}/(?:\d{1,2}/)?[^/]+")
"""A day or a month, then something."""

NUMBERED = re.compile(r"/(?:[a-z]-)?\d{5,}(?:/|$)")
"""A number of an article's length; pages of an index carry shorter ones."""

INDEX = re.compile(
    r"/(?:tags?|topi[ck]|kategori|category|kanal|penulis|authors?|search|cari|indeks?|index|page|halaman|login|daftar"
    r"|video|foto|galeri|privacy|kebijakan|pedoman|redaksi|kontak|tentang)(?:/|$)",
    re.IGNORECASE,
)
"""Parts of a path that name an index or a page of the outlet about itself."""

FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|pdf|docx?|xlsx?|zip|rar|mp[34]|css|js|xml|apk)$", re.IGNORECASE)


def parse_listing(answer: Answer, source: Source) -> Listing:
    """The articles an index page links to: those whose time it prints newest first, then the others in page order.

    Raises Quarantine ("no-entries") for a page that links to none, "not-html" and "bad-charset".
    """
    tree = read_tree(answer)
    base = urljoin(answer.url, next(iter(tree.xpath("//base/@href")), "").strip())
    chosen: dict[str, tuple[str, list[Any]]] = {}
    for link in tree.xpath("//a[@href]")[:MAX_LINKS]:
        url = _read_address(link.get("href"), base=base)
        if url is None or not _is_article(url, page=answer.url, match=source.match):
            continue
        chosen.setdefault(url_key(url), (url, []))[1].append(link)
    if not chosen:
        raise Quarantine(
            "no-entries",
            f"Halaman {answer.url} tidak memuat satu pun tautan artikel.",
            hint="Periksa kunci match sumber ini, atau pakai umpan RSS-nya.",
        )
    owner = {link: key for key, (_, links) in chosen.items() for link in links}
    return Listing(
        entries=newest_first([_read_entry(url, links, owner=owner, zone=source.zone) for url, links in chosen.values()])
    )


def _read_address(href: str, *, base: str) -> str | None:
    try:
        url = normalise_url(urljoin(base, href.strip()))
    except ValueError:
        return None
    return url if len(url) <= MAX_ADDRESS else None


def _is_article(url: str, *, page: str, match: str) -> bool:
    """Whether an address lies on the page's site and its path is an article's."""
    if publisher_of(url) != publisher_of(page) or url_key(url) == url_key(page):
        return False
    path = urlsplit(url).path
    if match:
        return re.search(match, path) is not None
    if FILE.search(path) or INDEX.search(path):
        return False
    return _ends_in_headline(path) or bool(DATED.search(path) or NUMBERED.search(path))


def _ends_in_headline(path: str) -> bool:
    """Whether the last part of a path is made of words ("/berita/harga-beras-turun-lagi.html")."""
    last = path.rstrip("/").rpartition("/")[2].removesuffix(".html").removesuffix(".htm")
    return len([word for word in last.split("-") if word]) >= MIN_WORDS


def _read_entry(url: str, links: list[Any], *, owner: dict[Any, str], zone: str) -> Entry:
    """An article as its teaser tells it: the longest words of its links, and the time that stands beside one."""
    titles = [clean(" ".join((link.text_content() or link.get("title") or "").split())) for link in links]
    title = max(titles, key=len)[:1000]
    raw = next((found for link in links[:MAX_TEASERS] if (found := _printed_time(link, owner=owner))), None)
    published_at = read_time(raw, zone=zone)
    return Entry(
        url=url,
        title=title if len(title) >= MIN_TITLE else None,
        published_at=published_at,
        published_raw=raw[:200] if raw and published_at else None,
    )


def _printed_time(link: Any, *, owner: dict[Any, str]) -> str | None:
    """What a <time> in the link's teaser says. A teaser ends where another article's link begins."""
    element = link
    for _ in range(MAX_CLIMB):
        for time in element.iter("time"):
            return time.get("datetime") or " ".join(time.text_content().split())
        element = element.getparent()
        if element is None or any(owner.get(other, owner[link]) != owner[link] for other in element.iter("a")):
            return None
    return None
