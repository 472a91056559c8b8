"""Counts of a question by the hour for alert rules, with the hours that were not collected marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np
from sqlalchemy.orm import Session

from analysis.alert_firings import HOUR, floor_hour
from analysis.alert_rules import HourFacts
from analysis.alert_rules_hours import SEEN_BEFORE
from analysis.rhythm import DAY, Floats
from analysis.series import coverage_of
from casework.alerts.records import Split
from casework.trends.hours import read_hours
from kentongan.errors import BadQuery, KentonganError
from kentongan.schema import ABSTAINED, UNLABELLED, Gap, Query
from kentongan.times import zone_of
from search.series import origin_of
from search.store import Bucket, Dimension, Store

COLLECTED: Final = 0.95
"""Least share of the usual collection that must have run for an hour to be judged: an hour without a twentieth of it
cannot tell a drop from a hole of ours."""
ONE_DAY: Final = timedelta(days=1)
NO_GROUP: Final = frozenset({ABSTAINED, UNLABELLED})
"""Buckets that are no group: what has no topic or district."""
VOICE_PREFIXES: Final[Mapping[Split | None, str]] = {"topic": "topik:", "region": "wilayah:"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Which hours are counted."""

    start: datetime
    """Local midnight. Aware."""
    until: datetime
    """End of the last hour."""
    zone: str

    @property
    def hours(self) -> int:
        return max(0, (floor_hour(self.until) - self.start) // HOUR)


def narrow(query: Query, split: Split, value: str) -> Query:
    """The question for one group alone. The group came of counting the question, so its filters hold for it."""
    match split:
        case "region":
            return replace(query, regions=(value,))
        case "topic":
            return replace(query, topics=(value,))
        case "source":
            return replace(query, sources=(value,))


def count_hours(
    store: Store, query: Query, *, split: Split | None, span: Span, accounts: bool = False
) -> HourFacts:  # fmt: skip
    """Posts, or different accounts, of each group in each hour. Raises BadQuery, Retry."""
    asked = replace(query, since=span.start, until=span.until)
    if accounts:
        if split is not None:
            raise KentonganError("Akun hanya dihitung untuk aturan yang tidak dipecah.", hint="Pakai ukuran posts.")
        groups: tuple[str, ...] = ("",)
        counts = count_accounts(store, asked, span=span)
    else:
        by: list[Dimension] = ["hour"] if split is None else ["hour", split]
        groups, counts = place_counts(store.count(asked, by=by, zone="WIB"), span=span, split=split is not None)
    lost = find_lost(store, query, span=span, sources=groups if split == "source" else None)
    counts[np.broadcast_to(lost, counts.shape)] = np.nan
    return HourFacts(
        start=span.start, groups=groups, counts=counts, split=split is not None, zone=zone_of(span.zone),
        unit="akun" if accounts else "unggahan",
    )  # fmt: skip


def place_counts(cells: Iterable[Bucket], *, span: Span, split: bool) -> tuple[tuple[str, ...], Floats]:
    """The cells as (groups, hours), groups by name."""
    cells = [cell for cell in cells if not split or cell.key[1] not in NO_GROUP]
    groups = tuple(sorted({cell.key[1] for cell in cells})) if split else ("",)
    row = {group: at for at, group in enumerate(groups)}
    counts = np.zeros((len(groups), span.hours))
    for cell in cells:
        column = (datetime.fromisoformat(cell.key[0]) - span.start) // HOUR
        if 0 <= column < span.hours:
            counts[row[cell.key[1] if split else ""], column] = cell.count
    return groups, counts


def count_accounts(store: Store, query: Query, *, span: Span) -> Floats:
    """(1, hours) different accounts; each post without one counts as one."""
    counts = place_counts(store.count(query, by=["hour"], zone="WIB"), span=span, split=False)[1]
    for cell in count_authors(store, query):
        column = (datetime.fromisoformat(cell.key[0]) - span.start) // HOUR
        if 0 <= column < span.hours:
            counts[0, column] -= cell.count - 1
    return counts


def count_authors(store: Store, query: Query) -> list[Bucket]:
    """Posts by hour and account. A store names at most ``search.store.MAX_TERMS`` accounts at once: where there are
    more, a day is asked at a time, and a day of its own with more raises BadQuery."""
    try:
        return store.count(query, by=["hour", "author"], zone="WIB")
    except BadQuery:
        assert query.since is not None and query.until is not None
        if query.until - query.since <= ONE_DAY:
            raise
    found, day = [], query.since
    while day < query.until:
        end = min(day + ONE_DAY, query.until)
        found += store.count(replace(query, since=day, until=end), by=["hour", "author"], zone="WIB")
        day = end
    return found


def read_voices(session: Session, *, split: Split | None, span: Span) -> HourFacts:
    """Voices of everything, of each topic or of each region, from the hourly projection. Raises KentonganError for
    another split."""
    if split is not None and split not in VOICE_PREFIXES:
        raise KentonganError("Suara dihitung per topik dan per wilayah, tidak per sumber.", hint="Pakai ukuran posts.")
    prefix = VOICE_PREFIXES.get(split)
    read = read_hours(session, None if prefix else ("semua",), prefix=prefix, since=span.start, until=span.until)
    names = [name.removeprefix(prefix or "") if prefix else "" for name in read.names]
    kept = [at for at, name in enumerate(names) if name not in NO_GROUP]
    counts = np.full((len(kept), span.hours), np.nan)
    first = (read.start - span.start) // HOUR
    width = min(read.counts.shape[1], span.hours - first)
    counts[:, first : first + width] = read.counts[kept, :width]
    counts[:, first : first + width][:, np.nan_to_num(read.coverage[:width]) < COLLECTED] = np.nan
    return HourFacts(
        start=span.start, groups=tuple(names[at] for at in kept), counts=counts, split=split is not None,
        zone=zone_of(span.zone), unit="suara",
    )  # fmt: skip


def find_lost(store: Store, query: Query, *, span: Span, sources: Sequence[str] | None) -> np.ndarray:
    """(1, hours) or, for groups that are sources, (groups, hours): whether too little was collected to judge the hour.

    What collection should have been is told by the SEEN_BEFORE days before each day alone: what came later says
    nothing about it, and a longer span gives the same answer. A day with nothing in those days before was not collected
    in full: collecting had not begun.
    """
    gaps = store.gaps(since=span.start, until=span.until, sources=query.sources)
    lost = np.zeros((1 if sources is None else len(sources), span.hours), dtype=bool)
    by_source: dict[str, list[Gap]] = {}
    for gap in gaps:
        by_source.setdefault(gap.source, []).append(gap)
    if sources is not None:
        for row, source in enumerate(sources):
            for column in touched_hours(by_source.get(source, []), span):
                start = span.start + column * HOUR
                lost[row, column] = coverage_of(start, start + HOUR, by_source[source], {source: 1.0}) < COLLECTED
        return lost
    volumes = daily_volumes(store, query, span=span)
    usual: dict[date, dict[str, float]] = {}
    for column in range(0, span.hours, DAY):
        day = (span.start + column * HOUR).astimezone(zone_of(span.zone)).date()
        usual[day] = usual_volumes(volumes, day)
        lost[0, column : column + DAY] = not usual[day]
    for column in touched_hours(gaps, span):
        start = span.start + column * HOUR
        inside = [gap for gap in gaps if gap.since < start + HOUR and gap.until > start]
        weights = usual[start.astimezone(zone_of(span.zone)).date()]
        lost[0, column] |= coverage_of(start, start + HOUR, inside, weights) < COLLECTED
    return lost


def touched_hours(gaps: Iterable[Gap], span: Span) -> list[int]:
    """Columns that any of the gaps touches."""
    found: set[int] = set()
    for gap in gaps:
        first = max(0, (gap.since - span.start) // HOUR)
        last = min(span.hours - 1, (gap.until - span.start) // HOUR)
        found.update(range(first, last + 1))
    return sorted(found)


def daily_volumes(store: Store, query: Query, *, span: Span) -> dict[date, dict[str, int]]:
    """Documents of the question's origin by local day and source, from SEEN_BEFORE days before the span."""
    asked = replace(origin_of(query), since=span.start - timedelta(days=SEEN_BEFORE), until=span.until)
    found: dict[date, dict[str, int]] = {}
    for cell in store.count(asked, by=["day", "source"], zone=span.zone):
        found.setdefault(datetime.fromisoformat(cell.key[0]).date(), {})[cell.key[1]] = cell.count
    return found


def usual_volumes(volumes: Mapping[date, Mapping[str, int]], day: date) -> dict[str, float]:
    """What each source brought in the SEEN_BEFORE days before a day."""
    usual: dict[str, float] = {}
    for n in range(1, SEEN_BEFORE + 1):
        for source, count in volumes.get(day - timedelta(days=n), {}).items():
            usual[source] = usual.get(source, 0.0) + count
    return usual
