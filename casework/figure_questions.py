"""The questions that figures ask of casework, by name: each is answered as of the moment that its arguments state.

Where the tables keep a history (complaints, incidents, dangers, verdicts, clarifications) a past moment is answered as
it was then. Follow-ups and stories are answered from what is known now: a deadline that was moved, or a story that was
merged later, changes the answer, and recomputing a paper says so. Nothing counts secret, held or merged complaints.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Select, func, or_, select

from casework.agency_tables import AgencyRow
from casework.figure_sources import Arguments, Sources, read_moment
from casework.figure_stories import (
    count_growing,
    count_story_copies,
    count_suspected_posts,
    count_suspected_stories,
)
from casework.figure_trends import (
    count_issues,
    count_rumour_complaints,
    count_rumour_links,
    count_voices_of,
    read_expected,
)
from casework.followups.clarifications import is_visible_draft
from casework.followups.evaluation_complaints import NO_AGENCY, Course, read_courses
from casework.followups.history import is_visible
from casework.followups.tables import DraftRow, FollowUpRow
from casework.incidents.tables import DangerRow, IncidentRow
from casework.indicator_tables import IndicatorSeriesRow, MeasurementRow
from casework.tip_tables import TipRow
from casework.verdict_tables import DecisionRow, EventRow

DeskName = Literal[
    "complaints_received", "complaints_finished", "complaints_open", "complaints_red", "followups_open",
    "followups_overdue", "dangers_raised", "dangers_unanswered", "incidents_open", "tips_received", "tips_waiting",
    "verdicts_decided", "clarifications_published", "indicator_value", "indicator_target", "suspected_posts",
    "suspected_stories", "growing_stories", "story_copies", "series_voices", "issue_expected", "issues_rising",
    "rumour_links", "rumour_complaints", "clipping_items",
]  # fmt: skip
"""The questions. A name is never used again for another question: stored papers ask it."""
Ask = Callable[[Arguments, Sources], float | None]


def count_rows(sources: Sources, chosen: Select[Any]) -> float:
    return float(sources.session.scalar(select(func.count()).select_from(chosen.subquery())) or 0)


def tally_complaints(
    arguments: Arguments, sources: Sources, *, of: Callable[[Course], bool]
) -> float:  # fmt: skip
    """Complaints of one agency (code; "" for those no agency has yet), or of all where none is named."""
    until = read_moment(arguments, "as_of" if "as_of" in arguments else "until")
    since = read_moment(arguments, "since") if "since" in arguments else until
    known = ("courses", since, until)
    if known not in sources.memo:
        read = read_courses(sources.session, since=since, until=until, deadlines=sources.deadlines())
        sources.memo[known] = list(read)
    courses: list[Course] = sources.memo[known]
    if "agency" in arguments:
        code = arguments["agency"]
        name = sources.session.scalar(select(AgencyRow.name).where(AgencyRow.code == code)) if code else NO_AGENCY
        courses = [one for one in courses if one.agency == name]
    return float(sum(of(one) for one in courses))


def count_late_agencies(sources: Sources, *, as_of: datetime) -> dict[str, int]:
    """Late complaints at the moment by the agency's name, the most first; NO_AGENCY where no agency has them yet."""
    tally_complaints({"as_of": as_of.isoformat()}, sources, of=lambda one: one.red)
    courses: list[Course] = sources.memo["courses", as_of, as_of]
    late = Counter(one.agency for one in courses if one.red)
    return dict(sorted(late.items(), key=lambda one: (-one[1], one[0])))


def count_followups(arguments: Arguments, sources: Sources, *, late: bool) -> float:
    """Tasks that agencies still owed an answer at the moment; ``late``: of them, those past their day."""
    as_of, row = read_moment(arguments, "as_of"), FollowUpRow
    chosen = select(row.id).where(
        is_visible(), row.assigned_at <= as_of, or_(row.ended_at.is_(None), row.ended_at > as_of),
        or_(row.answered_at.is_(None), row.answered_at > as_of),
    )  # fmt: skip
    if late:
        chosen = chosen.where(row.due_at <= as_of)
    if "agency" in arguments:
        chosen = chosen.where(row.agency == arguments["agency"])
    return count_rows(sources, chosen)


def count_dangers_raised(arguments: Arguments, sources: Sources) -> float:
    since, until = read_moment(arguments, "since"), read_moment(arguments, "until")
    return count_rows(sources, select(DangerRow.id).where(DangerRow.raised_at >= since, DangerRow.raised_at < until))


def count_dangers_unanswered(arguments: Arguments, sources: Sources) -> float:
    as_of, row = read_moment(arguments, "as_of"), DangerRow
    open_then = or_(row.answered_at.is_(None), row.answered_at > as_of)
    return count_rows(sources, select(row.id).where(row.raised_at <= as_of, open_then))


def count_incidents_open(arguments: Arguments, sources: Sources) -> float:
    as_of, row = read_moment(arguments, "as_of"), IncidentRow
    chosen = select(row.id).where(
        row.state != "merged", row.opened_at <= as_of, or_(row.closed_at.is_(None), row.closed_at > as_of)
    )
    if "level" in arguments:
        chosen = chosen.where(row.level == arguments["level"])
    return count_rows(sources, chosen)


def count_tips_received(arguments: Arguments, sources: Sources) -> float:
    since, until = read_moment(arguments, "since"), read_moment(arguments, "until")
    return count_rows(sources, select(TipRow.id).where(TipRow.received_at >= since, TipRow.received_at < until))


def count_tips_waiting(arguments: Arguments, sources: Sources) -> float:
    as_of, row = read_moment(arguments, "as_of"), TipRow
    open_then = or_(row.ended_at.is_(None), row.ended_at > as_of)
    return count_rows(sources, select(row.id).where(row.received_at <= as_of, open_then))


def count_verdicts(arguments: Arguments, sources: Sources) -> float:
    """Verdicts that two persons reached in the time, of one outcome where ``status`` names it."""
    since, until = read_moment(arguments, "since"), read_moment(arguments, "until")
    chosen = (
        select(EventRow.id)
        .join(DecisionRow, (EventRow.review == DecisionRow.review) & (EventRow.round == DecisionRow.round))
        .where(EventRow.act == "agreed", EventRow.at >= since, EventRow.at < until)
    )
    if "status" in arguments:
        chosen = chosen.where(DecisionRow.status == arguments["status"])
    return count_rows(sources, chosen.distinct())


def count_clarifications(arguments: Arguments, sources: Sources) -> float:
    since, until = read_moment(arguments, "since"), read_moment(arguments, "until")
    row = DraftRow
    return count_rows(
        sources, select(row.id).where(is_visible_draft(), row.published_at >= since, row.published_at < until)
    )


def read_indicator(arguments: Arguments, sources: Sources) -> float | None:
    """The newest value of a series in a region, as it was recorded by the moment."""
    as_of, row = read_moment(arguments, "as_of"), MeasurementRow
    return sources.session.scalar(
        select(row.value)
        .where(row.series == arguments["series"], row.region == arguments["region"])
        .where(row.time <= as_of, row.recorded_at <= as_of)
        .order_by(row.time.desc(), row.recorded_at.desc(), row.id.desc())
        .limit(1)
    )


def read_target(arguments: Arguments, sources: Sources) -> float | None:
    row = IndicatorSeriesRow
    return sources.session.scalar(select(row.target).where(row.code == arguments["series"]))


def count_clipping_items(arguments: Arguments, sources: Sources) -> float | None:
    """Printed items of a clipping (``casework.clippings.counting``, which itself asks figures)."""
    from casework.clippings.counting import count_items

    return count_items(arguments, sources)


DESK_QUESTIONS: Final[dict[DeskName, Ask]] = {
    "complaints_received": lambda said, sources: tally_complaints(said, sources, of=lambda one: one.received),
    "complaints_finished": lambda said, sources: tally_complaints(
        said, sources, of=lambda one: one.end_days is not None
    ),
    "complaints_open": lambda said, sources: tally_complaints(said, sources, of=lambda one: one.open),
    "complaints_red": lambda said, sources: tally_complaints(said, sources, of=lambda one: one.red),
    "followups_open": lambda said, sources: count_followups(said, sources, late=False),
    "followups_overdue": lambda said, sources: count_followups(said, sources, late=True),
    "dangers_raised": count_dangers_raised,
    "dangers_unanswered": count_dangers_unanswered,
    "incidents_open": count_incidents_open,
    "tips_received": count_tips_received,
    "tips_waiting": count_tips_waiting,
    "verdicts_decided": count_verdicts,
    "clarifications_published": count_clarifications,
    "indicator_value": read_indicator,
    "indicator_target": read_target,
    "suspected_posts": count_suspected_posts,
    "suspected_stories": count_suspected_stories,
    "growing_stories": count_growing,
    "story_copies": count_story_copies,
    "series_voices": count_voices_of,
    "issue_expected": read_expected,
    "issues_rising": count_issues,
    "rumour_links": count_rumour_links,
    "rumour_complaints": count_rumour_complaints,
    "clipping_items": count_clipping_items,
}
