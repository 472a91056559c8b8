"""Suggests complaints that may be about the same thing: near copies of the words, in the same region and days.

A suggestion only: a person merges (``casework.complaints.merging``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.complaints.listing import as_complaint
from casework.complaints.records import OPEN_STAGES, Complaint
from casework.complaints.tables import ComplaintRow
from kentongan.text import is_word, normalised_tokens

WITHIN = timedelta(days=30)
"""How far apart two reports of one thing may come in: what is broken stays so until it is mended."""
LEAST_SHARE = 0.3
"""Least share of their words (Jaccard) that two texts have in common to be shown; a person judges."""
SAME_CATEGORY = 0.1
"""What the same category adds to the share, so that two reports of one hole in other words come nearer."""
MOST_LOOKED_AT = 5_000
"""Most complaints compared with one."""
SHORT = 3
"""Letters up to which a word tells nothing ("di", "yg")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A complaint that may be the same."""

    complaint: Complaint
    score: float
    """Share of words in common, 0 to 1, raised where the category is the same."""
    shared: tuple[str, ...]
    """Words that both have."""


def find_duplicates(session: Session, complaint: Complaint, *, limit: int = 5) -> list[Candidate]:
    """The open complaints most like this one, best first: of the same region, or where either has none.

    Secret, held and merged ones are never among them, and nothing is found for a secret one.
    """
    own = content_words(complaint)
    if complaint.secret or not own:
        return []
    chosen = (
        select(ComplaintRow)
        .where(
            ComplaintRow.id != complaint.id,
            ComplaintRow.secret.is_(False),
            ComplaintRow.held.is_(None),
            ComplaintRow.stage.in_(OPEN_STAGES),
            ComplaintRow.received_at.between(complaint.received_at - WITHIN, complaint.received_at + WITHIN),
        )
        .order_by(ComplaintRow.received_at.desc(), ComplaintRow.id)
        .limit(MOST_LOOKED_AT)
    )
    if complaint.region is not None:
        chosen = chosen.where((ComplaintRow.region == complaint.region) | ComplaintRow.region.is_(None))
    found = [
        compared
        for row in session.scalars(chosen)
        if (compared := compare(complaint, as_complaint(row), own=own)) is not None
    ]
    return sorted(found, key=lambda one: (-one.score, one.complaint.id))[:limit]


def compare(first: Complaint, other: Complaint, *, own: frozenset[str]) -> Candidate | None:
    """How alike two complaints are; None where too little."""
    words = content_words(other)
    shared = own & words
    if not shared:
        return None
    share = len(shared) / len(own | words)
    same = category_of(first) is not None and category_of(first) == category_of(other)
    score = min(1.0, share + (SAME_CATEGORY if same else 0.0))
    if score < LEAST_SHARE:
        return None
    return Candidate(complaint=other, score=score, shared=tuple(sorted(shared)))


def content_words(complaint: Complaint) -> frozenset[str]:
    """The words of a complaint that may tell it from others."""
    said = f"{complaint.title or ''}\n{complaint.text}"
    return frozenset(token for token in normalised_tokens(said) if len(token) > SHORT and is_word(token))


def category_of(complaint: Complaint) -> str | None:
    """Its category: a person's, else the one the model commits itself to."""
    said: object = (complaint.suggestion or {}).get("category")
    suggested = said.get("value") if isinstance(said, Mapping) else None
    return complaint.category or (suggested if isinstance(suggested, str) else None)
