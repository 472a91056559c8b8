"""Reads and locks alerts: lists, one with its history, the notices of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from casework.alerts.notice_tables import AlertNoticeRow
from casework.alerts.records import ALERT_STATES, Alert, AlertEvent, AlertState, as_alert, as_alert_event
from casework.alerts.tables import AlertEventRow, AlertFiringRow, AlertRow
from casework.alerts.wording import number_of
from casework.db import expect_version
from casework.said_numbers import read_said_number
from kentongan.errors import Conflict, NotFound

MOST_LISTED = 1000
"""Most alerts one call lists."""
STATE_WORDS: dict[AlertState, str] = {
    "open": "terbuka", "acknowledged": "diterima", "snoozed": "ditunda", "closed": "ditutup",
}  # fmt: skip
"""Each state as a person reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTold:
    """One notice of an alert and how it stands."""

    at: datetime
    kind: str
    address: str
    why: str
    state: str
    tries: int
    sent_at: datetime | None
    fault: str | None


def parse_alert(said: str) -> int:
    """The id behind "PRG-12", "prg 12" or "12". Raises NotFound for anything else."""
    return read_said_number(said, example="PRG-12", what="peringatan")


def get_alert(session: Session, alert: int) -> Alert:
    """The alert of this id. Raises NotFound."""
    row = session.get(AlertRow, alert, populate_existing=True)
    if row is None:
        raise not_there(alert)
    return as_alert(row)


def list_alerts(
    session: Session,
    *,
    states: Sequence[AlertState] | None = None,
    rule: int | None = None,
    owner: str | None = None,
    limit: int = 100,
) -> list[Alert]:
    """Alerts in these states (all where None): open ones first, then the one that fired last.

    ``owner`` is a person's id.
    """
    rank = case({state: at for at, state in enumerate(ALERT_STATES)}, value=AlertRow.state, else_=len(ALERT_STATES))
    chosen = select(AlertRow)
    if states is not None:
        chosen = chosen.where(AlertRow.state.in_(states))
    if rule is not None:
        chosen = chosen.where(AlertRow.rule == rule)
    if owner is not None:
        chosen = chosen.where(AlertRow.owner == owner)
    chosen = chosen.order_by(rank, AlertRow.last_at.desc(), AlertRow.id.desc())
    return [as_alert(row) for row in session.scalars(chosen.limit(max(1, min(limit, MOST_LISTED))))]


def count_alerts(session: Session) -> Mapping[AlertState, int]:
    """How many alerts are in each state; states without any are left out."""
    chosen = select(AlertRow.state, func.count()).group_by(AlertRow.state)
    return {cast(AlertState, state): count for state, count in session.execute(chosen)}


def alert_history(session: Session, alert: int) -> tuple[AlertEvent, ...]:
    """Everything that happened to an alert, oldest first. Raises NotFound."""
    get_alert(session, alert)
    chosen = select(AlertEventRow).where(AlertEventRow.alert == alert).order_by(AlertEventRow.id)
    return tuple(as_alert_event(row) for row in session.scalars(chosen))


def alert_moments(session: Session, alert: int, *, limit: int = 500) -> list[tuple[datetime, float | None]]:
    """When an alert's rule fired and what was counted then, oldest first, the newest ``limit`` of them."""
    chosen = (
        select(AlertFiringRow.at, AlertFiringRow.value)
        .where(AlertFiringRow.alert == alert)
        .order_by(AlertFiringRow.at.desc())
        .limit(limit)
    )
    return [(at, value) for at, value in session.execute(chosen)][::-1]


def alert_notices(session: Session, alert: int) -> list[NoticeTold]:
    """The notices of an alert, oldest first."""
    chosen = select(AlertNoticeRow).where(AlertNoticeRow.alert == alert).order_by(AlertNoticeRow.id)
    return [
        NoticeTold(
            at=row.at, kind=row.kind, address=row.address, why=row.why, state=row.state, tries=row.tries,
            sent_at=row.sent_at, fault=row.fault,
        )
        for row in session.scalars(chosen)
    ]  # fmt: skip


def lock_alert(
    session: Session, alert: int, *, states: Sequence[AlertState], doing: str, version: int | None
) -> AlertRow:
    """The row, held until the transaction ends, as the person saw it.

    ``doing`` completes "tidak dapat ...". Raises NotFound, Conflict where it is in another state or was changed.
    """
    chosen = select(AlertRow).where(AlertRow.id == alert).with_for_update()
    row = session.scalar(chosen, execution_options={"populate_existing": True})
    if row is None:
        raise not_there(alert)
    if version is not None:
        expect_version(f"Peringatan {number_of(alert)}", read=version, stored=row.version)
    if row.state not in states:
        raise Conflict(
            f"Peringatan {number_of(alert)} {STATE_WORDS[cast(AlertState, row.state)]}, jadi tidak dapat {doing}.",
            hint=f"Lihat riwayatnya: `kentongan alerts show {alert}`.",
        )
    return row


def not_there(alert: int) -> NotFound:
    return NotFound(f"Peringatan {number_of(alert)} tidak ada.", hint="Daftarnya: `kentongan alerts list`.")
