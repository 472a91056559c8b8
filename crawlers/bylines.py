"""Chooses headline, author and time of an article from what a page declares and what it shows.

The two disagree often: headlines carry the outlet's name, the declared author is the editor, WIB is marked as UTC. The
rules here are general; none names a publisher.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from crawlers.metadata import Metadata, as_texts
from kentongan.text import clean
from kentongan.times import parse_time, to_zone

SHOWN_TIME = re.compile(
    r"\d{1,2}\s*[ /.-]\s*(?:\d{1,2}|[A-Za-z]{3,9})\.?\s*[ /.-]\s*\d{4}\s*(?:[|,;-]|pukul|jam|\s)*\s*\d{1,2}[.:]\d{2}"
    r"(?:[.:]\d{2})?(?:\s*(?:WIB|WITA|WIT)\b)?",
    re.IGNORECASE,
)
"""A day with a clock time as pages print it ("05/11/2015 10:08 WIB", "4 November 2015 | 21:04 WIB")."""

BYLINE = re.compile(r"(?:penulis|pewarta|reporter|oleh|wartawan|kontributor|fotografer)\s*:\s*(.+)", re.IGNORECASE)
EDITOR = re.compile(r"(?:editor|redaktur|red|penyunting|uploader)\s*:\s*(.+)", re.IGNORECASE)
LABEL = re.compile(r"(?:penulis|pewarta|reporter|oleh|wartawan|editor|redaktur)\s*:?", re.IGNORECASE)
"""A label that stands in an element of its own, before the name's."""

CREDIT = re.compile(r"^(?:oleh|by|penulis|pewarta)\s*:?\s+", re.IGNORECASE)
"""A label that stands right before the name."""

NAMED_ZONE = re.compile(r"\b(?:WIB|WITA|WIT)\b", re.IGNORECASE)

PUBLISHED = (
    "article:published_time",
    "datepublished",
    "publishdate",
    "pubdate",
    "dtk:publishdate",
    "date",
    "datecreated",
)
"""Names of meta elements for a publication time, the most dependable first."""

MIN_TIME_SHARE = 0.3
"""Share of its block's characters that a dateline makes up; beside it stand weekday, city, number of views."""

SHOWN_TEXT = (
    "//text()[normalize-space()][not(parent::script or parent::style or parent::noscript or parent::title"
    " or parent::textarea or parent::option)]"
)
"""Every text that a page shows. Most texts are the space between elements; leaving it out first halves the time."""

MAX_HEADING = 2000
"""Characters, indentation included, above which an element named like a headline is a whole block of the page."""

SAME_LENGTH = 40
"""Characters by which a shown headline and the declared one may differ in punctuation and still be the same words."""

NEAR_TITLE = 40
"""Text blocks around the headline among which its time and byline stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A publication time."""

    at: datetime
    """Aware, in UTC."""
    raw: str
    """As the page spells it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The text blocks of a page in reading order, and where its headline stands."""

    blocks: tuple[str, ...]
    title_at: int | None
    """Index of the headline's last block; None where no block is the headline."""

    def near_title(self) -> list[tuple[int, str]]:
        """Blocks around the headline with their distance from it, the nearest first, of two as near the later one;
        without a headline, all."""
        title = self.title_at
        if title is None:
            return list(enumerate(self.blocks))
        reach = range(max(0, title - NEAR_TITLE), min(len(self.blocks), title + NEAR_TITLE + 1))
        nearest = sorted((abs(at - title), at < title, at) for at in reach)
        return [(distance, self.blocks[at]) for distance, _, at in nearest]


def shown_blocks(tree: Any, *, title: str | None) -> Shown:
    """The page's text, block by block in reading order, split where elements begin or end."""
    found = tree.xpath(SHOWN_TEXT, smart_strings=False)
    blocks = tuple(block for text in found if (block := " ".join(text.split())))
    key = _fold(title or "")
    size = len(title or "")
    places = (
        at for at, block in enumerate(blocks) if key and abs(len(block) - size) <= SAME_LENGTH and _fold(block) == key
    )
    return Shown(blocks=blocks, title_at=next(places, None))


def choose_title(tree: Any, declared: Metadata) -> str | None:
    """The headline without the outlet's name around it.

    A heading that the declared headline contains, or that contains all of it, is what readers saw; without one, the
    declared headline minus the site's name; without any declared, the first heading.
    """
    names = [
        *as_texts(declared.article.get("headline")),
        declared.first("og:title", "twitter:title", "title", "headline"),
    ]
    candidates = [clean(name) for name in names if name]
    titles = [clean(text) for text in tree.xpath("//title/text()")[:1]]
    wanted = candidates or titles
    best = ""
    for element in tree.xpath(
        "//*[self::h1 or self::h2 or @itemprop='headline' and not(self::meta)"
        " or @class[contains(., 'title') or contains(., 'judul') or contains(., 'jdl')] and not(self::a)]"
    ):
        whole = element.text_content()
        if len(whole) > MAX_HEADING:
            continue
        shown = clean(" ".join(whole.split()))
        if 10 <= len(shown) <= 300 and any(_same_headline(shown, name) for name in wanted) and len(shown) > len(best):
            best = shown
    if best:
        return best
    for name in wanted:
        site = declared.first("og:site_name", "application-name") or ""
        return _without_site(name, site) or None
    headings = [clean(" ".join(element.text_content().split())) for element in tree.xpath("//h1")]
    return next((heading for heading in headings if 10 <= len(heading) <= 300), None)


def _same_headline(shown: str, declared: str) -> bool:
    """Whether a heading is the declared headline, give or take an outlet's or a rubric's name at either end."""
    key, whole = _fold(shown), _fold(declared)
    if not key or not whole:
        return False
    if key in whole:
        return len(key) >= 0.4 * len(whole)
    core = _fold(max(re.split(r" [|–—-] ", declared), key=len))
    return core in key and len(key) <= 1.5 * len(core)


def _without_site(title: str, site: str) -> str:
    """A headline without " - Outlet" or " | Outlet" at its end, where what follows is (part of) the site's name."""
    head, mark, tail = title.rpartition(" | ")
    if not mark:
        head, mark, tail = title.rpartition(" - ")
    if mark and head and (_fold(tail) in _fold(site) or (site and _fold(site) in _fold(tail))):
        return head.strip()
    return title


def choose_author(declared: Metadata, shown: Shown, tree: Any) -> str | None:
    """Who wrote it: a printed byline ("Penulis: ..."), else an element marked as the author's, else the declared one.

    Whoever the page calls its editor is not its author, and the outlet itself is nobody's byline.
    """
    editors: set[str] = set()
    authors: list[str] = []
    for at, block in enumerate(shown.blocks):
        line = block
        if LABEL.fullmatch(block) and at + 1 < len(shown.blocks):
            following = shown.blocks[at + 1]
            beside_title = shown.title_at is not None and 0 < at - shown.title_at <= NEAR_TITLE // 4
            if ":" in block or following.startswith(":") or beside_title:
                line = f"{block.strip(' :')}: {following.lstrip(' :')}"
        for pattern, names in ((EDITOR, editors.add), (BYLINE, authors.append)):
            match = pattern.fullmatch(line)
            if match and _looks_like_names(match.group(1)) and not SHOWN_TIME.search(line):
                names(_fold(match.group(1)) if pattern is EDITOR else match.group(1))
    if authors:
        return clean(authors[0])
    marked = [
        " ".join("".join(element.xpath(".//text()")).split()).partition(" - ")[0]
        for element in tree.xpath(
            "//*[@rel='author' or @itemprop='author' or @class[contains(concat(' ', .), ' author')]]"
            "[not(ancestor::figure) and not(ancestor::*[contains(@class, 'photo')])]"
        )
        if element.tag != "meta"
    ]
    site = declared.first("og:site_name", "twitter:site") or ""
    publisher = as_texts(declared.article.get("publisher"))
    for name in [*marked, *as_texts(declared.article.get("author")), *declared.meta.get("author", ())]:
        if _fold(name) in editors or not _looks_like_names(name) or _names_outlet(name, [site, *publisher]):
            continue
        return clean(CREDIT.sub("", name))
    return None


def read_byline(text: str) -> str | None:
    """Who wrote it, from the text of an element that names them ("Pewarta: Sari Wulan", "Sari Wulan - kabarNews").

    None for an editor's credit and for what is no name.
    """
    name = " ".join(text.split()).partition(" - ")[0]
    if EDITOR.fullmatch(name):
        return None
    labelled = BYLINE.fullmatch(name)
    name = clean(CREDIT.sub("", labelled.group(1) if labelled else name))
    return name if _looks_like_names(name) and not SHOWN_TIME.search(name) else None


def _looks_like_names(text: str) -> bool:
    return 2 <= len(text.strip()) <= 100 and "http" not in text and "@" not in text and any(c.isalpha() for c in text)


def _names_outlet(name: str, outlets: list[str]) -> bool:
    """Whether a "byline" is the outlet's own name ("Kompas Cyber Media" on Kompas.com)."""
    words = set(_fold(name).split())
    for outlet in outlets:
        first = re.sub(r"\.(?:com|co\.id|id|net)$", "", outlet.lower().lstrip("@")).split()
        if first and (first[0] in words or _fold(name) in _fold(outlet)):
            return True
    return "admin" in words or "redaksi" in words


def choose_time(declared: Metadata, printed: Stamp | None, *, zone: str) -> Stamp | None:
    """When it was published; None where the page does not say to the minute. ``printed`` is the time it shows.

    A declared time counts first. Where its clock face is the one the page prints in another zone, the print is right
    about the zone: outlets mark local time as UTC, none prints UTC as WIB. Of several declared times, the one that is
    printed beside the headline is the publication.
    """
    candidates = [text for text in _declared_times(declared) if re.search(r"\d[:.]\d\d", text)]
    stamps = [stamp for text in candidates if (stamp := _read_stamp(text, zone=zone))]
    for stamp in stamps if printed else []:
        assert printed is not None
        if _clock(stamp, zone) == _clock(printed, zone):
            right = printed.at + timedelta(seconds=stamp.at.second)
            if stamp.at == right or not NAMED_ZONE.search(printed.raw):
                return stamp
            return Stamp(at=right, raw=f"{stamp.raw} ({printed.raw})")
    return stamps[0] if stamps else printed


def find_declared_day(declared: Metadata, *, zone: str) -> Stamp | None:
    """The midnight that begins the day a page declares as its publication, where it names no time of day: for pages
    of authorities, which often do not. A printed day alone is not taken: many pages print today's."""
    stamps = (_read_stamp(text, zone=zone) for text in _declared_times(declared))
    return next((stamp for stamp in stamps if stamp), None)


def _declared_times(declared: Metadata) -> list[str]:
    """What a page declares as its publication time, the most dependable first."""
    meta = (value for name in PUBLISHED for value in declared.meta.get(name, ()))
    return [*as_texts(declared.article.get("datePublished")), *meta]


def _read_stamp(text: str, *, zone: str) -> Stamp | None:
    try:
        return Stamp(at=parse_time(re.sub(r"(\d{4}-\d{2}-\d{2}) T", r"\1T", text), zone=zone), raw=text[:200])
    except ValueError:
        return None


def find_shown_time(shown: Shown, *, zone: str) -> Stamp | None:
    """The time printed nearest to the headline; None where none is."""
    for _, block in shown.near_title():
        match = SHOWN_TIME.search(block)
        if match is None or len(match.group()) < MIN_TIME_SHARE * len(block):
            continue  # a sentence of the story that speaks of a time
        if stamp := _read_stamp(match.group(), zone=zone):
            return stamp
    return None


def read_shown_time(text: str, *, zone: str) -> Stamp | None:
    """The time in the text of an element that shows one; None for a day without a clock time and for "2 jam lalu"."""
    match = SHOWN_TIME.search(text)
    return _read_stamp(match.group(), zone=zone) if match else None


def _clock(stamp: Stamp, zone: str) -> tuple[str, ...]:
    """The digits of a time as written, to the minute; ``zone`` is the one of times written without any."""
    match = re.search(r"(\d{4})-(\d{2})-(\d{2})[T ]+(\d{2}):(\d{2})", stamp.raw)
    if match:
        return match.groups()
    named = NAMED_ZONE.search(stamp.raw)
    return tuple(f"{to_zone(stamp.at, named.group().upper() if named else zone):%Y %m %d %H %M}".split())


def _fold(text: str) -> str:
    """Words only, lower case, for comparing headlines and names."""
    return " ".join(re.findall(r"\w+", text.lower()))
