"""Puts claim matching together: the store's fact-checks, what is compared of each, and the encoder's vectors."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Final

from analysis.claims import ClaimMatcher, FactCheck
from crawlers.factchecks import map_verdict, split_title
from kentongan.errors import KentonganError
from kentongan.schema import Query, Record

if TYPE_CHECKING:
    from analysis.claims import Embed
    from search.store import Store

log = logging.getLogger(__name__)

STATED: Final = 300
"""Characters of a fact-check's text that are compared where it states no claim: what it is about is said first."""
GONE: Final = ("gone", "private")
"""States of a page that is no longer shown to the public."""
TAKEN_BACK = re.compile(r"\b(?:ditarik|dicabut|ralat|retracted|withdrawn)\b", re.IGNORECASE)
"""How a newsroom says in a headline that it took a fact-check back."""


def open_claims(store: Store, *, embed: Embed | None = None) -> ClaimMatcher:
    """A matcher over the store's fact-checks as they are now; some seconds for 10,000 of them, so keep it.

    ``embed`` makes the vectors; by default the shipped ones. Where those cannot be loaded the matcher goes by words and
    letters alone (``semantic`` is false then) and the reason is logged. An empty store gives an empty matcher.
    """
    checks = [read_factcheck(record) for record in store.stream(Query(kinds=("factcheck",)))]
    return ClaimMatcher(checks, embed=embed or open_vectors())


def open_vectors() -> Embed | None:
    """The shipped vectors, or None with the reason in the log."""
    from models.vectors import load_vectors

    try:
        return load_vectors()
    except KentonganError as error:
        log.warning("Klaim dicocokkan menurut kata dan huruf saja, tanpa makna: %s", error)
        return None


def read_factcheck(record: Record) -> FactCheck:
    """What matching needs of a stored fact-check: its headline without the verdict, and the claim it states or, where
    it states none, the start of its text."""
    document, newest = record.document, record.newest
    facts = document.facts
    headline, mark = split_title(newest.title)
    claim = facts.get("claim") or newest.text[:STATED]
    raw = facts.get("verdict") or mark
    return FactCheck(
        id=document.id,
        title=newest.title or " ".join(newest.text.split())[:STATED],
        claim=f"{headline}. {claim}" if headline and headline != claim else claim,
        verdict=facts.get("rating") or (map_verdict(raw) if raw else None),
        verdict_raw=raw,
        url=document.url,
        published_at=document.published_at,
        withdrawn=is_withdrawn(record),
    )


def is_withdrawn(record: Record) -> bool:
    """Whether its publisher took a fact-check back: the latest visit found the page gone or closed, or the headline was
    changed into one that says so. A headline that spoke of something withdrawn from the start is about just that."""
    visits = sorted(record.observations, key=lambda seen: seen.at)
    if visits and visits[-1].state in GONE:
        return True
    now_says = TAKEN_BACK.search(record.newest.title or "") is not None
    return now_says and TAKEN_BACK.search(record.document.title or "") is None
