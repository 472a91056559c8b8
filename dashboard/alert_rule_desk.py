"""What the page's part of alert rules does: lists rules, tries a draft on 90 days, keeps it, turns rules on and off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from analysis.alert_rules import PARAMETERS
from casework.alerts.backtest import Backtest, backtest_rule
from casework.alerts.facts import SPLITS_OF, WATCHES_POSTS
from casework.alerts.raising import count_told
from casework.alerts.records import CHANNEL_KINDS, AlertRule, RuleKind, Split
from casework.alerts.rules import add_rule, draft_rule, list_rules, switch_rule
from casework.people import list_people
from casework.searches import SavedSearch, list_searches, save_search
from dashboard.data import read_settings, shared_casework, shared_store
from dashboard.visitor import VIA, page_actor
from kentongan.errors import KentonganError
from kentongan.schema import Query
from search.aliases import AliasFile

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleList:
    """What the list of rules shows."""

    rules: Sequence[AlertRule]
    told: Mapping[int, int]
    """Rule: how often people were told in the last seven days."""
    searches: Sequence[SavedSearch]
    owners: Mapping[str, str]
    """Id to username."""

    def watched(self, rule: AlertRule) -> str | None:
        """Name of the saved search a rule watches; None for one that watches none."""
        return next((one.name for one in self.searches if one.id == rule.search), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One measure of a kind of rule, as the form asks for it."""

    name: str
    choices: tuple[str, ...] | None
    """What may be chosen; None for a number."""
    whole: bool
    default: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the form says."""

    name: str
    kind: RuleKind
    parameters: Mapping[str, Any]
    search: int | None
    split: Split | None
    repeat_minutes: int
    channels: str
    """One a line: kind and address."""


def load_rules(*, now: datetime) -> RuleList:
    """All rules with how loud they have been."""
    with shared_casework().read() as session:
        rules = list_rules(session)
        return RuleList(
            rules=rules,
            told={rule.id: count_told(session, rule, since=now - WEEK) for rule in rules},
            searches=list_searches(session, archived=True),
            owners={person.id: person.username for person in list_people(session)},
        )


def fields_of(kind: RuleKind) -> list[Field]:
    """The measures of a kind that the form asks for: numbers and choices; names of agencies and bridges are for the
    command line."""
    chosen, found = PARAMETERS[kind], []
    hints = get_type_hints(chosen)
    for one in msgspec.structs.fields(chosen):
        said = hints[one.name]
        if get_origin(said) is Literal:
            found.append(Field(name=one.name, choices=get_args(said), whole=False, default=one.default))
        elif said in (int, float):
            found.append(Field(name=one.name, choices=None, whole=said is int, default=one.default))
    return found


def splits_of(kind: RuleKind) -> tuple[Split, ...]:
    """By what a kind can be split."""
    return tuple(sorted(SPLITS_OF.get(PARAMETERS[kind], frozenset())))


def watches_posts(kind: RuleKind) -> bool:
    """Whether a saved search can narrow a kind."""
    return PARAMETERS[kind] in WATCHES_POSTS


def read_channels(lines: str) -> list[dict[str, str]]:
    """The channels of the form. Raises KentonganError for a line that is not a kind and an address."""
    found = []
    for line in filter(None, (line.strip() for line in lines.splitlines())):
        kind, _, to = line.partition(" ")
        if kind not in CHANNEL_KINDS or not to.strip():
            raise KentonganError(
                f"Saluran {line[:60]!r} tidak terbaca.",
                hint=f"Tulis jenis ({', '.join(CHANNEL_KINDS)}), spasi, lalu alamatnya.",
            )
        found.append({"kind": kind, "to": to.strip()})
    return found


def try_rule(draft: Draft, *, now: datetime) -> tuple[AlertRule, Backtest]:
    """Check a draft and try it on the 90 days before. Raises KentonganError."""
    settings = read_settings()
    with shared_casework().read() as session:
        rule = draft_rule(
            session, name=draft.name, kind=draft.kind, parameters=draft.parameters, search=draft.search,
            split=draft.split, repeat_minutes=draft.repeat_minutes, channels=read_channels(draft.channels),
            settings=settings, actor=page_actor(session, now=now), now=now,
        )  # fmt: skip
        return rule, backtest_rule(shared_store(), session, rule, until=now, settings=settings)


def keep_rule(rule: AlertRule, estimate: Backtest, *, anyway: bool, now: datetime) -> AlertRule:
    """Keep a rule that was tried. Raises KentonganError."""
    with shared_casework().begin() as session:
        actor = page_actor(session, now=now)
        return add_rule(session, rule, estimate=estimate, actor=actor, now=now, anyway=anyway, via=VIA)


def turn_rule(rule: AlertRule, *, on: bool, now: datetime) -> AlertRule:
    """Turn a rule on or off. Raises KentonganError."""
    with shared_casework().begin() as session:
        return switch_rule(session, rule.id, on=on, actor=page_actor(session, now=now), now=now, via=VIA)


def keep_search(name: str, words: str, *, now: datetime) -> SavedSearch:
    """Keep the words of the address as a search. Raises KentonganError."""
    aliases = AliasFile(read_settings().aliases_path)
    with shared_casework().begin() as session:
        return save_search(
            session, name=name, query=Query(text=words), actor=page_actor(session, now=now), now=now, aliases=aliases,
            via=VIA,
        )  # fmt: skip
