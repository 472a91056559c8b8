"""Writes a judgement as a schema.org ClaimReview, which search engines and other fact-checkers read.

The reverse is ``metadata.read_claim``. Properties are those that schema.org/ClaimReview and Google's guide to
fact-check markup name.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal
from urllib.parse import urlsplit

from kentongan.schema import Document, require_aware

Rating = Literal["false", "misleading", "true", "satire", "unproven"]

WORDS: Final[dict[Rating, tuple[str, int | None]]] = {
    "false": ("Salah", 1),
    "misleading": ("Menyesatkan", 2),
    "true": ("Benar", 5),
    "satire": ("Satire", None),
    "unproven": ("Belum terbukti", None),
}
"""What a rating is called, and where it stands between worst (1) and best (5); None where it is on no such scale."""

STATUSES: Final[dict[str, Rating]] = {
    "false": "false",
    "misleading": "misleading",
    "true": "true",
    "satire_or_opinion": "satire",
    "not_enough_evidence": "unproven",
}
"""Rating by the status of a verdict that two people decided."""

WORST, BEST = 1, 5


def write_claim_review(
    claim: str,
    rating: Rating,
    *,
    url: str | None,
    published_at: datetime,
    author: str,
    author_url: str | None = None,
    word: str | None = None,
    claimant: str | None = None,
    claim_url: str | None = None,
    claimed_at: datetime | None = None,
) -> dict[str, object]:
    """The JSON-LD object of a review at ``url`` (None: not published); ``word`` is the reviewer's word for the rating.

    Raises ValueError for an unknown rating, an empty claim or author, a naive time, and an address that is not http(s).
    """
    if rating not in WORDS:
        raise ValueError(f"unknown rating {rating!r}")
    if not claim.strip() or not author.strip():
        raise ValueError("a review has a claim and an author")
    require_aware("published_at", published_at)
    require_aware("claimed_at", claimed_at)
    for address in (url, author_url, claim_url):
        if address is not None and urlsplit(address).scheme not in ("http", "https"):
            raise ValueError(f"not an address of the web: {address!r}")
    usual, value = WORDS[rating]
    scale = {} if value is None else {"ratingValue": value, "worstRating": WORST, "bestRating": BEST}
    organisation = {"@type": "Organization", "name": author, "url": author_url}
    item = {
        "@type": "Claim",
        "author": {"@type": "Person", "name": claimant} if claimant else None,
        "datePublished": claimed_at.isoformat() if claimed_at else None,
        "appearance": {"@type": "CreativeWork", "url": claim_url} if claim_url else None,
    }
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        **({} if url is None else {"url": url}),
        "datePublished": published_at.isoformat(),
        "inLanguage": "id",
        "claimReviewed": " ".join(claim.split()),
        "author": {name: said for name, said in organisation.items() if said is not None},
        "itemReviewed": {name: said for name, said in item.items() if said is not None},
        "reviewRating": {"@type": "Rating", "alternateName": word or usual, **scale},
    }


def review_factcheck(document: Document) -> dict[str, object] | None:
    """A collected fact-check as a ClaimReview; None where claim, rating or address are not known."""
    facts = document.facts
    claim, rating = facts.get("claim"), facts.get("rating")
    known = next((one for one in WORDS if one == rating), None)
    if claim is None or known is None or document.url is None:
        return None
    claim_url = facts.get("claim_url")
    return write_claim_review(
        claim,
        known,
        url=document.url,
        published_at=document.published_at,
        author=document.publisher,
        word=facts.get("verdict"),
        claimant=facts.get("claimant"),
        claim_url=claim_url if claim_url and urlsplit(claim_url).scheme in ("http", "https") else None,
    )
