"""Reads RSS and Atom feeds, from bytes as their servers gave them, into lists of pages."""

from __future__ import annotations

import io
import re
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from crawlers.addresses import normalise_url
from crawlers.kinds import Answer, Entry, Listing
from crawlers.markup import decode_markup, plain_text
from kentongan.errors import Quarantine
from kentongan.text import clean
from kentongan.times import parse_time

if TYPE_CHECKING:
    from crawlers.sources import Source

MAX_ENTRIES = 10_000
"""Most entries read from one feed; the longest real ones have a few hundred."""

PROLOGUE = re.compile(r"\s*(<\?[^>]*\?>\s*|<!--.*?-->\s*)*", re.DOTALL)
"""What may stand before the root element. Several outlets put blank lines before the XML declaration."""

ROOT = re.compile(r"<(?:[A-Za-z0-9_.-]+:)?(rss|feed|RDF|channel)[\s>/]")


def parse_feed(answer: Answer, source: Source) -> Listing:
    """The pages a feed lists, newest first. Raises Quarantine ("not-xml", "bad-charset")."""
    import feedparser

    text = open_xml(answer, roots=ROOT, what="umpan RSS atau Atom")
    parsed = feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": answer.url},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    if not parsed.entries and parsed.get("bozo") and not parsed.feed:
        raise Quarantine("not-xml", f"Umpan {answer.url} tidak dapat dibaca sebagai XML: {parsed.bozo_exception}.")
    entries: list[Entry] = []
    refused: Counter[str] = Counter()
    for item in parsed.entries[:MAX_ENTRIES]:
        try:
            entries.append(_read_entry(item, answer.url, zone=source.zone))
        except ValueError:
            refused["no-link"] += 1
    return Listing(entries=newest_first(entries), refused=dict(refused))


def open_xml(answer: Answer, *, roots: re.Pattern[str], what: str) -> str:
    """The characters of an XML answer whose root element is one of ``roots``, without declaration or entities.

    ``what`` names the thing expected, for the message. Raises Quarantine ("not-xml", "bad-charset").
    """
    charset = re.search(r"charset=([^;\s]+)", answer.header("content-type") or "", re.IGNORECASE)
    text = decode_markup(answer.body, charset=charset.group(1) if charset else None).text
    text = text.lstrip("\ufeff \t\r\n")
    if re.search(r"<!DOCTYPE|<!ENTITY", text[:100_000], re.IGNORECASE):
        # A feed needs no document type, and every XML bomb and file inclusion does.
        raise Quarantine("not-xml", f"{answer.url} bukan {what}: memuat DOCTYPE atau ENTITY.")
    start = PROLOGUE.match(text)
    body = text[start.end() if start else 0 :]
    if not roots.match(body):
        raise Quarantine("not-xml", f"{answer.url} bukan {what}; isinya berawal dengan {body[:40]!r}.")
    return body


def newest_first(entries: list[Entry]) -> tuple[Entry, ...]:
    """Entries by time, newest first, those without one last; each address once, as first listed."""
    unique = {entry.url: entry for entry in reversed(entries)}
    kept = [entry for entry in entries if unique.pop(entry.url, None) is not None]
    oldest = datetime.min.replace(tzinfo=UTC)
    return tuple(sorted(kept, key=lambda entry: entry.published_at or oldest, reverse=True))


def _read_entry(item: Any, base: str, *, zone: str) -> Entry:
    """One entry of a feed. Raises ValueError where it has no usable address."""
    link = item.get("link") or (item.get("id") if str(item.get("id", "")).startswith("http") else "")
    if not link:
        raise ValueError("an entry without a link")
    # feedparser's own get() answers "updated" with "published", and warns that it does.
    raw = item.get("published") or dict.get(item, "updated") or None
    author = clean(plain_text(str(item.get("author") or "")))[:200]
    tags = tuple(clean(str(tag.get("term") or "")).lower()[:100] for tag in item.get("tags") or [])
    return Entry(
        url=normalise_url(urljoin(base, str(link))),
        title=clean(plain_text(str(item.get("title") or "")))[:1000] or None,
        published_at=read_time(raw, zone=zone),
        published_raw=str(raw)[:200] if raw else None,
        modified_at=read_time(dict.get(item, "updated"), zone=zone),
        author=author or None,
        tags=tuple(tag for tag in tags if tag),
    )


def read_time(text: object, *, zone: str) -> datetime | None:
    """A time as a listing spells it, in UTC; None where there is none or nobody can read it."""
    if not isinstance(text, str) or not text.strip():
        return None
    try:
        return parse_time(text, zone=zone)
    except ValueError:
        return None
