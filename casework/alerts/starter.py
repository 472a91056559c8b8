"""The rules an installation begins with: bursts by topic, suspected stories, red deadlines, bridges, silent news."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from casework.alerts.backtest import Backtest, backtest_rule
from casework.alerts.records import AlertRule
from casework.alerts.rules import add_rule, draft_rule, judge_since, list_rules
from casework.db import Casework
from casework.roles import Actor
from casework.searches import list_searches, save_search
from kentongan.errors import Conflict
from kentongan.schema import Query
from kentongan.settings import Settings
from search.store import Store

NEWS: Final = "Semua berita"
"""Name of the saved search over articles that the rule of silent newsrooms watches."""
STARTERS: Final[tuple[Mapping[str, Any], ...]] = (
    {
        "name": "Lonjakan per topik", "kind": "spike", "parameters": {"measure": "voices"}, "split": "topic",
        "repeat_minutes": 12 * 60, "channels": ({"kind": "screen", "to": "analis"},),
    },
    {
        "name": "Cerita terindikasi hoaks meluas", "kind": "hoax_story", "parameters": {}, "repeat_minutes": 24 * 60,
        "channels": ({"kind": "screen", "to": "analis"},),
    },
    {
        "name": "Aduan menjadi kode merah", "kind": "deadline", "parameters": {"what": "red"},
        "repeat_minutes": 24 * 60, "channels": ({"kind": "screen", "to": "semua"},),
    },
    {
        "name": "Jembatan data terlambat atau macet", "kind": "bridge_stale", "parameters": {"what": "late"},
        "repeat_minutes": 24 * 60, "channels": ({"kind": "screen", "to": "admin"},),
    },
    {
        "name": "Sumber berita senyap", "kind": "silence", "parameters": {"hours": 24, "usual": 3.0},
        "search": NEWS, "split": "source", "repeat_minutes": 3 * 24 * 60,
        "channels": ({"kind": "screen", "to": "analis"},),
    },
)  # fmt: skip
"""What ``kentongan alerts add --starter --as ani`` makes, as arguments of ``casework.alerts.rules.draft_rule``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """What became of one of the rules."""

    name: str
    rule: AlertRule | None
    """None where it is there already, or would be too loud here."""
    estimate: Backtest | None
    reason: str | None
    """Why it was not made, in Indonesian."""


def add_starter_rules(
    store: Store,
    casework: Casework,
    *,
    actor: Actor,
    now: datetime,
    settings: Settings,
    back: timedelta = timedelta(0),
    via: str | None = None,
) -> list[Started]:
    """Try and add each of STARTERS that is not there yet by name. Raises NotAllowed.

    ``back``: how far in the past they begin to judge, at most 31 days; else from now on.
    """
    with casework.begin() as session:
        known = {rule.name for rule in list_rules(session)}
        if NEWS not in {search.name for search in list_searches(session)}:
            save_search(session, name=NEWS, query=Query(kinds=("article",)), actor=actor, now=now, via=via)
    return [
        Started(name=one["name"], rule=None, estimate=None, reason="Sudah ada.")
        if one["name"] in known
        else start_rule(store, casework, one, actor=actor, now=now, settings=settings, back=back, via=via)
        for one in STARTERS
    ]


def start_rule(
    store: Store,
    casework: Casework,
    given: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    settings: Settings,
    back: timedelta,
    via: str | None,
) -> Started:
    """Try one and keep it, unless it would be too loud."""
    with casework.read() as session:
        draft = draft_rule(session, **given, settings=settings, actor=actor, now=now)
        estimate = backtest_rule(store, session, draft, until=now, settings=settings)
    try:
        with casework.begin() as session:
            rule = add_rule(session, draft, estimate=estimate, actor=actor, now=now, via=via)
            if back:
                rule = judge_since(session, rule.id, now - back, actor=actor, now=now, via=via)
    except Conflict as refused:
        return Started(name=draft.name, rule=None, estimate=estimate, reason=refused.message)
    return Started(name=draft.name, rule=rule, estimate=estimate, reason=None)
