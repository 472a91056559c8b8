"""Collects the figures of a briefing while its parts are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from casework.figure_questions import DeskName
from casework.figure_records import Measure
from casework.figures import DeskQuestion, Figure, Question, Sources, StoreQuestion, count_once, make_figure
from kentongan.schema import SENTIMENTS, Kind, Query
from kentongan.topic_words import TOPIC_WORDS
from search.series import volume_of
from search.store import Dimension

POSTS: tuple[Kind, ...] = ("post", "comment")
"""The kinds that are people's own words."""
NO_TOPIC = "(topik belum terbaca)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """What a briefing is written from, and the figures asked so far."""

    sources: Sources
    since: datetime
    until: datetime
    """The moment everything is of."""
    name_region: Callable[[str], str]
    """A region's name by its code."""
    figures: dict[str, Figure] = field(default_factory=dict)

    @property
    def zone(self) -> str:
        return self.sources.settings.zone

    def ask(self, key: str, question: Question, *, unit: str, decimals: int = 0) -> Figure:
        """The figure of this key, asked once. Raises ValueError where the key stands for another question."""
        known = self.figures.get(key)
        if known is None:
            known = make_figure(key, question, unit=unit, sources=self.sources, decimals=decimals)
            self.figures[key] = known
        elif known.question != question:
            raise ValueError(f"two figures are called {key!r}")
        return known

    def ask_store(
        self,
        key: str,
        *,
        unit: str,
        measure: Measure = "count",
        by: Dimension | None = None,
        label: str | None = None,
        decimals: int = 0,
        **filters: Any,
    ) -> Figure:
        """A figure of the store about the briefing's time; ``filters`` are fields of Query."""
        query = Query(**{"since": self.since, "until": self.until, "kinds": POSTS, **filters})
        question = StoreQuestion(query=query, measure=measure, by=by, label=label)
        return self.ask(key, question, unit=unit, decimals=decimals)

    def ask_time(self, key: str, name: DeskName, *, unit: str, decimals: int = 0, **arguments: Any) -> Figure:
        """A figure of casework about the briefing's time."""
        said = {"since": self.since.isoformat(), "until": self.until.isoformat(), **arguments}
        return self.ask(key, DeskQuestion(name=name, arguments=said), unit=unit, decimals=decimals)

    def ask_moment(self, key: str, name: DeskName, *, unit: str, decimals: int = 0, **arguments: Any) -> Figure:
        """A figure of casework about the briefing's moment."""
        said = {"as_of": self.until.isoformat(), **arguments}
        return self.ask(key, DeskQuestion(name=name, arguments=said), unit=unit, decimals=decimals)

    def count_read(self, topic: str) -> int:
        """Posts of a topic in the briefing's time that have a sentiment."""
        query = volume_of(Query(since=self.since, until=self.until, kinds=POSTS, topics=(topic,)))
        cells = count_once(query, "sentiment", self.sources)
        return sum(cell.count for cell in cells if cell.key[0] in SENTIMENTS)

    def note_sample(self) -> None:
        """Remember that some of it rests on invented data."""
        self.sources.memo["sample"] = True


def name_topic(topic: str | None) -> str:
    """A topic as a person reads it."""
    return TOPIC_WORDS.get(topic or "", NO_TOPIC)
