"""Which firings of a rule people are told of: one alert for a group, repeats at an interval, a rule that is too loud.

The decision is pure, so that the estimate over 90 days and the rules at work take it alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from analysis.alert_rules import Firing
from casework.alerts.records import AlertState, NoticeWhy

SAME_EPISODE: Final = timedelta(hours=3)
"""How long after its last firing a closed alert takes another one as more of the same, without a word (the hours after
which a burst is over: ``analysis.bursts.CALM_HOURS``)."""
REOPEN_AFTER: Final = timedelta(hours=24)
"""Quiet after which a firing on an acknowledged alert is news again: a day, so that each rhythm of a day was seen."""
MOST_NOTICES_A_DAY: Final = 50
"""Alerts and repeats of one rule in 24 hours from which it is held: more is not read by anybody. Our choice."""
DAY: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an alert stands when its rule fires again."""

    state: AlertState
    last_at: datetime
    """Moment of its newest firing."""
    told_at: datetime | None
    """When people were last told."""
    snoozed_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """That people are told of a group."""

    at: datetime
    group: str
    why: NoticeWhy


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the firings of a time come to, where nobody handles any alert."""

    firings: tuple[Firing, ...]
    """Those before the rule was held; all where it was not."""
    told: tuple[Told, ...]
    held_at: datetime | None
    """The hour's end at which the rule is held for being too loud."""


def decide_notice(
    standing: Standing | None, *, fired_at: datetime, now: datetime, repeat: timedelta
) -> NoticeWhy | None:
    """Whether people are told of a firing, and why; None where they are not.

    ``standing`` is that of the group's alert, None where there is none; ``fired_at`` the first firing that is new.
    """
    if standing is None:
        return "opened"
    match standing.state:
        case "open":
            return "repeat" if standing.told_at is None or now - standing.told_at >= repeat else None
        case "acknowledged":
            return "reopened" if fired_at - standing.last_at > REOPEN_AFTER else None
        case "snoozed":
            over = standing.snoozed_until is not None and standing.snoozed_until <= now
            return "reopened" if over else None
        case "closed":
            return "opened" if fired_at - standing.last_at > SAME_EPISODE else None


def simulate_notices(firings: Iterable[Firing], *, repeat_minutes: int) -> Outcome:
    """What hours judged one by one would tell people, and when the rule would be held. ``firings`` oldest first."""
    repeat = timedelta(minutes=repeat_minutes)
    standing: dict[str, Standing] = {}
    kept: list[Firing] = []
    told: list[Told] = []
    for at, found in groupby(firings, key=lambda firing: firing.at):
        hour = list(found)
        fresh = []
        for firing in hour:
            why = decide_notice(standing.get(firing.group), fired_at=at, now=at, repeat=repeat)
            if why is not None:
                fresh.append(Told(at=at, group=firing.group, why=why))
        recent = sum(one.at > at - DAY for one in told)
        if recent + len(fresh) > MOST_NOTICES_A_DAY:
            return Outcome(firings=tuple(kept), told=tuple(told), held_at=at)
        newly = {one.group for one in fresh}
        for firing in hour:
            before = standing.get(firing.group)
            told_at = at if firing.group in newly or before is None else before.told_at
            standing[firing.group] = Standing(state="open", last_at=at, told_at=told_at)
        kept += hour
        told += fresh
    return Outcome(firings=tuple(kept), told=tuple(told), held_at=None)
