"""What people settled since a moment, from the records of each desk: verdicts, decisions, clarifications, answers.

It says what was done to which thing, never by whom: whoever needs that opens the thing itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, cast

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from casework.agency_tables import AgencyRow
from casework.followups.clarifications import is_visible_draft
from casework.followups.history import is_visible
from casework.followups.tables import DecisionRow, DraftRow, FollowUpRow
from casework.incidents.tables import IncidentRow
from casework.verdict_rules import Outcome
from casework.verdict_tables import DecisionRow as VerdictRow
from casework.verdict_tables import EventRow, ReviewRow
from kentongan.schema import require_aware

ActKind = Literal["verdict", "decision", "clarification", "answer", "incident_opened", "incident_closed"]
MOST_ACTS: Final = 100
"""Most acts of one kind that are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentAct:
    """One thing that was settled."""

    kind: ActKind
    at: datetime
    """Aware, in UTC."""
    object: str
    """Of a verdict the document it is of, else the id of the thing."""
    title: str
    """The question, title or name it goes by; of a verdict empty: the story's words are the store's."""
    outcome: Outcome | None = None
    """Of a verdict: what two persons decided."""


def list_recent_acts(session: Session, *, since: datetime, until: datetime) -> list[RecentAct]:
    """What was settled in [since, until), newest first."""
    require_aware("since", since)
    require_aware("until", until)
    found = [
        *recent_verdicts(session, since=since, until=until),
        *recent_things(session, since=since, until=until),
    ]
    return sorted(found, key=lambda act: (act.at, act.kind, act.object), reverse=True)


def recent_verdicts(session: Session, *, since: datetime, until: datetime) -> Sequence[RecentAct]:
    """Verdicts that two persons reached in the time and that still stand, newest first."""
    same_round = (EventRow.review == VerdictRow.review) & (EventRow.round == VerdictRow.round)
    chosen = (
        select(EventRow.at, ReviewRow.anchor, VerdictRow.status)
        .join(ReviewRow, ReviewRow.id == EventRow.review)
        .join(VerdictRow, same_round)
        .where(EventRow.act == "agreed", EventRow.at >= since, EventRow.at < until, ReviewRow.state == "decided")
        .distinct()
        .order_by(EventRow.at.desc(), ReviewRow.anchor)
        .limit(MOST_ACTS)
    )
    return [
        RecentAct(kind="verdict", at=at, object=anchor, title="", outcome=cast(Outcome, status))
        for at, anchor, status in session.execute(chosen)
    ]


def recent_things(session: Session, *, since: datetime, until: datetime) -> Iterator[RecentAct]:
    """The other kinds, each read from its own table."""
    decision, draft, task, incident = DecisionRow, DraftRow, FollowUpRow, IncidentRow
    agency = select(AgencyRow.name).where(AgencyRow.code == task.agency).scalar_subquery()
    lasting = incident.state != "merged"
    desks: tuple[tuple[ActKind, Any, Any, Any, ColumnElement[bool]], ...] = (
        ("decision", decision.at, decision.id, decision.question, true()),
        ("clarification", draft.published_at, draft.id, draft.title, is_visible_draft()),
        ("answer", task.answered_at, task.id, agency, is_visible()),
        ("incident_opened", incident.opened_at, incident.id, incident.title, lasting),
        ("incident_closed", incident.closed_at, incident.id, incident.title, lasting),
    )
    for kind, at, id_, title, wanted in desks:
        chosen = select(at, id_, title).where(wanted, at >= since, at < until).order_by(at.desc()).limit(MOST_ACTS)
        for moment, number, words in session.execute(chosen):
            yield RecentAct(kind=kind, at=moment, object=str(number), title=words)
