"""Reads sitemaps, news sitemaps and sitemap indexes into lists of pages."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from crawlers.addresses import normalise_url
from crawlers.feeds import newest_first, open_xml, read_time
from crawlers.kinds import Answer, Entry, Listing
from kentongan.errors import Quarantine
from kentongan.text import clean

if TYPE_CHECKING:
    from crawlers.sources import Source

MAX_URLS = 50_000
"""Most addresses in one sitemap, by the protocol (sitemaps.org)."""

MAX_CHILDREN = 5
"""Most sitemaps of an index that are read in one run, newest first: what is polled lies in the last days'."""

ROOT = re.compile(r"<(?:[A-Za-z0-9_.-]+:)?(urlset|sitemapindex)[\s>/]")


def parse_sitemap(answer: Answer, source: Source) -> Listing:
    """The pages a sitemap lists, or the sitemaps an index lists, newest first.

    A page's time is the news extension's publication date; ``lastmod`` orders pages but is no publication time, so it
    never becomes a document's. Raises Quarantine ("not-xml", "bad-charset").
    """
    from lxml import etree

    text = open_xml(answer, roots=ROOT, what="peta situs (sitemap)")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if root is None:
        raise Quarantine("not-xml", f"{answer.url} bukan peta situs: XML-nya rusak.")
    refused: Counter[str] = Counter()
    if str(root.tag).endswith("sitemapindex"):
        return Listing(children=_read_index(root, refused), refused=dict(refused))
    dated: list[tuple[str, Entry]] = []
    for element in root.iterchildren(tag=etree.Element):
        if len(dated) >= MAX_URLS:
            break
        fields = _read_fields(element)
        try:
            dated.append((fields.get("lastmod", ""), _read_entry(fields, zone=source.zone)))
        except ValueError:
            refused["no-link"] += 1
    dated.sort(key=lambda pair: pair[0], reverse=True)  # ISO dates sort as text
    return Listing(entries=newest_first([entry for _, entry in dated]), refused=dict(refused))


def _read_index(root: Any, refused: Counter[str]) -> tuple[str, ...]:
    """The addresses of an index's sitemaps, newest first."""
    from lxml import etree

    dated: list[tuple[str, str]] = []
    for element in root.iterchildren(tag=etree.Element):
        fields = _read_fields(element)
        try:
            dated.append((fields.get("lastmod", ""), normalise_url(fields.get("loc", ""))))
        except ValueError:
            refused["no-link"] += 1
    dated.sort(reverse=True)
    return tuple(dict.fromkeys(url for _, url in dated))[:MAX_CHILDREN]


def _read_fields(element: Any) -> dict[str, str]:
    """The texts below one <url> or <sitemap>, by local name; of repeated ones the first."""
    from lxml import etree

    fields: dict[str, str] = {}
    for child in element.iterdescendants(tag=etree.Element):
        value = (child.text or "").strip()
        if value:
            # Prefixes that nobody declared ("news:title") are part of the name.
            space, _, name = re.sub(r"^\{([^}]*)\}", r"\1:", str(child.tag)).rpartition(":")
            # An image's <image:loc> or <image:title> is not the page's.
            if "image" not in space and "video" not in space:
                fields.setdefault(name, value)
    return fields


def _read_entry(fields: dict[str, str], *, zone: str) -> Entry:
    """One page of a sitemap. Raises ValueError where it has no usable address."""
    raw = fields.get("publication_date")
    keywords = [clean(word).lower()[:100] for word in fields.get("keywords", "").split(",")]
    return Entry(
        url=normalise_url(fields.get("loc", "")),
        title=clean(fields.get("title", ""))[:1000] or None,
        published_at=read_time(raw, zone=zone),
        published_raw=raw[:200] if raw else None,
        modified_at=read_time(fields.get("lastmod"), zone=zone),
        tags=tuple(word for word in keywords if word),
    )
