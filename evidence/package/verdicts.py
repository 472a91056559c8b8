"""The persons' side of a package: what two of them decided on the documents of a case, and the same as ClaimReview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from sqlalchemy.orm import Session

from casework.verdict_records import Decision, Verdict
from casework.verdict_rules import describe_outcome
from casework.verdicts import carried_verdicts, compare_words, current_verdict, published_clarification
from crawlers.claim_review import STATUSES, review_factcheck, write_claim_review
from evidence.law.case_facts import read_case_verdicts
from evidence.package.contents import SecuredFacts
from evidence.records import Case
from kentongan.schema import Document
from search.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseVerdict:
    """A verdict with the documents of the case it reaches."""

    verdict: Verdict
    documents: tuple[str, ...]
    """Ids, in the case's order; never a rebuttal or a question, which are in the story as well."""
    clarification_url: str | None
    """Where the clarification on it was published; None while none is."""


def read_verdicts(session: Session, facts: Sequence[SecuredFacts], *, store: Store | None) -> list[CaseVerdict]:
    """The verdicts that stand and reach a document of the case, in the order of its documents.

    One whose message has other words by now than were judged is marked outdated; the words that count are those that
    were secured, or the store's where the judged message itself was not.
    """
    found: dict[int, CaseVerdict] = {}
    secured = {one.document: one.words for one in facts}
    for one in facts:
        verdict = current_verdict(session, one.document)
        if verdict is None or verdict.review in found:
            continue
        reached = carried_verdicts(session, one.document)
        documents = tuple(other.document for other in facts if other.document in reached)
        if not documents:
            continue
        words = secured.get(verdict.anchor) or stored_words(store, verdict.anchor)
        published = published_clarification(session, one.document)
        found[verdict.review] = CaseVerdict(
            verdict=verdict if words is None else compare_words(verdict, words),
            documents=documents,
            clarification_url=None if published is None else published.url,
        )
    return list(found.values())


def read_deciders(session: Session, case: Case) -> tuple[str, ...]:
    """User names of who decided what reaches the case's documents, each once, in the order they decided."""
    verdicts, _ = read_case_verdicts(session, case)
    return tuple(dict.fromkeys(one.username for verdict in verdicts.values() for one in verdict.decisions))


def stored_words(store: Store | None, document: str) -> str | None:
    """``revision_hash`` of a document's newest words; None where no store has it."""
    (record,) = store.get([document]) if store is not None else (None,)
    return None if record is None else record.newest.hash


def decisions_file(verdicts: Sequence[CaseVerdict]) -> dict[str, object]:
    """The content of ``data/keputusan.json``."""
    return {
        "format": 1,
        "keterangan": "Setiap putusan ditetapkan dua orang; yang kedua memutuskan tanpa melihat pilihan yang pertama.",
        "putusan": [describe_verdict(one) for one in verdicts],
    }


def describe_verdict(one: CaseVerdict) -> dict[str, object]:
    verdict = one.verdict
    return {
        "review": verdict.review,
        "anchor": verdict.anchor,
        "words": verdict.words,
        "round": verdict.round,
        "status": verdict.status,
        "kind": verdict.kind,
        "uraian": describe_outcome(verdict.status, verdict.kind),
        "decided_at": verdict.decided_at.astimezone(UTC),
        "documents": one.documents,
        "outdated": verdict.outdated,
        "outdated_reason": verdict.outdated_reason,
        "clarification_url": one.clarification_url,
        "decisions": [describe_decision(decision) for decision in verdict.decisions],
    }


def describe_decision(decision: Decision) -> dict[str, object]:
    return {
        "person": decision.person,
        "username": decision.username,
        "name": decision.name,
        "decided_at": decision.decided_at.astimezone(UTC),
        "status": decision.status,
        "kind": decision.kind,
        "reasons": decision.reasons,
        "references": decision.references,
        "words": decision.words,
    }


def claims_file(
    verdicts: Sequence[CaseVerdict],
    facts: Sequence[SecuredFacts],
    factchecks: Sequence[Document],
    *,
    organisation: str,
) -> list[dict[str, object]]:
    """The content of ``data/klaim.json``: our verdicts and the fact-checks of others, as schema.org ClaimReview."""
    by_id = {one.document: one for one in facts}
    reviews = []
    for one in verdicts:
        said = by_id.get(one.verdict.anchor) or by_id[one.documents[0]]
        reviews.append(
            write_claim_review(
                said.text,
                STATUSES[one.verdict.status],
                url=one.clarification_url,
                published_at=one.verdict.decided_at.astimezone(UTC),
                author=organisation,
                word=describe_outcome(one.verdict.status, one.verdict.kind),
                claimant=said.author,
                claim_url=said.url if said.url and said.url.startswith(("http://", "https://")) else None,
                claimed_at=said.published_at.astimezone(UTC),
            )
        )
    matched = (review_factcheck(document) for document in factchecks)
    return reviews + [review for review in matched if review is not None]
