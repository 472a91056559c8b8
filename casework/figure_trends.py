"""Answers figures' questions about rising issues, voices by the hour, and rumours that complaints feed."""

from __future__ import annotations

import numpy as np
from sqlalchemy import select

from casework.figure_sources import Arguments, Sources, read_moment
from casework.rumours import list_rumour_links, read_link
from casework.trends.hours import read_hours
from casework.trends.issues import list_issues
from casework.trends.tables import IssueRow
from kentongan.errors import NotFound


def count_voices_of(arguments: Arguments, sources: Sources) -> float | None:
    """Voices of one series in the time; None where none of its hours was counted."""
    since, until = read_moment(arguments, "since"), read_moment(arguments, "until")
    hours = read_hours(sources.session, [arguments["series"]], since=since, until=until).counts
    if hours.size == 0 or bool(np.isnan(hours).all()):
        return None
    return float(np.nansum(hours))


def read_expected(arguments: Arguments, sources: Sources) -> float | None:
    """The voices that an issue's rhythm had led to expect by ``until``; None where it has gone on since, so that what
    is known now is of a longer time."""
    row = IssueRow
    found = sources.session.execute(select(row.expected, row.last_at).where(row.id == arguments["issue"])).one_or_none()
    if found is None or found.last_at > read_moment(arguments, "until"):
        return None
    return float(found.expected)


def count_issues(arguments: Arguments, sources: Sources) -> float:
    """Issues that lie at least partly in the time."""
    since, until = read_moment(arguments, "since"), read_moment(arguments, "until")
    return float(len(list_issues(sources.session, since=since, until=until, limit=1_000)))


def count_rumour_links(arguments: Arguments, sources: Sources) -> float:
    """Rumours that began in the time and that unresolved complaints may feed, without those that a person refused."""
    since, until = read_moment(arguments, "since"), read_moment(arguments, "until")
    found = list_rumour_links(sources.session, since=since, finding="waiting", limit=200)
    return float(sum(link.began_at < until for link in found))


def count_rumour_complaints(arguments: Arguments, sources: Sources) -> float | None:
    """Complaints of one link that are public and were open at the moment; None where the link is gone."""
    as_of = read_moment(arguments, "as_of")
    try:
        link = read_link(sources.session, arguments["link"])
    except NotFound:
        return None
    return float(
        sum(
            one.received_at <= as_of and (one.finished_at is None or one.finished_at > as_of) for one in link.complaints
        )
    )
