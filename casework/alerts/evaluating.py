"""Runs alert rules: every hour since the last run is judged once, and what fires is grouped into alerts.

Facts are read without holding the database; what came of them is written in one transaction a rule, with the notices.
Two runs at once judge the same hours, but only the first writes: the other finds that the rule has moved on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.alert_firings import floor_hour
from analysis.alert_rules import Firing, judge, read_parameters
from casework.access import authorise
from casework.alerts.examples import Example, find_examples
from casework.alerts.facts import read_facts
from casework.alerts.grouping import DAY, MOST_NOTICES_A_DAY
from casework.alerts.raising import count_told, hold_rule, plan_notices, read_standings, write_alerts
from casework.alerts.records import AlertRule, as_rule
from casework.alerts.tables import AlertFiringRow, AlertRuleRow
from casework.db import Casework, take_turn
from casework.roles import SYSTEM, Actor
from kentongan.errors import KentonganError, NotFound, Retry
from kentongan.schema import require_aware
from kentongan.settings import Settings
from search.store import Store

SETTLE: Final = timedelta(minutes=10)
"""How long after its end an hour is judged: what was published in it must be collected first."""
LATE: Final = timedelta(hours=24)
"""How far back hours are looked at again for what was collected late: sources are read at least every few hours."""
MOST_CATCH_UP: Final = timedelta(days=31)
"""Longest time a watch may have been down for its hours to be judged; what lies before is said to be skipped."""

RunState = Literal["judged", "nothing", "elsewhere", "held", "fault"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What running one rule did."""

    rule: int
    name: str
    state: RunState
    """"nothing": no whole hour has passed; "elsewhere": another run was first; "fault": tried again at the next run."""
    since: datetime
    until: datetime
    """The hours judged: (since, until]."""
    firings: int = 0
    """New firings."""
    opened: int = 0
    """Alerts opened."""
    told: int = 0
    """Alerts that people are told of, new ones among them."""
    reason: str | None = None
    """Why it is held or failed, in Indonesian."""


def run_rules(
    store: Store,
    casework: Casework,
    *,
    settings: Settings,
    now: datetime,
    rule: int | None = None,
    actor: Actor = SYSTEM,
    past: Casework | None = None,
) -> list[Ran]:
    """Judge every rule that is on, or one, for the whole hours since its last run. Raises NotAllowed, NotFound.

    A rule whose question cannot be asked any more, or that is too loud, is held, and one alert says so. ``past`` is
    the desk that facts are read from where it is not ``casework`` (a replay).
    """
    require_aware("now", now)
    with casework.read() as session:
        authorise(session, actor, action="alerts.run", now=now)
        chosen = select(AlertRuleRow).where(AlertRuleRow.state == "on").order_by(AlertRuleRow.id)
        if rule is not None:
            chosen = chosen.where(AlertRuleRow.id == rule)
            if session.get(AlertRuleRow, rule) is None:
                raise NotFound(f"Aturan peringatan {rule} tidak ada.", hint="Daftarnya: `kentongan alerts rules`.")
        rules = [as_rule(row) for row in session.scalars(chosen)]
    return [
        run_rule(store, casework, one, settings=settings, now=now, actor=actor, past=past or casework) for one in rules
    ]


def run_rule(
    store: Store,
    casework: Casework,
    rule: AlertRule,
    *,
    settings: Settings,
    now: datetime,
    actor: Actor,
    past: Casework,
) -> Ran:
    """Judge one rule, as it was read, for the hours since its last run."""
    until = floor_hour(now - SETTLE)
    since = max(rule.last_run_at, until - MOST_CATCH_UP)
    if until <= since:
        # The clock was set back, or no hour has ended.
        return Ran(rule=rule.id, name=rule.name, state="nothing", since=rule.last_run_at, until=rule.last_run_at)
    look_back = max(since - LATE, begins_at(rule))
    try:
        with past.read() as session:
            facts = read_facts(store, session, rule, since=look_back, until=until, settings=settings)
        found = judge(read_parameters(rule.kind, rule.parameters), facts, since=look_back, until=until)
        with casework.read() as session:
            fresh = choose_new(found, read_fired(session, rule, since=look_back, until=until), since=since)
        examples = find_examples(store, past, rule, newest_of(fresh), settings=settings)
    except Retry as error:
        return Ran(rule=rule.id, name=rule.name, state="fault", since=since, until=until, reason=str(error))
    except KentonganError as error:
        return hold_with(casework, rule, f"Aturan tidak dapat dijalankan: {error.message}", until=until, now=now)
    return write_run(
        casework, rule, fresh, examples, settings=settings, since=since, until=until, now=now, actor=actor
    )  # fmt: skip


def begins_at(rule: AlertRule) -> datetime:
    """When the rule was made or last turned on: nothing before it fires."""
    said = rule.cursor.get("from")
    return datetime.fromisoformat(said) if said else rule.created_at


def read_fired(
    session: Session, rule: AlertRule, *, since: datetime, until: datetime
) -> set[tuple[str, datetime]]:  # fmt: skip
    """What the rule has fired in (since, until], as (group, moment)."""
    row = AlertFiringRow
    chosen = select(row.group_key, row.at).where(row.rule == rule.id, row.at > since, row.at <= until)
    return {(group, at) for group, at in session.execute(chosen)}


def choose_new(found: Sequence[Firing], fired: set[tuple[str, datetime]], *, since: datetime) -> list[Firing]:
    """The firings that were not there yet: all of the new hours; of hours looked at again those of groups that have
    been quiet."""
    loud = {group for group, _ in fired}
    return [
        one for one in found
        if (one.group, one.at) not in fired and (one.at > since or one.group not in loud)
    ]  # fmt: skip


def newest_of(fresh: Sequence[Firing]) -> list[Firing]:
    """The newest firing of each group; none where there are more than a rule may tell of in a day."""
    newest = {firing.group: firing for firing in fresh}
    return list(newest.values()) if len(newest) <= MOST_NOTICES_A_DAY else []


def write_run(
    casework: Casework,
    rule: AlertRule,
    fresh: Sequence[Firing],
    examples: Mapping[str, Example],
    *,
    settings: Settings,
    since: datetime,
    until: datetime,
    now: datetime,
    actor: Actor,
) -> Ran:
    """Write firings, alerts and notices, and that these hours are judged; nothing where another run was first."""
    with casework.begin() as session:
        authorise(session, actor, action="alerts.run", now=now)
        row = lock_rule(session, rule)
        if row is None:
            return Ran(rule=rule.id, name=rule.name, state="elsewhere", since=since, until=until)
        row.last_run_at = until
        standings = read_standings(session, rule, {firing.group for firing in fresh})
        planned = plan_notices(fresh, standings, rule=rule, now=now)
        told = sum(why is not None for why in planned.values())
        if told and told + count_told(session, rule, since=now - DAY) > MOST_NOTICES_A_DAY:
            reason = (
                f"Aturan ini akan memberi tahu lebih dari {MOST_NOTICES_A_DAY} kali dalam 24 jam "
                f"({len(fresh)} kejadian dalam {len(planned)} kelompok)."
            )
            hold_rule(session, row, reason=reason, now=now)
            return Ran(rule=rule.id, name=rule.name, state="held", since=since, until=until, reason=reason)
        opened = write_alerts(
            session, row, fresh, planned, standings, examples=examples, zone=settings.zone, now=now
        )  # fmt: skip
        return Ran(
            rule=rule.id, name=rule.name, state="judged", since=since, until=until, firings=len(fresh), opened=opened,
            told=told,
        )  # fmt: skip


def hold_with(casework: Casework, rule: AlertRule, reason: str, *, until: datetime, now: datetime) -> Ran:
    """Hold a rule that cannot be judged; its hours stay unjudged until it is on again."""
    with casework.begin() as session:
        row = lock_rule(session, rule)
        if row is None:
            return Ran(rule=rule.id, name=rule.name, state="elsewhere", since=rule.last_run_at, until=until)
        hold_rule(session, row, reason=reason, now=now)
    return Ran(rule=rule.id, name=rule.name, state="held", since=rule.last_run_at, until=until, reason=reason)


def lock_rule(session: Session, rule: AlertRule) -> AlertRuleRow | None:
    """The rule's row, held until the transaction ends; None where it was changed, turned off or run since it was
    read."""
    take_turn(session, f"alert-rule|{rule.id}")
    row = session.get(AlertRuleRow, rule.id, populate_existing=True)
    unchanged = row is not None and row.version == rule.version and row.state == "on"
    return row if unchanged else None
