"""Replays rules hour by hour on a casework of their own: their estimate must be what those hours fire."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from analysis.alert_firings import HOUR, floor_hour
from analysis.alert_rules import Firing
from casework.alerts.backtest import DAYS, Backtest
from casework.alerts.evaluating import SETTLE, run_rules
from casework.alerts.grouping import Told
from casework.alerts.records import HELD_GROUP, AlertRule, NoticeWhy
from casework.alerts.rules import MAX_NAME
from casework.alerts.tables import AlertEventRow, AlertFiringRow, AlertRow, AlertRuleRow
from casework.db import Casework, open_casework
from casework.search_tables import SavedSearchRow
from casework.tables import PersonRow
from kentongan.settings import Settings
from search.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What the rule fired, hour by hour."""

    firings: tuple[Firing, ...]
    """``why`` is empty: the tables do not keep it."""
    told: tuple[Told, ...]
    held_at: datetime | None


def replay_rules(
    store: Store,
    casework: Casework,
    rules: Sequence[AlertRule],
    *,
    until: datetime,
    settings: Settings,
    days: float = DAYS,
    report: Callable[[int, int], None] | None = None,
) -> list[Replayed]:
    """Run rules, saved or not, at the end of every hour of the ``days`` before ``until``, each time with what the
    store and the desk hold up to that hour; one result for each rule. ``casework`` is only read: alerts are written to
    a temporary one.

    ``report`` is called with hours done and hours in all.
    """
    until = floor_hour(until)
    since = until - timedelta(days=days)
    hours = (until - since) // HOUR
    with TemporaryDirectory() as folder, open_casework(Settings(data_dir=Path(folder))) as own:
        numbers = copy_rules(casework, own, rules, since=since)
        for done in range(1, hours + 1):
            run_rules(store, own, settings=settings, now=since + done * HOUR + SETTLE, past=casework)
            if report is not None:
                report(done, hours)
        with own.read() as session:
            return [read_replayed(session, number) for number in numbers]


def copy_rules(casework: Casework, own: Casework, rules: Sequence[AlertRule], *, since: datetime) -> list[int]:
    """Put the rules, with whom and what they refer to, into an empty casework, as if they had been made at ``since``;
    their ids there."""
    people, searches = PersonRow.__table__, SavedSearchRow.__table__
    with casework.read() as session:
        used = {rule.search for rule in rules if rule.search is not None}
        kept = session.execute(select(searches).where(searches.c.id.in_(used))).all()
        ids = {rule.owner for rule in rules} | {search.owner for search in kept}
        owners = session.execute(select(people).where(people.c.id.in_(ids))).all()
    with own.begin() as session:
        session.execute(insert(PersonRow), [dict(owner._mapping) for owner in owners])
        if kept:
            session.execute(insert(SavedSearchRow), [dict(search._mapping) for search in kept])
        rows = [
            AlertRuleRow(
                name=f"{number} {rule.name}"[:MAX_NAME], kind=rule.kind, search=rule.search,
                parameters=dict(rule.parameters), split=rule.split, repeat_minutes=rule.repeat_minutes,
                owner=rule.owner, channels=[], state="on", held_reason=None, last_run_at=since,
                cursor={"from": since.isoformat()}, created_at=since,
            )
            for number, rule in enumerate(rules)
        ]  # fmt: skip
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


def read_replayed(session: Session, rule: int) -> Replayed:
    """What the hours left in the tables of one rule."""
    firing, event = AlertFiringRow, AlertEventRow
    rows = session.scalars(select(firing).where(firing.rule == rule).order_by(firing.at, firing.group_key))
    firings = [Firing(at=row.at, group=row.group_key, value=row.value, expected=row.expected, why="") for row in rows]
    told: list[Told] = []
    held_at = None
    acts = session.execute(
        select(event.at, event.act, AlertRow.group_key)
        .join(AlertRow, AlertRow.id == event.alert)
        .where(AlertRow.rule == rule)
        .order_by(event.at, AlertRow.group_key)
    )
    for at, act, group in acts:
        if group == HELD_GROUP:
            held_at = at - SETTLE
        else:
            told.append(Told(at=at - SETTLE, group=group, why=cast(NoticeWhy, act)))
    return Replayed(firings=tuple(firings), told=tuple(told), held_at=held_at)


def find_differences(estimate: Backtest, replayed: Replayed) -> list[str]:
    """Where the estimate and the replay part, in Indonesian, one line each; empty where they are the same."""
    found = []
    for name, one, other in (
        ("uji", as_facts(estimate.firings), as_facts(replayed.firings)),
        ("putar ulang", as_facts(replayed.firings), as_facts(estimate.firings)),
    ):
        found += [f"Hanya dalam {name}: {line}" for line in sorted(one - other)]
    heard, told = ({(one.at, one.group, one.why) for one in side.told} for side in (estimate, replayed))
    found += [f"Pemberitahuan berbeda: {at.isoformat()} {group} {why}" for at, group, why in sorted(heard ^ told)]
    if estimate.held_at != replayed.held_at:
        found.append(f"Ditahan pada {estimate.held_at} dalam uji, {replayed.held_at} dalam putar ulang.")
    return found


def as_facts(firings: tuple[Firing, ...]) -> set[str]:
    """Each firing as one line, figures and all."""
    return {f"{one.at.isoformat()} {one.group} {one.value!r} {one.expected!r}" for one in firings}
