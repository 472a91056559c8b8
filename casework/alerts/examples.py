"""The posts an alert is about: the question that finds them again, and up to ten of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from analysis.alert_firings import HOUR
from analysis.alert_rules import Firing
from casework.alerts.facts import read_question
from casework.alerts.facts_hours import narrow
from casework.alerts.facts_posts import with_term
from casework.alerts.records import AlertRule
from casework.db import Casework
from casework.searches import encode_query
from casework.story_tables import StoryItemRow, StoryMessageRow
from kentongan.schema import Query
from kentongan.settings import Settings
from kentongan.times import start_of_day
from search.store import Store

MOST_EXAMPLES: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """What an alert points at."""

    query: dict[str, Any] | None
    """As ``casework.searches.encode_query`` writes it, with its range of time; None where no posts are meant."""
    hour: datetime
    """Start of the hour that fired."""
    documents: tuple[str, ...]


def find_examples(
    store: Store, casework: Casework, rule: AlertRule, firings: Sequence[Firing], *, settings: Settings
) -> dict[str, Example]:
    """An example for each firing, by group."""
    if not firings:
        return {}
    with casework.read() as session:
        query = read_question(session, rule)
        found = {}
        for firing in firings:
            if rule.kind == "hoax_story":
                chosen = (
                    select(StoryItemRow.document)
                    .join(StoryMessageRow, StoryMessageRow.message == StoryItemRow.message)
                    .where(StoryMessageRow.story == firing.group, StoryItemRow.published_at < firing.at)
                    .where(StoryItemRow.stance == "spreads")
                    .order_by(StoryItemRow.published_at.desc(), StoryItemRow.document)
                    .limit(MOST_EXAMPLES)
                )
                found[firing.group] = Example(
                    query=None, hour=firing.at - HOUR, documents=tuple(session.scalars(chosen))
                )  # fmt: skip
                continue
            asked = question_of(rule, firing, query, zone=settings.zone)
            records = store.search(asked, limit=MOST_EXAMPLES).records if asked is not None else ()
            found[firing.group] = Example(
                query=None if asked is None else encode_query(asked), hour=firing.at - HOUR,
                documents=tuple(record.document.id for record in records),
            )  # fmt: skip
    return found


def question_of(rule: AlertRule, firing: Firing, query: Query, *, zone: str) -> Query | None:
    """The question behind a firing: its hours and its group; None where it is about no posts."""
    if rule.split is not None:
        query = narrow(query, rule.split, firing.group)
    if rule.kind in ("spike", "drop", "silence"):
        hours = rule.parameters["hours"] if rule.kind in ("drop", "silence") else 1
        return replace(query, since=firing.at - timedelta(hours=hours), until=firing.at)
    if rule.kind == "new_term":
        begin = start_of_day(firing.at - HOUR, zone)
        return replace(with_term(query, firing.group), since=begin, until=firing.at)
    if rule.kind == "sentiment_shift":
        return replace(query, since=firing.at - timedelta(days=1), until=firing.at, sentiments=("negative",))
    return None
