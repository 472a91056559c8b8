"""What the address of the page Jelajah asks for, and the question to the store behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Final, Literal, get_args

from analysis.series import STEPS, Step
from casework.figure_links import FIELDS, query_words
from casework.figure_records import StoreQuestion
from dashboard.data import shared_gazetteer
from kentongan.schema import ABSTAINED, KINDS, SENTIMENTS, TOPICS, UNLABELLED, Kind, Query
from kentongan.times import ZONES, start_of_day
from search.store import Dimension

RANGES: Final = (1, 7, 14, 30)
"""Days a range may span."""
DEFAULT_DAYS: Final = 14
HOURLY_DAYS: Final = 7
"""Days up to which a series can be drawn by hours: 168 columns are the most one can press."""
MOST_LETTERS: Final = 2000
"""Longest query, as the query language has it."""

Part = Literal["isi", "banding", "simpanan"]
"""The parts of the page: what is found, questions beside each other, saved searches."""
PARTS: tuple[Part, ...] = get_args(Part)

OTHERS: Final = ("kueri2", "kueri3", "kueri4")
"""The questions beside the first one, in the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetField:
    """One list of values that narrow the question."""

    dimension: Dimension
    query_field: str
    """Name of the filter in ``Query``."""
    values: tuple[str, ...] = ()
    """The only values there are; empty takes any."""


LABELS: Final = (ABSTAINED, UNLABELLED)
FACETS: Final[Mapping[str, FacetField]] = {
    "topik": FacetField(dimension="topic", query_field="topics", values=(*TOPICS, *LABELS)),
    "sentimen": FacetField(dimension="sentiment", query_field="sentiments", values=(*SENTIMENTS, *LABELS)),
    "hoaks": FacetField(dimension="hoax", query_field="hoax"),
    "jenis": FacetField(dimension="kind", query_field="kinds", values=KINDS),
    "wilayah": FacetField(dimension="region", query_field="regions"),
    "sumber": FacetField(dimension="source", query_field="sources"),
    "tagar": FacetField(dimension="hashtag", query_field="hashtags"),
}
"""Name in the address: what it narrows. In the order of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the visitor asked for, as the address says it."""

    text: str
    days: int
    step: Step
    start: datetime | None
    """Start of the chosen column."""
    chosen: Mapping[str, str]
    """Name of a facet: the value that narrows."""
    part: Part
    others: tuple[str, ...]
    """The questions beside the first, without blanks."""

    @property
    def narrowed(self) -> bool:
        """Whether anything but the range was chosen."""
        return bool(self.text or self.chosen or self.start)


def read_view(address: Mapping[str, str], *, zone: str) -> View:
    """The choices of an address; nonsense in it counts as no choice."""
    days_said, part = address.get("hari", ""), address.get("bagian", "")
    days = int(days_said) if days_said.isdigit() and len(days_said) < 4 and int(days_said) in RANGES else DEFAULT_DAYS
    hourly = days == 1 or (days <= HOURLY_DAYS and address.get("langkah") == "jam")
    return View(
        text=address.get("kueri", "")[:MOST_LETTERS],
        days=days,
        step="hour" if hourly else "day",
        start=read_start(address.get("mulai", ""), zone=zone),
        chosen={name: address[name] for name in FACETS if name in address and is_value(name, address[name])},
        part=part if part in PARTS else "isi",
        others=tuple(kept for name in OTHERS if (kept := address.get(name, "")[:MOST_LETTERS].strip())),
    )


def read_start(said: str, *, zone: str) -> datetime | None:
    try:
        start = datetime.fromisoformat(said)
        start = start.replace(tzinfo=ZONES[zone]) if start.tzinfo is None else start
        # A moment that no calendar holds next to is as good as none.
        _ = start - timedelta(days=31), start + timedelta(days=31)
    except (ValueError, OverflowError):
        return None
    return start


def is_value(name: str, value: str) -> bool:
    """Whether a facet can have this value."""
    if not 0 < len(value) <= 100:
        return False
    if name == "wilayah":
        return shared_gazetteer().get(value) is not None
    known = FACETS[name].values
    return value in known if known else True


def range_of(view: View, *, now: datetime, zone: str) -> tuple[datetime, datetime]:
    """The time range: whole local days that end with today, or the last 24 whole hours."""
    if view.days == 1:
        until = now.astimezone(ZONES[zone]).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        return until - timedelta(hours=24), until
    until = start_of_day(now, zone) + timedelta(days=1)
    return until - timedelta(days=view.days), until


def query_of(view: View, *, now: datetime, zone: str) -> Query:
    """The question of the whole range, narrowed by what is chosen but the column."""
    since, until = range_of(view, now=now, zone=zone)
    return replace(filters_of(view), since=since, until=until)


def filters_of(view: View) -> Query:
    """The question without its time, as it is saved."""
    filters = {FACETS[name].query_field: (value,) for name, value in view.chosen.items()}
    return Query(text=view.text, **filters)  # type: ignore[arg-type]


def behind_of(view: View, query: Query) -> Query:
    """The question behind the chosen column, or behind all of them."""
    if view.start is None:
        return query
    return replace(query, since=view.start, until=view.start + STEPS[view.step])


def only_kinds(query: Query, kinds: tuple[Kind, ...]) -> Query | None:
    """The same question about these kinds, within those it asks for; None where none is left."""
    left = tuple(kind for kind in kinds if not query.kinds or kind in query.kinds)
    return replace(query, kinds=left) if left else None


def in_words(query: Query) -> Query:
    """The same question with all its filters written in the query language, as links, files and searches keep it."""
    bare = replace(query, since=None, until=None)
    if bare == Query(text=query.text):
        return query
    return Query(text=query_words(bare, StoreQuestion(query=bare)), since=query.since, until=query.until)


def lost_filters(query: Query) -> list[str]:
    """Filters of a question that the query language cannot say."""
    said = {"text", "since", "until", *(field for _, field in FIELDS)}
    return [one.name for one in fields(query) if one.name not in said and getattr(query, one.name)]
