"""Reads issues: one, a list, and the agency whose field one is."""

from __future__ import annotations

from datetime import datetime
from typing import Final, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.agencies import Agency, agencies_for_field
from casework.trends.records import Issue, IssueReason, IssueState
from casework.trends.tables import IssueRow
from kentongan.errors import NotFound
from kentongan.schema import require_aware

FIELD_OF_TOPIC: Final[dict[str, str]] = {
    "health": "kesehatan",
    "education": "pendidikan",
    "economy_prices": "ekonomi",
}
"""Topic: the field of ``kentongan.agency_fields`` that it is. Topics that several offices share (roads and transport,
disasters and waste) are left out: there a person says who it is for."""

MOST_READ: Final = 1_000
"""Most issues that are put in order."""


def list_issues(
    session: Session,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    state: IssueState | None = None,
    topic: str | None = None,
    region: str | None = None,
    limit: int = 50,
) -> list[Issue]:
    """Issues that lie at least partly in [since, until), the strongest first: most voices beyond what was expected.

    ``region`` takes in the regions inside it. Of more than MOST_READ the newest are taken.
    """
    require_aware("since", since)
    require_aware("until", until)
    chosen = select(IssueRow)
    if since is not None:
        chosen = chosen.where(IssueRow.last_at > since)
    if until is not None:
        chosen = chosen.where(IssueRow.opened_at < until)
    if state is not None:
        chosen = chosen.where(IssueRow.state == state)
    if topic is not None:
        chosen = chosen.where(IssueRow.topic == topic)
    if region is not None:
        chosen = chosen.where((IssueRow.region == region) | IssueRow.region.startswith(f"{region}.", autoescape=True))
    rows = session.scalars(chosen.order_by(IssueRow.last_at.desc(), IssueRow.id.desc()).limit(MOST_READ))
    issues = [as_issue(row) for row in rows]
    issues.sort(key=lambda issue: (issue.expected - issue.voices, issue.p, issue.id))
    return issues[: max(0, limit)]


def get_issue(session: Session, id: int) -> Issue:
    """The issue of this id. Raises NotFound."""
    row = session.get(IssueRow, id, populate_existing=True)
    if row is None:
        raise NotFound(f"Isu ISU-{id} tidak ada.", hint="Daftarnya: `kentongan issues list`.")
    return as_issue(row)


def agency_of_issue(session: Session, issue: Issue) -> Agency | None:
    """The agency whose field the issue's topic is, the nearest to its region; None where that is not sure."""
    field = FIELD_OF_TOPIC.get(issue.topic or "")
    if field is None:
        return None
    return next(iter(agencies_for_field(session, field, region=issue.region)), None)


def as_issue(row: IssueRow) -> Issue:
    """A row as the record that others get."""
    return Issue(
        id=row.id,
        opened_at=row.opened_at,
        last_at=row.last_at,
        ended_at=row.ended_at,
        state=cast(IssueState, row.state),
        key=row.key,
        series=tuple(row.series),
        topic=row.topic,
        region=row.region,
        story=row.story,
        title=row.title,
        voices=row.voices,
        posts=row.posts,
        expected=row.expected,
        p=row.p,
        peak_at=row.peak_at,
        reasons=tuple(IssueReason(**reason) for reason in row.reasons),
        documents=tuple(row.documents),
        sample=row.sample,
        version=row.version,
    )
