"""Reads cases, and says which documents they hold; the one place from which everything about a case can be had.

Opening is in ``opening``, what comes in in ``securing`` (documents) and ``captures`` (pages), hold, close and note in
``changes``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.case_tables import CaseDocumentRow, CaseRow, CustodyRow
from casework.roles import Actor
from evidence.cases.captures import add_capture
from evidence.cases.changes import close_case, describe_case, hold_case, note_case, release_case, reopen_case
from evidence.cases.opening import open_case
from evidence.cases.rows import as_cases, find_row, lock_row, record_act
from evidence.cases.securing import find_case, secure_document
from evidence.records import Case, CaseState
from kentongan.times import to_zone

__all__ = [
    "add_capture", "cases_holding", "close_case", "describe_case", "find_case", "held_documents", "hold_case",
    "list_cases", "note_case", "open_case", "read_case", "release_case", "reopen_case", "secure_document", "view_case",
]  # fmt: skip

MOST_LISTED = 1000
"""Most cases one call lists."""


def read_case(session: Session, case_id: str) -> Case:
    """The case of this id with all it holds. Raises NotFound.

    A page or command that shows it to a person calls ``view_case``, which writes down who looked.
    """
    return as_cases(session, [find_row(session, case_id)])[0]


def view_case(
    session: Session, case_id: str, *, actor: Actor, now: datetime, zone: str = "WIB", via: str | None = None
) -> Case:
    """The case for a person to look at. The first look of a person on a day is an entry in its chain; more would make
    the chain long and say nothing. The audit has each look. ``zone`` is the one that days are counted in. Raises
    NotAllowed, NotFound.
    """
    actor = authorise(session, actor, action="cases.read", now=now)
    lock_row(session, case_id, state=None, doing="dibuka")
    looked = select(CustodyRow.at).where(
        CustodyRow.case_id == case_id, CustodyRow.act == "viewed", CustodyRow.actor == actor.username
    )
    last = session.scalar(looked.order_by(CustodyRow.n.desc()).limit(1))
    if last is None or to_zone(last, zone).date() < to_zone(now, zone).date():
        record_act(session, case_id, act="viewed", object="case", detail={}, actor=actor, now=now, via=via)
    seen = audit.with_way({}, via)
    audit.record_view(session, actor, action="cases.viewed", object=f"case:{case_id}", detail=seen, now=now)
    return read_case(session, case_id)


def list_cases(session: Session, *, states: Sequence[CaseState] = ("open", "closed"), limit: int = 100) -> list[Case]:
    """Cases in these states, the one opened last first, with all they hold."""
    chosen = select(CaseRow).where(CaseRow.state.in_(states)).order_by(CaseRow.year.desc(), CaseRow.number.desc())
    return as_cases(session, list(session.scalars(chosen.limit(max(1, min(limit, MOST_LISTED))))))


def held_documents(session: Session) -> set[str]:
    """Ids of every document that is in a case, open or closed: retention must leave them."""
    return set(session.scalars(select(CaseDocumentRow.document).distinct()))


def cases_holding(session: Session, documents: Sequence[str]) -> dict[str, str]:
    """Document to the newest case that holds it, for those of these ids that are in one."""
    chosen = (
        select(CaseDocumentRow.document, CaseRow.id)
        .join(CaseRow, CaseRow.id == CaseDocumentRow.case_id)
        .where(CaseDocumentRow.document.in_(documents))
        .order_by(CaseRow.year, CaseRow.number)
    )
    return {row.document: row.id for row in session.execute(chosen)}
