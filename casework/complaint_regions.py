"""Complaints by region: how many are open and how many are overdue, for maps and tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from casework.complaints.listing import is_public
from casework.complaints.records import OPEN_STAGES
from casework.complaints.tables import ComplaintRow


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionComplaints:
    """The complaints of one region at one moment."""

    open: int
    """In a stage in which somebody still owes something."""
    red: int
    """Of these, past their deadline (kode merah)."""


def count_by_region(session: Session, *, now: datetime) -> Mapping[str, RegionComplaints]:
    """Open complaints by the code of the region they name, without those that are secret, held or merged."""
    late = case((ComplaintRow.due_at <= now, 1), else_=0)
    chosen = (
        select(ComplaintRow.region, func.count(), func.sum(late))
        .where(is_public(), ComplaintRow.stage.in_(OPEN_STAGES), ComplaintRow.region.is_not(None))
        .group_by(ComplaintRow.region)
    )
    return {
        region: RegionComplaints(open=count, red=int(red or 0))
        for region, count, red in session.execute(chosen)
        if region is not None
    }
