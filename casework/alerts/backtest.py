"""Estimates how loud a rule would be: judges the days before in one pass, as the rule would have hour by hour."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy.orm import Session

from analysis.alert_firings import floor_hour
from analysis.alert_rules import Firing, judge, read_parameters
from casework.alerts.facts import read_facts, read_question
from casework.alerts.facts_desk import past_begins
from casework.alerts.grouping import Told, simulate_notices
from casework.alerts.records import AlertRule
from kentongan.schema import Gap
from kentongan.settings import Settings
from search.series import origin_of
from search.store import Store

DAYS: Final = 90
"""How far back a rule is tried, in days: a quarter."""
MOST_ALERTS_A_WEEK: Final = 50
"""Expected alerts a week, repeats included, above which a rule is saved only on purpose: seven a day. Our choice."""
Z_95: Final = 1.959964
"""97.5 % quantile of the normal distribution."""
WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """What a rule would have done in the days before, had nobody handled an alert."""

    fingerprint: str
    """Of what was tried (``fingerprint_of``): a rule is saved with the estimate of just itself."""
    since: datetime
    until: datetime
    """The hours judged: (since, until]."""
    days: float
    """Days that could be judged; fewer than asked where the past does not reach so far back."""
    firings: tuple[Firing, ...]
    told: tuple[Told, ...]
    """Each time people would have been told: an alert that opens, or goes on after the repeat interval."""
    held_at: datetime | None
    """When the rule would have been held for being too loud; what came after is not counted."""
    per_week: float
    """Alerts a week, repeats included; NaN where there was not a day to judge."""
    low: float
    high: float
    """95 % interval of that rate, as if alerts came independently (Garwood 1936)."""
    gaps: tuple[Gap, ...]
    """What was not collected in these days."""

    @property
    def alerts(self) -> int:
        """How often people would have been told."""
        return len(self.told)

    @property
    def too_loud(self) -> bool:
        return self.held_at is not None or self.per_week > MOST_ALERTS_A_WEEK


def backtest_rule(
    store: Store, session: Session, rule: AlertRule, *, until: datetime, settings: Settings, days: float = DAYS
) -> Backtest:
    """Try a rule (saved or not) on the ``days`` before ``until``. Raises as ``casework.alerts.facts.read_facts``."""
    until = floor_hour(until)
    since = until - timedelta(days=days)
    begins = history_begins(store, session, rule, since=since, until=until)
    facts = read_facts(store, session, rule, since=since, until=until, settings=settings)
    found = judge(read_parameters(rule.kind, rule.parameters), facts, since=since, until=until)
    outcome = simulate_notices(found, repeat_minutes=rule.repeat_minutes)
    end = outcome.held_at or until
    judged = max(0.0, (end - max(since, begins or until)) / timedelta(days=1))
    low, high = poisson_interval(len(outcome.told))
    weeks = judged / 7
    return Backtest(
        fingerprint=fingerprint_of(session, rule),
        since=since,
        until=until,
        days=judged,
        firings=outcome.firings,
        told=outcome.told,
        held_at=outcome.held_at,
        per_week=len(outcome.told) / weeks if weeks else math.nan,
        low=low / weeks if weeks else math.nan,
        high=high / weeks if weeks else math.nan,
        gaps=tuple(store.gaps(since=since, until=until)),
    )


def history_begins(
    store: Store, session: Session, rule: AlertRule, *, since: datetime, until: datetime
) -> datetime | None:  # fmt: skip
    """When the past that the rule looks at begins, if that is after ``since``; None where there is no past at all."""
    if rule.kind in ("deadline", "bridge_stale"):
        return past_begins(session, rule.kind)
    asked = replace(origin_of(read_question(session, rule)), since=since, until=until)
    cells = store.count(asked, by=["day"])
    return datetime.fromisoformat(cells[0].key[0]) if cells else None


def fingerprint_of(session: Session, rule: AlertRule) -> str:
    """32 hex digits of everything that an estimate rests on but the data."""
    query = None if rule.search is None else read_question(session, rule)
    told = (
        rule.kind,
        dict(sorted(rule.parameters.items())),
        rule.split,
        rule.repeat_minutes,
        msgspec.to_builtins(query),
    )
    return hashlib.blake2b(msgspec.json.encode(told), digest_size=16).hexdigest()


def poisson_interval(count: int) -> tuple[float, float]:
    """The 95 % interval of a Poisson mean of which ``count`` were seen (Garwood 1936), with chi-square quantiles after
    Wilson and Hilferty (1931): within a hundredth from one on."""

    def half_chi_square(degrees: int, z: float) -> float:
        part = 2.0 / (9.0 * degrees)
        return 0.5 * degrees * (1.0 - part + z * math.sqrt(part)) ** 3

    low = 0.0 if count == 0 else max(0.0, half_chi_square(2 * count, -Z_95))
    return low, half_chi_square(2 * count + 2, Z_95)
