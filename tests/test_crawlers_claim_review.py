"""ClaimReview written and read back: nothing is lost, nothing that is not known is said."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from lxml import html
from search_documents import make_document

from crawlers.claim_review import STATUSES, WORDS, Rating, review_factcheck, write_claim_review
from crawlers.factchecks import map_verdict
from crawlers.metadata import read_claim, read_metadata

NOON = datetime(2026, 11, 12, 5, tzinfo=UTC)
CLAIM = "Dana bansos Rp2,4 juta cair hari ini lewat tautan"


@pytest.mark.parametrize("rating", list(WORDS))
def test_what_is_written_on_a_page_is_read_back_with_the_same_rating(rating: Rating) -> None:
    review = write_claim_review(
        CLAIM, rating, url="https://kominfo.example/klarifikasi/1", published_at=NOON, author="Diskominfo Tirtamaya",
        claimant="Pesan berantai", claim_url="https://sosial.example/1", claimed_at=NOON,
    )  # fmt: skip
    page = html.fromstring(f'<html><script type="application/ld+json">{json.dumps(review)}</script><p>x</p></html>')
    facts = read_claim(read_metadata(page).review)
    assert facts["claim"] == CLAIM
    assert map_verdict(facts["verdict"]) == rating
    assert facts["claim_url"] == "https://sosial.example/1"
    assert facts["claimant"] == "Pesan berantai"
    assert facts["claim_date"] == NOON.isoformat()
    assert review["inLanguage"] == "id"
    assert review["author"] == {"@type": "Organization", "name": "Diskominfo Tirtamaya"}


def test_a_rating_outside_the_scale_has_no_number() -> None:
    for rating in ("satire", "unproven"):
        review = write_claim_review(CLAIM, rating, url="https://a.example/", published_at=NOON, author="A")
        assert "ratingValue" not in str(review)
    assert set(STATUSES.values()) == set(WORDS)


def test_a_collected_fact_check_keeps_its_checkers_word() -> None:
    facts = {"claim": CLAIM, "verdict": "Konten tiruan", "rating": "false", "claim_url": "pesan berantai"}
    check = make_document(1, kind="factcheck", url="https://cek.example/1", facts=facts)
    review = review_factcheck(check)
    assert review is not None
    assert read_claim(review) == {"claim": CLAIM, "verdict": "Konten tiruan"}
    assert review["datePublished"] == check.published_at.isoformat()
    assert review_factcheck(make_document(2, kind="factcheck", url="https://cek.example/2")) is None
    assert review_factcheck(make_document(3, kind="factcheck", facts=facts)) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"rating": "bohong"},
        {"claim": "  "},
        {"author": ""},
        {"url": "javascript:alert(1)"},
        {"published_at": datetime(2026, 11, 12)},  # noqa: DTZ001
    ],
)
def test_an_incomplete_or_hostile_review_is_refused(changes: dict[str, object]) -> None:
    given: dict[str, object] = {
        "claim": CLAIM, "rating": "false", "url": "https://a.example/", "published_at": NOON, "author": "A", **changes,
    }  # fmt: skip
    with pytest.raises(ValueError, match=r".+"):
        write_claim_review(given.pop("claim"), given.pop("rating"), **given)  # type: ignore[arg-type]
