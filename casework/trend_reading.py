"""The trends of a question, put together: counts of the store, voices of the desk, the model's error, words and names.

One function that the command, the pages and the briefing share, so that all of them say the same number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

import numpy as np
from sqlalchemy.orm import Session

from analysis.burst_reasons import Post, Reason
from analysis.entities import Told, count_organisations
from analysis.series import STEPS, Step, Stretch, coverage_of, make_series, stretch_starts
from analysis.trends import (
    LEAST_COVERAGE,
    Movement,
    SentimentShare,
    Share,
    compare_values,
    rising_terms,
    sentiment_shares,
    share_of,
)
from casework.agencies import list_agencies
from casework.trends.hours import SOURCE, read_hours
from casework.trends.posts import DISTRICT_PARTS, HASHTAG, REGION, TOPIC, TOPIC_REGION
from casework.trends.records import ALL
from kentongan.errors import BadQuery
from kentongan.schema import ABSTAINED, SENTIMENTS, UNLABELLED, Query, Record
from kentongan.text import normalised_tokens
from kentongan.times import to_zone
from models.share_error import ShareError, read_share_error
from search.aliases import AliasFile
from search.fields import hashtag_key, word
from search.store import Store
from search.trend_counts import POSTS, SAMPLE, Drawn, Field, Part, Trends, count_all, draw_records, read_trends

MOST_FIGURES: Final = 50
"""Alias lists that are asked about: each costs two counts."""
LEAST_NAMED: Final = 3
"""Fewest accounts that name an organisation before it is listed."""
LEAST_HEARD: Final = 0.9
"""Least share of a question's posts that must lie in hours of its series for its voices to be the series'."""
LABELS: Final = (*SENTIMENTS, ABSTAINED, UNLABELLED)

Counted = Literal["voices", "accounts"]
"""How voices were counted: account and story within each hour, or distinct accounts of the whole range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """Distinct voices beside raw posts."""

    count: int
    by: Counted
    series: str | None
    """Which hourly series they are of; None for accounts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendReport:
    """Everything that is said of one question."""

    counts: Trends
    volume: Movement
    """The whole question's share of everything collected."""
    voices: Voices | None
    """None where there are too many accounts to list and no hourly series is the question's."""
    stretches: list[Stretch]
    """Documents by hour or day and sentiment, with coverage."""
    coverage: float
    """Share of the usual collection that ran in the whole range."""
    sentiment: list[SentimentShare]
    abstained: int
    unread: int
    """Documents that no model has read yet."""
    error: ShareError | None
    fields: Mapping[Field, list[Movement]]
    """By field, most documents first; without what has no label."""
    terms: list[Reason]
    organisations: list[Movement]
    """Accounts of the sample that name each, against those of the stretch before."""
    figures: list[Movement]
    """Alias lists of the installation: whom it has chosen to watch. Exact."""
    sampled: tuple[int, int]
    """Documents read for terms and organisations, of how many."""
    sampled_before: tuple[int, int]


def describe_trends(
    store: Store,
    session: Session | None,
    query: Query,
    *,
    since: datetime,
    until: datetime,
    step: Step = "day",
    zone: str = "WIB",
    aliases: AliasFile | None = None,
    models_dir: Path | None = None,
    words: bool = True,
) -> TrendReport:
    """The trends of ``query`` in [since, until). Without ``words`` nothing is read but counts: no terms, no names.

    ``session`` gives voices and agencies' names; without it accounts are counted. Raises as ``read_trends`` does.
    """
    counts = read_trends(store, query, since=since, until=until, step=step, zone=zone)
    stretches = _stretches(counts, step, zone)
    before = counts.before if _covered(counts, counts.before) else None
    usual = [part for part in counts.usual if _covered(counts, part)]
    error = read_share_error(counts.model, local=models_dir)
    now_drawn, then_drawn = Drawn(records=(), total=counts.now.posts), Drawn(records=(), total=counts.before.posts)
    terms: list[Reason] = []
    organisations: list[Movement] = []
    if words:
        now_drawn = draw_records(store, counts.query, most=SAMPLE)
        if before is not None:
            then_drawn = draw_records(store, _at(counts.query, before), most=SAMPLE)
        terms = rising_terms([as_post(one) for one in now_drawn.records], [as_post(one) for one in then_drawn.records])
        organisations = _organisations(session, now_drawn, then_drawn if before is not None else None)
    return TrendReport(
        counts=counts,
        volume=_volume(counts.now, before, usual),
        voices=read_voices(session, counts),
        stretches=stretches,
        coverage=sum(one.coverage for one in stretches) / len(stretches) if stretches else 1.0,
        sentiment=sentiment_shares(counts.sentiment, None if error is None else error.error),
        abstained=counts.sentiment.get(ABSTAINED, 0),
        unread=counts.sentiment.get(UNLABELLED, 0),
        error=error,
        fields={field: _movements(field, counts.now, before, usual) for field in counts.now.by},
        terms=terms,
        organisations=organisations,
        figures=_figures(store, counts, before, aliases) if words else [],
        sampled=(len(now_drawn.records), now_drawn.total),
        sampled_before=(len(then_drawn.records), then_drawn.total),
    )


def series_of(query: Query) -> str | None:
    """The hourly series that is exactly this question; None where none is. Its time range does not matter."""
    plain = replace(query, since=None, until=None, kinds=(), topics=(), regions=(), hashtags=(), sources=(),
                    without_sources=())  # fmt: skip
    if plain != Query() or (query.kinds and set(query.kinds) != set(POSTS)):
        return None
    asked = (query.topics, query.regions, query.hashtags, query.sources)
    if any(len(values) > 1 for values in asked) or {ABSTAINED, UNLABELLED} & {*query.topics, *query.regions}:
        return None
    depth = query.regions[0].count(".") + 1 if query.regions else 0
    match [bool(values) for values in asked]:
        case [False, False, False, False]:
            return ALL
        case [True, False, False, False]:
            return TOPIC + query.topics[0]
        case [False, True, False, False]:
            # A district's posts count in its regency too; provinces and villages have no series.
            return REGION + query.regions[0] if depth in (DISTRICT_PARTS - 1, DISTRICT_PARTS) else None
        case [True, True, False, False]:
            return f"{TOPIC_REGION}{query.topics[0]}@{query.regions[0]}" if depth == DISTRICT_PARTS else None
        case [False, False, True, False]:
            return HASHTAG + hashtag_key(query.hashtags[0])
        case [False, False, False, True]:
            return SOURCE + word(query.sources[0])
    return None


def read_voices(session: Session | None, counts: Trends) -> Voices | None:
    """Voices by hour where the question is a series of the desk that reaches over the range; else distinct accounts.

    Hours of which less than half was collected, and those that were not made yet, have no voices and add none; where
    more than a tenth of the posts lie in such hours, accounts are counted instead.
    """
    series = series_of(counts.query)
    if session is not None and series is not None:
        hours = read_hours(session, [series], since=counts.now.since, until=counts.now.until)
        if float(np.nansum(hours.posts)) >= LEAST_HEARD * counts.now.posts > 0:
            return Voices(count=int(np.nansum(hours.counts)), by="voices", series=series)
    if counts.authors is None:
        return None
    return Voices(count=counts.authors, by="accounts", series=None)


def as_post(record: Record) -> Post:
    """A record as reasons for a burst read it."""
    document = record.document
    return Post(
        document=document.id, words=tuple(normalised_tokens(record.newest.words)), account=document.author,
        source=document.source,
    )  # fmt: skip


def _at(query: Query, part: Part) -> Query:
    return replace(query, since=part.since, until=part.until)


def _covered(counts: Trends, part: Part) -> bool:
    """Whether enough of a stretch was collected to hold anything against it."""
    if not part.collected:
        return False
    covered = coverage_of(part.since, part.until, counts.gaps, counts.series.volumes)
    return covered >= LEAST_COVERAGE


def _stretches(counts: Trends, step: Step, zone: str) -> list[Stretch]:
    since, until = to_zone(counts.now.since, zone), to_zone(counts.now.until, zone)
    if (until - since) / STEPS[step] > 10_000:
        raise BadQuery("Rentangnya terlalu panjang untuk dihitung per jam.", hint="Hitung per hari.")
    return make_series(
        counts.series.counted, LABELS, starts=stretch_starts(since, until, step), step=step, gaps=counts.gaps,
        volumes=counts.series.volumes, collected=counts.series.collected,
    )  # fmt: skip


def _volume(now: Part, before: Part | None, usual: Sequence[Part]) -> Movement:
    """The whole question as one value."""
    (made,) = compare_values(
        {"": now.posts}, now.collected, before=None if before is None else ({"": before.posts}, before.collected),
        usual=[({"": part.posts}, part.collected) for part in usual],
    )  # fmt: skip
    return made


def _movements(field: Field, now: Part, before: Part | None, usual: Sequence[Part]) -> list[Movement]:
    own = {value: count for value, count in now.by[field].items() if value not in (ABSTAINED, UNLABELLED)}
    return compare_values(
        own, now.collected, before=None if before is None else (before.by[field], before.collected),
        usual=[(part.by[field], part.collected) for part in usual],
    )  # fmt: skip


def _organisations(session: Session | None, now: Drawn, before: Drawn | None) -> list[Movement]:
    """Organisations that the sample names, most accounts first."""
    known = agency_names(session) if session is not None else {}
    counts, heard = count_organisations(map(_told, now.records), known)
    then = None if before is None else count_organisations(map(_told, before.records), known)
    kept = {name: count for name, count in counts.items() if count >= LEAST_NAMED}
    return compare_values(kept, heard, before=then)


def _told(record: Record) -> Told:
    return Told(document=record.document.id, text=record.newest.words, account=record.document.author)


def agency_names(session: Session) -> dict[str, str]:
    """Lower-case names and other names of the agencies that somebody confirmed, each to the agency's name."""
    found: dict[str, str] = {}
    for agency in filter(lambda one: one.confirmed, list_agencies(session)):
        for name in (*agency.aliases, agency.name):
            found[name.lower()] = agency.name
    return found


def _figures(store: Store, counts: Trends, before: Part | None, aliases: AliasFile | None) -> list[Movement]:
    """How many documents speak of each alias list, counted over all of them."""
    found: list[Movement] = []
    for name, alias in sorted((aliases.lists() if aliases else {}).items())[:MOST_FIGURES]:
        text = f"({counts.query.text}) @{name}" if counts.query.text else f"@{name}"
        own = replace(counts.query, text=text)
        if not (count := count_all(store, own)):
            continue
        then: Share | None = None
        if before is not None:
            then = share_of(alias.title or name, count_all(store, _at(own, before)), before.collected)
        found.append(Movement(now=share_of(alias.title or name, count, counts.now.collected), before=then, usual=None))
    return sorted(found, key=lambda one: (-one.now.count, one.label))
