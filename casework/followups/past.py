"""What was done before on a topic or in a district: follow-ups, clarifications, incidents, decisions, complaints.

"What followed" is counted, not judged: complaints received on the same topic and in the same district in the weeks
before an act was done and in the weeks after. Other things happened in those weeks too, and whoever shows it says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from casework.agency_tables import AgencyRow
from casework.complaints.listing import is_public
from casework.complaints.tables import ComplaintRow
from casework.followups.clarifications import is_visible_draft
from casework.followups.history import is_visible
from casework.followups.tables import DecisionRow, DraftRow, FollowUpRow, PublicationRow
from casework.incidents.tables import IncidentRow
from casework.verdict_rules import CHANNELS
from kentongan.batches import batched
from kentongan.schema import Query
from kentongan.times import to_zone
from search.store import Store

WINDOW: Final = timedelta(days=28)
"""How long before and after an act complaints are counted: four whole weeks, so that weekdays weigh the same."""
MOST_PAST: Final = 30
"""Most acts that are listed."""
MOST_DOCUMENTS: Final = 5_000
"""Most complaints of a topic that are looked up by their documents."""
IDS_AT_A_TIME: Final = 500

TextColumn = InstrumentedAttribute[str | None]
PastKind = Literal["followup", "clarification", "incident", "decision"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which topic, which district, since when: what a decision is about."""

    topic: str | None = None
    """Of ``kentongan.schema.TOPICS``."""
    region: str | None = None
    """Region code; it takes in the regions inside it."""
    words: str = ""
    """A query that narrows posts and complaints further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAct:
    """One thing that was done."""

    kind: PastKind
    number: str
    title: str
    who: str
    """Name of the agency, the channels, or who decided."""
    began_at: datetime
    ended_at: datetime | None
    """None while it goes on."""
    result: str | None
    late: bool
    """Whether it took longer than it was given."""
    before: int | None = None
    """Complaints of the scope in the four weeks before it ended; None where that cannot be known."""
    after: int | None = None
    """In the four weeks after it; None where they are not over."""

    @property
    def took(self) -> timedelta | None:
        return None if self.ended_at is None else self.ended_at - self.began_at


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedAgency:
    """How long an agency took over complaints of the scope that are finished."""

    agency: str
    """Its name."""
    finished: int
    median_days: float
    """Calendar days from receipt to the end."""
    rating: float | None
    """Mean of what reporters gave, 1 to 5."""


def list_past(
    session: Session, scope: Scope, *, until: datetime, now: datetime, daily: Mapping[date, int] | None, zone: str
) -> list[PastAct]:
    """What was begun before ``until`` on the same topic or in the same district, newest first, at most MOST_PAST;
    nothing for words alone.

    With a topic and a district, follow-ups, clarifications and decisions that name either one and contradict neither
    count. Incidents have no topic: they are listed by their district, and without one only where no topic was asked.
    ``daily`` are complaints of the scope by day in ``zone`` (``daily_complaints``).
    """
    if scope.topic is None and scope.region is None:
        return []
    acts = [
        *past_followups(session, scope, until=until),
        *past_clarifications(session, scope, until=until),
        *past_incidents(session, scope, until=until),
        *past_decisions(session, scope, until=until),
    ]
    newest = sorted(acts, key=lambda act: (act.began_at, act.number), reverse=True)[:MOST_PAST]
    return [with_consequence(act, daily, now=now, zone=zone) for act in newest]


def past_followups(session: Session, scope: Scope, *, until: datetime) -> list[PastAct]:
    chosen = (
        select(FollowUpRow, AgencyRow.name)
        .join(AgencyRow, AgencyRow.code == FollowUpRow.agency)
        .where(is_visible(), FollowUpRow.assigned_at < until, FollowUpRow.state != "cancelled")
        .where(*in_scope(FollowUpRow.topic, FollowUpRow.region, scope))
        .order_by(FollowUpRow.id.desc())
        .limit(MOST_PAST)
    )
    return [
        PastAct(
            kind="followup", number=f"TL-{row.id:06d}", title=row.title, who=name, began_at=row.assigned_at,
            ended_at=row.ended_at, result=row.result or row.answer,
            late=(row.answered_at or until) > row.due_at,
        )
        for row, name in session.execute(chosen)
    ]  # fmt: skip


def past_clarifications(session: Session, scope: Scope, *, until: datetime) -> list[PastAct]:
    chosen = (
        select(DraftRow)
        .where(is_visible_draft(), DraftRow.published_at < until)
        .where(*in_scope(DraftRow.topic, DraftRow.region, scope))
        .order_by(DraftRow.id.desc())
        .limit(MOST_PAST)
    )
    rows = list(session.scalars(chosen))
    out: dict[int, dict[str, None]] = {row.id: {} for row in rows}
    for found in session.scalars(select(PublicationRow).where(PublicationRow.draft.in_(out))):
        out[found.draft][CHANNELS[found.channel]] = None
    return [
        PastAct(
            kind="clarification", number=f"KL-{row.id:06d}", title=row.title, who=", ".join(out[row.id]),
            began_at=row.drafted_at, ended_at=row.published_at,
            result="ditarik" if row.state == "retracted" else None, late=False,
        )
        for row in rows
    ]  # fmt: skip


def past_incidents(session: Session, scope: Scope, *, until: datetime) -> list[PastAct]:
    if scope.region is None and scope.topic is not None:
        return []
    chosen = select(IncidentRow).where(IncidentRow.opened_at < until, IncidentRow.state != "merged")
    if scope.region is not None:
        chosen = chosen.where(inside(IncidentRow.region, scope.region))
    rows = session.scalars(chosen.order_by(IncidentRow.id.desc()).limit(MOST_PAST))
    return [
        PastAct(
            kind="incident", number=f"INS-{row.id:06d}", title=row.title, who=row.level, began_at=row.opened_at,
            ended_at=row.closed_at, result=row.outcome, late=False,
        )
        for row in rows
    ]  # fmt: skip


def past_decisions(session: Session, scope: Scope, *, until: datetime) -> list[PastAct]:
    chosen = (
        select(DecisionRow)
        .where(DecisionRow.at < until, *in_scope(DecisionRow.topic, DecisionRow.region, scope))
        .order_by(DecisionRow.id.desc())
        .limit(MOST_PAST)
    )
    return [
        PastAct(
            kind="decision", number=f"KP-{row.id:06d}", title=row.question, who=row.name, began_at=row.at,
            ended_at=row.at, result=row.options[row.chosen], late=False,
        )
        for row in session.scalars(chosen)
    ]  # fmt: skip


def with_consequence(act: PastAct, daily: Mapping[date, int] | None, *, now: datetime, zone: str) -> PastAct:
    """The act with the complaints before and after its end; the day of the end itself is in neither."""
    if daily is None or act.ended_at is None:
        return act
    end = to_zone(act.ended_at, zone).date()
    days = range(1, WINDOW.days + 1)
    over = end + WINDOW < to_zone(now, zone).date()
    return PastAct(
        kind=act.kind, number=act.number, title=act.title, who=act.who, began_at=act.began_at, ended_at=act.ended_at,
        result=act.result, late=act.late, before=sum(daily.get(end - timedelta(days=n), 0) for n in days),
        after=sum(daily.get(end + timedelta(days=n), 0) for n in days) if over else None,
    )  # fmt: skip


def daily_complaints(store: Store, scope: Scope, *, zone: str) -> dict[date, int]:
    """Complaints of the scope by day in a zone, over all time. Raises BadQuery and Retry."""
    query = query_of(scope)
    cells = store.count(query, by=("day",), zone=zone)
    return {datetime.fromisoformat(cell.key[0]).date(): cell.count for cell in cells}


def query_of(scope: Scope, *, since: datetime | None = None, until: datetime | None = None) -> Query:
    """The complaints of a scope, as a question to the store."""
    return Query(
        text=scope.words, since=since, until=until, kinds=("complaint",),
        topics=(scope.topic,) if scope.topic else (), regions=(scope.region,) if scope.region else (),
    )  # fmt: skip


def finished_agencies(
    session: Session, scope: Scope, *, documents: Sequence[str] | None, since: datetime, until: datetime
) -> list[FinishedAgency]:
    """How long each agency took over the scope's complaints that were finished in [since, until), most first.

    ``documents`` narrows to those of the store (``scope_documents``); None takes all of the district.
    """
    wanted = [is_public(), ComplaintRow.stage.in_(("selesai", "ditutup"))]
    wanted += [ComplaintRow.finished_at >= since, ComplaintRow.finished_at < until]
    if scope.region is not None and documents is None:
        wanted.append(inside(ComplaintRow.region, scope.region))
    columns = (AgencyRow.name, ComplaintRow.received_at, ComplaintRow.finished_at, ComplaintRow.rating)
    chosen = select(*columns).join(AgencyRow, AgencyRow.code == ComplaintRow.agency).where(*wanted)
    found: dict[str, list[tuple[float, int | None]]] = {}
    for batch in [None] if documents is None else batched(documents, IDS_AT_A_TIME):
        narrowed = chosen if batch is None else chosen.where(ComplaintRow.document.in_(batch))
        for name, received, finished, rating in session.execute(narrowed):
            assert finished is not None
            found.setdefault(name, []).append(((finished - received) / timedelta(days=1), rating))
    made = []
    for name, times in found.items():
        ratings = [rating for _, rating in times if rating is not None]
        made.append(
            FinishedAgency(
                agency=name, finished=len(times), median_days=median([days for days, _ in times]),
                rating=sum(ratings) / len(ratings) if ratings else None,
            )
        )  # fmt: skip
    return sorted(made, key=lambda one: (-one.finished, one.agency))


def scope_documents(store: Store, scope: Scope) -> list[str] | None:
    """Ids of the scope's newest complaints, at most MOST_DOCUMENTS; None where the district alone says which.

    A complaint's topic is known to the store only. Raises BadQuery and Retry.
    """
    if scope.topic is None and not scope.words:
        return None
    return [record.document.id for record in store.search(query_of(scope), limit=MOST_DOCUMENTS).records]


def count_open(
    session: Session, scope: Scope, *, documents: Sequence[str] | None, now: datetime
) -> tuple[int, int]:  # fmt: skip
    """Open complaints of the scope, and how many of them are *kode merah*."""
    wanted = [is_public(), ComplaintRow.clock.is_not(None)]
    if scope.region is not None and documents is None:
        wanted.append(inside(ComplaintRow.region, scope.region))
    red = func.count().filter(ComplaintRow.due_at <= now)
    counted = [0, 0]
    for batch in [None] if documents is None else batched(documents, IDS_AT_A_TIME):
        chosen = select(func.count(), red).where(*wanted)
        if batch is not None:
            chosen = chosen.where(ComplaintRow.document.in_(batch))
        one, other = session.execute(chosen).one()
        counted = [counted[0] + one, counted[1] + other]
    return counted[0], counted[1]


def in_scope(topic: TextColumn, region: TextColumn, scope: Scope) -> list[ColumnElement[bool]]:
    """SQL: the row names the scope's topic or district and contradicts neither."""
    named: list[ColumnElement[bool]] = []
    wanted: list[ColumnElement[bool]] = []
    if scope.topic is not None:
        named.append(topic == scope.topic)
        wanted.append(or_(topic.is_(None), topic == scope.topic))
    if scope.region is not None:
        named.append(inside(region, scope.region))
        wanted.append(or_(region.is_(None), inside(region, scope.region)))
    return [*wanted, or_(*named)] if named else []


def inside(column: TextColumn, region: str) -> ColumnElement[bool]:
    """SQL: the column names the region or one inside it."""
    return or_(column == region, column.startswith(f"{region}.", autoescape=True))


def median(values: Sequence[float]) -> float:
    """The middle value; of an even number the mean of the two. Raises ValueError for none."""
    if not values:
        raise ValueError("the median of nothing")
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
