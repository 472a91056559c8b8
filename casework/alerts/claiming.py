"""Chooses which notices go out next and claims them, so that two runs at once send nothing twice."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Final, cast

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from casework.alerts.notice_tables import AlertNoticeRow
from casework.alerts.parcels import Parcel
from casework.alerts.records import ChannelKind
from casework.alerts.tables import AlertRow
from casework.alerts.wording import Notice
from casework.db import take_turn

BATCH: Final = 20
"""Messages claimed at a time."""
CLAIM: Final = timedelta(minutes=30)
"""How long a claim holds: longer than BATCH mails of five steps of 15 s each can take, so that what a run died with is
tried again only when no run can still be at it."""
DIGEST_ABOVE: Final = 10
"""Above so many notices waiting for one address they go out as digests: more single ones nobody reads."""
DIGEST_MOST: Final = 200
"""Most notices in one digest."""
DIGESTED: Final[tuple[ChannelKind, ...]] = ("email", "telegram")
"""Channels people read; programs behind webhooks take each notice by itself."""


def claim_turn(session: Session, *, now: datetime, shut: Collection[str], most: int) -> list[Parcel]:
    """The next parcels whose turn it is, at most ``most``, the longest due first; none for targets that are ``shut``.

    Until CLAIM has passed nobody else gets them.
    """
    take_turn(session, "alert-notices")
    make_digests(session, now=now)
    parcel_key = func.coalesce(AlertNoticeRow.digest, AlertNoticeRow.key)
    still_open = select(AlertRow.id).where(AlertRow.state == "open")
    due = (
        AlertNoticeRow.state == "waiting", AlertNoticeRow.next_at <= now, AlertNoticeRow.target.not_in(shut),
        AlertNoticeRow.alert.in_(still_open),
    )  # fmt: skip
    first = func.min(AlertNoticeRow.next_at)
    keys = list(
        session.scalars(
            select(parcel_key).where(*due).group_by(parcel_key).order_by(first, func.min(AlertNoticeRow.id)).limit(most)
        )
    )
    if not keys:
        return []
    claimed = (*due, parcel_key.in_(keys))
    found: dict[str, list[AlertNoticeRow]] = {key: [] for key in keys}
    for row in session.scalars(select(AlertNoticeRow).where(*claimed).order_by(AlertNoticeRow.id)):
        found[row.digest or row.key].append(row)
    parcels = [as_parcel(key, rows) for key, rows in found.items() if rows]
    session.execute(
        update(AlertNoticeRow).where(*claimed).values(next_at=now + CLAIM, tries=AlertNoticeRow.tries + 1),
        execution_options={"synchronize_session": False},
    )
    return parcels


def make_digests(session: Session, *, now: datetime) -> None:
    """Put what waits for one address into digests, where it is much; a notice stays in its digest at every try."""
    due = (
        AlertNoticeRow.state == "waiting", AlertNoticeRow.next_at <= now, AlertNoticeRow.digest.is_(None),
        AlertNoticeRow.kind.in_(DIGESTED),
    )  # fmt: skip
    place = (AlertNoticeRow.kind, AlertNoticeRow.address)
    many = session.execute(select(*place).where(*due).group_by(*place).having(func.count() > DIGEST_ABOVE)).all()
    for kind, address in many:
        chosen = select(AlertNoticeRow.id).where(*due, AlertNoticeRow.kind == kind, AlertNoticeRow.address == address)
        ids = list(session.scalars(chosen.order_by(AlertNoticeRow.id)))
        for start in range(0, len(ids), DIGEST_MOST):
            part = ids[start : start + DIGEST_MOST]
            if len(part) > 1:
                session.execute(
                    update(AlertNoticeRow).where(AlertNoticeRow.id.in_(part)).values(digest=token_hex(16)),
                    execution_options={"synchronize_session": False},
                )


def drop_handled(session: Session) -> int:
    """Drop what waits although somebody acknowledged, snoozed or closed its alert; returns how many."""
    handled = select(AlertRow.id).where(AlertRow.state != "open")
    chosen = (
        update(AlertNoticeRow)
        .where(AlertNoticeRow.state == "waiting", AlertNoticeRow.alert.in_(handled))
        .values(state="dropped", fault="peringatannya sudah ditangani")
    )
    done = session.execute(chosen, execution_options={"synchronize_session": False})
    return int(done.rowcount)  # type: ignore[attr-defined]


def release(session: Session, parcel: Parcel, *, now: datetime) -> None:
    """Give a claimed parcel back untried."""
    keys = [notice.key for notice in parcel.notices]
    session.execute(
        update(AlertNoticeRow)
        .where(AlertNoticeRow.key.in_(keys), AlertNoticeRow.state == "waiting")
        .values(next_at=now, tries=AlertNoticeRow.tries - 1),
        execution_options={"synchronize_session": False},
    )


def as_parcel(key: str, rows: Sequence[AlertNoticeRow]) -> Parcel:
    """The rows of one message."""
    head = rows[0]
    return Parcel(
        key=key, kind=cast(ChannelKind, head.kind), address=head.address, target=head.target,
        notices=tuple(as_notice(row) for row in rows),
    )  # fmt: skip


def as_notice(row: AlertNoticeRow) -> Notice:
    """The row as what is put into words."""
    return Notice(
        key=row.key, why=row.why, alert=row.alert, subject=row.subject, body=row.body, facts=row.facts, at=row.at  # type: ignore[arg-type]
    )  # fmt: skip
