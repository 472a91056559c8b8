"""What an alert rule looks at: reads its facts from the store and the desk, as far back as its kind asks.

Everything is read as of ``until``: what was published, or happened, later is left out. Labels, stories, districts and
gaps are those of now; no store keeps what it once thought of a document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from analysis.alert_rules import (
    BridgeStaleParameters,
    DeadlineParameters,
    DropParameters,
    Facts,
    HoaxStoryParameters,
    NewTermParameters,
    Parameters,
    SentimentShiftParameters,
    SilenceParameters,
    SpikeParameters,
    read_parameters,
)
from analysis.alert_rules_hours import SEEN_BEFORE, facts_start
from casework.alerts.facts_desk import read_bridge_facts, read_deadline_facts
from casework.alerts.facts_hours import Span, count_hours, read_voices
from casework.alerts.facts_posts import read_day_facts, read_story_facts, read_term_facts
from casework.alerts.records import AlertRule, Split
from casework.deadlines import load_deadlines
from casework.searches import check_aliases, decode_query, get_search
from kentongan.errors import BadQuery, KentonganError
from kentongan.ramadan import RAMADAN
from kentongan.schema import Query
from kentongan.settings import Settings
from kentongan.times import zone_of
from kentongan.working_days import load_calendar
from search.aliases import AliasFile
from search.series import volume_of
from search.store import Store

SPLITS_OF: Final[Mapping[type[Parameters], frozenset[Split]]] = {
    SpikeParameters: frozenset({"region", "topic", "source"}),
    DropParameters: frozenset({"region", "topic", "source"}),
    SilenceParameters: frozenset({"region", "topic", "source"}),
    SentimentShiftParameters: frozenset({"region", "topic", "source"}),
}
"""By what each kind can be split; the other kinds have groups of their own."""
WATCHES_POSTS: Final[tuple[type[Parameters], ...]] = (
    SpikeParameters, DropParameters, SilenceParameters, NewTermParameters, SentimentShiftParameters,
    HoaxStoryParameters,
)  # fmt: skip
"""Kinds that a saved search can narrow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """What days are like at this installation."""

    ramadan: tuple[tuple[date, date], ...]
    quiet: frozenset[date]


def read_facts(
    store: Store, session: Session, rule: AlertRule, *, since: datetime, until: datetime, settings: Settings
) -> Facts:
    """The facts by which ``analysis.alert_rules.judge`` tells what the rule fires in (since, until].

    Raises BadQuery where its saved search cannot be asked any more, NotFound where that is gone, Retry.
    """
    parameters = read_parameters(rule.kind, rule.parameters)
    query = read_question(session, rule)
    if rule.search is not None:
        check_aliases(get_search(session, rule.search), AliasFile(settings.aliases_path))
    match parameters:
        case SpikeParameters() | DropParameters() | SilenceParameters():
            return read_hour_facts(store, session, rule, parameters, query, since=since, until=until, settings=settings)
        case NewTermParameters():
            return read_term_facts(
                store, session, parameters, query, since=since, until=until, zone=settings.zone
            )  # fmt: skip
        case SentimentShiftParameters():
            return read_day_facts(store, query, split=rule.split, since=since, until=until, zone=settings.zone)
        case HoaxStoryParameters():
            narrowed = query if rule.search is not None else None
            return read_story_facts(store, session, parameters, narrowed, since=since, until=until)
        case DeadlineParameters():
            deadlines = load_deadlines(settings)
            return read_deadline_facts(session, parameters, since=since, until=until, deadlines=deadlines)
        case BridgeStaleParameters():
            return read_bridge_facts(session, since=since, until=until)


def read_question(session: Session, rule: AlertRule) -> Query:
    """The question a rule watches: that of its saved search, without what was entered by hand; everything without one.
    Raises BadQuery, NotFound."""
    if rule.search is None:
        return volume_of(Query())
    search = get_search(session, rule.search)
    query = decode_query(search.query)
    if query.since is not None or query.until is not None:
        raise BadQuery(f"Pencarian {search.name} memuat rentang waktu; aturan menetapkan waktunya sendiri.")
    return volume_of(query)


def read_hour_facts(
    store: Store,
    session: Session,
    rule: AlertRule,
    parameters: SpikeParameters | DropParameters | SilenceParameters,
    query: Query,
    *,
    since: datetime,
    until: datetime,
    settings: Settings,
) -> Facts:
    """Counts by the hour, from where the kind's judging begins."""
    zone, days = zone_of(settings.zone), read_days(settings)
    if isinstance(parameters, SilenceParameters):
        back = since - timedelta(days=SEEN_BEFORE, hours=parameters.hours)
        begin = back.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    else:
        begin = facts_start(since, zone)
        if isinstance(parameters, DropParameters):
            begin = min(begin, facts_start(since - timedelta(hours=parameters.hours), zone))
    span = Span(start=begin, until=until, zone=settings.zone)
    measure = parameters.measure if isinstance(parameters, SpikeParameters) else "posts"
    if measure == "voices":
        if rule.search is not None:
            raise KentonganError(
                "Suara hanya dihitung untuk semua unggahan, per topik, dan per wilayah.",
                hint="Pakai ukuran posts atau accounts untuk aturan atas pencarian tersimpan.",
            )
        facts = read_voices(session, split=rule.split, span=span)
    else:
        facts = count_hours(store, query, split=rule.split, span=span, accounts=measure == "accounts")
    return replace(facts, ramadan=days.ramadan, quiet_days=days.quiet)


def read_days(settings: Settings) -> Days:
    """Fasting months and holidays. Raises BadSettings for a file of holidays that cannot be used."""
    return Days(ramadan=RAMADAN, quiet=frozenset(load_calendar(settings.holidays_file).days_off))
