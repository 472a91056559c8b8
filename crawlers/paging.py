"""Finds the further pages of an article that its publisher splits into several, and joins them into one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from crawlers.addresses import normalise_url, publisher_of, url_key
from crawlers.publishers import is_whole

if TYPE_CHECKING:
    from crawlers.articles import Article

MAX_PAGES = 20
"""Most pages of one article, the first included in none of them: longer ones are archives of something else."""

PAGE_NAMES = frozenset({"page", "halaman", "hal", "pg", "paged"})
"""Query parameters that number the pages of one article."""

PAGE_PATH = re.compile(r"(?P<base>.+?)/(?:(?:page|halaman|hal)/)?(?P<number>[1-9]\d?)")
"""A path that ends with a page's number."""

NUMBERED = re.compile(r"[?&](?:page|halaman|hal|pg|paged)=\d|/\d{1,2}/?$")
"""What the address of a further page has in it; most links have not, and are not looked at any closer."""

PAGING = re.compile(r"paging|pagination|halaman|page-(?:links?|numbers?)", re.IGNORECASE)
"""Words in class or id of a block that leads through the pages of an article."""

MAX_LINKS = 500
"""Most links that are looked at closer."""

MAX_CLIMB = 5
"""How many elements, the link itself included, are asked for such a name."""


def find_more(tree: Any, url: str, *, links: Sequence[str] = ()) -> tuple[str, ...]:
    """The further pages of the article at ``url``, in their order: addresses on the same site, at most ``MAX_PAGES``.

    ``links`` are those that a publisher's rule points at, taken as they are. What the page itself calls "next" counts
    only where its address is this page's with another number: blogs call the next article so, too. Empty for a page
    that holds the whole article.
    """
    own = normalise_url(url)
    if is_whole(own):
        return ()
    numbered: dict[str, int] = {}
    base, current = _split_number(own)
    links_on = (link for link in tree.iter("a", "link") if NUMBERED.search(link.get("href") or "") and _leads_on(link))
    for link in islice(links_on, MAX_LINKS):
        address = _resolve(own, link.get("href"))
        if address is None:
            continue
        other, number = _split_number(address)
        if number is not None and number > (current or 1) and other in (base, url_key(own)):
            numbered.setdefault(address, number)
    found = sorted(numbered, key=lambda address: (numbered[address], address))
    given = [address for link in links if (address := _resolve(own, link))]
    others = (address for address in [*given, *found] if url_key(address) != url_key(own))
    return tuple(dict.fromkeys(others))[:MAX_PAGES]


def _leads_on(link: Any) -> bool:
    """Whether a link says that it leads to another page of this article, or stands in a block that does."""
    if "next" in (link.get("rel") or "").lower().split():
        return True
    element = link
    for _ in range(MAX_CLIMB):
        if element is None:
            return False
        if PAGING.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            return True
        element = element.getparent()
    return False


def _resolve(own: str, link: str) -> str | None:
    """A link as an address; None for one that leads to another site or nowhere."""
    try:
        address = normalise_url(urljoin(own, link.strip()))
    except ValueError:
        return None
    return address if publisher_of(address) == publisher_of(own) else None


def _split_number(address: str) -> tuple[str, int | None]:
    """What all pages of one article share of their addresses, and which page this is; None where it is unsaid."""
    key = url_key(address)
    parts = urlsplit(key)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    numbers = [int(value) for name, value in pairs if name in PAGE_NAMES and value.isdecimal() and len(value) <= 2]
    if numbers:
        kept = "&".join(f"{name}={value}" for name, value in pairs if name not in PAGE_NAMES)
        return f"https://{parts.netloc}{parts.path}{'?' + kept if kept else ''}", numbers[0]
    match = PAGE_PATH.fullmatch(parts.path.rstrip("/"))
    if match and not parts.query:
        return f"https://{parts.netloc}{match['base']}", int(match["number"])
    return key, None


def pages_left(first: Article, others: Iterable[Article], *, read: Iterable[str]) -> tuple[str, ...]:
    """The addresses still to fetch: named by one of these pages and not among ``read`` (the addresses asked for so far,
    the first page's too). Some templates name only the next page, so ask again after each; never more than
    ``MAX_PAGES`` in all."""
    done = {url_key(address) for address in read}
    named = dict.fromkeys(address for article in (first, *others) for address in article.more)
    room = max(0, MAX_PAGES + 1 - len(done))
    return tuple(address for address in named if url_key(address) not in done)[:room]


def join_pages(first: Article, others: Sequence[Article]) -> Article:
    """One article out of its pages in order: the first's headline, author, time and address, the words of all.

    What a page repeats stands once: paragraphs at the border to the page before it, the lede that templates print on
    every page, the notice that ends every page, and a page that was served twice. ``more`` of the result is empty.
    """
    lines = first.text.split("\n")
    lede = list(lines)
    for other in others:
        added = other.text.split("\n")
        added = added[_common_prefix(added, lede) :]
        if not added:
            continue
        border = next((size for size in range(min(len(lines), len(added)), 0, -1) if lines[-size:] == added[:size]), 0)
        added = added[border:]
        ending = _common_prefix(lines[::-1], added[::-1])
        if ending:
            lines = lines[: len(lines) - ending]
        lines += added
    return replace(
        first,
        text="\n".join(line for line in lines if line),
        tags=tuple(dict.fromkeys(tag for page in (first, *others) for tag in page.tags)),
        media=tuple(dict.fromkeys(address for page in (first, *others) for address in page.media))[:20],
        factcheck=next((page.factcheck for page in (first, *others) if page.factcheck), first.factcheck),
        more=(),
    )


def _common_prefix(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines two texts begin with alike."""
    size = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        size += 1
    return size
