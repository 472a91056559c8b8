"""What is known of a case without asking: which documents a verdict reaches, their kinds, whether it is held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy.orm import Session

from casework.stories import find_story
from casework.verdict_records import Verdict
from casework.verdict_rules import Outcome
from casework.verdicts import carried_verdicts, read_standing
from evidence.law.question_flow import Facts
from evidence.objects import Objects
from evidence.records import Case
from kentongan.schema import Kind, Record, revision_hash

EXPORTABLE: tuple[Outcome, ...] = ("false", "misleading")
"""Verdicts with which evidence may leave the house: a message that was not decided to mislead is nobody's evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """A case's documents and the verdicts on them."""

    facts: Facts
    verdicts: Mapping[str, Verdict]
    """By id of a document of the case that the verdict reaches; of any outcome."""
    conflicts: tuple[str, ...]
    """Verdicts that contradict each other, each a sentence in Indonesian."""
    changed: tuple[str, ...]
    """Documents whose secured words are not the ones that were judged."""

    @property
    def exportable(self) -> dict[str, Verdict]:
        """The documents that were decided to be false or misleading."""
        return {document: verdict for document, verdict in self.verdicts.items() if verdict.status in EXPORTABLE}


def read_facts(session: Session, case: Case, objects: Objects) -> CaseFacts:
    """The facts of a case. Raises Quarantine or NotFound where a snapshot is damaged or gone."""
    verdicts, conflicts = read_case_verdicts(session, case)
    kinds: dict[str, Kind] = {}
    changed: list[str] = []
    for secured in case.documents:
        record = read_snapshot(objects, secured.snapshot.sha256)
        kinds[secured.document] = record.document.kind
        verdict = verdicts.get(secured.document)
        if verdict is not None and verdict.anchor == secured.document:
            newest = record.newest
            if verdict.words not in (newest.hash, revision_hash(record.document.title, record.document.text)):
                changed.append(secured.document)
    judged = frozenset(kinds[document] for document, verdict in verdicts.items() if verdict.status in EXPORTABLE)
    facts = Facts(judged=judged, held=frozenset(kinds.values()), on_hold=case.held)
    return CaseFacts(facts=facts, verdicts=verdicts, conflicts=conflicts, changed=tuple(changed))


def read_snapshot(objects: Objects, sha256: str) -> Record:
    """A document as it was when it was secured. Raises Quarantine for a file that is damaged."""
    return msgspec.json.decode(objects.read(sha256), type=Record)


def read_case_verdicts(session: Session, case: Case) -> tuple[dict[str, Verdict], tuple[str, ...]]:
    """The verdict that reaches each document of a case, and the contradictions in the stories they are in."""
    held = {secured.document for secured in case.documents}
    found: dict[str, Verdict] = {}
    conflicts: dict[str, None] = {}
    seen: set[str] = set()
    for secured in case.documents:
        place = find_story(session, secured.document) or secured.document
        if place in seen:
            continue
        seen.add(place)
        carried = carried_verdicts(session, secured.document)
        found |= {document: verdict for document, verdict in carried.items() if document in held}
        reason = read_standing(session, secured.document).conflict_reason
        if reason is not None:
            conflicts[reason] = None
    return found, tuple(conflicts)
