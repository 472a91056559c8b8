"""The step that finds what rises: bursts over all series become issues, one for one flood, and end when it is over.

Whole hours only, up to the one that has begun. Hours are taken in their order and each burst is placed by what was
known in its hour, so that running every hour, or once over many, gives the same issues; running twice changes nothing.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import numpy as np
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from analysis.bursts import CALM_HOURS
from casework.db import Casework, take_turn
from casework.incidents.dangers import dangers_held
from casework.trends.flood import Flood, Floods, Member
from casework.trends.hours import hour_of, start_of
from casework.trends.judging import JudgedHours, judge_stretch
from casework.trends.reasons import explain_issue
from casework.trends.records import IssuesUpdated
from casework.trends.tables import IssueRow, TrendSpanRow, TrendStateRow
from casework.trends.titles import title_issue
from kentongan.errors import Conflict
from kentongan.places import Gazetteer, load_gazetteer
from kentongan.schema import require_aware
from kentongan.settings import Settings
from kentongan.times import ZONES
from kentongan.working_days import load_calendar
from search.store import Store

FIRST_DAYS: Final = 14
"""Days that the first run looks for issues in."""
LATE_HOURS: Final = 24
"""Hours that are looked at again: posts come in late, most of them within a day."""
TURN: Final = "issues"


def update_issues(store: Store, casework: Casework, *, settings: Settings, now: datetime) -> IssuesUpdated:
    """Open, carry on and end issues, from the hours that ``update_trends`` made. Raises ValueError for a naive ``now``,
    and Conflict where another process did the same meanwhile."""
    require_aware("now", now)
    until = hour_of(now)
    with casework.read() as session:
        state = session.get(TrendStateRow, 1)
        judged_until = None if state is None else state.judged_until
        first = begin_of(session, judged_until, until=until)
        if first is None:
            return IssuesUpdated(opened=(), going_on=0, ended=())
        first, kept = load_floods(session, first)
        judged = judge_stretch(
            session, first=first, until=until, zone=ZONES[settings.zone], calendar=load_calendar(settings.holidays_file)
        )
        floods = Floods(store, session, judged, kept)
        floods.place_all()
        held = dangers_held(session)
        gazetteer = load_gazetteer(settings.regions_file)
        told = [
            (flood, describe_flood(store, session, flood, floods, held=held, gazetteer=gazetteer))
            for flood in floods.all
            if flood.changed or not flood.ended
        ]
    return write_issues(casework, told, judged_until=judged_until, until=until)


def begin_of(session: Session, judged_until: int | None, *, until: int) -> int | None:
    """The first hour to judge; None where no hour was made yet."""
    known = session.scalar(select(func.min(TrendSpanRow.hour)))
    if known is None:
        return None
    begun = until - 24 * FIRST_DAYS if judged_until is None else min(judged_until, until) - LATE_HOURS
    return max(known, begun) if max(known, begun) < until else None


def load_floods(session: Session, first: int) -> tuple[int, list[Flood]]:
    """The issues that go on, or of which a series did shortly before the first hour to be judged or later, and that
    hour: as early as the first of them, since whatever was part of one must be known again."""
    while True:
        chosen = select(IssueRow).where(or_(IssueRow.state == "rising", IssueRow.reach >= first - CALM_HOURS))
        kept = [
            Flood(
                id=row.id,
                members={name: Member(start=at[0], end=at[1], span=at[2]) for name, at in row.members.items()},
                ended=row.state == "ended",
                examples=tuple(row.documents),
            )
            for row in session.scalars(chosen.order_by(IssueRow.id))
        ]
        earliest = min([first, *(flood.opened for flood in kept)])
        if earliest == first:
            return first, kept
        first = earliest


def describe_flood(
    store: Store, session: Session, flood: Flood, floods: Floods, *, held: set[str], gazetteer: Gazetteer
) -> dict[str, Any]:
    """The columns of an issue, as its members stand; only how far it has come, where its posts are no more."""
    judged = floods.judged
    opened, last = flood.opened, flood.end
    over = last + CALM_HOURS <= judged.until
    state = {
        "ended_at": start_of(last) if over else None,
        "state": "ended" if over else "rising",
        "members": {name: [one.start, one.end, one.span] for name, one in sorted(flood.members.items())},
        "reach": flood.reach,
    }
    leader = floods.leader_of(flood)
    if floods.is_gone(flood) or (flood.id is not None and leader not in judged.place):
        return state
    posts = floods.posts_of(leader, flood)
    why = explain_issue(store, session, posts, key=leader, opened=opened, last=last)
    figures = count_flood(judged, leader, flood.members[leader].begun, last)

    def place_name(code: str) -> str | None:
        region = gazetteer.get(code)
        if region is None:
            return None
        return region.name if region.level == "kabkota" else f"{region.kind.capitalize()} {region.name}"

    suspect = sum(post.voice.document in held for post in posts)
    return {
        "opened_at": start_of(opened),
        "last_at": start_of(last),
        **state,
        "key": leader,
        "series": [leader, *sorted(flood.members.keys() - {leader})],
        "topic": why.topic,
        "region": why.region,
        "story": why.story,
        "title": title_issue(
            why,
            key=leader,
            accounts={post.voice.account for post in posts if post.voice.account},
            held=why.story in held or 2 * suspect > len(posts),
            place_name=place_name,
        ),
        **figures,
        "reasons": [asdict(reason) for reason in why.reasons],
        "documents": list(why.documents),
        "sample": why.sample,
    }


def count_flood(judged: JudgedHours, leader: str, begun: int, last: int) -> dict[str, Any]:
    """The leading series' figures over the hours [begun, last), as far as they were judged."""
    begun = max(begun, judged.first)
    row, inside = judged.place[leader], slice(begun - judged.first, last - judged.first)
    counts, p = judged.counts[row, inside], judged.judged.p[row, inside]
    return {
        "voices": int(np.nansum(counts)),
        "posts": int(np.nansum(judged.posts[row, inside])),
        "expected": round(float(np.nansum(judged.judged.expected[row, inside])), 6),
        "p": float(np.nanmin(np.append(p, 1.0))),
        "peak_at": start_of(begun + int(np.argmax(np.nan_to_num(counts, nan=-1.0)))),
    }


def write_issues(
    casework: Casework, told: list[tuple[Flood, dict[str, Any]]], *, judged_until: int | None, until: int
) -> IssuesUpdated:
    """Write what differs, in one transaction."""
    opened, ended, going_on = [], [], 0
    with casework.begin() as session:
        take_turn(session, TURN)
        state = session.get(TrendStateRow, 1)
        if (None if state is None else state.judged_until) != judged_until:
            raise Conflict("Isu baru saja diperbarui oleh proses lain.", hint="Jalankan lagi bila perlu.")
        for flood, columns in told:
            row = IssueRow(**columns) if flood.id is None else session.get(IssueRow, flood.id)
            assert row is not None, "issues are never deleted"
            was = None if flood.id is None else row.state
            if flood.id is None:
                session.add(row)
            elif any(getattr(row, name) != value for name, value in columns.items()):
                for name, value in columns.items():
                    setattr(row, name, value)
            session.flush()
            if flood.id is None:
                opened.append(row.id)
            if row.state == "ended" and was != "ended":
                ended.append(row.id)
            going_on += row.state == "rising"
        if state is None:
            session.add(TrendStateRow(id=1, judged_until=until))
        elif until > state.judged_until:
            state.judged_until = until
    return IssuesUpdated(opened=tuple(opened), going_on=going_on, ended=tuple(ended))
