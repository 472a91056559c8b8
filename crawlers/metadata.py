"""Reads what a page says about itself for machines: JSON-LD, meta elements, microdata."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

ARTICLE_TYPES = frozenset(
    {
        "Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "BackgroundNewsArticle",
        "OpinionNewsArticle", "ReviewNewsArticle", "AskPublicNewsArticle", "BlogPosting", "LiveBlogPosting",
        "SatiricalArticle", "AdvertiserContentArticle",
    }
)  # fmt: skip
"""schema.org types of a written piece, the more special ones included."""

MAX_BLOCKS = 50
"""Most JSON-LD blocks read from one page."""

MAX_OBJECTS = 500
"""Most objects read from them together."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page declares."""

    article: dict[str, Any] = field(default_factory=dict)
    """The JSON-LD object of the piece; empty where there is none."""
    review: dict[str, Any] = field(default_factory=dict)
    """The JSON-LD ClaimReview; empty where there is none."""
    meta: dict[str, list[str]] = field(default_factory=dict)
    """Contents of meta elements, <time> and microdata, by lower-case name, property or itemprop, in page order."""

    def first(self, *names: str) -> str | None:
        """The first content under any of these names, in the order of the names."""
        for name in names:
            for value in self.meta.get(name, ()):
                if value:
                    return value
        return None


def read_metadata(tree: Any) -> Metadata:
    """What a parsed page declares. Broken JSON is left out, never raised."""
    article: dict[str, Any] = {}
    review: dict[str, Any] = {}
    for found in _read_json_ld(tree):
        types = set(as_texts(found.get("@type")))
        if "ClaimReview" in types:
            review = review or found
        elif types & ARTICLE_TYPES and _weight(found) > _weight(article):
            article = found
    return Metadata(article=article, review=review, meta=_read_meta(tree))


def _weight(article: dict[str, Any]) -> int:
    """How much an article object says: teasers of other articles carry little beside a headline and an address."""
    return sum(
        bool(article.get(key)) for key in ("headline", "datePublished", "author", "articleBody", "mainEntityOfPage")
    )


def _read_json_ld(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object in the page's JSON-LD, whether alone, in a list, or in a @graph."""
    blocks = tree.xpath("//script[contains(@type, 'ld+json')]/text()")
    waiting: list[Any] = [_parse_json(str(block)) for block in blocks[:MAX_BLOCKS]]
    for _ in range(MAX_OBJECTS):
        if not waiting:
            return
        found = waiting.pop(0)
        if isinstance(found, list):
            waiting = [*found[:MAX_OBJECTS], *waiting]
        elif isinstance(found, dict):
            yield found
            waiting += [found[key] for key in ("@graph", "mainEntity", "hasPart") if key in found]


def _parse_json(block: str) -> Any:
    """A block's content; None where it is beyond repair. Mended: comments and CDATA around it, raw control characters
    in strings, a comma before a closing bracket."""
    text = (
        re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$", "", block).strip().rstrip(";")
    )
    for attempt in (text, re.sub(r",\s*([}\]])", r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _read_meta(tree: Any) -> dict[str, list[str]]:
    meta: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = (element.get("content") or "").strip()
        for attribute in ("property", "name", "itemprop"):
            name = (element.get(attribute) or "").strip().lower()
            if name and content:
                meta.setdefault(name, []).append(content)
    for element in tree.xpath("//*[@itemprop and not(self::meta)]"):
        value = element.get("datetime") or element.get("content") or element.get("href") or ""
        if not value and element.get("itemprop") in ("headline", "author", "name", "datePublished", "inLanguage"):
            value = element.text_content()
        if value.strip():
            meta.setdefault(element.get("itemprop").lower(), []).append(" ".join(value.split()))
    for element in tree.xpath("//link[@rel and @href]"):
        if "canonical" in element.get("rel").lower().split() and element.get("href").strip():
            meta.setdefault("canonical", []).append(element.get("href").strip())
    return meta


def as_texts(value: Any) -> list[str]:
    """A JSON-LD value as texts: a text, a number, an object's name, or a list of these."""
    if isinstance(value, str):
        return [" ".join(value.split())] if value.strip() else []
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, int | float):
        return [str(value)]
    if isinstance(value, list):
        return [text for part in value[:100] for text in as_texts(part)]
    if isinstance(value, dict):
        return as_texts(value.get("name") or value.get("@value") or value.get("url") or value.get("@id"))
    return []


def read_claim(review: dict[str, Any]) -> dict[str, str]:
    """A ClaimReview as plain facts: "claim", "verdict", "claim_url", "claim_date", "claimant"; only those it states."""
    reviewed = review.get("itemReviewed")
    item: dict[str, Any] = reviewed if isinstance(reviewed, dict) else {}
    rating = review.get("reviewRating")
    rated: dict[str, Any] = rating if isinstance(rating, dict) else {}
    facts = {
        "claim": review.get("claimReviewed"),
        "verdict": rated.get("alternateName") or rated.get("name") or rated.get("ratingValue"),
        "claim_url": item.get("url") or item.get("appearance") or item.get("firstAppearance"),
        "claim_date": item.get("datePublished"),
        "claimant": item.get("author"),
    }
    return {name: texts[0] for name, value in facts.items() if (texts := as_texts(value))}
