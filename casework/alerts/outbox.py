"""Delivers the notices of alerts: a bounded number a run, each claimed before it is sent, with back-off, then given up.

What is sent is marked as sent in a transaction of its own right after the receiver took it. A crash between the two
sends it once more, after CLAIM, under the same key: at least once, and a receiver knows the repeat (``Message-ID``,
``Idempotency-Key``; on Telegram the mark in the last line).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from casework import audit
from casework.access import authorise
from casework.alerts.channels_email import open_mail
from casework.alerts.channels_telegram import open_telegram
from casework.alerts.channels_webhook import open_webhooks
from casework.alerts.claiming import BATCH, claim_turn, drop_handled, release
from casework.alerts.giving_up import GIVE_UP_AFTER, give_up
from casework.alerts.handling import wake_snoozed
from casework.alerts.notice_tables import AlertNoticeRow
from casework.alerts.parcels import Outcome, Parcel, Send, refused
from casework.alerts.records import ChannelKind
from casework.db import Casework
from casework.roles import SYSTEM, Actor
from casework.signed_posts import pause_after
from kentongan.errors import KentonganError
from kentongan.settings import Settings

FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(minutes=15)
"""Each failed try doubles the pause between these two; chosen by us: an alert is late, not lost, when a server comes
back."""
MOST_A_RUN: Final = 1000
"""Most messages one run tries; the rest is for the next, so that a watch goes on with its other work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What one run of ``send_notices`` did, in notices."""

    sent: int
    failed: int
    """Those that wait for another try."""
    given_up: int
    waiting: int
    """Those still to be sent, failed ones included."""
    problems: tuple[str, ...]
    """What went wrong, each once, in Indonesian."""


def send_notices(casework: Casework, *, settings: Settings, now: datetime, actor: Actor = SYSTEM) -> Sent:
    """Send every notice whose turn it is; a channel that is away keeps no other from going out.

    Snoozed alerts whose time is over wake first; notices of alerts that somebody handled meanwhile are dropped.
    Raises NotAllowed; what channels and their settings refuse stands in ``problems``.
    """
    with casework.begin() as session:
        authorise(session, actor, action="alerts.send", now=now)
        wake_snoozed(session, now=now)
        drop_handled(session)
    counted = {"sent": 0, "failed": 0, "given_up": 0}
    problems: dict[str, None] = {}
    shut: set[str] = set()
    tried = 0
    with sending(settings, now=now) as senders:
        while tried < MOST_A_RUN:
            with casework.begin() as session:
                turn = claim_turn(session, now=now, shut=shut, most=min(BATCH, MOST_A_RUN - tried))
            if not turn:
                break
            for parcel in turn:
                if parcel.target in shut:
                    with casework.begin() as session:
                        release(session, parcel, now=now)
                    continue
                tried += 1
                outcome = senders(parcel)
                with casework.begin() as session:
                    how = note_outcome(session, parcel, outcome, now=now)
                counted[how] += len(parcel.notices)
                if outcome.fault is not None:
                    problems[outcome.fault] = None
                if outcome.away:
                    shut.add(parcel.target)
                    with casework.begin() as session:
                        counted["given_up"] += give_up_old(session, parcel.target, outcome, now=now)
    with casework.begin() as session:
        waiting = count_waiting(session)
        if any(counted.values()):
            detail = {"terkirim": counted["sent"], "gagal": counted["failed"], "menyerah": counted["given_up"]}
            audit.record(session, actor, action="alerts.send", object="alerts", detail=detail, now=now)
    return Sent(
        sent=counted["sent"], failed=counted["failed"], given_up=counted["given_up"], waiting=waiting,
        problems=tuple(problems),
    )  # fmt: skip


@contextmanager
def sending(settings: Settings, *, now: datetime) -> Iterator[Send]:
    """What sends a parcel by its channel; each channel is opened once, when it is first needed.

    A channel that is not set up answers as one that is away: its notices wait until it is.
    """
    opened: dict[ChannelKind, Send] = {}
    with ExitStack() as stack:

        def open_channel(kind: ChannelKind) -> Send:
            match kind:
                case "email":
                    return stack.enter_context(open_mail(settings, now=now))
                case "webhook":
                    return stack.enter_context(open_webhooks(settings, now=now))
                case "telegram":
                    return stack.enter_context(open_telegram(settings))
                case _:
                    raise ValueError(f"nothing is sent to {kind!r}")

        def send(parcel: Parcel) -> Outcome:
            if parcel.kind not in opened:
                try:
                    opened[parcel.kind] = open_channel(parcel.kind)
                except KentonganError as error:
                    return refused(str(error), away=True)
            return opened[parcel.kind](parcel)

        yield send


def note_outcome(session: Session, parcel: Parcel, outcome: Outcome, *, now: datetime) -> str:
    """Note how a try went, for each notice of the parcel: "sent", "failed" or "given_up"."""
    keys = [notice.key for notice in parcel.notices]
    if outcome.fault is None:
        session.execute(
            update(AlertNoticeRow).where(AlertNoticeRow.key.in_(keys)).values(state="sent", sent_at=now, fault=None),
            execution_options={"synchronize_session": False},
        )
        return "sent"
    # What was handled meanwhile was dropped, and stays so.
    chosen = select(AlertNoticeRow).where(AlertNoticeRow.key.in_(keys), AlertNoticeRow.state == "waiting")
    waiting = list(session.scalars(chosen.order_by(AlertNoticeRow.id).with_for_update()))
    if outcome.final or any(now - row.at >= GIVE_UP_AFTER for row in waiting):
        give_up(session, waiting, fault=outcome.fault, now=now)
        return "given_up"
    for row in waiting:
        pause = pause_after(row.tries, first=FIRST_PAUSE, longest=LONGEST_PAUSE)
        if outcome.after is not None:
            pause = max(pause, timedelta(seconds=outcome.after))
        row.next_at, row.fault = now + pause, outcome.fault
    return "failed"


def give_up_old(session: Session, target: str, outcome: Outcome, *, now: datetime) -> int:
    """Give up what has waited too long for a target that is still away; returns how many."""
    assert outcome.fault is not None
    chosen = select(AlertNoticeRow).where(
        AlertNoticeRow.state == "waiting", AlertNoticeRow.target == target, AlertNoticeRow.at <= now - GIVE_UP_AFTER
    )
    rows = list(session.scalars(chosen.order_by(AlertNoticeRow.id).with_for_update()))
    give_up(session, rows, fault=outcome.fault, now=now)
    return len(rows)


def count_waiting(session: Session) -> int:
    """How many notices still wait to be sent."""
    chosen = select(func.count()).select_from(AlertNoticeRow).where(AlertNoticeRow.state == "waiting")
    return session.scalar(chosen) or 0
