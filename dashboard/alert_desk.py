"""What the page of alerts does: lists alerts, looks into one, and acts for the page's person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from casework.alerts import handling
from casework.alerts.listing import (
    NoticeTold,
    alert_history,
    alert_moments,
    alert_notices,
    count_alerts,
    get_alert,
    list_alerts,
)
from casework.alerts.notices import screen_notices
from casework.alerts.records import ALERT_STATES, HELD_GROUP, Alert, AlertEvent, AlertState
from casework.alerts.snooze_times import parse_until
from casework.alerts.tables import AlertRuleRow
from casework.figure_links import trend_choices
from casework.figure_records import StoreQuestion
from casework.people import list_people
from casework.roles import ACTIONS, Actor
from casework.searches import decode_query
from dashboard.data import load_records, read_settings, shared_casework
from dashboard.visitor import VIA, page_actor
from kentongan.errors import BadQuery, KentonganError
from kentongan.schema import Record

SHOWN = 100
"""Most alerts of the list; the rest by `kentongan alerts list`."""
LIVE: tuple[AlertState, ...] = ("open", "acknowledged", "snoozed")
EXAMPLES = 5
"""Most examples of the chosen alert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertList:
    """What the list shows."""

    alerts: Sequence[Alert]
    counts: Mapping[AlertState, int]
    people: Mapping[str, str]
    """Id to username."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertView:
    """One alert as its card shows it."""

    alert: Alert
    rule: str
    owner: str | None
    """Username."""
    events: Sequence[AlertEvent]
    notices: Sequence[NoticeTold]
    moments: Sequence[tuple[datetime, float | None]]
    examples: Sequence[Record]
    page: str | None
    """Address of the page that shows what the alert is about; None where none does, or its question cannot be asked any
    more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bell:
    """What the bell beside the pages says."""

    open: int
    faults: Sequence[str]
    """What could not be delivered, for who looks after it."""


def load_alerts(*, ended: bool) -> AlertList:
    """Alerts, open ones first; with ``ended`` the closed ones too."""
    with shared_casework().read() as session:
        people = {person.id: person.username for person in list_people(session)}
        return AlertList(
            alerts=list_alerts(session, states=ALERT_STATES if ended else LIVE, limit=SHOWN),
            counts=count_alerts(session),
            people=people,
        )


def look_at_alert(alert: int) -> AlertView:
    """One alert with its history, its notices and examples. Raises NotFound."""
    with shared_casework().read() as session:
        one = get_alert(session, alert)
        rule = session.get_one(AlertRuleRow, one.rule)
        people = {person.id: person.username for person in list_people(session)}
        history = {
            "alert": one,
            "rule": rule.name,
            "owner": people.get(one.owner) if one.owner else None,
            "events": alert_history(session, alert),
            "notices": alert_notices(session, alert),
            "moments": alert_moments(session, alert),
            "page": page_of(one, rule.kind),
        }
    examples = load_records([str(one) for one in one.detail.get("documents", ())][:EXAMPLES])
    return AlertView(examples=tuple(examples), **history)  # type: ignore[arg-type]


def page_of(one: Alert, kind: str) -> str | None:
    """The page that shows what the alert is about."""
    if one.group_key == HELD_GROUP:
        return None
    if kind == "deadline":
        return f"aduan?{urlencode({'tampil': 'merah', 'instansi': one.group_key or 'belum'})}"
    if kind == "bridge_stale":
        return "wilayah"
    if kind == "hoax_story" and one.group_key:
        return f"hoaks?{urlencode({'cerita': one.group_key})}"
    kept = one.detail.get("query")
    if not isinstance(kept, Mapping):
        return None
    try:
        return f"tren?{urlencode(trend_choices(StoreQuestion(query=decode_query(kept))))}"
    except BadQuery:
        return None


def list_owners() -> list[str]:
    """Usernames of the people who may handle alerts."""
    with shared_casework().read() as session:
        people = list_people(session, active=True)
    return [person.username for person in people if person.role in ACTIONS["alerts.handle"]]


def ring_bell(*, now: datetime) -> Bell:
    """How many alerts are open, and what the screen has to say to the page's person. Raises Retry."""
    with shared_casework().read() as session:
        count = count_alerts(session).get("open", 0)
        try:
            told = screen_notices(session, actor=page_actor(session, now=now), now=now)
        except KentonganError:
            told = []  # nobody acts on these pages: nobody is told
        return Bell(open=count, faults=tuple(row.body for row in told if row.why == "given_up"))


def act_on_alert(act: str, one: Alert, *, words: str, now: datetime) -> Alert:
    """Do what was pressed with the alert as the person saw it. Raises KentonganError.

    ``words`` is a note, a reason, an owner's username, or for ``snooze`` until when and why, on two lines.
    """
    told: dict[str, Any] = {"version": one.version, "now": now, "via": VIA}
    zone = read_settings().zone
    match act:
        case "acknowledge":
            return as_page(
                lambda session, actor: handling.acknowledge(session, one.id, actor=actor, note=words or None, **told),
                now=now,
            )
        case "snooze":
            until, _, reason = words.partition("\n")
            return as_page(
                lambda session, actor: handling.snooze(
                    session, one.id, until=parse_until(until, now=now, zone=zone), reason=reason, zone=zone,
                    actor=actor, **told,
                ),
                now=now,
            )  # fmt: skip
        case "unsnooze":
            return as_page(lambda session, actor: handling.unsnooze(session, one.id, actor=actor, **told), now=now)
        case "assign":
            return as_page(
                lambda session, actor: handling.assign(session, one.id, owner=words, actor=actor, **told), now=now
            )
        case "close":
            return as_page(
                lambda session, actor: handling.close(session, one.id, note=words, actor=actor, **told), now=now
            )
        case "reopen":
            return as_page(
                lambda session, actor: handling.reopen(session, one.id, reason=words, actor=actor, **told), now=now
            )
        case other:
            raise ValueError(f"unknown act {other!r}")


def as_page(do: Callable[[Session, Actor], Alert], *, now: datetime) -> Alert:
    """Do an act in one transaction, in the name of the page's person."""
    with shared_casework().begin() as session:
        return do(session, page_actor(session, now=now))
