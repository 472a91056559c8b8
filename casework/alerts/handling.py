"""What people do with an alert: acknowledge, snooze, unsnooze, assign, close, reopen; each with history and audit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.alerts.listing import lock_alert
from casework.alerts.records import Alert, AlertState, as_alert
from casework.alerts.tables import AlertEventRow, AlertRow
from casework.alerts.wording import number_of
from casework.people import find_person
from casework.roles import ROLE_WORDS, SYSTEM, Actor, require
from casework.verdict_rules import check_text
from kentongan.errors import Conflict, KentonganError, NotAllowed
from kentongan.times import format_time

MOST_SNOOZE: Final = timedelta(days=30)
"""Longest snooze; chosen by us: what is not to be heard of for longer is a rule to switch off."""
LIVE: Final[tuple[AlertState, ...]] = ("open", "acknowledged", "snoozed")
"""States of an alert that is not closed."""


def acknowledge(
    session: Session, alert: int, *, actor: Actor, now: datetime, version: int | None = None, note: str | None = None,
    via: str | None = None,
) -> Alert:  # fmt: skip
    """Take an alert up: nobody is told of it any more. Who has no owner yet gets this person.

    Raises NotAllowed, NotFound, Conflict.
    """
    row, actor = begin(
        session, alert, states=("open", "snoozed"), doing="diterima", actor=actor, version=version, now=now
    )
    said = check_text("Catatan", note) if note else None
    row.state, row.acknowledged_at, row.acknowledged_by = "acknowledged", now, actor.id
    row.snoozed_until = row.snooze_reason = None
    row.owner = row.owner or actor.id
    return finish(session, row, act="acknowledged", note=said, actor=actor, now=now, via=via)


def snooze(
    session: Session, alert: int, *, until: datetime, reason: str, zone: str, actor: Actor, now: datetime,
    version: int | None = None, via: str | None = None,
) -> Alert:  # fmt: skip
    """Be silent about an alert until a time; it wakes by itself. Raises as ``acknowledge`` does, and KentonganError for
    a time that is over or too far."""
    row, actor = begin(
        session, alert, states=("open", "acknowledged"), doing="ditunda", actor=actor, version=version, now=now
    )
    said = check_text("Alasan", reason)
    if not now < until <= now + MOST_SNOOZE:
        raise KentonganError(
            f"Peringatan hanya dapat ditunda sampai saat mendatang, paling lama {MOST_SNOOZE.days} hari.",
            hint="Matikan aturannya bila peringatannya tidak berguna.",
        )
    row.state, row.snoozed_until, row.snooze_reason = "snoozed", until, said
    note = f"Sampai {format_time(until, zone=zone)}. {said}"
    return finish(session, row, act="snoozed", note=note, actor=actor, now=now, via=via)


def unsnooze(
    session: Session, alert: int, *, actor: Actor, now: datetime, version: int | None = None, via: str | None = None
) -> Alert:
    """End a snooze before its time. Raises as ``acknowledge`` does."""
    row, actor = begin(
        session, alert, states=("snoozed",), doing="dibunyikan lagi", actor=actor, version=version, now=now
    )
    row.state, row.snoozed_until, row.snooze_reason = "open", None, None
    return finish(session, row, act="unsnoozed", note=None, actor=actor, now=now, via=via)


def assign(
    session: Session, alert: int, *, owner: str, actor: Actor, now: datetime, version: int | None = None,
    via: str | None = None,
) -> Alert:  # fmt: skip
    """Give an alert to the person of this username. Raises as ``acknowledge`` does, NotAllowed for one who may not
    handle alerts."""
    row, actor = begin(session, alert, states=LIVE, doing="ditugaskan", actor=actor, version=version, now=now)
    person = find_person(session, owner)
    given = Actor(id=person.id, username=person.username, role=person.role)
    if not person.active:
        raise NotAllowed(f"Akun {person.username} tidak aktif.", hint="Pilih orang lain.")
    require(given, "alerts.handle")
    row.owner = person.id
    note = f"Untuk {person.username} ({ROLE_WORDS[person.role]})."
    return finish(session, row, act="assigned", note=note, actor=actor, now=now, via=via)


def close(
    session: Session, alert: int, *, note: str, actor: Actor, now: datetime, version: int | None = None,
    via: str | None = None,
) -> Alert:  # fmt: skip
    """End an alert with what was found. Raises as ``acknowledge`` does, KentonganError without words."""
    row, actor = begin(session, alert, states=LIVE, doing="ditutup", actor=actor, version=version, now=now)
    said = check_text("Hasil", note)
    row.state, row.snoozed_until, row.snooze_reason = "closed", None, None
    return finish(session, row, act="closed", note=said, actor=actor, now=now, via=via)


def reopen(
    session: Session, alert: int, *, reason: str, actor: Actor, now: datetime, version: int | None = None,
    via: str | None = None,
) -> Alert:  # fmt: skip
    """Take up again what was closed. Raises as ``acknowledge`` does, Conflict where a newer alert of the same rule and
    group is there."""
    row, actor = begin(
        session, alert, states=("closed",), doing="dibuka kembali", actor=actor, version=version, now=now
    )
    said = check_text("Alasan", reason)
    newer = select(AlertRow.id).where(
        AlertRow.rule == row.rule, AlertRow.group_key == row.group_key, AlertRow.state != "closed"
    )
    other = session.scalar(newer)
    if other is not None:
        raise Conflict(
            f"Peringatan yang lebih baru untuk hal yang sama sudah ada: {number_of(other)}.",
            hint=f"Tangani {number_of(other)}.",
        )
    row.state = "open"
    row.acknowledged_at = row.acknowledged_by = None
    return finish(session, row, act="reopened", note=said, actor=actor, now=now, via=via)


def wake_snoozed(session: Session, *, now: datetime, alerts: Sequence[int] | None = None) -> int:
    """Open the alerts whose snooze is over (of these, or all); returns how many. By nobody: the time does it."""
    chosen = select(AlertRow).where(AlertRow.state == "snoozed", AlertRow.snoozed_until <= now)
    if alerts is not None:
        chosen = chosen.where(AlertRow.id.in_(alerts))
    rows = list(session.scalars(chosen.order_by(AlertRow.id).with_for_update()))
    for row in rows:
        row.state, row.snoozed_until, row.snooze_reason = "open", None, None
        finish(session, row, act="woken", note=None, actor=SYSTEM, now=now, via=None)
    return len(rows)


def begin(
    session: Session, alert: int, *, states: Sequence[AlertState], doing: str, actor: Actor, version: int | None,
    now: datetime,
) -> tuple[AlertRow, Actor]:  # fmt: skip
    """What every act begins with: the right, the row as the person saw it."""
    actor = authorise(session, actor, action="alerts.handle", now=now)
    return lock_alert(session, alert, states=states, doing=doing, version=version), actor


def finish(
    session: Session, row: AlertRow, *, act: str, note: str | None, actor: Actor, now: datetime, via: str | None
) -> Alert:
    """Note the act in the alert's history and in the audit."""
    session.add(
        AlertEventRow(alert=row.id, at=now, act=act, note=note, actor=actor.id, actor_name=actor.username)
    )  # fmt: skip
    session.flush()
    detail = audit.with_way({"catatan": note, "aturan": row.rule}, via)
    audit.record(session, actor, action=f"alerts.{act}", object=f"alert:{row.id}", detail=detail, now=now)
    return as_alert(row)
