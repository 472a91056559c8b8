"""The day in figures: posts, their tone, what is new and what is owed, each with what it is to be held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Final

import numpy as np
import streamlit as st
from sqlalchemy.orm import Session

from casework.complaints.tables import ComplaintRow
from casework.deadlines.board import list_late
from casework.figures import PERCENT, Figure, Sources, StoreQuestion, make_figure
from casework.trends.hours import read_hours
from casework.trends.issues import list_issues
from casework.trends.records import ALL
from casework.verdicts import list_reviews
from dashboard.data import FRESH_SECONDS, POSTS, read_settings, shared_casework, shared_deadlines, shared_store
from kentongan.schema import Gap, Query

USUAL_WEEKS: Final = 4
"""How many weeks the usual number of posts is learned from: each hour of the week that often."""
HALF: Final = 0.5
"""A week of which less than this was collected teaches nothing."""
WEEK: Final = timedelta(days=7)
LEAST_LOST: Final = 0.1
"""Hours below which a gap is not named in the line: it would read as "0,0 jam"."""
MOST_COUNTED: Final = 200
"""Issues and reviews that are counted one by one; beyond it the line says "more than"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostDay:
    """What came in, as the store says it."""

    posts: Figure
    negative: Figure
    low: Figure
    high: Figure
    """The share's range: the usual error of the model's shares; without a value where it was never measured."""
    before: Figure
    before_low: Figure
    before_high: Figure
    """The same of the same hours a week earlier."""
    coverage: Figure
    gaps: tuple[Gap, ...]
    sample: bool

    @property
    def changed(self) -> float | None:
        """By how many points the share moved where the two ranges lie apart, 0 where they touch; None where nothing is
        known to hold it against."""
        if None in (self.negative.value, self.before.value, self.low.value, self.before_low.value):
            return None
        now, then = self.negative.value or 0.0, self.before.value or 0.0
        apart = (self.low.value or 0.0) > (self.before_high.value or 0.0) or (self.high.value or 0.0) < (
            self.before_low.value or 0.0
        )
        return now - then if apart else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskDay:
    """What people have before them, as casework says it."""

    usual: float | None
    """Posts usually found in such a stretch: median of the same hours of the weeks before; None without any."""
    weeks: int
    """Of how many weeks."""
    issues: int
    """Opened in the time."""
    second: int
    """Stories that one person has decided and a second has not."""
    red: int
    """Complaints that passed their deadline in the time."""


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_post_day(since: datetime, until: datetime) -> PostDay:
    """What came in during [since, until). Raises Retry."""
    store, settings = shared_store(), read_settings()
    with shared_casework().read() as session:
        sources = Sources(store=store, session=session, settings=settings, now=until)
        posts = Query(kinds=POSTS, since=since, until=until)
        then = replace(posts, since=since - WEEK, until=until - WEEK)

        def share(key: str, query: Query, measure: str) -> Figure:
            question = StoreQuestion(query=query, measure=measure, by="sentiment", label="negative")  # type: ignore[arg-type]
            return make_figure(key, question, unit=PERCENT, sources=sources)

        names = {"": "share", "-rendah": "share_low", "-tinggi": "share_high"}
        now_shares = [share(f"negatif{name}", posts, measure) for name, measure in names.items()]
        then_shares = [share(f"negatif-lalu{name}", then, measure) for name, measure in names.items()]
        whole = Query(since=since, until=until)
        return PostDay(
            posts=make_figure("unggahan", StoreQuestion(query=posts), unit="unggahan", sources=sources),
            negative=now_shares[0], low=now_shares[1], high=now_shares[2],
            before=then_shares[0], before_low=then_shares[1], before_high=then_shares[2],
            coverage=make_figure(
                "cakupan", StoreQuestion(query=whole, measure="coverage"), unit=PERCENT, sources=sources
            ),
            gaps=tuple(store.gaps(since=since, until=until)),
            sample=any(cell.key[0] == "true" for cell in store.count(whole, by=("sample",))),
        )  # fmt: skip


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def load_desk_day(since: datetime, until: datetime, *, agency: str | None) -> DeskDay:
    """What casework has of [since, until); complaints of one agency where ``agency`` names it. Raises Retry."""
    with shared_casework().read() as session:
        weeks = usual_posts(session, since=since, until=until)
        found = list_issues(session, since=since, until=until, limit=MOST_COUNTED)
        reviews = list_reviews(session, states=("open",), limit=MOST_COUNTED)
        own = () if agency is None else (ComplaintRow.agency == agency,)
        late = list_late(session, ComplaintRow.due_at > since, *own, now=until, deadlines=shared_deadlines())
    return DeskDay(
        usual=median(weeks) if weeks else None,
        weeks=len(weeks),
        issues=sum(issue.opened_at >= since for issue in found),
        second=sum(review.decided == 1 for review in reviews),
        red=len(late),
    )


def usual_posts(session: Session, *, since: datetime, until: datetime) -> list[float]:
    """Posts in the same hours of each of the USUAL_WEEKS before, brought to a whole where a part was not collected.

    Weeks of which less than HALF is known are left out. Hours at the ends count by their share.
    """
    hour = timedelta(hours=1)
    first = since.replace(minute=0, second=0, microsecond=0)
    count = -((first - until) // hour)
    if count <= 0:
        return []
    read = read_hours(session, [ALL], since=first - USUAL_WEEKS * WEEK, until=until)
    weights = np.ones(count)
    weights[0] -= (since - first) / hour
    weights[-1] -= (first + count * hour - until) / hour
    found = []
    for week in range(USUAL_WEEKS):
        begin = week * (WEEK // hour)
        posts = read.posts[0, begin : begin + count]
        known = ~np.isnan(posts)
        share = float(weights[known].sum()) / max(float(weights.sum()), 1e-9)
        if share >= HALF:
            found.append(float((weights[known] * posts[known]).sum()) / share)
    return found


def worst_gaps(gaps: Sequence[Gap], *, since: datetime, until: datetime, most: int = 2) -> list[tuple[str, float]]:
    """The sources that lost most of the time, with the hours they lost (overlapping gaps once)."""
    lost: dict[str, float] = {}
    for source in {gap.source for gap in gaps}:
        reached = since
        for gap in sorted((one for one in gaps if one.source == source), key=lambda one: one.since):
            begin, end = max(gap.since, reached), min(gap.until, until)
            if end > begin:
                lost[source] = lost.get(source, 0.0) + (end - begin) / timedelta(hours=1)
                reached = end
    told = {source: hours for source, hours in lost.items() if hours >= LEAST_LOST}
    return sorted(told.items(), key=lambda one: (-one[1], one[0]))[:most]
