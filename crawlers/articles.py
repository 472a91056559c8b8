"""Reads one article out of its page: words, headline, author, time, canonical address, and a fact-check's verdict."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import urljoin

from crawlers.addresses import host_of, names_private_place, normalise_url, publisher_of
from crawlers.body import find_text
from crawlers.bylines import (
    Stamp,
    choose_author,
    choose_time,
    choose_title,
    find_declared_day,
    find_shown_time,
    shown_blocks,
)
from crawlers.markup import Decoded, decode_markup
from crawlers.metadata import Metadata, as_texts, read_claim, read_metadata
from crawlers.paging import find_more
from crawlers.publishers import RULES, Rule, find_rule, plain_address
from crawlers.ruled import Ruled, read_ruled
from kentongan.errors import Quarantine
from kentongan.schema import require_aware
from kentongan.text import clean

HTML = re.compile(r"<\s*(?:!doctype\s+html|html|head|body|article|main|div|meta|p)\b", re.IGNORECASE)

MIN_TEXT = 40
"""Characters below which a page is held to have no article: a cookie notice, a redirect stub, an error page."""

REPLACED = "\ufffd"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What one page says."""

    title: str | None
    text: str
    """One line a paragraph."""
    author: str | None
    published_at: datetime
    """Aware, in UTC."""
    published_raw: str
    """As the page, or else the listing, spells it."""
    canonical_url: str
    """The page's own word for its address, where it lies on the same site; else the address it was read from."""
    language: str | None
    tags: tuple[str, ...] = ()
    """Lower case."""
    media: tuple[str, ...] = ()
    factcheck: Mapping[str, str] = field(default_factory=dict)
    """Claim and verdict of a ClaimReview; empty for every other page."""
    more: tuple[str, ...] = ()
    """Addresses of the article's further pages that this page names, in their order (``crawlers.paging``)."""

    def __post_init__(self) -> None:
        require_aware("published_at", self.published_at)


def extract_article(
    html: bytes,
    url: str,
    *,
    charset: str | None = None,
    zone: str = "WIB",
    listed: tuple[datetime, str] | None = None,
    rules: Mapping[str, Rule] = RULES,
) -> Article:
    """The article in a page: by its publisher's rule, then by what the page declares, then as pages in general are.

    ``charset`` is the one the server named; ``zone`` that of times printed without one; ``listed`` the publication
    time that a feed gave (and its spelling), taken where the page itself has none; ``rules`` the table of publishers.
    Raises Quarantine: "not-html", "bad-charset", "no-text", "no-time".
    """
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    decoded = decode_markup(html, charset=charset)
    if not HTML.search(decoded.text[:200_000]):
        raise Quarantine("not-html", f"{url} bukan halaman HTML.")
    # lxml refuses characters together with an encoding declaration; the declaration has done its work.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", decoded.text).encode("utf-8", "replace")
    try:
        tree = document_fromstring(text, parser=HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Quarantine("not-html", f"{url} tidak dapat dibaca sebagai HTML: {error}.") from error
    try:
        return _read_article(tree, url, decoded=decoded, zone=zone, listed=listed, rule=find_rule(url, rules))
    except RecursionError as error:
        raise Quarantine("not-html", f"{url} bersarang terlalu dalam untuk dibaca.") from error


def _read_article(
    tree: Any, url: str, *, decoded: Decoded, zone: str, listed: tuple[datetime, str] | None, rule: Rule | None
) -> Article:
    declared = read_metadata(tree)
    ruled = read_ruled(tree, rule, url=url, zone=zone) if rule else Ruled()
    title = ruled.title or choose_title(tree, declared)
    text = ruled.text or find_text(tree, url=url, title=title)
    written = clean("\n".join(as_texts(declared.article.get("articleBody"))))
    if len(written) > 2 * len(text):
        text = written
    if len(text) < MIN_TEXT:
        raise Quarantine("no-text", f"{url} tidak memuat teks berita.")
    if decoded.damaged and REPLACED in f"{title or ''}{text}":
        raise Quarantine(
            "bad-charset",
            f"Huruf di {url} rusak: isinya tidak sesuai dengan charset yang dinyatakannya.",
            hint="Laporkan ke penerbitnya; arsip menyimpan bita aslinya.",
        )
    author, printed = ruled.author, ruled.shown
    if author is None or printed is None:
        shown = shown_blocks(tree, title=title)
        author = author or choose_author(declared, shown, tree)
        printed = printed or find_shown_time(shown, zone=zone)
    stamp = choose_time(declared, printed, zone=zone)
    if stamp is None and listed is not None:
        stamp = Stamp(at=listed[0], raw=listed[1])
    stamp = stamp or find_declared_day(declared, zone=zone)
    if stamp is None:
        raise Quarantine("no-time", f"{url} tidak menyebut kapan diterbitkan.")
    return Article(
        title=title,
        text=text,
        author=author,
        published_at=stamp.at,
        published_raw=stamp.raw,
        canonical_url=_choose_address(declared, url),
        language=_choose_language(declared, tree),
        tags=_read_tags(declared, ruled.tags),
        media=_read_media(declared, url),
        factcheck=MappingProxyType(read_claim(declared.review)),
        more=find_more(tree, url, links=ruled.links),
    )


def _choose_address(declared: Metadata, url: str) -> str:
    """The canonical address, unless it lies on another site: a page speaks for no other publisher. Only what is read
    from a private address, a copy by its nature, may name a site elsewhere."""
    own = normalise_url(plain_address(url))
    for name in ("canonical", "og:url"):
        for value in declared.meta.get(name, ()):
            try:
                named = normalise_url(plain_address(urljoin(own, value)))
            except ValueError:
                continue
            own_site = publisher_of(named) == publisher_of(own) or names_private_place(host_of(own))
            # Some templates name the front page as every page's canonical address.
            front_page = len(named.split("/", 3)[-1]) <= 1 < len(own.split("/", 3)[-1])
            if own_site and not front_page:
                return named
    return own


def _choose_language(declared: Metadata, tree: Any) -> str | None:
    """The language the page names, as a BCP 47 code ("id", "en-US")."""
    named = [*as_texts(declared.article.get("inLanguage")), declared.first("inlanguage", "og:locale"), tree.get("lang")]
    for name in named:
        match = re.fullmatch(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2}))?", (name or "").strip())
        if match:
            return match.group(1).lower().replace("in", "id") if len(match.group(1)) == 2 else match.group(1).lower()
    return None


def _read_tags(declared: Metadata, shown: tuple[str, ...]) -> tuple[str, ...]:
    """Tags and keywords, lower case, each once; those a publisher's rule found before declared ones."""
    found = list(shown) or as_texts(declared.article.get("keywords")) or declared.meta.get("article:tag", [])
    if not found:
        found = declared.meta.get("news_keywords", []) or declared.meta.get("keywords", [])[:1]
    words = [clean(word).lower().lstrip("#") for text in found for word in text.split(",")]
    return tuple(dict.fromkeys(word for word in words if 0 < len(word) <= 100))[:50]


def _read_media(declared: Metadata, url: str) -> tuple[str, ...]:
    """Addresses of the article's pictures, the leading one first."""
    image = declared.article.get("image")
    listed = image if isinstance(image, list) else [image]
    found = [one.get("url") if isinstance(one, dict) else one for one in listed]
    addresses = []
    for value in [*found, *declared.meta.get("og:image", ())]:
        try:
            addresses.append(normalise_url(urljoin(url, value)) if isinstance(value, str) else "")
        except ValueError:
            continue
    return tuple(dict.fromkeys(address for address in addresses if address))[:20]
