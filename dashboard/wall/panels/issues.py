"""What rises: each issue with how many times the usual, where, complaints beside it, and which agency has it.

The words that raised an issue come out of posts and may be somebody's name; without ``issue_words`` in the playlist an
issue is called by its topic and district alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import msgspec
import numpy as np
from sqlalchemy.orm import Session

from casework.followups.history import list_followups
from casework.trends.hours import read_hours
from casework.trends.issues import agency_of_issue, list_issues
from casework.trends.posts import query_of
from casework.trends.records import Issue
from dashboard.wall.sources import DAY_HOURS, HOUR, WallSources
from kentongan.masking import mask_words
from kentongan.schema import SENTIMENTS, Query
from kentongan.times import format_hour, to_zone
from kentongan.topic_words import TOPIC_WORDS
from search.series import volume_of

MOST: Final = 6
"""Issues a screen has room for."""
LOOKED: Final = timedelta(hours=48)
ENDED: Final = timedelta(days=7)
"""Where nothing rises, what ended so lately is shown instead, and called so."""
NO_TOPIC: Final = "Berbagai topik"


class IssueLine(msgspec.Struct, frozen=True, kw_only=True):
    """One issue that rises."""

    number: str
    times: float | None
    """Voices against what its rhythm had led to expect; None where nothing was expected."""
    title: str
    place: str | None
    complaints: int | None
    """Complaints about it beyond the usual; None where they are not more than usual."""
    agency: str | None
    """The agency that has it, or whose field it is."""
    since: str | None
    """When it was assigned ("06.50 WIB"); None while it is not."""
    spark: tuple[float | None, ...]
    """Voices of the last 24 hours (of one that ended, up to then); None where nothing was collected."""
    sentiment: tuple[int, int, int]
    """Posts: negative, neutral, positive."""
    ended: str | None
    """The day it ended ("20/11"); None while it rises."""


class IssuesPanel(msgspec.Struct, frozen=True, kw_only=True):
    """The issues that rise now, strongest first."""

    lines: tuple[IssueLine, ...]
    rising: int


def read_issues(sources: WallSources, now: datetime) -> IssuesPanel:
    """Raises Retry."""
    with sources.casework().read() as session:
        found = list_issues(session, state="rising", since=now - LOOKED, until=now, limit=200)
        shown = found[:MOST] or list_issues(session, state="ended", since=now - ENDED, until=now, limit=MOST)
        keys = list(dict.fromkeys(issue.key for issue in shown))
        until = now if found else max((issue.last_at for issue in shown), default=now)
        hours = read_hours(session, keys, since=until - DAY_HOURS * HOUR, until=until)
        rows = {name: hours.counts[at] for at, name in enumerate(hours.names)}
        held = [agency_since(session, issue, zone=sources.zone) for issue in shown]
    return IssuesPanel(
        rising=len(found),
        lines=tuple(
            IssueLine(
                number=issue.number,
                times=round(issue.voices / issue.expected, 1) if issue.expected >= 1 else None,
                title=title_of(issue, words=sources.playlist.issue_words),
                place=sources.place_name(issue.region),
                complaints=next((one.inside for one in issue.reasons if one.what == "complaint"), None),
                agency=agency,
                since=since,
                spark=tuple(None if np.isnan(value) else float(value) for value in rows[issue.key]),
                sentiment=sentiment_of(sources, issue, until=now if issue.ended_at is None else issue.last_at),
                ended=None if issue.ended_at is None else day_of(issue.last_at, sources.zone),
            )
            for issue, (agency, since) in zip(shown, held, strict=True)
        ),
    )


def title_of(issue: Issue, *, words: bool) -> str:
    """What an issue is called on the wall."""
    return mask_words(issue.title) if words else TOPIC_WORDS.get(issue.topic or "", NO_TOPIC)


def agency_since(session: Session, issue: Issue, *, zone: str) -> tuple[str | None, str | None]:
    """The agency that was given a task about the issue's topic in its place since it rose, and when; else the agency
    whose field it is, without a time. Tasks of the police are never shown."""
    agency = agency_of_issue(session, issue)
    if issue.topic is None:
        return None, None
    for task in list_followups(session, about=("topic", issue.topic), region=issue.region, limit=20):
        if task.assigned_at >= issue.opened_at and agency is not None and task.agency == agency.code:
            return agency.name, format_hour(task.assigned_at, zone=zone)
    return (agency.name if agency else None), None


def sentiment_of(sources: WallSources, issue: Issue, *, until: datetime) -> tuple[int, int, int]:
    """Posts of the issue's leading series by sentiment since it rose."""
    try:
        asked = query_of(issue.key)
    except ValueError:
        # A story's series has no question of its own: its topic and district stand for it.
        asked = Query(topics=(issue.topic,) if issue.topic else (), regions=(issue.region,) if issue.region else ())
    query = volume_of(replace(asked, kinds=("post", "comment"), since=issue.opened_at, until=until))
    counts = {cell.key[0]: cell.count for cell in sources.store().count(query, by=("sentiment",))}
    negative, neutral, positive = (counts.get(label, 0) for label in SENTIMENTS)
    return negative, neutral, positive


def day_of(moment: datetime, zone: str) -> str:
    """A day in few letters: "20/11"."""
    local = to_zone(moment, zone)
    return f"{local.day}/{local.month}"
