"""What the pages do with cases: secure a post in one click, list cases, look into one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from casework.roles import ACTIONS, Actor
from crawlers.by_hand import PICTURES
from dashboard.data import read_settings, shared_casework, shared_store
from dashboard.visitor import VIA, page_actor
from evidence.cases import cases_holding, find_case, list_cases, secure_document, view_case
from evidence.cases.custody import read_chain
from evidence.law.case_facts import CaseFacts, read_facts, read_snapshot
from evidence.law.question_flow import Standing, judge
from evidence.law.questions import Answer, as_given, newest_answers, read_answers
from evidence.law.rulebook import Rulebook, read_rulebook
from evidence.objects import Objects
from evidence.package.handing_out import list_handouts
from evidence.records import Case, CaseDocument, CustodyEntry
from kentongan.errors import NotFound
from kentongan.schema import Record
from kentongan.times import to_zone


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case as its page shows it."""

    case: Case
    viewer: Actor
    """Who looks at it."""
    chain: tuple[CustodyEntry, ...]
    facts: CaseFacts
    answers: tuple[Answer, ...]
    """All that were given to the law's questions, oldest first."""
    standing: Standing
    """Where it stands before the law's questions."""
    rulebook: Rulebook
    handouts: tuple[str, ...]
    """Files of the case that its viewer may download: the package, its cover letter."""


def secure_post(document: str, *, now: datetime) -> str:
    """Secure a document (Amankan); returns the case that holds it. Raises KentonganError."""
    settings = read_settings()
    (record,) = shared_store().get([document])
    if record is None:
        raise NotFound("Unggahan itu sudah tidak ada di penyimpanan.")
    with shared_casework().begin() as session:
        secure_document(
            session, record, objects=shared_objects(), archive_dir=settings.archive_dir,
            pictures_dir=settings.data_dir / PICTURES, actor=page_actor(session, now=now), now=now, zone=settings.zone,
            via=VIA,
        )  # fmt: skip
        case = find_case(session, document, sample=record.document.sample)
    assert case is not None
    return case


def shared_objects() -> Objects:
    """The files of evidence."""
    return Objects(read_settings().objects_dir)


def held_in(documents: Sequence[str]) -> Mapping[str, str]:
    """Document to the newest case that holds it, for those that are in one."""
    with shared_casework().read() as session:
        return cases_holding(session, documents)


def load_cases() -> list[Case]:
    """All cases, the one opened last first."""
    with shared_casework().read() as session:
        return list_cases(session)


def look_at_case(case_id: str, *, now: datetime) -> CaseView:
    """A case for the person of these pages; that they looked stands in its chain. Raises KentonganError."""
    settings = read_settings()
    with shared_casework().begin() as session:
        viewer = page_actor(session, now=now, looking=True)
        case = view_case(session, case_id, actor=viewer, now=now, zone=settings.zone, via=VIA)
    # Snapshots are read from files: nobody who writes has to wait for that.
    with shared_casework().read() as session:
        rulebook = read_rulebook(settings.rulebook_file)
        facts, answers = read_facts(session, case, shared_objects()), read_answers(session, case.id)
        standing = judge(
            rulebook, as_given(newest_answers(answers), rulebook), facts=facts.facts,
            on=to_zone(now, settings.zone).date(),
        )  # fmt: skip
        theirs = viewer.role in ACTIONS["evidence.build"]
        return CaseView(
            case=case, viewer=viewer, chain=read_chain(session, case_id), facts=facts, answers=answers,
            standing=standing, rulebook=rulebook,
            handouts=tuple(list_handouts(settings, case.id)) if theirs else (),
        )  # fmt: skip


def load_snapshot(one: CaseDocument) -> Record:
    """A document as it was when it was secured. Raises Quarantine where its file is damaged."""
    return read_snapshot(shared_objects(), one.snapshot.sha256)
