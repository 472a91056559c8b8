"""What the panels of Beranda show: each a question, its answer in a few lines, and every line a way to the work.

A panel reads what its own desk keeps (issues, the hoax queue, the board, alerts, tasks), never raw posts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

import streamlit as st

from casework.alerts.listing import count_alerts, list_alerts
from casework.alerts.records import Alert
from casework.complaints.listing import list_complaints
from casework.complaints.records import OPEN_STAGES, Complaint
from casework.complaints.tables import ComplaintRow
from casework.deadlines.board import AgencyLine, board, list_late
from casework.followups.history import list_followups
from casework.followups.records import FollowUp
from casework.incidents.dangers import Danger, list_dangers
from casework.incidents.reading import list_incidents
from casework.incidents.records import Incident
from casework.recent_acts import RecentAct, list_recent_acts
from casework.trends.issues import agency_of_issue, list_issues
from casework.trends.records import Issue
from dashboard.complaint_desk import VERIFYING
from dashboard.data import FRESH_SECONDS, shared_casework, shared_deadlines
from dashboard.hoax_queue import QueueLine, load_queue

SHOWN: Final = 4
"""Lines of one panel: two rows of panels fit a screen of 1366x768."""
FALL_BACK: Final = timedelta(days=7)
"""Where little is new, issues of this long fill the panel up, and it says so."""
MOST_READ: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueLines:
    """Rising issues, each with the agency that has it."""

    lines: tuple[tuple[Issue, str | None], ...]
    """Those that rise first, then the strongest."""
    opened: int
    rising: int
    filled: bool
    """Whether some of the lines are older than the time: of FALL_BACK."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoaxLines:
    """The hoax watch."""

    lines: tuple[QueueLine, ...]
    """From what a person should do first, as the desk has them."""
    suspected: int
    checked: int
    """Persons look at them."""
    decided: int
    held: int
    """Stories that wait for an agency's word on a danger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintLines:
    """The board as far as something is late, soon due, or turned red in the time."""

    lines: tuple[AgencyLine, ...]
    newly: Counter[str | None]
    """Complaints that turned red in the time, by agency."""
    red: int
    soon: int
    own: tuple[Complaint, ...] = ()
    """Of an officer's own agency: what is due first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLines:
    """Alerts nobody has taken."""

    lines: tuple[Alert, ...]
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLines:
    """Open incidents, and rumours of danger an agency has not answered."""

    incidents: tuple[Incident, ...]
    dangers: tuple[Danger, ...]
    waiting: int
    """All the dangers that wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLines:
    """Follow-ups that are owed, or whose answer waits to be judged."""

    lines: tuple[FollowUp, ...]
    late: int
    answered: int
    whose: Literal["agency", "mine", "all"]
    total: int


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_issue_lines(since: datetime, until: datetime) -> IssueLines:
    """Issues of [since, until), filled up with those of FALL_BACK where they are few. Raises Retry."""
    with shared_casework().read() as session:
        found = list_issues(session, since=since, until=until, limit=MOST_READ)
        shown = sorted(found, key=lambda issue: issue.state != "rising")[:SHOWN]
        if len(shown) < SHOWN:
            known = {issue.id for issue in shown}
            older = list_issues(session, since=until - FALL_BACK, until=until, limit=MOST_READ)
            shown += [issue for issue in older if issue.id not in known][: SHOWN - len(shown)]
        agencies = [agency_of_issue(session, issue) for issue in shown]
    return IssueLines(
        lines=tuple((issue, agency.name if agency else None) for issue, agency in zip(shown, agencies, strict=True)),
        opened=sum(issue.opened_at >= since for issue in found),
        rising=sum(issue.state == "rising" for issue in found),
        filled=len(shown) > len(found[:SHOWN]),
    )


def load_hoax_lines(until: datetime) -> HoaxLines:
    """The head of the hoax desk's queue, which every session shares: what waits first, and the newest decision. Raises
    Retry."""
    queue = load_queue(until)
    counts = queue.counts()
    waiting = [line for line in queue.lines if line.state in ("review", "suspected", "unsure")]
    decided = [line for line in queue.lines if line.state == "decided"]
    kept = [*waiting[: SHOWN - bool(decided)], *decided[:1]]
    return HoaxLines(
        lines=tuple(kept[:SHOWN]),
        suspected=counts.get("suspected", 0),
        checked=counts.get("review", 0),
        decided=counts.get("decided", 0),
        held=queue.held,
    )


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_complaint_lines(since: datetime, until: datetime, *, agency: str | None) -> ComplaintLines:
    """The board at ``until``; with ``agency`` that one's line and what it owes first. Raises Retry."""
    deadlines = shared_deadlines()
    with shared_casework().read() as session:
        lines = board(session, now=until, deadlines=deadlines)
        late = list_late(session, ComplaintRow.due_at > since, now=until, deadlines=deadlines)
        stages = [stage for stage in OPEN_STAGES if stage not in VERIFYING]
        own = list_complaints(session, agency=agency, stages=stages, limit=SHOWN) if agency is not None else []
    newly = Counter(one.agency for one in late)
    if agency is not None:
        lines = [line for line in lines if line.agency == agency]
    told = [line for line in lines if line.red or line.due_soon]
    told.sort(key=lambda line: (-newly[line.agency], -line.red, -line.due_soon, line.name))
    return ComplaintLines(
        lines=tuple(told[:SHOWN]),
        newly=Counter({line.agency: newly[line.agency] for line in lines if newly[line.agency]}),
        red=sum(line.red for line in lines),
        soon=sum(line.due_soon for line in lines),
        own=tuple(own),
    )


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_alert_lines() -> AlertLines:
    """Open alerts, the one that fired last first. Raises Retry."""
    with shared_casework().read() as session:
        return AlertLines(
            lines=tuple(list_alerts(session, states=("open",), limit=SHOWN)),
            open=count_alerts(session).get("open", 0),
        )


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_incident_lines(until: datetime, *, agency: str | None) -> IncidentLines:
    """Open incidents, and dangers that wait; of one agency where it is named. Raises Retry."""
    with shared_casework().read() as session:
        incidents = list_incidents(session, limit=SHOWN)
        dangers = list_dangers(session, now=until, agency=agency, limit=MOST_READ)
    return IncidentLines(
        incidents=tuple(incidents),
        dangers=tuple(dangers[: max(1, SHOWN - len(incidents))]),
        waiting=len(dangers),
    )


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_task_lines(until: datetime, *, agency: str | None, person: str | None) -> TaskLines:
    """An agency's follow-ups; else those a person gave out; else all. What is late first, then what was answered and
    waits to be judged. Raises Retry."""
    with shared_casework().read() as session:
        found: Sequence[FollowUp] = list_followups(session, agency=agency, limit=MOST_READ)
    whose: Literal["agency", "mine", "all"] = "agency" if agency is not None else "all"
    if agency is None and (mine := [one for one in found if one.assigned_by == person]):
        found, whose = mine, "mine"
    ordered = sorted(found, key=lambda one: (not one.is_overdue(until), one.state != "answered", one.due_at, one.id))
    return TaskLines(
        lines=tuple(ordered[:SHOWN]),
        late=sum(one.is_overdue(until) for one in found),
        answered=sum(one.state == "answered" for one in found),
        whose=whose,
        total=len(found),
    )


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_act_lines(since: datetime, until: datetime) -> tuple[RecentAct, ...]:
    """What people settled in [since, until), newest first. Raises Retry."""
    with shared_casework().read() as session:
        return tuple(list_recent_acts(session, since=since, until=until))
