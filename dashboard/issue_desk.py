"""What the page of issues computes: the list with its sparklines, one issue with its hours, its why and its story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

import numpy as np
from sqlalchemy.orm import Session

from analysis.rhythm import Floats
from analysis.trends import Band, expect_hours
from casework.incidents.dangers import dangers_held
from casework.stories import StorySummary, read_summary
from casework.trends.hours import read_hours
from casework.trends.issues import agency_of_issue, get_issue, list_issues
from casework.trends.records import Issue, IssueReason, IssueState, ReasonWhat
from dashboard.data import load_records, read_settings, shared_casework
from kentongan.errors import NotFound
from kentongan.ramadan import RAMADAN
from kentongan.schema import TOPICS, Query, Record
from kentongan.times import to_zone
from kentongan.working_days import load_calendar

RANGES = (1, 7, 14, 30)
"""Days a range may span."""
DEFAULT_DAYS: Final = 7
MOST_LISTED: Final = 40
"""Issues listed; narrower filters show the others."""
LEAD: Final = timedelta(hours=48)
"""How much of the time before an issue its timeline shows: two days have each hour twice."""
TAIL: Final = timedelta(hours=12)
"""How much after it."""
MOST_HOURS: Final = 24 * 10
"""Hours a timeline draws at the most; of a longer issue the newest."""
LEARN: Final = timedelta(days=28)
"""How far back the expected band learns from: each hour of the week four times."""
WHAT_ORDER: Final[tuple[ReasonWhat, ...]] = ("term", "hashtag", "place", "complaint", "story", "source", "account")
"""Kinds of reasons as the page shows them: what it is about first, who says it last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueLine:
    """One issue in the list."""

    issue: Issue
    agency: str | None
    voices: Floats
    """Voices of its leading series by hour over the range of the list; NaN where nothing was collected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueView:
    """One issue as its page shows it."""

    issue: Issue
    agency: str | None
    band: Band
    """Hours from a little before the issue to a little after."""
    start: datetime
    """Local start of the first of these hours."""
    reasons: Mapping[ReasonWhat, Sequence[IssueReason]]
    """Strongest first; kinds without any are left out."""
    story: StorySummary | None
    held: bool
    """Whether an agency was asked about its story and has not answered."""


def load_issues(
    *, since: datetime, until: datetime, state: IssueState | None, topic: str | None, region: str | None
) -> list[IssueLine]:
    """The issues of [since, until), strongest first, each with its hours in that range."""
    with shared_casework().read() as session:
        found = list_issues(
            session, since=since, until=until, state=state, topic=topic, region=region, limit=MOST_LISTED
        )
        keys = list(dict.fromkeys(issue.key for issue in found))
        hours = read_hours(session, keys, since=since, until=until)
        rows = {name: hours.counts[at] for at, name in enumerate(hours.names)}
        return [IssueLine(issue=issue, agency=agency_name(session, issue), voices=rows[issue.key]) for issue in found]


def any_issue(*, since: datetime, until: datetime) -> bool:
    """Whether there is any issue in [since, until)."""
    with shared_casework().read() as session:
        return bool(list_issues(session, since=since, until=until, limit=1))


def agency_name(session: Session, issue: Issue) -> str | None:
    """Name of the agency whose matter it is; None where that is not sure."""
    agency = agency_of_issue(session, issue)
    return agency.name if agency else None


def look_at_issue(id: int, *, now: datetime) -> IssueView:
    """One issue with everything its page shows. Raises NotFound."""
    settings = read_settings()
    with shared_casework().read() as session:
        issue = get_issue(session, id)
        last = min(issue.last_at + TAIL, now)
        first = max(issue.opened_at - LEAD, last - timedelta(hours=MOST_HOURS))
        taught_by = [f"topik:{topic}" for topic in TOPICS if issue.key != f"topik:{topic}"]
        hours = read_hours(session, [issue.key, *taught_by], since=issue.opened_at - LEARN, until=last)
        try:
            story = read_summary(session, issue.story) if issue.story else None
        except NotFound:
            # Stories may have been merged since the issue was written.
            story = None
        held = issue.story is not None and issue.story in dangers_held(session)
        agency = agency_name(session, issue)
    band = expect_hours(
        hours.counts, start=to_zone(hours.start, settings.zone), ramadan=RAMADAN,
        quiet_days=frozenset(load_calendar(settings.holidays_file).days_off),
        teaches=np.array([float(issue.key.startswith(("semua", "topik:"))), *(1.0 for _ in taught_by)]),
    )  # fmt: skip
    skipped = max(0, (first - hours.start) // timedelta(hours=1))
    return IssueView(
        issue=issue,
        agency=agency,
        band=Band(
            counts=band.counts[skipped:], expected=band.expected[skipped:], low=band.low[skipped:],
            high=band.high[skipped:],
        ),
        start=to_zone(hours.start + timedelta(hours=skipped), settings.zone),
        reasons=group_reasons(issue.reasons),
        story=story,
        held=held,
    )  # fmt: skip


def group_reasons(reasons: Sequence[IssueReason]) -> dict[ReasonWhat, list[IssueReason]]:
    """The reasons of each kind, in the order of the page."""
    grouped = {what: [reason for reason in reasons if reason.what == what] for what in WHAT_ORDER}
    return {what: found for what, found in grouped.items() if found}


def load_example(document: str) -> Record | None:
    """A post that a reason names; None where the store has it no more."""
    return next(iter(load_records([document])), None)


def is_known(band: Band) -> bool:
    """Whether any hour of a band was collected."""
    return bool(len(band.counts)) and not bool(np.isnan(band.counts).all())


def question_of(issue: Issue) -> Query:
    """The question whose posts the issue's leading series counts, without its time.

    A story's series has no question of its own: its topic and district stand for it.
    """
    kind, _, value = issue.key.partition(":")
    if kind == "istilah":
        return Query(text=f'"{value}"')
    if kind == "tagar":
        return Query(text=f"#{value.removeprefix('#')}")
    if kind == "sumber":
        return Query(text=f"sumber:{value}")
    return Query(topics=(issue.topic,) if issue.topic else (), regions=(issue.region,) if issue.region else ())


def in_words(question: Query) -> Query:
    """The same question with its topic and district written in the query language: for pages that take words only."""
    parts = [
        question.text,
        *(f"topik:{one}" for one in question.topics),
        *(f"wilayah:{one}" for one in question.regions),
    ]
    return Query(text=" ".join(part for part in parts if part))


def address_of(page: str, question: Query, *, language: str | None = None, **more: str) -> str:
    """A page's address with a question in it, by the names that all pages use."""
    values = {
        "kueri": question.text,
        "topik": question.topics[0] if question.topics else "",
        "wilayah": question.regions[0] if question.regions else "",
        **more,
        "bahasa": language or "",
    }
    asked = urlencode({name: value for name, value in values.items() if value})
    return f"{page}?{asked}" if asked else page
