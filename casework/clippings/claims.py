"""Reads what articles are compared with: fact-checks, and stories that people review or judged false."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy.orm import Session

from analysis.claims import ClaimMatcher, FactCheck
from casework.claim_matching import read_factcheck
from casework.incidents.dangers import dangers_off_lists
from casework.verdict_states import State
from casework.verdicts import MAX_REVIEWS, current_verdict, list_reviews
from kentongan.schema import Query
from search.store import Store

if TYPE_CHECKING:
    from analysis.claims import Embed

SUSPECTED: Final[tuple[State, ...]] = ("open", "disagreement")
REFUTED: Final = ("false", "misleading")
"""Verdicts after which news of the story may need a word."""
TITLE: Final = 120
"""Characters of a post that stand for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """Fact-checks and reviewed stories, ready to be matched."""

    matcher: ClaimMatcher
    reviewed: frozenset[str] = frozenset()
    """Ids of those that are stories of our own reviews."""


def read_claims(
    store: Store, session: Session, *, open_embed: Callable[[], Embed | None] | None = None
) -> Claims:  # fmt: skip
    """The store's fact-checks and the stories under review or judged false.

    They are compared by words and letters, with ``open_embed`` (called where there is something to compare with) also
    by meaning. Stories of a danger that waits for an agency's word are left out.
    """
    checks = [read_factcheck(record) for record in store.stream(Query(kinds=("factcheck",)))]
    reviewed = read_reviewed(store, session, known={check.id for check in checks})
    embed = open_embed() if open_embed and (checks or reviewed) else None
    matcher = ClaimMatcher([*checks, *reviewed], embed=embed)
    return Claims(matcher=matcher, reviewed=frozenset(one.id for one in reviewed))


def read_reviewed(store: Store, session: Session, *, known: set[str]) -> list[FactCheck]:
    """The anchors of reviews as claims."""
    held = dangers_off_lists(session)
    anchors = [one.anchor for one in list_reviews(session, states=SUSPECTED, limit=MAX_REVIEWS)]
    for one in list_reviews(session, states=("decided",), limit=MAX_REVIEWS):
        verdict = current_verdict(session, one.anchor)
        if verdict is not None and verdict.status in REFUTED:
            anchors.append(one.anchor)
    wanted = [anchor for anchor in dict.fromkeys(anchors) if anchor not in known and anchor not in held]
    return [
        FactCheck(id=record.document.id, title=" ".join(record.newest.words.split())[:TITLE], claim=record.newest.words)
        for record in store.get(wanted)
        if record is not None
    ]
